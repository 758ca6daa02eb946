/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several rooms in one booking, as forms say it: one is the form's own, the others are `also`, each its key or
 * "key:how many". Programs send `items` instead.
 */
#ifndef RESERVATION_SEVERAL_H
#define RESERVATION_SEVERAL_H

#include "store.h"

enum { MOST_ROOMS = 20 };

/*
 * `first` (none where its room is 0) and what `also` names, on r. False where that cannot be read, names a room twice,
 * too many of them or none at all.
 */
bool several_read(struct ct_request *r, struct wish_item first, const struct wish_item **items_r, size_t *n_r);

/*
 * The rooms of these items, the first of them first; the others as far as they can still be booked with it: `items`
 * is narrowed to them. CT_MISSING where the first cannot. The queries of rooms_by_ids.
 */
int several_rooms(struct ct_request *r, const struct wish_item **items, size_t *n, struct rooms *rooms_r,
		  struct ct_error *e) CT_MUST_USE;

/*
 * Puts also_ui[], a box for each but the first, and has_also_ui; from here on together_url and together_kept carry them
 * too.
 */
void several_put(struct ct_request *r, const struct wish_item *items, const struct rooms *);

/* An item as `also` has it: "902", "904:3"; on r. */
const char *several_key(struct ct_request *r, const struct wish_item *);

/* The form that books `keys` ("901,902:3") again; NULL where that is NULL: none of them can be booked any more. */
const char *several_url(struct ct_request *r, const char *keys, struct ct_local start, struct ct_local end);

#endif
