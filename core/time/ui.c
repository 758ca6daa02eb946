/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/range.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NB "\xC2\xA0"			/* U+00A0, no-break space */
#define DASH "\xE2\x80\x93"		/* en dash */

struct words {
	const char *weekdays[7], *short_weekdays[7], *months[12];
};

static const struct words french = {
	{ "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche" },
	{ "lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim." },
	{ "janvier", "f\303\251vrier", "mars", "avril", "mai", "juin", "juillet", "ao\303\273t",
	  "septembre", "octobre", "novembre", "d\303\251cembre" },
};

static const struct words english = {
	{ "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
	{ "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" },
	{ "January", "February", "March", "April", "May", "June", "July", "August", "September",
	  "October", "November", "December" },
};

/* Writes one piece behind the other into a buffer of CT_TIME_UI bytes. */
struct pen {
	char *buf;
	size_t len;
	bool en;
};

static struct pen pen_on(char *buf, const char *lang)
{
	buf[0] = '\0';
	return (struct pen){ buf, 0, lang && !strncmp(lang, "en", 2) };
}

static void CT_PRINTF(2, 3) put(struct pen *pen, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(pen->buf + pen->len, CT_TIME_UI - pen->len, format, ap);
	va_end(ap);
	assert(n >= 0 && (size_t)n < CT_TIME_UI - pen->len);
	pen->len += (size_t)n;
}

static const struct words *words_of(const char *lang)
{
	return lang && !strncmp(lang, "en", 2) ? &english : &french;
}

const char *ct_weekday_ui(int weekday, const char *lang)
{
	return weekday >= 1 && weekday <= 7 ? words_of(lang)->weekdays[weekday - 1] : "";
}

const char *ct_weekday_short_ui(int weekday, const char *lang)
{
	return weekday >= 1 && weekday <= 7 ? words_of(lang)->short_weekdays[weekday - 1] : "";
}

const char *ct_month_ui(int month, const char *lang)
{
	return month >= 1 && month <= 12 ? words_of(lang)->months[month - 1] : "";
}

/* 26 · 1er */
static void put_number(struct pen *pen, const struct ct_civil *c)
{
	put(pen, "%d%s", c->day, c->day == 1 && !pen->en ? "er" : "");
}

/* 26 novembre */
static void put_day(struct pen *pen, const struct ct_civil *c)
{
	put_number(pen, c);
	put(pen, "%s%s", pen->en ? " " : NB, (pen->en ? &english : &french)->months[c->month - 1]);
}

static void put_year(struct pen *pen, const struct ct_civil *c, struct ct_day today)
{
	if (ct_day_civil(today).year != c->year)
		put(pen, " %d", c->year);
}

static void put_long(struct pen *pen, struct ct_day day, struct ct_day today)
{
	struct ct_civil c = ct_day_civil(day);

	put(pen, "%s ", (pen->en ? &english : &french)->weekdays[c.weekday - 1]);
	put_day(pen, &c);
	put_year(pen, &c, today);
}

static void put_clock(struct pen *pen, int minutes)
{
	if (pen->en)
		put(pen, "%02d:%02d", minutes / 60, minutes % 60);
	else if (minutes % 60)
		put(pen, "%d" NB "h" NB "%02d", minutes / 60, minutes % 60);
	else
		put(pen, "%d" NB "h", minutes / 60);
}

static int minutes_of(struct ct_local local)
{
	struct ct_civil c = ct_local_civil(local);

	return c.hour * 60 + c.minute;
}

const char *ct_day_ui(char buf[CT_TIME_UI], struct ct_day day, const char *lang)
{
	struct pen pen = pen_on(buf, lang);
	struct ct_civil c = ct_day_civil(day);

	if (ct_day_fits(day.n))
		put(&pen, "%02d/%02d/%d", c.day, c.month, c.year);
	return buf;
}

const char *ct_day_ui_long(char buf[CT_TIME_UI], struct ct_day day, struct ct_day today,
			   const char *lang)
{
	struct pen pen = pen_on(buf, lang);

	if (ct_day_fits(day.n))
		put_long(&pen, day, today);
	return buf;
}

const char *ct_days_ui(char buf[CT_TIME_UI], struct ct_day first, struct ct_day last,
		       struct ct_day today, const char *lang)
{
	struct pen pen = pen_on(buf, lang);
	struct ct_civil a = ct_day_civil(first), b = ct_day_civil(last);
	bool one_year = a.year == b.year, one_month = one_year && a.month == b.month;

	if (!ct_day_fits(first.n) || !ct_day_fits(last.n) || first.n == last.n)
		return ct_day_ui_long(buf, first, today, lang);
	if (!one_year)
		today = CT_NO_DAY;
	put(&pen, "%s", pen.en ? "" : "du ");
	if (one_month)
		put_number(&pen, &a);
	else
		put_day(&pen, &a);
	if (!one_year)
		put_year(&pen, &a, today);
	put(&pen, "%s", !pen.en ? " au " : one_month ? DASH : " " DASH " ");
	put_day(&pen, &b);
	put_year(&pen, &b, today);
	return buf;
}

const char *ct_clock_ui(char buf[CT_TIME_UI], int minutes, const char *lang)
{
	struct pen pen = pen_on(buf, lang);

	if (minutes >= 0 && minutes <= 1440)
		put_clock(&pen, minutes);
	return buf;
}

const char *ct_time_ui(char buf[CT_TIME_UI], struct ct_local local, const char *lang)
{
	return ct_clock_ui(buf, ct_local_fits(local.s) ? minutes_of(local) : -1, lang);
}

const char *ct_local_ui(char buf[CT_TIME_UI], struct ct_local local, struct ct_day today,
			const char *lang)
{
	struct pen pen = pen_on(buf, lang);

	if (!ct_local_fits(local.s))
		return buf;
	put_long(&pen, ct_local_day(local), today);
	put(&pen, ", ");
	put_clock(&pen, minutes_of(local));
	return buf;
}

const char *ct_range_ui(char buf[CT_TIME_UI], struct ct_local start, struct ct_local end,
			struct ct_day today, const char *lang)
{
	struct pen pen = pen_on(buf, lang);
	struct ct_day last = ct_local_day(end);
	int until = minutes_of(end);

	ct_local_ui(buf, start, today, lang);
	if (!ct_local_fits(start.s) || !ct_local_fits(end.s))
		return buf;
	pen.len = strlen(buf);
	if (until == 0 && end.s > start.s) {
		last = ct_day_add(last, -1);
		until = 1440;
	}
	if (last.n == ct_local_day(start).n) {
		put(&pen, pen.en ? DASH : NB DASH " ");
	} else {
		put(&pen, pen.en ? " " DASH " " : NB DASH " ");
		put_long(&pen, last, today);
		put(&pen, ", ");
	}
	put_clock(&pen, until);
	return buf;
}

const char *ct_minutes_ui(char buf[CT_TIME_UI], int64_t minutes, const char *lang)
{
	struct pen pen = pen_on(buf, lang);
	int64_t h = minutes / 60, m = minutes % 60;

	if (minutes < 0)
		return buf;
	if (minutes >= 2880 && minutes % 1440 == 0)
		put(&pen, "%" PRId64 "%s", minutes / 1440, pen.en ? NB "days" : NB "jours");
	else if (h == 0)
		put(&pen, "%" PRId64 NB "min", m);
	else if (m == 0)
		put(&pen, "%" PRId64 NB "h", h);
	else
		put(&pen, "%" PRId64 NB "h" NB "%02" PRId64 "%s", h, m, pen.en ? NB "min" : "");
	return buf;
}
