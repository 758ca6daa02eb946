/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /places/{slug}/day: what is free where, hour by hour. */
#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "together.h"
#include "views.h"

enum { TABLE_COLUMNS = 8, MIXED_COLUMNS = 6, DAY_SPANS = 8 };

static struct column column_of(struct ct_request *r, const struct room *room, struct ct_day day)
{
	struct column c = { .room = room, .day = day, .name = room->name, .label = room->name };

	c.id = talloc_asprintf(r, "%lld", (long long)room->id);
	c.link = together_url(r, ct_url(r, "/resources/%lld", (long long)room->id));
	c.anchor = talloc_asprintf(r, "room-%s", c.id);
	c.spoken = room->name;
	c.track_sub = people_text(r, room->capacity);
	c.sub = room->units > 1
			? talloc_asprintf(r, "%lld %s", (long long)room->units,
					  room->unit_word ? room->unit_word : room->kind_many)
			: c.track_sub;
	c.slots = room_slots(r, room, day);
	c.free = slots_text(r, room, day, &c.slots);
	return c;
}

/* "La Filature: salles, bureaux – jeudi 26 novembre 2026" */
static const char *caption(struct ct_request *r, const struct column *columns, size_t n,
			   const char *day)
{
	const char *kinds = NULL;

	for (size_t i = 0; i < n; i++) {
		bool said = false;

		for (size_t k = 0; k < i; k++)
			said |= columns[k].room->kind == columns[i].room->kind;
		if (!said)
			kinds = talloc_asprintf(r, "%s%s%s", kinds ? kinds : "", kinds ? ", " : "",
						columns[i].room->kind_many);
	}
	return talloc_asprintf(r, _("%s: %s – %s"), columns[0].room->place_name, kinds, day);
}

/* The next columns of one kind from `i` on, those not done yet; at most `max`. */
static size_t same_kind(const struct column *columns, size_t n, size_t i, bool *done,
			struct column *out, size_t max)
{
	size_t many = 0;

	for (size_t k = i; k < n && many < max; k++)
		if (!done[k] && columns[k].room->kind == columns[i].room->kind) {
			done[k] = true;
			out[many++] = columns[k];
		}
	return many;
}

static size_t left_of_kind(const struct column *columns, size_t n, size_t i, const bool *done)
{
	size_t many = 0;

	for (size_t k = i; k < n; k++)
		many += !done[k] && columns[k].room->kind == columns[i].room->kind;
	return many;
}

/* Tables of one kind, or of several small ones: a kind stays together unless it is too large for one. */
static void put_grids(struct ct_request *r, json_t *view, const struct column *columns, size_t n,
		      const char *day, struct ct_local now)
{
	json_t *grids = ct_put_array(view, "grids_ui");
	bool *done = talloc_zero_array(r, bool, n + 1);
	struct column some[TABLE_COLUMNS];
	size_t many = 0;

	for (size_t i = 0; i < n; i++)
		while (!done[i]) {
			if (many && many + left_of_kind(columns, n, i, done) > MIXED_COLUMNS) {
				put_grid(r, grids, caption(r, some, many, day), some, many, now);
				many = 0;
			}
			many += same_kind(columns, n, i, done, some + many, TABLE_COLUMNS - many);
		}
	if (many)
		put_grid(r, grids, caption(r, some, many, day), some, many, now);
}

static void put_closed(struct ct_request *r, const struct place *place, const struct rooms *rooms,
		       struct ct_day day, bool closed)
{
	const char *holiday = place_holiday(place, rooms, day), *text = NULL;
	struct ct_day today = ct_zone_day(place->zone, r->now);
	struct span spans[DAY_SPANS];
	char buf[CT_TIME_UI];

	ct_put_bool(r->view, "is_closed_ui", closed);
	if (closed)
		text = holiday ? talloc_asprintf(r, _("Closed on this day: %s."), holiday) : _("Closed on this day.");
	for (int i = 1; closed && i <= LOOK_AHEAD_DAYS; i++)
		if (place_open(place, rooms, ct_day_add(day, i), spans, DAY_SPANS)) {
			text = talloc_asprintf(r, _("%s The next opening is %s."), text,
					       ct_local_ui(buf, spans[0].start, today, r->lang));
			break;
		}
	ct_put_text(r->view, "closed_ui", text);
}

static const char *free_count(struct ct_request *r, const struct column *columns, size_t n,
			      struct ct_local now)
{
	long long count = 0;

	for (size_t i = 0; i < n; i++)
		count += slots_at(&columns[i].slots, now) != NULL;
	return talloc_asprintf(
		r, ngettext_("%lld space free right now", "%lld spaces free right now", count),
		count);
}

void put_day(struct ct_request *r, const struct place *place, const struct rooms *rooms,
	     struct ct_day day, bool list)
{
	struct column *columns = talloc_array(r, struct column, rooms->n + 1);
	struct ct_local now = ct_zone_local(place->zone, r->now);
	struct ct_day today = ct_local_day(now);
	const char *long_day = day_long(r, day, CT_NO_DAY);
	struct span spans[DAY_SPANS];
	size_t n_spans = place_open(place, rooms, day, spans, DAY_SPANS);
	bool open = false;

	for (size_t i = 0; i < rooms->n; i++) {
		columns[i] = column_of(r, &rooms->room[i], day);
		open |= columns[i].slots.n > 0;
	}
	ct_put_text(r->view, "day_ui", long_day);
	ct_put_text(r->view, "open_ui", open_text(r, spans, n_spans, place_holiday(place, rooms, day)));
	ct_put_bool(r->view, "has_resources_ui", rooms->n > 0);
	put_closed(r, place, rooms, day, rooms->n && !open);
	put_tracks(r, r->view, "resources", columns, rooms->n);
	put_grids(r, r->view, columns, ct_wants_html(r) ? rooms->n : 0, long_day,
		  day.n == today.n ? now : CT_NO_LOCAL);
	ct_put_text(r->view, "free_count_ui",
		    day.n == today.n && open ? free_count(r, columns, rooms->n, now) : NULL);
	put_day_nav(r, r->view,
		    &(struct day_nav){
			    .path = ct_url(r, "/places/%s/day", place->slug),
			    .date = day,
			    .today = today,
			    .step = 1,
			    .list = list,
		    });
}

/* Before the place is known, its zone is not: a day too many on either side. */
static struct ct_day about_today(const struct ct_request *r)
{
	return ct_day_add(ct_local_day((struct ct_local){ r->now.s }), -1);
}

int reservation_day(struct ct_request *r, struct ct_error *e)
{
	struct ct_day day = ct_in_day(r, "date"), from = ct_day_set(day) ? day : about_today(r);
	struct ct_day to = ct_day_add(from, LOOK_AHEAD_DAYS + 2);
	const char *view = ct_in_text(r, "view");
	struct place place;
	struct rooms rooms;
	int rc;

	if ((rc = together_put(r, NULL, e)) || (rc = place_get(r, r->subject, from, to, &place, e)) ||
	    (rc = rooms_of_place(r, place.id, &rooms, e)) ||
	    (rc = openings_load(r, &rooms, from, to, e)))
		return rc;
	if (!ct_day_set(day))
		day = ct_zone_day(place.zone, r->now);
	rc = busy_load(r, &rooms, day_begin(place.zone, ct_day_add(day, -1)),
		       day_begin(place.zone, ct_day_add(day, 2)), e);
	if (rc)
		return rc;
	put_place(r, ct_put_object(r->view, "place"), &place);
	put_day(r, &place, &rooms, day, view && !strcmp(view, "list"));
	ct_put_text(r->view, "empty_link_ui",
		    ct_may(r, MAY_EDIT, place.org)
			    ? ct_url(r, place.hours.n_openings ? "/places/%s/setup/rooms" : "/places/%s/setup", place.slug)
			    : NULL);
	return 0;
}
