/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/ics.h>

#include <stdio.h>
#include <stdlib.h>

#include <comptoir/i18n.h>
#include "time/zone.h"

#define FIRST_YEAR 1970
#define DAY_S 86400

static const char *const weekdays[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

/* The days that a yearly change may fall on: 1 is 1 January, -1 is 31 December. */
struct days {
	int first, count;
	int weekday;		/* 0: the one day */
};

/* The whole days that a rule's hour leads away from its day: 1 in "Thursday at 26:00". */
static int shift_of(const struct ct_rule *rule)
{
	return (rule->time + 7 * DAY_S) / DAY_S - 7;
}

/*
 * A day after February is counted from the end of the year and one before from its beginning,
 * because then leap years change nothing. The last week of February ends with the day before 1
 * March.
 */
static bool days_of(const struct ct_rule *rule, struct days *d)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
	int shift = shift_of(rule);
	bool from_end;

	*d = (struct days){ .count = 1 };
	if (rule->kind == CT_RULE_WEEKDAY) {
		from_end = rule->month > 2 || (rule->month == 2 && rule->week == 5);
		d->first = rule->week == 5 ? before[rule->month] - 6 :
			before[rule->month - 1] + 7 * (rule->week - 1) + 1;
		d->count = 7;
		d->weekday = (rule->weekday - 1 + shift + 7) % 7 + 1;
	} else {
		from_end = rule->kind == CT_RULE_JULIAN && rule->n >= 60;
		d->first = rule->n + (rule->kind == CT_RULE_YEARDAY);
	}
	d->first += shift;
	if (d->first < 1 || d->first + d->count - 1 > 365)
		return false;
	if (from_end)
		d->first -= 366;
	return true;
}

/* The plain form, which every client reads, where the hour does not lead to another day. */
static void add_rule(struct ct_buf *buf, const struct ct_rule *rule, const struct days *d)
{
	size_t line = ct_ics_begin(buf, "RRULE:FREQ=YEARLY");

	if (rule->kind == CT_RULE_WEEKDAY && shift_of(rule) == 0) {
		ct_buf_printf(buf, ";BYMONTH=%d;BYDAY=%d%s", rule->month,
			      rule->week == 5 ? -1 : rule->week, weekdays[d->weekday - 1]);
	} else {
		ct_buf_text(buf, ";BYYEARDAY=");
		for (int i = 0; i < d->count; i++)
			ct_buf_printf(buf, "%s%d", i ? "," : "", d->first + i);
		if (d->weekday)
			ct_buf_printf(buf, ";BYDAY=%s", weekdays[d->weekday - 1]);
	}
	ct_ics_end(buf, line);
}

static void add_offset(struct ct_buf *buf, const char *name, int seconds)
{
	size_t line = ct_ics_begin(buf, name);
	int s = abs(seconds);

	ct_buf_printf(buf, ":%c%02d%02d", seconds < 0 ? '-' : '+', s / 3600, s / 60 % 60);
	if (s % 60)
		ct_buf_printf(buf, "%02d", s % 60);
	ct_ics_end(buf, line);
}

static void add_change(struct ct_buf *buf, const struct ct_footer *f, int to, const struct days *d)
{
	/* Ireland's "summer time" is the winter's, an hour less: clients expect that it is more. */
	const char *part = f->offset[to] > f->offset[!to] ? "DAYLIGHT" : "STANDARD";
	struct ct_local first = ct_local_add(
		ct_day_local((struct ct_day){ ct_rule_day(&f->rule[to], FIRST_YEAR) }),
		f->rule[to].time);
	char value[CT_TIME_TEXT];

	ct_ics_line(buf, "BEGIN", part);
	ct_ics_line(buf, "DTSTART", ct_ics_local(value, first));
	add_rule(buf, &f->rule[to], d);
	ct_ics_line(buf, "TZNAME", f->name[to]);
	add_offset(buf, "TZOFFSETFROM", f->offset[!to]);
	add_offset(buf, "TZOFFSETTO", f->offset[to]);
	ct_ics_line(buf, "END", part);
}

static void add_fixed(struct ct_buf *buf, const struct ct_zone *zone)
{
	int offset = zone->spans[zone->count - 1].offset;

	ct_ics_line(buf, "BEGIN", "STANDARD");
	ct_ics_line(buf, "DTSTART", "19700101T000000");
	if (zone->footer.any)
		ct_ics_line(buf, "TZNAME", zone->footer.name[0]);
	add_offset(buf, "TZOFFSETFROM", offset);
	add_offset(buf, "TZOFFSETTO", offset);
	ct_ics_line(buf, "END", "STANDARD");
}

int ct_ics_zone(struct ct_buf *buf, const struct ct_zone *zone, struct ct_error *e)
{
	const struct ct_footer *f = &zone->footer;
	struct days d[2];
	int to;

	for (to = 0; to < 2; to++)
		if (f->dst && !days_of(&f->rule[to], &d[to]))
			return ct_fail(e, CT_INVALID,
				       _("The clocks of %s do not change yearly."), zone->name);
	ct_ics_line(buf, "BEGIN", "VTIMEZONE");
	ct_ics_line(buf, "TZID", zone->name);
	if (!f->dst)
		add_fixed(buf, zone);
	for (to = 0; f->dst && to < 2; to++)
		add_change(buf, f, to, &d[to]);
	ct_ics_line(buf, "END", "VTIMEZONE");
	return 0;
}
