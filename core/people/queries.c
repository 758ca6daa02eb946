/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/people.h"

#define ROLES_OF(person) \
	"(SELECT JSON_ARRAYAGG(JSON_OBJECT('org', ro.org_id, 'slug', o.slug, 'name', op.name," \
	"   'role', ro.role, 'operates', o.operates = 1))" \
	"  FROM role ro JOIN organisation o ON o.id = ro.org_id JOIN party op ON op.id = o.id" \
	"  WHERE ro.person_id = " person " AND ro.from_d <= ? AND (ro.to_d IS NULL OR ro.to_d >= ?)" \
	"    AND o.archived_at IS NULL) AS roles"
#define CALLER "a.id AS account_id, a.person_id, a.installation_admin, p.name, p.email, p.lang"
#define ALIVE "a.active = 1 AND a.archived_at IS NULL"
#define FROM_ORG " FROM organisation o JOIN party p ON p.id = o.id"
#define ORG "SELECT o.id, o.slug, p.name, o.accent AS colour" FROM_ORG

/* A row for each organisation that knows the party, by its own list or by a role that it gave. */
#define PARTY_KNOWN(key) "WITH p AS (SELECT id, uid, name FROM party WHERE " key " = ?)" \
	" SELECT p.id, p.uid, c.org_id, p.name AS label, p.id AS owner_id FROM p" \
	" LEFT JOIN org_contact c ON c.party_id = p.id" \
	" UNION SELECT p.id, p.uid, r.org_id, p.name, p.id FROM p JOIN role r ON r.person_id = p.id LIMIT 500"

const struct ct_query ct_people_queries[] = {
	/* who asks */
	{ "by_session", .sql = "SELECT s.id AS session_id, LOWER(HEX(s.csrf_secret)) AS csrf, s.seen_utc, "
		CALLER ", " ROLES_OF("a.person_id") " FROM session s JOIN account a ON a.id = s.account_id"
		" JOIN party p ON p.id = a.person_id WHERE s.token_hash = UNHEX(?) AND s.expires_utc > ? AND " ALIVE },
	{ "by_token", .sql = "SELECT t.id AS token_id, COALESCE(t.last_used_utc, '2000-01-01') AS seen_utc, "
		CALLER ", " ROLES_OF("a.person_id") " FROM token t JOIN account a ON a.id = t.account_id"
		" JOIN party p ON p.id = a.person_id WHERE t.token_hash = UNHEX(?)"
		" AND (t.expires_utc IS NULL OR t.expires_utc > ?) AND t.revoked_utc IS NULL AND " ALIVE },
	{ "session_seen", .audits = "-", .sql = "UPDATE session SET seen_utc = ? WHERE id = ?" },
	{ "token_seen", .audits = "-", .sql = "UPDATE token SET last_used_utc = ? WHERE id = ?" },
	{ "session_begin", .audits = "-", .sql = "INSERT INTO session (token_hash, account_id, csrf_secret,"
		" seen_utc, expires_utc, user_agent) VALUES (UNHEX(?), ?, UNHEX(?), ?, ?, ?)" },
	{ "session_end", .audits = "-", .sql = "DELETE FROM session WHERE id = ?" },

	/* signing in */
	{ "account_by_login", .sql = "SELECT a.id, a.password_hash FROM account a"
		" WHERE a.login = LOWER(?) AND " ALIVE },
	{ "login_limited", .sql = "SELECT bucket FROM rate_limit WHERE bucket IN (?, ?) AND until_utc > ?" },
	{ "login_failed", .audits = "-", .sql = "INSERT INTO rate_limit (bucket, failures, since_utc, expires_utc)"
		" VALUES (?, 1, ?, ?) ON DUPLICATE KEY UPDATE failures = IF(since_utc < ?, 1, failures + 1),"
		" until_utc = IF(failures >= ?, ?, NULL), since_utc = IF(since_utc < ?, ?, since_utc),"
		" expires_utc = ?" },

	/* one's own account */
	{ "my_tokens", .sql = "SELECT uid, label, created_utc, expires_utc, last_used_utc FROM token"
		" WHERE account_id = ? AND revoked_utc IS NULL AND (expires_utc IS NULL OR expires_utc > ?)"
		" ORDER BY created_utc DESC, id DESC LIMIT 100" },
	{ "my_sessions", .sql = "SELECT id, user_agent, created_utc, seen_utc FROM session"
		" WHERE account_id = ? AND expires_utc > ? ORDER BY seen_utc DESC LIMIT 100" },
	{ "token_create", .audits = "token", .sql = "INSERT INTO token (token_hash, account_id, label, expires_utc)"
		" VALUES (UNHEX(?), ?, ?, ?)" },
	{ "token_revoke", .audits = "token", .sql = "UPDATE token SET revoked_utc = ?"
		" WHERE uid = ? AND account_id = ? AND revoked_utc IS NULL" },
	{ "session_revoke", .audits = "-", .sql = "DELETE FROM session WHERE id = ? AND account_id = ?" },

	/* what a path or a field names */
	{ "org_places", .sql = "SELECT id, slug, name, town, state FROM place WHERE org_id = ?"
		" AND archived_at IS NULL ORDER BY name LIMIT 200" },
	{ "organisation_find", .sql = "SELECT o.id, p.uid, o.id AS org_id, p.name AS label" FROM_ORG " WHERE o.id = ?" },
	{ "organisation_find_text", .sql = "SELECT o.id, p.uid, o.id AS org_id, p.name AS label" FROM_ORG
		" WHERE o.slug = ?" },
	{ "organisation_labels", .sql = "SELECT id, name AS label FROM party WHERE id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j)" },
	{ "party_find", .sql = PARTY_KNOWN("id") },
	{ "party_find_text", .sql = PARTY_KNOWN("uid") },
	{ "party_labels", .sql = "SELECT id, name AS label FROM party WHERE id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j)" },

	{ "org_by_key", .sql = ORG " WHERE o.id = ? AND o.archived_at IS NULL" },
	{ "org_by_slug", .sql = ORG " WHERE o.slug = ? AND o.archived_at IS NULL" },
	{ "network", .sql = ORG " WHERE o.one_network = 1" },

	/* people from outside a request */
	{ "person_add", .audits = "party", .sql = "INSERT INTO party (kind, given_name, family_name, email, phone, lang)"
		" VALUES ('person', ?, ?, ?, ?, ?)" },
	{ "account_add", .audits = "account", .sql = "INSERT INTO account (login, person_id, password_hash,"
		" installation_admin) VALUES (LOWER(?), ?, ?, ?)" },
	{ "role_add", .audits = "role", .sql = "INSERT INTO role (person_id, org_id, role, from_d, given_by_id)"
		" VALUES (?, ?, ?, ?, ?)" },
	{ "org_party_add", .audits = "party", .sql = "INSERT INTO party (kind, legal_name, usual_name, siren)"
		" VALUES ('organisation', ?, ?, ?)" },
	{ "org_add", .audits = "organisation", .sql = "INSERT INTO organisation (id, slug, operates, is_network, accent)"
		" VALUES (?, ?, ?, ?, ?)" },
	{ "place_add", .audits = "place", .sql = "INSERT INTO place (org_id, slug, name, summary, street, postcode,"
		" town, zone, lat_e6, lon_e6, phone, email, access_note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "account_of", .sql = "SELECT id, person_id FROM account WHERE login = LOWER(?)" },
	{ "demo_loaded", .sql = "SELECT id FROM organisation LIMIT 1" },

	/* Idempotency-Key */
	{ "idempotency_claim", .audits = "-", .sql = "INSERT IGNORE INTO idempotency (actor, route, key_hash,"
		" body_hash, txn_id, at_utc, expires_utc) VALUES (?, ?, UNHEX(?), UNHEX(?), ?, ?, ?)" },
	{ "idempotency_take_over", .audits = "-", .sql = "UPDATE idempotency SET expires_utc = ?"
		" WHERE actor = ? AND route = ? AND key_hash = UNHEX(?) AND state = 'running' AND expires_utc <= ?" },
	{ "idempotency_find", .sql = "SELECT HEX(body_hash) AS body_hash, state, status, headers, body,"
		" txn_id, expires_utc FROM idempotency WHERE actor = ? AND route = ? AND key_hash = UNHEX(?)" },
	{ "idempotency_keep", .audits = "-", .sql = "UPDATE idempotency SET state = 'done', status = ?,"
		" headers = ?, body = ?, expires_utc = ? WHERE actor = ? AND route = ? AND key_hash = UNHEX(?)" },
	{ "idempotency_drop", .audits = "-", .sql = "DELETE FROM idempotency"
		" WHERE actor = ? AND route = ? AND key_hash = UNHEX(?)" },

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

	/* was it stored? */
	{ "stored", .sql = "SELECT at_utc FROM txn_done WHERE id = ?" },

	/* traces and what leaves after COMMIT */
	{ "audit", .audits = "-", .sql = "INSERT INTO audit (at_utc, org_id, person_id, token_id, request_id,"
		" plugin, kind, object_id, action, before_json, after_json)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "outbox_add", .audits = "-", .sql = "INSERT INTO outbox (kind, topic, plugin, org_id, party_id,"
		" payload, request_id) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ 0 }
};
