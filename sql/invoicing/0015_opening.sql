-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Balances carried over ("reports à nouveau"): what a client owed, or was owed, at a day in the books that a place had
-- before. What is owed is a document of a type and a series of its own, without lines and VAT; what she had to her credit
-- is a payment that was received elsewhere. A row here says where it came from, and is the guard: a client has one, until
-- it is taken back, whole and with a reason, while nothing was paid on it. ADR 0048.

ALTER TABLE invoicing_series
	DROP CONSTRAINT invoicing_series_known,
	ADD CONSTRAINT invoicing_series_known CHECK (kind IN ('invoice', 'receipt', 'quote', 'slip', 'opening'));

ALTER TABLE invoicing_document
	DROP CONSTRAINT invoicing_document_type,
	ADD CONSTRAINT invoicing_document_type CHECK (type IN ('invoice', 'credit', 'receipt', 'advance', 'opening'));

ALTER TABLE invoicing_payment
	DROP CONSTRAINT invoicing_payment_means,
	ADD CONSTRAINT invoicing_payment_means CHECK (means IN ('transfer', 'card', 'cash', 'cheque', 'direct_debit', 'opening'));

CREATE TABLE invoicing_opening (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	client_id BIGINT UNSIGNED NOT NULL,
	as_of_d DATE NOT NULL COMMENT 'At the end of which it was open',
	origin VARCHAR(120) NOT NULL COMMENT 'From which books, in words',
	reference VARCHAR(80) COMMENT 'There',
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL,
	amount_cents BIGINT NOT NULL COMMENT 'Above 0: the client owed it; below: it was owed to her',
	document_id BIGINT UNSIGNED COMMENT 'Of what she owed',
	payment_id BIGINT UNSIGNED COMMENT 'Of what was owed to her',
	created_by_id BIGINT UNSIGNED,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	back_utc DATETIME COMMENT 'It was a mistake',
	back_reason VARCHAR(200),
	back_by_id BIGINT UNSIGNED,
	live_client_id BIGINT UNSIGNED AS (IF(back_utc IS NULL, client_id, NULL)) STORED COMMENT 'Guard: one at a time',
	UNIQUE invoicing_opening_uid (uid),
	UNIQUE invoicing_opening_once (live_client_id),
	UNIQUE invoicing_opening_document (document_id),
	UNIQUE invoicing_opening_payment (payment_id),
	KEY invoicing_opening_list (issuer_id, id),
	KEY invoicing_opening_client (client_id),
	CONSTRAINT invoicing_opening_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_opening_of FOREIGN KEY (client_id) REFERENCES invoicing_client (id),
	CONSTRAINT invoicing_opening_debt FOREIGN KEY (document_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_opening_credit FOREIGN KEY (payment_id) REFERENCES invoicing_payment (id),
	CONSTRAINT invoicing_opening_author FOREIGN KEY (created_by_id) REFERENCES party (id),
	CONSTRAINT invoicing_opening_back_by FOREIGN KEY (back_by_id) REFERENCES party (id),
	CONSTRAINT invoicing_opening_sign CHECK (IF(amount_cents > 0, document_id IS NOT NULL AND payment_id IS NULL,
		amount_cents < 0 AND payment_id IS NOT NULL AND document_id IS NULL)),
	CONSTRAINT invoicing_opening_why CHECK ((back_utc IS NULL) = (back_reason IS NULL))
) COMMENT 'Report à nouveau: the balance of a client from the books before';

-- It is what its document or its payment says, and no client has two, whatever rows turned out to be the same client.
CREATE TRIGGER invoicing_opening_born BEFORE INSERT ON invoicing_opening FOR EACH ROW
BEGIN
	DECLARE owner BIGINT UNSIGNED;
	IF NEW.back_utc IS NOT NULL OR (NEW.document_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoicing_document d
		WHERE d.id = NEW.document_id AND d.type = 'opening' AND d.state = 'issued' AND d.issuer_id = NEW.issuer_id
		AND d.client_id = NEW.client_id AND d.currency = NEW.currency AND d.gross_cents = NEW.amount_cents))
		OR (NEW.payment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoicing_payment p WHERE p.id = NEW.payment_id
		AND p.means = 'opening' AND p.reverses_id IS NULL AND p.issuer_id = NEW.issuer_id AND p.client_id = NEW.client_id
		AND p.currency = NEW.currency AND p.amount_cents = -NEW.amount_cents)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a balance carried over is what its document says';
	END IF;
	SET owner = (SELECT COALESCE(merged_into, id) FROM invoicing_client WHERE id = NEW.client_id);
	IF EXISTS (SELECT 1 FROM invoicing_opening WHERE live_client_id = owner LOCK IN SHARE MODE)
		OR EXISTS (SELECT 1 FROM invoicing_client c STRAIGHT_JOIN invoicing_opening o ON o.live_client_id = c.id
		WHERE c.merged_into = owner LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a client has one balance carried over';
	END IF;
END;

-- It changes once: taken back. Of a payment that is its reversal.
CREATE TRIGGER invoicing_opening_kept BEFORE UPDATE ON invoicing_opening FOR EACH ROW
BEGIN
	IF OLD.back_utc IS NOT NULL OR NEW.back_utc IS NULL OR NOT (NEW.id <=> OLD.id AND NEW.uid <=> OLD.uid
		AND NEW.issuer_id <=> OLD.issuer_id AND NEW.client_id <=> OLD.client_id AND NEW.as_of_d <=> OLD.as_of_d
		AND BINARY NEW.origin <=> BINARY OLD.origin AND BINARY NEW.reference <=> BINARY OLD.reference
		AND NEW.currency <=> OLD.currency AND NEW.amount_cents <=> OLD.amount_cents AND NEW.document_id <=> OLD.document_id
		AND NEW.payment_id <=> OLD.payment_id AND NEW.created_by_id <=> OLD.created_by_id
		AND NEW.created_utc <=> OLD.created_utc) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a balance carried over is never changed';
	END IF;
	IF NEW.payment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoicing_payment WHERE reverses_id = NEW.payment_id) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a credit carried over is taken back by its reversal';
	END IF;
END;

-- Nothing of it is owed any more: refused by invoicing_settlement_left where something was paid.
CREATE TRIGGER invoicing_opening_back AFTER UPDATE ON invoicing_opening FOR EACH ROW
BEGIN
	UPDATE invoicing_settlement SET credited_cents = gross_cents, version = version + 1 WHERE document_id = NEW.document_id;
END;

CREATE TRIGGER invoicing_opening_stays BEFORE DELETE ON invoicing_opening FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a balance carried over is never changed';
END;

-- No credit note takes anything off it, and nothing but its being taken back.
CREATE TRIGGER invoicing_settlement_opening BEFORE UPDATE ON invoicing_settlement FOR EACH ROW
BEGIN
	IF NEW.credited_cents <> OLD.credited_cents AND EXISTS (SELECT 1 FROM invoicing_document WHERE id = NEW.document_id
		AND type = 'opening') AND (NEW.credited_cents <> NEW.gross_cents OR NOT EXISTS (SELECT 1 FROM invoicing_opening
		WHERE document_id = NEW.document_id AND back_utc IS NOT NULL)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a balance carried over is taken back whole';
	END IF;
END;

-- No money goes out so; and its reversal takes a credit back, while nothing of it was used.
CREATE TRIGGER invoicing_payment_opening AFTER INSERT ON invoicing_payment FOR EACH ROW
BEGIN
	IF NEW.means = 'opening' AND NEW.reverses_id IS NULL AND NEW.amount_cents < 0 THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a credit carried over is above 0';
	END IF;
	IF NEW.means = 'opening' AND NEW.reverses_id IS NOT NULL THEN
		IF EXISTS (SELECT 1 FROM invoicing_payment_use WHERE payment_id = NEW.reverses_id AND used_cents <> 0 LOCK IN SHARE MODE) THEN
			SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a credit carried over is taken back whole';
		END IF;
		UPDATE invoicing_opening SET back_utc = UTC_TIMESTAMP(), back_reason = NEW.reason, back_by_id = NEW.recorded_by_id
			WHERE payment_id = NEW.reverses_id;
	END IF;
END;
