-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Cheques, and the slips with which they are taken to the bank. ADR 0044.
--
-- Each payment by cheque has one row in invoicing_cheque, made by the trigger that sees the payment: on which slip it
-- is, and whether it was reversed. The row is the guard: a cheque cannot be on two slips, as it names one. A slip has
-- its number for ever; it is undone, which sets its cheques free, or deposited, and then neither of them any more.

CREATE TABLE invoicing_slip (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	issuer_id BIGINT UNSIGNED NOT NULL,
	series_id BIGINT UNSIGNED NOT NULL,
	serial INT UNSIGNED NOT NULL,
	number VARCHAR(35) COLLATE utf8mb4_bin NOT NULL,
	made_d DATE NOT NULL,
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL,
	cheques INT UNSIGNED NOT NULL,
	total_cents BIGINT NOT NULL,
	iban VARCHAR(34) COLLATE utf8mb4_bin COMMENT 'The account that it is for, as printed',
	file_id BIGINT UNSIGNED NOT NULL COMMENT 'The paper itself',
	sha256 CHAR(64) COLLATE utf8mb4_bin NOT NULL,
	deposited_d DATE COMMENT 'When it was taken to the bank',
	undone_utc DATETIME COMMENT 'It was a mistake: its cheques are free again',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE invoicing_slip_uid (uid),
	UNIQUE invoicing_slip_number (issuer_id, number),
	UNIQUE invoicing_slip_serial (series_id, serial),
	KEY invoicing_slip_list (issuer_id, id),
	CONSTRAINT invoicing_slip_issuer FOREIGN KEY (issuer_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_slip_series FOREIGN KEY (series_id) REFERENCES invoicing_series (id),
	CONSTRAINT invoicing_slip_file FOREIGN KEY (file_id) REFERENCES file (id),
	CONSTRAINT invoicing_slip_some CHECK (cheques > 0 AND total_cents > 0),
	CONSTRAINT invoicing_slip_one_end CHECK (deposited_d IS NULL OR undone_utc IS NULL)
) COMMENT 'Bordereau de remise: cheques that are taken to the bank together';

CREATE TABLE invoicing_cheque (
	payment_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	issuer_id BIGINT UNSIGNED NOT NULL,
	slip_id BIGINT UNSIGNED COMMENT 'NULL: it waits',
	reversed BOOLEAN NOT NULL DEFAULT 0 COMMENT 'Its payment was: it is not, or no longer, worth anything',
	version INT UNSIGNED NOT NULL DEFAULT 1,
	KEY invoicing_cheque_waiting (issuer_id, slip_id, reversed, payment_id),
	KEY invoicing_cheque_of (slip_id, payment_id),
	CONSTRAINT invoicing_cheque_payment FOREIGN KEY (payment_id) REFERENCES invoicing_payment (id),
	CONSTRAINT invoicing_cheque_slip FOREIGN KEY (slip_id) REFERENCES invoicing_slip (id)
) COMMENT 'Guard row of a payment by cheque: on which slip it is';

ALTER TABLE invoicing_series
	DROP CONSTRAINT invoicing_series_known,
	ADD CONSTRAINT invoicing_series_known CHECK (kind IN ('invoice', 'receipt', 'quote', 'slip'));

-- What was recorded before there were slips.
INSERT INTO invoicing_cheque (payment_id, issuer_id, reversed)
	SELECT p.id, p.issuer_id, z.id IS NOT NULL FROM invoicing_payment p LEFT JOIN invoicing_payment z ON z.reverses_id = p.id
	WHERE p.means = 'cheque' AND p.amount_cents > 0 AND p.reverses_id IS NULL;

CREATE TRIGGER invoicing_cheque_born BEFORE INSERT ON invoicing_cheque FOR EACH ROW
BEGIN
	IF NEW.slip_id IS NOT NULL OR NEW.reversed OR NOT EXISTS (SELECT 1 FROM invoicing_payment p WHERE p.id = NEW.payment_id
		AND p.issuer_id = NEW.issuer_id AND p.means = 'cheque' AND p.amount_cents > 0 AND p.reverses_id IS NULL) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a cheque is a payment that waits';
	END IF;
END;

-- Onto a slip that is new, off one that is undone, and reversed only where no slip is on its way to the bank with it.
CREATE TRIGGER invoicing_cheque_kept BEFORE UPDATE ON invoicing_cheque FOR EACH ROW
BEGIN
	IF NEW.payment_id <> OLD.payment_id OR NEW.issuer_id <> OLD.issuer_id OR (OLD.reversed AND NOT NEW.reversed)
		OR (NEW.reversed AND NOT OLD.reversed AND NOT EXISTS (SELECT 1 FROM invoicing_payment WHERE reverses_id = OLD.payment_id)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a cheque is what its payment is';
	END IF;
	IF OLD.slip_id IS NULL AND NEW.slip_id IS NOT NULL AND (NEW.reversed OR NOT EXISTS (SELECT 1 FROM invoicing_slip s
		JOIN invoicing_payment p ON p.id = NEW.payment_id WHERE s.id = NEW.slip_id AND s.issuer_id = NEW.issuer_id
		AND s.currency = p.currency AND s.deposited_d IS NULL AND s.undone_utc IS NULL LOCK IN SHARE MODE)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: this cheque cannot go on this slip';
	END IF;
	IF OLD.slip_id IS NOT NULL AND NOT NEW.slip_id <=> OLD.slip_id AND (NEW.slip_id IS NOT NULL OR NOT EXISTS (SELECT 1
		FROM invoicing_slip WHERE id = OLD.slip_id AND undone_utc IS NOT NULL LOCK IN SHARE MODE)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a cheque is on one slip';
	END IF;
	IF NEW.reversed AND NOT OLD.reversed AND EXISTS (SELECT 1 FROM invoicing_slip WHERE id = NEW.slip_id
		AND deposited_d IS NULL LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: this cheque is on a slip that is not at the bank yet';
	END IF;
END;

CREATE TRIGGER invoicing_cheque_stays BEFORE DELETE ON invoicing_cheque FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a cheque is what its payment is';
END;

CREATE TRIGGER invoicing_payment_cheque AFTER INSERT ON invoicing_payment FOR EACH ROW
BEGIN
	IF NEW.means = 'cheque' AND NEW.amount_cents > 0 AND NEW.reverses_id IS NULL THEN
		INSERT INTO invoicing_cheque (payment_id, issuer_id) VALUES (NEW.id, NEW.issuer_id);
	END IF;
	IF NEW.means = 'cheque' AND NEW.reverses_id IS NOT NULL THEN
		UPDATE invoicing_cheque SET reversed = 1, version = version + 1 WHERE payment_id = NEW.reverses_id;
	END IF;
END;

CREATE TRIGGER invoicing_slip_born BEFORE INSERT ON invoicing_slip FOR EACH ROW
BEGIN
	IF NEW.deposited_d IS NOT NULL OR NEW.undone_utc IS NOT NULL THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a slip is made before it is deposited';
	END IF;
END;

-- It changes once: deposited with all the cheques that it says, when all of them were there, or undone.
CREATE TRIGGER invoicing_slip_kept BEFORE UPDATE ON invoicing_slip FOR EACH ROW
BEGIN
	IF NEW.id <> OLD.id OR NEW.uid <> OLD.uid OR NEW.issuer_id <> OLD.issuer_id OR NEW.series_id <> OLD.series_id
		OR NEW.serial <> OLD.serial OR NEW.number <> OLD.number OR NEW.made_d <> OLD.made_d OR NEW.currency <> OLD.currency
		OR NEW.cheques <> OLD.cheques OR NEW.total_cents <> OLD.total_cents OR NOT NEW.iban <=> OLD.iban
		OR NEW.file_id <> OLD.file_id OR NEW.sha256 <> OLD.sha256 OR NEW.created_utc <> OLD.created_utc OR OLD.deposited_d IS NOT NULL OR OLD.undone_utc IS NOT NULL THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a slip is never changed';
	END IF;
	IF NEW.deposited_d IS NOT NULL AND (SELECT COUNT(*) <> NEW.cheques OR SUM(p.amount_cents) <> NEW.total_cents
		OR MAX(p.received_d) > NEW.deposited_d FROM invoicing_cheque h JOIN invoicing_payment p ON p.id = h.payment_id WHERE h.slip_id = NEW.id LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a slip is the sum of its cheques, which came before';
	END IF;
END;

CREATE TRIGGER invoicing_slip_stays BEFORE DELETE ON invoicing_slip FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a slip is never changed';
END;
