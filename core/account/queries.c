/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/account.h"

#define ROLES_OF(person) \
	"(SELECT JSON_ARRAYAGG(JSON_OBJECT('org', ro.org_id, 'slug', o.slug, 'name', op.name," \
	"   'role', ro.role, 'operates', o.operates = 1))" \
	"  FROM role ro JOIN organisation o ON o.id = ro.org_id JOIN party op ON op.id = o.id" \
	"  WHERE ro.person_id = " person " AND ro.from_d <= ? AND (ro.to_d IS NULL OR ro.to_d >= ?)" \
	"    AND o.archived_at IS NULL) AS roles"
#define CALLER "a.id AS account_id, a.person_id, a.installation_admin, p.name, p.email, p.lang"
#define ALIVE "a.active = 1 AND a.archived_at IS NULL"

const struct ct_query ct_account_queries[] = {
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

	/* accounts from outside a request */
	{ "account_add", .audits = "account", .sql = "INSERT INTO account (login, person_id, password_hash,"
		" installation_admin) VALUES (LOWER(?), ?, ?, ?)" },
	{ "account_of", .sql = "SELECT id, person_id FROM account WHERE login = LOWER(?)" },
	{ 0 }
};
