-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A refused request and why. Its mail is written when the time to take the refusal back is over.

CREATE TABLE reservation_refusal (
	booking_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	reason VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'NULL: none was given',
	note VARCHAR(500) COMMENT 'What the mail says beside the reason',
	refused_by BIGINT UNSIGNED,
	refused_utc DATETIME NOT NULL,
	due_utc DATETIME NOT NULL COMMENT 'Until then it can be taken back; then the mail is written',
	mailed_utc DATETIME COMMENT 'NULL: nobody has been told yet',
	KEY reservation_refusal_due (mailed_utc, due_utc),
	CONSTRAINT reservation_refusal_of FOREIGN KEY (booking_id) REFERENCES reservation_booking (id),
	CONSTRAINT reservation_refusal_by FOREIGN KEY (refused_by) REFERENCES party (id),
	CONSTRAINT reservation_refusal_reason CHECK (reason IN ('taken', 'unsuited', 'nobody_there', 'unclear'))
) COMMENT 'Why a request was refused, and whether its mail has left';
