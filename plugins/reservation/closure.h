/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Closures: a place, or one thing in it, is not to be had from one wall time to another, for a reason that
 * everybody reads.
 *
 * A closure keeps its full span in its own table and occupies, unit by unit, only what of it is free:
 * bookings inside stay, and are listed for the manager as clashes. So whatever gives time back (a booking
 * that is cancelled, a closure that is lifted or moved) is followed by closures_fill, which lets every
 * closure of these rooms take what has become free of its span. All of it under the locks of the leaves.
 */
#ifndef RESERVATION_CLOSURE_H
#define RESERVATION_CLOSURE_H

#include "model.h"

enum { CLOSURE_DAYS = 3 * 366 };	/* at most as long */

/*
 * Inside a transaction that has the locks of `leaves` (a JSON array of keys): what is free between two
 * instants and lies in a closure is taken by it. `except`: one that gives its time back; 0: none.
 */
int closures_fill(struct ct_request *r, const char *leaves, struct ct_utc from, struct ct_utc to, int64_t except,
		  struct ct_error *e) CT_MUST_USE;

/* The column leaf_id of all rows, as such an array. */
const char *closure_leaves(struct ct_request *r, struct ct_result *row);

/* The same of what `rooms` had from `from` to `to`, with buffers, which are a day at most: a booking gave it back. */
int closures_follow(struct ct_request *r, const int64_t *rooms, size_t n, struct ct_utc from, struct ct_utc to,
		    struct ct_error *e) CT_MUST_USE;

/* The same for a resource that is new or has changed, from now on; takes its locks. */
int closures_fill_room(struct ct_request *r, int64_t room, struct ct_error *e) CT_MUST_USE;

/* The record of closures: before and after it is stored, before it goes, and on its page. */
int closure_before(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int closure_after(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int closure_delete(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int closure_show(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

#endif
