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
#include "rates.h"

/* What somebody wants, checked by itself but not yet against anything else. */
struct wish {
	const struct wish_item *items;		/* at least one; no room twice */
	size_t n_items;
	struct ct_local start, end;
	int64_t person, payer, booked_by;	/* 0: none */
	const char *payer_text, *name, *email, *phone;
	const char *title, *note, *layout, *order_ref, *source;
	int64_t attendance, purpose;
	const int64_t *terms;			/* keys of the terms that were accepted */
	size_t n_terms;
	bool manager;				/* may pass over notice and length, and need not wait for approval */
	int64_t expected_cents;			/* -1: not said */
	bool left_said;				/* left_cents was shown: what others leave to pay */
	int64_t left_cents;
	const struct extra_wish *extras;
	size_t n_extras;
	bool amount_set;			/* chosen by who pays, or given for so much by a manager */
	int64_t amount_cents;
	int64_t reason;				/* a manager's: why for less; 0: none */
	const char *reason_label;
	const char *uid;			/* the new booking's */
	const char *token_hash;			/* of who has no account: hex; her mails' links open the booking */
	bool hold;				/* a visitor's: only held until she confirms it by mail */
	int64_t org;				/* where the rights above were judged; 0: nowhere (sample data) */
	int64_t changes;			/* the booking that becomes this: its own time is free; 0: a new one */
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

/*
 * Of a job, outside any transaction: calls `body` with the key (a const int64_t) of each row of `query`, which takes
 * the hour that it is, in a transaction of its own. One that fails does not keep the others; the first error counts.
 */
int booking_each(struct ct_request *r, const char *query, ct_body_f *body, struct ct_error *e) CT_MUST_USE;

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

/* What a wish becomes at first: "hold", "pending" or "confirmed". */
const char *booking_first_status(const struct wish *, const struct rooms *, const struct price *);

/*
 * preview.c, outside of a transaction: puts what a program that only asks is told of a wish, judged as a new booking
 * by rules, limits, freedom and price; taken time is no refusal. Nothing is stored or held, and stages of other
 * plugins are not asked.
 */
int wish_preview(struct ct_request *r, const struct wish *, struct ct_error *e) CT_MUST_USE;

/* Whose rules a wish is judged by (rooms_for): who comes, where a manager books for an account; 0: who asks. */
int64_t wish_person(const struct ct_request *r, const struct wish *w);

/* How many of a room; 0: it is none of its items. */
int64_t wish_quantity(const struct wish *w, int64_t room);

/* make.c: the items of a wish from the input: `items`, or else `room` with `units`. */
int wish_items(struct ct_request *r, int64_t room, struct wish *w, struct ct_error *e) CT_MUST_USE;

/* The terms that the input accepts. */
void wish_terms(struct ct_request *r, struct wish *w);

/*
 * Rules, freedom and price of a wish as of now, whether it is new or a change; refuses as booking_store does.
 * Also outside of a transaction, for what only asks: then nothing is locked, and the answer may be old.
 */
int booking_judge(struct ct_request *r, const struct wish *w, struct rooms *rooms_r, struct price *price_r,
		  struct ct_error *e) CT_MUST_USE;

/* Takes the time of `w` for the items that booking `id` has. `rooms` is booking_judge's, under the same locks. */
int booking_occupy(struct ct_request *r, int64_t id, const struct wish *w, const struct rooms *rooms,
		   struct ct_error *e) CT_MUST_USE;

/* Raises the row of a guest's address, before what she has is counted. */
int booking_guard_guest(struct ct_request *r, const char *email, struct ct_error *e) CT_MUST_USE;

/* Is nobody too many in the rooms of `w`? Sets *rooms_r, with their demands. */
int booking_people_fit(struct ct_request *r, const struct wish *w, struct rooms *rooms_r,
		       struct ct_error *e) CT_MUST_USE;

/* price_ask.c: extras, amount and reason of a wish from the input. CT_INVALID for what cannot be read. */
int wish_price(struct ct_request *r, struct wish *, struct ct_error *e) CT_MUST_USE;

/* price_store.c: what a wish is to its price. */
struct order order_of(const struct wish *);

/*
 * The price of a wish for these rooms: CT_INVALID for what is not offered, CT_CONFLICT with price{} in the view
 * where it is not what was expected.
 */
int price_items(struct ct_request *r, const struct wish *, const struct rooms *, struct price *price_r,
	       struct ct_error *e) CT_MUST_USE;

/* Stores the lines of a new booking's price, its audience and what cancelling it costs. */
int price_freeze(struct ct_request *r, int64_t booking, const struct rooms *, struct ct_local start,
		 const struct price *, struct ct_error *e) CT_MUST_USE;

/* As far as its sums need it, the price of a row that has PRICED (queries.c): for lists. On r. */
struct price price_of_row(struct ct_request *r, const struct ct_result *row);

/* The price of a booking, of which `b` is a row of booking_view, as it was accepted. One query. */
int price_stored(struct ct_request *r, const struct ct_result *b, struct price *price_r,
		 struct ct_error *e) CT_MUST_USE;

/* Stores the lines of a price behind the `after` lines that the booking has. */
int price_lines_add(struct ct_request *r, int64_t booking, size_t after, const struct price *,
		    struct ct_error *e) CT_MUST_USE;

/* Only its lines, into a price that knows its total, currency and basis; not those of price_of: on r. One query. */
int price_lines(struct ct_request *r, int64_t booking, struct price *price, struct ct_error *e) CT_MUST_USE;

/* Does one of them want to be asked first? */
bool booking_needs_approval(const struct rooms *);

/*
 * Locks the leaves that booking `id` takes and those of `rooms` (a JSON array of keys) in their one order.
 * CT_CONFLICT where the booking was moved while this waited.
 */
int booking_lock_leaves(struct ct_request *r, int64_t id, const char *rooms, struct ct_error *e) CT_MUST_USE;

/* Locks the leaves of a booking and reads it as it stands under the locks. */
int booking_lock(struct ct_request *r, int64_t id, struct ct_booking *b, struct ct_error *e) CT_MUST_USE;

/* Reads the items of `b`, of which only the key is needed. */
int booking_items(struct ct_request *r, struct ct_booking *b, struct ct_error *e) CT_MUST_USE;

/* Under these locks: another status, with the calendars and a trace; `frees`: its time is given up. */
int booking_set_status(struct ct_request *r, const struct ct_booking *b, const char *status, bool frees,
		       const char *action, struct ct_error *e) CT_MUST_USE;

/* A wish as other plugins see it; on r. */
struct ct_booking booking_describe(struct ct_request *r, const struct wish *, const struct stored *);

/* Raises a stage of comptoir/booking.h. */
int booking_raise(struct ct_request *r, const char *stage, struct ct_booking *b,
		  struct ct_error *e) CT_MUST_USE;

/*
 * Puts conflicts[] and alternatives[] of a wish that did not fit into the view: of each room in the way
 * what takes it, of a divisible one under the name of the part, each booking once.
 */
int alternatives_put(struct ct_request *r, const struct wish *, const struct rooms *taken,
		     struct ct_error *e) CT_MUST_USE;

/*
 * The last of every change of a booking, in its transaction: writes what calendars are told of it from what is
 * stored, raises the version of its person's own calendar (and of who was it before), and, where hours or
 * rooms have changed or it has ended, the booking's sequence. So no other place raises a sequence, and a writer
 * that forgets this call is found by `comptoirctl verify`. `changed_utc` of the booking must be that of the change.
 */
int feed_serialise(struct ct_request *r, int64_t booking, struct ct_error *e) CT_MUST_USE;

#endif
