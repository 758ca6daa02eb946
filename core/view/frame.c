/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `page`: what the frame around every page shows, made from the caller, the route and the plugins' menus. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

#include "base/log.h"
#include "config/settings.h"
#include "route/access.h"
#include "route/state.h"
#include "view/page.h"

static const struct {
	const char *code, *label;
} languages[] = { { "fr", "Français" }, { "en", "English" } };

static void put_person(struct ct_request *r, json_t *page)
{
	json_t *person;
	const char *name = r->s->caller.name;
	char initials[16] = "";
	size_t n = 0;

	ct_put_bool(page, "signed_in", r->person != 0);
	if (!r->person) {
		ct_put_text(page, "person", NULL);
		return;
	}
	person = ct_put_object(page, "person");
	for (const char *word = name; word && *word && n < 8; word = strchr(word, ' ')) {
		size_t len = 1;

		word += strspn(word, " ");
		while ((word[len] & 0xC0) == 0x80)
			len++;
		memcpy(initials + n, word, *word ? len : 0);
		n += *word ? len : 0;
	}
	initials[n] = '\0';
	ct_put_text(person, "name", name);
	ct_put_text(person, "initials", initials);
	ct_put_text(person, "href", "/me");
}

static bool is_current(const struct ct_request *r, const char *href)
{
	size_t len = strlen(href);

	return !strncmp(r->s->path, href, len) &&
	       (!r->s->path[len] || (len > 1 && r->s->path[len] == '/'));
}

/* The slug of the organisation that the caller works for on this page, or the only one she works for. */
static json_t *find_role(const struct ct_request *r)
{
	json_t *role, *found = NULL;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role) {
		if (json_integer_value(json_object_get(role, "org")) == r->org && r->org)
			return role;
		if (!json_is_true(json_object_get(role, "operates")) &&
		    json_integer_value(json_object_get(role, "operates")) != 1)
			continue;
		if (!found)
			found = role;
	}
	return found;
}

static const char *with_org(struct ct_request *r, const char *path, const char *slug)
{
	const char *org = strstr(path, "{org}");

	return org ? talloc_asprintf(r, "%.*s%s%s", (int)(org - path), path, slug, org + 5) : path;
}

struct entry {
	const struct ct_menu *menu;
	const struct ct_plugin *plugin;
};

static int by_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->menu->order - y->menu->order;
}

void ct_page_menu(struct ct_request *r, json_t *list, int64_t org, const char *slug)
{
	const struct ct_registry *g = r->s->core->registry;
	struct entry *entries = talloc_array(r, struct entry, 0);
	size_t n = 0;

	for (size_t i = 0; i < g->n_modules; i++)
		for (const struct ct_menu *m = g->modules[i].plugin->menu; m && m->label; m++) {
			bool in_org = strstr(m->path, "{org}") != NULL;

			if (in_org != (org != 0) || !ct_may(r, m->permission, org))
				continue;
			entries = talloc_realloc(r, entries, struct entry, n + 1);
			entries[n++] = (struct entry){ m, g->modules[i].plugin };
		}
	qsort(entries, n, sizeof(*entries), by_order);
	for (size_t i = 0; i < n; i++) {
		const char *domain = entries[i].plugin->domain ? entries[i].plugin->domain
							       : CT_TEXT_DOMAIN;
		const char *href = with_org(r, entries[i].menu->path, slug), *group = entries[i].menu->group;
		const char *heading = entries[i].menu->heading;
		json_t *item = ct_add_object(list);

		ct_put_text(item, "label", dgettext(domain, entries[i].menu->label));
		ct_put_text(item, "href", href);
		ct_put_bool(item, "current", is_current(r, href));
		ct_put_text(item, "group", group ? dgettext(domain, group) : NULL);
		ct_put_text(item, "heading", heading ? dgettext(domain, heading) : NULL);
	}
}

const char *ct_role_label(const char *role)
{
	static const struct {
		const char *role, *label;
	} labels[] = {
		{ "admin", N_("administrator") }, { "manager", N_("manager") },
		{ "treasurer", N_("treasurer") }, { "opener", N_("opener") },
		{ "member", N_("member") },	  { "contact", N_("contact") },
		{ "may_book", N_("may commit it") }, { "accounts", N_("accounts") },
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (!strcmp(labels[i].role, role))
			return _(labels[i].label);
	return role;
}

/* One entry an organisation, though she may hold several roles in it. */
static void put_switch(json_t *page, const struct ct_request *r, int64_t current)
{
	json_t *list = ct_put_array(page, "org_switch"), *role;
	int64_t last = 0;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role) {
		int64_t org = json_integer_value(json_object_get(role, "org"));
		json_t *item;

		if (org == last || !json_is_true(json_object_get(role, "operates")))
			continue;
		item = ct_add_object(list);
		ct_put_text(item, "name", json_string_value(json_object_get(role, "name")));
		ct_put_text(item, "href",
			    talloc_asprintf(r->s, "/o/%s",
					    json_string_value(json_object_get(role, "slug"))));
		ct_put_bool(item, "current", org == current);
		last = org;
	}
	ct_put_bool(page, "has_org_switch", json_array_size(list) > 1);
}

/* The one of this name (NULL: without one) in `list`; a new one, with an empty list `key`, where there is none. */
static json_t *named(json_t *list, const char *label, const char *key)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *name = json_string_value(json_object_get(one, "label"));

		if (label && name ? !strcmp(name, label) : label == name)
			return one;
	}
	one = ct_add_object(list);
	ct_put_text(one, "label", label);
	ct_put_array(one, key);
	return one;
}

static void put_in_drawer(json_t *page, json_t *item, const char *label)
{
	json_t *group = named(json_object_get(page, "org_groups"), label, "parts");
	json_t *part = named(json_object_get(group, "parts"), json_string_value(json_object_get(item, "heading")), "items");
	bool open = json_is_true(json_object_get(group, "open")) || json_is_true(json_object_get(item, "current"));

	json_array_append(json_object_get(part, "items"), item);
	ct_put_bool(group, "open", open);
}

/* The second bar: what has no group is seen at once, each group is a drawer, open where the reader is in it. */
static void put_org_nav(struct ct_request *r, json_t *page, int64_t org, const char *slug)
{
	json_t *all = json_array(), *item;
	size_t i;

	ct_page_menu(r, all, org, slug);
	json_array_foreach(all, i, item) {
		const char *label = json_string_value(json_object_get(item, "group"));

		if (label)
			put_in_drawer(page, item, label);
		else
			json_array_append(json_object_get(page, "org_nav"), item);
	}
	if (!json_array_size(all)) /* a member has nothing to run: no second bar for her */
		ct_put_null(page, "org");
	json_decref(all);
}

static void put_org(struct ct_request *r, json_t *page)
{
	json_t *role = find_role(r), *org;
	const char *slug;
	int64_t id;

	ct_put_array(page, "org_nav");
	ct_put_array(page, "org_groups");
	if (!role) {
		ct_put_text(page, "org", NULL);
		ct_put_array(page, "org_switch");
		ct_put_bool(page, "has_org_switch", false);
		return;
	}
	id = json_integer_value(json_object_get(role, "org"));
	slug = json_string_value(json_object_get(role, "slug"));
	org = ct_put_object(page, "org");
	ct_put_text(org, "slug", slug);
	ct_put_text(org, "name", json_string_value(json_object_get(role, "name")));
	ct_put_text(org, "role_label",
		    ct_role_label(json_string_value(json_object_get(role, "role"))));
	ct_put_text(org, "href", talloc_asprintf(r, "/o/%s", slug));
	put_switch(page, r, id);
	put_org_nav(r, page, id, slug);
}

static void put_languages(struct ct_request *r, json_t *page)
{
	json_t *list = ct_put_array(page, "langs");

	ct_put_text(page, "lang", r->lang);
	ct_put_bool(page, "languages", true);
	for (size_t i = 0; i < 2; i++) {
		json_t *item = ct_add_object(list);

		ct_put_text(item, "code", languages[i].code);
		ct_put_text(item, "label", languages[i].label);
		ct_put_text(item, "href",
			    talloc_asprintf(r, "%s?lang=%s", r->s->path, languages[i].code));
		ct_put_bool(item, "current", !strcmp(languages[i].code, r->lang));
	}
}

/* "Page – organisation – network", of what there is. */
static void put_titles(struct ct_request *r, json_t *page)
{
	const char *heading = json_string_value(json_object_get(r->view, "heading_ui"));
	const char *site = ct_setting_text(r, "site.name"), *org = r->s->org_name;
	const struct ct_route *route = r->s->entry ? r->s->entry->route : NULL;

	if (!heading)
		heading = json_string_value(json_object_get(r->view, "title"));
	if (!heading && route && route->title)
		heading = dgettext(r->plugin->domain ? r->plugin->domain : CT_TEXT_DOMAIN,
				   route->title);
	if (!heading)
		heading = site;
	if (org && !strcmp(org, site))
		org = NULL;
	ct_put_text(page, "heading", heading);
	ct_put_text(page, "title",
		    talloc_asprintf(r, "%s%s%s%s%s", heading, org ? " – " : "", org ? org : "",
				    strcmp(heading, site) ? " – " : "",
				    strcmp(heading, site) ? site : ""));
	ct_put_text(page, "site_name", site);
	ct_put_text(page, "network_name", org);
}

/* Controls have ids with "-" for "_". */
static const char *control_link(struct ct_request *r, const char *field)
{
	char *link = talloc_asprintf(r, "#f-%s", field);

	for (char *c = link; *c; c++)
		*c = *c == '_' ? '-' : *c;
	return link;
}

static void put_errors(struct ct_request *r)
{
	json_t *summary, *items, *text;
	const char *field, *problem = json_string_value(json_object_get(r->view, "problem"));

	if (!json_object_size(r->s->errors) && !problem) {
		ct_put_text(r->view, "errors_ui", NULL);
		return;
	}
	summary = ct_put_object(r->view, "errors_ui");
	ct_put_text(summary, "title",
		    problem && !json_object_size(r->s->errors)
			    ? problem
			    : _("Something has to be corrected"));
	items = ct_put_array(summary, "items");
	json_object_foreach(r->s->errors, field, text) {
		json_t *item = ct_add_object(items);

		ct_put_text(item, "href", control_link(r, field));
		ct_put_text(item, "text", json_string_value(text));
	}
}

static void put_contact(struct ct_request *r, json_t *page)
{
	const char *phone = ct_setting_text(r, "site.phone");
	const struct ct_field field = { .name = "phone", .type = CT_PHONE };
	const struct ct_value value = { .set = phone != NULL, .text = phone };

	ct_put_bool(page, "has_phone", phone != NULL);
	ct_put_text(page, "phone_ui", phone ? ct_field_show(r, &field, &value, r->lang) : NULL);
	ct_put_text(page, "phone_href", phone ? talloc_asprintf(r, "tel:%s", phone) : NULL);
}

/* A client organisation has no such pages: on its own the network's stand in. */
static const char *law_slug(const struct ct_request *r)
{
	const json_t *role;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role)
		if (json_integer_value(json_object_get(role, "org")) == r->org &&
		    !json_is_true(json_object_get(role, "operates")))
			return NULL;
	return r->s->org_slug;
}

/* Of the organisation that the page is about, else of the network. */
static void put_law(struct ct_request *r, json_t *page)
{
	static const struct { const char *page, *label; } pages[] = {
		{ "notice", N_("Legal notice") }, { "privacy", N_("Privacy") },
		{ "terms", N_("Conditions") },	  { "accessibility", N_("Accessibility") },
	};
	const char *slug = law_slug(r);
	json_t *list = ct_put_array(page, "law");

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		json_t *item = ct_add_object(list);
		const char *href = slug ? ct_url(r, "/legal/%s/%s", slug, pages[i].page)
					: ct_url(r, "/legal/%s", pages[i].page);

		ct_put_text(item, "label", _(pages[i].label));
		ct_put_text(item, "href", href);
		if (!strcmp(pages[i].page, "privacy"))
			ct_put_text(page, "privacy_href", href);
	}
	ct_put_text(page, "help_href", slug ? ct_url(r, "/legal/%s/help", slug) : "/help");
}

/* The box in the top bar; the search page has a larger one. */
static void put_search(struct ct_request *r, json_t *page)
{
	json_t *search;

	ct_put_null(page, "search");
	if (!strcmp(r->s->path, "/search"))
		return;
	search = ct_put_object(page, "search");
	ct_put_text(search, "action", "/search");
	ct_put_text(search, "value", NULL);
}

static void put_logo(struct ct_request *r, json_t *page)
{
	json_t *logo;

	if (!r->s->org_logo.uid) {
		ct_put_null(page, "logo");
		return;
	}
	logo = ct_put_object(page, "logo");
	ct_put_text(logo, "src", ct_url(r, "/files/%s/small", r->s->org_logo.uid));
	ct_put_int(logo, "width", r->s->org_logo.width);
	ct_put_int(logo, "height", r->s->org_logo.height);
}

static void put_assets(struct ct_request *r, json_t *page)
{
	const char *version = r->s->core->assets, *light = r->s->org_colour, *dark = r->s->org_colour_dark;

	put_logo(r, page);
	ct_put_text(page, "theme_href", light || dark
		    ? talloc_asprintf(r, "/o/%s/theme.css?v=%s%s", r->s->org_slug, light ? light + 1 : "",
				      dark ? dark + 1 : "") : NULL);
	ct_put_text(page, "asset_css", talloc_asprintf(r, "/static/core/comptoir.css?%s", version));
	ct_put_text(page, "asset_js", talloc_asprintf(r, "/static/core/comptoir.js?%s", version));
	ct_put_text(page, "asset_sprite", "/static/core/sprite.svg");
}

/* Back to this page afterwards, with its query. */
static const char *login_link(struct ct_request *r)
{
	struct ct_buf *link = ct_buf_new(r, 16384);

	ct_buf_text(link, "/login?next=");
	ct_url_arg(link, r->s->path);
	if (*r->s->query_text) {
		ct_url_arg(link, "?");
		ct_url_arg(link, r->s->query_text);
	}
	return ct_buf_data(link);
}

static void put_place(struct ct_request *r, json_t *page)
{
	bool get = !strcmp(r->s->method, "GET") && r->s->entry;
	const char *query = r->s->query_text;

	ct_put_text(page, "base", "/");
	ct_put_text(page, "url", r->s->path);
	ct_put_text(page, "csrf", ct_access_csrf_token(r));
	ct_put_text(page, "login_href", get && strcmp(r->s->path, "/login") ? login_link(r) : "/login");
	ct_put_text(page, "logout_href", "/logout");
	ct_put_text(page, "request_id", r->id);
	ct_put_int(page, "status", r->s->response.status ? r->s->response.status : 200);
	ct_put_text(page, "json_href",
		    get && strcmp(r->s->path, "/") ? talloc_asprintf(r, "%s.json%s%s", r->s->path,
								     *query ? "?" : "", query)
						   : NULL);
	ct_put_bool(page, "embed", r->s->embed);
}

/* A page without its banner is still a page: a hook that fails is logged only. */
static void put_banners(struct ct_request *r, json_t *page)
{
	struct ct_error e;

	ct_put_array(page, "banners");
	if (ct_raise_handlers(r, "page.banner", &e))
		ct_log(CT_LOG_ERROR, "page_banner", "request", r->id, "why", e.text, NULL);
}

void ct_page_frame(struct ct_request *r)
{
	json_t *page = ct_put_object(r->view, "page");

	put_titles(r, page);
	put_languages(r, page);
	put_person(r, page);
	put_org(r, page);
	ct_page_menu(r, ct_put_array(page, "nav"), 0, NULL);
	put_place(r, page);
	put_contact(r, page);
	put_law(r, page);
	put_search(r, page);
	put_assets(r, page);
	put_banners(r, page);
	put_errors(r);
	if (!json_object_get(r->view, "breadcrumbs_ui"))
		ct_put_array(r->view, "breadcrumbs_ui");
	ct_put_json(page, "breadcrumbs", json_incref(json_object_get(r->view, "breadcrumbs_ui")));
	ct_put_bool(page, "has_breadcrumbs",
		    json_array_size(json_object_get(page, "breadcrumbs")) > 0);
	ct_put_json(page, "notices", json_incref(r->s->notices));
	ct_put_bool(page, "has_notices", json_array_size(r->s->notices) > 0);
}
