-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Between who prepares an invoice and who issues it: a draft that was handed over waits for the treasurer. ADR 0047.

ALTER TABLE invoicing_document
	ADD COLUMN handed_utc DATETIME COMMENT 'Of a draft: since when it waits for who issues; NULL: it is being written',
	ADD COLUMN handed_by_id BIGINT UNSIGNED,
	ADD COLUMN handed_note VARCHAR(200) COMMENT 'Why it was given back, until it is handed over again',
	ADD KEY invoicing_document_begun (created_by_id, issuer_id, listed_d, id),
	ADD KEY invoicing_document_hander (handed_by_id),
	ADD CONSTRAINT invoicing_document_handed_by FOREIGN KEY (handed_by_id) REFERENCES party (id),
	ADD CONSTRAINT invoicing_document_handed CHECK ((handed_utc IS NULL) = (handed_by_id IS NULL)),
	ADD CONSTRAINT invoicing_document_returned CHECK (handed_utc IS NULL OR handed_note IS NULL);
