-- SPDX-License-Identifier: GPL-3.0-or-later
-- A guest's offer that lapsed and a guest's hold that was never confirmed both end as 'expired': what sets them apart.

ALTER TABLE reservation_booking
	ADD COLUMN offered BOOLEAN NOT NULL DEFAULT 0 COMMENT 'The place named a price; what expires is its offer, no hold'
		AFTER hold_until_utc;

UPDATE reservation_booking SET offered = 1
	WHERE status = 'option' OR (status = 'expired' AND person_id IS NOT NULL AND hold_until_utc IS NOT NULL);
