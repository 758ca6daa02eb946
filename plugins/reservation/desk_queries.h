/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the plugin's queries, included by their table, that serves changing bookings and a day's work. */

#define DESK "b.id, b.uid, b.title, b.status, b.zone, b.start_local, b.end_local, b.start_utc, b.end_utc, b.attendance," \
	" b.attendance_actual, b.arrived_utc, b.note, b.internal_note, b.created_utc, b.row_version, " PRICED "," \
	" p.name AS place_name, COALESCE(q.name, b.contact_name) AS person_name, COALESCE(q.phone, b.contact_phone) AS phone," \
	" COALESCE(q.email, b.contact_email) AS email, COALESCE(IF(b.payer_id <=> b.person_id, NULL, y.name), b.payer_text)" \
	" AS payer_name, b.payer_text IS NOT NULL AND (b.payer_id IS NULL OR b.payer_id <=> b.person_id) AS payer_open," \
	" (SELECT GROUP_CONCAT(IF(i.quantity > 1, CONCAT(i.quantity, ' × '), ''), x.name ORDER BY i.id SEPARATOR ', ')" \
	"  FROM reservation_item i STRAIGHT_JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = b.id) AS rooms"
#define DESK_JOINS " JOIN place p ON p.id = b.place_id LEFT JOIN party q ON q.id = b.person_id" \
	" LEFT JOIN party y ON y.id = b.payer_id"

/* Of an organisation in a period; by the wall's days, found by the index in UTC. */
#define COUNTED "FROM reservation_booking b FORCE INDEX (reservation_booking_org)"
#define IN_PERIOD " WHERE b.org_id = ? AND b.start_utc >= ? AND b.start_utc < ? AND b.start_local >= ? AND b.start_local < ?" \
	" AND b.status IN ('confirmed', 'done', 'no_show')"
#define MINUTES "TIMESTAMPDIFF(MINUTE, b.start_local, b.end_local)"
#define WORTH "(SELECT COALESCE(SUM(l.list_cents), 0) FROM reservation_price_line l WHERE l.booking_id = b.id)"
#define PAGE_OF " AND (b.start_utc > ? OR (b.start_utc = ? AND b.id > ?)) ORDER BY b.start_utc, b.id LIMIT ?"

	/* changing a booking */
	{ "leaves_of_change", .sql = "SELECT GROUP_CONCAT(leaf_id ORDER BY leaf_id) AS leaves FROM ("
		"SELECT COALESCE(p.leaf_id, i.resource_id) AS leaf_id FROM reservation_item i"
		" LEFT JOIN reservation_part p ON p.whole_id = i.resource_id WHERE i.booking_id = ?"
		" UNION SELECT COALESCE(p.leaf_id, j.k) FROM " GIVEN " LEFT JOIN reservation_part p ON p.whole_id = j.k) x" },
	{ "booking_full", .sql = "SELECT b.id, b.uid, b.org_id, b.place_id, b.person_id, b.payer_id, b.payer_text, b.booked_by, b.audience_id,"
		" b.group_id, b.project_id, b.title, b.note, b.internal_note, b.contact_name, b.contact_email, b.contact_phone,"
		" b.layout, b.attendance, b.purpose_id, b.order_ref, b.source, b.start_local, b.end_local, b.start_utc,"
		" b.end_utc, b.zone, b.status, b.hold_until_utc, b.total_cents, b.currency, b.amounts, b.row_version,"
		" COALESCE(q.lang, c.lang) AS lang FROM reservation_booking b LEFT JOIN party q ON q.id = b.person_id"
		" LEFT JOIN reservation_ics c ON c.booking_id = b.id WHERE b.id = ?" },
	{ "booking_change", .audits = "booking", .sql = "UPDATE reservation_booking SET place_id = ?, zone = ?,"
		" start_local = ?, end_local = ?, start_utc = ?, end_utc = ?, title = ?, note = ?, internal_note = ?,"
		" contact_phone = ?, layout = ?, attendance = ?, purpose_id = ?, order_ref = ?, payer_text = ?, status = ?,"
		" total_cents = ?, amounts = ?, currency = ?, project_id = ?, changed_utc = ?,"
		" row_version = row_version + 1 WHERE id = ? AND row_version = ?" },
	{ "cancel_lines_drop", .audits = "-", .sql = "DELETE FROM reservation_cancel_line WHERE booking_id = ?" },
	{ "items_drop", .audits = "booking", .sql = "DELETE FROM reservation_item WHERE booking_id = ?"
		" AND resource_id NOT IN " IDS },
	{ "item_put", .audits = "booking", .sql = "INSERT INTO reservation_item (booking_id, resource_id, quantity)"
		" VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE quantity = VALUES(quantity)" },

	/* answering requests */
	{ "booking_payer", .audits = "booking", .sql = "UPDATE reservation_booking SET payer_id = ?, payer_text = ?"
		" WHERE id = ?" },
	{ "quotation_usage", .sql = "SELECT amounts, currency, vat_code FROM reservation_tariff WHERE org_id = ?"
		" AND archived_at IS NULL GROUP BY amounts, currency, vat_code ORDER BY COUNT(*) DESC, MIN(id) LIMIT 1" },
	{ "quotation_reader", .sql = "SELECT b.audience_id, COALESCE(q.lang, c.lang) AS lang FROM reservation_booking b"
		" LEFT JOIN party q ON q.id = b.person_id LEFT JOIN reservation_ics c ON c.booking_id = b.id WHERE b.id = ?" },
	{ "quotation_drop", .audits = "booking", .sql = "DELETE FROM reservation_price_line WHERE booking_id = ?"
		" ORDER BY position DESC LIMIT 1" },
	{ "quotation_price", .audits = "booking", .sql = "UPDATE reservation_booking SET total_cents = ?, currency = ?,"
		" amounts = ?, hold_until_utc = ?, offered = hold_until_utc IS NOT NULL WHERE id = ?" },
	{ "quotation_occupancy", .sql = "SELECT o.resource_id, o.unit_no, o.start_utc, o.end_utc, o.item_id"
		" FROM reservation_item i JOIN reservation_occupancy o ON o.item_id = i.id WHERE i.booking_id = ?"
		" ORDER BY o.resource_id, o.unit_no, o.start_utc LIMIT 5000", .max_rows = 5000 },
	{ "quotations_over", .sql = "SELECT id FROM reservation_booking WHERE status = 'option' AND hold_until_utc <= ?"
		" LIMIT 200" },
	{ "quotations_open", .sql = "SELECT " DESK ", b.hold_until_utc, b.offered FROM reservation_booking b"
		" FORCE INDEX (reservation_booking_waiting)" DESK_JOINS " WHERE b.org_id = ? AND b.status = 'option'"
		" AND b.start_utc > ? ORDER BY b.start_utc, b.id LIMIT 100" },
	{ "refusal_insert", .audits = "booking", .sql = "INSERT INTO reservation_refusal (booking_id, reason, note, refused_by,"
		" refused_utc, due_utc) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "refusal_drop", .audits = "booking", .sql = "DELETE FROM reservation_refusal WHERE booking_id = ?"
		" AND mailed_utc IS NULL" },
	{ "refusal_mailed", .audits = "-", .sql = "UPDATE reservation_refusal SET mailed_utc = ? WHERE booking_id = ?"
		" AND mailed_utc IS NULL" },
	{ "refusal", .sql = "SELECT f.reason, f.note, f.due_utc, f.mailed_utc, b.org_id FROM reservation_refusal f"
		" JOIN reservation_booking b ON b.id = f.booking_id WHERE f.booking_id = ?" },
	{ "refusals_due", .sql = "SELECT booking_id AS id FROM reservation_refusal WHERE mailed_utc IS NULL AND due_utc <= ?"
		" ORDER BY due_utc LIMIT 100" },
	{ "refused_lately", .sql = "SELECT " DESK ", f.due_utc, f.reason FROM reservation_refusal f"
		" JOIN reservation_booking b ON b.id = f.booking_id" DESK_JOINS " WHERE f.mailed_utc IS NULL AND f.due_utc > ?"
		" AND b.org_id = ? AND b.status = 'rejected' ORDER BY f.due_utc DESC LIMIT 20" },
	{ "requests", .max_rows = 101, .sql = "SELECT " DESK " FROM reservation_booking b FORCE INDEX (reservation_booking_waiting)"
		DESK_JOINS " WHERE b.org_id = ? AND b.status = 'pending' AND b.end_utc > ? AND (b.start_utc > ?"
		" OR (b.start_utc = ? AND b.id > ?)) ORDER BY b.start_utc, b.id LIMIT ?" },

	/* the day */
	{ "rooms_of_org", .sql = ROOMS "x.org_id = ? AND (? = 0 OR x.place_id = ?)"
		" ORDER BY p.name, p.id, x.position, x.name LIMIT 500" },
	{ "bookings_of_day", .max_rows = 2000, .sql = "SELECT " DESK " FROM reservation_booking b" DESK_JOINS " WHERE b.id IN "
		IDS " ORDER BY b.start_utc, p.name, b.id LIMIT 2000" },
	{ "booking_attended", .audits = "booking", .sql = "UPDATE reservation_booking SET status = ?, arrived_utc = ?,"
		" attendance_actual = ?, row_version = row_version + 1 WHERE id = ?" },
	{ "today_clashes", .sql = "SELECT DISTINCT b.uid, b.start_local, b.end_local, c.reason,"
		" COALESCE(b.title, q.name, b.contact_name, x.name) AS what FROM reservation_closure c"
		" JOIN reservation_booking b ON b.place_id = c.place_id AND b.start_utc >= c.start_local - INTERVAL 32 DAY"
		" AND b.start_local < c.end_local AND b.end_local > c.start_local AND b.status IN ('confirmed', 'pending')"
		" JOIN reservation_item i ON i.booking_id = b.id JOIN reservation_resource x ON x.id = i.resource_id"
		" LEFT JOIN party q ON q.id = b.person_id WHERE c.org_id = ? AND c.archived_at IS NULL AND c.end_local > ?"
		" AND c.start_local < ? AND (c.resource_id IS NULL OR c.resource_id = i.resource_id OR EXISTS"
		"  (SELECT 1 FROM reservation_part d WHERE (d.whole_id, d.leaf_id) IN ((c.resource_id, i.resource_id),"
		"   (i.resource_id, c.resource_id)))) ORDER BY b.start_utc, b.id LIMIT 20" },
	{ "request", .sql = "SELECT " DESK ", b.hold_until_utc, b.offered FROM reservation_booking b" DESK_JOINS " WHERE b.id = ?" },
	{ "first_org_with_rooms", .sql = "SELECT o.slug FROM organisation o WHERE o.id IN " IDS " AND EXISTS (SELECT 1"
		" FROM reservation_resource x WHERE x.org_id = o.id AND x.archived_at IS NULL) ORDER BY o.slug LIMIT 1" },

	/* for who calls */
	{ "party_kind", .sql = "SELECT kind, name FROM party WHERE id = ?" },
	{ "booking_internal", .audits = "booking", .sql = "UPDATE reservation_booking SET internal_note = ?, project_id = ?"
		" WHERE id = ?" },
	{ "names_of_parties", .sql = "SELECT id, name FROM party WHERE id IN " IDS " ORDER BY name LIMIT 500" },
	{ "booking_guest", .sql = "SELECT contact_email, amounts = 'on_quote' OR (payer_text IS NOT NULL"
		" AND (payer_id IS NULL OR payer_id <=> person_id)) AS is_open FROM reservation_booking WHERE id = ?" },

	/* figures */
	/* bookers: how many people they are in the month that has fewest; who left no address is one each time */
	{ "report_purposes", .sql = "SELECT u.label AS purpose, m.currency, SUM(m.bookings) AS bookings, MIN(m.bookers) AS bookers,"
		" SUM(m.minutes) AS minutes, SUM(m.said) AS said, SUM(m.came) AS came, SUM(m.worth_cents) AS worth_cents,"
		" SUM(m.paid_cents) AS paid_cents FROM (SELECT b.purpose_id, b.currency, COUNT(*) AS bookings,"
		"  COUNT(DISTINCT COALESCE(b.person_id, b.contact_email, b.contact_phone, CONCAT('b', b.id))) AS bookers,"
		"  SUM(" MINUTES ") AS minutes, COALESCE(SUM(b.attendance), 0) AS said,"
		"  COALESCE(SUM(b.attendance_actual), 0) AS came, SUM(" WORTH ") AS worth_cents,"
		"  SUM(b.total_cents) AS paid_cents " COUNTED IN_PERIOD
		"  GROUP BY b.purpose_id, b.currency, EXTRACT(YEAR_MONTH FROM b.start_local)) m"
		" LEFT JOIN reservation_purpose u ON u.id = m.purpose_id"
		" GROUP BY m.purpose_id, m.currency ORDER BY u.position, u.label LIMIT 200" },
	{ "report_payers", .sql = "SELECT JSON_ARRAYAGG(DISTINCT k.payer) AS ids FROM (SELECT COALESCE(b.payer_id, b.person_id)"
		" AS payer " COUNTED IN_PERIOD PAGE_OF ") k WHERE k.payer IS NOT NULL" },
	{ "report_rows", .sql = "SELECT b.id, b.start_utc, b.start_local, b.end_local, b.status, b.attendance,"
		" b.attendance_actual, " PRICED ", " MINUTES " AS minutes,"
		" COALESCE(b.payer_id, b.person_id) AS payer, p.name AS place_name, u.code AS purpose_code, u.label AS purpose,"
		" d.label AS audience, (SELECT GROUP_CONCAT(x.name ORDER BY i.id SEPARATOR ', ')"
		"  FROM reservation_item i STRAIGHT_JOIN reservation_resource x ON x.id = i.resource_id"
		"  WHERE i.booking_id = b.id) AS rooms " COUNTED " JOIN place p ON p.id = b.place_id"
		" LEFT JOIN reservation_purpose u ON u.id = b.purpose_id LEFT JOIN reservation_audience d ON d.id = b.audience_id"
		IN_PERIOD PAGE_OF },

	/* bookings made and cancelled together */
	{ "group_find", .sql = "SELECT id, uid, org_id, COALESCE(title, uid) AS label, contact_id AS owner_id"
		" FROM reservation_group WHERE id = ?" },
	{ "group_find_text", .sql = "SELECT id, uid, org_id, COALESCE(title, uid) AS label, contact_id AS owner_id"
		" FROM reservation_group WHERE uid = ?" },
	{ "group_row", .sql = "SELECT g.uid, g.title, o.slug FROM reservation_group g JOIN organisation o ON o.id = g.org_id"
		" WHERE g.id = ?" },
	{ "group_insert", .audits = "booking", .sql = "INSERT INTO reservation_group (uid, org_id, title, contact_id, payer_id)"
		" VALUES (?, ?, ?, ?, ?)" },
	{ "together_row", .sql = "SELECT b.id, b.uid, b.org_id, b.title, b.status, b.zone, b.start_local, b.end_local, b.end_utc, b.person_id,"
		" b.payer_id, b.payer_text, b.order_ref, b.contact_name, b.contact_email, b.contact_phone,"
		" IF(b.payer_id <=> b.person_id, b.payer_text, COALESCE(q.name, b.payer_text)) AS payer,"
		" LOWER(HEX(b.manage_token_hash)) AS token_hash, b.group_id, g.uid AS group_uid,"
		" (SELECT COUNT(*) FROM reservation_booking o WHERE o.group_id = b.group_id) AS together,"
		" (SELECT GROUP_CONCAT(IF(i.quantity > 1, CONCAT(i.quantity, ' × '), ''), x.name ORDER BY i.id SEPARATOR ', ')"
		"  FROM reservation_item i JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = b.id) AS rooms"
		" FROM reservation_booking b LEFT JOIN reservation_group g ON g.id = b.group_id"
		" LEFT JOIN party q ON q.id = b.payer_id WHERE b.id = ?" },
	{ "guest_in_group", .sql = "SELECT id FROM reservation_booking WHERE group_id = ? AND manage_token_hash = UNHEX(?)"
		" AND end_utc > ? LIMIT 1" },
	{ "group_guard", .audits = "-", .sql = "UPDATE reservation_group SET row_version = row_version + 1"
		" WHERE id = (SELECT group_id FROM reservation_booking WHERE id = ?)" },
	{ "booking_group", .audits = "booking", .sql = "UPDATE reservation_booking SET group_id = ? WHERE id = ?" },
	{ "group_bookings", .sql = ENTRY("WHERE b.group_id = ?", "ASC") },
	{ "leaves_of_group", .sql = "SELECT DISTINCT COALESCE(p.leaf_id, i.resource_id) AS leaf_id FROM reservation_booking b"
		" JOIN reservation_item i ON i.booking_id = b.id LEFT JOIN reservation_part p ON p.whole_id = i.resource_id"
		" WHERE b.group_id = ? ORDER BY 1 LIMIT 500" },
	/* of each booking the step that holds now, which is the last one once its hour is over */
	{ "group_fees", .sql = "SELECT " PRICED ", COALESCE((SELECT l.fee_cents FROM reservation_cancel_line l"
		" WHERE l.booking_id = b.id AND l.until_local > b.start_local - INTERVAL TIMESTAMPDIFF(SECOND, n.now_utc, b.start_utc)"
		" SECOND ORDER BY l.until_local LIMIT 1), (SELECT l.fee_cents FROM reservation_cancel_line l"
		" WHERE l.booking_id = b.id ORDER BY l.until_local DESC LIMIT 1), 0) AS fee_cents"
		" FROM (SELECT ? AS group_id, CAST(? AS DATETIME) AS now_utc) n JOIN reservation_booking b ON b.group_id = n.group_id"
		" WHERE b.status = 'confirmed' AND b.end_utc > n.now_utc LIMIT 100" },
	{ "merge_group_contacts", .audits = "booking", .sql = "UPDATE reservation_group SET contact_id = ? WHERE contact_id = ?" },
	{ "merge_group_payers", .audits = "booking", .sql = "UPDATE reservation_group SET payer_id = ? WHERE payer_id = ?" },
	{ "privacy_groups", .audits = "booking", .sql = "UPDATE reservation_group SET title = NULL WHERE contact_id = ?" },
	/* what was said of somebody who is forgotten by now */
	{ "privacy_refusals", .audits = "-", .sql = "UPDATE reservation_refusal f JOIN reservation_booking b ON b.id = f.booking_id"
		" SET f.note = NULL WHERE f.note IS NOT NULL AND b.forgotten_utc IS NOT NULL" },
