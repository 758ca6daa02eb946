/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a reminder may leave, and what a late payment costs: by days that nobody has to wait for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "../../plugins/invoicing/dunning.c"

static struct ct_day on(const char *text)
{
	struct ct_day day;
	struct ct_error e;

	assert_int_equal(ct_day_parse(text, &day, &e), 0);
	return day;
}

static void test_levels(void **state)
{
	static const struct { int late, last, since; bool professional; int level; } cases[] = {
		{ -1, 0, 0, true, 0 }, { 6, 0, 0, true, 0 }, { 7, 0, 0, true, 1 }, { 100, 0, 0, false, 1 },
		{ 20, 1, 9, true, 0 }, { 21, 1, 9, true, 2 }, { 30, 1, 6, true, 0 }, { 30, 1, 7, false, 2 },
		{ 44, 2, 20, true, 0 }, { 45, 2, 20, true, 3 },
		{ 45, 2, 6, true, 0 }, { 99, 2, 20, false, 0 }, { 99, 3, 20, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(dunning_level(cases[i].late, cases[i].last, cases[i].since,
					       cases[i].professional), cases[i].level);
}

static void test_days_off(void **state)
{
	(void)state;
	assert_null(dunning_rest(on("2026-11-27"), "en"));
	assert_string_equal(dunning_rest(on("2026-11-28"), "en"), "Saturday");
	assert_string_equal(dunning_rest(on("2026-11-29"), "en"), "Sunday");
	assert_string_equal(dunning_rest(on("2027-03-29"), "en"), "Easter Monday");
	assert_int_equal(dunning_open(on("2026-11-27")).n, on("2026-11-27").n);
	assert_int_equal(dunning_open(on("2026-11-28")).n, on("2026-11-30").n);
	assert_int_equal(dunning_open(on("2027-03-27")).n, on("2027-03-30").n);	/* Easter */
	assert_int_equal(dunning_open(on("2026-12-25")).n, on("2026-12-28").n);
}

static void test_penalties(void **state)
{
	const struct ecb rates[] = { { on("2025-01-01"), 315 }, { on("2025-07-01"), 215 } };

	(void)state;
	/* 1 000,00 € from 1 to 30 June 2025: 1000 × 13,15 % × 30 / 365 = 10,808… */
	assert_int_equal(dunning_penalty(rates, 2, 1000, false, 100000, on("2025-05-31"), on("2025-06-30")), 1081);
	/* and 31 days of July at 12,15 %: + 10,319… = 21,127… */
	assert_int_equal(dunning_penalty(rates, 2, 1000, false, 100000, on("2025-05-31"), on("2025-07-31")), 2113);
	/* a public buyer keeps the first rate: 11,15 % × 61 / 365 = 18,634… */
	assert_int_equal(dunning_penalty(rates, 2, 800, true, 100000, on("2025-05-31"), on("2025-07-31")), 1863);
	assert_int_equal(dunning_penalty(rates, 2, 1000, false, 100000, on("2025-07-31"), on("2025-07-31")), 0);
	/* nobody guesses the rate of a half-year that has no row */
	assert_int_equal(dunning_penalty(rates, 2, 1000, false, 100000, on("2025-12-01"), on("2026-01-01")), -1);
	assert_int_equal(dunning_penalty(rates, 2, 800, true, 100000, on("2025-12-01"), on("2026-01-01")), 862);	/* 10,15 % × 31 / 365 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels), cmocka_unit_test(test_days_off), cmocka_unit_test(test_penalties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
