-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What a client demands on its invoices: some town halls an engagement number, some a service code, many neither.

ALTER TABLE invoicing_client
	ADD service_code VARCHAR(100) COMMENT 'That of its drafts which say none (BT-10)' AFTER send_to,
	ADD needs_order_ref TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Nothing is issued without an engagement number' AFTER service_code,
	ADD needs_service_code TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Nothing is issued without a service code' AFTER needs_order_ref,
	ADD CONSTRAINT invoicing_client_needs CHECK (needs_order_ref IN (0, 1) AND needs_service_code IN (0, 1));

ALTER TABLE invoicing_document
	ADD service_code VARCHAR(100) COMMENT 'Of the service of a public buyer (BT-10); of a draft NULL: that of the client' AFTER order_ref;
