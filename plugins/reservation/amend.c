/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * POST /bookings/{uid}: changes a booking. Only what is sent is changed. A person sees a new price before it is
 * owed: without expected_total the form is answered by a page that asks, a program asks by preview=1.
 */
#include "bill.h"
#include "demand.h"
#include "edit.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/limit.h>

enum { GUEST_CHANGES = 10 };	/* a day */

const struct ct_field reservation_change_fields[] = {
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 },
	{ "row_version", N_("Version"), CT_INT, .min = 1, .max = INT32_MAX },
	{ "resource", N_("Room"), CT_REF, .ref = "reservation.resource", .ref_org = CT_REF_PUBLIC },
	{ "items", N_("Rooms"), CT_TEXT, .raw = true },
	{ "date", N_("Day"), CT_DATE },
	{ "start", N_("From"), CT_DATETIME },
	{ "end", N_("To"), CT_DATETIME },
	{ "units", N_("How many"), CT_INT, .min = 1, .max = 500 },
	{ "attendance", N_("Number of people"), CT_INT, .min = 1, .max = 5000 },
	{ "title", N_("Title"), CT_TEXT, .max = 120,
	  .help = N_("Seen only by you and by those who run the place.") },
	{ "purpose", N_("Purpose"), CT_REF, .ref = "reservation.purpose" },
	{ "note", N_("Message to the place"), CT_LONG_TEXT, .max = 2000 },
	{ "layout", N_("Layout"), CT_TEXT, .max = 16 },
	{ "phone", N_("Telephone"), CT_PHONE, .autocomplete = "tel" },
	{ "order_ref", N_("Your order number"), CT_TEXT, .max = 60 },
	{ "payer_text", N_("Organisation that pays"), CT_TEXT, .max = 160 },
	{ "internal_note", N_("Note of the house"), CT_LONG_TEXT, .max = 2000,
	  .help = N_("Seen only by those who run the place.") },
	{ "project", N_("Project"), CT_REF, .ref = "project" },
	{ "terms", N_("Conditions"), CT_INT, .many = true, .min = 1, .max = INT64_MAX },
	{ "expected_total", N_("Price as shown"), CT_MONEY },
	{ "expected_left", N_("What was left to pay, as shown"), CT_MONEY, .min = 0 },
	{ "preview", N_("Only show the price"), CT_BOOL },
	{ 0 }
};

struct amending {
	struct change change;
	bool lost; /* somebody stored it meanwhile: `change` is what stands there now */
};

static bool given(const struct ct_request *r, const char *name)
{
	return ct_in_typed(r, name) != NULL;
}

static void merge_text(const struct ct_request *r, const char *name, const char **text)
{
	if (given(r, name))
		*text = ct_in_text(r, name);
}

static int merge_rooms(struct ct_request *r, struct change *c, struct ct_error *e)
{
	bool items = given(r, "items"), one = ct_in_set(r, "resource");
	struct wish_item *item;

	if (items)
		return wish_items(r, 0, &c->wish, e);
	if (!one && !ct_in_set(r, "units"))
		return 0;
	if (c->wish.n_items != 1)
		return ct_fail_field(e, "items",
				     _("This booking is of several rooms: give all of them as items."));
	item = talloc(r, struct wish_item);
	*item = c->wish.items[0];
	if (one && ct_in_int(r, "resource") != item->room)
		*item = (struct wish_item){ ct_in_int(r, "resource"), 1 };
	if (ct_in_set(r, "units"))
		item->quantity = ct_in_int(r, "units");
	c->wish.items = item;
	return 0;
}

int edit_merge_time(struct ct_request *r, struct change *c, struct ct_error *e)
{
	if (ct_in_set(r, "resource")) {
		struct wish_item *item = talloc(r, struct wish_item);

		if (c->wish.n_items != 1)
			return ct_fail_field(e, "resource", _("This booking is of several rooms."));
		*item = c->wish.items[0];
		if (item->room != ct_in_int(r, "resource"))
			*item = (struct wish_item){ ct_in_int(r, "resource"), 1 };
		c->wish.items = item;
	}
	if (ct_in_set(r, "start"))
		c->wish.start = ct_in_local(r, "start");
	if (ct_in_set(r, "end"))
		c->wish.end = ct_in_local(r, "end");
	return 0;
}

static void refuse_house_fields(struct ct_request *r)
{
	static const char *const names[] = { "internal_note", "project" };

	for (size_t i = 0; i < 2; i++)
		if (given(r, names[i]))
			ct_in_error(r, names[i], _("Only those who run the place write here."));
}

static int merge(struct ct_request *r, struct change *c, struct ct_error *e)
{
	struct wish *w = &c->wish;

	if (!ct_in_set(r, "row_version"))
		ct_in_error(r, "row_version", _("This is needed."));
	if (!w->manager)
		refuse_house_fields(r);
	merge_text(r, "internal_note", &c->internal_note);
	if (given(r, "project"))
		c->project = ct_in_int(r, "project");
	merge_text(r, "title", &w->title);
	merge_text(r, "note", &w->note);
	merge_text(r, "layout", &w->layout);
	merge_text(r, "phone", &w->phone);
	merge_text(r, "order_ref", &w->order_ref);
	merge_text(r, "payer_text", &w->payer_text);
	if (given(r, "attendance"))
		w->attendance = ct_in_int(r, "attendance");
	if (given(r, "purpose"))
		w->purpose = ct_in_int(r, "purpose");
	if (ct_in_set(r, "start"))
		w->start = ct_in_local(r, "start");
	if (ct_in_set(r, "end"))
		w->end = ct_in_local(r, "end");
	if (w->end.s <= w->start.s)
		ct_in_error(r, "end", _("The end has to come after the start."));
	wish_terms(r, w);
	w->expected_cents = ct_in_set(r, "expected_total") ? ct_in_int(r, "expected_total") : -1;
	w->left_said = ct_in_set(r, "expected_left");
	w->left_cents = ct_in_int(r, "expected_left");
	return ct_in_fail(r, e) ? CT_INVALID : merge_rooms(r, c, e);
}

/* The booking as it is and as it is to be; inside of a transaction under its locks. */
static int read_change(struct ct_request *r, struct amending *a, struct ct_error *e)
{
	struct change *c = &a->change;
	int rc = change_load(r, r->subject, c, e);

	if (rc)
		return rc;
	c->wish.manager = ct_may(r, MAY_MANAGE, r->org);
	if ((rc = change_possible(r, c, e)) || (rc = merge(r, c, e)))
		return rc;
	a->lost = c->version != ct_in_int(r, "row_version");
	return a->lost ? ct_fail(e, CT_CONFLICT, "%s", _("Somebody else changed this in the meantime"))
		       : change_judge(r, c, e);
}

/* The rooms that somebody wants, so that they are locked before they are looked at. */
static const char *wanted_rooms(struct ct_request *r)
{
	struct wish w = { 0 };
	struct ct_error e;
	int64_t *ids, one = ct_in_int(r, "resource");

	if (!given(r, "items"))
		return one ? json_ids(r, &one, 1) : "[]";
	if (wish_items(r, 0, &w, &e))
		return "[]"; /* refused as soon as it is read */
	ids = talloc_array(r, int64_t, w.n_items);
	for (size_t i = 0; i < w.n_items; i++)
		ids[i] = w.items[i].room;
	return json_ids(r, ids, w.n_items);
}

/* A hold still has to be confirmed, a request to be answered: then the mail says that, with the new time. */
static int tell(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	const struct letter changed = { .about = LETTER_CHANGED };

	if (!c->moves && !c->reprices && !strcmp(c->status, c->new_status))
		return 0;
	if (!strcmp(c->new_status, "hold"))
		return mail_about(r, c->id, guest_secret(r, c->wish.uid), e);
	return strcmp(c->new_status, "confirmed") ? mail_about(r, c->id, NULL, e) : letter_send(r, c->id, &changed, e);
}

/* Each change of a guest's booking is mailed to an address that she may have only said is hers. */
static int limit_guest(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	const struct ct_limit limit = { "changes of a booking", c->wish.uid, GUEST_CHANGES, 86400 };

	return r->person || !(c->moves || c->reprices) ? 0 : ct_limit_take(r, &limit, e);
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct amending *a = arg;
	int rc;

	if ((rc = booking_lock_leaves(r, r->subject, wanted_rooms(r), e)) ||
	    (rc = read_change(r, a, e)) || (rc = limit_guest(r, &a->change, e)) ||
	    (rc = change_store(r, &a->change, e)))
		return rc;
	return tell(r, &a->change, e);
}

/* ---- answers ---- */

static void put_outcome(struct ct_request *r, const struct change *c)
{
	json_t *o = ct_put_object(r->view, "change");
	char start[CT_TIME_TEXT], end[CT_TIME_TEXT];

	ct_put_text(o, "start_local", ct_local_text(start, c->wish.start));
	ct_put_text(o, "end_local", ct_local_text(end, c->wish.end));
	ct_put_text(o, "status", c->new_status);
	ct_put_money(o, "total", c->price.total_cents, c->price.currency, r->lang);
	ct_put_money(o, "difference", c->price.total_cents - c->was_price.total_cents, c->price.currency, r->lang);
}

/* All that was sent, as hidden fields of a page that asks once more. */
static json_t *put_typed(struct ct_request *r, const char *const *left_out)
{
	json_t *list = ct_put_array(r->view, "typed_ui");

	for (const struct ct_field *f = reservation_change_fields; f->name; f++) {
		const char *text = ct_in_typed(r, f->name);
		bool skip = !text || !strcmp(f->name, "t");
		json_t *o;

		for (size_t i = 0; left_out[i]; i++)
			skip |= !strcmp(left_out[i], f->name);
		if (skip)
			continue;
		o = ct_add_object(list);
		ct_put_text(o, "name", f->name);
		ct_put_text(o, "value", text);
	}
	return list;
}

static void put_hidden(json_t *list, const char *name, const char *value)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "name", name);
	ct_put_text(o, "value", value);
}

static const char *action(struct ct_request *r)
{
	return talloc_asprintf(r, "%s%s", ct_url(r, "/bookings/%s", ct_path(r, "uid")), edit_tail(r));
}

/* What is paid more in the end, or less. */
static int64_t more_to_pay(const struct change *c)
{
	return price_left(&c->price) - price_left(&c->was_price);
}

static const char *review_button(struct ct_request *r, const struct change *c)
{
	const int64_t more = more_to_pay(c);
	const char *text = ct_money_show(r, llabs(more), c->price.currency, r->lang);

	if (!strcmp(c->new_status, "pending"))
		return _("Ask for this change");
	if (more > 0)
		return talloc_asprintf(r, _("Change with obligation to pay – %s more"), text);
	return more ? talloc_asprintf(r, _("Change the booking – %s less"), text) : _("Change the booking");
}

static void put_prices(struct ct_request *r, const struct change *c)
{
	json_t *o = ct_put_object(r->view, "new_price_ui");
	const int64_t more = more_to_pay(c);

	ct_put_text(r->view, "was_total_ui", price_left_said(r, &c->was_price));
	ct_put_text(r->view, "now_total_ui", c->price.known ? price_left_said(r, &c->price) : NULL);
	ct_put_text(r->view, "difference_ui",
		    talloc_asprintf(r, "%s%s", more > 0 ? "+" : "",
				    ct_money_show(r, more, c->price.currency, r->lang)));
	price_put(r, o, &c->price, false);
	ct_put_bool(o, "is_net_ui", c->price.known && c->price.for_body && price_sums(&c->price).vat);
}

/* What others took of the old price, and would take of the new one. */
static int load_shares(struct ct_request *r, struct change *c, struct ct_error *e)
{
	const struct wish *w = &c->wish;
	int rc = bill_stored(r, c->id, &c->was_price, e);

	return rc ? rc
		  : bill_quote(r,
			       &(struct bill_ask){ c->id, &c->rooms, w->start, w->end, w->payer ? w->payer : w->person },
			       &c->price, e);
}

/* Money has a page of its own before it is owed: what was, what will be, and what that makes. */
static int put_review(struct ct_request *r, struct change *c, struct ct_error *e)
{
	static const char *const left_out[] = { "expected_total", "expected_left", "preview", "terms", NULL };
	const struct room *room = &c->rooms.room[0];
	json_t *typed;
	int rc = booking_put(r, c->id, true, e);

	if (rc || (rc = load_shares(r, c, e)))
		return rc;
	ct_put_text(r->view, "new_when_ui", when_text(r, room->zone, c->wish.start, c->wish.end));
	ct_put_text(r->view, "new_rooms_ui", rooms_text(r, &c->rooms));
	put_prices(r, c);
	demands_put(r, r->view, c->rooms.demands, NULL, ct_in_set(r, "expected_total"));
	ct_put_text(r->view, "pending_ui",
		    strcmp(c->status, c->new_status)
			    ? _("The place answers this change; until then the new time is kept for you.")
			    : NULL);
	typed = put_typed(r, left_out);
	if (c->price.known)
		put_hidden(typed, "expected_total", cents_typed(r, c->price.total_cents));
	if (json_array_size(c->price.shares))
		put_hidden(typed, "expected_left", cents_typed(r, c->price.left_cents));
	ct_put_text(r->view, "action_ui", action(r));
	ct_put_text(r->view, "submit_ui", review_button(r, c));
	ct_put_text(r->view, "back_link_ui",
		    talloc_asprintf(r, "%s%s", ct_url(r, "/bookings/%s/edit", ct_path(r, "uid")), edit_tail(r)));
	ct_template(r, "reservation/review");
	return 0;
}

static void put_version(struct ct_request *r, const char *label, const char *yours, const char *theirs)
{
	json_t *line = ct_add_object(json_object_get(r->view, "fields_ui"));

	ct_put_text(line, "label", label);
	ct_put_text(line, "yours", yours);
	ct_put_text(line, "theirs", theirs);
	ct_put_bool(line, "differs", !yours != !theirs || (yours && strcmp(yours, theirs)));
}

static const char *count_text(struct ct_request *r, int64_t n)
{
	return n ? talloc_asprintf(r, "%lld", (long long)n) : NULL;
}

static const char *span_text(struct ct_request *r, const struct wish *w)
{
	char buf[CT_TIME_UI];

	return talloc_strdup(r, ct_range_ui(buf, w->start, w->end, CT_NO_DAY, r->lang));
}

static void put_wish(json_t *o, const struct wish *w)
{
	char buf[CT_TIME_TEXT];

	ct_put_text(o, "start_local", ct_local_text(buf, w->start));
	ct_put_text(o, "end_local", ct_local_text(buf, w->end));
	ct_put_text(o, "title", w->title);
	ct_put_text(o, "note", w->note);
	ct_put_text(o, "order_ref", w->order_ref);
	if (w->attendance)
		ct_put_int(o, "attendance", w->attendance);
	else
		ct_put_null(o, "attendance");
}

/* Both versions side by side; `wish` is what was typed, laid over what stands there now. */
static void put_both(struct ct_request *r, const struct change *c)
{
	static const char *const left_out[] = { "row_version", "preview", NULL };
	const struct wish *yours = &c->wish, *theirs = &c->was;

	put_wish(ct_put_object(r->view, "yours"), yours);
	put_wish(ct_put_object(r->view, "theirs"), theirs);
	ct_put_int(r->view, "row_version", c->version);
	ct_put_array(r->view, "fields_ui");
	put_version(r, _("When"), span_text(r, yours), span_text(r, theirs));
	put_version(r, _("Number of people"), count_text(r, yours->attendance), count_text(r, theirs->attendance));
	put_version(r, _("Title"), yours->title, theirs->title);
	put_version(r, _("Message to the place"), yours->note, theirs->note);
	put_version(r, _("Your order number"), yours->order_ref, theirs->order_ref);
	put_hidden(put_typed(r, left_out), "row_version", count_text(r, c->version));
	json_object_set(r->view, "hidden_ui", json_object_get(r->view, "typed_ui"));
	ct_put_text(r->view, "who_ui", _("This booking has changed since you opened it."));
	ct_put_text(r->view, "action_ui", action(r));
	ct_put_text(r->view, "back_ui", action(r));
	ct_template(r, "core/record-conflict");
}

/* What is taken, what is free instead, and that the old time is still one's own. */
static int put_conflict(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	static const char *const left_out[] = { "resource", "start", "end", "expected_total", "expected_left", "preview", NULL };
	struct rooms rooms;
	char text[CT_TIME_TEXT];
	int rc = room_get(r, c->wish.items[0].room, &rooms, e);

	if (rc)
		return rc;
	put_room(r, ct_put_object(r->view, "resource"), &rooms.room[0]);
	put_place_of(r, ct_put_object(r->view, "place"), &rooms.room[0]);
	ct_put_text(r->view, "when_ui", when_text(r, rooms.room[0].zone, c->wish.start, c->wish.end));
	ct_put_text(r->view, "kept_ui",
		    talloc_asprintf(r, _("Your booking stays as it was: %s."), span_text(r, &c->was)));
	ct_put_text(r->view, "action_ui", action(r));
	ct_put_text(r->view, "resource_id_ui",
		    c->wish.n_items == 1 ? count_text(r, rooms.room[0].id) : NULL);
	ct_put_text(r->view, "start_typed_ui", ct_local_text(text, c->wish.start));
	ct_put_text(r->view, "end_typed_ui", ct_local_text(text, c->wish.end));
	ct_put_text(r->view, "day_link_ui",
		    talloc_asprintf(r, "%s?date=%s", ct_url(r, "/places/%s/day", rooms.room[0].place_slug),
				    ct_day_text(text, ct_local_day(c->wish.start))));
	put_typed(r, left_out);
	ct_template(r, "reservation/conflict");
	return 0;
}

static int refuse(struct ct_request *r, struct amending *a, int rc, struct ct_error *e)
{
	struct ct_error why;

	if (rc != CT_CONFLICT)
		return rc;
	if (a->lost)
		put_both(r, &a->change);
	else if (json_object_get(r->view, "alternatives")) {
		ct_put_text(r->view, "what_ui", e->text);
		if (ct_wants_html(r) && put_conflict(r, &a->change, &why))
			return ct_fail(e, why.rc, "%s", why.text);
	}
	return rc;
}

static bool must_be_reviewed(const struct ct_request *r, const struct change *c)
{
	return c->lacks_terms || ((c->moves || c->reprices) && !ct_in_set(r, "expected_total") &&
				  (more_to_pay(c) || strcmp(c->status, c->new_status) != 0));
}

int reservation_change(struct ct_request *r, struct ct_error *e)
{
	struct amending a = { 0 };
	bool preview = ct_in_int(r, "preview");
	int rc = booking_may(r, MAY_MANAGE, e);

	if (rc)
		return rc;
	if (preview && ct_wants_html(r))
		return reservation_change_refused(r, e);
	if ((preview || ct_wants_html(r)) && (rc = read_change(r, &a, e)))
		return refuse(r, &a, rc, e);
	if (!preview && ct_wants_html(r) && must_be_reviewed(r, &a.change))
		return put_review(r, &a.change, e);
	if (!preview && (rc = ct_transaction(r, store, &a, e)))
		return refuse(r, &a, rc, e);
	if ((rc = booking_put(r, r->subject, true, e)))
		return rc;
	put_outcome(r, &a.change);
	if (preview)
		return 0;
	ct_notice(r, "%s", strcmp(a.change.status, a.change.new_status) ? _("The change is asked for.")
									: _("The booking is changed."));
	ct_redirect(r, 200, action(r));
	return 0;
}

/* A refused form: both versions or the alternatives, where the handler has put them; else the form again. */
int reservation_change_refused(struct ct_request *r, struct ct_error *e)
{
	struct change c;
	int rc;

	if (json_object_get(r->view, "typed_ui"))
		return 0;
	/* what cannot be read is refused before the handler could ask who it is that asks */
	if ((rc = booking_may(r, MAY_MANAGE, e)) || (rc = change_load(r, r->subject, &c, e)))
		return rc;
	c.wish.manager = ct_may(r, MAY_MANAGE, r->org);
	if ((rc = change_possible(r, &c, e)) || (rc = edit_merge_time(r, &c, e)))
		return rc;
	ct_template(r, "reservation/edit");
	return edit_put(r, &c, e);
}
