/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /places/{slug}: what it is, how to come, when it is open, its rooms and its day. */
#include <talloc.h>

#include "calendar.h"
#include "rates.h"
#include "reservation.h"
#include "together.h"
#include "views.h"

enum { WEEK_DAYS = 7, DAY_SPANS = 8 };

static void put_opening(struct ct_request *r, const struct place *place, const struct rooms *rooms,
			struct ct_day today)
{
	json_t *list = ct_put_array(r->view, "opening");
	struct ct_day monday = ct_day_week(today);

	for (int i = 0; i < WEEK_DAYS; i++) {
		struct ct_day day = ct_day_add(monday, i);
		struct span spans[DAY_SPANS];
		size_t n = place_open(place, rooms, day, spans, DAY_SPANS);
		json_t *o = ct_add_object(list);
		const char *hours = n ? "" : _("closed");

		for (size_t k = 0; k < n; k++)
			hours = talloc_asprintf(r, "%s%s%s", hours, k ? ", " : "",
						hours_text(r, spans[k].start, spans[k].end));
		ct_put_text(o, "day", ct_weekday_ui(i + 1, r->lang));
		ct_put_text(o, "hours", hours);
		ct_put_bool(o, "today", day.n == today.n);
		ct_put_text(o, "note", n ? NULL : place_holiday(place, rooms, day));
	}
}

/* When it opens next, from `now` on: in words, or NULL where that is too far away to say. */
static const char *next_opening(struct ct_request *r, const struct place *place,
				const struct rooms *rooms, struct ct_local now)
{
	struct ct_day today = ct_local_day(now);

	for (int i = 0; i <= LOOK_AHEAD_DAYS; i++) {
		struct span spans[DAY_SPANS];
		struct ct_day day = ct_day_add(today, i);
		size_t n = place_open(place, rooms, day, spans, DAY_SPANS);
		char buf[CT_TIME_UI];

		for (size_t k = 0; k < n; k++) {
			if (spans[k].start.s <= now.s)
				continue;
			if (i > 1)
				return talloc_asprintf(
					r, _("Closed, opens %s"),
					ct_local_ui(buf, spans[k].start, today, r->lang));
			return talloc_asprintf(
				r, i ? _("Closed, opens tomorrow at %s") : _("Closed, opens at %s"),
				ct_time_ui(buf, spans[k].start, r->lang));
		}
	}
	return _("Closed");
}

static void put_now_open(struct ct_request *r, const struct place *place, const struct rooms *rooms)
{
	struct ct_local now = ct_zone_local(place->zone, r->now);
	struct span spans[DAY_SPANS];
	size_t n = place_open(place, rooms, ct_local_day(now), spans, DAY_SPANS);

	for (size_t i = 0; i < n; i++)
		if (spans[i].start.s <= now.s && now.s < spans[i].end.s) {
			ct_put_bool(r->view, "is_open", true);
			ct_put_text(r->view, "now_ui",
				    talloc_asprintf(r, _("Open until %s"),
						    hour_text(r, ct_local_day(now), spans[i].end)));
			return;
		}
	ct_put_bool(r->view, "is_open", false);
	ct_put_text(r->view, "now_ui", next_opening(r, place, rooms, now));
}

static void put_whole_place(struct ct_request *r, const struct place *place)
{
	json_t *o = ct_put_object(r->view, "place");

	put_place(r, o, place);
	put_photo(r, o, &place->photo, place->name);
	ct_put_text(o, "state", place->state);
	ct_put_text(o, "about", place->about);
	ct_put_text(o, "access", place->access);
	ct_put_text(o, "email", place->email);
	ct_put_text(o, "phone", place->phone);
	ct_put_text(o, "phone_ui", phone_text(r, place->phone));
	ct_put_text(o, "phone_link_ui", phone_link(r, place->phone));
	ct_put_text(o, "map_link_ui", place_way(r, place));
}

static void put_cards(struct ct_request *r, const struct rooms *rooms,
		      struct tariff *const *tariffs, struct ct_day today)
{
	json_t *list = ct_put_array(r->view, "rooms_ui");

	for (size_t i = 0; i < rooms->n; i++) {
		struct slots slots = room_slots(r, &rooms->room[i], today);

		put_card(r, ct_add_object(list), &rooms->room[i], tariffs[i], NULL, today, &slots);
	}
}

int reservation_place(struct ct_request *r, struct ct_error *e)
{
	struct ct_day from = ct_day_add(ct_local_day((struct ct_local){ r->now.s }),
					-WEEK_DAYS - 1);
	struct ct_day to = ct_day_add(from, WEEK_DAYS + LOOK_AHEAD_DAYS + 3), today;
	struct tariff **tariffs;
	struct place place;
	struct rooms rooms;
	int rc;

	if ((rc = together_put(r, NULL, e)) || (rc = place_get(r, r->subject, from, to, &place, e)) ||
	    (rc = rooms_of_place(r, place.id, &rooms, e)) ||
	    (rc = openings_load(r, &rooms, from, to, e)))
		return rc;
	today = ct_zone_day(place.zone, r->now);
	if ((rc = rates_tariffs(r, &rooms, today, &tariffs, e)) ||
	    (rc = busy_load(r, &rooms, day_begin(place.zone, ct_day_add(today, -1)),
			    day_begin(place.zone, ct_day_add(today, 2)), e)))
		return rc;
	put_whole_place(r, &place);
	put_opening(r, &place, &rooms, today);
	put_now_open(r, &place, &rooms);
	put_cards(r, &rooms, tariffs, today);
	put_day(r, &place, &rooms, today, false);
	ct_put_text(r->view, "day_link_ui", together_url(r, ct_url(r, "/places/%s/day", place.slug)));
	put_calendar(r, r->view, ct_url(r, "/calendars/places/%s.ics", place.slug));
	return 0;
}
