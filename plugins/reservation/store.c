/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "bill.h"
#include "closure.h"
#include "demand.h"

enum { CUT_DAYS = 31, GUEST_HOLDS = 2 };

static int by_key(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Every leaf that the rooms are made of, once, in ascending order: the one global order of locks. */
static size_t leaves_of(struct ct_request *r, const struct rooms *rooms, int64_t **leaves_r)
{
	int64_t *leaves = talloc_array(r, int64_t, 0);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < rooms->n; i++)
		for (size_t k = 0; k < rooms->room[i].n_leaves; k++) {
			leaves = talloc_realloc(r, leaves, int64_t, n + 1);
			leaves[n++] = rooms->room[i].leaves[k];
		}
	qsort(leaves, n, sizeof(*leaves), by_key);
	for (size_t i = 0; i < n; i++)
		if (!kept || leaves[kept - 1] != leaves[i])
			leaves[kept++] = leaves[i];
	*leaves_r = leaves;
	return kept;
}

/* Before anything else is read: what a wish asks for stands still from here on. */
static int lock_leaves(struct ct_request *r, const struct wish *w, struct ct_error *e)
{
	int64_t *ids = talloc_array(r, int64_t, w->n_items);
	struct ct_result *row;
	int rc;

	for (size_t i = 0; i < w->n_items; i++)
		ids[i] = w->items[i].room;
	rc = ct_query(r, "leaves_of_rooms", CT_ARGS(CT_STR(json_ids(r, ids, w->n_items))), &row, e);
#ifdef CT_TEST_NO_GUARD /* tests/http/test_concurrency.py must see the difference */
	return rc;
#endif
	while (!rc && ct_next(row))
		rc = ct_exec(r, "lock_leaf", CT_ARGS(CT_NUM(ct_col_int(row, "leaf_id"))), e);
	return rc;
}

/*
 * Under the locks: what ran out holds nothing any more, whether or not the job has been there. A closure
 * takes what it gave back.
 */
static int drop_expired(struct ct_request *r, const struct wish *w, const struct rooms *rooms,
			struct ct_error *e)
{
	int64_t *leaves, dropped = 0, count;
	size_t n = leaves_of(r, rooms, &leaves);
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		rc = ct_exec_count(r, "drop_expired_holds",
				   CT_ARGS(CT_NUM(leaves[i]), CT_UTC(r->now)), &count, e);
		dropped += rc ? 0 : count;
	}
	if (rc || !dropped)
		return rc;
	return closures_fill(r, json_ids(r, leaves, n),
			     (struct ct_utc){ ct_zone_utc(rooms->room[0].zone, w->start).s - 86400 },
			     (struct ct_utc){ ct_zone_utc(rooms->room[0].zone, w->end).s + 86400 },
			     0, e);
}

int booking_guard_guest(struct ct_request *r, const char *email, struct ct_error *e)
{
	const char *bucket = ct_secret_hash(r, "holds of a guest", email);

	return ct_exec(r, "guest_guard", CT_ARGS(CT_STR(bucket), CT_UTC(r->now)), e);
}

/* An address that nobody has proved yet holds two rooms at most. The guard row comes before the count. */
static int check_guest(struct ct_request *r, const struct wish *w, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if (!w->hold)
		return 0;
	if ((rc = booking_guard_guest(r, w->email, e)) ||
	    (rc = ct_one(r, "guest_holds", CT_ARGS(CT_UTC(r->now), CT_STR(w->email)), &row, e)))
		return rc;
	if (ct_col_int(row, "n") < GUEST_HOLDS)
		return 0;
	return ct_fail_field(e, "email", _("Two bookings already wait for this address. Open the links in our e-mails to confirm them, then book again."));
}

int64_t wish_quantity(const struct wish *w, int64_t room)
{
	for (size_t i = 0; i < w->n_items; i++)
		if (w->items[i].room == room)
			return w->items[i].quantity;
	return 0;
}

int64_t wish_person(const struct ct_request *r, const struct wish *w)
{
	return w->manager && r->person && w->person != r->person ? w->person : 0;
}

static int load_rooms(struct ct_request *r, const struct wish *w, struct rooms *rooms,
		      struct ct_error *e)
{
	int64_t *ids = talloc_array(r, int64_t, w->n_items);
	int rc;

	for (size_t i = 0; i < w->n_items; i++)
		ids[i] = w->items[i].room;
	rc = rooms_by_ids(r, ids, w->n_items, rooms, e);
	if (!rc && rooms->n < w->n_items)
		return ct_fail_field(e, "resource",
				     _("There is no such room, or it can no longer be booked."));
	for (size_t i = 0; i < rooms->n && !rc; i++)
		if (w->org && rooms->room[i].org != w->org)
			rc = ct_fail_field(e, "items",
					   _("What is booked together has to be in one place."));
	for (size_t i = 1; i < rooms->n && !rc; i++)
		if (rooms->room[i].place != rooms->room[0].place)
			rc = ct_fail_field(e, "items",
					   _("What is booked together has to be in one place."));
	if (rc || (rc = rooms_for(r, rooms, wish_person(r, w), e)))
		return rc;
	return demands_load(r, rooms, w->person, ct_local_day(w->start), e);
}

static int check_people(struct ct_request *r, const struct wish *w, const struct room *room,
			struct ct_error *e)
{
	char number[24];

	if (room->members_only && !w->manager && !ct_may(r, "booking.member", room->org))
		return ct_fail_field(e, "resource", _("%s is for members of the place only."),
				     room->name);
	snprintf(number, sizeof(number), "%lld", (long long)room->capacity);
	if (room->capacity && w->attendance > room->capacity)
		return ct_fail_field(e, "attendance", _("%s holds at most %s people."), room->name,
				     number);
	return 0;
}

/* Overlapping parts of one wish (a hall and one of its halves) would take the same leaf twice. */
static int check_distinct(const struct rooms *rooms, struct ct_error *e)
{
	for (size_t i = 0; i < rooms->n; i++)
		for (size_t k = 0; k < i; k++)
			for (size_t a = 0; a < rooms->room[i].n_leaves; a++)
				for (size_t b = 0; b < rooms->room[k].n_leaves; b++)
					if (rooms->room[i].leaves[a] == rooms->room[k].leaves[b])
						return ct_fail_field(
							e, "items",
							_("%s is a part of %s: book one of them."),
							rooms->room[i].name, rooms->room[k].name);
	return 0;
}

/* A manager is told why a door is closed that she finds open herself. */
static int say_whose_hours(struct ct_request *r, const struct wish *w, const struct room *room, int rc,
			   struct ct_error *e)
{
	struct room open = *room;
	struct opening *all = talloc_array(r, struct opening, room->n_openings);

	for (size_t i = 0; i < room->n_openings; i++) {
		all[i] = room->openings[i];
		all[i].others = false;
	}
	open.openings = all;
	if (room_is_open(room, w->start, w->end) || !room_is_open(&open, w->start, w->end))
		return rc;
	return ct_fail_field(e, "start", _("%s is closed at that time for who comes: some hours are for some people only. Choose other hours, or note it under “Who belongs to what”."),
			     room->name);
}

static int check_rules(struct ct_request *r, const struct wish *w, struct rooms *rooms,
		       struct ct_error *e)
{
	int rc = openings_load(r, rooms, ct_local_day(w->start), ct_local_day(w->end), e);

	if (!rc)
		rc = check_distinct(rooms, e);
	for (size_t i = 0; i < w->n_items && !rc; i++) {
		const struct room *room = rooms_find(rooms, w->items[i].room);

		if (w->items[i].quantity > (room->n_leaves > 1 ? 1 : room->units))
			return ct_fail_field(e, "units", _("There are %lld of these."),
					     (long long)room->units);
		if (!(rc = room_allows(r, room, w->start, w->end, w->manager, e)))
			rc = check_people(r, w, room, e);
		else if (rooms->person)
			rc = say_whose_hours(r, w, room, rc, e);
	}
	if (!rc && rooms->demands->lacking && !w->manager)
		rc = ct_fail_field(e, "resource", "%s", rooms->demands->lacking);
	return rc || !ct_in_transaction(r) ? rc : quota_check(r, w, rooms, w->changes, e);
}

static int check_free(struct ct_request *r, const struct wish *w, struct rooms *rooms,
		      struct ct_error *e)
{
	struct ct_utc from = { INT64_MAX }, to = { INT64_MIN };
	int rc;

	for (size_t i = 0; i < rooms->n; i++) {
		struct ct_utc a, b;

		room_occupied(&rooms->room[i], w->start, w->end, &a, &b);
		from.s = a.s < from.s ? a.s : from.s;
		to.s = b.s > to.s ? b.s : to.s;
	}
	rc = busy_load(r, rooms, from, to, e);
	if (!rc)
		busy_without(rooms, w->changes);
	for (size_t i = 0; i < w->n_items && !rc; i++)
		if (!room_fits(rooms_find(rooms, w->items[i].room), w->start, w->end,
			       w->items[i].quantity))
			rc = ct_fail(e, CT_CONFLICT, _("%s is taken at that time."),
				     rooms_find(rooms, w->items[i].room)->name);
	return rc;
}

/* As check_free, and says what else is. */
static int must_be_free(struct ct_request *r, const struct wish *w, struct rooms *rooms,
			struct ct_error *e)
{
	int rc = check_free(r, w, rooms, e);
	struct ct_error why;

	if (rc == CT_CONFLICT && alternatives_put(r, w, rooms, &why))
		return ct_fail(e, why.rc, "%s", why.text);
	return rc;
}

static int insert_booking(struct ct_request *r, const struct wish *w, struct stored *s,
			  struct ct_error *e)
{
	const struct room *room = &s->rooms.room[0];

	return ct_insert(r, "booking_insert",
			 CT_ARGS(CT_STR(w->uid), CT_NUM(room->org), CT_NUM(room->place),
				 CT_ID(w->person), CT_ID(w->payer), CT_STR(w->payer_text),
				 CT_ID(w->booked_by), CT_STR(w->title), CT_STR(w->note),
				 CT_STR(w->name), CT_STR(w->email), CT_STR(w->phone),
				 CT_STR(w->layout), w->attendance ? CT_NUM(w->attendance) : CT_NULL,
				 CT_ID(w->purpose), CT_STR(w->order_ref), CT_STR(w->source),
				 CT_LOCAL(w->start), CT_LOCAL(w->end), CT_STR(room->zone_name),
				 CT_UTC(ct_zone_utc(room->zone, w->start)),
				 CT_UTC(ct_zone_utc(room->zone, w->end)), CT_STR(s->status),
				 CT_UTC(s->hold_until), CT_STR(w->token_hash),
				 CT_NUM(s->price.total_cents), CT_STR(s->price.currency),
				 CT_STR(s->price.known ? s->price.amounts : "on_quote"),
				 CT_UTC(r->now)),
			 &s->id, e);
}

/* Long spans are cut, so that every range query may look back 31 days and no further. */
static int occupy(struct ct_request *r, int64_t leaf, int64_t unit, struct ct_utc from,
		  struct ct_utc to, const char *cause, int64_t item, struct ct_error *e)
{
	int rc = 0;

	for (struct ct_utc at = from; at.s < to.s && !rc; at.s += CUT_DAYS * 86400) {
		struct ct_utc end = { at.s + CUT_DAYS * 86400 < to.s ? at.s + CUT_DAYS * 86400
								     : to.s };

		rc = ct_exec(r, "occupy",
			     CT_ARGS(CT_NUM(leaf), CT_NUM(unit), CT_UTC(at), CT_UTC(end),
				     CT_STR(cause), CT_NUM(item)),
			     e);
	}
	return rc;
}

static bool unit_is_free(const struct room *room, int64_t leaf, int64_t unit, struct ct_utc from,
			 struct ct_utc to)
{
	for (size_t i = 0; i < room->n_busy; i++)
		if (room->busy[i].leaf == leaf && room->busy[i].unit == unit &&
		    room->busy[i].start.s < to.s && room->busy[i].end.s > from.s)
			return false;
	return true;
}

static int occupy_item(struct ct_request *r, const struct wish *w, const struct room *room,
		       int64_t quantity, int64_t item, struct ct_error *e)
{
	const char *cause = w->hold ? "hold" : "booking";
	struct ct_utc from, to;
	int rc = 0;

	room_occupied(room, w->start, w->end, &from, &to);
	for (size_t i = 0; i < room->n_leaves; i++) {
		int64_t left = quantity;

		for (int64_t unit = 1; unit <= room->units && left && !rc; unit++)
			if (unit_is_free(room, room->leaves[i], unit, from, to)) {
				rc = occupy(r, room->leaves[i], unit, from, to, cause, item, e);
				left--;
			}
		if (!rc && left)
			rc = ct_fail(e, CT_CONFLICT, _("%s is taken at that time."), room->name);
	}
	return rc;
}

static int insert_items(struct ct_request *r, const struct wish *w, const struct stored *s,
			struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < s->rooms.n && !rc; i++) {
		int64_t item, quantity = wish_quantity(w, s->rooms.room[i].id);

		rc = ct_insert(
			r, "item_insert",
			CT_ARGS(CT_NUM(s->id), CT_NUM(s->rooms.room[i].id), CT_NUM(quantity)),
			&item, e);
		if (!rc)
			rc = occupy_item(r, w, &s->rooms.room[i], quantity, item, e);
	}
	return rc;
}

static int call_stage(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_booking_f *)function)(r, arg, e);
}

int booking_raise(struct ct_request *r, const char *stage, struct ct_booking *b,
		  struct ct_error *e)
{
	return ct_raise(r, stage, call_stage, b, e);
}

struct ct_booking booking_describe(struct ct_request *r, const struct wish *w, const struct stored *s)
{
	struct ct_booking_item *items = talloc_array(r, struct ct_booking_item, w->n_items);
	const struct room *room = &s->rooms.room[0];

	for (size_t i = 0; i < w->n_items; i++)
		items[i] = (struct ct_booking_item){ w->items[i].room, w->items[i].quantity };
	return (struct ct_booking){
		.id = s->id,
		.uid = w->uid,
		.title = w->title,
		.status = s->status,
		.zone = room->zone_name,
		.org = room->org,
		.place = room->place,
		.person = w->person,
		.payer = w->payer,
		.booked_by = w->booked_by,
		.resource = w->items[0].room,
		.items = items,
		.n_items = w->n_items,
		.start = w->start,
		.end = w->end,
		.start_utc = ct_zone_utc(room->zone, w->start),
		.end_utc = ct_zone_utc(room->zone, w->end),
		.attendance = w->attendance,
		.total_cents = s->price.total_cents,
		.currency = s->price.currency,
	};
}

static json_t *trace_of(const struct wish *w, const struct stored *s)
{
	json_t *o = json_object();
	char buf[CT_TIME_TEXT];

	ct_put_text(o, "status", s->status);
	ct_put_text(o, "start_local", ct_local_text(buf, w->start));
	ct_put_text(o, "end_local", ct_local_text(buf, w->end));
	ct_put_int(o, "total_cents", s->price.total_cents);
	return o;
}

static int insert_all(struct ct_request *r, const struct wish *w, struct stored *s,
		      struct ct_error *e)
{
	struct ct_booking b;
	int rc;

	if ((rc = insert_booking(r, w, s, e)) || (rc = insert_items(r, w, s, e)) ||
	    (rc = price_freeze(r, s->id, &s->rooms, w->start, &s->price, e)) ||
	    (rc = demands_keep(r, &s->rooms, w, s->id, e)) || (rc = feed_serialise(r, s->id, e)) ||
	    (rc = bill_post_shown(r, s->id, &s->price, w->left_said ? w->left_cents : -1, e)) ||
	    (rc = ct_audit(r, "booking", s->id, "create", NULL, trace_of(w, s), e)))
		return rc;
	b = booking_describe(r, w, s);
	rc = ct_raise(r, "booking.stored", call_stage, &b, e);
	if (!rc && !strcmp(s->status, "confirmed"))
		rc = ct_raise(r, "booking.confirmed", call_stage, &b, e);
	return rc;
}

const char *booking_first_status(const struct wish *w, const struct rooms *rooms, const struct price *price)
{
	if (w->hold)
		return "hold";
	if (w->manager)
		return "confirmed";
	/*
	 * An organisation that is only a name has promised nothing: a manager links it. And nobody owes what nobody
	 * has said.
	 */
	return booking_needs_approval(rooms) || (w->payer_text && !w->payer) || !price->known ? "pending" : "confirmed";
}

static int judge_rules(struct ct_request *r, const struct wish *w, struct rooms *rooms, struct ct_error *e)
{
	int rc;

	if ((rc = load_rooms(r, w, rooms, e)) ||
	    (ct_in_transaction(r) && (rc = drop_expired(r, w, rooms, e))) || (rc = check_guest(r, w, e)))
		return rc;
	return check_rules(r, w, rooms, e);
}

static int judge_price(struct ct_request *r, const struct wish *w, struct rooms *rooms, struct price *price_r,
		       struct ct_error *e)
{
	int rc = must_be_free(r, w, rooms, e);

	return rc ? rc : price_items(r, w, rooms, price_r, e);
}

int booking_judge(struct ct_request *r, const struct wish *w, struct rooms *rooms_r,
		  struct price *price_r, struct ct_error *e)
{
	struct rooms rooms;
	struct price price;
	int rc;

	if ((rc = judge_rules(r, w, &rooms, e)) || (rc = judge_price(r, w, &rooms, &price, e)))
		return rc;
	*rooms_r = rooms;
	*price_r = price;
	return 0;
}

int booking_occupy(struct ct_request *r, int64_t id, const struct wish *w, const struct rooms *rooms,
		   struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "items_of_booking", CT_ARGS(CT_NUM(id)), &row, e);

	while (!rc && ct_next(row))
		rc = occupy_item(r, w, rooms_find(rooms, ct_col_int(row, "resource_id")),
				 ct_col_int(row, "quantity"), ct_col_int(row, "id"), e);
	return rc;
}

int booking_people_fit(struct ct_request *r, const struct wish *w, struct rooms *rooms_r, struct ct_error *e)
{
	struct rooms rooms;
	int rc = load_rooms(r, w, &rooms, e);

	for (size_t i = 0; i < w->n_items && !rc; i++)
		rc = check_people(r, w, &rooms.room[i], e);
	if (!rc)
		*rooms_r = rooms;
	return rc;
}

int booking_store(struct ct_request *r, const struct wish *w, struct stored *stored_r,
		  struct ct_error *e)
{
	struct stored s = { 0 };
	struct ct_booking b;
	int rc;

	if ((rc = lock_leaves(r, w, e)) || (rc = judge_rules(r, w, &s.rooms, e)) ||
	    (rc = demands_check_terms(&s.rooms, w, e)) || (rc = judge_price(r, w, &s.rooms, &s.price, e)))
		return rc;
	s.status = booking_first_status(w, &s.rooms, &s.price);
	s.hold_until = w->hold ? (struct ct_utc){ r->now.s +
						  s.rooms.room[0].policy.hold_minutes * 60 }
			       : CT_NO_UTC;
	b = booking_describe(r, w, &s);
	if ((rc = ct_raise(r, "booking.check", call_stage, &b, e)) ||
	    (rc = insert_all(r, w, &s, e)))
		return rc;
	*stored_r = s;
	return 0;
}

int booking_retake(struct ct_request *r, int64_t id, const struct wish *w, bool late,
		   struct rooms *rooms_r, struct ct_error *e)
{
	struct rooms rooms;
	struct price now;
	int rc;

	if (late)
		rc = booking_judge(r, w, &rooms, &now, e);
	else if (!(rc = load_rooms(r, w, &rooms, e)) && !(rc = drop_expired(r, w, &rooms, e)))
		rc = must_be_free(r, w, &rooms, e);
	if (!rc)
		rc = booking_occupy(r, id, w, &rooms, e);
	if (!rc)
		*rooms_r = rooms;
	return rc;
}

bool booking_needs_approval(const struct rooms *rooms)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->room[i].policy.approval != APPROVAL_NONE)
			return true;
	return false;
}
