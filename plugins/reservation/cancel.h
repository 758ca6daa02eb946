/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What cancelling costs: the later, the more. The steps of the rules in force (of the room, of what those go on
 * from, of its kind, of its place: the first that have any) become lines when somebody books, with the hour
 * until which each holds and its fee; those are what was accepted, whatever the rules say later.
 *
 * A line's fee is what cancelling costs until its hour (wall time of the place), in the basis of the price.
 * Before the first step it costs nothing; without steps it is free until it begins.
 */
#ifndef RESERVATION_CANCEL_H
#define RESERVATION_CANCEL_H

#include <comptoir/booking.h>

#include "price.h"

struct cancel_line {
	struct ct_local until;
	int64_t cents;
	const char *label;		/* "gratuit", "50 % du prix", "20,00 €" */
};

struct cancel_lines {
	struct cancel_line *line;
	size_t n;
	int64_t charged;		/* of a stored booking: what it cost when it was cancelled; 0: nothing */
};

/*
 * The lines of a booking of `room` from `start` on at this price; of several rooms those of the first one
 * with steps, which the caller passes. Steps of the price's audience go before those for everybody. One query.
 */
int cancel_offer(struct ct_request *r, const struct rooms *, struct ct_local start, const struct price *,
		 struct cancel_lines *lines_r, struct ct_error *e) CT_MUST_USE;

/* Stores the lines of that offer with a new booking. */
int cancel_freeze(struct ct_request *r, int64_t booking, const struct rooms *, struct ct_local start,
		  const struct price *, struct ct_error *e) CT_MUST_USE;

/* The same in place of those that the booking had: they count from its new start on. */
int cancel_keep(struct ct_request *r, int64_t booking, const struct rooms *, struct ct_local start,
		const struct price *, struct ct_error *e) CT_MUST_USE;

/* The lines that were stored with a booking. One query. */
int cancel_stored(struct ct_request *r, int64_t booking, struct cancel_lines *lines_r, struct ct_error *e) CT_MUST_USE;

/* The fee at `now`, wall time of the place; 0 without lines, the last line's after its hour. */
int64_t cancel_fee(const struct cancel_lines *, struct ct_local now);

/*
 * Puts into the view of a booking: fee and fee_ui, what cancelling costs now (null: nothing), the sentence of
 * cancel_ui where that is an object, and charged_ui where it did cost something. `b` is a row of booking_view.
 */
int cancel_put(struct ct_request *r, const struct ct_result *b, const struct price *, struct ct_error *e) CT_MUST_USE;

/*
 * Puts on the page that asks whether to cancel: consequence_ui, submit_ui, expected_ui, may_waive_ui. After
 * cancel_put.
 */
void cancel_ask(struct ct_request *r);

/* Who runs the place cancels for nothing, unless she says that the fee is due (`with_fee`). */
bool cancel_is_charged(struct ct_request *r, int64_t org);

/* Puts total_ui and cancel_ui of a mail about a booking (a row of booking_view): what it costs, and to cancel. */
int cancel_tell(struct ct_request *r, const struct ct_result *b, json_t *view, struct ct_error *e) CT_MUST_USE;

/* What the page said that it costs (`expected_fee`); -1: none said it. */
int64_t cancel_expected(struct ct_request *r);

/*
 * Inside the transaction that cancels a firm booking: what it costs at this moment is kept with it. `expected` is
 * what the page said (-1: none did): CT_CONFLICT where it has become more meanwhile.
 */
int cancel_charge(struct ct_request *r, const struct ct_booking *, int64_t expected, struct ct_error *e) CT_MUST_USE;

/* "Annulation gratuite jusqu'au mercredi 25 novembre, 14 h, puis 50 % du prix." from `now` on; on r. */
const char *cancel_text(struct ct_request *r, const struct cancel_lines *, struct ct_local now);

#endif
