/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <assert.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

int ct_parse_choice(void *mem, const struct ct_field *field, const char *text,
		    struct ct_value *v, struct ct_error *e)
{
	(void)mem;
	assert(field->choices);
	for (const struct ct_choice *c = field->choices; c->value; c++) {
		if (strcmp(text, c->value) != 0)
			continue;
		v->text = c->value;
		return 0;
	}
	return ct_fail_field(e, field->name,
			     _("This is none of the possible choices. Please choose again."));
}

const char *ct_show_choice(void *mem, const struct ct_field *field, const struct ct_value *v,
			   const char *lang)
{
	(void)mem;
	(void)lang;
	for (const struct ct_choice *c = field->choices; c && c->value; c++)
		if (v->text && strcmp(v->text, c->value) == 0)
			return c->label && *c->label ? _(c->label) : c->value;
	return v->text ? v->text : "";
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(text, *words) == 0)
			return true;
	return false;
}

int ct_parse_bool(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		  struct ct_error *e)
{
	static const char *const yes[] = { "1", "on", "true", "yes", "oui", NULL };
	static const char *const no[] = { "0", "off", "false", "no", "non", NULL };

	(void)mem;
	v->i = is_one_of(text, yes);
	if (!v->i && !is_one_of(text, no))
		return ct_fail_field(e, field->name, _("This can only be yes (1) or no (0)."));
	if (!v->i && field->type == CT_CONSENT && field->required)
		return ct_fail_field(e, field->name, _("Please tick this box if you agree: "
						       "without it we cannot go on."));
	return 0;
}

const char *ct_show_bool(void *mem, const struct ct_field *field, const struct ct_value *v,
			 const char *lang)
{
	(void)mem;
	(void)field;
	(void)lang;
	return v->i ? _("yes") : _("no");
}

const char *ct_typed_bool(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	(void)mem;
	(void)field;
	return v->i ? "1" : "0";
}

/* Digits 1 to 7 with commas, spaces or line ends between them. */
int ct_parse_weekdays(void *mem, const struct ct_field *field, const char *text,
		      struct ct_value *v, struct ct_error *e)
{
	(void)mem;
	v->i = 0;
	for (const char *s = text; *s; s++) {
		if (strchr(", \r\n", *s))
			continue;
		if (*s < '1' || *s > '7' || (s[1] && !strchr(", \r\n", s[1])))
			return ct_fail_field(e, field->name,
				_("These are not weekdays: type 1 for Monday to 7 for Sunday."));
		v->i |= 1 << (*s - '1');
	}
	if (!v->i)
		return ct_fail_field(e, field->name, _("Please choose at least one day."));
	return 0;
}

const char *ct_typed_weekdays(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	char *out = ct_field_copy(mem, "");

	(void)field;
	for (int day = 1; day <= 7; day++)
		if (v->i & 1 << (day - 1))
			out = ct_field_print(mem, "%s%s%d", out, *out ? "," : "", day);
	return out;
}

const char *ct_show_weekdays(void *mem, const struct ct_field *field, const struct ct_value *v,
			     const char *lang)
{
	char *out = ct_field_copy(mem, "");

	(void)field;
	for (int day = 1; day <= 7; day++)
		if (v->i & 1 << (day - 1))
			out = ct_field_print(mem, "%s%s%s", out, *out ? ", " : "",
					     ct_weekday_ui(day, lang));
	return out;
}
