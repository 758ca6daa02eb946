-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Payments, and what they pay: rows that are only ever added. ADR 0040.
--
-- An allocation gives so much of a payment to a document, or to a payment below 0 (what was paid back, or what reverses a
-- mistake). A row below 0 takes it back. Triggers keep the two guard rows, that of the payment (invoicing_payment_use) and
-- that of the document (invoicing_settlement), equal to the sum of their allocations; their CHECKs keep the sum within
-- the payment and within the document, whoever writes.

CREATE TABLE invoicing_payment (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	client_id BIGINT UNSIGNED NOT NULL,
	means VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL,
	amount_cents BIGINT NOT NULL COMMENT 'Below 0: paid back, or reversed',
	received_d DATE NOT NULL,
	reference VARCHAR(80) COMMENT 'Of the bank; number of a cheque',
	given_by VARCHAR(120) COMMENT 'Where that is not the client: the drawer of a cheque',
	reverses_id BIGINT UNSIGNED COMMENT 'A payment that was recorded wrongly: taken back whole',
	reason VARCHAR(200) COMMENT 'Why it was reversed, or paid back',
	recorded_by_id BIGINT UNSIGNED COMMENT 'NULL: a program',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE invoicing_payment_uid (uid),
	UNIQUE invoicing_payment_reversed (reverses_id),
	KEY invoicing_payment_list (issuer_id, received_d, id),
	KEY invoicing_payment_client (client_id, received_d, id),
	CONSTRAINT invoicing_payment_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_payment_payer FOREIGN KEY (client_id) REFERENCES invoicing_client (id),
	CONSTRAINT invoicing_payment_reverses FOREIGN KEY (reverses_id) REFERENCES invoicing_payment (id),
	CONSTRAINT invoicing_payment_by FOREIGN KEY (recorded_by_id) REFERENCES party (id),
	CONSTRAINT invoicing_payment_means CHECK (means IN ('transfer', 'card', 'cash', 'cheque', 'direct_debit')),
	CONSTRAINT invoicing_payment_amount CHECK (amount_cents <> 0),
	CONSTRAINT invoicing_payment_why CHECK (reverses_id IS NULL OR reason IS NOT NULL)
) COMMENT 'Money that came, or went back; never changed';

CREATE TABLE invoicing_payment_use (
	payment_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	issuer_id BIGINT UNSIGNED NOT NULL,
	client_id BIGINT UNSIGNED NOT NULL,
	amount_cents BIGINT NOT NULL,
	used_cents BIGINT NOT NULL DEFAULT 0 COMMENT 'Given to documents, or paid back; of a payment below 0 what covers it',
	free_cents BIGINT AS (amount_cents - used_cents) STORED COMMENT 'Above 0: a credit of the client',
	version INT UNSIGNED NOT NULL DEFAULT 1,
	KEY invoicing_payment_use_free (issuer_id, free_cents),
	KEY invoicing_payment_use_client (client_id, free_cents),
	CONSTRAINT invoicing_payment_use_of FOREIGN KEY (payment_id) REFERENCES invoicing_payment (id),
	CONSTRAINT invoicing_payment_use_within CHECK (used_cents * SIGN(amount_cents) BETWEEN 0 AND ABS(amount_cents))
) COMMENT 'Guard row: how much of a payment is used';

CREATE TABLE invoicing_payment_allocation (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	payment_id BIGINT UNSIGNED NOT NULL COMMENT 'Above 0',
	document_id BIGINT UNSIGNED COMMENT 'What it pays',
	out_id BIGINT UNSIGNED COMMENT 'Or the payment below 0 that it covers',
	amount_cents BIGINT NOT NULL COMMENT 'Below 0: taken back',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	KEY invoicing_payment_allocation_of (payment_id),
	KEY invoicing_payment_allocation_document (document_id),
	KEY invoicing_payment_allocation_out (out_id),
	CONSTRAINT invoicing_payment_allocation_from FOREIGN KEY (payment_id) REFERENCES invoicing_payment_use (payment_id),
	CONSTRAINT invoicing_payment_allocation_pays FOREIGN KEY (document_id) REFERENCES invoicing_settlement (document_id),
	CONSTRAINT invoicing_payment_allocation_covers FOREIGN KEY (out_id) REFERENCES invoicing_payment_use (payment_id),
	CONSTRAINT invoicing_payment_allocation_one CHECK ((document_id IS NULL) <> (out_id IS NULL)),
	CONSTRAINT invoicing_payment_allocation_amount CHECK (amount_cents <> 0)
) COMMENT 'What a payment pays; never changed';

-- Credited and paid together are never more than a document: who credits what was paid takes the payment back from it first.
ALTER TABLE invoicing_settlement
	ADD CONSTRAINT invoicing_settlement_left CHECK (credited_cents + paid_cents <= gross_cents);

CREATE TRIGGER invoicing_payment_born BEFORE INSERT ON invoicing_payment FOR EACH ROW
BEGIN
	IF NOT EXISTS (SELECT 1 FROM invoicing_client WHERE id = NEW.client_id AND issuer_id = NEW.issuer_id) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is to the issuer of its client';
	END IF;
	IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoicing_payment p WHERE p.id = NEW.reverses_id
		AND p.reverses_id IS NULL AND p.issuer_id = NEW.issuer_id AND p.client_id = NEW.client_id AND p.means = NEW.means
		AND p.currency = NEW.currency AND p.amount_cents = -NEW.amount_cents) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is reversed whole, once, and as it was';
	END IF;
END;

CREATE TRIGGER invoicing_payment_guarded AFTER INSERT ON invoicing_payment FOR EACH ROW
BEGIN
	INSERT INTO invoicing_payment_use (payment_id, issuer_id, client_id, amount_cents)
		VALUES (NEW.id, NEW.issuer_id, NEW.client_id, NEW.amount_cents);
END;

CREATE TRIGGER invoicing_payment_kept BEFORE UPDATE ON invoicing_payment FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
END;

CREATE TRIGGER invoicing_payment_stays BEFORE DELETE ON invoicing_payment FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
END;

-- A payment pays what is its client's, also where two clients turned out to be the same, and in its own currency.
CREATE TRIGGER invoicing_payment_allocation_born BEFORE INSERT ON invoicing_payment_allocation FOR EACH ROW
BEGIN
	IF NEW.document_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoicing_payment p JOIN invoicing_client k ON k.id = p.client_id
		JOIN invoicing_document d ON d.id = NEW.document_id JOIN invoicing_client c ON c.id = d.client_id
		WHERE p.id = NEW.payment_id AND p.amount_cents > 0 AND d.issuer_id = p.issuer_id AND d.currency = p.currency
		AND COALESCE(c.merged_into, c.id) = COALESCE(k.merged_into, k.id)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment pays what is its client’s';
	END IF;
	IF NEW.out_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoicing_payment p JOIN invoicing_client k ON k.id = p.client_id
		JOIN invoicing_payment o ON o.id = NEW.out_id JOIN invoicing_client c ON c.id = o.client_id
		WHERE p.id = NEW.payment_id AND p.amount_cents > 0 AND o.amount_cents < 0 AND o.issuer_id = p.issuer_id
		AND o.currency = p.currency AND COALESCE(c.merged_into, c.id) = COALESCE(k.merged_into, k.id)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment pays what is its client’s';
	END IF;
END;

CREATE TRIGGER invoicing_payment_allocation_counted AFTER INSERT ON invoicing_payment_allocation FOR EACH ROW
BEGIN
	UPDATE invoicing_payment_use SET used_cents = used_cents + NEW.amount_cents, version = version + 1
		WHERE payment_id = NEW.payment_id;
	IF NEW.document_id IS NOT NULL THEN
		UPDATE invoicing_settlement SET paid_cents = paid_cents + NEW.amount_cents, version = version + 1
			WHERE document_id = NEW.document_id;
	ELSE
		UPDATE invoicing_payment_use SET used_cents = used_cents - NEW.amount_cents, version = version + 1
			WHERE payment_id = NEW.out_id;
	END IF;
END;

CREATE TRIGGER invoicing_payment_allocation_kept BEFORE UPDATE ON invoicing_payment_allocation FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
END;

CREATE TRIGGER invoicing_payment_allocation_stays BEFORE DELETE ON invoicing_payment_allocation FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
END;

-- The guard rows are what their allocations come to: read under a lock, as the row of the guard is at this moment.
CREATE TRIGGER invoicing_settlement_paid BEFORE UPDATE ON invoicing_settlement FOR EACH ROW
BEGIN
	IF NEW.paid_cents <> OLD.paid_cents AND NEW.paid_cents <> (SELECT COALESCE(SUM(amount_cents), 0)
		FROM invoicing_payment_allocation WHERE document_id = NEW.document_id LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: only a payment pays';
	END IF;
END;

CREATE TRIGGER invoicing_settlement_born BEFORE INSERT ON invoicing_settlement FOR EACH ROW
BEGIN
	IF NEW.paid_cents <> 0 THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: only a payment pays';
	END IF;
END;

CREATE TRIGGER invoicing_payment_use_born BEFORE INSERT ON invoicing_payment_use FOR EACH ROW
BEGIN
	IF NEW.used_cents <> 0 OR NOT EXISTS (SELECT 1 FROM invoicing_payment p WHERE p.id = NEW.payment_id
		AND p.amount_cents = NEW.amount_cents AND p.client_id = NEW.client_id AND p.issuer_id = NEW.issuer_id) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_payment_use_kept BEFORE UPDATE ON invoicing_payment_use FOR EACH ROW
BEGIN
	IF NEW.payment_id <> OLD.payment_id OR NEW.issuer_id <> OLD.issuer_id OR NEW.client_id <> OLD.client_id
		OR NEW.amount_cents <> OLD.amount_cents THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
	END IF;
	IF NEW.used_cents <> OLD.used_cents AND NEW.used_cents <> IF(NEW.amount_cents > 0, 1, -1) * (SELECT
		COALESCE(SUM(amount_cents), 0) FROM invoicing_payment_allocation WHERE payment_id = NEW.payment_id
		OR out_id = NEW.payment_id LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_payment_use_stays BEFORE DELETE ON invoicing_payment_use FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a payment is never changed';
END;
