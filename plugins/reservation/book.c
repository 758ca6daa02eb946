/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form that books, and the price that it shows. */
#include <string.h>
#include <talloc.h>

#include "bill.h"
#include "cancel.h"
#include "demand.h"
#include "price_ask.h"
#include "reservation.h"
#include "together.h"
#include "views.h"

enum { DAY_SPANS = 8, MAX_DAYS = 366 };

/* What was asked for: by a link, or by the form before it was refused. */
struct asked {
	struct ct_local start, end;
	struct ct_day date;
	int64_t units;
};

struct form {
	const struct room *room;
	struct choice choice;
	struct rates rates;
	struct order order;
	const struct rooms *rooms;
	int64_t units;
};

static const char *form_path(struct ct_request *r, const struct room *room)
{
	return ct_url(r, "/resources/%lld/book", (long long)room->id);
}

static const char *span_link(struct ct_request *r, const struct room *room, struct ct_local start,
			     struct ct_local end)
{
	char from[CT_TIME_TEXT], to[CT_TIME_TEXT];

	return talloc_asprintf(r, "%s%s", ct_url(r, "/resources/%lld/book?start=%s&end=%s", (long long)room->id,
						  ct_local_text(from, start), ct_local_text(to, end)),
			       together_tail(r));
}

/* ---- when ---- */

/* The place's half-days; where there are several by day, also the whole of the day. */
static int put_windows(struct ct_request *r, const struct choice *c, struct ct_result *row, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "windows_ui");
	struct halfday *half;
	size_t n = 0;
	int rc = halfdays_of(r, c, row, &half, &n, e);

	for (size_t i = 0; i < n; i++)
		put_halfday(r, list, &half[i],
			    half[i].free ? span_link(r, c->room, half[i].start, half[i].end) : NULL);
	ct_put_bool(r->view, "has_windows_ui", n && c->n_offers);
	return rc;
}

const char *none_text(struct ct_request *r, const struct choice *c)
{
	const struct policy *p = &c->room->policy;
	const char *holiday;
	char buf[CT_TIME_UI];

	if (!room_for_me(r, c->room) && r->person)
		return _("This is for members of the place only.");
	if (!room_for_me(r, c->room))
		return _("This is for members of the place only. If you are one, please sign in.");
	switch (slots_state(r, c->room, c->day, &c->slots)) {
	case DAY_PAST:
		return _("This day is over. Choose a later one.");
	case DAY_CLOSED:
		holiday = room_holiday(c->room, c->day);
		return holiday ? talloc_asprintf(r, _("Closed on this day: %s. Choose another one."), holiday)
			       : _("Closed on this day. Choose another one.");
	case DAY_EARLY:
		return talloc_asprintf(r, _("This can be booked at most %s ahead."),
				       ct_minutes_ui(buf, p->max_notice, r->lang));
	case DAY_LATE:
		return talloc_asprintf(r,
				       _("It is too late for this day: bookings are taken until %s "
					 "ahead. Choose another day, or call the place."),
				       ct_minutes_ui(buf, p->min_notice, r->lang));
	case DAY_FULL:
	default:
		return _("Nothing is free any more on this day. Choose another one.");
	}
}

static void put_when(struct ct_request *r, const struct form *f)
{
	const struct choice *c = &f->choice;
	struct ct_day today = ct_zone_day(f->room->zone, r->now);
	struct span spans[DAY_SPANS];
	bool can = c->n_offers > 0;

	put_day_nav(r, r->view,
		    &(struct day_nav){
			    .path = form_path(r, f->room),
			    .date = c->day,
			    .today = today,
			    .step = 1,
			    .only_ahead = true,
		    });
	ct_put_text(r->view, "day_ui", day_long(r, c->day, CT_NO_DAY));
	ct_put_text(r->view, "open_ui",
		    open_text(r, spans, room_open(f->room, c->day, spans, DAY_SPANS),
			      room_holiday(f->room, c->day)));
	ct_put_bool(r->view, "can_book_ui", can);
	ct_put_text(r->view, "none_ui", can ? NULL : none_text(r, c));
	put_choice(r, r->view, c);
	ct_put_time(r->view, "start", c->start, f->room->zone, r->lang);
	ct_put_time(r->view, "end", c->end, f->room->zone, r->lang);
	ct_put_text(r->view, "when_ui", can ? when_text(r, f->room->zone, c->start, c->end) : NULL);
	ct_put_text(r->view, "price_action_ui",
		    ct_url(r, "/resources/%lld/price", (long long)f->room->id));
}

static int put_cost(struct ct_request *r, struct form *f, struct ct_error *e)
{
	const struct choice *c = &f->choice;
	struct price price = { .currency = "EUR", .amounts = "no_vat" };
	bool pending = f->room->policy.approval == APPROVAL_ALWAYS &&
		       !ct_may(r, MAY_MANAGE, f->room->org);
	json_t *box = ct_put_object(r->view, "price");

	struct cancel_lines lines = { 0 };
	int rc = 0;

	f->order.start = c->start;
	f->order.end = c->end;
	if (c->n_offers) {
		price = rates_price(r, &f->rates, f->rooms, &f->order);
		if (!(rc = cancel_offer(r, f->rooms, c->start, &price, &lines, e)))
			rc = bill_quote(r, &(struct bill_ask){ 0, f->rooms, c->start, c->end, ask_payer(r, f->room) }, &price, e);
	}
	price_put(r, box, &price, true);
	if (!c->n_offers)
		ct_put_text(box, "price_note_ui", _("Choose a time to see the price."));
	ct_put_bool(r->view, "is_pending_ui", pending);
	ct_put_text(
		r->view, "pending_ui",
		pending ? _("The place answers each request; until then the time is kept for you.")
			: NULL);
	ct_put_text(r->view, "cancel_ui",
		    lines.n ? cancel_text(r, &lines, ct_zone_local(f->room->zone, r->now)) : NULL);
	ct_put_text(r->view, "submit_ui", price_button(r, &price, f->room));
	return rc;
}

/* What is asked for before it is booked; of who manages bookings, nothing. */
static void put_demands(struct ct_request *r, const struct form *f, const struct demands *demands)
{
	static const struct demands nothing = { 0 };
	bool manager = ct_may(r, MAY_MANAGE, f->room->org);

	demands_put(r, r->view, manager ? &nothing : demands, "book",
		    ct_in_typed(r, "resource") && !ct_in_int(r, "preview"));
	ct_put_text(r->view, "lacking_ui", manager ? NULL : demands->lacking);
}

/* ---- the page ---- */

static void put_heads(struct ct_request *r, const struct room *room, const struct ct_result *row)
{
	json_t *o = ct_put_object(r->view, "resource"), *place = ct_put_object(r->view, "place");
	const char *people = people_text(r, room->capacity),
		   *access = room->step_free ? _("step-free") : NULL;

	put_room(r, o, room);
	ct_put_text(o, "sub_ui",
		    people && access ? talloc_asprintf(r, "%s · %s", people, access)
		    : people	     ? people
				     : access);
	put_place_of(r, place, room);
	if (row)
		ct_put_text(place, "address_ui", address_text(r, row));
}

/* Openings and busy times from `first` to `last`, wide enough for an end that was asked for. */
static int load_days(struct ct_request *r, struct rooms *rooms, struct ct_day first,
		     struct ct_day last, const struct asked *a, struct ct_error *e)
{
	const struct ct_zone *zone = rooms->room[0].zone;
	struct ct_day end = ct_local_day(a->end);
	int rc;

	if (ct_day_set(end) && end.n > last.n && end.n - first.n <= MAX_DAYS)
		last = end;
	if ((rc = openings_load(r, rooms, first, ct_day_add(last, 1), e)))
		return rc;
	return busy_load(r, rooms, day_begin(zone, ct_day_add(first, -1)),
			 day_begin(zone, ct_day_add(last, 2)), e);
}

/* The day that was asked for; or else the first one from today on which anything can be booked. */
static int choose(struct ct_request *r, struct rooms *rooms, const struct asked *a,
		  struct choice *choice_r, struct ct_error *e)
{
	const struct room *room = &rooms->room[0];
	struct ct_day today = ct_zone_day(room->zone, r->now);
	struct ct_day day = ct_local_set(a->start) ? ct_local_day(a->start) : a->date;
	bool named = ct_day_set(day);
	int rc = load_days(r, rooms, named ? day : today,
			   named ? day : ct_day_add(today, LOOK_AHEAD_DAYS), a, e);

	if (rc)
		return rc;
	*choice_r = choice_make(r, room, named ? day : today, a->start, a->end);
	for (int i = 1; !named && !choice_r->n_offers && i <= LOOK_AHEAD_DAYS; i++) {
		struct choice next = choice_make(r, room, ct_day_add(today, i), CT_NO_LOCAL,
						 CT_NO_LOCAL);

		if (next.n_offers)
			*choice_r = next;
	}
	return 0;
}

static int put_form(struct ct_request *r, const struct asked *a, struct ct_error *e)
{
	struct form f = { .units = a->units > 0 ? a->units : 1 };
	struct ct_result *row;
	struct rooms rooms;
	int rc;

	if ((rc = together_put(r, e)) || (rc = room_get(r, r->subject, &rooms, e)) ||
	    (rc = choose(r, &rooms, a, &f.choice, e)) ||
	    (rc = demands_load(r, &rooms, r->person, f.choice.day, e)) ||
	    (rc = ask_rates(r, &rooms, f.choice.day, &f.rates, e)) ||
	    (rc = ask_order(r, &rooms.room[0], f.units, &f.order, e)) ||
	    (rc = ct_one(r, "book_page", CT_ARGS(CT_NUM(rooms.room[0].place)), &row, e)))
		return rc;
	f.room = &rooms.room[0];
	f.rooms = &rooms;
	put_heads(r, f.room, row);
	put_when(r, &f);
	put_who(r, f.room);
	put_demands(r, &f, rooms.demands);
	if ((rc = put_windows(r, &f.choice, row, e)) || (rc = put_cost(r, &f, e)) ||
	    (rc = ask_put(r, f.room, &f.rates, e)) || (rc = put_behalf(r, f.room, e)))
		return rc;
	return put_what(r, f.room, e);
}

int reservation_book(struct ct_request *r, struct ct_error *e)
{
	return put_form(r,
			&(struct asked){
				.start = ct_in_local(r, "start"),
				.end = ct_in_local(r, "end"),
				.date = ct_in_day(r, "date"),
				.units = ct_in_int(r, "units"),
			},
			e);
}

int reservation_book_form(struct ct_request *r, struct ct_error *e)
{
	if (!r->subject)
		return ct_fail(e, CT_MISSING,
			       _("There is no such room, or it can no longer be booked."));
	return put_form(r,
			&(struct asked){
				.start = ct_in_local(r, "start"),
				.end = ct_in_local(r, "end"),
				.date = CT_NO_DAY,
				.units = ct_in_int(r, "units"),
			},
			e);
}

int reservation_price(struct ct_request *r, struct ct_error *e)
{
	struct ct_local start = ct_in_local(r, "start"), end = ct_in_local(r, "end");
	int64_t units = ct_in_set(r, "units") ? ct_in_int(r, "units") : 1;
	struct cancel_lines lines;
	struct rates rates;
	struct order order;
	struct rooms rooms;
	struct price price;
	int rc;

	if (!ct_local_set(start))
		ct_in_error(r, "start", _("This is needed."));
	if (!ct_local_set(end))
		ct_in_error(r, "end", _("This is needed."));
	else if (ct_local_set(start) && end.s <= start.s)
		ct_in_error(r, "end", _("The end has to come after the start."));
	else if (ct_local_set(start) && end.s - start.s > MAX_DAYS * 86400LL)
		ct_in_error(r, "end", _("At most one year at a time."));
	if ((rc = ct_in_fail(r, e)) || (rc = room_get(r, r->subject, &rooms, e)) ||
	    (rc = ask_rates(r, &rooms, ct_local_day(start), &rates, e)) ||
	    (rc = ask_order(r, &rooms.room[0], units, &order, e)))
		return rc;
	if (ct_zone_utc(rooms.room[0].zone, end).s <= ct_zone_utc(rooms.room[0].zone, start).s)
		return ct_fail_field(e, "end", _("The end has to come after the start."));
	order.start = start;
	order.end = end;
	price = rates_price(r, &rates, &rooms, &order);
	if ((rc = cancel_offer(r, &rooms, start, &price, &lines, e)) ||
	    (rc = bill_quote(r, &(struct bill_ask){ 0, &rooms, start, end, ask_payer(r, &rooms.room[0]) }, &price, e)))
		return rc;
	put_heads(r, &rooms.room[0], NULL);
	ct_put_time(r->view, "start", start, rooms.room[0].zone, r->lang);
	ct_put_time(r->view, "end", end, rooms.room[0].zone, r->lang);
	ct_put_text(r->view, "when_ui", when_text(r, rooms.room[0].zone, start, end));
	price_put(r, r->view, &price, true);
	ct_put_text(r->view, "cancel_ui",
		    lines.n ? cancel_text(r, &lines, ct_zone_local(rooms.room[0].zone, r->now)) : NULL);
	ct_put_text(r->view, "submit_ui", price_button(r, &price, &rooms.room[0]));
	ct_put_text(r->view, "book_link_ui", span_link(r, &rooms.room[0], start, end));
	return 0;
}
