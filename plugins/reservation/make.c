/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a booking: what was asked for, by whom and for whom, and the page of a refused one. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/limit.h>

#include "group.h"
#include "reservation.h"
#include "several.h"
#include "store.h"
#include "views.h"

const struct ct_field reservation_book_fields[] = {
	{ "resource", N_("Room"), CT_REF, .ref = "reservation.resource", .ref_org = CT_REF_PUBLIC },
	{ "items", N_("Rooms"), CT_TEXT, .raw = true },
	{ "also", N_("Other rooms with it"), CT_TEXT, .many = true, .max = 40 },
	{ "start", N_("From"), CT_DATETIME, .required = true },
	{ "end", N_("To"), CT_DATETIME, .required = true },
	{ "units", N_("How many"), CT_INT, .min = 1, .max = 500 },
	{ "title", N_("Title"), CT_TEXT, .max = 120,
	  .help = N_("Seen only by you and by those who run the place.") },
	{ "attendance", N_("Number of people"), CT_INT, .min = 1, .max = 5000 },
	{ "note", N_("Message to the place"), CT_LONG_TEXT, .max = 2000 },
	{ "purpose", N_("Purpose"), CT_REF, .ref = "reservation.purpose" },
	{ "layout", N_("Layout"), CT_TEXT, .max = 16 },
	{ "order_ref", N_("Your order number"), CT_TEXT, .max = 60 },
	{ "terms", N_("Conditions"), CT_INT, .many = true, .min = 1, .max = INT64_MAX },
	{ "expected_total", N_("Price as shown"), CT_MONEY },
	{ "expected_left", N_("What was left to pay, as shown"), CT_MONEY, .min = 0 },
	{ "extras", N_("Extras"), CT_TEXT, .many = true, .max = 40 },
	{ "amount", N_("Amount to pay"), CT_MONEY, .min = 0, .max = 100000000 },
	{ "reason", N_("Reason for less"), CT_REF, .ref = "reservation.reason" },
	{ "person", N_("For whom"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer", N_("Who pays"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer_text", N_("Another organisation that pays"), CT_TEXT, .max = 160, .autocomplete = "organization",
	  .help = N_("Its name, where it is not yourself. The place then answers your request.") },
	{ "name", N_("First and last name"), CT_TEXT, .max = 160, .autocomplete = "name" },
	{ "email", N_("E-mail"), CT_EMAIL, .autocomplete = "email" },
	{ "phone", N_("Telephone"), CT_PHONE, .autocomplete = "tel" },
	{ "with", N_("Together with this booking"), CT_REF, .ref = "reservation.booking" },
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 },
	{ "preview", N_("Only show the price"), CT_BOOL },
	{ 0 }
};

struct making {
	struct wish wish;
	struct stored stored;
	struct together with;
	const char *secret;		/* of who has no account */
};

static int bad_items(struct ct_error *e)
{
	return ct_fail_field(
		e, "items",
		_("Each item is {\"resource\": …, \"units\": …}, with every room once."));
}

static int64_t as_key(const json_t *value)
{
	const char *text = json_string_value(value);
	char *end;
	long long key = text ? strtoll(text, &end, 10) : json_integer_value(value);

	return text && (*end || end == text) ? 0 : key;
}

int wish_items(struct ct_request *r, int64_t room, struct wish *w, struct ct_error *e)
{
	const json_t *list = ct_in(r, "items")->json, *item;
	struct wish_item *items, first;
	size_t i;

	if (!list && !room) /* also where it is only named beside others: the rights were judged nowhere */
		return ct_fail_field(e, "resource", _("There is no such room, or it can no longer be booked."));
	if (!list) {
		first = (struct wish_item){ room, ct_in_set(r, "units") ? ct_in_int(r, "units") : 1 };
		if (several_read(r, first, &w->items, &w->n_items))
			return 0;
		return ct_fail_field(e, "also", _("Each other room is its number, or number:how many, once."));
	}
	if (ct_in_typed(r, "resource") || ct_in_set(r, "also"))
		return ct_fail_field(e, "items", _("Give either resource or items, not both."));
	if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > MOST_ROOMS)
		return bad_items(e);
	items = talloc_zero_array(r, struct wish_item, json_array_size(list));
	for (i = 0; i < json_array_size(list); i++) {
		const json_t *units;

		item = json_array_get(list, i);
		units = json_object_get(item, "units");
		items[i] = (struct wish_item){ as_key(json_object_get(item, "resource")),
					       units ? as_key(units) : 1 };
		if (items[i].room <= 0 || items[i].quantity <= 0 || items[i].quantity > 500 ||
		    json_object_size(item) != (units ? 2 : 1))
			return bad_items(e);
		for (size_t k = 0; k < i; k++)
			if (items[k].room == items[i].room)
				return bad_items(e);
	}
	w->items = items;
	w->n_items = i;
	return 0;
}

/* A guest who adds to her booking has said who she is, and has proved her address by the link that she came with. */
static void read_contact(struct ct_request *r, struct making *m)
{
	const struct ct_result *first = r->person ? NULL : m->with.row;
	struct wish *w = &m->wish;

	w->name = first ? ct_col_text(first, "contact_name") : ct_in_text(r, "name");
	w->email = first ? ct_col_text(first, "contact_email") : ct_in_text(r, "email");
	w->phone = first ? ct_col_text(first, "contact_phone") : ct_in_text(r, "phone");
}

/* Whose booking it is: one's own, or, for those who may, somebody else's; a visitor's is hers by name and mail. */
static int read_people(struct ct_request *r, struct making *m, struct ct_error *e)
{
	struct wish *w = &m->wish;

	read_contact(r, m);
	w->payer_text = ct_in_text(r, "payer_text");
	w->booked_by = r->person;
	w->person = r->person;
	if (w->manager) {
		w->person = ct_in_set(r, "person") ? ct_in_int(r, "person")
			    : w->name		   ? 0
						   : r->person;
		w->payer = ct_in_set(r, "payer") ? ct_in_int(r, "payer") : w->person;
		if (!w->person && w->email)
			w->token_hash = ct_hash_secret(r, guest_secret(r, w->uid));
		return ct_in_fail(r, e);
	}
	if (ct_in_set(r, "person") && ct_in_int(r, "person") != r->person)
		ct_in_error(
			r, "person",
			_("You may book for yourself only. Ask the place to book for somebody else."));
	w->payer = ct_in_set(r, "payer") ? ct_in_int(r, "payer") : w->payer_text ? 0 : r->person;
	if (w->payer)
		w->payer_text = NULL; /* who is known needs no name */
	if (w->payer && w->payer != r->person && !ct_engages(r, w->payer))
		ct_in_error(
			r, "payer",
			_("You may not commit this organisation. Its contact person can allow it."));
	if (!r->person && !w->name)
		ct_in_error(r, "name",
			    _("Please tell us your name, so that the place knows who comes."));
	if (!r->person && !w->email)
		ct_in_error(
			r, "email",
			_("Please give an e-mail: the link that confirms the booking goes there."));
	if (!r->person) {
		m->secret = guest_secret(r, w->uid);
		w->token_hash = ct_hash_secret(r, m->secret);
		w->hold = !m->with.id;
	}
	return ct_in_fail(r, e);
}

void wish_terms(struct ct_request *r, struct wish *w)
{
	const struct ct_value *typed = ct_in(r, "terms");
	int64_t *terms = talloc_array(r, int64_t, typed->many + 1);

	for (size_t i = 0; i < typed->many; i++)
		terms[i] = typed->each[i].i;
	w->terms = terms;
	w->n_terms = typed->many;
}

static int read_wish(struct ct_request *r, struct making *m, struct ct_error *e)
{
	struct wish *w = &m->wish;
	int rc;

	*w = (struct wish){
		.start = ct_in_local(r, "start"),
		.end = ct_in_local(r, "end"),
		.title = ct_in_text(r, "title"),
		.note = ct_in_text(r, "note"),
		.layout = ct_in_text(r, "layout"),
		.order_ref = ct_in_text(r, "order_ref"),
		.attendance = ct_in_int(r, "attendance"),
		.purpose = ct_in_int(r, "purpose"),
		.source = ct_wants_html(r) ? "web" : "api",
		.manager = ct_may(r, "booking.manage", r->org),
		.expected_cents = ct_in_set(r, "expected_total") ? ct_in_int(r, "expected_total")
								 : -1,
		.left_said = ct_in_set(r, "expected_left"),
		.left_cents = ct_in_int(r, "expected_left"),
		.uid = ct_new_uid(r),
		.org = r->org,
	};
	wish_terms(r, w);
	if ((rc = wish_items(r, r->subject, w, e)) || (rc = wish_price(r, w, e)) ||
	    (rc = together_read(r, &m->with, e)))
		return rc;
	if (m->with.id && !w->order_ref)
		w->order_ref = ct_col_text(m->with.row, "order_ref");
	return read_people(r, m, e);
}

/* Beside the holds of one mail address: what one network address asks for without an account in a day. */
static int limit_guest(struct ct_request *r, struct ct_error *e)
{
	const struct ct_limit limit = {
		.what = "guest's booking",
		.who = ct_limit_address(r),
		.max = (unsigned)ct_setting_int(r, "reservation.guest_bookings"),
		.seconds = 86400,
	};

	return ct_limit_take(r, &limit, e);
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct making *m = arg;
	int rc = together_lock(r, &m->with, &m->wish, e);

	if (rc || (rc = booking_store(r, &m->wish, &m->stored, e)) ||
	    (rc = group_join(r, m->stored.id, &m->with, e)) || (m->secret && (rc = limit_guest(r, e))))
		return rc;
	return mail_about(r, m->stored.id, m->secret, e);
}

static void put_typed(json_t *list, const char *name, const char *value)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "name", name);
	ct_put_text(o, "value", value);
}

/* The page of a refused booking where something is taken: what, and what is free instead. */
static int conflict_view(struct ct_request *r, const struct wish *w, struct ct_error *e)
{
	static const char *const left_out[] = { "csrf",		  "resource", "start", "end",
						"expected_total", "preview",  "items", "terms", "expected_left" };
	struct rooms rooms;
	json_t *typed;
	char local[CT_TIME_TEXT];
	int rc;

	if ((rc = together_put(r, NULL, e)) || (rc = room_get(r, w->items[0].room, &rooms, e)))
		return rc;
	put_room(r, ct_put_object(r->view, "resource"), &rooms.room[0]);
	put_place_of(r, ct_put_object(r->view, "place"), &rooms.room[0]);
	ct_put_text(r->view, "action_ui", "/bookings");
	ct_put_text(r->view, "kept_ui", NULL);
	ct_put_text(r->view, "when_ui", when_text(r, rooms.room[0].zone, w->start, w->end));
	ct_put_text(r->view, "resource_id_ui",
		    talloc_asprintf(r, "%lld", (long long)rooms.room[0].id));
	ct_put_text(r->view, "start_typed_ui", ct_local_text(local, w->start));
	ct_put_text(r->view, "end_typed_ui", ct_local_text(local, w->end));
	ct_put_text(r->view, "day_link_ui",
		    together_url(r, ct_url(r, "/places/%s/day?date=%s", rooms.room[0].place_slug,
					   ct_day_text(local, ct_local_day(w->start)))));
	typed = ct_put_array(r->view, "typed_ui");
	for (const struct ct_field *f = reservation_book_fields; f->name; f++) {
		const char *text = ct_in_typed(r, f->name);
		bool skip = !text || !*text || f->many;

		for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
			skip |= !strcmp(left_out[i], f->name);
		if (!skip)
			put_typed(typed, f->name, text);
		for (size_t i = 0; f->many && i < ct_in(r, f->name)->many; i++)
			put_typed(typed, f->name, ct_field_typed(r, f, &ct_in(r, f->name)->each[i]));
	}
	ct_template(r, "reservation/conflict");
	return 0;
}

/* What was added is shown with what it was added to. */
static const char *made_url(struct ct_request *r, const struct making *m)
{
	if (m->with.id && ct_wants_html(r))
		return group_url(r, m->with.group_uid);
	return m->secret ? guest_url(r, m->wish.uid) : ct_url(r, "/bookings/%s", m->wish.uid);
}

int reservation_create(struct ct_request *r, struct ct_error *e)
{
	struct making m = { 0 };
	struct ct_error why;
	int rc;

	if (ct_in_int(r, "preview") && ct_wants_html(r))
		return reservation_book_form(r, e);
	rc = read_wish(r, &m, e);
	if (!rc && ct_in_int(r, "preview"))
		return wish_preview(r, &m.wish, e);
	if (rc || (rc = ct_transaction(r, store, &m, e))) {
		if (rc == CT_CONFLICT && json_object_get(r->view, "alternatives")) {
			ct_put_text(r->view, "what_ui", e->text);
			if (ct_wants_html(r) && conflict_view(r, &m.wish, &why))
				return ct_fail(e, why.rc, "%s", why.text);
		}
		return rc;
	}
	if ((rc = booking_put(r, m.stored.id, true, e)))
		return rc;
	ct_notice(r, "%s",
		  strcmp(m.stored.status, "pending") ? _("The booking is made.")
						     : _("The request is sent."));
	ct_redirect(r, m.wish.hold ? 202 : 201, made_url(r, &m));
	return 0;
}

/* A refused form: the page of alternatives where there are some, else the form again. */
int reservation_refused(struct ct_request *r, struct ct_error *e)
{
	if (json_object_get(r->view, "typed_ui"))
		return 0;
	return reservation_book_form(r, e);
}
