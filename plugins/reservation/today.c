/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /o/{org}/today: what somebody behind the counter has to know of this day, and the paper for the door. */
#include "desk.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { WAITING_SHOWN = 5, CLASH_DAYS = 60 };

const struct ct_field reservation_today_fields[] = {
	{ "date", N_("Day"), CT_DATE },
	{ "place", N_("Place"), CT_REF, .ref = "place" },
	{ 0 }
};

const struct ct_view_field reservation_today_view[] = {
	{ "date_d", "date", "" }, { "arrivals", "array", "the day's bookings by their start" },
	{ "arrivals.uid", "text", "" }, { "arrivals.title", "text", "" }, { "arrivals.status", "text", "" },
	{ "arrivals.start", "time", "" }, { "arrivals.start_local", "text", "" }, { "arrivals.end", "time", "" },
	{ "arrivals.end_local", "text", "" }, { "arrivals.rooms", "text", "" }, { "arrivals.place_name", "text", "" },
	{ "arrivals.person", "text", "" }, { "arrivals.phone", "text", "E.164" },
	{ "arrivals.attendance", "integer", "as said" }, { "arrivals.attendance_actual", "integer", "who came" },
	{ "arrivals.arrived", "time", "" }, { "arrivals.arrived_local", "text", "" },
	{ "waiting", "integer", "requests without an answer" }, { "free", "array", "rooms that are free now" },
	{ "free.id", "id", "" }, { "free.name", "text", "" }, { 0 }
};

int today_load(struct ct_request *r, struct today *t, struct ct_error *e)
{
	struct ct_error why;
	int rc = rooms_of_org(r, r->org, ct_in_int(r, "place"), &t->rooms, e);

	if (rc)
		return rc;
	t->place = ct_in_int(r, "place");
	if (t->rooms.n)
		t->zone = t->rooms.room[0].zone;
	else if (ct_zone_get("Europe/Paris", &t->zone, &why))
		abort();
	t->now_day = ct_zone_day(t->zone, r->now);
	t->day = ct_day_set(ct_in_day(r, "date")) ? ct_in_day(r, "date") : t->now_day;
	if ((rc = openings_load(r, &t->rooms, t->day, t->day, e)))
		return rc;
	return busy_load(r, &t->rooms, day_begin(t->zone, ct_day_add(t->day, -1)),
			 day_begin(t->zone, ct_day_add(t->day, 2)), e);
}

/* The bookings that take something on the day, each once, as a JSON array of keys. */
const char *today_bookings(struct ct_request *r, const struct today *t)
{
	struct ct_local first = ct_day_local(t->day), last = ct_day_local(ct_day_add(t->day, 1));
	int64_t *ids = talloc_array(r, int64_t, 1);
	size_t n = 0;

	for (size_t i = 0; i < t->rooms.n; i++)
		for (size_t k = 0; k < t->rooms.room[i].n_busy; k++) {
			const struct busy *b = &t->rooms.room[i].busy[k];

			if (!b->booking || b->start_local.s >= last.s || b->end_local.s <= first.s ||
			    !strcmp(b->cause, "hold"))
				continue;
			ids = talloc_realloc(r, ids, int64_t, n + 1);
			ids[n++] = b->booking;
		}
	return json_ids(r, ids, n); /* some of them twice: the query asks by set */
}

const char *ask_first(const struct ct_result *row)
{
	bool unpriced = !strcmp(ct_col_text(row, "amounts"), "on_quote");

	if (ct_col_int(row, "payer_open"))
		return unpriced ? _("Say who pays and how much") : _("Say who pays, and accept");
	return unpriced ? _("Name the price") : NULL;
}

static void put_links(struct ct_request *r, json_t *o, const struct ct_result *row, const char *uid, bool manages)
{
	ct_put_int(o, "version_ui", ct_col_int(row, "row_version"));
	ct_put_text(o, "link_ui", ct_url(r, "/bookings/%s", uid));
	ct_put_text(o, "arrived_action_ui", ct_url(r, "/bookings/%s/arrived", uid));
	ct_put_text(o, "missed_action_ui", ct_url(r, "/bookings/%s/no-show", uid));
	ct_put_text(o, "move_link_ui", manages ? ct_url(r, "/bookings/%s/edit", uid) : NULL);
	ct_put_text(o, "confirm_action_ui", manages ? ct_url(r, "/bookings/%s/confirm", uid) : NULL);
	ct_put_text(o, "answer_link_ui", manages ? ct_url(r, "/bookings/%s/answer", uid) : NULL);
}

int desk_put(struct ct_request *r, json_t *o, const struct ct_result *row, struct ct_day day,
	     struct ct_error *e)
{
	struct ct_local start = ct_col_local(row, "start_local"), end = ct_col_local(row, "end_local");
	const char *status = ct_col_text(row, "status");
	const struct ct_zone *zone;
	bool here = ct_local_day(start).n == day.n && ct_local_day((struct ct_local){ end.s - 1 }).n == day.n;
	int rc = ct_zone_get(ct_col_text(row, "zone"), &zone, e);

	if (rc)
		return rc;
	ct_put_text(o, "uid", ct_col_text(row, "uid"));
	ct_put_text(o, "title", ct_col_text(row, "title"));
	booking_put_state(o, status);
	ct_put_bool(o, "is_pending_ui", !strcmp(status, "pending") || !strcmp(status, "option"));
	ct_put_time(o, "start", start, zone, r->lang);
	ct_put_time(o, "end", end, zone, r->lang);
	ct_put_text(o, "hours_ui", here ? hours_text(r, start, end) : when_text(r, zone, start, end));
	ct_put_text(o, "rooms", ct_col_text(row, "rooms"));
	ct_put_text(o, "place_name", ct_col_text(row, "place_name"));
	ct_put_text(o, "person", ct_col_text(row, "person_name"));
	ct_put_text(o, "payer_ui", ct_col_text(row, "payer_name"));
	ct_put_text(o, "phone", ct_col_text(row, "phone"));
	ct_put_text(o, "phone_ui", phone_text(r, ct_col_text(row, "phone")));
	ct_put_text(o, "phone_link_ui", phone_link(r, ct_col_text(row, "phone")));
	if (ct_col_int(row, "attendance"))
		ct_put_int(o, "attendance", ct_col_int(row, "attendance"));
	else
		ct_put_null(o, "attendance");
	ct_put_text(o, "attendance_ui", people_text(r, ct_col_int(row, "attendance")));
	ct_put_text(o, "internal_ui", ct_col_text(row, "internal_note"));
	put_attendance(r, o, row, zone);
	put_links(r, o, row, ct_col_text(row, "uid"), ct_may(r, MAY_MANAGE, r->org));
	return 0;
}

static int put_arrivals(struct ct_request *r, struct today *t, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "arrivals");
	struct ct_result *row;
	int rc = ct_query(r, "bookings_of_day", CT_ARGS(CT_STR(today_bookings(r, t))), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		rc = desk_put(r, o, row, t->day, e);
		t->late += json_is_true(json_object_get(o, "is_late_ui"));
	}
	ct_put_bool(r->view, "has_arrivals_ui", json_array_size(list) > 0);
	return rc;
}

/* How many wait in all, and the next few, whatever day they are for. */
static int put_waiting(struct ct_request *r, struct today *t, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "waiting_ui");
	struct ct_result *row;
	int rc = ct_one(r, "bookings_waiting", CT_ARGS(CT_NUM(r->org), CT_UTC(r->now)), &row, e);

	if (rc)
		return rc;
	ct_put_int(r->view, "waiting", ct_col_int(row, "n"));
	ct_put_text(r->view, "requests_link_ui",
		    ct_may(r, MAY_MANAGE, r->org) ? ct_url(r, "/o/%s/requests", ct_path(r, "org")) : NULL);
	if (!ct_col_int(row, "n"))
		return 0;
	rc = ct_query(r, "requests",
		      CT_ARGS(CT_NUM(r->org), CT_UTC(r->now), CT_UTC(cursor_first.start), CT_UTC(cursor_first.start),
			      CT_NUM(0), CT_NUM(WAITING_SHOWN)),
		      &row, e);
	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		rc = desk_put(r, o, row, t->day, e);
		ct_put_text(o, "hours_ui", when_text(r, t->zone, ct_col_local(row, "start_local"),
						     ct_col_local(row, "end_local")));
		ct_put_text(o, "ask_ui", ask_first(row));
	}
	return rc;
}

/* Bookings inside of what was closed afterwards: nobody cancels them but a person. */
static int put_clashes(struct ct_request *r, const struct today *t, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "clashes_ui");
	struct ct_local now = ct_zone_local(t->zone, r->now);
	struct ct_result *row;
	int rc = ct_query(r, "today_clashes",
			  CT_ARGS(CT_NUM(r->org), CT_LOCAL(now),
				  CT_LOCAL(ct_day_local(ct_day_add(t->now_day, CLASH_DAYS)))),
			  &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);
		char when[CT_TIME_UI];

		ct_put_text(o, "link", ct_url(r, "/bookings/%s", ct_col_text(row, "uid")));
		ct_put_text(o, "what", ct_col_text(row, "what"));
		ct_put_text(o, "when",
			    ct_range_ui(when, ct_col_local(row, "start_local"), ct_col_local(row, "end_local"),
					t->now_day, r->lang));
		ct_put_text(o, "reason", ct_col_text(row, "reason"));
	}
	return rc;
}

static void put_free(struct ct_request *r, const struct today *t)
{
	json_t *list = ct_put_array(r->view, "free");
	char from[CT_TIME_TEXT];

	for (size_t i = 0; t->day.n == t->now_day.n && i < t->rooms.n; i++) {
		const struct room *room = &t->rooms.room[i];
		struct slots slots = room_slots(r, room, t->day);
		const struct slot *slot = slots_at(&slots, ct_zone_local(room->zone, r->now));
		char until[CT_TIME_UI];
		json_t *o;

		if (!slot)
			continue;
		o = ct_add_object(list);
		put_room(r, o, room);
		ct_put_text(o, "place_ui", room->place_name);
		ct_put_text(o, "until_ui", talloc_asprintf(r, _("until %s"), ct_time_ui(until, slot->end, r->lang)));
		ct_put_text(o, "units_ui",
			    room->units > 1 ? talloc_asprintf(r, _("%lld of %lld free"), (long long)slot->units,
							      (long long)room->units)
					    : NULL);
		ct_put_text(o, "book_link_ui",
			    ct_may(r, MAY_MANAGE, r->org)
				    ? ct_url(r, "/o/%s/bookings/new?source=counter&resource=%lld&date=%s",
					     ct_path(r, "org"), (long long)room->id, ct_day_text(from, t->day))
				    : ct_url(r, "/resources/%lld/book?date=%s", (long long)room->id,
					     ct_day_text(from, t->day)));
	}
	ct_put_bool(r->view, "is_today_ui", t->day.n == t->now_day.n);
}

/* The places that there is something to see of, where there are several. */
static void put_places(struct ct_request *r, const struct today *t, const char *base)
{
	json_t *list = ct_put_array(r->view, "places_ui");
	char day[CT_TIME_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < t->rooms.n; i++) {
		const struct room *room = &t->rooms.room[i];
		json_t *o;

		if (i && t->rooms.room[i - 1].place == room->place)
			continue;
		o = ct_add_object(list);
		ct_put_text(o, "label", room->place_name);
		ct_put_text(o, "href",
			    talloc_asprintf(r, "%s?date=%s&place=%lld", base, ct_day_text(day, t->day),
					    (long long)room->place));
		ct_put_bool(o, "current", t->place == room->place);
		n++;
	}
	ct_put_text(r->view, "all_link_ui",
		    talloc_asprintf(r, "%s?date=%s", base, ct_day_text(day, t->day)));
	ct_put_bool(r->view, "all_current_ui", !t->place);
	ct_put_bool(r->view, "has_places_ui", n > 1 || t->place);
}

void today_put_head(struct ct_request *r, const struct today *t)
{
	const char *base = ct_url(r, "/o/%s/today", ct_path(r, "org"));
	char day[CT_TIME_TEXT];

	put_day_nav(r, r->view, &(struct day_nav){ .path = base, .date = t->day, .today = t->now_day, .step = 1 });
	ct_put_text(r->view, "day_ui", day_long(r, t->day, t->now_day));
	put_places(r, t, base);
	ct_put_text(r->view, "door_link_ui",
		    talloc_asprintf(r, "%s/door?date=%s%s", base, ct_day_text(day, t->day),
				    t->place ? talloc_asprintf(r, "&place=%lld", (long long)t->place) : ""));
	ct_put_text(r->view, "new_link_ui",
		    ct_may(r, MAY_MANAGE, r->org) ? ct_url(r, "/o/%s/bookings/new", ct_path(r, "org")) : NULL);
	ct_put_text(r->view, "back_ui",
		    talloc_asprintf(r, "%s?date=%s%s", base, ct_day_text(day, t->day),
				    t->place ? talloc_asprintf(r, "&place=%lld", (long long)t->place) : ""));
	ct_put_bool(r->view, "has_rooms_ui", t->rooms.n > 0);
	ct_put_text(r->view, "rooms_link_ui",
		    ct_may(r, MAY_EDIT, r->org) ? ct_url(r, "/o/%s/resources/new", ct_path(r, "org")) : NULL);
}

int reservation_today(struct ct_request *r, struct ct_error *e)
{
	struct today t = { 0 };
	int rc;

	if ((rc = today_load(r, &t, e)) || (rc = put_arrivals(r, &t, e)) || (rc = put_waiting(r, &t, e)) ||
	    (rc = put_clashes(r, &t, e)))
		return rc;
	today_put_head(r, &t);
	put_free(r, &t);
	ct_put_bool(r->view, "has_free_ui", json_array_size(json_object_get(r->view, "free")) > 0);
	ct_put_text(r->view, "late_ui",
		    t.late ? talloc_asprintf(r, ngettext_("%zu booking is late.", "%zu bookings are late.", t.late), t.late)
			   : NULL);
	ct_put_bool(r->view, "has_unusual_ui",
		    t.late || json_array_size(json_object_get(r->view, "clashes_ui")) > 0);
	return 0;
}
