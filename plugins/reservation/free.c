/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a room is open and what of it is free: pure functions over what model.c has loaded. */
#include "model.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { DAY_MINUTES = 1440, DAY_SPANS = 24 };

/* By its dates and weekdays, whatever sets of days it is limited to. */
static bool usual_on(const struct opening *o, struct ct_day day)
{
	return !o->others && o->from.n <= day.n && (!ct_day_set(o->to) || day.n <= o->to.n) &&
	       (o->weekdays >> (ct_day_weekday(day) - 1) & 1);
}

static bool valid_on(const struct opening *o, struct ct_day day)
{
	return usual_on(o, day) && (!o->only_in || days_have(o->only_in, day)) && !days_have(o->not_in, day);
}

/* The least priority above `last`, or INT64_MAX where there is none. */
static int64_t next_priority(const struct room *room, int64_t last)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < room->n_openings; i++)
		if (room->openings[i].priority > last && room->openings[i].priority < next)
			next = room->openings[i].priority;
	return next;
}

/* The openings of one priority: what they open, and then what they close. */
static void paint(const struct room *room, struct ct_day day, int64_t priority, bool *open)
{
	for (int closed = 0; closed < 2; closed++)
		for (size_t i = 0; i < room->n_openings; i++) {
			const struct opening *o = &room->openings[i];

			if (o->priority == priority && o->closed == (closed != 0) &&
			    valid_on(o, day))
				memset(open + o->opens, !closed,
				       (size_t)(o->closes - o->opens) * sizeof(bool));
		}
}

/* A day is short, so a minute each is the simplest exact way to join and cut openings. */
size_t room_open(const struct room *room, struct ct_day day, struct span *spans_r, size_t max)
{
	bool open[DAY_MINUTES + 1] = { false };
	size_t n = 0;

	for (int64_t p = next_priority(room, INT64_MIN); p != INT64_MAX; p = next_priority(room, p))
		paint(room, day, p, open);
	for (int minute = 0; minute < DAY_MINUTES && n < max; minute++) {
		int end = minute;

		while (open[end])
			end++;
		if (end == minute)
			continue;
		spans_r[n++] = (struct span){ ct_day_at(day, minute), ct_day_at(day, end) };
		minute = end;
	}
	return n;
}

/* Hours that are usual on this weekday and not in force in a set, or taken away in one. */
const char *room_holiday(const struct room *room, struct ct_day day)
{
	const struct opening *open = NULL, *shut = NULL;
	struct span any;

	if (room_open(room, day, &any, 1))
		return NULL;
	for (size_t i = 0; i < room->n_openings; i++) {
		const struct opening *o = &room->openings[i];

		if (!o->closed && usual_on(o, day) && days_have(o->not_in, day))
			return days_name(o->not_in, day);
		if (!o->closed && valid_on(o, day))
			open = o;
		else if (o->closed && o->only_in && valid_on(o, day))
			shut = o;
	}
	return open && shut ? days_name(shut->only_in, day) : NULL;
}

bool room_is_open(const struct room *room, struct ct_local start, struct ct_local end)
{
	struct ct_local at = start;

	for (struct ct_day day = ct_local_day(start); at.s < end.s; day = ct_day_add(day, 1)) {
		struct span spans[DAY_SPANS];
		size_t n = room_open(room, day, spans, DAY_SPANS);
		struct ct_local reached = at, midnight = ct_day_local(ct_day_add(day, 1));

		for (size_t i = 0; i < n; i++)
			if (spans[i].start.s <= reached.s && spans[i].end.s > reached.s)
				reached = spans[i].end;
		if (reached.s >= end.s)
			return true;
		/* what may stay overnight only has to begin and end in opening hours */
		if (room->policy.overnight && reached.s > at.s) {
			struct ct_day last = ct_local_day((struct ct_local){ end.s - 1 });

			n = room_open(room, last, spans, DAY_SPANS);
			for (size_t i = 0; i < n; i++)
				if (last.n > day.n && spans[i].start.s < end.s &&
				    end.s <= spans[i].end.s)
					return true;
		}
		if (reached.s < midnight.s)
			return false;
		at = midnight;
	}
	return true;
}

/* What takes unit `unit` of leaf `leaf` somewhere in [from, to); 0 is any leaf, any unit. */
static const struct busy *taken(const struct room *room, int64_t leaf, int64_t unit,
				struct ct_utc from, struct ct_utc to)
{
	for (size_t i = 0; i < room->n_busy; i++) {
		const struct busy *b = &room->busy[i];

		if ((!leaf || b->leaf == leaf) && (!unit || b->unit == unit) && b->start.s < to.s &&
		    b->end.s > from.s)
			return b;
	}
	return NULL;
}

/* Units free in [from, to): a divisible room is free when all its leaves are. *why_r: what takes it, if anything. */
static int64_t units_free(const struct room *room, struct ct_utc from, struct ct_utc to,
			  const struct busy **why_r)
{
	bool divisible = room->n_leaves > 1;
	const struct busy *why = divisible ? taken(room, 0, 0, from, to) : NULL;
	int64_t free = divisible ? !why : room->units;

	for (int64_t unit = 1; !divisible && unit <= room->units; unit++) {
		const struct busy *b = taken(room, room->leaves[0], unit, from, to);

		why = why ? why : b;
		free -= b != NULL;
	}
	*why_r = free ? NULL : why;
	return free;
}

void room_occupied(const struct room *room, struct ct_local start, struct ct_local end,
		   struct ct_utc *from_r, struct ct_utc *to_r)
{
	from_r->s = ct_zone_utc(room->zone, start).s - room->policy.buffer_before * 60;
	to_r->s = ct_zone_utc(room->zone, end).s + room->policy.buffer_after * 60;
}

bool room_fits(const struct room *room, struct ct_local start, struct ct_local end,
	       int64_t quantity)
{
	const struct busy *why;
	struct ct_utc from, to;

	room_occupied(room, start, end, &from, &to);
	return from.s < to.s && units_free(room, from, to, &why) >= quantity;
}

static int by_instant(const void *a, const void *b)
{
	int64_t x = ((const struct ct_utc *)a)->s, y = ((const struct ct_utc *)b)->s;

	return (x > y) - (x < y);
}

/* The instants between `from` and `to` at which something begins or ends, with both. */
static size_t cuts(struct ct_request *r, const struct room *room, struct ct_utc from,
		   struct ct_utc to, struct ct_utc **cuts_r)
{
	struct ct_utc *at = talloc_array(r, struct ct_utc, room->n_busy * 2 + 2);
	size_t n = 0, kept = 0;

	at[n++] = from;
	at[n++] = to;
	for (size_t i = 0; i < room->n_busy; i++) {
		if (room->busy[i].start.s > from.s && room->busy[i].start.s < to.s)
			at[n++] = room->busy[i].start;
		if (room->busy[i].end.s > from.s && room->busy[i].end.s < to.s)
			at[n++] = room->busy[i].end;
	}
	qsort(at, n, sizeof(*at), by_instant);
	for (size_t i = 0; i < n; i++)
		if (!kept || at[i].s != at[kept - 1].s)
			at[kept++] = at[i];
	*cuts_r = at;
	return kept;
}

static void add_stretch(struct stretch **list, size_t *n, struct stretch s)
{
	struct stretch *last = *n ? &(*list)[*n - 1] : NULL;

	if (last && last->end.s == s.start.s && last->free == s.free &&
	    (last->taken ? last->taken->booking : 0) == (s.taken ? s.taken->booking : 0) &&
	    (last->taken ? last->taken->closure : 0) == (s.taken ? s.taken->closure : 0)) {
		last->end = s.end;
		return;
	}
	*list = talloc_realloc(NULL, *list, struct stretch, *n + 1);
	(*list)[(*n)++] = s;
}

size_t room_stretches(struct ct_request *r, const struct room *room, struct ct_day day,
		      struct stretch **stretches_r)
{
	struct stretch *list = talloc_array(r, struct stretch, 1);
	struct span spans[DAY_SPANS];
	size_t n_spans = room_open(room, day, spans, DAY_SPANS), n = 0;

	for (size_t i = 0; i < n_spans; i++) {
		struct ct_utc *at, from = ct_zone_utc(room->zone, spans[i].start),
				   to = ct_zone_utc(room->zone, spans[i].end);
		size_t n_cuts = from.s < to.s ? cuts(r, room, from, to, &at)
					      : 0; /* clocks may skip it */

		for (size_t k = 0; k + 1 < n_cuts; k++) {
			struct stretch s = {
				.start = ct_zone_local(room->zone, at[k]),
				.end = ct_zone_local(room->zone, at[k + 1]),
			};

			s.free = units_free(room, at[k], at[k + 1], &s.taken);
			add_stretch(&list, &n, s);
		}
	}
	*stretches_r = list;
	return n;
}
