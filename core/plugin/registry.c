/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/registry.h"

#include <assert.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "record/record.h"
#include "route/router.h"

static bool has_module(const struct ct_registry *g, const char *name)
{
	return ct_registry_named(g, name) != NULL;
}

static void add_module(struct ct_registry *g, const struct ct_plugin *plugin, bool builtin)
{
	g->modules = talloc_realloc(g, g->modules, struct ct_module, g->n_modules + 1);
	g->modules[g->n_modules++] = (struct ct_module){ .plugin = plugin, .builtin = builtin };
}

static const char *find_file(void *mem, const char *dir, const char *name)
{
	const char *file = talloc_asprintf(mem, "%s/%s.so", dir, name);

	if (access(file, R_OK) == 0)
		return file;
	/* a build tree: libtool keeps what it has not installed yet here */
	return talloc_asprintf(mem, "%s/%s/.libs/%s.so", dir, name, name);
}

static int open_plugin(void *mem, const char *dir, const char *name,
		       const struct ct_plugin **plugin_r, struct ct_error *e)
{
	const char *file = find_file(mem, dir, name);
	const char *symbol = talloc_asprintf(mem, "ct_plugin_%s", name);
	const struct ct_plugin *plugin;
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return ct_fail(e, CT_BROKEN, "plugin %s: %s", name, dlerror());
	plugin = dlsym(handle, symbol);
	if (!plugin)
		return ct_fail(e, CT_BROKEN, "plugin %s: %s exports no %s", name, file, symbol);
	if (plugin->abi != CT_ABI || plugin->size != sizeof(*plugin))
		return ct_fail(e, CT_BROKEN,
			       "plugin %s: built for ABI %u/%u, this is %u/%zu: build it again",
			       name, plugin->abi, plugin->size, CT_ABI, sizeof(*plugin));
	if (!plugin->name || strcmp(plugin->name, name) != 0)
		return ct_fail(e, CT_BROKEN, "plugin %s: its table calls itself %s", name,
			       plugin->name ? plugin->name : "nothing");
	*plugin_r = plugin;
	return 0;
}

static bool offers(const struct ct_registry *g, const char *service)
{
	for (size_t i = 0; i < g->n_modules; i++) {
		const struct ct_service_offer *s = g->modules[i].plugin->services;

		for (; s && s->name; s++)
			if (!strcmp(s->name, service))
				return true;
	}
	return false;
}

static const char *missing_need(const struct ct_registry *g, const struct ct_plugin *plugin)
{
	static const char service[] = "service:";

	for (const char *const *need = plugin->needs; need && *need; need++) {
		if (!strncmp(*need, service, sizeof(service) - 1)) {
			if (!offers(g, *need + sizeof(service) - 1))
				return *need;
		} else if (!has_module(g, *need)) {
			return *need;
		}
	}
	return NULL;
}

/* Repeatedly takes the first by name whose needs are there, so the order never depends on the file. */
static int order_by_needs(struct ct_registry *g, const struct ct_plugin **open, size_t n,
			  struct ct_error *e)
{
	for (size_t left = n; left > 0; left--) {
		size_t best = n;

		for (size_t i = 0; i < n; i++)
			if (open[i] && !missing_need(g, open[i]) &&
			    (best == n || strcmp(open[i]->name, open[best]->name) < 0))
				best = i;
		if (best == n) {
			for (best = 0; !open[best];)
				best++;
			return ct_fail(e, CT_BROKEN, "plugin %s needs %s, which is not loaded",
				       open[best]->name, missing_need(g, open[best]));
		}
		add_module(g, open[best], false);
		open[best] = NULL;
	}
	return 0;
}

int ct_registry_load(void *mem, const char *dir, char *const *names,
		     struct ct_registry **registry_r, struct ct_error *e)
{
	struct ct_registry *g = talloc_zero(mem, struct ct_registry);
	const struct ct_plugin **open = talloc_array(g, const struct ct_plugin *, 0);
	size_t n = 0;
	int rc = 0;

	for (const struct ct_plugin *const *builtin = ct_builtin_modules; *builtin; builtin++)
		add_module(g, *builtin, true);
	for (; *names && !rc; names++) {
		open = talloc_realloc(g, open, const struct ct_plugin *, n + 1);
		rc = open_plugin(open, dir, *names, &open[n], e);
		for (size_t i = 0; i < n && !rc; i++)
			if (open[i] == open[n])
				rc = ct_fail(e, CT_BROKEN, "plugin %s is named twice", *names);
		n++;
	}
	if (!rc)
		rc = order_by_needs(g, open, n, e);
	if (rc) {
		talloc_free(g);
		return rc;
	}
	*registry_r = g;
	return 0;
}

int ct_registry_init(struct ct_registry *g, struct ct_error *e)
{
	for (size_t i = 0; i < g->n_modules; i++) {
		struct ct_module *m = &g->modules[i];
		int rc;

		m->state = (struct ct_plugin_state *)talloc_named_const(g, 1, m->plugin->name);
		rc = m->plugin->init ? m->plugin->init(m->state, e) : 0;
		if (rc)
			return rc;
	}
	return 0;
}

const struct ct_module *ct_registry_module(const struct ct_registry *g,
					   const struct ct_plugin *plugin)
{
	for (size_t i = 0; i < g->n_modules; i++)
		if (g->modules[i].plugin == plugin)
			return &g->modules[i];
	assert(!"a plugin that is not loaded");
	return NULL;
}

const struct ct_module *ct_registry_named(const struct ct_registry *g, const char *plugin)
{
	for (size_t i = 0; i < g->n_modules; i++)
		if (!strcmp(g->modules[i].plugin->name, plugin))
			return &g->modules[i];
	return NULL;
}

const struct ct_kind_entry *ct_registry_kind(const struct ct_registry *g, const char *name)
{
	for (size_t i = 0; i < g->n_kinds; i++)
		if (!strcmp(g->kinds[i].name, name))
			return &g->kinds[i];
	return NULL;
}

const struct ct_permission *ct_registry_permission(const struct ct_registry *g, const char *name)
{
	for (size_t i = 0; i < g->n_modules; i++) {
		const struct ct_permission *p = g->modules[i].plugin->permissions;

		for (; p && p->name; p++)
			if (!strcmp(p->name, name))
				return p;
	}
	return NULL;
}

const struct ct_query *ct_plugin_query(const struct ct_plugin *plugin, const char *name)
{
	for (const struct ct_query *q = plugin->queries; q && q->name; q++)
		if (!strcmp(q->name, name))
			return q;
	return NULL;
}
