/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/ics.h>

/* iCalendar's forms are ISO 8601's basic ones: what ct_…_text writes, without `-` and `:`. */
static const char *basic(char *value)
{
	char *to = value;
	const char *from;

	for (from = value; *from; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	*to = '\0';
	return value;
}

const char *ct_ics_local(char value[CT_TIME_TEXT], struct ct_local local)
{
	ct_local_sql(value, local);
	if (*value)
		value[10] = 'T';
	return basic(value);
}

const char *ct_ics_utc(char value[CT_TIME_TEXT], struct ct_utc utc)
{
	ct_utc_text(value, utc);
	return basic(value);
}

const char *ct_ics_day(char value[CT_TIME_TEXT], struct ct_day day)
{
	ct_day_text(value, day);
	return basic(value);
}

void ct_ics_line_local(struct ct_buf *buf, const char *name, const struct ct_zone *zone,
		       struct ct_local local)
{
	char value[CT_TIME_TEXT];
	size_t line;

	if (!*ct_ics_local(value, local))
		return;
	line = ct_ics_begin(buf, name);
	ct_buf_printf(buf, ";TZID=%s:%s", ct_zone_name(zone), value);
	ct_ics_end(buf, line);
}

void ct_ics_line_utc(struct ct_buf *buf, const char *name, struct ct_utc utc)
{
	char value[CT_TIME_TEXT];

	if (*ct_ics_utc(value, utc))
		ct_ics_line(buf, name, value);
}

void ct_ics_line_day(struct ct_buf *buf, const char *name, struct ct_day day)
{
	char value[CT_TIME_TEXT];
	size_t line;

	if (!*ct_ics_day(value, day))
		return;
	line = ct_ics_begin(buf, name);
	ct_buf_printf(buf, ";VALUE=DATE:%s", value);
	ct_ics_end(buf, line);
}
