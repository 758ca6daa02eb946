/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file is, by what stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "file/type.h"

#define IS(bytes, type_) is(bytes, sizeof(bytes) - 1, type_)

static void is(const char *bytes, size_t len, const char *type)
{
	const struct ct_file_type *found = ct_file_type_of(bytes, len);

	if (!type) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_string_equal(found->type, type);
	assert_ptr_equal(found, ct_file_type_named(type));
}

static void by_signature(void **state)
{
	(void)state;
	IS("\xFF\xD8\xFF\xE0 and so on", "image/jpeg");
	IS("\xFF\xD8\xFF", "image/jpeg");
	IS("\xFF\xD8", NULL);
	IS("\x89PNG\r\n\x1A\n", "image/png");
	IS("\x89PNG\n\x1A\n", NULL);
	IS("%PDF-1.7\n%\xE2\xE3", "application/pdf");
	IS("%PDF-2.0", "application/pdf");
	IS(" %PDF-1.7\n%\xE2\xE3", NULL);
	IS("GIF89a\1", NULL);
	IS("PK\3\4", NULL);
	IS("", NULL);
}

/* Whatever a browser would make of it, a text is a text. */
static void by_text(void **state)
{
	(void)state;
	IS("a;b\r\n1;2\r\n", "text/csv; charset=utf-8");
	IS("\xEF\xBB\xBF" "a;\xC3\xA9", "text/csv; charset=utf-8");
	IS("BEGIN:VCALENDAR\r\n", "text/calendar; charset=utf-8");
	IS("\xEF\xBB\xBF" "BEGIN:VCALENDAR\n", "text/calendar; charset=utf-8");
	IS("<!doctype html><script>", "text/csv; charset=utf-8");
	IS("<svg xmlns='http://www.w3.org/2000/svg'>", "text/csv; charset=utf-8");
	IS("a\0b", NULL);
	IS("a\x1B[31m", NULL);
	IS("a\x7F", NULL);
	IS("a\xC2\x80", NULL);
	IS("latin \xE9t\xE9", NULL);
	IS("cut by the head \xC3", "text/csv; charset=utf-8");
}

static void named(void **state)
{
	(void)state;
	assert_null(ct_file_type_named("text/html"));
	assert_null(ct_file_type_named("image/svg+xml"));
	assert_null(ct_file_type_named(""));
	assert_true(ct_file_type_named("application/pdf")->shown);
	assert_false(ct_file_type_named("text/csv; charset=utf-8")->shown);
}

/* A text gives the same answer however it is cut. */
static void pieces(void **state)
{
	static const struct { const char *text; bool good; } cases[] = {
		{ "plain", true }, { "\xC3\xA9", true }, { "\xE2\x82\xAC", true }, { "\xF0\x9F\x98\x80.", true },
		{ "x\xF0\x9F\x98", false }, { "\xC3", false }, { "\xC0\xAF", false }, { "\xED\xA0\x80", false },
		{ "\xE2\x82x", false }, { "\xF4\x90\x80\x80", false }, { "\x80", false }, { "ab\x01", false },
		{ "\xC3\xA9\xC3", false }, { "a\tb\r\n", true }, { "\xC2\x85", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].text);

		for (size_t a = 0; a <= len; a++)
			for (size_t b = a; b <= len; b++) {
				struct ct_file_text text = { .n_left = 0 };

				ct_file_text_add(&text, cases[i].text, a);
				ct_file_text_add(&text, cases[i].text + a, b - a);
				ct_file_text_add(&text, cases[i].text + b, len - b);
				assert_int_equal(ct_file_text_ended(&text), cases[i].good);
			}
	}
}

static void end_of_a_pdf(void **state)
{
	(void)state;
	assert_true(ct_file_pdf_ended("startxref\n9\n%%EOF\n", 18));
	assert_true(ct_file_pdf_ended("%%EOF", 5));
	assert_false(ct_file_pdf_ended("%%EO", 4));
	assert_false(ct_file_pdf_ended("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_signature), cmocka_unit_test(by_text), cmocka_unit_test(named),
		cmocka_unit_test(pieces), cmocka_unit_test(end_of_a_pdf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
