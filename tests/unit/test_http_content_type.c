/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "http/content_type.h"

#define SEVENTY "1234567890123456789012345678901234567890123456789012345678901234567890"

static void same(const char *what, const char *is, const char *expected)
{
	if (!is != !expected || (is && strcmp(is, expected) != 0))
		fail_msg("%s: \"%s\" and not \"%s\"", what, is, expected);
}

static void good_ones(void **state)
{
	static const struct { const char *header, *type, *charset, *boundary; } cases[] = {
		{ NULL, "", NULL, NULL }, { "", "", NULL, NULL },
		{ "text/html", "text/html", NULL, NULL }, { "TEXT/Html", "text/html", NULL, NULL },
		{ "application/json; charset=UTF-8", "application/json", "utf-8", NULL },
		{ "application/json;charset=\"utf-8\"", "application/json", "utf-8", NULL },
		{ "application/x-www-form-urlencoded ; Charset=utf-8 ;",
		  "application/x-www-form-urlencoded", "utf-8", NULL },
		{ " text/plain ", "text/plain", NULL, NULL },
		{ "text/plain;;;", "text/plain", NULL, NULL },
		{ "text/plain; format=flowed; x=\"a;b\"", "text/plain", NULL, NULL },
		{ "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
		  "multipart/form-data", NULL, "----WebKitFormBoundary7MA4YWxkTrZu0gW" },
		{ "multipart/form-data; boundary=\"a b'()+_,-./:=?\"", "multipart/form-data", NULL,
		  "a b'()+_,-./:=?" },
		{ "multipart/form-data; charset=utf-8; boundary=x", "multipart/form-data", "utf-8",
		  "x" },
		{ "multipart/form-data;BOUNDARY=x", "multipart/form-data", NULL, "x" },
		{ "multipart/form-data; boundary=----=_Part_1/2:3", "multipart/form-data", NULL,
		  "----=_Part_1/2:3" },
		{ "multipart/form-data; boundary=\"q\\uoted\"", "multipart/form-data", NULL,
		  "quoted" },
		{ "multipart/form-data; boundary=" SEVENTY, "multipart/form-data", NULL, SEVENTY },
		{ "text/plain; boundary=x", "text/plain", NULL, NULL },
		{ "application/vnd.api+json", "application/vnd.api+json", NULL, NULL },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_error e = fresh_error();
		struct ct_content_type type;

		expect_rc("good", ct_content_type_parse(mem, cases[i].header, &type, &e), 0, &e);
		same("type", type.type, cases[i].type);
		same("charset", type.charset, cases[i].charset);
		same("boundary", type.boundary, cases[i].boundary);
	}
	talloc_free(mem);
}

static void bad_ones(void **state)
{
	static const char *const cases[] = {
		" ",
		"text",
		"text/",
		"/html",
		"text html",
		"text/html/x",
		"text/html, text/plain",
		"text/html; charset",
		"text/html; charset=",
		"text/html; =utf-8",
		"text/html; charset =utf-8",
		"text/html; charset= utf-8",
		"text/html; charset=\"utf-8",
		"text/html charset=utf-8",
		"text/html; charset=a; charset=a",
		"text/html; charset=a; CHARSET=b",
		"text/\xC3\xA9",
		"multipart/form-data",
		"multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"\"",
		"multipart/form-data; boundary=\"ends in blank \"",
		"multipart/form-data; boundary=" SEVENTY "1",
		"multipart/form-data; boundary=a; boundary=b",
		"multipart/form-data; boundary=a\x01",
		"multipart/form-data; boundary=\"\xC3\xA9\"",
		"multipart/form-data; boundary=a*b",
		"multipart/form-data; boundary=\"a\r\nb\"",
		"multipart/form-data; boundary=a\"b",
		"multipart/mixed",
		"text/html;;x",
		"text/html; a=b c",
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_content_type type = { "untouched", NULL, NULL };
		struct ct_error e = fresh_error();

		expect_rc(cases[i], ct_content_type_parse(mem, cases[i], &type, &e), CT_BAD, &e);
		assert_string_equal(type.type, "untouched");
	}
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
