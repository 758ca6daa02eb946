-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Mailed links, the end of every token, and when a person was last here and is to be forgotten.

CREATE TABLE account_link (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	token_hash BINARY(32) NOT NULL COMMENT 'Of what the mail holds',
	purpose VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	account_id BIGINT UNSIGNED NOT NULL,
	email VARCHAR(254) COMMENT 'address: the login to be; invitation: as it was typed',
	org_id BIGINT UNSIGNED COMMENT 'invitation: where, as what, and who asked',
	role VARCHAR(16) COLLATE utf8mb4_bin,
	invited_by_id BIGINT UNSIGNED,
	next VARCHAR(500) COMMENT 'sign_in: the local path to go to',
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	expires_utc DATETIME NOT NULL,
	used_utc DATETIME COMMENT 'Set once: the guard of everything that the link does',
	UNIQUE account_link_uid (uid),
	UNIQUE account_link_token (token_hash),
	KEY account_link_account (account_id, purpose),
	KEY account_link_org (org_id, created_utc),
	KEY account_link_expires (expires_utc),
	CONSTRAINT account_link_of FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT account_link_to_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT account_link_by FOREIGN KEY (invited_by_id) REFERENCES party (id),
	CONSTRAINT account_link_purpose CHECK (purpose IN ('sign_in', 'reset', 'invitation', 'address')),
	CONSTRAINT account_link_address CHECK (purpose <> 'address' OR email IS NOT NULL),
	CONSTRAINT account_link_role CHECK ((purpose = 'invitation') = (role IS NOT NULL)
		AND (role IS NULL) = (org_id IS NULL))
) COMMENT 'A link that was mailed: it does one thing once, and not for long';

UPDATE token SET expires_utc = created_utc + INTERVAL 1 YEAR WHERE expires_utc IS NULL;

ALTER TABLE token
	MODIFY expires_utc DATETIME NOT NULL,
	ADD COLUMN read_only TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'GET and HEAD only',
	ADD CONSTRAINT token_read_only CHECK (read_only IN (0, 1));

ALTER TABLE account
	ADD COLUMN seen_utc DATETIME COMMENT 'Last use of any session or token, within 10 minutes';

ALTER TABLE party
	ADD COLUMN forget_check_utc DATETIME NOT NULL DEFAULT '2000-01-01'
		COMMENT 'When account.forget looks at it again',
	ADD COLUMN forget_warned_utc DATETIME COMMENT 'When the mail before it left',
	ADD COLUMN forgotten_utc DATETIME COMMENT 'Made anonymous; for good',
	ADD KEY party_forget (forgotten_utc, kind, forget_check_utc);
