/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of jobs. */
#include <comptoir/plugin.h>

static const struct ct_query queries[] = {
	/* jobs: the lease is an UPDATE that only one of several gets */
	{ "job_register", .audits = "-", .sql = "INSERT IGNORE INTO job (name) VALUES (?)" },
	{ "jobs_due", .sql = "SELECT name FROM job WHERE next_utc <= UTC_TIMESTAMP() AND until_utc < UTC_TIMESTAMP(6)"
		" ORDER BY next_utc LIMIT 100" },
	{ "job_take", .audits = "-", .sql = "UPDATE job SET owner = ?, until_utc = UTC_TIMESTAMP(6) + INTERVAL ? SECOND,"
		" last_start_utc = UTC_TIMESTAMP() WHERE name = ? AND until_utc < UTC_TIMESTAMP(6)" },
	{ "job_take_due", .audits = "-", .sql = "UPDATE job SET owner = ?, until_utc = UTC_TIMESTAMP(6) + INTERVAL ? SECOND,"
		" last_start_utc = UTC_TIMESTAMP() WHERE name = ? AND until_utc < UTC_TIMESTAMP(6)"
		" AND next_utc <= UTC_TIMESTAMP()" },
	{ "job_end", .audits = "-", .sql = "UPDATE job SET owner = NULL, until_utc = UTC_TIMESTAMP(6),"
		" last_end_utc = UTC_TIMESTAMP(), next_utc = UTC_TIMESTAMP() + INTERVAL ? SECOND, last_error = ?,"
		" runs = runs + 1, failures = failures + ? WHERE name = ? AND owner = ?" },

	/* the outbox */
	{ "outbox_due", .sql = "SELECT id, uid, kind, topic, plugin, org_id, payload, tries FROM outbox"
		" WHERE state IN ('queued', 'sending') AND next_utc <= UTC_TIMESTAMP() ORDER BY next_utc, id LIMIT ?" },
	{ "outbox_claim", .audits = "-", .sql = "UPDATE outbox SET state = 'sending', owner = ?,"
		" next_utc = UTC_TIMESTAMP() + INTERVAL ? SECOND WHERE id = ? AND state IN ('queued', 'sending')"
		" AND next_utc <= UTC_TIMESTAMP()" },
	{ "outbox_done", .audits = "-", .sql = "UPDATE outbox SET state = 'sent', sent_utc = UTC_TIMESTAMP(),"
		" tries = tries + 1, last_error = NULL WHERE id = ? AND owner = ? AND state = 'sending'" },
	{ "outbox_failed", .audits = "-", .sql = "UPDATE outbox SET state = ?, next_utc = UTC_TIMESTAMP() + INTERVAL ? MINUTE,"
		" tries = tries + 1, last_error = ? WHERE id = ? AND owner = ? AND state = 'sending'" },
	{ "outbox_waiting", .sql = "SELECT COUNT(*) AS waiting, COALESCE(TIMESTAMPDIFF(SECOND, MIN(created_utc),"
		" UTC_TIMESTAMP()), 0) AS age FROM outbox WHERE state IN ('queued', 'sending')" },
	{ "outbox_add", .audits = "-", .sql = "INSERT INTO outbox (kind, topic, plugin, org_id, party_id,"
		" payload, request_id) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ 0 }
};

CT_PLUGIN(job) = {
	CT_HEAD("job"), .title = N_("Jobs and mail"), .queries = queries,
};
