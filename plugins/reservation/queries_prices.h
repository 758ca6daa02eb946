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

	/* what cancelling costs: of the policy of the room, of its parents, of the kind's, of the place's the first with steps */
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
	{ "booking_lines", .sql = "SELECT l.tariff_id, l.step_id, l.extra_id, l.label, l.reason, l.reason_id, l.quantity, l.list_cents,"
		" l.amount_cents, l.vat_code, b.currency, (q.kind = 'organisation' OR (q.id IS NULL AND b.payer_text IS NOT NULL))"
		" AS for_body FROM reservation_price_line l JOIN reservation_booking b ON b.id = l.booking_id"
		" LEFT JOIN party q ON q.id = b.payer_id WHERE l.booking_id = ? ORDER BY l.position LIMIT 200" },
