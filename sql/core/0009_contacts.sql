-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The administration of people: what forms lock by, who is a contact, drafts of imports.

ALTER TABLE org_contact
	ADD COLUMN row_version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Of the note; a form adds the party''s';

ALTER TABLE organisation
	ADD COLUMN roles_version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Guard row of who administers it';

ALTER TABLE role
	ADD COLUMN row_version INT UNSIGNED NOT NULL DEFAULT 1,
	ADD KEY role_of_org (org_id, from_d);

ALTER TABLE org_grant
	ADD COLUMN row_version INT UNSIGNED NOT NULL DEFAULT 1,
	ADD KEY org_grant_of_org (org_id, from_d);

ALTER TABLE project ADD KEY project_of_org (org_id, label);

ALTER TABLE terms ADD KEY terms_of_org (org_id, from_d);

-- Whoever has a role in an organisation is known to it.
INSERT IGNORE INTO org_contact (org_id, party_id) SELECT DISTINCT org_id, person_id FROM role;

CREATE TABLE import_draft (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	person_id BIGINT UNSIGNED NOT NULL COMMENT 'Who uploaded it',
	name VARCHAR(200) NOT NULL COMMENT 'Of the file',
	text MEDIUMTEXT NOT NULL COMMENT 'UTF-8, whatever it came in',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	applied_utc DATETIME COMMENT 'Guard: a draft is imported once',
	UNIQUE import_draft_uid (uid),
	KEY import_draft_created (created_utc),
	CONSTRAINT import_draft_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT import_draft_person FOREIGN KEY (person_id) REFERENCES party (id)
) COMMENT 'A list of contacts between its preview and its import; kept a day';
