/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "http/urlencoded.h"

static const struct ct_limits limits = CT_LIMITS;

/* The list as one text: name=value|name=value, line feeds as they are. */
static const char *written(void *mem, const struct ct_params *params)
{
	char *text = talloc_strdup(mem, "");

	for (size_t i = 0; i < params->n; i++)
		text = talloc_asprintf_append(text, "%s%s=%s", i ? "|" : "", params->list[i].name,
					      params->list[i].value);
	return text;
}

static void good_ones(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "", "" },
		{ "a=1", "a=1" },
		{ "a=1&b=2", "a=1|b=2" },
		{ "a=1&a=2", "a=1|a=2" },
		{ "a", "a=" },
		{ "a=", "a=" },
		{ "a&b", "a=|b=" },
		{ "&&a=1&&", "a=1" },
		{ "&", "" },
		{ "a=b=c", "a=b=c" },
		{ "a==", "a==" },
		{ "a+b=c+d", "a b=c d" },
		{ "a%20b=%2B", "a b=+" },
		{ "n=%C3%A9t%c3%a9", "n=\xC3\xA9t\xC3\xA9" },
		{ "n=\xC3\xA9", "n=\xC3\xA9" },
		{ "a=1;b=2", "a=1;b=2" },
		{ "a=%26%3D%25", "a=&=%" },
		{ "%61=1", "a=1" },
		{ "t=line1%0D%0Aline2", "t=line1\nline2" },
		{ "t=a%0Db", "t=a\nb" },
		{ "extras[]=1&extras[]=2", "extras[]=1|extras[]=2" },
		{ "t=%F0%9F%98%80", "t=\xF0\x9F\x98\x80" },
		{ "a=/?:@!$'()*,~", "a=/?:@!$'()*,~" },
		{ "a=%7e%7E", "a=~~" },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_error e = fresh_error();
		struct ct_params *params = NULL;

		expect_rc(cases[i].text,
			  ct_urlencoded_parse(mem, cases[i].text, strlen(cases[i].text), &limits,
					      &params, &e),
			  0, &e);
		assert_string_equal(written(mem, params), cases[i].expected);
	}
	talloc_free(mem);
}

static void bad_ones(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ BYTES("%") },	       { BYTES("a=%") },      { BYTES("a=%4") },
		{ BYTES("a=%4g") },    { BYTES("a=%g4") },    { BYTES("%zz=1") },
		{ BYTES("a=50%") },    { BYTES("a=%%41") },   { BYTES("a=% 41") },
		{ BYTES("a=%4&1=b") }, { BYTES("a=%00") },    { BYTES("%00=a") },
		{ BYTES("a=x%00y") },  { BYTES("a=\0") },     { BYTES("a=%FF") },
		{ BYTES("a=%C3") },    { BYTES("a=%C0%80") }, { BYTES("a=%ED%A0%80") },
		{ BYTES("a=\xFF") },   { BYTES("%E9=1") },    { BYTES("=1") },
		{ BYTES("a=1&=2") },   { BYTES("=") },	      { BYTES("a%0D=1") },
		{ BYTES("a%0Ab=1") },  { BYTES("a=%u00e9") }, { BYTES("a=%+1") },
		{ BYTES("a=%-1") },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *exact = malloc(cases[i].len);
		struct ct_error e = fresh_error();
		struct ct_params *params = (void *)&e;

		memcpy(exact, cases[i].text, cases[i].len);
		expect_rc(cases[i].text,
			  ct_urlencoded_parse(mem, exact, cases[i].len, &limits, &params, &e),
			  CT_BAD, &e);
		assert_ptr_equal(params, &e);
		assert_int_equal(talloc_total_blocks(mem), 1);
		free(exact);
	}
	talloc_free(mem);
}

static void expect_limit(const struct ct_limits *small, const char *text, int rc)
{
	void *mem = talloc_new(NULL);
	struct ct_error e = fresh_error();
	struct ct_params *params;

	expect_rc(text, ct_urlencoded_parse(mem, text, strlen(text), small, &params, &e), rc, &e);
	talloc_free(mem);
}

static void limits_hold_to_the_byte(void **state)
{
	struct ct_limits small = { 3, 4, 0, 20 };

	(void)state;
	expect_limit(&small, "a=1&b=2&c=3", 0);
	expect_limit(&small, "&&a=1&&b=2&&c=3&&", 0);
	expect_limit(&small, "a=1&b=2&c=3&d=4", CT_TOO_LARGE);
	expect_limit(&small, "a=1234", 0);
	expect_limit(&small, "a=12345", CT_TOO_LARGE);
	expect_limit(&small, "a=%31%32%33%34", 0);
	expect_limit(&small, "a=%31%32%33%34%35", CT_TOO_LARGE);
	expect_limit(&small, "a=%31%32&b=%31%32%33", 0);
	expect_limit(&small, "a=%31%32&b=%31%32%333", CT_TOO_LARGE);
}

static void segments(void **state)
{
	static const struct {
		const char *segment, *text;
	} good[] = {
		{ "", "" },
		{ "lys", "lys" },
		{ "la%20salle", "la salle" },
		{ "a+b", "a+b" },
		{ "%C3%A9t%C3%A9", "\xC3\xA9t\xC3\xA9" },
		{ "a..b", "a..b" },
		{ "...", "..." },
		{ "..a", "..a" },
		{ ".a", ".a" },
		{ "%7Euser", "~user" },
		{ "42", "42" },
		{ "a%5Cb", "a\\b" },
		{ "100%25", "100%" },
		{ "a%3Fb%23c", "a?b#c" },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct ct_error e = fresh_error();
		char *text = NULL;

		expect_rc(
			good[i].segment,
			ct_percent_decode(mem, good[i].segment, strlen(good[i].segment), &text, &e),
			0, &e);
		assert_string_equal(text, good[i].text);
	}
	talloc_free(mem);
}

static void bad_segments(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} bad[] = {
		{ BYTES("..") },   { BYTES(".") },	  { BYTES("%2e%2E") },
		{ BYTES(".%2e") }, { BYTES("%2e") },	  { BYTES("a%2Fb") },
		{ BYTES("%2f") },  { BYTES("a/b") },	  { BYTES("..%2f..") },
		{ BYTES("%00") },  { BYTES("a%00.ics") }, { BYTES("a\0b") },
		{ BYTES("%") },	   { BYTES("%2") },	  { BYTES("%2x") },
		{ BYTES("%FF") },  { BYTES("%C0%AF") },	  { BYTES("a%0D%0Ab") },
		{ BYTES("%1B") },  { BYTES("%7F") },	  { BYTES("\x01") },
		{ BYTES("%C3") },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct ct_error e = fresh_error();
		char *text = (char *)&e;

		expect_rc(bad[i].text, ct_percent_decode(mem, bad[i].text, bad[i].len, &text, &e),
			  CT_BAD, &e);
		assert_ptr_equal(text, &e);
		assert_int_equal(talloc_total_blocks(mem), 1);
	}
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
		cmocka_unit_test(limits_hold_to_the_byte),
		cmocka_unit_test(segments),
		cmocka_unit_test(bad_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
