-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the search box finds: rooms by name, bookings by title and by the name of who is no party.

SET STATEMENT innodb_ft_enable_stopword = 0 FOR
ALTER TABLE reservation_resource ADD FULLTEXT reservation_resource_words (name, summary);

ALTER TABLE reservation_resource ADD KEY reservation_resource_name (name);

SET STATEMENT innodb_ft_enable_stopword = 0 FOR
ALTER TABLE reservation_booking ADD FULLTEXT reservation_booking_words (title, contact_name, payer_text);

ALTER TABLE reservation_booking
	ADD KEY reservation_booking_email (contact_email),
	ADD KEY reservation_booking_phone (contact_phone);
