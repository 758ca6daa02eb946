/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subsidies.h"

/* An agreement with its funder; currency: of the organisation. */
#define AGREEMENT "SELECT a.id, a.uid, a.title, a.reference, a.from_d, a.to_d, a.amount_cents, a.used_cents, a.share_bp," \
	" a.settles, a.order_ref, a.completes_price, a.names, a.who, a.archived_at, a.funder_id, f.name AS funder, o.currency," \
	" p.name AS org_name, p.siren AS org_siren, p.rna AS org_rna FROM subsidies_agreement a" \
	" JOIN party f ON f.id = a.funder_id JOIN organisation o ON o.id = a.org_id JOIN party p ON p.id = a.org_id"

/*
 * Agreements of the issuer that may take a share of a set, and all that took one before, also another issuer's: what
 * moves to a room of somebody else leaves them. Nobody pays a share of what she owes herself. What was archived takes
 * nothing new, but keeps what it took.
 */
#define PLACES "SELECT 1 FROM subsidies_eligible w WHERE w.agreement_id = a.id AND w.place_id"
#define FITS "(a.org_id = ? AND ? BETWEEN a.from_d AND a.to_d AND o.currency = ? AND a.source IN ('all', ?)" \
	" AND NOT a.funder_id <=> ? AND (a.who = 'all' OR EXISTS (SELECT 1 FROM subsidies_eligible w" \
	" WHERE w.agreement_id = a.id AND w.party_id = ?))" \
	" AND (NOT EXISTS (" PLACES " IS NOT NULL) OR EXISTS (" PLACES " = ?)))"

/* Rows of a statement, and of the page; service days from one to another. */
#define USES "SELECT u.id, u.service_d, u.title, u.gross_cents, u.cents AS share_cents, o.currency, u.payer_id," \
	" p.kind AS payer_kind, p.name AS payer FROM subsidies_use u" \
	" JOIN subsidies_agreement a ON a.id = u.agreement_id JOIN organisation o ON o.id = a.org_id" \
	" LEFT JOIN party p ON p.id = u.payer_id WHERE u.agreement_id = ?"

/* Of a row that says for whom an agreement is, or where. */
#define ELIGIBLE_LABEL "CONCAT(a.title, ': ', COALESCE(p.name, l.name)) AS label FROM subsidies_eligible w" \
	" JOIN subsidies_agreement a ON a.id = w.agreement_id LEFT JOIN party p ON p.id = w.party_id" \
	" LEFT JOIN place l ON l.id = w.place_id"

const struct ct_query subsidies_queries[] = {
	/* taking a share */
	{ "share_agreements", .sql = "SELECT a.id, a.share_bp, a.settles, a.order_ref, a.funder_id, f.name AS funder,"
	  " a.archived_at, " FITS " AS fits, a.amount_cents - a.used_cents + COALESCE(u.cents, 0) AS left_cents,"
	  " COALESCE(u.cents, 0) AS had_cents FROM (SELECT id FROM subsidies_agreement WHERE org_id = ? AND archived_at IS NULL"
	  " AND to_d >= ? UNION SELECT agreement_id FROM subsidies_use WHERE source_kind = ? AND source_id = ?) k"
	  " JOIN subsidies_agreement a ON a.id = k.id JOIN organisation o ON o.id = a.org_id"
	  " JOIN party f ON f.id = a.funder_id LEFT JOIN subsidies_use u ON u.agreement_id = a.id"
	  " AND u.source_kind = ? AND u.source_id = ? HAVING fits OR had_cents > 0 ORDER BY a.id LIMIT 500" },
	{ "share_give_back", .audits = "-", .sql = "UPDATE subsidies_agreement a LEFT JOIN subsidies_use u"
	  " ON u.agreement_id = a.id AND u.source_kind = ? AND u.source_id = ?"
	  " SET a.used_cents = a.used_cents - COALESCE(u.cents, 0), a.version = a.version + 1 WHERE a.id = ?" },
	{ "share_left", .sql = "SELECT a.amount_cents - a.used_cents AS left_cents, COALESCE(u.cents, 0) AS had_cents"
	  " FROM subsidies_agreement a LEFT JOIN subsidies_use u ON u.agreement_id = a.id AND u.source_kind = ?"
	  " AND u.source_id = ? WHERE a.id = ?" },
	{ "share_take", .audits = "-", .sql = "UPDATE subsidies_agreement SET used_cents = used_cents + ?"
	  " WHERE id = ? AND used_cents + ? <= amount_cents" },
	{ "share_use", .audits = "-", .sql = "INSERT INTO subsidies_use (agreement_id, source_kind, source_id, title,"
	  " service_d, payer_id, gross_cents, cents) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	  " title = VALUES(title), service_d = VALUES(service_d), payer_id = VALUES(payer_id),"
	  " gross_cents = VALUES(gross_cents), cents = VALUES(cents)" },
	{ "share_drop", .audits = "-", .sql = "DELETE FROM subsidies_use WHERE agreement_id = ? AND source_kind = ?"
	  " AND source_id = ?" },

	/* forms: behind the guard row */
	{ "guard", .audits = "-", .sql = "UPDATE subsidies_agreement SET version = version + 1 WHERE id = ?" },
	{ "promised", .sql = "SELECT a.amount_cents, a.used_cents, a.from_d, o.currency,"
	  " CAST(COALESCE(SUM(i.amount_cents), 0) AS SIGNED) AS instalments_cents,"
	  " CAST(COALESCE(SUM(i.paid_amount_cents), 0) AS SIGNED) AS paid_cents FROM subsidies_agreement a"
	  " JOIN organisation o ON o.id = a.org_id LEFT JOIN subsidies_instalment i ON i.agreement_id = a.id"
	  " AND i.archived_at IS NULL AND i.id <> ? WHERE a.id = ? GROUP BY a.id" },
	{ "instalment_of", .sql = "SELECT agreement_id FROM subsidies_instalment WHERE id = ?" },

	/* the page of an agreement */
	{ "agreement", .sql = AGREEMENT " WHERE a.id = ?" },
	{ "months", .sql = "SELECT DATE_FORMAT(u.service_d, '%Y-%m-01') AS month_d, COUNT(*) AS uses,"
	  " CAST(SUM(u.gross_cents) AS SIGNED) AS gross_cents, CAST(SUM(u.cents) AS SIGNED) AS share_cents"
	  " FROM subsidies_use u WHERE u.agreement_id = ? GROUP BY month_d ORDER BY month_d LIMIT 500" },
	{ "last_uses", .sql = USES " ORDER BY u.service_d DESC, u.id DESC LIMIT 20" },
	{ "instalments", .sql = "SELECT i.id, i.label, i.due_d, i.amount_cents, i.paid_d, i.paid_amount_cents, o.currency"
	  " FROM subsidies_instalment i JOIN organisation o ON o.id = i.org_id WHERE i.agreement_id = ?"
	  " AND i.archived_at IS NULL ORDER BY i.due_d, i.id LIMIT 500" },
	{ "eligible", .max_rows = 501, .sql = "SELECT w.id, w.party_id, w.place_id, COALESCE(p.name, l.name) AS name FROM subsidies_eligible w"
	  " LEFT JOIN party p ON p.id = w.party_id LEFT JOIN place l ON l.id = w.place_id WHERE w.agreement_id = ?"
	  " ORDER BY w.place_id IS NULL, name, w.id LIMIT 501" },
	{ "eligible_add", .audits = "eligible", .sql = "INSERT INTO subsidies_eligible (agreement_id, party_id, place_id)"
	  " VALUES (?, ?, ?)" },
	{ "eligible_find", .sql = "SELECT w.id, w.uid, a.org_id, " ELIGIBLE_LABEL " WHERE w.id = ?" },
	{ "eligible_labels", .sql = "SELECT w.id, " ELIGIBLE_LABEL " WHERE w.id IN"
	  " (SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j)" },
	{ "eligible_row", .sql = "SELECT agreement_id, party_id, place_id FROM subsidies_eligible WHERE id = ?" },
	{ "eligible_remove", .audits = "eligible", .sql = "DELETE FROM subsidies_eligible WHERE id = ?" },

	/* statements */
	{ "statement_rows", .sql = USES " AND u.service_d BETWEEN ? AND ? AND (u.service_d, u.id) > (?, ?)"
	  " ORDER BY u.service_d, u.id LIMIT 500" },
	{ "statement_before", .sql = "SELECT CAST(COALESCE(SUM(cents), 0) AS SIGNED) AS before_cents FROM subsidies_use"
	  " WHERE agreement_id = ? AND service_d < ?" },

	/* boxes: what ends within 60 days, what is used up by nine tenths, what was to be paid before today */
	{ "watched", .sql = "SELECT a.id, a.title, a.to_d, a.amount_cents - a.used_cents AS left_cents, o.currency,"
	  " a.to_d <= ? AS ends, a.used_cents * 10 >= a.amount_cents * 9 AS used_up,"
	  " (SELECT COUNT(*) FROM subsidies_instalment i WHERE i.agreement_id = a.id AND i.archived_at IS NULL"
	  " AND i.paid_d IS NULL AND i.due_d < ?) AS late FROM subsidies_agreement a JOIN organisation o ON o.id = a.org_id"
	  " WHERE a.org_id = ? AND a.archived_at IS NULL AND a.from_d <= ?"
	  " HAVING late > 0 OR (a.to_d >= ? AND (ends OR used_up)) ORDER BY a.to_d, a.id LIMIT 20" },
	{ "funded", .sql = AGREEMENT " WHERE a.org_id = ? AND a.funder_id = ? AND a.archived_at IS NULL"
	  " ORDER BY a.to_d DESC, a.id DESC LIMIT 10" },
	{ "helped", .sql = "SELECT a.id, a.title, o.currency, CAST(SUM(u.cents) AS SIGNED) AS share_cents, COUNT(*) AS uses"
	  " FROM subsidies_use u JOIN subsidies_agreement a ON a.id = u.agreement_id JOIN organisation o ON o.id = a.org_id"
	  " WHERE u.payer_id = ? AND a.org_id = ? GROUP BY a.id ORDER BY MAX(u.service_d) DESC LIMIT 10" },

	/* people */
	{ "merge_funders", .audits = "agreement", .sql = "UPDATE subsidies_agreement SET funder_id = ? WHERE funder_id = ?" },
	{ "merge_payers", .audits = "-", .sql = "UPDATE subsidies_use SET payer_id = ? WHERE payer_id = ?" },
	{ "merge_eligible", .audits = "eligible", .sql = "UPDATE IGNORE subsidies_eligible SET party_id = ?"
	  " WHERE party_id = ?" },
	{ "eligible_leave", .audits = "eligible", .sql = "DELETE FROM subsidies_eligible WHERE party_id = ?" },
	{ "export_uses", .max_rows = 10000, .sql = "SELECT u.service_d, u.title, u.gross_cents, u.cents AS share_cents,"
	  " o.currency, a.title AS agreement, n.name AS organisation FROM subsidies_use u"
	  " JOIN subsidies_agreement a ON a.id = u.agreement_id JOIN organisation o ON o.id = a.org_id"
	  " JOIN party n ON n.id = a.org_id WHERE u.payer_id = ? ORDER BY u.service_d, u.id LIMIT 10000" },
	{ "export_funded", .sql = "SELECT a.title, a.reference, a.from_d, a.to_d, a.amount_cents, a.used_cents, o.currency,"
	  " n.name AS organisation FROM subsidies_agreement a JOIN organisation o ON o.id = a.org_id"
	  " JOIN party n ON n.id = a.org_id WHERE a.funder_id = ? ORDER BY a.from_d, a.id LIMIT 500" },
	{ "export_eligible", .sql = "SELECT a.title AS agreement, a.from_d, a.to_d, n.name AS organisation"
	  " FROM subsidies_eligible w JOIN subsidies_agreement a ON a.id = w.agreement_id JOIN party n ON n.id = a.org_id"
	  " WHERE w.party_id = ? ORDER BY a.from_d, a.id LIMIT 500" },
	{ "due", .sql = "SELECT a.title, a.to_d, n.name AS organisation FROM subsidies_agreement a"
	  " JOIN party n ON n.id = a.org_id WHERE a.funder_id = ? AND a.archived_at IS NULL AND (a.to_d >= ? OR EXISTS"
	  " (SELECT 1 FROM subsidies_instalment i WHERE i.agreement_id = a.id AND i.archived_at IS NULL"
	  " AND i.paid_d IS NULL)) ORDER BY a.to_d, a.id LIMIT 20" },
	{ "seen", .sql = "SELECT MAX(t.at_utc) AS last_utc FROM (SELECT MAX(created_utc) AS at_utc FROM subsidies_use"
	  " WHERE payer_id = ? UNION ALL SELECT CAST(MAX(to_d) AS DATETIME) FROM subsidies_agreement WHERE funder_id = ?) t" },
	{ "forget_eligible", .sql = "SELECT JSON_ARRAYAGG(id) AS ids FROM subsidies_eligible WHERE party_id = ?" },

	/* comptoirctl verify */
	{ "verify_sums", .sql = "SELECT a.id FROM subsidies_agreement a LEFT JOIN subsidies_use u ON u.agreement_id = a.id"
	  " GROUP BY a.id, a.used_cents HAVING a.used_cents <> COALESCE(SUM(u.cents), 0) LIMIT 1" },
	{ "verify_amount", .sql = "SELECT id FROM subsidies_agreement WHERE used_cents > amount_cents LIMIT 1" },
	{ "verify_instalments", .sql = "SELECT a.id FROM subsidies_agreement a JOIN subsidies_instalment i"
	  " ON i.agreement_id = a.id AND i.archived_at IS NULL GROUP BY a.id, a.amount_cents"
	  " HAVING SUM(i.amount_cents) > a.amount_cents LIMIT 1" },

	/* demo.c */
	{ "demo_org", .sql = "SELECT id FROM organisation WHERE slug = 'filature'" },
	{ "demo_member", .sql = "SELECT id FROM party WHERE email = 'membre@demo.example' ORDER BY id LIMIT 1" },
	{ "demo_party", .sql = "SELECT id FROM party WHERE legal_name = ? ORDER BY id LIMIT 1" },
	{ "demo_funder", .audits = "-", .sql = "INSERT INTO party (kind, legal_name) VALUES ('organisation', ?)" },
	{ "demo_funder_address", .audits = "-", .sql = "INSERT INTO address (party_id, street, postcode, town)"
		" VALUES (?, '2 place du Faubourg', '59000', 'Lille')" },
	{ "demo_agreement", .audits = "agreement", .sql = "INSERT INTO subsidies_agreement (org_id, title, funder_id, reference, from_d, to_d,"
		" amount_cents, share_bp, settles, order_ref) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "demo_eligible", .audits = "-", .sql = "INSERT INTO subsidies_eligible (agreement_id, party_id) VALUES (?, ?)" },
	{ "demo_instalment", .audits = "instalment", .sql = "INSERT INTO subsidies_instalment (org_id, agreement_id, label, due_d, amount_cents,"
		" paid_d, paid_amount_cents) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ 0 }
};
