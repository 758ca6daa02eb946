-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What is owed: clients of an issuer, and the charges that other plugins post (comptoir/billing.h, ADR 0036).

CREATE TABLE invoicing_client (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED COMMENT 'NULL: a guest, known by the address that she proved to be hers',
	email VARCHAR(254) COMMENT 'Of a guest; NULL too: who left none, or is forgotten',
	name VARCHAR(170) COMMENT 'Of a guest',
	merged_into BIGINT UNSIGNED COMMENT 'The client of the contact that this one turned out to be; what was billed stays here',
	send_to VARCHAR(254) COMMENT 'Where documents are mailed to; NULL: to the party itself',
	version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Guard row: raised before anything is summed up over a client',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE invoicing_client_uid (uid),
	UNIQUE invoicing_client_party (issuer_id, party_id),
	UNIQUE invoicing_client_guest (issuer_id, email),
	KEY invoicing_client_of (party_id),
	CONSTRAINT invoicing_client_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_client_is FOREIGN KEY (party_id) REFERENCES party (id),
	KEY invoicing_client_merged (merged_into),
	CONSTRAINT invoicing_client_same FOREIGN KEY (merged_into) REFERENCES invoicing_client (id),
	CONSTRAINT invoicing_client_who CHECK (party_id IS NULL OR email IS NULL)
) COMMENT 'Who owes an issuer something, and how that is billed';

CREATE TABLE invoicing_source (
	issuer_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(60) COLLATE utf8mb4_bin NOT NULL COMMENT 'reservation.booking',
	source_id BIGINT UNSIGNED NOT NULL,
	title VARCHAR(200) NOT NULL,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (kind, source_id, issuer_id),
	KEY invoicing_source_of (issuer_id),
	CONSTRAINT invoicing_source_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id)
) COMMENT 'Guard row of a set of charges: one that posts at a time';

CREATE TABLE invoicing_charge (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	client_id BIGINT UNSIGNED NOT NULL,
	source_kind VARCHAR(60) COLLATE utf8mb4_bin NOT NULL,
	source_id BIGINT UNSIGNED NOT NULL,
	line VARCHAR(80) COLLATE utf8mb4_bin NOT NULL COMMENT 'Of the set; a share is CODE/KIND-ID, CODE that of its VAT',
	version INT UNSIGNED NOT NULL COMMENT 'Raised by each row that a change adds behind a billed one',
	reverses_id BIGINT UNSIGNED COMMENT 'The billed charge that this one takes back whole',
	share_kind VARCHAR(60) COLLATE utf8mb4_bin COMMENT 'What took or gave this share: subsidies.agreement',
	share_id BIGINT UNSIGNED,
	place_id BIGINT UNSIGNED,
	project_id BIGINT UNSIGNED,
	label VARCHAR(200) NOT NULL,
	quantity BIGINT NOT NULL COMMENT 'In 1/10 000',
	unit VARCHAR(8) COLLATE utf8mb4_bin NOT NULL DEFAULT 'C62' COMMENT 'UN/ECE Recommendation 20',
	unit_amount BIGINT NOT NULL COMMENT 'In 1/10 000 of the currency unit, in the basis',
	amount_cents BIGINT NOT NULL COMMENT 'In the basis',
	amounts VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL,
	vat_code VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	service_from_d DATE,
	service_to_d DATE,
	order_ref VARCHAR(60),
	document_id BIGINT UNSIGNED COMMENT 'Where it stands: a draft lets it change, an issued document never',
	billed_utc DATETIME COMMENT 'When that document was issued: from then on nothing of it changes',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE invoicing_charge_uid (uid),
	UNIQUE invoicing_charge_once (source_kind, source_id, issuer_id, line, client_id, version),
	UNIQUE invoicing_charge_reversed (reverses_id),
	KEY invoicing_charge_open (issuer_id, billed_utc, client_id, service_to_d),
	KEY invoicing_charge_of (client_id, billed_utc),
	KEY invoicing_charge_document (document_id),
	CONSTRAINT invoicing_charge_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_charge_client FOREIGN KEY (client_id) REFERENCES invoicing_client (id),
	CONSTRAINT invoicing_charge_source FOREIGN KEY (source_kind, source_id, issuer_id)
		REFERENCES invoicing_source (kind, source_id, issuer_id),
	CONSTRAINT invoicing_charge_reverses FOREIGN KEY (reverses_id) REFERENCES invoicing_charge (id),
	CONSTRAINT invoicing_charge_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT invoicing_charge_project FOREIGN KEY (project_id) REFERENCES project (id),
	CONSTRAINT invoicing_charge_amounts CHECK (amounts IN ('no_vat', 'include_vat', 'exclude_vat')),
	CONSTRAINT invoicing_charge_unit CHECK (unit_amount >= 0),
	CONSTRAINT invoicing_charge_share CHECK ((share_kind IS NULL) = (share_id IS NULL))
) COMMENT 'A line that somebody owes; billed once, when its document is issued';
