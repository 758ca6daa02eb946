-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A series of numbers goes forward only, one by one, and each number stands on a document before the next is taken: so
-- nobody leaves one out, the user that serves requests included. What a series begins with may be changed until its
-- first number is taken. The document is read under a lock, which sees what others have just committed.

CREATE TRIGGER invoicing_series_born BEFORE INSERT ON invoicing_series FOR EACH ROW
BEGIN
	IF NEW.next_number <> NEW.first_number THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_series_kept BEFORE UPDATE ON invoicing_series FOR EACH ROW
BEGIN
	DECLARE begun, takes BOOLEAN;
	SET begun = OLD.next_number > OLD.first_number;
	SET takes = NEW.next_number = OLD.next_number + 1 AND NEW.first_number = OLD.first_number;
	IF NEW.id <> OLD.id OR NEW.issuer_id <> OLD.issuer_id OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year
		OR NEW.last_d < OLD.last_d OR (NEW.last_d <> OLD.last_d AND NOT takes)
		OR ((begun OR takes) AND (NEW.first_number <> OLD.first_number OR NEW.prefix <> OLD.prefix))
		OR (begun AND NOT takes AND NEW.next_number <> OLD.next_number)
		OR (NOT begun AND NOT takes AND NEW.next_number <> NEW.first_number)
		OR (begun AND takes AND OLD.kind IN ('invoice', 'receipt') AND NOT EXISTS (SELECT 1 FROM invoicing_document d WHERE d.series_id = OLD.id
			AND d.serial = OLD.next_number - 1 LOCK IN SHARE MODE)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;

CREATE TRIGGER invoicing_series_stays BEFORE DELETE ON invoicing_series FOR EACH ROW
BEGIN
	IF OLD.next_number > OLD.first_number THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;
