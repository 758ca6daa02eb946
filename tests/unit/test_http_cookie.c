/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include <stdio.h>

#include "http/cookie.h"

static void what_browsers_send(void **state)
{
	static const struct {
		const char *header, *expected;
	} cases[] = {
		{ "", "" },
		{ NULL, "" },
		{ "a=1", "a=1" },
		{ "a=1; b=2", "a=1|b=2" },
		{ "a=1;b=2", "a=1|b=2" },
		{ " a = 1 ;\tb=2\t", "a=1|b=2" },
		{ "a=\"quoted\"", "a=quoted" },
		{ "a=\"", "a=\"" },
		{ "a=\"\"", "a=" },
		{ "a=", "a=" },
		{ "a=b=c", "a=b=c" },
		{ "a=1; a=2", "a=1|a=2" },
		{ ";;;a=1;;", "a=1" },
		{ "lang=fr; comptoir=AbC-_9", "lang=fr|comptoir=AbC-_9" },
		/* not ours to judge, so passed over */
		{ "nameless; a=1", "a=1" }, { "=x; a=1", "a=1" }, { "bad name=x; a=1", "a=1" },
		{ "b{d}=x; a=1", "a=1" }, { "b=\xFF; a=1", "a=1" }, { "b=x\x01y; a=1", "a=1" },
		{ "b=\x7F; a=1", "a=1" }, { "\xC3\xA9=x; a=1", "a=1" }, { "b\"c=1; a=1", "a=1" },
		{ "b=a b; a=1", "b=a b|a=1" }, { "b={\"x\":1,2}; a=1", "b={\"x\":1,2}|a=1" },
		{ "b=\xC3\xA9; a=1", "b=\xC3\xA9|a=1" }, { "b=%00; a=1", "b=%00|a=1" },
		{ "__Host-x=1", "__Host-x=1" }, { "a", "" }, { "=", "" }, { " ; ; ", "" },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_error e = fresh_error();
		struct ct_params *cookies = NULL;
		char *text = talloc_strdup(mem, "");

		expect_rc("cookie", ct_cookies_parse(mem, cases[i].header, &cookies, &e), 0, &e);
		for (size_t k = 0; k < cookies->n; k++)
			text = talloc_asprintf_append(text, "%s%s=%s", k ? "|" : "",
						      cookies->list[k].name,
						      cookies->list[k].value);
		assert_string_equal(text, cases[i].expected);
	}
	talloc_free(mem);
}

static void the_first_of_a_name_is_found(void **state)
{
	struct ct_error e = fresh_error();
	struct ct_params *cookies;

	(void)state;
	expect_rc("twice", ct_cookies_parse(NULL, "comptoir=here; comptoir=above", &cookies, &e), 0,
		  &e);
	assert_string_equal(ct_param(cookies, "comptoir"), "here");
	assert_int_equal(ct_param_count(cookies, "comptoir"), 2);
	talloc_free(cookies);
}

static void there_is_an_end(void **state)
{
	struct ct_error e = fresh_error();
	struct ct_params *cookies;
	char *header = malloc(65538);

	(void)state;
	memset(header, ';', 65537);
	header[65537] = '\0';
	expect_rc("65537", ct_cookies_parse(NULL, header, &cookies, &e), CT_BAD, &e);
	header[65536] = '\0';
	e = fresh_error();
	expect_rc("65536", ct_cookies_parse(NULL, header, &cookies, &e), 0, &e);
	assert_int_equal(cookies->n, 0);
	talloc_free(cookies);
	*header = '\0';
	for (int i = 0; i < 300; i++)
		strcat(header, "a=1;");
	expect_rc("300", ct_cookies_parse(NULL, header, &cookies, &e), 0, &e);
	assert_int_equal(cookies->n, CT_COOKIES_MAX);
	talloc_free(cookies);
	free(header);
}

static void what_we_set(void **state)
{
	static const struct { struct ct_cookie cookie; const char *expected; } cases[] = {
		{ { "comptoir", "AbC-_9", "", 2592000, true },
		  "comptoir=AbC-_9; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure" },
		{ { "comptoir", "x", "/reserver", -1, false },
		  "comptoir=x; Path=/reserver; HttpOnly; SameSite=Lax" },
		{ { "comptoir", "", "", 0, true },
		  "comptoir=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure" },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(ct_cookie_text(mem, &cases[i].cookie), cases[i].expected);
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_browsers_send),
		cmocka_unit_test(the_first_of_a_name_is_found),
		cmocka_unit_test(there_is_an_end),
		cmocka_unit_test(what_we_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
