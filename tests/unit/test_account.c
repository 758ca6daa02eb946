/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links and limits over a real database, with a clock that the test holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <cmocka.h>

#include <comptoir/limit.h>

#include "account/link.h"
#include "route/state.h"
#include "server/gateway.h"
#include "support/ct_core.h"
#include "support/db.h"

#define DB "accounts"

static const struct ct_plugin plugin = { CT_HEAD("essai"), .title = "Essai" };
static struct ct_core *core;
static int64_t now = 1800000000;

static int set_up(void **state)
{
	(void)state;
	test_db_create_core(DB);
	test_db_sql(DB, "INSERT INTO party (id, kind, family_name, lang) VALUES (1, 'person', 'Zoé', 'en')");
	test_db_sql(DB, "INSERT INTO account (id, login, person_id) VALUES (1, 'zoe@example.org', 1)");
	core = test_core_open(DB, NULL);
	return 0;
}

static struct ct_request *request(void)
{
	struct ct_request *r = ct_request_new(core, core, &plugin);

	r->lang = "en";
	ct_language("en");
	r->now.s = now;
	return r;
}

/* ---- links ---- */

struct made { struct ct_new_link new; const char *url; };

static int make_it(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct made *m = arg;

	return ct_link_make(r, &m->new, &m->url, e);
}

static const char *make(struct ct_request *r, enum ct_link_purpose purpose, int64_t seconds)
{
	struct made m = { .new = { .purpose = purpose, .account = 1, .seconds = seconds, .email = "neu@example.org" } };
	struct ct_error e;

	if (ct_transaction(r, make_it, &m, &e))
		fail_msg("%s", e.text);
	return m.url;
}

static int use_it(struct ct_request *r, void *link, struct ct_error *e)
{
	return ct_link_use(r, link, e);
}

static int end_all(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_link_end_all(r, 1, false, e);
}

static const char *token_of(const char *url)
{
	static const char start[] = "https://lieu.example/reserver/links/";

	assert_int_equal(strncmp(url, start, sizeof(start) - 1), 0);
	return url + sizeof(start) - 1;
}

static struct ct_link found(struct ct_request *r, const char *url)
{
	struct ct_link link;
	struct ct_error e;

	if (ct_link_find(r, token_of(url), &link, &e))
		fail_msg("%s", e.text);
	return link;
}

static void test_link_works_once(void **state)
{
	struct ct_request *r = request();
	const char *url = make(r, CT_LINK_RESET, 60), *token = token_of(url);
	struct ct_link link = found(r, url);
	struct ct_error e;

	(void)state;
	assert_int_equal(strlen(token), 64);
	assert_int_equal(strspn(token, "0123456789abcdef"), 64);
	assert_int_equal(test_db_number(DB, "SELECT COUNT(*) FROM account_link WHERE HEX(token_hash) = UPPER('%s')", token), 0);
	assert_int_equal(link.purpose, CT_LINK_RESET);
	assert_string_equal(link.login, "zoe@example.org");
	assert_false(link.used || link.expired || link.has_password);
	assert_int_equal(ct_transaction(r, use_it, &link, &e), 0);
	assert_int_equal(ct_transaction(r, use_it, &link, &e), CT_GONE);
	assert_true(found(r, url).used);
	talloc_free(r);
}

static void test_link_expires(void **state)
{
	struct ct_request *r = request();
	const char *url = make(r, CT_LINK_SIGN_IN, 60);
	struct ct_link link = found(r, url);
	struct ct_error e;

	(void)state;
	r->now.s = now + 59;
	assert_false(found(r, url).expired);
	r->now.s = now + 60;
	assert_true(found(r, url).expired);
	assert_int_equal(ct_transaction(r, use_it, &link, &e), CT_GONE);
	r->now.s = now + 59;
	assert_int_equal(ct_transaction(r, use_it, &link, &e), 0);
	talloc_free(r);
}

/* Gone, not only expired: whoever holds the token cannot ask for a new one by it. */
static void test_all_end(void **state)
{
	struct ct_request *r = request();
	const char *address = make(r, CT_LINK_ADDRESS, 60), *old = make(r, CT_LINK_RESET, 60);
	struct ct_link link;
	struct ct_error e;

	(void)state;
	r->now.s = now + 600;
	assert_int_equal(ct_transaction(r, end_all, NULL, &e), 0);
	assert_int_equal(ct_link_find(r, token_of(address), &link, &e), CT_MISSING);
	assert_int_equal(ct_link_find(r, token_of(old), &link, &e), CT_MISSING);
	assert_int_equal(ct_link_find(r, "", &link, &e), CT_MISSING);
	talloc_free(r);
}

/* ---- limits ---- */

static const struct ct_limit limit = { "essai", "Zoe@Example.org", 3, 100 };

static int take(struct ct_request *r, void *l, struct ct_error *e)
{
	return ct_limit_take(r, l, e);
}

static int give_back(struct ct_request *r, void *l, struct ct_error *e)
{
	return ct_limit_give_back(r, l, e);
}

static int reset(struct ct_request *r, void *l, struct ct_error *e)
{
	return ct_limit_reset(r, l, e);
}

static int in_transaction(int64_t at, ct_body_f *body, struct ct_limit l)
{
	struct ct_request *r = request();
	struct ct_error e = { 0 };
	int rc;

	r->now.s = at;
	rc = ct_transaction(r, body, &l, &e);
	assert_true(!rc || *e.text);
	talloc_free(r);
	return rc;
}

static void test_take(void **state)
{
	struct ct_limit other = limit, same = limit;

	(void)state;
	test_db_sql(DB, "DELETE FROM rate_limit");
	other.who = "max@example.org";
	same.who = "zoe@EXAMPLE.ORG";
	for (int i = 0; i < 3; i++)
		assert_int_equal(in_transaction(now + i, take, limit), 0);
	assert_int_equal(in_transaction(now + 3, take, limit), CT_TOO_MANY);
	assert_int_equal(in_transaction(now + 3, take, same), CT_TOO_MANY);
	assert_int_equal(in_transaction(now + 3, take, other), 0);
	/* the window is of the first count; a refused act does not lengthen it */
	assert_int_equal(in_transaction(now + 99, take, limit), CT_TOO_MANY);
	assert_int_equal(in_transaction(now + 100, take, limit), 0);
	assert_int_equal(in_transaction(now + 101, take, limit), 0);
	assert_int_equal(test_db_number(DB, "SELECT COUNT(*) FROM rate_limit WHERE bucket LIKE '%%zoe%%'"), 0);
	assert_int_equal(test_db_number(DB, "SELECT COUNT(*) FROM rate_limit"), 2);
}

static void test_give_back(void **state)
{
	(void)state;
	test_db_sql(DB, "DELETE FROM rate_limit");
	assert_int_equal(in_transaction(now, give_back, limit), 0);
	assert_int_equal(test_db_number(DB, "SELECT COUNT(*) FROM rate_limit"), 0);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(in_transaction(now, take, limit), 0);
		assert_int_equal(in_transaction(now, give_back, limit), 0);
	}
	/* one more than was taken does not make room for another, and a window that is over stays over */
	assert_int_equal(in_transaction(now, give_back, limit), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(in_transaction(now, take, limit), 0);
	assert_int_equal(in_transaction(now, take, limit), CT_TOO_MANY);
	assert_int_equal(in_transaction(now, give_back, limit), 0);
	assert_int_equal(in_transaction(now, take, limit), 0);
	assert_int_equal(in_transaction(now + 100, give_back, limit), 0);
	assert_int_equal(test_db_number(DB, "SELECT failures FROM rate_limit"), 3);
	assert_int_equal(in_transaction(now, reset, limit), 0);
	assert_int_equal(in_transaction(now, take, limit), 0);
}

static const char *remote;

static const char *param(struct ct_gateway *g, const char *name)
{
	(void)g;
	return strcmp(name, "REMOTE_ADDR") ? NULL : remote;
}

static void test_address(void **state)
{
	static const char *const cases[][2] = {
		{ "192.0.2.7", "192.0.2.7" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
		{ "2001:db8:1:2::1", "2001:db8:1:2::" },
		{ "2001:db8:1:3::1", "2001:db8:1:3::" },
		{ "::ffff:192.0.2.7", "192.0.2.7" },
		{ "unix:", "unix:" },
		{ NULL, "" },
	};
	struct ct_gateway gateway = { .param = param };
	struct ct_request *r = request();

	(void)state;
	r->s->gateway = &gateway;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		remote = cases[i][0];
		assert_string_equal(ct_limit_address(r), cases[i][1]);
	}
	talloc_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_works_once), cmocka_unit_test(test_link_expires),
		cmocka_unit_test(test_all_end),		cmocka_unit_test(test_take),
		cmocka_unit_test(test_give_back), cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
