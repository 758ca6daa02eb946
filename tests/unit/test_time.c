/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time/range.h"

#define NB "\xC2\xA0"
#define DASH "\xE2\x80\x93"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct ct_local at(const char *text)
{
	struct ct_local local = CT_NO_LOCAL;
	struct ct_error e;

	if (*text && ct_local_parse(text, &local, &e) != 0)
		fail_msg("%s", text);
	return local;
}

static struct ct_day on(const char *text)
{
	struct ct_day day = CT_NO_DAY;
	struct ct_error e;

	if (*text && ct_day_parse(text, &day, &e) != 0)
		fail_msg("%s", text);
	return day;
}

/* Each day of three centuries against libc, and the ways back. */
static void every_day(void **state)
{
	int32_t n;

	(void)state;
	assert_int_equal(ct_day_make(1900, 1, 1).n, CT_DAY_FIRST);
	assert_int_equal(ct_day_make(2200, 12, 31).n, CT_DAY_END - 1);
	for (n = CT_DAY_FIRST; n < CT_DAY_END; n++) {
		struct ct_local local = { n * CT_DAY_S + 45296 };
		struct ct_civil c = ct_local_civil(local);
		struct ct_day day = ct_local_day(local), monday = ct_day_week((struct ct_day){ n });
		time_t t = local.s;
		struct tm tm;
		char iso[16], ours[16];
		int year = 0, week = ct_day_iso_week(day, &year);

		gmtime_r(&t, &tm);
		strftime(iso, sizeof(iso), "%G-W%V-%u", &tm);
		snprintf(ours, sizeof(ours), "%04d-W%02d-%d", year, week, ct_day_weekday(day));
		assert_string_equal(ours, iso);
		assert_int_equal(day.n, n);
		assert_true(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 &&
			    c.day == tm.tm_mday);
		assert_true(c.hour == 12 && c.minute == 34 && c.second == 56);
		assert_int_equal(ct_local_make(c.year, c.month, c.day, 12, 34, 56).s, local.s);
		assert_int_equal(ct_day_make(c.year, c.month, c.day).n, n);
		assert_int_equal(ct_day_local(day).s, n * CT_DAY_S);
		assert_int_equal(ct_day_weekday(monday), 1);
		assert_true(monday.n <= n && monday.n > n - 7);
		assert_int_equal(ct_day_month(day).n, n - c.day + 1);
	}
}

static void refused(void **state)
{
	(void)state;
	assert_false(ct_day_set(ct_day_make(2026, 2, 29)));
	assert_true(ct_day_set(ct_day_make(2028, 2, 29)));
	assert_true(ct_day_set(ct_day_make(2000, 2, 29)));
	assert_false(ct_day_set(ct_day_make(2100, 2, 29)));
	assert_false(ct_day_set(ct_day_make(2026, 4, 31)));
	assert_false(ct_day_set(ct_day_make(2026, 0, 1)));
	assert_false(ct_day_set(ct_day_make(2026, 13, 1)));
	assert_false(ct_day_set(ct_day_make(2026, 1, 0)));
	assert_false(ct_day_set(ct_day_make(1899, 12, 31)));
	assert_false(ct_day_set(ct_day_make(2201, 1, 1)));
	assert_false(ct_local_set(ct_local_make(2026, 1, 1, 24, 0, 0)));
	assert_false(ct_local_set(ct_local_make(2026, 1, 1, 0, 60, 0)));
	assert_false(ct_local_set(ct_local_make(2026, 1, 1, 0, 0, 60)));
	assert_false(ct_local_set(ct_local_make(2026, 1, 1, -1, 0, 0)));
	assert_int_equal(ct_month_days(2026, 13), 0);
	assert_int_equal(ct_month_days(2026, 0), 0);
}

static void arithmetic(void **state)
{
	(void)state;
	assert_int_equal(ct_day_add(on("2026-12-31"), 1).n, on("2027-01-01").n);
	assert_int_equal(ct_day_add(on("2026-01-01"), -1).n, on("2025-12-31").n);
	assert_int_equal(ct_day_add_months(on("2026-01-31"), 1).n, on("2026-02-28").n);
	assert_int_equal(ct_day_add_months(on("2028-01-31"), 1).n, on("2028-02-29").n);
	assert_int_equal(ct_day_add_months(on("2026-03-31"), -1).n, on("2026-02-28").n);
	assert_int_equal(ct_day_add_months(on("2026-11-15"), 14).n, on("2028-01-15").n);
	assert_int_equal(ct_day_add_months(on("2026-01-15"), -13).n, on("2024-12-15").n);
	assert_int_equal(ct_local_add_months(at("2026-10-31T09:30"), 4).s,
			 at("2027-02-28T09:30").s);
	assert_int_equal(ct_local_add(at("2026-03-29T01:30"), 3600).s, at("2026-03-29T02:30").s);
	assert_int_equal(ct_day_at(on("2026-11-26"), 570).s, at("2026-11-26T09:30").s);
	assert_int_equal(ct_day_at(on("2026-11-26"), 1440).s, at("2026-11-27T00:00").s);
	assert_int_equal(ct_day_iso_week(on("2027-01-01"), NULL), 53);
}

static void edges(void **state)
{
	const struct ct_day last = on("2200-12-31"), first = on("1900-01-01");

	(void)state;
	assert_false(ct_day_set(ct_day_add(last, 1)));
	assert_false(ct_day_set(ct_day_add(first, -1)));
	assert_false(ct_day_set(ct_day_add(first, INT32_MIN)));
	assert_false(ct_day_set(ct_day_add(last, INT32_MAX)));
	assert_false(ct_day_set(ct_day_add_months(last, 1)));
	assert_false(ct_day_set(ct_day_add_months(last, INT32_MAX)));
	assert_false(ct_day_set(ct_day_add_months(first, INT32_MIN)));
	assert_false(ct_local_set(ct_local_add(at("2026-01-01T00:00"), INT64_MAX)));
	assert_false(ct_local_set(ct_local_add(at("2026-01-01T00:00"), INT64_MIN)));
	assert_false(ct_local_set(ct_local_add(CT_NO_LOCAL, 1)));
	assert_false(ct_local_set(ct_day_at(last, 1440)));
	assert_false(ct_local_set(ct_day_at(first, -1)));
	assert_false(ct_local_set(ct_day_at(first, 1441)));
	assert_false(ct_local_set(ct_day_local(CT_NO_DAY)));
	assert_false(ct_local_set(ct_local_add_months(CT_NO_LOCAL, 1)));
	assert_false(ct_day_set(ct_local_day(CT_NO_LOCAL)));
	assert_false(ct_day_set(ct_day_add(CT_NO_DAY, 0)));
	assert_false(ct_day_set(ct_day_month(CT_NO_DAY)));
	assert_false(ct_day_set(ct_day_week(CT_NO_DAY)));
	assert_int_equal(ct_day_weekday(CT_NO_DAY), 0);
	assert_int_equal(ct_day_iso_week(CT_NO_DAY, NULL), 0);
	assert_int_equal(ct_local_civil(CT_NO_LOCAL).year, 0);
	assert_true(ct_utc_now().s > 1700000000);
}

static void written(void **state)
{
	char buf[CT_TIME_TEXT];

	(void)state;
	assert_string_equal(ct_day_text(buf, on("2026-11-26")), "2026-11-26");
	assert_string_equal(ct_local_text(buf, at("2026-11-26T14:00")), "2026-11-26T14:00");
	assert_string_equal(ct_local_text(buf, at("2026-11-26T14:00:05")), "2026-11-26T14:00:05");
	assert_string_equal(ct_local_text(buf, at("1969-12-31T23:59:59")), "1969-12-31T23:59:59");
	assert_string_equal(ct_local_sql(buf, at("2026-11-26T14:00")), "2026-11-26 14:00:00");
	assert_string_equal(ct_utc_text(buf, (struct ct_utc){ 0 }), "1970-01-01T00:00:00Z");
	assert_string_equal(ct_utc_text(buf, (struct ct_utc){ -1 }), "1969-12-31T23:59:59Z");
	assert_string_equal(ct_utc_sql(buf, (struct ct_utc){ -1 }), "1969-12-31 23:59:59");
	assert_string_equal(ct_clock_text(buf, 570), "09:30");
	assert_string_equal(ct_clock_text(buf, 1440), "24:00");
	assert_string_equal(ct_clock_text(buf, 1441), "");
	assert_string_equal(ct_clock_text(buf, -1), "");
	assert_string_equal(ct_day_text(buf, CT_NO_DAY), "");
	assert_string_equal(ct_local_text(buf, CT_NO_LOCAL), "");
	assert_string_equal(ct_local_sql(buf, CT_NO_LOCAL), "");
	assert_string_equal(ct_utc_text(buf, CT_NO_UTC), "");
	assert_string_equal(ct_utc_text(buf, (struct ct_utc){ INT64_MAX }), "");
	assert_string_equal(ct_utc_sql(buf, CT_NO_UTC), "");
	assert_string_equal(ct_http_date(buf, CT_NO_UTC), "");
}

static void read_day(void **state)
{
	static const char *const wrong[] = {
		"", "2026", "2026-11", "2026-11-2", "2026-11-26 ", " 2026-11-26", "2026-11-31",
		"26/11/2026", "2026/11/26", "2026-11-26T", "1899-12-31", "2201-01-01", "+026-11-26",
		"20261126", "2026-1-26", "-026-11-26", "9999-99-99", "2026-11-260",
	};
	struct ct_error e;
	struct ct_day day = { 7 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		assert_int_equal(ct_day_parse(wrong[i], &day, &e), CT_INVALID);
		assert_string_equal(e.field, "");
		assert_int_equal(day.n, 7);
	}
	assert_int_equal(ct_day_parse("1970-01-02", &day, &e), 0);
	assert_int_equal(day.n, 1);
}

static void read_local(void **state)
{
	static const char *const wrong[] = {
		"", "2026-11-26", "2026-11-26T", "2026-11-26T14", "2026-11-26T14:0",
		"2026-11-26T24:00", "2026-11-26T14:60", "2026-11-26T14:00:60", "2026-11-26T14:00:0",
		"2026-11-26T14:00:00Z", "2026-11-26T14:00+01:00", "2026-11-26  14:00",
		"2026-11-26t14:00", "2026-11-26T14:00:00.5", "2026-11-26T1400", "2026-11-26T14:00:",
		"2026-11-26T 4:00", "2026-11-26T-1:00",
	};
	struct ct_error e;
	struct ct_local local = { 7 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		assert_int_equal(ct_local_parse(wrong[i], &local, &e), CT_INVALID);
		assert_int_equal(local.s, 7);
	}
	assert_int_equal(at("1970-01-01T00:01").s, 60);
	assert_int_equal(at("1970-01-01 00:01:02").s, 62);
}

static void read_utc(void **state)
{
	static const struct {
		const char *text;
		int64_t s;
	} right[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t00:00:00z", 0 },
		{ "1970-01-01 01:00:00+01:00", 0 },
		{ "1969-12-31T23:59:59-00:00", -1 },
		{ "1969-12-31T14:30:00-09:30", 0 },
		{ "1970-01-01T00:00:01.999999Z", 1 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "1899-12-31T23:50:39Z", -2208989361 },
	};
	static const char *const wrong[] = {
		"", "1970-01-01T00:00:00", "1970-01-01T00:00Z", "1970-01-01T00:00:00.Z",
		"1970-01-01T00:00:00+01", "1970-01-01T00:00:00+0100", "1970-01-01T00:00:00+24:00",
		"1970-01-01T00:00:00+00:60", "1970-01-01T00:00:61Z", "1970-01-01T24:00:00Z",
		"1970-01-01T00:60:00Z", "1970-02-30T00:00:00Z", "1970-13-01T00:00:00Z",
		"1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00 Z", "1899-12-30T23:59:59Z",
		"2201-01-02T00:00:00Z", "1970-01-00T00:00:00Z",
	};
	struct ct_error e;
	struct ct_utc utc = { 7 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		if (ct_utc_parse(wrong[i], &utc, &e) != CT_INVALID)
			fail_msg("accepted: %s", wrong[i]);
		assert_int_equal(utc.s, 7);
	}
	for (i = 0; i < COUNT(right); i++) {
		assert_int_equal(ct_utc_parse(right[i].text, &utc, &e), 0);
		assert_int_equal(utc.s, right[i].s);
	}
}

static void read_typed(void **state)
{
	static const char *const dates[] = {
		"24/11/2026", "24.11.2026", "24-11-2026", "24/11/26", " 24/11/2026 ", "2026-11-24",
		"\t2026-11-24 \t", NB "2026-11-24", "24/11/2026\xE2\x80\xAF",
	};
	static const char *const wrong_dates[] = {
		"", " ", "24/11", "24/11/", "24/11-2026", "31/11/2026", "24/13/2026", "24/11/026",
		"24/11/20266", "24 11 2026", "11/24/2026", "0/1/2026", "24/11/2026x", "2026-11-24x",
		"24//2026", "24\xC2/11/2026",
	};
	struct ct_error e;
	struct ct_day day = CT_NO_DAY;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(dates); i++) {
		day = CT_NO_DAY;
		assert_int_equal(ct_day_parse_typed(dates[i], &day, &e), 0);
		assert_int_equal(day.n, on("2026-11-24").n);
	}
	assert_int_equal(ct_day_parse_typed("1/2/2026", &day, &e), 0);
	assert_int_equal(day.n, on("2026-02-01").n);
	for (i = 0; i < COUNT(wrong_dates); i++)
		if (ct_day_parse_typed(wrong_dates[i], &day, &e) != CT_INVALID)
			fail_msg("accepted: %s", wrong_dates[i]);
}

static void read_clock(void **state)
{
	static const struct {
		const char *text;
		int minutes;
	} right[] = {
		{ "9", 540 }, { "09", 540 }, { "9h", 540 }, { "9 h", 540 }, { "9h30", 570 },
		{ "9 H 30", 570 }, { "9" NB "h" NB "30", 570 }, { "09:30", 570 }, { " 9:30 ", 570 },
		{ "09:30:00", 570 }, { "0", 0 }, { "00:00", 0 }, { "24:00", 1440 },
		{ "24 h", 1440 },
		{ "23:59", 1439 },
	};
	static const char *const wrong[] = {
		"", "h", "25", "24:01", "9:3", "9:", "9h3", "9:60", "930", "9:30:01", "9:30:", "-9",
		"9.30", "9h30x", "9 30", "9:300", "neuf",
	};
	struct ct_error e;
	int minutes = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(right); i++) {
		if (ct_clock_parse(right[i].text, &minutes, &e) != 0)
			fail_msg("refused: %s", right[i].text);
		assert_int_equal(minutes, right[i].minutes);
	}
	for (i = 0; i < COUNT(wrong); i++)
		if (ct_clock_parse(wrong[i], &minutes, &e) != CT_INVALID)
			fail_msg("accepted: %s", wrong[i]);
}

static void http(void **state)
{
	static const char *const same[] = {
		"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
	};
	static const char *const wrong[] = {
		"", "Sun", "Sun, ", "Sun, 6 Nov 1994 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt",
		"Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1894 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
		"Sunday, 06 Nov 1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
		"Sun Nov  6 08:49:37 94", "Sunday Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z",
		"Sun, 06 Nov 1994 08:49:37 +0000", "Xyz, 06 Nov 1994 08:49:37 GMT",
	};
	const struct ct_utc now = { 1795449600 };	/* 2026-11-23 */
	char buf[CT_TIME_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(same); i++)
		assert_int_equal(ct_http_date_parse(same[i], now).s, 784111777);
	for (i = 0; i < COUNT(wrong); i++)
		if (ct_utc_set(ct_http_date_parse(wrong[i], now)))
			fail_msg("accepted: %s", wrong[i]);
	assert_string_equal(ct_http_date(buf, (struct ct_utc){ 784111777 }), same[0]);
	/* Fifty years ahead is the future still, a day more is the last century. */
	ct_http_date(buf, ct_http_date_parse("Monday, 23-Nov-76 00:00:00 GMT", now));
	assert_string_equal(buf, "Mon, 23 Nov 2076 00:00:00 GMT");
	ct_http_date(buf, ct_http_date_parse("Monday, 24-Nov-76 00:00:00 GMT", now));
	assert_string_equal(buf, "Wed, 24 Nov 1976 00:00:00 GMT");
	assert_false(ct_utc_set(ct_http_date_parse(same[1], CT_NO_UTC)));
}

static void shown_days(void **state)
{
	struct ct_day today = on("2026-11-23"), none = CT_NO_DAY;
	char b[CT_TIME_UI];

	(void)state;
	assert_string_equal(ct_day_ui(b, on("2026-03-01"), "fr"), "01/03/2026");
	assert_string_equal(ct_day_ui(b, on("2026-03-01"), "en"), "01/03/2026");
	assert_string_equal(ct_day_ui_long(b, on("2026-11-26"), none, "fr"),
			    "jeudi 26" NB "novembre 2026");
	assert_string_equal(ct_day_ui_long(b, on("2026-11-26"), today, "fr"),
			    "jeudi 26" NB "novembre");
	assert_string_equal(ct_day_ui_long(b, on("2027-01-01"), today, "fr"),
			    "vendredi 1er" NB "janvier 2027");
	assert_string_equal(ct_day_ui_long(b, on("2026-08-12"), today, NULL),
			    "mercredi 12" NB "ao\xC3\xBBt");
	assert_string_equal(ct_day_ui_long(b, on("2026-11-26"), none, "en"),
			    "Thursday 26 November 2026");
	assert_string_equal(ct_day_ui_long(b, on("2026-11-01"), today, "en-GB"),
			    "Sunday 1 November");
	assert_string_equal(ct_days_ui(b, on("2026-11-23"), on("2026-11-29"), none, "fr"),
			    "du 23 au 29" NB "novembre 2026");
	assert_string_equal(ct_days_ui(b, on("2026-12-01"), on("2026-12-06"), today, "fr"),
			    "du 1er au 6" NB "d\xC3\xA9" "cembre");
	assert_string_equal(ct_days_ui(b, on("2026-11-30"), on("2026-12-06"), none, "fr"),
			    "du 30" NB "novembre au 6" NB "d\xC3\xA9" "cembre 2026");
	assert_string_equal(ct_days_ui(b, on("2026-12-28"), on("2027-01-03"), today, "fr"),
			    "du 28" NB "d\xC3\xA9" "cembre 2026 au 3" NB "janvier 2027");
	assert_string_equal(ct_days_ui(b, on("2026-11-23"), on("2026-11-29"), none, "en"),
			    "23" DASH "29 November 2026");
	assert_string_equal(ct_days_ui(b, on("2026-12-28"), on("2027-01-03"), today, "en"),
			    "28 December 2026 " DASH " 3 January 2027");
	assert_string_equal(ct_days_ui(b, today, today, today, "fr"), "lundi 23" NB "novembre");
	assert_string_equal(ct_day_ui(b, none, "fr"), "");
	assert_string_equal(ct_day_ui_long(b, none, none, "fr"), "");
	assert_string_equal(ct_days_ui(b, none, today, none, "fr"), "");
}

static void shown_hours(void **state)
{
	struct ct_day today = on("2026-11-23"), none = CT_NO_DAY;
	char b[CT_TIME_UI];

	(void)state;
	assert_string_equal(ct_time_ui(b, at("2026-11-26T14:00"), "fr"), "14" NB "h");
	assert_string_equal(ct_time_ui(b, at("2026-11-26T09:05"), "fr"), "9" NB "h" NB "05");
	assert_string_equal(ct_time_ui(b, at("2026-11-26T09:05"), "en"), "09:05");
	assert_string_equal(ct_time_ui(b, CT_NO_LOCAL, "en"), "");
	assert_string_equal(ct_clock_ui(b, 1440, "fr"), "24" NB "h");
	assert_string_equal(ct_clock_ui(b, 1441, "fr"), "");
	assert_string_equal(ct_local_ui(b, at("2026-11-26T14:30"), none, "fr"),
			    "jeudi 26" NB "novembre 2026, 14" NB "h" NB "30");
	assert_string_equal(ct_local_ui(b, at("2026-11-26T14:30"), today, "en"),
			    "Thursday 26 November, 14:30");
	assert_string_equal(ct_local_ui(b, CT_NO_LOCAL, today, "en"), "");
	assert_string_equal(ct_minutes_ui(b, 45, "fr"), "45" NB "min");
	assert_string_equal(ct_minutes_ui(b, 240, "fr"), "4" NB "h");
	assert_string_equal(ct_minutes_ui(b, 90, "fr"), "1" NB "h" NB "30");
	assert_string_equal(ct_minutes_ui(b, 90, "en"), "1" NB "h" NB "30" NB "min");
	assert_string_equal(ct_minutes_ui(b, 1440, "fr"), "24" NB "h");
	assert_string_equal(ct_minutes_ui(b, 4320, "fr"), "3" NB "jours");
	assert_string_equal(ct_minutes_ui(b, 2880, "en"), "2" NB "days");
	assert_string_equal(ct_minutes_ui(b, -1, "en"), "");
	assert_string_equal(ct_minutes_ui(b, INT64_MAX, "fr"), "153722867280912930" NB "h" NB "07");
}

static void shown_ranges(void **state)
{
	static const struct {
		const char *start, *end, *today, *fr, *en;
	} table[] = {
		{ "2026-11-26T14:00", "2026-11-26T18:00", "2026-11-23",
		  "jeudi 26" NB "novembre, 14" NB "h" NB DASH " 18" NB "h",
		  "Thursday 26 November, 14:00" DASH "18:00" },
		{ "2026-11-26T14:30", "2026-11-26T18:15", "",
		  "jeudi 26" NB "novembre 2026, 14" NB "h" NB "30" NB DASH " 18" NB "h" NB "15",
		  "Thursday 26 November 2026, 14:30" DASH "18:15" },
		{ "2026-11-26T18:00", "2026-11-27T00:00", "2026-11-23",
		  "jeudi 26" NB "novembre, 18" NB "h" NB DASH " 24" NB "h",
		  "Thursday 26 November, 18:00" DASH "24:00" },
		{ "2026-11-26T22:00", "2026-11-27T02:00", "2026-11-23",
		  "jeudi 26" NB "novembre, 22" NB "h" NB DASH
		  " vendredi 27" NB "novembre, 2" NB "h",
		  "Thursday 26 November, 22:00 " DASH " Friday 27 November, 02:00" },
		{ "2026-12-31T22:00", "2027-01-01T02:00", "2026-11-23",
		  "jeudi 31" NB "d\xC3\xA9" "cembre, 22" NB "h" NB DASH " vendredi 1er" NB
		  "janvier 2027, 2" NB "h",
		  "Thursday 31 December, 22:00 " DASH " Friday 1 January 2027, 02:00" },
		{ "2026-11-26T14:00", "", "2026-11-23", "jeudi 26" NB "novembre, 14" NB "h",
		  "Thursday 26 November, 14:00" },
		{ "", "2026-11-26T14:00", "2026-11-23", "", "" },
	};
	char b[CT_TIME_UI];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		struct ct_local start = at(table[i].start), end = at(table[i].end);
		struct ct_day today = on(table[i].today);

		assert_string_equal(ct_range_ui(b, start, end, today, "fr"), table[i].fr);
		assert_string_equal(ct_range_ui(b, start, end, today, "en"), table[i].en);
	}
}

static void shown_names(void **state)
{
	(void)state;
	assert_string_equal(ct_weekday_ui(1, "fr"), "lundi");
	assert_string_equal(ct_weekday_ui(7, "en"), "Sunday");
	assert_string_equal(ct_weekday_ui(0, "fr"), "");
	assert_string_equal(ct_weekday_ui(8, "fr"), "");
	assert_string_equal(ct_weekday_short_ui(3, "fr"), "mer.");
	assert_string_equal(ct_weekday_short_ui(3, "en"), "Wed");
	assert_string_equal(ct_weekday_short_ui(-1, "en"), "");
	assert_string_equal(ct_month_ui(2, "fr"), "f\xC3\xA9vrier");
	assert_string_equal(ct_month_ui(12, "en"), "December");
	assert_string_equal(ct_month_ui(13, "en"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day),
		cmocka_unit_test(refused),
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(edges),
		cmocka_unit_test(written),
		cmocka_unit_test(read_day),
		cmocka_unit_test(read_local),
		cmocka_unit_test(read_utc),
		cmocka_unit_test(read_typed),
		cmocka_unit_test(read_clock),
		cmocka_unit_test(http),
		cmocka_unit_test(shown_days),
		cmocka_unit_test(shown_hours),
		cmocka_unit_test(shown_ranges),
		cmocka_unit_test(shown_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
