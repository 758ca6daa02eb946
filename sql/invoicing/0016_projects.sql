-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The work that a document is part of: its lead prepares it and sees it; a client may want an invoice for each. ADR 0051.

ALTER TABLE invoicing_document
	ADD COLUMN project_id BIGINT UNSIGNED COMMENT 'Of its charges, where all have the same one; frozen by issuing' AFTER client_id,
	ADD KEY invoicing_document_project (project_id, listed_d, id),
	ADD CONSTRAINT invoicing_document_part_of FOREIGN KEY (project_id) REFERENCES project (id);

ALTER TABLE invoicing_quote
	ADD COLUMN project_id BIGINT UNSIGNED COMMENT 'That of what it is billed by' AFTER party_id,
	ADD KEY invoicing_quote_project (project_id),
	ADD CONSTRAINT invoicing_quote_part_of FOREIGN KEY (project_id) REFERENCES project (id);

ALTER TABLE invoicing_client
	ADD COLUMN split_by VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'none' COMMENT 'What has an invoice of its own',
	ADD CONSTRAINT invoicing_client_split CHECK (split_by IN ('none', 'project'));

-- A quote that was sent keeps its project as well: a second trigger beside invoicing_quote_kept, which stays as it is.
CREATE TRIGGER invoicing_quote_project_kept BEFORE UPDATE ON invoicing_quote FOR EACH ROW
BEGIN
	IF OLD.state <> 'draft' AND NOT NEW.project_id <=> OLD.project_id THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invoicing: what was sent is never changed';
	END IF;
END;
