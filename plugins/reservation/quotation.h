/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A price that a manager names, for what is on quotation or has no tariff at all. Of a request it makes an offer:
 * the booking becomes an "option", which holds its time until an hour, and owes nothing until whoever asked for it
 * has accepted. An offer of 0 needs no acceptance. What is not accepted in time lapses: its price is none any more.
 *
 * The price of an offer is one line, always the last one that was stored. Extras that were asked for with it are lines
 * at 0 before that; they are read behind it. ADR 0034.
 */
#ifndef RESERVATION_QUOTATION_H
#define RESERVATION_QUOTATION_H

#include "store.h"

/* How a named amount is meant: as the tariffs of a place say theirs. */
struct basis { const char *amounts, *currency, *vat_code; };

/*
 * offer.c: the basis of the first of `n` tariffs that is there (each may be NULL), else that of most tariffs of
 * `org`, else with VAT at the standard rate. A query where no tariff is there.
 */
int quotation_basis(struct ct_request *r, int64_t org, struct tariff *const *tariffs, size_t n, struct basis *basis_r,
		    struct ct_error *e) CT_MUST_USE;

/* The same of a stored booking, by the tariffs of the day on which it begins. */
int quotation_basis_of(struct ct_request *r, const struct ct_booking *, struct basis *basis_r,
		       struct ct_error *e) CT_MUST_USE;

/* "TTC, TVA à 20 %": what a manager reads beside the box for the amount. */
const char *basis_text(struct ct_request *r, const struct basis *);

/*
 * Makes of an unknown price one of `cents`, whose line says `why` (or NULL) and comes last. Who is to pay it, and the
 * extras that are in it, stay as they are.
 */
void quotation_price(struct ct_request *r, const struct basis *, int64_t cents, const char *why, struct price *price);

/*
 * Inside the transaction that accepts a request, under its locks: where its price is unknown, or an offer already,
 * the input's `amount`, `price_note` and `until` make the offer (0: the booking is firm), and *answered_r is true.
 * Where the price is known it is false and nothing was done. CT_INVALID at `amount` or `until`.
 */
int quotation_answer(struct ct_request *r, int64_t id, bool *answered_r, struct ct_error *e) CT_MUST_USE;

/*
 * The offer becomes firm at `expected` cents, in its basis, or is declined. CT_CONFLICT where it was answered before,
 * has lapsed, or has another price by now, which then is price{} of the view; also where the input's `row_version`
 * is not that of the offer, which then says something else for the same price.
 */
int quotation_accept(struct ct_request *r, int64_t id, int64_t expected, struct ct_error *e) CT_MUST_USE;
int quotation_decline(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* A job: ends offers whose time is over, frees theirs, and says so by mail. */
int quotation_lapse(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* CT_CONFLICT: an offer is over. Said to its person, or to who runs the place. */
int offer_lapsed(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* Until when an offer stands, in words: "jeudi 3 décembre" where it is the whole day. */
const char *until_text(struct ct_request *r, const struct ct_zone *, struct ct_utc until);

/*
 * Is this booking an offer whose hour is over, whether or not the job has been there? `row` has status,
 * hold_until_utc and offered.
 */
bool offer_is_over(const struct ct_request *r, const struct ct_result *row);

/*
 * quotation_page.c: puts offer_ui of reservation/booking: what its person (or a manager for her) is asked, or null.
 * `b` is a row of booking_view. After cancel_put. Where it is over, sentence_ui says so, and over_ui what can be done.
 */
int quotation_put(struct ct_request *r, const struct ct_result *b, const struct price *,
		  struct ct_error *e) CT_MUST_USE;

/*
 * Puts price_fields_ui of reservation/answer: the first three of `fields`, with the basis of its booking; and
 * extras_ui, what the price has to be for besides the rooms, or null.
 */
int quotation_put_fields(struct ct_request *r, const struct ct_field *fields, struct ct_error *e) CT_MUST_USE;

#endif
