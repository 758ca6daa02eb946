/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What somebody pays: the list price of each room (price.h), then in this order
 *
 *   1. a free price: the amount that the payer chose, not below the floor, in place of the list price
 *   2. adjustments by position and key, each on what those before it left of the rooms that it is for; shares
 *      are rounded to the nearest cent, halves away from zero; an amount counts once and never takes more off
 *      than there is
 *   3. extras, which no adjustment touches
 *   4. what a manager gives for less or for nothing, with one of the organisation's reasons
 *
 * Of several audiences of the payer the one that pays least sets the price, at equal prices the one with the
 * higher rank. Every step is a line, and list_cents of the lines keep what it was worth.
 */
#ifndef RESERVATION_RATES_H
#define RESERVATION_RATES_H

#include "audience.h"
#include "price.h"

struct wish_item { int64_t room; int64_t quantity; };

/* An extra that was asked for. */
struct extra_wish {
	int64_t extra;
	int64_t quantity;		/* 0: as its unit counts: people, hours begun, days, one */
};

/* All that a price depends on beside what is stored. */
struct order {
	const struct wish_item *items;
	size_t n_items;
	struct ct_local start, end;
	int64_t attendance;		/* 0: not said */
	const struct extra_wish *extras;
	size_t n_extras;
	int64_t amount;			/* chosen by the payer, or to be paid by a manager's word; -1: not said */
	int64_t reason;			/* a manager's: why for less; without an amount for nothing; 0: none */
	const char *reason_label;
};

struct adjust {
	int64_t id, org, place, kind, resource, audience;	/* 0: any */
	const char *label;
	bool is_share;
	int64_t bp, cents;
	int before, after;		/* minutes of the day; -1: any */
	int64_t reason;
	const char *reason_label, *vat_code;
};

struct extra {
	int64_t id, org, place, kind, resource;
	const char *label, *unit, *vat_code;
	int64_t cents, max, notice;	/* 0: no limit */
};

struct rates {
	struct tariff **tariffs;	/* parallel to the rooms' */
	const struct adjust *adjusts;	/* in their order */
	size_t n_adjusts;
	const struct extra *extras;	/* of their organisations */
	size_t n_extras;
	struct standing standing;
	bool for_body;			/* an organisation pays: amounts are said without VAT too */
};

/*
 * Tariffs, adjustments, extras and who somebody is on `day`: three queries, one more for who is known, one more
 * where somebody else than who comes pays. `named`: an organisation that is no contact yet is to pay. On r.
 */
int rates_load(struct ct_request *r, const struct rooms *, struct ct_day day, int64_t person, int64_t payer,
	       bool named, struct rates *rates_r, struct ct_error *e) CT_MUST_USE;

/* The price of an order; its items are among `rooms`. Extras that are not offered are passed over. */
struct price rates_price(struct ct_request *r, const struct rates *, const struct rooms *, const struct order *);

/* Takes `off` cents, at most its total, off a price by a manager's word: of each VAT its share. */
void rates_give(struct ct_request *r, struct price *price, int64_t off, int64_t reason, const char *reason_label);

/*
 * Is what the order asks for offered? CT_INVALID at `extras`, `attendance`, `amount` or `reason`, with a sentence.
 * `manager` may pass over notice, and give things for less.
 */
int rates_check(struct ct_request *r, const struct rates *, const struct rooms *, const struct order *,
		bool manager, struct ct_error *e) CT_MUST_USE;

/*
 * The same of a booking that changes: its extras were asked for in time, those that are offered no more and an
 * amount that nobody chooses there are passed over by the price. CT_INVALID at `attendance` for too many.
 */
int rates_check_again(struct ct_request *r, const struct rates *, const struct rooms *, const struct order *,
		      struct ct_error *e) CT_MUST_USE;

/* The adjustments of the rooms' organisations on `day`, in their order, into `rates`. One query. */
int adjusts_load(struct ct_request *r, const struct rooms *, struct ct_day day, struct rates *,
		 struct ct_error *e) CT_MUST_USE;

/* Is it for this room, whoever pays and whenever? */
bool adjust_is_for(const struct adjust *, const struct room *);

/* "member price −30 %" */
const char *adjust_label(struct ct_request *r, const struct adjust *);

/* ---- rates_reader.c: before hours are chosen ---- */

/*
 * A room's tariff as the payer of `rates` pays it: each amount less the shares that hold at any hour, as the
 * audience that pays least; `why` names them. Amounts that count once, extras and gifts are not in it. On r, or
 * `tariff` itself.
 */
struct tariff *rates_tariff(struct ct_request *r, const struct rates *, const struct room *, struct tariff *);

/* tariffs_load with each tariff as the reader pays it for herself: one query more, and one for who is signed in. */
int rates_tariffs(struct ct_request *r, const struct rooms *, struct ct_day day, struct tariff ***tariffs_r,
		  struct ct_error *e) CT_MUST_USE;

/* The extras that may be asked for with a room, in their order: *n_r pointers into the offer. */
const struct extra **rates_extras(struct ct_request *r, const struct rates *, const struct room *, size_t *n_r);

#endif
