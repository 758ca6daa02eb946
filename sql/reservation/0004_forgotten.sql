-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- When a booking of long ago was looked at for names, so that the daily job never reads it again.

ALTER TABLE reservation_booking
	ADD COLUMN forgotten_utc DATETIME COMMENT 'Since then it names nobody; NULL: it may',
	ADD KEY reservation_booking_forget (person_id, forgotten_utc, start_utc);
