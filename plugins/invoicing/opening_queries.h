/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: balances carried over. Included there and nowhere else. */

#define OPENING_FIND "SELECT q.id, q.uid, q.issuer_id AS org_id, COALESCE(d.number, q.origin) AS label FROM invoicing_opening q" \
	" LEFT JOIN invoicing_document d ON d.id = q.document_id"
/* A balance carried over `q`, with what became of it. */
#define OPENINGS "SELECT q.id, q.uid, q.as_of_d, q.origin, q.reference, q.currency, q.amount_cents, q.document_id, q.payment_id," \
	" q.back_utc, q.back_reason, d.number, d.due_d, COALESCE(s.left_cents, u.free_cents) AS left_cents, " OWNER("c") \
	" AS owner_id, " PAYER " AS payer FROM invoicing_opening q" CLIENT_OF("q.client_id") \
	" LEFT JOIN invoicing_document d ON d.id = q.document_id LEFT JOIN invoicing_settlement s ON s.document_id = q.document_id" \
	" LEFT JOIN invoicing_payment_use u ON u.payment_id = q.payment_id"

	{ "opening_find", .sql = OPENING_FIND " WHERE q.id = ?" },
	{ "opening_find_text", .sql = OPENING_FIND " WHERE q.uid = ?" },

	/* opening_read.c */
	{ "opening_currency", .sql = "SELECT currency FROM organisation WHERE id = ?" },
	{ "opening_have", .max_rows = OPENING_LINES, .sql = "SELECT c.party_id FROM invoicing_client c JOIN invoicing_opening q"
		" ON q.live_client_id = c.id WHERE c.issuer_id = ? AND c.party_id IN " KEYS " UNION SELECT c.party_id FROM invoicing_client c"
		" JOIN invoicing_client m ON m.merged_into = c.id JOIN invoicing_opening q ON q.live_client_id = m.id"
		" WHERE c.issuer_id = ? AND c.party_id IN " KEYS " LIMIT 1000" },

	/* opening_store.c; contacts are locked, so that nobody merges them meanwhile */
	{ "opening_parties_lock", .max_rows = OPENING_LINES, .sql = "SELECT p.id FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED"
		" PATH '$')) j STRAIGHT_JOIN party p ON p.id = j.k WHERE p.archived_at IS NULL ORDER BY p.id LIMIT 1000 LOCK IN SHARE MODE" },
	{ "opening_clients_make", .audits = "opening", .sql = "INSERT INTO invoicing_client (issuer_id, party_id) SELECT ?, p.id"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j STRAIGHT_JOIN party p ON p.id = j.k"
		" LEFT JOIN invoicing_client c ON c.issuer_id = ? AND c.party_id = p.id WHERE c.id IS NULL"
		" ORDER BY p.id ON DUPLICATE KEY UPDATE version = invoicing_client.version + 1" },
	{ "opening_clients", .max_rows = OPENING_LINES, .sql = "SELECT c.id, c.party_id, " PAYER " AS payer, p.siren, p.siret, p.vat_no"
		" FROM invoicing_client c JOIN party p ON p.id = c.party_id WHERE c.issuer_id = ? AND c.party_id IN " KEYS " LIMIT 1000" },
	{ "opening_add", .audits = "opening", .sql = "INSERT INTO invoicing_opening (issuer_id, client_id, as_of_d, origin, reference,"
		" currency, amount_cents, document_id, payment_id, created_by_id) SELECT ?, j.client, ?, ?, j.reference, ?, j.cents,"
		" j.document, j.payment, ? FROM JSON_TABLE(?, '$[*]' COLUMNS (client BIGINT UNSIGNED PATH '$.client',"
		" reference VARCHAR(80) PATH '$.reference', cents BIGINT PATH '$.cents', document BIGINT UNSIGNED PATH '$.document',"
		" payment BIGINT UNSIGNED PATH '$.payment')) j" },
	{ "opening_back", .audits = "opening", .sql = "UPDATE invoicing_opening SET back_utc = ?, back_reason = ?, back_by_id = ?"
		" WHERE id = ? AND back_utc IS NULL" },
	{ "opening_one", .sql = OPENINGS " WHERE q.id = ?" },
	{ "opening_untouched", .sql = "SELECT COALESCE(s.paid_cents = 0 AND s.credited_cents = 0, u.used_cents = 0) AS untouched"
		" FROM invoicing_opening q LEFT JOIN invoicing_settlement s ON s.document_id = q.document_id"
		" LEFT JOIN invoicing_payment_use u ON u.payment_id = q.payment_id WHERE q.id = ?" },

	/* opening_page.c */
	{ "openings", .max_rows = 501, .sql = OPENINGS " WHERE q.issuer_id = ? AND q.id < ? ORDER BY q.id DESC LIMIT ?" },
	{ "opening_sums", .sql = "SELECT currency, CAST(SUM(GREATEST(amount_cents, 0)) AS SIGNED) AS owed_cents,"
		" CAST(SUM(GREATEST(-amount_cents, 0)) AS SIGNED) AS credit_cents FROM invoicing_opening WHERE issuer_id = ?"
		" AND back_utc IS NULL GROUP BY currency LIMIT 20" },
	{ "opening_of_document", .sql = OPENINGS " WHERE q.document_id = ?" },
	{ "opening_of_payment", .sql = OPENINGS " WHERE q.payment_id = ?" },

	/* people.c */
	{ "export_openings", .max_rows = 5000, .sql = "SELECT o.name AS issuer, q.as_of_d, q.origin, q.reference, q.amount_cents, q.currency,"
		" d.number, d.due_d, q.created_utc, q.back_utc, q.back_reason FROM (" CLIENTS_OF_PARTY ") k JOIN invoicing_opening q"
		" ON q.client_id = k.id JOIN party o ON o.id = q.issuer_id LEFT JOIN invoicing_document d ON d.id = q.document_id"
		" ORDER BY q.id LIMIT 5000" },

	/* verify */
	{ "verify_openings", .sql = "SELECT d.id FROM invoicing_document d LEFT JOIN invoicing_opening q ON q.document_id = d.id"
		" WHERE d.type = 'opening' AND (q.id IS NULL OR q.amount_cents <> d.gross_cents OR d.tax_cents <> 0) UNION ALL"
		" SELECT y.id FROM invoicing_payment y LEFT JOIN invoicing_opening q ON q.payment_id = y.id LEFT JOIN invoicing_payment z"
		" ON z.reverses_id = y.id WHERE y.means = 'opening' AND y.reverses_id IS NULL AND (q.id IS NULL"
		" OR q.amount_cents <> -y.amount_cents OR (z.id IS NULL) <> (q.back_utc IS NULL)) LIMIT 1" },
