/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/people.h"

#define FROM_ORG " FROM organisation o JOIN party p ON p.id = o.id"
#define ORG "SELECT o.id, o.slug, p.name, o.accent AS colour, l.uid AS logo_uid, l.width AS logo_width," \
	" l.height AS logo_height" FROM_ORG " LEFT JOIN file l ON l.id = o.logo_file_id"

/* A row for each organisation that knows the party, by its own list or by a role that it gave. */
#define PARTY_KNOWN(key) "WITH p AS (SELECT id, uid, name FROM party WHERE " key " = ?)" \
	" SELECT p.id, p.uid, c.org_id, p.name AS label, p.id AS owner_id FROM p" \
	" LEFT JOIN org_contact c ON c.party_id = p.id" \
	" UNION SELECT p.id, p.uid, r.org_id, p.name, p.id FROM p JOIN role r ON r.person_id = p.id LIMIT 500"

const struct ct_query ct_people_queries[] = {
	/* what a path or a field names */
	{ "org_places", .sql = "SELECT id, slug, name, town, state FROM place WHERE org_id = ?"
		" AND archived_at IS NULL ORDER BY name LIMIT 200" },
	{ "organisation_find", .sql = "SELECT o.id, p.uid, o.id AS org_id, p.name AS label" FROM_ORG " WHERE o.id = ?" },
	{ "organisation_find_text", .sql = "SELECT o.id, p.uid, o.id AS org_id, p.name AS label" FROM_ORG
		" WHERE o.slug = ?" },
	{ "organisation_labels", .sql = "SELECT id, name AS label FROM party WHERE id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j)" },
	{ "party_find", .sql = PARTY_KNOWN("id") },
	{ "party_find_text", .sql = PARTY_KNOWN("uid") },
	{ "party_labels", .sql = "SELECT id, name AS label FROM party WHERE id IN"
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
	{ "demo_loaded", .sql = "SELECT id FROM organisation LIMIT 1" },
	{ 0 }
};
