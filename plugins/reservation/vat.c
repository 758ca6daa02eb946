/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vat.h"

#include <string.h>

#include <comptoir/billing.h>

#include "records.h"

enum { STANDARD_BP = 2000, WHOLE = 10000 };

static const struct {
	const char *code;
	int bp;
} rates[] = {
#define RATE(code, bp, label) { code, bp },
	CT_VAT_CODES(RATE)
};

const struct ct_choice reservation_vat_codes[] = { CT_VAT_CHOICES };

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
