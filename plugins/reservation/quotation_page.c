/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Naming a price on the page that answers a request, and answering such an offer on the page of a booking. */
#include "quotation.h"

#include <string.h>
#include <talloc.h>

#include "cancel.h"
#include "desk.h"
#include "letter.h"
#include "several.h"

const struct ct_field reservation_offer_fields[] = {
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 },
	{ "expected_total", N_("Price as shown"), CT_MONEY, .min = 0 },
	{ "row_version", N_("Version"), CT_INT },
	{ 0 }
};

const struct ct_field reservation_decline_fields[] = { { "t", N_("Token of the link"), CT_TEXT, .max = 64 }, { 0 } };

/* ---- naming it ---- */

int quotation_put_fields(struct ct_request *r, const struct ct_field *fields, struct ct_error *e)
{
	struct ct_field *shown = talloc_zero_array(r, struct ct_field, 4);
	struct price asked = { 0 };
	struct basis basis;
	struct ct_booking b;
	struct ct_result *row;
	int rc = ct_one(r, "booking_row", CT_ARGS(CT_NUM(r->subject)), &row, e);

	if (rc)
		return rc;
	b = (struct ct_booking){ .id = r->subject, .org = r->org, .start = ct_col_local(row, "start_local") };
	if ((rc = booking_items(r, &b, e)) || (rc = quotation_basis_of(r, &b, &basis, e)) ||
	    (rc = price_lines(r, b.id, &asked, e)))
		return rc;
	memcpy(shown, fields, 3 * sizeof(*shown));
	shown[0].label = talloc_asprintf(r, _("Price (%s)"), basis_text(r, &basis));
	ct_put_controls(r, r->view, "price_fields_ui", shown, NULL);
	ct_put_text(r->view, "extras_ui", price_extras(r, &asked));
	return 0;
}

/* ---- answering it ---- */

/* Who asked, by account or by the link of her mails; a manager, whom she has told. */
static int must_answer(struct ct_request *r, struct ct_error *e)
{
	return ct_owns(r) || ct_may(r, MAY_MANAGE, r->org) ? 0 : guest_must_be_mailed(r, e);
}

static void put_offer(struct ct_request *r, const struct ct_result *b, const struct price *price,
		      const struct cancel_lines *lines, struct ct_local now, bool may)
{
	const char *uid = ct_col_text(b, "uid");
	bool other = !ct_owns(r) && ct_may(r, MAY_MANAGE, r->org);
	json_t *o = ct_put_object(r->view, "offer_ui");

	ct_put_bool(o, "may_answer", may);
	ct_put_text(o, "heading", other ? _("An offer that waits for its answer") : _("An offer for you to answer"));
	ct_put_bool(o, "for_other", other);
	ct_put_text(o, "accept_action", token_url(r, ct_url(r, "/bookings/%s/accept", uid), guest_token(r)));
	ct_put_text(o, "decline_action", token_url(r, ct_url(r, "/bookings/%s/decline", uid), guest_token(r)));
	ct_put_int(o, "version", ct_col_int(b, "row_version"));
	ct_put_text(o, "expected", cents_typed(r, price->total_cents));
	ct_put_text(o, "button", talloc_asprintf(r, _("Book with obligation to pay – %s"), price_text(r, price)));
	ct_put_text(o, "cancelling", cancel_text(r, lines, now));
}

/* The form for who calls, with the room and hours of the offer and who it was for. */
static const char *desk_link(struct ct_request *r, const struct ct_result *b)
{
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");
	struct ct_day day = ct_local_day(start);
	int64_t midnight = ct_day_local(day).s, person = ct_col_int(b, "person_id");
	char date[CT_TIME_TEXT], from[CT_TIME_TEXT], to[CT_TIME_TEXT];
	const json_t *item = json_array_get(json_object_get(r->view, "items"), 0);
	json_int_t units = json_integer_value(json_object_get(item, "quantity"));
	const char *link;

	link = ct_url(r, "/o/%s/bookings/new?resource=%s&date=%s&from=%s&to=%s", ct_col_text(b, "org_slug"),
		      json_string_value(json_object_get(item, "resource")),
		      ct_day_text(date, day), ct_clock_text(from, (int)(start.s - midnight) / 60),
		      ct_clock_text(to, end.s - midnight < 86400 ? (int)(end.s - midnight) / 60 : 1440));
	if (units > 1)
		link = talloc_asprintf(r, "%s&units=%" JSON_INTEGER_FORMAT, link, units);
	return person ? talloc_asprintf(r, "%s&contact=%lld", link, (long long)person) : link;
}

/* What can be done where an offer is over: she asks for the same hours once more, the place books them for her. */
static const char *again_link(struct ct_request *r, const struct ct_result *b, bool mine)
{
	const json_t *items = json_object_get(r->view, "items");

	if (ct_col_utc(b, "start_utc").s <= r->now.s)
		return NULL;
	if (mine)
		return several_url(r, ct_col_text(b, "again"), ct_col_local(b, "start_local"),
				   ct_col_local(b, "end_local"));
	/* the telephone's form has one room */
	return json_array_size(items) == 1 && ct_may(r, MAY_MANAGE, r->org) ? desk_link(r, b) : NULL;
}

static void put_over(struct ct_request *r, const struct ct_result *b, const struct ct_zone *zone)
{
	bool mine = ct_owns(r) || (!r->person && guest_token(r));
	json_t *o = ct_put_object(r->view, "over_ui");
	const char *said = talloc_asprintf(
		r, mine ? _("The offer lapsed on %s. The room is free for others, and you owe nothing.")
			: _("The offer lapsed on %s without an answer. The room is free for others, and nothing is owed."),
		until_text(r, zone, ct_col_utc(b, "hold_until_utc")));

	ct_put_null(r->view, "calendar_ui"); /* there is nothing to come to */
	ct_put_text(r->view, "sentence_ui", said);
	ct_put_text(o, "sentence", said);
	ct_put_text(o, "link", again_link(r, b, mine));
	ct_put_text(o, "label", mine ? _("Ask once more") : _("Book again for the person"));
}

int quotation_put(struct ct_request *r, const struct ct_result *b, const struct price *price, struct ct_error *e)
{
	struct ct_utc until = ct_col_utc(b, "hold_until_utc");
	struct cancel_lines lines;
	const struct ct_zone *zone;
	int rc;

	ct_put_null(r->view, "offer_ui");
	ct_put_null(r->view, "over_ui");
	if ((rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e)))
		return rc;
	if (offer_is_over(r, b)) {
		put_over(r, b, zone);
		return 0;
	}
	if (strcmp(ct_col_text(b, "status"), "option") != 0)
		return 0;
	if ((rc = cancel_stored(r, ct_col_int(b, "id"), &lines, e)))
		return rc;
	ct_put_text(r->view, "sentence_ui",
		    talloc_asprintf(r, _("The place offers the room at the price below and holds it until %s."),
				    until_text(r, zone, until)));
	put_offer(r, b, price, &lines, ct_zone_local(zone, r->now),
		  ct_owns(r) || ct_may(r, MAY_MANAGE, r->org) || guest_is_mailed(r, b));
	return 0;
}

static int accept(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc;

	(void)arg;
	if (!ct_in_set(r, "expected_total"))
		return ct_fail_field(e, "expected_total", _("Say which price you accept."));
	rc = quotation_accept(r, r->subject, ct_in_int(r, "expected_total"), e);
	return rc ? rc : mail_about(r, r->subject, NULL, e);
}

static int decline(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = quotation_decline(r, r->subject, e);

	(void)arg;
	return rc ? rc : letter_send(r, r->subject, &(struct letter){ .about = LETTER_DECLINED }, e);
}

static int answer(struct ct_request *r, int (*write)(struct ct_request *, void *, struct ct_error *),
		  const char *notice, struct ct_error *e)
{
	int rc = must_answer(r, e);

	if (rc || (rc = ct_transaction(r, write, NULL, e)) || (rc = booking_put(r, r->subject, true, e)))
		return rc;
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, token_url(r, ct_url(r, "/bookings/%s", ct_path(r, "uid")), guest_token(r)));
	return 0;
}

int reservation_offer_accept(struct ct_request *r, struct ct_error *e)
{
	return answer(r, accept, _("The booking is made."), e);
}

int reservation_offer_decline(struct ct_request *r, struct ct_error *e)
{
	return answer(r, decline, _("The offer is declined. You owe nothing."), e);
}
