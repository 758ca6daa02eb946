/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/range.h"

#include <time.h>

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct ct_utc ct_utc_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct ct_utc){ now.tv_sec };
}

/* Years begin in March here, so that the leap day is a year's last. */
int32_t ct_civil_days(int year, int month, int day)
{
	int y = month > 2 ? year : year - 1;
	int m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

struct ct_civil ct_civil_of(int64_t seconds)
{
	int days = (int)floor_div(seconds, CT_DAY_S);
	int s = (int)(seconds - days * CT_DAY_S);
	int n = days + 719468;		/* since 0000-03-01 */
	int in_era = n % 146097;	/* 400 years */
	int y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int in_year = in_era - (y * 365 + y / 4 - y / 100);
	int m = (in_year * 5 + 2) / 153;
	struct ct_civil c;

	c.month = m < 10 ? m + 3 : m - 9;
	c.year = n / 146097 * 400 + y + (c.month <= 2);
	c.day = in_year - (m * 153 + 2) / 5 + 1;
	c.hour = s / 3600;
	c.minute = s / 60 % 60;
	c.second = s % 60;
	c.weekday = (n + 2) % 7 + 1;
	return c;
}

struct ct_civil ct_local_civil(struct ct_local local)
{
	if (!ct_local_fits(local.s))
		return (struct ct_civil){ 0 };
	return ct_civil_of(local.s);
}

struct ct_civil ct_day_civil(struct ct_day day)
{
	return ct_local_civil(ct_day_local(day));
}

int ct_month_days(int year, int month)
{
	if (month < 1 || month > 12)
		return 0;
	if (month == 2)
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

struct ct_day ct_day_make(int year, int month, int day)
{
	if (year < CT_YEAR_MIN || year > CT_YEAR_MAX || day < 1 || day > ct_month_days(year, month))
		return CT_NO_DAY;
	return (struct ct_day){ ct_civil_days(year, month, day) };
}

struct ct_local ct_local_make(int year, int month, int day, int hour, int minute, int second)
{
	struct ct_day d = ct_day_make(year, month, day);

	if (!ct_day_set(d) || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
	    second < 0 || second > 59)
		return CT_NO_LOCAL;
	return (struct ct_local){ d.n * CT_DAY_S + hour * 3600 + minute * 60 + second };
}

struct ct_day ct_local_day(struct ct_local local)
{
	if (!ct_local_fits(local.s))
		return CT_NO_DAY;
	return (struct ct_day){ (int32_t)floor_div(local.s, CT_DAY_S) };
}

struct ct_local ct_day_local(struct ct_day day)
{
	return ct_day_at(day, 0);
}

struct ct_local ct_day_at(struct ct_day day, int minutes)
{
	if (!ct_day_fits(day.n) || minutes < 0 || minutes > 1440)
		return CT_NO_LOCAL;
	return ct_local_add((struct ct_local){ day.n * CT_DAY_S }, minutes * INT64_C(60));
}

struct ct_local ct_local_add(struct ct_local local, int64_t seconds)
{
	const int64_t all = (CT_DAY_END - CT_DAY_FIRST) * CT_DAY_S;

	if (!ct_local_fits(local.s) || seconds < -all || seconds > all ||
	    !ct_local_fits(local.s + seconds))
		return CT_NO_LOCAL;
	return (struct ct_local){ local.s + seconds };
}

struct ct_day ct_day_add(struct ct_day day, int days)
{
	int64_t n = (int64_t)day.n + days;

	if (!ct_day_fits(day.n) || !ct_day_fits(n))
		return CT_NO_DAY;
	return (struct ct_day){ (int32_t)n };
}

struct ct_day ct_day_add_months(struct ct_day day, int months)
{
	struct ct_civil c = ct_day_civil(day);
	int64_t m = (int64_t)c.year * 12 + c.month - 1 + months;
	int year, month, last;

	if (!ct_day_fits(day.n) || m < CT_YEAR_MIN * 12 || m >= (CT_YEAR_MAX + 1) * 12)
		return CT_NO_DAY;
	year = (int)(m / 12);
	month = (int)(m % 12) + 1;
	last = ct_month_days(year, month);
	return ct_day_make(year, month, c.day < last ? c.day : last);
}

struct ct_local ct_local_add_months(struct ct_local local, int months)
{
	struct ct_day day = ct_local_day(local);
	struct ct_local midnight = ct_day_local(ct_day_add_months(day, months));

	if (!ct_local_set(midnight))
		return CT_NO_LOCAL;
	return (struct ct_local){ midnight.s + local.s - day.n * CT_DAY_S };
}

struct ct_day ct_day_month(struct ct_day day)
{
	return ct_day_add(day, 1 - ct_day_civil(day).day);
}

struct ct_day ct_day_week(struct ct_day day)
{
	return ct_day_add(day, 1 - ct_day_weekday(day));
}

int ct_day_weekday(struct ct_day day)
{
	return ct_day_civil(day).weekday;
}

/* A week counts for the year that its Thursday is in. */
int ct_day_iso_week(struct ct_day day, int *year_r)
{
	struct ct_civil thursday;

	if (!ct_day_fits(day.n))
		return 0;
	thursday = ct_civil_of((day.n + 4 - ct_day_weekday(day)) * CT_DAY_S);
	if (year_r)
		*year_r = thursday.year;
	return (ct_civil_days(thursday.year, thursday.month, thursday.day) -
		ct_civil_days(thursday.year, 1, 1)) / 7 + 1;
}
