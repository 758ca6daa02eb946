/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "base/utf8.h"

static const struct { const char *bytes; size_t len; uint32_t point; } characters[] = {
	{ BYTES("a"), 'a' }, { BYTES("\0"), 0 }, { BYTES("\x7F"), 0x7F },
	{ BYTES("\xC2\x80"), 0x80 }, { BYTES("\xC3\xA9"), 0xE9 }, { BYTES("\xDF\xBF"), 0x7FF },
	{ BYTES("\xE0\xA0\x80"), 0x800 }, { BYTES("\xE2\x82\xAC"), 0x20AC },
	{ BYTES("\xED\x9F\xBF"), 0xD7FF }, { BYTES("\xEE\x80\x80"), 0xE000 },
	{ BYTES("\xEF\xBF\xBF"), 0xFFFF }, { BYTES("\xF0\x90\x80\x80"), 0x10000 },
	{ BYTES("\xF0\x9F\x98\x80"), 0x1F600 }, { BYTES("\xF4\x8F\xBF\xBF"), 0x10FFFF },
};

static const struct { const char *bytes; size_t len; } broken[] = {
	{ BYTES("\x80") }, { BYTES("\xBF") }, { BYTES("\xC0\x80") }, { BYTES("\xC1\xBF") },
	{ BYTES("\xC3") }, { BYTES("\xC3(") }, { BYTES("\xE0\x80\x80") }, { BYTES("\xE0\x9F\xBF") },
	{ BYTES("\xE2\x82") }, { BYTES("\xE2(\xA1") }, { BYTES("\xED\xA0\x80") },
	{ BYTES("\xED\xBF\xBF") }, { BYTES("\xF0\x80\x80\x80") }, { BYTES("\xF0\x8F\xBF\xBF") },
	{ BYTES("\xF0\x9F\x98") }, { BYTES("\xF4\x90\x80\x80") }, { BYTES("\xF5\x80\x80\x80") },
	{ BYTES("\xFE") }, { BYTES("\xFF") }, { BYTES("\xF8\x88\x80\x80\x80") },
};

static void next_reads_each_character(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++) {
		uint32_t point = 0xDEAD;

		assert_int_equal(ct_utf8_next(characters[i].bytes, characters[i].len, &point),
				 characters[i].len);
		assert_int_equal(point, characters[i].point);
		assert_int_equal(ct_utf8_next(characters[i].bytes, characters[i].len + 1, NULL),
				 characters[i].len);
	}
	assert_int_equal(ct_utf8_next("", 0, NULL), 0);
}

static void next_and_check_refuse_what_is_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		/* exactly as large as it is, so that ASan sees a byte too far */
		char *bytes = malloc(broken[i].len);
		uint32_t point = 0xDEAD;

		memcpy(bytes, broken[i].bytes, broken[i].len);
		if (ct_utf8_next(bytes, broken[i].len, &point) || point != 0xDEAD)
			fail_msg("case %zu was read", i);
		if (ct_utf8_check(bytes, broken[i].len))
			fail_msg("case %zu passed", i);
		free(bytes);
	}
}

static void check_takes_text_and_no_nul(void **state)
{
	(void)state;
	assert_true(ct_utf8_check("", 0));
	assert_true(ct_utf8_check(BYTES("C\xC3\xA9line \xE2\x82\xAC \xF0\x9F\x98\x80\n")));
	assert_false(ct_utf8_check(BYTES("a\0b")));
	assert_false(ct_utf8_check(BYTES("\0")));
	assert_false(ct_utf8_check(BYTES("good then \xFF")));
}

static void cut_never_splits_a_character(void **state)
{
	static const struct { const char *text; size_t max, kept; } cases[] = {
		{ "abc", 3, 3 }, { "abc", 2, 2 }, { "abc", 0, 0 }, { "", 4, 0 },
		{ "a\xC3\xA9", 3, 3 }, { "a\xC3\xA9", 2, 1 }, { "a\xC3\xA9", 1, 1 },
		{ "\xE2\x82\xAC", 2, 0 }, { "\xE2\x82\xAC", 1, 0 }, { "\xE2\x82\xAC" "b", 3, 3 },
		{ "\xF0\x9F\x98\x80", 3, 0 }, { "x\xF0\x9F\x98\x80", 4, 1 },
		{ "\x80\x80\x80\x80\x80\x80", 5, 5 }, { "ab\xFF" "cd", 3, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (ct_utf8_cut(cases[i].text, strlen(cases[i].text), cases[i].max) !=
		    cases[i].kept)
			fail_msg("\"%s\" cut at %zu", cases[i].text, cases[i].max);
}

static void count_counts_characters(void **state)
{
	(void)state;
	assert_int_equal(ct_utf8_count(BYTES("")), 0);
	assert_int_equal(ct_utf8_count(BYTES("abc")), 3);
	assert_int_equal(ct_utf8_count(BYTES("\xC3\xA9t\xC3\xA9")), 3);
	assert_int_equal(ct_utf8_count(BYTES("\xE2\x82\xAC\xF0\x9F\x98\x80")), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_reads_each_character),
		cmocka_unit_test(next_and_check_refuse_what_is_broken),
		cmocka_unit_test(check_takes_text_and_no_nul),
		cmocka_unit_test(cut_never_splits_a_character),
		cmocka_unit_test(count_counts_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
