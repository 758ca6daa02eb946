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

	/* rules */
	{ "policies_of_org", .sql = "SELECT " POLICY " FROM reservation_policy c WHERE c.archived_at IS NULL AND c.org_id = ?"
		" ORDER BY c.id LIMIT 500" },
	{ "place_rules", .sql = "SELECT p.name, r.policy_id FROM place p LEFT JOIN reservation_place r ON r.place_id = p.id"
		" WHERE p.id = ?" },
	{ "place_rules_set", .audits = "policy", .sql = "INSERT INTO reservation_place (place_id, policy_id) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE policy_id = VALUES(policy_id), row_version = row_version + 1" },
	{ "policy_places", .sql = "SELECT slug, name FROM place WHERE org_id = ? AND archived_at IS NULL ORDER BY name, id LIMIT 100" },
	{ "policy_users", .sql = "SELECT p.name AS label FROM reservation_place r JOIN place p ON p.id = r.place_id"
		" WHERE r.policy_id = ? AND p.archived_at IS NULL UNION SELECT label_many FROM reservation_kind WHERE policy_id = ?"
		" AND archived_at IS NULL UNION SELECT name FROM reservation_resource WHERE policy_id = ? AND archived_at IS NULL"
		" UNION SELECT label FROM reservation_policy WHERE parent_id = ? AND archived_at IS NULL LIMIT 200" },
	{ "policy_windows", .sql = BELOW " SELECT p.name AS place, a.label AS earlier, b.label AS later,"
		" CAST(b.from_min AS SIGNED) - CAST(a.to_min AS SIGNED) AS gap FROM reservation_window a JOIN reservation_window b ON b.place_id = a.place_id"
		" AND b.archived_at IS NULL AND b.from_min >= a.to_min AND (b.weekday_mask & a.weekday_mask) <> 0"
		" JOIN place p ON p.id = a.place_id WHERE a.archived_at IS NULL AND a.org_id = ?"
		" AND NOT EXISTS (SELECT 1 FROM reservation_window m WHERE m.place_id = a.place_id AND m.archived_at IS NULL"
		"  AND m.from_min >= a.to_min AND m.from_min < b.from_min)"
		" AND b.from_min < a.to_min + ? AND EXISTS (SELECT 1 FROM covered c WHERE c.place_id = a.place_id)"
		" ORDER BY p.name, a.from_min LIMIT 20" },

	/* what is required, and how much one may have */
	{ "requirements", .sql = "SELECT q.policy_id, q.kind, q.code, q.label, q.audience_id, a.label AS audience"
		" FROM reservation_requirement q LEFT JOIN reservation_audience a ON a.id = q.audience_id"
		" WHERE q.policy_id IN " IDS " AND q.archived_at IS NULL ORDER BY q.id LIMIT 500" },
	{ "terms_insert", .audits = "booking", .sql = "INSERT INTO reservation_terms (booking_id, terms_id, kind, version,"
		" terms_uid, title, accepted_utc) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ "terms_of_booking", .sql = "SELECT terms_id, kind, version, terms_uid, title FROM reservation_terms WHERE booking_id = ?"
		" ORDER BY terms_id LIMIT 20" },
	{ "quotas", .sql = "SELECT q.policy_id, q.audience_id, q.unit, q.period, q.limit_value FROM reservation_quota q"
		" WHERE q.policy_id IN " IDS " AND q.unit IN ('count', 'minute') AND q.archived_at IS NULL ORDER BY q.id LIMIT 200" },
	{ "booker_guard", .audits = "-", .sql = "INSERT INTO reservation_booker (org_id, party_id) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE version = version + 1" },
	{ "quota_used", .sql = QUOTA_USED("b.person_id = ?") },
	{ "quota_used_guest", .sql = QUOTA_USED("b.contact_email = ?") },

	/* records */
	{ "calendar_computed", .sql = "SELECT id FROM reservation_day_calendar WHERE id = ? AND computed IS NOT NULL" },
	{ "part_locks", .sql = "SELECT id AS leaf_id FROM reservation_resource WHERE id IN (?, ?) UNION SELECT leaf_id"
		" FROM reservation_part WHERE whole_id = ? ORDER BY leaf_id LIMIT 500" },
	{ "part_check", .sql = "SELECT w.place_id = l.place_id AS same_place, GREATEST(w.units, l.units) AS units,"
		" EXISTS (SELECT 1 FROM reservation_part p WHERE p.whole_id = w.id AND p.leaf_id = l.id) AS there,"
		" EXISTS (SELECT 1 FROM reservation_part p WHERE p.whole_id = l.id) AS leaf_divides,"
		" EXISTS (SELECT 1 FROM reservation_part p WHERE p.leaf_id = w.id) AS whole_is_part"
		" FROM reservation_resource w JOIN reservation_resource l WHERE w.id = ? AND l.id = ?" },
	{ "part_row", .sql = "SELECT whole_id, leaf_id FROM reservation_part WHERE id = ?" },
	{ "part_remove", .audits = "part", .sql = "DELETE FROM reservation_part WHERE id = ? AND row_version = ?" },
	/* from now on its parts are closed, not it */
	{ "part_free_whole", .audits = "-", .sql = "DELETE FROM reservation_occupancy WHERE resource_id = ? AND cause = 'closure'" },
	{ "part_free_leaf", .audits = "-", .sql = "DELETE o FROM reservation_occupancy o JOIN reservation_closure c"
		" ON c.id = o.closure_id WHERE o.resource_id = ? AND c.resource_id = ?" },

	/* setting up a place: its first hours and rooms */
	{ "setup_place", .sql = "SELECT p.id, p.name, p.postcode, (SELECT COUNT(*) FROM reservation_opening o WHERE o.scope = 'place'"
		" AND o.scope_id = p.id AND o.archived_at IS NULL) AS openings, (SELECT COUNT(*) FROM reservation_window w"
		" WHERE w.place_id = p.id AND w.archived_at IS NULL) AS windows FROM place p WHERE p.id = ?" },
	/* two screens at once: the second sees what the first has stored */
	{ "setup_guard", .audits = "-", .sql = "INSERT INTO reservation_place (place_id) VALUES (?)"
		" ON DUPLICATE KEY UPDATE row_version = row_version + 1" },
	{ "setup_calendar", .sql = "SELECT id FROM reservation_day_calendar WHERE org_id = ? AND computed = ?"
		" AND archived_at IS NULL ORDER BY id LIMIT 1" },
	{ "setup_calendar_add", .audits = "day_calendar", .sql = "INSERT INTO reservation_day_calendar (org_id, label, computed)"
		" VALUES (?, ?, ?)" },
	{ "setup_opening", .audits = "opening", .sql = "INSERT INTO reservation_opening (org_id, place_id, weekday_mask, opens,"
		" closes, not_in) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "setup_window", .audits = "window", .sql = "INSERT INTO reservation_window (org_id, place_id, label, from_min, to_min)"
		" VALUES (?, ?, ?, ?, ?)" },
	{ "setup_kind", .sql = "SELECT id FROM reservation_kind WHERE org_id = ? AND label_one = ? AND archived_at IS NULL"
		" ORDER BY id LIMIT 1" },
	{ "setup_kind_add", .audits = "kind", .sql = "INSERT INTO reservation_kind (org_id, label_one, label_many, verb_label,"
		" unit_word) VALUES (?, ?, ?, ?, ?)" },
	{ "setup_room", .audits = "resource", .sql = "INSERT INTO reservation_resource (org_id, place_id, kind_id, name, units,"
		" capacity, position) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ "setup_waiting", .sql = "SELECT p.slug, p.name, EXISTS (SELECT 1 FROM reservation_opening o WHERE o.place_id = p.id"
		" AND o.archived_at IS NULL) AS openings FROM place p WHERE p.org_id = ? AND p.archived_at IS NULL AND"
		" p.state <> 'closed' AND (NOT EXISTS (SELECT 1 FROM reservation_resource x WHERE x.place_id = p.id"
		"  AND x.archived_at IS NULL) OR NOT EXISTS (SELECT 1 FROM reservation_opening o WHERE o.place_id = p.id"
		"  AND o.archived_at IS NULL)) ORDER BY p.name, p.id LIMIT 20" },

	/* school holidays */
	{ "import_calendars", .sql = "SELECT id, label FROM reservation_day_calendar WHERE org_id = ? AND computed IS NULL"
		" AND archived_at IS NULL ORDER BY label LIMIT 200" },
	{ "import_ranges", .max_rows = 5000, .sql = "SELECT id, source_uid, from_d, to_d FROM reservation_day_range"
		" WHERE calendar_id = ? AND archived_at IS NULL ORDER BY from_d, id LIMIT 5000" },
	{ "import_guard", .audits = "-", .sql = "UPDATE reservation_day_calendar SET row_version = row_version + 1 WHERE id = ?" },
	{ "import_add", .audits = "day_range", .sql = "INSERT INTO reservation_day_range (org_id, calendar_id, from_d, to_d,"
		" label, source_uid) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "import_change", .audits = "day_range", .sql = "UPDATE reservation_day_range SET from_d = ?, to_d = ?, label = ?,"
		" row_version = row_version + 1 WHERE id = ?" },

	/* the sample network */
	{ "demo_not_in", .audits = "-", .sql = "UPDATE reservation_opening SET not_in = ? WHERE place_id = ? AND closed = 0" },
	{ "demo_closed_in", .audits = "opening", .sql = "INSERT INTO reservation_opening (org_id, place_id, weekday_mask, opens,"
		" closes, only_in, closed, priority) VALUES (?, ?, ?, ?, ?, ?, 1, 1)" },
	{ "demo_closure", .audits = "closure", .sql = "INSERT INTO reservation_closure (org_id, place_id, start_local, end_local,"
		" reason) VALUES (?, ?, ?, ?, ?)" },
	{ "demo_members", .sql = "SELECT id FROM reservation_audience WHERE org_id = ? AND code = 'member'" },
	{ "demo_trained", .audits = "audience", .sql = "INSERT INTO reservation_audience (org_id, code, label)"
		" VALUES (?, 'other', ?)" },
	{ "demo_trained_one", .audits = "audience_party", .sql = "INSERT INTO reservation_audience_party (org_id, audience_id,"
		" party_id) VALUES (?, ?, ?)" },
	{ "demo_evening", .audits = "opening", .sql = "INSERT INTO reservation_opening (org_id, place_id, weekday_mask, opens,"
		" closes, audience_id) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "demo_by_rule", .audits = "-", .sql = "UPDATE reservation_policy SET approval = 'rule' WHERE id = ?" },
	{ "demo_requirement", .audits = "requirement", .sql = "INSERT INTO reservation_requirement (org_id, policy_id, kind, code,"
		" audience_id, label) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "demo_quota", .audits = "quota", .sql = "INSERT INTO reservation_quota (org_id, policy_id, unit, period, limit_value)"
		" VALUES (?, ?, ?, ?, ?)" },
