/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks every table of every module, so that a mistake stops a generation and not a request. */
#include "plugin/registry.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "record/record.h"
#include "route/router.h"

static int bad(struct ct_error *e, const struct ct_module *m, const char *row, const char *why)
{
	return ct_fail(e, CT_BROKEN, "plugin %s: %s: %s", m->plugin->name, row, why);
}

static void add_kind(struct ct_registry *g, const struct ct_module *m, struct ct_kind_entry entry)
{
	entry.module = m;
	entry.name = m->builtin ? entry.kind->name
				: talloc_asprintf(g, "%s.%s", m->plugin->name, entry.kind->name);
	g->kinds = talloc_realloc(g, g->kinds, struct ct_kind_entry, g->n_kinds + 1);
	g->kinds[g->n_kinds++] = entry;
}

static void add_route(struct ct_registry *g, const struct ct_module *m,
		      const struct ct_route *route, const struct ct_record_info *record)
{
	g->routes = talloc_realloc(g, g->routes, struct ct_route_entry, g->n_routes + 1);
	g->routes[g->n_routes++] = (struct ct_route_entry){ route, m, record };
}

static int add_records(struct ct_registry *g, struct ct_module *m, struct ct_error *e)
{
	const struct ct_record *record = m->plugin->records;
	size_t n = 0;

	for (; record && record->name; record++) {
		struct ct_record_info *info;
		int rc = ct_record_prepare(g, m->plugin, record, m->builtin, &info, e);

		if (rc)
			return rc;
		m->records = talloc_realloc(g, m->records, struct ct_record_info *, n + 1);
		m->records[n++] = info;
		add_kind(g, m,
			 (struct ct_kind_entry){ .kind = &info->kind,
						 .find = &info->find,
						 .find_text = &info->find_text,
						 .labels = &info->labels });
		for (const struct ct_route *route = info->routes; route->method; route++)
			add_route(g, m, route, info);
	}
	return 0;
}

static int add_kinds(struct ct_registry *g, const struct ct_module *m, struct ct_error *e)
{
	for (const struct ct_kind *kind = m->plugin->kinds; kind && kind->name; kind++) {
		struct ct_kind_entry entry = { .kind = kind };

		entry.find = kind->find ? ct_plugin_query(m->plugin, kind->find) : NULL;
		entry.find_text = kind->find_text ? ct_plugin_query(m->plugin, kind->find_text)
						  : NULL;
		entry.labels = kind->labels ? ct_plugin_query(m->plugin, kind->labels) : NULL;
		if (!entry.find || (kind->find_text && !entry.find_text) ||
		    (kind->labels && !entry.labels))
			return bad(e, m, kind->name,
				   "a kind names a query that the plugin does not have");
		if (kind->see && strcmp(kind->see, CT_PUBLIC) &&
		    !ct_registry_permission(g, kind->see))
			return bad(e, m, kind->name, "no such permission");
		add_kind(g, m, entry);
	}
	return 0;
}

static int check_queries(const struct ct_module *m, struct ct_error *e)
{
	for (const struct ct_query *q = m->plugin->queries; q && q->name; q++) {
		const char *sql = q->sql + strspn(q->sql, " \t\n(");
		bool reads = !strncasecmp(sql, "SELECT", 6) || !strncasecmp(sql, "WITH", 4);

		if (ct_plugin_query(m->plugin, q->name) != q)
			return bad(e, m, q->name, "two queries have this name");
		if (!reads && !q->audits)
			return bad(e, m, q->name,
				   "a writing query must say what it audits (\"-\": nothing)");
	}
	return 0;
}

static int check_field(const struct ct_registry *g, const struct ct_module *m,
		       const struct ct_field *f, struct ct_error *e)
{
	if (f->type < CT_TEXT || f->type > CT_CONSENT)
		return bad(e, m, f->name, "a field without a type");
	if (f->type == CT_CHOICE && !f->choices)
		return bad(e, m, f->name, "a choice without choices");
	if (f->type == CT_REF && (!f->ref || !ct_registry_kind(g, f->ref)))
		return bad(e, m, f->name, "refers to a kind that nobody declares");
	if (!f->label)
		return bad(e, m, f->name, "a field without a label");
	return 0;
}

static int check_fields(const struct ct_registry *g, const struct ct_module *m,
			const struct ct_field *fields, struct ct_error *e)
{
	for (const struct ct_field *f = fields; f && f->name; f++) {
		int rc = check_field(g, m, f, e);

		if (rc)
			return rc;
		for (const struct ct_field *other = fields; other < f; other++)
			if (!strcmp(other->name, f->name))
				return bad(e, m, f->name, "two fields have this name");
	}
	return 0;
}

static bool path_has(const char *path, const char *name)
{
	const char *at = strstr(path, name);

	return at && at > path && at[-1] == '{' && at[strlen(name)] == '}';
}

static bool field_has(const struct ct_field *fields, const char *name)
{
	for (; fields && fields->name; fields++)
		if (!strcmp(fields->name, name))
			return true;
	return false;
}

static int check_subject(const struct ct_registry *g, const struct ct_route_entry *entry,
			 struct ct_error *e)
{
	const struct ct_route *r = entry->route;
	const struct ct_subject *s = &r->subject;
	const struct ct_module *m = entry->module;

	if ((s->from == CT_FROM_PATH || s->from == CT_FROM_FIELD) && !ct_registry_kind(g, s->kind))
		return bad(e, m, r->path, "its subject is of a kind that nobody declares");
	if ((s->from == CT_FROM_PATH || s->from == CT_FROM_ORG) && !path_has(r->path, s->name))
		return bad(e, m, r->path, "its subject is not in the path");
	if (s->from == CT_FROM_FIELD && !field_has(r->fields, s->name))
		return bad(e, m, r->path, "its subject is not among the fields");
	return 0;
}

static int check_permission(const struct ct_registry *g, const struct ct_route_entry *entry,
			    struct ct_error *e)
{
	const struct ct_route *r = entry->route;
	const char *p = r->permission;
	bool open = p && (!strcmp(p, CT_PUBLIC) || !strcmp(p, CT_SIGNED_IN));

	if (!p)
		return bad(e, entry->module, r->path, "a route without permission");
	if (!open && !ct_registry_permission(g, p))
		return bad(e, entry->module, r->path, "no such permission");
	if (!open && r->subject.from == CT_FROM_NOTHING)
		return bad(e, entry->module, r->path,
			   "a permission needs a subject to be checked in");
	if (r->owner && r->subject.from != CT_FROM_PATH)
		return bad(e, entry->module, r->path, "only a subject of the path has an owner");
	return 0;
}

static int check_routes(struct ct_registry *g, struct ct_error *e)
{
	g->router = ct_router_new(g);
	for (size_t i = 0; i < g->n_routes; i++) {
		const struct ct_route_entry *entry = &g->routes[i];
		int rc;

		if (!entry->route->handler)
			return bad(e, entry->module, entry->route->path, "a route without handler");
		if ((rc = check_subject(g, entry, e)) || (rc = check_permission(g, entry, e)) ||
		    (rc = check_fields(g, entry->module, entry->route->fields, e)) ||
		    (rc = ct_router_add(g->router, entry, e)))
			return rc;
	}
	return 0;
}

static int check_menu(const struct ct_registry *g, const struct ct_module *m, struct ct_error *e)
{
	for (const struct ct_menu *menu = m->plugin->menu; menu && menu->label; menu++)
		if (!menu->permission || (strcmp(menu->permission, CT_PUBLIC) &&
					  strcmp(menu->permission, CT_SIGNED_IN) &&
					  !ct_registry_permission(g, menu->permission)))
			return bad(e, m, menu->path,
				   "a menu entry without a permission that exists");
	return 0;
}

static int check_names(const struct ct_registry *g, const struct ct_module *m, struct ct_error *e)
{
	const char *name = m->plugin->name;

	for (const char *c = name; *c; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c))
			return bad(e, m, name, "a plugin's name is [a-z0-9]+");
	for (size_t i = 0; i < g->n_kinds; i++)
		if (ct_registry_kind(g, g->kinds[i].name) != &g->kinds[i])
			return bad(e, g->kinds[i].module, g->kinds[i].name,
				   "two kinds have this name");
	for (const struct ct_permission *p = m->plugin->permissions; p && p->name; p++)
		if (ct_registry_permission(g, p->name) != p)
			return bad(e, m, p->name, "two permissions have this name");
	return 0;
}

int ct_registry_check(struct ct_registry *g, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < g->n_modules && !rc; i++) {
		struct ct_module *m = &g->modules[i];

		if ((rc = check_queries(m, e)) || (rc = add_kinds(g, m, e)) ||
		    (rc = add_records(g, m, e)))
			return rc;
		for (const struct ct_route *route = m->plugin->routes; route && route->method;
		     route++)
			add_route(g, m, route, NULL);
	}
	for (size_t i = 0; i < g->n_modules && !rc; i++)
		if (!(rc = check_names(g, &g->modules[i], e)))
			rc = check_menu(g, &g->modules[i], e);
	return rc ? rc : check_routes(g, e);
}
