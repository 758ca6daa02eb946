-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who books under which rules, when it is closed, and what else a price is made of.

CREATE TABLE reservation_audience (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'The same in the whole network: member, association, company …',
	label VARCHAR(60) NOT NULL,
	priority SMALLINT NOT NULL DEFAULT 0 COMMENT 'The higher is named first; the cheapest allowed sets the price',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_audience_uid (uid),
	UNIQUE reservation_audience_code (org_id, code),
	CONSTRAINT reservation_audience_org FOREIGN KEY (org_id) REFERENCES organisation (id)
) COMMENT 'Whose rules and prices apply: members, associations, companies, students …';

CREATE TABLE reservation_audience_party (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	audience_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED NOT NULL,
	from_d DATE NOT NULL DEFAULT '2000-01-01',
	to_d DATE,
	source VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'manual',
	proof_file_id BIGINT UNSIGNED,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_audience_party_uid (uid),
	KEY reservation_audience_party_of (party_id, org_id, from_d),
	KEY reservation_audience_party_in (audience_id, party_id),
	KEY reservation_audience_party_of_org (org_id),
	CONSTRAINT reservation_audience_party_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_audience_party_audience FOREIGN KEY (audience_id) REFERENCES reservation_audience (id),
	CONSTRAINT reservation_audience_party_party FOREIGN KEY (party_id) REFERENCES party (id),
	CONSTRAINT reservation_audience_party_proof FOREIGN KEY (proof_file_id) REFERENCES file (id),
	CONSTRAINT reservation_audience_party_source CHECK (source IN ('manual', 'membership', 'rule')),
	CONSTRAINT reservation_audience_party_days CHECK (to_d >= from_d)
) COMMENT 'Who belongs to an audience, from when to when';

CREATE TABLE reservation_day_calendar (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'public: computed, without rows; others from an .ics file or by hand',
	label VARCHAR(60) NOT NULL,
	computed VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'fr: public holidays of France; NULL: the ranges say',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_day_calendar_uid (uid),
	UNIQUE reservation_day_calendar_code (org_id, code),
	CONSTRAINT reservation_day_calendar_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_day_calendar_computed CHECK (computed IN ('fr', 'fr_alsace', 'fr_reunion'))
) COMMENT 'A set of days: public holidays, school holidays, a season of the house';

CREATE TABLE reservation_day_range (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	calendar_id BIGINT UNSIGNED NOT NULL,
	from_d DATE NOT NULL,
	to_d DATE NOT NULL COMMENT 'The last day of it',
	label VARCHAR(80),
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_day_range_uid (uid),
	KEY reservation_day_range_of (calendar_id, from_d),
	KEY reservation_day_range_of_org (org_id),
	CONSTRAINT reservation_day_range_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_day_range_calendar FOREIGN KEY (calendar_id) REFERENCES reservation_day_calendar (id),
	CONSTRAINT reservation_day_range_days CHECK (to_d >= from_d)
) COMMENT 'Days of a calendar';

CREATE TABLE reservation_closure (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	place_id BIGINT UNSIGNED NOT NULL,
	resource_id BIGINT UNSIGNED COMMENT 'One of the place; NULL: all of them',
	start_local DATETIME NOT NULL,
	end_local DATETIME NOT NULL,
	reason VARCHAR(120) NOT NULL COMMENT 'Shown to everybody',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_closure_uid (uid),
	KEY reservation_closure_of_place (place_id, start_local),
	KEY reservation_closure_of_org (org_id, start_local),
	CONSTRAINT reservation_closure_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_closure_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_closure_resource FOREIGN KEY (resource_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_closure_times CHECK (end_local > start_local)
) COMMENT 'Its full span; what of it was free is in the occupancy';

ALTER TABLE reservation_occupancy
	ADD COLUMN closure_id BIGINT UNSIGNED,
	ADD KEY reservation_occupancy_of_closure (closure_id),
	ADD CONSTRAINT reservation_occupancy_closure FOREIGN KEY (closure_id) REFERENCES reservation_closure (id);

CREATE TABLE reservation_requirement (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	policy_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	code VARCHAR(40) COLLATE utf8mb4_bin COMMENT 'Which terms, which grant (badge)',
	label VARCHAR(160) COMMENT 'What is asked, in words',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_requirement_uid (uid),
	KEY reservation_requirement_of (policy_id),
	KEY reservation_requirement_of_org (org_id),
	CONSTRAINT reservation_requirement_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_requirement_policy FOREIGN KEY (policy_id) REFERENCES reservation_policy (id),
	CONSTRAINT reservation_requirement_kind CHECK (kind IN ('terms', 'insurance', 'guarantee', 'membership', 'badge'))
) COMMENT 'What has to be accepted or held before something is booked';

CREATE TABLE reservation_quota (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	policy_id BIGINT UNSIGNED NOT NULL,
	audience_id BIGINT UNSIGNED COMMENT 'NULL: for everybody',
	unit VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	period VARCHAR(16) COLLATE utf8mb4_bin NOT NULL COMMENT 'open: what is to come',
	limit_value BIGINT UNSIGNED NOT NULL COMMENT 'Bookings, minutes or cents',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_quota_uid (uid),
	KEY reservation_quota_of (policy_id),
	KEY reservation_quota_of_org (org_id),
	CONSTRAINT reservation_quota_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_quota_policy FOREIGN KEY (policy_id) REFERENCES reservation_policy (id),
	CONSTRAINT reservation_quota_audience FOREIGN KEY (audience_id) REFERENCES reservation_audience (id),
	CONSTRAINT reservation_quota_unit CHECK (unit IN ('count', 'minute', 'money')),
	CONSTRAINT reservation_quota_period CHECK (period IN ('day', 'week', 'month', 'year', 'open'))
) COMMENT 'How much one booker may have at once or in a time';

CREATE TABLE reservation_reason (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'The same in the whole network: open, town, partner, gesture',
	label VARCHAR(80) NOT NULL,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_reason_uid (uid),
	UNIQUE reservation_reason_code (org_id, code),
	CONSTRAINT reservation_reason_org FOREIGN KEY (org_id) REFERENCES organisation (id)
) COMMENT 'Why something is given for less than its list price: reports value it';

CREATE TABLE reservation_adjust (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	place_id BIGINT UNSIGNED COMMENT 'At most one of place, kind and resource; none: all of the organisation',
	kind_id BIGINT UNSIGNED,
	resource_id BIGINT UNSIGNED,
	audience_id BIGINT UNSIGNED COMMENT 'NULL: for everybody',
	label VARCHAR(80) NOT NULL COMMENT 'tarif membre',
	discount_bp INT COMMENT 'Basis points off: 3000 is 30 %',
	amount_cents BIGINT COMMENT 'Or so much, once: 4000, or less than nothing',
	before_min SMALLINT UNSIGNED COMMENT 'Only for what begins before this minute of the day',
	after_min SMALLINT UNSIGNED COMMENT 'Only for what ends after it',
	reason_id BIGINT UNSIGNED,
	vat_code VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'VAT by audience; NULL: the tariff''s',
	position SMALLINT NOT NULL DEFAULT 0 COMMENT 'The order in which they apply',
	from_d DATE NOT NULL DEFAULT '2000-01-01',
	to_d DATE,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_adjust_uid (uid),
	KEY reservation_adjust_of_org (org_id, position),
	CONSTRAINT reservation_adjust_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_adjust_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_adjust_kind FOREIGN KEY (kind_id) REFERENCES reservation_kind (id),
	CONSTRAINT reservation_adjust_resource FOREIGN KEY (resource_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_adjust_audience FOREIGN KEY (audience_id) REFERENCES reservation_audience (id),
	CONSTRAINT reservation_adjust_reason FOREIGN KEY (reason_id) REFERENCES reservation_reason (id),
	CONSTRAINT reservation_adjust_scope CHECK
		((place_id IS NOT NULL) + (kind_id IS NOT NULL) + (resource_id IS NOT NULL) <= 1),
	CONSTRAINT reservation_adjust_what CHECK ((discount_bp IS NULL) <> (amount_cents IS NULL)),
	CONSTRAINT reservation_adjust_share CHECK (discount_bp BETWEEN 0 AND 10000),
	CONSTRAINT reservation_adjust_days CHECK (to_d >= from_d)
) COMMENT 'What is taken off a price or put on it, each with its reason';

CREATE TABLE reservation_extra (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	place_id BIGINT UNSIGNED COMMENT 'At most one of place, kind and resource; none: all of the organisation',
	kind_id BIGINT UNSIGNED,
	resource_id BIGINT UNSIGNED,
	label VARCHAR(80) NOT NULL COMMENT 'café d''accueil',
	unit VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	price_cents BIGINT NOT NULL,
	vat_code VARCHAR(16) COLLATE utf8mb4_bin,
	max INT UNSIGNED COMMENT 'How many at most; NULL: as many as wished',
	notice INT UNSIGNED COMMENT 'Minutes before the start by which it has to be asked for',
	position SMALLINT NOT NULL DEFAULT 0,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_extra_uid (uid),
	KEY reservation_extra_of_org (org_id, position),
	CONSTRAINT reservation_extra_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_extra_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_extra_kind FOREIGN KEY (kind_id) REFERENCES reservation_kind (id),
	CONSTRAINT reservation_extra_resource FOREIGN KEY (resource_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_extra_scope CHECK
		((place_id IS NOT NULL) + (kind_id IS NOT NULL) + (resource_id IS NOT NULL) <= 1),
	CONSTRAINT reservation_extra_unit CHECK (unit IN ('booking', 'person', 'hour', 'day'))
) COMMENT 'What is asked for with a room: cleaning, coffee, a welcome';

CREATE TABLE reservation_cancel_step (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	policy_id BIGINT UNSIGNED NOT NULL,
	audience_id BIGINT UNSIGNED COMMENT 'NULL: for everybody whose audience has none',
	before_minutes INT UNSIGNED NOT NULL COMMENT 'From so many minutes before the start',
	fee_kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	fee BIGINT NOT NULL COMMENT 'Basis points of the price, or cents',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_cancel_step_uid (uid),
	KEY reservation_cancel_step_of (policy_id, before_minutes),
	KEY reservation_cancel_step_of_org (org_id),
	CONSTRAINT reservation_cancel_step_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_cancel_step_policy FOREIGN KEY (policy_id) REFERENCES reservation_policy (id),
	CONSTRAINT reservation_cancel_step_audience FOREIGN KEY (audience_id) REFERENCES reservation_audience (id),
	CONSTRAINT reservation_cancel_step_kind CHECK (fee_kind IN ('percent', 'fixed')),
	CONSTRAINT reservation_cancel_step_fee CHECK (fee >= 0 AND (fee_kind = 'fixed' OR fee <= 10000))
) COMMENT 'What cancelling costs, the later the more';

CREATE TABLE reservation_cancel_line (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	booking_id BIGINT UNSIGNED NOT NULL,
	until_local DATETIME NOT NULL COMMENT 'Until then it costs the fee',
	fee_cents BIGINT NOT NULL,
	label VARCHAR(160) NOT NULL,
	UNIQUE reservation_cancel_line_of (booking_id, until_local),
	CONSTRAINT reservation_cancel_line_booking FOREIGN KEY (booking_id) REFERENCES reservation_booking (id)
) COMMENT 'The steps as they were accepted with a booking';

CREATE TABLE reservation_group (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	title VARCHAR(120),
	contact_id BIGINT UNSIGNED,
	payer_id BIGINT UNSIGNED,
	project_id BIGINT UNSIGNED,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE reservation_group_uid (uid),
	KEY reservation_group_of_org (org_id),
	CONSTRAINT reservation_group_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_group_contact FOREIGN KEY (contact_id) REFERENCES party (id),
	CONSTRAINT reservation_group_payer FOREIGN KEY (payer_id) REFERENCES party (id),
	CONSTRAINT reservation_group_project FOREIGN KEY (project_id) REFERENCES project (id)
) COMMENT 'Bookings made and cancelled together: the file of a seminar';

ALTER TABLE reservation_booking
	ADD KEY reservation_booking_group (group_id),
	ADD CONSTRAINT reservation_booking_in_group FOREIGN KEY (group_id) REFERENCES reservation_group (id),
	ADD CONSTRAINT reservation_booking_as FOREIGN KEY (audience_id) REFERENCES reservation_audience (id);

ALTER TABLE reservation_policy
	ADD CONSTRAINT reservation_policy_for FOREIGN KEY (audience_id) REFERENCES reservation_audience (id);

ALTER TABLE reservation_opening
	ADD CONSTRAINT reservation_opening_for FOREIGN KEY (audience_id) REFERENCES reservation_audience (id),
	ADD CONSTRAINT reservation_opening_only FOREIGN KEY (only_in) REFERENCES reservation_day_calendar (id),
	ADD CONSTRAINT reservation_opening_not FOREIGN KEY (not_in) REFERENCES reservation_day_calendar (id);

ALTER TABLE reservation_window
	ADD CONSTRAINT reservation_window_only FOREIGN KEY (only_in) REFERENCES reservation_day_calendar (id),
	ADD CONSTRAINT reservation_window_not FOREIGN KEY (not_in) REFERENCES reservation_day_calendar (id);

ALTER TABLE reservation_price_line
	ADD CONSTRAINT reservation_price_line_tariff FOREIGN KEY (tariff_id) REFERENCES reservation_tariff (id),
	ADD CONSTRAINT reservation_price_line_adjust FOREIGN KEY (adjust_id) REFERENCES reservation_adjust (id),
	ADD CONSTRAINT reservation_price_line_extra FOREIGN KEY (extra_id) REFERENCES reservation_extra (id),
	ADD CONSTRAINT reservation_price_line_step FOREIGN KEY (step_id) REFERENCES reservation_step (id),
	ADD CONSTRAINT reservation_price_line_reason FOREIGN KEY (reason_id) REFERENCES reservation_reason (id);
