/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a calendar as libical's users do: from standard input; prints a line for each event, with tabs
 * between uid, start and end (seconds since 1970, by the calendar's own VTIMEZONE), status and summary. Fails
 * where libical finds anything to complain about.
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_all(void)
{
	size_t len = 0, size = 1 << 16;
	char *text = malloc(size);

	while (text && !feof(stdin)) {
		len += fread(text + len, 1, size - len - 1, stdin);
		if (size - len < 4096)
			text = realloc(text, size *= 2);
	}
	if (text)
		text[len] = '\0';
	return text;
}

static long long instant(icalcomponent *calendar, icalcomponent *event, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(event, kind);
	icalparameter *tzid = p ? icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER) : NULL;
	struct icaltimetype t = p ? icalvalue_get_datetime(icalproperty_get_value(p)) : icaltime_null_time();
	icaltimezone *zone = tzid ? icalcomponent_get_timezone(calendar, icalparameter_get_tzid(tzid))
				  : icaltimezone_get_utc_timezone();

	if (!zone) {
		fprintf(stderr, "no VTIMEZONE for %s\n", icalparameter_get_tzid(tzid));
		exit(1);
	}
	return (long long)icaltime_as_timet_with_zone(t, zone);
}

static const char *text_of(icalcomponent *event, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(event, kind);

	return p ? icalproperty_get_value_as_string(p) : "";
}

int main(void)
{
	char *text = read_all();
	icalcomponent *calendar = text ? icalparser_parse_string(text) : NULL;

	if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT ||
	    icalcomponent_count_errors(calendar) || !icalrestriction_check(calendar)) {
		fprintf(stderr, "not a calendar, or one with errors:\n%s\n",
			calendar ? icalcomponent_as_ical_string(calendar) : "");
		return 1;
	}
	for (icalcomponent *e = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); e;
	     e = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
		printf("%s\t%lld\t%lld\t%s\t%s\n", text_of(e, ICAL_UID_PROPERTY),
		       instant(calendar, e, ICAL_DTSTART_PROPERTY), instant(calendar, e, ICAL_DTEND_PROPERTY),
		       text_of(e, ICAL_STATUS_PROPERTY), text_of(e, ICAL_SUMMARY_PROPERTY));
	icalcomponent_free(calendar);
	free(text);
	return 0;
}
