/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/range.h"

#include <string.h>

static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
					"Saturday", "Sunday" };
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool take(const char **p, const char *wanted)
{
	size_t len = strlen(wanted);

	if (strncmp(*p, wanted, len) != 0)
		return false;
	*p += len;
	return true;
}

static bool digits(const char **p, int count, int *n_r)
{
	for (*n_r = 0; count > 0; count--) {
		if (**p < '0' || **p > '9')
			return false;
		*n_r = *n_r * 10 + *(*p)++ - '0';
	}
	return true;
}

/* Its name in full, or the three letters. Which day it names does not matter: the date decides. */
static bool weekday(const char **p, bool *full_r)
{
	size_t i;

	for (i = 0; i < 7; i++) {
		size_t len = strlen(weekdays[i]);

		*full_r = !strncmp(*p, weekdays[i], len);
		if (*full_r || !strncmp(*p, weekdays[i], 3)) {
			*p += *full_r ? len : 3;
			return true;
		}
	}
	return false;
}

static bool month(const char **p, int *month_r)
{
	for (*month_r = 1; *month_r <= 12; (*month_r)++)
		if (!strncmp(*p, months + (*month_r - 1) * 3, 3)) {
			*p += 3;
			return true;
		}
	return false;
}

static bool clock_time(const char **p, struct ct_civil *c)
{
	return digits(p, 2, &c->hour) && take(p, ":") && digits(p, 2, &c->minute) &&
		take(p, ":") && digits(p, 2, &c->second);
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static bool imf_fixdate(const char *p, struct ct_civil *c)
{
	return take(&p, ", ") && digits(&p, 2, &c->day) && take(&p, " ") && month(&p, &c->month) &&
		take(&p, " ") && digits(&p, 4, &c->year) && take(&p, " ") && clock_time(&p, c) &&
		take(&p, " GMT") && !*p;
}

/* Sunday, 06-Nov-94 08:49:37 GMT; the year is left with two digits. */
static bool rfc850(const char *p, struct ct_civil *c)
{
	return take(&p, ", ") && digits(&p, 2, &c->day) && take(&p, "-") && month(&p, &c->month) &&
		take(&p, "-") && digits(&p, 2, &c->year) && take(&p, " ") && clock_time(&p, c) &&
		take(&p, " GMT") && !*p;
}

/* Sun Nov  6 08:49:37 1994 */
static bool asctime_date(const char *p, struct ct_civil *c)
{
	return take(&p, " ") && month(&p, &c->month) && take(&p, " ") &&
		(take(&p, " ") ? digits(&p, 1, &c->day) : digits(&p, 2, &c->day)) &&
		take(&p, " ") && clock_time(&p, c) && take(&p, " ") && digits(&p, 4, &c->year) &&
		!*p;
}

static struct ct_utc made(const struct ct_civil *c)
{
	struct ct_local s = ct_local_make(c->year, c->month, c->day, c->hour, c->minute,
					  c->second == 60 ? 59 : c->second);

	if (!ct_local_set(s))
		return CT_NO_UTC;
	return (struct ct_utc){ s.s };
}

/* The latest such year whose date is not more than 50 years after `now`. */
static struct ct_utc with_century(struct ct_civil *c, struct ct_utc now)
{
	struct ct_local limit = ct_local_add_months((struct ct_local){ now.s }, 50 * 12);
	int two = c->year, century;

	if (!ct_local_set(limit))
		return CT_NO_UTC;
	for (century = CT_YEAR_MAX / 100; century >= CT_YEAR_MIN / 100; century--) {
		struct ct_utc utc;

		c->year = century * 100 + two;
		utc = made(c);
		if (ct_utc_set(utc) && utc.s <= limit.s)
			return utc;
	}
	return CT_NO_UTC;
}

struct ct_utc ct_http_date_parse(const char *text, struct ct_utc now)
{
	struct ct_civil c = { 0 };
	bool full;

	if (!weekday(&text, &full))
		return CT_NO_UTC;
	if (full)
		return rfc850(text, &c) ? with_century(&c, now) : CT_NO_UTC;
	if (*text == ',' ? imf_fixdate(text, &c) : asctime_date(text, &c))
		return made(&c);
	return CT_NO_UTC;
}
