/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <string.h>
#include <strings.h>
#include <talloc.h>
#include "field/utf8.h"

#define NO_BREAK "\xC2\xA0"

/*
 * Numbers of the French plan that are reached from abroad under another country code than +33,
 * by the digits after the 0 (Arcep's numbering plan; ITU E.164 lists of +262, +508, +590, +594,
 * +596).
 */
static const struct { const char *digits, *country; } overseas[] = {
	{ "262", "262" }, { "263", "262" }, { "269", "262" }, { "639", "262" }, { "692", "262" },
	{ "693", "262" }, { "9398", "262" }, { "9399", "262" }, { "9479", "262" },
	{ "590", "590" }, { "690", "590" }, { "691", "590" }, { "7090", "590" }, { "9475", "590" },
	{ "594", "594" }, { "694", "594" }, { "9476", "594" },
	{ "596", "596" }, { "696", "596" }, { "697", "596" }, { "9397", "596" }, { "9477", "596" },
	{ "7084", "508" }, { "7085", "508" },
};

static const char *country_of(const char *digits)
{
	for (size_t i = 0; i < sizeof(overseas) / sizeof(overseas[0]); i++)
		if (strncmp(digits, overseas[i].digits, strlen(overseas[i].digits)) == 0)
			return overseas[i].country;
	return "33";
}

static bool is_french_plan(const char *country)
{
	static const char *const codes[] = { "33", "262", "508", "590", "594", "596" };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(country, codes[i]) == 0)
			return true;
	return false;
}

/* One to three digits, and no code begins another (ITU-T E.164, list of assigned codes). */
static size_t country_length(const char *digits)
{
	static const char two[] = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 "
		"54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";
	char code[] = { digits[0], digits[0] ? digits[1] : '\0', ' ', '\0' };

	if (digits[0] == '1' || digits[0] == '7')
		return 1;
	return strstr(two, code) ? 2 : 3;
}

/* The nine digits after the 0 of the French plan, as E.164; NULL where they are none. */
static const char *from_national(void *mem, const char *digits)
{
	size_t n = strlen(digits);

	if (strncmp(digits, "508", 3) == 0 && n == 9)
		return ct_field_print(mem, "+%s", digits);
	if (n != 9 || digits[0] == '0')
		return NULL;
	return ct_field_print(mem, "+%s%s", country_of(digits), digits);
}

/* Behind 1 and 7 there are ten digits; other numbers have at least seven in all. */
static bool is_complete(const char *digits)
{
	size_t n = strlen(digits);

	return digits[0] != '0' && n >= 7 && n <= 15 && (country_length(digits) > 1 || n == 11);
}

/* Digits after "+" or "00". People write the 0 of the national form too: +33 (0)6 12 34 56 78. */
static const char *from_international(void *mem, const char *digits)
{
	size_t n = country_length(digits);
	char *country;

	if (!is_complete(digits))
		return NULL;
	country = ct_field_sure(talloc_strndup(mem, digits, n));
	if (!is_french_plan(country))
		return ct_field_print(mem, "+%s", digits);
	digits += n;
	if (digits[0] == '0')
		digits++;
	n = strlen(digits);
	if (digits[0] == '0')
		return NULL;
	if (strcmp(country, "508") == 0 && n == 6)
		return ct_field_print(mem, "+508%s", digits);
	if (strcmp(country, "33") == 0 || strcmp(country_of(digits), "33") != 0 ||
	    strncmp(digits, country, 3) == 0)
		return from_national(mem, digits);
	return n == 9 ? ct_field_print(mem, "+%s%s", country, digits) : NULL;
}

/* Without what people put between the digits; NULL for anything but digits and one "+" first. */
static const char *digits_of(void *mem, const char *text)
{
	char *s = ct_utf8_compact(mem, text, ".-/()");

	if (strncasecmp(s, "tel:", 4) == 0)
		s += 4;
	return s[0] && strspn(s + 1, "0123456789") == strlen(s) - 1 ? s : NULL;
}

int ct_parse_phone(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		   struct ct_error *e)
{
	const char *s = digits_of(mem, text), *number = NULL;

	if (!s)
		number = NULL;
	else if (s[0] == '+')
		number = from_international(mem, s + 1);
	else if (strncmp(s, "00", 2) == 0)
		number = from_international(mem, s + 2);
	else if (s[0] == '0')
		number = from_national(mem, s + 1);
	else if (s[0] >= '1' && s[0] <= '9')
		return ct_fail_field(e, field->name,
			_("This phone number lacks its beginning: type it with its 0, as in "
			  "06 12 34 56 78, or with + and the code of its country, as in "
			  "+32 2 123 45 67."));
	if (!number)
		return ct_fail_field(e, field->name,
			_("This is not a phone number: in France it has ten digits, as in "
			  "06 12 34 56 78; of another country type + and its code first."));
	v->text = number;
	return 0;
}

/* "06 12 34 56 78", "0262 12 34 56"; NULL for what would not be read as the same number again. */
static const char *national(void *mem, const char *e164, const char *space)
{
	size_t n = country_length(e164 + 1), first;
	char *country = ct_field_sure(talloc_strndup(mem, e164 + 1, n));
	const char *d = strcmp(country, "508") == 0 && strlen(e164) == 10 ? e164 + 1 : e164 + 1 + n;
	const char *again = is_french_plan(country) ? from_national(mem, d) : NULL;
	char *out;

	if (!again || strcmp(again, e164) != 0)
		return NULL;
	first = strcmp(country, "33") == 0 ? 1 : 3;
	out = ct_field_print(mem, "0%.*s", (int)first, d);
	for (d += first; *d; d += 2)
		out = ct_field_print(mem, "%s%s%.2s", out, space, d);
	return out;
}

/* "+32 21 23 45 67": the code, then pairs, the first of three where the count is odd. */
static const char *international(void *mem, const char *e164, const char *space)
{
	size_t n = country_length(e164 + 1);
	const char *d = e164 + 1 + n;
	char *out = ct_field_print(mem, "%.*s", (int)n + 1, e164);
	int group = strlen(d) % 2 ? 3 : 2;

	for (; strlen(d) >= 2; d += group, group = 2)
		out = ct_field_print(mem, "%s%s%.*s", out, space, group, d);
	return out;
}

const char *ct_show_phone(void *mem, const struct ct_field *field, const struct ct_value *v,
			  const char *lang)
{
	const char *s = ct_lang_french(lang) ? national(mem, v->text, NO_BREAK) : NULL;

	(void)field;
	return s ? s : international(mem, v->text, NO_BREAK);
}

const char *ct_typed_phone(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	const char *s = national(mem, v->text, " ");

	(void)field;
	return s ? s : international(mem, v->text, " ");
}
