-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What calendars and people were told of a booking, and the calendar that each person has of her own.

ALTER TABLE reservation_ics
	ADD COLUMN own MEDIUMTEXT COMMENT 'The VEVENT for whose booking it is; NULL: as full',
	ADD COLUMN person_id BIGINT UNSIGNED COMMENT 'In whose own calendar it is',
	ADD COLUMN placed CHAR(64) COLLATE utf8mb4_bin COMMENT 'Hash of the hours, zone and rooms that were told last',
	ADD COLUMN firm_utc DATETIME COMMENT 'Since when it is confirmed for these hours; NULL: it is not',
	ADD COLUMN left_utc DATETIME COMMENT 'Since then it has ended and is in no calendar but its person''s; NULL: it is',
	ADD COLUMN invited TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'The event was mailed',
	ADD COLUMN remind_utc DATETIME COMMENT 'The start of what nobody was reminded of yet; NULL: nobody is to be',
	ADD COLUMN lang CHAR(2) COLLATE utf8mb4_bin COMMENT 'What a guest spoke when she booked',
	ADD KEY reservation_ics_remind (remind_utc);

CREATE TABLE reservation_feed (
	party_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	version BIGINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Raised with every change of a booking in it',
	changed_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	address_version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Raised to end the address that was',
	CONSTRAINT reservation_feed_of FOREIGN KEY (party_id) REFERENCES party (id)
) COMMENT 'A person''s own calendar; without a row its version is 0 and that of the address 1';
