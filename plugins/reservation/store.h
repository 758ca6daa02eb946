/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The write protocol of bookings.
 *
 * Why the first statements are UPDATEs. The constraint one_at_a_time alone lets no overlap through on one
 * server, but on a Galera cluster two nodes certify rows that do not share a key, the third applies one
 * and refuses the other, and a node ends in an internal error. With `sync_version = sync_version + 1` of
 * every leaf first, in ascending order, that row is in both write sets: one of the two fails
 * certification, is repeated and sees the conflict. The same UPDATE is the lock on one server, and the
 * counter is the calendar's token.
 *
 * All functions here run inside ct_transaction where they do not say otherwise.
 */
#ifndef RESERVATION_STORE_H
#define RESERVATION_STORE_H

#include <comptoir/booking.h>

#include "model.h"
#include "price.h"

struct wish_item { int64_t room; int64_t quantity; };

/* What somebody wants, checked by itself but not yet against anything else. */
struct wish {
	const struct wish_item *items;		/* at least one; no room twice */
	size_t n_items;
	struct ct_local start, end;
	int64_t person, payer, booked_by;	/* 0: none */
	const char *payer_text, *name, *email, *phone;
	const char *title, *note, *layout, *order_ref, *source;
	int64_t attendance, purpose;
	bool manager;				/* may pass over notice and length, and need not wait for approval */
	int64_t expected_cents;			/* -1: not said */
	const char *uid;			/* the new booking's */
	const char *token_hash;			/* of who has no account: hex; her mails' links open the booking */
	bool hold;				/* a visitor's: only held until she confirms it by mail */
	int64_t org;				/* where the rights above were judged; 0: nowhere (sample data) */
	int64_t changes;			/* the booking that is to become this: its own time counts as free; 0: a new one */
};

struct stored {
	int64_t id;
	const char *status;			/* "confirmed", "pending", "hold" */
	struct ct_utc hold_until;		/* of a hold */
	struct rooms rooms;			/* of the items, by key */
	struct price price;
};

/*
 * Books, or refuses: CT_INVALID for what a rule forbids; CT_CONFLICT for what is taken, with conflicts[]
 * and alternatives[] in the view; CT_CONFLICT also where the price moved from what was expected.
 */
int booking_store(struct ct_request *r, const struct wish *, struct stored *stored_r, struct ct_error *e) CT_MUST_USE;

/*
 * A guest's hold becomes a booking. Also a late one, judged as if it were asked for now, while its time is
 * still free: CT_CONFLICT with conflicts[] and alternatives[] where it is not. CT_CONFLICT without them
 * where it was confirmed before, or has ended.
 */
int booking_verify(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* Marks holds that have run out as expired and frees their time: a job, outside any transaction. */
int booking_expire_holds(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* Ends a booking early and frees its time. CT_CONFLICT where it has ended already. */
int booking_cancel(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* A pending one becomes firm ("confirmed"), or is refused ("rejected"), which frees its time. */
int booking_decide(struct ct_request *r, int64_t id, bool accept, struct ct_error *e) CT_MUST_USE;

/* A refused one waits again, if nobody was told of it yet and its time is still free: else CT_CONFLICT. */
int booking_reopen(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* Puts alternatives[] to a booking that is not to be into the view; none where a room is gone. */
int booking_alternatives(struct ct_request *r, const struct ct_booking *b, struct rooms *rooms_r,
			 struct ct_error *e) CT_MUST_USE;

/* A job: writes the mails of refusals that can no longer be taken back. */
int booking_mail_refusals(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/*
 * Takes the time of `w` for booking `id`, which is there already and holds nothing, as a new one would;
 * with `late` by all rules and at today's price, which has to be w->expected_cents. The caller has the
 * locks of its rooms (*rooms_r).
 */
int booking_retake(struct ct_request *r, int64_t id, const struct wish *w, bool late,
		   struct rooms *rooms_r, struct ct_error *e) CT_MUST_USE;

/* make.c: the items of a wish from the input: `items`, or else `room` with `units`. */
int wish_items(struct ct_request *r, int64_t room, struct wish *w, struct ct_error *e) CT_MUST_USE;

/*
 * Rules, freedom and price of a wish as of now, whether it is new or a change; refuses as booking_store does.
 * Also outside of a transaction, for what only asks: then nothing is locked, and the answer may be old.
 */
int booking_judge(struct ct_request *r, const struct wish *w, struct rooms *rooms_r, struct price *price_r,
		  struct ct_error *e) CT_MUST_USE;

/* Takes the time of `w` for the items that booking `id` has. `rooms` is booking_judge's, under the same locks. */
int booking_occupy(struct ct_request *r, int64_t id, const struct wish *w, const struct rooms *rooms,
		   struct ct_error *e) CT_MUST_USE;

/* Is nobody too many in the rooms of `w`? */
int booking_people_fit(struct ct_request *r, const struct wish *w, struct ct_error *e) CT_MUST_USE;

/* Does one of them want to be asked first? */
bool booking_needs_approval(const struct rooms *);

/*
 * Locks the leaves that booking `id` takes and those of `rooms` (a JSON array of keys) in their one order.
 * CT_CONFLICT where the booking was moved while this waited.
 */
int booking_lock_leaves(struct ct_request *r, int64_t id, const char *rooms, struct ct_error *e) CT_MUST_USE;

/* Locks the leaves of a booking and reads it as it stands under the locks. */
int booking_lock(struct ct_request *r, int64_t id, struct ct_booking *b, struct ct_error *e) CT_MUST_USE;

/* Under these locks: another status, with the calendars and a trace; `frees`: its time is given up. */
int booking_set_status(struct ct_request *r, const struct ct_booking *b, const char *status, bool frees,
		       const char *action, struct ct_error *e) CT_MUST_USE;

/* Raises a stage of comptoir/booking.h. */
int booking_raise(struct ct_request *r, const char *stage, struct ct_booking *b,
		  struct ct_error *e) CT_MUST_USE;

/*
 * Puts conflicts[] and alternatives[] of a wish that did not fit into the view: of each room in the way
 * what takes it, of a divisible one under the name of the part, each booking once.
 */
int alternatives_put(struct ct_request *r, const struct wish *, const struct rooms *taken,
		     struct ct_error *e) CT_MUST_USE;

/* Writes reservation_ics of a booking from what is stored: after every change. */
int feed_serialise(struct ct_request *r, int64_t booking, struct ct_error *e) CT_MUST_USE;

#endif
