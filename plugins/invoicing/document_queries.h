/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the plugin's queries, included by their table, that serves documents. */

/*
 * The series of an issuer and a kind in which a month lies: the eleventh before it, and itself, as `begins` counts. One
 * that has given numbers runs to its end, whatever was entered beside it.
 */
#define SERIES_OF "issuer_id = ? AND kind = ? AND begins BETWEEN ? AND ? ORDER BY next_number > first_number DESC, begins" \
	" LIMIT 1"
#define KEYS "(SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
/* For what writes, where IN would read all rows: each is found by its key, lowest first: locks come in one order. */
#define BY_KEY "(SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j ORDER BY j.k LIMIT 100000) j STRAIGHT_JOIN"
#define PAYER "IF(p.kind = 'organisation', p.legal_name, COALESCE(p.name, c.name, c.email, CONCAT('n° ', c.id)))"
/* A client `c`, and its party `p` where it is no guest; who was merged is the other one's. */
#define CLIENT_OF(on) " JOIN invoicing_client c ON c.id = " on " LEFT JOIN invoicing_client m ON m.id = c.merged_into" \
	" LEFT JOIN party p ON p.id = COALESCE(m.party_id, c.party_id)"
/* What a list says of a document; its settlement is there once it is issued. */
#define LISTED "SELECT d.id, d.uid, d.type, d.state, d.number, d.payer_name AS payer, d.currency, d.issued_d, d.due_d," \
	" d.listed_d, d.gross_cents, s.credited_cents, s.paid_cents, d.handed_utc IS NOT NULL AS handed, d.handed_note, o.slug, j.label AS project," \
	" (COALESCE(p.public_buyer, 0) = 1 AND d.state = 'issued' AND d.type <> 'opening')" \
	" AS deposits, (SELECT MAX(t.at_utc) FROM invoicing_document_status t WHERE t.document_id = d.id AND t.code = 'deposited')" \
	" AS deposited_utc, (d.state = 'draft' AND d.address IS NULL AND p.id IS NULL AND c.address IS NULL) AS addressless" \
	" FROM invoicing_document d JOIN organisation o ON o.id = d.issuer_id" CLIENT_OF("d.client_id") \
	" LEFT JOIN invoicing_settlement s ON s.document_id = d.id LEFT JOIN project j ON j.id = d.project_id"
#define OF_STATE "CASE ? WHEN 'draft' THEN d.state = 'draft' WHEN 'handed' THEN d.state = 'draft' AND d.handed_utc IS NOT NULL WHEN 'open' THEN s.left_cents > 0" \
	" WHEN 'late' THEN s.left_cents > 0 AND d.due_d < ? WHEN 'settled' THEN s.left_cents <= 0" \
	" WHEN 'credit' THEN d.type = 'credit' WHEN 'opening' THEN d.type = 'opening' ELSE 1 END"
#define PAGE_OF_DOCUMENTS "AND (d.listed_d < ? OR (d.listed_d = ? AND d.id < ?))" \
	" AND (? IS NULL OR d.number LIKE UPPER(?) OR d.payer_name LIKE ? OR d.gross_cents = ?)" \
	" AND (? IS NULL OR d.issued_d >= ?) AND (? IS NULL OR d.issued_d <= ?) AND " OF_STATE \
	" ORDER BY d.listed_d DESC, d.id DESC LIMIT ?"
/*
 * The VAT code of a charge `h`: of one that takes back another, that which the other was billed with; of "E" (none, on the
 * ground of who issues) that of the regime of the day of service, or of today where none is said of that day.
 */
#define SERVED "LEAST(COALESCE(h.service_to_d, UTC_DATE()), UTC_DATE())"
#define IN_REGIME(day) day " BETWEEN g.from_d AND COALESCE(g.to_d, '2199-12-31')"
#define VAT_CODE "COALESCE((SELECT l.vat_code FROM invoicing_document_line l WHERE l.charge_id = h.reverses_id)," \
	" IF(h.vat_code <> 'E', h.vat_code, (SELECT IF(g.vat_regime = 'exempt', 'E261', 'E293B') FROM invoicing_regime g" \
	" WHERE g.org_id = h.issuer_id AND g.archived_at IS NULL AND (" IN_REGIME(SERVED) " OR " IN_REGIME("UTC_DATE()") ")" \
	" ORDER BY " IN_REGIME(SERVED) " DESC LIMIT 1)), 'E293B')"
/* Another row of each of some charges on a document, so much above the last of its versions. */
#define COPY_OF(above, reverses, waived, quantity, amount, document) "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind," \
	" source_id, line, version, reverses_id, share_kind, share_id, place_id, project_id, label, quantity, unit, unit_amount," \
	" amount_cents, amounts, currency, vat_code, service_from_d, service_to_d, order_ref, deposit, deducts_id, waived, document_id)" \
	" SELECT h.issuer_id, h.client_id, h.source_kind, h.source_id, h.line, " above " + (SELECT MAX(w.version) FROM invoicing_charge w" \
	" WHERE w.source_kind = h.source_kind AND w.source_id = h.source_id AND w.issuer_id = h.issuer_id AND w.line = h.line" \
	" AND w.client_id = h.client_id AND (w.reverses_id IS NULL OR w.reverses_id <> h.id)), " reverses ", h.share_kind, h.share_id," \
	" h.place_id, h.project_id, h.label, " quantity ", h.unit, h.unit_amount, " amount ", h.amounts, h.currency, h.vat_code," \
	" h.service_from_d, h.service_to_d, COALESCE((SELECT d.order_ref FROM invoicing_document d WHERE d.id = h.document_id), h.order_ref)," \
	" h.deposit, h.deducts_id, " waived ", " document " FROM invoicing_charge h" \
	" WHERE h.document_id = ? AND h.id IN " KEYS
/* A charge that bills a quote, and no deposit or credit note of it. */
#define OF_QUOTE(h) h ".source_kind = 'invoicing.quote' AND " h ".deposit = 0 AND " h ".reverses_id IS NULL"
/* The charge by which a deduction is owed again, because its deposit was credited. */
#define BACK_OF(b, h) b ".source_kind = " h ".source_kind AND " b ".source_id = " h ".source_id AND " b ".issuer_id = " h ".issuer_id" \
	" AND " b ".line = CONCAT('back-', " h ".id)"
/* Of a charge `h` that deducts one of an advance invoice `w`. NULL stands first: what deducts is the last. */
#define DEDUCTS "w.id AS deducts_id, w.number AS deducts_number, w.issued_d AS deducts_issued_d"
#define DEDUCTED " LEFT JOIN invoicing_charge q ON q.id = h.deducts_id LEFT JOIN invoicing_document w ON w.id = q.document_id"
#define FIND "SELECT d.id, d.uid, d.issuer_id AS org_id, COALESCE(d.number, d.payer_name) AS label FROM invoicing_document d"

	/* issuer.c */
	{ "issuer", .sql = "SELECT o.slug, p.legal_name, p.siren, p.rna, p.vat_no, p.email, o.accent, o.logo_file_id,"
		" i.legal_form, i.registration, i.iban, i.bic, COALESCE(i.payment_days, 30) AS payment_days,"
		" COALESCE(i.invoice_prefix, 'F') AS invoice_prefix, COALESCE(i.receipt_prefix, 'C') AS receipt_prefix,"
		" COALESCE(i.fiscal_month, 1) AS fiscal_month, i.letter_head, i.letter_intro, i.letter_end, g.vat_regime, g.on_debits"
		" FROM organisation o JOIN party p ON p.id = o.id LEFT JOIN invoicing_issuer i ON i.org_id = o.id"
		" LEFT JOIN invoicing_regime g ON g.org_id = o.id AND g.archived_at IS NULL AND g.from_d <= ?"
		" AND (g.to_d IS NULL OR g.to_d >= ?) WHERE o.id = ? LIMIT 1" },
	{ "issuer_regimes", .sql = "SELECT vat_regime, from_d, to_d FROM invoicing_regime WHERE org_id = ? AND archived_at IS NULL"
		" ORDER BY from_d LIMIT 500" },
	{ "issuer_born", .audits = "-", .sql = "INSERT IGNORE INTO invoicing_issuer (org_id) VALUES (?)" },
	{ "issuer_guard", .audits = "-", .sql = "UPDATE invoicing_issuer SET version = version + 1 WHERE org_id = ?" },
	{ "issuer_write", .audits = "issuer", .sql = "UPDATE invoicing_issuer SET legal_form = ?, registration = ?, iban = ?,"
		" bic = ?, payment_days = ?, invoice_prefix = ?, receipt_prefix = ?, fiscal_month = ?, letter_head = ?,"
		" letter_intro = ?, letter_end = ?, row_version = row_version + 1 WHERE org_id = ? AND row_version = ?" },
	{ "regime_overlap", .sql = "SELECT from_d FROM invoicing_regime WHERE org_id = ? AND id <> ? AND archived_at IS NULL"
		" AND (to_d IS NULL OR to_d >= ?) AND (? IS NULL OR from_d <= ?) ORDER BY from_d LIMIT 1" },

	/* rules.c */
	{ "vat_codes", .sql = "SELECT code, category, rate_bp, vatex, label, from_d, to_d FROM invoicing_vat"
		" ORDER BY code, from_d LIMIT 500" },
	{ "mentions", .sql = "SELECT code, applies, text FROM invoicing_mention WHERE from_d <= ? AND (to_d IS NULL OR to_d >= ?)"
		" ORDER BY position, code LIMIT 500" },
	{ "rates", .sql = "SELECT kind, bp, cents FROM invoicing_rate t WHERE from_d = (SELECT MAX(u.from_d)"
		" FROM invoicing_rate u WHERE u.kind = t.kind AND u.from_d <= ?) LIMIT 500" },

	/* bill.c */
	{ "document_find", .sql = FIND " WHERE d.id = ?" },
	{ "document_find_text", .sql = FIND " WHERE d.uid = ?" },
	{ "document_home", .sql = "SELECT o.slug FROM organisation o WHERE o.id = ? AND (o.slug = ? OR o.id = ?)" },
	{ "bill_document", .sql = "SELECT d.uid, d.issuer_id, d.client_id, d.type, d.state, d.number, d.currency,"
		" d.order_ref, d.service_code AS service_own, IF(d.state = 'draft' AND d.type <> 'credit',"
		" COALESCE(d.service_code, c.service_code), d.service_code) AS service_code, c.needs_order_ref, c.needs_service_code,"
		" COALESCE(d.address, IF(p.id IS NULL, c.address, NULL)) AS address, d.reason,"
		" IF(d.state = 'issued', d.payer_name, " PAYER ") AS payer, d.issued_d, d.due_d,"
		" p.id AS party_id, COALESCE(c.send_to, p.email, c.email) AS email, p.siren, p.siret, p.vat_no,"
		" COALESCE(p.kind = 'organisation', 0) AS is_organisation, COALESCE(p.public_buyer, 0) AS public_buyer,"
		" x.id AS credits_id, x.number AS credits_number, x.issued_d AS credits_issued_d,"
		" IF(d.state = 'draft', JSON_EXTRACT(x.frozen_json, '$.buyer'), NULL) AS credits_buyer"
		", d.project_id, j.label AS project, c.split_by = 'project' AS by_project"
		" FROM invoicing_document d" CLIENT_OF("d.client_id") " LEFT JOIN project j ON j.id = d.project_id"
		" LEFT JOIN invoicing_document_link l ON l.from_id = d.id AND l.relation = 'credits'"
		" LEFT JOIN invoicing_document x ON x.id = l.to_id WHERE d.id = ?" },
	{ "bill_charges", .max_rows = BILL_LINES + 1, .sql = "SELECT h.id, IF(h.source_kind = 'invoicing.document', h.label, s.title) AS title, h.label, h.quantity, h.unit, h.unit_amount,"
		" h.amount_cents, h.amounts, " VAT_CODE " AS vat_code, h.service_from_d, h.service_to_d, " DEDUCTS " FROM invoicing_charge h"
		" JOIN invoicing_source s ON s.issuer_id = h.issuer_id AND s.kind = h.source_kind AND s.source_id = h.source_id" DEDUCTED
		" WHERE h.document_id = ? ORDER BY w.id, h.service_from_d IS NULL, h.service_from_d, h.source_kind, h.source_id, h.line,"
		" h.id LIMIT 2001" },

	/* draft.c */
	{ "client_guard", .audits = "-", .sql = "UPDATE invoicing_client SET version = version + 1 WHERE id = ? AND issuer_id = ?" },
	{ "client_payer", .sql = "SELECT c.id, c.split_by = 'project' AS by_project, " PAYER " AS payer FROM invoicing_client c"
		" LEFT JOIN party p ON p.id = c.party_id WHERE c.id = ?" },
	{ "draft_charges", .max_rows = BILL_LINES + 1, .sql = "SELECT h.id, " VAT_CODE " AS vat_code, h.order_ref, h.currency,"
		" h.deposit, h.project_id, x.document_id AS credited_id FROM invoicing_charge h LEFT JOIN invoicing_charge x ON x.id = h.reverses_id"
		" WHERE h.issuer_id = ? AND h.document_id IS NULL AND h.client_id = ?"
		" AND (? IS NULL OR COALESCE(h.service_to_d, DATE(h.created_utc)) >= ?)"
		" AND (? IS NULL OR COALESCE(h.service_to_d, DATE(h.created_utc)) <= ?)"
		" ORDER BY h.id LIMIT 2001" },
	{ "draft_add", .audits = "document", .sql = "INSERT INTO invoicing_document (issuer_id, client_id, project_id, type, currency,"
		" order_ref, payer_name, created_by_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "draft_take", .audits = "document", .sql = "UPDATE " BY_KEY " invoicing_charge h FORCE INDEX (PRIMARY)"
		" ON h.id = j.k SET h.document_id = ? WHERE h.document_id IS NULL" },
	{ "draft_link", .audits = "document", .sql = "INSERT INTO invoicing_document_link (from_id, to_id, relation)"
		" VALUES (?, ?, 'credits')" },
	/* a credit note has the references and the project of what it credits */
	{ "draft_as_credited", .audits = "document", .sql = "UPDATE invoicing_document d JOIN invoicing_document x ON x.id = ?"
		" SET d.order_ref = x.order_ref, d.service_code = x.service_code, d.project_id = x.project_id WHERE d.id = ?" },
	{ "draft_client", .sql = "SELECT client_id, issuer_id, type, project_id FROM invoicing_document WHERE id = ?" },
	{ "draft_lock", .audits = "document", .sql = "UPDATE invoicing_document SET row_version = row_version + 1"
		" WHERE id = ? AND state = 'draft'" },
	{ "draft_details", .audits = "document", .sql = "UPDATE invoicing_document SET address = ?, order_ref = ?,"
		" service_code = ?, project_id = IF(type = 'credit', project_id, ?) WHERE id = ?" },
	/* what was written on it by hand is part of what it is part of */
	{ "draft_lines_project", .audits = "document", .sql = "UPDATE invoicing_charge h JOIN invoicing_document d ON d.id = h.document_id"
		" SET h.project_id = d.project_id WHERE h.document_id = ? AND h.source_kind = 'invoicing.document' AND h.source_id = d.id"
		" AND h.reverses_id IS NULL" },
	{ "draft_release", .audits = "document", .sql = "UPDATE invoicing_charge SET document_id = NULL WHERE document_id = ?"
		" AND (? IS NULL OR id = ?)" },
	{ "draft_whole", .sql = "SELECT d.type, EXISTS (SELECT 1 FROM invoicing_charge h WHERE h.id = ? AND h.document_id = d.id"
		" AND h.deducts_id IS NOT NULL) AS deducts FROM invoicing_document d WHERE d.id = ?" },
	{ "draft_unbill", .audits = "document", .sql = "UPDATE invoicing_quote q SET q.billed_utc = NULL, q.row_version = q.row_version + 1"
		" WHERE q.billed_utc IS NOT NULL AND q.id IN (SELECT h.source_id FROM invoicing_charge h WHERE h.document_id = ?"
		" AND " OF_QUOTE("h") ") AND NOT EXISTS (SELECT 1 FROM invoicing_charge o WHERE o.source_id = q.id AND " OF_QUOTE("o")
		" AND (o.billed_utc IS NOT NULL OR NOT o.document_id <=> ?))" },
	{ "draft_forget", .audits = "document", .sql = "DELETE h FROM invoicing_charge h LEFT JOIN invoicing_quote q ON q.id = h.source_id"
		" AND " OF_QUOTE("h") " WHERE h.document_id = ? AND (h.deposit = 1 OR (q.id IS NOT NULL AND q.billed_utc IS NULL))" },
	{ "draft_unlink", .audits = "document", .sql = "DELETE FROM invoicing_document_link WHERE from_id = ?" },
	{ "draft_delete", .audits = "document", .sql = "DELETE FROM invoicing_document WHERE id = ?" },

	/* issue.c */
	{ "series_born", .audits = "-", .sql = "INSERT IGNORE INTO invoicing_series (issuer_id, kind, year, first_month, prefix,"
		" last_d) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "series_begin", .audits = "series", .sql = "INSERT INTO invoicing_series (issuer_id, kind, year, first_month, prefix,"
		" first_number, next_number, reason, last_d) SELECT o.id, ?, j.year, COALESCE(i.fiscal_month, 1), ?, ?, ?, ?, MAKEDATE(j.year, 1)"
		" + INTERVAL COALESCE(i.fiscal_month, 1) - 1 MONTH FROM organisation o JOIN (SELECT ? AS year) j"
		" LEFT JOIN invoicing_issuer i ON i.org_id = o.id WHERE o.id = ?" },
	{ "series_change", .audits = "series", .sql = "UPDATE invoicing_series SET prefix = ?, first_number = ?, next_number = ?,"
		" reason = ?, row_version = row_version + 1 WHERE id = ? AND row_version = ? AND next_number = first_number" },
	{ "series_remove", .audits = "series", .sql = "DELETE FROM invoicing_series WHERE id = ? AND row_version = ?"
		" AND next_number = first_number" },
	/* the guard: the number taken is next_number - 1 of the same transaction; what runs, runs to its end */
	{ "series_take", .audits = "document", .sql = "UPDATE invoicing_series SET next_number = next_number + 1,"
		" last_d = GREATEST(last_d, ?) WHERE " SERIES_OF },
	{ "series_taken", .sql = "SELECT id, prefix, year, fiscal, next_number - 1 AS serial, last_d FROM invoicing_series WHERE " SERIES_OF },
	{ "lines_add", .audits = "document", .sql = "INSERT INTO invoicing_document_line (document_id, position, charge_id, title,"
		" label, quantity, unit, unit_net, net_cents, vat_code, category, rate_bp, service_from_d, service_to_d)"
		" SELECT ?, j.position, j.charge, j.title, j.label, j.quantity, j.unit, j.unit_net, j.net, j.code, j.category, j.rate,"
		" j.from_d, j.to_d FROM JSON_TABLE(?, '$[*]' COLUMNS (position FOR ORDINALITY, charge BIGINT UNSIGNED PATH '$.charge',"
		" title VARCHAR(200) PATH '$.title', label VARCHAR(200) PATH '$.label', quantity BIGINT PATH '$.quantity',"
		" unit VARCHAR(8) PATH '$.unit', unit_net BIGINT PATH '$.unit_net', net BIGINT PATH '$.net', code VARCHAR(16) PATH '$.code',"
		" category VARCHAR(4) PATH '$.category', rate INT PATH '$.rate', from_d DATE PATH '$.from_d', to_d DATE PATH '$.to_d')) j" },
	{ "vat_add", .audits = "document", .sql = "INSERT INTO invoicing_document_vat (document_id, category, rate_bp,"
		" base_cents, tax_cents, exemption_code) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "charges_billed", .audits = "document", .sql = "UPDATE invoicing_charge SET billed_utc = ? WHERE document_id = ?" },
	{ "deductions_link", .audits = "document", .sql = "INSERT INTO invoicing_document_link (from_id, to_id, relation)"
		" SELECT DISTINCT h.document_id, q.document_id, 'deducts' FROM invoicing_charge h JOIN invoicing_charge q"
		" ON q.id = h.deducts_id WHERE h.document_id = ?" },
	{ "file_add", .audits = "document", .sql = "INSERT INTO invoicing_document_file (document_id, kind, file_id, sha256)"
		" VALUES (?, 'pdf', ?, ?)" },
	{ "issue", .audits = "document", .sql = "UPDATE invoicing_document SET state = 'issued', payer_name = ?, series_id = ?,"
		" serial = ?, number = ?, issued_d = ?, issued_utc = ?, due_d = ?, net_cents = ?, tax_cents = ?,"
		" rounding_cents = ?, gross_cents = ?, frozen_json = ?, service_code = ? WHERE id = ? AND state = 'draft'" },
	{ "settle_add", .audits = "document", .sql = "INSERT INTO invoicing_settlement (document_id, issuer_id, gross_cents)"
		" VALUES (?, ?, ?)" },
	{ "settle_vat_add", .audits = "document", .sql = "INSERT INTO invoicing_settlement_vat (document_id, category, rate_bp,"
		" base_cents, tax_cents) SELECT document_id, category, rate_bp, base_cents, tax_cents FROM invoicing_document_vat"
		" WHERE document_id = ?" },

	/* document_page.c */
	{ "document_sheet", .sql = "SELECT d.frozen_json, s.gross_cents, s.credited_cents, s.paid_cents, f.file_id, f.sha256,"
		" d.issued_utc, t.note AS deposited, t.at_utc AS deposited_utc, d.created_by_id, d.handed_utc, d.handed_note, y.name AS handed_by,"
		" COALESCE(j.lead_id = ? AND " IN_FORCE("j") ", 0) AS led FROM invoicing_document d LEFT JOIN party y ON y.id = d.handed_by_id"
		" LEFT JOIN project j ON j.id = d.project_id"
		" LEFT JOIN invoicing_document_status t ON t.document_id = d.id AND t.code = 'deposited'"
		" AND NOT EXISTS (SELECT 1 FROM invoicing_document_status u WHERE u.document_id = d.id AND u.code = t.code AND u.id > t.id)"
		" LEFT JOIN invoicing_settlement s ON s.document_id = d.id"
		" LEFT JOIN invoicing_document_file f ON f.document_id = d.id AND f.kind = 'pdf' WHERE d.id = ?" },
	{ "document_credits", .sql = "SELECT x.id, x.number, x.state, x.issued_d, x.gross_cents, x.currency"
		" FROM invoicing_document_link l JOIN invoicing_document x ON x.id = l.from_id"
		" WHERE l.to_id = ? AND l.relation = 'credits' AND (x.state = 'issued' OR ?) ORDER BY x.id LIMIT 200" },

	/* deposit.c */
	{ "deposit_add", .audits = "document", .sql = "INSERT INTO invoicing_document_status (document_id, code, at_utc, note,"
		" source, by_id) SELECT id, 'deposited', ?, ?, 'person', ? FROM invoicing_document WHERE id = ? AND state = 'issued'"
		" AND type <> 'opening'" },

	/* document_list.c */
	{ "documents", .max_rows = 501, .sql = LISTED " WHERE d.issuer_id = ? " PAGE_OF_DOCUMENTS },
	{ "documents_of", .max_rows = 501, .sql = LISTED " WHERE d.issuer_id = ? AND d.project_id = ? " PAGE_OF_DOCUMENTS },
	/* what she began, and what is part of the projects that she leads today */
	{ "documents_hers", .max_rows = 501, .sql = LISTED " JOIN (SELECT id FROM invoicing_document WHERE created_by_id = ? AND issuer_id = ?"
		" UNION SELECT x.id FROM project w JOIN invoicing_document x ON x.project_id = w.id WHERE w.lead_id = ? AND w.org_id = ?"
		" AND " IN_FORCE("w") ") h ON h.id = d.id WHERE (? IS NULL OR d.project_id = ?) " PAGE_OF_DOCUMENTS },
	/* by party: those of one person and of organisations whose papers she sees */
	{ "documents_mine", .max_rows = 501, .sql = "WITH k AS (SELECT c.id FROM " KEYS " p JOIN invoicing_client c ON c.party_id = p.k"
		" UNION SELECT m.id FROM " KEYS " p STRAIGHT_JOIN invoicing_client c ON c.party_id = p.k STRAIGHT_JOIN"
		" invoicing_client m ON m.merged_into = c.id) SELECT STRAIGHT_JOIN d.id, d.type, d.state, d.number,"
		" d.payer_name AS payer, d.currency, d.issued_d, d.due_d, d.listed_d, d.gross_cents, s.credited_cents, s.paid_cents,"
		" o.slug, q.name AS issuer FROM k JOIN invoicing_document d FORCE INDEX (invoicing_document_client) ON d.client_id = k.id JOIN organisation o"
		" ON o.id = d.issuer_id JOIN party q ON q.id = o.id LEFT JOIN invoicing_settlement s ON s.document_id = d.id"
		" WHERE d.state = 'issued' AND (d.listed_d < ? OR (d.listed_d = ? AND d.id < ?))"
		" ORDER BY d.listed_d DESC, d.id DESC LIMIT ?" },
	{ "document_sums", .sql = "SELECT d.currency, CAST(SUM(s.left_cents) AS SIGNED) AS open_sum,"
		" CAST(SUM(IF(d.due_d < ?, s.left_cents, 0)) AS SIGNED) AS late_sum FROM invoicing_settlement s"
		" JOIN invoicing_document d ON d.id = s.document_id WHERE s.issuer_id = ? AND s.left_cents > 0 GROUP BY d.currency LIMIT 20" },
	/* of one project, for who sees the house (TRUE) or leads it: issued less credited, by credit notes */
	{ "project_sums", .sql = "SELECT d.currency, CAST(SUM(IF(d.type = 'credit', -d.gross_cents, d.gross_cents)) AS SIGNED) AS issued_sum,"
		" CAST(COALESCE(SUM(s.left_cents), 0) AS SIGNED) AS open_sum, CAST(COALESCE(SUM(IF(d.due_d < ?, s.left_cents, 0)), 0) AS SIGNED)"
		" AS late_sum FROM invoicing_document d JOIN project j ON j.id = d.project_id LEFT JOIN invoicing_settlement s"
		" ON s.document_id = d.id WHERE d.issuer_id = ? AND d.project_id = ? AND d.state = 'issued' AND (? OR (j.lead_id = ? AND "
		IN_FORCE("j") ")) GROUP BY d.currency LIMIT 20" },

	/* credit_page.c */
	{ "credit_lines", .max_rows = BILL_LINES, .sql = "SELECT h.id, l.title, l.label, h.quantity, h.unit, h.unit_amount,"
		" h.amount_cents, h.amounts, l.vat_code, h.service_from_d, h.service_to_d, " DEDUCTS " FROM invoicing_document_line l"
		" JOIN invoicing_charge h ON h.id = l.charge_id" DEDUCTED " LEFT JOIN invoicing_charge v ON v.reverses_id = h.id"
		" WHERE l.document_id = ? AND v.id IS NULL ORDER BY w.id, l.position LIMIT 2000" },
	{ "credit_sources", .audits = "document", .sql = "UPDATE invoicing_source s JOIN (SELECT DISTINCT issuer_id, source_kind,"
		" source_id FROM invoicing_charge WHERE id IN " KEYS ") h ON h.issuer_id = s.issuer_id AND h.source_kind = s.kind"
		" AND h.source_id = s.source_id SET s.version = s.version + 1" },
	{ "credit_add", .audits = "document", .sql = "INSERT INTO invoicing_document (issuer_id, client_id, type, currency,"
		" order_ref, service_code, address, reason, payer_name, created_by_id, project_id) SELECT issuer_id, client_id, 'credit', currency,"
		" order_ref, service_code, address, ?, payer_name, ?, project_id FROM invoicing_document WHERE id = ? AND state = 'issued'"
		" AND type NOT IN ('credit', 'opening')" },
	{ "credit_reverse", .audits = "document", .sql = COPY_OF("1", "h.id", "?", "-h.quantity", "-h.amount_cents", "?") },
	{ "credit_again", .audits = "document", .sql = COPY_OF("2", "NULL", "0", "h.quantity", "h.amount_cents", "NULLIF(?, 0)")
		" AND NOT (h.deducts_id IS NOT NULL AND EXISTS (SELECT 1 FROM invoicing_charge z WHERE z.reverses_id = h.deducts_id)"
		" AND NOT EXISTS (SELECT 1 FROM invoicing_charge b WHERE " BACK_OF("b", "h") "))" },

	/* of a deduction that is credited, as its deposit was: what was to be billed instead is not owed any more */
	{ "deductions_even", .audits = "document", .sql = "DELETE b FROM invoicing_charge b JOIN invoicing_charge h ON " BACK_OF("b", "h")
		" WHERE b.billed_utc IS NULL AND h.deducts_id IS NOT NULL AND h.id IN " KEYS },
	/* what no invoice has deducted yet is not to be; of what one has, the amount is owed again */
	{ "deductions_drop", .audits = "document", .sql = "DELETE h FROM " BY_KEY " invoicing_charge h FORCE INDEX (invoicing_charge_deducted)"
		" ON h.deducts_id = j.k WHERE h.billed_utc IS NULL" },
	{ "deductions_back", .audits = "document", .sql = "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id,"
		" line, version, label, quantity, unit, unit_amount, amount_cents, amounts, currency, vat_code, service_from_d,"
		" service_to_d, order_ref, project_id) SELECT h.issuer_id, h.client_id, h.source_kind, h.source_id, CONCAT('back-', h.id), 1,"
		" LEFT(CONCAT(?, h.label), 200), -h.quantity, h.unit, h.unit_amount, -h.amount_cents, h.amounts, h.currency,"
		" " VAT_CODE ", h.service_from_d, h.service_to_d, h.order_ref, h.project_id FROM invoicing_charge h LEFT JOIN invoicing_charge v"
		" ON v.reverses_id = h.id WHERE h.deducts_id IN " KEYS " AND h.reverses_id IS NULL AND h.billed_utc IS NOT NULL"
		" AND v.id IS NULL" },

	/* credit.c */
	{ "credit_guard", .audits = "document", .sql = "UPDATE invoicing_settlement SET version = version + 1 WHERE document_id = ?" },
	{ "credit_left", .sql = "SELECT gross_cents - credited_cents AS gross_cents FROM invoicing_settlement WHERE document_id = ?" },
	{ "credit_left_vat", .sql = "SELECT category, rate_bp, base_cents - credited_base_cents AS base_cents,"
		" tax_cents - credited_tax_cents AS tax_cents FROM invoicing_settlement_vat WHERE document_id = ? LIMIT 100" },
	{ "credit_take", .audits = "document", .sql = "UPDATE invoicing_settlement SET credited_cents = credited_cents + ?"
		" WHERE document_id = ?" },
	{ "credit_take_vat", .audits = "document", .sql = "UPDATE invoicing_settlement_vat SET"
		" credited_base_cents = credited_base_cents + ?, credited_tax_cents = credited_tax_cents + ?"
		" WHERE document_id = ? AND category = ? AND rate_bp = ?" },

	/* month.c: a row a client, document and VAT code */
	{ "month_owing", .max_rows = 3000, .sql = "SELECT h.client_id, " PAYER " AS payer, h.currency, h.amounts, " VAT_CODE " AS code,"
		" CONCAT_WS('|', IF(" VAT_CODE " IN ('O', 'E293B', 'E261'), " VAT_CODE ", ''), h.currency, COALESCE(h.order_ref, ''),"
		" COALESCE(x.document_id, 0), IF(c.split_by = 'project' AND x.id IS NULL, COALESCE(h.project_id, 0), '')) AS heap,"
		" MAX(c.split_by = 'project' AND x.id IS NULL AND h.project_id IS NOT NULL) AS by_project,"
		" CAST(SUM(h.amount_cents) AS SIGNED) AS amount_cents, COUNT(*) AS lines_n, MAX(h.reverses_id IS NOT NULL) AS reverses"
		" FROM invoicing_charge h JOIN invoicing_client c ON c.id = h.client_id LEFT JOIN party p ON p.id = c.party_id"
		" LEFT JOIN invoicing_charge x ON x.id = h.reverses_id"
		" WHERE h.issuer_id = ? AND h.document_id IS NULL AND COALESCE(h.service_to_d, DATE(h.created_utc)) BETWEEN ? AND ?"
		" GROUP BY h.client_id, heap, h.amounts, code ORDER BY payer, h.client_id, heap LIMIT 3000" },

	/* find.c */
	{ "find_documents", .max_rows = 50, .sql = "WITH o AS (SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
		" SELECT d.id, d.type, d.number, d.payer_name, d.currency, d.gross_cents, d.issued_d, z.slug FROM o"
		" STRAIGHT_JOIN invoicing_document d FORCE INDEX (invoicing_document_number) ON d.issuer_id = o.k"
		" AND d.number LIKE UPPER(?) JOIN organisation z ON z.id = d.issuer_id ORDER BY d.issued_d DESC, d.id DESC LIMIT ?" },

	/* verify: what must hold whatever the constraints say */
	{ "verify_holes", .sql = "SELECT s.id FROM invoicing_series s WHERE s.next_number - s.first_number <> (SELECT COUNT(*)"
		" FROM invoicing_document d WHERE d.series_id = s.id AND d.serial >= s.first_number AND d.serial < s.next_number)"
		" + (SELECT COUNT(*) FROM invoicing_quote d WHERE d.series_id = s.id AND d.serial >= s.first_number"
		" AND d.serial < s.next_number) + (SELECT COUNT(*) FROM invoicing_slip d WHERE d.series_id = s.id"
		" AND d.serial >= s.first_number AND d.serial < s.next_number) LIMIT 1" },
	{ "verify_dates", .sql = "SELECT d.id FROM invoicing_document d JOIN invoicing_document e ON e.series_id = d.series_id"
		" AND e.serial = d.serial + 1 WHERE e.issued_d < d.issued_d LIMIT 1" },
	{ "verify_sums", .sql = "SELECT d.id FROM invoicing_document d WHERE d.state = 'issued' AND (d.net_cents <> (SELECT SUM(l.net_cents)"
		" FROM invoicing_document_line l WHERE l.document_id = d.id) OR d.net_cents <> (SELECT SUM(v.base_cents)"
		" FROM invoicing_document_vat v WHERE v.document_id = d.id) OR d.tax_cents <> (SELECT SUM(v.tax_cents)"
		" FROM invoicing_document_vat v WHERE v.document_id = d.id)) LIMIT 1" },
	{ "verify_papers", .sql = "SELECT CONCAT('document ', document_id) AS paper, file_id, sha256"
		" FROM invoicing_document_file WHERE file_id > ? UNION ALL SELECT CONCAT('quote ', id), file_id, sha256"
		" FROM invoicing_quote WHERE file_id > ? UNION ALL SELECT CONCAT('slip ', id), file_id, sha256"
		" FROM invoicing_slip WHERE file_id > ? ORDER BY file_id LIMIT 200" },
	{ "verify_credits", .sql = "SELECT s.document_id FROM invoicing_settlement s WHERE s.credited_cents <> (SELECT"
		" COALESCE(SUM(c.gross_cents), 0) FROM invoicing_document_link l JOIN invoicing_document c ON c.id = l.from_id"
		" AND c.state = 'issued' WHERE l.relation = 'credits' AND l.to_id = s.document_id) + (SELECT COALESCE(SUM(q.amount_cents), 0)"
		" FROM invoicing_opening q WHERE q.document_id = s.document_id AND q.back_utc IS NOT NULL) LIMIT 1" },
