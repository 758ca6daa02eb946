/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /o/{org}/today/door: the day as a paper for the door, a part for each room; and where a manager's day begins. */
#include "desk.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/search.h>

enum { SPANS = 8 };

const struct ct_view_field reservation_door_view[] = {
	{ "date_d", "date", "" }, { "rooms", "array", "" }, { "rooms.id", "id", "" }, { "rooms.name", "text", "" },
	{ "rooms.any", "boolean", "is anything booked?" }, { "rooms.bookings", "array", "" },
	{ "rooms.bookings.hours", "text", "" }, { "rooms.bookings.who", "text", "" },
	{ "rooms.bookings.pending", "boolean", "" }, { 0 }
};

struct row { int64_t id; const char *hours, *who; bool pending; };

static int load_rows(struct ct_request *r, const struct today *t, struct row **rows_r, size_t *n_r, struct ct_error *e)
{
	struct ct_result *found;
	struct row *rows;
	size_t n = 0;
	int rc = ct_query(r, "bookings_of_day", CT_ARGS(CT_STR(today_bookings(r, t))), &found, e);

	if (rc)
		return rc;
	rows = talloc_array(r, struct row, ct_result_rows(found) + 1);
	while (ct_next(found)) {
		json_t *o = json_object();
		const char *title = ct_col_text(found, "title"), *payer = ct_col_text(found, "payer_name");

		rc = desk_put(r, o, found, t->day, e);
		if (rc) {
			json_decref(o);
			return rc;
		}
		rows[n++] = (struct row){
			.id = ct_col_int(found, "id"),
			.hours = talloc_strdup(r, json_string_value(json_object_get(o, "hours_ui"))),
			.who = title ? title : payer ? payer : ct_col_text(found, "person_name"),
			.pending = !strcmp(ct_col_text(found, "status"), "pending"),
		};
		json_decref(o);
	}
	*rows_r = rows;
	*n_r = n;
	return 0;
}

static bool is_in(const struct room *room, int64_t booking)
{
	for (size_t i = 0; i < room->n_busy; i++)
		if (room->busy[i].booking == booking)
			return true;
	return false;
}

/* By room, each booking once in every room that it takes something of. */
static void put_room_day(struct ct_request *r, json_t *list, const struct room *room, struct ct_day day,
			 const struct row *rows, size_t n)
{
	struct span spans[SPANS];
	size_t n_spans = room_open(room, day, spans, SPANS);
	json_t *o = ct_add_object(list), *bookings;

	put_room(r, o, room);
	ct_put_text(o, "place_ui", room->place_name);
	ct_put_text(o, "open_ui", open_text(r, spans, n_spans, room_holiday(room, day)));
	bookings = ct_put_array(o, "bookings");
	for (size_t i = 0; i < n; i++) {
		json_t *b;

		if (!is_in(room, rows[i].id))
			continue;
		b = ct_add_object(bookings);
		ct_put_text(b, "hours", rows[i].hours);
		ct_put_text(b, "who", rows[i].who);
		ct_put_bool(b, "pending", rows[i].pending);
	}
	ct_put_bool(o, "any", json_array_size(bookings) > 0);
	ct_put_bool(o, "free_ui", n_spans && !json_array_size(bookings));
}

int reservation_door(struct ct_request *r, struct ct_error *e)
{
	struct today t = { 0 };
	struct row *rows;
	json_t *list;
	size_t n;
	int rc;

	if ((rc = today_load(r, &t, e)) || (rc = load_rows(r, &t, &rows, &n, e)))
		return rc;
	list = ct_put_array(r->view, "rooms");
	for (size_t i = 0; i < t.rooms.n; i++)
		put_room_day(r, list, &t.rooms.room[i], t.day, rows, n);
	today_put_head(r, &t);
	return 0;
}

/* ---- where a manager's day begins ---- */

/* Without a search: who manages rooms begins at the day, in the first organisation that she does so in. */
int reservation_landing(struct ct_request *r, struct ct_error *e)
{
	bool searches = ct_in_set(r, "q") || ct_in_set(r, "date") || ct_in_set(r, "from") || ct_in_set(r, "people") ||
			ct_in_set(r, "with");
	const char *orgs = r->person && ct_wants_html(r) && !searches ? ct_orgs_with(r, MAY_MANAGE) : "[]";
	struct ct_result *row;
	int rc;

	if (!strcmp(orgs, "[]"))
		return reservation_home(r, e);
	rc = ct_query(r, "first_org_with_rooms", CT_ARGS(CT_STR(orgs)), &row, e);
	if (rc)
		return rc;
	if (!ct_next(row))
		return reservation_home(r, e);
	ct_redirect(r, 200, ct_url(r, "/o/%s/today", ct_col_text(row, "slug")));
	return 0;
}
