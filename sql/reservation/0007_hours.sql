-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What hours, requirements and parts of a hall lack to be kept by hand.

-- a part becomes a row that people make and take away
ALTER TABLE reservation_part
	ADD COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE FIRST,
	ADD COLUMN uid UUID NOT NULL DEFAULT UUID() UNIQUE AFTER id,
	ADD COLUMN org_id BIGINT UNSIGNED COMMENT 'The organisation of both' AFTER uid,
	ADD COLUMN position INT NOT NULL DEFAULT 0,
	ADD COLUMN row_version INT UNSIGNED NOT NULL DEFAULT 1,
	ADD COLUMN created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	ADD COLUMN archived_at DATETIME,
	ADD KEY reservation_part_of_org (org_id),
	ADD CONSTRAINT reservation_part_org FOREIGN KEY (org_id) REFERENCES organisation (id);

UPDATE reservation_part p JOIN reservation_resource x ON x.id = p.whole_id SET p.org_id = x.org_id;

-- where a range was imported from, so that the same file again changes nothing
ALTER TABLE reservation_day_range
	ADD COLUMN source_uid VARCHAR(190) COLLATE utf8mb4_bin COMMENT 'UID of the event; NULL: typed by hand',
	ADD KEY reservation_day_range_source (calendar_id, source_uid);

-- who holds what is required: a badge, an insurance, a deposit are kept as an audience with its last day and its proof
ALTER TABLE reservation_requirement
	ADD COLUMN audience_id BIGINT UNSIGNED COMMENT 'Who meets it; of terms NULL, whose kind is the code',
	ADD CONSTRAINT reservation_requirement_met FOREIGN KEY (audience_id) REFERENCES reservation_audience (id);

-- which versions a booking was made under; a guest is no party that could accept them elsewhere
CREATE TABLE reservation_terms (
	booking_id BIGINT UNSIGNED NOT NULL,
	terms_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL COMMENT 'As the core names it: sale, rules …',
	version INT UNSIGNED NOT NULL,
	terms_uid UUID NOT NULL COMMENT 'Of the version: its page stays',
	title VARCHAR(120) NOT NULL,
	accepted_utc DATETIME NOT NULL,
	PRIMARY KEY (booking_id, terms_id),
	CONSTRAINT reservation_terms_booking FOREIGN KEY (booking_id) REFERENCES reservation_booking (id)
) COMMENT 'Terms as they were accepted with a booking';

-- closures are looked for by the time that they take
ALTER TABLE reservation_closure
	ADD KEY reservation_closure_until (place_id, end_local);

-- people name their calendars by a label; a code is for those that programs know
ALTER TABLE reservation_day_calendar
	MODIFY code VARCHAR(20) COLLATE utf8mb4_bin;
