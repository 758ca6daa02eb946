/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cancelling costs, where it is said and where it is done. */
#include <string.h>
#include <talloc.h>

#include "bill.h"
#include "cancel.h"
#include "store.h"
#include "views.h"

/* Only what is firm costs something: a request or a hold binds nobody yet. */
static int64_t fee_now(const struct ct_request *r, const struct cancel_lines *lines, const char *status,
		       const struct ct_zone *zone)
{
	return strcmp(status, "confirmed") ? 0 : cancel_fee(lines, ct_zone_local(zone, r->now));
}

static const char *shown(struct ct_request *r, const struct price *p, int64_t cents)
{
	return ct_money_show(r, price_shown(p, cents), p->currency, r->lang);
}

int cancel_put(struct ct_request *r, const struct ct_result *b, const struct price *price, struct ct_error *e)
{
	json_t *ui = json_object_get(r->view, "cancel_ui");
	struct cancel_lines lines;
	const struct ct_zone *zone;
	int64_t fee;
	int rc;

	if ((rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e)) ||
	    (rc = cancel_stored(r, ct_col_int(b, "id"), &lines, e)))
		return rc;
	fee = json_is_object(ui) ? fee_now(r, &lines, ct_col_text(b, "status"), zone) : 0;
	ct_put_null(r->view, "fee");
	ct_put_text(r->view, "fee_ui", NULL);
	if (fee) {
		ct_put_money(r->view, "fee", fee, price->currency, r->lang);
		ct_put_text(r->view, "fee_ui", shown(r, price, fee));
	}
	ct_put_text(r->view, "charged_ui",
		    lines.charged ? talloc_asprintf(r, _("Cancelling it cost %s."),
						    shown(r, price, lines.charged))
				  : NULL);
	if (json_is_object(ui))
		ct_put_text(ui, "sentence",
			    strcmp(ct_col_text(b, "status"), "confirmed")
				    ? _("Cancelling is free of charge as long as it is not confirmed.")
				    : cancel_text(r, &lines, ct_zone_local(zone, r->now)));
	return 0;
}

int cancel_tell(struct ct_request *r, const struct ct_result *b, json_t *view, struct ct_error *e)
{
	const char *status = ct_col_text(b, "status");
	bool alive = !strcmp(status, "confirmed") || !strcmp(status, "pending") || !strcmp(status, "hold") ||
		     !strcmp(status, "option");
	struct price price;
	struct cancel_lines lines;
	const struct ct_zone *zone;
	int rc;

	if ((rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e)) || (rc = price_stored(r, b, &price, e)) ||
	    (rc = cancel_stored(r, ct_col_int(b, "id"), &lines, e)) ||
	    (alive && (rc = bill_stored(r, ct_col_int(b, "id"), &price, e))))
		return rc;
	ct_put_text(view, "total_ui", price.total_cents ? price_left_said(r, &price) : NULL);
	/* of an offer, whose line is the last one, also what is in it */
	if (!strcmp(status, "option") && price.n_lines && price.lines[price.n_lines - 1].reason)
		ct_put_text(view, "total_ui",
			    talloc_asprintf(r, "%s (%s)", price_said(r, &price), price.lines[price.n_lines - 1].reason));
	ct_put_text(view, "cancel_ui", NULL);
	if (alive && lines.n)
		ct_put_text(view, "cancel_ui", cancel_text(r, &lines, ct_zone_local(zone, r->now)));
	else if (lines.charged)
		ct_put_text(view, "cancel_ui",
			    talloc_asprintf(r, _("Cancelling it cost %s."), shown(r, &price, lines.charged)));
	return 0;
}

void cancel_ask(struct ct_request *r)
{
	const char *fee = json_string_value(json_object_get(r->view, "fee_ui"));
	const json_t *cents = json_object_get(json_object_get(r->view, "fee"), "cents");
	const char *sentence =
		json_string_value(json_object_get(json_object_get(r->view, "cancel_ui"), "sentence"));
	int64_t due = fee ? json_integer_value(cents) : 0;
	bool manager = ct_may(r, MAY_MANAGE, r->org);

	ct_put_text(r->view, "consequence_ui",
		    !fee ? talloc_asprintf(r, _("Cancelling now is free of charge. The room is free for others at once."))
			 : talloc_asprintf(r, _("Cancelling now costs %s. The room is free for others at once."), fee));
	ct_put_text(r->view, "steps_ui", sentence);
	ct_put_text(r->view, "expected_ui", cents_typed(r, due));
	ct_put_bool(r->view, "may_waive_ui", fee && manager);
	ct_put_text(r->view, "submit_ui",
		    fee && !manager ? talloc_asprintf(r, _("Cancel and owe %s"), fee) : _("Cancel the booking"));
}

bool cancel_is_charged(struct ct_request *r, int64_t org)
{
	const char *asked = ct_in_typed(r, "with_fee");

	return !ct_may(r, MAY_MANAGE, org) ||
	       (asked && (!strcmp(asked, "1") || !strcmp(asked, "on") || !strcmp(asked, "true")));
}

int64_t cancel_expected(struct ct_request *r)
{
	static const struct ct_field field = { "expected_fee", "", CT_MONEY, .min = 0 };
	const char *typed = ct_in_typed(r, "expected_fee");
	struct ct_value value;
	struct ct_error e;

	return typed && *typed && !ct_field_parse(r, &field, typed, &value, &e) ? value.i : -1;
}

int cancel_charge(struct ct_request *r, const struct ct_booking *b, int64_t expected, struct ct_error *e)
{
	struct cancel_lines lines;
	const struct ct_zone *zone;
	int64_t fee;
	int rc;

	if ((rc = ct_zone_get(b->zone, &zone, e)) || (rc = cancel_stored(r, b->id, &lines, e)))
		return rc;
	fee = fee_now(r, &lines, b->status, zone);
	if (expected >= 0 && fee > expected)
		return ct_fail(e, CT_CONFLICT, "%s",
			       _("Cancelling costs more since a moment ago. Please look at it and decide again."));
	return fee ? ct_exec(r, "cancel_fee_set", CT_ARGS(CT_NUM(fee), CT_NUM(b->id)), e) : 0;
}
