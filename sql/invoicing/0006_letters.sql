-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What is sent by mail: documents, reminders of them, and the question for an address that is missing. ADR 0042.

CREATE TABLE invoicing_letter (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	document_id BIGINT UNSIGNED NOT NULL,
	level TINYINT UNSIGNED NOT NULL COMMENT '0: the document itself, as often as somebody sends it; 1 to 3: a reminder',
	reminder TINYINT UNSIGNED AS (NULLIF(level, 0)) STORED,
	sent_utc DATETIME NOT NULL,
	sent_to VARCHAR(254) COMMENT 'NULL: the client is forgotten',
	open_cents BIGINT COMMENT 'What was open of it, where it is a reminder',
	penalty_cents BIGINT COMMENT 'What level 3 said of penalties; NULL: no sum',
	by_id BIGINT UNSIGNED,
	UNIQUE invoicing_letter_once (document_id, reminder),
	KEY invoicing_letter_of (document_id, id),
	CONSTRAINT invoicing_letter_document FOREIGN KEY (document_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_letter_by FOREIGN KEY (by_id) REFERENCES party (id),
	CONSTRAINT invoicing_letter_level CHECK (level <= 3),
	CONSTRAINT invoicing_letter_open CHECK ((level = 0) = (open_cents IS NULL)),
	CONSTRAINT invoicing_letter_penalty CHECK (penalty_cents IS NULL OR level = 3)
) COMMENT 'A mail with a document in it: when it was sent, and to whom; only ever added to';

CREATE TRIGGER invoicing_letter_kept BEFORE UPDATE ON invoicing_letter FOR EACH ROW
BEGIN
	IF NEW.id <> OLD.id OR NEW.document_id <> OLD.document_id OR NEW.level <> OLD.level OR NEW.sent_utc <> OLD.sent_utc
		OR NOT (NEW.open_cents <=> OLD.open_cents) OR NOT (NEW.penalty_cents <=> OLD.penalty_cents)
		OR NOT (NEW.by_id <=> OLD.by_id) OR NEW.sent_to IS NOT NULL THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_letter_stays BEFORE DELETE ON invoicing_letter FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
END;

CREATE TABLE invoicing_dispute (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	document_id BIGINT UNSIGNED NOT NULL,
	is_open TINYINT(1) NOT NULL,
	note VARCHAR(300) NOT NULL,
	at_utc DATETIME NOT NULL,
	by_id BIGINT UNSIGNED,
	KEY invoicing_dispute_of (document_id, id),
	CONSTRAINT invoicing_dispute_document FOREIGN KEY (document_id) REFERENCES invoicing_document (id),
	CONSTRAINT invoicing_dispute_by FOREIGN KEY (by_id) REFERENCES party (id),
	CONSTRAINT invoicing_dispute_open CHECK (is_open IN (0, 1))
) COMMENT 'A client contests a document, or no longer: the last row counts; only ever added to';

CREATE TRIGGER invoicing_dispute_kept BEFORE UPDATE ON invoicing_dispute FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was said of a document is never changed';
END;

CREATE TRIGGER invoicing_dispute_stays BEFORE DELETE ON invoicing_dispute FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was said of a document is never changed';
END;

CREATE TABLE invoicing_notice (
	org_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	first_text TEXT COMMENT 'Of the first reminder; NULL, as in the others: the text of the program, in the reader''s language',
	second_text TEXT,
	third_text TEXT,
	closing VARCHAR(200) COMMENT 'Below each reminder: who greets',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	CONSTRAINT invoicing_notice_org FOREIGN KEY (org_id) REFERENCES organisation (id)
) COMMENT 'What an organisation writes in its reminders';

ALTER TABLE invoicing_client
	ADD COLUMN address VARCHAR(400) COMMENT 'Of a guest: where documents are for, as she typed it' AFTER send_to,
	ADD COLUMN address_asked_utc DATETIME COMMENT 'When she was last asked for it' AFTER address,
	ADD COLUMN address_token_hash BINARY(32) COMMENT 'Of the link that she was sent; NULL: none is open' AFTER address_asked_utc;

-- Rate of the main refinancing operations of the European Central Bank on the first day of each half-year (C. com. L441-10 II,
-- CCP R2192-31). A half-year without a row has no rate here: letters then name the rule and no sum.
INSERT INTO invoicing_rate (kind, from_d, bp, cents) VALUES
	('ecb', '2024-01-01', 450, NULL),
	('ecb', '2024-07-01', 425, NULL),
	('ecb', '2025-01-01', 315, NULL),
	('ecb', '2025-07-01', 215, NULL),
	('ecb', '2026-01-01', 215, NULL);
