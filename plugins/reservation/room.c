/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /resources/{id}: one room, what it costs, its rules and when it is free. */
#include <string.h>
#include <talloc.h>

#include "calendar.h"
#include "rates.h"
#include "reservation.h"
#include "together.h"
#include "views.h"

enum { DAY_SPANS = 8, NEXT_DAYS = 7 };

static void put_line(json_t *list, const char *text)
{
	ct_put_text(ct_add_object(list), "text", text);
}

static void put_features(struct ct_request *r, const struct ct_result *row, const struct room *room)
{
	json_t *list = ct_put_array(r->view, "features");
	long long theatre = ct_col_int(row, "capacity_theatre"),
		  meeting = ct_col_int(row, "capacity_meeting");
	long long classroom = ct_col_int(row, "capacity_class");

	if (room->area_m2)
		put_line(list, talloc_asprintf(r, "%lld m²", (long long)room->area_m2));
	if (theatre)
		put_line(list, talloc_asprintf(r, _("%lld in rows"), theatre));
	if (classroom)
		put_line(list, talloc_asprintf(r, _("%lld at tables in rows"), classroom));
	if (meeting)
		put_line(list, talloc_asprintf(r, _("%lld around a table"), meeting));
	if (room->step_free)
		put_line(list, _("reached without a step"));
	if (!ct_col_null(row, "door_width"))
		put_line(list, talloc_asprintf(r, _("door %lld cm wide"),
					       (long long)ct_col_int(row, "door_width")));
	if (ct_col_int(row, "hearing_loop"))
		put_line(list, _("hearing loop"));
}

/* Half a year is easier to read than 183 days. */
static const char *length_text(struct ct_request *r, int64_t minutes)
{
	long long months = minutes / (1440 * 30);
	char buf[CT_TIME_UI];

	if (months >= 2 && minutes / 1440 - months * 30 <= months / 2)
		return talloc_asprintf(r, ngettext_("%lld month", "%lld months", months), months);
	return talloc_strdup(r, ct_minutes_ui(buf, minutes, r->lang));
}

static void put_rules(struct ct_request *r, const struct room *room)
{
	const struct policy *p = &room->policy;
	json_t *list = ct_put_array(r->view, "rules_ui");
	char buf[CT_TIME_UI];

	if (p->min_notice)
		put_line(list, talloc_asprintf(r, _("to be booked at least %s ahead"),
					       ct_minutes_ui(buf, p->min_notice, r->lang)));
	if (p->max_notice)
		put_line(list,
			 talloc_asprintf(r, _("at most %s ahead"), length_text(r, p->max_notice)));
	if (room_least(room) > p->step * 60)
		put_line(list, talloc_asprintf(r, _("for at least %s"),
					       ct_minutes_ui(buf, room_least(room) / 60, r->lang)));
	if (p->max_duration)
		put_line(list, talloc_asprintf(r, _("for at most %s"),
					       ct_minutes_ui(buf, p->max_duration, r->lang)));
	if (p->approval == APPROVAL_ALWAYS)
		put_line(list, _("the place answers each request"));
	if (room->members_only)
		put_line(list, _("for members of the place only"));
}

static const char *step_label(struct ct_request *r, const struct step *s)
{
	char from[CT_TIME_UI], to[CT_TIME_UI];

	switch (s->unit) {
	case UNIT_WINDOW:
		return talloc_asprintf(r, _("%s, %s to %s"), s->window,
				       ct_clock_ui(from, s->from, r->lang),
				       ct_clock_ui(to, s->to, r->lang));
	case UNIT_DAY:
		return _("whole day");
	case UNIT_HOUR:
		return _("hour begun");
	case UNIT_MINUTE:
		return _("minute");
	case UNIT_WEEK:
		return _("week");
	case UNIT_MONTH:
		return _("month");
	case UNIT_USE:
	default:
		return _("each use");
	}
}

static void put_prices(struct ct_request *r, const struct tariff *t)
{
	json_t *list = ct_put_array(r->view, "prices_ui");

	ct_put_text(r->view, "price_ui", price_from(r, t));
	ct_put_text(r->view, "price_why_ui", t ? t->why : NULL);
	for (size_t i = 0; t && i < t->n_steps; i++) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label", step_label(r, &t->steps[i]));
		ct_put_text(o, "amount", ct_money_show(r, tariff_gross(t, t->steps[i].cents), t->currency, r->lang));
		ct_put_text(o, "note", strcmp(t->amounts, "no_vat") ? _("incl. VAT") : NULL);
	}
}

static void put_next_days(struct ct_request *r, const struct room *room, struct ct_day today)
{
	json_t *list = ct_put_array(r->view, "days_ui");

	for (int i = 1; i <= NEXT_DAYS; i++) {
		struct ct_day day = ct_day_add(today, i);
		struct slots slots = room_slots(r, room, day);
		char date[CT_TIME_TEXT];
		json_t *o;

		if (!slots.n)
			continue;
		o = ct_add_object(list);
		ct_put_text(o, "label", day_short(r, day));
		ct_put_text(o, "link",
			    together_url(r, ct_url(r, "/resources/%lld/book?date=%s", (long long)room->id,
						   ct_day_text(date, day))));
		ct_put_text(o, "free_ui", slots_text(r, room, day, &slots));
		ct_put_bool(o, "is_full", !slots_free_minutes(&slots) || !room_for_me(r, room));
	}
}

static void put_today(struct ct_request *r, const struct room *room, struct ct_day today)
{
	struct slots slots = room_slots(r, room, today);
	struct span spans[DAY_SPANS];
	json_t *list = ct_put_array(r->view, "stretches");
	char text[CT_TIME_TEXT];

	ct_put_text(r->view, "date_d", ct_day_text(text, today));
	ct_put_text(r->view, "day_ui", day_long(r, today, CT_NO_DAY));
	ct_put_text(r->view, "open_ui",
		    open_text(r, spans, room_open(room, today, spans, DAY_SPANS),
			      room_holiday(room, today)));
	put_now(r, r->view, room, today, &slots);
	for (size_t i = 0; i < slots.n; i++)
		put_slot(r, ct_add_object(list), room, room->name, &slots.slot[i]);
}

/* What is added to a booking is looked for on its day. */
static const char *with_day(struct ct_request *r, const char *url, const struct together *with)
{
	char day[CT_TIME_TEXT];

	if (!with->id)
		return url;
	return together_url(r, talloc_asprintf(r, "%s?date=%s", url,
					       ct_day_text(day, ct_local_day(ct_col_local(with->row, "start_local")))));
}

static void put_head(struct ct_request *r, const struct ct_result *row, const struct room *room,
		     const struct together *with)
{
	json_t *place = ct_put_object(r->view, "place");
	long long id = room->id;

	put_room(r, r->view, room);
	ct_put_text(r->view, "uid", room->uid);
	ct_put_text(r->view, "kind", room->kind_one);
	ct_put_int(r->view, "units", room->units);
	if (room->capacity)
		ct_put_int(r->view, "capacity", room->capacity);
	else
		ct_put_null(r->view, "capacity");
	ct_put_bool(r->view, "step_free", room->step_free);
	ct_put_text(r->view, "about", room->summary);
	ct_put_text(r->view, "capacity_ui", people_text(r, room->capacity));
	put_place_of(r, place, room);
	ct_put_text(place, "town", ct_col_text(row, "town"));
	ct_put_text(place, "address", address_text(r, row));
	ct_put_text(r->view, "book_link_ui",
		    room_for_me(r, room) ? together_url(r, ct_url(r, "/resources/%lld/book", id)) : NULL);
	ct_put_text(r->view, "week_link_ui", with_day(r, ct_url(r, "/resources/%lld/week", id), with));
	ct_put_text(r->view, "day_link_ui", with_day(r, ct_url(r, "/places/%s/day", room->place_slug), with));
	put_calendar(r, r->view, ct_url(r, "/calendars/resources/%lld.ics", id));
}

int reservation_resource(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	struct tariff **tariffs;
	struct rooms rooms;
	const struct room *room;
	struct photo photo;
	struct together with;
	struct ct_day today;
	int rc;

	if ((rc = together_put(r, &with, e)) || (rc = room_get(r, r->subject, &rooms, e)))
		return rc;
	room = &rooms.room[0];
	today = ct_zone_day(room->zone, r->now);
	if ((rc = openings_load(r, &rooms, today, ct_day_add(today, NEXT_DAYS), e)) ||
	    (rc = busy_load(r, &rooms, day_begin(room->zone, ct_day_add(today, -1)),
			    day_begin(room->zone, ct_day_add(today, NEXT_DAYS + 2)), e)) ||
	    (rc = rates_tariffs(r, &rooms, today, &tariffs, e)) ||
	    (rc = ct_one(r, "room_page", CT_ARGS(CT_NUM(room->id)), &row, e)))
		return rc;
	put_head(r, row, room, &with);
	photo = photo_of(row);
	put_photo(r, r->view, &photo, room->name);
	put_features(r, row, room);
	put_rules(r, room);
	put_prices(r, tariffs[0]);
	put_today(r, room, today);
	put_next_days(r, room, today);
	return 0;
}
