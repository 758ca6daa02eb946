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
