/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: clients and what they owe. Included there and nowhere else. */

/* The clients that a party is with an issuer: its own, and those that turned out to be the same. */
#define CLIENTS_OF_PARTY "SELECT k.id FROM invoicing_client k WHERE k.party_id = ? UNION SELECT m.id" \
	" FROM invoicing_client k JOIN invoicing_client m ON m.merged_into = k.id WHERE k.party_id = ?"

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
	{ "charges_of_source", .max_rows = 5000, .sql = "SELECT id, issuer_id, client_id, line, version, reverses_id, document_id,"
		" billed_utc, share_kind, share_id, place_id, project_id, label, unit, quantity, unit_amount, amount_cents, amounts,"
		" currency, vat_code, service_from_d, service_to_d, order_ref FROM invoicing_charge WHERE source_kind = ?"
		" AND source_id = ? ORDER BY id LIMIT 5000" },
	{ "charge_insert", .audits = "client", .sql = "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id,"
		" line, version, reverses_id, share_kind, share_id, place_id, project_id, label, quantity, unit, unit_amount,"
		" amount_cents, amounts, currency, vat_code, service_from_d, service_to_d, order_ref, document_id)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "charge_update", .audits = "client", .sql = "UPDATE invoicing_charge SET place_id = ?, project_id = ?, label = ?,"
		" quantity = ?, unit = ?, unit_amount = ?, amount_cents = ?, amounts = ?, currency = ?, vat_code = ?,"
		" service_from_d = ?, service_to_d = ?, order_ref = ?, share_kind = ?, share_id = ?"
		" WHERE id = ? AND billed_utc IS NULL" },
	{ "charge_delete", .audits = "client", .sql = "DELETE FROM invoicing_charge WHERE id = ? AND billed_utc IS NULL" },
	{ "balance", .sql = "SELECT c.amounts, c.vat_code, SUM(c.amount_cents) AS amount_cents FROM (" CLIENTS_OF_PARTY ") k"
		" JOIN invoicing_charge c ON c.client_id = k.id WHERE c.issuer_id = ? GROUP BY c.amounts, c.vat_code LIMIT 100" },
