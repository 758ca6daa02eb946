-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Tax receipts for gifts ("reçu au titre des dons", CERFA 11580; CGI 200, 978). ADR 0050.
--
-- A person of the organisation switches them on. A receipt is of one membership's payment, has a number of its own and
-- the PDF that was given, and never changes: a wrong one is voided, once, and keeps its number.

ALTER TABLE memberships_membership
	ADD COLUMN hand_means VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'By which means, where that was said' AFTER hand_utc,
	ADD COLUMN hand_d DATE COMMENT 'On which day, where that was said' AFTER hand_means,
	ADD COLUMN settled_means VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'As invoicing says; NULL: it did not' AFTER settled_utc,
	ADD COLUMN settled_d DATE AFTER settled_means,
	ADD COLUMN settled_cents BIGINT COMMENT 'What was paid in all; NULL: it did not say' AFTER settled_d,
	ADD COLUMN paid_d DATE AS (IF(settled_utc IS NOT NULL, COALESCE(settled_d, CAST(settled_utc AS DATE)),
		COALESCE(hand_d, CAST(hand_utc AS DATE)))) STORED COMMENT 'NULL: it is not paid' AFTER settled_cents,
	ADD COLUMN paid_means VARCHAR(16) COLLATE utf8mb4_bin AS (IF(settled_utc IS NOT NULL, settled_means, hand_means)) STORED
		AFTER paid_d,
	ADD KEY memberships_membership_paid_on (org_id, paid_d),
	ADD CONSTRAINT memberships_membership_hand_means
		CHECK (hand_means IN ('cash', 'cheque', 'transfer', 'direct_debit', 'card', 'other')),
	ADD CONSTRAINT memberships_membership_settled_means
		CHECK (settled_means IN ('cash', 'cheque', 'transfer', 'direct_debit', 'card', 'other')),
	ADD CONSTRAINT memberships_membership_hand_how CHECK (hand_utc IS NOT NULL OR (hand_means IS NULL AND hand_d IS NULL)),
	ADD CONSTRAINT memberships_membership_settled_how
		CHECK (settled_utc IS NOT NULL OR (settled_means IS NULL AND settled_d IS NULL AND settled_cents IS NULL));

CREATE TABLE memberships_eligibility (
	org_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	eligible TINYINT(1) NOT NULL DEFAULT 0,
	since_utc DATETIME COMMENT 'When it was switched on',
	by_id BIGINT UNSIGNED COMMENT 'By whom: always a person',
	purpose VARCHAR(400) COMMENT 'Objet',
	category VARCHAR(20) COLLATE utf8mb4_bin COMMENT 'Box of the form',
	category_detail VARCHAR(200) COMMENT 'Decree, publication',
	articles VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT '200' COMMENT 'Of the CGI',
	with_dues TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Dues bring no benefit, and count as well',
	signatory VARCHAR(120),
	capacity VARCHAR(120) COMMENT 'As what she signs',
	prefix VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'RF',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	CONSTRAINT memberships_eligibility_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT memberships_eligibility_by FOREIGN KEY (by_id) REFERENCES party (id),
	CONSTRAINT memberships_eligibility_who CHECK ((eligible = 1) = (since_utc IS NOT NULL) AND (eligible = 1) = (by_id IS NOT NULL)),
	CONSTRAINT memberships_eligibility_whole CHECK (eligible = 0 OR (purpose IS NOT NULL AND category IS NOT NULL
		AND signatory IS NOT NULL AND capacity IS NOT NULL)),
	CONSTRAINT memberships_eligibility_category CHECK (category IN ('general', 'rup_association', 'rup_foundation', 'alsace_moselle',
		'aid', 'festival', 'insertion', 'other')),
	CONSTRAINT memberships_eligibility_articles CHECK (articles IN ('200', '200-978')),
	CONSTRAINT memberships_eligibility_wealth CHECK (articles = '200' OR category <=> 'rup_foundation'),
	CONSTRAINT memberships_eligibility_prefix CHECK (prefix REGEXP '^[A-Z0-9]+$')
) COMMENT 'Whether an organisation gives tax receipts, and what stands on them';

CREATE TABLE memberships_tax_series (
	org_id BIGINT UNSIGNED NOT NULL,
	year SMALLINT UNSIGNED NOT NULL COMMENT 'In which was paid',
	prefix VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (org_id, year),
	CONSTRAINT memberships_tax_series_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT memberships_tax_series_prefix CHECK (prefix REGEXP '^[A-Z0-9]+$')
) COMMENT 'Guard row: raised before the next number of a year is read off its receipts';

CREATE TABLE memberships_tax_receipt (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	year SMALLINT UNSIGNED NOT NULL,
	serial INT UNSIGNED NOT NULL,
	number VARCHAR(35) COLLATE utf8mb4_bin NOT NULL,
	membership_id BIGINT UNSIGNED NOT NULL COMMENT 'Whose payment it is of',
	party_id BIGINT UNSIGNED NOT NULL COMMENT 'Who gave',
	given_d DATE NOT NULL,
	paid_d DATE NOT NULL,
	means VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	currency CHAR(3) COLLATE utf8mb4_bin NOT NULL,
	amount_cents BIGINT NOT NULL,
	donor VARCHAR(170) NOT NULL COMMENT 'As printed',
	frozen_json LONGTEXT NOT NULL COMMENT 'All that is printed',
	file_id BIGINT UNSIGNED NOT NULL COMMENT 'The paper itself',
	sha256 CHAR(64) COLLATE utf8mb4_bin NOT NULL,
	void_utc DATETIME COMMENT 'It was wrong',
	void_reason VARCHAR(200),
	lives TINYINT(1) AS (IF(void_utc IS NULL, 1, NULL)) VIRTUAL,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE memberships_tax_receipt_uid (uid),
	UNIQUE memberships_tax_receipt_serial (org_id, year, serial),
	UNIQUE memberships_tax_receipt_number (org_id, number),
	UNIQUE memberships_tax_receipt_once (membership_id, lives),
	KEY memberships_tax_receipt_list (org_id, year, id),
	KEY memberships_tax_receipt_of_party (party_id, id),
	CONSTRAINT memberships_tax_receipt_series FOREIGN KEY (org_id, year) REFERENCES memberships_tax_series (org_id, year),
	CONSTRAINT memberships_tax_receipt_membership FOREIGN KEY (membership_id) REFERENCES memberships_membership (id),
	CONSTRAINT memberships_tax_receipt_party FOREIGN KEY (party_id) REFERENCES party (id),
	CONSTRAINT memberships_tax_receipt_file FOREIGN KEY (file_id) REFERENCES file (id),
	CONSTRAINT memberships_tax_receipt_amount CHECK (amount_cents > 0),
	CONSTRAINT memberships_tax_receipt_means CHECK (means IN ('cash', 'cheque', 'transfer', 'direct_debit', 'card', 'other')),
	CONSTRAINT memberships_tax_receipt_frozen CHECK (JSON_VALID(frozen_json)),
	CONSTRAINT memberships_tax_receipt_void CHECK ((void_utc IS NULL) = (void_reason IS NULL))
) COMMENT 'Reçu fiscal: what somebody may deduct';

-- A year keeps what its numbers begin with from the first one on; a year that has some is held by them.
CREATE TRIGGER memberships_tax_series_kept BEFORE UPDATE ON memberships_tax_series FOR EACH ROW
BEGIN
	IF NEW.org_id <> OLD.org_id OR NEW.year <> OLD.year OR (NEW.prefix <> OLD.prefix AND EXISTS (SELECT 1
		FROM memberships_tax_receipt t WHERE t.org_id = OLD.org_id AND t.year = OLD.year LOCK IN SHARE MODE)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'memberships: numbers that were given stay';
	END IF;
END;

-- The next number, of what a person paid to an organisation that is switched on. What is read is locked.
CREATE TRIGGER memberships_tax_receipt_born BEFORE INSERT ON memberships_tax_receipt FOR EACH ROW
BEGIN
	IF NEW.void_utc IS NOT NULL OR NEW.void_reason IS NOT NULL
		OR NOT NEW.serial <=> (SELECT COALESCE(MAX(t.serial), 0) + 1 FROM memberships_tax_receipt t
			WHERE t.org_id = NEW.org_id AND t.year = NEW.year LOCK IN SHARE MODE)
		OR NOT NEW.number <=> (SELECT CONCAT(s.prefix, '-', s.year, '-', LPAD(NEW.serial, GREATEST(5, LENGTH(NEW.serial)), '0'))
			FROM memberships_tax_series s WHERE s.org_id = NEW.org_id AND s.year = NEW.year) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'memberships: receipts are numbered one after the other';
	END IF;
	IF NEW.year <> YEAR(NEW.paid_d) OR NEW.given_d < NEW.paid_d OR NOT EXISTS (SELECT 1 FROM memberships_membership m
		JOIN memberships_eligibility e ON e.org_id = m.org_id AND e.eligible = 1
		JOIN memberships_plan l ON l.id = m.plan_id JOIN party p ON p.id = m.party_id AND p.kind = 'person'
		WHERE m.id = NEW.membership_id AND m.org_id = NEW.org_id AND m.party_id = NEW.party_id AND m.paid_d <=> NEW.paid_d
		AND NEW.amount_cents = m.gift_cents + IF(e.with_dues = 1 AND l.counterpart = 0, m.dues_cents - m.gift_cents, 0)
		AND NEW.means <=> COALESCE(m.paid_means, NEW.means) AND COALESCE(m.settled_cents, m.dues_cents) = m.dues_cents LOCK IN SHARE MODE) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'memberships: a receipt says what was given, where receipts are given';
	END IF;
END;

-- It is voided once. Whose it is follows its membership, where two contacts are merged.
CREATE TRIGGER memberships_tax_receipt_kept BEFORE UPDATE ON memberships_tax_receipt FOR EACH ROW
BEGIN
	IF NOT (NEW.id <=> OLD.id AND NEW.uid <=> OLD.uid AND NEW.org_id <=> OLD.org_id AND NEW.year <=> OLD.year AND NEW.serial <=> OLD.serial
		AND NEW.number <=> OLD.number AND NEW.membership_id <=> OLD.membership_id AND NEW.given_d <=> OLD.given_d
		AND NEW.paid_d <=> OLD.paid_d AND NEW.means <=> OLD.means AND NEW.currency <=> OLD.currency
		AND NEW.amount_cents <=> OLD.amount_cents AND BINARY NEW.donor <=> BINARY OLD.donor
		AND BINARY NEW.frozen_json <=> BINARY OLD.frozen_json AND NEW.file_id <=> OLD.file_id AND NEW.sha256 <=> OLD.sha256
		AND NEW.created_utc <=> OLD.created_utc)
		OR (OLD.void_utc IS NOT NULL AND NOT (NEW.void_utc <=> OLD.void_utc AND BINARY NEW.void_reason <=> BINARY OLD.void_reason))
		OR (NEW.party_id <> OLD.party_id AND NOT EXISTS (SELECT 1 FROM memberships_membership m WHERE m.id = NEW.membership_id
		AND m.party_id = NEW.party_id LOCK IN SHARE MODE)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'memberships: a receipt is never changed';
	END IF;
END;

CREATE TRIGGER memberships_tax_receipt_stays BEFORE DELETE ON memberships_tax_receipt FOR EACH ROW
BEGIN
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'memberships: a receipt is never changed';
END;
