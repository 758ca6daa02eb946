/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a document comes to, as EN 16931 counts: the amounts without VAT are added up per VAT category and rate, VAT is
 * computed once over each sum (BT-117 = BT-116 × BT-119, to the nearest cent, halves away from zero), and never per
 * line. A price that was promised with VAT is what the client pays: its base is the promise divided by 1 + rate;
 * where base and VAT miss the promise (10,05 € at 20 %, 16,00 € at 10 %), the cent is the rounding amount (BT-114).
 *
 * Pure arithmetic: no request, no database. Sums stay below 10^9 cents, so that no product overflows.
 */
#ifndef INVOICING_TOTALS_H
#define INVOICING_TOTALS_H

#include <comptoir/billing.h>

struct total_line {
	int64_t amount_cents;		/* in its basis; may be below 0 */
	enum ct_charge_basis basis;
	const char *category;		/* UNCL5305: "S", "E", "O" …; borrowed */
	int64_t rate_bp;		/* 2000: 20 % */
	int64_t net_cents;		/* set by totals_of: BT-131 */
	size_t group;			/* set by totals_of: index of its group */
};

struct total_group {
	const char *category;
	int64_t rate_bp;
	int64_t base_cents, tax_cents;	/* BT-116, BT-117 */
};

struct totals {
	struct total_group *groups;	/* in the order in which the lines name them */
	size_t n_groups;
	int64_t net_cents;		/* BT-109: of all bases, and of all lines */
	int64_t tax_cents;		/* BT-110 */
	int64_t rounding_cents;		/* BT-114 */
	int64_t gross_cents;		/* BT-115 where nothing was paid: net + tax + rounding */
};

/* Adds up, and gives each line its share without VAT. The groups are on `context`. */
struct totals totals_of(void *context, struct total_line *lines, size_t n);

/*
 * Adds to `t` what other lines came to, group by group, computing nothing anew: so an invoice and the deposits that it
 * deducts (amounts below 0) are together the whole to the cent, also where each of them was rounded. The lines find
 * their groups in `t`. The groups are on `context`.
 */
void totals_add(void *context, struct totals *t, const struct totals *part, struct total_line *lines, size_t n);

/*
 * Spreads `cents` (of the sign of the sum of `weights`, or 0) over the weights in proportion, to the cent: the largest
 * remainders get what rounding left, the first of equals first. Where the weights come to 0, the first gets all.
 */
void totals_spread(int64_t cents, const int64_t *weights, size_t n, int64_t *parts_r);

#endif
