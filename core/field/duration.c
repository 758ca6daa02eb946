/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lengths of time, as people say them: "30 min", "1 h 30", "3 jours", "6 months"; a number alone is minutes. */
#include "field/type.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "field/utf8.h"

enum { HOUR = 60, DAY = 24 * HOUR, DIGITS = 7 };

static const struct { const char *word; int64_t minutes; } units[] = {
	{ "min", 1 }, { "mn", 1 }, { "minute", 1 }, { "minutes", 1 },
	{ "h", HOUR }, { "heure", HOUR }, { "heures", HOUR }, { "hour", HOUR }, { "hours", HOUR },
	{ "j", DAY }, { "jour", DAY }, { "jours", DAY }, { "d", DAY }, { "day", DAY }, { "days", DAY },
	{ "semaine", 7 * DAY }, { "semaines", 7 * DAY }, { "week", 7 * DAY }, { "weeks", 7 * DAY },
	{ "mois", 30 * DAY }, { "month", 30 * DAY }, { "months", 30 * DAY },
};

/* The minutes of a unit; without a word what `before` leaves, 0 where that says nothing. */
static int64_t unit_of(const char *word, size_t len, int64_t before)
{
	if (!len)
		return before == HOUR || before < 0 ? 1 : 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].word) == len && !strncasecmp(units[i].word, word, len))
			return units[i].minutes;
	return 0;
}

/* "1 h 30": numbers, each with its unit. Not a length: false. */
static bool read_length(const char *s, int64_t *minutes_r)
{
	int64_t total = 0, unit = -1;

	while (*s) {
		size_t digits = strspn(s, "0123456789"), letters = 0;
		int64_t number = 0;

		if (!digits || digits > DIGITS)
			return false;
		for (size_t i = 0; i < digits; i++)
			number = 10 * number + (s[i] - '0');
		s += digits;
		s += strspn(s, " ");
		while (isalpha((unsigned char)s[letters]))
			letters++;
		unit = unit_of(s, letters, unit);
		if (!unit || (!letters && s[0]))	/* a number alone is the last */
			return false;
		s += letters;
		s += strspn(s, " ");
		total += number * unit;
	}
	*minutes_r = total;
	return true;
}

const char *ct_show_duration(void *mem, const struct ct_field *field, const struct ct_value *v, const char *lang)
{
	char ui[CT_TIME_UI];

	(void)field;
	return ct_field_copy(mem, ct_minutes_ui(ui, v->i, lang));
}

const char *ct_typed_duration(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	long long days = v->i / DAY;
	char ui[CT_TIME_UI];

	(void)field;
	if (days > 1 && v->i % DAY == 0)
		return ct_field_print(mem, ngettext_("%lld day", "%lld days", days), days);
	return ct_utf8_plain_spaces(mem, ct_minutes_ui(ui, v->i, "fr"));
}

static const char *bound(void *mem, const struct ct_field *field, int64_t minutes)
{
	return ct_typed_duration(mem, field, &(struct ct_value){ .i = minutes });
}

int ct_parse_duration(void *mem, const struct ct_field *field, const char *text, struct ct_value *v, struct ct_error *e)
{
	struct ct_bounds b = ct_field_bounds(field);

	if (!read_length(ct_utf8_plain_spaces(mem, text), &v->i))
		return ct_fail_field(e, field->name,
				     _("This is not a length of time: type it as in 30 min, 1 h 30 or 3 days."));
	if (v->i < b.min)
		return ct_fail_field(e, field->name, _("This is too short: type %s or more."), bound(mem, field, b.min));
	if (v->i > b.max)
		return ct_fail_field(e, field->name, _("This is too long: type %s or less."), bound(mem, field, b.max));
	return 0;
}
