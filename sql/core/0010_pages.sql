-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What is searched, how a change came about, and what the law pages of an operator say.

-- Words of names. InnoDB's own list of stop words is English ("Will" is one) and fixed when the index is made.
SET STATEMENT innodb_ft_enable_stopword = 0 FOR
ALTER TABLE party ADD FULLTEXT party_words (given_name, family_name, legal_name, usual_name);

ALTER TABLE party ADD KEY party_name (name);

SET STATEMENT innodb_ft_enable_stopword = 0 FOR
ALTER TABLE place ADD FULLTEXT place_words (name, town, summary);

ALTER TABLE place ADD KEY place_name (name), ADD KEY place_town (town), ADD KEY place_phone (phone);

ALTER TABLE audit
	ADD COLUMN via VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'How; NULL: from before it was noted',
	ADD CONSTRAINT audit_via CHECK (via IN ('page', 'program', 'job', 'command'));

CREATE TABLE law_settings (
	org_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	director VARCHAR(120) COMMENT 'Who answers for what is published',
	legal_form VARCHAR(80) COMMENT 'Association loi 1901, SCIC SA …',
	capital_cents BIGINT,
	registered VARCHAR(160) COMMENT 'RCS Lille Métropole …',
	notice_phone VARCHAR(20) COLLATE utf8mb4_bin,
	notice_email VARCHAR(254),
	host_name VARCHAR(120),
	host_address VARCHAR(300),
	host_phone VARCHAR(20) COLLATE utf8mb4_bin,
	notice_text TEXT,
	privacy_contact VARCHAR(160) COMMENT 'Service or person',
	privacy_email VARCHAR(254),
	dpo TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'The contact is a declared data protection officer',
	recipients TEXT COMMENT 'Beside the operator itself: host, sender of mails, accountant',
	outside_eu TEXT COMMENT 'Transfers, with their safeguards; empty: none',
	keep_contacts INT UNSIGNED COMMENT 'Months after the last act',
	keep_documents INT UNSIGNED COMMENT 'Months from the end of the year',
	keep_traces INT UNSIGNED COMMENT 'Months: who changed what',
	keep_logs INT UNSIGNED COMMENT 'Months: of the web server',
	privacy_text TEXT,
	sells TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'To consumers',
	mediator VARCHAR(160),
	mediator_address VARCHAR(300),
	mediator_url VARCHAR(300),
	terms_text TEXT,
	access_state VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'NULL: not assessed',
	access_rate INT UNSIGNED COMMENT 'Per cent of the criteria met',
	access_audit_d DATE,
	access_auditor VARCHAR(120),
	access_gaps TEXT,
	access_email VARCHAR(254),
	access_phone VARCHAR(20) COLLATE utf8mb4_bin,
	access_text TEXT,
	help_text TEXT,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	changed_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	CONSTRAINT law_settings_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT law_settings_dpo CHECK (dpo IN (0, 1)),
	CONSTRAINT law_settings_sells CHECK (sells IN (0, 1)),
	CONSTRAINT law_settings_access CHECK (access_state IN ('none', 'partial', 'full')),
	CONSTRAINT law_settings_rate CHECK (access_rate <= 100)
) COMMENT 'What the law pages of an operator say; what is not filled in is not said';
