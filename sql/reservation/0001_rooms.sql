-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What can be booked, when it is open, under which rules and at which price.
--
-- `scope` with `scope_id` says what a rule belongs to: a place, a kind or one resource; both are computed from
-- the columns that hold the key, so that each of those is a true reference. Rules are only ever ended by
-- their last day, never overwritten: figures are computed from the rules of their time.

CREATE TABLE reservation_kind (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	label_one VARCHAR(60) NOT NULL COMMENT 'salle',
	label_many VARCHAR(60) NOT NULL COMMENT 'salles',
	verb_label VARCHAR(80) COMMENT 'Réserver la découpeuse',
	unit_word VARCHAR(40) COMMENT 'bureaux',
	icon VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'room',
	policy_id BIGINT UNSIGNED,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_kind_uid (uid),
	KEY reservation_kind_of_org (org_id, label_one),
	CONSTRAINT reservation_kind_org FOREIGN KEY (org_id) REFERENCES organisation (id)
) COMMENT 'A sort of thing to book, with the words that people use for it';

CREATE TABLE reservation_policy (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	parent_id BIGINT UNSIGNED,
	audience_id BIGINT UNSIGNED,
	label VARCHAR(80) NOT NULL,
	min_notice INT UNSIGNED COMMENT 'Minutes before the start; NULL inherits, as all below',
	max_notice INT UNSIGNED COMMENT 'Minutes: how far ahead',
	min_duration INT UNSIGNED COMMENT 'Minutes',
	max_duration INT UNSIGNED COMMENT 'Minutes',
	step INT UNSIGNED COMMENT 'Minutes: starts and ends fall on multiples of it',
	overnight TINYINT(1),
	buffer_before INT UNSIGNED COMMENT 'Minutes that stay free before',
	buffer_after INT UNSIGNED COMMENT 'Minutes that stay free after',
	approval VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'none, always, rule',
	hold_minutes INT UNSIGNED,
	withdrawal VARCHAR(16) COLLATE utf8mb4_bin,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_policy_uid (uid),
	KEY reservation_policy_of_org (org_id, label),
	CONSTRAINT reservation_policy_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_policy_parent FOREIGN KEY (parent_id) REFERENCES reservation_policy (id),
	CONSTRAINT reservation_policy_step CHECK (step > 0 AND step <= 1440 AND 1440 MOD step = 0),
	CONSTRAINT reservation_policy_durations CHECK (max_duration >= min_duration),
	CONSTRAINT reservation_policy_approval CHECK (approval IN ('none', 'always', 'rule')),
	CONSTRAINT reservation_policy_withdrawal CHECK (withdrawal IN ('none', '14_days'))
) COMMENT 'Rules of booking; inherited resource > kind > place, and from parent to child';

CREATE TABLE reservation_place (
	place_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	policy_id BIGINT UNSIGNED,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	CONSTRAINT reservation_place_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_place_policy FOREIGN KEY (policy_id) REFERENCES reservation_policy (id)
) COMMENT 'What booking adds to a place';

CREATE TABLE reservation_resource (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL COMMENT 'The place''s organisation: who manages it',
	place_id BIGINT UNSIGNED NOT NULL,
	issuer_org_id BIGINT UNSIGNED COMMENT 'Who charges for it, where it is not org_id',
	kind_id BIGINT UNSIGNED NOT NULL,
	name VARCHAR(80) NOT NULL,
	summary VARCHAR(300),
	units INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Interchangeable ones: 12 desks',
	capacity INT UNSIGNED COMMENT 'Legal number of people',
	capacity_theatre INT UNSIGNED,
	capacity_class INT UNSIGNED,
	capacity_meeting INT UNSIGNED,
	area_m2 INT UNSIGNED,
	step_free TINYINT(1) NOT NULL DEFAULT 0,
	door_width INT UNSIGNED COMMENT 'Centimetres',
	hearing_loop TINYINT(1) NOT NULL DEFAULT 0,
	access_text TEXT,
	access_code VARCHAR(40) COMMENT 'Shown on the booking page only, from the evening before',
	access_from INT UNSIGNED COMMENT 'Minutes before the start',
	on_site_contact VARCHAR(120),
	photo_file_id BIGINT UNSIGNED,
	policy_id BIGINT UNSIGNED,
	members_only TINYINT(1) NOT NULL DEFAULT 0,
	active TINYINT(1) NOT NULL DEFAULT 1,
	position INT NOT NULL DEFAULT 0 COMMENT 'Order of the columns on the day page',
	sync_version BIGINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Lock, certification and calendar token in one',
	synced_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP() COMMENT 'Last-Modified of calendars; later with each version',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_resource_uid (uid),
	KEY reservation_resource_of_place (place_id, position, name),
	KEY reservation_resource_of_org (org_id, name),
	KEY reservation_resource_of_kind (kind_id),
	CONSTRAINT reservation_resource_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_resource_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_resource_issuer FOREIGN KEY (issuer_org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_resource_kind FOREIGN KEY (kind_id) REFERENCES reservation_kind (id),
	CONSTRAINT reservation_resource_policy FOREIGN KEY (policy_id) REFERENCES reservation_policy (id),
	CONSTRAINT reservation_resource_photo FOREIGN KEY (photo_file_id) REFERENCES file (id),
	CONSTRAINT reservation_resource_units CHECK (units BETWEEN 1 AND 500)
) COMMENT 'A room, a desk pool, a machine: anything that is booked by the hour or day';

ALTER TABLE reservation_kind
	ADD CONSTRAINT reservation_kind_policy FOREIGN KEY (policy_id) REFERENCES reservation_policy (id);

CREATE TABLE reservation_part (
	whole_id BIGINT UNSIGNED NOT NULL,
	leaf_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (whole_id, leaf_id),
	KEY reservation_part_leaf (leaf_id),
	CONSTRAINT reservation_part_whole FOREIGN KEY (whole_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_part_of FOREIGN KEY (leaf_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_part_other CHECK (whole_id <> leaf_id)
) COMMENT 'A divisible room is the set of its leaves; only leaves are ever occupied';

CREATE TABLE reservation_opening (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	place_id BIGINT UNSIGNED NOT NULL,
	resource_id BIGINT UNSIGNED COMMENT 'One of the place; NULL: all that have no openings of their own',
	scope VARCHAR(16) COLLATE utf8mb4_bin AS (IF(resource_id IS NULL, 'place', 'resource')) STORED,
	scope_id BIGINT UNSIGNED AS (COALESCE(resource_id, place_id)) STORED,
	valid_from DATE NOT NULL DEFAULT '2000-01-01',
	valid_to DATE,
	weekday_mask TINYINT UNSIGNED NOT NULL COMMENT 'Monday is bit 0',
	opens SMALLINT UNSIGNED NOT NULL COMMENT 'Minutes of the day',
	closes SMALLINT UNSIGNED NOT NULL COMMENT 'Minutes of the day, 1440 is midnight',
	audience_id BIGINT UNSIGNED,
	only_in BIGINT UNSIGNED,
	not_in BIGINT UNSIGNED,
	closed TINYINT(1) NOT NULL DEFAULT 0,
	priority SMALLINT NOT NULL DEFAULT 0,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_opening_uid (uid),
	KEY reservation_opening_scope (scope, scope_id, valid_from),
	KEY reservation_opening_of_org (org_id),
	CONSTRAINT reservation_opening_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_opening_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_opening_resource FOREIGN KEY (resource_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_opening_days CHECK (valid_to >= valid_from),
	CONSTRAINT reservation_opening_mask CHECK (weekday_mask BETWEEN 1 AND 127),
	CONSTRAINT reservation_opening_hours CHECK (closes > opens AND closes <= 1440)
) COMMENT 'Hours per weekday; a resource with openings of its own has only those';

CREATE TABLE reservation_window (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	place_id BIGINT UNSIGNED NOT NULL,
	label VARCHAR(40) NOT NULL COMMENT 'matin',
	weekday_mask TINYINT UNSIGNED NOT NULL DEFAULT 127,
	from_min SMALLINT UNSIGNED NOT NULL,
	to_min SMALLINT UNSIGNED NOT NULL,
	only_in BIGINT UNSIGNED,
	not_in BIGINT UNSIGNED,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_window_uid (uid),
	KEY reservation_window_of_place (place_id, from_min),
	CONSTRAINT reservation_window_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_window_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_window_hours CHECK (to_min > from_min AND to_min <= 1440),
	CONSTRAINT reservation_window_mask CHECK (weekday_mask BETWEEN 1 AND 127)
) COMMENT 'Named parts of a day of a place: morning, afternoon, evening';

CREATE TABLE reservation_tariff (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	place_id BIGINT UNSIGNED COMMENT 'Exactly one of place, kind and resource',
	kind_id BIGINT UNSIGNED,
	resource_id BIGINT UNSIGNED,
	scope VARCHAR(16) COLLATE utf8mb4_bin
		AS (IF(resource_id IS NOT NULL, 'resource', IF(kind_id IS NOT NULL, 'kind', 'place'))) STORED,
	scope_id BIGINT UNSIGNED AS (COALESCE(resource_id, kind_id, place_id)) STORED,
	label VARCHAR(80) NOT NULL,
	mode VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'fixed',
	amounts VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'include_vat',
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT 'EUR',
	vat_code VARCHAR(16) COLLATE utf8mb4_bin,
	offer_code VARCHAR(40) COLLATE utf8mb4_bin,
	floor_cents BIGINT,
	suggested_cents BIGINT,
	valid_from DATE NOT NULL DEFAULT '2000-01-01',
	valid_to DATE,
	supersedes_id BIGINT UNSIGNED,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_tariff_uid (uid),
	KEY reservation_tariff_scope (scope, scope_id, valid_from),
	KEY reservation_tariff_of_org (org_id, label),
	CONSTRAINT reservation_tariff_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_tariff_supersedes FOREIGN KEY (supersedes_id) REFERENCES reservation_tariff (id),
	CONSTRAINT reservation_tariff_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT reservation_tariff_kind FOREIGN KEY (kind_id) REFERENCES reservation_kind (id),
	CONSTRAINT reservation_tariff_resource FOREIGN KEY (resource_id) REFERENCES reservation_resource (id),
	CONSTRAINT reservation_tariff_scope_one CHECK
		((place_id IS NOT NULL) + (kind_id IS NOT NULL) + (resource_id IS NOT NULL) = 1),
	CONSTRAINT reservation_tariff_mode CHECK (mode IN ('fixed', 'free_price', 'on_quote', 'gratis')),
	CONSTRAINT reservation_tariff_amounts CHECK (amounts IN ('include_vat', 'exclude_vat', 'no_vat')),
	CONSTRAINT reservation_tariff_days CHECK (valid_to >= valid_from)
) COMMENT 'What something costs, and in which basis that price is exact';

CREATE TABLE reservation_step (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	tariff_id BIGINT UNSIGNED NOT NULL,
	window_id BIGINT UNSIGNED,
	unit VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	up_to INT UNSIGNED COMMENT 'Minutes: this step is for at most so long',
	amount_cents BIGINT NOT NULL,
	minimum_cents BIGINT,
	cap_cents BIGINT,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE reservation_step_uid (uid),
	KEY reservation_step_of_tariff (tariff_id),
	KEY reservation_step_of_org (org_id),
	CONSTRAINT reservation_step_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT reservation_step_tariff FOREIGN KEY (tariff_id) REFERENCES reservation_tariff (id),
	CONSTRAINT reservation_step_window FOREIGN KEY (window_id) REFERENCES reservation_window (id),
	CONSTRAINT reservation_step_unit CHECK (unit IN ('minute', 'hour_begun', 'window', 'day', 'week', 'month', 'use')),
	CONSTRAINT reservation_step_windowed CHECK ((unit = 'window') = (window_id IS NOT NULL))
) COMMENT 'A price of a tariff: of a window, an hour begun, a day …';
