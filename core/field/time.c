/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include "field/utf8.h"

/* Does the text hold the numbers of a day, and of one that is in no calendar? */
static bool is_no_such_day(const char *s)
{
	long part[3], year;
	char *end;

	for (int i = 0; i < 3; i++, s = end) {
		if (i > 0 && (!*s || !strchr("-/.", *s++)))
			return false;
		part[i] = isdigit((unsigned char)*s) ? strtol(s, &end, 10) : -1;
		if (part[i] < 0 || part[i] > 9999)
			return false;
	}
	year = part[0] < 100 ? part[2] : part[0];
	if (*s || year < CT_YEAR_MIN || year > CT_YEAR_MAX)
		return false;
	part[0] = part[0] < 100 ? part[0] : part[2];
	return part[0] < 1 || part[0] > ct_month_days((int)year, (int)part[1]);
}

static int no_date(const struct ct_field *field, struct ct_error *e)
{
	return ct_fail_field(e, field->name,
		_("This is not a date between %d and %d: type the day, the month and the year, "
		  "as in 24/11/2026."), CT_YEAR_MIN, CT_YEAR_MAX);
}

static int read_day(const struct ct_field *field, const char *text, struct ct_day *day_r,
		    struct ct_error *e)
{
	struct ct_error own;

	if (ct_day_parse_typed(text, day_r, &own) == 0)
		return 0;
	if (is_no_such_day(text))
		return ct_fail_field(e, field->name,
			_("There is no such day in the calendar. Please check day and month."));
	return no_date(field, e);
}

static int read_clock(const struct ct_field *field, const char *text, int *minutes_r,
		      struct ct_error *e)
{
	struct ct_error own;

	if (ct_clock_parse(text, minutes_r, &own) == 0)
		return 0;
	return ct_fail_field(e, field->name,
		_("This is not an hour of the day: type 0:00 to 24:00, as in 14:30 or 14h30."));
}

int ct_parse_date(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		  struct ct_error *e)
{
	return read_day(field, ct_utf8_plain_spaces(mem, text), &v->day, e);
}

int ct_parse_time(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		  struct ct_error *e)
{
	int minutes = 0, rc = read_clock(field, ct_utf8_plain_spaces(mem, text), &minutes, e);

	v->i = minutes;
	return rc;
}

/* An offset behind an ISO time: Z, +01:00, -0500. */
static bool has_offset(const char *text)
{
	const char *t = strchr(text, 'T');

	return t && strpbrk(t, "Zz+-");
}

/* "à 14h", ", 14:00" */
static const char *skip_link_word(const char *s)
{
	static const char *const words[] = { ",", "\xC3\xA0", "at" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		s += strspn(s, " ");
		if (strncmp(s, words[i], strlen(words[i])) == 0)
			s += strlen(words[i]);
	}
	return s + strspn(s, " ");
}

int ct_parse_datetime(void *mem, const struct ct_field *field, const char *text,
		      struct ct_value *v, struct ct_error *e)
{
	char *s = ct_utf8_plain_spaces(mem, text), *cut;
	struct ct_error own;
	struct ct_day day = CT_NO_DAY;
	int minutes = 0, rc;

	if (ct_local_parse(s, &v->local, &own) == 0)
		return 0;
	if (has_offset(s))
		return ct_fail_field(e, field->name,
			_("Give the hour that the clock in the place shows, without Z or an "
			  "offset, as in 2026-11-24T14:30."));
	cut = strpbrk(s, " T,");
	if (!cut)
		return ct_fail_field(e, field->name, _("A date and an hour are needed here, as in "
						       "24/11/2026 14:30."));
	*cut = '\0';
	rc = read_day(field, s, &day, e);
	if (rc == 0)
		rc = read_clock(field, skip_link_word(cut + 1), &minutes, e);
	if (rc)
		return rc;
	v->local = ct_day_at(day, minutes);
	return ct_local_set(v->local) ? 0 : no_date(field, e);
}

const char *ct_show_date(void *mem, const struct ct_field *field, const struct ct_value *v,
			 const char *lang)
{
	char buf[CT_TIME_UI];

	(void)field;
	return ct_field_copy(mem, ct_day_ui(buf, v->day, lang));
}

const char *ct_typed_date(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	char buf[CT_TIME_TEXT];

	(void)field;
	return ct_field_copy(mem, ct_day_text(buf, v->day));
}

const char *ct_show_time(void *mem, const struct ct_field *field, const struct ct_value *v,
			 const char *lang)
{
	char buf[CT_TIME_UI];

	(void)field;
	return ct_field_copy(mem, ct_clock_ui(buf, (int)v->i, lang));
}

const char *ct_typed_time(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	char buf[CT_TIME_TEXT];

	(void)field;
	return ct_field_copy(mem, ct_clock_text(buf, (int)v->i));
}

const char *ct_show_datetime(void *mem, const struct ct_field *field, const struct ct_value *v,
			     const char *lang)
{
	char buf[CT_TIME_UI];

	(void)field;
	return ct_field_copy(mem, ct_local_ui(buf, v->local, CT_NO_DAY, lang));
}

const char *ct_typed_datetime(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	char buf[CT_TIME_TEXT];

	(void)field;
	return ct_field_copy(mem, ct_local_text(buf, v->local));
}
