/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /o/{org}/bookings/new: a booking for who calls or stands at the counter, on one screen. The same form asks whether it
 * is free (preview=1, or a GET with the same parameters, as the script does) and books.
 */
#include "bill.h"
#include "desk.h"
#include "group.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

static const struct ct_choice sources[] = { { "phone", N_("On the telephone") }, { "counter", N_("At the counter") }, { 0 } };

const struct ct_field reservation_phone_fields[] = {
	{ "contact", N_("A contact of yours"), CT_REF, .ref = "contact", .help = N_("Type the beginning of a name.") },
	{ "name", N_("Or a new name"), CT_TEXT, .max = 160, .autocomplete = "off" },
	{ "phone", N_("Telephone"), CT_PHONE, .autocomplete = "off" },
	{ "email", N_("E-mail"), CT_EMAIL, .autocomplete = "off", .help = N_("The confirmation goes there. Leave it empty where there is none.") },
	{ "payer", N_("Who pays, if somebody else"), CT_REF, .ref = "contact" },
	{ "resource", N_("Room"), CT_REF, .ref = "reservation.resource" },
	{ "date", N_("Day"), CT_DATE },
	{ "part", N_("Part of the day"), CT_TEXT, .max = 12 },
	{ "from", N_("From"), CT_TIME },
	{ "to", N_("To"), CT_TIME },
	{ "units", N_("How many"), CT_INT, .min = 1, .max = 500 },
	{ "reason", N_("Reason for less"), CT_REF, .ref = "reservation.reason" },
	{ "amount", N_("Amount to pay"), CT_MONEY, .min = 0, .max = 100000000,
	  .help = N_("With a reason. Empty: free of charge. On quotation: the price that you agree on.") },
	{ "extras", N_("Extras"), CT_TEXT, .many = true, .max = 40 },
	{ "attendance", N_("Number of people"), CT_INT, .min = 1, .max = 5000 },
	{ "title", N_("Title"), CT_TEXT, .max = 120 },
	{ "purpose", N_("Purpose"), CT_REF, .ref = "reservation.purpose" },
	{ "internal_note", N_("Note of the house"), CT_LONG_TEXT, .max = 2000, .help = N_("Seen only by those who run the place.") },
	{ "project", N_("Project"), CT_REF, .ref = "project" },
	{ "source", N_("How they asked"), CT_CHOICE, .choices = sources, .initial = "phone" },
	{ "with", N_("Together with this booking"), CT_REF, .ref = "reservation.booking" },
	{ "take", N_("Another time instead"), CT_TEXT, .max = 80 },
	{ "preview", N_("Only see whether it is free"), CT_BOOL },
	{ 0 }
};

struct phone {
	struct rooms rooms, one;	/* all of the organisation; the chosen one with its day */
	const struct room *room;
	bool gone;			/* the room that was asked for is not among them */
	struct ct_day day;
	struct choice choice;
	struct ct_local start, end;	/* none: not chosen yet */
	struct wish_item item;
	struct wish wish;
	struct stored stored;
	struct together with;
};

/* ---- reading ---- */

/* "902 2026-11-28T09:00 2026-11-28T13:00": what a button of an alternative says. */
static bool take_other(struct ct_request *r, struct phone *p)
{
	const char *text = ct_in_text(r, "take");
	char start[20], end[20];
	struct ct_error e;
	long long room;

	if (!text || sscanf(text, "%lld %19s %19s", &room, start, end) != 3 || ct_local_parse(start, &p->start, &e) ||
	    ct_local_parse(end, &p->end, &e))
		return false;
	p->item.room = room;
	return true;
}

static void read_time(struct ct_request *r, struct phone *p)
{
	const char *part = ct_in_text(r, "part");
	int from, to;

	p->start = p->end = CT_NO_LOCAL;
	if (part && sscanf(part, "%d-%d", &from, &to) == 2 && from >= 0 && from < to && to <= 1440) {
		p->start = ct_day_at(p->day, from);
		p->end = ct_day_at(p->day, to);
	} else if (ct_in_set(r, "from") && ct_in_set(r, "to")) {
		p->start = ct_day_at(p->day, (int)ct_in_int(r, "from"));
		p->end = ct_day_at(p->day, (int)ct_in_int(r, "to"));
	}
}

/* Rooms of the organisation; of the chosen one (else the first) its day, with the times that were asked for. */
static int load(struct ct_request *r, struct phone *p, struct ct_error *e)
{
	bool other = take_other(r, p);
	int rc = together_put_any(r, &p->with, e);

	if (rc || (rc = rooms_of_org(r, r->org, 0, &p->rooms, e)) || !p->rooms.n)
		return rc;
	p->item.room = other ? p->item.room : ct_in_int(r, "resource");
	p->one = (struct rooms){ p->rooms.room, 1 };
	for (size_t i = 0; i < p->rooms.n; i++)
		if (p->rooms.room[i].id == p->item.room)
			p->one.room = &p->rooms.room[i];
	p->room = p->one.room;
	p->gone = p->room->id != p->item.room;
	p->item = (struct wish_item){ p->room->id, ct_in_set(r, "units") ? ct_in_int(r, "units") : 1 };
	p->day = other			? ct_local_day(p->start)
		 : ct_in_set(r, "date") ? ct_in_day(r, "date")
		 : p->with.id		? ct_local_day(ct_col_local(p->with.row, "start_local"))
					: ct_zone_day(p->room->zone, r->now);
	if (!other)
		read_time(r, p);
	if ((rc = openings_load(r, &p->one, p->day, ct_day_add(p->day, 1), e)) ||
	    (rc = busy_load(r, &p->one, day_begin(p->room->zone, ct_day_add(p->day, -1)),
			    day_begin(p->room->zone, ct_day_add(p->day, 2)), e)))
		return rc;
	p->choice = choice_make(r, p->room, p->day, p->start, p->end);
	return 0;
}

/* A contact is a person who comes, or an organisation that pays for who is named beside it. */
static int read_people(struct ct_request *r, struct phone *p, struct ct_error *e)
{
	struct wish *w = &p->wish;
	struct ct_result *row;
	int rc;

	w->name = ct_in_text(r, "name");
	w->email = ct_in_text(r, "email");
	w->phone = ct_in_text(r, "phone");
	w->payer = ct_in_int(r, "payer");
	if (ct_in_set(r, "contact")) {
		rc = ct_one(r, "party_kind", CT_ARGS(CT_NUM(ct_in_int(r, "contact"))), &row, e);
		if (rc)
			return rc;
		if (!strcmp(ct_col_text(row, "kind"), "person"))
			w->person = ct_in_int(r, "contact");
		else if (!w->payer)
			w->payer = ct_in_int(r, "contact");
		if (!w->person && !w->name)
			w->name = ct_col_text(row, "name");
	}
	if (!w->payer)
		w->payer = w->person;
	if (!w->person && w->email)
		w->token_hash = ct_hash_secret(r, guest_secret(r, w->uid));
	return 0;
}

static int read_wish(struct ct_request *r, struct phone *p, struct ct_error *e)
{
	int rc;

	p->wish = (struct wish){
		.items = &p->item,
		.n_items = 1,
		.start = p->start,
		.end = p->end,
		.title = ct_in_text(r, "title"),
		.attendance = ct_in_int(r, "attendance"),
		.purpose = ct_in_int(r, "purpose"),
		.source = ct_in_set(r, "source") ? ct_in_text(r, "source") : "phone",
		.booked_by = r->person,
		.manager = true,
		.expected_cents = -1,
		.uid = ct_new_uid(r),
		.org = r->org,
	};
	rc = read_people(r, p, e);
	return rc ? rc : wish_price(r, &p->wish, e);
}

/* ---- the page ---- */

static void put_options(struct ct_request *r, const struct phone *p)
{
	json_t *list = ct_put_array(r->view, "rooms_ui");
	bool several = false;

	for (size_t i = 1; i < p->rooms.n; i++)
		several |= p->rooms.room[i].place != p->rooms.room[0].place;
	for (size_t i = 0; i < p->rooms.n; i++) {
		const struct room *room = &p->rooms.room[i];
		const char *people = people_text(r, room->capacity);
		json_t *o = ct_add_object(list);

		ct_put_text(o, "value", talloc_asprintf(r, "%lld", (long long)room->id));
		ct_put_text(o, "label",
			    talloc_asprintf(r, "%s%s%s%s%s%s", room->name, people ? " (" : "", people ? people : "",
					    people ? ")" : "", several ? " · " : "", several ? room->place_name : ""));
		ct_put_bool(o, "selected", room == p->room);
	}
}

static int put_parts(struct ct_request *r, const struct phone *p, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "parts_ui");
	struct ct_local midnight = ct_day_local(p->day);
	bool any = false;
	struct halfday *half;
	struct ct_result *row;
	size_t n;
	int rc = ct_one(r, "book_page", CT_ARGS(CT_NUM(p->room->place)), &row, e);

	if (rc || (rc = halfdays_of(r, &p->choice, row, &half, &n, e)))
		return rc;
	for (size_t i = 0; i < n; i++) {
		const struct halfday *h = &half[i];
		json_t *o;

		put_halfday(r, list, h, NULL);
		o = json_array_get(list, i);
		ct_put_text(o, "value",
			    talloc_asprintf(r, "%lld-%lld", (long long)(h->start.s - midnight.s) / 60,
					    (long long)(h->end.s - midnight.s) / 60));
		ct_put_text(o, "id", talloc_asprintf(r, "part-%zu", i));
		ct_put_bool(o, "taken", !h->free);
		ct_put_bool(o, "checked", h->start.s == p->start.s && h->end.s == p->end.s);
		any |= h->start.s == p->start.s && h->end.s == p->end.s;
	}
	ct_put_bool(r->view, "other_hours_ui", !any);
	return 0;
}

/* There is no box for them here; what a program asked for stays as it was. */
static void put_extras(struct ct_request *r)
{
	const struct ct_value *v = ct_in(r, "extras");
	json_t *list = ct_put_array(r->view, "extras_typed_ui");

	for (size_t i = 0; i < v->many; i++)
		ct_add_text(list, v->each[i].text);
	if (!v->many && ct_in_typed(r, "extras"))
		ct_add_text(list, ct_in_typed(r, "extras"));
}

static void put_typed(struct ct_request *r, const struct phone *p)
{
	char day[CT_TIME_TEXT], at[CT_TIME_TEXT];
	const char *from = ct_in_typed(r, "from"), *to = ct_in_typed(r, "to"), *typed = ct_in_typed(r, "date");
	struct ct_local midnight = ct_day_local(p->day);

	/* a part of the day that is not offered as it was asked for stays as its hours */
	if (ct_local_set(p->start) && json_is_true(json_object_get(r->view, "other_hours_ui"))) {
		from = talloc_strdup(r, ct_clock_text(at, (int)((p->start.s - midnight.s) / 60)));
		to = talloc_strdup(r, ct_clock_text(at, (int)((p->end.s - midnight.s) / 60)));
	}
	ct_put_text(r->view, "date_typed_ui", typed ? typed : ct_day_text(day, p->day));
	put_extras(r);
	ct_put_text(r->view, "day_ui", day_long(r, p->day, CT_NO_DAY));
	ct_put_text(r->view, "from_typed_ui", from ? from : "");
	ct_put_text(r->view, "to_typed_ui", to ? to : "");
	ct_put_bool(r->view, "many_ui", p->room->units > 1 && p->room->n_leaves == 1);
	ct_put_text(r->view, "units_typed_ui", talloc_asprintf(r, "%lld", (long long)p->item.quantity));
}

/* Is it free, for how much, and if not, what is? */
static void put_state(struct ct_request *r, struct phone *p)
{
	struct rooms rooms;
	struct price price;
	struct ct_error why;
	json_t *list, *one;
	size_t i;
	bool asked = ct_local_set(p->start) && ct_local_set(p->end);
	int rc = asked ? booking_judge(r, &p->wish, &rooms, &price, &why) : 0;

	ct_put_text(r->view, "free_ui",
		    asked && !rc ? talloc_asprintf(r, _("Free: %s, %s"), p->room->name,
						   when_text(r, p->room->zone, p->start, p->end))
				 : NULL);
	ct_put_text(r->view, "taken_ui", rc ? why.text : NULL);
	ct_put_null(r->view, "price");
	if (asked && !rc)
		price_put(r, ct_put_object(r->view, "price"), &price, false);
	list = json_object_get(r->view, "alternatives");
	json_array_foreach(list, i, one)
		ct_put_text(one, "take_ui",
			    talloc_asprintf(r, "%s %s %s", json_string_value(json_object_get(one, "resource")),
					    json_string_value(json_object_get(one, "start_local")),
					    json_string_value(json_object_get(one, "end_local"))));
	if (!list) {
		ct_put_array(r->view, "alternatives");
		ct_put_array(r->view, "conflicts");
		ct_put_bool(r->view, "has_alternatives_ui", false);
	}
}

/* Somebody asked somehow: there is no "none", and most call. */
static void choose_source(const struct ct_request *r, json_t *control)
{
	json_t *options = json_object_get(control, "options"), *option;
	const char *chosen = ct_in_set(r, "source") ? ct_in_text(r, "source") : "phone";
	size_t i;

	for (i = json_array_size(options); i-- > 0;)
		if (!*json_string_value(json_object_get(json_array_get(options, i), "value")))
			json_array_remove(options, i);
	json_array_foreach(options, i, option)
		ct_put_bool(option, "selected", !strcmp(json_string_value(json_object_get(option, "value")), chosen));
}

/* Who it is for and who pays begin as in the booking that it is added to. */
static void begin_as_first(const struct ct_request *r, const struct ct_result *first, json_t *controls)
{
	static const char *const text[][2] = { { "name", "contact_name" }, { "phone", "contact_phone" },
					       { "email", "contact_email" }, { "contact", "person_id" },
					       { "payer", "payer_id" } };
	bool account = ct_col_int(first, "person_id"), own = ct_col_int(first, "payer_id") == ct_col_int(first, "person_id");

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		if (!ct_in_typed(r, text[i][0]) && !(i < 3 && account) && !(i == 4 && own))
			ct_put_text(control_named(controls, text[i][0]), "value", ct_col_text(first, text[i][1]));
}

static int put_controls(struct ct_request *r, const struct phone *p, struct ct_error *e)
{
	static const char *const who[] = { "contact", "name", "phone", "email", "payer", NULL };
	static const char *const what[] = { "attendance", "title", "purpose", "internal_note", "project", "source", NULL };
	static const char *const given[] = { "reason", "amount", NULL };
	static const char *const none[] = { NULL };
	static const char *const chosen[] = { "contact", "payer", "reason" };
	json_t *controls = put_fields_of(r, "who_ui", reservation_phone_fields, who, none, NULL, NULL);
	json_t *gift = put_fields_of(r, "gift_ui", reservation_phone_fields, given, none, NULL, NULL);
	int rc = 0;

	if (p->with.id)
		begin_as_first(r, p->with.row, controls);
	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]) && !rc; i++)
		for (const struct ct_field *f = reservation_phone_fields; f->name && !rc; f++)
			if (!strcmp(f->name, chosen[i]))
				rc = ct_put_choices(r, f, control_named(i < 2 ? controls : gift, f->name), e);
	if (rc)
		return rc;
	controls = put_fields_of(r, "what_ui", reservation_phone_fields, what, none, NULL, NULL);
	choose_source(r, control_named(controls, "source"));
	if ((rc = put_purposes(r, controls, r->org, e)))
		return rc;
	return put_project(r, controls, reservation_phone_fields, e);
}

static int put_page(struct ct_request *r, struct phone *p, struct ct_error *e)
{
	int rc;

	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/bookings/new", ct_path(r, "org")));
	ct_put_text(r->view, "rooms_link_ui", ct_url(r, "/o/%s/resources/new", ct_path(r, "org")));
	ct_put_bool(r->view, "has_rooms_ui", p->room != NULL);
	if (!p->room)
		return 0;
	put_options(r, p);
	if ((rc = put_parts(r, p, e)) || (rc = put_controls(r, p, e)))
		return rc;
	put_typed(r, p);
	put_state(r, p);
	return 0;
}

int reservation_phone_page(struct ct_request *r, struct ct_error *e)
{
	struct phone p = { 0 };
	int rc = load(r, &p, e);

	if (!rc && p.room && (rc = read_wish(r, &p, e)) == CT_INVALID && e->field[0]) {
		ct_in_error(r, e->field, "%s", e->text);	/* the page says it, with all that was typed */
		rc = 0;
	}
	return rc ? rc : put_page(r, &p, e);
}

/* ---- booking ---- */

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct phone *p = arg;
	const char *note = ct_in_text(r, "internal_note");
	int64_t project = ct_in_int(r, "project");
	int rc;

	p->with.id = ct_in_int(r, "with");
	if (!(rc = together_lock(r, &p->with, &p->wish, e)))
		rc = booking_store(r, &p->wish, &p->stored, e);
	if (!rc && (note || project))
		rc = ct_exec(r, "booking_internal", CT_ARGS(CT_STR(note), CT_ID(project), CT_NUM(p->stored.id)), e);
	if (!rc && project)
		rc = bill_post(r, p->stored.id, e);
	if (!rc)
		rc = group_join(r, p->stored.id, &p->with, e);
	return rc ? rc : mail_about(r, p->stored.id, NULL, e);
}

static int check(struct ct_request *r, const struct phone *p, struct ct_error *e)
{
	if (!p->room || p->gone)
		ct_in_error(r, "resource", _("There is no such room, or it can no longer be booked."));
	if (!p->wish.person && !p->wish.name)
		ct_in_error(r, "name", _("Say who it is for: a contact, or a name."));
	if (!ct_local_set(p->start) || !ct_local_set(p->end))
		ct_in_error(r, "from", _("Choose a part of the day, or from when until when."));
	return ct_in_fail(r, e);
}

int reservation_phone(struct ct_request *r, struct ct_error *e)
{
	struct phone p = { 0 };
	int rc;

	if (ct_in_int(r, "preview"))
		return reservation_phone_page(r, e);
	if ((rc = load(r, &p, e)) || (p.room && (rc = read_wish(r, &p, e))) || (rc = check(r, &p, e)) ||
	    (rc = ct_transaction(r, store, &p, e)) || (rc = booking_put(r, p.stored.id, true, e)))
		return rc;
	ct_notice(r, "%s", _("The booking is made."));
	ct_redirect(r, 201, ct_url(r, "/bookings/%s", p.wish.uid));
	return 0;
}
