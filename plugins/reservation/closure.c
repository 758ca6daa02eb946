/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closure.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "reservation.h"

enum { PIECE = 31 * 86400, MAX_DAYS = 3 * 366, LONG_AGO = 400 * 86400 };

struct taken { struct ct_utc start, end; };

/* What a unit of a leaf has in a span, by start. */
struct unit {
	int64_t leaf, unit;
	struct taken *taken;
	size_t n;
};

struct units { struct unit *unit; size_t n; };

static struct unit *unit_of(const struct units *units, int64_t leaf, int64_t unit)
{
	for (size_t i = 0; i < units->n; i++)
		if (units->unit[i].leaf == leaf && units->unit[i].unit == unit)
			return &units->unit[i];
	return NULL;
}

static int load_units(struct ct_request *r, const char *leaves, struct units *units, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "closure_leaves", CT_ARGS(CT_STR(leaves)), &row, e);

	while (!rc && ct_next(row))
		for (int64_t unit = 1; unit <= ct_col_int(row, "units"); unit++) {
			units->unit = talloc_realloc(r, units->unit, struct unit, units->n + 1);
			units->unit[units->n++] = (struct unit){ .leaf = ct_col_int(row, "id"), .unit = unit };
		}
	return rc;
}

static int load_taken(struct ct_request *r, const char *leaves, struct ct_utc from, struct ct_utc to,
		      const struct units *units, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "closure_taken", CT_ARGS(CT_STR(leaves), CT_UTC(from), CT_UTC(to), CT_UTC(from)), &row, e);

	while (!rc && ct_next(row)) {
		struct unit *u = unit_of(units, ct_col_int(row, "resource_id"), ct_col_int(row, "unit_no"));

		if (!u)
			continue;	/* there were more of them once */
		u->taken = talloc_realloc(r, u->taken, struct taken, u->n + 1);
		u->taken[u->n++] = (struct taken){ ct_col_utc(row, "start_utc"), ct_col_utc(row, "end_utc") };
	}
	return rc;
}

static void add_piece(json_t *rows, const struct unit *u, int64_t closure, struct ct_utc from, struct ct_utc to)
{
	for (struct ct_utc at = from; at.s < to.s; at.s += PIECE) {
		struct ct_utc end = { at.s + PIECE < to.s ? at.s + PIECE : to.s };
		char start_text[CT_TIME_TEXT], end_text[CT_TIME_TEXT];

		json_array_append_new(rows, json_pack("{s:I,s:I,s:s,s:s,s:I}", "leaf", (json_int_t)u->leaf,
			"unit", (json_int_t)u->unit, "from", ct_utc_sql(start_text, at), "to", ct_utc_sql(end_text, end),
			"closure", (json_int_t)closure));
	}
}

static int by_start(const void *a, const void *b)
{
	int64_t x = ((const struct taken *)a)->start.s, y = ((const struct taken *)b)->start.s;

	return (x > y) - (x < y);
}

/* Takes what is free of [from, to), which then is no longer. */
static void take_free(struct ct_request *r, json_t *rows, struct unit *u, int64_t closure, struct ct_utc from,
		      struct ct_utc to)
{
	struct ct_utc at = from;

	for (size_t i = 0; i < u->n && at.s < to.s; i++) {
		if (u->taken[i].end.s <= at.s)
			continue;
		if (u->taken[i].start.s > at.s)
			add_piece(rows, u, closure, at, u->taken[i].start.s < to.s ? u->taken[i].start : to);
		at = u->taken[i].end;
	}
	if (at.s < to.s)
		add_piece(rows, u, closure, at, to);
	u->taken = talloc_realloc(r, u->taken, struct taken, u->n + 1);
	u->taken[u->n++] = (struct taken){ from, to };
	qsort(u->taken, u->n, sizeof(*u->taken), by_start);
}

static struct ct_utc later(struct ct_utc a, struct ct_utc b)
{
	return a.s > b.s ? a : b;
}

static struct ct_utc earlier(struct ct_utc a, struct ct_utc b)
{
	return a.s < b.s ? a : b;
}

/* A row of "closures_over" is a closure and a leaf that it closes. */
static int plan(struct ct_request *r, struct ct_result *row, const struct units *units, struct ct_utc from,
		struct ct_utc to, json_t *rows, struct ct_error *e)
{
	while (ct_next(row)) {
		const struct ct_zone *zone;
		struct ct_utc start, end;
		int rc = ct_zone_get(ct_col_text(row, "zone"), &zone, e);

		if (rc)
			return rc;
		start = later(from, ct_zone_utc(zone, ct_col_local(row, "start_local")));
		end = earlier(to, ct_zone_utc(zone, ct_col_local(row, "end_local")));
		for (size_t i = 0; i < units->n && start.s < end.s; i++)
			if (units->unit[i].leaf == ct_col_int(row, "leaf_id"))
				take_free(r, rows, &units->unit[i], ct_col_int(row, "id"), start, end);
	}
	return 0;
}

/* A day to each side covers every zone: local hours are compared with instants here. */
static int fill(struct ct_request *r, const char *leaves, struct ct_utc from, struct ct_utc to, int64_t except,
		struct ct_error *e)
{
	struct ct_utc first = { from.s - 86400 }, last = { to.s + 86400 };
	struct units units = { 0 };
	struct ct_result *row;
	json_t *rows;
	char *text;
	int rc = ct_query(r, "closures_over", CT_ARGS(CT_STR(leaves), CT_NUM(except), CT_UTC(first), CT_UTC(last)),
			  &row, e);

	if (rc || !ct_result_rows(row))
		return rc;
	if ((rc = load_units(r, leaves, &units, e)) || (rc = load_taken(r, leaves, from, to, &units, e)))
		return rc;
	rows = json_array();
	rc = plan(r, row, &units, from, to, rows, e);
	if (!rc && json_array_size(rows)) {
		text = json_dumps(rows, JSON_COMPACT);
		rc = ct_exec(r, "closure_occupy", CT_ARGS(CT_STR(text)), e);
		free(text);
	}
	json_decref(rows);
	return rc;
}

int closures_fill(struct ct_request *r, const char *leaves, struct ct_utc from, struct ct_utc to, struct ct_error *e)
{
	return fill(r, leaves, from, to, 0, e);
}

static const char *leaves_text(struct ct_request *r, struct ct_result *row)
{
	int64_t *ids = talloc_array(r, int64_t, ct_result_rows(row) + 1);
	size_t n = 0;

	while (ct_next(row))
		ids[n++] = ct_col_int(row, "leaf_id");
	return json_ids(r, ids, n);
}

int closures_fill_room(struct ct_request *r, int64_t room, struct ct_error *e)
{
	struct ct_result *row;
	int rc = lock_room(r, room, e);

	if (rc || (rc = ct_query(r, "leaves_of_rooms", CT_ARGS(CT_STR(json_ids(r, &room, 1))), &row, e)))
		return rc;
	return closures_fill(r, leaves_text(r, row), (struct ct_utc){ r->now.s - LONG_AGO },
			     (struct ct_utc){ r->now.s + MAX_DAYS * 86400LL }, e);
}

/* ---- the record ---- */

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
	return fill(r, leaves_text(r, leaves), ct_zone_utc(zone, ct_col_local(c, "start_local")),
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
	else if (end.s - start.s > MAX_DAYS * 86400LL)
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
		ct_put_text(o, "phone_ui", ct_col_text(row, "phone"));
		ct_put_text(o, "when_ui", ct_range_ui(when, ct_col_local(row, "start_local"),
						      ct_col_local(row, "end_local"), CT_NO_DAY, r->lang));
		ct_put_text(o, "link_ui", ct_url(r, "/bookings/%s", ct_col_text(row, "uid")));
	}
	ct_put_bool(r->view, "has_clashes_ui", json_array_size(list) > 0);
	return rc;
}
