-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- People, organisations and what they are to each other.
--
-- Conventions of every table: names are compared without case and accents (the database's own
-- collation, utf8mb4_uca1400_ai_ci), codes byte by byte (utf8mb4_bin, and a CHECK of what they may
-- be; a column in ascii would fail with 1267 as soon as it is compared with "é"). `…_utc` is UTC,
-- `…_d` a date, `to_d` the last day included. `archived_at` (UTC) takes a row out of the lists;
-- what nothing refers to may be deleted. `row_version` is raised by each change that a form makes.
-- `org_id` refers to organisation.id, `person_id` and the like to party.id.

CREATE TABLE party (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	given_name VARCHAR(80),
	family_name VARCHAR(80),
	legal_name VARCHAR(160),
	usual_name VARCHAR(160),
	name VARCHAR(170) AS (IF(kind = 'person', TRIM(CONCAT_WS(' ', given_name, family_name)),
		COALESCE(usual_name, legal_name))) STORED COMMENT 'As shown',
	sort_name VARCHAR(170) AS (IF(kind = 'person',
		TRIM(CONCAT_WS(' ', family_name, given_name)),
		COALESCE(usual_name, legal_name))) STORED COMMENT 'As sorted in lists',
	email VARCHAR(254) COMMENT 'Not unique: couples share one',
	phone VARCHAR(20) COLLATE utf8mb4_bin COMMENT 'E.164',
	lang VARCHAR(8) COLLATE utf8mb4_bin NOT NULL DEFAULT 'fr',
	siren CHAR(9) COLLATE utf8mb4_bin,
	siret CHAR(14) COLLATE utf8mb4_bin,
	rna CHAR(10) COLLATE utf8mb4_bin,
	vat_no VARCHAR(14) COLLATE utf8mb4_bin,
	public_buyer TINYINT(1) NOT NULL DEFAULT 0,
	merged_into_id BIGINT UNSIGNED COMMENT 'The one that took over; this row is archived',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE party_uid (uid),
	KEY party_sort (sort_name),
	KEY party_email (email),
	KEY party_phone (phone),
	KEY party_siren (siren),
	CONSTRAINT party_merged FOREIGN KEY (merged_into_id) REFERENCES party (id),
	CONSTRAINT party_kind CHECK (kind IN ('person', 'organisation')),
	CONSTRAINT party_named CHECK (name <> ''),
	CONSTRAINT party_names CHECK (IF(kind = 'person', legal_name IS NULL AND usual_name IS NULL,
		legal_name IS NOT NULL AND given_name IS NULL AND family_name IS NULL)),
	CONSTRAINT party_phone_e164 CHECK (phone REGEXP '^[+][1-9][0-9]{5,14}$'),
	CONSTRAINT party_siren_digits CHECK (siren REGEXP '^[0-9]{9}$'),
	CONSTRAINT party_siret_digits CHECK (siret IS NULL
		OR (siret REGEXP '^[0-9]{14}$' AND LEFT(siret, 9) <=> siren)),
	CONSTRAINT party_rna_shape CHECK (rna REGEXP '^W[0-9A-Z]{9}$'),
	CONSTRAINT party_public_buyer CHECK (public_buyer IN (0, 1))
) COMMENT 'A person or an organisation that anything is done for, with or by';

CREATE TABLE address (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	party_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'main',
	recipient VARCHAR(100) COMMENT 'Service or person at the party',
	building VARCHAR(100),
	street VARCHAR(100),
	hamlet VARCHAR(100) COMMENT 'Lieu-dit or post box',
	postcode VARCHAR(12) COLLATE utf8mb4_bin,
	town VARCHAR(80) NOT NULL,
	country CHAR(2) COLLATE utf8mb4_bin NOT NULL DEFAULT 'FR' COMMENT 'ISO 3166-1',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE address_uid (uid),
	UNIQUE address_one_of_a_kind (party_id, kind),
	CONSTRAINT address_party FOREIGN KEY (party_id) REFERENCES party (id),
	CONSTRAINT address_kind CHECK (kind IN ('main', 'billing', 'delivery')),
	CONSTRAINT address_country CHECK (country REGEXP '^[A-Z]{2}$')
) COMMENT 'Where a party is written to; documents keep their own copy';

CREATE TABLE organisation (
	id BIGINT UNSIGNED NOT NULL PRIMARY KEY COMMENT 'The same as party.id',
	slug VARCHAR(60) COLLATE utf8mb4_bin NOT NULL,
	operates TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Runs places and issues documents',
	is_network TINYINT(1) NOT NULL DEFAULT 0,
	one_network TINYINT(1) AS (NULLIF(is_network, 0)) VIRTUAL,
	accent CHAR(7) COLLATE utf8mb4_bin COMMENT 'Colour of buttons and links, light scheme',
	accent_dark CHAR(7) COLLATE utf8mb4_bin COMMENT 'In the dark scheme; NULL: computed',
	logo_file_id BIGINT UNSIGNED,
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT 'EUR' COMMENT 'ISO 4217',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE organisation_slug (slug),
	UNIQUE organisation_one_network (one_network),
	CONSTRAINT organisation_party FOREIGN KEY (id) REFERENCES party (id),
	CONSTRAINT organisation_slug_shape CHECK (slug REGEXP '^[a-z0-9]+(-[a-z0-9]+)*$'),
	CONSTRAINT organisation_operates CHECK (operates IN (0, 1)),
	CONSTRAINT organisation_is_network CHECK (is_network IN (0, 1)),
	CONSTRAINT organisation_accent CHECK (accent REGEXP '^#[0-9a-f]{6}$'),
	CONSTRAINT organisation_accent_dark CHECK (accent_dark REGEXP '^#[0-9a-f]{6}$'),
	CONSTRAINT organisation_currency CHECK (currency REGEXP '^[A-Z]{3}$')
) COMMENT 'A party with a name of its own here: an operator of places, the network, a client';

CREATE TABLE org_contact (
	org_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED NOT NULL,
	note TEXT COMMENT 'What this organisation keeps about the party, for itself',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	PRIMARY KEY (org_id, party_id),
	CONSTRAINT org_contact_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT org_contact_party FOREIGN KEY (party_id) REFERENCES party (id)
) COMMENT 'Which parties an organisation knows: it sees no others';

CREATE TABLE role (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	person_id BIGINT UNSIGNED NOT NULL,
	org_id BIGINT UNSIGNED NOT NULL,
	role VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	from_d DATE NOT NULL,
	to_d DATE COMMENT 'The day before from_d: never came into force',
	given_by_id BIGINT UNSIGNED COMMENT 'Who confirmed it: nobody attaches himself',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE role_uid (uid),
	UNIQUE role_once (person_id, org_id, role, from_d),
	KEY role_org (org_id, role),
	CONSTRAINT role_person FOREIGN KEY (person_id) REFERENCES party (id),
	CONSTRAINT role_organisation FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT role_giver FOREIGN KEY (given_by_id) REFERENCES party (id),
	CONSTRAINT role_known CHECK (role IN ('admin', 'manager', 'treasurer', 'member', 'opener',
		'contact', 'may_book', 'accounts')),
	CONSTRAINT role_days CHECK (to_d >= from_d - INTERVAL 1 DAY)
) COMMENT 'What a person may do in an operator (admin to opener), for a client (contact …)';

CREATE TABLE org_grant (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL COMMENT 'Whose rows they are',
	to_org_id BIGINT UNSIGNED NOT NULL COMMENT 'Who may see them',
	scope VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	from_d DATE NOT NULL,
	to_d DATE,
	signed_by_id BIGINT UNSIGNED NOT NULL,
	signed_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE org_grant_uid (uid),
	UNIQUE org_grant_once (org_id, to_org_id, scope, from_d),
	KEY org_grant_to (to_org_id, scope),
	CONSTRAINT org_grant_owner FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT org_grant_to_org FOREIGN KEY (to_org_id) REFERENCES organisation (id),
	CONSTRAINT org_grant_signer FOREIGN KEY (signed_by_id) REFERENCES party (id),
	CONSTRAINT org_grant_scope CHECK (scope IN ('figures', 'bookings', 'accounts')),
	CONSTRAINT org_grant_days CHECK (to_d >= from_d - INTERVAL 1 DAY),
	CONSTRAINT org_grant_other CHECK (to_org_id <> org_id)
) COMMENT 'What an organisation lets another see, by its own act; figures have no names';
