/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is loaded: the built-in modules and the plugins, in the order of their needs, with an index over
 * their routes, kinds, permissions and hooks. Built when a generation starts and read-only afterwards.
 *
 * ct_registry_load opens plugins with RTLD_NOW|RTLD_LOCAL and never closes them: a generation ends by
 * ending its process (re-opening a replaced file in a living one gave the old code).
 */
#ifndef CORE_PLUGIN_REGISTRY_H
#define CORE_PLUGIN_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <comptoir/plugin.h>

#include "plugin/builtin.h"

struct ct_record_info;
struct ct_router;

struct ct_module {
	const struct ct_plugin *plugin;
	bool builtin;			/* part of the core: its tables and kinds carry no prefix */
	struct ct_plugin_state *state;
	struct ct_record_info **records;	/* parallel to plugin->records */
};

/* A kind under its full name: "reservation.booking", of a built-in module just "place". */
struct ct_kind_entry {
	const char *name;
	const struct ct_kind *kind;
	const struct ct_module *module;
	const struct ct_query *find, *find_text, *labels;
};

struct ct_route_entry {
	const struct ct_route *route;
	const struct ct_module *module;
	const struct ct_record_info *record;	/* a record's route; else NULL */
};

struct ct_registry {
	struct ct_module *modules;
	size_t n_modules;
	struct ct_route_entry *routes;
	size_t n_routes;
	struct ct_kind_entry *kinds;
	size_t n_kinds;
	struct ct_router *router;
};

/* Adds the built-in modules and the plugins `names` (NULL-terminated) found in folder `dir`, in the order of needs. */
int ct_registry_load(void *mem, const char *dir, char *const *names, struct ct_registry **registry_r,
		     struct ct_error *e) CT_MUST_USE;

/* Builds records, kinds, routes and the router, and checks every table: names, doubles, references between them. */
int ct_registry_check(struct ct_registry *, struct ct_error *e) CT_MUST_USE;

/* Calls each init; in a generation before it forks. */
int ct_registry_init(struct ct_registry *, struct ct_error *e) CT_MUST_USE;

const struct ct_module *ct_registry_module(const struct ct_registry *, const struct ct_plugin *);
const struct ct_module *ct_registry_named(const struct ct_registry *, const char *plugin);
const struct ct_kind_entry *ct_registry_kind(const struct ct_registry *, const char *name);
const struct ct_permission *ct_registry_permission(const struct ct_registry *, const char *name);
const struct ct_query *ct_plugin_query(const struct ct_plugin *, const char *name);

#endif
