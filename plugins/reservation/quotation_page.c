/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Naming a price on the page that answers a request, and answering such an offer on the page of a booking. */
#include "quotation.h"

#include <string.h>
#include <talloc.h>

#include "cancel.h"
#include "desk.h"
#include "letter.h"

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

int quotation_put(struct ct_request *r, const struct ct_result *b, const struct price *price, struct ct_error *e)
{
	struct ct_utc until = ct_col_utc(b, "hold_until_utc");
	struct cancel_lines lines;
	const struct ct_zone *zone;
	int rc;

	ct_put_null(r->view, "offer_ui");
	if (strcmp(ct_col_text(b, "status"), "option") != 0)
		return 0;
	if ((rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e)) ||
	    (rc = cancel_stored(r, ct_col_int(b, "id"), &lines, e)))
		return rc;
	if (until.s <= r->now.s) {
		ct_put_text(r->view, "sentence_ui", _("The time to accept this offer is over. Please ask the place once more."));
		return 0;
	}
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
