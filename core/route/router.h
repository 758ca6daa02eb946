/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From method and path to a route. A tree of path segments: a literal beats a parameter with a literal
 * suffix ("{id}.ics"), which beats a plain parameter. Where nothing else than a plain parameter matches the
 * last segment, a final ".csv" or ".json" is taken off it and asks for that form of the page.
 */
#ifndef CORE_ROUTE_ROUTER_H
#define CORE_ROUTE_ROUTER_H

#include <stddef.h>
#include <comptoir/error.h>

struct ct_route_entry;
struct ct_router;

enum { CT_PATH_SEGMENTS = 12 };

struct ct_path_param { const char *name, *value; };

struct ct_match {
	const struct ct_route_entry *entry;
	struct ct_path_param params[CT_PATH_SEGMENTS];	/* values on the `mem` of ct_router_find */
	size_t n_params;
	const char *suffix;		/* "csv", "json", or NULL */
};

/* An empty tree on `mem`. */
struct ct_router *ct_router_new(void *mem);

/* CT_BROKEN where the path is malformed or another route has the same method and path. */
int ct_router_add(struct ct_router *, const struct ct_route_entry *, struct ct_error *e) CT_MUST_USE;

/*
 * `path` is the still encoded path below the prefix. CT_BAD for bad percent-encoding, CT_MISSING without
 * a route; CT_METHOD where the path exists with other methods, which *allow_r then lists for Allow.
 */
int ct_router_find(const struct ct_router *, void *mem, const char *method, const char *path,
		   struct ct_match *match_r, const char **allow_r, struct ct_error *e) CT_MUST_USE;

#endif
