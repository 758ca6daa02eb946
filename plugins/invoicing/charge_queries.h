/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: clients and what they owe. Included there and nowhere else. */

/* The clients that a party is with an issuer: its own, and those that turned out to be the same. */
#define CLIENTS_OF_PARTY "SELECT k.id FROM invoicing_client k WHERE k.party_id = ? UNION SELECT m.id" \
	" FROM invoicing_client k JOIN invoicing_client m ON m.merged_into = k.id WHERE k.party_id = ?"
/* The same, and those that a person was as a guest, by a JSON array of her addresses. */
#define CLIENTS_OF_PERSON CLIENTS_OF_PARTY " UNION SELECT k.id FROM JSON_TABLE(?, '$[*]' COLUMNS (address VARCHAR(254)" \
	" PATH '$')) a JOIN invoicing_client k ON k.email = a.address"
/* A charge that no issued document counts: what stands on one is counted there (invoicing_settlement). */
#define NOT_ISSUED " AND NOT EXISTS (SELECT 1 FROM invoicing_document_line i WHERE i.charge_id = c.id)"
/* What somebody writes on a draft is owed once that is issued. */
#define NOT_MEANT " AND NOT (c.source_kind = 'invoicing.document' AND c.source_id <=> c.document_id AND c.billed_utc IS NULL)"

	/* clients */
	{ "client_find", .sql = "SELECT k.id, k.uid, k.issuer_id AS org_id, " CLIENT_NAME " AS label" FROM_CLIENT " WHERE k.id = ?" },
	{ "client_find_text", .sql = "SELECT k.id, k.uid, k.issuer_id AS org_id, " CLIENT_NAME " AS label" FROM_CLIENT
		" WHERE k.uid = ?" },
	{ "client_labels", .sql = "SELECT k.id, " CLIENT_NAME " AS label" FROM_CLIENT " WHERE k.id IN"
		" (SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j) LIMIT 500" },
	{ "client_of_party", .sql = "SELECT id FROM invoicing_client WHERE issuer_id = ? AND party_id = ?" },
	{ "client_of_guest", .sql = "SELECT id FROM invoicing_client WHERE issuer_id = ? AND email = ?" },
	{ "client_make", .audits = "client", .sql = "INSERT INTO invoicing_client (issuer_id, party_id, email, name)"
		" VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), version = version + 1" },
	{ "client_lock", .audits = "-", .sql = "UPDATE invoicing_client SET version = version + 1 WHERE id = ?" },
	{ "issuer_lang", .sql = "SELECT lang FROM party WHERE id = ?" },

	/* posting */
	{ "source_raise", .audits = "-", .sql = "UPDATE invoicing_source SET version = version + 1"
		" WHERE kind = ? AND source_id = ?" },
	{ "source_put", .audits = "-", .sql = "INSERT INTO invoicing_source (issuer_id, kind, source_id, title)"
		" VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE version = version + 1, title = VALUES(title)" },
	{ "clients_of_source", .sql = "SELECT DISTINCT k.id, k.issuer_id, k.party_id IS NULL AND k.email IS NULL AS nameless"
		" FROM invoicing_charge c JOIN invoicing_client k ON k.id = c.client_id WHERE c.source_kind = ?"
		" AND c.source_id = ? LIMIT 500" },
	{ "charges_of_source", .max_rows = 5000, .sql = "SELECT c.id, c.issuer_id, c.client_id, COALESCE(k.merged_into, k.id)"
		" AS owner_id, c.line, c.version, c.reverses_id, c.document_id, c.billed_utc, c.waived, c.share_kind, c.share_id,"
		" c.place_id, c.project_id, c.label, c.unit, c.quantity, c.unit_amount, c.amount_cents, c.amounts, c.currency, c.vat_code,"
		" c.service_from_d, c.service_to_d, c.order_ref, k.split_by = 'project' AS by_project FROM invoicing_charge c"
		" JOIN invoicing_client k ON k.id = c.client_id WHERE c.source_kind = ? AND c.source_id = ? ORDER BY c.id LIMIT 5000" },
	{ "charge_insert", .audits = "client", .sql = "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id,"
		" line, version, reverses_id, share_kind, share_id, place_id, project_id, label, quantity, unit, unit_amount,"
		" amount_cents, amounts, currency, vat_code, service_from_d, service_to_d, order_ref, document_id)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "charge_update", .audits = "client", .sql = "UPDATE invoicing_charge SET place_id = ?, project_id = ?, label = ?,"
		" quantity = ?, unit = ?, unit_amount = ?, amount_cents = ?, amounts = ?, currency = ?, vat_code = ?,"
		" service_from_d = ?, service_to_d = ?, order_ref = ?, share_kind = ?, share_id = ?, document_id = ?"
		" WHERE id = ? AND billed_utc IS NULL" },
	{ "charge_delete", .audits = "client", .sql = "DELETE FROM invoicing_charge WHERE id = ? AND billed_utc IS NULL" },
	{ "balance", .sql = "SELECT c.amounts, c.vat_code, SUM(c.amount_cents) AS amount_cents FROM (" CLIENTS_OF_PARTY ") k"
		" JOIN invoicing_charge c ON c.client_id = k.id WHERE c.issuer_id = ?" NOT_ISSUED NOT_MEANT " GROUP BY c.amounts, c.vat_code LIMIT 100" },

	/* what is not billed yet: of an issuer, of a period, with some words */
	{ "open_sums", .max_rows = 5001, .sql = "SELECT k.id, " CLIENT_NAME " AS name, c.currency, c.amounts, c.vat_code,"
		" SUM(c.amount_cents) AS sum_cents, COUNT(*) AS rows_n" OPEN " GROUP BY k.id, c.currency, c.amounts, c.vat_code"
		" ORDER BY " CLIENT_SORT ", k.id, c.currency LIMIT 5001" },
	{ "open_charges", .max_rows = 501, .sql = "SELECT c.id, c.uid, k.id AS client_id, " CLIENT_NAME " AS name, s.title, c.label,"
		" c.source_kind, c.source_id, c.amount_cents, c.amounts, c.currency, c.vat_code, c.service_from_d, c.service_to_d,"
		" c.order_ref, c.document_id, c.reverses_id, l.name AS place, j.label AS project, k.split_by = 'project' AS by_project, " CHARGE_DAY " AS sort_d" OPEN
		" AND (? IS NULL OR k.id = ?)"
		" AND (? IS NULL OR (" CLIENT_SORT ", k.id, " CHARGE_DAY ", c.source_id, c.id) >"
		" ((SELECT " CLIENT_SORT FROM_CLIENT " WHERE k.id = ?), ?, ?, ?, ?))"
		" ORDER BY " CLIENT_SORT ", k.id, " CHARGE_DAY ", c.source_id, c.id LIMIT ?" },

	/* people */
	{ "merge_lone_clients", .audits = "client", .sql = "UPDATE invoicing_client f LEFT JOIN invoicing_client t"
		" ON t.issuer_id = f.issuer_id AND t.party_id = ? SET f.party_id = ? WHERE f.party_id = ? AND t.id IS NULL" },
	{ "merge_pairs", .sql = "SELECT f.id AS from_id, t.id AS into_id FROM invoicing_client f JOIN invoicing_client t"
		" ON t.issuer_id = f.issuer_id AND t.party_id = ? WHERE f.party_id = ? ORDER BY f.id LIMIT 500" },
	/* behind the rows that the other has of the same line */
	{ "merge_charges", .audits = "client", .sql = "UPDATE invoicing_charge c LEFT JOIN (SELECT source_kind, source_id, issuer_id,"
		" line, MAX(version) AS version FROM invoicing_charge WHERE client_id = ? GROUP BY source_kind, source_id, issuer_id,"
		" line) t USING (source_kind, source_id, issuer_id, line) SET c.client_id = ?,"
		" c.version = c.version + COALESCE(t.version, 0) WHERE c.client_id = ? AND c.billed_utc IS NULL"
		" AND c.reverses_id IS NULL" },
	/* what takes back a billed charge stays with whom that was billed to, and so does its draft */
	{ "merge_drafts", .audits = "document", .sql = "UPDATE invoicing_document SET client_id = ? WHERE client_id = ?"
		" AND state = 'draft' AND type <> 'credit'" },
	/* who demanded something demands it still */
	{ "merge_needs", .audits = "client", .sql = "UPDATE invoicing_client t JOIN invoicing_client f ON f.id = ? SET"
		" t.service_code = COALESCE(t.service_code, f.service_code), t.needs_order_ref = GREATEST(t.needs_order_ref,"
		" f.needs_order_ref), t.needs_service_code = GREATEST(t.needs_service_code, f.needs_service_code),"
		" t.split_by = IF(f.split_by = 'project', f.split_by, t.split_by) WHERE t.id = ?" },
	{ "merge_client", .audits = "client", .sql = "UPDATE invoicing_client SET merged_into = ?,"
		" archived_at = COALESCE(archived_at, UTC_TIMESTAMP()) WHERE id = ? OR merged_into = ?" },
	{ "export_charges", .max_rows = 5000, .sql = "SELECT o.name AS issuer, s.title, c.label, c.amount_cents, c.amounts, c.currency,"
		" c.vat_code, c.service_to_d, c.order_ref, c.created_utc, c.billed_utc FROM (" CLIENTS_OF_PARTY ") k"
		" JOIN invoicing_charge c ON c.client_id = k.id JOIN party o ON o.id = c.issuer_id JOIN invoicing_source s"
		" ON s.kind = c.source_kind AND s.source_id = c.source_id AND s.issuer_id = c.issuer_id ORDER BY c.id LIMIT 5000" },
	{ "debts", .max_rows = 5000, .sql = "SELECT c.issuer_id, o.name AS issuer, c.currency, c.amounts, c.vat_code,"
		" SUM(c.amount_cents) AS sum_cents FROM (" CLIENTS_OF_PERSON ") k JOIN invoicing_charge c ON c.client_id = k.id"
		" JOIN party o ON o.id = c.issuer_id WHERE 1" NOT_ISSUED NOT_MEANT " GROUP BY c.issuer_id, c.currency, c.amounts, c.vat_code"
		" ORDER BY c.issuer_id, c.currency LIMIT 5000" },
	{ "last_charge", .sql = "SELECT MAX(c.created_utc) AS last_utc FROM (" CLIENTS_OF_PERSON ") k"
		" JOIN invoicing_charge c ON c.client_id = k.id" },
	{ "forget_guest", .audits = "client", .sql = "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (address VARCHAR(254) PATH '$')) a"
		" JOIN invoicing_client k ON k.email = a.address SET k.email = NULL, k.name = NULL, k.send_to = NULL,"
		" k.address = NULL, k.address_token_hash = NULL" },
	/* drafts that hold nothing, or only what was written on them, go; of others who asked is told no more */
	{ "forget_draft_lines", .audits = "-", .sql = "DELETE h FROM invoicing_charge h JOIN invoicing_document d ON d.id = h.document_id"
		" JOIN invoicing_client k ON k.id = d.client_id WHERE k.party_id = ? AND d.state = 'draft' AND h.source_id = d.id"
		" AND h.source_kind = 'invoicing.document' AND h.reverses_id IS NULL" },
	{ "forget_drafts", .audits = "-", .sql = "DELETE d FROM invoicing_document d JOIN invoicing_client k ON k.id = d.client_id"
		" WHERE k.party_id = ? AND d.state = 'draft' AND d.type <> 'credit' AND NOT EXISTS (SELECT 1 FROM invoicing_charge h"
		" WHERE h.document_id = d.id)" },
	{ "forget_payers", .audits = "-", .sql = "UPDATE invoicing_document d JOIN invoicing_client k ON k.id = d.client_id"
		" SET d.payer_name = '–', d.address = NULL WHERE k.party_id = ? AND d.state = 'draft'" },
	{ "forget_client", .audits = "client", .sql = "UPDATE invoicing_client SET send_to = NULL WHERE party_id = ?" },
	{ "guests_due", .sql = "SELECT k.id FROM invoicing_client k WHERE k.party_id IS NULL AND (k.email IS NOT NULL"
		" OR k.name IS NOT NULL) AND k.created_utc < ? AND NOT EXISTS (SELECT 1 FROM invoicing_charge c"
		" WHERE c.client_id = k.id AND (c.billed_utc IS NULL OR c.created_utc >= ?)) LIMIT 1" },
	{ "forget_guests", .audits = "client", .sql = "UPDATE invoicing_client k SET k.email = NULL, k.name = NULL, k.send_to = NULL,"
		" k.address = NULL, k.address_token_hash = NULL WHERE k.party_id IS NULL AND (k.email IS NOT NULL OR k.name IS NOT NULL) AND k.created_utc < ?"
		" AND NOT EXISTS (SELECT 1 FROM invoicing_charge c WHERE c.client_id = k.id AND (c.billed_utc IS NULL"
		" OR c.created_utc >= ?)) AND NOT EXISTS (SELECT 1 FROM invoicing_document d JOIN invoicing_settlement s"
		" ON s.document_id = d.id WHERE d.client_id = k.id AND s.left_cents > 0) LIMIT ?" },

	/* comptoirctl verify */
	{ "verify_reversals", .sql = "SELECT c.id FROM invoicing_charge c JOIN invoicing_charge o ON o.id = c.reverses_id"
		" WHERE o.billed_utc IS NULL OR o.reverses_id IS NOT NULL OR c.amount_cents <> -o.amount_cents"
		" OR c.client_id <> o.client_id OR c.issuer_id <> o.issuer_id OR c.source_kind <> o.source_kind"
		" OR c.source_id <> o.source_id OR c.line <> o.line OR c.vat_code <> o.vat_code OR c.amounts <> o.amounts LIMIT 1" },
	{ "verify_twice", .sql = "SELECT MIN(c.id) AS id FROM invoicing_charge c LEFT JOIN invoicing_charge b ON b.reverses_id = c.id"
		" WHERE c.reverses_id IS NULL AND b.id IS NULL GROUP BY c.source_kind, c.source_id, c.issuer_id, c.line, c.client_id"
		" HAVING COUNT(*) > 1 LIMIT 1" },
	{ "verify_issuers", .sql = "SELECT c.id FROM invoicing_charge c JOIN invoicing_client k ON k.id = c.client_id"
		" WHERE c.issuer_id <> k.issuer_id LIMIT 1" },
