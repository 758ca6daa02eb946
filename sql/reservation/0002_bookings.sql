-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Bookings, and the one table that decides who has what when.
--
-- reservation_occupancy is changed by DELETE and INSERT only. Its constraint is the last word, but the
-- first statement of every writer is the UPDATE of reservation_resource.sync_version (docs/adr/).

CREATE TABLE reservation_booker (
	org_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED NOT NULL,
	version BIGINT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (org_id, party_id),
	CONSTRAINT reservation_booker_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_booker_party FOREIGN KEY (party_id) REFERENCES party (id)
) COMMENT 'Guard row of what a booker may have at once';

CREATE TABLE reservation_guest (
	bucket CHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY COMMENT 'Keyed hash of an e-mail address',
	version BIGINT UNSIGNED NOT NULL DEFAULT 1,
	last_utc DATETIME NOT NULL,
	KEY reservation_guest_last (last_utc)
) COMMENT 'Guard row of what a guest, who is no party, may hold at once';

CREATE TABLE reservation_purpose (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'The same in the whole network',
	label VARCHAR(60) NOT NULL,
	position INT NOT NULL DEFAULT 0,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_purpose_uid (uid),
	UNIQUE reservation_purpose_code (org_id, code),
	CONSTRAINT reservation_purpose_org FOREIGN KEY (org_id) REFERENCES organisation (id)
) COMMENT 'What a booking is for: funders ask';

CREATE TABLE reservation_booking (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL,
	org_id BIGINT UNSIGNED NOT NULL,
	group_id BIGINT UNSIGNED,
	series_id BIGINT UNSIGNED,
	recurrence_local DATETIME,
	place_id BIGINT UNSIGNED NOT NULL,
	person_id BIGINT UNSIGNED,
	payer_id BIGINT UNSIGNED,
	payer_text VARCHAR(160),
	booked_by BIGINT UNSIGNED,
	audience_id BIGINT UNSIGNED,
	project_id BIGINT UNSIGNED,
	title VARCHAR(120),
	note TEXT,
	internal_note TEXT,
	contact_name VARCHAR(160),
	contact_email VARCHAR(254),
	contact_phone VARCHAR(20) COLLATE utf8mb4_bin,
	layout VARCHAR(16) COLLATE utf8mb4_bin,
	attendance INT UNSIGNED,
	attendance_actual INT UNSIGNED,
	arrived_utc DATETIME,
	purpose_id BIGINT UNSIGNED,
	public_event TINYINT(1) NOT NULL DEFAULT 0,
	order_ref VARCHAR(60),
	source VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'web',
	start_local DATETIME NOT NULL,
	end_local DATETIME NOT NULL,
	zone VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
	start_utc DATETIME NOT NULL,
	end_utc DATETIME NOT NULL,
	status VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	hold_until_utc DATETIME,
	override_mask INT UNSIGNED NOT NULL DEFAULT 0,
	sequence INT UNSIGNED NOT NULL DEFAULT 0,
	manage_token_hash BINARY(32),
	total_cents BIGINT NOT NULL DEFAULT 0,
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT 'EUR',
	amounts VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'no_vat' COMMENT 'The basis of the price, as accepted',
	changed_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE reservation_booking_uid (uid),
	UNIQUE reservation_booking_occurrence (series_id, recurrence_local),
	KEY reservation_booking_person (person_id, start_utc),
	KEY reservation_booking_booker (booked_by, start_utc),
	KEY reservation_booking_payer (payer_id, start_utc),
	KEY reservation_booking_org (org_id, start_utc),
	KEY reservation_booking_place (place_id, start_utc),
	KEY reservation_booking_waiting (org_id, status, start_utc),
	KEY reservation_booking_hold (status, hold_until_utc),
	CONSTRAINT reservation_booking_organisation FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_booking_at FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_booking_for FOREIGN KEY (person_id) REFERENCES party (id),
	CONSTRAINT reservation_booking_paid_by FOREIGN KEY (payer_id) REFERENCES party (id),
	CONSTRAINT reservation_booking_made_by FOREIGN KEY (booked_by) REFERENCES party (id),
	CONSTRAINT reservation_booking_project FOREIGN KEY (project_id) REFERENCES project (id),
	CONSTRAINT reservation_booking_purpose FOREIGN KEY (purpose_id) REFERENCES reservation_purpose (id),
	CONSTRAINT reservation_booking_source CHECK (source IN ('web', 'phone', 'counter', 'caldav', 'api')),
	CONSTRAINT reservation_booking_status CHECK (status IN ('hold', 'option', 'pending', 'confirmed',
		'cancelled', 'rejected', 'expired', 'no_show', 'done')),
	CONSTRAINT reservation_booking_times CHECK (end_utc > start_utc AND end_local > start_local)
) COMMENT 'Somebody has something for a time; the row stays when it is cancelled';

CREATE TABLE reservation_item (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	booking_id BIGINT UNSIGNED NOT NULL,
	resource_id BIGINT UNSIGNED NOT NULL,
	quantity INT UNSIGNED NOT NULL DEFAULT 1,
	role VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'main',
	UNIQUE reservation_item_once (booking_id, resource_id),
	KEY reservation_item_resource (resource_id, booking_id),
	CONSTRAINT reservation_item_booking FOREIGN KEY (booking_id) REFERENCES reservation_booking (id),
	CONSTRAINT reservation_item_of FOREIGN KEY (resource_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_item_role CHECK (role IN ('main', 'accessory')),
	CONSTRAINT reservation_item_quantity CHECK (quantity >= 1)
) COMMENT 'What a booking is of: a whole room stands here, its leaves in the occupancy';

CREATE TABLE reservation_occupancy (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	resource_id BIGINT UNSIGNED NOT NULL,
	unit_no INT UNSIGNED NOT NULL COMMENT '1 to the resource''s units',
	start_utc DATETIME NOT NULL COMMENT 'With the buffer before',
	end_utc DATETIME NOT NULL COMMENT 'With the buffer after; at most 31 days later',
	cause VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	item_id BIGINT UNSIGNED,
	PERIOD FOR busy (start_utc, end_utc),
	UNIQUE one_at_a_time (resource_id, unit_no, busy WITHOUT OVERLAPS),
	KEY day (resource_id, start_utc, end_utc),
	KEY reservation_occupancy_of_item (item_id),
	CONSTRAINT reservation_occupancy_of FOREIGN KEY (resource_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_occupancy_item FOREIGN KEY (item_id) REFERENCES reservation_item (id),
	CONSTRAINT reservation_occupancy_cause CHECK (cause IN ('booking', 'hold', 'option', 'closure',
		'subscription', 'external')),
	CONSTRAINT reservation_occupancy_span CHECK (end_utc <= start_utc + INTERVAL 31 DAY)
) COMMENT 'Which unit of what is taken when: the one table that decides';

CREATE TABLE reservation_price_line (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	booking_id BIGINT UNSIGNED NOT NULL,
	position INT UNSIGNED NOT NULL,
	tariff_id BIGINT UNSIGNED,
	adjust_id BIGINT UNSIGNED,
	extra_id BIGINT UNSIGNED,
	step_id BIGINT UNSIGNED,
	label VARCHAR(160) NOT NULL,
	quantity BIGINT NOT NULL DEFAULT 10000 COMMENT 'In 1/10 000',
	list_cents BIGINT NOT NULL,
	unit_amount BIGINT NOT NULL COMMENT 'In 1/10 000 of the currency unit',
	amount_cents BIGINT NOT NULL,
	vat_code VARCHAR(16) COLLATE utf8mb4_bin,
	reason_id BIGINT UNSIGNED,
	reason VARCHAR(160),
	frozen_at_utc DATETIME NOT NULL,
	UNIQUE reservation_price_line_of (booking_id, position),
	CONSTRAINT reservation_price_line_booking FOREIGN KEY (booking_id) REFERENCES reservation_booking (id)
) COMMENT 'The price as it was explained and accepted, line by line';

CREATE TABLE reservation_ics (
	booking_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	full MEDIUMTEXT NOT NULL COMMENT 'The VEVENT for those who may see it',
	busy TEXT NOT NULL COMMENT 'The VEVENT for strangers',
	CONSTRAINT reservation_ics_booking FOREIGN KEY (booking_id) REFERENCES reservation_booking (id)
) COMMENT 'Serialised once, when the booking changes';
