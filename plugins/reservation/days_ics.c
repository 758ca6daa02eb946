/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "days_ics.h"

#include <libical/ical.h>
#include <string.h>
#include <talloc.h>

enum { MAX_DAYS = 366 };

/* At most `max` bytes of a text, cut between characters, with what is no printable one as a blank. */
static char *plain(void *mem, const char *text, size_t max)
{
	size_t n = strnlen(text, max + 1);
	char *out;

	if (n > max)
		for (n = max; n && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
			;
	out = talloc_strndup(mem, text, n);
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = ' ';
	return out;
}

/* At most ICS_LABEL characters, which are up to four bytes each. */
static const char *label_of(void *mem, const char *text)
{
	char *out = plain(mem, text ? text : "", 4 * ICS_LABEL);
	size_t n = 0;
	char *c = out;

	for (; *c && n <= ICS_LABEL; c++)
		n += ((unsigned char)*c & 0xC0) != 0x80;
	if (n > ICS_LABEL)
		c[-1] = '\0';
	return *out ? out : NULL;
}

static struct ct_day day_of(struct icaltimetype t)
{
	return icaltime_is_null_time(t) ? CT_NO_DAY : ct_day_make(t.year, t.month, t.day);
}

/* The last day: an end is the day after it, or an hour of it. */
static struct ct_day last_day(icalcomponent *event, struct ct_day from)
{
	struct icaltimetype end = icalcomponent_get_dtend(event);
	struct ct_day to = day_of(end);

	if (!ct_day_set(to))
		return from;
	if (end.is_date || (!end.hour && !end.minute && !end.second))
		to = ct_day_add(to, -1);
	return to.n < from.n ? from : to;
}

static bool take(void *mem, icalcomponent *event, struct ics_day *day_r)
{
	const char *uid = icalcomponent_get_uid(event);
	struct ct_day from = day_of(icalcomponent_get_dtstart(event)), to;

	if (!ct_day_set(from) || icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY) ||
	    icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY))
		return false;
	to = last_day(event, from);
	if (!ct_day_set(to) || to.n - from.n >= MAX_DAYS)
		return false;
	*day_r = (struct ics_day){ .from = from, .to = to, .label = label_of(mem, icalcomponent_get_summary(event)) };
	day_r->uid = uid && *uid ? plain(mem, uid, ICS_UID) : talloc_asprintf(mem, "%d-%d", from.n, to.n);
	return true;
}

static bool is_there(const struct ics_days *days, const char *uid)
{
	for (size_t i = 0; i < days->n; i++)
		if (!strcmp(days->day[i].uid, uid))
			return true;
	return false;
}

static void read_events(void *mem, icalcomponent *calendar, struct ics_days *days)
{
	for (icalcomponent *e = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); e;
	     e = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
		struct ics_day day;

		if (days->n < ICS_EVENTS && take(mem, e, &day) && !is_there(days, day.uid))
			days->day[days->n++] = day;
		else
			days->skipped++;
	}
}

int ics_days_read(void *mem, const char *text, struct ics_days *days_r, struct ct_error *e)
{
	struct ics_days days = { .day = talloc_array(mem, struct ics_day, ICS_EVENTS) };
	icalcomponent *root;

	icalerror_set_errors_are_fatal(false);
	root = strlen(text) <= ICS_BYTES ? icalparser_parse_string(text) : NULL;
	if (!root)
		return ct_fail_field(e, "file", _("This is no calendar in the iCalendar form (.ics)."));
	if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
		read_events(mem, root, &days);
	for (icalcomponent *c = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT); c;
	     c = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
		read_events(mem, c, &days);
	icalcomponent_free(root);
	if (!days.n)
		return ct_fail_field(e, "file", _("There is no event with days in this calendar."));
	*days_r = days;
	return 0;
}
