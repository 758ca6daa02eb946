/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of closures: before and after a row is stored, before it goes, and its page. */
#include <string.h>
#include <talloc.h>

#include "closure.h"
#include "reservation.h"
#include "views.h"

/*
 * The locks of what it closes and of what it closed before, in their one order; then what it held is
 * given back.
 */
static int lock_and_release(struct ct_request *r, int64_t id, int64_t place, int64_t room, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "closure_locks", CT_ARGS(CT_NUM(id), CT_NUM(id), CT_NUM(place), CT_NUM(room),
						      CT_NUM(room), CT_NUM(room)), &row, e);

	while (!rc && ct_next(row))
		rc = ct_exec(r, "lock_leaf", CT_ARGS(CT_NUM(ct_col_int(row, "leaf_id"))), e);
	return !rc && id ? ct_exec(r, "closure_release", CT_ARGS(CT_NUM(id)), e) : rc;
}

/*
 * Closures take what is free of the stored span of `id`: it too, or with `given_back` only the others. Under
 * the locks of lock_and_release.
 */
static int fill_span(struct ct_request *r, int64_t id, bool given_back, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_result *c, *leaves;
	int rc = ct_one(r, "closure_row", CT_ARGS(CT_NUM(id)), &c, e);

	if (rc || (rc = ct_zone_get(ct_col_text(c, "zone"), &zone, e)) ||
	    (rc = ct_query(r, "closure_leaves_of", CT_ARGS(CT_NUM(id)), &leaves, e)))
		return rc;
	return closures_fill(r, closure_leaves(r, leaves), ct_zone_utc(zone, ct_col_local(c, "start_local")),
		    ct_zone_utc(zone, ct_col_local(c, "end_local")), given_back ? id : 0, e);
}

int closure_before(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_local start = ct_in_local(r, "start"), end = ct_in_local(r, "end");
	int64_t place = ct_in_int(r, "place"), room = ct_in_int(r, "resource");
	struct ct_result *row;
	int rc = 0;

	if (end.s <= start.s)
		ct_in_error(r, "end", "%s", _("The end has to come after the start."));
	else if (end.s - start.s > CLOSURE_DAYS * 86400LL)
		ct_in_error(r, "end", "%s", _("At most three years at a time."));
	if (room && !(rc = ct_query(r, "resource_in_place", CT_ARGS(CT_NUM(room), CT_NUM(place)), &row, e)) && !ct_next(row))
		ct_in_error(r, "resource", "%s", _("This is not in that place."));
	if (rc || (rc = ct_in_fail(r, e)))
		return rc;
	rc = lock_and_release(r, id, place, room, e);
	return !rc && id ? fill_span(r, id, true, e) : rc;
}

int closure_after(struct ct_request *r, int64_t id, struct ct_error *e)
{
	return fill_span(r, id, false, e);
}

/* Asked for the page too, where nothing is to be done. */
int closure_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int rc = ct_in_transaction(r) ? lock_and_release(r, id, 0, 0, e) : 0;

	return !rc && ct_in_transaction(r) ? fill_span(r, id, true, e) : rc;
}

/* Bookings inside are somebody's word: they are shown, for the manager to call, and never cancelled here. */
int closure_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "clashes");
	struct ct_result *row;
	int rc;

	ct_template(r, "reservation/closure");
	ct_put_bool(r->view, "has_clashes_ui", false);
	if (!ct_may(r, "booking.see", r->org))
		return 0;
	rc = ct_query(r, "closure_clashes", CT_ARGS(CT_NUM(id)), &row, e);
	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);
		char when[CT_TIME_UI];

		ct_put_text(o, "uid", ct_col_text(row, "uid"));
		ct_put_text(o, "room", ct_col_text(row, "rooms"));
		ct_put_text(o, "title", ct_col_text(row, "title"));
		ct_put_text(o, "person", ct_col_text(row, "person_name"));
		ct_put_text(o, "phone_ui", phone_text(r, ct_col_text(row, "phone")));
		ct_put_text(o, "when_ui", ct_range_ui(when, ct_col_local(row, "start_local"),
						      ct_col_local(row, "end_local"), CT_NO_DAY, r->lang));
		ct_put_text(o, "link_ui", ct_url(r, "/bookings/%s", ct_col_text(row, "uid")));
	}
	ct_put_bool(r->view, "has_clashes_ui", json_array_size(list) > 0);
	return rc;
}
