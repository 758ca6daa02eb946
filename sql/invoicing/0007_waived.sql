-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A credit note that is a gesture: what it takes back is not owed again, however often its set is posted (ADR 0036).

ALTER TABLE invoicing_charge
	ADD waived TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Of what takes another back: that is not billed again while it stays the same'
		AFTER reverses_id,
	ADD CONSTRAINT invoicing_charge_waived CHECK (waived = 0 OR (waived = 1 AND reverses_id IS NOT NULL));
