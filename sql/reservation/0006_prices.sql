-- SPDX-License-Identifier: GPL-3.0-or-later
-- What prices lacked: why something is free by its tariff, what cancelling costs in a share or an amount, what it cost.

ALTER TABLE reservation_tariff
	ADD COLUMN reason_id BIGINT UNSIGNED COMMENT 'Why it is free of charge: its list price is valued in reports',
	ADD CONSTRAINT reservation_tariff_reason FOREIGN KEY (reason_id) REFERENCES reservation_reason (id),
	ADD KEY reservation_tariff_supersedes (supersedes_id);

ALTER TABLE reservation_cancel_step
	DROP CONSTRAINT reservation_cancel_step_kind,
	DROP CONSTRAINT reservation_cancel_step_fee,
	DROP COLUMN fee_kind,
	DROP COLUMN fee,
	ADD COLUMN share_bp INT COMMENT 'Basis points of the price: 5000 is half',
	ADD COLUMN fee_cents BIGINT COMMENT 'Or so much',
	ADD CONSTRAINT reservation_cancel_step_what CHECK ((share_bp IS NULL) <> (fee_cents IS NULL)),
	ADD CONSTRAINT reservation_cancel_step_share CHECK (share_bp BETWEEN 0 AND 10000),
	ADD CONSTRAINT reservation_cancel_step_amount CHECK (fee_cents >= 0);

ALTER TABLE reservation_booking
	ADD COLUMN cancel_fee_cents BIGINT COMMENT 'What cancelling it cost, in the basis of its price; NULL: not cancelled';

ALTER TABLE reservation_price_line
	ADD KEY reservation_price_line_by (tariff_id);
