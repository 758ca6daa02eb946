/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: projects and who leads them. Included there and nowhere else. */

	/* in force, of a lead (NULL: of anybody), and one more; with TRUE those that have ended, too */
	{ "projects", .max_rows = 500, .sql = "SELECT j.id, j.label, j.lead_id FROM project j WHERE j.org_id = ?"
		" AND (((? OR " IN_FORCE("j") ") AND (? IS NULL OR j.lead_id = ?)) OR j.id = ?) ORDER BY j.label, j.id LIMIT 500" },
	{ "project_for", .sql = "SELECT 1 AS yes FROM project j WHERE j.id = ? AND j.org_id = ? AND " IN_FORCE("j")
		" AND (? IS NULL OR j.lead_id = ?)" },
	{ "project_clients", .max_rows = 500, .sql = "SELECT p.id, " PAYER " AS label FROM (SELECT h.client_id FROM project j JOIN"
		" invoicing_charge h ON h.project_id = j.id WHERE j.lead_id = ? AND j.org_id = ? AND " IN_FORCE("j")
		" UNION SELECT d.client_id FROM project j JOIN invoicing_document d ON d.project_id = j.id WHERE j.lead_id = ?"
		" AND j.org_id = ? AND " IN_FORCE("j") ") k" CLIENT_OF("k.client_id") " WHERE p.id IS NOT NULL AND p.archived_at IS NULL"
		" AND (? IS NULL OR p.id = ?) GROUP BY p.id ORDER BY label LIMIT 500" },
