/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room's day as slots: what a person may take as a whole, and why not the rest. */
#include <string.h>
#include <talloc.h>

#include "views.h"

int64_t step_down(const struct room *room, int64_t at)
{
	int64_t step = room->policy.step * 60;

	return at - (at % step + step) % step;
}

int64_t step_up(const struct room *room, int64_t at)
{
	return step_down(room, at + room->policy.step * 60 - 1);
}

int64_t room_least(const struct room *room)
{
	const struct policy *p = &room->policy;

	return (p->min_duration > p->step ? p->min_duration : p->step) * 60;
}

bool room_for_me(struct ct_request *r, const struct room *room)
{
	return !room->members_only || ct_may(r, MAY_MEMBER, room->org) ||
	       ct_may(r, MAY_MANAGE, room->org);
}

static bool is_mine(const struct ct_request *r, const struct busy *b)
{
	return b->booking && r->person && (b->person ? b->person : b->booked_by) == r->person;
}

/* Of several that take the same hours, the reader's own comes first. */
static const struct busy *pick(const struct ct_request *r, const struct room *room,
			       const struct stretch *s)
{
	struct ct_utc from = ct_zone_utc(room->zone, s->start),
		      to = ct_zone_utc(room->zone, s->end);

	for (size_t i = 0; r->person && i < room->n_busy; i++) {
		const struct busy *b = &room->busy[i];

		if (b->start.s < to.s && b->end.s > from.s && is_mine(r, b))
			return b;
	}
	return s->taken;
}

static enum slot_state state_of(const struct ct_request *r, const struct busy *b)
{
	if (!b->booking)
		return !strcmp(b->cause, "closure") ? SLOT_CLOSED : SLOT_BUSY;
	if (!strcmp(b->status, "pending") || !strcmp(b->status, "hold") ||
	    !strcmp(b->status, "option"))
		return SLOT_PENDING;
	return is_mine(r, b) ? SLOT_MINE : SLOT_BUSY;
}

static bool joins(const struct room *room, const struct slot *a, const struct slot *b)
{
	if (a->end.s != b->start.s || a->state != b->state)
		return false;
	if (a->state == SLOT_FREE)
		return room_fits(room, a->start, b->end, 1);
	return a->taken && b->taken && (a->taken->booking || a->taken->closure) &&
	       a->taken->booking == b->taken->booking && a->taken->closure == b->taken->closure;
}

static void add(const struct room *room, struct slots *list, struct slot slot)
{
	struct slot *last = list->n ? &list->slot[list->n - 1] : NULL;

	if (last && last->end.s < slot.start.s) {
		list->slot[list->n++] = (struct slot){
			.state = SLOT_CLOSED,
			.start = last->end,
			.end = slot.start,
		};
		last = NULL;
	}
	if (last && joins(room, last, &slot)) {
		last->end = slot.end;
		last->units = slot.units < last->units ? slot.units : last->units;
		return;
	}
	list->slot[list->n++] = slot;
}

static struct slots as_slots(struct ct_request *r, const struct room *room, struct ct_day day)
{
	struct stretch *stretches;
	size_t n = room_stretches(r, room, day, &stretches);
	struct slots list = { talloc_array(r, struct slot, 3 * n + 1), 0 };

	for (size_t i = 0; i < n; i++) {
		const struct stretch *s = &stretches[i];
		const struct busy *b = s->free ? NULL : pick(r, room, s);

		if (s->end.s > s->start.s)
			add(room, &list,
			    (struct slot){
				    .state = b ? state_of(r, b) : SLOT_FREE,
				    .start = s->start,
				    .end = s->end,
				    .units = s->free,
				    .taken = b,
			    });
	}
	return list;
}

/*
 * Narrows a free slot to what a booking with its buffers may take; its neighbours get the rest.
 * False where nothing is left: then a neighbour has all of it.
 */
static bool settle(const struct room *room, struct slot *slot, struct slot *before,
		   struct slot *after)
{
	struct slot *prev = before && before->taken ? before : NULL;
	struct slot *next = after && after->taken ? after : NULL;

	slot->from.s = step_up(room, slot->start.s + (prev ? room->policy.buffer_before * 60 : 0));
	slot->to.s = step_down(room, slot->end.s - (next ? room->policy.buffer_after * 60 : 0));
	if (slot->to.s <= slot->from.s && (prev || next)) {
		if (prev)
			prev->end = slot->end;
		else
			next->start = slot->start;
		return false;
	}
	if (prev)
		prev->end = slot->start = slot->from;
	if (next)
		next->start = slot->end = slot->to;
	slot->bookable = slot->to.s - slot->from.s >= room_least(room) &&
			 room_fits(room, slot->from, slot->to, 1);
	return true;
}

static void settle_all(const struct room *room, struct slots *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct slot slot = list->slot[i];

		if (slot.state != SLOT_FREE ||
		    settle(room, &slot, kept ? &list->slot[kept - 1] : NULL,
			   i + 1 < list->n ? &list->slot[i + 1] : NULL))
			list->slot[kept++] = slot;
	}
	list->n = kept;
}

/* From when on the reader may book, and until when a booking may begin: by the room's notice. */
static void horizon(struct ct_request *r, const struct room *room, struct ct_local *first_r,
		    struct ct_local *last_r)
{
	bool manager = ct_may(r, MAY_MANAGE, room->org);
	const struct policy *p = &room->policy;
	struct ct_utc first = { r->now.s + (manager ? 0 : p->min_notice * 60) };
	struct ct_utc last = { r->now.s + p->max_notice * 60 };

	first_r->s = step_up(room, ct_zone_local(room->zone, first).s);
	if (manager)
		first_r->s = step_down(room, ct_zone_local(room->zone, r->now).s);
	*last_r = p->max_notice && !manager ? ct_zone_local(room->zone, last)
					    : (struct ct_local){ INT64_MAX };
}

struct slots room_slots(struct ct_request *r, const struct room *room, struct ct_day day)
{
	struct slots raw = as_slots(r, room, day), list = { NULL, 0 };
	struct ct_local first, last;

	settle_all(room, &raw);
	horizon(r, room, &first, &last);
	list.slot = talloc_array(r, struct slot, 2 * raw.n + 1);
	for (size_t i = 0; i < raw.n; i++) {
		struct slot slot = raw.slot[i], over = slot;

		if (slot.bookable && slot.from.s < first.s) {
			slot.from = first;
			slot.bookable = slot.to.s - first.s >= room_least(room);
		}
		slot.bookable &= slot.from.s <= last.s;
		if (slot.bookable && slot.from.s == first.s && slot.start.s < first.s) {
			over.bookable = false;
			over.end = slot.start = first;
			list.slot[list.n++] = over;
		}
		list.slot[list.n++] = slot;
	}
	return list;
}

int64_t slots_free_minutes(const struct slots *slots)
{
	int64_t seconds = 0;

	for (size_t i = 0; i < slots->n; i++)
		if (slots->slot[i].bookable)
			seconds += slots->slot[i].to.s - slots->slot[i].from.s;
	return seconds / 60;
}

const struct slot *slots_at(const struct slots *slots, struct ct_local now)
{
	for (size_t i = 0; i < slots->n; i++)
		if (slots->slot[i].state == SLOT_FREE && slots->slot[i].start.s <= now.s &&
		    now.s < slots->slot[i].end.s)
			return &slots->slot[i];
	return NULL;
}

enum day_state slots_state(const struct ct_request *r, const struct room *room, struct ct_day day,
			   const struct slots *slots)
{
	struct ct_local now = ct_zone_local(room->zone, r->now);
	int64_t ahead = (ct_day_local(day).s - now.s) / 60, most = room->policy.max_notice;
	bool free = false;

	if (!slots->n)
		return DAY_CLOSED;
	if (slots_free_minutes(slots))
		return DAY_BOOKABLE;
	if (slots->slot[slots->n - 1].end.s <= now.s)
		return DAY_PAST;
	for (size_t i = 0; i < slots->n; i++) {
		const struct slot *slot = &slots->slot[i];

		free |= slot->state == SLOT_FREE && slot->end.s > now.s &&
			slot->end.s - slot->start.s >= room_least(room);
	}
	if (!free)
		return DAY_FULL;
	return most && ahead > most - 1440 ? DAY_EARLY : DAY_LATE;
}

const char *slots_text(struct ct_request *r, const struct room *room, struct ct_day day,
		       const struct slots *slots)
{
	const char *holiday;
	char buf[CT_TIME_UI];

	switch (slots_state(r, room, day, slots)) {
	case DAY_BOOKABLE:
		return talloc_asprintf(r, _("free %s"),
				       ct_minutes_ui(buf, slots_free_minutes(slots), r->lang));
	case DAY_CLOSED:
		holiday = room_holiday(room, day);
		return holiday ? talloc_asprintf(r, _("closed: %s"), holiday) : _("closed");
	case DAY_PAST:
		return _("past");
	case DAY_EARLY:
		return _("not yet");
	case DAY_LATE:
		return _("too late");
	case DAY_FULL:
	default:
		return _("full");
	}
}

const char *slot_link(struct ct_request *r, const struct room *room, const struct slot *slot)
{
	int64_t most = room->policy.max_duration * 60;
	struct ct_local to = slot->to;
	char from_text[CT_TIME_TEXT], to_text[CT_TIME_TEXT];

	if (most && to.s - slot->from.s > most)
		to.s = slot->from.s + most;
	return together_url(r, ct_url(r, "/resources/%lld/book?start=%s&end=%s", (long long)room->id,
				      ct_local_text(from_text, slot->from), ct_local_text(to_text, to)));
}

static const char *label(struct ct_request *r, const char *name, const struct slot *slot,
			 bool linked)
{
	struct ct_day day = ct_local_day(slot->start);
	const char *start = hour_text(r, day, slot->start), *end = hour_text(r, day, slot->end);
	const char *why = slot->taken ? slot->taken->reason : slot->why;

	switch (slot->state) {
	case SLOT_FREE:
		return talloc_asprintf(
			r, linked ? _("%s, free from %s to %s, book") : _("%s, free from %s to %s"),
			name, start, end);
	case SLOT_MINE:
		return talloc_asprintf(r, _("%s, my booking from %s to %s"), name, start, end);
	case SLOT_PENDING:
		return talloc_asprintf(r, _("%s, asked for from %s to %s"), name, start, end);
	case SLOT_CLOSED:
		if (why)
			return talloc_asprintf(r, _("%s, closed from %s to %s: %s"), name, start, end, why);
		return talloc_asprintf(r, _("%s, closed from %s to %s"), name, start, end);
	case SLOT_BUSY:
	default:
		return talloc_asprintf(r, _("%s, taken from %s to %s"), name, start, end);
	}
}

/* Who may know a booking sees its own hours; for others all that it takes is taken, buffers too. */
static const char *hours(struct ct_request *r, const struct slot *slot, bool known)
{
	const struct busy *b = slot->taken;

	if (known && b && b->booking && b->start_local.s >= slot->start.s &&
	    b->end_local.s <= slot->end.s)
		return hours_text(r, b->start_local, b->end_local);
	return hours_text(r, slot->start, slot->end);
}

static void put_state(json_t *o, enum slot_state state)
{
	static const struct {
		const char *name, *is;
	} states[] = {
		[SLOT_FREE] = { "free", "is_free_ui" },
		[SLOT_BUSY] = { "busy", "is_busy_ui" },
		[SLOT_MINE] = { "mine", "is_mine_ui" },
		[SLOT_PENDING] = { "pending", "is_pending_ui" },
		[SLOT_CLOSED] = { "closed", "is_closed_ui" },
	};

	ct_put_text(o, "state", states[state].name);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		ct_put_bool(o, states[i].is, i == state);
}

void put_slot(struct ct_request *r, json_t *o, const struct room *room, const char *name,
	      const struct slot *slot)
{
	const struct busy *b = slot->taken;
	bool known = b && b->booking && (is_mine(r, b) || ct_may(r, MAY_SEE, room->org));
	const char *link = NULL;
	char from[CT_TIME_TEXT], to[CT_TIME_TEXT];

	if (slot->bookable && room_for_me(r, room))
		link = slot_link(r, room, slot);
	else if (known)
		link = ct_url(r, "/bookings/%s", b->booking_uid);
	put_state(o, slot->state);
	ct_put_time(o, "start", slot->start, room->zone, r->lang);
	ct_put_time(o, "end", slot->end, room->zone, r->lang);
	ct_put_text(o, "title", known ? b->title : b ? b->reason : slot->why);
	ct_put_int(o, "units", slot->units);
	ct_put_text(o, "hours_ui", hours(r, slot, known));
	ct_put_text(o, "label_ui", label(r, name, slot, link != NULL));
	ct_put_text(o, "link_ui", link);
	ct_put_int(o, "span_ui", (slot->end.s - slot->start.s + 1799) / 1800);
	ct_put_text(o, "from_ui", slot->bookable ? ct_local_text(from, slot->from) : NULL);
	ct_put_text(o, "to_ui", slot->bookable ? ct_local_text(to, slot->to) : NULL);
	ct_put_int(o, "step_ui", room->policy.step);
	ct_put_int(o, "most_ui", room->policy.max_duration);
}
