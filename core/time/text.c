/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/range.h"

#include <stdlib.h>
#include <string.h>

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static const char *nothing(char *buf)
{
	buf[0] = '\0';
	return buf;
}

static char *put(char *p, const char *text)
{
	size_t len = strlen(text);

	memcpy(p, text, len + 1);
	return p + len;
}

static char *put_number(char *p, int n, int width)
{
	int i;

	for (i = width - 1; i >= 0; i--, n /= 10)
		p[i] = (char)('0' + n % 10);
	p[width] = '\0';
	return p + width;
}

static char *put_date(char *p, const struct ct_civil *c)
{
	p = put(put_number(p, c->year, 4), "-");
	p = put(put_number(p, c->month, 2), "-");
	return put_number(p, c->day, 2);
}

static char *put_clock(char *p, const struct ct_civil *c, bool seconds)
{
	p = put(put_number(p, c->hour, 2), ":");
	p = put_number(p, c->minute, 2);
	return seconds ? put_number(put(p, ":"), c->second, 2) : p;
}

static char *put_stamp(char *p, int64_t s, const char *between, bool seconds)
{
	struct ct_civil c = ct_civil_of(s);

	return put_clock(put(put_date(p, &c), between), &c, seconds);
}

const char *ct_day_text(char buf[CT_TIME_TEXT], struct ct_day day)
{
	struct ct_civil c = ct_day_civil(day);

	if (!ct_day_fits(day.n))
		return nothing(buf);
	put_date(buf, &c);
	return buf;
}

const char *ct_local_text(char buf[CT_TIME_TEXT], struct ct_local local)
{
	if (!ct_local_fits(local.s))
		return nothing(buf);
	put_stamp(buf, local.s, "T", local.s % 60 != 0);
	return buf;
}

const char *ct_utc_text(char buf[CT_TIME_TEXT], struct ct_utc utc)
{
	if (!ct_utc_fits(utc.s))
		return nothing(buf);
	put(put_stamp(buf, utc.s, "T", true), "Z");
	return buf;
}

const char *ct_utc_text_offset(char buf[CT_TIME_TEXT], const struct ct_zone *zone,
			       struct ct_utc utc)
{
	int minutes = ct_zone_offset(zone, utc) / 60;
	char *p;

	if (!ct_utc_fits(utc.s))
		return nothing(buf);
	p = put_stamp(buf, utc.s + minutes * INT64_C(60), "T", true);
	p = put_number(put(p, minutes < 0 ? "-" : "+"), abs(minutes) / 60, 2);
	put_number(put(p, ":"), abs(minutes) % 60, 2);
	return buf;
}

const char *ct_local_sql(char buf[CT_TIME_TEXT], struct ct_local local)
{
	if (!ct_local_fits(local.s))
		return nothing(buf);
	put_stamp(buf, local.s, " ", true);
	return buf;
}

const char *ct_utc_sql(char buf[CT_TIME_TEXT], struct ct_utc utc)
{
	if (!ct_utc_fits(utc.s))
		return nothing(buf);
	put_stamp(buf, utc.s, " ", true);
	return buf;
}

const char *ct_clock_text(char buf[CT_TIME_TEXT], int minutes)
{
	if (minutes < 0 || minutes > 1440)
		return nothing(buf);
	put_number(put(put_number(buf, minutes / 60, 2), ":"), minutes % 60, 2);
	return buf;
}

const char *ct_http_date(char buf[CT_TIME_TEXT], struct ct_utc utc)
{
	struct ct_civil c;
	char *p;

	if (!ct_utc_fits(utc.s))
		return nothing(buf);
	c = ct_civil_of(utc.s);
	p = put(put(buf, weekdays[c.weekday - 1]), ", ");
	p = put(put_number(p, c.day, 2), " ");
	p = put(put(p, months[c.month - 1]), " ");
	p = put(put_number(p, c.year, 4), " ");
	put(put_clock(p, &c, true), " GMT");
	return buf;
}
