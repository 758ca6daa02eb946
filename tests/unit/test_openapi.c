/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The description of the API says what the tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <talloc.h>

#include "config/settings.h"
#include "route/state.h"
#include "system/system.h"

static int handler(struct ct_request *request, struct ct_error *e)
{
	(void)request;
	(void)e;
	return 0;
}

static const struct ct_choice colours[] = { { "red", "Red" }, { "blue", "Blue" }, { 0 } };
static const struct ct_field query[] = { { "q", "Search", CT_TEXT, .max = 40 },
					 { "date", "Day", CT_DATE, .required = true },
					 { 0 } };
static const struct ct_field body[] = { { "colour", "Colour", CT_CHOICE, .choices = colours,
					  .required = true },
					{ "n", "Number", CT_INT },
					{ "ok", "Really", CT_CONSENT },
					{ "days", "Days", CT_TEXT, .many = true },
					{ "items", "Items", CT_TEXT, .raw = true },
					{ 0 } };
static const struct ct_view_field view[] = {
	{ "uid", "text", "names it" }, { "at", "time", "" },
	{ "day", "date", "" },	       { "total", "money", "" },
	{ "place", "object", "" },     { "place.slug", "text", "" },
	{ "lines", "array", "" },      { "lines.n", "integer", "how many" },
	{ "lines.ok", "boolean", "" }, { 0 }
};
static const struct ct_route routes[] = {
	{ "GET", "/keys/{id}/doors/{door}.ics", CT_ANY, CT_PUBLIC, NULL, handler, query, view,
	  "Doors of a key" },
	{ "POST", "/keys", CT_ANY, CT_SIGNED_IN, NULL, handler, body, .title = "New key" },
	{ "GET", "/keys", CT_ANY, CT_SIGNED_IN, NULL, handler },
	{ "DELETE", "/keys", CT_ANY, CT_SIGNED_IN, NULL, handler },
	{ 0 }
};
static const struct ct_plugin plugin = { CT_HEAD("keys"), .title = "Keys", .routes = routes };

static struct ct_core core;
static struct ct_request *r;

static void read_settings(void)
{
	char path[] = "/tmp/comptoir-openapi.XXXXXX";
	int fd = mkstemp(path);
	struct ct_error e;

	assert_true(fd >= 0);
	dprintf(fd, "[site]\nname = Les clés\n[security]\nkey = 00\n");
	close(fd);
	assert_int_equal(ct_settings_read(r, path, &core.settings, &e), 0);
	unlink(path);
	for (const struct ct_settings_section *s = ct_core_sections; s->name; s++)
		ct_settings_declare(core.settings, s->name, s->table);
	assert_int_equal(ct_settings_check(core.settings, &e), 0);
}

static int set_up(void **state)
{
	struct ct_error e;

	(void)state;
	r = talloc_zero(NULL, struct ct_request);
	r->s = talloc_zero(r, struct ct_request_state);
	r->s->core = &core;
	r->lang = "en";
	r->view = ct_own_json(r, json_object());
	read_settings();
	core.url = "https://lieu.example/reserver";
	core.registry = talloc_zero(r, struct ct_registry);
	core.registry->modules = talloc_zero(core.registry, struct ct_module);
	core.registry->modules[0].plugin = &plugin;
	core.registry->n_modules = 1;
	if (ct_registry_check(core.registry, &e))
		fail_msg("%s", e.text);
	assert_int_equal(ct_openapi_page(r, &e), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

/* What stands at "/"-separated names ("~1" is "/"; digits are a place in an array); NULL where nothing does. */
static json_t *at(const char *path)
{
	json_t *o = r->view;
	char name[120];

	while (*path && o) {
		size_t n = 0;

		for (; *path && *path != '/'; path++) {
			bool slash = !strncmp(path, "~1", 2);

			name[n++] = slash ? '/' : *path;
			path += slash;
		}
		name[n] = '\0';
		path += *path == '/';
		o = json_is_array(o) ? json_array_get(o, strtoul(name, NULL, 10))
				     : json_object_get(o, name);
	}
	return o;
}

static void is(const char *path, const char *json)
{
	json_t *expected = json_loads(json, JSON_DECODE_ANY, NULL);
	char *found = json_dumps(at(path), JSON_ENCODE_ANY | JSON_COMPACT);

	assert_non_null(expected);
	if (!json_equal(at(path), expected))
		fail_msg("%s: %s, not %s", path, found ? found : "nothing", json);
	free(found);
	json_decref(expected);
}

static void test_head(void **state)
{
	(void)state;
	is("openapi", "\"3.0.3\"");
	is("info/title", "\"Les clés\"");
	is("servers", "[{\"url\": \"https://lieu.example/reserver\"}]");
	is("security", "[{\"token\": []}]");
	is("components/securitySchemes/token", "{\"type\": \"http\", \"scheme\": \"bearer\"}");
	is("components/schemas/Problem/properties/status/type", "\"integer\"");
	assert_int_equal(json_object_size(at("paths")), 2);
	assert_int_equal(json_object_size(at("paths/~1keys")), 3);
	assert_int_equal(r->s->format, CT_FORMAT_JSON);
}

#define DOORS "paths/~1keys~1{id}~1doors~1{door}.ics/get/"

static void test_parameters(void **state)
{
	(void)state;
	assert_int_equal(json_array_size(at(DOORS "parameters")), 4);
	is(DOORS "parameters/0",
	   "{\"name\": \"id\", \"in\": \"path\", \"required\": true, \"schema\": {\"type\": \"string\"}}");
	is(DOORS "parameters/1/name", "\"door\"");
	is(DOORS "parameters/2",
	   "{\"name\": \"q\", \"in\": \"query\", \"required\": false, \"schema\":"
	   " {\"type\": \"string\", \"maxLength\": 40, \"description\": \"Search\"}}");
	is(DOORS "parameters/3/required", "true");
	is(DOORS "summary", "\"Doors of a key\"");
	is(DOORS "tags", "[\"keys\"]");
	is("paths/~1keys/get/summary", "\"/keys\"");
	is("paths/~1keys/get/parameters", "[]");
}

#define BODY "paths/~1keys/post/requestBody/content/application~1json/schema/"

static void test_bodies(void **state)
{
	(void)state;
	is(BODY "required", "[\"colour\"]");
	is(BODY "properties/colour",
	   "{\"type\": \"string\", \"enum\": [\"red\", \"blue\"], \"description\": \"Colour\"}");
	is(BODY "properties/n/type", "\"integer\"");
	is(BODY "properties/ok/type", "\"boolean\"");
	is(BODY "properties/days",
	   "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"description\": \"Days\"}");
	is(BODY "properties/items/items", "{\"type\": \"object\"}");
	assert_int_equal(json_object_size(at(BODY "properties")), 5);
	assert_true(json_equal(
		at("paths/~1keys/post/requestBody/content/application~1json"),
		at("paths/~1keys/post/requestBody/content/application~1x-www-form-urlencoded")));
	assert_null(at("paths/~1keys/delete/requestBody"));
	assert_null(at(DOORS "requestBody"));
	is("paths/~1keys/post/parameters", "[]");
}

#define ANSWER DOORS "responses/200/content/application~1json/schema/properties/"

static void test_answers(void **state)
{
	(void)state;
	is(ANSWER "uid",
	   "{\"type\": \"string\", \"nullable\": true, \"description\": \"names it\"}");
	is(ANSWER "at/format", "\"date-time\"");
	is(ANSWER "day/format", "\"date\"");
	is(ANSWER "total/properties/cents/type", "\"integer\"");
	is(ANSWER "place/properties/slug/type", "\"string\"");
	is(ANSWER "lines/type", "\"array\"");
	is(ANSWER "lines/items/properties/n",
	   "{\"type\": \"integer\", \"nullable\": true, \"description\": \"how many\"}");
	is(ANSWER "lines/items/properties/ok/type", "\"boolean\"");
	assert_int_equal(
		json_object_size(
			at(DOORS "responses/200/content/application~1json/schema/properties")),
		6);
	is(DOORS "responses/default/content/application~1problem+json/schema",
	   "{\"$ref\": \"#/components/schemas/Problem\"}");
	is("paths/~1keys/delete/responses/200", "{\"description\": \"OK\"}");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = { CASE(test_head), CASE(test_parameters),
					    CASE(test_bodies), CASE(test_answers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
