/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a form asks that changes the price: extras, an amount, a manager's reason, who pays. The fields are those of
 * POST /bookings; the pages that show a price take the same.
 *
 * `extras` is repeated: "12", or "12:3" for three of it.
 */
#ifndef RESERVATION_PRICE_ASK_H
#define RESERVATION_PRICE_ASK_H

#include "rates.h"

/* The offer for who asks, or for whom a manager books. One query more where a reason was given. */
int ask_rates(struct ct_request *r, const struct rooms *, struct ct_day day, struct rates *rates_r,
	      struct ct_error *e) CT_MUST_USE;

/* The party that pays what is asked for; 0: a guest, or an organisation that is only a name yet. */
int64_t ask_payer(struct ct_request *r, const struct room *);

/* The order of `units` of a room: hours are the caller's. What cannot be read is left out: a page only shows. */
int ask_order(struct ct_request *r, const struct room *, int64_t units, struct order *order_r,
	      struct ct_error *e) CT_MUST_USE;

/* Puts extras_ui, amount_fields_ui and gift_fields_ui, and whether they are there, as reservation/book reads them. */
int ask_put(struct ct_request *r, const struct room *, const struct rates *, struct ct_error *e) CT_MUST_USE;

#endif
