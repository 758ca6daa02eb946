/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "group.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "cancel.h"
#include "desk.h"

const struct ct_field reservation_group_see_fields[] = {
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 }, { 0 }
};

const struct ct_field reservation_group_fields[] = {
	{ "place", N_("Place"), CT_REF, .ref = "place", .ref_org = CT_REF_PUBLIC },
	{ "title", N_("Title"), CT_TEXT, .max = 120 },
	{ "bookings", N_("Bookings"), CT_TEXT, .raw = true },
	{ "note", N_("Message to the place"), CT_LONG_TEXT, .max = 2000 },
	{ "purpose", N_("Purpose"), CT_REF, .ref = "reservation.purpose" },
	{ "order_ref", N_("Your order number"), CT_TEXT, .max = 60 },
	{ "person", N_("For whom"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer", N_("Who pays"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer_text", N_("Another organisation that pays"), CT_TEXT, .max = 160 },
	{ "expected_total", N_("Price as shown"), CT_MONEY },
	{ 0 }
};

const struct ct_field reservation_group_cancel_fields[] = {
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 },
	{ "expected_fees", N_("What it costs, as shown"), CT_MONEY, .min = 0 }, { 0 }
};

const struct ct_view_field reservation_group_view[] = {
	{ "uid", "text", "names the group" }, { "title", "text", "" }, { "bookings", "array", "by their start" },
	{ "bookings.uid", "text", "" }, { "bookings.title", "text", "" }, { "bookings.status", "text", "" },
	{ "bookings.start", "time", "" }, { "bookings.start_local", "text", "" }, { "bookings.end", "time", "" },
	{ "bookings.end_local", "text", "" }, { "bookings.rooms", "text", "" }, { "bookings.place", "object", "" },
	{ "bookings.place_name", "text", "" }, { "bookings.person", "text", "" }, { "bookings.attendance", "integer", "" },
	{ "bookings.total", "money", "" }, { "bookings.group", "text", "" }, { "total", "money", "of those that are not cancelled" },
	{ "fees", "money", "of cancelling all of it now" }, { 0 }
};

struct making {
	struct wish *wish;
	struct wish_item *item;
	size_t n, at;			/* at: the one that is being stored */
	int64_t id;
	const char *uid, *title;
	int64_t person, payer;
};

/* A sum over bookings, in their bases and as it is paid in the end. */
struct sum { int64_t cents, gross; const char *currency; };

/* ---- reading ---- */

static int bad(struct ct_error *e)
{
	return ct_fail_field(e, "bookings",
			     _("A list of {\"resource\", \"start\", \"end\"}, each with \"units\", \"attendance\" or \"title\" where needed."));
}

static int64_t number_of(const json_t *value)
{
	return json_is_string(value) ? strtoll(json_string_value(value), NULL, 10) : json_integer_value(value);
}

static int read_one(const json_t *o, struct wish *w, struct wish_item *item, struct ct_error *e)
{
	const json_t *units = json_object_get(o, "units"), *title = json_object_get(o, "title");
	const char *start = json_string_value(json_object_get(o, "start")),
		   *end = json_string_value(json_object_get(o, "end"));
	struct ct_error why;

	*item = (struct wish_item){ number_of(json_object_get(o, "resource")), units ? number_of(units) : 1 };
	if (item->room <= 0 || item->quantity <= 0 || item->quantity > 500 || !start || !end ||
	    ct_local_parse(start, &w->start, &why) || ct_local_parse(end, &w->end, &why))
		return bad(e);
	w->items = item;
	w->n_items = 1;
	w->attendance = number_of(json_object_get(o, "attendance"));
	if (title && (!json_is_string(title) || json_string_length(title) > 120))
		return bad(e);
	w->title = title ? json_string_value(title) : w->title;
	return w->attendance < 0 || w->attendance > 5000 ? bad(e) : 0;
}

/* Oneself, or for managers anybody; money is committed by who may. */
static int read_people(struct ct_request *r, struct wish *w, struct ct_error *e)
{
	w->person = r->person;
	if (ct_in_set(r, "person") && ct_in_int(r, "person") != r->person) {
		if (!w->manager)
			return ct_fail_field(e, "person",
					     _("You may book for yourself only. Ask the place to book for somebody else."));
		w->person = ct_in_int(r, "person");
	}
	w->payer_text = ct_in_set(r, "payer") ? NULL : ct_in_text(r, "payer_text");
	w->payer = ct_in_set(r, "payer") ? ct_in_int(r, "payer") : w->payer_text && !w->manager ? 0 : w->person;
	if (w->payer && w->payer != r->person && !w->manager && !ct_engages(r, w->payer))
		return ct_fail_field(e, "payer",
				     _("You may not commit this organisation. Its contact person can allow it."));
	return 0;
}

static int read_group(struct ct_request *r, struct making *m, struct ct_error *e)
{
	const json_t *list = ct_in(r, "bookings")->json;
	struct wish common = {
		.title = ct_in_text(r, "title"), .note = ct_in_text(r, "note"),
		.order_ref = ct_in_text(r, "order_ref"), .purpose = ct_in_int(r, "purpose"),
		.source = ct_wants_html(r) ? "web" : "api", .booked_by = r->person,
		.manager = ct_may(r, MAY_MANAGE, r->org), .expected_cents = -1, .org = r->org,
	};
	int rc = read_people(r, &common, e);

	if (rc)
		return rc;
	if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > MOST_TOGETHER)
		return bad(e);
	m->n = json_array_size(list);
	m->wish = talloc_array(r, struct wish, m->n);
	m->item = talloc_array(r, struct wish_item, m->n);
	for (size_t i = 0; i < m->n && !rc; i++) {
		m->wish[i] = common;
		m->wish[i].uid = ct_new_uid(r);
		rc = read_one(json_array_get(list, i), &m->wish[i], &m->item[i], e);
	}
	m->title = common.title;
	m->person = common.person;
	m->payer = common.payer;
	m->uid = ct_new_uid(r);
	return rc;
}

/* ---- storing ---- */

/* The leaves of all of it first, in their one order: each booking by itself would take them in its own. */
static int lock_all(struct ct_request *r, const struct making *m, struct ct_error *e)
{
	int64_t *ids = talloc_array(r, int64_t, m->n);
	struct ct_result *row;
	int rc;

	for (size_t i = 0; i < m->n; i++)
		ids[i] = m->item[i].room;
	rc = ct_query(r, "leaves_of_rooms", CT_ARGS(CT_STR(json_ids(r, ids, m->n))), &row, e);
	while (!rc && ct_next(row))
		rc = ct_exec(r, "lock_leaf", CT_ARGS(CT_NUM(ct_col_int(row, "leaf_id"))), e);
	return rc;
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct making *m = arg;
	struct sum total = { .currency = "EUR" };
	int rc;

	if ((rc = lock_all(r, m, e)) ||
	    (rc = ct_insert(r, "group_insert",
			    CT_ARGS(CT_STR(m->uid), CT_NUM(r->org), CT_STR(m->title), CT_ID(m->person),
				    CT_ID(m->payer)),
			    &m->id, e)))
		return rc;
	for (m->at = 0; m->at < m->n && !rc; m->at++) {
		struct stored stored;

		rc = booking_store(r, &m->wish[m->at], &stored, e);
		if (rc)
			return rc;
		rc = ct_exec(r, "booking_group", CT_ARGS(CT_NUM(m->id), CT_NUM(stored.id)), e);
		total.cents += stored.price.total_cents;
		total.gross += price_sums(&stored.price).gross;
		total.currency = stored.price.currency;
	}
	if (!rc && ct_in_set(r, "expected_total") && ct_in_int(r, "expected_total") != total.cents)
		rc = ct_fail(e, CT_CONFLICT, _("The price is now %s. Please look at it and book again."),
			     ct_money_show(r, total.gross, total.currency, r->lang));
	return rc ? rc : group_mail(r, m->id, false, e);
}

/* ---- the page ---- */

static bool is_alive(const struct ct_request *r, const struct ct_result *row)
{
	const char *status = ct_col_text(row, "status");

	return (!strcmp(status, "confirmed") || !strcmp(status, "pending") || !strcmp(status, "option")) &&
	       ct_col_utc(row, "end_utc").s > r->now.s;
}

/* What cancelling all of it costs at this moment; who runs the place cancels for nothing. */
static int fees_now(struct ct_request *r, int64_t group, struct sum *fees_r, struct ct_error *e)
{
	struct ct_result *row;
	struct sum fees = { .currency = "EUR" };
	bool charged = cancel_is_charged(r, r->org);
	int rc = charged ? ct_query(r, "group_fees", CT_ARGS(CT_NUM(group), CT_UTC(r->now)), &row, e) : 0;

	while (charged && !rc && ct_next(row)) {
		struct price price = price_of_row(r, row);

		fees.currency = price.currency;
		fees.cents += ct_col_int(row, "fee_cents");
		fees.gross += price_shown(&price, ct_col_int(row, "fee_cents"));
	}
	*fees_r = fees;
	return rc;
}

static int put_fees(struct ct_request *r, int64_t group, const char *currency, struct ct_error *e)
{
	struct sum fees;
	int rc = fees_now(r, group, &fees, e);

	if (rc)
		return rc;
	ct_put_money(r->view, "fees", fees.cents, currency, r->lang);
	ct_put_text(r->view, "fees_ui", ct_money_show(r, fees.gross, currency, r->lang));
	ct_put_text(r->view, "fees_typed_ui", cents_typed(r, fees.cents));
	ct_put_text(r->view, "cancel_sentence_ui",
		    fees.cents ? talloc_asprintf(r, _("Cancelling now costs %s. The room is free for others at once."),
						 ct_money_show(r, fees.gross, currency, r->lang))
			       : _("Cancelling now is free of charge. The room is free for others at once."));
	return 0;
}

/*
 * A guest's token opens all of her group, so each booking of it is linked with its own. Also where she has signed in
 * meanwhile; not beside a right to see it, since only who has none had to show that the token is true (may_see).
 */
static bool is_guest(struct ct_request *r)
{
	return guest_token(r) && !ct_owns(r) && !ct_may(r, MAY_SEE, r->org);
}

const char *group_url(struct ct_request *r, const char *uid)
{
	return token_url(r, ct_url(r, "/groups/%s", uid), is_guest(r) ? guest_token(r) : NULL);
}

static void put_link(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *uid = ct_col_text(row, "uid");

	if (is_guest(r))
		ct_put_text(o, "link_ui", token_url(r, ct_url(r, "/bookings/%s", uid), guest_secret(r, uid)));
}

/* Something more beside this booking; `org` is the slug of who runs the place. */
static const char *add_link(struct ct_request *r, const char *org, const struct ct_result *row)
{
	const char *uid = ct_col_text(row, "uid");

	if (ct_may(r, MAY_MANAGE, r->org))
		return ct_url(r, "/o/%s/bookings/new?with=%s", org, uid);
	if (!(ct_owns(r) || (is_guest(r) && !r->person)) || !together_can_pay(r, row))
		return NULL;
	return together_link(r, ct_col_text(row, "slug"), ct_col_local(row, "start_local"), uid,
			     is_guest(r) ? guest_secret(r, uid) : NULL);
}

static int put_group(struct ct_request *r, int64_t id, struct ct_error *e)
{
	json_t *list;
	struct ct_result *group, *row;
	struct sum total = { .currency = "EUR" };
	const char *add = NULL;
	int64_t alive = 0;
	int rc;

	if ((rc = ct_one(r, "group_row", CT_ARGS(CT_NUM(id)), &group, e)) ||
	    (rc = ct_query(r, "group_bookings", CT_ARGS(CT_NUM(id), CT_NUM(100)), &row, e)))
		return rc;
	ct_put_text(r->view, "uid", ct_col_text(group, "uid"));
	ct_put_text(r->view, "title", ct_col_text(group, "title"));
	list = ct_put_array(r->view, "bookings");
	while (ct_next(row)) {
		json_t *o = ct_add_object(list);
		const char *status = ct_col_text(row, "status");

		booking_put_row(r, o, row);
		ct_put_null(o, "again_link_ui");
		ct_put_null(o, "group_ui"); /* this page is it */
		total.currency = ct_col_text(row, "currency");
		if (strcmp(status, "cancelled") && strcmp(status, "rejected") && strcmp(status, "expired")) {
			struct price price = price_of_row(r, row);

			total.cents += price.total_cents;
			total.gross += price_sums(&price).gross;
		}
		alive += is_alive(r, row);
		add = is_alive(r, row) ? add_link(r, ct_col_text(group, "slug"), row) : add;
		put_link(r, o, row);
	}
	ct_put_money(r->view, "total", total.cents, total.currency, r->lang);
	ct_put_text(r->view, "total_ui", ct_money_show(r, total.gross, total.currency, r->lang));
	ct_put_bool(r->view, "can_cancel_ui", alive > 0);
	ct_put_text(r->view, "cancel_action_ui",
		    token_url(r, ct_url(r, "/groups/%s/cancel", ct_col_text(group, "uid")),
			      is_guest(r) ? guest_token(r) : NULL));
	ct_put_text(r->view, "add_link_ui", add);
	return put_fees(r, id, total.currency, e);
}

static int may_see(struct ct_request *r, const char *permission, struct ct_error *e)
{
	if (ct_owns(r) || ct_may(r, permission, r->org))
		return 0;
	if (is_guest(r))
		return guest_check_group(r, r->subject, e);
	if (!r->person)
		return ct_must(r, permission, e);
	return ct_fail(e, CT_MISSING, _("There is no page at this address."));
}

int reservation_group(struct ct_request *r, struct ct_error *e)
{
	int rc = may_see(r, MAY_SEE, e);

	return rc ? rc : put_group(r, r->subject, e);
}

int reservation_group_create(struct ct_request *r, struct ct_error *e)
{
	struct making m = { 0 };
	int rc;

	if ((rc = read_group(r, &m, e)))
		return rc;
	rc = ct_transaction(r, store, &m, e);
	if (rc == CT_CONFLICT && m.at < m.n)
		ct_put_int(r->view, "booking", (int64_t)m.at); /* which of the list was in the way */
	if (rc || (rc = put_group(r, m.id, e)))
		return rc;
	ct_redirect(r, 201, ct_url(r, "/groups/%s", m.uid));
	return 0;
}

int group_join(struct ct_request *r, int64_t id, struct together *t, struct ct_error *e)
{
	const struct ct_result *row = t->row;
	const char *uid;
	int64_t group;
	int rc;

	if (!t->id)
		return 0;
	group = ct_col_int(row, "group_id");
	uid = group ? ct_col_text(row, "group_uid") : ct_new_uid(r);
	if (!group &&
	    ((rc = ct_insert(r, "group_insert",
			     CT_ARGS(CT_STR(uid), CT_NUM(r->org), CT_STR(ct_col_text(row, "title")),
				     CT_ID(ct_col_int(row, "person_id")), CT_ID(ct_col_int(row, "payer_id"))),
			     &group, e)) ||
	     (rc = ct_exec(r, "booking_group", CT_ARGS(CT_NUM(group), CT_NUM(t->id)), e))))
		return rc;
	t->group_uid = uid;
	return ct_exec(r, "booking_group", CT_ARGS(CT_NUM(group), CT_NUM(id)), e);
}

/* ---- cancelling ---- */

static int cancel_all(struct ct_request *r, struct ct_result *row, struct ct_error *e)
{
	int rc = 0;
	bool any = false;

	while (!rc && ct_next(row))
		if (is_alive(r, row)) {
			any = true;
			rc = booking_cancel(r, ct_col_int(row, "id"), e);
		}
	return rc || any ? rc : ct_fail(e, CT_CONFLICT, _("All of it has ended already: there is nothing to cancel."));
}

static int cancel(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_result *leaf, *row;
	struct sum fees;
	int rc = ct_query(r, "leaves_of_group", CT_ARGS(CT_NUM(r->subject)), &leaf, e);

	(void)arg;
	while (!rc && ct_next(leaf))
		rc = ct_exec(r, "lock_leaf", CT_ARGS(CT_NUM(ct_col_int(leaf, "leaf_id"))), e);
	if (rc || (rc = fees_now(r, r->subject, &fees, e)))
		return rc;
	if (ct_in_set(r, "expected_fees") && fees.cents > ct_in_int(r, "expected_fees"))
		return ct_fail(e, CT_CONFLICT, _("Cancelling costs more since a moment ago. Please look at it and decide again."));
	if ((rc = ct_query(r, "group_bookings", CT_ARGS(CT_NUM(r->subject), CT_NUM(100)), &row, e)) ||
	    (rc = cancel_all(r, row, e)))
		return rc;
	return group_mail(r, r->subject, true, e);
}

int reservation_group_cancel(struct ct_request *r, struct ct_error *e)
{
	int rc = may_see(r, MAY_MANAGE, e);

	if (rc || (rc = ct_transaction(r, cancel, NULL, e)) || (rc = put_group(r, r->subject, e)))
		return rc;
	ct_notice(r, "%s", _("All of it is cancelled."));
	ct_redirect(r, 200, group_url(r, ct_path(r, "uid")));
	return 0;
}
