/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reservation.h"

#define IDS "(SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
#define ROOMS "SELECT x.id, x.uid, x.org_id, COALESCE(x.issuer_org_id, x.org_id) AS issuer_id, x.place_id, x.kind_id, x.name, x.summary, x.units, x.capacity," \
	" x.area_m2, x.step_free, x.members_only, x.sync_version, x.policy_id, k.policy_id AS kind_policy_id," \
	" rp.policy_id AS place_policy_id, k.label_one, k.label_many, k.verb_label, k.unit_word, k.icon," \
	" p.slug AS place_slug, p.name AS place_name, p.phone AS place_phone, p.zone" \
	" FROM reservation_resource x JOIN reservation_kind k ON k.id = x.kind_id JOIN place p ON p.id = x.place_id" \
	" LEFT JOIN reservation_place rp ON rp.place_id = x.place_id" \
	" WHERE x.active = 1 AND x.archived_at IS NULL AND p.archived_at IS NULL AND p.state = 'open' AND "

#define ADDRESS "p.building, p.street, p.hamlet, p.postcode, p.town, p.country"
#define PLACE "p.id, p.org_id, p.slug, p.name, p.state, p.summary, p.description, " ADDRESS \
	", p.lat_e6, p.lon_e6, p.zone, p.phone, p.email, p.access_note, f.uid AS photo_uid, f.width AS photo_width," \
	" f.height AS photo_height"
/* A set of days in three columns, as days_from_columns reads them. */
#define DAYS(which) "o." which ", (SELECT c.computed FROM reservation_day_calendar c WHERE c.id = o." which ") AS " \
	which "_computed, (SELECT c.label FROM reservation_day_calendar c WHERE c.id = o." which ") AS " which "_label," \
	" (SELECT GROUP_CONCAT(CONCAT_WS(' ', g.from_d, g.to_d, g.label) ORDER BY g.from_d SEPARATOR '\\n')" \
	" FROM reservation_day_range g" \
	" WHERE g.calendar_id = o." which " AND g.archived_at IS NULL) AS " which "_days"
#define OPENING "o.scope, o.scope_id, o.valid_from AS valid_from_d, o.valid_to AS valid_to_d, o.weekday_mask, o.opens," \
	" o.closes, o.closed, o.priority, o.audience_id, " DAYS("only_in") ", " DAYS("not_in")
#define FROM_PLACE " FROM place p LEFT JOIN file f ON f.id = p.photo_file_id"
/* What price_of_row needs of a booking `b`: its lines are summed up in C, where the rates of VAT are. */
#define PRICED "b.total_cents, b.currency, b.amounts, (SELECT JSON_ARRAYAGG(JSON_OBJECT('code', l.vat_code, 'cents'," \
	" l.amount_cents, 'list', l.list_cents)) FROM reservation_price_line l WHERE l.booking_id = b.id) AS priced"
/* Of a booking `b` what can still be booked, as several_url reads it. */
#define AGAIN "(SELECT GROUP_CONCAT(IF(x.active = 1 AND x.archived_at IS NULL, CONCAT(x.id, IF(i.quantity > 1," \
	" CONCAT(':', i.quantity), '')), NULL) ORDER BY i.id SEPARATOR ',')" \
	" FROM reservation_item i FORCE INDEX (reservation_item_once) STRAIGHT_JOIN reservation_resource x" \
	" ON x.id = i.resource_id WHERE i.booking_id = b.id) AS again"
/* A page of bookings: `keys` finds and orders them by an index alone, so that details cost a page, not a history. */
#define ENTRY(keys, order) "SELECT b.id, b.uid, b.title, b.status, b.zone, b.start_local, b.end_local, b.start_utc," \
	" b.end_utc, b.attendance, b.person_id, b.payer_id, b.payer_text, " PRICED ", p.slug, p.name AS place_name," \
	" (SELECT g.uid FROM reservation_group g WHERE g.id = b.group_id) AS group_uid," \
	" (SELECT g.title FROM reservation_group g WHERE g.id = b.group_id) AS group_title, IF(b.group_id IS NULL, 0," \
	" (SELECT COUNT(*) FROM reservation_booking m FORCE INDEX (reservation_booking_group) WHERE m.group_id = b.group_id)) AS together," \
	" COALESCE(q.name, b.contact_name) AS person_name," \
	" (SELECT GROUP_CONCAT(IF(i.quantity > 1, CONCAT(i.quantity, ' × '), ''), x.name ORDER BY i.id SEPARATOR ', ')" \
	"  FROM reservation_item i FORCE INDEX (reservation_item_once) STRAIGHT_JOIN reservation_resource x" \
	"  ON x.id = i.resource_id WHERE i.booking_id = b.id) AS rooms," \
	" " AGAIN \
	" FROM (SELECT b.id FROM reservation_booking b " keys " ORDER BY b.start_utc " order ", b.id " order " LIMIT ?) k" \
	" JOIN reservation_booking b ON b.id = k.id JOIN place p ON p.id = b.place_id" \
	" LEFT JOIN party q ON q.id = b.person_id ORDER BY b.start_utc " order ", b.id " order
#define LISTED "FORCE INDEX (reservation_booking_org) WHERE b.org_id = ? AND b.start_utc >= ? AND b.start_utc <= ?" \
	" AND b.start_local >= ? AND b.start_local < ? AND (? IS NULL OR b.status = ?)" \
	" AND (? IS NULL OR CONCAT_WS(' ', b.title, (SELECT q.name FROM party q WHERE q.id = b.person_id)," \
	"  b.contact_name, b.payer_text, b.order_ref) LIKE ?" \
	" OR EXISTS (SELECT 1 FROM reservation_item i STRAIGHT_JOIN reservation_resource x ON x.id = i.resource_id" \
	"  WHERE i.booking_id = b.id AND x.name LIKE ?))"
#define MINE "FORCE INDEX (reservation_booking_person) WHERE b.person_id = ?"
#define ENDED "('cancelled', 'rejected', 'expired', 'no_show', 'done')"

/* A party's bookings in an organisation, as who comes or as who pays; cancelled ones are none. */
#define PARTY_BOOKING(time) "SELECT b.uid, b.start_local, COALESCE(b.title, (SELECT MIN(x.name) FROM reservation_item i" \
	" JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = b.id), p.name) AS what" \
	" FROM reservation_booking b JOIN place p ON p.id = b.place_id WHERE b.org_id = ? AND " time \
	" AND b.status NOT IN ('cancelled', 'rejected', 'expired') AND (b.person_id = ? OR b.payer_id = ?)"

/* One query decides whether a client's copy of a calendar is still good. */
#define RESOURCE_STAMP(key) "SELECT x.id, x.org_id, x.name, p.zone, CONCAT('/calendars/resources/', x.id, '.ics') AS path," \
	" x.row_version + SUM(l.sync_version) AS version, COUNT(*) AS rooms, MAX(l.synced_utc) AS synced_utc" \
	" FROM reservation_resource x" \
	" JOIN place p ON p.id = x.place_id LEFT JOIN reservation_part d ON d.whole_id = x.id" \
	" JOIN reservation_resource l ON l.id = COALESCE(d.leaf_id, x.id)" \
	" WHERE " key " = ? AND x.archived_at IS NULL AND p.archived_at IS NULL GROUP BY x.id"
#define PLACE_STAMP(key) "SELECT p.id, p.org_id, p.name, p.zone, CONCAT('/calendars/places/', p.slug, '.ics') AS path," \
	" p.row_version + COALESCE(SUM(x.sync_version), 0) AS version, COUNT(x.id) AS rooms, MAX(x.synced_utc) AS synced_utc" \
	" FROM place p LEFT JOIN reservation_resource x ON x.place_id = p.id" \
	" WHERE " key " = ? AND p.archived_at IS NULL GROUP BY p.id"

#define PERSON_STAMP "SELECT p.id, p.lang, COALESCE(f.version, 0) AS version, COALESCE(f.address_version, 1) AS address_version," \
	" f.changed_utc AS synced_utc FROM party p LEFT JOIN reservation_feed f ON f.party_id = p.id" \
	" WHERE p.id = ? AND p.kind = 'person' AND p.archived_at IS NULL"

/* The guard of a room: whoever decides by its bookings, or makes one, takes it first. */
#define LOCK "UPDATE reservation_resource SET sync_version = sync_version + 1," \
	" synced_utc = GREATEST(synced_utc + INTERVAL 1 SECOND, UTC_TIMESTAMP())"
#define NAMELESS "title = NULL, note = NULL, internal_note = NULL, contact_name = NULL, contact_email = NULL," \
	" contact_phone = NULL, payer_text = NULL, order_ref = NULL, manage_token_hash = NULL," \
	" forgotten_utc = UTC_TIMESTAMP()"
#define OF_GUEST "(b.contact_name IS NOT NULL OR b.contact_email IS NOT NULL OR b.contact_phone IS NOT NULL)"
/* In one line, as a calendar has it; NULL where nobody has written it down. */
#define PLACE_ADDRESS "NULLIF(CONCAT_WS(', ', p.building, p.street, p.hamlet, NULLIF(CONCAT_WS(' ', p.postcode, p.town), '')), '')"
#define ROOM_KEYS "(SELECT GROUP_CONCAT(CONCAT(i.resource_id, 'x', i.quantity) ORDER BY i.resource_id SEPARATOR ',')" \
	" FROM reservation_item i WHERE i.booking_id = b.id)"
#define FOUND "p.name AS place_name, b.start_utc, b.start_local, b.end_local, (SELECT GROUP_CONCAT(x.name ORDER BY i.id SEPARATOR ', ')" \
	" FROM reservation_item i JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = b.id) AS rooms"
#define GIVEN "JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j"

#define POLICY "c.id, c.parent_id, c.label, c.audience_id, c.min_notice, c.max_notice, c.min_duration, c.max_duration," \
	" c.step, c.overnight, c.buffer_before, c.buffer_after, c.hold_minutes, c.approval"
/* `covered`: the resources whose rules are those of a key, or go on from them. */
#define BELOW "WITH RECURSIVE below AS (SELECT id FROM reservation_policy WHERE id = ? UNION SELECT p.id" \
	" FROM reservation_policy p JOIN below w ON p.parent_id = w.id), covered AS (SELECT x.id, x.place_id" \
	" FROM reservation_resource x JOIN reservation_kind k ON k.id = x.kind_id LEFT JOIN reservation_place rp" \
	" ON rp.place_id = x.place_id WHERE x.policy_id IN (SELECT id FROM below) OR k.policy_id IN (SELECT id FROM below)" \
	" OR rp.policy_id IN (SELECT id FROM below))"
/* What a booker has already in each of some periods; what does not begin in one still takes its minutes there. */
#define QUOTA_USED(booker) BELOW " SELECT j.n, COUNT(DISTINCT b.id) AS touched," \
	" COUNT(DISTINCT IF(b.start_local >= j.since, b.id, NULL)) AS begun," \
	" COALESCE(SUM(i.quantity * TIMESTAMPDIFF(MINUTE, GREATEST(b.start_local, j.since), LEAST(b.end_local, j.till))), 0)" \
	" AS minutes FROM JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$.n', since DATETIME PATH '$.since'," \
	" till DATETIME PATH '$.till')) j JOIN reservation_booking b ON " booker " AND b.org_id = ? AND b.start_utc >= ?" \
	" AND b.id <> ? AND b.start_local < j.till AND b.end_local > j.since" \
	" AND b.status IN ('hold', 'option', 'pending', 'confirmed', 'done', 'no_show')" \
	" AND NOT (b.status IN ('hold', 'option') AND b.hold_until_utc <= ?)" \
	" JOIN reservation_item i ON i.booking_id = b.id AND i.resource_id IN (SELECT id FROM covered)" \
	" GROUP BY j.n LIMIT 400"

const struct ct_query reservation_queries[] = {
	/* model */
	{ "rooms_of_place", .sql = ROOMS "x.place_id = ? ORDER BY x.position, x.name LIMIT 500" },
	{ "rooms_by_ids", .sql = ROOMS "x.id IN " IDS " ORDER BY x.id LIMIT 500" },
	{ "policies", .sql = "SELECT " POLICY " FROM reservation_policy c WHERE c.archived_at IS NULL AND c.org_id IN"
		" (SELECT x.org_id FROM reservation_resource x WHERE x.id IN " IDS ") LIMIT 500" },
	{ "parts", .sql = "SELECT whole_id, leaf_id FROM reservation_part WHERE whole_id IN " IDS
		" ORDER BY whole_id, leaf_id LIMIT 500" },
	{ "openings", .max_rows = 5000, .sql = "WITH x AS (SELECT id, place_id FROM reservation_resource WHERE id IN " IDS ")"
		" SELECT o.org_id, " OPENING " FROM reservation_opening o"
		" WHERE o.archived_at IS NULL AND o.valid_from <= ? AND (o.valid_to IS NULL OR o.valid_to >= ?)"
		" AND ((o.scope = 'resource' AND o.scope_id IN (SELECT id FROM x))"
		" OR (o.scope = 'place' AND o.scope_id IN (SELECT place_id FROM x)))"
		" ORDER BY o.scope, o.scope_id, o.opens LIMIT 5000" },
	{ "busy", .max_rows = 20000, .sql = "SELECT o.resource_id, o.unit_no, o.start_utc, o.end_utc, o.cause,"
		" b.id AS booking_id, b.uid AS booking_uid, b.title, b.status, b.person_id, b.booked_by,"
		" b.start_local, b.end_local, o.closure_id, c.reason"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j"
		" JOIN reservation_occupancy o ON o.resource_id = j.k AND o.start_utc >= ? - INTERVAL 31 DAY"
		" AND o.start_utc < ? AND o.end_utc > ?"
		" LEFT JOIN reservation_item i ON i.id = o.item_id LEFT JOIN reservation_booking b ON b.id = i.booking_id"
		" LEFT JOIN reservation_closure c ON c.id = o.closure_id"
		" WHERE NOT (o.cause IN ('hold', 'option') AND b.hold_until_utc <= ?)"
		" ORDER BY o.start_utc, o.resource_id, o.unit_no LIMIT 20000" },

	/* prices */
	{ "tariffs", .max_rows = 5000, .sql = "SELECT x.id AS resource_id, t.id AS tariff_id, t.label, t.mode, t.amounts,"
		" t.currency, t.vat_code, t.floor_cents, t.suggested_cents, t.reason_id, n.label AS reason_label, s.id AS step_id,"
		" s.unit, s.up_to, s.amount_cents, s.minimum_cents, s.cap_cents, w.label AS window_label, w.weekday_mask,"
		" w.from_min, w.to_min, w.only_in, w.not_in"
		" FROM reservation_resource x JOIN reservation_tariff t ON t.archived_at IS NULL"
		" AND ((t.scope = 'resource' AND t.scope_id = x.id) OR (t.scope = 'kind' AND t.scope_id = x.kind_id)"
		" OR (t.scope = 'place' AND t.scope_id = x.place_id)) LEFT JOIN reservation_reason n ON n.id = t.reason_id"
		" LEFT JOIN (reservation_step s LEFT JOIN reservation_window w ON w.id = s.window_id) ON s.tariff_id = t.id"
		" AND s.archived_at IS NULL AND (s.window_id IS NULL OR (w.place_id = x.place_id AND w.archived_at IS NULL))"
		" WHERE x.id IN " IDS " AND t.valid_from <= ? AND (t.valid_to IS NULL OR t.valid_to >= ?)"
		" ORDER BY x.id, FIELD(t.scope, 'resource', 'kind', 'place'), t.valid_from DESC, t.id DESC, w.from_min, s.id"
		" LIMIT 5000" },

	/* the write protocol; the guard UPDATE comes first */
	{ "lock_leaf", .audits = "-", .sql = LOCK " WHERE id = ?" },
	{ "lock_place", .audits = "-", .sql = LOCK " WHERE place_id = ? ORDER BY id" },
	/* from the few holds to their time: the other way round reads, and locks, all that the room ever was */
	{ "drop_expired_holds", .audits = "-", .sql = "DELETE o FROM reservation_booking b"
		" STRAIGHT_JOIN reservation_item i ON i.booking_id = b.id STRAIGHT_JOIN reservation_occupancy o ON o.item_id = i.id"
		" WHERE o.resource_id = ? AND o.cause IN ('hold', 'option') AND b.status IN ('hold', 'option')"
		" AND b.hold_until_utc <= ?" },
	{ "guest_guard", .audits = "-", .sql = "INSERT INTO reservation_guest (bucket, last_utc) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE version = version + 1, last_utc = VALUES(last_utc)" },
	{ "guest_holds", .sql = "SELECT COUNT(*) AS n FROM reservation_booking WHERE status = 'hold' AND hold_until_utc > ?"
		" AND contact_email = ?" },
	{ "guests_purge", .audits = "-", .sql = "DELETE FROM reservation_guest WHERE last_utc < ? LIMIT 1000" },
	{ "booking_insert", .audits = "booking", .sql = "INSERT INTO reservation_booking (uid, org_id, place_id, person_id,"
		" payer_id, payer_text, booked_by, title, note, contact_name, contact_email, contact_phone, layout, attendance,"
		" purpose_id, order_ref, source, start_local, end_local, zone, start_utc, end_utc, status, hold_until_utc,"
		" manage_token_hash, total_cents, currency, amounts, changed_utc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?, ?, UNHEX(?), ?, ?, ?, ?)" },
	{ "item_insert", .audits = "booking", .sql = "INSERT INTO reservation_item (booking_id, resource_id, quantity)"
		" VALUES (?, ?, ?)" },
	{ "occupy", .audits = "booking", .sql = "INSERT INTO reservation_occupancy (resource_id, unit_no, start_utc, end_utc,"
		" cause, item_id) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "leaves_of_rooms", .sql = "SELECT DISTINCT COALESCE(p.leaf_id, j.k) AS leaf_id FROM JSON_TABLE(?, '$[*]'"
		" COLUMNS (k BIGINT UNSIGNED PATH '$')) j LEFT JOIN reservation_part p ON p.whole_id = j.k"
		" ORDER BY leaf_id LIMIT 500" },
	{ "items_of_booking", .sql = "SELECT id, resource_id, quantity FROM reservation_item WHERE booking_id = ?"
		" ORDER BY resource_id LIMIT 500" },
	{ "booking_row", .sql = "SELECT uid, org_id, place_id, person_id, payer_id, booked_by, title, status, zone,"
		" start_local, end_local, start_utc, end_utc, hold_until_utc, offered, attendance, total_cents, currency"
		" FROM reservation_booking WHERE id = ?" },
	{ "booking_status", .audits = "booking", .sql = "UPDATE reservation_booking SET status = ?, changed_utc = ?,"
		" row_version = row_version + 1 WHERE id = ?" },
	{ "release", .audits = "booking", .sql = "DELETE FROM reservation_occupancy WHERE item_id IN"
		" (SELECT id FROM reservation_item WHERE booking_id = ?)" },
	{ "holds_over", .sql = "SELECT id FROM reservation_booking WHERE status = 'hold' AND hold_until_utc <= ? LIMIT 200" },

	/* bookings, seen */
	{ "booking_find", .sql = "SELECT id, uid, org_id, COALESCE(title, contact_name, uid) AS label, person_id AS owner_id"
		" FROM reservation_booking WHERE id = ?" },
	{ "booking_find_text", .sql = "SELECT id, uid, org_id, COALESCE(title, contact_name, uid) AS label,"
		" person_id AS owner_id FROM reservation_booking WHERE uid = ?" },
	{ "booking_view", .sql = "SELECT b.id, b.uid, g.uid AS group_uid, o.slug AS org_slug, b.row_version, b.status, b.title, b.note, b.attendance, b.attendance_actual, b.arrived_utc, b.zone,"
		" b.start_local, b.end_local, b.start_utc, b.end_utc, b.hold_until_utc, b.offered, b.currency, b.total_cents, b.amounts,"
		" LOWER(HEX(b.manage_token_hash)) AS token_hash, b.contact_name, b.contact_email, q.name AS person_name,"
		" q.email AS person_email, q.lang AS person_lang, b.person_id, b.payer_id, b.payer_text, b.place_id, p.slug, p.name AS place_name, p.building, p.street,"
		" p.hamlet, p.postcode, p.town, p.country, p.phone, p.lat_e6, p.lon_e6, (SELECT JSON_ARRAYAGG(JSON_OBJECT('resource', i.resource_id, 'name', x.name,"
		" 'quantity', i.quantity) ORDER BY i.id) FROM reservation_item i JOIN reservation_resource x ON x.id = i.resource_id"
		" WHERE i.booking_id = b.id) AS items, " AGAIN " FROM reservation_booking b JOIN place p ON p.id = b.place_id"
		" LEFT JOIN party q ON q.id = b.person_id JOIN organisation o ON o.id = b.org_id"
		" LEFT JOIN reservation_group g ON g.id = b.group_id WHERE b.id = ?" },
	{ "booking_access", .sql = "SELECT x.name, x.access_text, x.access_code, x.access_from, x.on_site_contact FROM reservation_item i"
		" JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = ? AND (x.access_text IS NOT NULL"
		" OR x.access_code IS NOT NULL OR x.on_site_contact IS NOT NULL) ORDER BY i.id LIMIT 20" },

	{ "guest_row", .sql = "SELECT uid, end_utc, LOWER(HEX(manage_token_hash)) AS token_hash FROM reservation_booking WHERE id = ?" },
	{ "one_event", .sql = "SELECT COALESCE(c.own, c.full) AS event, b.zone FROM reservation_booking b"
		" JOIN reservation_ics c ON c.booking_id = b.id WHERE b.id = ?" },

	/* calendars */
	{ "booking_for_feed", .sql = "SELECT b.uid, b.status, b.title, b.note, b.zone, b.start_local, b.end_local, b.start_utc,"
		" b.changed_utc, b.sequence, b.person_id, COALESCE(q.name, b.contact_name) AS person_name, p.name AS place_name, "
		PLACE_ADDRESS " AS address, (SELECT GROUP_CONCAT(x.name ORDER BY i.id SEPARATOR ', ') FROM reservation_item i"
		" JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = b.id) AS rooms, " ROOM_KEYS " AS room_keys,"
		" c.person_id AS was_person_id, c.placed, c.firm_utc, c.left_utc, c.remind_utc"
		" FROM reservation_booking b JOIN place p ON p.id = b.place_id LEFT JOIN party q ON q.id = b.person_id"
		" LEFT JOIN reservation_ics c ON c.booking_id = b.id WHERE b.id = ?" },
	{ "ics_store", .audits = "-", .sql = "INSERT INTO reservation_ics (booking_id, full, busy, own, person_id, placed,"
		" firm_utc, left_utc, remind_utc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE full = VALUES(full),"
		" busy = VALUES(busy), own = VALUES(own), person_id = VALUES(person_id), placed = VALUES(placed),"
		" firm_utc = VALUES(firm_utc), left_utc = VALUES(left_utc), remind_utc = VALUES(remind_utc)" },
	{ "booking_sequence", .audits = "-", .sql = "UPDATE reservation_booking SET sequence = ? WHERE id = ?" },
	{ "feed_raise", .audits = "-", .sql = "INSERT INTO reservation_feed (party_id) VALUES (?) ON DUPLICATE KEY UPDATE"
		" version = version + 1, changed_utc = GREATEST(changed_utc + INTERVAL 1 SECOND, UTC_TIMESTAMP())" },
	{ "bookings_naming", .sql = "SELECT b.id FROM reservation_item i JOIN reservation_booking b ON b.id = i.booking_id"
		" WHERE i.resource_id = ? AND b.end_utc > ? AND b.id > ? GROUP BY b.id ORDER BY b.id LIMIT 100" },
	{ "bookings_in_place", .sql = "SELECT b.id FROM (SELECT ? AS place, ? AS since) x STRAIGHT_JOIN reservation_booking b"
		" ON b.place_id = x.place AND b.start_utc > x.since - INTERVAL 366 DAY AND b.end_utc > x.since"
		" WHERE b.id > ? ORDER BY b.id LIMIT 100" },
	{ "booking_touch", .audits = "-", .sql = "UPDATE reservation_booking SET changed_utc = ? WHERE id = ?" },
	{ "resource_stamp", .sql = RESOURCE_STAMP("x.id") },
	{ "resource_stamp_uid", .sql = RESOURCE_STAMP("x.uid") },
	{ "place_stamp", .sql = PLACE_STAMP("p.id") },
	{ "place_stamp_slug", .sql = PLACE_STAMP("p.slug") },
	{ "resource_events", .sql = "SELECT b.id, b.zone, IF(?, c.full, c.busy) AS event FROM"
		" (SELECT DISTINCT i.booking_id FROM reservation_item i WHERE i.resource_id IN"
		"  (SELECT y.id FROM (SELECT ? AS id) z JOIN reservation_resource y ON y.id = z.id OR y.id IN"
		"   (SELECT d.whole_id FROM reservation_part d WHERE d.leaf_id = z.id) OR y.id IN"
		"   (SELECT d.leaf_id FROM reservation_part d WHERE d.whole_id = z.id) OR y.id IN"
		"   (SELECT w.whole_id FROM reservation_part d JOIN reservation_part w ON w.leaf_id = d.leaf_id"
		"    WHERE d.whole_id = z.id))) m"
		" JOIN reservation_booking b ON b.id = m.booking_id JOIN reservation_ics c ON c.booking_id = b.id"
		" WHERE b.end_utc > ? AND b.start_utc < ? AND b.id > ? AND c.left_utc IS NULL ORDER BY b.id LIMIT 500" },
	{ "place_events", .sql = "SELECT b.id, b.zone, IF(?, c.full, c.busy) AS event FROM reservation_booking b"
		" JOIN reservation_ics c ON c.booking_id = b.id WHERE b.place_id = ? AND b.end_utc > ? AND b.start_utc < ?"
		" AND b.id > ? AND c.left_utc IS NULL ORDER BY b.id LIMIT 500" },

	/* what people are given of themselves, and what is forgotten of them */
	{ "privacy_bookings", .max_rows = 20000, .sql = "SELECT b.uid, p.name AS place, (SELECT GROUP_CONCAT(x.name"
		" ORDER BY i.id SEPARATOR ', ') FROM reservation_item i JOIN reservation_resource x ON x.id = i.resource_id"
		" WHERE i.booking_id = b.id) AS rooms, b.title, b.note, b.internal_note, b.contact_name, b.contact_email,"
		" b.contact_phone, b.payer_text, b.order_ref, b.attendance, b.status, b.start_local, b.end_local, b.zone,"
		" b.total_cents, b.currency, b.created_utc FROM reservation_booking b JOIN place p ON p.id = b.place_id"
		" WHERE b.person_id = ? ORDER BY b.start_utc DESC, b.id DESC LIMIT 20000" },
	{ "privacy_to_come", .sql = "SELECT COUNT(*) AS n FROM reservation_booking WHERE person_id = ? AND end_utc > ?"
		" AND (status IN ('option', 'pending', 'confirmed') OR (status = 'hold' AND hold_until_utc > ?))" },
	{ "privacy_last", .sql = "SELECT MAX(at_utc) AS last_utc FROM (SELECT MAX(GREATEST(created_utc,"
		" IF(status IN ('cancelled', 'rejected', 'expired'), changed_utc, end_utc))) AS at_utc"
		" FROM reservation_booking WHERE person_id = ? UNION ALL SELECT MAX(created_utc)"
		" FROM reservation_booking WHERE booked_by = ?) x" },
	/* what she booked without signing in, by an address that is hers */
	{ "privacy_as_guest", .sql = "SELECT JSON_ARRAYAGG(b.id) AS ids, COALESCE(SUM(b.end_utc > ? AND (b.status IN"
		" ('option', 'pending', 'confirmed') OR (b.status = 'hold' AND b.hold_until_utc > ?))), 0) AS n,"
		" MAX(GREATEST(b.created_utc, IF(b.status IN ('cancelled', 'rejected', 'expired'), b.changed_utc, b.end_utc)))"
		" AS last_utc FROM JSON_TABLE(?, '$[*]' COLUMNS (address VARCHAR(254) PATH '$')) a"
		" JOIN reservation_booking b ON b.contact_email = a.address"
		" WHERE b.person_id IS NULL AND b.forgotten_utc IS NULL" },
	{ "privacy_drop_ics", .audits = "-", .sql = "DELETE c FROM reservation_booking b JOIN reservation_ics c"
		" ON c.booking_id = b.id WHERE b.person_id = ?" },
	{ "privacy_clear", .audits = "booking", .sql = "UPDATE reservation_booking SET " NAMELESS " WHERE person_id = ?" },
	{ "privacy_guests", .sql = "SELECT JSON_ARRAYAGG(id) AS ids, COUNT(*) AS n FROM (SELECT id FROM reservation_booking"
		" FORCE INDEX (reservation_booking_forget) WHERE person_id IS NULL AND forgotten_utc IS NULL AND start_utc < ? AND end_utc < ? ORDER BY start_utc"
		" LIMIT ?) x" },
	{ "privacy_drop_guests_ics", .audits = "-", .sql = "DELETE c FROM " GIVEN " JOIN reservation_booking b ON b.id = j.k"
		" JOIN reservation_ics c ON c.booking_id = b.id WHERE " OF_GUEST },
	{ "privacy_clear_guests", .audits = "booking", .sql = "UPDATE " GIVEN " JOIN reservation_booking b ON b.id = j.k SET "
		NAMELESS " WHERE " OF_GUEST },
	/* of nobody in the first place */
	{ "privacy_looked_at", .audits = "-", .sql = "UPDATE " GIVEN " JOIN reservation_booking b ON b.id = j.k"
		" SET forgotten_utc = UTC_TIMESTAMP() WHERE forgotten_utc IS NULL" },

	/* what must always hold */
	{ "verify_overlaps", .sql = "SELECT a.id FROM reservation_occupancy a JOIN reservation_occupancy b"
		" ON b.resource_id = a.resource_id AND b.unit_no = a.unit_no AND b.id > a.id AND b.start_utc < a.end_utc"
		" AND b.end_utc > a.start_utc LIMIT 1" },
	{ "verify_unheld", .sql = "SELECT b.uid FROM reservation_booking b JOIN reservation_item i ON i.booking_id = b.id"
		" LEFT JOIN reservation_occupancy o ON o.item_id = i.id"
		" WHERE (b.status IN ('confirmed', 'pending') OR (b.status = 'option' AND b.hold_until_utc > UTC_TIMESTAMP()))"
		" AND o.id IS NULL LIMIT 1" },
	/* as event.c writes it down */
	{ "verify_untold", .sql = "SELECT b.uid FROM reservation_booking b JOIN reservation_ics c ON c.booking_id = b.id"
		" WHERE c.placed IS NOT NULL AND (NOT (c.person_id <=> b.person_id)"
		" OR (c.firm_utc IS NOT NULL) <> (b.status IN ('confirmed', 'done', 'no_show'))"
		" OR c.placed <> SHA2(CONCAT_WS(' ', DATE_FORMAT(b.start_local, '%Y-%m-%dT%H:%i'), DATE_FORMAT(b.end_local,"
		" '%Y-%m-%dT%H:%i'), b.zone, " ROOM_KEYS ", b.status IN ('cancelled', 'rejected', 'expired')), 256)) LIMIT 1" },
	{ "verify_left", .sql = "SELECT b.uid FROM reservation_booking b JOIN reservation_item i ON i.booking_id = b.id"
		" JOIN reservation_occupancy o ON o.item_id = i.id WHERE b.status IN ('cancelled', 'rejected', 'expired') LIMIT 1" },

	/* lists of bookings: mine, and an organisation's */
	{ "my_upcoming", .sql = ENTRY(MINE " AND b.start_utc > ? AND b.end_utc > ? AND b.status NOT IN " ENDED
		" AND NOT (b.status IN ('hold', 'option') AND b.hold_until_utc <= ?)", "ASC") },
	{ "my_past", .sql = ENTRY(MINE " AND b.start_utc <= ? AND (b.end_utc <= ? OR b.status IN " ENDED ")"
		" AND (b.start_utc < ? OR b.id < ?)", "DESC") },
	{ "bookings_after", .max_rows = 501, .sql = ENTRY(LISTED " AND (b.start_utc > ? OR b.id > ?)", "ASC") },
	{ "bookings_before", .max_rows = 501, .sql = ENTRY(LISTED " AND (b.start_utc < ? OR b.id < ?)", "DESC") },
	{ "bookings_waiting", .sql = "SELECT COUNT(*) AS n FROM reservation_booking WHERE org_id = ?"
		" AND status = 'pending' AND end_utc > ?" },

	/* what a record's form cannot know by itself */
	{ "resource_moved", .sql = "SELECT x.id FROM reservation_resource x WHERE x.id = ? AND x.place_id <> ?"
		" AND (EXISTS (SELECT 1 FROM reservation_item i WHERE i.resource_id = x.id)"
		" OR EXISTS (SELECT 1 FROM reservation_part d WHERE x.id IN (d.whole_id, d.leaf_id)))" },
	{ "resource_named", .sql = "SELECT id FROM reservation_resource WHERE id = ? AND BINARY name = BINARY ?" },
	{ "resource_divided", .sql = "SELECT whole_id FROM reservation_part WHERE whole_id = ?"
		" UNION SELECT leaf_id FROM reservation_part WHERE leaf_id = ? LIMIT 1" },
	{ "units_promised", .sql = "SELECT id FROM reservation_occupancy WHERE resource_id = ? AND unit_no > ?"
		" AND end_utc > ? LIMIT 1" },
	{ "resource_in_place", .sql = "SELECT id FROM reservation_resource WHERE id = ? AND place_id = ?" },
	{ "policy_above", .sql = "WITH RECURSIVE up AS (SELECT id, parent_id FROM reservation_policy WHERE id = ?"
		" UNION SELECT p.id, p.parent_id FROM reservation_policy p JOIN up ON p.id = up.parent_id)"
		" SELECT id FROM up WHERE id = ? LIMIT 1" },
	{ "opening_rewritten", .sql = "SELECT id FROM reservation_opening WHERE id = ?"
		" AND created_utc < ? - INTERVAL 1 DAY AND valid_from <= ? AND NOT (place_id = ?"
		" AND COALESCE(resource_id, 0) = ? AND weekday_mask = ? AND opens = ? AND closes = ? AND closed = ?"
		" AND COALESCE(audience_id, 0) = ? AND COALESCE(only_in, 0) = ? AND COALESCE(not_in, 0) = ? AND priority = ?"
		" AND valid_from = COALESCE(?, '2000-01-01'))" },

	/* pages that are read */
	{ "rooms_search", .sql = ROOMS "p.state = 'open' AND (? = 0 OR x.capacity >= ?) AND"
		" CONCAT_WS(' ', x.name, x.summary, k.label_one, k.label_many, p.name, p.town) LIKE ? AND"
		" CONCAT_WS(' ', x.name, x.summary, k.label_one, k.label_many, p.name, p.town) LIKE ? AND"
		" CONCAT_WS(' ', x.name, x.summary, k.label_one, k.label_many, p.name, p.town) LIKE ?"
		" ORDER BY p.name, p.id, x.position, x.name LIMIT 500" },
	{ "place_page", .sql = "SELECT " PLACE ", " OPENING FROM_PLACE " LEFT JOIN reservation_opening o"
		" ON o.scope = 'place' AND o.scope_id = p.id AND o.archived_at IS NULL AND o.valid_from <= ?"
		" AND (o.valid_to IS NULL OR o.valid_to >= ?)"
		" WHERE p.id = ? AND p.archived_at IS NULL ORDER BY o.opens LIMIT 500" },
	{ "places_open", .sql = "SELECT " PLACE ", (SELECT COUNT(*) FROM reservation_resource x"
		" WHERE x.place_id = p.id AND x.active = 1 AND x.archived_at IS NULL) AS rooms"
		FROM_PLACE " WHERE p.state = 'open' AND p.archived_at IS NULL ORDER BY p.name, p.id LIMIT 500" },
	{ "room_page", .sql = "SELECT x.capacity_theatre, x.capacity_class, x.capacity_meeting, x.door_width,"
		" x.hearing_loop, f.uid AS photo_uid, f.width AS photo_width, f.height AS photo_height, " ADDRESS
		" FROM reservation_resource x JOIN place p ON p.id = x.place_id LEFT JOIN file f ON f.id = x.photo_file_id"
		" WHERE x.id = ?" },
	{ "book_page", .sql = "SELECT " ADDRESS ", w.label, w.weekday_mask, w.from_min, w.to_min, w.only_in, w.not_in FROM place p"
		" LEFT JOIN reservation_window w ON w.place_id = p.id AND w.archived_at IS NULL WHERE p.id = ?"
		" ORDER BY w.from_min, w.to_min LIMIT 50" },
	{ "purposes", .sql = "SELECT id, label FROM reservation_purpose WHERE org_id = ? AND archived_at IS NULL"
		" ORDER BY position, label LIMIT 100" },

	/* people and places that are merged, looked at or gone */
	{ "merge_calendars", .audits = "-", .sql = "UPDATE reservation_booking b JOIN reservation_ics c ON c.booking_id = b.id"
		" SET c.person_id = ? WHERE b.person_id = ?" },
	{ "merge_persons", .audits = "booking", .sql = "UPDATE reservation_booking SET person_id = ? WHERE person_id = ?" },
	{ "merge_payers", .audits = "booking", .sql = "UPDATE reservation_booking SET payer_id = ? WHERE payer_id = ?" },
	{ "merge_bookers", .audits = "booking", .sql = "UPDATE reservation_booking SET booked_by = ? WHERE booked_by = ?" },
	{ "merge_guards", .audits = "-", .sql = "UPDATE IGNORE reservation_booker SET party_id = ? WHERE party_id = ?" },
	{ "merge_guards_left", .audits = "-", .sql = "DELETE FROM reservation_booker WHERE party_id = ?" },
	{ "party_next", .sql = PARTY_BOOKING("b.end_utc > ?") " ORDER BY b.start_utc, b.id LIMIT 1" },
	{ "party_last", .sql = PARTY_BOOKING("b.end_utc <= ?") " ORDER BY b.start_utc DESC, b.id DESC LIMIT 1" },
	{ "place_as_told", .sql = "SELECT p.id FROM place p WHERE p.id = ? AND BINARY CONCAT_WS('|', p.name, p.building, p.street,"
		" p.hamlet, p.postcode, p.town) = BINARY CONCAT_WS('|', ?, ?, ?, ?, ?, ?)" },
	{ "place_zone_other", .sql = "SELECT id FROM place WHERE id = ? AND zone <> ?" },
	{ "place_zone_booked", .sql = "SELECT b.id FROM place p JOIN reservation_booking b ON b.place_id = p.id"
		" WHERE p.id = ? AND p.zone <> ? LIMIT 1" },
	{ "place_still_booked", .sql = "SELECT COUNT(*) AS n FROM reservation_booking WHERE place_id = ? AND end_utc > ?"
		" AND status NOT IN " ENDED },
	{ "room_still_booked", .sql = "SELECT COUNT(DISTINCT b.id) AS n FROM reservation_item i"
		" JOIN reservation_booking b ON b.id = i.booking_id WHERE i.resource_id = ? AND b.end_utc > ?"
		" AND b.status NOT IN " ENDED },

	/* the sample network */
	{ "demo_place", .sql = "SELECT id, org_id FROM place WHERE slug = ?" },
	{ "demo_person", .sql = "SELECT id FROM party WHERE email = ? ORDER BY id LIMIT 1" },
	{ "demo_client", .sql = "SELECT id FROM organisation WHERE slug = ?" },
	{ "demo_purposes", .sql = "SELECT id, org_id, code FROM reservation_purpose ORDER BY id LIMIT 500" },
	{ "demo_policy", .audits = "policy", .sql = "INSERT INTO reservation_policy (org_id, parent_id, label,"
		" min_notice, min_duration, max_duration, step, buffer_before, buffer_after, overnight, approval)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "demo_place_policy", .audits = "-", .sql = "INSERT INTO reservation_place (place_id, policy_id)"
		" VALUES (?, ?)" },
	{ "demo_kind", .audits = "kind", .sql = "INSERT INTO reservation_kind (org_id, label_one, label_many,"
		" verb_label, unit_word) VALUES (?, ?, ?, ?, ?)" },
	{ "demo_resource", .audits = "resource", .sql = "INSERT INTO reservation_resource (org_id, place_id, kind_id,"
		" name, summary, units, capacity, area_m2, step_free, members_only, policy_id, position, access_text,"
		" access_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "demo_part", .audits = "-", .sql = "INSERT INTO reservation_part (whole_id, leaf_id, org_id)"
		" VALUES (?, ?, ?)" },
	{ "demo_opening", .audits = "opening", .sql = "INSERT INTO reservation_opening (org_id, place_id,"
		" resource_id, weekday_mask, opens, closes, closed) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ "demo_window", .audits = "window", .sql = "INSERT INTO reservation_window (org_id, place_id, label,"
		" from_min, to_min) VALUES (?, ?, ?, ?, ?)" },
	{ "demo_purpose", .audits = "purpose", .sql = "INSERT INTO reservation_purpose (org_id, code, label,"
		" position) VALUES (?, ?, ?, ?)" },
	{ "demo_tariff", .audits = "tariff", .sql = "INSERT INTO reservation_tariff (org_id, place_id, kind_id,"
		" resource_id, label, mode, amounts, vat_code, floor_cents, suggested_cents)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "demo_step", .audits = "step", .sql = "INSERT INTO reservation_step (org_id, tariff_id, window_id, unit,"
		" amount_cents) VALUES (?, ?, ?, ?, ?)" },
	{ "booking_labels", .sql = "SELECT b.id, COALESCE(b.title, q.name, b.contact_name, '') AS label"
		" FROM reservation_booking b LEFT JOIN party q ON q.id = b.person_id WHERE b.id IN " IDS },

#include "queries_prices.h"
#include "queries_hours.h"

	/* search */
	{ "find_rooms", .max_rows = 50, .sql = "WITH found AS (SELECT id FROM reservation_resource"
		"  WHERE MATCH (name, summary) AGAINST (? IN BOOLEAN MODE)"
		" UNION SELECT id FROM reservation_resource WHERE name LIKE ?"
		" UNION SELECT x.id FROM place p STRAIGHT_JOIN reservation_resource x ON x.place_id = p.id"
		"  WHERE MATCH (p.name, p.town, p.summary) AGAINST (? IN BOOLEAN MODE))"
		" SELECT STRAIGHT_JOIN x.id, x.name, CONCAT_WS(', ', p.name, p.town) AS sub FROM found f"
		" JOIN reservation_resource x ON x.id = f.id JOIN reservation_kind k ON k.id = x.kind_id"
		" JOIN place p ON p.id = x.place_id WHERE x.active = 1 AND x.archived_at IS NULL"
		" AND p.archived_at IS NULL AND p.state = 'open' AND (x.name LIKE ? OR NOT EXISTS"
		"  (SELECT 1 FROM JSON_TABLE(?, '$[*]' COLUMNS (word VARCHAR(200) PATH '$')) w WHERE CONCAT_WS(' ',"
		"   x.name, x.summary, k.label_one, k.label_many, p.name, p.town) NOT LIKE CONCAT('%', w.word, '%')))"
		" ORDER BY CASE WHEN x.name = ? THEN 0 WHEN x.name LIKE ? THEN 1 ELSE 2 END, x.name, p.name, x.id LIMIT ?" },
	/*
	 * Of the organisations that a right is held in, and one's own; the nearest in time first. A word that thousands
	 * of bookings have is looked for in full from a week back to two months ahead only.
	 */
	{ "find_bookings", .max_rows = 50, .sql = "WITH people AS ((SELECT id FROM party WHERE MATCH (given_name,"
		"  family_name, legal_name, usual_name) AGAINST (? IN BOOLEAN MODE) LIMIT 5000)"
		" UNION (SELECT id FROM party WHERE email LIKE ? LIMIT 100) UNION (SELECT id FROM party WHERE phone LIKE ? LIMIT 100)),"
		" soon AS (SELECT b.id FROM JSON_TABLE(?, '$[*]' COLUMNS (org BIGINT UNSIGNED PATH '$')) o"
		"  STRAIGHT_JOIN reservation_booking b FORCE INDEX (reservation_booking_org) ON b.org_id = o.org"
		"  AND b.start_utc >= ? AND b.start_utc < ? LIMIT 10000),"
		" found AS ((SELECT id FROM reservation_booking WHERE MATCH (title, contact_name, payer_text)"
		"  AGAINST (? IN BOOLEAN MODE) LIMIT 10000)"
		" UNION (SELECT id FROM reservation_booking WHERE contact_email LIKE ? LIMIT 1000)"
		" UNION (SELECT id FROM reservation_booking WHERE contact_phone LIKE ? LIMIT 1000)"
		" UNION (SELECT b.id FROM people p STRAIGHT_JOIN reservation_booking b ON b.person_id = p.id LIMIT 10000)"
		" UNION SELECT STRAIGHT_JOIN b.id FROM soon s JOIN reservation_booking b ON b.id = s.id WHERE ? <> '[]' AND"
		"  NOT EXISTS (SELECT 1 FROM JSON_TABLE(?, '$[*]' COLUMNS (word VARCHAR(200) PATH '$')) w"
		"   WHERE CONCAT_WS(' ', b.title, b.contact_name, b.payer_text) NOT LIKE CONCAT('%', w.word, '%')))"
		" SELECT STRAIGHT_JOIN b.uid, b.title, b.zone, b.start_local, b.end_local, p.name AS place_name,"
		" COALESCE(q.name, b.contact_name) AS person FROM found f JOIN reservation_booking b ON b.id = f.id"
		" JOIN place p ON p.id = b.place_id LEFT JOIN party q ON q.id = b.person_id"
		" WHERE b.person_id = ? OR b.org_id IN " IDS
		" ORDER BY ABS(TIMESTAMPDIFF(SECOND, b.start_utc, ?)), b.id LIMIT ?" },

	/* a person's own calendar: its address is made of the versions, so that nothing secret is kept */
	{ "person_stamp", .sql = PERSON_STAMP },
	{ "person_events", .sql = "SELECT b.id, b.zone, COALESCE(c.own, c.full) AS event FROM reservation_booking b"
		" JOIN reservation_ics c ON c.booking_id = b.id WHERE b.person_id = ? AND b.end_utc > ? AND b.start_utc < ?"
		" AND b.id > ? AND (c.left_utc IS NULL OR c.left_utc > ?) ORDER BY b.id LIMIT 500" },
	{ "address_renew", .audits = "-", .sql = "INSERT INTO reservation_feed (party_id, address_version) VALUES (?, 2)"
		" ON DUPLICATE KEY UPDATE address_version = address_version + 1" },

	/* mails */
	{ "booking_letter", .sql = "SELECT b.id, b.uid, b.org_id, b.place_id, b.person_id, b.status, b.title, b.zone, b.start_local,"
		" b.end_local, b.start_utc, b.changed_utc, b.hold_until_utc, b.sequence, b.total_cents, b.currency, b.amounts,"
		" LOWER(HEX(b.manage_token_hash)) AS token_hash, COALESCE(q.email, b.contact_email) AS email,"
		" COALESCE(q.name, b.contact_name) AS name, COALESCE(q.lang, c.lang) AS lang, p.name AS place_name, p.phone,"
		" COALESCE(p.email, o.email) AS place_email, " PLACE_ADDRESS " AS address,"
		" (SELECT GROUP_CONCAT(IF(i.quantity > 1, CONCAT(i.quantity, ' × '), ''), x.name ORDER BY i.id SEPARATOR ', ')"
		" FROM reservation_item i JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = b.id) AS rooms,"
		" c.invited FROM reservation_booking b JOIN place p ON p.id = b.place_id JOIN party o ON o.id = b.org_id"
		" LEFT JOIN party q ON q.id = b.person_id LEFT JOIN reservation_ics c ON c.booking_id = b.id WHERE b.id = ?" },
	{ "find_again", .sql = "SELECT x.uid, x.name, x.place_name, x.rooms, x.start_local, x.end_local, x.is_guest, x.is_held FROM"
		" (SELECT b.uid, b.contact_name AS name, " FOUND ", 1 AS is_guest, b.status = 'hold' AS is_held"
		"  FROM reservation_booking b JOIN place p ON p.id = b.place_id WHERE b.contact_email = ? AND b.manage_token_hash IS NOT NULL"
		"  AND b.end_utc > ? AND b.status NOT IN ('rejected', 'expired') AND NOT (b.status = 'hold' AND b.hold_until_utc <= ?)"
		" UNION ALL SELECT b.uid, q.name, " FOUND ", 0, 0 FROM party q JOIN reservation_booking b ON b.person_id = q.id"
		"  JOIN place p ON p.id = b.place_id WHERE q.email = ? AND q.archived_at IS NULL AND b.end_utc > ?"
		"  AND b.status IN ('confirmed', 'pending', 'option')) x ORDER BY x.start_utc, x.uid LIMIT 30" },
	{ "letter_lang", .audits = "-", .sql = "UPDATE reservation_ics SET lang = ? WHERE booking_id = ?" },
	{ "letter_invited", .audits = "-", .sql = "UPDATE reservation_ics SET invited = ? WHERE booking_id = ?" },
	{ "reminders_due", .sql = "SELECT booking_id, remind_utc, firm_utc FROM reservation_ics WHERE remind_utc <= ?"
		" ORDER BY remind_utc LIMIT 200" },
	{ "reminder_take", .audits = "-", .sql = "UPDATE reservation_ics SET remind_utc = NULL WHERE booking_id = ?"
		" AND remind_utc = ?" },
#include "desk_queries.h"
	{ 0 }
};
