/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Default deny: who may do what by role, and which forms are our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "http/params.h"
#include "route/access.h"
#include "route/state.h"
#include "server/gateway.h"

enum { HERE = 800, ELSEWHERE = 900, ANNE = 801 };

static const struct ct_permission permissions[] = {
	{ "for.admin", "", CT_ROLE_ADMIN },
	{ "for.manager", "", CT_ROLE_MANAGER },
	{ "for.treasurer", "", CT_ROLE_TREASURER },
	{ "for.opener", "", CT_ROLE_OPENER },
	{ "for.member", "", CT_ROLE_MEMBER },
	{ "for.installation", "", CT_ROLE_INSTALLATION },
	{ "for.anyone", "", CT_ROLE_ANYONE },
	{ "for.lead", "", (enum ct_role)(CT_ROLE_TREASURER | CT_ROLE_LEAD) },
	{ 0 }
};
static const struct ct_plugin plugin = { CT_HEAD("test"), .permissions = permissions };
static struct ct_module module = { .plugin = &plugin };
static struct ct_registry registry = { .modules = &module, .n_modules = 1 };
static struct ct_core core;
static struct ct_route route;
static const struct ct_route_entry entry = { .route = &route, .module = &module };
static struct ct_request *r;

/* What the client said, name and value by turns. */
static const char *said[8];

static const char *param(struct ct_gateway *g, const char *name)
{
	(void)g;
	for (size_t i = 0; said[i]; i += 2)
		if (!strcmp(said[i], name))
			return said[i + 1];
	return NULL;
}

static struct ct_gateway gateway = { .param = param };

static int set_up(void **state)
{
	(void)state;
	core = (struct ct_core){ .registry = &registry,
				 .url = "https://lieu.example/reserver",
				 .prefix = "/reserver",
				 .key = { 1, 2, 3 } };
	route = (struct ct_route){ .method = "POST", .path = "/x", .permission = CT_SIGNED_IN };
	memset(said, 0, sizeof(said));
	r = talloc_zero(NULL, struct ct_request);
	r->s = talloc_zero(r, struct ct_request_state);
	r->s->core = &core;
	r->s->gateway = &gateway;
	r->s->entry = &entry;
	r->s->method = "POST";
	r->s->caller.roles = ct_own_json(r, json_array());
	r->s->form = ct_params_new(r->s);
	r->s->query = ct_params_new(r->s);
	r->now.s = 1700000000;
	r->org = HERE;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

static void sign_in(const char *role, int64_t org)
{
	json_t *o = ct_add_object(r->s->caller.roles);

	r->person = ANNE;
	r->s->caller.session = 5;
	r->s->caller.csrf = "5e55104";
	ct_put_int(o, "org", org);
	ct_put_text(o, "role", role);
}

static void test_roles(void **state)
{
	/* admin, manager, treasurer, opener, member; the installation's admin and anybody; treasurer or lead */
	static const struct {
		const char *role;
		const char *may;
	} roles[] = {
		{ "admin", "11111011" },	  { "manager", "01011010" },  { "treasurer", "00101011" },
		{ "opener", "00011010" },  { "member", "00001010" },   { "may_book", "00000010" },
		{ "contact", "00000010" }, { "accounts", "00000010" }, { "Admin", "00000010" },
		{ "", "00000010" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		json_array_clear(r->s->caller.roles);
		sign_in(roles[i].role, HERE);
		for (size_t k = 0; permissions[k].name; k++) {
			bool expected = roles[i].may[k] == '1';

			if (ct_may(r, permissions[k].name, HERE) != expected)
				fail_msg("%s, %s", roles[i].role, permissions[k].name);
			/* nowhere else, and not where there is no organisation */
			assert_int_equal(ct_may(r, permissions[k].name, ELSEWHERE), k == 6);
			assert_int_equal(ct_may(r, permissions[k].name, 0), k == 6);
		}
	}
}

/* Leading a project counts beside a role of who works there, and there only. */
static void test_leads(void **state)
{
	static const struct { const char *role; bool may; } roles[] = {
		{ "member", true }, { "opener", true }, { "manager", true }, { "contact", false }, { "may_book", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		json_array_clear(r->s->caller.roles);
		sign_in(roles[i].role, HERE);
		sign_in(roles[i].role, ELSEWHERE);
		assert_false(ct_may(r, "for.lead", HERE));
		ct_put_bool(json_array_get(r->s->caller.roles, 0), "leads", true);
		assert_int_equal(ct_may(r, "for.lead", HERE), roles[i].may);
		assert_false(ct_may(r, "for.lead", ELSEWHERE) || ct_may(r, "for.treasurer", HERE));
	}
}

static void test_several_roles(void **state)
{
	(void)state;
	sign_in("treasurer", HERE);
	sign_in("opener", HERE);
	sign_in("admin", ELSEWHERE);
	assert_true(ct_may(r, "for.treasurer", HERE) && ct_may(r, "for.opener", HERE));
	assert_false(ct_may(r, "for.manager", HERE));
	assert_true(ct_may(r, "for.manager", ELSEWHERE));
}

/* The installation's admin sees no row of any organisation. */
static void test_installation_admin(void **state)
{
	(void)state;
	r->person = ANNE;
	r->s->caller.installation_admin = true;
	for (size_t k = 0; permissions[k].name; k++)
		assert_int_equal(ct_may(r, permissions[k].name, HERE), k == 5 || k == 6);
}

static void test_visitors(void **state)
{
	struct ct_error e;

	(void)state;
	for (size_t k = 0; permissions[k].name; k++)
		assert_int_equal(ct_may(r, permissions[k].name, HERE), k == 6);
	assert_true(ct_may(r, CT_PUBLIC, 0));
	assert_false(ct_may(r, CT_SIGNED_IN, 0));
	assert_int_equal(ct_must(r, "for.member", &e), CT_SIGN_IN);
	sign_in("member", ELSEWHERE);
	assert_true(ct_may(r, CT_SIGNED_IN, 0));
	assert_int_equal(ct_must(r, "for.member", &e), CT_DENIED);
	r->org = ELSEWHERE;
	assert_int_equal(ct_must(r, "for.member", &e), 0);
}

static void test_engaging(void **state)
{
	static const struct {
		const char *role;
		bool engages;
	} roles[] = {
		{ "may_book", true }, { "contact", true }, { "accounts", false },
		{ "member", false },  { "admin", false },
	};

	(void)state;
	assert_false(ct_engages(r, HERE));
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		json_array_clear(r->s->caller.roles);
		sign_in(roles[i].role, HERE);
		assert_int_equal(ct_engages(r, HERE), roles[i].engages);
		assert_false(ct_engages(r, ELSEWHERE));
	}
}

static void test_routes_and_owners(void **state)
{
	struct ct_error e;

	(void)state;
	route.permission = "for.manager";
	sign_in("member", HERE);
	assert_int_equal(ct_access_check(r, &e), CT_DENIED);
	r->s->subject_owner = true;
	assert_int_equal(ct_access_check(r, &e), CT_DENIED);
	route.owner = true;
	assert_int_equal(ct_access_check(r, &e), 0);
	r->s->subject_owner = false;
	assert_int_equal(ct_access_check(r, &e), CT_DENIED);
	route.permission = CT_PUBLIC;
	assert_int_equal(ct_access_check(r, &e), 0);
}

/* ---- forms ---- */

static int sends(const char *token)
{
	struct ct_error e;

	r->s->form = ct_params_new(r->s);
	if (token)
		assert_int_equal(ct_params_add(r->s->form, "csrf", 4, token, strlen(token), &e), 0);
	return ct_access_csrf(r, &e);
}

static void test_token_of_a_session(void **state)
{
	(void)state;
	sign_in("member", HERE);
	assert_string_equal(ct_access_csrf_token(r), "5e55104");
	assert_int_equal(sends("5e55104"), 0);
	assert_int_equal(sends("5e55105"), CT_DENIED);
	assert_int_equal(sends("5e5510"), CT_DENIED);
	assert_int_equal(sends(""), CT_DENIED);
	assert_int_equal(sends(NULL), CT_DENIED);
	said[0] = "HTTP_X_CSRF_TOKEN";
	said[1] = "5e55104";
	assert_int_equal(sends(NULL), 0);
	said[1] = "wrong";
	assert_int_equal(sends("5e55104"), CT_DENIED);
	/* JSON with a session needs it too */
	said[0] = NULL;
	r->s->json = ct_own_json(r, json_object());
	assert_int_equal(sends(NULL), CT_DENIED);
}

static void test_who_needs_none(void **state)
{
	(void)state;
	sign_in("member", HERE);
	r->s->method = "GET";
	assert_int_equal(sends(NULL), 0);
	r->s->method = "HEAD";
	assert_int_equal(sends(NULL), 0);
	r->s->method = "DELETE";
	assert_int_equal(sends(NULL), CT_DENIED);
	r->s->caller.token = 3; /* an API token comes by itself, not by a browser */
	assert_int_equal(sends(NULL), 0);
	r->s->caller.token = 0;
	route.no_csrf = true;
	assert_int_equal(sends(NULL), 0);
	route.no_csrf = false;
	r->s->caller.session = 0;
	r->s->json = ct_own_json(r, json_object());
	assert_int_equal(sends(NULL), 0);
}

static void test_token_of_a_visitor(void **state)
{
	const char *token = ct_access_csrf_token(r);
	char *other;

	(void)state;
	assert_int_equal(sends(token), 0);
	r->now.s += 86400;
	assert_int_equal(sends(token), 0);
	r->now.s += 1;
	assert_int_equal(sends(token), CT_DENIED);
	r->now.s -= 86401 + 60;
	assert_int_equal(sends(token), 0);
	r->now.s -= 1;
	assert_int_equal(sends(token), CT_DENIED); /* from the future */
	r->now.s = 1700000000;
	/* another hour under the same signature */
	other = talloc_asprintf(r, "1700000001%s", strchr(token, '.'));
	assert_int_equal(sends(other), CT_DENIED);
	assert_int_equal(sends("1700000000."), CT_DENIED);
	assert_int_equal(sends("99999999999999999999999."), CT_DENIED);
	core.key[0] = 9;
	assert_int_equal(sends(token), CT_DENIED);
	core.key[0] = 1;
	sign_in("member", HERE);
	assert_int_equal(sends(token), CT_DENIED); /* no token for somebody with a session */
}

static int sends_from(const char *site, const char *origin)
{
	size_t n = 0;

	memset(said, 0, sizeof(said));
	if (site) {
		said[n++] = "HTTP_SEC_FETCH_SITE";
		said[n++] = site;
	}
	if (origin) {
		said[n++] = "HTTP_ORIGIN";
		said[n++] = origin;
	}
	return sends(ct_access_csrf_token(r));
}

static void test_from_another_site(void **state)
{
	(void)state;
	assert_int_equal(sends_from("same-origin", NULL), 0);
	assert_int_equal(sends_from("none", NULL), 0);
	assert_int_equal(sends_from("cross-site", NULL), CT_DENIED);
	assert_int_equal(sends_from("same-site", NULL), CT_DENIED);
	assert_int_equal(sends_from("cross-site", "https://lieu.example"), CT_DENIED);
	assert_int_equal(sends_from(NULL, "https://lieu.example"), 0);
	assert_int_equal(sends_from(NULL, "HTTPS://Lieu.Example"), 0);
	assert_int_equal(sends_from(NULL, "http://lieu.example"), CT_DENIED);
	assert_int_equal(sends_from(NULL, "https://lieu.example.evil.example"), CT_DENIED);
	assert_int_equal(sends_from(NULL, "https://lieu.exampl"), CT_DENIED);
	assert_int_equal(sends_from(NULL, "https://lieu.example:8443"), CT_DENIED);
	assert_int_equal(sends_from(NULL, "null"),
			 CT_DENIED); /* a frame that hides where it is from */
	assert_int_equal(sends_from("same-origin", "null"), 0); /* whom a browser vouches for */
	assert_int_equal(sends_from("", ""), 0);
	/* an API token is not checked: no browser sends it along */
	r->s->caller.token = 3;
	assert_int_equal(sends_from("cross-site", "https://evil.example"), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_roles),
		CASE(test_leads),
		CASE(test_several_roles),
		CASE(test_installation_admin),
		CASE(test_visitors),
		CASE(test_engaging),
		CASE(test_routes_and_owners),
		CASE(test_token_of_a_session),
		CASE(test_who_needs_none),
		CASE(test_token_of_a_visitor),
		CASE(test_from_another_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
