/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "together.h"

#include <string.h>
#include <talloc.h>

#include "group.h"
#include "reservation.h"
#include "views.h"

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

static int is_possible(const struct ct_request *r, const struct ct_result *b, struct ct_error *e)
{
	const char *status = ct_col_text(b, "status");

	if (!strcmp(status, "hold"))
		return ct_fail_field(e, "with", "%s", _("Please confirm the first booking before you add to it: open the link in our e-mail."));
	if ((strcmp(status, "confirmed") != 0 && strcmp(status, "pending") != 0 && strcmp(status, "option") != 0) ||
	    ct_col_utc(b, "end_utc").s <= r->now.s)
		return ct_fail_field(e, "with", "%s", _("The first booking has ended or is cancelled: nothing can be added to it."));
	if (ct_col_int(b, "together") >= MOST_TOGETHER)
		return ct_fail_field(e, "with", _("At most %d bookings are kept together."), MOST_TOGETHER);
	return 0;
}

bool together_can_pay(struct ct_request *r, const struct ct_result *b)
{
	int64_t payer = ct_col_int(b, "payer_id");

	return !payer || payer == ct_col_int(b, "person_id") || ct_col_text(b, "payer_text") || ct_engages(r, payer);
}

/* Of anybody for who runs the place; else of one's own, on the same account. */
static int read_row(struct ct_request *r, bool any, struct together *t_r, struct ct_error *e)
{
	struct ct_result *b;
	bool mine;
	int rc;

	*t_r = (struct together){ 0 };
	if (!ct_in_set(r, "with"))
		return 0;
	if ((rc = ct_one(r, "together_row", CT_ARGS(CT_NUM(ct_in_int(r, "with"))), &b, e)))
		return rc;
	mine = r->person ? ct_col_int(b, "person_id") == r->person : guest_is_mailed(r, b);
	if (!any && !mine)
		return ct_fail_field(e, "with", "%s", _("You may add to a booking of your own only."));
	if (!any && !together_can_pay(r, b))
		return ct_fail_field(e, "with", "%s", _("An organisation pays for the first booking: please ask the place to add to it."));
	if ((rc = is_possible(r, b, e)))
		return rc;
	*t_r = (struct together){ .id = ct_col_int(b, "id"), .row = b };
	return 0;
}

int together_read(struct ct_request *r, struct together *t_r, struct ct_error *e)
{
	return read_row(r, false, t_r, e);
}

/* One mail tells of all of it, and one person cancels all of it: an account's, or who reads the same mails. */
static int check_person(const struct ct_result *b, const struct wish *w, struct ct_error *e)
{
	if (ct_col_int(b, "person_id") != w->person)
		return ct_fail_field(e, "name", "%s",
				     _("What is booked together is for one person: name her as in the first booking."));
	if (!w->person && !same_text(ct_col_text(b, "contact_email"), w->email))
		return ct_fail_field(e, "email", "%s",
				     _("What is booked together is for one person: give the e-mail of the first booking, or none if it has none."));
	return 0;
}

/* Who is only named, is the same by that name, also where a manager knows by now whom it means. */
static bool is_same_payer(const struct ct_result *b, const struct wish *w)
{
	if (w->payer)
		return ct_col_int(b, "payer_id") == w->payer;
	return same_text(ct_col_text(b, "payer_text"), w->payer_text);
}

int together_lock(struct ct_request *r, struct together *t, const struct wish *w, struct ct_error *e)
{
	int64_t *rooms = talloc_array(r, int64_t, w->n_items);
	struct ct_result *b;
	int rc;

	if (!t->id)
		return 0;
	for (size_t i = 0; i < w->n_items; i++)
		rooms[i] = w->items[i].room;
	if ((rc = booking_lock_leaves(r, t->id, json_ids(r, rooms, w->n_items), e)) ||
	    (rc = ct_exec(r, "group_guard", CT_ARGS(CT_NUM(t->id)), e)) ||
	    (rc = ct_one(r, "together_row", CT_ARGS(CT_NUM(t->id)), &b, e)) || (rc = is_possible(r, b, e)) ||
	    (rc = check_person(b, w, e)))
		return rc;
	if (!w->manager && !is_same_payer(b, w))
		return ct_fail_field(e, "payer", "%s",
				     _("What is booked together is paid by one: choose who pays as in the first booking."));
	t->row = b;
	return 0;
}

/* ---- on the way to the form ---- */

static void keep(json_t *list, const char *name, const char *value)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "name", name);
	ct_put_text(o, "value", value);
}

/* Who pays is carried along as it is in the first booking, so that the form shows her price. */
static void put_kept(struct ct_request *r, json_t *with, const struct ct_result *b, const char *token)
{
	json_t *list = ct_put_array(with, "kept_ui"), *one;
	int64_t payer = ct_col_int(b, "payer_id");
	const char *text = ct_col_text(b, "payer_text"), *tail = "";
	size_t i;

	keep(list, "with", ct_col_text(b, "uid"));
	if (token)
		keep(list, "t", token);
	if (text)
		keep(list, "payer_text", text);
	else if (payer && payer != ct_col_int(b, "person_id"))
		keep(list, "payer", talloc_asprintf(r, "%lld", (long long)payer));
	json_array_foreach(list, i, one)
		tail = talloc_asprintf(r, "%s%s", tail,
				       ct_url(r, "&%s=%s", json_string_value(json_object_get(one, "name")),
					      json_string_value(json_object_get(one, "value"))));
	ct_put_text(with, "tail_ui", tail);
	ct_put_text(with, "places_link_ui", together_url(r, ct_url(r, "/places")));
}

/* What together_read said: the booking that is joined, or why it cannot be. */
static int put_read(struct ct_request *r, const struct together *t, int rc, struct ct_error *e)
{
	const char *token = r->person ? NULL : guest_token(r), *uid;
	const struct ct_zone *zone;
	json_t *o;

	ct_put_null(r->view, "with_ui");
	ct_put_text(r->view, "with_refused_ui", rc == CT_INVALID ? e->text : NULL);
	if (rc == CT_INVALID)
		return 0;
	if (rc || !t->id || (rc = ct_zone_get(ct_col_text(t->row, "zone"), &zone, e)))
		return rc;
	uid = ct_col_text(t->row, "uid");
	o = ct_put_object(r->view, "with_ui");
	ct_put_text(o, "sentence",
		    talloc_asprintf(r, _("With: %s, %s"), ct_col_text(t->row, "rooms"),
				    when_text(r, zone, ct_col_local(t->row, "start_local"), ct_col_local(t->row, "end_local"))));
	ct_put_text(o, "payer_ui",
		    ct_col_text(t->row, "payer") ? talloc_asprintf(r, _("Paid by %s."), ct_col_text(t->row, "payer")) : NULL);
	ct_put_text(o, "link_ui", token_url(r, ct_url(r, "/bookings/%s", uid), token));
	ct_put_text(o, "uid_ui", uid);
	put_kept(r, o, t->row, token);
	return 0;
}

int together_put(struct ct_request *r, struct together *t_r, struct ct_error *e)
{
	struct together t = { 0 };
	int rc = put_read(r, &t, ct_embedded(r) ? 0 : together_read(r, &t, e), e);

	if (!rc && t_r)
		*t_r = t;
	return rc;
}

int together_put_any(struct ct_request *r, struct together *t_r, struct ct_error *e)
{
	int rc = put_read(r, t_r, read_row(r, true, t_r, e), e);

	if (!rc && t_r->id) /* for everybody, not for who runs the place */
		ct_put_null(json_object_get(r->view, "with_ui"), "places_link_ui");
	return rc;
}

const char *together_link(struct ct_request *r, const char *slug, struct ct_local start, const char *uid,
			  const char *token)
{
	char day[CT_TIME_TEXT];

	return token_url(r, ct_url(r, "/places/%s/day?date=%s&with=%s", slug, ct_day_text(day, ct_local_day(start)), uid),
			 token);
}
