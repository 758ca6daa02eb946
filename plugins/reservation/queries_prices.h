/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of reservation_queries: audiences and what prices are made of. Included there and nowhere else. */

	/* audiences: what is written down, and what other plugins say by organisation and code */
	{ "audiences_of", .sql = "SELECT p.party_id, a.id, a.org_id, a.code, a.label, a.priority"
		" FROM reservation_audience_party p JOIN reservation_audience a ON a.id = p.audience_id"
		" WHERE p.party_id IN (?, ?) AND p.archived_at IS NULL AND a.archived_at IS NULL"
		" AND p.from_d <= ? AND (p.to_d IS NULL OR p.to_d >= ?)"
		" UNION SELECT j.party, a.id, a.org_id, a.code, a.label, a.priority FROM JSON_TABLE(?, '$[*]'"
		" COLUMNS (party BIGINT UNSIGNED PATH '$.party', org BIGINT UNSIGNED PATH '$.org',"
		" code VARCHAR(20) PATH '$.code')) j JOIN reservation_audience a ON a.org_id = j.org"
		" AND a.code = j.code COLLATE utf8mb4_bin WHERE a.archived_at IS NULL"
		" ORDER BY priority DESC, id LIMIT 500" },
	{ "privacy_audiences", .sql = "SELECT a.label, p.from_d, p.to_d FROM reservation_audience_party p"
		" JOIN reservation_audience a ON a.id = p.audience_id WHERE p.party_id = ? ORDER BY p.from_d, p.id LIMIT 500" },
	{ "privacy_leave", .audits = "audience_party", .sql = "DELETE FROM reservation_audience_party WHERE party_id = ?" },
	{ "merge_audiences", .audits = "audience_party", .sql = "UPDATE reservation_audience_party SET party_id = ?"
		" WHERE party_id = ?" },

	/* what an offer is made of */
	{ "adjusts", .sql = "SELECT a.id, a.org_id, a.place_id, a.kind_id, a.resource_id, a.audience_id, a.label,"
		" a.discount_bp, a.amount_cents, a.before_min, a.after_min, a.reason_id, n.label AS reason_label, a.vat_code"
		" FROM reservation_adjust a LEFT JOIN reservation_reason n ON n.id = a.reason_id WHERE a.org_id IN"
		" (SELECT x.org_id FROM reservation_resource x WHERE x.id IN " IDS ") AND a.archived_at IS NULL"
		" AND a.from_d <= ? AND (a.to_d IS NULL OR a.to_d >= ?) ORDER BY a.org_id, a.position, a.id LIMIT 500" },
	{ "extras", .sql = "SELECT id, org_id, place_id, kind_id, resource_id, label, unit, price_cents, vat_code, max,"
		" notice FROM reservation_extra WHERE org_id IN"
		" (SELECT x.org_id FROM reservation_resource x WHERE x.id IN " IDS ") AND archived_at IS NULL"
		" ORDER BY org_id, position, id LIMIT 500" },
	{ "payer_kind", .sql = "SELECT kind FROM party WHERE id = ?" },
	{ "reasons", .sql = "SELECT id, label FROM reservation_reason WHERE org_id = ? AND archived_at IS NULL"
		" ORDER BY label, id LIMIT 100" },
	{ "reason_label", .sql = "SELECT label FROM reservation_reason WHERE id = ? AND org_id = ? AND archived_at IS NULL" },

	/* what cancelling costs: of the room's policy, its parents, the kind's, the place's the first with steps */
	{ "cancel_steps", .sql = "WITH RECURSIVE up AS (SELECT j.k AS id, j.n AS top, 0 AS depth FROM JSON_TABLE(?, '$[*]'"
		" COLUMNS (n FOR ORDINALITY, k BIGINT UNSIGNED PATH '$')) j"
		" UNION ALL SELECT p.parent_id, up.top, up.depth + 1 FROM up JOIN reservation_policy p ON p.id = up.id"
		" WHERE p.parent_id IS NOT NULL AND up.depth < 20)"
		" SELECT up.top, up.depth, s.audience_id, s.before_minutes, s.share_bp, s.fee_cents FROM up"
		" JOIN reservation_cancel_step s ON s.policy_id = up.id AND s.archived_at IS NULL"
		" ORDER BY up.top, up.depth, s.before_minutes DESC, s.id LIMIT 200" },
	{ "cancel_lines", .sql = "SELECT l.until_local, l.fee_cents, l.label, b.cancel_fee_cents"
		" FROM reservation_cancel_line l JOIN reservation_booking b ON b.id = l.booking_id WHERE l.booking_id = ?"
		" ORDER BY l.until_local LIMIT 50" },

	/* frozen with a booking */
	{ "line_insert", .audits = "booking", .sql = "INSERT INTO reservation_price_line (booking_id, position, tariff_id,"
		" step_id, adjust_id, extra_id, label, quantity, list_cents, unit_amount, amount_cents, vat_code, reason_id, reason,"
		" frozen_at_utc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "cancel_line_insert", .audits = "booking", .sql = "INSERT INTO reservation_cancel_line (booking_id, until_local,"
		" fee_cents, label) VALUES (?, ?, ?, ?)" },
	{ "booking_audience", .audits = "booking", .sql = "UPDATE reservation_booking SET audience_id = ? WHERE id = ?" },
	{ "cancel_fee_set", .audits = "booking", .sql = "UPDATE reservation_booking SET cancel_fee_cents = ? WHERE id = ?" },
	/* what is in a price that was named stands behind it, though it was asked for before */
	{ "booking_lines", .max_rows = 1000, .sql = "SELECT l.tariff_id, l.step_id, l.adjust_id, l.extra_id, l.label, l.reason, l.reason_id,"
		" l.quantity, l.list_cents, l.amount_cents, l.vat_code, x.unit = 'person' AS per_person,"
		" x.label AS extra_label, (q.kind = 'organisation' OR (q.id IS NULL AND b.payer_text IS NOT NULL))"
		" AS for_body FROM reservation_price_line l JOIN reservation_booking b ON b.id = l.booking_id"
		" LEFT JOIN reservation_extra x ON x.id = l.extra_id LEFT JOIN party q ON q.id = b.payer_id"
		" WHERE l.booking_id = ? ORDER BY l.extra_id IS NOT NULL AND l.list_cents = 0 AND l.amount_cents = 0,"
		" l.position LIMIT 1000" },

	/* what it makes somebody owe: bill.c */
	{ "bill_booking", .sql = "SELECT b.status, b.person_id, b.payer_id, b.contact_name, b.contact_email, b.place_id,"
		" b.project_id, b.order_ref, b.start_local, b.end_local, b.total_cents, b.currency, b.amounts, b.cancel_fee_cents,"
		" i.issuer_id, i.rooms, q.lang FROM reservation_booking b JOIN (SELECT i.booking_id,"
		" SUBSTRING_INDEX(GROUP_CONCAT(COALESCE(x.issuer_org_id, x.org_id) ORDER BY i.id), ',', 1) AS issuer_id,"
		" GROUP_CONCAT(IF(i.quantity > 1, CONCAT(i.quantity, ' × '), ''), x.name ORDER BY i.id SEPARATOR ', ') AS rooms"
		" FROM reservation_item i JOIN reservation_resource x ON x.id = i.resource_id WHERE i.booking_id = ?"
		" GROUP BY i.booking_id) i ON i.booking_id = b.id JOIN party q ON q.id = i.issuer_id" },
	{ "bill_lines", .max_rows = 1000, .sql = "SELECT l.position, l.label, l.reason, l.quantity, l.unit_amount, l.amount_cents,"
		" l.vat_code, s.unit FROM reservation_price_line l LEFT JOIN reservation_step s ON s.id = l.step_id"
		" WHERE l.booking_id = ? ORDER BY l.position LIMIT 1000" },

	/* the price list of a place */
	{ "list_places", .sql = "SELECT id, name FROM place WHERE org_id = ? AND archived_at IS NULL ORDER BY name, id LIMIT 100" },
	{ "list_place", .sql = "SELECT p.name, p.slug, p.zone, w.id AS window_id, w.label, w.from_min, w.to_min FROM place p"
		" LEFT JOIN reservation_window w ON w.place_id = p.id AND w.archived_at IS NULL"
		" WHERE p.id = ? AND p.org_id = ? AND p.archived_at IS NULL ORDER BY w.from_min, w.to_min, w.id LIMIT 50" },
	{ "list_rooms", .sql = "SELECT x.id, x.name, x.kind_id, k.label_many FROM reservation_resource x"
		" JOIN reservation_kind k ON k.id = x.kind_id WHERE x.place_id = ? AND x.archived_at IS NULL AND x.active = 1"
		" ORDER BY k.label_many, k.id, x.position, x.name LIMIT 200" },
	{ "list_prices", .max_rows = 5000, .sql = "SELECT t.id AS tariff_id, t.scope, t.scope_id, t.mode, t.amounts, t.vat_code,"
		" t.valid_from AS valid_from_d, t.row_version, s.id AS step_id, s.unit, s.window_id, s.up_to, s.amount_cents,"
		" EXISTS (SELECT 1 FROM reservation_price_line l WHERE l.tariff_id = t.id) AS used"
		" FROM reservation_tariff t FORCE INDEX (reservation_tariff_of_org)"
		" LEFT JOIN reservation_step s ON s.tariff_id = t.id AND s.archived_at IS NULL"
		" WHERE t.org_id = ? AND t.archived_at IS NULL AND t.valid_from <= ? AND (t.valid_to IS NULL OR t.valid_to >= ?)"
		" ORDER BY t.scope, t.scope_id, t.valid_from DESC, t.id DESC, s.id LIMIT 5000" },
	{ "list_tariff_insert", .audits = "tariff", .sql = "INSERT INTO reservation_tariff (org_id, kind_id, resource_id, label,"
		" amounts, vat_code, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ "list_tariff_succeed", .audits = "tariff", .sql = "INSERT INTO reservation_tariff (org_id, place_id, kind_id,"
		" resource_id, label, mode, amounts, currency, vat_code, offer_code, floor_cents, suggested_cents, reason_id, valid_from,"
		" valid_to, supersedes_id) SELECT org_id, place_id, kind_id, resource_id, label, mode, amounts, currency, vat_code,"
		" offer_code, floor_cents, suggested_cents, reason_id, ?, valid_to, id FROM reservation_tariff WHERE id = ?" },
	{ "list_steps_succeed", .audits = "step", .sql = "INSERT INTO reservation_step (org_id, tariff_id, window_id, unit, up_to,"
		" amount_cents, minimum_cents, cap_cents) SELECT org_id, ?, window_id, unit, up_to, amount_cents, minimum_cents,"
		" cap_cents FROM reservation_step WHERE tariff_id = ? AND archived_at IS NULL" },
	{ "list_tariff_end", .audits = "tariff", .sql = "UPDATE reservation_tariff SET valid_to = ?,"
		" row_version = row_version + 1 WHERE id = ?" },
	{ "list_tariff_archive", .audits = "tariff", .sql = "UPDATE reservation_tariff SET archived_at = ?,"
		" row_version = row_version + 1 WHERE id = ?" },
	{ "list_tariff_touch", .audits = "tariff", .sql = "UPDATE reservation_tariff SET row_version = row_version + 1,"
		" mode = IF(mode = 'on_quote', 'fixed', mode) WHERE id = ?" },
	{ "list_step_insert", .audits = "step", .sql = "INSERT INTO reservation_step (org_id, tariff_id, window_id, unit,"
		" amount_cents) VALUES (?, ?, ?, ?, ?)" },
	{ "list_step_change", .audits = "step", .sql = "UPDATE reservation_step SET amount_cents = ?,"
		" row_version = row_version + 1 WHERE tariff_id = ? AND unit = ? AND window_id <=> ? AND up_to IS NULL"
		" AND archived_at IS NULL" },
	{ "list_step_end", .audits = "step", .sql = "UPDATE reservation_step SET archived_at = ?,"
		" row_version = row_version + 1 WHERE tariff_id = ? AND unit = ? AND window_id <=> ? AND up_to IS NULL"
		" AND archived_at IS NULL" },

	/* the sample network */
	{ "demo_audience", .audits = "audience", .sql = "INSERT INTO reservation_audience (org_id, code, label, priority)"
		" VALUES (?, ?, ?, ?)" },
	{ "demo_audience_of", .sql = "SELECT id FROM reservation_audience WHERE org_id = ? AND code = ?" },
	{ "demo_belonging", .audits = "audience_party", .sql = "INSERT INTO reservation_audience_party (org_id,"
		" audience_id, party_id) VALUES (?, ?, ?)" },
	{ "demo_reason", .audits = "reason", .sql = "INSERT INTO reservation_reason (org_id, code, label) VALUES (?, ?, ?)" },
	{ "demo_adjust", .audits = "adjust", .sql = "INSERT INTO reservation_adjust (org_id, place_id, audience_id, label,"
		" discount_bp, amount_cents, before_min, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "demo_extra", .audits = "extra", .sql = "INSERT INTO reservation_extra (org_id, place_id, label, unit,"
		" price_cents, max, notice, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "demo_policy_named", .sql = "SELECT id FROM reservation_policy WHERE org_id = ? AND label = ?" },
	{ "demo_cancel_step", .audits = "cancel_step", .sql = "INSERT INTO reservation_cancel_step (org_id, policy_id,"
		" before_minutes, share_bp) VALUES (?, ?, ?, ?)" },
