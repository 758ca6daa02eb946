/* SPDX-License-Identifier: GPL-3.0-or-later */
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

static const struct ct_plugin keys = { CT_HEAD("keys") }, doors = { CT_HEAD("doors") };
static const struct ct_module modules[] = { { .plugin = &keys }, { .plugin = &doors } };

static void *mem;
static struct ct_router *router;

static int add_of(const struct ct_module *m, const char *method, const char *path,
		  struct ct_error *e)
{
	struct ct_route *route = talloc_zero(mem, struct ct_route);
	struct ct_route_entry *entry = talloc_zero(mem, struct ct_route_entry);

	route->method = method;
	route->path = path;
	entry->route = route;
	entry->module = m;
	return ct_router_add(router, entry, e);
}

static void add(const char *method, const char *path)
{
	struct ct_error e;

	if (add_of(&modules[0], method, path, &e))
		fail_msg("%s", e.text);
}

static int set_up(void **state)
{
	static const char *const paths[] = {
		"/",
		"/login",
		"/places/{slug}",
		"/places/{slug}/day",
		"/places/new",
		"/resources/{id}/week",
		"/bookings/{uid}",
		"/bookings/{uid}.ics",
		"/calendars/resources/{id}.ics",
		"/calendars/places/{slug}.ics",
		"/o/{org}",
		"/o/{org}/keys",
		"/o/{org}/keys/{id}",
		"/o/{org}/keys/new",
		"/o/{org}/{any}/{thing}/end",
		"/static/{version}/{name}.css",
		"/a/b/c/d/e/f/g/h/i/j/k/l",
		"/api/openapi.json",
	};

	(void)state;
	mem = talloc_new(NULL);
	router = ct_router_new(mem);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		add("GET", paths[i]);
	add("POST", "/login");
	add("POST", "/bookings");
	add("PUT", "/bookings/{uid}");
	add("POST", "/bookings/{id}");
	add("POST", "/o/{org}/keys");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(mem);
	return 0;
}

/* "GET /places/{slug} slug=lys .json": the route that was found, the parameters, the suffix. */
static const char *found(const char *method, const char *path)
{
	struct ct_match m;
	const char *allow = NULL;
	struct ct_error e;
	char *text;
	int rc = ct_router_find(router, mem, method, path, &m, &allow, &e);

	if (rc)
		return talloc_asprintf(mem, "%d%s%s", rc, allow ? " " : "", allow ? allow : "");
	text = talloc_asprintf(mem, "%s %s", m.entry->route->method, m.entry->route->path);
	for (size_t i = 0; i < m.n_params; i++)
		text = talloc_asprintf_append(text, " %s=%s", m.params[i].name, m.params[i].value);
	return m.suffix ? talloc_asprintf_append(text, " .%s", m.suffix) : text;
}

static void test_literals_and_parameters(void **state)
{
	(void)state;
	assert_string_equal(found("GET", "/"), "GET /");
	assert_string_equal(found("GET", ""), "GET /");
	assert_string_equal(found("GET", "/login"), "GET /login");
	assert_string_equal(found("GET", "/places/lys"), "GET /places/{slug} slug=lys");
	assert_string_equal(found("GET", "/places/lys/day"), "GET /places/{slug}/day slug=lys");
	assert_string_equal(found("GET", "/places/new"), "GET /places/new");
	assert_string_equal(found("GET", "/places/newer"), "GET /places/{slug} slug=newer");
	/* a literal beats a parameter, and is left again where it leads nowhere */
	assert_string_equal(found("GET", "/places/new/day"), "GET /places/{slug}/day slug=new");
	assert_string_equal(found("GET", "/o/lys/keys/new"), "GET /o/{org}/keys/new org=lys");
	assert_string_equal(found("GET", "/o/lys/keys/7"), "GET /o/{org}/keys/{id} org=lys id=7");
	assert_string_equal(found("GET", "/o/lys/keys/7/end"),
			    "GET /o/{org}/{any}/{thing}/end org=lys any=keys thing=7");
	assert_string_equal(found("GET", "/o/keys/keys"), "GET /o/{org}/keys org=keys");
}

static void test_what_is_not_there(void **state)
{
	static const char *const paths[] = {
		"/nothing",	"/login/",  "/places",		 "/places/", "/places//day",
		"//",		"//login",  "/places/lys/day/x", "/LOGIN",   "/login.html",
		"/resources/7", "/o//keys", "/bookings/.ics/x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_string_equal(found("GET", paths[i]), "-404");
}

static void test_suffixes(void **state)
{
	(void)state;
	/* a route's own suffix beats a format, a longer name beats the suffix */
	assert_string_equal(found("GET", "/bookings/7.ics"), "GET /bookings/{uid}.ics uid=7");
	assert_string_equal(found("GET", "/bookings/7"), "GET /bookings/{uid} uid=7");
	assert_string_equal(found("GET", "/bookings/7.json"), "GET /bookings/{uid} uid=7 .json");
	assert_string_equal(found("GET", "/bookings/a.b.json"),
			    "GET /bookings/{uid} uid=a.b .json");
	assert_string_equal(found("GET", "/bookings/7.pdf"), "GET /bookings/{uid} uid=7.pdf");
	assert_string_equal(found("GET", "/calendars/resources/7.ics"),
			    "GET /calendars/resources/{id}.ics id=7");
	assert_string_equal(found("GET", "/calendars/resources/7"), "-404");
	assert_string_equal(found("GET", "/static/3/comptoir.css"),
			    "GET /static/{version}/{name}.css version=3 name=comptoir");
	assert_string_equal(found("GET", "/o/lys/keys.csv"), "GET /o/{org}/keys org=lys .csv");
	assert_string_equal(found("GET", "/o/lys/keys.json"), "GET /o/{org}/keys org=lys .json");
	assert_string_equal(found("GET", "/o/lys.json"), "GET /o/{org} org=lys .json");
	assert_string_equal(found("GET", "/o/lys.json/keys.csv"),
			    "GET /o/{org}/keys org=lys.json .csv");
	assert_string_equal(found("GET", "/api/openapi.json"), "GET /api/openapi.json");
	assert_string_equal(found("GET", "/login.json"), "GET /login .json");
	assert_string_equal(found("GET", "/bookings/.ics"), "GET /bookings/{uid} uid=.ics");
	assert_string_equal(found("GET", "/bookings/.json"), "GET /bookings/{uid} uid=.json");
	assert_string_equal(found("GET", "/login.csv.json"), "-404");
}

static void test_methods(void **state)
{
	(void)state;
	assert_string_equal(found("HEAD", "/login"), "GET /login");
	assert_string_equal(found("POST", "/login"), "POST /login");
	assert_string_equal(found("DELETE", "/login"), "-405 GET, HEAD, POST");
	assert_string_equal(found("GET", "/bookings"), "-405 POST");
	assert_string_equal(found("HEAD", "/bookings"), "-405 POST");
	assert_string_equal(found("get", "/login"), "-405 GET, HEAD, POST");
	assert_string_equal(found("DELETE", "/bookings/7"), "-405 GET, HEAD, PUT, POST");
	assert_string_equal(found("POST", "/bookings/7.ics"), "-405 GET, HEAD");
	/* two routes may call the same segment differently */
	assert_string_equal(found("POST", "/bookings/7"), "POST /bookings/{id} id=7");
	assert_string_equal(found("PUT", "/bookings/7"), "PUT /bookings/{uid} uid=7");
}

static void test_percent_decoding(void **state)
{
	(void)state;
	assert_string_equal(found("GET", "/places/a%20b"), "GET /places/{slug} slug=a b");
	assert_string_equal(found("GET", "/places/%C3%A9t%c3%a9"), "GET /places/{slug} slug=été");
	/* what is encoded divides nothing (a slash is refused) and is no suffix, no literal and no plus sign */
	assert_string_equal(found("GET", "/places/a%2Fday"), "-400");
	assert_string_equal(found("GET", "/bookings/7%2Ejson"), "GET /bookings/{uid} uid=7.json");
	assert_string_equal(found("GET", "/places/%6Eew"), "GET /places/{slug} slug=new");
	assert_string_equal(found("GET", "/places/a+b"), "GET /places/{slug} slug=a+b");
	assert_string_equal(found("GET", "/places/%252F"), "GET /places/{slug} slug=%2F");
	assert_string_equal(found("GET", "/places/%"), "-400");
	assert_string_equal(found("GET", "/places/%zz"), "-400");
	assert_string_equal(found("GET", "/places/a%0"), "-400");
	assert_string_equal(found("GET", "/places/a%00b"), "-400");
	assert_string_equal(found("GET", "/places/%ff"), "-400");
	assert_string_equal(found("GET", "/places/%00/day"), "-400");
}

static void test_nothing_is_said_of_a_bad_path(void **state)
{
	struct ct_match m = { .n_params = 99 };
	const char *allow = "untouched";
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_router_find(router, mem, "GET", "/places/%zz", &m, &allow, &e), CT_BAD);
	assert_int_equal(m.n_params, 99);
	assert_string_equal(allow, "untouched");
}

static void test_many_segments(void **state)
{
	char path[4096];

	(void)state;
	assert_string_equal(found("GET", "/a/b/c/d/e/f/g/h/i/j/k/l"),
			    "GET /a/b/c/d/e/f/g/h/i/j/k/l");
	assert_string_equal(found("GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m"), "-404");
	assert_string_equal(found("GET", "/a/b/c/d/e/f/g/h/i/j/k/l/"), "-404");
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_string_equal(found("GET", path), "-404");
	memset(path + 1, 'a', sizeof(path) - 2);
	assert_string_equal(found("GET", path), "-404");
	memcpy(path, "/places/", 8);
	assert_true(strlen(found("GET", path)) > 4000);
}

static void refused(const struct ct_module *m, const char *method, const char *path,
		    const char *says)
{
	struct ct_error e;

	assert_int_equal(add_of(m, method, path, &e), CT_BROKEN);
	if (!strstr(e.text, says) || !strstr(e.text, m->plugin->name) || !strstr(e.text, path))
		fail_msg("%s", e.text);
}

static void test_routes_that_are_refused(void **state)
{
	(void)state;
	refused(&modules[1], "GET", "/login", "twice (also in keys)");
	refused(&modules[1], "POST", "/bookings/{other}", "twice");
	refused(&modules[1], "GET", "/calendars/resources/{other}.ics", "twice");
	refused(&modules[0], "GET", "login", "no path");
	refused(&modules[0], "GET", "", "no path");
	refused(&modules[0], "GET", "/login/", "no path");
	refused(&modules[0], "GET", "/a/{b", "parameter");
	refused(&modules[0], "GET", "/a/{}", "parameter");
	refused(&modules[0], "GET", "/a/x{b}", "parameter");
	refused(&modules[0], "GET", "/a/{b}{c}", "parameter");
	refused(&modules[0], "GET", "/a/{b}}", "parameter");
	refused(&modules[0], "GET", "/a/b}", "parameter");
	refused(&modules[0], "GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13", "no path");
	add("POST", "/places/new");
	add("GET", "/places/{slug}.ics");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_literals_and_parameters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_not_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_suffixes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_methods, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_percent_decoding, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_is_said_of_a_bad_path, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_many_segments, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_routes_that_are_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
