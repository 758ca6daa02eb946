/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of memberships_queries: tax receipts. Included there and nowhere else. */

#define KEYS "(SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
#define TAX_FIND "SELECT t.id, t.uid, t.org_id, t.number AS label, t.party_id AS owner_id FROM memberships_tax_receipt t"
#define GIVEN "m.gift_cents + IF(g.with_dues = 1 AND l.counterpart = 0, m.dues_cents - m.gift_cents, 0)"
/* What a person gave and has no receipt of, where receipts are given. */
#define GIFTS "SELECT m.id, m.party_id, p.name, p.given_name, p.family_name, m.paid_d, m.paid_means, m.dues_cents, m.gift_cents," \
	" l.label AS plan, " GIVEN " AS given_cents, o.currency FROM memberships_membership m" \
	" JOIN memberships_eligibility g ON g.org_id = m.org_id AND g.eligible = 1 JOIN memberships_plan l ON l.id = m.plan_id" \
	" JOIN organisation o ON o.id = m.org_id JOIN party p ON p.id = m.party_id AND p.kind = 'person' WHERE m.org_id = ?"
/* All of it came in: the till says so of nothing less, where a line was credited. */
#define WHOLE "COALESCE(m.settled_cents, m.dues_cents) = m.dues_cents"
#define NO_RECEIPT " AND " GIVEN " > 0 AND " WHOLE " AND NOT EXISTS (SELECT 1 FROM memberships_tax_receipt t WHERE t.membership_id = m.id" \
	" AND t.lives = 1)"
/* About as gift_lack has it: last come those who cannot get one yet, so that they hold back nobody. */
#define LACKS "(COALESCE(p.given_name, '') = '' OR COALESCE(p.family_name, '') = '' OR NOT EXISTS (SELECT 1 FROM address a" \
	" WHERE a.party_id = p.id AND (a.street <> '' OR a.hamlet <> '') AND (a.postcode <> '' OR a.country <> 'FR')))"
/* Of a receipt: its payment was taken back, or is of another day, other means or another sum now. */
#define STRAY "(t.void_utc IS NULL AND NOT (m.paid_d <=> t.paid_d AND COALESCE(m.paid_means, t.means) = t.means" \
	" AND t.amount_cents IN (m.gift_cents, m.dues_cents) AND " WHOLE "))"
#define RECEIPTS "SELECT t.id, t.uid, t.number, t.year, t.given_d, t.paid_d, t.donor, t.means, t.amount_cents, t.currency, t.void_utc," \
	" t.void_reason, " STRAY " AS stray FROM memberships_tax_receipt t JOIN memberships_membership m ON m.id = t.membership_id"

	{ "tax_find", .sql = TAX_FIND " WHERE t.id = ?" },
	{ "tax_find_text", .sql = TAX_FIND " WHERE t.uid = ?" },

	/* eligibility.c */
	{ "eligibility", .sql = "SELECT COALESCE(g.eligible, 0) AS eligible, g.since_utc, g.purpose, g.category, g.category_detail,"
		" COALESCE(g.articles, '200') AS articles, g.signatory, g.capacity, COALESCE(g.prefix, 'RF') AS prefix, b.name AS switcher,"
		" COALESCE(p.legal_name, p.name) AS name, p.siren, p.rna, o.accent FROM organisation o JOIN party p ON p.id = o.id"
		" LEFT JOIN memberships_eligibility g ON g.org_id = o.id LEFT JOIN party b ON b.id = g.by_id WHERE o.id = ?" },
	{ "eligibility_born", .audits = "-", .sql = "INSERT IGNORE INTO memberships_eligibility (org_id) VALUES (?)" },
	/* from left to right: who switched it on stays who did, until it is off */
	{ "eligibility_write", .audits = "eligibility", .sql = "UPDATE memberships_eligibility SET"
		" since_utc = IF(? = 1, COALESCE(since_utc, ?), NULL), by_id = IF(since_utc IS NULL, NULL, COALESCE(by_id, ?)),"
		" eligible = since_utc IS NOT NULL, purpose = ?, category = ?, category_detail = ?, articles = ?, with_dues = ?,"
		" signatory = ?, capacity = ?, prefix = ?, row_version = row_version + 1 WHERE org_id = ? AND row_version = ?" },

	/* tax.c */
	{ "tax_lock", .audits = "-", .sql = "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j STRAIGHT_JOIN"
		" memberships_membership m ON m.id = j.k SET m.row_version = m.row_version + 1 WHERE m.org_id = ?" },
	{ "gifts_chosen", .max_rows = TAX_AT_ONCE, .sql = GIFTS " AND m.id IN " KEYS " AND m.paid_d IS NOT NULL" NO_RECEIPT
		" ORDER BY m.paid_d, m.id LIMIT 200" },
	{ "series_next", .audits = "-", .sql = "INSERT INTO memberships_tax_series (org_id, year, prefix) SELECT g.org_id, ?, g.prefix"
		" FROM memberships_eligibility g WHERE g.org_id = ? ON DUPLICATE KEY UPDATE version = version + 1" },
	{ "series_number", .sql = "SELECT s.prefix, (SELECT COALESCE(MAX(t.serial), 0) + 1 FROM memberships_tax_receipt t"
		" WHERE t.org_id = s.org_id AND t.year = s.year) AS serial FROM memberships_tax_series s WHERE s.org_id = ? AND s.year = ?" },
	{ "tax_add", .audits = "tax_receipt", .sql = "INSERT INTO memberships_tax_receipt (org_id, year, serial, number, membership_id,"
		" party_id, given_d, paid_d, means, currency, amount_cents, donor, frozen_json, file_id, sha256)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "tax_void", .audits = "tax_receipt", .sql = "UPDATE memberships_tax_receipt SET void_utc = ?, void_reason = ?"
		" WHERE id = ? AND void_utc IS NULL" },
	{ "tax_of", .sql = "SELECT t.id, t.number FROM memberships_tax_receipt t WHERE t.membership_id = ? AND t.lives = 1" },

	/* tax_list.c, tax_page.c */
	{ "gifts", .max_rows = TAX_AT_ONCE + 1, .sql = GIFTS " AND m.paid_d >= ? AND m.paid_d <= ?" NO_RECEIPT
		" ORDER BY " LACKS ", m.paid_d, m.id LIMIT 201" },
	{ "tax_sum", .sql = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(t.amount_cents), 0) AS SIGNED) AS sum_cents, MIN(t.currency) AS currency"
		" FROM memberships_tax_receipt t WHERE t.org_id = ? AND t.year = ? AND t.void_utc IS NULL" },
	{ "tax_years", .max_rows = 100, .sql = "SELECT s.year FROM memberships_tax_series s WHERE s.org_id = ? AND s.year < ? ORDER BY s.year DESC LIMIT 100" },
	{ "tax_receipts", .max_rows = 501, .sql = RECEIPTS " WHERE t.org_id = ? AND t.year = ? AND t.id < ?"
		" AND (? IS NULL OR t.number LIKE UPPER(?) OR t.donor LIKE ?) ORDER BY t.id DESC LIMIT ?" },
	{ "tax_strays", .max_rows = 50, .sql = RECEIPTS " WHERE t.org_id = ? AND " STRAY " ORDER BY t.id LIMIT 50" },
	{ "tax_receipt", .sql = "SELECT t.id, t.uid, t.number, t.year, t.given_d, t.paid_d, t.donor, t.means, t.amount_cents, t.currency,"
		" t.void_utc, t.void_reason, " STRAY " AS stray, t.membership_id, t.file_id, t.sha256, t.created_utc, o.slug"
		" FROM memberships_tax_receipt t JOIN memberships_membership m ON m.id = t.membership_id JOIN organisation o ON o.id = t.org_id"
		" WHERE t.id = ?" },

	/* mine.c, people.c */
	{ "tax_mine", .max_rows = 200, .sql = "SELECT t.id, t.number, t.given_d, t.paid_d, t.amount_cents, t.currency, o.slug, g.name AS"
		" organisation FROM memberships_tax_receipt t JOIN organisation o ON o.id = t.org_id JOIN party g ON g.id = t.org_id WHERE t.party_id = ? AND t.void_utc IS NULL"
		" ORDER BY t.id DESC LIMIT 200" },
	{ "tax_exported", .sql = "SELECT t.number, g.name AS organisation, t.given_d, t.paid_d, t.amount_cents, t.currency, t.means, t.donor,"
		" t.void_utc, t.void_reason FROM memberships_tax_receipt t JOIN party g ON g.id = t.org_id WHERE t.party_id = ?"
		" ORDER BY t.id LIMIT 500" },
	{ "merge_receipts", .audits = "tax_receipt", .sql = "UPDATE memberships_tax_receipt SET party_id = ? WHERE party_id = ?" },
	{ "merge_switchers", .audits = "-", .sql = "UPDATE memberships_eligibility SET by_id = ? WHERE by_id = ?" },

	/* verify */
	{ "verify_tax_holes", .sql = "SELECT MIN(t.id) AS id FROM memberships_tax_receipt t GROUP BY t.org_id, t.year"
		" HAVING MAX(t.serial) <> COUNT(*) OR MIN(t.serial) <> 1 LIMIT 1" },
	{ "verify_tax_papers", .sql = "SELECT t.id, t.file_id, t.sha256 FROM memberships_tax_receipt t WHERE t.id > ? ORDER BY t.id LIMIT 200" },

	/* demo_tax.c */
	{ "demo_seat", .audits = "-", .sql = "INSERT IGNORE INTO address (party_id, street, postcode, town) VALUES (?, ?, ?, ?)" },
	{ "demo_identity", .audits = "-", .sql = "UPDATE party SET rna = ? WHERE id = ? AND rna IS NULL AND siren IS NULL" },
	{ "demo_switch", .audits = "eligibility", .sql = "INSERT INTO memberships_eligibility (org_id, eligible, since_utc, by_id, purpose,"
		" category, signatory, capacity) VALUES (?, 1, ?, ?, ?, 'general', ?, ?)" },
	{ "demo_gifts", .sql = "SELECT m.id, m.party_id FROM memberships_membership m JOIN party p ON p.id = m.party_id AND p.kind = 'person'"
		" WHERE m.org_id = ? AND m.gift_cents > 0 AND m.paid_d IS NOT NULL ORDER BY m.id DESC LIMIT 40" },
