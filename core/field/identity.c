/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include "field/utf8.h"

/* How many digits `s` has if it has nothing else, or 0. */
static size_t digits(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return s[n] ? 0 : n;
}

/* ISO/IEC 7812-1, annex B: from the right every second digit counts twice; 10 divides the sum. */
static bool luhn(const char *s, size_t n)
{
	unsigned sum = 0, d;

	for (size_t i = 0; i < n; i++) {
		d = (unsigned)(s[n - 1 - i] - '0');
		if (i % 2)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum % 10 == 0;
}

static bool is_siren(const char *s)
{
	return luhn(s, 9) && strncmp(s, "000000000", 9) != 0;
}

/* La Poste (356 000 000) has more establishments than Luhn allows: 5 divides their plain sum. */
static bool is_siret(const char *s)
{
	unsigned sum = 0;

	if (!is_siren(s))
		return false;
	if (luhn(s, 14))
		return true;
	for (size_t i = 0; i < 14; i++)
		sum += (unsigned)(s[i] - '0');
	return strncmp(s, "356000000", 9) == 0 && sum % 5 == 0;
}

int ct_parse_siren(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		   struct ct_error *e)
{
	const char *s = ct_utf8_compact(mem, text, ".-");
	size_t n = digits(s);

	if (n == 14 && is_siret(s))
		return ct_fail_field(e, field->name, _("This is a SIRET, of one establishment. "
			"Its first nine digits are the SIREN: type %.9s."), s);
	if (n != 9)
		return ct_fail_field(e, field->name,
				     _("A SIREN has nine digits, as in 732 829 320."));
	if (!is_siren(s))
		return ct_fail_field(e, field->name, _("This SIREN does not exist: its check digit "
			"does not fit. Please compare it digit by digit."));
	v->text = s;
	return 0;
}

int ct_parse_siret(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		   struct ct_error *e)
{
	const char *s = ct_utf8_compact(mem, text, ".-");

	if (digits(s) != 14)
		return ct_fail_field(e, field->name,
			_("A SIRET has 14 digits: the nine of the SIREN and five of the "
			  "establishment, as in 732 829 320 00074."));
	if (!is_siret(s))
		return ct_fail_field(e, field->name, _("This SIRET does not exist: its check digit "
			"does not fit. Please compare it digit by digit."));
	v->text = s;
	return 0;
}

const char *ct_show_siren(void *mem, const struct ct_field *field, const struct ct_value *v,
			  const char *lang)
{
	(void)field;
	(void)lang;
	return ct_field_print(mem, "%.3s\xC2\xA0%.3s\xC2\xA0%.3s", v->text, v->text + 3,
			      v->text + 6);
}

const char *ct_show_siret(void *mem, const struct ct_field *field, const struct ct_value *v,
			  const char *lang)
{
	return ct_field_print(mem, "%s\xC2\xA0%s", ct_show_siren(mem, field, v, lang), v->text + 9);
}

/* W, the office that registered it (591, 2A1 in Corsica, 9R1 overseas) and six digits. */
int ct_parse_rna(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		 struct ct_error *e)
{
	const char *s = ct_utf8_compact(mem, text, ".-");
	bool office = s[0] == 'W' && isdigit((unsigned char)s[1]) && s[2] &&
		(isdigit((unsigned char)s[2]) || (s[1] == '2' && strchr("AB", s[2])) ||
		 (s[1] == '9' && s[2] >= 'A' && s[2] <= 'Z'));

	if (!office || strlen(s) != 10 || digits(s + 3) != 7)
		return ct_fail_field(e, field->name,
			_("The number of an association in the RNA has the letter W and nine "
			  "digits, as in W591234567. It is on the receipt of the prefecture."));
	v->text = s;
	return 0;
}

/* Five digits of France, or what other countries have: 4 digits, "SW1A 1AA", "L-2449". */
int ct_parse_postcode(void *mem, const struct ct_field *field, const char *text,
		      struct ct_value *v, struct ct_error *e)
{
	char *s = ct_utf8_compact(mem, text, "");
	size_t n;

	if (digits(s) == 0) {
		s = ct_field_copy(mem, text);
		for (char *c = s; *c; c++)
			*c = (char)toupper((unsigned char)*c);
	}
	n = strlen(s);
	if (s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -")] || !strpbrk(s, "0123456789") ||
	    n < 3 || n > 10 || s[0] == '-' || s[n - 1] == '-')
		return ct_fail_field(e, field->name,
			_("This is not a postcode: in France it has five digits, as in 59000."));
	v->text = s;
	return 0;
}

/*
 * The two characters before the SIREN: (12 + 3 × (SIREN mod 97)) mod 97 as digits, or, in the newer
 * keys, one or two letters without I and O, whose value c satisfies (SIREN + 1 + c / 11) ≡ c
 * (mod 11).
 */
static bool french_key(const char *key, const char *siren)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	long number = strtol(siren, NULL, 10), a, b, c;

	if (isdigit((unsigned char)key[0]) && isdigit((unsigned char)key[1]))
		return (12 + 3 * (number % 97)) % 97 == (key[0] - '0') * 10 + (key[1] - '0');
	if (!strchr(alphabet, key[0]) || !strchr(alphabet, key[1]))
		return false;
	a = strchr(alphabet, key[0]) - alphabet;
	b = strchr(alphabet, key[1]) - alphabet;
	c = a < 10 ? a * 24 + b - 10 : a * 34 + b - 100;
	return (number + 1 + c / 11) % 11 == c % 11;
}

/* The numbers of Monaco begin with 000 instead of a SIREN. */
static bool is_french_vat_no(const char *s)
{
	return strlen(s) == 13 && digits(s + 4) == 9 && french_key(s + 2, s + 4) &&
		(strncmp(s + 4, "000", 3) == 0 || is_siren(s + 4));
}

/* d a digit, a a letter, x either, others themselves. From VIES, question 11 of its FAQ. */
static const char *const vat_shapes[] = {
	"ATUdddddddd", "BE0ddddddddd", "BE1ddddddddd", "BGddddddddd", "BGdddddddddd",
	"CYdddddddda", "CZdddddddd", "CZddddddddd", "CZdddddddddd", "DEddddddddd", "DKdddddddd",
	"EEddddddddd", "ELddddddddd", "ESxdddddddx", "FIdddddddd", "HRddddddddddd", "HUdddddddd",
	"IEdxddddda", "IEdddddddaa", "ITddddddddddd", "LTddddddddd", "LTdddddddddddd",
	"LUdddddddd", "LVddddddddddd", "MTdddddddd", "NLdddddddddBdd", "PLdddddddddd",
	"PTddddddddd", "ROdd", "ROddd", "ROdddd", "ROddddd", "ROdddddd", "ROddddddd",
	"ROdddddddd", "ROddddddddd", "ROdddddddddd",
	"SEdddddddddddd", "SIdddddddd", "SKdddddddddd", "XIddddddddd", "XIdddddddddddd",
	"GBddddddddd", "GBdddddddddddd", "CHEddddddddd",
};

static bool has_shape(const char *s, const char *shape)
{
	for (; *shape; s++, shape++) {
		if (*shape == 'd' ? !isdigit((unsigned char)*s) :
		    *shape == 'a' ? !isupper((unsigned char)*s) :
		    *shape == 'x' ? !isalnum((unsigned char)*s) : *s != *shape)
			return false;
	}
	return !*s;
}

static bool is_foreign_vat_no(const char *s)
{
	for (size_t i = 0; i < sizeof(vat_shapes) / sizeof(vat_shapes[0]); i++)
		if (has_shape(s, vat_shapes[i]))
			return true;
	return false;
}

int ct_parse_vat_no(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		    struct ct_error *e)
{
	char *s = ct_utf8_compact(mem, text, ".-");

	if (strncmp(s, "GR", 2) == 0)
		memcpy(s, "EL", 2);
	if (strncmp(s, "FR", 2) == 0 && !is_french_vat_no(s))
		return ct_fail_field(e, field->name,
			_("This VAT number does not exist: after FR come a key of two characters "
			  "and the SIREN, as in FR44 732829320, and the key does not fit."));
	if (strncmp(s, "FR", 2) != 0 && !is_foreign_vat_no(s))
		return ct_fail_field(e, field->name,
			_("This is not a VAT number: it begins with the letters of the country, "
			  "as in FR44 732829320 or BE0123456789."));
	v->text = s;
	return 0;
}
