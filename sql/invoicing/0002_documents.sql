-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Who issues, under which VAT regime, and the documents: drafts that hold charges, and what was issued, which is never
-- changed again. What becomes of an issued document later (credited, paid) stands in rows of its own. ADR 0037.

CREATE TABLE invoicing_issuer (
	org_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	legal_form VARCHAR(80) COMMENT 'Association loi 1901, SCIC SA à capital variable …',
	registration VARCHAR(120) COMMENT 'RCS Lille Métropole 123 456 782',
	iban VARCHAR(34) COLLATE utf8mb4_bin,
	bic VARCHAR(11) COLLATE utf8mb4_bin,
	payment_days SMALLINT UNSIGNED NOT NULL DEFAULT 30,
	invoice_prefix VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'F',
	receipt_prefix VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'C',
	letter_head TEXT COMMENT 'Below the address of who issues',
	letter_intro TEXT COMMENT 'Above the lines',
	letter_end TEXT COMMENT 'Below the payment',
	version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Guard row of the periods of the VAT regime',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	CONSTRAINT invoicing_issuer_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_issuer_days CHECK (payment_days <= 60),
	CONSTRAINT invoicing_issuer_prefixes CHECK (invoice_prefix REGEXP '^[A-Z0-9]+$'
		AND receipt_prefix REGEXP '^[A-Z0-9]+$' AND invoice_prefix <> receipt_prefix)
) COMMENT 'What an organisation says of itself on what it issues';

CREATE TABLE invoicing_regime (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	vat_regime VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	on_debits TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'VAT is due when it is issued, not when it is paid (CGI 269-2 c)',
	from_d DATE NOT NULL,
	to_d DATE,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE invoicing_regime_uid (uid),
	KEY invoicing_regime_org (org_id, from_d),
	CONSTRAINT invoicing_regime_issuer FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_regime_known CHECK (vat_regime IN ('franchise', 'normal', 'exempt')),
	CONSTRAINT invoicing_regime_debits CHECK (on_debits IN (0, 1)),
	CONSTRAINT invoicing_regime_days CHECK (to_d >= from_d)
) COMMENT 'VAT regime of an issuer, by dates that do not overlap';

CREATE TABLE invoicing_series (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL COMMENT 'invoice: credit notes too',
	year SMALLINT UNSIGNED NOT NULL,
	prefix VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
	first_number INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Set before the first is issued: a place that starts within a year',
	reason VARCHAR(200) COMMENT 'Why the first is not 1',
	next_number INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Guard: raised before a number is used',
	last_d DATE NOT NULL COMMENT 'Of the last one issued: never goes back',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE invoicing_series_uid (uid),
	UNIQUE invoicing_series_of (issuer_id, kind, year),
	UNIQUE invoicing_series_prefix (issuer_id, prefix, year),
	CONSTRAINT invoicing_series_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_series_known CHECK (kind IN ('invoice', 'receipt')),
	CONSTRAINT invoicing_series_numbers CHECK (first_number >= 1 AND next_number >= first_number),
	CONSTRAINT invoicing_series_reason CHECK (first_number = 1 OR reason IS NOT NULL),
	CONSTRAINT invoicing_series_year CHECK (YEAR(last_d) = year)
) COMMENT 'Unbroken numbers, one after the other (CGI ann. II 242 nonies A I-7)';

CREATE TABLE invoicing_document (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	client_id BIGINT UNSIGNED NOT NULL,
	type VARCHAR(16) COLLATE utf8mb4_bin NOT NULL COMMENT 'receipt: of dues without counterpart',
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'draft' COMMENT 'What follows are rows of other tables',
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL,
	order_ref VARCHAR(60) COMMENT 'Engagement number of a public buyer (BT-13)',
	address VARCHAR(400) COMMENT 'Where it is sent, where that is not the address of the client',
	reason VARCHAR(300) COMMENT 'Of a credit note',
	payer_name VARCHAR(170) NOT NULL COMMENT 'As it was known; frozen by issuing',
	series_id BIGINT UNSIGNED,
	serial INT UNSIGNED,
	number VARCHAR(35) COLLATE utf8mb4_bin,
	issued_d DATE,
	issued_utc DATETIME,
	due_d DATE,
	net_cents BIGINT COMMENT 'BT-109',
	tax_cents BIGINT COMMENT 'BT-110',
	rounding_cents BIGINT COMMENT 'BT-114',
	gross_cents BIGINT COMMENT 'BT-115 before any payment; of a credit note above 0 as well',
	frozen_json LONGTEXT COMMENT 'All that was printed',
	listed_d DATE AS (COALESCE(issued_d, '2199-12-31')) STORED COMMENT 'Drafts stand before what was issued',
	created_by_id BIGINT UNSIGNED,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	row_version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Guard row of a draft',
	UNIQUE invoicing_document_uid (uid),
	UNIQUE invoicing_document_number (issuer_id, number),
	UNIQUE invoicing_document_serial (series_id, serial),
	KEY invoicing_document_list (issuer_id, listed_d, id),
	KEY invoicing_document_client (client_id, listed_d, id),
	CONSTRAINT invoicing_document_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_document_payer FOREIGN KEY (client_id) REFERENCES invoicing_client (id),
	CONSTRAINT invoicing_document_series FOREIGN KEY (series_id) REFERENCES invoicing_series (id),
	CONSTRAINT invoicing_document_author FOREIGN KEY (created_by_id) REFERENCES party (id),
	CONSTRAINT invoicing_document_type CHECK (type IN ('invoice', 'credit', 'receipt')),
	CONSTRAINT invoicing_document_state CHECK (state IN ('draft', 'issued')),
	CONSTRAINT invoicing_document_whole CHECK (IF(state = 'issued',
		series_id IS NOT NULL AND serial IS NOT NULL AND number IS NOT NULL AND issued_d IS NOT NULL
		AND issued_utc IS NOT NULL AND net_cents IS NOT NULL AND tax_cents IS NOT NULL AND rounding_cents IS NOT NULL
		AND gross_cents = net_cents + tax_cents + rounding_cents AND frozen_json IS NOT NULL,
		series_id IS NULL AND serial IS NULL AND number IS NULL AND issued_d IS NULL AND frozen_json IS NULL)),
	CONSTRAINT invoicing_document_frozen CHECK (JSON_VALID(frozen_json))
) COMMENT 'A draft, which holds charges; or what was issued, which is never changed';

ALTER TABLE invoicing_charge
	ADD CONSTRAINT invoicing_charge_on FOREIGN KEY (document_id) REFERENCES invoicing_document (id);

CREATE TABLE invoicing_document_line (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	document_id BIGINT UNSIGNED NOT NULL,
	position INT UNSIGNED NOT NULL,
	charge_id BIGINT UNSIGNED NOT NULL,
	title VARCHAR(200) NOT NULL COMMENT 'Of what it was for',
	label VARCHAR(200) NOT NULL,
	quantity BIGINT NOT NULL COMMENT 'In 1/10 000',
	unit VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
	unit_net BIGINT NOT NULL COMMENT 'Without VAT, in 1/10 000 of the currency unit (BT-146)',
	net_cents BIGINT NOT NULL COMMENT 'BT-131',
	vat_code VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	category VARCHAR(4) COLLATE utf8mb4_bin NOT NULL COMMENT 'UNCL5305',
	rate_bp INT NOT NULL,
	service_from_d DATE,
	service_to_d DATE,
	UNIQUE invoicing_document_line_position (document_id, position),
	UNIQUE invoicing_document_line_once (charge_id),
	CONSTRAINT invoicing_document_line_of FOREIGN KEY (document_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_document_line_charge FOREIGN KEY (charge_id) REFERENCES invoicing_charge (id)
) COMMENT 'A charge as it was billed';

CREATE TABLE invoicing_document_vat (
	document_id BIGINT UNSIGNED NOT NULL,
	category VARCHAR(4) COLLATE utf8mb4_bin NOT NULL,
	rate_bp INT NOT NULL,
	base_cents BIGINT NOT NULL COMMENT 'BT-116',
	tax_cents BIGINT NOT NULL COMMENT 'BT-117',
	exemption_code VARCHAR(30) COLLATE utf8mb4_bin COMMENT 'BT-121',
	PRIMARY KEY (document_id, category, rate_bp),
	CONSTRAINT invoicing_document_vat_of FOREIGN KEY (document_id) REFERENCES invoicing_document (id)
) COMMENT 'VAT by category and rate, computed once over the sum of their lines';

CREATE TABLE invoicing_document_link (
	from_id BIGINT UNSIGNED NOT NULL,
	to_id BIGINT UNSIGNED NOT NULL,
	relation VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	PRIMARY KEY (from_id, to_id, relation),
	KEY invoicing_document_link_back (to_id),
	CONSTRAINT invoicing_document_link_from FOREIGN KEY (from_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_document_link_to FOREIGN KEY (to_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_document_link_known CHECK (relation IN ('credits'))
) COMMENT 'What a document says of another: a credit note cites what it credits (BT-25)';

CREATE TABLE invoicing_document_file (
	document_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	file_id BIGINT UNSIGNED NOT NULL,
	sha256 CHAR(64) COLLATE utf8mb4_bin NOT NULL COMMENT 'Of its bytes, as they were stored',
	PRIMARY KEY (document_id, kind),
	KEY invoicing_document_file_is (file_id),
	CONSTRAINT invoicing_document_file_of FOREIGN KEY (document_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_document_file_stored FOREIGN KEY (file_id) REFERENCES file (id),
	CONSTRAINT invoicing_document_file_known CHECK (kind IN ('pdf'))
) COMMENT 'The paper itself';

CREATE TABLE invoicing_document_status (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	document_id BIGINT UNSIGNED NOT NULL,
	code VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	at_utc DATETIME NOT NULL,
	note VARCHAR(120) COMMENT 'Number that the other side gave',
	source VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
	by_id BIGINT UNSIGNED COMMENT 'Who said so; NULL: a program',
	KEY invoicing_document_status_of (document_id, id),
	CONSTRAINT invoicing_document_status_document FOREIGN KEY (document_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_document_status_by FOREIGN KEY (by_id) REFERENCES party (id),
	CONSTRAINT invoicing_document_status_known CHECK (code IN ('deposited'))
) COMMENT 'What happened to a document after it was issued; only ever added to';

CREATE TABLE invoicing_settlement (
	document_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	issuer_id BIGINT UNSIGNED NOT NULL,
	gross_cents BIGINT NOT NULL,
	credited_cents BIGINT NOT NULL DEFAULT 0,
	paid_cents BIGINT NOT NULL DEFAULT 0,
	left_cents BIGINT AS (gross_cents - credited_cents - paid_cents) STORED COMMENT 'Below 0: was paid before it was credited',
	version INT UNSIGNED NOT NULL DEFAULT 1,
	KEY invoicing_settlement_left (issuer_id, left_cents),
	CONSTRAINT invoicing_settlement_of FOREIGN KEY (document_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_settlement_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_settlement_credit CHECK (credited_cents BETWEEN 0 AND gross_cents),
	CONSTRAINT invoicing_settlement_paid CHECK (paid_cents BETWEEN 0 AND gross_cents)
) COMMENT 'Guard row: how much of an issued document is credited and paid';

CREATE TABLE invoicing_settlement_vat (
	document_id BIGINT UNSIGNED NOT NULL,
	category VARCHAR(4) COLLATE utf8mb4_bin NOT NULL,
	rate_bp INT NOT NULL,
	base_cents BIGINT NOT NULL,
	tax_cents BIGINT NOT NULL,
	credited_base_cents BIGINT NOT NULL DEFAULT 0,
	credited_tax_cents BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (document_id, category, rate_bp),
	CONSTRAINT invoicing_settlement_vat_of FOREIGN KEY (document_id) REFERENCES invoicing_settlement (document_id),
	CONSTRAINT invoicing_settlement_vat_base CHECK (credited_base_cents * SIGN(base_cents) BETWEEN 0 AND ABS(base_cents)),
	CONSTRAINT invoicing_settlement_vat_tax CHECK (credited_tax_cents * SIGN(tax_cents) BETWEEN 0 AND ABS(tax_cents))
) COMMENT 'The same by VAT category and rate';

-- What was issued is never changed: not by an UPDATE or a DELETE, and not by a row that is added to it. A foreign key
-- does not cascade, and the user that serves requests may not TRUNCATE. The document is read under a lock, so that
-- who changes a charge of a draft and who issues the draft at the same moment come one after the other.

CREATE TRIGGER invoicing_document_born BEFORE INSERT ON invoicing_document FOR EACH ROW
BEGIN
	IF NEW.state <> 'draft' THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_kept BEFORE UPDATE ON invoicing_document FOR EACH ROW
BEGIN
	IF OLD.state = 'issued' THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_stays BEFORE DELETE ON invoicing_document FOR EACH ROW
BEGIN
	IF OLD.state = 'issued' THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_line_born BEFORE INSERT ON invoicing_document_line FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (NEW.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_line_kept BEFORE UPDATE ON invoicing_document_line FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.document_id, NEW.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_line_stays BEFORE DELETE ON invoicing_document_line FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_vat_born BEFORE INSERT ON invoicing_document_vat FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (NEW.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_vat_kept BEFORE UPDATE ON invoicing_document_vat FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.document_id, NEW.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_vat_stays BEFORE DELETE ON invoicing_document_vat FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_link_born BEFORE INSERT ON invoicing_document_link FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (NEW.from_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_link_kept BEFORE UPDATE ON invoicing_document_link FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.from_id, NEW.from_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_link_stays BEFORE DELETE ON invoicing_document_link FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.from_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_charge_born BEFORE INSERT ON invoicing_charge FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (NEW.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_charge_kept BEFORE UPDATE ON invoicing_charge FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.document_id, NEW.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_charge_stays BEFORE DELETE ON invoicing_charge FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_document WHERE id IN (OLD.document_id) AND state = 'issued' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_document_file_kept BEFORE UPDATE ON invoicing_document_file FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
END;

CREATE TRIGGER invoicing_document_file_stays BEFORE DELETE ON invoicing_document_file FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
END;

CREATE TRIGGER invoicing_document_status_kept BEFORE UPDATE ON invoicing_document_status FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
END;

CREATE TRIGGER invoicing_document_status_stays BEFORE DELETE ON invoicing_document_status FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
END;

CREATE TRIGGER invoicing_settlement_kept BEFORE UPDATE ON invoicing_settlement FOR EACH ROW
BEGIN
	IF NEW.document_id <> OLD.document_id OR NEW.issuer_id <> OLD.issuer_id OR NEW.gross_cents <> OLD.gross_cents THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_settlement_stays BEFORE DELETE ON invoicing_settlement FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
END;

CREATE TRIGGER invoicing_settlement_vat_kept BEFORE UPDATE ON invoicing_settlement_vat FOR EACH ROW
BEGIN
	IF NEW.document_id <> OLD.document_id OR NEW.category <> OLD.category OR NEW.rate_bp <> OLD.rate_bp
		OR NEW.base_cents <> OLD.base_cents OR NEW.tax_cents <> OLD.tax_cents THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_settlement_vat_stays BEFORE DELETE ON invoicing_settlement_vat FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
END;
