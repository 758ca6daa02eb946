/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "move.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "bill.h"
#include "cancel.h"
#include "closure.h"
#include "demand.h"
#include "price_change.h"

static int load_items(struct ct_request *r, struct change *c, struct ct_error *e)
{
	struct ct_result *row;
	struct wish_item *items;
	size_t n = 0;
	int rc = ct_query(r, "items_of_booking", CT_ARGS(CT_NUM(c->id)), &row, e);

	if (rc)
		return rc;
	items = talloc_array(r, struct wish_item, ct_result_rows(row) + 1);
	while (ct_next(row))
		items[n++] = (struct wish_item){ ct_col_int(row, "resource_id"),
						 ct_col_int(row, "quantity") };
	c->wish.items = items;
	c->wish.n_items = n;
	return 0;
}

static struct wish wish_of(const struct ct_result *row)
{
	return (struct wish){
		.start = ct_col_local(row, "start_local"),
		.end = ct_col_local(row, "end_local"),
		.person = ct_col_int(row, "person_id"),
		.payer = ct_col_int(row, "payer_id"),
		.booked_by = ct_col_int(row, "booked_by"),
		.payer_text = ct_col_text(row, "payer_text"),
		.name = ct_col_text(row, "contact_name"),
		.email = ct_col_text(row, "contact_email"),
		.phone = ct_col_text(row, "contact_phone"),
		.title = ct_col_text(row, "title"),
		.note = ct_col_text(row, "note"),
		.layout = ct_col_text(row, "layout"),
		.order_ref = ct_col_text(row, "order_ref"),
		.source = ct_col_text(row, "source"),
		.attendance = ct_col_int(row, "attendance"),
		.purpose = ct_col_int(row, "purpose_id"),
		.expected_cents = -1,
		.uid = ct_col_text(row, "uid"),
		.org = ct_col_int(row, "org_id"),
	};
}

int change_load(struct ct_request *r, int64_t id, struct change *change_r, struct ct_error *e)
{
	struct ct_result *row;
	struct change c = { .id = id };
	int rc = ct_one(r, "booking_full", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	c.wish = wish_of(row);
	c.wish.changes = id;
	c.version = ct_col_int(row, "row_version");
	c.status = c.new_status = ct_col_text(row, "status");
	c.internal_note = ct_col_text(row, "internal_note");
	c.place = ct_col_int(row, "place_id");
	c.project = ct_col_int(row, "project_id");
	c.start_utc = ct_col_utc(row, "start_utc");
	c.end_utc = ct_col_utc(row, "end_utc");
	c.zone = ct_col_text(row, "zone");
	c.amounts = ct_col_text(row, "amounts");
	c.lang = ct_col_text(row, "lang");
	if ((rc = load_items(r, &c, e)) || (rc = price_stored(r, row, &c.was_price, e)))
		return rc;
	c.was_price.audience = ct_col_int(row, "audience_id");
	wish_again(r, &c.was_price, &c.wish);
	c.was = c.wish;
	*change_r = c;
	return 0;
}

/* ---- judging ---- */

static bool same_items(const struct wish *a, const struct wish *b)
{
	for (size_t i = 0; i < a->n_items; i++)
		if (wish_quantity(b, a->items[i].room) != a->items[i].quantity)
			return false;
	return a->n_items == b->n_items;
}

int change_possible(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	bool alive = !strcmp(c->status, "confirmed") || !strcmp(c->status, "pending") ||
		     !strcmp(c->status, "option") || !strcmp(c->status, "hold");

	if (!alive)
		return ct_fail(e, CT_CONFLICT,
			       _("This booking has ended: it can no longer be changed."));
	if (!c->wish.manager && c->start_utc.s <= r->now.s)
		return ct_fail(e, CT_CONFLICT,
			       _("This booking has begun: please call the place to change it."));
	return 0;
}

/* Sums of two bases cannot be added up; a price that nobody has said yet has none. */
static bool other_basis(const struct price *was, const struct price *now)
{
	return was->known && now->known && was->total_cents && now->total_cents &&
	       (strcmp(was->amounts, now->amounts) || strcmp(was->currency, now->currency));
}

/* What nobody has agreed to yet is not made a price by a move of the house: accepting it names one, and asks her. */
static bool is_open(const struct change *c)
{
	return c->wish.manager && (!strcmp(c->status, "option") || !strcmp(c->amounts, "on_quote"));
}

static void settle_price(struct ct_request *r, struct change *c)
{
	bool agreed = !strcmp(c->status, "confirmed") && price_is_named(&c->was_price);

	if (!c->price.known && c->wish.manager && agreed)
		c->price = c->was_price; /* who named it, and now moves it, would say so if it were another */
	else if (is_open(c))
		price_open(&c->price);
	else
		price_give_again(r, &c->was_price, &c->price, c->wish.manager);
}

static int judge_price(struct ct_request *r, struct change *c, struct ct_error *e)
{
	int64_t expected = c->wish.expected_cents;

	settle_price(r, c);
	c->now_amounts = c->price.known ? c->price.amounts : "on_quote";
	if (other_basis(&c->was_price, &c->price))
		return ct_fail_field(e, "resource",
				     _("Its price has another basis, with VAT or without. Please cancel and book anew."));
	if (expected < 0 || !c->price.known || expected == c->price.total_cents)
		return 0;
	return ct_fail(e, CT_CONFLICT, _("The price is now %s. Please look at it and confirm again."),
		       price_text(r, &c->price));
}

/* The rules of what it becomes may want it to be asked for again; a price that nobody has named makes nothing firm. */
static const char *status_after(const struct change *c)
{
	bool asked = booking_needs_approval(&c->rooms) && !c->wish.manager;

	if (!strcmp(c->status, "option"))
		return "pending";
	return !strcmp(c->status, "confirmed") && (asked || !c->price.known) ? "pending" : c->status;
}

/* An organisation that is only a name has promised nothing: a manager links it first. */
static bool names_payer(const struct change *c)
{
	const char *now = c->wish.payer_text, *was = c->was.payer_text;

	return !c->wish.manager && now && (!was || strcmp(now, was) != 0);
}

static int judge_payer(struct change *c, struct ct_error *e)
{
	if (!names_payer(c))
		return 0;
	if (!strcmp(c->status, "option")) /* what she accepts would be owed by a mere name */
		return ct_fail_field(e, "payer_text", _("Please tell the place who pays: it makes the offer anew."));
	if (!strcmp(c->status, "confirmed"))
		c->new_status = "pending";
	return 0;
}

/* Who only asks is told what is to be accepted; nothing is stored without it. */
static int judge_terms(struct ct_request *r, struct change *c, struct ct_error *e)
{
	struct ct_error why;
	int rc = demands_without(r, &c->rooms, c->id, e);

	if (rc)
		return rc;
	c->lacks_terms = demands_check_terms(&c->rooms, &c->wish, &why) != 0;
	return ct_in_transaction(r) ? demands_check_terms(&c->rooms, &c->wish, e) : 0;
}

/* Other plugins may refuse what it is to become, as they may refuse a new one. */
static int check_hooks(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	const struct stored s = { .id = c->id, .status = c->new_status, .rooms = c->rooms, .price = c->price };
	struct ct_booking b = booking_describe(r, &c->wish, &s);

	return booking_raise(r, "booking.check", &b, e);
}

/* Another time or other rooms: as a new one would be judged. */
static int judge_move(struct ct_request *r, struct change *c, struct ct_error *e)
{
	struct wish asked = c->wish;
	int rc;

	asked.expected_cents = -1; /* what is kept of the old price is not in the new one */
	if ((rc = booking_judge(r, &asked, &c->rooms, &c->price, e)) || (rc = judge_price(r, c, e)))
		return rc;
	if (strcmp(c->new_status, "pending") != 0)
		c->new_status = status_after(c);
	return judge_terms(r, c, e);
}

/* Is something in it for each of those who come? */
static bool follows_people(const struct wish *w)
{
	bool any = false;

	for (size_t i = 0; i < w->n_extras; i++)
		any |= !w->extras[i].quantity;
	return any;
}

/* An offer for more or fewer than it was made for is none any more, as one for another time. */
static bool leaves_offer(const struct change *c)
{
	return !strcmp(c->status, "option") && c->wish.attendance != c->was.attendance && follows_people(&c->wish);
}

/* More or fewer people in what it has: they have to fit, and what is paid for each of them follows. */
static int judge_people(struct ct_request *r, struct change *c, struct ct_error *e)
{
	struct wish asked = c->wish;
	int rc;

	c->reprices = follows_people(&c->wish);
	if (!c->reprices && c->wish.attendance <= c->was.attendance)
		return 0;
	if ((rc = booking_people_fit(r, &c->wish, &c->rooms, e)))
		return rc;
	c->rooms.demands->n_terms = 0; /* of the same room and hours nothing new is asked */
	if (!c->reprices)
		return 0;
	asked.expected_cents = -1;
	if ((rc = price_items(r, &asked, &c->rooms, &c->price, e)) || (rc = judge_price(r, c, e)))
		return rc;
	if (!c->price.known && !strcmp(c->status, "confirmed"))
		c->new_status = "pending"; /* what was named was for as many as it said */
	return 0;
}

int change_judge(struct ct_request *r, struct change *c, struct ct_error *e)
{
	int rc = change_possible(r, c, e);

	if (rc)
		return rc;
	c->moves = c->wish.start.s != c->was.start.s || c->wish.end.s != c->was.end.s ||
		   !same_items(&c->wish, &c->was) || leaves_offer(c);
	c->now_amounts = c->amounts;
	c->price = c->was_price;
	if ((rc = judge_payer(c, e)))
		return rc;
	if (c->moves)
		rc = judge_move(r, c, e);
	else if (c->wish.attendance != c->was.attendance)
		rc = judge_people(r, c, e);
	return rc || !ct_in_transaction(r) || !c->rooms.n ? rc : check_hooks(r, c, e);
}

/* ---- storing ---- */

static int store_items(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	int64_t *ids = talloc_array(r, int64_t, c->wish.n_items);
	int rc;

	for (size_t i = 0; i < c->wish.n_items; i++)
		ids[i] = c->wish.items[i].room;
	rc = ct_exec(r, "items_drop",
		     CT_ARGS(CT_NUM(c->id), CT_STR(json_ids(r, ids, c->wish.n_items))), e);
	for (size_t i = 0; i < c->wish.n_items && !rc; i++)
		rc = ct_exec(r, "item_put",
			     CT_ARGS(CT_NUM(c->id), CT_NUM(c->wish.items[i].room),
				     CT_NUM(c->wish.items[i].quantity)),
			     e);
	return rc;
}

/* The hours that it leaves belong to the closures around them. */
static int leave_time(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	const struct ct_zone *zone = c->rooms.room[0].zone;
	int64_t *rooms = talloc_array(r, int64_t, c->was.n_items);

	for (size_t i = 0; i < c->was.n_items; i++)
		rooms[i] = c->was.items[i].room;
	return closures_follow(r, rooms, c->was.n_items, ct_zone_utc(zone, c->was.start),
			       ct_zone_utc(zone, c->was.end), e);
}

static int store_time(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	struct wish w = c->wish;
	int rc;

	w.hold = !strcmp(c->status, "hold");
	if ((rc = ct_exec(r, "release", CT_ARGS(CT_NUM(c->id)), e)) ||
	    (!same_items(&c->wish, &c->was) && (rc = store_items(r, c, e))) ||
	    (rc = booking_occupy(r, c->id, &w, &c->rooms, e)))
		return rc;
	return leave_time(r, c, e);
}

const char *rooms_text(struct ct_request *r, const struct rooms *rooms)
{
	char *text = talloc_strdup(r, "");

	for (size_t i = 0; i < rooms->n; i++)
		text = talloc_asprintf_append(text, "%s%s", i ? ", " : "", rooms->room[i].name);
	return text;
}

/* What was accepted stays as it was; the difference says what became of it, in the language of who reads it. */
static int store_difference(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	char when[CT_TIME_UI];
	const char *before = ct_speak(r, c->lang), *label;
	struct price difference;

	label = talloc_asprintf(r, _("Change to %s, %s"),
				ct_range_ui(when, c->wish.start, c->wish.end, CT_NO_DAY, r->lang),
				rooms_text(r, &c->rooms));
	difference = price_difference(r, &c->was_price, &c->price, label);
	ct_speak(r, before);
	return price_lines_add(r, c->id, c->was_price.n_lines, &difference, e);
}

static int store_row(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	const struct wish *w = &c->wish;
	const struct room *room = c->moves ? &c->rooms.room[0] : NULL;
	const struct ct_zone *zone = room ? room->zone : NULL;
	int64_t count = 0;
	int rc = ct_exec_count(
		r, "booking_change",
		CT_ARGS(CT_NUM(room ? room->place : c->place), CT_STR(room ? room->zone_name : c->zone),
			CT_LOCAL(w->start), CT_LOCAL(w->end),
			CT_UTC(room ? ct_zone_utc(zone, w->start) : c->start_utc),
			CT_UTC(room ? ct_zone_utc(zone, w->end) : c->end_utc), CT_STR(w->title),
			CT_STR(w->note), CT_STR(c->internal_note), CT_STR(w->phone), CT_STR(w->layout),
			w->attendance ? CT_NUM(w->attendance) : CT_NULL, CT_ID(w->purpose),
			CT_STR(w->order_ref), CT_STR(w->payer_text), CT_STR(c->new_status),
			CT_NUM(c->price.total_cents), CT_STR(c->now_amounts), CT_STR(c->price.currency),
			CT_ID(c->project), CT_UTC(r->now), CT_NUM(c->id), CT_NUM(c->version)),
		&count, e);

	if (rc || count)
		return rc;
	return ct_fail(e, CT_CONFLICT, _("Somebody else changed this in the meantime"));
}

static json_t *trace_of(const struct wish *w, const char *status, int64_t cents)
{
	json_t *o = json_object();
	char buf[CT_TIME_TEXT];

	ct_put_text(o, "status", status);
	ct_put_text(o, "start_local", ct_local_text(buf, w->start));
	ct_put_text(o, "end_local", ct_local_text(buf, w->end));
	ct_put_int(o, "total_cents", cents);
	return o;
}

static int raise_changed(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	struct ct_booking b;
	int rc = booking_lock(r, c->id, &b, e); /* as it stands now; its leaves are ours already */

	return rc ? rc : booking_raise(r, "booking.changed", &b, e);
}

int change_store(struct ct_request *r, struct change *c, struct ct_error *e)
{
	int rc;

	if ((rc = store_row(r, c, e)) || (c->moves && (rc = store_time(r, c, e))) ||
	    ((c->moves || c->reprices) && ((rc = cancel_keep(r, c->id, &c->rooms, c->wish.start, &c->price, e)) ||
					     (rc = store_difference(r, c, e)))) ||
	    (c->moves && (rc = demands_keep(r, &c->rooms, &c->wish, c->id, e))) ||
	    (rc = feed_serialise(r, c->id, e)) ||
	    (rc = bill_post_shown(r, c->id, &c->price, c->wish.left_said ? c->wish.left_cents : -1, e)) ||
	    (rc = ct_audit(r, "booking", c->id, "change", trace_of(&c->was, c->status, c->was_price.total_cents),
			   trace_of(&c->wish, c->new_status, c->price.total_cents), e)))
		return rc;
	return raise_changed(r, c, e);
}
