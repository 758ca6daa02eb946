/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the plugin's queries, included by their table, that serves letters. */

/* An issued document `d` with its settlement, its client and its last reminder. */
#define LETTER_COLUMNS "d.id, d.issuer_id, d.type, d.number, d.currency, d.issued_d, d.due_d, d.payer_name AS payer," \
	" d.gross_cents, s.left_cents, p.id AS party_id, COALESCE(p.lang, q.lang) AS lang, q.name AS issuer," \
	" COALESCE(m.send_to, c.send_to, p.email, c.email) AS email, COALESCE(p.kind = 'organisation' AND d.type <> 'opening', 0) AS professional," \
	" COALESCE(p.public_buyer, 0) AS public_buyer, (SELECT MAX(l.level) FROM invoicing_letter l WHERE l.document_id = d.id" \
	" AND l.level > 0) AS last_level, (SELECT MAX(l.sent_utc) FROM invoicing_letter l WHERE l.document_id = d.id" \
	" AND l.level > 0) AS last_utc, (SELECT t.is_open FROM invoicing_dispute t WHERE t.document_id = d.id" \
	" ORDER BY t.id DESC LIMIT 1) AS disputed"
#define LETTER_TABLES CLIENT_OF("d.client_id") " JOIN party q ON q.id = d.issuer_id"
#define PRINTED(key) "JSON_VALUE(d.frozen_json, '$.payment." key "')"

	/* letter.c */
	{ "letter_of", .sql = "SELECT " LETTER_COLUMNS ", f.file_id, f.sha256, n.first_text, n.second_text, n.third_text, n.closing,"
		" " PRINTED("holder") " AS holder, " PRINTED("iban") " AS iban, " PRINTED("bic") " AS bic,"
		" " PRINTED("reference") " AS reference FROM invoicing_document d LEFT JOIN invoicing_settlement s"
		" ON s.document_id = d.id" LETTER_TABLES " JOIN invoicing_document_file f ON f.document_id = d.id AND f.kind = 'pdf'"
		" LEFT JOIN invoicing_notice n ON n.org_id = d.issuer_id WHERE d.id = ? AND d.state = 'issued'" },
	{ "letter_add", .audits = "document", .sql = "INSERT INTO invoicing_letter (document_id, level, sent_utc, sent_to,"
		" open_cents, penalty_cents, by_id) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ "letter_last", .sql = "SELECT sent_utc, sent_to FROM invoicing_letter WHERE document_id = ? AND level = 0"
		" ORDER BY id DESC LIMIT 1" },
	{ "letter_paid", .sql = "SELECT p.received_d, CAST(SUM(a.amount_cents) AS SIGNED) AS cents FROM invoicing_payment_allocation a"
		" JOIN invoicing_payment p ON p.id = a.payment_id WHERE a.document_id = ? AND p.received_d > ?"
		" GROUP BY p.received_d HAVING cents <> 0 ORDER BY p.received_d DESC LIMIT 500" },
	{ "ecb_rates", .sql = "SELECT from_d, bp FROM invoicing_rate WHERE kind = 'ecb' ORDER BY from_d LIMIT 500" },

	/* letter_page.c */
	{ "letters", .sql = "SELECT level, sent_utc, sent_to FROM invoicing_letter WHERE document_id = ? ORDER BY id DESC LIMIT 100" },
	{ "dispute_last", .sql = "SELECT is_open, note, at_utc FROM invoicing_dispute WHERE document_id = ? ORDER BY id DESC LIMIT 1" },
	{ "dispute_add", .audits = "document", .sql = "INSERT INTO invoicing_dispute (document_id, is_open, note, at_utc, by_id)"
		" VALUES (?, ?, ?, ?, ?)" },

	/* reminders.c: late, more than a little, and not at the end of what may be sent; oldest first */
	{ "reminders", .max_rows = 501, .sql = "SELECT " LETTER_COLUMNS " FROM invoicing_settlement s JOIN invoicing_document d"
		" ON d.id = s.document_id" LETTER_TABLES " WHERE s.issuer_id = ? AND s.left_cents >= ? AND d.due_d <= ?"
		" AND d.type NOT IN ('credit', 'receipt') AND COALESCE((SELECT MAX(l.level) FROM invoicing_letter l"
		" WHERE l.document_id = d.id), 0) < IF(p.kind = 'organisation' AND d.type <> 'opening', 3, 2) ORDER BY d.due_d, d.id LIMIT 501" },

	/* notice.c */
	{ "notice_born", .audits = "-", .sql = "INSERT IGNORE INTO invoicing_notice (org_id) VALUES (?)" },
	{ "notice_write", .audits = "notice", .sql = "UPDATE invoicing_notice SET first_text = ?, second_text = ?, third_text = ?, closing = ?,"
		" row_version = row_version + 1 WHERE org_id = ? AND row_version = ?" },

	/* address.c */
	{ "address_client", .sql = "SELECT c.id, c.uid, c.party_id, c.email, c.name, c.address, c.address_asked_utc,"
		" LOWER(HEX(c.address_token_hash)) AS token_hash, q.name AS issuer, q.lang FROM invoicing_client c"
		" JOIN party q ON q.id = c.issuer_id WHERE c.id = ?" },
	{ "address_asked", .audits = "client", .sql = "UPDATE invoicing_client SET address_asked_utc = ?,"
		" address_token_hash = UNHEX(?) WHERE id = ? AND party_id IS NULL" },
	{ "address_store", .audits = "client", .sql = "UPDATE invoicing_client SET address = ?, name = ? WHERE id = ?"
		" AND address_token_hash IS NOT NULL" },

	/* people.c: whom nobody knows any more was sent nothing, as far as anybody can tell */
	{ "forget_letters", .audits = "-", .sql = "UPDATE invoicing_client c JOIN invoicing_document d ON d.client_id = c.id"
		" JOIN invoicing_letter l ON l.document_id = d.id SET l.sent_to = NULL WHERE l.sent_to IS NOT NULL"
		" AND (c.party_id = ? OR (c.party_id IS NULL AND c.email IS NULL))" },
