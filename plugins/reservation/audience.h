/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kinds of people: members, associations, companies … An organisation names its audiences and says who
 * belongs to which, from when to when; other plugins may add to it (stage "price.audience").
 *
 * The audience of who *comes* gives the right to book (openings, rules, quotas), that of who *pays* sets
 * the price. One query for both, however many they belong to.
 */
#ifndef RESERVATION_AUDIENCE_H
#define RESERVATION_AUDIENCE_H

#include <comptoir/plugin.h>

struct audience {
	int64_t id, org;
	const char *code, *label;
};

/* Those of one party, the highest priority first; none: the public. */
struct audiences { const struct audience *list; size_t n; };

struct standing { struct audiences person, payer; };

/*
 * What `person` and `payer` (parties; 0: nobody known, hence none) are on `day`, in all organisations:
 * an audience belongs to one. On r; *standing_r is untouched on failure.
 */
int audiences_load(struct ct_request *r, int64_t person, int64_t payer, struct ct_day day,
		   struct standing *standing_r, struct ct_error *e) CT_MUST_USE;

/* Is `audience` (its key; 0: everybody) among them? */
bool audience_among(const struct audiences *, int64_t audience);

#endif
