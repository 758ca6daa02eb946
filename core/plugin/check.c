/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks every table of every module, so that a mistake stops a generation and not a request. */
#include "plugin/registry.h"

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
	if (f->type == CT_FILE && (!f->accept || f->many))
		return bad(e, m, f->name, "a file says what it accepts, and is one");
	if (f->readers && strcmp(f->readers, CT_PUBLIC) && !ct_registry_permission(g, f->readers))
		return bad(e, m, f->name, "readers is no permission");
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
	size_t len = strlen(name);

	for (const char *open = strchr(path, '{'); open; open = strchr(open + 1, '{'))
		if (!strncmp(open + 1, name, len) && open[len + 1] == '}')
			return true;
	return false;
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
	const struct ct_permission *permission = p ? ct_registry_permission(g, p) : NULL;

	if (!p)
		return bad(e, entry->module, r->path, "a route without permission");
	if (!open && !permission)
		return bad(e, entry->module, r->path, "no such permission");
	/* whoever looks after the installation needs no organisation for that */
	if (!open && r->subject.from == CT_FROM_NOTHING && permission->role != CT_ROLE_INSTALLATION)
		return bad(e, entry->module, r->path,
			   "a permission needs a subject to be checked in");
	if (r->owner && r->subject.from != CT_FROM_PATH)
		return bad(e, entry->module, r->path, "only a subject of the path has an owner");
	return 0;
}

/* Is `name` ("lines.label") a member of something that was declared before it? */
static bool has_parent(const struct ct_view_field *view, const struct ct_view_field *member)
{
	size_t len = strcspn(member->name, ".");

	if (!member->name[len])
		return true;
	for (; view < member; view++)
		if (strlen(view->name) == len && !strncmp(view->name, member->name, len))
			return !strcmp(view->type, "object") || !strcmp(view->type, "array");
	return false;
}

static int check_view(const struct ct_route_entry *entry, struct ct_error *e)
{
	static const char *const types[] = { "text", "integer", "boolean", "id", "money",
					     "time", "date", "object", "file", "array", NULL };
	const struct ct_view_field *view = entry->route->view;

	for (const struct ct_view_field *f = view; f && f->name; f++) {
		const char *const *type = types;

		while (*type && (!f->type || strcmp(*type, f->type) != 0))
			type++;
		if (!*type)
			return bad(e, entry->module, f->name, "a view field without a type");
		if (!has_parent(view, f))
			return bad(e, entry->module, f->name,
				   "what it is a member of is no object or array before it");
		for (const struct ct_view_field *other = view; other < f; other++)
			if (!strcmp(other->name, f->name))
				return bad(e, entry->module, f->name, "two view fields have this name");
	}
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
		    (rc = check_view(entry, e)) || (rc = ct_router_add(g->router, entry, e)))
			return rc;
	}
	return 0;
}

static int check_menu(const struct ct_registry *g, const struct ct_module *m, struct ct_error *e)
{
	for (const struct ct_menu *menu = m->plugin->menu; menu && menu->label; menu++) {
		if (!menu->path || *menu->path != '/')
			return bad(e, m, menu->label, "a menu entry without a path");
		if (!menu->permission || (strcmp(menu->permission, CT_PUBLIC) &&
					  strcmp(menu->permission, CT_SIGNED_IN) &&
					  !ct_registry_permission(g, menu->permission)))
			return bad(e, m, menu->path,
				   "a menu entry without a permission that exists");
	}
	return 0;
}

static int check_settings(const struct ct_module *m, struct ct_error *e)
{
	const struct ct_setting *all = m->plugin->settings;

	for (const struct ct_setting *s = all; s && s->key; s++) {
		if (s->type < CT_TEXT || s->type > CT_CONSENT)
			return bad(e, m, s->key, "a setting without a type");
		if (s->type == CT_CHOICE && !s->choices)
			return bad(e, m, s->key, "a choice without choices");
		if (!s->help)
			return bad(e, m, s->key, "a setting without help");
		for (const struct ct_setting *other = all; other < s; other++)
			if (!strcmp(other->key, s->key))
				return bad(e, m, s->key, "two settings have this name");
	}
	return 0;
}

static int check_functions(const struct ct_module *m, struct ct_error *e)
{
	const struct ct_job *jobs = m->plugin->jobs;

	for (const struct ct_hook *h = m->plugin->hooks; h && h->stage; h++)
		if (!h->function)
			return bad(e, m, h->stage, "a hook without function");
	for (const struct ct_job *job = jobs; job && job->name; job++) {
		if (!job->run || !job->seconds)
			return bad(e, m, job->name, "a job without function or period");
		for (const struct ct_job *other = jobs; other < job; other++)
			if (!strcmp(other->name, job->name))
				return bad(e, m, job->name, "two jobs have this name");
	}
	return 0;
}

/* A service is asked for by its name alone, so one module offers it. */
static int check_services(const struct ct_registry *g, const struct ct_module *m, struct ct_error *e)
{
	const struct ct_service_offer *mine = m->plugin->services;

	for (const struct ct_service_offer *s = mine; s && s->name; s++) {
		if (!s->table)
			return bad(e, m, s->name, "a service without table");
		for (size_t i = 0; i < g->n_modules; i++)
			for (const struct ct_service_offer *o = g->modules[i].plugin->services;
			     o && o->name; o++)
				if (o != s && !strcmp(o->name, s->name))
					return bad(e, m, s->name, "two services have this name");
	}
	return 0;
}

static int check_names(const struct ct_registry *g, const struct ct_module *m, struct ct_error *e)
{
	const char *name = m->plugin->name;

	if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(name))
		return bad(e, m, name, "a plugin's name is [a-z0-9]+");
	for (size_t i = 0; i < g->n_kinds; i++)
		if (ct_registry_kind(g, g->kinds[i].name) != &g->kinds[i])
			return bad(e, g->kinds[i].module, g->kinds[i].name,
				   "two kinds have this name");
	for (const struct ct_permission *p = m->plugin->permissions; p && p->name; p++) {
		if (ct_registry_permission(g, p->name) != p)
			return bad(e, m, p->name, "two permissions have this name");
		if (!p->role)
			return bad(e, m, p->name, "a permission that nobody has");
	}
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
	for (size_t i = 0; i < g->n_modules && !rc; i++) {
		const struct ct_module *m = &g->modules[i];

		if ((rc = check_names(g, m, e)) || (rc = check_menu(g, m, e)) ||
		    (rc = check_settings(m, e)) || (rc = check_functions(m, e)))
			return rc;
		rc = check_services(g, m, e);
	}
	return rc ? rc : check_routes(g, e);
}
