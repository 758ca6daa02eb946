/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vat.h"

#include <string.h>

#include "records.h"

enum { STANDARD_BP = 2000, WHOLE = 10000 };

static const struct {
	const char *code;
	int bp;
} rates[] = {
	{ "S20", 2000 }, { "S10", 1000 }, { "S55", 550 }, { "S21", 210 }, { "S85", 850 },
	{ "E293B", 0 },	 { "E261", 0 },
};

const struct ct_choice reservation_vat_codes[] = {
	{ "S20", N_("20 %") },
	{ "S10", N_("10 %") },
	{ "S55", N_("5.5 %") },
	{ "S21", N_("2.1 %") },
	{ "S85", N_("8.5 % (La Réunion, Guadeloupe, Martinique)") },
	{ "E293B", N_("none: franchise (CGI 293 B)") },
	{ "E261", N_("none: exempt (CGI 261)") },
	{ 0 }
};

int64_t vat_rate_bp(const char *code)
{
	for (size_t i = 0; code && i < sizeof(rates) / sizeof(rates[0]); i++)
		if (!strcmp(rates[i].code, code))
			return rates[i].bp;
	return STANDARD_BP;
}

int64_t vat_share(int64_t a, int64_t b, int64_t by)
{
	int64_t product = a * b;

	return (product + (product < 0 ? -by / 2 : by / 2)) / by;
}

int64_t vat_on(int64_t cents, const char *code)
{
	return vat_share(cents, vat_rate_bp(code), WHOLE);
}

int64_t vat_in(int64_t cents, const char *code)
{
	int64_t bp = vat_rate_bp(code);

	return vat_share(cents, bp, WHOLE + bp);
}
