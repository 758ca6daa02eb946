/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as method and path ("GET /path", split at the first space), against a tree of all sorts of routes. */
#include "fuzz_http.h"

#include <string.h>

#include "plugin/registry.h"
#include "route/router.h"

static const struct ct_plugin plugin = { CT_HEAD("fuzz") };
static const struct ct_module module = { .plugin = &plugin };

#define ROUTE(m, p)                    \
	{                              \
		.method = m, .path = p \
	}
static const struct ct_route routes[] = {
	ROUTE("GET", "/"),
	ROUTE("GET", "/a"),
	ROUTE("POST", "/a"),
	ROUTE("GET", "/a/{x}"),
	ROUTE("GET", "/a/{x}.ics"),
	ROUTE("GET", "/a/b"),
	ROUTE("GET", "/a/{x}/c"),
	ROUTE("PUT", "/{x}/{y}/{z}"),
	ROUTE("GET", "/{x}/{y}/{z}.css"),
	ROUTE("GET", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}"),
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

static struct ct_router *build(void *mem)
{
	static struct ct_route_entry entries[ROUTES];
	struct ct_router *router = ct_router_new(mem);
	struct ct_error e;

	for (size_t i = 0; i < ROUTES; i++) {
		entries[i] = (struct ct_route_entry){ .route = &routes[i], .module = &module };
		MUST(!ct_router_add(router, &entries[i], &e));
	}
	return router;
}

static void check_match(const struct ct_match *m, const char *method)
{
	const char *at = m->entry->route->path;

	MUST(!strcmp(m->entry->route->method, strcmp(method, "HEAD") ? method : "GET"));
	MUST(m->n_params <= CT_PATH_SEGMENTS);
	for (size_t i = 0; i < m->n_params; i++) {
		at = strchr(at, '{');
		MUST(at && !strncmp(at + 1, m->params[i].name, strlen(m->params[i].name)));
		MUST(*m->params[i].value && !strchr(m->params[i].value, '/'));
		at++;
	}
	MUST(!strchr(at, '{'));
	MUST(!m->suffix || !strcmp(m->suffix, "csv") || !strcmp(m->suffix, "json"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	char *method = as_text(data, size), *path = method + strcspn(method, " ");
	struct ct_match m;
	const char *allow = NULL;
	struct ct_error e;
	int rc;

	if (*path)
		*path++ = '\0';
	rc = ct_router_find(build(mem), mem, method, path, &m, &allow, &e);
	if (!rc) {
		check_match(&m, method);
	} else {
		MUST(rc == CT_MISSING || rc == CT_METHOD || rc == CT_BAD);
		MUST((rc == CT_METHOD) == (allow && *allow));
	}
	free(method);
	talloc_free(mem);
	return 0;
}
