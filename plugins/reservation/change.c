/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a booking after it was stored: each change under the locks of its rooms. */
#include "bill.h"
#include "cancel.h"
#include "closure.h"
#include "price_change.h"
#include "quotation.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* "901,906": the leaves that booking `id` takes and those of `rooms`, in the one order. */
static int leaves_to_lock(struct ct_request *r, int64_t id, const char *rooms, const char **leaves_r,
		     struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "leaves_of_change", CT_ARGS(CT_NUM(id), CT_STR(rooms)), &row, e);

	if (!rc)
		*leaves_r = ct_col_text(row, "leaves") ? ct_col_text(row, "leaves") : "";
	return rc;
}

/* Who moves the booking at the same moment was first: then what is locked may not be all that it takes by now. */
int booking_lock_leaves(struct ct_request *r, int64_t id, const char *rooms, struct ct_error *e)
{
	const char *leaves = "", *now = "", *at;
	char *end;
	int rc = leaves_to_lock(r, id, rooms, &leaves, e);

	for (at = leaves; !rc && *at; at = *end ? end + 1 : end)
		rc = ct_exec(r, "lock_leaf", CT_ARGS(CT_NUM(strtoll(at, &end, 10))), e);
	if (rc || (rc = leaves_to_lock(r, id, rooms, &now, e)))
		return rc;
	return strcmp(leaves, now) ? ct_fail(e, CT_CONFLICT, _("This booking was moved at this very moment. Please try again."))
				   : 0;
}

/* Its items, and of these the first as its resource. */
int booking_items(struct ct_request *r, struct ct_booking *b, struct ct_error *e)
{
	struct ct_booking_item *items;
	struct ct_result *row;
	int rc = ct_query(r, "items_of_booking", CT_ARGS(CT_NUM(b->id)), &row, e);

	if (rc)
		return rc;
	items = talloc_zero_array(r, struct ct_booking_item, ct_result_rows(row) + 1);
	b->n_items = 0;
	while (ct_next(row))
		items[b->n_items++] = (struct ct_booking_item){ ct_col_int(row, "resource_id"), ct_col_int(row, "quantity") };
	b->items = items;
	b->resource = items[0].resource;
	return 0;
}

/* The locks of a booking's rooms, then the row as it stands under them. */
int booking_lock(struct ct_request *r, int64_t id, struct ct_booking *b, struct ct_error *e)
{
	struct ct_result *row;
	int rc = booking_lock_leaves(r, id, "[]", e);

	if (rc || (rc = ct_one(r, "booking_row", CT_ARGS(CT_NUM(id)), &row, e)))
		return rc;
	*b = (struct ct_booking){
		.id = id,
		.uid = ct_col_text(row, "uid"),
		.title = ct_col_text(row, "title"),
		.status = ct_col_text(row, "status"),
		.zone = ct_col_text(row, "zone"),
		.org = ct_col_int(row, "org_id"),
		.place = ct_col_int(row, "place_id"),
		.person = ct_col_int(row, "person_id"),
		.payer = ct_col_int(row, "payer_id"),
		.booked_by = ct_col_int(row, "booked_by"),
		.start = ct_col_local(row, "start_local"),
		.end = ct_col_local(row, "end_local"),
		.start_utc = ct_col_utc(row, "start_utc"),
		.end_utc = ct_col_utc(row, "end_utc"),
		.attendance = ct_col_int(row, "attendance"),
		.total_cents = ct_col_int(row, "total_cents"),
		.currency = ct_col_text(row, "currency"),
		.hold_until = ct_col_utc(row, "hold_until_utc"),
		.offered = ct_col_int(row, "offered") != 0,
	};
	return booking_items(r, b, e);
}

/* What a booking gives back belongs to the closures around it. */
static int give_back(struct ct_request *r, const struct ct_booking *b, struct ct_error *e)
{
	int64_t *rooms = talloc_array(r, int64_t, b->n_items);
	int rc = ct_exec(r, "release", CT_ARGS(CT_NUM(b->id)), e);

	for (size_t i = 0; i < b->n_items; i++)
		rooms[i] = b->items[i].resource;
	return rc ? rc : closures_follow(r, rooms, b->n_items, b->start_utc, b->end_utc, e);
}

int booking_set_status(struct ct_request *r, const struct ct_booking *b, const char *status,
		       bool frees, const char *action, struct ct_error *e)
{
	json_t *before = json_object(), *after = json_object();
	int rc = ct_exec(r, "booking_status",
			 CT_ARGS(CT_STR(status), CT_UTC(r->now), CT_NUM(b->id)), e);

	ct_put_text(before, "status", b->status);
	ct_put_text(after, "status", status);
	if (!rc && frees)
		rc = give_back(r, b, e);
	if (!rc)
		rc = feed_serialise(r, b->id, e);
	if (!rc)
		rc = bill_post(r, b->id, e);
	if (!rc)
		return ct_audit(r, "booking", b->id, action, before, after, e);
	json_decref(before);
	json_decref(after);
	return rc;
}

static bool is_alive(const char *status)
{
	return !strcmp(status, "confirmed") || !strcmp(status, "pending") ||
	       !strcmp(status, "hold") || !strcmp(status, "option");
}

int booking_cancel(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_booking b;
	int rc = booking_lock(r, id, &b, e);

	if (rc)
		return rc;
	if (!is_alive(b.status))
		return ct_fail(e, CT_CONFLICT,
			       _("This booking has already ended: there is nothing to cancel."));
	if (b.end_utc.s <= r->now.s)
		return ct_fail(e, CT_CONFLICT,
			       _("This booking is over: it can no longer be cancelled."));
	if (cancel_is_charged(r, b.org) && (rc = cancel_charge(r, &b, cancel_expected(r), e)))
		return rc;
	rc = booking_set_status(r, &b, "cancelled", true, "cancel", e);
	b.status = "cancelled";
	return rc ? rc : booking_raise(r, "booking.cancelled", &b, e);
}

int booking_decide(struct ct_request *r, int64_t id, bool accept, struct ct_error *e)
{
	struct ct_booking b;
	int rc = booking_lock(r, id, &b, e);

	if (rc)
		return rc;
	if (strcmp(b.status, "pending") != 0)
		return ct_fail(e, CT_CONFLICT, _("This request has already been answered."));
	rc = booking_set_status(r, &b, accept ? "confirmed" : "rejected", !accept,
			   accept ? "confirm" : "reject", e);
	if (rc)
		return rc;
	b.status = accept ? "confirmed" : "rejected";
	return booking_raise(r, accept ? "booking.confirmed" : "booking.cancelled", &b, e);
}

static bool waits_for_guest(const struct ct_booking *b)
{
	return !strcmp(b->status, "hold") || !strcmp(b->status, "expired");
}

static struct wish wish_of(struct ct_request *r, const struct ct_booking *b)
{
	struct wish_item *items = talloc_array(r, struct wish_item, b->n_items);

	for (size_t i = 0; i < b->n_items; i++)
		items[i] = (struct wish_item){ b->items[i].resource, b->items[i].quantity };
	return (struct wish){ .items = items, .n_items = b->n_items, .start = b->start,
			      .end = b->end, .person = b->person, .attendance = b->attendance,
			      .expected_cents = -1 };
}

/* A refusal that nobody has been told of yet: the request waits again, if its time is still free. */
int booking_reopen(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct rooms rooms;
	struct ct_booking b;
	struct wish w;
	int64_t count = 0;
	int rc = booking_lock(r, id, &b, e);

	if (rc || (rc = ct_exec_count(r, "refusal_drop", CT_ARGS(CT_NUM(id)), &count, e)))
		return rc;
	if (!count || strcmp(b.status, "rejected") != 0)
		return ct_fail(e, CT_CONFLICT,
			       _("This refusal can no longer be taken back: its mail has left."));
	w = wish_of(r, &b);
	if ((rc = booking_retake(r, id, &w, false, &rooms, e)))
		return rc;
	if ((rc = booking_set_status(r, &b, "pending", false, "reopen", e)))
		return rc;
	b.status = "pending";
	return booking_raise(r, "booking.reopened", &b, e);
}

int booking_alternatives(struct ct_request *r, const struct ct_booking *b, struct rooms *rooms_r,
			 struct ct_error *e)
{
	struct wish w = wish_of(r, b);
	int64_t *ids = talloc_array(r, int64_t, w.n_items);
	int rc;

	for (size_t i = 0; i < w.n_items; i++)
		ids[i] = w.items[i].room;
	rc = rooms_by_ids(r, ids, w.n_items, rooms_r, e);
	if (rc || rooms_r->n < w.n_items) /* one is gone meanwhile: then there is nothing to offer */
		return rc;
	if ((rc = busy_load(r, rooms_r, b->start_utc, b->end_utc, e)))
		return rc;
	return alternatives_put(r, &w, rooms_r, e);
}

/*
 * The hold is given up and its time taken for good, under the locks: nobody comes between, and where the
 * hold had run out before this got its locks, the time may be somebody else's by now.
 */
int booking_verify(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct rooms rooms;
	struct ct_booking b;
	struct ct_result *row;
	struct price was = { 0 };
	const char *status;
	struct wish w;
	bool late;
	int rc = booking_lock(r, id, &b, e);

	if (rc)
		return rc;
	if (!strcmp(b.status, "expired") && b.offered)
		return offer_lapsed(r, e);
	if (!waits_for_guest(&b))
		return ct_fail(
			e, CT_CONFLICT,
			!strcmp(b.status, "confirmed") || !strcmp(b.status, "pending")
				? _("This booking is already confirmed.")
				: _("The time to confirm is over and the room is free again. Please book once more."));
	w = wish_of(r, &b);
	late = !strcmp(b.status, "expired") || b.hold_until.s <= r->now.s;
	w.expected_cents = b.total_cents;
	if ((late && (rc = price_lines(r, id, &was, e))) ||
	    (rc = ct_one(r, "booking_guest", CT_ARGS(CT_NUM(id)), &row, e)))
		return rc;
	w.email = ct_col_text(row, "contact_email");
	wish_again(r, &was, &w);
	if ((rc = ct_exec(r, "release", CT_ARGS(CT_NUM(id)), e)) ||
	    (rc = booking_retake(r, id, &w, late, &rooms, e)))
		return rc;
	status = booking_needs_approval(&rooms) || ct_col_int(row, "is_open") ? "pending" : "confirmed";
	if ((rc = booking_set_status(r, &b, status, false, "verify", e)))
		return rc;
	b.status = status;
	return strcmp(b.status, "confirmed") ? 0 : booking_raise(r, "booking.confirmed", &b, e);
}

int booking_each(struct ct_request *r, const char *query, ct_body_f *body, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, CT_ARGS(CT_UTC(r->now)), &row, e), failed = 0;

	while (!rc && ct_next(row)) {
		int64_t id = ct_col_int(row, "id");
		struct ct_error why;

		if (ct_transaction(r, body, &id, &why) && !failed)
			failed = ct_fail(e, why.rc, "%s", why.text);
	}
	return rc ? rc : failed;
}

static int expire(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_booking b;
	int rc = booking_lock(r, *(const int64_t *)arg, &b, e);

	if (rc || strcmp(b.status, "hold") != 0 || b.hold_until.s > r->now.s)
		return rc; /* confirmed meanwhile */
	rc = booking_set_status(r, &b, "expired", true, "expire", e);
	b.status = "expired";
	return rc ? rc : booking_raise(r, "booking.cancelled", &b, e);
}

static int purge_guests(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_exec(r, "guests_purge", CT_ARGS(CT_UTC(((struct ct_utc){ r->now.s - 86400 }))), e);
}

int booking_expire_holds(struct ct_request *r, struct ct_error *e)
{
	struct ct_error why;
	int rc = booking_each(r, "holds_over", expire, e), purged = ct_transaction(r, purge_guests, NULL, &why);

	return rc || !purged ? rc : ct_fail(e, purged, "%s", why.text);
}
