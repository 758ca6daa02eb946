-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Signing in. Secrets are kept as hashes only.

CREATE TABLE account (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	login VARCHAR(254) COLLATE utf8mb4_bin NOT NULL COMMENT 'An e-mail address in lower case',
	person_id BIGINT UNSIGNED NOT NULL,
	password_hash VARCHAR(128) COLLATE utf8mb4_bin COMMENT 'Argon2id; NULL: by link only',
	installation_admin TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Sees no row of any organisation',
	active TINYINT(1) NOT NULL DEFAULT 1,
	verified_utc DATETIME COMMENT 'When the address was proved by a link',
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE account_uid (uid),
	UNIQUE account_login (login),
	CONSTRAINT account_person FOREIGN KEY (person_id) REFERENCES party (id),
	CONSTRAINT account_login_lower CHECK (login = LOWER(login) AND login <> ''),
	CONSTRAINT account_admin CHECK (installation_admin IN (0, 1)),
	CONSTRAINT account_active CHECK (active IN (0, 1))
) COMMENT 'How a person signs in; compare with login = LOWER(?)';

CREATE TABLE session (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	token_hash BINARY(32) NOT NULL COMMENT 'Of the cookie',
	account_id BIGINT UNSIGNED NOT NULL,
	csrf_secret BINARY(32) NOT NULL,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	seen_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP() COMMENT 'Written every 10 minutes',
	expires_utc DATETIME NOT NULL,
	user_agent VARCHAR(80) NOT NULL DEFAULT '' COMMENT 'Short: "Firefox, Android"',
	UNIQUE session_token (token_hash),
	KEY session_account_seen (account_id, seen_utc),
	KEY session_expires (expires_utc),
	CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES account (id)
) COMMENT 'A browser that is signed in; signing out deletes it';

CREATE TABLE token (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	token_hash BINARY(32) NOT NULL,
	account_id BIGINT UNSIGNED NOT NULL,
	label VARCHAR(80) NOT NULL,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	expires_utc DATETIME,
	revoked_utc DATETIME,
	last_used_utc DATETIME COMMENT 'Written at most every 10 minutes',
	UNIQUE token_uid (uid),
	UNIQUE token_secret (token_hash),
	KEY token_account_created (account_id, created_utc),
	CONSTRAINT token_account FOREIGN KEY (account_id) REFERENCES account (id)
) COMMENT 'A personal API token: acts as its account';

CREATE TABLE rate_limit (
	bucket VARCHAR(80) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY COMMENT 'What, and hash of who',
	failures INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Since since_utc',
	since_utc DATETIME NOT NULL,
	until_utc DATETIME COMMENT 'Refused until then; NULL: not refused',
	expires_utc DATETIME NOT NULL COMMENT 'May be deleted then',
	KEY rate_limit_expires (expires_utc)
) COMMENT 'Counters of failures, written on failures only';
