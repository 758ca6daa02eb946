/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bill.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/billing.h>

#include "records.h"
#include "vat.h"

enum { WHOLE = 10000, PER_CENT = 100, TITLE = 200 };

#define SOURCE "reservation.booking"

static const struct ct_billing *billing_of(struct ct_request *r)
{
	return ct_service(r, "billing", 1);
}

static enum ct_charge_basis basis_of(const char *amounts)
{
	return !strcmp(amounts, "include_vat")	 ? CT_CHARGE_INCLUDES_VAT
	       : !strcmp(amounts, "exclude_vat") ? CT_CHARGE_EXCLUDES_VAT
						 : CT_CHARGE_NO_VAT;
}

static bool is_known(const char *code)
{
	for (const struct ct_choice *c = reservation_vat_codes; code && c->value; c++)
		if (!strcmp(c->value, code))
			return true;
	return false;
}

/*
 * As a price means it: the standard rate where it says none, and where VAT does not apply the ground that the issuer
 * has, unless it says one.
 */
static const char *code_of(const char *code, enum ct_charge_basis basis)
{
	if (basis == CT_CHARGE_NO_VAT && vat_rate_bp(code))
		return "E";
	return is_known(code) ? code : "S20";
}

static const char *unit_code(enum price_unit unit)
{
	switch (unit) {
	case UNIT_HOUR:
		return "HUR";
	case UNIT_MINUTE:
		return "MIN";
	case UNIT_DAY:
		return "DAY";
	case UNIT_WEEK:
		return "WEE";
	case UNIT_MONTH:
		return "MON";
	case UNIT_WINDOW:
	case UNIT_USE:
	default:
		return "C62";
	}
}

/* So many of a unit at so much, where that comes to the amount (BT-129 × BT-146); else one at the amount. */
static void measure(struct ct_charge_line *c, const struct price_line *l, const char *unit)
{
	int64_t sign = l->amount_cents < 0 ? -1 : 1, each = llabs(l->unit_cents), quantity = llabs(l->quantity);

	c->unit = unit;
	c->quantity = sign * quantity;
	c->unit_amount = each * PER_CENT;
	if (vat_share(each, quantity, WHOLE) == llabs(l->amount_cents))
		return;
	c->unit = "C62";
	c->quantity = sign * WHOLE;
	c->unit_amount = llabs(l->amount_cents) * PER_CENT;
}

/* The set that is filled, with room for as many lines as there may be. */
struct bill {
	struct ct_charges set;
	struct ct_charge_line *lines;
	struct ct_day from, to;
};

static void add(struct ct_request *r, struct bill *bill, const char *key, const struct price_line *l,
		const char *unit)
{
	struct ct_charge_line *c = &bill->lines[bill->set.n_lines];

	if (!l->amount_cents)
		return;
	*c = (struct ct_charge_line){
		.key = key,
		.label = text_fitting(r, l->reason ? talloc_asprintf(r, "%s (%s)", l->label, l->reason) : l->label,
				      LINE_LABEL),
		.amount_cents = l->amount_cents,
		.vat_code = code_of(l->vat_code, bill->set.basis),
		.from = bill->from,
		.to = bill->to,
	};
	measure(c, l, unit);
	bill->set.n_lines++;
}

/* The last day that it reaches into: what ends at midnight does not. */
static void set_days(struct bill *bill, struct ct_local start, struct ct_local end)
{
	bill->from = ct_local_day(start);
	bill->to = ct_local_day(ct_local_add(end, -1));
}

static struct bill begin(struct ct_request *r, const char *amounts, const char *currency, size_t most)
{
	struct bill bill = { .lines = talloc_zero_array(r, struct ct_charge_line, most + 1) };

	bill.set = (struct ct_charges){
		.source = SOURCE,
		.currency = currency,
		.basis = basis_of(amounts),
		.lines = bill.lines,
	};
	return bill;
}

static void drop(void *json)
{
	json_decref(json);
}

static void set_shares(struct ct_request *r, const struct ct_charged *charged, struct price *price)
{
	price->shares = ct_own(r, charged->shares, drop);
	price->left_cents = charged->payer_gross;
}

/* ---- what is stored ---- */

static int load_lines(struct ct_request *r, int64_t booking, struct ct_result **row_r, struct ct_error *e)
{
	return ct_query(r, "bill_lines", CT_ARGS(CT_NUM(booking)), row_r, e);
}

static struct price_line line_of(const struct ct_result *row)
{
	return (struct price_line){
		.label = ct_col_text(row, "label"),
		.reason = ct_col_text(row, "reason"),
		.quantity = ct_col_int(row, "quantity"),
		.unit_cents = ct_col_int(row, "unit_amount") / PER_CENT,
		.amount_cents = ct_col_int(row, "amount_cents"),
		.vat_code = ct_col_text(row, "vat_code"),
	};
}

static void add_stored(struct ct_request *r, struct bill *bill, struct ct_result *row)
{
	while (ct_next(row)) {
		struct price_line l = line_of(row);
		const char *name = ct_col_text(row, "unit");
		enum price_unit unit = UNIT_USE;

		if (!name || !unit_named(name, &unit))
			unit = UNIT_USE;
		add(r, bill, talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "position")), &l,
		    unit_code(unit));
	}
}

/* What cancelling costs is a part of the price: each rate of VAT bears its part of it, the last one the rest. */
static void add_fee(struct ct_request *r, struct bill *bill, struct ct_result *row, int64_t fee,
		    const char *label)
{
	struct price_line *parts = talloc_zero_array(r, struct price_line, ct_result_rows(row) + 1);
	int64_t whole = 0, sum = 0, done = 0;
	size_t n = 0, k;

	while (ct_next(row)) {
		struct price_line l = line_of(row);

		for (k = 0; k < n && vat_rate_bp(parts[k].vat_code) != vat_rate_bp(l.vat_code);)
			k++;
		if (k == n)
			parts[n++] = (struct price_line){ .vat_code = l.vat_code };
		parts[k].amount_cents += l.amount_cents;
		whole += l.amount_cents;
	}
	n = whole > 0 && n ? n : 1; /* of what was free all of it is of one rate */
	for (k = 0; k < n; k++) {
		int64_t part;

		sum += parts[k].amount_cents;
		part = (whole > 0 && k + 1 < n ? vat_share(fee, sum, whole) : fee) - done;
		done += part;
		parts[k] = (struct price_line){ .label = label,
						.quantity = WHOLE,
						.unit_cents = part,
						.amount_cents = part,
						.vat_code = parts[k].vat_code };
		add(r, bill, talloc_asprintf(r, "cancel-%zu", k + 1), &parts[k], "C62");
	}
}

/* "Grande salle, 24/11/2026, 9 h – 12 h", in the language that is spoken. */
static const char *title_of(struct ct_request *r, const char *rooms, struct ct_local start, struct ct_local end)
{
	char day[CT_TIME_UI], to_day[CT_TIME_UI], from[CT_TIME_UI], to[CT_TIME_UI];
	const char *when;

	ct_day_ui(day, ct_local_day(start), r->lang);
	ct_time_ui(from, start, r->lang);
	ct_time_ui(to, end, r->lang);
	if (ct_local_day(start).n == ct_local_day(ct_local_add(end, -1)).n)
		when = talloc_asprintf(r, "%s, %s – %s", day, from, to);
	else
		when = talloc_asprintf(r, "%s, %s – %s, %s", day, from,
				       ct_day_ui(to_day, ct_local_day(end), r->lang), to);
	/* hours are never cut off */
	return talloc_asprintf(r, "%s, %s", text_fitting(r, rooms, TITLE - 60), when);
}

static bool is_firm(const char *status)
{
	return !strcmp(status, "confirmed") || !strcmp(status, "done") || !strcmp(status, "no_show");
}

static struct ct_payer payer_of(const struct ct_result *b)
{
	int64_t payer = ct_col_int(b, "payer_id");

	return (struct ct_payer){
		.party = payer ? payer : ct_col_int(b, "person_id"),
		.name = ct_col_text(b, "contact_name"),
		.email = ct_col_text(b, "contact_email"),
	};
}

/* Whose row of the view of a booking is `b`: the set without its lines. */
static struct bill bill_of(struct ct_request *r, int64_t booking, const struct ct_result *b, size_t most)
{
	struct bill bill = begin(r, ct_col_text(b, "amounts"), ct_col_text(b, "currency"), most);
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");

	bill.set.issuer = ct_col_int(b, "issuer_id");
	bill.set.payer = payer_of(b);
	bill.set.source_id = booking;
	bill.set.title = title_of(r, ct_col_text(b, "rooms"), start, end);
	bill.set.place = ct_col_int(b, "place_id");
	bill.set.project = ct_col_int(b, "project_id");
	bill.set.order_ref = ct_col_text(b, "order_ref");
	set_days(&bill, start, end);
	return bill;
}

/* In the words of who issues it, whoever it is that books: what is posted again is to be the same. */
static int fill(struct ct_request *r, int64_t booking, const struct ct_result *b, struct bill *bill_r,
		struct ct_error *e)
{
	int64_t fee = ct_col_int(b, "cancel_fee_cents");
	const char *status = ct_col_text(b, "status");
	bool charged = !strcmp(status, "cancelled") && fee,
	     owed = is_firm(status) && ct_col_int(b, "total_cents");
	struct ct_result *lines = NULL;
	int rc = charged || owed ? load_lines(r, booking, &lines, e) : 0;

	if (rc)
		return rc;
	*bill_r = bill_of(r, booking, b, lines ? ct_result_rows(lines) : 0);
	if (charged)
		add_fee(r, bill_r, lines, fee, _("Cancelled: what that costs"));
	else if (owed)
		add_stored(r, bill_r, lines);
	return 0;
}

static int post(struct ct_request *r, int64_t booking, struct ct_charged *charged_r, struct ct_error *e)
{
	const struct ct_billing *billing = billing_of(r);
	const char *before;
	struct ct_result *b;
	struct bill bill;
	int rc = billing ? ct_one(r, "bill_booking", CT_ARGS(CT_NUM(booking)), &b, e) : 0;

	if (rc || !billing)
		return rc;
	before = ct_speak(r, ct_col_text(b, "lang"));
	rc = fill(r, booking, b, &bill, e);
	ct_speak(r, before);
	return rc ? rc : billing->charge(r, &bill.set, charged_r, e);
}

int bill_post(struct ct_request *r, int64_t booking, struct ct_error *e)
{
	return post(r, booking, NULL, e);
}

int bill_post_shown(struct ct_request *r, int64_t booking, const struct price *price, int64_t left,
		  struct ct_error *e)
{
	struct ct_charged charged = { 0 };
	struct price now = *price;
	int rc = post(r, booking, &charged, e);

	if (rc || !charged.shares)
		return rc;
	set_shares(r, &charged, &now);
	if (left < 0 || now.left_cents <= left)
		return 0;
	price_put(r, ct_put_object(r->view, "price"), &now, true);
	return ct_fail(e, CT_CONFLICT,
		       _("There is now %s left for you to pay. Please look at it and try again."),
		       ct_money_show(r, now.left_cents, now.currency, r->lang));
}

/* ---- what is asked ---- */

int bill_stored(struct ct_request *r, int64_t booking, struct price *price, struct ct_error *e)
{
	const struct ct_billing *billing = billing_of(r);
	struct ct_charged charged = { 0 };
	int rc = billing ? billing->stored(r, SOURCE, booking, &charged, e) : 0;

	if (rc || !billing)
		return rc;
	set_shares(r, &charged, price);
	return 0;
}

int bill_quote(struct ct_request *r, const struct bill_ask *ask, struct price *price, struct ct_error *e)
{
	const struct ct_billing *billing = billing_of(r);
	struct ct_charged charged = { 0 };
	struct bill bill;
	int rc;

	if (!billing || !price->known || price->mixed || !price->total_cents)
		return 0;
	bill = begin(r, price->amounts, price->currency, price->n_lines);
	bill.set.issuer = ask->rooms->room[0].issuer;
	bill.set.payer.party = ask->payer;
	bill.set.source_id = ask->booking;
	bill.set.title = "";
	bill.set.place = ask->rooms->room[0].place;
	set_days(&bill, ask->start, ask->end);
	for (size_t i = 0; i < price->n_lines; i++)
		add(r, &bill, talloc_asprintf(r, "%zu", i + 1), &price->lines[i], "C62");
	if ((rc = billing->quote(r, &bill.set, &charged, e)))
		return rc;
	set_shares(r, &charged, price);
	return 0;
}
