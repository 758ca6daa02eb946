/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For the tests of the template engine: one line loads a template (as "core/a") or several (the
 * first is rendered), renders it with a view written as JSON, and compares the output or the
 * complaint.
 */
#ifndef TESTS_MUSTACHE_CASES_H
#define TESTS_MUSTACHE_CASES_H

#include "view/mustache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

struct source {
	const char *name, *text;
};

static struct ct_error error;
static char refusal[600];

static inline void note(void *ctx, const char *where, const char *what)
{
	(void)ctx;
	snprintf(refusal, sizeof(refusal), "%s: %s", where, what);
}

static const struct ct_template_options html = { .flags = CT_TEMPLATE_HTML, .refused = note };
static const struct ct_template_options strict = { .flags = CT_TEMPLATE_HTML | CT_TEMPLATE_STRICT };
static const struct ct_template_options prefixed = {
	.flags = CT_TEMPLATE_HTML,
	.prefix = "/reserver",
	.refused = note,
};

/* A compiled set, or NULL and the reason in `error`. `sources` ends with a name of NULL. */
static inline struct ct_templates *load(const struct ct_template_options *o,
					const struct source *sources)
{
	struct ct_templates *set = ct_templates_new(NULL, o);
	int rc = 0;

	for (; sources->name && !rc; sources++)
		rc = ct_templates_add(set, sources->name, sources->name, sources->text,
				      strlen(sources->text), "test", &error);
	if (!rc)
		rc = ct_templates_compile(set, &error);
	if (!rc)
		return set;
	assert_int_equal(rc, CT_BROKEN);
	assert_int_equal(rc, error.rc);
	talloc_free(set);
	return NULL;
}

static inline char *render(struct ct_templates *set, const char *name, const char *lang,
			   const char *json)
{
	json_t *view = json_loads(json, JSON_DECODE_ANY, NULL);
	char *out = NULL;
	size_t len = 0;
	int rc;

	assert_non_null(view);
	rc = ct_template_render(set, set, name, lang, view, &out, &len, &error);
	json_decref(view);
	assert_int_equal(rc, rc ? CT_BROKEN : 0);
	if (rc)
		return NULL;
	assert_int_equal(strlen(out), len);
	return out;
}

static inline void expect_sources(const struct ct_template_options *o, const struct source *sources,
				  const char *lang, const char *json, const char *expected)
{
	struct ct_templates *set = load(o, sources);
	const char *out;

	if (!set)
		fail_msg("%s", error.text);
	out = render(set, sources->name, lang, json);
	if (!out)
		fail_msg("%s", error.text);
	assert_string_equal(out, expected);
	talloc_free(set);
}

static inline void expect(const struct ct_template_options *o, const char *text, const char *json,
			  const char *expected)
{
	const struct source sources[] = { { "core/a", text }, { NULL, NULL } };

	expect_sources(o, sources, NULL, json, expected);
}

static inline void expect_broken(const struct ct_template_options *o, const char *text,
				 const char *json, const char *why)
{
	const struct source sources[] = { { "core/a", text }, { NULL, NULL } };
	struct ct_templates *set = load(o, sources);

	if (!set)
		fail_msg("%s", error.text);
	if (render(set, "core/a", NULL, json))
		fail_msg("rendered: %s with %s", text, json);
	if (!strstr(error.text, why))
		fail_msg("%s: \"%s\" is not in \"%s\"", text, why, error.text);
	talloc_free(set);
}

static inline void expect_sources_refused(const struct ct_template_options *o,
					  const struct source *sources, const char *why)
{
	struct ct_templates *set = load(o, sources);

	if (set) {
		talloc_free(set);
		fail_msg("loaded: %s", sources->text);
	}
	if (!strstr(error.text, why))
		fail_msg("%s: \"%s\" is not in \"%s\"", sources->text, why, error.text);
}

static inline void expect_refused(const struct ct_template_options *o, const char *text,
				  const char *why)
{
	const struct source sources[] = { { "core/a", text }, { NULL, NULL } };

	expect_sources_refused(o, sources, why);
}

#endif
