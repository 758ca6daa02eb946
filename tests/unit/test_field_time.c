/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_cases.h"

static const struct ct_field date = FIELD(CT_DATE);
static const struct ct_field hour = FIELD(CT_TIME);
static const struct ct_field start = FIELD(CT_DATETIME);
static const struct ct_field length = FIELD(CT_DURATION);

struct day_case { const char *typed; int year, month, day; };

static void dates(void **state)
{
	static const struct day_case good[] = {
		{ "24/11/2026", 2026, 11, 24 }, { "2026-11-24", 2026, 11, 24 },
		{ "24-11-2026", 2026, 11, 24 },
		{ "24.11.2026", 2026, 11, 24 }, { "1/2/2026", 2026, 2, 1 },
		{ "01/02/2026", 2026, 2, 1 },
		{ " 24/11/2026 ", 2026, 11, 24 }, { "29/02/2028", 2028, 2, 29 },
		{ "2028-02-29", 2028, 2, 29 },
		{ "31/12/2026", 2026, 12, 31 }, { "01/01/1900", 1900, 1, 1 },
		{ "29/02/2000", 2000, 2, 29 },
		{ "24/11/2026" NBSP, 2026, 11, 24 },
	};
	static const char *const bad[] = {
		"30/02/2026", "29/02/2027", "2026-02-30", "31/04/2026", "00/01/2026", "01/00/2026",
		"32/01/2026",
		"24/13/2026", "11/24/2026", "24/11", "24 novembre", "tomorrow", "2026-11",
		"20261124",
		"24/11/1899", "24/11/2201", "24/11/12026", "2026-11-24T14:00", "24/11/2026x",
		"24//2026",
		"-24/11/2026", "99999999999999999999/1/2026",
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct ct_value v = field_accept(mem, &date, good[i].typed), again;
		struct ct_day day = ct_day_make(good[i].year, good[i].month, good[i].day);

		if (v.day.n != day.n)
			fail_msg("\"%s\" is another day", good[i].typed);
		again = field_accept(mem, &date, ct_field_typed(mem, &date, &v));
		field_same(good[i].typed, &v, &again);
		again = field_accept(mem, &date, ct_field_show(mem, &date, &v, "fr"));
		field_same(good[i].typed, &v, &again);
	}
	BAD(&date, bad);
	field_typed(&date, "24/11/2026", "2026-11-24");
	field_shown(&date, "2026-11-24", "fr", "24/11/2026");
	talloc_free(mem);
}

static void reasons(void **state)
{
	(void)state;
	field_refused(&date, "30/02/2026", "no such day");
	field_refused(&date, "2027-02-29", "no such day");
	field_refused(&date, "soon", "24/11/2026");
	field_refused(&start, "30/02/2026 14:00", "no such day");
	field_refused(&start, "2026-11-24T14:00Z", "without Z");
	field_refused(&start, "24/11/2026 25:00", "hour of the day");
}

static void hours(void **state)
{
	static const struct good good[] = {
		{ "14:00", NULL, 840 }, { "14h", NULL, 840 }, { "14 h", NULL, 840 },
		{ "14h30", NULL, 870 },
		{ "14 h 30", NULL, 870 }, { "14" NBSP "h" NBSP "30", NULL, 870 },
		{ "14H30", NULL, 870 },
		{ "9", NULL, 540 }, { "9:05", NULL, 545 }, { "09:05", NULL, 545 },
		{ "0:00", NULL, 0 },
		{ "00:00", NULL, 0 }, { "24:00", NULL, 1440 }, { "24h", NULL, 1440 },
		{ "23:59", NULL, 1439 },
		{ "14:30:00", NULL, 870 }, { " 8h ", NULL, 480 },
	};
	static const char *const bad[] = {
		"24:01", "25:00", "14:60", "14:", ":30", "1430", "14h3x", "-1", "noon", "14:30:61",
		"14.30.",
		"14 30 h", "2026-11-24", "h30", "14:30 pm?", "100h",
	};

	(void)state;
	GOOD(&hour, good);
	BAD(&hour, bad);
	field_typed(&hour, "9h", "09:00");
	field_typed(&hour, "24h", "24:00");
	field_shown(&hour, "14:30", "fr", "14" NBSP "h" NBSP "30");
	field_shown(&hour, "14:30", "en", "14:30");
}

struct moment_case { const char *typed, *text; };

static void moments(void **state)
{
	static const struct moment_case good[] = {
		{ "2026-11-24T14:00", "2026-11-24T14:00" },
		{ "2026-11-24 14:00", "2026-11-24T14:00" },
		{ "2026-11-24T14:00:00", "2026-11-24T14:00" },
		{ "2026-11-24T14:00:05", "2026-11-24T14:00:05" },
		{ "24/11/2026 14:00", "2026-11-24T14:00" },
		{ "24/11/2026 14h", "2026-11-24T14:00" },
		{ "24/11/2026 14 h 30", "2026-11-24T14:30" },
		{ "24/11/2026, 14:30", "2026-11-24T14:30" },
		{ "24/11/2026 \xC3\xA0 14h30", "2026-11-24T14:30" },
		{ "24/11/2026 at 14:30", "2026-11-24T14:30" },
		{ "24.11.2026  14:30", "2026-11-24T14:30" },
		{ "24/11/2026" NBSP "14:00", "2026-11-24T14:00" },
		{ "2026-11-24T24:00", "2026-11-25T00:00" },
		{ "31/12/2026 24h", "2027-01-01T00:00" },
		{ "24/11/2026, \xC3\xA0 9h", "2026-11-24T09:00" },
		{ "2026-03-29T02:30", "2026-03-29T02:30" },
	};
	static const char *const bad[] = {
		"2026-11-24", "14:00", "24/11/2026", "2026-11-24T14:00Z", "2026-11-24T14:00+01:00",
		"2026-11-24T14:00:00-05:00", "2026-02-30T14:00", "30/02/2026 14:00",
		"2026-11-24T25:00",
		"24/11/2026 14:60", "24/11/2026 24:01", "24/11/2026 soon", "tomorrow 14:00",
		"2026-11-24T",
		"T14:00", "24/11/1800 14:00", "1732453200", "24/11/2026 14:00 15:00",
		"31/12/2200 24:00 ",
	};
	void *mem = talloc_new(NULL);
	char buf[CT_TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct ct_value v = field_accept(mem, &start, good[i].typed), again;

		assert_string_equal(ct_local_text(buf, v.local), good[i].text);
		again = field_accept(mem, &start, ct_field_typed(mem, &start, &v));
		field_same(good[i].typed, &v, &again);
	}
	BAD(&start, bad);
	field_typed(&start, "24/11/2026 14h", "2026-11-24T14:00");
	talloc_free(mem);
}

static void lengths(void **state)
{
	static const struct { const char *typed; int64_t minutes; } good[] = {
		{ "90", 90 }, { "0", 0 }, { "30 min", 30 }, { "45mn", 45 }, { "2 h", 120 }, { "2H", 120 },
		{ "1 h 30", 90 }, { "1h30", 90 }, { "1 h 30 min", 90 }, { "26 h", 1560 }, { "1 jour", 1440 },
		{ "3 jours", 4320 }, { "3 days", 4320 }, { "2 j 12 h", 3600 }, { "1 semaine", 10080 },
		{ "2 weeks", 20160 }, { "6 mois", 259200 }, { "6 months", 259200 }, { "2" NBSP "jours", 2880 },
		{ "3660 j", 5270400 },
	};
	static const char *const bad[] = {
		"h", "2 x", "-1", "1,5 h", "2 jours 3", "30 40", "3 h 10 20", "12345678", "99999999999999999999 min",
		"2 h,", "soon", "1 heur", "3661 j", "2 h \xC3\xA0", "min 30",
	};
	static const struct ct_field some = FIELD(CT_DURATION, .min = 5, .max = 1440);
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct ct_value v = field_accept(mem, &length, good[i].typed), again;

		assert_int_equal(v.i, good[i].minutes);
		again = field_accept(mem, &length, ct_field_typed(mem, &length, &v));
		field_same(good[i].typed, &v, &again);
		again = field_accept(mem, &length, ct_field_show(mem, &length, &v, i % 2 ? "fr" : "en"));
		field_same(good[i].typed, &v, &again);
	}
	BAD(&length, bad);
	field_typed(&length, "120", "2 h");
	field_typed(&length, "4320", "3 days");
	field_typed(&length, "1440", "24 h");
	field_shown(&length, "4320", "fr", "3" NBSP "jours");
	field_refused(&length, "soon", "length of time");
	field_refused(&some, "2 min", "5 min or more");
	field_refused(&some, "25 h", "24 h or less");
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates), cmocka_unit_test(reasons), cmocka_unit_test(hours),
		cmocka_unit_test(moments), cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
