/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What else is free when a wish is refused: the same hour in an equivalent room, and the nearest hours in
 * the same room. Three at most, each ready to be booked as it stands.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store.h"

enum { WANTED = 3, AROUND_DAYS = 7 };

struct found {
	const struct room *room;
	struct ct_local start, end;
	const char *why;
};

static bool allowed(struct ct_request *r, const struct room *room, const struct wish *w,
		    struct ct_local start, struct ct_local end)
{
	struct ct_error e;

	return (!room->capacity || w->attendance <= room->capacity) &&
	       (!room->members_only || w->manager || ct_may(r, "booking.member", room->org)) &&
	       !room_allows(r, room, start, end, w->manager, &e) &&
	       room_fits(room, start, end, w->items[0].quantity);
}

/* Smaller rooms that still hold everybody come before larger ones. */
static size_t same_hour(struct ct_request *r, const struct wish *w, const struct rooms *rooms,
			const struct room *asked, struct found *found, size_t max)
{
	size_t n = 0;

	while (n < max) {
		const struct room *best = NULL;

		for (size_t i = 0; i < rooms->n; i++) {
			const struct room *room = &rooms->room[i];
			bool used = room->id == asked->id || room->kind != asked->kind;

			for (size_t k = 0; k < n; k++)
				used |= found[k].room == room;
			if (!used &&
			    (!best || llabs(room->capacity - asked->capacity) <
					      llabs(best->capacity - asked->capacity)) &&
			    allowed(r, room, w, w->start, w->end))
				best = room;
		}
		if (!best)
			break;
		found[n++] = (struct found){ best, w->start, w->end,
					     best->capacity > asked->capacity
						     ? _("same hour, in a larger room")
						     : _("same hour, in an equivalent room") };
	}
	return n;
}

static const char *why_moved(struct ct_local asked, struct ct_local start)
{
	if (ct_local_day(asked).n != ct_local_day(start).n)
		return _("same room, another day");
	return start.s > asked.s ? _("same room, later") : _("same room, earlier");
}

static bool overlaps(const struct found *found, size_t n, const struct room *room,
		     struct ct_local start, struct ct_local end)
{
	for (size_t i = 0; i < n; i++)
		if (found[i].room == room && found[i].start.s < end.s && start.s < found[i].end.s)
			return true;
	return false;
}

/* Slides the wish away from its hour, a step at a time, later before earlier. */
static size_t same_room(struct ct_request *r, const struct wish *w, const struct room *room,
			struct found *found, size_t n, size_t max)
{
	int64_t step = room->policy.step * 60, length = w->end.s - w->start.s;

	for (int64_t away = step; away <= AROUND_DAYS * 86400LL && n < max; away += step)
		for (int sign = 1; sign >= -1 && n < max; sign -= 2) {
			struct ct_local start = { w->start.s + sign * away },
					end = { start.s + length };

			if (!overlaps(found, n, room, start, end) &&
			    allowed(r, room, w, start, end))
				found[n++] = (struct found){ room, start, end,
							     why_moved(w->start, start) };
		}
	return n;
}

static void put_found(struct ct_request *r, json_t *list, const struct found *f,
		      const struct tariff *tariff, int64_t quantity)
{
	struct price price = price_of(r, tariff, f->start, f->end, quantity);
	struct ct_day today = ct_zone_day(f->room->zone, r->now);
	json_t *o = ct_add_object(list), *box = json_object();
	char buf[CT_TIME_UI];
	const char *basis;

	ct_put_id(o, "resource", f->room->id);
	ct_put_text(o, "name", f->room->name);
	ct_put_time(o, "start", f->start, f->room->zone, r->lang);
	ct_put_time(o, "end", f->end, f->room->zone, r->lang);
	ct_put_text(o, "when_ui", ct_range_ui(buf, f->start, f->end, today, r->lang));
	ct_put_text(o, "why_ui", f->why);
	price_put(r, box, &price, true);
	json_object_set(o, "total", json_object_get(box, "total"));
	json_object_set(o, "total_ui", json_object_get(box, "total_ui"));
	json_object_set(o, "expected_ui", json_object_get(box, "expected_ui"));
	basis = json_string_value(json_object_get(box, "basis_ui"));
	ct_put_text(o, "price_ui",
		    !price.known	 ? _("on quotation")
		    : !price.total_cents ? _("free of charge")
					 : talloc_asprintf(r, "%s %s",
							   ct_money_show(r, price.total_cents,
									 price.currency, r->lang),
							   basis));
	ct_put_text(o, "submit_ui", price_button(r, &price, f->room));
	json_decref(box);
}

static void put_conflicts(struct ct_request *r, const struct wish *w, const struct rooms *taken)
{
	json_t *list = ct_put_array(r->view, "conflicts");

	for (size_t i = 0; i < taken->n; i++) {
		const struct room *room = &taken->room[i];
		bool see = ct_may(r, "booking.see", room->org);
		struct ct_utc from, to;
		int64_t last = -1;

		room_occupied(room, w->start, w->end, &from, &to);
		for (size_t k = 0; k < room->n_busy; k++) {
			const struct busy *b = &room->busy[k];
			struct ct_local start = ct_zone_local(room->zone, b->start),
					end = ct_zone_local(room->zone, b->end);
			char buf[2][CT_TIME_UI];
			json_t *o;

			if (b->start.s >= to.s || b->end.s <= from.s ||
			    (b->booking && b->booking == last))
				continue;
			last = b->booking;
			o = ct_add_object(list);
			ct_put_id(o, "resource", room->id);
			ct_put_text(o, "name", room->name);
			ct_put_time(o, "start", start, room->zone, r->lang);
			ct_put_time(o, "end", end, room->zone, r->lang);
			ct_put_text(o, "hours_ui",
				    talloc_asprintf(r, "%s – %s",
						    ct_time_ui(buf[0], start, r->lang),
						    ct_time_ui(buf[1], end, r->lang)));
			ct_put_text(o, "title",
				    see || (r->person && b->person == r->person) ? b->title : NULL);
		}
	}
}

static int put_alternatives(struct ct_request *r, const struct wish *w, const struct rooms *rooms,
			    const struct room *asked, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "alternatives");
	struct found found[WANTED];
	struct tariff **tariffs;
	size_t n = same_hour(r, w, rooms, asked, found, 2);
	int rc = tariffs_load(r, rooms, ct_local_day(w->start), &tariffs, e);

	if (rc)
		return rc;
	n = same_room(r, w, asked, found, n, WANTED);
	for (size_t i = 0; i < n; i++)
		put_found(r, list, &found[i], tariffs[found[i].room - rooms->room],
			  w->items[0].quantity);
	ct_put_bool(r->view, "has_alternatives_ui", n > 0);
	return 0;
}

int alternatives_put(struct ct_request *r, const struct wish *w, const struct rooms *taken,
		     struct ct_error *e)
{
	struct ct_day from = ct_day_add(ct_local_day(w->start), -AROUND_DAYS);
	struct ct_day to = ct_day_add(ct_local_day(w->end), AROUND_DAYS + 1);
	const struct room *asked = NULL;
	struct rooms rooms;
	int rc;

	put_conflicts(r, w, taken);
	if ((rc = rooms_of_place(r, taken->room[0].place, &rooms, e)) ||
	    (rc = openings_load(r, &rooms, from, to, e)) ||
	    (rc = busy_load(r, &rooms, ct_zone_utc(taken->room[0].zone, ct_day_local(from)),
			    ct_zone_utc(taken->room[0].zone, ct_day_local(ct_day_add(to, 1))), e)))
		return rc;
	for (size_t i = 0; i < rooms.n; i++)
		if (rooms.room[i].id == w->items[0].room)
			asked = &rooms.room[i];
	return asked ? put_alternatives(r, w, &rooms, asked, e) : 0;
}
