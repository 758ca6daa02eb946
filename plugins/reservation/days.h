/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sets of days that hours may be limited to: public holidays, which are computed (ct_holiday_name), and school
 * holidays or seasons of the house, which are ranges that somebody imported or typed. An opening is in force `only_in`
 * such a set, or `not_in` it.
 */
#ifndef RESERVATION_DAYS_H
#define RESERVATION_DAYS_H

#include <comptoir/plugin.h>

/* "fr", "fr_alsace", "fr_reunion"; anything else, and NULL, is CT_HOLIDAYS_NONE. */
enum ct_holidays holidays_of(const char *code);

struct day_range { struct ct_day from, to; const char *label; };	/* label: NULL where it has none */

struct days {
	int64_t id;
	const char *label;		/* of the set, as its organisation calls it; NULL where nobody asked for it */
	enum ct_holidays computed;
	struct day_range *ranges;	/* by their first day */
	size_t n;
};

struct day_sets { struct days *set; size_t n; };

/*
 * The sets with these keys (a JSON array), with their ranges between two days. One query; none where
 * `ids` is "[]". On r.
 */
int days_load(struct ct_request *r, const char *ids, struct ct_day from, struct ct_day to,
	      struct day_sets *sets_r, struct ct_error *e) CT_MUST_USE;

/*
 * A set of three columns, as queries of openings have them: how it is computed, or NULL; its ranges, or NULL, a line
 * each, "2026-12-19 2027-01-03 Christmas holidays" (the label may be missing); its own label. On `mem`.
 */
const struct days *days_from_columns(void *mem, int64_t id, const char *computed, const char *ranges,
				     const char *label);

/* The set with this key, or NULL. */
const struct days *days_find(const struct day_sets *, int64_t id);

/* Is `day` one of them? No day is in NULL. */
bool days_have(const struct days *, struct ct_day day);

/* What `day` is called among them: its holiday in the reader's language, its range's label, or the set's; else NULL. */
const char *days_name(const struct days *, struct ct_day day);

#endif
