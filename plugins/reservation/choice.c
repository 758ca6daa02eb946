/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the booking form offers: only times that can be had. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "rates.h"
#include "views.h"

enum { HOUR = 3600 };

static void add_offers(const struct room *room, struct choice *c, const struct slot *slot)
{
	int64_t step = room->policy.step * 60, most = room->policy.max_duration * 60;

	for (int64_t at = slot->from.s; at + room_least(room) <= slot->to.s; at += step) {
		int64_t until = most && slot->to.s - at > most ? at + most : slot->to.s;

		c->offers = talloc_realloc(NULL, c->offers, struct offer, c->n_offers + 1);
		c->offers[c->n_offers++] = (struct offer){ { at }, { until }, false };
	}
}

bool choice_offers(const struct choice *c, struct ct_local start, struct ct_local end)
{
	for (size_t i = 0; i < c->n_offers; i++)
		if (c->offers[i].start.s == start.s && end.s <= c->offers[i].until.s)
			return true;
	return false;
}

static int by_start(const void *a, const void *b)
{
	const struct offer *x = a, *y = b;

	return (x->start.s > y->start.s) - (x->start.s < y->start.s);
}

/* What was asked for may be possible though the day's slots do not show it: over midnight, several days. */
static void add_asked(struct ct_request *r, const struct room *room, struct choice *c,
		      struct ct_local start, struct ct_local end)
{
	struct ct_error e;

	if (!ct_local_set(start) || !ct_local_set(end) || end.s <= start.s ||
	    choice_offers(c, start, end) ||
	    room_allows(r, room, start, end, ct_may(r, MAY_MANAGE, room->org), &e) ||
	    !room_fits(room, start, end, 1))
		return;
	for (size_t i = 0; i < c->n_offers; i++)
		if (c->offers[i].start.s == start.s) {
			c->offers[i].until = end;
			c->offers[i].exact = true;
			return;
		}
	c->offers = talloc_realloc(NULL, c->offers, struct offer, c->n_offers + 1);
	c->offers[c->n_offers++] = (struct offer){ start, end, true };
	qsort(c->offers, c->n_offers, sizeof(*c->offers), by_start);
}

/* The offer that was asked for, else the next one after it, else the last. */
static const struct offer *closest(const struct choice *c, struct ct_local start)
{
	for (size_t i = 0; i < c->n_offers; i++)
		if (!ct_local_set(start) || c->offers[i].start.s >= start.s)
			return &c->offers[i];
	return &c->offers[c->n_offers - 1];
}

static void choose(const struct room *room, struct choice *c, struct ct_local start,
		   struct ct_local end)
{
	const struct offer *offer = closest(c, start);
	int64_t length = room_least(room) > HOUR ? room_least(room) : HOUR;

	c->start = offer->start;
	c->end.s = offer->start.s + length;
	if (ct_local_set(end) && end.s - offer->start.s >= room_least(room))
		c->end.s = offer->exact ? end.s : step_down(room, end.s);
	if (c->end.s > offer->until.s)
		c->end = offer->until;
}

struct choice choice_make(struct ct_request *r, const struct room *room, struct ct_day day,
			  struct ct_local start, struct ct_local end)
{
	struct choice c = { .room = room,
			    .day = day,
			    .slots = room_slots(r, room, day),
			    .start = CT_NO_LOCAL,
			    .end = CT_NO_LOCAL };

	c.offers = talloc_array(r, struct offer, 1);
	if (!room_for_me(r, room))
		return c;
	for (size_t i = 0; i < c.slots.n; i++)
		if (c.slots.slot[i].bookable)
			add_offers(room, &c, &c.slots.slot[i]);
	add_asked(r, room, &c, start, end);
	if (c.n_offers)
		choose(room, &c, start, end);
	return c;
}

static bool others_have(struct ct_request *r, const struct rooms *rooms, const struct wish_item *items,
			struct ct_local start, struct ct_local end)
{
	struct ct_error e;

	for (size_t i = 1; i < rooms->n; i++) {
		const struct room *room = &rooms->room[i];

		if (room_allows(r, room, start, end, ct_may(r, MAY_MANAGE, room->org), &e) ||
		    !room_fits(room, start, end, items[i].quantity))
			return false;
	}
	return true;
}

void choice_narrow(struct ct_request *r, struct choice *c, const struct rooms *rooms, const struct wish_item *items,
		   struct ct_local start, struct ct_local end)
{
	int64_t step = c->room->policy.step * 60, least = room_least(c->room);
	size_t kept = 0;

	if (rooms->n < 2)
		return;
	c->narrowed = true;
	for (size_t i = 0; i < c->n_offers; i++) {
		struct offer o = c->offers[i];

		while (!o.exact && o.until.s - o.start.s >= least && !others_have(r, rooms, items, o.start, o.until))
			o.until.s -= step;
		if (o.exact ? others_have(r, rooms, items, o.start, o.until) : o.until.s - o.start.s >= least)
			c->offers[kept++] = o;
	}
	c->n_offers = kept;
	c->start = c->end = CT_NO_LOCAL;
	if (kept)
		choose(c->room, c, start, end);
}

static const char *label(struct ct_request *r, struct ct_day day, struct ct_local at)
{
	struct ct_local midnight = ct_day_at(day, 1440);

	if (at.s <= midnight.s)
		return hour_text(r, day, at);
	return talloc_asprintf(r, "%s, %s", day_short(r, ct_local_day(at)),
			       hour_text(r, ct_local_day(at), at));
}

static json_t *put_option(struct ct_request *r, json_t *list, struct ct_day day, struct ct_local at,
			  bool selected)
{
	json_t *o = ct_add_object(list);
	char text[CT_TIME_TEXT];

	ct_put_text(o, "value", ct_local_text(text, at));
	ct_put_text(o, "label", label(r, day, at));
	ct_put_bool(o, "selected", selected);
	return o;
}

static int by_time(const void *a, const void *b)
{
	int64_t x = ((const struct ct_local *)a)->s, y = ((const struct ct_local *)b)->s;

	return (x > y) - (x < y);
}

/* Every end that some start allows, once, in order. */
static size_t ends_of(struct ct_request *r, const struct choice *c, struct ct_local **ends_r)
{
	struct ct_local *ends = talloc_array(r, struct ct_local, 1);
	int64_t step = c->room->policy.step * 60;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < c->n_offers; i++) {
		const struct offer *o = &c->offers[i];

		for (int64_t at = o->until.s; at >= o->start.s + room_least(c->room); at -= step) {
			ends = talloc_realloc(r, ends, struct ct_local, n + 1);
			ends[n++].s = at;
			if (o->exact)
				break;
		}
	}
	qsort(ends, n, sizeof(*ends), by_time);
	for (size_t i = 0; i < n; i++)
		if (!kept || ends[i].s != ends[kept - 1].s)
			ends[kept++] = ends[i];
	*ends_r = ends;
	return kept;
}

void put_choice(struct ct_request *r, json_t *view, const struct choice *c)
{
	json_t *starts = ct_put_array(view, "starts_ui"), *list = ct_put_array(view, "ends_ui");
	struct ct_local *ends;
	size_t n = ends_of(r, c, &ends);
	char text[CT_TIME_TEXT];

	for (size_t i = 0; i < c->n_offers; i++) {
		json_t *o = put_option(r, starts, c->day, c->offers[i].start,
				       c->offers[i].start.s == c->start.s);

		ct_put_text(o, "until", ct_local_text(text, c->offers[i].until));
	}
	for (size_t i = 0; i < n; i++)
		put_option(r, list, c->day, ends[i], ends[i].s == c->end.s);
}

bool choice_within(const struct choice *c, struct ct_local from, struct ct_local to,
		   struct ct_local *from_r, struct ct_local *to_r)
{
	const struct room *room = c->room;
	int64_t best = (to.s - from.s) / 2, most = room->policy.max_duration * 60;
	bool found = false;

	if (best < room_least(room))
		best = room_least(room);
	for (size_t i = 0; i < c->slots.n; i++) {
		const struct slot *slot = &c->slots.slot[i];
		int64_t a = slot->from.s > from.s ? slot->from.s : step_up(room, from.s);
		int64_t b = slot->to.s < to.s ? slot->to.s : step_down(room, to.s);

		if (!slot->bookable || b - a < best || (most && b - a > most))
			continue;
		best = b - a + 1;
		found = true;
		from_r->s = a;
		to_r->s = b;
	}
	return found;
}
