/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include <stdbool.h>

#include "base/utf8.h"

static void fail_fills_and_returns(void **state)
{
	struct ct_error e = fresh_error();

	(void)state;
	assert_int_equal(ct_fail(&e, CT_CONFLICT, "taken by %s at %d", "Zo\xC3\xA9", 14),
			 CT_CONFLICT);
	assert_int_equal(e.rc, CT_CONFLICT);
	assert_string_equal(e.text, "taken by Zo\xC3\xA9 at 14");
	assert_string_equal(e.field, "");
}

static void fail_field_names_the_field(void **state)
{
	struct ct_error e = fresh_error();

	(void)state;
	assert_int_equal(ct_fail_field(&e, "start", "too %s", "early"), CT_INVALID);
	assert_int_equal(e.rc, CT_INVALID);
	assert_string_equal(e.field, "start");
	assert_string_equal(e.text, "too early");
}

/* Callers say where a sentence comes from by wrapping it. */
static void a_sentence_can_wrap_itself(void **state)
{
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_fail(&e, CT_BROKEN, "no such table"), CT_BROKEN);
	assert_int_equal(ct_fail(&e, CT_BROKEN, "plugin keys: %s (%s)", e.text, e.text), CT_BROKEN);
	assert_string_equal(e.text, "plugin keys: no such table (no such table)");
	assert_int_equal(ct_fail_field(&e, "a", "x"), CT_INVALID);
	assert_int_equal(ct_fail_field(&e, e.field, "%s", e.text), CT_INVALID);
	assert_string_equal(e.field, "a");
}

/* Every offset of a character of two, three and four bytes against the end. */
static void long_texts_are_cut_between_characters(void **state)
{
	static const char *const characters[] = { "x", "\xC3\xA9", "\xE2\x82\xAC",
						  "\xF0\x9F\x98\x80" };
	struct ct_error e;
	char text[700];

	(void)state;
	for (size_t c = 0; c < COUNT(characters); c++) {
		for (size_t lead = 0; lead < 5; lead++) {
			size_t n = lead;

			memset(text, 'a', lead);
			for (; n < 600; n += strlen(characters[c]))
				memcpy(text + n, characters[c], strlen(characters[c]));
			text[n] = '\0';
			assert_int_equal(ct_fail(&e, CT_BAD, "%s", text), CT_BAD);
			assert_true(ct_utf8_check(e.text, strlen(e.text)));
			assert_in_range(strlen(e.text), sizeof(e.text) - 4, sizeof(e.text) - 1);
			assert_memory_equal(e.text, text, strlen(e.text));
			assert_int_equal(ct_fail_field(&e, text, "t"), CT_INVALID);
			assert_true(ct_utf8_check(e.field, strlen(e.field)));
			assert_in_range(strlen(e.field), sizeof(e.field) - 4, sizeof(e.field) - 1);
		}
	}
}

static void status_of_each_code(void **state)
{
	static const struct { int rc, status; } cases[] = {
		{ CT_OK, 200 }, { CT_REPEAT, 503 }, { CT_LOST, 503 }, { CT_UNSURE, 503 },
		{ CT_BAD, 400 }, { CT_SIGN_IN, 401 }, { CT_DENIED, 403 }, { CT_MISSING, 404 },
		{ CT_METHOD, 405 }, { CT_CONFLICT, 409 }, { CT_GONE, 410 }, { CT_STALE, 412 },
		{ CT_TOO_LARGE, 413 }, { CT_WRONG_TYPE, 415 }, { CT_INVALID, 422 },
		{ CT_TOO_MANY, 429 }, { CT_BROKEN, 500 }, { CT_BUSY, 503 },
		{ -7, 500 }, { -399, 500 }, { -600, 500 }, { 3, 500 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(ct_status(cases[i].rc), cases[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fail_fills_and_returns),
		cmocka_unit_test(fail_field_names_the_field),
		cmocka_unit_test(a_sentence_can_wrap_itself),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(status_of_each_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
