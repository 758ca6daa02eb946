/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/account.h"

#define ROLES_OF(person) \
	"(SELECT JSON_ARRAYAGG(JSON_OBJECT('org', ro.org_id, 'slug', o.slug, 'name', op.name," \
	"   'role', ro.role, 'operates', o.operates = 1, 'leads', EXISTS (SELECT 1 FROM project j" \
	"    WHERE j.lead_id = ro.person_id AND j.org_id = ro.org_id AND j.archived_at IS NULL" \
	"    AND COALESCE(j.from_d, '1000-01-01') <= ? AND COALESCE(j.to_d, '9999-12-31') >= ?) = 1))" \
	"  FROM role ro JOIN organisation o ON o.id = ro.org_id JOIN party op ON op.id = o.id" \
	"  WHERE ro.person_id = " person " AND ro.from_d <= ? AND (ro.to_d IS NULL OR ro.to_d >= ?)" \
	"    AND o.archived_at IS NULL) AS roles"
#define CALLER "a.id AS account_id, a.person_id, a.installation_admin, p.name, p.email, p.lang"
#define OPEN_INVITATION "purpose = 'invitation' AND used_utc IS NULL AND expires_utc > ?"
#define ALIVE "a.active = 1 AND a.archived_at IS NULL"
#define ADDRESSES_OF(person) \
	"(SELECT COALESCE(JSON_ARRAYAGG(a.login), '[]') FROM account a WHERE a.person_id = " person \
	"  AND a.verified_utc IS NOT NULL) AS addresses"
#define LATEST(what) "COALESCE((SELECT " what "), p.created_utc)"

const struct ct_query ct_account_queries[] = {
	/* who asks */
	{ "by_session", .sql = "SELECT s.id AS session_id, LOWER(HEX(s.csrf_secret)) AS csrf, s.seen_utc, "
		CALLER ", " ROLES_OF("a.person_id") " FROM session s JOIN account a ON a.id = s.account_id"
		" JOIN party p ON p.id = a.person_id WHERE s.token_hash = UNHEX(?) AND s.expires_utc > ? AND " ALIVE },
	{ "by_token", .sql = "SELECT t.id AS token_id, t.read_only, COALESCE(t.last_used_utc, '2000-01-01') AS seen_utc, "
		CALLER ", " ROLES_OF("a.person_id") " FROM token t JOIN account a ON a.id = t.account_id"
		" JOIN party p ON p.id = a.person_id WHERE t.token_hash = UNHEX(?)"
		" AND t.expires_utc > ? AND t.revoked_utc IS NULL AND " ALIVE },
	{ "session_seen", .audits = "-", .sql = "UPDATE session s JOIN account a ON a.id = s.account_id"
		" SET s.seen_utc = ?, s.expires_utc = ?, a.seen_utc = ? WHERE s.id = ?" },
	{ "token_seen", .audits = "-", .sql = "UPDATE token t JOIN account a ON a.id = t.account_id"
		" SET t.last_used_utc = ?, a.seen_utc = ? WHERE t.id = ?" },
	{ "session_begin", .audits = "-", .sql = "INSERT INTO session (token_hash, account_id, csrf_secret,"
		" seen_utc, expires_utc, user_agent) VALUES (UNHEX(?), ?, UNHEX(?), ?, ?, ?)" },
	{ "session_end", .audits = "-", .sql = "DELETE FROM session WHERE id = ?" },

	/* signing in */
	{ "account_by_login", .sql = "SELECT a.id, a.password_hash FROM account a"
		" WHERE a.login = LOWER(?) AND " ALIVE },
	{ "account_seen", .audits = "-", .sql = "UPDATE account SET seen_utc = ? WHERE id = ?" },
	{ "account_rehash", .audits = "-", .sql = "UPDATE account SET password_hash = ?"
		" WHERE id = ? AND password_hash = ?" },
	{ "account_mailbox", .sql = "SELECT a.login, a.person_id, p.name, p.lang FROM account a"
		" JOIN party p ON p.id = a.person_id WHERE a.id = ? AND " ALIVE },

	/* limits: expires_utc is the end of the window; assignments run from left to right */
	{ "limit_count", .audits = "-", .sql = "INSERT INTO rate_limit (bucket, failures, since_utc, until_utc,"
		" expires_utc) VALUES (?, 1, ?, IF(? <= 1, ?, NULL), ?) ON DUPLICATE KEY UPDATE"
		" failures = IF(expires_utc <= ?, 1, failures + 1), since_utc = IF(expires_utc <= ?, ?, since_utc),"
		" expires_utc = IF(expires_utc <= ?, ?, expires_utc), until_utc = IF(failures >= ?, expires_utc, NULL)" },
	{ "limit_find", .sql = "SELECT failures, expires_utc FROM rate_limit WHERE bucket = ? AND expires_utc > ?" },
	{ "limit_give_back", .audits = "-", .sql = "UPDATE rate_limit SET failures = failures - 1, until_utc = NULL"
		" WHERE bucket = ? AND failures > 0 AND expires_utc > ?" },
	{ "limit_reset", .audits = "-", .sql = "DELETE FROM rate_limit WHERE bucket = ?" },

	/* mailed links */
	{ "link_add", .audits = "-", .sql = "INSERT INTO account_link (token_hash, purpose, account_id, email, org_id,"
		" role, invited_by_id, next, created_utc, expires_utc) VALUES (UNHEX(?), ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "link_by_token", .sql = "SELECT l.id, l.purpose, l.account_id, a.person_id, a.login,"
		" a.password_hash IS NOT NULL AS has_password, p.lang, p.given_name, p.family_name, p.name, l.email,"
		" l.role, l.next, l.org_id, l.invited_by_id, op.name AS org_name, o.slug AS org_slug, ip.name AS inviter,"
		" l.used_utc IS NOT NULL AS used, l.expires_utc <= ? AS expired"
		" FROM account_link l JOIN account a ON a.id = l.account_id JOIN party p ON p.id = a.person_id"
		" LEFT JOIN organisation o ON o.id = l.org_id AND o.archived_at IS NULL"
		" LEFT JOIN party op ON op.id = o.id LEFT JOIN party ip ON ip.id = l.invited_by_id"
		" WHERE l.token_hash = UNHEX(?) AND " ALIVE },
	{ "link_use", .audits = "-", .sql = "UPDATE account_link SET used_utc = ?"
		" WHERE id = ? AND used_utc IS NULL AND expires_utc > ?" },
	{ "links_end", .audits = "-", .sql = "DELETE FROM account_link WHERE account_id = ? AND used_utc IS NULL"
		" AND (purpose <> 'invitation' OR ? = 0)" },
	{ "links_purge", .audits = "-", .sql = "DELETE FROM account_link WHERE expires_utc < ? LIMIT 5000" },

	/* invitations */
	{ "invitation_words", .sql = "SELECT p.name AS org_name, i.name AS inviter FROM party p"
		" LEFT JOIN party i ON i.id = ? WHERE p.id = ?" },
	{ "invitations_end", .audits = "-", .sql = "DELETE FROM account_link WHERE account_id = ? AND org_id = ?"
		" AND role = ? AND purpose = 'invitation' AND used_utc IS NULL" },
	{ "invitation_made", .sql = "SELECT id FROM account_link WHERE account_id = ? AND org_id = ? AND role = ?"
		" AND " OPEN_INVITATION },
	{ "invitation_open", .sql = "SELECT id, account_id, role FROM account_link WHERE org_id = ? AND uid = ?"
		" AND " OPEN_INVITATION },
	{ "invitations", .sql = "SELECT uid, email, role, created_utc, expires_utc FROM account_link"
		" WHERE org_id = ? AND " OPEN_INVITATION " ORDER BY created_utc DESC, id DESC LIMIT 200" },
	{ "role_held", .sql = "SELECT id FROM role WHERE person_id = ? AND org_id = ? AND role = ?"
		" AND (to_d IS NULL OR to_d >= ?)" },
	{ "inviter_stands", .sql = "SELECT r.id FROM role r JOIN organisation o ON o.id = r.org_id WHERE r.person_id = ?"
		" AND r.org_id = ? AND r.role = IF(o.operates = 1, 'admin', 'contact') AND r.from_d <= ?"
		" AND (r.to_d IS NULL OR r.to_d >= ?) UNION ALL SELECT a.id FROM account a WHERE a.person_id = ?"
		" AND a.installation_admin = 1 AND " ALIVE " LIMIT 1" },
	{ "role_resume", .audits = "role", .sql = "UPDATE role SET to_d = NULL, given_by_id = ?"
		" WHERE person_id = ? AND org_id = ? AND role = ? AND from_d = ?" },

	/* one's own account */
	{ "my_account", .sql = "SELECT a.login, a.password_hash, a.password_hash IS NOT NULL AS has_password,"
		" a.verified_utc, p.uid, p.given_name, p.family_name, p.email, p.phone, p.lang, s.created_utc AS began_utc"
		" FROM account a JOIN party p ON p.id = a.person_id LEFT JOIN session s ON s.id = ? WHERE a.id = ?" },
	{ "my_address", .sql = "SELECT building, street, postcode, town FROM address"
		" WHERE party_id = ? AND kind = 'main'" },
	{ "profile_change", .audits = "party", .sql = "UPDATE party SET given_name = ?, family_name = ?, email = ?,"
		" phone = ?, lang = ?, row_version = row_version + 1 WHERE id = ?" },
	{ "address_set", .audits = "party", .sql = "INSERT INTO address (party_id, kind, building, street, postcode,"
		" town) VALUES (?, 'main', ?, ?, ?, ?) ON DUPLICATE KEY UPDATE building = VALUES(building),"
		" street = VALUES(street), postcode = VALUES(postcode), town = VALUES(town),"
		" row_version = row_version + 1" },
	{ "address_drop", .audits = "party", .sql = "DELETE FROM address WHERE party_id = ? AND kind = 'main'" },
	{ "password_set", .audits = "account", .sql = "UPDATE account SET password_hash = ?, verified_utc ="
		" COALESCE(verified_utc, ?), row_version = row_version + 1 WHERE id = ?" },
	{ "email_follows", .audits = "party", .sql = "UPDATE account a JOIN party p ON p.id = a.person_id SET p.email = ?,"
		" p.row_version = p.row_version + 1 WHERE a.id = ? AND p.email = a.login" },
	{ "login_set", .audits = "account", .sql = "UPDATE account SET login = LOWER(?), verified_utc = ?,"
		" row_version = row_version + 1 WHERE id = ?" },
	{ "account_verified", .audits = "-", .sql = "UPDATE account SET verified_utc = COALESCE(verified_utc, ?)"
		" WHERE id = ?" },
	{ "my_tokens", .sql = "SELECT uid, label, read_only = 1 AS is_read_only, created_utc, expires_utc, last_used_utc"
		" FROM token WHERE account_id = ? AND revoked_utc IS NULL AND expires_utc > ?"
		" ORDER BY created_utc DESC, id DESC LIMIT 100" },
	/* what others let the organisations see that she runs: it is not a member's */
	{ "my_grants", .max_rows = 200, .sql = "SELECT DISTINCT g.id AS no, owner.name AS owner, g.scope, g.from_d, g.to_d,"
		" own.name AS organisation FROM role ro JOIN organisation o ON o.id = ro.org_id AND o.archived_at IS NULL"
		" JOIN org_grant g ON g.to_org_id = ro.org_id JOIN party owner ON owner.id = g.org_id"
		" JOIN party own ON own.id = ro.org_id WHERE ro.person_id = ? AND ro.role IN ('admin', 'manager', 'treasurer')"
		" AND ro.from_d <= ? AND (ro.to_d IS NULL OR ro.to_d >= ?) AND (g.to_d IS NULL OR g.to_d >= ?)"
		" ORDER BY own.name, owner.name, g.scope, g.from_d, g.id LIMIT 200" },
	{ "my_sessions", .sql = "SELECT id, user_agent, created_utc, seen_utc, expires_utc FROM session"
		" WHERE account_id = ? AND expires_utc > ? ORDER BY seen_utc DESC LIMIT 100" },
	{ "token_create", .audits = "token", .sql = "INSERT INTO token (token_hash, account_id, label, expires_utc,"
		" read_only) VALUES (UNHEX(?), ?, ?, ?, ?)" },
	{ "token_revoke", .audits = "token", .sql = "UPDATE token SET revoked_utc = ?"
		" WHERE uid = ? AND account_id = ? AND revoked_utc IS NULL" },
	{ "tokens_revoke", .audits = "token", .sql = "UPDATE token SET revoked_utc = ?"
		" WHERE account_id = ? AND revoked_utc IS NULL AND expires_utc > ?" },
	{ "session_revoke", .audits = "-", .sql = "DELETE FROM session WHERE id = ? AND account_id = ?" },
	{ "sessions_revoke", .audits = "-", .sql = "DELETE FROM session WHERE account_id = ? AND id <> ?" },

	/* my data: what is kept about one person, without keys of tables */
	{ "export_person", .sql = "SELECT uid, given_name, family_name, email, phone, lang, siren, siret, rna, vat_no,"
		" created_utc FROM party WHERE id = ?" },
	{ "export_account", .sql = "SELECT uid, login, password_hash IS NOT NULL AS has_password,"
		" installation_admin = 1 AS is_installation_admin, verified_utc, created_utc, seen_utc"
		" FROM account WHERE id = ?" },
	{ "export_addresses", .sql = "SELECT kind, recipient, building, street, hamlet, postcode, town, country"
		" FROM address WHERE party_id = ? LIMIT 10" },
	{ "export_roles", .sql = "SELECT o.name AS organisation, r.role, r.from_d, r.to_d FROM role r"
		" JOIN party o ON o.id = r.org_id WHERE r.person_id = ? ORDER BY r.from_d, r.id LIMIT 500" },
	{ "export_known_by", .sql = "SELECT o.name AS organisation, c.note, c.created_utc FROM org_contact c"
		" JOIN party o ON o.id = c.org_id WHERE c.party_id = ? ORDER BY c.created_utc LIMIT 500" },
	{ "export_terms", .sql = "SELECT o.name AS organisation, t.kind, t.version, t.title, a.at_utc"
		" FROM terms_acceptance a JOIN terms t ON t.id = a.terms_id JOIN party o ON o.id = t.org_id"
		" WHERE a.party_id = ? ORDER BY a.at_utc DESC LIMIT 500" },
	{ "export_sessions", .sql = "SELECT user_agent, created_utc, seen_utc, expires_utc FROM session"
		" WHERE account_id = ? ORDER BY seen_utc DESC LIMIT 500" },
	{ "export_tokens", .sql = "SELECT label, created_utc, expires_utc, revoked_utc, last_used_utc FROM token"
		" WHERE account_id = ? ORDER BY created_utc DESC LIMIT 500" },
	{ "export_mails", .sql = "SELECT recipient AS address, subject, created_utc, sent_utc FROM outbox WHERE party_id = ? AND kind = 'mail'"
		" ORDER BY id DESC LIMIT 500" },
	{ "export_acts", .max_rows = 20000, .sql = "SELECT a.at_utc, o.name AS organisation, a.kind, a.action FROM audit a"
		" LEFT JOIN party o ON o.id = a.org_id WHERE a.person_id = ? ORDER BY a.id DESC LIMIT 20000" },

	/* leaving: the guard of the last administrator is the organisation's row */
	{ "leave_guard", .audits = "-", .sql = "UPDATE organisation o JOIN role ro ON ro.org_id = o.id"
		" SET o.roles_version = o.roles_version + 1 WHERE ro.person_id = ? AND ro.role = 'admin' AND o.operates = 1"
		" AND ro.from_d <= ? AND (ro.to_d IS NULL OR ro.to_d >= ?)" },
	{ "last_admin_of", .sql = "SELECT p.name FROM role ro JOIN organisation o ON o.id = ro.org_id"
		" JOIN party p ON p.id = o.id WHERE ro.person_id = ? AND ro.role = 'admin' AND o.operates = 1"
		" AND o.archived_at IS NULL AND ro.from_d <= ? AND (ro.to_d IS NULL OR ro.to_d >= ?)"
		" AND NOT EXISTS (SELECT * FROM role r2 JOIN account a ON a.person_id = r2.person_id AND " ALIVE
		"  WHERE r2.org_id = ro.org_id AND r2.role = 'admin' AND r2.person_id <> ro.person_id"
		"  AND r2.from_d <= ? AND r2.to_d IS NULL) ORDER BY p.name LIMIT 20" },
	{ "installation_guard", .audits = "-", .sql = "UPDATE account SET row_version = row_version + 1"
		" WHERE installation_admin = 1 ORDER BY id" },
	{ "installation_admins", .sql = "SELECT COUNT(*) AS others FROM account a WHERE a.installation_admin = 1"
		" AND a.person_id <> ? AND " ALIVE },

	/* being forgotten */
	{ "forget_due", .sql = "SELECT id, forget_check_utc FROM party WHERE forgotten_utc IS NULL AND kind = 'person'"
		" AND forget_check_utc <= ? ORDER BY forget_check_utc, id LIMIT ?" },
	{ "forget_turn", .audits = "-", .sql = "UPDATE party SET forget_check_utc = ? WHERE id = ?"
		" AND forget_check_utc = ? AND forgotten_utc IS NULL" },
	{ "forget_look_again", .audits = "-", .sql = "UPDATE party SET forget_check_utc = ? WHERE id = ?" },
	{ "forget_warned", .audits = "-", .sql = "UPDATE party SET forget_warned_utc = ? WHERE id = ?" },
	{ "last_act", .sql = "SELECT p.name, p.email, p.lang, p.forget_warned_utc,"
		" (SELECT a.login FROM account a WHERE a.person_id = p.id AND " ALIVE " ORDER BY a.id LIMIT 1) AS login,"
		" EXISTS (SELECT * FROM account a WHERE a.person_id = p.id AND a.installation_admin = 1) AS kept,"
		" " ADDRESSES_OF("p.id") ","
		" GREATEST(p.created_utc, " LATEST("MAX(GREATEST(a.created_utc, COALESCE(a.seen_utc, a.created_utc)))"
		"  FROM account a WHERE a.person_id = p.id") ", " LATEST("MAX(s.seen_utc) FROM account a"
		"  JOIN session s ON s.account_id = a.id WHERE a.person_id = p.id") ", " LATEST("MAX(t.last_used_utc)"
		"  FROM account a JOIN token t ON t.account_id = a.id WHERE a.person_id = p.id") ", "
		LATEST("at_utc FROM audit WHERE person_id = p.id ORDER BY id DESC LIMIT 1") ", "
		LATEST("MAX(at_utc) FROM terms_acceptance WHERE party_id = p.id") ", "
		LATEST("MAX(COALESCE(to_d, UTC_DATE())) FROM role WHERE person_id = p.id") ") AS last_utc"
		" FROM party p WHERE p.id = ?" },
	{ "merged_into", .sql = "SELECT id FROM party WHERE merged_into_id = ? LIMIT 500" },
	{ "forget_once", .audits = "party", .sql = "UPDATE party SET forgotten_utc = ?"
		" WHERE id = ? AND kind = 'person' AND forgotten_utc IS NULL" },
	{ "forget_party", .audits = "party", .sql = "UPDATE party SET given_name = NULL, family_name = ?, email = NULL,"
		" phone = NULL, siren = NULL, siret = NULL, rna = NULL, vat_no = NULL,"
		" archived_at = COALESCE(archived_at, ?), row_version = row_version + 1 WHERE id = ?" },
	{ "forget_roles", .audits = "party", .sql = "UPDATE role SET to_d = GREATEST(?, from_d - INTERVAL 1 DAY)"
		" WHERE person_id = ? AND (to_d IS NULL OR to_d > ?)" },
	{ "forget_addresses", .audits = "party", .sql = "DELETE FROM address WHERE party_id = ?" },
	{ "forget_notes", .audits = "party", .sql = "UPDATE org_contact SET note = NULL WHERE party_id = ?" },
	{ "proved_addresses", .sql = "SELECT " ADDRESSES_OF("?") },
	{ "accounts_of", .sql = "SELECT JSON_ARRAYAGG(id) AS ids FROM account WHERE person_id = ?" },
	{ "forget_sessions", .audits = "-", .sql = "DELETE s FROM session s JOIN account a ON a.id = s.account_id"
		" WHERE a.person_id = ?" },
	{ "forget_tokens", .audits = "party", .sql = "DELETE t FROM token t JOIN account a ON a.id = t.account_id"
		" WHERE a.person_id = ?" },
	{ "forget_links", .audits = "-", .sql = "DELETE l FROM account_link l JOIN account a ON a.id = l.account_id"
		" WHERE a.person_id = ?" },
	{ "forget_mails", .audits = "-", .sql = "DELETE FROM outbox WHERE party_id = ?" },
	/* what is done with and names her address alone: links that were asked for, letters to nobody known */
	{ "forget_asked", .audits = "-", .sql = "DELETE o FROM outbox o JOIN account a ON a.person_id = ?"
		" WHERE o.purge_utc IS NOT NULL AND (o.recipient = a.login OR (o.topic = 'account.link'"
		" AND LOWER(JSON_VALUE(o.payload, '$.email')) = a.login))" },
	{ "forget_accounts", .audits = "party", .sql = "DELETE FROM account WHERE person_id = ?" },

	/* accounts from outside a request */
	{ "account_add", .audits = "account", .sql = "INSERT INTO account (login, person_id, password_hash,"
		" installation_admin) VALUES (LOWER(?), ?, ?, ?)" },
	{ "account_of", .sql = "SELECT id, person_id, active = 1 AND archived_at IS NULL AS alive FROM account"
		" WHERE login = LOWER(?)" },
	{ 0 }
};
