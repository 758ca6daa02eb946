/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The periods of a plan and what they cost. A plan of years has one that begins each year on the first of its
 * month; whoever joins in its middle belongs until its end, at the full price, or at a price by the months that
 * are left, the current one included. A plan of months has twelve of them from the first day of each member.
 *
 * Pure arithmetic: no request, no database.
 */
#ifndef MEMBERSHIPS_PERIOD_H
#define MEMBERSHIPS_PERIOD_H

#include <stdint.h>
#include <comptoir/time.h>

enum period { PERIOD_YEAR, PERIOD_MONTHS, PERIOD_PRORATED };

/* Of "year", "months", "prorated". */
enum period period_of(const char *code);

/* `key` is the first day of the period, `from` that of the membership in it, `to` the last of both. */
struct span { struct ct_day key, from, to; };

/* The period that has `day` in it, for who joins on it; first_month 1 to 12. "No value" beyond the calendar. */
struct span span_at(enum period, int first_month, struct ct_day day);

/* The one behind a period that ends on `to`; where the year of the plan was moved meanwhile, what is left of it. */
struct span span_after(enum period, int first_month, struct ct_day to);

/* What a period costs whose whole price is given: of prorated ones by months, to the nearest cent, halves up. */
int64_t span_price(enum period, const struct span *, int64_t cents);

#endif
