/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What else is free when a wish is refused: the same hour in an equivalent room, and the nearest hours in
 * the same room. Three at most, each ready to be booked as it stands. A wish for several rooms is moved as
 * a whole: which of them somebody would give up is not for us to guess.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "demand.h"

enum { WANTED = 3, AROUND_DAYS = 7 };

struct found {
	const struct room *room;
	struct ct_local start, end;
	const char *why;
};

static bool allowed(struct ct_request *r, const struct room *room, int64_t quantity,
		    const struct wish *w, struct ct_local start, struct ct_local end)
{
	struct ct_error e;

	return (!room->capacity || w->attendance <= room->capacity) &&
	       (!room->members_only || w->manager || ct_may(r, "booking.member", room->org)) &&
	       !room_allows(r, room, start, end, w->manager, &e) &&
	       room_fits(room, start, end, quantity);
}

static bool all_allowed(struct ct_request *r, const struct wish *w, const struct rooms *rooms,
			struct ct_local start, struct ct_local end)
{
	for (size_t i = 0; i < w->n_items; i++) {
		const struct room *room = rooms_find(rooms, w->items[i].room);

		if (!room || !allowed(r, room, w->items[i].quantity, w, start, end))
			return false;
	}
	return true;
}

/*
 * Smaller rooms that still hold everybody come before larger ones; what asks for more (`no_more`), such as other
 * conditions to accept, could not be booked at once.
 */
static size_t same_hour(struct ct_request *r, const struct wish *w, const struct rooms *rooms, const bool *no_more,
			const struct room *asked, struct found *found, size_t max)
{
	size_t n = 0;

	while (n < max) {
		const struct room *best = NULL;

		for (size_t i = 0; i < rooms->n; i++) {
			const struct room *room = &rooms->room[i];
			bool used = room->id == asked->id || room->kind != asked->kind ||
				    (!no_more[i] && !w->manager);

			for (size_t k = 0; k < n; k++)
				used |= found[k].room == room;
			if (!used &&
			    (!best || llabs(room->capacity - asked->capacity) <
					      llabs(best->capacity - asked->capacity)) &&
			    allowed(r, room, w->items[0].quantity, w, w->start, w->end))
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
static size_t same_room(struct ct_request *r, const struct wish *w, const struct rooms *rooms,
			const struct room *room, struct found *found, size_t n, size_t max)
{
	int64_t step = room->policy.step * 60, length = w->end.s - w->start.s;

	for (int64_t away = step; away <= AROUND_DAYS * 86400LL && n < max; away += step)
		for (int sign = 1; sign >= -1 && n < max; sign -= 2) {
			struct ct_local start = { w->start.s + sign * away },
					end = { start.s + length };

			if (!overlaps(found, n, room, start, end) &&
			    all_allowed(r, w, rooms, start, end))
				found[n++] = (struct found){ room, start, end,
							     why_moved(w->start, start) };
		}
	return n;
}

/* Of the room that was found, or of all that are moved. */
static struct price price_found(struct ct_request *r, const struct found *f, const struct wish *w,
				const struct rooms *rooms, const struct rates *rates)
{
	struct wish_item *items = talloc_memdup(r, w->items, w->n_items * sizeof(*items));
	struct order order = order_of(w);

	items[0].room = f->room->id;
	order.items = items;
	order.start = f->start;
	order.end = f->end;
	return rates_price(r, rates, rooms, &order);
}

static void put_found(struct ct_request *r, json_t *list, const struct found *f,
		      struct price price)
{
	struct ct_day today = ct_zone_day(f->room->zone, r->now);
	json_t *o = ct_add_object(list), *box = json_object();
	char buf[CT_TIME_UI];
	const char *basis;
	const char *amount;

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
	amount = json_string_value(json_object_get(box, "total_ui"));
	ct_put_text(o, "price_ui",
		    !price.known	 ? _("on quotation")
		    : !price.total_cents ? _("free of charge")
					 : talloc_asprintf(r, "%s %s", amount, basis));
	ct_put_text(o, "submit_ui", price_button(r, &price, f->room));
	json_decref(box);
}

struct wanted {
	struct ct_utc from, to;
};

static bool in_the_way(const struct busy *b, const struct wanted *wanted)
{
	return b->start.s < wanted->to.s && b->end.s > wanted->from.s;
}

/* A booking stands there once for each unit, part and month that it takes, and is to be named once. */
static bool to_be_named(const struct room *room, const struct busy *b, const struct wanted *wanted)
{
	for (const struct busy *other = room->busy; other < b; other++)
		if (b->booking && other->booking == b->booking && in_the_way(other, wanted))
			return false;
	return in_the_way(b, wanted);
}

/* The part that `b` takes, where it does not take the whole. */
static const struct room *part_taken(const struct room *room, const struct busy *b,
				     const struct rooms *all)
{
	const struct room *part = rooms_find(all, b->leaf);

	for (size_t i = 0; i < room->n_busy && b->booking; i++)
		if (room->busy[i].booking == b->booking && room->busy[i].leaf != b->leaf)
			return room;
	return room->n_leaves > 1 && part ? part : room;
}

static void put_conflict(struct ct_request *r, json_t *list, const struct room *room,
			 const struct busy *b)
{
	bool see = ct_may(r, "booking.see", room->org) || (r->person && b->person == r->person);
	struct ct_local start = ct_zone_local(room->zone, b->start),
			end = ct_zone_local(room->zone, b->end);
	json_t *o = ct_add_object(list);
	char buf[2][CT_TIME_UI];

	ct_put_id(o, "resource", room->id);
	ct_put_text(o, "name", room->name);
	ct_put_time(o, "start", start, room->zone, r->lang);
	ct_put_time(o, "end", end, room->zone, r->lang);
	ct_put_text(o, "hours_ui",
		    talloc_asprintf(r, "%s – %s", ct_time_ui(buf[0], start, r->lang),
				    ct_time_ui(buf[1], end, r->lang)));
	ct_put_text(o, "title", see && b->title ? b->title : b->reason);
}

/* `taken` knows what is in the way, and nothing beside it; `all` are the rooms of the place. */
static void put_conflicts(struct ct_request *r, const struct wish *w, const struct rooms *taken,
			  const struct rooms *all)
{
	json_t *list = ct_put_array(r->view, "conflicts");

	for (size_t i = 0; i < w->n_items; i++) {
		const struct room *room = rooms_find(taken, w->items[i].room);
		struct wanted wanted;

		if (room_fits(room, w->start, w->end, w->items[i].quantity))
			continue;
		room_occupied(room, w->start, w->end, &wanted.from, &wanted.to);
		for (const struct busy *b = room->busy; b < room->busy + room->n_busy; b++)
			if (to_be_named(room, b, &wanted))
				put_conflict(r, list, part_taken(room, b, all), b);
	}
}

static int put_alternatives(struct ct_request *r, const struct wish *w, const struct rooms *rooms,
			    const struct room *asked, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "alternatives");
	struct found found[WANTED];
	struct rates rates;
	const bool *no_more;
	size_t n = 0;
	int rc;

	if ((rc = demands_compare(r, rooms, asked, &no_more, e)) ||
	    (rc = rates_load(r, rooms, ct_local_day(w->start), w->person, w->payer, w->payer_text && !w->payer,
			     &rates, e)))
		return rc;
	if (w->n_items == 1)
		n = same_hour(r, w, rooms, no_more, asked, found, 2);
	n = same_room(r, w, rooms, asked, found, n, WANTED);
	for (size_t i = 0; i < n; i++)
		put_found(r, list, &found[i], price_found(r, &found[i], w, rooms, &rates));
	ct_put_bool(r->view, "has_alternatives_ui", n > 0);
	return 0;
}

int alternatives_put(struct ct_request *r, const struct wish *w, const struct rooms *taken,
		     struct ct_error *e)
{
	struct ct_day from = ct_day_add(ct_local_day(w->start), -AROUND_DAYS);
	struct ct_day to = ct_day_add(ct_local_day(w->end), AROUND_DAYS + 1);
	const struct room *asked;
	struct rooms rooms;
	int rc;

	if ((rc = rooms_of_place(r, taken->room[0].place, &rooms, e)) ||
	    (rc = rooms_for(r, &rooms, wish_person(r, w), e)) ||
	    (rc = openings_load(r, &rooms, from, to, e)) ||
	    (rc = busy_load(r, &rooms, ct_zone_utc(taken->room[0].zone, ct_day_local(from)),
			    ct_zone_utc(taken->room[0].zone, ct_day_local(ct_day_add(to, 1))), e)))
		return rc;
	busy_without(&rooms, w->changes);
	put_conflicts(r, w, taken, &rooms);
	asked = rooms_find(&rooms, w->items[0].room);
	return asked ? put_alternatives(r, w, &rooms, asked, e) : 0;
}
