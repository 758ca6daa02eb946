/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a view to bytes: what clients may see of it, and what a refusal becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "route/state.h"
#include "server/gateway.h"
#include "view/page.h"

static struct ct_request *r;
static struct ct_core core;
static struct ct_route route = { .method = "GET", .path = "/keys" };
static const struct ct_route_entry entry = { .route = &route };
static const char *if_none_match;

static const char *param(struct ct_gateway *g, const char *name)
{
	(void)g;
	return strcmp(name, "HTTP_IF_NONE_MATCH") ? NULL : if_none_match;
}

static struct ct_gateway gateway = { .param = param };

static int set_up(void **state)
{
	(void)state;
	core = (struct ct_core){ .url = "https://lieu.example/reserver",
				 .prefix = "/reserver",
				 .https = true };
	route.view = NULL;
	if_none_match = NULL;
	r = talloc_zero(NULL, struct ct_request);
	r->s = talloc_zero(r, struct ct_request_state);
	r->s->core = &core;
	r->s->gateway = &gateway;
	r->s->entry = &entry;
	r->s->method = "GET";
	r->s->format = CT_FORMAT_JSON;
	r->lang = "en";
	r->now.s = 1700000000;
	snprintf(r->id, sizeof(r->id), "0123456789abcdef");
	r->view = ct_own_json(r, json_object());
	r->s->errors = ct_own_json(r, json_object());
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

static const char *body(void)
{
	return talloc_strndup(r, r->s->response.body, r->s->response.len);
}

static const char *header(const char *name)
{
	return ct_response_get(&r->s->response, name);
}

static const char *public_of(const char *text)
{
	json_t *view = json_loads(text, JSON_DECODE_ANY, NULL), *public;
	char *copy, *before;
	const char *out;

	assert_non_null(view);
	before = json_dumps(view, JSON_ENCODE_ANY);
	public = ct_page_public(view);
	copy = json_dumps(public, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(public);
	out = talloc_strdup(r, copy);
	free(copy);
	copy = json_dumps(view, JSON_ENCODE_ANY);
	assert_string_equal(copy,
			    before); /* the view stays as it was: a template may still read it */
	free(copy);
	free(before);
	json_decref(view);
	return out;
}

static void test_public_view(void **state)
{
	(void)state;
	assert_string_equal(
		public_of("{\"a\": 1, \"a_ui\": \"one\", \"page\": {\"csrf\": \"secret\"}}"),
		"{\"a\":1}");
	/* _ui goes at any depth, whatever it holds; page only at the top, where the core puts it */
	assert_string_equal(
		public_of(
			"{\"l\": [{\"x\": {\"y\": [{\"z\": 1, \"z_ui\": {\"q\": 2}}]}, \"x_ui\": []}], \"o\": {\"page\": 4}}"),
		"{\"l\":[{\"x\":{\"y\":[{\"z\":1}]}}],\"o\":{\"page\":4}}");
	assert_string_equal(
		public_of("{\"_ui\": 1, \"ui\": 2, \"_uix\": 3, \"x_UI\": 4, \"x_ui\": 5}"),
		"{\"_ui\":1,\"ui\":2,\"_uix\":3,\"x_UI\":4}");
	assert_string_equal(public_of("{\"null\": null, \"t\": true, \"s\": \"x_ui\"}"),
			    "{\"null\":null,\"t\":true,\"s\":\"x_ui\"}");
	assert_string_equal(public_of("{}"), "{}");
	assert_string_equal(public_of("[1, {\"a_ui\": 1}]"), "[1,{}]");
}

static void test_json(void **state)
{
	struct ct_error e;

	(void)state;
	ct_put_text(r->view, "name", "Élan");
	ct_put_text(r->view, "name_ui", "x");
	ct_put_object(r->view, "page");
	assert_int_equal(ct_page_render(r, &e), 0);
	assert_string_equal(r->s->response.type, "application/json");
	assert_string_equal(body(), "{\"name\":\"Élan\"}");
	assert_non_null(r->s->response.etag);
	/* the same again: nothing to send */
	if_none_match = r->s->response.etag;
	r->s->response = (struct ct_response){ 0 };
	assert_int_equal(ct_page_render(r, &e), 0);
	assert_int_equal(r->s->response.status, 304);
	ct_put_text(r->view, "name", "other");
	r->s->response = (struct ct_response){ 0 };
	assert_int_equal(ct_page_render(r, &e), 0);
	assert_int_equal(r->s->response.status, 0);
	assert_string_not_equal(r->s->response.etag, if_none_match);
}

static void test_no_validator_for_what_was_done(void **state)
{
	struct ct_error e;

	(void)state;
	r->s->method = "POST";
	assert_int_equal(ct_page_render(r, &e), 0);
	assert_null(r->s->response.etag);
	r->s->method = "GET";
	r->s->response.status = 202;
	assert_int_equal(ct_page_render(r, &e), 0);
	assert_null(r->s->response.etag);
}

static void test_problem(void **state)
{
	struct ct_error why;
	json_t *problem;

	(void)state;
	ct_fail_field(&why, "name", "Too long.");
	r->s->response.redirect = "/elsewhere";
	r->s->response.etag = "\"x\"";
	ct_page_error(r, &why);
	assert_string_equal(r->s->response.type, "application/problem+json");
	assert_int_equal(r->s->response.status, 422);
	assert_null(r->s->response.redirect);
	assert_null(r->s->response.etag);
	problem = ct_own_json(r, json_loads(body(), 0, NULL));
	assert_string_equal(json_string_value(json_object_get(problem, "type")), "about:blank");
	assert_int_equal(json_integer_value(json_object_get(problem, "status")), 422);
	assert_string_equal(json_string_value(json_object_get(problem, "detail")), "Too long.");
	assert_string_equal(json_string_value(json_object_get(problem, "instance")),
			    "0123456789abcdef");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(problem, "errors"), "name")),
		"Too long.");
	assert_null(json_object_get(problem, "next_ui"));
}

static void test_statuses(void **state)
{
	static const struct {
		int rc, status;
		bool retry;
	} refusals[] = {
		{ CT_BAD, 400, false },	    { CT_SIGN_IN, 401, false },	 { CT_DENIED, 403, false },
		{ CT_MISSING, 404, false }, { CT_CONFLICT, 409, false }, { CT_TOO_MANY, 429, true },
		{ CT_BROKEN, 500, false },  { CT_BUSY, 503, true },	 { CT_UNSURE, 503, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct ct_error why;

		tear_down(state);
		set_up(state);
		ct_fail(&why, refusals[i].rc, "SELECT secret FROM x");
		ct_page_error(r, &why);
		assert_int_equal(r->s->response.status, refusals[i].status);
		assert_int_equal(header("Retry-After") != NULL, refusals[i].retry);
		assert_int_equal(header("WWW-Authenticate") != NULL, refusals[i].status == 401);
		/* what broke is for the log, and nobody else */
		assert_int_equal(strstr(body(), "SELECT") == NULL, refusals[i].status == 500);
	}
}

static void test_page_and_api_say_the_same(void **state)
{
	struct ct_error why;

	(void)state;
	ct_put_text(r->s->errors, "name", "The first sentence.");
	ct_fail_field(&why, "name", "The second.");
	ct_page_error(r, &why);
	assert_non_null(strstr(body(), "The first sentence."));
}

static void test_headers(void **state)
{
	(void)state;
	r->s->response.redirect = "/bookings/7";
	r->s->set_cookie = "s=1";
	ct_page_headers(r);
	assert_string_equal(header("Location"), "/reserver/bookings/7");
	assert_non_null(strstr(header("Content-Security-Policy"), "default-src 'none'"));
	assert_non_null(strstr(header("Content-Security-Policy"), "frame-ancestors 'none'"));
	assert_null(strstr(header("Content-Security-Policy"), "unsafe"));
	assert_string_equal(header("X-Content-Type-Options"), "nosniff");
	assert_string_equal(header("Referrer-Policy"), "same-origin");
	assert_string_equal(header("X-Request-Id"), "0123456789abcdef");
	assert_non_null(header("Strict-Transport-Security"));
	assert_string_equal(header("Cache-Control"), "private, no-cache");
	assert_string_equal(header("Set-Cookie"), "s=1");
	assert_non_null(r->s->response.type);
}

static void test_headers_that_stay(void **state)
{
	(void)state;
	core.https = false;
	ct_header(r, "Cache-Control", "%s", "private, max-age=900");
	ct_page_headers(r);
	assert_string_equal(header("Cache-Control"), "private, max-age=900");
	assert_null(header("Strict-Transport-Security"));
	assert_null(header("Location"));
	assert_null(header("Set-Cookie"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_public_view),
		CASE(test_json),
		CASE(test_no_validator_for_what_was_done),
		CASE(test_problem),
		CASE(test_statuses),
		CASE(test_page_and_api_say_the_same),
		CASE(test_headers),
		CASE(test_headers_that_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
