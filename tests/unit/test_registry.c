/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mistake in a plugin's table stops a generation, and the refusal names plugin and row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "plugin/registry.h"
#include "route/router.h"

static void *mem;

static int set_up(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(mem);
	return 0;
}

static int handler(struct ct_request *r, struct ct_error *e)
{
	(void)r;
	(void)e;
	return 0;
}

#define FIND "SELECT id, uid, org_id, label FROM keys_key WHERE id = ?"
static const struct ct_query queries[] = { { "key", .sql = FIND },
					   { "by_slug", .sql = FIND },
					   { "take", .audits = "key",
					     .sql = "UPDATE keys_key SET x = ?" },
					   { 0 } };
static const struct ct_permission permissions[] = { { "key.see", "See", CT_ROLE_MEMBER }, { 0 } };
static const struct ct_kind kinds[] = { { "key", "Key", "key", "by_slug", NULL, "key.see", NULL },
					{ 0 } };
static const struct ct_field fields[] = { { "name", "Name", CT_TEXT },
					  { "key", "Key", CT_REF, .ref = "keys.key" },
					  { 0 } };
static const struct ct_view_field view[] = { { "lines", "array", "" },
					     { "lines.label", "text", "" },
					     { 0 } };
static const struct ct_route routes[] = { { "GET", "/organisation/{org}/keys", CT_ORG, "key.see",
					    NULL, handler, fields, view, "Keys" },
					  { "GET", "/key/{key}", CT_PATH("key", "keys.key"),
					    "key.see", NULL, handler, .owner = true },
					  { "POST", "/keys", CT_FIELD("key", "keys.key"), "key.see",
					    NULL, handler, fields },
					  { "GET", "/keys", CT_ANY, CT_SIGNED_IN, NULL, handler },
					  { 0 } };
static const struct ct_choice colours[] = { { "red", "red" }, { 0 } };
static const struct ct_setting settings[] = { { "colour", CT_CHOICE, "red", "Colour", false,
						colours },
					      { "n", CT_INT, NULL, "Number", false, NULL },
					      { 0 } };
static const struct ct_hook hooks[] = { CT_HOOK("x.stored", ct_handler_f, handler), { 0 } };
static const struct ct_job jobs[] = { { "sweep", 60, handler }, { 0 } };
static const struct ct_service_offer services[] = { { "locks", 1, "table" }, { 0 } };
static const struct ct_menu menu[] = { { "Keys", "/keys", CT_SIGNED_IN, 1 }, { 0 } };

/* A plugin that has one of everything, and nothing wrong. */
static const struct ct_plugin good = {
	CT_HEAD("keys"),      .title = "Keys",	  .settings = settings, .permissions = permissions,
	.kinds = kinds,	      .queries = queries, .routes = routes,	.hooks = hooks,
	.services = services, .jobs = jobs,	  .menu = menu,
};

static int check(const struct ct_plugin *a, const struct ct_plugin *b, struct ct_registry **g_r,
		 struct ct_error *e)
{
	struct ct_registry *g = talloc_zero(mem, struct ct_registry);

	g->modules = talloc_zero_array(g, struct ct_module, 2);
	g->modules[g->n_modules++].plugin = a;
	if (b)
		g->modules[g->n_modules++].plugin = b;
	if (g_r)
		*g_r = g;
	return ct_registry_check(g, e);
}

/* Refused, with the plugin's name, the row's and the reason. */
static void refused(const struct ct_plugin *p, const struct ct_plugin *other, const char *row,
		    const char *why)
{
	struct ct_error e = { 0 };
	const char *says = talloc_asprintf(mem, "plugin %s: ", p->name);

	if (check(other ? other : p, other ? p : NULL, NULL, &e) != CT_BROKEN ||
	    !strstr(e.text, says) || !strstr(e.text, row) || !strstr(e.text, why))
		fail_msg("%s instead of %s %s", e.text, row, why);
}

static void test_good(void **state)
{
	struct ct_registry *g;
	struct ct_match m;
	struct ct_error e = { 0 };
	const char *allow;

	(void)state;
	if (check(&good, NULL, &g, &e))
		fail_msg("%s", e.text);
	assert_int_equal(g->n_routes, 4);
	assert_ptr_equal(ct_registry_kind(g, "keys.key")->find, &queries[0]);
	assert_ptr_equal(ct_registry_kind(g, "keys.key")->find_text, &queries[1]);
	assert_null(ct_registry_kind(g, "key"));
	assert_ptr_equal(ct_registry_permission(g, "key.see"), &permissions[0]);
	assert_null(ct_registry_permission(g, "key.edit"));
	assert_ptr_equal(ct_registry_named(g, "keys")->plugin, &good);
	assert_null(ct_registry_named(g, "doors"));
	assert_ptr_equal(ct_registry_module(g, &good), &g->modules[0]);
	assert_ptr_equal(ct_plugin_query(&good, "take"), &queries[2]);
	assert_null(ct_plugin_query(&good, "taken"));
	assert_int_equal(ct_router_find(g->router, mem, "POST", "/keys", &m, &allow, &e), 0);
	assert_ptr_equal(m.entry->route, &routes[2]);
}

static void test_nothing_is_needed(void **state)
{
	const struct ct_plugin empty = { CT_HEAD("nothing") };
	struct ct_error e = { 0 };

	(void)state;
	assert_int_equal(check(&empty, &good, NULL, &e), 0);
}

static void test_names(void **state)
{
	static const char *const names[] = { "", "Keys", "my keys", "ke-ys", "clés", "keys.x" };
	struct ct_plugin p = { CT_HEAD("x") };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		p.name = names[i];
		refused(&p, NULL, names[i], "[a-z0-9]+");
	}
}

static void test_queries(void **state)
{
	static const struct ct_query twice[] = { { "a", .sql = "SELECT 1" },
						 { "a", .sql = "SELECT 2" },
						 { 0 } };
	static const struct ct_query silent[] = { { "b", .sql = " UPDATE x SET y = 1" }, { 0 } };
	static const struct ct_query reads[] = { { "a", .sql = "(SELECT 1) UNION (SELECT 2)" },
						 { "b", .sql = "with x as (select 1) select 1" },
						 { "c", .sql = "\n\tselect 1" },
						 { 0 } };
	struct ct_plugin p = { CT_HEAD("x"), .queries = twice };
	struct ct_error e;

	(void)state;
	refused(&p, NULL, "a", "two queries");
	p.queries = silent;
	refused(&p, NULL, "b", "what it audits");
	p.queries = reads;
	assert_int_equal(check(&p, NULL, NULL, &e), 0);
}

static void test_kinds_and_permissions(void **state)
{
	static const struct ct_kind no_query[] = { { "k", "K", "nothing", NULL, NULL, NULL, NULL },
						   { 0 } };
	static const struct ct_kind none[] = { { "k", "K", NULL, NULL, NULL, NULL, NULL }, { 0 } };
	static const struct ct_kind no_text[] = { { "k", "K", "key", "nothing", NULL, NULL, NULL },
						  { 0 } };
	static const struct ct_kind no_labels[] = {
		{ "k", "K", "key", NULL, "nothing", NULL, NULL }, { 0 }
	};
	static const struct ct_kind unseen[] = { { "k", "K", "key", NULL, NULL, "k.see", NULL },
						 { 0 } };
	static const struct ct_kind twice[] = { { "k", "K", "key", NULL, NULL, NULL, NULL },
						{ "k", "K", "key", NULL, NULL, NULL, NULL },
						{ 0 } };
	static const struct ct_permission same[] = { { "a", "A", CT_ROLE_ADMIN },
						     { "a", "A", CT_ROLE_ADMIN },
						     { 0 } };
	static const struct ct_permission again[] = { { "key.see", "Mine", CT_ROLE_ADMIN }, { 0 } };
	static const struct ct_permission nobody[] = { { "a", "A", 0 }, { 0 } };
	const struct ct_kind *const missing[] = { no_query, none, no_text, no_labels };
	struct ct_plugin p = { CT_HEAD("x"), .queries = queries };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		p.kinds = missing[i];
		refused(&p, NULL, "k", "names a query");
	}
	p.kinds = unseen;
	refused(&p, NULL, "k", "no such permission");
	p.kinds = twice;
	refused(&p, NULL, "k", "two kinds");
	p.kinds = NULL;
	p.permissions = same;
	refused(&p, NULL, "a", "two permissions");
	p.permissions = nobody;
	refused(&p, NULL, "a", "nobody has");
	p.permissions = again;
	refused(&p, &good, "key.see", "two permissions");
}

static void one_route(struct ct_route route, const char *row, const char *why)
{
	const struct ct_route list[] = { route, { 0 } };
	const struct ct_plugin p = { CT_HEAD("x"), .queries = queries, .permissions = permissions,
				     .kinds = kinds, .routes = list };
	struct ct_error e = { 0 };

	if (why)
		refused(&p, NULL, row, why);
	else if (check(&p, NULL, NULL, &e))
		fail_msg("%s", e.text);
}

#define ROUTE(...) ((struct ct_route){ __VA_ARGS__, .method = "GET", .handler = handler })

static void test_routes(void **state)
{
	(void)state;
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC), "", NULL);
	one_route(ROUTE(.path = "/a"), "/a", "without permission");
	one_route(ROUTE(.path = "/a", .permission = "key.burn"), "/a", "no such permission");
	one_route(ROUTE(.path = "/a", .permission = "key.see"), "/a", "needs a subject");
	one_route(ROUTE(.path = "a", .permission = CT_PUBLIC), "a", "no path");
	one_route((struct ct_route){ .method = "GET", .path = "/a", .permission = CT_PUBLIC }, "/a",
		  "without handler");
	one_route(ROUTE(.path = "/a/{slug}", .permission = "key.see", .subject = CT_ORG),
		  "/a/{slug}", "not in the path");
	one_route(ROUTE(.path = "/o/{organisation}", .permission = "key.see", .subject = CT_ORG),
		  "/o/", "not in the path");
	one_route(ROUTE(.path = "/org/{org}", .permission = "key.see", .subject = CT_ORG), "",
		  NULL);
	one_route(ROUTE(.path = "/a/{key}", .permission = "key.see",
			.subject = CT_PATH("key", "x.door")),
		  "/a", "nobody declares");
	one_route(ROUTE(.path = "/key/{id}", .permission = "key.see",
			.subject = CT_PATH("key", "x.key")),
		  "/key", "not in the path");
	one_route(ROUTE(.path = "/key/{key}", .permission = "key.see",
			.subject = CT_PATH("key", "x.key")),
		  "", NULL);
	one_route(
		ROUTE(.path = "/key", .permission = "key.see", .subject = CT_FIELD("key", "x.key")),
		"/key", "among the fields");
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .owner = true), "/a",
		  "has an owner");
	one_route(ROUTE(.path = "/a", .permission = "key.see", .subject = CT_NETWORK), "", NULL);
}

static void test_route_twice(void **state)
{
	static const struct ct_route same[] = {
		{ "GET", "/keys", CT_ANY, CT_PUBLIC, NULL, handler }, { 0 }
	};
	const struct ct_plugin p = { CT_HEAD("doors"), .routes = same };

	(void)state;
	refused(&p, &good, "GET /keys", "also in keys");
}

static void test_fields(void **state)
{
	static const struct ct_field no_type[] = { { "f", "F", 0 }, { 0 } },
				     huge[] = { { "f", "F", 99 }, { 0 } };
	static const struct ct_field no_choices[] = { { "f", "F", CT_CHOICE }, { 0 } };
	static const struct ct_field no_ref[] = { { "f", "F", CT_REF }, { 0 } };
	static const struct ct_field lost_ref[] = { { "f", "F", CT_REF, .ref = "x.door" }, { 0 } };
	static const struct ct_field no_label[] = { { "f", NULL, CT_TEXT }, { 0 } };
	static const struct ct_field twice[] = {
		{ "f", "F", CT_TEXT }, { "g", "G", CT_TEXT }, { "f", "F", CT_INT }, { 0 }
	};
	static const struct {
		const struct ct_field *fields;
		const char *why;
	} bad[] = {
		{ no_type, "without a type" },	   { huge, "without a type" },
		{ no_choices, "without choices" }, { no_ref, "nobody declares" },
		{ lost_ref, "nobody declares" },   { no_label, "without a label" },
		{ twice, "two fields" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .fields = bad[i].fields),
			  "f", bad[i].why);
}

static void test_view_fields(void **state)
{
	static const struct ct_view_field no_type[] = { { "f", NULL, "" }, { 0 } },
					  odd[] = { { "f", "float", "" }, { 0 } };
	static const struct ct_view_field orphan[] = { { "f.label", "text", "" },
						       { "f", "array", "" },
						       { 0 } };
	static const struct ct_view_field flat[] = { { "f", "text", "" },
						     { "f.label", "text", "" },
						     { 0 } };
	static const struct ct_view_field twice[] = { { "f", "text", "" },
						      { "f", "id", "" },
						      { 0 } };

	(void)state;
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .view = no_type), "f",
		  "without a type");
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .view = odd), "f", "without a type");
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .view = orphan), "f.label",
		  "no object or array");
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .view = flat), "f.label",
		  "no object or array");
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .view = twice), "f",
		  "two view fields");
	one_route(ROUTE(.path = "/a", .permission = CT_PUBLIC, .view = view), "", NULL);
}

static void test_the_rest(void **state)
{
	static const struct ct_menu nowhere[] = { { "M", NULL, CT_PUBLIC, 1 }, { 0 } },
				    open[] = { { "M", "/m", NULL, 1 }, { 0 } };
	static const struct ct_menu unknown[] = { { "M", "/m", "key.burn", 1 }, { 0 } };
	static const struct ct_job idle[] = { { "j", 60, NULL }, { 0 } },
				   never[] = { { "j", 0, handler }, { 0 } };
	static const struct ct_job same_job[] = { { "j", 60, handler },
						  { "j", 60, handler },
						  { 0 } };
	static const struct ct_hook loose[] = { { "x.stored", NULL }, { 0 } };
	static const struct ct_service_offer empty[] = { { "s", 1, NULL }, { 0 } };
	static const struct ct_setting typeless[] = { { "s", 0, NULL, "S", false, NULL }, { 0 } };
	static const struct ct_setting helpless[] = { { "s", CT_TEXT, NULL, NULL, false, NULL },
						      { 0 } };
	static const struct ct_setting choiceless[] = { { "s", CT_CHOICE, NULL, "S", false, NULL },
							{ 0 } };
	static const struct ct_setting same[] = { { "s", CT_TEXT, NULL, "S", false, NULL },
						  { "s", CT_INT, NULL, "S", false, NULL },
						  { 0 } };
	static const struct {
		struct ct_plugin p;
		const char *row, *why;
	} bad[] = {
		{ { CT_HEAD("x"), .menu = nowhere }, "M", "without a path" },
		{ { CT_HEAD("x"), .menu = open }, "/m", "permission" },
		{ { CT_HEAD("x"), .menu = unknown }, "/m", "permission" },
		{ { CT_HEAD("x"), .jobs = idle }, "j", "without function" },
		{ { CT_HEAD("x"), .jobs = never }, "j", "period" },
		{ { CT_HEAD("x"), .jobs = same_job }, "j", "two jobs" },
		{ { CT_HEAD("x"), .hooks = loose }, "x.stored", "without function" },
		{ { CT_HEAD("x"), .services = empty }, "s", "without table" },
		{ { CT_HEAD("x"), .settings = typeless }, "s", "without a type" },
		{ { CT_HEAD("x"), .settings = helpless }, "s", "without help" },
		{ { CT_HEAD("x"), .settings = choiceless }, "s", "without choices" },
		{ { CT_HEAD("x"), .settings = same }, "s", "two settings" },
	};
	static const struct ct_service_offer locks[] = { { "locks", 2, "another" }, { 0 } };
	const struct ct_plugin rival = { CT_HEAD("rival"), .services = locks };
	struct ct_error e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(&bad[i].p, NULL, bad[i].row, bad[i].why);
	assert_int_equal(check(&good, &rival, NULL, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "locks: two services"));
}

/* ---- loading ---- */

static void load_refused(const char *dir, char *const *names, const char *says)
{
	struct ct_registry *g = NULL;
	struct ct_error e = { 0 };

	assert_int_equal(ct_registry_load(mem, dir, names, &g, &e), CT_BROKEN);
	assert_null(g);
	if (!strstr(e.text, says))
		fail_msg("%s", e.text);
}

static void test_loading(void **state)
{
	char keys[] = "keys";
	char *const nothing[] = { NULL }, *const one[] = { keys, NULL };
	struct ct_registry *g;
	struct ct_error e = { 0 };
	FILE *f = fopen("/tmp/comptoir-test-keys.so", "w");

	(void)state;
	assert_int_equal(ct_registry_load(mem, "/nonexistent", nothing, &g, &e), 0);
	assert_true(g->n_modules > 0 && g->modules[0].builtin);
	if (ct_registry_check(g, &e))
		fail_msg("%s", e.text);
	load_refused("/nonexistent", one, "plugin keys: ");
	assert_non_null(f);
	fputs("no library", f);
	fclose(f);
	memcpy(keys, "keys", 5);
	load_refused("/tmp", (char *[]){ (char[]){ "comptoir-test-keys" }, NULL },
		     "plugin comptoir-test-keys: ");
	remove("/tmp/comptoir-test-keys.so");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_good),
		CASE(test_nothing_is_needed),
		CASE(test_names),
		CASE(test_queries),
		CASE(test_kinds_and_permissions),
		CASE(test_routes),
		CASE(test_route_twice),
		CASE(test_fields),
		CASE(test_view_fields),
		CASE(test_the_rest),
		CASE(test_loading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
