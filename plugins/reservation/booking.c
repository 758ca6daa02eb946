/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making, showing, answering and cancelling a booking. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/limit.h>

#include "reservation.h"
#include "store.h"
#include "views.h"

enum { MAX_ITEMS = 20 };

const struct ct_field reservation_book_fields[] = {
	{ "resource", N_("Room"), CT_REF, .ref = "reservation.resource", .ref_org = CT_REF_PUBLIC },
	{ "items", N_("Rooms"), CT_TEXT, .raw = true },
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
	{ "expected_total", N_("Price as shown"), CT_MONEY },
	{ "person", N_("For whom"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer", N_("Who pays"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer_text", N_("Organisation that pays"), CT_TEXT, .max = 160 },
	{ "name", N_("First and last name"), CT_TEXT, .max = 160, .autocomplete = "name" },
	{ "email", N_("E-mail"), CT_EMAIL, .autocomplete = "email" },
	{ "phone", N_("Telephone"), CT_PHONE, .autocomplete = "tel" },
	{ "preview", N_("Only show the price"), CT_BOOL },
	{ 0 }
};

struct making {
	struct wish wish;
	struct stored stored;
	const char *secret, *to;
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

static int read_items(struct ct_request *r, struct wish *w, struct ct_error *e)
{
	const json_t *list = ct_in(r, "items")->json, *item;
	struct wish_item *items;
	size_t i;

	if (!list) {
		items = talloc_zero(r, struct wish_item);
		*items = (struct wish_item){ r->subject,
					     ct_in_set(r, "units") ? ct_in_int(r, "units") : 1 };
		w->items = items;
		w->n_items = 1;
		return 0;
	}
	if (ct_in_typed(r, "resource"))
		return ct_fail_field(e, "items", _("Give either resource or items, not both."));
	if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > MAX_ITEMS)
		return bad_items(e);
	items = talloc_zero_array(r, struct wish_item, json_array_size(list));
	for (i = 0; i < json_array_size(list); i++) {
		const json_t *units;

		item = json_array_get(list, i);
		units = json_object_get(item, "units");
		items[i] = (struct wish_item){ as_key(json_object_get(item, "resource")),
					       units ? as_key(units) : 1 };
		if (items[i].room <= 0 || items[i].quantity <= 0 || items[i].quantity > 500)
			return bad_items(e);
		for (size_t k = 0; k < i; k++)
			if (items[k].room == items[i].room)
				return bad_items(e);
	}
	w->items = items;
	w->n_items = i;
	return 0;
}

/* Whose booking it is: one's own, or, for those who may, somebody else's; a visitor's is hers by name and mail. */
static int read_people(struct ct_request *r, struct making *m, struct ct_error *e)
{
	struct wish *w = &m->wish;

	w->name = ct_in_text(r, "name");
	w->email = ct_in_text(r, "email");
	w->phone = ct_in_text(r, "phone");
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
	w->payer = ct_in_set(r, "payer") ? ct_in_int(r, "payer") : r->person;
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
		w->hold = true;
	}
	return ct_in_fail(r, e);
}

/* What comes with a later part must not be taken in silence now. */
static void refuse_unknown(struct ct_request *r)
{
	static const char *const later[] = { "extras", "amount", "terms" };

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (ct_in_typed(r, later[i]) && *ct_in_typed(r, later[i]))
			ct_in_error(r, later[i], _("This place does not offer that."));
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
		.uid = ct_new_uid(r),
		.org = r->org,
	};
	refuse_unknown(r);
	rc = read_items(r, w, e);
	return rc ? rc : read_people(r, m, e);
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
	int rc = booking_store(r, &m->wish, &m->stored, e);

	if (!rc && m->wish.hold)
		rc = limit_guest(r, e);
	return rc ? rc : mail_about(r, m->stored.id, m->secret, e);
}

/* The page of a refused booking where something is taken: what, and what is free instead. */
static int conflict_view(struct ct_request *r, const struct wish *w, struct ct_error *e)
{
	static const char *const left_out[] = { "csrf",		  "resource", "start", "end",
						"expected_total", "preview",  "items" };
	struct rooms rooms;
	json_t *typed;
	char local[CT_TIME_TEXT];
	int rc = room_get(r, w->items[0].room, &rooms, e);

	if (rc)
		return rc;
	put_room(r, ct_put_object(r->view, "resource"), &rooms.room[0]);
	put_place_of(r, ct_put_object(r->view, "place"), &rooms.room[0]);
	ct_put_text(r->view, "when_ui", when_text(r, rooms.room[0].zone, w->start, w->end));
	ct_put_text(r->view, "resource_id_ui",
		    talloc_asprintf(r, "%lld", (long long)rooms.room[0].id));
	ct_put_text(r->view, "start_typed_ui", ct_local_text(local, w->start));
	ct_put_text(r->view, "end_typed_ui", ct_local_text(local, w->end));
	ct_put_text(r->view, "day_link_ui",
		    talloc_asprintf(r, "%s?date=%s",
				    ct_url(r, "/places/%s/day", rooms.room[0].place_slug),
				    ct_day_text(local, ct_local_day(w->start))));
	typed = ct_put_array(r->view, "typed_ui");
	for (const struct ct_field *f = reservation_book_fields; f->name; f++) {
		const char *text = ct_in_typed(r, f->name);
		bool skip = !text || !*text;

		for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
			skip |= !strcmp(left_out[i], f->name);
		if (!skip) {
			json_t *o = ct_add_object(typed);

			ct_put_text(o, "name", f->name);
			ct_put_text(o, "value", text);
		}
	}
	ct_template(r, "reservation/conflict");
	return 0;
}

int reservation_create(struct ct_request *r, struct ct_error *e)
{
	struct making m = { 0 };
	struct ct_error why;
	int rc;

	if (ct_in_int(r, "preview"))
		return reservation_book_form(r, e);
	rc = read_wish(r, &m, e);
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
	ct_redirect(r, m.secret ? 202 : 201,
		    m.secret ? guest_url(r, m.wish.uid) : ct_url(r, "/bookings/%s", m.wish.uid));
	return 0;
}

/* A refused form: the page of alternatives where there are some, else the form again. */
int reservation_refused(struct ct_request *r, struct ct_error *e)
{
	if (json_object_get(r->view, "typed_ui"))
		return 0;
	return reservation_book_form(r, e);
}

static const struct {
	const char *status, *word;
} words[] = {
	{ "hold", N_("To be confirmed") },
	{ "option", N_("Option") },
	{ "pending", N_("Awaiting an answer") },
	{ "confirmed", N_("Confirmed") },
	{ "cancelled", N_("Cancelled") },
	{ "rejected", N_("Refused") },
	{ "expired", N_("Expired") },
	{ "no_show", N_("Nobody came") },
	{ "done", N_("Over") },
};

void booking_put_state(json_t *o, const char *status)
{
	bool confirmed = !strcmp(status, "confirmed") || !strcmp(status, "done");
	bool pending = !strcmp(status, "pending") || !strcmp(status, "hold") ||
		       !strcmp(status, "option");
	json_t *state = ct_put_object(o, "state_ui");

	ct_put_text(o, "status", status);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].status, status))
			ct_put_text(o, "status_ui", _(words[i].word));
	ct_put_bool(state, "is_confirmed", confirmed);
	ct_put_bool(state, "is_pending", pending);
	ct_put_bool(state, "is_ended", !confirmed && !pending);
}

static const char *sentence(const char *status, bool over)
{
	if (!strcmp(status, "confirmed"))
		return over ? _("This booking is over.") : _("The room is yours.");
	if (!strcmp(status, "hold"))
		return _(
			"The room is held for you. Open the link in the e-mail that we sent you to confirm.");
	if (!strcmp(status, "pending"))
		return _(
			"Your request is with the place. Its answer comes by e-mail; until then nobody else can take the room.");
	if (!strcmp(status, "rejected"))
		return _("The place could not accept this request.");
	if (!strcmp(status, "expired"))
		return _("It was not confirmed in time, and the room is free again.");
	return !strcmp(status, "cancelled")
		       ? _("This booking is cancelled and the room is free again.")
		       : NULL;
}

static void put_where(struct ct_request *r, const struct ct_result *b)
{
	const struct place where = {
		.located = !ct_col_null(b, "lat_e6"),
		.lat = ct_col_int(b, "lat_e6"),
		.lon = ct_col_int(b, "lon_e6"),
	};
	json_t *place = ct_put_object(r->view, "place");
	const char *phone = ct_col_text(b, "phone");

	ct_put_text(place, "slug", ct_col_text(b, "slug"));
	ct_put_text(place, "name", ct_col_text(b, "place_name"));
	ct_put_text(place, "link_ui", ct_url(r, "/places/%s", ct_col_text(b, "slug")));
	ct_put_text(place, "address", address_text(r, b));
	ct_put_text(place, "phone_ui", phone_text(r, phone));
	ct_put_text(place, "phone_link_ui", phone_link(r, phone));
	ct_put_text(place, "map_link_ui", place_way(r, &where));
}

static void put_items(struct ct_request *r, const struct ct_result *b)
{
	json_t *items = ct_put_array(r->view, "items"), *all, *item;
	size_t i;

	all = json_loads(ct_col_text(b, "items") ? ct_col_text(b, "items") : "[]", 0, NULL);
	json_array_foreach(all, i, item) {
		int64_t id = json_integer_value(json_object_get(item, "resource"));
		json_t *o = ct_add_object(items);

		ct_put_id(o, "resource", id);
		ct_put_text(o, "name", json_string_value(json_object_get(item, "name")));
		ct_put_int(o, "quantity", json_integer_value(json_object_get(item, "quantity")));
		ct_put_text(o, "link_ui", ct_url(r, "/resources/%lld", (long long)id));
	}
	json_decref(all);
}

static int put_price(struct ct_request *r, const struct ct_result *b, struct ct_error *e)
{
	struct price price = { .total_cents = ct_col_int(b, "total_cents"),
			       .currency = ct_col_text(b, "currency"),
			       .amounts = ct_col_text(b, "amounts") };
	struct ct_result *line;
	int rc = ct_query(r, "booking_lines", CT_ARGS(CT_NUM(ct_col_int(b, "id"))), &line, e);

	if (rc)
		return rc;
	price.known = strcmp(price.amounts, "on_quote") != 0;
	price.lines = talloc_array(r, struct price_line, ct_result_rows(line) + 1);
	while (ct_next(line))
		price.lines[price.n_lines++] = (struct price_line){
			.label = ct_col_text(line, "label"),
			.reason = ct_col_text(line, "reason"),
			.amount_cents = ct_col_int(line, "amount_cents"),
		};
	price_put(r, ct_put_object(r->view, "price"), &price, false);
	return 0;
}

/* The code is shown here only, and from the evening before; never in feeds, mails or lists. */
static int put_access(struct ct_request *r, const struct ct_result *b, const struct ct_zone *zone,
		      bool firm, struct ct_error *e)
{
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");
	struct ct_local now = ct_zone_local(zone, r->now);
	struct ct_local evening = ct_day_at(ct_day_add(ct_local_day(start), -1), 18 * 60);
	struct ct_result *row;
	json_t *access;
	int rc = ct_query(r, "booking_access", CT_ARGS(CT_NUM(ct_col_int(b, "id"))), &row, e);
	bool any = !rc && ct_next(row);
	bool shown = any && firm && now.s >= evening.s && now.s <= end.s;

	if (rc)
		return rc;
	ct_put_null(r->view, "access_ui");
	ct_put_text(r->view, "access_note_ui",
		    any && firm && now.s < evening.s
			    ? _("How to get in is shown here from the evening before, at 18:00.")
			    : NULL);
	if (shown) {
		access = ct_put_object(r->view, "access_ui");
		ct_put_text(access, "text", ct_col_text(row, "access_text"));
		ct_put_text(access, "code", ct_col_text(row, "access_code"));
	}
	return 0;
}

static void put_links(struct ct_request *r, const struct ct_result *b, bool may_change,
		      const char *token)
{
	const char *uid = ct_col_text(b, "uid"),
		   *tail = token ? talloc_asprintf(r, "?t=%s", token) : "";
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");
	const json_t *first = json_array_get(json_object_get(r->view, "items"), 0);
	char day[CT_TIME_TEXT], from[CT_TIME_TEXT], to[CT_TIME_TEXT];
	json_t *o;

	o = ct_put_object(r->view, "calendar_ui");
	ct_put_text(o, "ics_link",
		    talloc_asprintf(r, "%s.ics%s", ct_url(r, "/bookings/%s", uid), tail));
	ct_put_text(o, "webcal_link", NULL);
	ct_put_null(r->view, "cancel_ui");
	if (may_change) {
		o = ct_put_object(r->view, "cancel_ui");
		ct_put_text(
			o, "link",
			talloc_asprintf(r, "%s%s", ct_url(r, "/bookings/%s/cancel", uid), tail));
		ct_put_text(o, "sentence", _("Cancelling is free of charge until it begins."));
	}
	ct_put_text(r->view, "again_link_ui",
		    first ? talloc_asprintf(r, "/resources/%s/book?start=%s&end=%s",
					    json_string_value(json_object_get(first, "resource")),
					    ct_local_text(from, ct_local_add(start, 7 * 86400)),
					    ct_local_text(to, ct_local_add(end, 7 * 86400)))
			  : NULL);
	ct_put_text(r->view, "day_link_ui",
		    talloc_asprintf(r, "%s?date=%s",
				    ct_url(r, "/places/%s/day", ct_col_text(b, "slug")),
				    ct_day_text(day, ct_local_day(start))));
}

static void put_times(struct ct_request *r, const struct ct_result *b, const struct ct_zone *zone)
{
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");
	char buf[CT_TIME_UI];

	ct_put_time(r->view, "start", start, zone, r->lang);
	ct_put_time(r->view, "end", end, zone, r->lang);
	ct_put_text(r->view, "zone", ct_zone_name(zone));
	ct_put_text(r->view, "when_ui", when_text(r, zone, start, end));
	ct_put_text(r->view, "duration_ui", ct_minutes_ui(buf, (end.s - start.s) / 60, r->lang));
}

static void put_person(struct ct_request *r, const struct ct_result *b, bool full)
{
	const char *name = ct_col_text(b, "person_name");
	int64_t people = ct_col_int(b, "attendance");

	name = name ? name : ct_col_text(b, "contact_name");
	ct_put_null(r->view, "person");
	if (full && name)
		ct_put_text(ct_put_object(r->view, "person"), "name", name);
	ct_put_text(r->view, "booked_by_ui", NULL);
	if (people)
		ct_put_int(r->view, "attendance", people);
	else
		ct_put_null(r->view, "attendance");
	ct_put_text(r->view, "attendance_ui", people_text(r, people));
}

int booking_put(struct ct_request *r, int64_t id, bool full, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_result *b;
	const char *status;
	bool alive, over;
	int rc;

	if ((rc = ct_one(r, "booking_view", CT_ARGS(CT_NUM(id)), &b, e)) ||
	    (rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e)))
		return rc;
	status = ct_col_text(b, "status");
	over = ct_col_utc(b, "end_utc").s <= r->now.s;
	alive = !over && (!strcmp(status, "confirmed") || !strcmp(status, "pending") ||
			  !strcmp(status, "hold"));
	ct_put_text(r->view, "uid", ct_col_text(b, "uid"));
	ct_put_int(r->view, "row_version", ct_col_int(b, "row_version"));
	booking_put_state(r->view, status);
	ct_put_text(r->view, "sentence_ui", sentence(status, over));
	guest_put_mailbox(r);
	ct_put_text(r->view, "title", ct_col_text(b, "title"));
	ct_put_text(r->view, "note", full ? ct_col_text(b, "note") : NULL);
	put_times(r, b, zone);
	put_where(r, b);
	put_items(r, b);
	put_person(r, b, full);
	put_links(r, b, alive, guest_token(r));
	if ((rc = put_access(r, b, zone, !strcmp(status, "confirmed"), e)))
		return rc;
	return put_price(r, b, e);
}

/*
 * Whoever knows the uid alone knows nothing: it travels in forwarded invitations. It takes ownership, a
 * right in the organisation, or the token of the guest's mails.
 */
static int may_see(struct ct_request *r, const char *permission, struct ct_error *e)
{
	if (ct_owns(r) || ct_may(r, permission, r->org))
		return 0;
	return guest_check(r, e);
}

int reservation_show(struct ct_request *r, struct ct_error *e)
{
	int rc = may_see(r, "booking.see", e);

	return rc ? rc : booking_put(r, r->subject, true, e);
}

int reservation_ics(struct ct_request *r, struct ct_error *e)
{
	int rc = may_see(r, "booking.see", e);

	return rc ? rc : booking_feed(r, e);
}

int reservation_cancel_page(struct ct_request *r, struct ct_error *e)
{
	const char *uid = ct_path(r, "uid"), *token = guest_token(r),
		   *tail = token ? talloc_asprintf(r, "?t=%s", token) : "";
	json_t *items, *item;
	char *rooms;
	size_t i;
	int rc = may_see(r, "booking.manage", e);

	if (rc || (rc = booking_put(r, r->subject, true, e)))
		return rc;
	rooms = talloc_strdup(r, "");
	items = json_object_get(r->view, "items");
	json_array_foreach(items, i, item)
		rooms = talloc_asprintf_append(rooms, "%s%s", i ? ", " : "",
					       json_string_value(json_object_get(item, "name")));
	ct_put_text(r->view, "rooms_ui", rooms);
	ct_put_null(r->view, "fee");
	ct_put_null(r->view, "fee_ui");
	ct_put_text(r->view, "consequence_ui",
		    _("Cancelling is free of charge. The room is free for others at once."));
	ct_put_text(r->view, "action_ui",
		    talloc_asprintf(r, "%s%s", ct_url(r, "/bookings/%s/cancel", uid), tail));
	ct_put_text(r->view, "submit_ui", _("Cancel the booking"));
	ct_put_text(r->view, "back_link_ui",
		    talloc_asprintf(r, "%s%s", ct_url(r, "/bookings/%s", uid), tail));
	return 0;
}

static int cancel(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = booking_cancel(r, r->subject, e);

	(void)arg;
	return rc ? rc : mail_about(r, r->subject, NULL, e);
}

static int decide(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = booking_decide(r, r->subject, arg != NULL, e);

	return rc ? rc : mail_about(r, r->subject, NULL, e);
}

static int answered(struct ct_request *r, const char *notice, struct ct_error *e)
{
	const char *token = guest_token(r);
	int rc = booking_put(r, r->subject, true, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200,
		    talloc_asprintf(r, "%s%s%s", ct_url(r, "/bookings/%s", ct_path(r, "uid")),
				    token ? "?t=" : "", token ? token : ""));
	return 0;
}

int reservation_cancel(struct ct_request *r, struct ct_error *e)
{
	int rc = may_see(r, "booking.manage", e);

	if (!rc)
		rc = ct_transaction(r, cancel, NULL, e);
	return rc ? rc : answered(r, _("The booking is cancelled."), e);
}

int reservation_confirm(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, decide, r, e);

	return rc ? rc : answered(r, _("The request is accepted."), e);
}

int reservation_reject(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, decide, NULL, e);

	return rc ? rc : answered(r, _("The request is refused."), e);
}
