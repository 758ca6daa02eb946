/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decimal numbers as people type them, into integers of their last digit: "12,5" with two
 * decimals is 1250. No floating point anywhere.
 *
 * Accepted: "1234", "1 234,50" with any kind of space between groups of three, "12.5", ",5", a
 * leading minus ("-" or U+2212), a unit before or after ("€", "EUR", "%"). The decimal mark is
 * the comma or the dot, whichever is there. Where both are there, or one of them twice, only one
 * reading is possible and it is taken: "1,234.50", "1.234,50", "1.234.567". One mark alone is
 * always the decimal mark, so "1,234" with two decimals is refused rather than read as 1234 or
 * as 1.23.
 */
#ifndef FIELD_DECIMAL_H
#define FIELD_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

enum ct_decimal {
	CT_DECIMAL_OK = 0,
	CT_DECIMAL_BAD,		/* not a number */
	CT_DECIMAL_FINE,	/* a number, with more decimals than `decimals` */
	CT_DECIMAL_BIG,		/* a number that no int64_t holds */
};

/* `text` is valid UTF-8; `units` (or NULL) ends with NULL, longer ones before their beginnings. */
enum ct_decimal ct_decimal_parse(const char *text, unsigned decimals, const char *const *units,
				 int64_t *value_r);

struct ct_decimal_style {
	const char *minus, *mark, *group;	/* `group` stands between groups of three digits */
	unsigned group_from;	/* from so many digits before the mark on; 0: never */
	bool trim;		/* no zeros at the end of the decimals */
};

/* How a number is typed again ("1234,50") and shown in a language ("1 234,50", "1,234.50"). */
extern const struct ct_decimal_style ct_decimal_typed;
struct ct_decimal_style ct_decimal_shown(const char *lang);

/* `value` in units of the last of `decimals` digits, on `mem`. */
char *ct_decimal_print(void *mem, int64_t value, unsigned decimals, struct ct_decimal_style style);

#endif
