-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What keeps the machinery honest. No foreign keys here: these rows tell what happened and must not
-- hold back what they name.

CREATE TABLE txn_done (
	id UUID NOT NULL PRIMARY KEY COMMENT 'Drawn once by each request that writes',
	at_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	KEY txn_done_at (at_utc)
) COMMENT 'The first row of every transaction: proves that it was stored; kept two days';

CREATE TABLE job (
	name VARCHAR(80) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY COMMENT 'plugin.name',
	owner VARCHAR(80) COLLATE utf8mb4_bin COMMENT 'Host and process that hold the lease',
	until_utc DATETIME(6) NOT NULL DEFAULT '2000-01-01' COMMENT 'End of the lease',
	next_utc DATETIME NOT NULL DEFAULT '2000-01-01' COMMENT 'Due',
	last_start_utc DATETIME,
	last_end_utc DATETIME,
	last_error VARCHAR(480) COMMENT 'NULL: the last run succeeded',
	runs BIGINT UNSIGNED NOT NULL DEFAULT 0,
	failures BIGINT UNSIGNED NOT NULL DEFAULT 0,
	KEY job_next (next_utc)
) COMMENT 'Leases: each job runs once at a time in the whole cluster';

CREATE TABLE outbox (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID() COMMENT 'Also the Message-ID: repetitions are recognised',
	kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	topic VARCHAR(80) COLLATE utf8mb4_bin NOT NULL COMMENT 'Template, or stage of a hook',
	plugin VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
	org_id BIGINT UNSIGNED,
	party_id BIGINT UNSIGNED COMMENT 'To whom',
	payload LONGTEXT NOT NULL,
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'queued',
	tries INT UNSIGNED NOT NULL DEFAULT 0,
	next_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP() COMMENT 'Not before; sending: lease',
	owner VARCHAR(80) COLLATE utf8mb4_bin COMMENT 'Who sends it',
	last_error VARCHAR(480),
	request_id CHAR(16) COLLATE utf8mb4_bin,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	sent_utc DATETIME,
	UNIQUE outbox_uid (uid),
	KEY outbox_due (state, next_utc),
	KEY outbox_org (org_id, created_utc),
	CONSTRAINT outbox_kind CHECK (kind IN ('mail', 'webhook', 'hook')),
	CONSTRAINT outbox_state CHECK (state IN ('queued', 'sending', 'sent', 'dead')),
	CONSTRAINT outbox_payload CHECK (JSON_VALID(payload))
) COMMENT 'What is to be done outside after COMMIT: mails, webhooks, after.* stages';

CREATE TABLE audit (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	at_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	org_id BIGINT UNSIGNED,
	person_id BIGINT UNSIGNED COMMENT 'NULL: a visitor, a job or the command line',
	token_id BIGINT UNSIGNED COMMENT 'By which API token',
	request_id CHAR(16) COLLATE utf8mb4_bin,
	plugin VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
	kind VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
	object_id BIGINT UNSIGNED NOT NULL,
	action VARCHAR(24) COLLATE utf8mb4_bin NOT NULL,
	before_json LONGTEXT,
	after_json LONGTEXT,
	KEY audit_object (plugin, kind, object_id, id),
	KEY audit_person (person_id, id),
	KEY audit_org (org_id, id),
	KEY audit_at (at_utc),
	CONSTRAINT audit_before CHECK (JSON_VALID(before_json)),
	CONSTRAINT audit_after CHECK (JSON_VALID(after_json))
) COMMENT 'Who changed what, when, and how it was before';

CREATE TABLE idempotency (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	actor VARCHAR(80) COLLATE utf8mb4_bin NOT NULL COMMENT 'Who: "person 7"; visitors have no key',
	route VARCHAR(160) COLLATE utf8mb4_bin NOT NULL COMMENT 'Method and pattern',
	key_hash BINARY(32) NOT NULL,
	body_hash BINARY(32) NOT NULL,
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'running',
	txn_id UUID NOT NULL COMMENT 'Its transaction: who takes over a dead claim uses it again',
	status SMALLINT UNSIGNED,
	headers TEXT,
	body LONGBLOB,
	at_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	expires_utc DATETIME NOT NULL COMMENT 'A running one soon, a finished one after a day',
	UNIQUE idempotency_once (actor, route, key_hash),
	KEY idempotency_expires (expires_utc),
	CONSTRAINT idempotency_state CHECK (state IN ('running', 'done')),
	CONSTRAINT idempotency_done CHECK (state = 'running' OR status IS NOT NULL),
	CONSTRAINT idempotency_headers CHECK (JSON_VALID(headers)),
	CONSTRAINT idempotency_body CHECK (LENGTH(body) <= 1048576)
) COMMENT 'First answers to requests with an Idempotency-Key, for their repetitions';
