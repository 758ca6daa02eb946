/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: offers, quotes and what becomes of them. Included there and nowhere else. */

#define QUOTE_FIND "SELECT q.id, q.uid, q.issuer_id AS org_id, COALESCE(q.number, q.title) AS label FROM invoicing_quote q"
/* A charge `h` of quotes that asks for a deposit, and of which no credit note has taken anything back. */
#define LIVE_DEPOSIT LIVE_DEPOSIT_OF("?")
#define LIVE_DEPOSIT_OF(quote) " FROM invoicing_charge h LEFT JOIN invoicing_charge v ON v.reverses_id = h.id" \
	" WHERE h.source_kind = 'invoicing.quote' AND h.source_id = " quote " AND h.deposit = 1 AND h.reverses_id IS NULL AND v.id IS NULL"

	/* quote.c */
	{ "quote_find", .sql = QUOTE_FIND " WHERE q.id = ?" },
	{ "quote_find_text", .sql = QUOTE_FIND " WHERE q.uid = ?" },
	{ "quote", .sql = "SELECT q.id, q.uid, q.project_id, j.label AS project, q.issuer_id, q.party_id, q.title, q.state, q.currency, q.valid_d, q.service_from_d,"
		" q.service_to_d, q.order_ref, q.address, COALESCE(q.payer_name, IF(p.kind = 'organisation', p.legal_name, p.name)) AS payer,"
		" q.number, q.sent_d, q.frozen_json, q.file_id, q.sha256, q.answered_d, q.answered_by, q.billed_utc, q.created_utc,"
		" p.email, p.siren, p.siret, p.vat_no, p.kind = 'organisation' AS is_organisation, COALESCE(p.public_buyer, 0) AS public_buyer"
		" FROM invoicing_quote q JOIN party p ON p.id = q.party_id LEFT JOIN project j ON j.id = q.project_id WHERE q.id = ?" },
	/* as bill_charges has them */
	{ "quote_lines", .max_rows = QUOTE_LINES, .sql = "SELECT l.id, l.label AS title, l.label, l.quantity, l.unit, l.unit_amount, l.amount_cents,"
		" l.amounts, l.vat_code, q.service_from_d, q.service_to_d, NULL AS deducts_id, NULL AS deducts_number,"
		" CAST(NULL AS DATE) AS deducts_issued_d FROM invoicing_quote_line l JOIN invoicing_quote q ON q.id = l.quote_id"
		" WHERE l.quote_id = ? ORDER BY l.id LIMIT 200" },
	{ "quote_freeze", .audits = "quote", .sql = "UPDATE invoicing_quote SET state = 'sent', payer_name = ?, series_id = ?, serial = ?,"
		" number = ?, sent_d = ?, gross_cents = ?, frozen_json = ?, file_id = ?, sha256 = ? WHERE id = ? AND state = 'draft'" },

	/* quote_edit.c */
	{ "quote_add", .audits = "quote", .sql = "INSERT INTO invoicing_quote (issuer_id, party_id, title, valid_d, service_from_d,"
		" service_to_d, order_ref, address, project_id, created_by_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "quote_lock", .audits = "quote", .sql = "UPDATE invoicing_quote SET row_version = row_version + 1 WHERE id = ? AND state = 'draft'" },
	{ "quote_change", .audits = "quote", .sql = "UPDATE invoicing_quote SET party_id = ?, title = ?, valid_d = ?, service_from_d = ?,"
		" service_to_d = ?, order_ref = ?, address = ?, project_id = ? WHERE id = ?" },
	{ "quote_offer", .sql = "SELECT label, unit, price_cents, amounts, vat_code, archived_at FROM invoicing_offer WHERE id = ? AND org_id = ?" },
	{ "quote_lines_n", .sql = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount_cents), 0) AS SIGNED) AS cents FROM invoicing_quote_line WHERE quote_id = ?" },
	{ "quote_line_add", .audits = "quote", .sql = "INSERT INTO invoicing_quote_line (quote_id, offer_id, label, quantity, unit,"
		" unit_amount, amount_cents, amounts, vat_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "quote_line_remove", .audits = "quote", .sql = "DELETE FROM invoicing_quote_line WHERE quote_id = ? AND (? IS NULL OR id = ?)" },
	{ "quote_remove", .audits = "quote", .sql = "DELETE FROM invoicing_quote WHERE id = ?" },

	/* quote_bill.c */
	{ "quote_answer", .audits = "quote", .sql = "UPDATE invoicing_quote SET state = ?, answered_d = ?, answered_by = ?,"
		" row_version = row_version + 1 WHERE id = ? AND state IN ('sent', ?) AND billed_utc IS NULL" },
	{ "quote_guard", .audits = "quote", .sql = "UPDATE invoicing_quote SET row_version = row_version + 1 WHERE id = ?"
		" AND state = 'accepted' AND billed_utc IS NULL" },
	{ "quote_billed", .audits = "quote", .sql = "UPDATE invoicing_quote SET billed_utc = ?, row_version = row_version + 1 WHERE id = ?"
		" AND state = 'accepted' AND billed_utc IS NULL" },
	{ "quote_charges", .audits = "quote", .sql = "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id, line,"
		" version, label, quantity, unit, unit_amount, amount_cents, amounts, currency, vat_code, service_from_d, service_to_d,"
		" order_ref, project_id, document_id) SELECT q.issuer_id, ?, 'invoicing.quote', q.id, l.id, 1, l.label, l.quantity, l.unit,"
		" l.unit_amount, l.amount_cents, l.amounts, q.currency, l.vat_code, q.service_from_d, q.service_to_d, q.order_ref, q.project_id, ?"
		" FROM invoicing_quote_line l JOIN invoicing_quote q ON q.id = l.quote_id WHERE l.quote_id = ?" },
	{ "quote_deductions", .audits = "quote", .sql = "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id, line,"
		" version, label, quantity, unit, unit_amount, amount_cents, amounts, currency, vat_code, service_from_d, service_to_d,"
		" order_ref, deducts_id, project_id, document_id) SELECT h.issuer_id, ?, h.source_kind, h.source_id, CONCAT('deduct-', h.id), 1,"
		" CONCAT(?, ' ', d.number, ', ', DATE_FORMAT(d.issued_d, '%d/%m/%Y')), -h.quantity, h.unit, h.unit_amount, -h.amount_cents, h.amounts, h.currency,"
		" " VAT_CODE ", q.service_from_d, q.service_to_d, h.order_ref, h.id, q.project_id, ? FROM invoicing_charge h"
		" JOIN invoicing_document d ON d.id = h.document_id JOIN invoicing_quote q ON q.id = h.source_id"
		" LEFT JOIN invoicing_charge v ON v.reverses_id = h.id WHERE h.source_kind = 'invoicing.quote' AND h.source_id = ?"
		" AND h.deposit = 1 AND h.reverses_id IS NULL AND v.id IS NULL" },
	{ "deposit_charge", .audits = "quote", .sql = "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id, line,"
		" version, label, quantity, unit, unit_amount, amount_cents, amounts, currency, vat_code, order_ref, project_id, deposit, document_id)"
		" VALUES (?, ?, 'invoicing.quote', ?, CONCAT('deposit-', ?, '/', ?), 1, ?, 10000, 'C62', ?, ?, ?, ?, ?, ?, ?, 1, ?)" },
	{ "deposit_live", .sql = "SELECT " VAT_CODE " AS code, CAST(SUM(h.amount_cents) AS SIGNED) AS asked_cents, MIN(h.billed_utc IS NOT NULL)"
		" AS issued" LIVE_DEPOSIT " GROUP BY code LIMIT 100" },
	{ "quote_documents", .sql = "SELECT d.id, d.type, d.number, d.state, d.issued_d, d.gross_cents, d.currency FROM invoicing_document d"
		" WHERE d.id IN (SELECT h.document_id FROM invoicing_charge h WHERE h.source_kind = 'invoicing.quote' AND h.source_id = ?)"
		" ORDER BY d.id LIMIT 100" },

	/* quote_list.c */
	{ "quotes", .max_rows = 101, .sql = "SELECT q.id, q.uid, q.number, q.title, q.currency, q.sent_d, q.valid_d, q.gross_cents, q.billed_utc,"
		" IF(q.state = 'sent' AND q.valid_d < ?, 'lapsed', q.state) AS state, COALESCE(q.payer_name, IF(p.kind = 'organisation',"
		" p.legal_name, p.name)) AS payer FROM invoicing_quote q JOIN party p ON p.id = q.party_id WHERE q.issuer_id = ?"
		" AND q.id < ? AND (? IS NULL OR q.number LIKE UPPER(?) OR q.title LIKE ? OR COALESCE(q.payer_name, p.name, p.legal_name) LIKE ?)"
		" AND CASE COALESCE(?, '') WHEN '' THEN 1 WHEN 'lapsed' THEN q.state = 'sent' AND q.valid_d < ?"
		" WHEN 'sent' THEN q.state = 'sent' AND q.valid_d >= ? ELSE q.state = ? END ORDER BY q.id DESC LIMIT ?" },

	{ "find_quotes", .max_rows = 50, .sql = "WITH o AS (SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
		" SELECT q.id, q.number, q.title, q.payer_name, z.slug FROM o STRAIGHT_JOIN invoicing_quote q FORCE INDEX"
		" (invoicing_quote_number) ON q.issuer_id = o.k AND q.number LIKE UPPER(?) JOIN organisation z ON z.id = q.issuer_id"
		" ORDER BY q.id DESC LIMIT ?" },

	/* people.c, verify */
	{ "quotes_agreed", .max_rows = 100, .sql = "SELECT o.name AS issuer, q.number FROM invoicing_quote q JOIN party o ON o.id = q.issuer_id"
		" WHERE q.party_id = ? AND q.state = 'accepted' AND q.billed_utc IS NULL ORDER BY q.id LIMIT 100" },
	{ "forget_quote_lines", .audits = "-", .sql = "DELETE l FROM invoicing_quote_line l JOIN invoicing_quote q ON q.id = l.quote_id"
		" WHERE q.party_id = ? AND q.state = 'draft'" },
	{ "forget_quotes", .audits = "-", .sql = "DELETE FROM invoicing_quote WHERE party_id = ? AND state = 'draft'" },
	{ "merge_quotes", .audits = "quote", .sql = "UPDATE invoicing_quote SET party_id = ? WHERE party_id = ?" },
	{ "export_quotes", .max_rows = 2000, .sql = "SELECT o.name AS issuer, q.number, q.title, q.sent_d, q.valid_d, q.gross_cents,"
		" q.currency, q.state, q.answered_d, q.answered_by FROM invoicing_quote q JOIN party o ON o.id = q.issuer_id"
		" WHERE q.party_id = ? AND q.state <> 'draft' ORDER BY q.id LIMIT 2000" },
	{ "verify_quotes", .sql = "SELECT q.id FROM invoicing_quote q WHERE (q.billed_utc IS NOT NULL AND (SELECT SUM(h.amount_cents)"
		" FROM invoicing_charge h WHERE h.source_kind = 'invoicing.quote' AND h.source_id = q.id)"
		" > (SELECT SUM(l.amount_cents) FROM invoicing_quote_line l WHERE l.quote_id = q.id))"
		" OR (SELECT SUM(h.amount_cents)" LIVE_DEPOSIT_OF("q.id") ") >= COALESCE(q.gross_cents, 0) LIMIT 1" },
	{ "verify_quote_numbers", .sql = "SELECT q.id FROM invoicing_quote q JOIN invoicing_series s ON s.id = q.series_id"
		" WHERE q.serial < s.first_number OR q.serial >= s.next_number LIMIT 1" },
