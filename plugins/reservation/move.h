/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A booking that is to become another one: read, changed in memory by who asks for it, judged and stored.
 *
 *	change_load      what it is now; inside a transaction after booking_lock_leaves, or for a page that only asks
 *	(the caller)     changes `wish`
 *	change_judge     rules, freedom and price anew where time, rooms or quantities differ; nothing is written
 *	change_store     inside the transaction: gives up the old time and takes the new one, a line for the difference
 *
 * Where change_judge or change_store refuses, the transaction is rolled back and the old time stays held.
 */
#ifndef RESERVATION_MOVE_H
#define RESERVATION_MOVE_H

#include "store.h"

struct change {
	int64_t id, version;		/* version: the row_version that was read */
	struct wish wish;		/* what it is to be; `manager`: who asks may do what managers may */
	struct wish was;
	const char *internal_note;
	const char *status, *new_status;
	const char *amounts, *zone;	/* amounts: "on_quote" too */
	const char *lang;		/* of who it is for; NULL: nobody said */
	struct ct_utc start_utc, end_utc;	/* as it was */
	int64_t place, project;
	struct price was_price;		/* as it was accepted, with what earlier changes added, and its audience */
	bool moves;			/* time, rooms or quantities differ, or an offer is for others: set by
					   change_judge, as all below */
	bool reprices;			/* only the number of people does, and some of the price follows it */
	struct rooms rooms;		/* of the wish; only where it moves or more people come */
	struct price price;		/* computed anew, what a manager gave too; else was_price */
	const char *now_amounts;
	bool lacks_terms;		/* the rooms ask for terms that were not accepted, now or then */
};

/* "Essai A, Essai B"; on r. */
const char *rooms_text(struct ct_request *r, const struct rooms *);

/* CT_MISSING where there is none. On r. */
int change_load(struct ct_request *r, int64_t id, struct change *change_r, struct ct_error *e) CT_MUST_USE;

/* CT_CONFLICT where it has ended, or has begun and who asks is no manager. */
int change_possible(struct ct_request *r, const struct change *, struct ct_error *e) CT_MUST_USE;

/*
 * CT_CONFLICT: with conflicts[] and alternatives[] in the view where something is taken; without as
 * change_possible says, or where the price is not wish.expected_cents any more.
 */
int change_judge(struct ct_request *r, struct change *, struct ct_error *e) CT_MUST_USE;

/* After change_judge, in the same transaction. CT_CONFLICT where `version` has passed. */
int change_store(struct ct_request *r, struct change *, struct ct_error *e) CT_MUST_USE;

#endif
