/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the plugin's queries, included by their table, that serves changing bookings and a day's work. */

	/* changing a booking */
	{ "leaves_of_change", .sql = "SELECT GROUP_CONCAT(leaf_id ORDER BY leaf_id) AS leaves FROM ("
		"SELECT COALESCE(p.leaf_id, i.resource_id) AS leaf_id FROM reservation_item i"
		" LEFT JOIN reservation_part p ON p.whole_id = i.resource_id WHERE i.booking_id = ?"
		" UNION SELECT COALESCE(p.leaf_id, j.k) FROM " GIVEN " LEFT JOIN reservation_part p ON p.whole_id = j.k) x" },
	{ "booking_full", .sql = "SELECT b.uid, b.org_id, b.place_id, b.person_id, b.payer_id, b.payer_text, b.booked_by,"
		" b.group_id, b.project_id, b.title, b.note, b.internal_note, b.contact_name, b.contact_email, b.contact_phone,"
		" b.layout, b.attendance, b.purpose_id, b.order_ref, b.source, b.start_local, b.end_local, b.start_utc,"
		" b.end_utc, b.zone, b.status, b.hold_until_utc, b.total_cents, b.currency, b.amounts, b.row_version,"
		" (SELECT COALESCE(SUM(l.amount_cents), 0) FROM reservation_price_line l WHERE l.booking_id = b.id"
		"  AND (l.extra_id IS NOT NULL OR (l.reason_id IS NOT NULL AND l.adjust_id IS NULL))) AS kept_cents"
		" FROM reservation_booking b WHERE b.id = ?" },
	{ "booking_change", .audits = "booking", .sql = "UPDATE reservation_booking SET place_id = ?, zone = ?,"
		" start_local = ?, end_local = ?, start_utc = ?, end_utc = ?, title = ?, note = ?, internal_note = ?,"
		" contact_phone = ?, layout = ?, attendance = ?, purpose_id = ?, order_ref = ?, payer_text = ?, status = ?,"
		" total_cents = ?, amounts = ?, currency = ?, sequence = sequence + ?, changed_utc = ?,"
		" row_version = row_version + 1 WHERE id = ? AND row_version = ?" },
	{ "items_drop", .audits = "booking", .sql = "DELETE FROM reservation_item WHERE booking_id = ?"
		" AND resource_id NOT IN " IDS },
	{ "item_put", .audits = "booking", .sql = "INSERT INTO reservation_item (booking_id, resource_id, quantity)"
		" VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE quantity = VALUES(quantity)" },
	{ "line_difference", .audits = "booking", .sql = "INSERT INTO reservation_price_line (booking_id, position, label,"
		" list_cents, unit_amount, amount_cents, frozen_at_utc) SELECT ?, COALESCE(MAX(position), 0) + 1, ?, ?, ?, ?, ?"
		" FROM reservation_price_line WHERE booking_id = ?" },
