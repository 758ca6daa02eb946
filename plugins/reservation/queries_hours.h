/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of reservation_queries: days, closures, rules, parts and the first set-up. Included there and nowhere else. */

	/* sets of days */
	{ "day_sets", .max_rows = 5000, .sql = "SELECT c.id, c.computed, g.from_d, g.to_d, g.label"
		" FROM reservation_day_calendar c LEFT JOIN reservation_day_range g ON g.calendar_id = c.id"
		" AND g.archived_at IS NULL AND g.from_d <= ? AND g.to_d >= ? WHERE c.id IN " IDS
		" ORDER BY c.id, g.from_d LIMIT 5000" },

	/* closures */
	{ "closure_leaves", .sql = "SELECT id, units FROM reservation_resource WHERE id IN " IDS " LIMIT 500" },
	{ "closure_taken", .max_rows = 50000, .sql = "SELECT o.resource_id, o.unit_no, o.start_utc, o.end_utc FROM"
		" JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j JOIN reservation_occupancy o"
		" ON o.resource_id = j.k AND o.start_utc >= ? - INTERVAL 31 DAY AND o.start_utc < ? AND o.end_utc > ?"
		" ORDER BY o.resource_id, o.unit_no, o.start_utc LIMIT 50000" },
	/* those that close one of these leaves, with the leaf; of a divided hall, its leaves */
	{ "closures_over", .max_rows = 5000, .sql = "SELECT DISTINCT c.id, l.id AS leaf_id, c.start_local, c.end_local, p.zone"
		" FROM reservation_resource l JOIN place p ON p.id = l.place_id JOIN reservation_closure c ON c.place_id = l.place_id"
		" WHERE l.id IN " IDS " AND c.id <> ? AND c.archived_at IS NULL AND c.end_local > ? AND c.start_local < ?"
		" AND (c.resource_id IS NULL OR c.resource_id = l.id OR EXISTS (SELECT 1 FROM reservation_part d"
		"  WHERE d.whole_id = c.resource_id AND d.leaf_id = l.id)) ORDER BY c.id, l.id LIMIT 5000" },
	{ "closure_occupy", .audits = "-", .sql = "INSERT INTO reservation_occupancy (resource_id, unit_no, start_utc,"
		" end_utc, cause, closure_id) SELECT j.leaf, j.unit, j.since, j.till, 'closure', j.closure FROM JSON_TABLE(?, '$[*]'"
		" COLUMNS (leaf BIGINT UNSIGNED PATH '$.leaf', unit INT UNSIGNED PATH '$.unit', since DATETIME PATH '$.from',"
		" till DATETIME PATH '$.to', closure BIGINT UNSIGNED PATH '$.closure')) j" },
	{ "closure_release", .audits = "-", .sql = "DELETE FROM reservation_occupancy WHERE closure_id = ?" },
	{ "closure_locks", .sql = "SELECT resource_id AS leaf_id FROM reservation_occupancy WHERE closure_id = ?"
		" UNION SELECT x.id FROM reservation_closure c JOIN reservation_resource x ON x.place_id = c.place_id WHERE c.id = ?"
		" AND (c.resource_id IS NULL OR x.id = c.resource_id OR x.id IN (SELECT d.leaf_id FROM reservation_part d"
		" WHERE d.whole_id = c.resource_id)) UNION SELECT x.id FROM reservation_resource x WHERE x.place_id = ? AND (? = 0 OR x.id = ? OR x.id IN"
		" (SELECT d.leaf_id FROM reservation_part d WHERE d.whole_id = ?)) ORDER BY leaf_id LIMIT 500" },
	{ "closure_leaves_of", .sql = "SELECT x.id AS leaf_id FROM reservation_closure c JOIN reservation_resource x"
		" ON x.place_id = c.place_id WHERE c.id = ? AND (c.resource_id IS NULL OR x.id = c.resource_id OR x.id IN"
		" (SELECT d.leaf_id FROM reservation_part d WHERE d.whole_id = c.resource_id))"
		" AND x.id NOT IN (SELECT d.whole_id FROM reservation_part d) ORDER BY x.id LIMIT 500" },
	{ "closure_row", .sql = "SELECT c.place_id, c.resource_id, c.start_local, c.end_local, p.zone"
		" FROM reservation_closure c JOIN place p ON p.id = c.place_id WHERE c.id = ?" },
	{ "closure_clashes", .sql = "SELECT b.uid, b.title, b.start_local, b.end_local, COALESCE(q.name, b.contact_name)"
		" AS person_name, COALESCE(b.contact_phone, q.phone) AS phone, GROUP_CONCAT(DISTINCT x.name ORDER BY x.name"
		" SEPARATOR ', ') AS rooms FROM reservation_closure c JOIN reservation_booking b ON b.place_id = c.place_id"
		" AND b.start_local < c.end_local AND b.start_local >= c.start_local - INTERVAL 366 DAY"
		" AND b.end_local > c.start_local AND b.status IN ('hold', 'option', 'pending', 'confirmed')"
		" JOIN reservation_item i ON i.booking_id = b.id JOIN reservation_resource x ON x.id = i.resource_id"
		" LEFT JOIN party q ON q.id = b.person_id WHERE c.id = ? AND (c.resource_id IS NULL OR x.id = c.resource_id"
		" OR x.id IN (SELECT d.whole_id FROM reservation_part d WHERE d.leaf_id = c.resource_id)"
		" OR x.id IN (SELECT d.leaf_id FROM reservation_part d WHERE d.whole_id = c.resource_id))"
		" GROUP BY b.id ORDER BY b.start_local, b.id LIMIT 200" },
