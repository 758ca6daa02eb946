-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What an issuer sells by hand (offers), quotes made of it, and deposits on accepted quotes. A quote is no document that
-- makes anybody owe anything: its lines become charges when it is billed, once. ADR 0041.

CREATE TABLE invoicing_offer (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	label VARCHAR(160) NOT NULL,
	unit VARCHAR(8) COLLATE utf8mb4_bin NOT NULL DEFAULT 'C62' COMMENT 'UN/ECE Recommendation 20',
	price_cents BIGINT NOT NULL,
	amounts VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'include_vat',
	vat_code VARCHAR(16) COLLATE utf8mb4_bin NOT NULL COMMENT 'Category, rate and ground of exemption: invoicing_vat',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE invoicing_offer_uid (uid),
	KEY invoicing_offer_list (org_id, label),
	CONSTRAINT invoicing_offer_issuer FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_offer_price CHECK (price_cents >= 0),
	CONSTRAINT invoicing_offer_amounts CHECK (amounts IN ('include_vat', 'exclude_vat'))
) COMMENT 'The catalogue of an issuer, for lines that are written by hand';

CREATE TABLE invoicing_quote (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED NOT NULL,
	title VARCHAR(120) NOT NULL,
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'draft' COMMENT 'lapsed: sent, and valid_d is over',
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT 'EUR',
	valid_d DATE NOT NULL COMMENT 'Last day on which it can be accepted',
	service_from_d DATE,
	service_to_d DATE,
	order_ref VARCHAR(60) COMMENT 'Engagement number of a public buyer (BT-13)',
	address VARCHAR(400) COMMENT 'Where it is sent, where that is not the address of the client',
	payer_name VARCHAR(170) COMMENT 'As it was sent',
	series_id BIGINT UNSIGNED,
	serial INT UNSIGNED,
	number VARCHAR(35) COLLATE utf8mb4_bin,
	sent_d DATE,
	gross_cents BIGINT,
	frozen_json LONGTEXT COMMENT 'All that was printed',
	file_id BIGINT UNSIGNED COMMENT 'The paper itself',
	sha256 CHAR(64) COLLATE utf8mb4_bin,
	answered_d DATE COMMENT 'When it was accepted or refused',
	answered_by VARCHAR(120) COMMENT 'Who said so for the client',
	billed_utc DATETIME COMMENT 'When its lines became charges: once',
	created_by_id BIGINT UNSIGNED,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	row_version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Guard row of its lines and of what becomes of it',
	UNIQUE invoicing_quote_uid (uid),
	UNIQUE invoicing_quote_number (issuer_id, number),
	UNIQUE invoicing_quote_serial (series_id, serial),
	KEY invoicing_quote_list (issuer_id, id),
	KEY invoicing_quote_party (party_id),
	CONSTRAINT invoicing_quote_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_quote_client FOREIGN KEY (party_id) REFERENCES party (id),
	CONSTRAINT invoicing_quote_series FOREIGN KEY (series_id) REFERENCES invoicing_series (id),
	CONSTRAINT invoicing_quote_file FOREIGN KEY (file_id) REFERENCES file (id),
	CONSTRAINT invoicing_quote_author FOREIGN KEY (created_by_id) REFERENCES party (id),
	CONSTRAINT invoicing_quote_state CHECK (state IN ('draft', 'sent', 'accepted', 'refused')),
	CONSTRAINT invoicing_quote_days CHECK (service_to_d >= service_from_d),
	CONSTRAINT invoicing_quote_whole CHECK (IF(state = 'draft',
		series_id IS NULL AND serial IS NULL AND number IS NULL AND sent_d IS NULL AND file_id IS NULL,
		series_id IS NOT NULL AND serial IS NOT NULL AND number IS NOT NULL AND sent_d IS NOT NULL AND payer_name IS NOT NULL
		AND gross_cents IS NOT NULL AND gross_cents > 0 AND frozen_json IS NOT NULL AND file_id IS NOT NULL AND sha256 IS NOT NULL)),
	CONSTRAINT invoicing_quote_answer CHECK ((state IN ('accepted', 'refused')) = (answered_d IS NOT NULL)),
	CONSTRAINT invoicing_quote_accepted CHECK (state <> 'accepted' OR answered_by IS NOT NULL),
	CONSTRAINT invoicing_quote_billed CHECK (billed_utc IS NULL OR state = 'accepted'),
	CONSTRAINT invoicing_quote_frozen CHECK (JSON_VALID(frozen_json))
) COMMENT 'What a client is offered, at which price and until when';

CREATE TABLE invoicing_quote_line (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	quote_id BIGINT UNSIGNED NOT NULL,
	offer_id BIGINT UNSIGNED COMMENT 'Where it came from; what it says is its own',
	label VARCHAR(160) NOT NULL,
	quantity BIGINT NOT NULL COMMENT 'In 1/10 000',
	unit VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
	unit_amount BIGINT NOT NULL COMMENT 'In 1/10 000 of the currency unit, in the basis',
	amount_cents BIGINT NOT NULL COMMENT 'In the basis',
	amounts VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	vat_code VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	KEY invoicing_quote_line_of (quote_id, id),
	KEY invoicing_quote_line_offer (offer_id),
	CONSTRAINT invoicing_quote_line_quote FOREIGN KEY (quote_id) REFERENCES invoicing_quote (id),
	CONSTRAINT invoicing_quote_line_from FOREIGN KEY (offer_id) REFERENCES invoicing_offer (id),
	CONSTRAINT invoicing_quote_line_amounts CHECK (amounts IN ('no_vat', 'include_vat', 'exclude_vat')),
	CONSTRAINT invoicing_quote_line_positive CHECK (quantity > 0 AND unit_amount >= 0 AND amount_cents >= 0)
) COMMENT 'A line of a quote, from the catalogue or written freely';

ALTER TABLE invoicing_charge
	ADD COLUMN deposit TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Asked for in advance: stands on an advance invoice alone',
	ADD COLUMN deducts_id BIGINT UNSIGNED COMMENT 'The charge of an advance invoice that this one deducts',
	ADD KEY invoicing_charge_deducted (deducts_id),
	ADD CONSTRAINT invoicing_charge_deducts FOREIGN KEY (deducts_id) REFERENCES invoicing_charge (id),
	ADD CONSTRAINT invoicing_charge_one_way CHECK (deposit = 0 OR deducts_id IS NULL);

ALTER TABLE invoicing_document
	DROP CONSTRAINT invoicing_document_type,
	ADD CONSTRAINT invoicing_document_type CHECK (type IN ('invoice', 'credit', 'receipt', 'advance'));

ALTER TABLE invoicing_document_link
	DROP CONSTRAINT invoicing_document_link_known,
	ADD CONSTRAINT invoicing_document_link_known CHECK (relation IN ('credits', 'deducts'));

ALTER TABLE invoicing_series
	DROP CONSTRAINT invoicing_series_known,
	ADD CONSTRAINT invoicing_series_known CHECK (kind IN ('invoice', 'receipt', 'quote'));

-- What was sent is what the client accepts: from then on only the answer to it is written down, and that it was billed.
-- An answer can be mended until it is billed; what was billed can be taken back until something of it is issued. Whose it is
-- changes where two contacts are merged. Texts are compared as bytes: accents and capitals are part of them.
CREATE TRIGGER invoicing_quote_born BEFORE INSERT ON invoicing_quote FOR EACH ROW
BEGIN
	IF NEW.state <> 'draft' THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_quote_kept BEFORE UPDATE ON invoicing_quote FOR EACH ROW
BEGIN
	IF OLD.state <> 'draft' AND (NEW.state = 'draft' OR NOT (
		NEW.uid <=> OLD.uid AND NEW.issuer_id <=> OLD.issuer_id AND NEW.currency <=> OLD.currency AND
		NEW.valid_d <=> OLD.valid_d AND NEW.service_from_d <=> OLD.service_from_d AND
		NEW.service_to_d <=> OLD.service_to_d AND NEW.series_id <=> OLD.series_id AND NEW.serial <=> OLD.serial AND
		NEW.number <=> OLD.number AND NEW.sent_d <=> OLD.sent_d AND NEW.gross_cents <=> OLD.gross_cents AND
		NEW.file_id <=> OLD.file_id AND NEW.sha256 <=> OLD.sha256 AND NEW.created_by_id <=> OLD.created_by_id AND
		NEW.created_utc <=> OLD.created_utc AND BINARY NEW.title <=> BINARY OLD.title AND
		BINARY NEW.payer_name <=> BINARY OLD.payer_name AND BINARY NEW.address <=> BINARY OLD.address AND
		BINARY NEW.order_ref <=> BINARY OLD.order_ref AND BINARY NEW.frozen_json <=> BINARY OLD.frozen_json)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
	IF OLD.billed_utc IS NOT NULL AND NOT (NEW.state <=> OLD.state AND NEW.answered_d <=> OLD.answered_d
		AND BINARY NEW.answered_by <=> BINARY OLD.answered_by) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was accepted and billed is never changed';
	END IF;
	IF OLD.billed_utc IS NOT NULL AND NOT NEW.billed_utc <=> OLD.billed_utc AND (NEW.billed_utc IS NOT NULL OR EXISTS (
		SELECT 1 FROM invoicing_charge WHERE source_kind = 'invoicing.quote' AND source_id = OLD.id AND deposit = 0
		AND reverses_id IS NULL AND billed_utc IS NOT NULL)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was accepted and billed is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_quote_stays BEFORE DELETE ON invoicing_quote FOR EACH ROW
BEGIN
	IF OLD.state <> 'draft' THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_quote_line_born BEFORE INSERT ON invoicing_quote_line FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_quote WHERE id IN (NEW.quote_id) AND state <> 'draft' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_quote_line_kept BEFORE UPDATE ON invoicing_quote_line FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_quote WHERE id IN (OLD.quote_id, NEW.quote_id) AND state <> 'draft' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_quote_line_stays BEFORE DELETE ON invoicing_quote_line FOR EACH ROW
BEGIN
	IF EXISTS (SELECT 1 FROM invoicing_quote WHERE id IN (OLD.quote_id) AND state <> 'draft' LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
END;

-- Without a word, what a consumer pays in advance is an earnest that either side may give up (C. conso. L214-1).
ALTER TABLE invoicing_mention
	DROP CONSTRAINT invoicing_mention_applies,
	ADD CONSTRAINT invoicing_mention_applies CHECK (applies IN ('E293B', 'E261', 'O', 'debits', 'professional', 'public', 'quote'));

INSERT INTO invoicing_mention (code, from_d, position, applies, text) VALUES
	('advance', '2014-01-01', 40, 'quote', 'Une somme demandée à l’avance sur ce devis est un acompte : la facture la déduit.');
