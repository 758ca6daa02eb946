/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "route/router.h"

#include <string.h>
#include <talloc.h>

#include "http/urlencoded.h"
#include "plugin/registry.h"

struct leaf {
	const struct ct_route_entry *entry;
};

struct node {
	const char
		*literal; /* the segment, or the suffix behind a parameter ("" for a plain one) */
	bool parameter;
	const char *name; /* of the parameter, where several routes agree on it */
	struct node **children;
	size_t n_children;
	struct leaf *leaves; /* one a method */
	size_t n_leaves;
};

struct ct_router {
	struct node *root;
};

struct walk {
	char *const *segments;
	size_t n;
	const char *values[CT_PATH_SEGMENTS];
	size_t n_values;
};

struct ct_router *ct_router_new(void *mem)
{
	struct ct_router *router = talloc_zero(mem, struct ct_router);

	router->root = talloc_zero(router, struct node);
	return router;
}

/* Splits at '/', without the first; "/" gives no segment. NULL where there are too many. */
static char **split(void *mem, const char *path, size_t *n_r)
{
	char **segments = talloc_array(mem, char *, CT_PATH_SEGMENTS);
	size_t n = 0;

	while (*path == '/' && path[1]) {
		size_t len = strcspn(++path, "/");

		if (n == CT_PATH_SEGMENTS)
			return NULL;
		segments[n++] = talloc_strndup(segments, path, len);
		path += len;
	}
	if (*path == '/' && n) /* a final slash is a segment of its own: another address */
		return NULL;
	*n_r = n;
	return segments;
}

static struct node *child(struct node *parent, const char *segment)
{
	bool parameter = *segment == '{';
	const char *literal = parameter ? strchr(segment, '}') + 1 : segment;
	struct node *node;

	for (size_t i = 0; i < parent->n_children; i++) {
		node = parent->children[i];
		if (node->parameter == parameter && !strcmp(node->literal, literal))
			return node;
	}
	parent->children = talloc_realloc(parent, parent->children, struct node *,
					  parent->n_children + 1);
	node = talloc_zero(parent->children, struct node);
	node->literal = talloc_strdup(node, literal);
	node->parameter = parameter;
	parent->children[parent->n_children++] = node;
	return node;
}

/* No brace at all, or one parameter with its name at the start: "{id}", "{id}.ics". */
static bool is_segment(const char *segment)
{
	const char *close = strchr(segment, '}');

	if (*segment != '{')
		return !strpbrk(segment, "{}");
	return close && close > segment + 1 && !memchr(segment + 1, '{', (size_t)(close - segment - 1)) &&
	       !strpbrk(close + 1, "{}");
}

int ct_router_add(struct ct_router *router, const struct ct_route_entry *entry, struct ct_error *e)
{
	const struct ct_route *route = entry->route;
	const char *who = entry->module->plugin->name;
	struct node *node = router->root;
	size_t n = 0;
	char **segments = *route->path == '/' ? split(router, route->path, &n) : NULL;

	if (!segments)
		return ct_fail(e, CT_BROKEN, "plugin %s: route %s is no path", who, route->path);
	for (size_t i = 0; i < n; i++) {
		if (!is_segment(segments[i]))
			return ct_fail(e, CT_BROKEN, "plugin %s: route %s: %s is no parameter", who,
				       route->path, segments[i]);
		node = child(node, segments[i]);
	}
	for (size_t i = 0; i < node->n_leaves; i++)
		if (!strcmp(node->leaves[i].entry->route->method, route->method))
			return ct_fail(e, CT_BROKEN,
				       "plugin %s: route %s %s stands twice (also in %s)", who,
				       route->method, route->path,
				       node->leaves[i].entry->module->plugin->name);
	node->leaves = talloc_realloc(node, node->leaves, struct leaf, node->n_leaves + 1);
	node->leaves[node->n_leaves++].entry = entry;
	return 0;
}

static const struct node *descend(const struct node *node, struct walk *w, size_t at);

/* Tries the children of one sort: 0 literals, 1 parameters with a suffix, 2 plain parameters. */
static const struct node *descend_sort(const struct node *node, struct walk *w, size_t at, int sort)
{
	const char *segment = w->segments[at];
	size_t len = strlen(segment);

	for (size_t i = 0; i < node->n_children; i++) {
		const struct node *next = node->children[i], *found;
		size_t tail = strlen(next->literal), values = w->n_values;

		if (sort != (!next->parameter ? 0 : tail ? 1 : 2))
			continue;
		if (next->parameter
			    ? tail >= len || strcmp(segment + len - tail, next->literal) != 0
			    : strcmp(segment, next->literal) != 0)
			continue;
		if (next->parameter)
			w->values[w->n_values++] = talloc_strndup(w->segments, segment, len - tail);
		found = descend(next, w, at + 1);
		if (found)
			return found;
		w->n_values = values;
	}
	return NULL;
}

static const struct node *descend(const struct node *node, struct walk *w, size_t at)
{
	const struct node *found = NULL;

	if (at == w->n)
		return node->n_leaves ? node : NULL;
	for (int sort = 0; sort < 3 && !found; sort++)
		found = descend_sort(node, w, at, sort);
	return found;
}

/* "/o/filature.json" is the page of filature as JSON: a plain parameter leaves its suffix to the format. */
static bool is_plain(const struct node *node)
{
	return node->parameter && !*node->literal;
}

static const struct ct_route_entry *leaf_of(const struct node *node, const char *method)
{
	for (size_t i = 0; i < node->n_leaves; i++)
		if (!strcmp(node->leaves[i].entry->route->method, method))
			return node->leaves[i].entry;
	return NULL;
}

static const char *allowed(void *mem, const struct node *node)
{
	char *text = talloc_strdup(mem, "");

	for (size_t i = 0; i < node->n_leaves; i++) {
		const char *method = node->leaves[i].entry->route->method;

		text = talloc_asprintf_append(text, "%s%s%s", *text ? ", " : "", method,
					      strcmp(method, "GET") == 0 ? ", HEAD" : "");
	}
	return text;
}

/* The names come from the route itself: two routes may call the same segment differently. */
static int name_params(void *mem, const struct walk *w, struct ct_match *match, struct ct_error *e)
{
	const char *at = match->entry->route->path;
	int rc;

	for (size_t i = 0; i < w->n_values; i++) {
		const char *open = strchr(at, '{'), *close = strchr(open, '}');
		char *value;

		rc = ct_percent_decode(mem, w->values[i], strlen(w->values[i]), &value, e);
		if (rc)
			return rc;
		match->params[i].name = talloc_strndup(mem, open + 1, (size_t)(close - open - 1));
		match->params[i].value = value;
		at = close;
	}
	match->n_params = w->n_values;
	return 0;
}

/* ".csv" and ".json" of the last segment are cut off in place. */
static const char *cut_suffix(char *segment)
{
	static const char *const suffixes[] = { "csv", "json" };
	char *dot = strrchr(segment, '.');

	for (size_t i = 0; dot && dot > segment && i < 2; i++)
		if (!strcmp(dot + 1, suffixes[i])) {
			*dot = '\0';
			return suffixes[i];
		}
	return NULL;
}

int ct_router_find(const struct ct_router *router, void *mem, const char *method, const char *path,
		   struct ct_match *match_r, const char **allow_r, struct ct_error *e)
{
	struct ct_match match = { 0 };
	struct walk w = { 0 };
	char **segments = split(mem, path, &w.n);
	const struct node *node;
	int rc;

	w.segments = segments;
	node = segments ? descend(router->root, &w, 0) : NULL;
	if ((!node || is_plain(node)) && segments && w.n &&
	    (match.suffix = cut_suffix(segments[w.n - 1]))) {
		w.n_values = 0;
		node = descend(router->root, &w, 0);
	}
	if (!node)
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	match.entry = leaf_of(node, strcmp(method, "HEAD") == 0 ? "GET" : method);
	if (!match.entry) {
		*allow_r = allowed(mem, node);
		return ct_fail(e, CT_METHOD, _("This address cannot be used in this way."));
	}
	rc = name_params(mem, &w, &match, e);
	if (!rc)
		*match_r = match;
	return rc;
}
