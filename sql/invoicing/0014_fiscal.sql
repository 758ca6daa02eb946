-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Numbers of a fiscal year: a series begins with any month, and is of the year in which it begins. One that is running
-- ends with its own last day, whatever the issuer says meanwhile.

ALTER TABLE invoicing_issuer
	ADD COLUMN fiscal_month TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'With which numbers begin anew; 1: by calendar year'
		AFTER receipt_prefix,
	ADD CONSTRAINT invoicing_issuer_month CHECK (fiscal_month BETWEEN 1 AND 12);

-- The year and what stands before it are in each number: of one beginning there are one calendar and one fiscal series a year.
ALTER TABLE invoicing_series
	ADD COLUMN first_month TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT '1: of a calendar year' AFTER year,
	ADD COLUMN fiscal TINYINT(1) AS (first_month > 1) STORED AFTER first_month,
	ADD COLUMN begins INT AS (year * 12 + first_month) STORED COMMENT 'Its first month, counted from year 0; it has twelve' AFTER fiscal,
	DROP CONSTRAINT invoicing_series_year,
	DROP KEY invoicing_series_prefix,
	ADD UNIQUE invoicing_series_begun (issuer_id, kind, begins),
	DROP KEY invoicing_series_of,
	ADD UNIQUE invoicing_series_prefix (issuer_id, prefix, year, fiscal),
	ADD CONSTRAINT invoicing_series_month CHECK (first_month BETWEEN 1 AND 12),
	ADD CONSTRAINT invoicing_series_day CHECK (YEAR(last_d) * 12 + MONTH(last_d) BETWEEN begins AND begins + 11);

-- As 0008 has it, of quotes and slips too, and of the month.
DROP TRIGGER invoicing_series_kept;

CREATE TRIGGER invoicing_series_kept BEFORE UPDATE ON invoicing_series FOR EACH ROW
BEGIN
	DECLARE begun, takes BOOLEAN;
	SET begun = OLD.next_number > OLD.first_number;
	SET takes = NEW.next_number = OLD.next_number + 1 AND NEW.first_number = OLD.first_number;
	IF NEW.id <> OLD.id OR NEW.issuer_id <> OLD.issuer_id OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year
		OR NEW.first_month <> OLD.first_month
		OR NEW.last_d < OLD.last_d OR (NEW.last_d <> OLD.last_d AND NOT takes)
		OR ((begun OR takes) AND (NEW.first_number <> OLD.first_number OR NEW.prefix <> OLD.prefix))
		OR (begun AND NOT takes AND NEW.next_number <> OLD.next_number)
		OR (NOT begun AND NOT takes AND NEW.next_number <> NEW.first_number)
		OR (begun AND takes
			AND NOT EXISTS (SELECT 1 FROM invoicing_document d WHERE d.series_id = OLD.id AND d.serial = OLD.next_number - 1 LOCK IN SHARE MODE)
			AND NOT EXISTS (SELECT 1 FROM invoicing_quote q WHERE q.series_id = OLD.id AND q.serial = OLD.next_number - 1 LOCK IN SHARE MODE)
			AND NOT EXISTS (SELECT 1 FROM invoicing_slip s WHERE s.series_id = OLD.id AND s.serial = OLD.next_number - 1 LOCK IN SHARE MODE)) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;
