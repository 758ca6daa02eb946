/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sets of days that hours may be limited to: public holidays, which are computed, and school holidays or
 * seasons of the house, which are ranges that somebody imported or typed. An opening is in force `only_in`
 * such a set, or `not_in` it.
 *
 * Public holidays of France: C. trav. L3133-1 (eleven days); L3134-13 adds Good Friday and 26 December in
 * Bas-Rhin, Haut-Rhin and Moselle; L3422-2 the abolition of slavery, in La Réunion on 20 December.
 */
#ifndef RESERVATION_DAYS_H
#define RESERVATION_DAYS_H

#include <comptoir/plugin.h>

enum holidays { HOLIDAYS_NONE, HOLIDAYS_FR, HOLIDAYS_FR_ALSACE, HOLIDAYS_FR_REUNION };

/* Easter Sunday of a year of the Gregorian calendar (the computus of Meeus, Jones and Butcher). */
struct ct_day easter(int year);

/* The name of the public holiday that `day` is (to be translated), or NULL. */
const char *holiday_name(enum holidays law, struct ct_day day);

/* "fr", "fr_alsace", "fr_reunion"; anything else, and NULL, is HOLIDAYS_NONE. */
enum holidays holidays_of(const char *code);

struct day_range { struct ct_day from, to; const char *label; };	/* label: NULL where it has none */

struct days {
	int64_t id;
	const char *label;		/* of the set, as its organisation calls it; NULL where nobody asked for it */
	enum holidays computed;
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
