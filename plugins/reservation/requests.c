/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /o/{org}/requests: what waits for an answer, and what was refused a moment ago and can be taken back. */
#include "desk.h"
#include "quotation.h"

#include <string.h>
#include <talloc.h>

enum { ROWS = 50 };

const struct ct_field reservation_requests_fields[] = {
	{ "after", N_("Rows after this cursor"), CT_TEXT, .max = 60 }, { 0 }
};

#define REQUEST(list) \
	{ list, "array", "" }, { list ".uid", "text", "" }, { list ".title", "text", "" }, \
	{ list ".status", "text", "" }, { list ".start", "time", "" }, { list ".start_local", "text", "" }, \
	{ list ".end", "time", "" }, { list ".end_local", "text", "" }, { list ".rooms", "text", "" }, \
	{ list ".place_name", "text", "" }, { list ".person", "text", "" }, { list ".phone", "text", "" }, \
	{ list ".attendance", "integer", "" }, { list ".attendance_actual", "integer", "" }, \
	{ list ".arrived", "time", "" }, { list ".arrived_local", "text", "" }, { list ".note", "text", "" }, \
	{ list ".asked", "time", "" }, { list ".asked_local", "text", "" }, { list ".total", "money", "" }

const struct ct_view_field reservation_requests_view[] = {
	REQUEST("requests"), REQUEST("offers"), { "offers.until", "time", "" }, { "offers.until_local", "text", "" },
	REQUEST("refused"), { "next", "text", "cursor of the next page, or null" }, { 0 }
};

static int put_request(struct ct_request *r, json_t *o, const struct ct_result *row, struct ct_error *e)
{
	struct price price = price_of_row(r, row);
	const struct ct_zone *zone;
	int rc;

	if ((rc = ct_zone_get(ct_col_text(row, "zone"), &zone, e)) || (rc = desk_put(r, o, row, CT_NO_DAY, e)))
		return rc;
	ct_put_text(o, "note", ct_col_text(row, "note"));
	ct_put_text(o, "email_ui", ct_col_text(row, "email"));
	ct_put_instant(o, "asked", ct_col_utc(row, "created_utc"), zone, r->lang);
	ct_put_money(o, "total", price.total_cents, price.currency, r->lang);
	ct_put_text(o, "total_ui", price_said(r, &price));
	if (!strcmp(ct_col_text(row, "amounts"), "on_quote"))
		ct_put_text(o, "total_ui", _("on quotation"));
	else if (!price.total_cents)
		ct_put_text(o, "total_ui", _("free of charge"));
	ct_put_bool(o, "payer_open_ui", ct_col_int(row, "payer_open"));
	ct_put_text(o, "ask_ui", ask_first(row));
	ct_put_text(o, "reject_action_ui", ct_url(r, "/bookings/%s/reject", ct_col_text(row, "uid")));
	ct_put_text(o, "unreject_action_ui", ct_url(r, "/bookings/%s/unreject", ct_col_text(row, "uid")));
	ct_put_text(o, "id_ui", talloc_asprintf(r, "r%lld", (long long)ct_col_int(row, "id")));
	ct_put_text(o, "note_typed_ui", ct_in_typed(r, "note") ? ct_in_typed(r, "note") : "");
	put_reasons(o);
	return 0;
}

/* What was offered and is not answered yet, the soonest first. */
static int put_offers(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "offers");
	const struct ct_zone *zone;
	struct ct_result *row;
	int rc = ct_query(r, "quotations_open", CT_ARGS(CT_NUM(r->org), CT_UTC(r->now)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		if ((rc = put_request(r, o, row, e)) || (rc = ct_zone_get(ct_col_text(row, "zone"), &zone, e)))
			return rc;
		ct_put_bool(o, "is_over_ui", offer_is_over(r, row));
		ct_put_instant(o, "until", ct_col_utc(row, "hold_until_utc"), zone, r->lang);
		ct_put_text(o, "until_ui", until_text(r, zone, ct_col_utc(row, "hold_until_utc")));
	}
	ct_put_bool(r->view, "has_offers_ui", json_array_size(list) > 0);
	return rc;
}

static int put_refused(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "refused");
	struct ct_result *row;
	int rc = ct_query(r, "refused_lately", CT_ARGS(CT_UTC(r->now), CT_NUM(r->org)), &row, e);

	while (!rc && ct_next(row))
		rc = put_request(r, ct_add_object(list), row, e);
	ct_put_bool(r->view, "has_refused_ui", json_array_size(list) > 0);
	return rc;
}

int reservation_requests(struct ct_request *r, struct ct_error *e)
{
	const struct cursor at = booking_cursor(ct_in_text(r, "after"), cursor_first);
	const char *base = ct_url(r, "/o/%s/requests", ct_path(r, "org")), *last = NULL, *next = NULL;
	json_t *list = ct_put_array(r->view, "requests");
	struct ct_result *row;
	int rc = ct_query(r, "requests",
			  CT_ARGS(CT_NUM(r->org), CT_UTC(r->now), CT_UTC(at.start), CT_UTC(at.start), CT_NUM(at.id),
				  CT_NUM(ROWS + 1)),
			  &row, e);

	while (!rc && ct_next(row)) {
		if (json_array_size(list) == ROWS) {
			next = last;
			break;
		}
		rc = put_request(r, ct_add_object(list), row, e);
		last = booking_cursor_text(r, row);
	}
	if (rc || (rc = put_offers(r, e)) || (rc = put_refused(r, e)))
		return rc;
	ct_put_bool(r->view, "has_requests_ui", json_array_size(list) > 0);
	ct_put_text(r->view, "next", next);
	ct_put_text(r->view, "next_link_ui", next ? talloc_asprintf(r, "%s?after=%s", base, next) : NULL);
	ct_put_text(r->view, "back_ui", base);
	ct_put_text(r->view, "today_link_ui", ct_url(r, "/o/%s/today", ct_path(r, "org")));
	return 0;
}

/* An offer may be made anew as long as nobody has answered it and its hour is not over. */
static int put_price_fields(struct ct_request *r, const struct ct_result *row, struct ct_error *e)
{
	const char *status = ct_col_text(row, "status");
	bool offered = !strcmp(status, "option") && !offer_is_over(r, row), pending = !strcmp(status, "pending");
	bool asks = offered || (pending && !strcmp(ct_col_text(row, "amounts"), "on_quote"));

	ct_put_bool(r->view, "can_refuse_ui", pending);
	ct_put_bool(r->view, "is_open_ui", pending || offered);
	ct_put_bool(r->view, "asks_price_ui", asks);
	ct_put_text(r->view, "heading_ui", offered ? _("Make another offer") : asks ? _("Make an offer") : _("Accept"));
	ct_put_text(r->view, "submit_ui", asks ? _("Send the offer") : _("Accept the request"));
	ct_put_array(r->view, "price_fields_ui");
	ct_put_null(r->view, "extras_ui");
	return asks ? quotation_put_fields(r, reservation_accept_fields + 5, e) : 0;
}

/* GET /bookings/{uid}/answer, and again after a refused answer: one request with all there is to say to it. */
int reservation_answer_page(struct ct_request *r, struct ct_error *e)
{
	json_t *controls, *one = ct_put_array(r->view, "request_ui");
	const struct ct_field payer[] = { reservation_accept_fields[3], { 0 } };
	struct ct_result *row;
	int rc = booking_put(r, r->subject, true, e);

	if (rc || (rc = ct_one(r, "request", CT_ARGS(CT_NUM(r->subject)), &row, e)) ||
	    (rc = put_request(r, ct_add_object(one), row, e)) || (rc = put_price_fields(r, row, e)))
		return rc;
	controls = ct_put_controls(r, r->view, "payer_fields_ui", payer, NULL);
	if ((rc = ct_put_choices(r, &payer[0], json_array_get(controls, 0), e)))
		return rc;
	ct_put_text(r->view, "payer_text_ui", ct_col_text(row, "payer_name"));
	ct_put_bool(r->view, "payer_open_ui", ct_col_int(row, "payer_open"));
	ct_put_text(r->view, "confirm_action_ui", ct_url(r, "/bookings/%s/confirm", ct_path(r, "uid")));
	ct_put_text(r->view, "back_link_ui", ct_url(r, "/bookings/%s", ct_path(r, "uid")));
	ct_put_text(r->view, "back_ui", back_to(r, ct_url(r, "/bookings/%s", ct_path(r, "uid"))));
	return 0;
}
