/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room in a few words: what a list of rooms says of each. */
#include "views.h"

#include <talloc.h>

enum { CARD_SLOTS = 3 };

static const struct slot *next_free(const struct slots *slots, struct ct_local now)
{
	for (size_t i = 0; i < slots->n; i++)
		if (slots->slot[i].state == SLOT_FREE && slots->slot[i].start.s > now.s)
			return &slots->slot[i];
	return NULL;
}

static const char *today_text(struct ct_request *r, const struct slots *slots, struct ct_local now)
{
	const struct slot *next = next_free(slots, now);
	char buf[CT_TIME_UI];

	if (next)
		return talloc_asprintf(r, _("free at %s"), ct_time_ui(buf, next->start, r->lang));
	if (!slots->n)
		return _("closed today");
	return slots->slot[slots->n - 1].end.s <= now.s ? _("closed for today") : _("full today");
}

/* Of another day than today: when its first hour that can be booked begins. */
static const char *other_text(struct ct_request *r, const struct slots *slots)
{
	char buf[CT_TIME_UI];

	for (size_t i = 0; i < slots->n; i++)
		if (slots->slot[i].bookable)
			return talloc_asprintf(r, _("free from %s"),
					       ct_time_ui(buf, slots->slot[i].from, r->lang));
	return slots->n ? _("full") : _("closed");
}

void put_now(struct ct_request *r, json_t *o, const struct room *room, struct ct_day day,
	     const struct slots *slots)
{
	struct ct_local now = ct_zone_local(room->zone, r->now);
	bool today = day.n == ct_local_day(now).n, free = today && slots_at(slots, now);
	const char *holiday = slots->n ? NULL : room_holiday(room, day);

	ct_put_bool(o, "free_now", free);
	ct_put_text(o, "now_ui",
		    free      ? _("free now")
		    : holiday ? talloc_asprintf(r, _("closed: %s"), holiday)
		    : today ? today_text(r, slots, now)
			    : other_text(r, slots));
}

static void put_chips(struct ct_request *r, json_t *o, const struct room *room,
		      const struct slots *slots)
{
	json_t *list = ct_put_array(o, "slots_ui");

	for (size_t i = 0; i < slots->n && json_array_size(list) < CARD_SLOTS; i++) {
		const struct slot *slot = &slots->slot[i];
		json_t *chip;

		if (!slot->bookable)
			continue;
		chip = ct_add_object(list);
		ct_put_text(chip, "label", hours_text(r, slot->from, slot->to));
		ct_put_text(chip, "link", slot_link(r, room, slot));
	}
}

void put_card(struct ct_request *r, json_t *o, const struct room *room, const struct tariff *tariff,
	      const struct place *place, struct ct_day day, const struct slots *slots)
{
	static const struct slots none = { NULL, 0 };
	bool mine = room_for_me(r, room);
	char date[CT_TIME_TEXT];

	put_room(r, o, room);
	ct_put_text(o, "kind", room->kind_one);
	if (room->capacity)
		ct_put_int(o, "capacity", room->capacity);
	else
		ct_put_null(o, "capacity");
	ct_put_text(o, "capacity_ui", people_text(r, room->capacity));
	if (place)
		put_place(r, ct_put_object(o, "place"), place);
	else
		ct_put_null(o, "place");
	ct_put_bool(o, "step_free", room->step_free);
	ct_put_text(o, "price_ui", price_from(r, tariff));
	ct_put_text(o, "price_why_ui", tariff ? tariff->why : NULL);
	put_now(r, o, room, day, slots);
	put_chips(r, o, room, mine ? slots : &none);
	ct_put_text(o, "book_link_ui",
		    mine ? together_url(r, ct_url(r, "/resources/%lld/book?date=%s", (long long)room->id,
						  ct_day_text(date, day)))
			 : NULL);
}
