/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>
#include "field/utf8.h"

/* Lengths in the countries of SEPA: SWIFT's IBAN registry and EPC409-09. */
static const struct { char country[3]; unsigned char length; } lengths[] = {
	{ "AD", 24 }, { "AL", 28 }, { "AT", 20 }, { "BE", 16 }, { "BG", 22 }, { "CH", 21 },
	{ "CY", 28 }, { "CZ", 24 }, { "DE", 22 }, { "DK", 18 }, { "EE", 20 }, { "ES", 24 },
	{ "FI", 18 }, { "FR", 27 }, { "GB", 22 }, { "GI", 23 }, { "GR", 27 }, { "HR", 21 },
	{ "HU", 28 }, { "IE", 22 }, { "IS", 26 }, { "IT", 27 }, { "LI", 21 }, { "LT", 20 },
	{ "LU", 20 }, { "LV", 21 }, { "MC", 27 }, { "MD", 24 }, { "ME", 22 }, { "MK", 19 },
	{ "MT", 31 }, { "NL", 18 }, { "NO", 15 }, { "PL", 28 }, { "PT", 25 }, { "RO", 24 },
	{ "RS", 22 }, { "SE", 24 }, { "SI", 19 }, { "SK", 24 }, { "SM", 27 }, { "VA", 22 },
};

static unsigned length_of(const char *iban)
{
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		if (strncmp(iban, lengths[i].country, 2) == 0)
			return lengths[i].length;
	return 0;
}

/* ISO 13616: the first four characters at the end, letters as 10 to 35; modulo 97 it is 1. */
static bool mod_97(const char *iban, size_t n)
{
	unsigned rest = 0, value;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)iban[(i + 4) % n];

		value = isdigit(c) ? c - (unsigned)'0' : c - (unsigned)'A' + 10;
		rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
	}
	return rest == 1;
}

static bool is_shaped(const char *s)
{
	return isupper((unsigned char)s[0]) && isupper((unsigned char)s[1]) &&
		isdigit((unsigned char)s[2]) && isdigit((unsigned char)s[3]) &&
		!s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")];
}

int ct_parse_iban(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		  struct ct_error *e)
{
	const char *s = ct_utf8_compact(mem, text, ".-");
	size_t n;
	unsigned length;

	if (strncmp(s, "IBAN", 4) == 0)
		s += s[4] == ':' ? 5 : 4;
	n = strlen(s);
	length = length_of(s);
	if (!is_shaped(s) || (!length && (n < 15 || n > 34)))
		return ct_fail_field(e, field->name,
			_("This is not an IBAN: it begins with two letters and two digits, as in "
			  "FR76 3000 6000 0112 3456 7890 189."));
	if (length && n != length)
		return ct_fail_field(e, field->name,
			_("An IBAN that begins with %.2s has %u characters, and this one has %u. "
			  "Please check that it is complete."), s, length, (unsigned)n);
	if (!mod_97(s, n))
		return ct_fail_field(e, field->name,
			_("This IBAN does not exist: its check digits do not fit. Please compare "
			  "it character by character."));
	v->text = s;
	return 0;
}

const char *ct_show_iban(void *mem, const struct ct_field *field, const struct ct_value *v,
			 const char *lang)
{
	char *out = ct_field_copy(mem, "");

	(void)field;
	(void)lang;
	for (size_t i = 0; i < strlen(v->text); i += 4)
		out = ct_field_print(mem, "%s%s%.4s", out, i ? "\xC2\xA0" : "", v->text + i);
	return out;
}

/* ISO 9362: party, country, location and, for a branch, three more. */
int ct_parse_bic(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		 struct ct_error *e)
{
	const char *s = ct_utf8_compact(mem, text, ".-");
	size_t n = strlen(s);

	if ((n != 8 && n != 11) || s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] ||
	    !isupper((unsigned char)s[4]) || !isupper((unsigned char)s[5]))
		return ct_fail_field(e, field->name,
			_("This is not a BIC: it has 8 or 11 letters and digits, as in AGRIFRPP "
			  "or CRLYFRPP123. The bank details show it beside the IBAN."));
	v->text = s;
	return 0;
}
