/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reservation.h"

#define IDS "(SELECT j.k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j)"
#define ROOMS "SELECT x.id, x.uid, x.org_id, x.place_id, x.kind_id, x.name, x.summary, x.units, x.capacity," \
	" x.area_m2, x.step_free, x.members_only, x.sync_version, x.policy_id, k.policy_id AS kind_policy_id," \
	" rp.policy_id AS place_policy_id, k.label_one, k.label_many, k.verb_label, k.unit_word, k.icon," \
	" p.slug AS place_slug, p.name AS place_name, p.phone AS place_phone, p.zone" \
	" FROM reservation_resource x JOIN reservation_kind k ON k.id = x.kind_id JOIN place p ON p.id = x.place_id" \
	" LEFT JOIN reservation_place rp ON rp.place_id = x.place_id" \
	" WHERE x.active = 1 AND x.archived_at IS NULL AND p.archived_at IS NULL AND "

const struct ct_query reservation_queries[] = {
	/* model */
	{ "rooms_of_place", .sql = ROOMS "x.place_id = ? ORDER BY x.position, x.name LIMIT 500" },
	{ "rooms_by_ids", .sql = ROOMS "x.id IN " IDS " ORDER BY x.id LIMIT 500" },
	{ "policies", .sql = "SELECT c.id, c.parent_id, c.min_notice, c.max_notice, c.min_duration, c.max_duration,"
		" c.step, c.overnight, c.buffer_before, c.buffer_after, c.hold_minutes, c.approval"
		" FROM reservation_policy c WHERE c.archived_at IS NULL AND c.org_id IN"
		" (SELECT x.org_id FROM reservation_resource x WHERE x.id IN " IDS ") LIMIT 500" },
	{ "parts", .sql = "SELECT whole_id, leaf_id FROM reservation_part WHERE whole_id IN " IDS
		" ORDER BY whole_id, leaf_id LIMIT 500" },
	{ "openings", .max_rows = 5000, .sql = "WITH x AS (SELECT id, place_id FROM reservation_resource WHERE id IN " IDS ")"
		" SELECT o.scope, o.scope_id, o.valid_from AS valid_from_d, o.valid_to AS valid_to_d, o.weekday_mask,"
		" o.opens, o.closes, o.closed FROM reservation_opening o"
		" WHERE o.archived_at IS NULL AND o.valid_from <= ? AND (o.valid_to IS NULL OR o.valid_to >= ?)"
		" AND ((o.scope = 'resource' AND o.scope_id IN (SELECT id FROM x))"
		" OR (o.scope = 'place' AND o.scope_id IN (SELECT place_id FROM x)))"
		" ORDER BY o.scope, o.scope_id, o.opens LIMIT 5000" },
	{ "busy", .max_rows = 20000, .sql = "SELECT o.resource_id, o.unit_no, o.start_utc, o.end_utc, o.cause,"
		" b.id AS booking_id, b.uid AS booking_uid, b.title, b.status, b.person_id, b.booked_by,"
		" b.start_local, b.end_local"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j"
		" JOIN reservation_occupancy o ON o.resource_id = j.k AND o.start_utc >= ? - INTERVAL 31 DAY"
		" AND o.start_utc < ? AND o.end_utc > ?"
		" LEFT JOIN reservation_item i ON i.id = o.item_id LEFT JOIN reservation_booking b ON b.id = i.booking_id"
		" WHERE NOT (o.cause = 'hold' AND b.hold_until_utc <= ?)"
		" ORDER BY o.start_utc, o.resource_id, o.unit_no LIMIT 20000" },
	{ 0 }
};
