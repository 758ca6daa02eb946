/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A price is frozen with its booking: its lines, the audience, and what cancelling costs, as they were accepted. */
#include <string.h>
#include <talloc.h>

#include "cancel.h"
#include "quotation.h"
#include "store.h"

struct order order_of(const struct wish *w)
{
	return (struct order){
		.items = w->items,
		.n_items = w->n_items,
		.start = w->start,
		.end = w->end,
		.attendance = w->attendance,
		.extras = w->extras,
		.n_extras = w->n_extras,
		.amount = w->amount_set ? w->amount_cents : -1,
		.reason = w->reason,
		.reason_label = w->reason_label,
	};
}

/* A manager names the price of what has none; a reason alone is free of charge. */
static int name_price(struct ct_request *r, const struct wish *w, const struct rooms *rooms, const struct rates *rates,
		      struct price *price, struct ct_error *e)
{
	struct basis basis;
	int rc;

	if (price->known || !w->manager || (!w->amount_set && !w->reason))
		return 0;
	rc = quotation_basis(r, rooms->room[0].org, rates->tariffs, rooms->n, &basis, e);
	if (!rc)
		quotation_price(r, &basis, w->amount_set ? w->amount_cents : 0, w->reason_label, price);
	return rc;
}

int price_items(struct ct_request *r, const struct wish *w, const struct rooms *rooms, struct price *price_r,
	       struct ct_error *e)
{
	struct order order = order_of(w);
	struct rates rates;
	struct price price;
	int rc;

	if ((rc = rates_load(r, rooms, ct_local_day(w->start), w->person, w->payer,
			     w->payer_text && !w->payer, &rates, e)) ||
	    (rc = w->changes ? rates_check_again(r, &rates, rooms, &order, e)
			     : rates_check(r, &rates, rooms, &order, w->manager, e)))
		return rc;
	price = rates_price(r, &rates, rooms, &order);
	if ((rc = name_price(r, w, rooms, &rates, &price, e)))
		return rc;
	if (price.mixed)
		return ct_fail_field(e, "items",
				     _("Their prices cannot be added up, some with VAT and some without. Please book them one by one."));
	if (w->expected_cents >= 0 && price.known && price.total_cents != w->expected_cents) {
		price_put(r, ct_put_object(r->view, "price"), &price, true);
		return ct_fail(e, CT_CONFLICT,
			       _("The price is now %s. Please look at it and book again."),
			       price_text(r, &price));
	}
	*price_r = price;
	return 0;
}

int price_lines_add(struct ct_request *r, int64_t booking, size_t after, const struct price *price, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < price->n_lines && !rc; i++) {
		const struct price_line *l = &price->lines[i];

		rc = ct_exec(r, "line_insert",
			     CT_ARGS(CT_NUM(booking), CT_NUM(after + i + 1), CT_ID(l->tariff), CT_ID(l->step),
				     CT_ID(l->adjust), CT_ID(l->extra), CT_STR(l->label),
				     CT_NUM(l->quantity), CT_NUM(l->list_cents),
				     CT_NUM(l->unit_cents * 100), CT_NUM(l->amount_cents),
				     CT_STR(l->vat_code), CT_ID(l->reason_id), CT_STR(l->reason),
				     CT_UTC(r->now)),
			     e);
	}
	return rc;
}

int price_freeze(struct ct_request *r, int64_t booking, const struct rooms *rooms, struct ct_local start,
		 const struct price *price, struct ct_error *e)
{
	int rc = price_lines_add(r, booking, 0, price, e);

	if (rc || (price->audience &&
		   (rc = ct_exec(r, "booking_audience", CT_ARGS(CT_NUM(price->audience), CT_NUM(booking)), e))))
		return rc;
	return cancel_freeze(r, booking, rooms, start, price, e);
}

int price_lines(struct ct_request *r, int64_t booking, struct price *price, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "booking_lines", CT_ARGS(CT_NUM(booking)), &row, e);

	if (rc)
		return rc;
	price->lines = talloc_zero_array(r, struct price_line, ct_result_rows(row) + 1);
	while (ct_next(row)) {
		price->for_body = ct_col_int(row, "for_body") != 0;
		price->lines[price->n_lines++] = (struct price_line){
			.tariff = ct_col_int(row, "tariff_id"),
			.step = ct_col_int(row, "step_id"),
			.adjust = ct_col_int(row, "adjust_id"),
			.extra = ct_col_int(row, "extra_id"),
			.per_person = ct_col_int(row, "per_person") != 0,
			.extra_label = ct_col_text(row, "extra_label"),
			.label = ct_col_text(row, "label"),
			.reason = ct_col_text(row, "reason"),
			.reason_id = ct_col_int(row, "reason_id"),
			.quantity = ct_col_int(row, "quantity"),
			.list_cents = ct_col_int(row, "list_cents"),
			.amount_cents = ct_col_int(row, "amount_cents"),
			.vat_code = ct_col_text(row, "vat_code"),
		};
	}
	return 0;
}

struct price price_of_row(struct ct_request *r, const struct ct_result *row)
{
	const char *text = ct_col_text(row, "priced");
	json_t *list = text ? json_loads(text, 0, NULL) : NULL, *one;
	struct price price = { .currency = ct_col_text(row, "currency"), .amounts = ct_col_text(row, "amounts") };
	size_t i;

	price.known = strcmp(price.amounts, "on_quote") != 0;
	json_array_foreach(list, i, one) {
		const char *code = json_string_value(json_object_get(one, "code"));

		price_add(r, &price,
			  (struct price_line){ .amount_cents = json_integer_value(json_object_get(one, "cents")),
					       .list_cents = json_integer_value(json_object_get(one, "list")),
					       .vat_code = code ? talloc_strdup(r, code) : NULL });
	}
	json_decref(list);
	price.total_cents = ct_col_int(row, "total_cents");
	return price;
}

int price_stored(struct ct_request *r, const struct ct_result *b, struct price *price_r, struct ct_error *e)
{
	struct price price = { .total_cents = ct_col_int(b, "total_cents"),
			       .currency = ct_col_text(b, "currency"),
			       .amounts = ct_col_text(b, "amounts") };
	int rc = price_lines(r, ct_col_int(b, "id"), &price, e);

	if (rc)
		return rc;
	price.known = strcmp(price.amounts, "on_quote") != 0;
	*price_r = price;
	return 0;
}
