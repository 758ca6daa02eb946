/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/people.h"

#define FROM_ORG " FROM organisation o JOIN party p ON p.id = o.id"
#define ORG "SELECT o.id, o.slug, p.name, o.accent AS colour, o.accent_dark AS colour_dark, l.uid AS logo_uid," \
	" l.width AS logo_width, l.height AS logo_height" FROM_ORG " LEFT JOIN file l ON l.id = o.logo_file_id"

/*
 * A row for each organisation that knows the party, by its own list or by a role that it has there now. Who was merged
 * is found as the one that took over.
 */
#define PARTY_KNOWN(key) "WITH p AS (SELECT t.id, t.uid, t.name FROM party f JOIN party t" \
	" ON t.id = COALESCE(f.merged_into_id, f.id) WHERE f." key " = ?)" \
	" SELECT p.id, p.uid, c.org_id, p.name AS label, p.id AS owner_id FROM p" \
	" LEFT JOIN org_contact c ON c.party_id = p.id" \
	" UNION SELECT p.id, p.uid, r.org_id, p.name, p.id FROM p JOIN role r ON r.person_id = p.id" \
	" WHERE r.from_d <= UTC_DATE() AND (r.to_d IS NULL OR r.to_d >= UTC_DATE()) LIMIT 500"

const struct ct_query ct_people_queries[] = {
	/* what a path or a field names */
	{ "org_places", .sql = "SELECT id, slug, name, town, state FROM place WHERE org_id = ?"
		" AND archived_at IS NULL ORDER BY name LIMIT 200" },
	{ "organisation_find", .sql = "SELECT o.id, p.uid, o.id AS org_id, p.name AS label" FROM_ORG " WHERE o.id = ?" },
	{ "organisation_find_text", .sql = "SELECT o.id, p.uid, o.id AS org_id, p.name AS label" FROM_ORG
		" WHERE o.slug = ?" },
	{ "organisation_labels", .max_rows = 2000, .sql = "SELECT id, name AS label FROM party WHERE id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j)" },
	{ "party_find", .sql = PARTY_KNOWN("id") },
	{ "party_find_text", .sql = PARTY_KNOWN("uid") },
	{ "party_labels", .max_rows = 2000, .sql = "SELECT id, name AS label FROM party WHERE id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j)" },

	{ "org_by_key", .sql = ORG " WHERE o.id = ? AND o.archived_at IS NULL" },
	{ "org_by_slug", .sql = ORG " WHERE o.slug = ? AND o.archived_at IS NULL" },
	{ "network", .sql = ORG " WHERE o.one_network = 1" },

	/* people from outside a request */
	{ "person_add", .audits = "party", .sql = "INSERT INTO party (kind, given_name, family_name, email, phone, lang)"
		" VALUES ('person', ?, ?, ?, ?, ?)" },
	{ "role_add", .audits = "role", .sql = "INSERT INTO role (person_id, org_id, role, from_d, given_by_id)"
		" VALUES (?, ?, ?, ?, ?)" },
	{ "org_party_add", .audits = "party", .sql = "INSERT INTO party (kind, legal_name, usual_name, siren)"
		" VALUES ('organisation', ?, ?, ?)" },
	{ "org_add", .audits = "organisation", .sql = "INSERT INTO organisation (id, slug, operates, is_network, accent)"
		" VALUES (?, ?, ?, ?, ?)" },
	{ "place_add", .audits = "place", .sql = "INSERT INTO place (org_id, slug, name, summary, street, postcode,"
		" town, zone, lat_e6, lon_e6, phone, email, access_note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },

	/* contacts */
	{ "postcodes", .sql = "SELECT JSON_OBJECTAGG(a.party_id, a.postcode) AS codes FROM JSON_TABLE(?, '$[*]' COLUMNS"
		" (k BIGINT UNSIGNED PATH '$')) j JOIN address a ON a.party_id = j.k AND a.kind = 'main'"
		" AND a.postcode IS NOT NULL" },
	{ "address_written", .sql = "SELECT recipient, building, street, hamlet, postcode, town, country FROM address"
		" WHERE party_id = ? AND kind IN ('billing', 'main') ORDER BY kind = 'main' LIMIT 1" },
	{ "addresses_written", .sql = "SELECT JSON_OBJECTAGG(j.k, JSON_OBJECT('recipient', a.recipient, 'building', a.building, 'street',"
		" a.street, 'hamlet', a.hamlet, 'postcode', a.postcode, 'town', a.town, 'country', a.country)) AS addresses"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j LEFT JOIN address b ON b.party_id = j.k"
		" AND b.kind = 'billing' JOIN address a ON a.party_id = j.k AND a.kind = IF(b.id IS NULL, 'main', 'billing')" },
	{ "contact_know", .audits = "-", .sql = "INSERT IGNORE INTO org_contact (org_id, party_id) VALUES (?, ?)" },
	{ "contact_like", .sql = "SELECT p.id, p.name FROM org_contact c JOIN party p ON p.id = c.party_id"
		" WHERE c.org_id = ? AND p.email = ? AND p.archived_at IS NULL UNION SELECT p.id, p.name FROM org_contact c"
		" JOIN party p ON p.id = c.party_id WHERE c.org_id = ? AND p.siren = LEFT(?, 9)"
		" AND p.archived_at IS NULL LIMIT 1" },
	{ "party_add", .audits = "contact", .sql = "INSERT INTO party (kind, given_name, family_name, legal_name,"
		" usual_name, email, phone, lang, siren, siret, rna, vat_no, public_buyer)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "contact_add", .audits = "contact", .sql = "INSERT INTO org_contact (org_id, party_id, note) VALUES (?, ?, ?)" },
	{ "contact_change", .audits = "contact", .sql = "UPDATE org_contact c JOIN party p ON p.id = c.party_id"
		" SET c.note = ?, c.row_version = c.row_version + 1 WHERE c.org_id = ? AND c.party_id = ?"
		" AND c.row_version + p.row_version = ?" },
	{ "contact_touch", .audits = "contact", .sql = "UPDATE org_contact c JOIN party p ON p.id = c.party_id"
		" SET c.row_version = c.row_version + 1, p.row_version = p.row_version + 1 WHERE c.org_id = ?"
		" AND c.party_id = ? AND c.row_version + p.row_version = ?" },
	{ "contact_locked", .sql = "SELECT " CT_CONTACT_LOCKED " AS locked FROM org_contact c"
		" JOIN party p ON p.id = c.party_id WHERE c.org_id = ? AND c.party_id = ?" },
	{ "contact_drop", .audits = "contact", .sql = "DELETE FROM org_contact WHERE org_id = ? AND party_id = ?" },
	{ "contact_more", .sql = "SELECT kind, merged_into_id FROM party WHERE id = ?" },
	{ "party_change", .audits = "contact", .sql = "UPDATE party SET given_name = ?, family_name = ?, legal_name = ?,"
		" usual_name = ?, email = ?, phone = ?, lang = ?, siren = ?, siret = ?, rna = ?, vat_no = ?,"
		" public_buyer = ?, row_version = row_version + 1 WHERE id = ?" },
	{ "party_touch", .audits = "contact", .sql = "UPDATE party SET row_version = row_version + 1 WHERE id = ?" },
	{ "party_archive", .audits = "contact", .sql = "UPDATE party SET archived_at = ?, row_version = row_version + 1"
		" WHERE id = ?" },
	{ "address_put", .audits = "contact", .sql = "INSERT INTO address (party_id, recipient, building, street, hamlet,"
		" postcode, town, country) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
		" recipient = VALUES(recipient), building = VALUES(building), street = VALUES(street),"
		" hamlet = VALUES(hamlet), postcode = VALUES(postcode), town = VALUES(town), country = VALUES(country),"
		" row_version = row_version + 1" },
	{ "address_drop", .audits = "contact", .sql = "DELETE FROM address WHERE party_id = ? AND kind = 'main'" },

	/* an organisation about itself */
	{ "settings_change", .audits = "settings", .sql = "UPDATE organisation o JOIN party p ON p.id = o.id SET"
		" o.logo_file_id = ?, o.accent = ?, o.accent_dark = ?, o.currency = ?, p.legal_name = ?, p.usual_name = ?, p.email = ?,"
		" p.phone = ?, p.siren = COALESCE(?, LEFT(?, 9)), p.siret = ?, p.rna = ?, p.vat_no = ?,"
		" o.row_version = o.row_version + 1, p.row_version = p.row_version + 1"
		" WHERE o.id = ? AND o.row_version + p.row_version = ?" },
	{ "orgs", .sql = "SELECT o.id, o.slug, p.name, o.operates, o.is_network FROM organisation o"
		" JOIN party p ON p.id = o.id WHERE o.operates = 1 AND o.archived_at IS NULL AND (? IS NULL"
		" OR p.sort_name > (SELECT sort_name FROM party WHERE id = ?) OR (p.sort_name ="
		" (SELECT sort_name FROM party WHERE id = ?) AND o.id > ?)) ORDER BY p.sort_name, o.id LIMIT 50" },
	{ "operators_but", .sql = "SELECT o.id, p.name FROM organisation o JOIN party p ON p.id = o.id"
		" WHERE o.operates = 1 AND o.archived_at IS NULL AND o.id <> ? ORDER BY p.name LIMIT 500" },

	/* roles */
	{ "org_operates", .sql = "SELECT operates FROM organisation WHERE id = ?" },
	{ "role_candidate", .sql = "SELECT p.kind, EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id AND a.active = 1"
		" AND a.archived_at IS NULL) AS has_account, EXISTS (SELECT 1 FROM role r WHERE r.person_id = p.id"
		" AND r.org_id = ? AND r.role = ? AND (r.to_d IS NULL OR r.to_d >= UTC_DATE())) AS held"
		" FROM party p WHERE p.id = ?" },
	/* nobody who could hold a role, among the contacts that a form offers */
	{ "role_not_persons", .max_rows = 1000, .sql = "SELECT c.party_id AS id FROM org_contact c JOIN party p"
		" ON p.id = c.party_id WHERE c.org_id = ? AND p.kind = 'organisation' LIMIT 1000" },
	/* the organisations of the sample network are reached where their first place is */
	{ "demo_reach", .audits = "organisation", .sql = "UPDATE party p JOIN place l ON l.id = (SELECT MIN(f.id) FROM place f"
		" WHERE f.org_id = p.id) SET p.email = l.email, p.phone = l.phone" },
	{ "demo_seats", .audits = "organisation", .sql = "INSERT INTO address (party_id, street, postcode, town)"
		" SELECT org_id, street, postcode, town FROM place WHERE id IN (SELECT MIN(id) FROM place GROUP BY org_id)"
		" ON DUPLICATE KEY UPDATE town = VALUES(town)" },
	{ "holders", .sql = "SELECT p.id, p.name, MIN(a.login) AS email, p.lang FROM role r JOIN party p ON p.id = r.person_id"
		" JOIN account a ON a.person_id = p.id AND a.active = 1 AND a.archived_at IS NULL WHERE r.org_id = ?"
		" AND FIND_IN_SET(r.role, ?) AND r.from_d <= UTC_DATE() AND (r.to_d IS NULL OR r.to_d >= UTC_DATE())"
		" GROUP BY p.id ORDER BY p.id LIMIT 100" },
	{ "contact_exact", .sql = "SELECT p.id FROM org_contact c JOIN party p ON p.id = c.party_id WHERE c.org_id = ?"
		" AND p.archived_at IS NULL AND (p.email = ? OR p.siren = ?) ORDER BY p.id LIMIT 2" },
	{ "role_give", .audits = "role", .sql = "INSERT INTO role (person_id, org_id, role, from_d, to_d, given_by_id)"
		" VALUES (?, ?, ?, ?, ?, ?)" },
	{ "role_row", .sql = "SELECT role, from_d, to_d FROM role WHERE id = ? AND org_id = ?" },
	{ "role_change", .audits = "role", .sql = "UPDATE role SET from_d = ?, to_d = ?, row_version = row_version + 1"
		" WHERE id = ? AND org_id = ? AND row_version = ?" },
	{ "role_invitations_end", .audits = "-", .sql = "DELETE l FROM role r JOIN account a ON a.person_id = r.person_id"
		" JOIN account_link l ON l.account_id = a.id AND l.org_id = r.org_id AND l.role = r.role"
		" WHERE r.id = ? AND r.org_id = ? AND l.purpose = 'invitation' AND l.used_utc IS NULL" },
	{ "roles_guard", .audits = "-", .sql = "UPDATE organisation SET roles_version = roles_version + 1 WHERE id = ?" },
	{ "admins_left", .sql = "SELECT COUNT(*) AS n FROM role r JOIN account a ON a.person_id = r.person_id"
		" WHERE r.org_id = ? AND r.role = 'admin' AND r.from_d <= UTC_DATE() AND r.to_d IS NULL AND a.active = 1"
		" AND a.archived_at IS NULL" },
	{ "role_is_last_admin", .sql = "SELECT r.role = 'admin' AND r.to_d IS NULL AND NOT EXISTS (SELECT 1 FROM role x"
		" JOIN account a ON a.person_id = x.person_id WHERE x.org_id = r.org_id AND x.role = 'admin' AND x.id <> ?"
		" AND x.from_d <= UTC_DATE() AND x.to_d IS NULL AND a.active = 1 AND a.archived_at IS NULL) AS last"
		" FROM role r WHERE r.id = ? AND r.org_id = ?" },
	{ "roles_here", .sql = "SELECT id, role FROM role WHERE person_id = ? AND org_id = ?"
		" AND (to_d IS NULL OR to_d >= UTC_DATE()) ORDER BY from_d, id LIMIT 20" },
	{ "client_roles", .sql = "SELECT p.name, r.role FROM role r JOIN party p ON p.id = r.person_id WHERE r.org_id = ?"
		" AND (r.to_d IS NULL OR r.to_d >= UTC_DATE()) ORDER BY p.sort_name, r.role LIMIT 50" },
	{ "client_state", .sql = "SELECT p.name, EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.id) AS is_org,"
		" p.kind <> 'organisation' OR p.archived_at IS NOT NULL OR " CT_KNOWN_ELSEWHERE " OR " CT_SPEAKS_FOR_ITSELF
		" OR EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.id AND o.operates = 1) AS closed"
		" FROM org_contact c JOIN party p ON p.id = c.party_id WHERE c.org_id = ? AND c.party_id = ?" },

	/* what others may see */
	{ "grant_give", .audits = "grant", .sql = "INSERT INTO org_grant (org_id, to_org_id, scope, from_d, to_d,"
		" signed_by_id) VALUES (?, ?, ?, ?, ?, ?)" },
	{ "grant_change", .audits = "grant", .sql = "UPDATE org_grant SET from_d = ?, to_d = ?,"
		" row_version = row_version + 1 WHERE id = ? AND org_id = ? AND row_version = ?" },
	{ "grant_end", .audits = "grant", .sql = "UPDATE org_grant SET to_d = GREATEST(?, from_d - INTERVAL 1 DAY),"
		" row_version = row_version + 1 WHERE id = ? AND org_id = ? AND row_version = ?" },
	{ "granted", .sql = "SELECT id FROM org_grant WHERE org_id = ? AND to_org_id = ? AND scope = ?"
		" AND from_d <= UTC_DATE() AND (to_d IS NULL OR to_d >= UTC_DATE()) LIMIT 1" },

	{ "granted_any", .sql = "SELECT g.id FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j"
		" JOIN org_grant g ON g.to_org_id = j.k AND g.scope = ? AND g.org_id = ? AND g.from_d <= UTC_DATE()"
		" AND (g.to_d IS NULL OR g.to_d >= UTC_DATE()) LIMIT 1" },
	{ "granting", .sql = "SELECT DISTINCT o.slug, p.name FROM org_grant g JOIN organisation o ON o.id = g.org_id"
		" AND o.archived_at IS NULL JOIN party p ON p.id = o.id WHERE g.to_org_id = ? AND FIND_IN_SET(g.scope, ?)"
		" AND g.from_d <= UTC_DATE() AND (g.to_d IS NULL OR g.to_d >= UTC_DATE()) ORDER BY p.name, o.slug LIMIT 500" },

	/* terms */
	{ "terms_add", .audits = "terms", .sql = "INSERT INTO terms (org_id, kind, title, text, file_id, from_d, version)"
		" SELECT ?, ?, ?, ?, ?, ?, COALESCE(MAX(t.version), 0) + 1 FROM terms t WHERE t.org_id = ? AND t.kind = ?" },
	{ "terms_change", .audits = "terms", .sql = "UPDATE terms t SET t.title = ?, t.text = ?, t.file_id = ?, t.from_d = ?,"
		" t.row_version = t.row_version + 1 WHERE t.id = ? AND t.org_id = ? AND t.row_version = ?"
		" AND t.from_d > UTC_DATE() AND NOT EXISTS (SELECT 1 FROM terms_acceptance a WHERE a.terms_id = t.id)" },
	{ "terms_archive", .audits = "terms", .sql = "UPDATE terms t SET t.archived_at = ?,"
		" t.row_version = t.row_version + 1 WHERE t.id = ? AND t.org_id = ? AND t.row_version = ?"
		" AND t.from_d > UTC_DATE()" },
	{ "terms_more", .sql = "SELECT t.kind, " CT_TERMS_LOCKED " AS locked, (SELECT COUNT(*) FROM terms_acceptance a"
		" WHERE a.terms_id = t.id) AS accepted FROM terms t WHERE t.id = ?" },
	{ "terms_in_force", .sql = "SELECT id, uid, version, title, text, file_id, from_d FROM terms WHERE org_id = ?"
		" AND kind = ? AND from_d <= ? AND archived_at IS NULL ORDER BY from_d DESC, version DESC LIMIT 1" },
	{ "terms_accept", .audits = "terms", .sql = "INSERT IGNORE INTO terms_acceptance (terms_id, party_id,"
		" subject_kind, subject_id, at_utc) VALUES (?, ?, ?, ?, ?)" },

	{ "project_within", .sql = "WITH RECURSIVE up AS (SELECT id, parent_id FROM project WHERE id = ?"
		" UNION SELECT p.id, p.parent_id FROM project p JOIN up ON p.id = up.parent_id)"
		" SELECT id FROM up WHERE id = ? LIMIT 1" },

	/* merging: from the second to the first */
	{ "merge_row", .sql = "SELECT p.id, p.kind, p.name, p.email, p.phone, p.siren, p.siret, p.rna, p.vat_no,"
		" p.row_version, p.archived_at, c.note, NULLIF(CONCAT_WS(', ', a.recipient, a.building, a.street, a.hamlet,"
		" CONCAT_WS(' ', a.postcode, a.town)), '') AS address, " CT_HAS_ACCOUNT " AS has_account, "
		CT_KNOWN_ELSEWHERE " AS elsewhere, EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.id) AS is_org, "
		CT_HAS_ACCOUNT " OR " CT_SPEAKS_FOR_ITSELF " AS own,"
		" (SELECT COUNT(*) FROM role r WHERE r.person_id = p.id) AS roles,"
		" (SELECT COUNT(*) FROM role r WHERE r.person_id = p.id AND r.org_id = c.org_id"
		" AND (r.to_d IS NULL OR r.to_d >= UTC_DATE())) AS roles_here,"
		" (SELECT COUNT(*) FROM terms_acceptance t WHERE t.party_id = p.id) AS accepted FROM org_contact c"
		" JOIN party p ON p.id = c.party_id LEFT JOIN address a ON a.party_id = p.id AND a.kind = 'main'"
		" WHERE c.org_id = ? AND p.id = ?" },
	{ "merge_suggest", .sql = "SELECT p.id, p.name, p.email, p.phone FROM party f JOIN org_contact c ON c.org_id = ?"
		" JOIN party p ON p.id = c.party_id AND p.kind = f.kind AND p.id <> f.id AND p.archived_at IS NULL"
		" WHERE f.id = ? AND (p.email = f.email OR p.phone = f.phone OR p.name = f.name OR p.siren = f.siren)"
		" ORDER BY p.sort_name, p.id LIMIT 20" },
	{ "merge_search", .sql = "SELECT p.id, p.name, p.email, p.phone FROM party f JOIN org_contact c ON c.org_id = ?"
		" JOIN party p ON p.id = c.party_id AND p.kind = f.kind AND p.id <> f.id AND p.archived_at IS NULL"
		" WHERE f.id = ? AND CONCAT_WS(' ', p.name, p.email, p.phone) COLLATE utf8mb4_uca1400_ai_ci LIKE CONCAT('%', ?, '%')"
		" ORDER BY p.sort_name, p.id LIMIT 20" },
	{ "merge_notes", .audits = "contact", .sql = "INSERT INTO org_contact (org_id, party_id, note)"
		" SELECT f.org_id, ?, f.note FROM org_contact f WHERE f.party_id = ? ON DUPLICATE KEY UPDATE"
		" note = NULLIF(CONCAT_WS('\n', org_contact.note, VALUES(note)), ''),"
		" row_version = org_contact.row_version + 1" },
	{ "merge_notes_left", .audits = "contact", .sql = "UPDATE org_contact SET note = NULL WHERE party_id = ?" },
	{ "merge_roles_same", .audits = "role", .sql = "UPDATE role i JOIN role f ON f.org_id = i.org_id AND f.role = i.role"
		" AND f.from_d = i.from_d SET i.to_d = IF(i.to_d IS NULL OR f.to_d IS NULL, NULL, GREATEST(i.to_d, f.to_d)),"
		" i.row_version = i.row_version + 1 WHERE i.person_id = ? AND f.person_id = ?" },
	{ "merge_roles", .audits = "role", .sql = "UPDATE IGNORE role SET person_id = ? WHERE person_id = ?" },
	{ "merge_roles_left", .audits = "role", .sql = "DELETE FROM role WHERE person_id = ?" },
	{ "merge_given", .audits = "role", .sql = "UPDATE role SET given_by_id = ? WHERE given_by_id = ?" },
	{ "merge_signed", .audits = "grant", .sql = "UPDATE org_grant SET signed_by_id = ? WHERE signed_by_id = ?" },
	{ "merge_leads", .audits = "project", .sql = "UPDATE project SET lead_id = ? WHERE lead_id = ?" },
	{ "merge_accepted", .audits = "terms", .sql = "UPDATE IGNORE terms_acceptance SET party_id = ? WHERE party_id = ?" },
	{ "merge_accepted_left", .audits = "terms", .sql = "DELETE FROM terms_acceptance WHERE party_id = ?" },
	{ "merge_account", .audits = "account", .sql = "UPDATE account SET person_id = ? WHERE person_id = ?" },
	{ "merge_invited", .audits = "account", .sql = "UPDATE account_link SET invited_by_id = ? WHERE invited_by_id = ?" },
	{ "merge_files", .audits = "-", .sql = "UPDATE file SET party_id = ? WHERE party_id = ?" },
	{ "merge_uploads", .audits = "-", .sql = "UPDATE file SET created_by_id = ? WHERE created_by_id = ?" },
	{ "merge_addresses", .audits = "contact", .sql = "UPDATE IGNORE address SET party_id = ? WHERE party_id = ?" },
	{ "merge_addresses_left", .audits = "contact", .sql = "DELETE FROM address WHERE party_id = ?" },
	{ "merge_earlier", .audits = "contact", .sql = "UPDATE party SET merged_into_id = ? WHERE merged_into_id = ?" },
	{ "merge_fill", .audits = "contact", .sql = "UPDATE party i JOIN party f ON f.id = ? SET"
		" i.email = COALESCE(i.email, f.email), i.phone = COALESCE(i.phone, f.phone),"
		" i.siret = IF(i.siren IS NULL OR i.siren <=> f.siren, COALESCE(i.siret, f.siret), i.siret),"
		" i.siren = COALESCE(i.siren, f.siren), i.rna = COALESCE(i.rna, f.rna), i.vat_no = COALESCE(i.vat_no, f.vat_no)"
		" WHERE i.id = ?" },
	{ "merge_archive", .audits = "contact", .sql = "UPDATE party SET archived_at = ?, merged_into_id = ?,"
		" row_version = row_version + 1 WHERE id = ? AND archived_at IS NULL" },

	/* imports; a line is looked for by its SIREN and by its name, each by an index */
	{ "draft_add", .audits = "-", .sql = "INSERT INTO import_draft (uid, org_id, person_id, name, text)"
		" VALUES (?, ?, ?, ?, ?)" },
	{ "draft", .sql = "SELECT name, text FROM import_draft WHERE uid = ? AND org_id = ? AND person_id = ?" },
	{ "draft_claim", .audits = "-", .sql = "UPDATE import_draft SET applied_utc = ? WHERE uid = ? AND org_id = ?"
		" AND person_id = ? AND applied_utc IS NULL" },
	{ "drafts_purge", .audits = "-", .sql = "DELETE FROM import_draft WHERE created_utc < ? LIMIT 500" },
	{ "import_candidates", .max_rows = 50000, .sql = "WITH j AS (SELECT * FROM JSON_TABLE(?, '$[*]' COLUMNS ("
		"line INT PATH '$.line', kind VARCHAR(16) PATH '$.kind', name VARCHAR(170) PATH '$.name',"
		" email VARCHAR(254) PATH '$.email', siren CHAR(9) PATH '$.siren')) t),"
		" m AS (SELECT j.line, p.id, p.sort_name = j.name AS same_name FROM j JOIN party p ON p.sort_name = j.name"
		" AND p.kind = j.kind UNION SELECT j.line, p.id, p.sort_name = j.name FROM j JOIN party p ON p.siren = j.siren"
		" AND p.kind = j.kind)"
		" SELECT m.line, m.same_name, p.id, p.name, p.sort_name, p.kind, p.given_name, p.family_name, p.legal_name,"
		" p.usual_name, p.email, p.phone, p.lang, p.siren, p.siret, p.rna, p.vat_no,"
		" CAST(p.public_buyer AS CHAR) AS public_buyer, a.recipient, a.building, a.street, a.hamlet, a.postcode, a.town,"
		" a.country, c.note, " CT_CONTACT_LOCKED " AS locked,"
		" c.row_version + p.row_version AS version FROM m JOIN party p ON p.id = m.id"
		" JOIN org_contact c ON c.party_id = p.id AND c.org_id = ? LEFT JOIN address a ON a.party_id = p.id"
		" AND a.kind = 'main' WHERE p.archived_at IS NULL ORDER BY m.line LIMIT 50000" },
	/* who is meant by a name (1), an e-mail address (2), a SIREN (4): each by an index */
	{ "import_known", .max_rows = 50000, .sql = "WITH j AS (SELECT * FROM JSON_TABLE(?, '$[*]' COLUMNS ("
		"line INT PATH '$.line', name VARCHAR(170) PATH '$.name', email VARCHAR(254) PATH '$.email',"
		" siren CHAR(9) PATH '$.siren')) t), m AS (SELECT j.line, p.id, 1 AS way FROM j JOIN party p ON p.sort_name = j.name"
		" UNION ALL SELECT j.line, p.id, 2 FROM j JOIN party p ON p.email = j.email"
		" UNION ALL SELECT j.line, p.id, 4 FROM j JOIN party p ON p.siren = j.siren)"
		" SELECT m.line, BIT_OR(m.way) AS ways, p.id, p.name, p.kind, p.email, p.siren FROM m JOIN party p ON p.id = m.id"
		" JOIN org_contact c ON c.party_id = p.id AND c.org_id = ? WHERE p.archived_at IS NULL GROUP BY m.line, p.id"
		" ORDER BY m.line, p.id LIMIT 50000" },
	{ "demo_person", .sql = "SELECT id FROM party WHERE email = ? ORDER BY id LIMIT 1" },
	{ "demo_manager", .sql = "SELECT person_id FROM role WHERE org_id = ? AND role IN ('manager', 'admin')"
		" ORDER BY role = 'manager' DESC, id LIMIT 1" },
	{ "demo_clients", .sql = "SELECT p.id FROM org_contact c JOIN party p ON p.id = c.party_id WHERE c.org_id = ?"
		" AND p.kind = 'person' AND p.email LIKE '%@courriel.example' ORDER BY p.id LIMIT 20000" },
	{ "project_add", .audits = "project", .sql = "INSERT INTO project (org_id, code, label, lead_id) VALUES (?, ?, ?, ?)" },
	{ "demo_loaded", .sql = "SELECT id FROM organisation LIMIT 1" },
	{ 0 }
};
