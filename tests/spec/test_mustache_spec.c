/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The template engine against the vectors of the mustache specification: its mandatory modules and
 * inheritance, one test a vector. Changing the delimiters is not supported, on purpose; there each
 * vector has to be refused, never misread. The vectors are not in the repository: $COMPTOIR_SHARED,
 * or ../shared beside the checkout, holds them in data/mustache-spec/.
 */
#include "view/mustache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

#define VECTORS_MAX 400

struct vector {
	const char *module;
	json_t *json;
	char name[120];
};

static struct vector vectors[VECTORS_MAX];
static struct CMUnitTest tests[VECTORS_MAX + 1];
static size_t n_vectors;
static json_t *files;

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	assert_non_null(s);
	return s;
}

static int add(struct ct_templates *set, const char *name, const char *source, struct ct_error *e)
{
	return ct_templates_add(set, name, name, source, strlen(source), NULL, e);
}

/* Templates of the vector; "*" is the one to render, a name that no partial can have. */
static int load(struct ct_templates *set, const json_t *v, struct ct_error *e)
{
	const char *name;
	json_t *source;
	int rc = add(set, "*", text(v, "template"), e);

	json_object_foreach(json_object_get(v, "partials"), name, source)
	{
		if (!rc)
			rc = add(set, name, json_string_value(source), e);
	}
	return rc;
}

static void test_vector(void **state)
{
	const struct vector *v = *state;
	struct ct_template_options options = { 0 };
	struct ct_templates *set = ct_templates_new(NULL, &options);
	struct ct_error e = { 0 };
	char *out = NULL;
	size_t len = 0;

	if (!strcmp(v->module, "delimiters")) {
		assert_int_equal(load(set, v->json, &e), CT_BROKEN);
		assert_non_null(strstr(e.text, "delimiters cannot be changed"));
		talloc_free(set);
		return;
	}
	if (load(set, v->json, &e) || ct_templates_compile(set, &e) ||
	    ct_template_render(set, set, "*", NULL, json_object_get(v->json, "data"), &out, &len,
			       &e))
		fail_msg("%s", e.text);
	assert_string_equal(out, text(v->json, "expected"));
	assert_int_equal(len, strlen(out));
	talloc_free(set);
}

static void test_missing(void **state)
{
	fail_msg("%s.json is missing beside the other vectors", (const char *)*state);
}

/* Was it there? */
static bool read_module(const char *folder, const char *module)
{
	char path[4096];
	json_error_t error;
	json_t *file, *v;
	size_t i;

	snprintf(path, sizeof(path), "%s/data/mustache-spec/%s.json", folder, module);
	file = json_load_file(path, 0, &error);
	if (!file)
		return false;
	json_array_append_new(files, file);
	json_array_foreach(json_object_get(file, "tests"), i, v)
	{
		struct vector *to = &vectors[n_vectors];

		assert_true(n_vectors < VECTORS_MAX);
		to->module = module;
		to->json = v;
		snprintf(to->name, sizeof(to->name), "%s: %s", module, text(v, "name"));
		tests[n_vectors++] = (struct CMUnitTest){
			.name = to->name,
			.test_func = test_vector,
			.initial_state = to,
		};
	}
	return true;
}

int main(void)
{
	static const char *const modules[] = {
		"comments", "interpolation", "sections",   "inverted",
		"partials", "inheritance",   "delimiters",
	};
	const char *shared = getenv("COMPTOIR_SHARED"), *missing = NULL;
	bool found = false;
	int failed;

	files = json_array();
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		if (read_module(shared ? shared : "../shared", modules[i]))
			found = true;
		else
			missing = modules[i];
	}
	if (found && missing)
		tests[n_vectors++] = (struct CMUnitTest){
			.name = missing,
			.test_func = test_missing,
			.initial_state = (void *)(uintptr_t)missing,
		};
	if (!found) {
		printf("1..1\nok 1 # SKIP no mustache vectors: set COMPTOIR_SHARED to the folder "
		       "with data/mustache-spec\n");
		json_decref(files);
		return 0;
	}
	failed = _cmocka_run_group_tests("mustache specification", tests, n_vectors, NULL, NULL);
	json_decref(files);
	return failed;
}
