/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What other plugins may do at the moments of a booking: the stages that the reservation plugin raises,
 * each typed, so that a hook with a wrong signature does not compile.
 *
 *   booking.check      under the locks, before a new one or a changed time or room or more people are written: may
 *                      refuse, with a sentence
 *   booking.stored     after the booking was written, in the same transaction
 *   booking.confirmed  when it becomes firm, in the same transaction
 *   booking.changed    when time, rooms or particulars of one that goes on differ, in the same transaction
 *   booking.cancelled  when it ends early, in the same transaction
 *   booking.reopened   when a refusal is taken back and it waits again, in the same transaction
 *   price.audience     which kinds of people somebody belongs to, beside those that are written down by hand
 */
#ifndef COMPTOIR_BOOKING_H
#define COMPTOIR_BOOKING_H

#include <comptoir/plugin.h>

struct ct_booking_item { int64_t resource; int64_t quantity; };

struct ct_booking {
	int64_t id;				/* 0 in booking.check of a new one */
	const char *uid, *title, *status, *zone;
	int64_t org, place;
	int64_t person, payer, booked_by;	/* parties; 0: none known */
	int64_t resource;			/* the first item's */
	const struct ct_booking_item *items;
	size_t n_items;
	struct ct_local start, end;		/* wall time of the place */
	struct ct_utc start_utc, end_utc;
	struct ct_utc hold_until;		/* of a guest's hold or of an offer; else it says nothing */
	bool offered;				/* the place named a price: what expires then is its offer, no hold */
	int64_t attendance;
	int64_t total_cents;
	const char *currency;
};

typedef int ct_booking_f(struct ct_request *r, const struct ct_booking *b, struct ct_error *e);

#define CT_ON_BOOKING_CHECK(fn)     CT_HOOK("booking.check", ct_booking_f, fn)
#define CT_ON_BOOKING_STORED(fn)    CT_HOOK("booking.stored", ct_booking_f, fn)
#define CT_ON_BOOKING_CONFIRMED(fn) CT_HOOK("booking.confirmed", ct_booking_f, fn)
#define CT_ON_BOOKING_CHANGED(fn)   CT_HOOK("booking.changed", ct_booking_f, fn)
#define CT_ON_BOOKING_CANCELLED(fn) CT_HOOK("booking.cancelled", ct_booking_f, fn)
#define CT_ON_BOOKING_REOPENED(fn)  CT_HOOK("booking.reopened", ct_booking_f, fn)

/*
 * Asked once for who comes and once for who pays, by pages and inside the transaction that books. An audience is
 * named by its organisation and its code (the same in the whole network: "member", "company"); what the
 * organisation does not have is passed over.
 */
struct ct_audience_ask {
	int64_t party;
	struct ct_day day;
	json_t *found;				/* by ct_audience_add */
};

typedef int ct_audience_f(struct ct_request *r, const struct ct_audience_ask *ask, struct ct_error *e);

static inline void ct_audience_add(const struct ct_audience_ask *ask, int64_t org, const char *code)
{
	json_array_append_new(ask->found, json_pack("{s:I, s:I, s:s}", "party", (json_int_t)ask->party, "org",
						    (json_int_t)org, "code", code));
}

#define CT_ON_PRICE_AUDIENCE(fn)    CT_HOOK("price.audience", ct_audience_f, fn)

#endif
