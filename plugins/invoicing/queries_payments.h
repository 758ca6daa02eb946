/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the plugin's queries, included by their table, that serves payments and accounts. */

#define OWNER(client) "COALESCE(" client ".merged_into, " client ".id)"
/* A payment `y`, its use `u`, its client `c` and who that is. */
#define PAYMENTS " FROM invoicing_payment y JOIN invoicing_payment_use u ON u.payment_id = y.id" CLIENT_OF("y.client_id") \
	" LEFT JOIN invoicing_payment z ON z.reverses_id = y.id"
/* The documents that a payment pays now. */
#define PAID_NUMBERS "(SELECT GROUP_CONCAT(DISTINCT d.number ORDER BY d.id SEPARATOR ', ') FROM invoicing_payment_allocation a" \
	" JOIN invoicing_document d ON d.id = a.document_id WHERE a.payment_id = y.id AND (SELECT SUM(b.amount_cents) FROM" \
	" invoicing_payment_allocation b WHERE b.payment_id = a.payment_id AND b.document_id = a.document_id) > 0)"
#define PAYMENT_COLUMNS "SELECT y.id, y.uid, y.received_d, " OWNER("c") " AS owner_id, " PAYER " AS payer, y.means, y.currency," \
	" y.amount_cents, u.free_cents, y.reference, y.given_by, y.reverses_id, z.id AS reversed_by_id, y.reason, " PAID_NUMBERS \
	" AS numbers"
#define FIND_PAYMENT "SELECT y.id, y.uid, y.issuer_id AS org_id, CONCAT(y.received_d, ' · ', y.amount_cents / 100) AS label" \
	" FROM invoicing_payment y"
/* So many days late, of a document. Parameter: today. */
#define LATE "DATEDIFF(?, COALESCE(d.due_d, d.issued_d))"
#define AGED(low, high, column) " IF(" LATE " BETWEEN " low " AND " high ", s.left_cents, 0) AS " column
/* Who owes what for how long, and has what credit. Parameters: today five times, issuer twice, a pattern
 * twice, an owner twice. */
#define BALANCES "SELECT w.owner_id, " PAYER " AS payer, w.currency, CAST(SUM(w.open_cents - w.credit) AS SIGNED) AS balance_cents," \
	" CAST(SUM(w.age0) AS SIGNED) AS age0_cents, CAST(SUM(w.age1) AS SIGNED) AS age1_cents," \
	" CAST(SUM(w.age2) AS SIGNED) AS age2_cents, CAST(SUM(w.age3) AS SIGNED) AS age3_cents," \
	" CAST(SUM(w.age4) AS SIGNED) AS age4_cents, CAST(SUM(w.credit) AS SIGNED) AS credit_cents FROM (SELECT " OWNER("o") \
	" AS owner_id, d.currency, s.left_cents AS open_cents," AGED("-999999", "0", "age0") "," AGED("1", "30", "age1") "," \
	AGED("31", "60", "age2") "," AGED("61", "90", "age3") "," AGED("91", "999999", "age4") ", 0 AS credit" \
	" FROM invoicing_settlement s JOIN invoicing_document d ON d.id = s.document_id JOIN invoicing_client o ON o.id = d.client_id" \
	" WHERE s.issuer_id = ? AND s.left_cents > 0 UNION ALL SELECT " OWNER("o") ", y.currency, 0, 0, 0, 0, 0, 0, u.free_cents" \
	" FROM invoicing_payment_use u JOIN invoicing_payment y ON y.id = u.payment_id JOIN invoicing_client o ON o.id = u.client_id" \
	" WHERE u.issuer_id = ? AND u.free_cents > 0) w JOIN invoicing_client c ON c.id = w.owner_id" \
	" LEFT JOIN party p ON p.id = c.party_id WHERE (? IS NULL OR " PAYER " LIKE ?) AND (? IS NULL OR w.owner_id = ?)" \
	" GROUP BY w.owner_id, w.currency"

	/* payments */
	{ "payment_find", .sql = FIND_PAYMENT " WHERE y.id = ?" },
	{ "payment_find_text", .sql = FIND_PAYMENT " WHERE y.uid = ?" },
	{ "payment_add", .audits = "payment", .sql = "INSERT INTO invoicing_payment (uid, issuer_id, client_id, means, currency,"
		" amount_cents, received_d, reference, given_by, reverses_id, reason, recorded_by_id)"
		" VALUES (COALESCE(?, UUID()), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "payment_lock", .audits = "-", .sql = "UPDATE invoicing_payment_use SET version = version + 1 WHERE payment_id = ?" },
	{ "payment_one", .sql = PAYMENT_COLUMNS ", y.client_id, y.issuer_id, o.slug, q.name AS recorded_by, y.created_utc" PAYMENTS
		" JOIN organisation o ON o.id = y.issuer_id LEFT JOIN party q ON q.id = y.recorded_by_id WHERE y.id = ?" },
	{ "payment_uses", .sql = "SELECT a.document_id, d.number, a.out_id, o.received_d AS out_d, CAST(SUM(a.amount_cents) AS SIGNED)"
		" AS amount_cents FROM invoicing_payment_allocation a LEFT JOIN invoicing_document d ON d.id = a.document_id"
		" LEFT JOIN invoicing_payment o ON o.id = a.out_id WHERE a.payment_id = ? GROUP BY a.document_id, a.out_id"
		" HAVING SUM(a.amount_cents) <> 0 ORDER BY a.document_id, a.out_id LIMIT 500" },
	{ "payment_covers", .sql = "SELECT a.payment_id, CAST(SUM(a.amount_cents) AS SIGNED) AS amount_cents"
		" FROM invoicing_payment_allocation a WHERE a.out_id = ? GROUP BY a.payment_id HAVING SUM(a.amount_cents) <> 0"
		" ORDER BY a.payment_id LIMIT 500" },
	{ "payments", .max_rows = 501, .sql = PAYMENT_COLUMNS PAYMENTS " WHERE y.issuer_id = ?"
		" AND (y.received_d < ? OR (y.received_d = ? AND y.id < ?)) AND (? IS NULL OR y.reference LIKE ? OR y.given_by LIKE ?"
		" OR " PAYER " LIKE ? OR ABS(y.amount_cents) = ?) AND (? IS NULL OR y.received_d >= ?) AND (? IS NULL OR y.received_d <= ?)"
		" AND (? IS NULL OR y.means = ?) ORDER BY y.received_d DESC, y.id DESC LIMIT ?" },
	{ "payment_sums", .sql = "SELECT y.currency, CAST(SUM(IF(y.means = 'opening', 0, y.amount_cents)) AS SIGNED) AS sum_cents,"
		" CAST(SUM(IF(y.means = 'opening', y.amount_cents, 0)) AS SIGNED) AS carried_cents" PAYMENTS
		" WHERE y.issuer_id = ? AND (? IS NULL OR y.reference LIKE ? OR y.given_by LIKE ?"
		" OR " PAYER " LIKE ? OR ABS(y.amount_cents) = ?) AND (? IS NULL OR y.received_d >= ?) AND (? IS NULL OR y.received_d <= ?)"
		" AND (? IS NULL OR y.means = ?) GROUP BY y.currency LIMIT 20" },
	{ "payments_of_document", .sql = PAYMENT_COLUMNS ", CAST(w.cents AS SIGNED) AS here_cents FROM (SELECT a.payment_id,"
		" SUM(a.amount_cents) AS cents FROM invoicing_payment_allocation a WHERE a.document_id = ? GROUP BY a.payment_id"
		" HAVING cents <> 0) w JOIN invoicing_payment y ON y.id = w.payment_id JOIN invoicing_payment_use u ON u.payment_id = y.id"
		CLIENT_OF("y.client_id") " LEFT JOIN invoicing_payment z ON z.reverses_id = y.id ORDER BY y.received_d, y.id LIMIT 200" },
	{ "payments_mine", .sql = PAYMENT_COLUMNS ", i.name AS issuer" PAYMENTS " JOIN party i ON i.id = y.issuer_id"
		" WHERE y.client_id IN (SELECT c.id FROM invoicing_client c LEFT JOIN invoicing_client m ON m.id = c.merged_into"
		" WHERE c.party_id IN " KEYS " OR m.party_id IN " KEYS ") ORDER BY y.received_d DESC, y.id DESC LIMIT 100" },

	/* allocations */
	{ "account_clients", .sql = "SELECT id FROM invoicing_client WHERE id = ? OR merged_into = ? ORDER BY id LIMIT 500" },
	{ "documents_lock", .audits = "-", .sql = "UPDATE " BY_KEY " invoicing_settlement s FORCE INDEX (PRIMARY)"
		" ON s.document_id = j.k SET s.version = s.version + 1" },
	{ "documents_open", .sql = "SELECT " OPEN_COLUMNS OPEN_DOCUMENTS " WHERE d.id IN " KEYS " AND s.left_cents > 0"
		" ORDER BY COALESCE(d.due_d, d.issued_d), d.id LIMIT 201" },
	{ "account_open", .sql = "SELECT " OPEN_COLUMNS OPEN_DOCUMENTS " WHERE d.client_id IN (SELECT id FROM invoicing_client"
		" WHERE id = ? OR merged_into = ?) AND s.left_cents > 0 ORDER BY COALESCE(d.due_d, d.issued_d), d.id LIMIT 200" },
	{ "account_free", .sql = "SELECT y.id, u.free_cents FROM invoicing_payment_use u JOIN invoicing_payment y ON y.id = u.payment_id"
		" WHERE u.client_id IN (SELECT id FROM invoicing_client WHERE id = ? OR merged_into = ?) AND u.free_cents > 0"
		" AND y.currency = ? ORDER BY y.received_d, y.id LIMIT 500" },
	{ "allocation_add", .audits = "payment", .sql = "INSERT INTO invoicing_payment_allocation (payment_id, document_id, out_id,"
		" amount_cents) VALUES (?, ?, ?, ?)" },
	{ "document_paid_by", .sql = "SELECT a.payment_id, CAST(SUM(a.amount_cents) AS SIGNED) AS amount_cents"
		" FROM invoicing_payment_allocation a WHERE a.document_id = ? GROUP BY a.payment_id HAVING SUM(a.amount_cents) > 0"
		" ORDER BY a.payment_id DESC LIMIT 500" },
	{ "document_over", .sql = "SELECT CAST(paid_cents + credited_cents + ? - gross_cents AS SIGNED) AS over_cents"
		" FROM invoicing_settlement WHERE document_id = ?" },
	/* a source is paid where all that it owes now is on issued documents that are */
	{ "settled_sources", .max_rows = 5000, .sql = "SELECT x.source_kind, x.source_id, COALESCE(SUM(h.id IS NOT NULL AND v.id IS NULL)"
		" > 0 AND SUM(h.id IS NOT NULL AND v.id IS NULL AND COALESCE(s.left_cents, 1) > 0) = 0, 0) AS paid,"
		" CAST(COALESCE(SUM(IF(v.id IS NULL, h.amount_cents, 0)), 0) AS SIGNED) AS cents FROM (SELECT DISTINCT"
		" issuer_id, source_kind, source_id FROM invoicing_charge WHERE document_id IN " KEYS ") x LEFT JOIN invoicing_charge h"
		" ON h.source_kind = x.source_kind AND h.source_id = x.source_id AND h.issuer_id = x.issuer_id AND h.reverses_id IS NULL"
		" AND h.amount_cents <> 0 LEFT JOIN invoicing_charge v ON v.reverses_id = h.id AND v.billed_utc IS NOT NULL"
		" LEFT JOIN invoicing_settlement s ON s.document_id = h.document_id GROUP BY x.issuer_id, x.source_kind, x.source_id"
		" ORDER BY x.source_kind, x.source_id LIMIT 5000" },
	{ "settled_by", .sql = "SELECT IF(MIN(w.means) = MAX(w.means), NULLIF(MIN(w.means), 'opening'), 'other') AS means, MAX(w.received_d) AS received_d"
		" FROM (SELECT y.means, y.received_d FROM invoicing_charge h JOIN invoicing_payment_allocation a ON a.document_id = h.document_id"
		" JOIN invoicing_payment y ON y.id = a.payment_id WHERE h.source_kind = ? AND h.source_id = ? AND h.reverses_id IS NULL"
		" AND NOT EXISTS (SELECT 1 FROM invoicing_payment z WHERE z.reverses_id = y.id)"
		" GROUP BY y.id, h.id HAVING SUM(a.amount_cents) > 0) w" },

	/* accounts */
	{ "account_of", .sql = "SELECT c.id AS owner_id, " PAYER " AS payer, COALESCE(p.kind = 'organisation', 0) AS is_organisation,"
		" p.id AS party_id, p.siret, COALESCE(p.public_buyer, 0) AS public_buyer, c.service_code, c.needs_order_ref,"
		" c.needs_service_code, c.split_by, EXISTS (SELECT 1 FROM project j WHERE j.org_id = c.issuer_id) AS has_projects, c.issuer_id,"
		" o.currency FROM invoicing_client k JOIN invoicing_client c ON c.id = " OWNER("k")
		" LEFT JOIN party p ON p.id = c.party_id JOIN organisation o ON o.id = c.issuer_id WHERE k.id = ?" },
	{ "account_needs", .audits = "client", .sql = "UPDATE invoicing_client SET service_code = ?, needs_order_ref = ?,"
		" needs_service_code = ?, split_by = ?, version = version + 1 WHERE id = ?" },
	{ "account_of_document", .sql = "SELECT " OWNER("c") " AS owner_id FROM invoicing_document d JOIN invoicing_client c"
		" ON c.id = d.client_id WHERE d.id = ? AND d.issuer_id = ?" },
	{ "account_documents", .sql = LISTED " WHERE d.client_id IN (SELECT id FROM invoicing_client WHERE id = ? OR merged_into = ?)"
		" AND d.state = 'issued' ORDER BY d.listed_d DESC, d.id DESC LIMIT 100" },
	{ "account_payments", .sql = PAYMENT_COLUMNS PAYMENTS " WHERE y.client_id IN (SELECT id FROM invoicing_client WHERE id = ?"
		" OR merged_into = ?) ORDER BY y.received_d DESC, y.id DESC LIMIT 100" },
	{ "balances", .max_rows = 5000, .sql = BALANCES " ORDER BY SUM(w.age1 + w.age2 + w.age3 + w.age4) DESC, payer, w.owner_id LIMIT ?" },
	{ "balance_settled", .sql = "SELECT CAST(COALESCE((SELECT SUM(s.gross_cents - s.credited_cents) FROM (" CLIENTS_OF_PARTY ") k"
		" JOIN invoicing_document d ON d.client_id = k.id JOIN invoicing_settlement s ON s.document_id = d.id"
		" WHERE d.issuer_id = ?), 0) - COALESCE((SELECT SUM(y.amount_cents) FROM (" CLIENTS_OF_PARTY ") k"
		" JOIN invoicing_payment y ON y.client_id = k.id WHERE y.issuer_id = ?), 0) AS SIGNED) AS owed_cents" },
	{ "debts_settled", .sql = "SELECT w.issuer_id, o.name AS issuer, w.currency, CAST(SUM(w.cents) AS SIGNED) AS sum_cents FROM (SELECT"
		" d.issuer_id, d.currency, s.gross_cents - s.credited_cents AS cents FROM (" CLIENTS_OF_PERSON ") k JOIN invoicing_document d"
		" ON d.client_id = k.id JOIN invoicing_settlement s ON s.document_id = d.id UNION ALL SELECT y.issuer_id, y.currency,"
		" -y.amount_cents FROM (" CLIENTS_OF_PERSON ") k JOIN invoicing_payment y ON y.client_id = k.id) w JOIN party o"
		" ON o.id = w.issuer_id GROUP BY w.issuer_id, w.currency ORDER BY w.issuer_id, w.currency LIMIT 500" },
	{ "export_payments", .max_rows = 5000, .sql = "SELECT o.name AS issuer, y.received_d, y.means, y.amount_cents, y.currency,"
		" y.reference, y.given_by, y.reason FROM (" CLIENTS_OF_PARTY ") k JOIN invoicing_payment y ON y.client_id = k.id"
		" JOIN party o ON o.id = y.issuer_id ORDER BY y.id LIMIT 5000" },

	/* comptoirctl verify */
	{ "verify_paid", .sql = "SELECT s.document_id FROM invoicing_settlement s WHERE s.paid_cents <> (SELECT"
		" COALESCE(SUM(a.amount_cents), 0) FROM invoicing_payment_allocation a WHERE a.document_id = s.document_id) LIMIT 1" },
	{ "verify_used", .sql = "SELECT u.payment_id FROM invoicing_payment_use u WHERE u.used_cents <> SIGN(u.amount_cents) * (SELECT"
		" COALESCE(SUM(a.amount_cents), 0) FROM invoicing_payment_allocation a WHERE a.payment_id = u.payment_id"
		" OR a.out_id = u.payment_id) LIMIT 1" },
	{ "verify_out", .sql = "SELECT u.payment_id FROM invoicing_payment_use u WHERE u.free_cents < 0 LIMIT 1" },
