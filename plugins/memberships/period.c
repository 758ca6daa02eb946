/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "period.h"

#include <string.h>

enum { MONTHS = 12 };

enum period period_of(const char *code)
{
	return !strcmp(code, "months") ? PERIOD_MONTHS : !strcmp(code, "prorated") ? PERIOD_PRORATED : PERIOD_YEAR;
}

struct span span_at(enum period period, int first_month, struct ct_day day)
{
	struct ct_civil c = ct_day_civil(day);
	struct ct_day key = day;

	if (period != PERIOD_MONTHS)
		key = ct_day_make(c.month < first_month ? c.year - 1 : c.year, first_month, 1);
	return (struct span){ key, day, ct_day_add(ct_day_add_months(key, MONTHS), -1) };
}

struct span span_after(enum period period, int first_month, struct ct_day to)
{
	return span_at(period, first_month, ct_day_add(to, 1));
}

int64_t span_price(enum period period, const struct span *span, int64_t cents)
{
	struct ct_civil key = ct_day_civil(span->key), from = ct_day_civil(span->from);
	int64_t left = MONTHS - ((from.year - key.year) * MONTHS + from.month - key.month);

	if (period != PERIOD_PRORATED)
		return cents;
	return (cents * left * 2 + MONTHS) / (2 * MONTHS);
}
