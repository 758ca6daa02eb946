/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All SQL of the plugin, but what makes its records' rows (memberships.c). */
#include "tax.h"

/* As people see it: what is paid is to come, runs, or is over. */
#define STATE_SEEN "IF(m.state = 'active', IF(m.to_d < UTC_DATE(), 'over', IF(m.from_d > UTC_DATE(), 'coming', 'active')), m.state)"
#define RENEWABLE "m.to_d <= ? + INTERVAL l.notice_days DAY AND m.renews = 1 AND l.offered = 1 AND l.archived_at IS NULL" \
	" AND NOT EXISTS (SELECT 1 FROM memberships_membership n WHERE n.renewed_id = m.id)" \
	" AND NOT EXISTS (SELECT 1 FROM memberships_membership n WHERE n.party_id = m.party_id AND n.plan_id = m.plan_id" \
	" AND n.from_d > m.to_d AND n.state IN ('asked', 'due', 'active'))"
#define LAPSED "m.state IN ('due', 'asked') AND (m.to_d < ? OR (m.state = 'due' AND m.due_d + INTERVAL l.grace_days DAY < ?))"
#define PLAN "SELECT l.id, l.label, l.whom, l.pricing, l.price_cents, l.period, l.first_month, l.vat_code, l.approval," \
	" l.offered AND l.archived_at IS NULL AS offered, o.currency FROM memberships_plan l" \
	" JOIN organisation o ON o.id = l.org_id"
#define RUNS "m.state IN ('asked', 'due', 'active')"

const struct ct_query memberships_queries[] = {
#include "tax_queries.h"

	/* what a path names: a member's own, whoever asks */
	{ "own_find", .sql = "SELECT m.id, m.uid, m.org_id, l.label FROM memberships_membership m"
		" JOIN memberships_plan l ON l.id = m.plan_id WHERE m.id = ?" },
	{ "own_find_text", .sql = "SELECT m.id, m.uid, m.org_id, l.label FROM memberships_membership m"
		" JOIN memberships_plan l ON l.id = m.plan_id WHERE m.uid = ?" },

	/* what is offered */
	{ "plan", .sql = PLAN " WHERE l.id = ? AND l.org_id = ?" },
	{ "plans", .sql = PLAN " WHERE l.org_id = ? AND l.archived_at IS NULL ORDER BY l.position, l.id LIMIT 500" },
	{ "bracket", .sql = "SELECT price_cents FROM memberships_bracket WHERE id = ? AND plan_id = ? AND archived_at IS NULL" },
	{ "operator", .sql = "SELECT p.name, o.slug FROM organisation o JOIN party p ON p.id = o.id WHERE o.id = ? AND o.operates = 1" },
	{ "offered", .max_rows = 50, .sql = "SELECT l.id, l.label, l.detail, l.whom, l.pricing, l.period, l.first_month, l.approval,"
		" o.currency, COALESCE(l.price_cents, (SELECT MIN(b.price_cents) FROM memberships_bracket b WHERE b.plan_id = l.id"
		" AND b.archived_at IS NULL)) AS lowest, (SELECT CONCAT('[', GROUP_CONCAT(JSON_OBJECT('id', b.id, 'label', b.label,"
		" 'cents', b.price_cents) ORDER BY b.position, b.price_cents, b.id), ']') FROM memberships_bracket b"
		" WHERE b.plan_id = l.id AND b.archived_at IS NULL) AS brackets"
		" FROM memberships_plan l JOIN organisation o ON o.id = l.org_id"
		" WHERE l.org_id = ? AND l.offered = 1 AND l.archived_at IS NULL"
		" HAVING lowest IS NOT NULL ORDER BY l.position, l.label, l.id LIMIT 50" },
	{ "joinable", .max_rows = 200, .sql = "SELECT p.name, o.slug FROM organisation o JOIN party p ON p.id = o.id"
		" WHERE o.operates = 1 AND o.archived_at IS NULL AND EXISTS (SELECT 1 FROM memberships_plan l WHERE l.org_id = o.id"
		" AND l.offered = 1 AND l.archived_at IS NULL) ORDER BY p.sort_name, o.id LIMIT 200" },
	{ "parties", .max_rows = 200, .sql = "SELECT p.id, p.name, p.kind FROM party p WHERE p.id = ? OR p.id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
		" ORDER BY p.id = ? DESC, p.sort_name, p.id LIMIT 200" },

	/* one begins */
	{ "party", .sql = "SELECT kind FROM party WHERE id = ? AND archived_at IS NULL" },
	{ "guard", .audits = "-", .sql = "INSERT INTO memberships_member (org_id, party_id) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE version = version + 1" },
	{ "overlap", .sql = "SELECT m.id, m.to_d FROM memberships_membership m WHERE m.party_id = ? AND m.plan_id = ? AND " RUNS
		" AND m.from_d <= ? AND m.to_d >= ? ORDER BY m.to_d DESC LIMIT 1" },
	{ "membership_add", .audits = "membership", .sql = "INSERT INTO memberships_membership (org_id, party_id, plan_id,"
		" bracket_id, period_d, from_d, to_d, state, dues_cents, gift_cents, due_d, hand_utc, hand_means, hand_d, renewed_id,"
		" source, asked_by_id, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },

	{ "import_have", .max_rows = 20000, .sql = "SELECT m.id, m.party_id, m.plan_id, m.state, m.from_d, m.to_d"
		" FROM memberships_membership m WHERE m.org_id = ? AND " RUNS " AND m.party_id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j) LIMIT 20000" },

	/* and goes on */
	{ "touch", .audits = "-", .sql = "UPDATE memberships_membership SET row_version = row_version + 1 WHERE id = ?" },
	{ "membership", .sql = "SELECT m.id, m.uid, m.org_id, m.party_id, m.plan_id, m.row_version, m.state, m.reason, m.from_d,"
		" m.to_d, m.due_d, m.dues_cents, m.hand_utc, m.hand_means, m.hand_d, m.settled_utc, m.settled_means, m.settled_d, m.settled_cents, m.posted, o.slug FROM memberships_membership m"
		" JOIN organisation o ON o.id = m.org_id WHERE m.id = ?" },
	{ "move", .audits = "membership", .sql = "UPDATE memberships_membership SET state = ?, reason = ?, due_d = ?, hand_utc = ?,"
		" hand_means = ?, hand_d = ?, settled_utc = ?, settled_means = ?, settled_d = ?, settled_cents = ? WHERE id = ?" },
	{ "change", .audits = "membership", .sql = "UPDATE memberships_membership SET renews = ?, note = ?,"
		" row_version = row_version + 1 WHERE id = ? AND org_id = ? AND row_version = ?" },
	/* from left to right: the gift is what goes beyond the dues as they were without one */
	{ "set_dues", .audits = "membership", .sql = "UPDATE memberships_membership"
		" SET gift_cents = IF(gift_cents > 0, GREATEST(0, ? - (dues_cents - gift_cents)), 0), dues_cents = ?,"
		" state = IF(state = 'due' AND dues_cents = 0, 'active', state) WHERE id = ?" },
	{ "set_renews", .audits = "membership", .sql = "UPDATE memberships_membership SET renews = ? WHERE id = ?" },
	{ "dues", .sql = "SELECT m.id, m.org_id, m.party_id, m.from_d, m.to_d, m.dues_cents, m.gift_cents, m.hand_utc, m.posted,"
		" l.label AS plan, l.vat_code, o.currency, (m.state IN ('due', 'active') OR (m.state = 'ended' AND (m.hand_utc IS NOT NULL"
		" OR m.settled_utc IS NOT NULL))) AS owed FROM memberships_membership m JOIN memberships_plan l ON l.id = m.plan_id"
		" JOIN organisation o ON o.id = m.org_id WHERE m.id = ?" },
	{ "posted", .audits = "-", .sql = "UPDATE memberships_membership SET posted = ? WHERE id = ?" },

	/* mails: an organisation without an address is written to by who joined for it */
	{ "letter", .sql = "SELECT m.org_id, m.from_d, m.to_d, m.dues_cents, l.label AS plan, o.currency, o.slug, g.name AS org, p.name,"
		" COALESCE(p.email, a.email) AS email, IF(p.email IS NULL, a.id, p.id) AS reader_id,"
		" IF(p.email IS NULL, a.name, p.name) AS reader, IF(p.email IS NULL, a.lang, p.lang) AS lang"
		" FROM memberships_membership m JOIN memberships_plan l ON l.id = m.plan_id JOIN organisation o ON o.id = m.org_id"
		" JOIN party g ON g.id = m.org_id JOIN party p ON p.id = m.party_id LEFT JOIN party a ON a.id = m.asked_by_id"
		" WHERE m.id = ?" },

	/* a member's own */
	{ "mine", .max_rows = 200, .sql = "SELECT m.id, m.uid, m.party_id, m.from_d, m.to_d, m.dues_cents, m.renews, " STATE_SEEN " AS state,"
		" l.label AS plan, o.currency, g.name AS organisation, p.name AS member FROM memberships_membership m"
		" JOIN memberships_plan l ON l.id = m.plan_id JOIN organisation o ON o.id = m.org_id JOIN party g ON g.id = m.org_id"
		" JOIN party p ON p.id = m.party_id WHERE m.party_id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
		" ORDER BY m.to_d DESC, m.id DESC LIMIT 200" },

	{ "paper", .sql = "SELECT m.id, m.uid, m.party_id, m.state, m.from_d, m.to_d, m.dues_cents, m.gift_cents, l.label AS plan,"
		" COALESCE(m.hand_utc, m.settled_utc, m.created_utc) AS since_utc, o.currency, o.accent, g.name AS org, g.siren, g.rna,"
		" g.email AS org_email, g.phone AS org_phone, p.name FROM memberships_membership m"
		" JOIN memberships_plan l ON l.id = m.plan_id JOIN organisation o ON o.id = m.org_id JOIN party g ON g.id = m.org_id"
		" JOIN party p ON p.id = m.party_id WHERE m.id = ?" },

	/* what others ask */
	{ "audiences", .max_rows = 200, .sql = "SELECT DISTINCT m.org_id, l.audience_code FROM memberships_membership m"
		" JOIN memberships_plan l ON l.id = m.plan_id WHERE m.party_id = ? AND m.state = 'active' AND m.from_d <= ?"
		" AND m.to_d >= ? AND l.audience_code IS NOT NULL LIMIT 200" },
	{ "panel", .sql = "SELECT m.id, m.from_d, m.to_d, " STATE_SEEN " AS state, l.label AS plan FROM memberships_membership m"
		" JOIN memberships_plan l ON l.id = m.plan_id WHERE m.party_id = ? AND m.org_id = ?"
		" ORDER BY m.to_d DESC, m.id DESC LIMIT 6" },
	{ "figures", .sql = "SELECT COUNT(*) AS n_all, COALESCE(SUM(m.state = 'active' AND m.from_d <= ? AND m.to_d >= ?), 0) AS n_active,"
		" COALESCE(SUM(m.state = 'asked'), 0) AS n_asked, COALESCE(SUM(m.state = 'due'), 0) AS n_due,"
		" COALESCE(SUM(IF(m.state = 'due', m.dues_cents, 0)), 0) AS due_cents,"
		" COALESCE(SUM(m.state = 'active' AND m.to_d >= ? AND m.to_d <= ?), 0) AS n_ending, MAX(o.currency) AS currency"
		" FROM memberships_membership m JOIN organisation o ON o.id = m.org_id WHERE m.org_id = ?" },
	{ "merge_doubles", .sql = "SELECT DISTINCT f.id FROM memberships_membership f JOIN memberships_membership t"
		" ON t.plan_id = f.plan_id AND t.state IN ('asked', 'due', 'active') AND t.from_d <= f.to_d AND t.to_d >= f.from_d"
		" WHERE f.party_id = ? AND t.party_id = ? AND f.state IN ('asked', 'due', 'active') LIMIT 200" },
	{ "merge_moves", .audits = "membership", .sql = "UPDATE memberships_membership SET party_id = ? WHERE party_id = ?" },
	{ "merge_askers", .audits = "membership", .sql = "UPDATE memberships_membership SET asked_by_id = ? WHERE asked_by_id = ?" },
	{ "merge_guards", .audits = "-", .sql = "UPDATE IGNORE memberships_member SET party_id = ? WHERE party_id = ?" },
	{ "merge_guards_left", .audits = "-", .sql = "DELETE FROM memberships_member WHERE party_id = ?" },
	{ "exported", .sql = "SELECT m.uid, g.name AS organisation, l.label AS plan, m.from_d, m.to_d, " STATE_SEEN " AS state,"
		" m.dues_cents, m.gift_cents, o.currency, m.hand_utc, m.settled_utc, m.note FROM memberships_membership m"
		" JOIN memberships_plan l ON l.id = m.plan_id JOIN organisation o ON o.id = m.org_id JOIN party g ON g.id = m.org_id"
		" WHERE m.party_id = ? ORDER BY m.from_d, m.id LIMIT 500" },
	{ "open", .sql = "SELECT COUNT(*) AS n FROM memberships_membership WHERE party_id = ? AND state IN ('asked', 'due')" },
	{ "of_party", .sql = "SELECT JSON_ARRAYAGG(id) AS ids FROM memberships_membership WHERE party_id = ?" },
	{ "forget", .audits = "membership", .sql = "UPDATE memberships_membership SET note = NULL, renews = 0,"
		" reason = IF(state = 'active' AND to_d >= ?, 'left', reason),"
		" state = IF(reason IS NULL, state, 'ended') WHERE party_id = ?" },
	{ "seen", .sql = "SELECT MAX(at_utc) AS last_utc FROM (SELECT MAX(IF(state = 'active', CAST(to_d AS DATETIME), created_utc)) AS at_utc"
		" FROM memberships_membership WHERE party_id = ? UNION ALL SELECT MAX(created_utc) FROM memberships_membership"
		" WHERE asked_by_id = ?) x" },

	/* the job: of `each` the parameters are today, today, a number and the key behind which the page begins */
	{ "renewals_due", .sql = "SELECT m.id, m.org_id FROM memberships_membership m JOIN memberships_plan l ON l.id = m.plan_id"
		" WHERE m.state = 'active' AND m.to_d >= ? AND " RENEWABLE " AND ? >= 0 AND m.id > ? ORDER BY m.id LIMIT 200" },
	{ "renewable", .sql = "SELECT m.plan_id, m.party_id, m.bracket_id, m.asked_by_id, m.to_d, m.dues_cents"
		" FROM memberships_membership m JOIN memberships_plan l ON l.id = m.plan_id WHERE m.state = 'active' AND " RENEWABLE
		" AND m.id = ?" },
	{ "lapses_due", .sql = "SELECT m.id, m.org_id FROM memberships_membership m JOIN memberships_plan l ON l.id = m.plan_id"
		" WHERE " LAPSED " AND ? >= 0 AND m.id > ? ORDER BY m.id LIMIT 200" },
	{ "lapsed", .sql = "SELECT m.id FROM memberships_membership m JOIN memberships_plan l ON l.id = m.plan_id"
		" WHERE " LAPSED " AND m.id = ?" },
	{ "reminders_due", .sql = "SELECT id, org_id FROM memberships_membership WHERE state = 'due' AND due_d <= ?"
		" AND reminded < LEAST(2, DATEDIFF(?, due_d) DIV ?) AND id > ? ORDER BY id LIMIT 200" },
	{ "remind", .audits = "-", .sql = "UPDATE memberships_membership SET reminded = LEAST(2, DATEDIFF(?, due_d) DIV ?)"
		" WHERE id = ? AND state = 'due' AND reminded < LEAST(2, DATEDIFF(?, due_d) DIV ?)" },

	{ "demo_org", .sql = "SELECT id FROM organisation WHERE slug = ?" },
	{ "demo_visitor", .sql = "SELECT id FROM party WHERE email = 'membre@demo.example' ORDER BY id LIMIT 1" },
	{ "demo_plan", .audits = "plan", .sql = "INSERT INTO memberships_plan (org_id, label, detail, whom, pricing, price_cents, period,"
		" audience_code, approval, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },

	/* by brute force, whatever the constraints say */
	{ "verify_overlap", .sql = "SELECT m.id FROM memberships_membership m JOIN memberships_membership b ON b.party_id = m.party_id"
		" AND b.plan_id = m.plan_id AND b.id > m.id AND b.from_d <= m.to_d AND b.to_d >= m.from_d"
		" WHERE " RUNS " AND b.state IN ('asked', 'due', 'active') LIMIT 1" },
	{ "verify_paid", .sql = "SELECT id FROM memberships_membership WHERE state IN ('due', 'active')"
		" AND (state = 'active') <> (dues_cents = 0 OR hand_utc IS NOT NULL OR settled_utc IS NOT NULL) LIMIT 1" },
	{ 0 }
};
