/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/zone.h"

#include <stdlib.h>
#include <string.h>

#include "time/range.h"

struct cursor {
	const char *p, *end;
};

static bool take(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

static bool number(struct cursor *c, int most, int *n_r)
{
	const char *from = c->p;
	int n = 0;

	while (c->p < c->end && c->p - from < 3 && *c->p >= '0' && *c->p <= '9')
		n = n * 10 + *c->p++ - '0';
	*n_r = n;
	return c->p > from && n <= most;
}

/* [+|-]hh[:mm[:ss]] */
static bool hours(struct cursor *c, int most_hours, int32_t *seconds_r)
{
	bool minus = take(c, '-');
	int h, m = 0, s = 0;

	if (!minus)
		(void)take(c, '+');
	if (!number(c, most_hours, &h))
		return false;
	if (take(c, ':') && (!number(c, 59, &m) || (take(c, ':') && !number(c, 59, &s))))
		return false;
	*seconds_r = (minus ? -1 : 1) * (h * 3600 + m * 60 + s);
	return true;
}

static bool letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool quotable(char c)
{
	return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-';
}

/* CET, or <+05>. */
static bool name(struct cursor *c, char out[16])
{
	bool quoted = take(c, '<');
	size_t len = 0;

	memset(out, 0, 16);
	while (c->p < c->end && len < 15 && (quoted ? quotable(*c->p) : letter(*c->p)))
		out[len++] = *c->p++;
	return len >= 3 && (!quoted || take(c, '>'));
}

static bool date(struct cursor *c, struct ct_rule *rule)
{
	int weekday;

	if (take(c, 'M')) {
		rule->kind = CT_RULE_WEEKDAY;
		if (!number(c, 12, &rule->month) || rule->month < 1 || !take(c, '.') ||
		    !number(c, 5, &rule->week) || rule->week < 1 || !take(c, '.') ||
		    !number(c, 6, &weekday))
			return false;
		rule->weekday = weekday ? weekday : 7;
		return true;
	}
	if (take(c, 'J')) {
		rule->kind = CT_RULE_JULIAN;
		return number(c, 365, &rule->n) && rule->n >= 1;
	}
	rule->kind = CT_RULE_YEARDAY;
	return number(c, 365, &rule->n);
}

static bool change(struct cursor *c, struct ct_rule *rule)
{
	rule->time = 2 * 3600;
	return take(c, ',') && date(c, rule) && (!take(c, '/') || hours(c, 167, &rule->time));
}

/* POSIX counts offsets west of Greenwich. */
static bool west(struct cursor *c, int32_t *east_r)
{
	if (!hours(c, 24, east_r))
		return false;
	*east_r = -*east_r;
	return true;
}

bool ct_footer_read(const char *text, size_t len, struct ct_footer *footer_r)
{
	struct cursor c = { text, text + len };
	struct ct_footer f = { 0 };

	if (len) {
		f.any = true;
		if (!name(&c, f.name[0]) || !west(&c, &f.offset[0]))
			return false;
		f.dst = c.p < c.end;
	}
	if (f.dst) {
		if (!name(&c, f.name[1]))
			return false;
		f.offset[1] = f.offset[0] + 3600;
		if (c.p < c.end && *c.p != ',' && !west(&c, &f.offset[1]))
			return false;
		/* POSIX lets the rules be left to the system; a TZif footer has to say them. */
		if (!change(&c, &f.rule[1]) || !change(&c, &f.rule[0]) || c.p < c.end)
			return false;
	}
	*footer_r = f;
	return true;
}

int32_t ct_rule_day(const struct ct_rule *rule, int year)
{
	int32_t first, weekday;
	bool leap = ct_month_days(year, 2) == 29;

	if (rule->kind == CT_RULE_YEARDAY)
		return ct_civil_days(year, 1, 1) + rule->n;
	if (rule->kind == CT_RULE_JULIAN)
		return ct_civil_days(year, 1, 1) + rule->n - 1 + (leap && rule->n >= 60);
	first = ct_civil_days(year, rule->month, 1);
	weekday = ct_civil_of(first * CT_DAY_S).weekday;
	first += (rule->weekday - weekday + 7) % 7 + 7 * (rule->week - 1);
	/* Only the fifth may not exist. */
	return first < ct_civil_days(year, rule->month, 1) + ct_month_days(year, rule->month) ?
		first : first - 7;
}
