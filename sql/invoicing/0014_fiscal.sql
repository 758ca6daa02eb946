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

CREATE TRIGGER invoicing_series_span BEFORE UPDATE ON invoicing_series FOR EACH ROW
BEGIN
	IF NEW.first_month <> OLD.first_month THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was issued is never changed';
	END IF;
END;
