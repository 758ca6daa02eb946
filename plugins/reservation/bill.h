/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a booking makes somebody owe, told to whoever bills: the service "billing" (comptoir/billing.h). Without it
 * nothing is owed, and prices are only shown.
 *
 * bill_post stands beside every change of a booking, in its own transaction and under its locks, and posts the whole
 * set as it is now: the lines of the price while the booking is firm (also when nobody came), what cancelling it costs
 * once it is cancelled, nothing otherwise. What is free of charge posts nothing. Of bookings made together each is a
 * source of its own.
 */
#ifndef RESERVATION_BILL_H
#define RESERVATION_BILL_H

#include "price.h"

/* After all else of a change, when the row, its price and its cancelling fee are as they will be. */
int bill_post(struct ct_request *r, int64_t booking, struct ct_error *e) CT_MUST_USE;

/*
 * The same where who asked was shown that so much is left to pay of this price: CT_CONFLICT, with price{} in the view,
 * where it is more by now. `left` -1: nothing was shown.
 */
int bill_post_shown(struct ct_request *r, int64_t booking, const struct price *, int64_t left,
		    struct ct_error *e) CT_MUST_USE;

/* Sets the shares that were taken of a stored booking's price, and what is left. One query. */
int bill_stored(struct ct_request *r, int64_t booking, struct price *, struct ct_error *e) CT_MUST_USE;

/* What is asked about: a price that somebody would pay. */
struct bill_ask {
	int64_t booking;		/* that it is to be of; 0: a new one */
	const struct rooms *rooms;
	struct ct_local start, end;
	int64_t payer;			/* party; 0: a guest */
};

/* Sets which shares others take of a price, and what is left. No query but those of who takes shares. */
int bill_quote(struct ct_request *r, const struct bill_ask *, struct price *, struct ct_error *e) CT_MUST_USE;

#endif
