/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /search: one box, results by kind. */
#include "search/search.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/utf8.h"
#include "route/state.h"
#include "search/words.h"

enum { SHOWN = 8, SHORTEST_TEXT = 2 };

json_t *ct_search_group(struct ct_request *r, const char *label)
{
	json_t *group = ct_add_object(json_object_get(r->view, "groups"));

	ct_put_text(group, "label", dgettext(r->plugin->domain ? r->plugin->domain : CT_TEXT_DOMAIN, label));
	ct_put_array(group, "results");
	ct_put_bool(group, "more", false);
	ct_put_array(group, "lists_ui");
	return group;
}

void ct_search_add(const struct ct_search *s, json_t *group, const char *title, const char *sub, const char *href)
{
	json_t *results = json_object_get(group, "results"), *result;

	if (json_array_size(results) >= s->limit) {
		ct_put_bool(group, "more", true);
		return;
	}
	result = ct_add_object(results);
	ct_put_text(result, "title", title);
	ct_put_text(result, "sub", sub && *sub ? sub : NULL);
	ct_put_text(result, "href", href);
}

void ct_search_more(json_t *group, const char *where, const char *href)
{
	json_t *list;

	if (!json_is_true(json_object_get(group, "more")))
		return;
	list = ct_add_object(json_object_get(group, "lists_ui"));
	ct_put_text(list, "where", where);
	ct_put_text(list, "href", href);
}

static bool holds(const json_t *keys, int64_t key)
{
	const json_t *each;
	size_t i;

	json_array_foreach(keys, i, each)
		if (json_integer_value(each) == key)
			return true;
	return false;
}

const char *ct_orgs_with(struct ct_request *r, const char *permission)
{
	json_t *keys = ct_own_json(r, json_array()), *role;
	char *text;
	const char *copy;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role) {
		int64_t org = json_integer_value(json_object_get(role, "org"));

		if (!holds(keys, org) && ct_may(r, permission, org))
			ct_add_int(keys, org);
	}
	text = json_dumps(keys, JSON_COMPACT);
	copy = talloc_strdup(r, text);
	free(text);
	return copy;
}

static int call_hook(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_search_f *)function)(r, arg, e);
}

static size_t drop_empty(json_t *groups)
{
	size_t found = 0;

	for (size_t i = json_array_size(groups); i-- > 0;) {
		size_t n = json_array_size(json_object_get(json_array_get(groups, i), "results"));

		found += n;
		if (!n)
			json_array_remove(groups, i);
	}
	return found;
}

static const char *summary(struct ct_request *r, const struct ct_search *s, size_t found, bool asked)
{
	if (!asked)
		return *s->text ? _("Please type at least two letters.") : NULL;
	if (!found)
		return talloc_asprintf(r, _("Nothing was found for “%s”."), s->text);
	return talloc_asprintf(r, ngettext_("%zu result for “%s”", "%zu results for “%s”", found), found, s->text);
}

int ct_search_page(struct ct_request *r, struct ct_error *e)
{
	const char *q = ct_in_text(r, "q");
	struct ct_search s = { .limit = SHOWN };
	json_t *groups = ct_put_array(r->view, "groups");
	size_t found = 0;
	bool asked;
	int rc = 0;

	ct_search_words(r, q ? q : "", &s);
	asked = ct_utf8_count(s.text, strlen(s.text)) >= SHORTEST_TEXT;
	ct_put_text(r->view, "q", s.text);
	if (asked) {
		rc = ct_raise(r, "search.find", call_hook, &s, e);
		found = drop_empty(groups);
	}
	ct_put_int(r->view, "found", (int64_t)found);
	ct_put_text(r->view, "summary_ui", summary(r, &s, found, asked));
	ct_put_bool(r->view, "nothing_ui", asked && !found);
	ct_header(r, "X-Robots-Tag", "%s", "noindex");
	return rc;
}

static const struct ct_field fields[] = {
	{ "q", N_("What are you looking for?"), CT_TEXT, .max = 100 }, { 0 }
};

static const struct ct_view_field view[] = {
	{ "q", "text", N_("What was looked for") },
	{ "found", "integer", N_("Results that are shown") },
	{ "groups", "array", N_("By kind of thing") },
	{ "groups.label", "text", NULL },
	{ "groups.results", "array", N_("Best first: title, sub (or null) and href (or null)") },
	{ "groups.more", "boolean", N_("Whether there are more of the kind") },
	{ 0 }
};

static const struct ct_route routes[] = {
	{ "GET", "/search", CT_ANY, CT_PUBLIC, "core/search", ct_search_page, fields, view, N_("Search") },
	{ 0 }
};

static const struct ct_hook hooks[] = {
	CT_ON_SEARCH(ct_search_places),
	CT_ON_SEARCH(ct_search_people),
	CT_ON_SEARCH(ct_search_organisations),
	{ 0 }
};

CT_PLUGIN(search) = {
	CT_HEAD("search"), .title = N_("Search"), .queries = ct_search_queries, .routes = routes, .hooks = hooks,
};
