/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /resources/{id}/week: seven days of one room. */
#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "together.h"
#include "views.h"

enum { DAYS = 7 };

static struct column column_of(struct ct_request *r, const struct room *room, struct ct_day day,
			       struct ct_day today)
{
	struct column c = { .room = room, .day = day, .current = day.n == today.n };
	char buf[CT_TIME_TEXT];

	c.id = talloc_strdup(r, ct_day_text(buf, day));
	c.name = day_long(r, day, today);
	c.label = c.track_short = day_short(r, day);
	c.link = together_url(r, ct_url(r, "/places/%s/day?date=%s", room->place_slug, c.id));
	c.anchor = talloc_asprintf(r, "d-%s", c.id);
	c.spoken = talloc_asprintf(r, "%s, %s", room->name, c.name);
	c.slots = room_slots(r, room, day);
	c.free = c.sub = slots_text(r, room, day, &c.slots);
	return c;
}

static void put_heads(struct ct_request *r, const struct room *room, struct ct_day monday,
		      struct ct_day today)
{
	json_t *resource = ct_put_object(r->view, "resource");
	char buf[CT_TIME_UI];

	put_room(r, resource, room);
	ct_put_text(resource, "book_link_ui",
		    room_for_me(r, room)
			    ? together_url(r, ct_url(r, "/resources/%lld/book", (long long)room->id))
			    : NULL);
	put_place_of(r, ct_put_object(r->view, "place"), room);
	ct_put_text(r->view, "from_d", ct_day_text(buf, monday));
	ct_put_text(r->view, "to_d", ct_day_text(buf, ct_day_add(monday, DAYS - 1)));
	ct_put_text(r->view, "week_ui",
		    talloc_asprintf(
			    r, _("Week %s"),
			    ct_days_ui(buf, monday, ct_day_add(monday, DAYS - 1), today, r->lang)));
}

static void put_week(struct ct_request *r, const struct room *room, struct ct_day day)
{
	struct ct_day monday = ct_day_week(day), today = ct_zone_day(room->zone, r->now);
	const char *view = ct_in_text(r, "view");
	struct column columns[DAYS];
	json_t *grids;
	bool open = false;

	put_heads(r, room, monday, today);
	for (int i = 0; i < DAYS; i++) {
		columns[i] = column_of(r, room, ct_day_add(monday, i), today);
		open |= columns[i].slots.n > 0;
	}
	put_tracks(r, r->view, "days", columns, DAYS);
	grids = ct_put_array(r->view, "grids_ui");
	if (ct_wants_html(r))
		put_grid(r, grids,
			 talloc_asprintf(r, "%s, %s", room->name,
					 json_string_value(json_object_get(r->view, "week_ui"))),
			 columns, DAYS, CT_NO_LOCAL);
	ct_put_text(r->view, "open_ui", open ? NULL : _("Closed all week"));
	put_day_nav(r, r->view,
		    &(struct day_nav){
			    .path = ct_url(r, "/resources/%lld/week", (long long)room->id),
			    .date = day,
			    .today = today,
			    .step = DAYS,
			    .list = view && !strcmp(view, "list"),
		    });
}

int reservation_week(struct ct_request *r, struct ct_error *e)
{
	struct ct_day day = ct_in_day(r, "date"), monday;
	struct rooms rooms;
	const struct ct_zone *zone;
	int rc;

	if ((rc = together_put(r, NULL, e)) || (rc = room_get(r, r->subject, &rooms, e)))
		return rc;
	zone = rooms.room[0].zone;
	if (!ct_day_set(day))
		day = ct_zone_day(zone, r->now);
	monday = ct_day_week(day);
	if ((rc = openings_load(r, &rooms, monday, ct_day_add(monday, DAYS), e)) ||
	    (rc = busy_load(r, &rooms, day_begin(zone, ct_day_add(monday, -1)),
			    day_begin(zone, ct_day_add(monday, DAYS + 1)), e)))
		return rc;
	put_week(r, &rooms.room[0], day);
	return 0;
}
