/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Showing, answering and cancelling a booking. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "bill.h"
#include "calendar.h"
#include "cancel.h"
#include "desk.h"
#include "group.h"
#include "quotation.h"
#include "reservation.h"
#include "several.h"
#include "store.h"
#include "together.h"
#include "views.h"

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
	char *names = talloc_strdup(r, "");
	size_t i;

	all = json_loads(ct_col_text(b, "items") ? ct_col_text(b, "items") : "[]", 0, NULL);
	json_array_foreach(all, i, item) {
		int64_t id = json_integer_value(json_object_get(item, "resource"));
		const char *name = json_string_value(json_object_get(item, "name"));
		json_t *o = ct_add_object(items);

		names = talloc_asprintf_append(names, "%s%s", i ? ", " : "", name);
		ct_put_id(o, "resource", id);
		ct_put_text(o, "name", name);
		ct_put_int(o, "quantity", json_integer_value(json_object_get(item, "quantity")));
		ct_put_text(o, "link_ui", ct_url(r, "/resources/%lld", (long long)id));
	}
	json_decref(all);
	ct_put_text(r->view, "items_ui", names);
}

/* What has ended without a price has none any more; nor has an offer that is over. */
static int put_price(struct ct_request *r, const struct ct_result *b, struct ct_error *e)
{
	bool ended = json_is_true(json_object_get(json_object_get(r->view, "state_ui"), "is_ended"));
	struct price price;
	int rc = price_stored(r, b, &price, e);

	if (rc || (price.known && strcmp(ct_col_text(b, "status"), "cancelled") != 0 &&
		   (rc = bill_stored(r, ct_col_int(b, "id"), &price, e))))
		return rc;
	if ((price.known && !offer_is_over(r, b)) || !ended)
		price_put(r, ct_put_object(r->view, "price"), &price, false);
	else
		ct_put_null(r->view, "price");
	rc = cancel_put(r, b, &price, e);
	return rc ? rc : quotation_put(r, b, &price, e);
}

/* The house may show it later than the evening before, and never earlier. */
static struct ct_local access_shown(const struct ct_result *row, struct ct_local start)
{
	struct ct_local evening = ct_day_at(ct_day_add(ct_local_day(start), -1), 18 * 60), later = evening;

	if (!ct_col_null(row, "access_from"))
		later = ct_local_add(start, -60 * ct_col_int(row, "access_from"));
	return later.s > evening.s ? later : evening;
}

/* The code is shown here only, and from the evening before; never in feeds, mails or lists. */
static int put_access(struct ct_request *r, const struct ct_result *b, const struct ct_zone *zone,
		      bool firm, struct ct_error *e)
{
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");
	struct ct_local now = ct_zone_local(zone, r->now);
	json_t *list = ct_put_array(r->view, "access_ui");
	const char *note = NULL, *contact = NULL;
	struct ct_result *row;
	int rc = ct_query(r, "booking_access", CT_ARGS(CT_NUM(ct_col_int(b, "id"))), &row, e);

	while (!rc && firm && now.s <= end.s && ct_next(row)) {
		const char *text = ct_col_text(row, "access_text"), *code = ct_col_text(row, "access_code");
		bool several = ct_result_rows(row) > 1;
		json_t *o;

		contact = contact ? contact : ct_col_text(row, "on_site_contact");
		if (!text && !code)
			continue;
		if (now.s < access_shown(row, start).s) {
			note = ct_col_null(row, "access_from")
				       ? _("How to get in is shown here from the evening before, at 18:00.")
				       : _("How to get in is shown here shortly before it begins.");
			continue;
		}
		o = ct_add_object(list);
		ct_put_text(o, "room", several ? ct_col_text(row, "name") : NULL);
		ct_put_text(o, "text", text);
		ct_put_text(o, "code", code);
	}
	ct_put_text(r->view, "access_note_ui", note);
	ct_put_text(r->view, "on_site_ui", contact);
	return rc;
}

/* Something beside this booking: for who runs the place by its own form, for whose it is from the day of the place. */
static const char *add_link(struct ct_request *r, const struct ct_result *b)
{
	const char *uid = ct_col_text(b, "uid");
	bool mine = r->person ? ct_col_int(b, "person_id") == r->person : guest_is_mailed(r, b);

	if (ct_may(r, MAY_MANAGE, r->org))
		return ct_url(r, "/o/%s/bookings/new?with=%s", ct_col_text(b, "org_slug"), uid);
	if (!mine || !strcmp(ct_col_text(b, "status"), "hold") || !together_can_pay(r, b))
		return NULL;
	return together_link(r, ct_col_text(b, "slug"), ct_col_local(b, "start_local"), uid,
			     r->person ? NULL : guest_token(r));
}

static void put_links(struct ct_request *r, const struct ct_result *b, bool may_change,
		      const char *token)
{
	const char *uid = ct_col_text(b, "uid"), *status = ct_col_text(b, "status");
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");
	char day[CT_TIME_TEXT];
	json_t *o;

	calendar_put_booking(r, r->view, uid);
	ct_put_text(r->view, "answer_label_ui",
		    strcmp(status, "option") ? _("Answer this request") : _("Make another offer"));
	ct_put_text(r->view, "answer_link_ui",
		    may_change && ct_may(r, MAY_MANAGE, r->org) &&
				    (!strcmp(status, "pending") || !strcmp(status, "option"))
			    ? ct_url(r, "/bookings/%s/answer", uid)
			    : NULL);
	ct_put_null(r->view, "cancel_ui");
	ct_put_text(r->view, "group", ct_col_text(b, "group_uid"));
	ct_put_text(r->view, "group_link_ui",
		    ct_col_text(b, "group_uid") && (ct_owns(r) || ct_may(r, MAY_SEE, r->org) || guest_is_mailed(r, b))
			    ? group_url(r, ct_col_text(b, "group_uid"))
			    : NULL);
	ct_put_text(r->view, "add_link_ui", may_change ? add_link(r, b) : NULL);
	ct_put_text(r->view, "change_link_ui",
		    may_change && (ct_col_utc(b, "start_utc").s > r->now.s || ct_may(r, MAY_MANAGE, r->org))
			    ? token_url(r, ct_url(r, "/bookings/%s/edit", uid), token)
			    : NULL);
	if (may_change) {
		o = ct_put_object(r->view, "cancel_ui");
		ct_put_text(o, "link", token_url(r, ct_url(r, "/bookings/%s/cancel", uid), token));
	}
	ct_put_text(r->view, "again_link_ui",
		    several_url(r, ct_col_text(b, "again"), ct_local_add(start, 7 * 86400),
				ct_local_add(end, 7 * 86400)));
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
	status = offer_is_over(r, b) ? "expired" : ct_col_text(b, "status"); /* the job only writes it down */
	over = ct_col_utc(b, "end_utc").s <= r->now.s;
	/* an offer is accepted or declined by who got it; only the place moves or ends it */
	alive = !over && (!strcmp(status, "confirmed") || !strcmp(status, "pending") || !strcmp(status, "hold") ||
			  (!strcmp(status, "option") && ct_may(r, MAY_MANAGE, r->org)));
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
	put_attendance(r, r->view, b, zone);
	put_links(r, b, alive, guest_token(r));
	if ((rc = put_access(r, b, zone, !strcmp(status, "confirmed"), e)))
		return rc;
	return put_price(r, b, e);
}

/*
 * Whoever knows the uid alone knows nothing: it travels in forwarded invitations. It takes ownership, a
 * right in the organisation, or the token of the guest's mails.
 */
int booking_may(struct ct_request *r, const char *permission, struct ct_error *e)
{
	if (ct_owns(r) || ct_may(r, permission, r->org))
		return 0;
	return guest_check(r, e);
}

int reservation_show(struct ct_request *r, struct ct_error *e)
{
	int rc = booking_may(r, "booking.see", e);

	return rc ? rc : booking_put(r, r->subject, true, e);
}

int reservation_ics(struct ct_request *r, struct ct_error *e)
{
	int rc = calendar_opens(r, ct_path(r, "uid")) ? 0 : booking_may(r, "booking.see", e);

	return rc ? rc : booking_feed(r, e);
}

int reservation_cancel_page(struct ct_request *r, struct ct_error *e)
{
	const char *uid = ct_path(r, "uid"), *token = guest_token(r);
	json_t *items, *item;
	char *rooms;
	size_t i;
	int rc = booking_may(r, "booking.manage", e);

	if (rc || (rc = booking_put(r, r->subject, true, e)))
		return rc;
	rooms = talloc_strdup(r, "");
	items = json_object_get(r->view, "items");
	json_array_foreach(items, i, item)
		rooms = talloc_asprintf_append(rooms, "%s%s", i ? ", " : "",
					       json_string_value(json_object_get(item, "name")));
	ct_put_text(r->view, "rooms_ui", rooms);
	cancel_ask(r);
	ct_put_text(r->view, "action_ui", token_url(r, ct_url(r, "/bookings/%s/cancel", uid), token));
	ct_put_text(r->view, "back_link_ui", token_url(r, ct_url(r, "/bookings/%s", uid), token));
	return 0;
}

static int cancel(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = booking_cancel(r, r->subject, e);

	(void)arg;
	return rc ? rc : mail_about(r, r->subject, NULL, e);
}

static int answered(struct ct_request *r, const char *notice, struct ct_error *e)
{
	int rc = booking_put(r, r->subject, true, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, token_url(r, ct_url(r, "/bookings/%s", ct_path(r, "uid")), guest_token(r)));
	return 0;
}

int reservation_cancel(struct ct_request *r, struct ct_error *e)
{
	int rc = booking_may(r, "booking.manage", e);

	if (!rc)
		rc = ct_transaction(r, cancel, NULL, e);
	return rc ? rc : answered(r, _("The booking is cancelled."), e);
}
