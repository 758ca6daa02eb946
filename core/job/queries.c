/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the built-in module of jobs and mail asks of the database. */
#include "job/pages.h"

#define MAIL_ROW "SELECT id, state, kind, topic, recipient, subject, tries, last_error, created_utc, sent_utc, next_utc," \
	" state = 'dead' AND purge_utc IS NOT NULL AS again FROM outbox"
#define MAIL_OF_ORG MAIL_ROW " WHERE org_id = ? AND kind = 'mail'"
#define MAIL_FOUND " AND (? IS NULL OR recipient LIKE ? OR subject LIKE ?)"
#define MAIL_BEFORE " AND id < ? ORDER BY id DESC LIMIT ?"

/* A link to sign in with is worth nothing any more to whom it was sent, and much to who reads a copy of the tables. */
#define FORGET_LINK " payload = IF(plugin = 'account', '{}', payload)"

/* A letter of the accounts to nobody who is known here, as the goodbye to who left: where it went is not kept. */
#define FORGET_LEFT(column) column " = IF(plugin = 'account' AND kind = 'mail' AND party_id IS NULL, NULL, " column ")"

/* Dead by hand or again to be sent: from one state into the other, so that two clicks are one. */
#define AGAIN "UPDATE outbox SET state = 'queued', tries = 0, next_utc = UTC_TIMESTAMP(), purge_utc = NULL," \
	" owner = NULL WHERE id = ? AND state = 'dead' AND purge_utc IS NOT NULL"
#define STOP "UPDATE outbox SET state = 'dead', last_error = ?, purge_utc = UTC_TIMESTAMP() + INTERVAL 90 DAY," \
	" owner = NULL WHERE id = ? AND state = 'queued'"

const struct ct_query ct_job_queries[] = {
	/* jobs: the lease is an UPDATE that only one of several gets */
	{ "job_register", .audits = "-", .sql = "INSERT IGNORE INTO job (name) VALUES (?)" },
	{ "jobs_due", .sql = "SELECT name FROM job WHERE next_utc <= UTC_TIMESTAMP() AND until_utc < UTC_TIMESTAMP(6)"
		" ORDER BY next_utc LIMIT 100" },
	{ "job_take", .audits = "-", .sql = "UPDATE job SET owner = ?, until_utc = UTC_TIMESTAMP(6) + INTERVAL ? SECOND,"
		" last_start_utc = UTC_TIMESTAMP() WHERE name = ? AND until_utc < UTC_TIMESTAMP(6)" },
	{ "job_take_due", .audits = "-", .sql = "UPDATE job SET owner = ?, until_utc = UTC_TIMESTAMP(6) + INTERVAL ? SECOND,"
		" last_start_utc = UTC_TIMESTAMP() WHERE name = ? AND until_utc < UTC_TIMESTAMP(6)"
		" AND next_utc <= UTC_TIMESTAMP()" },
	{ "job_renew", .audits = "-", .sql = "UPDATE job SET until_utc = UTC_TIMESTAMP(6) + INTERVAL ? SECOND"
		" WHERE name = ? AND owner = ?" },
	{ "job_end", .audits = "-", .sql = "UPDATE job SET owner = NULL, until_utc = UTC_TIMESTAMP(6),"
		" last_end_utc = UTC_TIMESTAMP(), next_utc = UTC_TIMESTAMP() + INTERVAL ? SECOND, last_error = ?,"
		" runs = runs + 1, failures = failures + ? WHERE name = ? AND owner = ?" },
	{ "job_run_begin", .audits = "-", .sql = "INSERT INTO job_run (name, owner, started_utc)"
		" VALUES (?, ?, UTC_TIMESTAMP(3))" },
	{ "job_run_end", .audits = "-", .sql = "UPDATE job_run SET ended_utc = UTC_TIMESTAMP(3), error = ? WHERE id = ?" },

	/* the outbox */
	{ "outbox_due", .sql = "SELECT id, kind FROM outbox WHERE state IN ('queued', 'sending')"
		" AND next_utc <= UTC_TIMESTAMP() AND (? OR kind <> 'mail') ORDER BY next_utc, id LIMIT ?", .max_rows = 1000 },
	/* a try counts from here, so that a row that ends the process each time comes to its end, too */
	{ "outbox_claim", .audits = "-", .sql = "UPDATE outbox SET state = 'sending', owner = ?,"
		" tries = tries + 1, next_utc = UTC_TIMESTAMP() + INTERVAL ? SECOND WHERE id = ? AND state IN ('queued', 'sending')"
		" AND next_utc <= UTC_TIMESTAMP()" },
	{ "outbox_claimed", .sql = "SELECT uid, kind, topic, plugin, org_id, payload, tries FROM outbox WHERE id = ?" },
	{ "outbox_done", .audits = "-", .sql = "UPDATE outbox SET state = 'sent', sent_utc = UTC_TIMESTAMP(),"
		" purge_utc = UTC_TIMESTAMP() + INTERVAL 30 DAY, last_error = NULL," FORGET_LINK ", "
		FORGET_LEFT("recipient") ", " FORGET_LEFT("subject") " WHERE id = ? AND owner = ? AND state = 'sending'" },
	{ "outbox_later", .audits = "-", .sql = "UPDATE outbox SET state = 'queued',"
		" next_utc = UTC_TIMESTAMP() + INTERVAL ? MINUTE, last_error = ? WHERE id = ? AND owner = ? AND state = 'sending'" },
	/* the server's fault: no try of this letter */
	{ "outbox_not_now", .audits = "-", .sql = "UPDATE outbox SET state = 'queued', tries = tries - 1,"
		" next_utc = UTC_TIMESTAMP() + INTERVAL ? SECOND, last_error = ? WHERE id = ? AND owner = ?"
		" AND state = 'sending'" },
	{ "outbox_dead", .audits = "-", .sql = "UPDATE outbox SET state = 'dead', last_error = ?,"
		" purge_utc = UTC_TIMESTAMP() + INTERVAL 90 DAY WHERE id = ? AND owner = ? AND state = 'sending'" },
	{ "outbox_waiting", .sql = "SELECT COUNT(*) AS waiting, COALESCE(TIMESTAMPDIFF(SECOND, MIN(created_utc),"
		" UTC_TIMESTAMP()), 0) AS age, (SELECT COUNT(*) FROM outbox WHERE state = 'dead') AS dead"
		" FROM outbox WHERE state IN ('queued', 'sending')" },
	{ "outbox_add", .audits = "-", .sql = "INSERT INTO outbox (kind, topic, plugin, org_id, party_id,"
		" recipient, subject, payload, request_id) VALUES (?, ?, ?, ?, ?, LEFT(?, 254), LEFT(?, 200), ?, ?)" },
	{ "mail_sender", .sql = "SELECT p.name, p.email, p.phone, o.accent, a.building, a.street, a.hamlet, a.postcode,"
		" a.town, l.name AS place_name, l.email AS place_email, l.phone AS place_phone, l.building AS place_building,"
		" l.street AS place_street, l.hamlet AS place_hamlet, l.postcode AS place_postcode, l.town AS place_town"
		" FROM (SELECT 1) x LEFT JOIN party p ON p.id = ? LEFT JOIN organisation o ON o.id = p.id"
		" LEFT JOIN address a ON a.party_id = p.id AND a.kind = 'main' LEFT JOIN place l ON l.id = ?" },

	{ "mails_of_merged", .audits = "-", .sql = "UPDATE outbox SET party_id = ? WHERE party_id = ?" },

	/* what is kept too long: by purge_utc and started_utc, so that the cost does not grow */
	{ "purge_outbox", .audits = "-", .sql = "UPDATE outbox SET payload = '{}', recipient = NULL, subject = NULL,"
		" party_id = NULL, last_error = NULL, purge_utc = NULL WHERE purge_utc < UTC_TIMESTAMP() LIMIT 5000" },
	{ "purge_runs", .audits = "-", .sql = "DELETE FROM job_run WHERE started_utc < UTC_TIMESTAMP() - INTERVAL 30 DAY"
		" LIMIT 20000" },

	/* the pages */
	{ "jobs", .sql = "SELECT name, owner, until_utc, next_utc, last_start_utc, last_end_utc, last_error, runs, failures,"
		" until_utc > UTC_TIMESTAMP(6) AS running, TIMESTAMPDIFF(SECOND, last_start_utc, last_end_utc) AS took"
		" FROM job ORDER BY name LIMIT 500" },
	{ "jobs_failing", .sql = "SELECT name, last_end_utc, last_error FROM job WHERE last_error IS NOT NULL"
		" ORDER BY name LIMIT 500" },
	{ "job_runs", .sql = "SELECT id, started_utc, ended_utc, error, owner,"
		" TIMESTAMPDIFF(MICROSECOND, started_utc, ended_utc) DIV 1000 AS took_ms FROM job_run WHERE name = ?"
		" ORDER BY id DESC LIMIT 50" },
	{ "job_named", .sql = "SELECT name, until_utc > UTC_TIMESTAMP(6) AS running, owner FROM job WHERE name = ?" },
	{ "job_ask", .audits = "job", .sql = "UPDATE job SET next_utc = UTC_TIMESTAMP() WHERE name = ?"
		" AND until_utc < UTC_TIMESTAMP(6)" },

	{ "mails", .sql = MAIL_ROW " WHERE 1" MAIL_BEFORE },
	{ "mails_in", .sql = MAIL_ROW " WHERE state IN (?, ?)" MAIL_BEFORE },
	{ "org_mails", .sql = MAIL_OF_ORG MAIL_FOUND MAIL_BEFORE },
	{ "org_mails_in", .sql = MAIL_OF_ORG " AND state IN (?, ?)" MAIL_FOUND MAIL_BEFORE },
	{ "mails_dead", .sql = "SELECT COUNT(*) AS dead FROM outbox WHERE state = 'dead' AND purge_utc IS NOT NULL" },
	{ "org_mails_dead", .sql = "SELECT COUNT(*) AS dead FROM outbox WHERE org_id = ? AND state = 'dead'"
		" AND kind = 'mail' AND purge_utc IS NOT NULL" },
	{ "mails_count", .sql = "SELECT COUNT(*) AS waiting, COALESCE(TIMESTAMPDIFF(MINUTE, MIN(created_utc),"
		" UTC_TIMESTAMP()), 0) AS minutes FROM outbox WHERE state IN ('queued', 'sending')" },
	{ "mail_again", .audits = "mail", .sql = AGAIN },
	{ "org_mail_again", .audits = "mail", .sql = AGAIN " AND org_id = ? AND kind = 'mail'" },
	{ "mail_stop", .audits = "mail", .sql = STOP },
	{ "org_mail_stop", .audits = "mail", .sql = STOP " AND org_id = ? AND kind = 'mail'" },
	{ 0 }
};
