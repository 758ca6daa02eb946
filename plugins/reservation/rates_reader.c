/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a room costs the reader before she has chosen hours. */
#include <string.h>
#include <talloc.h>

#include "rates.h"
#include "vat.h"

enum { WHOLE = 10000, MILLION = 1000000 };

/* What counts once, or at some hours only, depends on what is booked. */
static bool always(const struct adjust *a, const struct room *room, int64_t audience)
{
	return ((a->is_share && a->bp) || a->vat_code) && a->before < 0 && a->after < 0 &&
	       (!a->audience || a->audience == audience) && adjust_is_for(a, room);
}

static int64_t left_of(const struct rates *o, const struct room *room, int64_t audience, int64_t cents)
{
	for (size_t i = 0; i < o->n_adjusts; i++)
		if (o->adjusts[i].is_share && always(&o->adjusts[i], room, audience))
			cents -= vat_share(cents, o->adjusts[i].bp, WHOLE);
	return cents;
}

static int64_t cheapest(const struct rates *o, const struct room *room)
{
	const struct audiences *mine = &o->standing.payer;
	int64_t best = 0, least = INT64_MAX;

	for (size_t i = 0; i < mine->n; i++) {
		int64_t left = left_of(o, room, mine->list[i].id, MILLION);

		if (mine->list[i].org == room->org && left < least) {
			least = left;
			best = mine->list[i].id;
		}
	}
	return best;
}

struct tariff *rates_tariff(struct ct_request *r, const struct rates *o, const struct room *room, struct tariff *t)
{
	struct tariff *mine;
	int64_t audience;

	if (!t || strcmp(t->mode, "fixed"))
		return t;
	audience = cheapest(o, room);
	mine = talloc_memdup(r, t, sizeof(*t));
	mine->steps = talloc_memdup(r, t->steps, t->n_steps * sizeof(*t->steps));
	for (size_t i = 0; i < t->n_steps; i++)
		mine->steps[i].cents = left_of(o, room, audience, t->steps[i].cents);
	for (size_t i = 0; i < o->n_adjusts; i++) {
		const struct adjust *a = &o->adjusts[i];

		if (!always(a, room, audience))
			continue;
		if (a->vat_code)
			mine->vat_code = a->vat_code;
		mine->why = mine->why ? talloc_asprintf(r, "%s, %s", mine->why, adjust_label(r, a))
				      : adjust_label(r, a);
	}
	return mine;
}

int rates_tariffs(struct ct_request *r, const struct rooms *rooms, struct ct_day day, struct tariff ***tariffs_r,
		  struct ct_error *e)
{
	struct tariff **tariffs;
	struct rates o = { 0 };
	int rc;

	if ((rc = tariffs_load(r, rooms, day, &tariffs, e)) || (rc = adjusts_load(r, rooms, day, &o, e)) ||
	    (r->person && (rc = audiences_load(r, r->person, r->person, day, &o.standing, e))))
		return rc;
	for (size_t i = 0; i < rooms->n; i++)
		tariffs[i] = rates_tariff(r, &o, &rooms->room[i], tariffs[i]);
	*tariffs_r = tariffs;
	return 0;
}
