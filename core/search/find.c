/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People, organisations and places. */
#include <string.h>

#include "route/state.h"
#include "search/search.h"

/* Equal, then beginning so, then the rest, for two names of a row. Parameters: text, text, prefix, prefix. */
#define BEST_FIRST(a, b) "CASE WHEN " a " = ? OR " b " = ? THEN 0 WHEN " a " LIKE ? OR " b " LIKE ? THEN 1 ELSE 2 END"
#define KEYS "JSON_TABLE(?, '$[*]' COLUMNS (org BIGINT PATH '$')) k"
#define PARTY_WORDS "MATCH (given_name, family_name, legal_name, usual_name) AGAINST (? IN BOOLEAN MODE)"
/* Where an index finds more, not all of it is looked at: of beginnings the first in their order. */
#define MOST " LIMIT 20000"

const struct ct_query ct_search_queries[] = {
	/* those that an organisation of the caller's knows, by its own list or by a role that it gave */
	{ "people", .max_rows = 50, .sql = "WITH found AS ((SELECT id FROM party WHERE " PARTY_WORDS MOST ")"
		" UNION (SELECT id FROM party WHERE sort_name LIKE ? ORDER BY sort_name" MOST ")"
		" UNION (SELECT id FROM party WHERE name LIKE ? ORDER BY name" MOST ")"
		" UNION (SELECT id FROM party WHERE email LIKE ?" MOST ") UNION (SELECT id FROM party WHERE phone LIKE ?" MOST "))"
		" SELECT STRAIGHT_JOIN p.id, p.name, COALESCE(p.email, p.phone) AS sub, MIN(k.org) AS org_id FROM found f"
		" JOIN party p ON p.id = f.id JOIN " KEYS " LEFT JOIN org_contact c ON c.org_id = k.org AND c.party_id = p.id"
		" WHERE p.archived_at IS NULL AND (c.party_id IS NOT NULL"
		"  OR (SELECT 1 FROM role ro WHERE ro.person_id = p.id AND ro.org_id = k.org LIMIT 1) = 1)"
		" GROUP BY p.id ORDER BY " BEST_FIRST("p.name", "p.sort_name") ", p.sort_name, p.id LIMIT ?" },
	/* by name: all of them for who looks after the installation, else those that the caller works for */
	{ "organisations", .max_rows = 50, .sql = "WITH found AS ((SELECT id FROM party WHERE " PARTY_WORDS
		"  AND kind = 'organisation'" MOST ")"
		" UNION (SELECT id FROM party WHERE sort_name LIKE ? AND kind = 'organisation' ORDER BY sort_name" MOST "))"
		" SELECT STRAIGHT_JOIN o.id, o.slug, p.name, NULLIF(p.legal_name, p.name) AS sub FROM found f"
		" JOIN organisation o ON o.id = f.id JOIN party p ON p.id = o.id WHERE o.archived_at IS NULL"
		" AND (? = 1 OR o.id IN (SELECT k.org FROM " KEYS "))"
		" ORDER BY " BEST_FIRST("p.name", "p.legal_name") ", p.name, o.id LIMIT ?" },
	{ "places", .max_rows = 50, .sql = "WITH found AS (SELECT id FROM place WHERE MATCH (name, town, summary)"
		"  AGAINST (? IN BOOLEAN MODE) UNION SELECT id FROM place WHERE name LIKE ?"
		" UNION SELECT id FROM place WHERE town LIKE ? UNION SELECT id FROM place WHERE phone LIKE ?)"
		" SELECT STRAIGHT_JOIN p.slug, p.name, p.town AS sub FROM found f JOIN place p ON p.id = f.id"
		" WHERE p.archived_at IS NULL AND p.state <> 'closed'"
		" ORDER BY " BEST_FIRST("p.name", "p.town") ", p.name, p.id LIMIT ?" },
	{ 0 }
};

/* Whether there is such a page here: the list and the pages of contacts belong to another module. */
/* `href`: a path without query, or NULL comes back as for what is not there. */
static const char *reached(struct ct_request *r, const char *href)
{
	struct ct_match match;
	const char *allow;
	struct ct_error e;

	return ct_router_find(r->s->core->registry->router, r, "GET", href, &match, &allow, &e) ? NULL : href;
}

static const char *org_name(const struct ct_request *r, int64_t org)
{
	json_t *role;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role)
		if (json_integer_value(json_object_get(role, "org")) == org)
			return json_string_value(json_object_get(role, "name"));
	return NULL;
}

/* Each organisation has a list of its own: one link, or one each with its name. */
static void put_lists(struct ct_request *r, const struct ct_search *s, json_t *group)
{
	json_t *orgs = ct_own_json(r, json_loads(ct_orgs_with(r, "people.see"), 0, NULL)), *org;
	size_t i;

	json_array_foreach(orgs, i, org) {
		long long id = (long long)json_integer_value(org);
		const char *name = json_array_size(orgs) > 1 ? org_name(r, id) : NULL;

		if (reached(r, ct_url(r, "/o/%lld/people", id)))
			ct_search_more(group, name, ct_url(r, "/o/%lld/people?q=%s", id, s->text));
	}
}

/* An e-mail address as it is, a telephone number as people read it. */
static const char *reach_of(struct ct_request *r, const struct ct_result *row)
{
	const struct ct_field field = { .name = "phone", .type = CT_PHONE };
	const struct ct_value value = { .set = true, .text = ct_col_text(row, "sub") };

	return value.text && *value.text == '+' ? ct_field_show(r, &field, &value, r->lang) : value.text;
}

int ct_search_people(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	const char *orgs = ct_orgs_with(r, "people.see");
	json_t *group;
	struct ct_result *rows;
	int64_t org;
	int rc;

	if (!strcmp(orgs, "[]"))
		return 0;
	rc = ct_query(r, "people", CT_ARGS(CT_STR(s->all), CT_STR(s->prefix), CT_STR(s->prefix), CT_STR(s->email),
		CT_STR(s->phone), CT_STR(orgs), CT_STR(s->text), CT_STR(s->text), CT_STR(s->prefix),
		CT_STR(s->prefix), CT_NUM(s->limit + 1)), &rows, e);
	if (rc)
		return rc;
	group = ct_search_group(r, N_("Contacts"));
	while (ct_next(rows)) {
		org = ct_col_int(rows, "org_id");
		ct_search_add(s, group, ct_col_text(rows, "name"), reach_of(r, rows),
			      reached(r, ct_url(r, "/o/%lld/people/%lld", (long long)org,
						(long long)ct_col_int(rows, "id"))));
	}
	put_lists(r, s, group);
	return 0;
}

int ct_search_organisations(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	const char *orgs = ct_orgs_with(r, "org.work");
	bool all = ct_may(r, "installation.admin", 0);
	json_t *group;
	struct ct_result *rows;
	int rc;

	if (!all && !strcmp(orgs, "[]"))
		return 0;
	rc = ct_query(r, "organisations", CT_ARGS(CT_STR(s->all), CT_STR(s->prefix), CT_NUM(all), CT_STR(orgs),
		CT_STR(s->text), CT_STR(s->text), CT_STR(s->prefix), CT_STR(s->prefix), CT_NUM(s->limit + 1)),
		&rows, e);
	if (rc)
		return rc;
	group = ct_search_group(r, N_("Organisations"));
	while (ct_next(rows))
		ct_search_add(s, group, ct_col_text(rows, "name"), ct_col_text(rows, "sub"),
			      ct_may(r, "org.work", ct_col_int(rows, "id"))
				      ? ct_url(r, "/o/%s", ct_col_text(rows, "slug")) : NULL);
	return 0;
}

int ct_search_places(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	json_t *group;
	struct ct_result *rows;
	int rc = ct_query(r, "places", CT_ARGS(CT_STR(s->all), CT_STR(s->prefix), CT_STR(s->prefix), CT_STR(s->phone),
		CT_STR(s->text), CT_STR(s->text), CT_STR(s->prefix), CT_STR(s->prefix), CT_NUM(s->limit + 1)),
		&rows, e);

	if (rc)
		return rc;
	group = ct_search_group(r, N_("Places"));
	while (ct_next(rows))
		ct_search_add(s, group, ct_col_text(rows, "name"), ct_col_text(rows, "sub"),
			      reached(r, ct_url(r, "/places/%s", ct_col_text(rows, "slug"))));
	ct_search_more(group, NULL, "/sitemap");
	return 0;
}
