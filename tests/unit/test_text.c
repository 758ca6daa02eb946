/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <comptoir/text.h>

typedef void verb_f(struct ct_buf *, const char *text);

struct written { const char *text, *expected; };

static void expect_written(verb_f *verb, const struct written *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ct_buf *b = ct_buf_new(NULL, 65536);

		ct_buf_text(b, "before ");
		verb(b, cases[i].text);
		if (strcmp(ct_buf_data(b) + 7, cases[i].expected) != 0)
			fail_msg("\"%s\" became %s and not %s", cases[i].text, ct_buf_data(b) + 7,
				 cases[i].expected);
		talloc_free(b);
	}
}

#define WRITTEN(verb, cases) expect_written(verb, cases, COUNT(cases))

static void like(void **state)
{
	static const struct { const char *text; bool anywhere; const char *expected; } cases[] = {
		{ "", true, "%" }, { "", false, "" }, { "lys", true, "%lys%" }, { "lys", false, "lys%" },
		{ "100%", true, "%100\\%%" }, { "a_b\\", false, "a\\_b\\\\%" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *pattern = ct_like_pattern(NULL, cases[i].text, strlen(cases[i].text), cases[i].anywhere);

		assert_string_equal(pattern, cases[i].expected);
		talloc_free(talloc_parent(pattern));
	}
}

static void html(void **state)
{
	static const struct written cases[] = {
		{ "", "" }, { NULL, "" }, { "plain", "plain" }, { "a & b", "a &amp; b" },
		{ "<b>", "&lt;b&gt;" }, { "\"x\" 'y'", "&quot;x&quot; &#39;y&#39;" },
		{ "&amp;", "&amp;amp;" }, { "\xC3\xA9<", "\xC3\xA9&lt;" }, { "<", "&lt;" },
		{ "<<", "&lt;&lt;" }, { "</script>", "&lt;/script&gt;" },
	};

	(void)state;
	WRITTEN(ct_html_text, cases);
}

static void url(void **state)
{
	static const struct written cases[] = {
		{ "", "" },
		{ NULL, "" },
		{ "azAZ09-._~", "azAZ09-._~" },
		{ "a b", "a%20b" },
		{ "a/b", "a%2Fb" },
		{ "a+b&c=d", "a%2Bb%26c%3Dd" },
		{ "50 %", "50%20%25" },
		{ "\xC3\xA9", "%C3%A9" },
		{ "?#", "%3F%23" },
		{ "\r\n", "%0D%0A" },
		{ "\x01\x7F\xFF", "%01%7F%FF" },
		{ "!*'()", "%21%2A%27%28%29" },
		{ "..", ".." },
		{ "\"<>\\", "%22%3C%3E%5C" },
	};

	(void)state;
	WRITTEN(ct_url_arg, cases);
}

static void csv_quotes(void **state)
{
	static const struct written cases[] = {
		{ "", "" },
		{ NULL, "" },
		{ "plain text", "plain text" },
		{ "a,b", "\"a,b\"" },
		{ "a;b", "\"a;b\"" },
		{ "a\tb", "\"a\tb\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "a\nb", "\"a\nb\"" },
		{ "a\rb", "\"a\rb\"" },
		{ " a", "\" a\"" },
		{ "a ", "\"a \"" },
		{ "\"", "\"\"\"\"" },
		{ "\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9" },
		{ "a=1", "a=1" },
		{ "0", "0" },
		{ "12,5", "\"12,5\"" },
		{ "a-b", "a-b" },
		{ " ", "\" \"" },
	};

	(void)state;
	WRITTEN(ct_csv_cell, cases);
}

static void csv_stops_formulas(void **state)
{
	static const struct written cases[] = {
		{ "=1+1", "'=1+1" },
		{ "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"" },
		{ "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0" },
		{ "-2+3", "'-2+3" },
		{ "@SUM(1)", "'@SUM(1)" },
		{ "\t=1", "\"'\t=1\"" },
		{ "\r=1", "\"'\r=1\"" },
		{ "\n=1", "\"'\n=1\"" },
		{ "=", "'=" },
		{ "-", "'-" },
		{ "+", "'+" },
		{ "--1", "'--1" },
		{ "-1-1", "'-1-1" },
		{ "-1e3", "'-1e3" },
		{ "-1 =2", "'-1 =2" },
		{ "-1,2,3", "\"'-1,2,3\"" },
		{ "-1.", "'-1." },
		{ "-,5", "\"'-,5\"" },
		{ "\xEF\xBC\x9D"
		  "1",
		  "'\xEF\xBC\x9D"
		  "1" },
		{ "\xEF\xBC\x8B", "'\xEF\xBC\x8B" },
		{ "\xEF\xBC\x8D", "'\xEF\xBC\x8D" },
		{ "\xEF\xBC\xA0", "'\xEF\xBC\xA0" },
		{ "-1 ", "\"'-1 \"" },
		/* numbers stay numbers */
		{ "-12", "-12" }, { "-12.50", "-12.50" }, { "-12,50", "\"-12,50\"" },
		{ "+33612345678", "+33612345678" }, { "-1 234,50", "\"-1 234,50\"" },
		{ "-1\xE2\x80\xAF" "234.5", "-1\xE2\x80\xAF" "234.5" },
		{ "-1\xC2\xA0" "234", "-1\xC2\xA0" "234" }, { "-0", "-0" },
	};

	(void)state;
	WRITTEN(ct_csv_cell, cases);
}

static void log_line(void **state)
{
	static const struct written cases[] = {
		{ "", "\"\"" },
		{ NULL, "" },
		{ "plain", "plain" },
		{ "/places/{slug}", "\"/places/{slug}\"" },
		{ "2026-11-24T14:00:00+01:00", "2026-11-24T14:00:00+01:00" },
		{ "a b", "\"a b\"" },
		{ "say \"x\"", "\"say \\\"x\\\"\"" },
		{ "a\\b", "\"a\\\\b\"" },
		{ "a=b", "\"a=b\"" },
		{ "a\nlevel=error", "\"a\\nlevel=error\"" },
		{ "\r\t", "\"\\r\\t\"" },
		{ "\x01\x1B[31m", "\"\\x01\\x1b[31m\"" },
		{ "\x7F", "\"\\x7f\"" },
		{ "\xC2\x85", "\"\\x85\"" },
		{ "\xE2\x80\xA8", "\"\\u2028\"" },
		{ "\xE2\x80\xAE", "\"\\u202e\"" },
		{ "\xC3\xA9", "\"\xC3\xA9\"" },
		{ "\xFFx", "\"\\xffx\"" },
		{ "a\xE2\x82", "\"a\\xe2\\x82\"" },
		{ "100%", "100%" },
		{ "%s%n", "%s%n" },
	};

	(void)state;
	WRITTEN(ct_log_value, cases);
}

static void json(void **state)
{
	static const struct written cases[] = {
		{ "", "\"\"" },
		{ NULL, "null" },
		{ "plain", "\"plain\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "a\nb\tc", "\"a\\nb\\u0009c\"" },
		{ "\x01\x1F", "\"\\u0001\\u001f\"" },
		{ "</script>", "\"\\u003c/script\\u003e\"" },
		{ "a&b", "\"a\\u0026b\"" },
		{ "\xE2\x80\xA8\xE2\x80\xA9", "\"\\u2028\\u2029\"" },
		{ "\xC3\xA9\xF0\x9F\x98\x80", "\"\xC3\xA9\xF0\x9F\x98\x80\"" },
		{ "\xFF", "\"\xEF\xBF\xBD\"" },
		{ "a\xC3", "\"a\xEF\xBF\xBD\"" },
		{ "%s", "\"%s\"" },
	};

	(void)state;
	WRITTEN(ct_json_text, cases);
}

/* jansson reads back what was written, for every character below U+0800 and some above. */
static void json_reads_back(void **state)
{
	(void)state;
	for (unsigned c = 1; c < 0x800; c++) {
		struct ct_buf *b = ct_buf_new(NULL, 64);
		char text[3] = { (char)c };
		json_t *back;

		if (c >= 0x80)
			snprintf(text, sizeof(text), "%c%c", (int)(0xC0 | c >> 6),
				 (int)(0x80 | (c & 0x3F)));
		ct_json_text(b, text);
		back = json_loads(ct_buf_data(b), JSON_DECODE_ANY, NULL);
		assert_non_null(back);
		assert_string_equal(json_string_value(back), text);
		json_decref(back);
		talloc_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html),
		cmocka_unit_test(like),
		cmocka_unit_test(url),
		cmocka_unit_test(csv_quotes),
		cmocka_unit_test(csv_stops_formulas),
		cmocka_unit_test(log_line),
		cmocka_unit_test(json),
		cmocka_unit_test(json_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
