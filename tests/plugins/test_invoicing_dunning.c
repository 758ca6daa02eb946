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

static const struct ecb *rates(void)
{
	static struct ecb known[2];

	known[0] = (struct ecb){ on("2025-01-01"), 315 };
	known[1] = (struct ecb){ on("2025-07-01"), 215 };
	return known;
}

/* 1 000,00 € that are open from the day after `due` until `till`. */
static int64_t penalty(int64_t points, bool fixed, const char *due, const char *till)
{
	const struct late late = { 100000, on(till) };

	return dunning_penalty(rates(), 2, points, fixed, &late, 1, on(due));
}

static void test_penalties(void **state)
{
	(void)state;
	/* 1 000,00 € from 1 to 30 June 2025: 1000 × 13,15 % × 30 / 365 = 10,808… */
	assert_int_equal(penalty(1000, false, "2025-05-31", "2025-06-30"), 1081);
	/* and 31 days of July at 12,15 %: + 10,319… = 21,127… */
	assert_int_equal(penalty(1000, false, "2025-05-31", "2025-07-31"), 2113);
	/* a public buyer keeps the first rate: 11,15 % × 61 / 365 = 18,634… */
	assert_int_equal(penalty(800, true, "2025-05-31", "2025-07-31"), 1863);
	assert_int_equal(penalty(1000, false, "2025-07-31", "2025-07-31"), 0);
	/* nobody guesses the rate of a half-year that has no row */
	assert_int_equal(penalty(1000, false, "2025-12-01", "2026-01-01"), -1);
	assert_int_equal(penalty(800, true, "2025-12-01", "2026-01-01"), 862);	/* 10,15 % × 31 / 365 */
}

/* Interest on each amount over the days that it was open: of 1 000,00 €, from 31 May 2025 to 31 July. */
static void test_penalties_after_part_payments(void **state)
{
	/* 600,00 € came on 20 June, 150,00 € on 10 July, 250,00 € are open */
	const struct late late[] = { { 25000, on("2025-07-31") }, { 60000, on("2025-06-20") }, { 15000, on("2025-07-10") } };
	const struct ct_day due = on("2025-05-31");

	(void)state;
	/* 1000 × 20 d + 400 × 10 d at 13,15 % = 8,646…; 400 × 10 d + 250 × 21 d at 12,15 % = 3,079…: 11,725… */
	assert_int_equal(dunning_penalty(rates(), 2, 1000, false, late, 3, due), 1173);
	/* a public buyer's at 11,15 %: (24 000 + 9 250) × 0,1115 / 365 = 10,157… */
	assert_int_equal(dunning_penalty(rates(), 2, 800, true, late, 3, due), 1016);
	/* all the same as one open amount where nothing was paid late: 250 × 30 d and 31 d = 5,281… */
	assert_int_equal(dunning_penalty(rates(), 2, 1000, false, late, 1, due), 528);
	/* of a half-year without a rate nothing is guessed, though what is open now is nothing */
	assert_int_equal(dunning_penalty(rates(), 2, 1000, false, (struct late[]){ { 0, on("2025-06-01") },
			 { 5000, on("2026-01-01") } }, 2, due), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels), cmocka_unit_test(test_days_off), cmocka_unit_test(test_penalties),
		cmocka_unit_test(test_penalties_after_part_payments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
