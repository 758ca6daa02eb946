/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public holidays of France: Easter against a table of the next decades, and each year's days as the law has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "../../plugins/reservation/days.h"

static struct ct_day on(const char *text)
{
	struct ct_day day;
	struct ct_error e;

	assert_int_equal(ct_day_parse(text, &day, &e), 0);
	return day;
}

/* From the tables of the Bureau des longitudes; the earliest and the latest date that there can be are among them. */
static void test_easter(void **state)
{
	static const char *const table[] = {
		"1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21",
		"2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05",
		"2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2031-04-13", "2035-03-25", "2038-04-25",
		"2049-04-18", "2076-04-19", "2100-03-28",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct ct_day day = on(table[i]);

		assert_int_equal(ct_easter(ct_day_civil(day).year).n, day.n);
		assert_int_equal(ct_day_weekday(day), 7);
	}
}

/* The days that move, year by year: Easter Monday, Ascension, Whit Monday; and Good Friday in Alsace and Moselle. */
static const struct { const char *monday, *ascension, *whit, *friday; } years[] = {
	{ "2024-04-01", "2024-05-09", "2024-05-20", "2024-03-29" }, { "2025-04-21", "2025-05-29", "2025-06-09", "2025-04-18" },
	{ "2026-04-06", "2026-05-14", "2026-05-25", "2026-04-03" }, { "2027-03-29", "2027-05-06", "2027-05-17", "2027-03-26" },
	{ "2028-04-17", "2028-05-25", "2028-06-05", "2028-04-14" }, { "2029-04-02", "2029-05-10", "2029-05-21", "2029-03-30" },
	{ "2030-04-22", "2030-05-30", "2030-06-10", "2030-04-19" },
};

static int count(int year, enum ct_holidays law)
{
	struct ct_day end = ct_day_make(year + 1, 1, 1);
	int n = 0;

	for (struct ct_day day = ct_day_make(year, 1, 1); day.n < end.n; day = ct_day_add(day, 1))
		n += ct_holiday_name(law, day) != NULL;
	return n;
}

static void test_years(void **state)
{
	static const int fixed[][2] = { { 1, 1 },  { 5, 1 },  { 5, 8 },	  { 7, 14 },
					{ 8, 15 }, { 11, 1 }, { 11, 11 }, { 12, 25 } };

	(void)state;
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		int year = 2024 + (int)i, both = ct_day_make(year, 5, 8).n == on(years[i].ascension).n;

		for (size_t k = 0; k < 8; k++)
			assert_non_null(ct_holiday_name(CT_HOLIDAYS_FR, ct_day_make(year, fixed[k][0], fixed[k][1])));
		assert_string_equal(ct_holiday_name(CT_HOLIDAYS_FR, on(years[i].monday)), "Easter Monday");
		assert_string_equal(ct_holiday_name(CT_HOLIDAYS_FR, on(years[i].ascension)), "Ascension Day");
		assert_string_equal(ct_holiday_name(CT_HOLIDAYS_FR, on(years[i].whit)), "Whit Monday");
		assert_null(ct_holiday_name(CT_HOLIDAYS_FR, on(years[i].friday)));
		assert_string_equal(ct_holiday_name(CT_HOLIDAYS_FR_ALSACE, on(years[i].friday)), "Good Friday");
		assert_string_equal(ct_holiday_name(CT_HOLIDAYS_FR_ALSACE, ct_day_make(year, 12, 26)), "26 December");
		assert_string_equal(ct_holiday_name(CT_HOLIDAYS_FR_REUNION, ct_day_make(year, 12, 20)), "Abolition of slavery");
		assert_null(ct_holiday_name(CT_HOLIDAYS_FR, ct_day_make(year, 12, 20)));
		assert_null(ct_holiday_name(CT_HOLIDAYS_FR_ALSACE, ct_day_make(year, 12, 20)));
		assert_null(ct_holiday_name(CT_HOLIDAYS_FR_REUNION, ct_day_make(year, 12, 26)));
		assert_int_equal(count(year, CT_HOLIDAYS_FR), 11 - both);
		assert_int_equal(count(year, CT_HOLIDAYS_FR_ALSACE), 13 - both);
		assert_int_equal(count(year, CT_HOLIDAYS_FR_REUNION), 12 - both);
		assert_int_equal(count(year, CT_HOLIDAYS_NONE), 0);
	}
	assert_null(ct_holiday_name(CT_HOLIDAYS_FR, CT_NO_DAY));
}

static void test_ranges_and_what_is_computed(void **state)
{
	struct day_range ranges[] = { { on("2026-12-19"), on("2027-01-03"), "Noël" }, { on("2027-02-13"), on("2027-02-13"), NULL } };
	struct days winter = { .id = 3, .ranges = ranges, .n = 2 }, public = { .id = 4, .computed = CT_HOLIDAYS_FR };
	struct days both[] = { winter, public };
	struct day_sets sets = { both, 2 };

	(void)state;
	assert_false(days_have(&winter, on("2026-12-18")));
	assert_true(days_have(&winter, on("2026-12-19")));
	assert_true(days_have(&winter, on("2027-01-03")));
	assert_false(days_have(&winter, on("2027-01-04")));
	assert_true(days_have(&winter, on("2027-02-13")));
	assert_true(days_have(&public, on("2026-12-25")));
	assert_false(days_have(&public, on("2026-12-24")));
	assert_false(days_have(NULL, on("2026-12-25")));
	assert_ptr_equal(days_find(&sets, 4), &both[1]);
	assert_null(days_find(&sets, 5));
	assert_int_equal(holidays_of("fr_reunion"), CT_HOLIDAYS_FR_REUNION);
	assert_int_equal(holidays_of("xx"), CT_HOLIDAYS_NONE);
	assert_int_equal(holidays_of(NULL), CT_HOLIDAYS_NONE);
}

static void test_columns(void **state)
{
	void *mem = talloc_new(NULL);
	const struct days *days = days_from_columns(mem, 7, NULL,
		"2026-12-19 2027-01-03 Christmas holidays\n2027-02-20 2027-03-07", "School");

	(void)state;
	assert_int_equal(days->n, 2);
	assert_true(days_have(days, on("2027-01-03")) && days_have(days, on("2027-02-20")));
	assert_false(days_have(days, on("2027-01-04")) || days_have(days, on("2027-03-08")));
	assert_string_equal(days_name(days, on("2026-12-24")), "Christmas holidays");
	assert_string_equal(days_name(days, on("2027-02-20")), "School");
	assert_null(days_name(days, on("2027-01-04")));
	assert_null(days_name(NULL, on("2026-12-24")));
	days = days_from_columns(mem, 8, "fr_alsace", NULL, "Public holidays");
	assert_string_equal(days_name(days, on("2026-12-25")), "Christmas Day");
	assert_true(days_have(days, on("2027-03-26")));
	assert_int_equal(days->n, 0);
	assert_int_equal(days_from_columns(mem, 9, NULL, "2026-12-19 2027-01", NULL)->n, 0);
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_easter),
		cmocka_unit_test(test_years),
		cmocka_unit_test(test_ranges_and_what_is_computed),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
