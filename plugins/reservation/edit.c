/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /bookings/{uid}/edit: another time, another room or other words for a booking. */
#include "edit.h"
#include "several.h"

#include <string.h>
#include <talloc.h>

enum { MAX_DAYS = 366 };

const struct ct_field reservation_edit_fields[] = {
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 },
	{ "resource", N_("Room"), CT_REF, .ref = "reservation.resource", .ref_org = CT_REF_PUBLIC },
	{ "also", N_("Rooms"), CT_TEXT, .many = true, .max = 40 },
	{ "date", N_("Day"), CT_DATE },
	{ "start", N_("From"), CT_DATETIME },
	{ "end", N_("To"), CT_DATETIME },
	{ 0 }
};

/* The page while it is made: all rooms of the place, and of the chosen one its day. */
struct page {
	struct change *c;
	struct rooms rooms;
	struct rooms chosen;	 /* of the wish, parallel to its items */
	const struct room *room; /* the first of these; NULL: one of them can no longer be booked */
	struct choice choice;
	struct ct_result *windows;
};

const char *edit_back(struct ct_request *r)
{
	return token_url(r, ct_url(r, "/bookings/%s", ct_path(r, "uid")), guest_token(r));
}

static const char *edit_path(struct ct_request *r)
{
	return ct_url(r, "/bookings/%s/edit", ct_path(r, "uid"));
}

/* One that was made of several rooms stays one, also where only one of them is left. */
static bool is_several(const struct page *p)
{
	return p->c->was.n_items > 1;
}

/* This page with another room and other hours. */
static const char *span_link(struct ct_request *r, const struct page *p, struct ct_local start,
			     struct ct_local end)
{
	const struct wish *w = &p->c->wish;
	char from[CT_TIME_TEXT], to[CT_TIME_TEXT];
	char *link = talloc_asprintf(r, "%s%s", edit_path(r),
				     ct_url(r, "?start=%s&end=%s", ct_local_text(from, start), ct_local_text(to, end)));

	for (size_t i = 0; i < w->n_items; i++)
		link = is_several(p) ? talloc_asprintf_append(link, "%s", ct_url(r, "&also=%s", several_key(r, &w->items[i])))
				     : talloc_asprintf_append(link, "&resource=%lld", (long long)w->items[i].room);
	return token_url(r, link, guest_token(r));
}

static int put_windows(struct ct_request *r, const struct page *p, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "windows_ui");
	struct halfday *half;
	size_t n = 0;
	int rc = p->room ? halfdays_of(r, &p->choice, p->windows, &half, &n, e) : 0;

	for (size_t i = 0; i < n; i++)
		put_halfday(r, list, &half[i],
			    half[i].free ? span_link(r, p, half[i].start, half[i].end) : NULL);
	ct_put_bool(r->view, "has_windows_ui", n && p->choice.n_offers);
	return rc;
}

static const struct wish_item *item_of(const struct wish *w, int64_t room)
{
	for (size_t i = 0; i < w->n_items; i++)
		if (w->items[i].room == room)
			return &w->items[i];
	return NULL;
}

/* All rooms of the place: to choose one of, or, of a booking of several, some. */
static void put_rooms(struct ct_request *r, const struct page *p)
{
	json_t *list = ct_put_array(r->view, "rooms_ui"), *kept = ct_put_array(r->view, "also_ui");

	for (size_t i = 0; i < p->rooms.n; i++) {
		const struct room *room = &p->rooms.room[i];
		const struct wish_item one = { room->id, 1 }, *now = item_of(&p->c->wish, room->id),
				       *was = item_of(&p->c->was, room->id), *item = now ? now : was ? was : &one;
		const char *people = people_text(r, room->capacity), *label = room->name;
		json_t *o;

		if (!room_for_me(r, room) && !now)
			continue;
		if (is_several(p) && item->quantity > 1)
			label = talloc_asprintf(r, "%lld × %s", (long long)item->quantity, label);
		o = ct_add_object(list);
		ct_put_text(o, "id", talloc_asprintf(r, "room-%lld", (long long)room->id));
		ct_put_text(o, "value", several_key(r, is_several(p) ? item : &one));
		ct_put_text(o, "label", people ? talloc_asprintf(r, "%s (%s)", label, people) : label);
		ct_put_bool(o, "selected", now != NULL);
	}
	for (size_t i = 0; is_several(p) && p->room && i < p->c->wish.n_items; i++)
		ct_add_text(kept, several_key(r, &p->c->wish.items[i]));
	ct_put_bool(r->view, "one_room_ui", !is_several(p));
}

static void put_when(struct ct_request *r, const struct page *p)
{
	bool can = p->room && p->choice.n_offers;
	char day[CT_TIME_TEXT];

	ct_put_text(r->view, "date_typed_ui", ct_day_text(day, p->choice.day));
	ct_put_text(r->view, "day_ui", day_long(r, p->choice.day, CT_NO_DAY));
	ct_put_bool(r->view, "can_move_ui", can);
	ct_put_text(r->view, "none_ui",
		    !p->room && is_several(p) ? _("One of these rooms can no longer be booked. Tick others.")
		    : !p->room ? _("This room can no longer be booked. Choose another one.")
		    : can    ? NULL
			     : none_text(r, &p->choice));
	ct_put_text(r->view, "room_id_ui",
		    can && !is_several(p)
			    ? talloc_asprintf(r, "%lld", (long long)p->room->id)
			    : NULL);
	ct_put_array(r->view, "starts_ui");
	ct_put_array(r->view, "ends_ui");
	if (can)
		put_choice(r, r->view, &p->choice);
}

/* What stands in the controls: the booking's own words, until somebody typed others. */
static json_t *current(struct ct_request *r, const struct change *c)
{
	const struct wish *w = &c->wish;
	json_t *o = ct_put_object(r->view, "current_ui");

	ct_put_text(o, "title", w->title);
	ct_put_text(o, "note", w->note);
	ct_put_text(o, "internal_note", c->internal_note);
	ct_put_text(o, "phone", phone_text(r, w->phone));
	ct_put_text(o, "order_ref", w->order_ref);
	ct_put_text(o, "payer_text", w->payer_text);
	ct_put_text(o, "units", talloc_asprintf(r, "%lld", (long long)w->items[0].quantity));
	ct_put_text(o, "attendance",
		    w->attendance ? talloc_asprintf(r, "%lld", (long long)w->attendance) : NULL);
	ct_put_text(o, "project",
		    c->project ? talloc_asprintf(r, "%lld", (long long)c->project) : NULL);
	ct_put_text(o, "purpose",
		    w->purpose ? talloc_asprintf(r, "%lld", (long long)w->purpose) : NULL);
	return o;
}

static int put_words(struct ct_request *r, const struct page *p, struct ct_error *e)
{
	static const char *const nothing[] = { NULL };
	const char *names[10], **name = names;
	const struct change *c = p->c;
	json_t *controls;
	int rc;

	if (p->room && p->room->units > 1 && !is_several(p))
		*name++ = "units";
	*name++ = "attendance";
	*name++ = "title";
	*name++ = "purpose";
	*name++ = "note";
	if (!c->wish.person)
		*name++ = "phone";
	*name++ = "order_ref";
	if (c->wish.manager) {
		*name++ = "internal_note";
		*name++ = "project";
	}
	*name = NULL;
	controls = put_fields_of(r, "fields_ui", reservation_change_fields, names, nothing,
				 p->room && p->room->capacity
					 ? talloc_asprintf(r, _("At most %lld here."),
							   (long long)p->room->capacity)
					 : NULL,
				 current(r, c));
	if ((rc = put_purposes(r, controls, c->wish.org, e)))
		return rc;
	return put_project(r, controls, reservation_change_fields, e);
}

/* Those of the wish in its order; the first of them, or NULL where one is not there any more. */
static const struct room *chosen_rooms(struct ct_request *r, struct page *p)
{
	const struct wish *w = &p->c->wish;

	p->chosen = (struct rooms){ .room = talloc_array(r, struct room, w->n_items), .person = p->rooms.person };
	for (size_t i = 0; i < w->n_items; i++)
		for (size_t k = 0; k < p->rooms.n; k++)
			if (p->rooms.room[k].id == w->items[i].room)
				p->chosen.room[p->chosen.n++] = p->rooms.room[k];
	return p->chosen.n == w->n_items ? p->chosen.room : NULL;
}

/* The room and the hours that the page is about: as asked for, else the booking's own. */
static int choose(struct ct_request *r, struct page *p, struct ct_error *e)
{
	const struct wish *w = &p->c->wish;
	struct ct_day asked = ct_in_typed(r, "date") ? ct_in_day(r, "date") : CT_NO_DAY;
	struct ct_day day = ct_day_set(asked) ? asked : ct_local_day(w->start);
	struct ct_day last = ct_local_day(w->end);
	struct ct_local start = w->start, end = w->end;
	int rc;

	p->room = chosen_rooms(r, p);
	if (ct_day_set(asked) && last.n - day.n > MAX_DAYS) {	/* far before the booking: its own day again */
		asked = CT_NO_DAY;
		day = ct_local_day(w->start);
	}
	if (last.n - day.n > MAX_DAYS)
		p->room = NULL;
	if (!p->room)
		return 0;
	if (ct_day_set(asked) && asked.n != ct_local_day(start).n) {
		start = ct_local_add(start, (int64_t)86400 * (asked.n - ct_local_day(start).n));
		end = ct_local_add(end, start.s - w->start.s);
		last = ct_local_day(end);
	}
	if ((rc = openings_load(r, &p->chosen, day, ct_day_add(last, 1), e)) ||
	    (rc = busy_load(r, &p->chosen, day_begin(p->room->zone, ct_day_add(day, -1)),
			    day_begin(p->room->zone, ct_day_add(last, 2)), e)))
		return rc;
	busy_without(&p->chosen, p->c->id);
	p->choice = choice_make(r, p->room, day, start, end);
	choice_narrow(r, &p->choice, &p->chosen, w->items, start, end);
	return 0;
}

/* Every text that the page says beside the hours. `c` is the booking with what was typed so far. */
int edit_put(struct ct_request *r, struct change *c, struct ct_error *e)
{
	struct page p = { .c = c };
	int rc;

	if ((rc = booking_put(r, c->id, true, e)) ||
	    (rc = rooms_of_place(r, c->place, &p.rooms, e)) ||
	    (rc = rooms_for(r, &p.rooms, wish_person(r, &c->wish), e)) ||
	    (rc = ct_one(r, "book_page", CT_ARGS(CT_NUM(c->place)), &p.windows, e)))
		return rc;
	p.choice.day = ct_local_day(c->wish.start);
	if ((rc = choose(r, &p, e)) || (rc = put_words(r, &p, e)))
		return rc;
	put_rooms(r, &p);
	put_when(r, &p);
	if ((rc = put_windows(r, &p, e)))
		return rc;
	ct_put_text(r->view, "look_action_ui", edit_path(r));
	ct_put_text(r->view, "token_ui", guest_token(r));
	ct_put_text(r->view, "action_ui", edit_back(r));
	ct_put_text(r->view, "back_link_ui", edit_back(r));
	ct_put_text(r->view, "version_ui", talloc_asprintf(r, "%lld", (long long)c->version));
	return 0;
}

int reservation_edit(struct ct_request *r, struct ct_error *e)
{
	struct change c;
	int rc = booking_may(r, MAY_MANAGE, e);

	if (rc || (rc = change_load(r, r->subject, &c, e)))
		return rc;
	c.wish.manager = ct_may(r, MAY_MANAGE, r->org);
	if ((rc = change_possible(r, &c, e)) || (rc = edit_merge_time(r, &c, e)))
		return rc;
	return edit_put(r, &c, e);
}
