-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What everything else hangs on: places, works with a budget, and the terms that were accepted.

CREATE TABLE place (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	slug VARCHAR(60) COLLATE utf8mb4_bin NOT NULL,
	name VARCHAR(120) NOT NULL,
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'open',
	summary VARCHAR(300) COMMENT 'One sentence, for cards and lists',
	description TEXT,
	building VARCHAR(100),
	street VARCHAR(100),
	hamlet VARCHAR(100),
	postcode VARCHAR(12) COLLATE utf8mb4_bin,
	town VARCHAR(80),
	country CHAR(2) COLLATE utf8mb4_bin NOT NULL DEFAULT 'FR',
	lat_e6 INT COMMENT 'Millionths of a degree, WGS 84',
	lon_e6 INT,
	zone VARCHAR(40) COLLATE utf8mb4_bin NOT NULL DEFAULT 'Europe/Paris' COMMENT 'IANA zone',
	phone VARCHAR(20) COLLATE utf8mb4_bin,
	email VARCHAR(254),
	website VARCHAR(300),
	access_note TEXT COMMENT 'How to come and to get in: steps, doors, buses, parking',
	photo_file_id BIGINT UNSIGNED,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE place_uid (uid),
	UNIQUE place_slug (slug),
	KEY place_org (org_id, name),
	CONSTRAINT place_organisation FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT place_photo FOREIGN KEY (photo_file_id) REFERENCES file (id),
	CONSTRAINT place_slug_shape CHECK (slug REGEXP '^[a-z0-9]+(-[a-z0-9]+)*$'),
	CONSTRAINT place_state CHECK (state IN ('project', 'open', 'closed')),
	CONSTRAINT place_country CHECK (country REGEXP '^[A-Z]{2}$'),
	CONSTRAINT place_position CHECK (lat_e6 BETWEEN -90000000 AND 90000000
		AND lon_e6 BETWEEN -180000000 AND 180000000),
	CONSTRAINT place_zone CHECK (zone REGEXP '^[A-Za-z][A-Za-z0-9_+/-]*$'),
	CONSTRAINT place_phone CHECK (phone REGEXP '^[+][1-9][0-9]{5,14}$')
) COMMENT 'A place that an organisation runs, also one without a room yet';

CREATE TABLE project (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	parent_id BIGINT UNSIGNED,
	code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
	label VARCHAR(120) NOT NULL,
	lead_id BIGINT UNSIGNED COMMENT 'The person in charge',
	from_d DATE,
	to_d DATE,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE project_uid (uid),
	UNIQUE project_code (org_id, code),
	KEY project_lead_of (lead_id),
	CONSTRAINT project_organisation FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT project_parent FOREIGN KEY (parent_id) REFERENCES project (id),
	CONSTRAINT project_lead FOREIGN KEY (lead_id) REFERENCES party (id),
	CONSTRAINT project_days CHECK (to_d >= from_d)
) COMMENT 'A work of an organisation that has a person in charge and a budget of its own';

CREATE TABLE terms (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	version INT UNSIGNED NOT NULL,
	title VARCHAR(120) NOT NULL,
	text MEDIUMTEXT,
	file_id BIGINT UNSIGNED,
	from_d DATE NOT NULL COMMENT 'In force until the next version of the kind',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE terms_uid (uid),
	UNIQUE terms_version (org_id, kind, version),
	CONSTRAINT terms_organisation FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT terms_file FOREIGN KEY (file_id) REFERENCES file (id),
	CONSTRAINT terms_kind CHECK (kind IN ('sale', 'rules', 'privacy', 'charter', 'sharing')),
	CONSTRAINT terms_content CHECK (text IS NOT NULL OR file_id IS NOT NULL)
) COMMENT 'A version of conditions of sale, house rules, privacy, charter, sharing conditions';

CREATE TABLE terms_acceptance (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	terms_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED NOT NULL,
	subject_kind VARCHAR(60) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'What it was for',
	subject_id BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '0: for everything',
	at_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE terms_acceptance_once (terms_id, party_id, subject_kind, subject_id),
	KEY terms_acceptance_subject (subject_kind, subject_id),
	CONSTRAINT terms_acceptance_terms FOREIGN KEY (terms_id) REFERENCES terms (id),
	CONSTRAINT terms_acceptance_party FOREIGN KEY (party_id) REFERENCES party (id)
) COMMENT 'Who accepted which version for what, and when';
