/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: drafts that are handed over. Included there and nowhere else. */

#define DRAFT_FIND "SELECT d.id, d.uid, d.issuer_id AS org_id, COALESCE(d.number, d.payer_name) AS label, d.created_by_id AS owner_id," \
	" IF(" IN_FORCE("j") ", j.lead_id, NULL) AS owner2_id FROM invoicing_document d LEFT JOIN project j ON j.id = d.project_id"

	{ "draft_find", .sql = DRAFT_FIND " WHERE d.id = ?" },
	{ "draft_find_text", .sql = DRAFT_FIND " WHERE d.uid = ?" },
	{ "hand_of", .sql = "SELECT handed_utc FROM invoicing_document WHERE id = ?" },
	{ "hand_over", .audits = "document", .sql = "UPDATE invoicing_document SET handed_utc = ?, handed_by_id = ?, handed_note = NULL"
		" WHERE id = ? AND state = 'draft'" },
	/* who handed it over, as long as she works there */
	{ "hand_author", .sql = "SELECT p.id, p.name, p.email, p.lang FROM invoicing_document d JOIN party p ON p.id = d.handed_by_id"
		" WHERE d.id = ? AND p.email IS NOT NULL AND EXISTS (SELECT 1 FROM role w WHERE w.person_id = p.id AND w.org_id = d.issuer_id"
		" AND w.role IN ('admin', 'manager', 'treasurer', 'opener', 'member') AND w.from_d <= UTC_DATE()"
		" AND COALESCE(w.to_d, '2199-12-31') >= UTC_DATE())" },
	{ "hand_back", .audits = "document", .sql = "UPDATE invoicing_document SET handed_utc = NULL, handed_by_id = NULL, handed_note = ?"
		" WHERE id = ? AND state = 'draft' AND handed_utc IS NOT NULL" },
	/* drafts have this day: see invoicing_document.listed_d */
	{ "handed_n", .sql = "SELECT COUNT(*) AS n FROM invoicing_document WHERE issuer_id = ? AND listed_d = '2199-12-31'"
		" AND handed_utc IS NOT NULL" },
