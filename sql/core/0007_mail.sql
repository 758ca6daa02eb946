-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the pages about mails and jobs ask for: whom an outbox row goes to and what it is about, without
-- opening its payload; when that payload is forgotten; and what each run of a job came to.

ALTER TABLE outbox
	ADD COLUMN recipient VARCHAR(254) COMMENT 'Of a mail; NULL: none, or forgotten',
	ADD COLUMN subject VARCHAR(200) COMMENT 'Of a mail; NULL: none, or forgotten',
	ADD COLUMN purge_utc DATETIME COMMENT 'When the payload is forgotten; NULL: not sent yet, or it was',
	ADD KEY outbox_purge (purge_utc),
	ADD KEY outbox_party (party_id, id),
	ADD KEY outbox_org_id (org_id, id),
	ADD KEY outbox_org_state (org_id, state, id);

UPDATE outbox SET recipient = LEFT(JSON_VALUE(payload, '$.to'), 254),
	subject = LEFT(JSON_VALUE(payload, '$.subject'), 200) WHERE kind = 'mail';

UPDATE outbox SET purge_utc = created_utc + INTERVAL IF(state = 'dead', 90, 30) DAY
	WHERE state IN ('sent', 'dead');

CREATE TABLE job_run (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name VARCHAR(80) COLLATE utf8mb4_bin NOT NULL COMMENT 'plugin.name',
	owner VARCHAR(80) COLLATE utf8mb4_bin NOT NULL COMMENT 'Host and process that ran it',
	started_utc DATETIME(3) NOT NULL,
	ended_utc DATETIME(3) COMMENT 'NULL: it runs, or its process died',
	error VARCHAR(480) COMMENT 'NULL: it succeeded, or has not ended',
	KEY job_run_name (name, id),
	KEY job_run_started (started_utc)
) COMMENT 'Runs of the last 30 days';
