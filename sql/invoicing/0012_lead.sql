-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Guarantees ("dépôt de garantie", caution): somebody's money or cheque that is kept until the key is back. No invoice, no VAT,
-- in no balance and in no payment.

CREATE TABLE invoicing_guarantee (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL COMMENT 'Who keeps it',
	party_id BIGINT UNSIGNED NOT NULL COMMENT 'Whose it is',
	subject VARCHAR(160) NOT NULL COMMENT 'What it is for, in words: a booking, a key',
	amount_cents BIGINT NOT NULL,
	means VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	cheque_no VARCHAR(40),
	received_d DATE NOT NULL,
	returned_d DATE COMMENT 'When it was given back, or what was kept of it was; NULL: it is held',
	kept_cents BIGINT NOT NULL DEFAULT 0 COMMENT 'What was not given back',
	reason VARCHAR(200) COMMENT 'Why something was kept',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE invoicing_guarantee_uid (uid),
	KEY invoicing_guarantee_list (org_id, received_d, id),
	KEY invoicing_guarantee_of (party_id, received_d),
	CONSTRAINT invoicing_guarantee_keeper FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT invoicing_guarantee_owner FOREIGN KEY (party_id) REFERENCES party (id),
	CONSTRAINT invoicing_guarantee_amount CHECK (amount_cents > 0),
	CONSTRAINT invoicing_guarantee_means CHECK (means IN ('cheque', 'cash', 'transfer', 'card')),
	CONSTRAINT invoicing_guarantee_kept CHECK (kept_cents BETWEEN 0 AND amount_cents),
	CONSTRAINT invoicing_guarantee_why CHECK (kept_cents = 0 OR (returned_d IS NOT NULL AND reason IS NOT NULL)),
	CONSTRAINT invoicing_guarantee_days CHECK (returned_d >= received_d)
) COMMENT 'What is kept of somebody until a thing is back';

-- What was given back or kept is a fact: it is taken back as a whole, and then said anew. Whose it is changes where two contacts are
-- merged; and of somebody who is forgotten the words go.
CREATE TRIGGER invoicing_guarantee_kept BEFORE UPDATE ON invoicing_guarantee FOR EACH ROW
BEGIN
	DECLARE forgets BOOLEAN;
	SET forgets = NEW.subject = '–' AND NEW.cheque_no IS NULL AND NEW.reason <=> IF(OLD.reason IS NULL, NULL, '–');
	IF OLD.returned_d IS NOT NULL AND (NOT (NEW.uid <=> OLD.uid AND NEW.org_id <=> OLD.org_id AND NEW.amount_cents <=> OLD.amount_cents
		AND NEW.means <=> OLD.means AND NEW.received_d <=> OLD.received_d AND NEW.created_utc <=> OLD.created_utc)
		OR NOT (forgets OR (BINARY NEW.subject <=> BINARY OLD.subject AND BINARY NEW.cheque_no <=> BINARY OLD.cheque_no))
		OR (NEW.returned_d IS NOT NULL AND NOT (NEW.returned_d <=> OLD.returned_d AND NEW.kept_cents <=> OLD.kept_cents
		AND (forgets OR BINARY NEW.reason <=> BINARY OLD.reason)))) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a guarantee that was given back is not changed';
	END IF;
END;

CREATE TRIGGER invoicing_guarantee_stays BEFORE DELETE ON invoicing_guarantee FOR EACH ROW
BEGIN
	IF OLD.returned_d IS NOT NULL THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: a guarantee that was given back is not changed';
	END IF;
END;
