/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "route/access.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/random.h"
#include "route/input.h"
#include "route/query.h"
#include "route/state.h"
#include "server/gateway.h"

enum { STAFF = 31 };		/* the bits of those who work for an organisation */

static const struct {
	const char *name;
	int role;
} role_bits[] = {
	{ "admin", 1 }, { "manager", 2 }, { "treasurer", 4 }, { "opener", 8 }, { "member", 16 },
	{ "contact", CT_ROLE_CONTACT },
};

/* The bits of the roles that the caller holds in `org`; leading a project there counts beside one of them. */
static int roles_in(const struct ct_request *r, int64_t org)
{
	size_t i;
	json_t *role;
	bool leads = false;
	int bits = 0;

	json_array_foreach(r->s->caller.roles, i, role) {
		const char *name = json_string_value(json_object_get(role, "role"));

		if (json_integer_value(json_object_get(role, "org")) != org)
			continue;
		for (size_t k = 0; k < sizeof(role_bits) / sizeof(role_bits[0]); k++)
			if (!strcmp(name, role_bits[k].name))
				bits |= role_bits[k].role;
		leads = leads || json_is_true(json_object_get(role, "leads"));
	}
	return leads && (bits & STAFF) ? bits | CT_ROLE_LEAD : bits;
}

bool ct_may(struct ct_request *r, const char *permission, int64_t org)
{
	const struct ct_permission *p;

	if (!strcmp(permission, CT_PUBLIC))
		return true;
	if (!strcmp(permission, CT_SIGNED_IN))
		return r->person != 0;
	p = ct_registry_permission(r->s->core->registry, permission);
	assert(p);
	if (p->role == CT_ROLE_ANYONE)
		return true;
	if ((p->role & CT_ROLE_INSTALLATION) && r->s->caller.installation_admin)
		return true;
	return org && (roles_in(r, org) & p->role & ~CT_ROLE_INSTALLATION) != 0;
}

bool ct_access_known(const struct ct_request *r, const char *permission)
{
	return !strcmp(permission, CT_PUBLIC) || !strcmp(permission, CT_SIGNED_IN) ||
	       ct_registry_permission(r->s->core->registry, permission);
}

const char *ct_access_roles(struct ct_request *r, const char *permission)
{
	const struct ct_permission *p = ct_registry_permission(r->s->core->registry, permission);
	char *names = talloc_strdup(r, "");

	assert(p);
	for (size_t k = 0; k < sizeof(role_bits) / sizeof(role_bits[0]); k++)
		if (p->role & role_bits[k].role)
			names = talloc_asprintf_append(names, "%s%s", *names ? "," : "", role_bits[k].name);
	return names;
}

bool ct_access_open(const struct ct_request *r, const char *permission)
{
	const struct ct_permission *p = ct_registry_permission(r->s->core->registry, permission);

	return !strcmp(permission, CT_PUBLIC) || (p && p->role == CT_ROLE_ANYONE);
}

static int refuse(struct ct_request *r, struct ct_error *e)
{
	if (!r->person)
		return ct_fail(e, CT_SIGN_IN, _("Please sign in to see this page."));
	return ct_fail(e, CT_DENIED,
		       _("Your account may not do this here. Ask an administrator of %s."),
		       r->s->org_name ? r->s->org_name : _("the network"));
}

int ct_must(struct ct_request *r, const char *permission, struct ct_error *e)
{
	return ct_may(r, permission, r->org) ? 0 : refuse(r, e);
}

bool ct_engages(struct ct_request *r, int64_t org)
{
	size_t i;
	json_t *role;

	json_array_foreach(r->s->caller.roles, i, role) {
		const char *name = json_string_value(json_object_get(role, "role"));

		if (json_integer_value(json_object_get(role, "org")) == org &&
		    (!strcmp(name, "may_book") || !strcmp(name, "contact")))
			return true;
	}
	return false;
}

bool ct_is_for(const struct ct_request *r, int64_t party)
{
	json_t *role;
	size_t i;

	if (r->person && r->person == party)
		return true;
	json_array_foreach(r->s->caller.roles, i, role) {
		const char *name = json_string_value(json_object_get(role, "role"));

		if (json_integer_value(json_object_get(role, "org")) == party &&
		    (!strcmp(name, "contact") || !strcmp(name, "accounts")))
			return true;
	}
	return false;
}

const char *ct_papers_of(struct ct_request *r)
{
	const char *list = r->person ? talloc_asprintf(r, "%lld", (long long)r->person) : "";
	json_t *role;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role) {
		int64_t org = json_integer_value(json_object_get(role, "org"));

		if (ct_is_for(r, org))
			list = talloc_asprintf(r, "%s,%lld", list, (long long)org);
	}
	return talloc_asprintf(r, "[%s]", list);
}

static bool is_key(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && digits < 19 && !text[digits];
}

/* The caller's organisation's name, slug and colour, by key or slug. */
static int find_org(struct ct_request *r, const char *text, struct ct_error *e)
{
	struct ct_result *row = NULL;
	int rc;

	if (is_key(text))
		CT_AS(r, &ct_plugin_people,
		      rc = ct_one(r, "org_by_key", CT_ARGS(CT_NUM(strtoll(text, NULL, 10))), &row,
				  e));
	else
		CT_AS(r, &ct_plugin_people, rc = ct_one(r, "org_by_slug", CT_ARGS(CT_STR(text)), &row, e));
	if (rc)
		return rc;
	r->org = ct_col_int(row, "id");
	r->s->org_slug = ct_col_text(row, "slug");
	r->s->org_name = ct_col_text(row, "name");
	r->s->org_colour = ct_col_text(row, "colour");
	r->s->org_colour_dark = ct_col_text(row, "colour_dark");
	r->s->org_logo.uid = ct_col_text(row, "logo_uid");
	r->s->org_logo.width = ct_col_int(row, "logo_width");
	r->s->org_logo.height = ct_col_int(row, "logo_height");
	return 0;
}

static int find_network(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_people, rc = ct_one(r, "network", CT_NO_ARGS, &row, e));
	if (rc)
		return rc;
	return find_org(r, ct_col_text(row, "slug"), e);
}

static bool owns(const struct ct_request *r, const struct ct_result *row, const char *column)
{
	return r->person && ct_has_col(row, column) && ct_col_int(row, column) == r->person;
}

/* Whether the organisation in the address, where it names one, is that of the subject. */
static bool is_at_home(const struct ct_request *r)
{
	for (size_t i = 0; i < r->s->match.n_params; i++) {
		const char *named = r->s->match.params[i].value;

		if (!strcmp(r->s->match.params[i].name, "org"))
			return is_key(named) ? strtoll(named, NULL, 10) == r->org : !strcmp(named, r->s->org_slug);
	}
	return true;
}

static int find_kind(struct ct_request *r, const char *kind, const char *text, struct ct_error *e)
{
	const struct ct_kind_entry *entry = ct_registry_kind(r->s->core->registry, kind);
	bool key = is_key(text);
	struct ct_result *row;
	char org[24];
	int rc;

	if (!key && !entry->find_text)
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	rc = ct_query_run(r, key ? entry->find : entry->find_text,
			  CT_ARGS(key ? CT_NUM(strtoll(text, NULL, 10)) : CT_STR(text)), &row, e);
	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	r->subject = ct_col_int(row, "id");
	r->s->subject_uid = ct_col_text(row, "uid");
	r->s->subject_label = ct_col_text(row, "label");
	r->s->subject_owner = owns(r, row, "owner_id") || owns(r, row, "owner2_id");
	snprintf(org, sizeof(org), "%lld", (long long)ct_col_int(row, "org_id"));
	rc = find_org(r, org, e);
	if (!rc && (!is_at_home(r) ||
		    (entry->kind->see && !r->s->subject_owner && !ct_may(r, entry->kind->see, r->org))))
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	return rc;
}

/* Where the field is not there: the member of that name in the first object of a list (items[].NAME). */
static const char *named_in_list(struct ct_request *r, const char *name)
{
	for (const struct ct_field *f = r->s->entry->route->fields; f && f->name; f++) {
		const json_t *first =
			f->raw ? json_array_get(json_object_get(r->s->json, f->name), 0) : NULL;
		const json_t *value = json_object_get(first, name);

		if (json_is_string(value))
			return json_string_value(value);
		if (json_is_integer(value))
			return talloc_asprintf(r, "%lld", (long long)json_integer_value(value));
	}
	return NULL;
}

int ct_access_subject(struct ct_request *r, struct ct_error *e)
{
	const struct ct_subject *subject = &r->s->entry->route->subject;
	const char *text;

	switch (subject->from) {
	case CT_FROM_NOTHING:
		return 0;
	case CT_FROM_NETWORK:
		return find_network(r, e);
	case CT_FROM_ORG:
		return find_org(r, ct_path(r, subject->name), e);
	case CT_FROM_PATH:
		return find_kind(r, subject->kind, ct_path(r, subject->name), e);
	case CT_FROM_FIELD:
		text = ct_input_raw(r, subject->name);
		if (!text || !*text)
			text = named_in_list(r, subject->name);
		if (!text)
			return ct_fail_field(e, subject->name, _("This is needed."));
		return find_kind(r, subject->kind, text, e);
	}
	return ct_fail(e, CT_BROKEN, "a subject from nowhere");
}

int ct_access_check(struct ct_request *r, struct ct_error *e)
{
	const struct ct_route *route = r->s->entry->route;

	if (r->s->caller.read_only && strcmp(r->s->method, "GET") && strcmp(r->s->method, "HEAD"))
		return ct_fail(e, CT_DENIED, "%s", _("This API token may look, and change nothing."));
	if (route->owner && r->s->subject_owner)
		return 0;
	return ct_must(r, route->permission, e);
}

/* A visitor's token: when it was made, signed; good for a day, which outlives any form being filled in. */
static const char *visitor_token(const struct ct_request *r, int64_t made)
{
	char *text = talloc_asprintf(r->s, "visitor form %lld", (long long)made);

	return talloc_asprintf(r->s, "%lld.%s", (long long)made,
			       ct_keyed_hash(r->s, r->s->core->key, text, strlen(text)));
}

const char *ct_access_csrf_token(struct ct_request *r)
{
	return r->s->caller.session ? r->s->caller.csrf : visitor_token(r, r->now.s);
}

static bool token_holds(struct ct_request *r, const char *given)
{
	int64_t made;

	if (r->s->caller.session)
		return ct_same_text(given, r->s->caller.csrf);
	made = strtoll(given, NULL, 10);
	if (made > r->now.s + 60 || made < r->now.s - 86400)
		return false;
	return ct_same_text(given, visitor_token(r, made));
}

/* Browsers of before 2023 say Origin only; that is "null" in a frame that hides where it is from. */
static bool from_elsewhere(const struct ct_request *r)
{
	struct ct_gateway *g = r->s->gateway;
	const char *site = g->param(g, "HTTP_SEC_FETCH_SITE"), *origin = g->param(g, "HTTP_ORIGIN");
	const char *url = r->s->core->url;
	size_t host = strlen(url) - strlen(r->s->core->prefix);

	if (site && *site)
		return strcmp(site, "same-origin") && strcmp(site, "none");
	return origin && *origin &&
	       (strlen(origin) != host || strncasecmp(origin, url, host) != 0);
}

int ct_access_csrf(struct ct_request *r, struct ct_error *e)
{
	struct ct_gateway *g = r->s->gateway;
	const char *given;

	if (!strcmp(r->s->method, "GET") || !strcmp(r->s->method, "HEAD") || r->s->caller.token)
		return 0;
	if (from_elsewhere(r))
		return ct_fail(
			e, CT_DENIED,
			_("This form was sent from another site. Please open the page here and try again."));
	if (r->s->entry->route->no_csrf || (!r->s->caller.session && r->s->json))
		return 0; /* no site can make a browser send JSON without being asked first */
	given = g->param(g, "HTTP_X_CSRF_TOKEN");
	if (!given || !*given)
		given = ct_input_raw(r, "csrf");
	if (!given || !token_holds(r, given))
		return ct_fail(
			e, CT_DENIED,
			_("This form is too old to be accepted. Please open the page again; what you typed is still below."));
	return 0;
}
