/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: guarantees. Included there and nowhere else. */

	/* guarantee.c */
	{ "guarantee", .sql = "SELECT g.id, p.name, g.amount_cents, g.received_d, g.returned_d, g.kept_cents, g.reason FROM invoicing_guarantee g"
		" JOIN party p ON p.id = g.party_id WHERE g.id = ?" },
	{ "guarantee_add", .audits = "guarantee", .sql = "INSERT INTO invoicing_guarantee (org_id, party_id, subject, amount_cents, means,"
		" cheque_no, received_d) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ "guarantee_change", .audits = "guarantee", .sql = "UPDATE invoicing_guarantee SET party_id = ?, subject = ?, amount_cents = ?,"
		" means = ?, cheque_no = ?, received_d = ?, row_version = row_version + 1 WHERE id = ? AND row_version = ?"
		" AND returned_d IS NULL" },
	{ "guarantee_remove", .audits = "guarantee", .sql = "DELETE FROM invoicing_guarantee WHERE id = ? AND row_version = ?"
		" AND returned_d IS NULL" },
	{ "guarantee_lock", .audits = "guarantee", .sql = "UPDATE invoicing_guarantee SET row_version = row_version + 1 WHERE id = ?" },
	{ "guarantee_settle", .audits = "guarantee", .sql = "UPDATE invoicing_guarantee SET returned_d = ?, kept_cents = ?, reason = ?"
		" WHERE id = ? AND returned_d IS NULL" },
	{ "guarantee_reopen", .audits = "guarantee", .sql = "UPDATE invoicing_guarantee SET returned_d = NULL, kept_cents = 0, reason = NULL,"
		" row_version = row_version + 1 WHERE id = ? AND returned_d IS NOT NULL" },
	{ "guarantees_of", .sql = "SELECT g.id, o.name AS issuer, g.subject, g.received_d, g.amount_cents, " GUARANTEE_STATE " AS state,"
		" g.returned_d, g.kept_cents, g.reason FROM " KEYS " k JOIN invoicing_guarantee g ON g.party_id = k.k JOIN party o ON o.id = g.org_id"
		" WHERE (? IS NULL OR g.org_id = ?) ORDER BY g.returned_d IS NOT NULL, g.received_d DESC, g.id DESC LIMIT 100" },

	/* guarantee_people.c */
	{ "forget_guarantees", .audits = "-", .sql = "UPDATE invoicing_guarantee SET subject = '–', cheque_no = NULL,"
		" reason = IF(reason IS NULL, NULL, '–') WHERE party_id = ? AND returned_d IS NOT NULL" },
	{ "merge_guarantees", .audits = "guarantee", .sql = "UPDATE invoicing_guarantee SET party_id = ?, row_version = row_version + 1"
		" WHERE party_id = ?" },
	{ "export_guarantees", .max_rows = 2000, .sql = "SELECT o.name AS issuer, g.subject, g.amount_cents, g.means, g.cheque_no, g.received_d,"
		" g.returned_d, g.kept_cents, g.reason FROM invoicing_guarantee g JOIN party o ON o.id = g.org_id WHERE g.party_id = ?"
		" ORDER BY g.id LIMIT 2000" },
	{ "guarantees_held", .sql = "SELECT o.name AS issuer, CAST(SUM(g.amount_cents) AS SIGNED) AS sum_cents FROM invoicing_guarantee g"
		" JOIN party o ON o.id = g.org_id WHERE g.party_id = ? AND g.returned_d IS NULL GROUP BY g.org_id LIMIT 100" },
