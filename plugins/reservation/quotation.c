/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quotation.h"

#include <string.h>
#include <talloc.h>

#include "cancel.h"
#include "letter.h"

enum { OFFER_DAYS = 7 };

static int rooms_of(struct ct_request *r, const struct ct_booking *b, struct rooms *rooms_r, struct ct_error *e)
{
	int64_t *ids = talloc_array(r, int64_t, b->n_items + 1);

	for (size_t i = 0; i < b->n_items; i++)
		ids[i] = b->items[i].resource;
	return rooms_by_ids(r, ids, b->n_items, rooms_r, e);
}

static int basis_in(struct ct_request *r, const struct ct_booking *b, const struct rooms *rooms, struct basis *basis_r,
		    struct ct_error *e)
{
	struct tariff **tariffs;
	int rc = tariffs_load(r, rooms, ct_local_day(b->start), &tariffs, e);

	return rc ? rc : quotation_basis(r, b->org, tariffs, rooms->n, basis_r, e);
}

int quotation_basis_of(struct ct_request *r, const struct ct_booking *b, struct basis *basis_r, struct ct_error *e)
{
	struct rooms rooms;
	int rc = rooms_of(r, b, &rooms, e);

	return rc ? rc : basis_in(r, b, &rooms, basis_r, e);
}

/* ---- making an offer ---- */

static bool is_offer(const struct ct_booking *b)
{
	return !strcmp(b->status, "option");
}

static int stands_until(struct ct_request *r, const struct ct_booking *b, struct ct_utc *until_r, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_utc until;
	struct ct_day last;
	int rc = ct_zone_get(b->zone, &zone, e);

	if (rc)
		return rc;
	last = ct_in_set(r, "until") ? ct_in_day(r, "until") : ct_day_add(ct_zone_day(zone, r->now), OFFER_DAYS);
	until = ct_zone_utc(zone, ct_day_local(ct_day_add(last, 1)));
	if (until.s > b->start_utc.s)
		until = b->start_utc;
	if (until.s <= r->now.s)
		return ct_fail_field(e, "until", b->start_utc.s <= r->now.s
				     ? _("It has begun: an offer could no longer be accepted. Book it at the counter.")
				     : _("This day has passed already."));
	*until_r = until;
	return 0;
}

/* The price in place of none, with what cancelling will cost. Its line comes after those that are history. */
static int freeze(struct ct_request *r, struct ct_booking *b, struct ct_utc until, struct ct_error *e)
{
	struct price price = { .currency = "EUR" }, named;
	struct rooms rooms;
	struct basis basis;
	struct ct_result *row;
	const char *before;
	int rc;

	if ((rc = rooms_of(r, b, &rooms, e)) || (rc = basis_in(r, b, &rooms, &basis, e)) ||
	    (rc = ct_one(r, "quotation_reader", CT_ARGS(CT_NUM(b->id)), &row, e)) ||
	    (rc = price_lines(r, b->id, &price, e)))
		return rc;
	price.audience = ct_col_int(row, "audience_id");
	before = ct_speak(r, ct_col_text(row, "lang")); /* she reads it, not who names it */
	quotation_price(r, &basis, ct_in_int(r, "amount"), ct_in_text(r, "price_note"), &price);
	ct_speak(r, before);
	named = (struct price){ .lines = &price.lines[price.n_lines - 1], .n_lines = 1 };
	if ((rc = price_lines_add(r, b->id, price.n_lines - 1, &named, e)) ||
	    (rc = cancel_keep(r, b->id, &rooms, b->start, &price, e)))
		return rc;
	b->total_cents = price.total_cents;
	b->currency = price.currency;
	return ct_exec(r, "quotation_price",
		       CT_ARGS(CT_NUM(price.total_cents), CT_STR(price.currency), CT_STR(price.amounts), CT_UTC(until),
			       CT_NUM(b->id)),
		       e);
}

/* How many units of leaves the booking takes while it stands. */
static int units_needed(struct ct_request *r, const struct ct_booking *b, size_t *n_r, struct ct_error *e)
{
	struct rooms rooms;
	int rc = rooms_of(r, b, &rooms, e);

	*n_r = 0;
	for (size_t i = 0; i < b->n_items; i++)
		for (size_t k = 0; !rc && k < rooms.n; k++)
			if (rooms.room[k].id == b->items[i].resource)
				*n_r += (size_t)b->items[i].quantity * rooms.room[k].n_leaves;
	return rc;
}

/*
 * What it takes stays as it is, for another cause: all of it. Where its time ran out while this waited for the locks,
 * or before the job has ended it, somebody else may have taken a part, a half of the hall or one of two rooms.
 */
static int occupy_as(struct ct_request *r, const struct ct_booking *b, const char *cause, struct ct_error *e)
{
	struct ct_result *row;
	int64_t leaf = 0, unit = 0;
	size_t needed, held = 0;
	int rc;

	if ((rc = units_needed(r, b, &needed, e)) ||
	    (rc = ct_query(r, "quotation_occupancy", CT_ARGS(CT_NUM(b->id)), &row, e)) ||
	    (rc = ct_exec(r, "release", CT_ARGS(CT_NUM(b->id)), e)))
		return rc;
	while (!rc && ct_next(row)) {
		held += ct_col_int(row, "resource_id") != leaf || ct_col_int(row, "unit_no") != unit;
		leaf = ct_col_int(row, "resource_id");
		unit = ct_col_int(row, "unit_no");
		rc = ct_exec(r, "occupy",
			     CT_ARGS(CT_NUM(leaf), CT_NUM(unit), CT_UTC(ct_col_utc(row, "start_utc")),
				     CT_UTC(ct_col_utc(row, "end_utc")), CT_STR(cause), CT_NUM(ct_col_int(row, "item_id"))),
			     e);
	}
	return rc || (needed && held >= needed) ? rc : offer_lapsed(r, e);
}

static int trace_price(struct ct_request *r, const struct ct_booking *b, int64_t was_cents, struct ct_error *e)
{
	json_t *before = json_object(), *after = json_object();

	ct_put_int(before, "total_cents", was_cents);
	ct_put_int(after, "total_cents", b->total_cents);
	return ct_audit(r, "booking", b->id, "price", before, after, e);
}

static int become(struct ct_request *r, struct ct_booking *b, const char *status, const char *cause, const char *action,
		  const char *stage, struct ct_error *e)
{
	int rc = cause ? occupy_as(r, b, cause, e) : 0;

	if (rc || (rc = booking_set_status(r, b, status, !cause, action, e)))
		return rc;
	b->status = status;
	return booking_raise(r, stage, b, e);
}

static int offer(struct ct_request *r, struct ct_booking *b, struct ct_error *e)
{
	bool free = !ct_in_int(r, "amount");
	struct ct_utc until = CT_NO_UTC;
	int64_t was = b->total_cents;
	int rc = free ? 0 : stands_until(r, b, &until, e);

	if (rc || (is_offer(b) && (rc = ct_exec(r, "quotation_drop", CT_ARGS(CT_NUM(b->id)), e))) ||
	    (rc = freeze(r, b, until, e)) || (rc = trace_price(r, b, was, e)))
		return rc;
	return free ? become(r, b, "confirmed", "booking", "confirm", "booking.confirmed", e)
		    : become(r, b, "option", "option", "offer", "booking.changed", e);
}

int quotation_answer(struct ct_request *r, int64_t id, bool *answered_r, struct ct_error *e)
{
	struct ct_result *row;
	struct ct_booking b;
	bool unpriced;
	int rc;

	if ((rc = booking_lock(r, id, &b, e)) || (rc = ct_one(r, "booking_full", CT_ARGS(CT_NUM(id)), &row, e)))
		return rc;
	unpriced = !strcmp(b.status, "pending") && !strcmp(ct_col_text(row, "amounts"), "on_quote");
	*answered_r = unpriced || (is_offer(&b) && ct_in_set(r, "amount"));
	if (!*answered_r)
		return 0;
	if (is_offer(&b) && b.hold_until.s <= r->now.s)
		return offer_lapsed(r, e);
	if (!ct_in_set(r, "amount"))
		return ct_fail_field(e, "amount", _("Say what it costs: 0 where it is free of charge."));
	return offer(r, &b, e);
}

/* ---- answering it ---- */

/* Under the locks: an offer that still stands. */
static int lock_offer(struct ct_request *r, int64_t id, struct ct_booking *b, struct ct_error *e)
{
	int rc = booking_lock(r, id, b, e);

	if (rc)
		return rc;
	if (!is_offer(b))
		return !strcmp(b->status, "expired")
			       ? offer_lapsed(r, e)
			       : ct_fail(e, CT_CONFLICT, _("This offer has been answered already, or taken back."));
	return b->hold_until.s <= r->now.s ? offer_lapsed(r, e) : 0;
}

static int as_expected(struct ct_request *r, const struct ct_booking *b, int64_t expected, struct ct_error *e)
{
	struct ct_result *row;
	struct price price;
	int rc = ct_one(r, "booking_view", CT_ARGS(CT_NUM(b->id)), &row, e);

	if (rc)
		return rc;
	if (expected == b->total_cents && ct_in_set(r, "row_version") &&
	    ct_in_int(r, "row_version") != ct_col_int(row, "row_version"))
		return ct_fail(e, CT_CONFLICT, _("This offer was changed meanwhile. Please look at it and answer again."));
	if (expected == b->total_cents)
		return 0;
	if ((rc = price_stored(r, row, &price, e)))
		return rc;
	price_put(r, ct_put_object(r->view, "price"), &price, false);
	return ct_fail(e, CT_CONFLICT, _("The price is now %s. Please look at it and answer again."), price_text(r, &price));
}

int quotation_accept(struct ct_request *r, int64_t id, int64_t expected, struct ct_error *e)
{
	struct ct_booking b;
	int rc;

	if ((rc = lock_offer(r, id, &b, e)) || (rc = as_expected(r, &b, expected, e)))
		return rc;
	return become(r, &b, "confirmed", "booking", "accept", "booking.confirmed", e);
}

int quotation_decline(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_booking b;
	int rc = lock_offer(r, id, &b, e);

	return rc ? rc : become(r, &b, "cancelled", NULL, "decline", "booking.cancelled", e);
}

/* ---- and not answering it ---- */

static int lapse(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_booking b;
	int rc = booking_lock(r, *(const int64_t *)arg, &b, e);

	if (rc || !is_offer(&b) || b.hold_until.s > r->now.s)
		return rc; /* answered meanwhile, or given more time */
	if ((rc = ct_exec(r, "quotation_drop", CT_ARGS(CT_NUM(b.id)), e)) ||
	    (rc = ct_exec(r, "quotation_price",
			  CT_ARGS(CT_NUM(0), CT_STR(b.currency), CT_STR("on_quote"), CT_UTC(b.hold_until), CT_NUM(b.id)), e)) ||
	    (rc = become(r, &b, "expired", NULL, "expire", "booking.cancelled", e)))
		return rc;
	return letter_send(r, b.id, &(struct letter){ .about = LETTER_LAPSED }, e);
}

int quotation_lapse(struct ct_request *r, struct ct_error *e)
{
	return booking_each(r, "quotations_over", lapse, e);
}
