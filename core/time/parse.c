/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/range.h"

#include <string.h>

#include <comptoir/i18n.h>

/* Reads one part, moves *p behind it and is true; a part that is not there leaves *p anywhere. */
static bool take(const char **p, char wanted)
{
	if (**p != wanted)
		return false;
	(*p)++;
	return true;
}

static bool digits(const char **p, int least, int most, int *n_r)
{
	int n = 0, count = 0;

	while (count < most && **p >= '0' && **p <= '9') {
		n = n * 10 + *(*p)++ - '0';
		count++;
	}
	*n_r = n;
	return count >= least;
}

static void blanks(const char **p)
{
	for (;;) {
		if (**p == ' ' || **p == '\t')
			*p += 1;
		else if (!strncmp(*p, "\xC2\xA0", 2))		/* no-break */
			*p += 2;
		else if (!strncmp(*p, "\xE2\x80\xAF", 3))	/* narrow no-break */
			*p += 3;
		else
			return;
	}
}

static bool date(const char **p, struct ct_civil *c)
{
	return digits(p, 4, 4, &c->year) && take(p, '-') && digits(p, 2, 2, &c->month) &&
		take(p, '-') && digits(p, 2, 2, &c->day);
}

static bool hour_minute(const char **p, struct ct_civil *c)
{
	return digits(p, 2, 2, &c->hour) && take(p, ':') && digits(p, 2, 2, &c->minute);
}

static bool seconds(const char **p, struct ct_civil *c)
{
	return take(p, ':') && digits(p, 2, 2, &c->second);
}

static struct ct_local made(const struct ct_civil *c)
{
	return ct_local_make(c->year, c->month, c->day, c->hour, c->minute, c->second);
}

int ct_day_parse(const char *text, struct ct_day *day_r, struct ct_error *e)
{
	struct ct_civil c = { 0 };
	struct ct_day day = CT_NO_DAY;

	if (date(&text, &c) && !*text)
		day = ct_day_make(c.year, c.month, c.day);
	if (!ct_day_set(day))
		return ct_fail(e, CT_INVALID, _("A date is written as in 2026-11-26."));
	*day_r = day;
	return 0;
}

int ct_local_parse(const char *text, struct ct_local *local_r, struct ct_error *e)
{
	struct ct_civil c = { 0 };
	struct ct_local local = CT_NO_LOCAL;

	if (date(&text, &c) && (take(&text, 'T') || take(&text, ' ')) && hour_minute(&text, &c) &&
	    (!*text || seconds(&text, &c)) && !*text)
		local = made(&c);
	if (!ct_local_set(local))
		return ct_fail(e, CT_INVALID,
			       _("A date and hour are written as in 2026-11-26T14:00."));
	*local_r = local;
	return 0;
}

/* Z, or +hh:mm. *east_r is in seconds. */
static bool offset(const char **p, int *east_r)
{
	bool minus = **p == '-';
	int h, m;

	*east_r = 0;
	if (take(p, 'Z') || take(p, 'z'))
		return true;
	if (!take(p, '+') && !take(p, '-'))
		return false;
	if (!digits(p, 2, 2, &h) || !take(p, ':') || !digits(p, 2, 2, &m) || h > 23 || m > 59)
		return false;
	*east_r = (minus ? -60 : 60) * (h * 60 + m);
	return true;
}

static bool fraction(const char **p)
{
	if (!take(p, '.'))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	*p += strspn(*p, "0123456789");
	return true;
}

/* Instants may be a day outside of what ct_local_make accepts, so the check is made here. */
static struct ct_utc instant(const struct ct_civil *c, int east)
{
	int64_t s;

	if (c->year < CT_YEAR_MIN - 1 || c->year > CT_YEAR_MAX + 1 || c->day < 1 ||
	    c->day > ct_month_days(c->year, c->month) || c->hour > 23 || c->minute > 59 ||
	    c->second > 60)
		return CT_NO_UTC;
	s = ct_civil_days(c->year, c->month, c->day) * CT_DAY_S + c->hour * 3600 + c->minute * 60 +
		c->second - east;
	if (!ct_utc_fits(s))
		return CT_NO_UTC;
	return (struct ct_utc){ s };
}

int ct_utc_parse(const char *text, struct ct_utc *utc_r, struct ct_error *e)
{
	struct ct_civil c = { 0 };
	struct ct_utc utc = CT_NO_UTC;
	int east;

	if (date(&text, &c) && (take(&text, 'T') || take(&text, 't') || take(&text, ' ')) &&
	    hour_minute(&text, &c) && seconds(&text, &c) && fraction(&text) &&
	    offset(&text, &east) && !*text)
		utc = instant(&c, east);
	if (!ct_utc_set(utc))
		return ct_fail(e, CT_INVALID,
			       _("An instant is written as in 2026-11-26T14:00:00+01:00."));
	*utc_r = utc;
	return 0;
}

/* 9 · 9h · 9 h 30 · 09:30 · 09:30:00 */
static bool typed_clock(const char *p, int *minutes_r)
{
	int h, m = 0, s = 0;

	blanks(&p);
	if (!digits(&p, 1, 2, &h))
		return false;
	blanks(&p);
	if (take(&p, 'h') || take(&p, 'H')) {
		blanks(&p);
		if (*p && !digits(&p, 2, 2, &m))
			return false;
	} else if (take(&p, ':')) {
		if (!digits(&p, 2, 2, &m) || (take(&p, ':') && !digits(&p, 2, 2, &s)))
			return false;
	}
	blanks(&p);
	*minutes_r = h * 60 + m;
	return !*p && m <= 59 && s == 0 && *minutes_r <= 1440;
}

int ct_clock_parse(const char *text, int *minutes_r, struct ct_error *e)
{
	int minutes;

	if (!typed_clock(text, &minutes))
		return ct_fail(e, CT_INVALID, _("An hour is written as in 9:30 or 14:00."));
	*minutes_r = minutes;
	return 0;
}

static bool typed_date(const char *p, struct ct_civil *c)
{
	const char *from;
	char between;

	if (!digits(&p, 1, 2, &c->day))
		return false;
	between = *p;
	if ((between != '/' && between != '.' && between != '-') || !take(&p, between) ||
	    !digits(&p, 1, 2, &c->month) || !take(&p, between))
		return false;
	from = p;
	if (!digits(&p, 2, 4, &c->year) || p - from == 3)
		return false;
	if (p - from == 2)
		c->year += 2000;
	blanks(&p);
	return !*p;
}

int ct_day_parse_typed(const char *text, struct ct_day *day_r, struct ct_error *e)
{
	struct ct_civil typed = { 0 }, iso = { 0 };
	struct ct_day day = CT_NO_DAY;
	const char *p;

	blanks(&text);
	p = text;
	if (date(&p, &iso)) {
		blanks(&p);
		day = *p ? CT_NO_DAY : ct_day_make(iso.year, iso.month, iso.day);
	} else if (typed_date(text, &typed)) {
		day = ct_day_make(typed.year, typed.month, typed.day);
	}
	if (!ct_day_set(day))
		return ct_fail(e, CT_INVALID, _("A date is written as in 26/11/2026."));
	*day_r = day;
	return 0;
}
