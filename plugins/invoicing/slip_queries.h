/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: cheques and slips. Included there and nowhere else. */

#define SLIP_FIND "SELECT s.id, s.uid, s.issuer_id AS org_id, s.number AS label FROM invoicing_slip s"
/* Cheques `h`, with who signed them and for whom. */
#define CHEQUES "SELECT y.id, y.received_d, y.reference, " PAYER " AS payer, COALESCE(y.given_by, " PAYER ") AS drawer, y.amount_cents," \
	" y.currency, h.reversed FROM invoicing_cheque h JOIN invoicing_payment y ON y.id = h.payment_id" CLIENT_OF("y.client_id")
/* Of an issuer's cheques, those that can be put on a slip: found by the index invoicing_cheque_waiting. */
#define WAITING "h.issuer_id = ? AND h.slip_id IS NULL AND h.reversed = 0"
/* The same by their keys, whatever else waits. */
#define CHOSEN "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j STRAIGHT_JOIN invoicing_cheque h" \
	" ON h.payment_id = j.k"
#define SLIPS "SELECT s.id, s.uid, s.number, s.made_d, s.currency, s.cheques, s.total_cents, s.deposited_d, s.undone_utc" \
	" FROM invoicing_slip s"

	{ "slip_find", .sql = SLIP_FIND " WHERE s.id = ?" },
	{ "slip_find_text", .sql = SLIP_FIND " WHERE s.uid = ?" },

	/* slip.c */
	{ "cheques_lock", .audits = "-", .sql = CHOSEN " SET h.version = h.version + 1 WHERE " WAITING },
	{ "cheques_chosen", .max_rows = SLIP_CHEQUES, .sql = CHEQUES " WHERE " WAITING " AND h.payment_id IN " KEYS
		" ORDER BY y.received_d, y.id LIMIT 200" },
	{ "slip_add", .audits = "slip", .sql = "INSERT INTO invoicing_slip (issuer_id, series_id, serial, number, made_d, currency,"
		" cheques, total_cents, iban, file_id, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "cheques_put", .audits = "slip", .sql = CHOSEN " SET h.slip_id = ?, h.version = h.version + 1 WHERE " WAITING },
	{ "slip_deposit", .audits = "slip", .sql = "UPDATE invoicing_slip SET deposited_d = ? WHERE id = ? AND deposited_d IS NULL"
		" AND undone_utc IS NULL" },
	{ "slip_undo", .audits = "slip", .sql = "UPDATE invoicing_slip SET undone_utc = ? WHERE id = ? AND deposited_d IS NULL"
		" AND undone_utc IS NULL" },
	{ "cheques_free", .audits = "slip", .sql = "UPDATE invoicing_cheque SET slip_id = NULL, version = version + 1 WHERE slip_id = ?" },
	{ "cheque_lock", .audits = "-", .sql = "UPDATE invoicing_cheque SET version = version + 1 WHERE payment_id = ?" },
	{ "cheque_slip", .sql = "SELECT s.id, s.number, s.deposited_d FROM invoicing_cheque h JOIN invoicing_slip s ON s.id = h.slip_id"
		" WHERE h.payment_id = ?" },

	/* slip_page.c, slip_list.c */
	{ "cheques_waiting", .max_rows = SLIP_CHEQUES + 1, .sql = CHEQUES " JOIN organisation o ON o.id = h.issuer_id"
		" AND o.currency = y.currency WHERE " WAITING " ORDER BY y.received_d, y.id LIMIT 201" },
	{ "cheques_waiting_sum", .sql = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(y.amount_cents), 0) AS SIGNED) AS sum_cents,"
		" MIN(y.currency) AS currency FROM invoicing_cheque h JOIN invoicing_payment y ON y.id = h.payment_id"
		" JOIN organisation o ON o.id = h.issuer_id AND o.currency = y.currency WHERE " WAITING },
	{ "slip", .sql = "SELECT s.id, s.uid, s.number, s.made_d, s.currency, s.cheques, s.total_cents, s.iban, s.file_id, s.sha256,"
		" s.created_utc, s.deposited_d, s.undone_utc, (SELECT MAX(y.received_d) FROM invoicing_cheque h JOIN invoicing_payment y"
		" ON y.id = h.payment_id WHERE h.slip_id = s.id) AS last_d FROM invoicing_slip s WHERE s.id = ?" },
	{ "slip_cheques", .max_rows = SLIP_CHEQUES, .sql = CHEQUES " WHERE h.slip_id = ? ORDER BY y.received_d, y.id LIMIT 200" },
	{ "slips", .max_rows = 501, .sql = SLIPS " WHERE s.issuer_id = ? AND s.id < ? AND (? IS NULL OR s.number LIKE UPPER(?))"
		" ORDER BY s.id DESC LIMIT ?" },

	{ "find_slips", .max_rows = 50, .sql = "WITH o AS (SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
		" SELECT s.id, s.number, s.made_d, s.total_cents, s.currency, z.slug FROM o STRAIGHT_JOIN invoicing_slip s FORCE INDEX"
		" (invoicing_slip_number) ON s.issuer_id = o.k AND s.number LIKE UPPER(?) JOIN organisation z ON z.id = s.issuer_id"
		" ORDER BY s.id DESC LIMIT ?" },

	/* verify */
	{ "verify_slips", .sql = "SELECT s.id FROM invoicing_slip s WHERE s.undone_utc IS NULL AND (SELECT COUNT(*) <> s.cheques"
		" OR COALESCE(SUM(y.amount_cents), 0) <> s.total_cents FROM invoicing_cheque h JOIN invoicing_payment y ON y.id = h.payment_id"
		" WHERE h.slip_id = s.id) LIMIT 1" },
	{ "verify_cheques", .sql = "SELECT y.id FROM invoicing_payment y LEFT JOIN invoicing_cheque h ON h.payment_id = y.id"
		" LEFT JOIN invoicing_payment z ON z.reverses_id = y.id WHERE y.means = 'cheque' AND y.amount_cents > 0"
		" AND y.reverses_id IS NULL AND (h.payment_id IS NULL OR h.reversed <> (z.id IS NOT NULL)) LIMIT 1" },
