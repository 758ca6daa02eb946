/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <string.h>
#include <talloc.h>
#include "field/decimal.h"

#define EURO "\xE2\x82\xAC"
#define NARROW "\xE2\x80\xAF"		/* U+202F, narrow no-break space */
#define NO_BREAK "\xC2\xA0"
#define MINUS "\xE2\x88\x92"

static const char *const currency_units[] = { EURO, "euros", "euro", "EUR", NULL };
static const char *const rate_units[] = { "%", NULL };

static unsigned decimals_of(enum ct_type type)
{
	switch (type) {
	case CT_MONEY:
	case CT_RATE:
		return 2;
	case CT_QUANTITY:
		return 4;
	case CT_DEGREES:
		return 6;
	default:
		return 0;
	}
}

/* As a bound stands in a sentence: as it is typed, without decimals that say nothing. */
static char *bound(void *mem, const struct ct_field *field, int64_t value)
{
	struct ct_decimal_style style = ct_decimal_typed;

	style.trim = field->type != CT_MONEY || value % 100 == 0;
	return ct_decimal_print(mem, value, decimals_of(field->type), style);
}

int ct_field_check_number(void *mem, const struct ct_field *field, const struct ct_value *v,
			  struct ct_error *e)
{
	struct ct_bounds b = ct_field_bounds(field);

	if (v->i < 0 && b.min == 0)
		return ct_fail_field(e, field->name, _("This cannot be less than zero."));
	if (v->i < b.min)
		return ct_fail_field(e, field->name, _("This is too small: type %s or more."),
				     bound(mem, field, b.min));
	if (v->i > b.max)
		return ct_fail_field(e, field->name, _("This is too large: type %s or less."),
				     bound(mem, field, b.max));
	return 0;
}

static int parse(void *mem, const struct ct_field *field, const char *text,
		 const char *const *units, const char *bad, struct ct_value *v, struct ct_error *e)
{
	switch (ct_decimal_parse(text, decimals_of(field->type), units, &v->i)) {
	case CT_DECIMAL_OK:
		return ct_field_check_number(mem, field, v, e);
	case CT_DECIMAL_FINE:
		return ct_fail_field(e, field->name, field->type == CT_INT ?
			_("Only whole numbers are possible here: type it without decimals.") :
			field->type == CT_QUANTITY ?
			_("There are too many decimals: four at most.") :
			field->type == CT_DEGREES ?
			_("There are too many decimals: six at most.") :
			_("There are too many decimals: two at most, as in 12,50."));
	case CT_DECIMAL_BIG:
		return ct_fail_field(e, field->name, _("This number is too large."));
	case CT_DECIMAL_BAD:
		break;
	}
	return ct_fail_field(e, field->name, "%s", bad);
}

int ct_parse_int(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		 struct ct_error *e)
{
	return parse(mem, field, text, NULL,
		     _("This is not a whole number: type digits only, as in 12."), v, e);
}

int ct_parse_money(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		   struct ct_error *e)
{
	return parse(mem, field, text, currency_units,
		     _("This is not an amount: type it in euros, as in 12,50."), v, e);
}

int ct_parse_rate(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		  struct ct_error *e)
{
	return parse(mem, field, text, rate_units,
		     _("This is not a percentage: type it as in 5,5 or 30."), v, e);
}

int ct_parse_quantity(void *mem, const struct ct_field *field, const char *text,
		      struct ct_value *v, struct ct_error *e)
{
	return parse(mem, field, text, NULL,
		     _("This is not a number: type it as in 1,5 or 12."), v, e);
}

/* Four digits stay together, because a year is an int too. */
static const char *show_plain(void *mem, int64_t value, unsigned decimals, const char *lang)
{
	struct ct_decimal_style style = ct_decimal_shown(lang);

	style.trim = true;
	style.group_from = 5;
	return ct_decimal_print(mem, value, decimals, style);
}

const char *ct_show_int(void *mem, const struct ct_field *field, const struct ct_value *v,
			const char *lang)
{
	(void)field;
	return show_plain(mem, v->i, 0, lang);
}

const char *ct_show_quantity(void *mem, const struct ct_field *field, const struct ct_value *v,
			     const char *lang)
{
	return show_plain(mem, v->i, decimals_of(field->type), lang);
}

const char *ct_show_money(void *mem, const struct ct_field *field, const struct ct_value *v,
			  const char *lang)
{
	(void)field;
	return ct_money_show(mem, v->i, "EUR", lang);
}

const char *ct_show_rate(void *mem, const struct ct_field *field, const struct ct_value *v,
			 const char *lang)
{
	(void)field;
	return ct_rate_show(mem, v->i, lang);
}

static const char *sign_of(const char *currency)
{
	static const char *const signs[][2] = {
		{ "EUR", EURO }, { "GBP", "\xC2\xA3" }, { "USD", "$" },
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcmp(currency, signs[i][0]) == 0)
			return signs[i][1];
	return NULL;
}

const char *ct_money_show(void *mem, int64_t cents, const char *currency, const char *lang)
{
	struct ct_decimal_style style = ct_decimal_shown(lang);
	const char *sign = sign_of(currency), *number, *before = cents < 0 ? MINUS : "";

	if (ct_lang_french(lang))
		return ct_field_print(mem, "%s" NARROW "%s",
				      ct_decimal_print(mem, cents, 2, style),
				      sign ? sign : currency);
	style.minus = "";
	number = ct_decimal_print(mem, cents, 2, style);
	if (sign)
		return ct_field_print(mem, "%s%s%s", before, sign, number);
	return ct_field_print(mem, "%s%s" NO_BREAK "%s", before, currency, number);
}

const char *ct_rate_show(void *mem, int64_t bp, const char *lang)
{
	struct ct_decimal_style style = ct_decimal_shown(lang);

	style.trim = true;
	return ct_field_print(mem, ct_lang_french(lang) ? "%s" NARROW "%%" : "%s%%",
			      ct_decimal_print(mem, bp, 2, style));
}

static const char *typed(void *mem, int64_t value, unsigned decimals, bool trim)
{
	struct ct_decimal_style style = ct_decimal_typed;

	style.trim = trim;
	return ct_decimal_print(mem, value, decimals, style);
}

const char *ct_typed_int(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	(void)field;
	return typed(mem, v->i, 0, true);
}

const char *ct_typed_money(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	(void)field;
	return typed(mem, v->i, 2, false);
}

const char *ct_typed_rate(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	(void)field;
	return typed(mem, v->i, 2, true);
}

const char *ct_typed_quantity(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	return typed(mem, v->i, decimals_of(field->type), true);
}
