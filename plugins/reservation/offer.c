/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an offer says: in which basis its price is named, what its line is, and until when it stands. */
#include "quotation.h"

#include <string.h>
#include <talloc.h>

#include "vat.h"

int quotation_basis(struct ct_request *r, int64_t org, struct tariff *const *tariffs, size_t n, struct basis *basis_r,
		    struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	for (size_t i = 0; i < n; i++)
		if (tariffs[i]) {
			*basis_r = (struct basis){ tariffs[i]->amounts, tariffs[i]->currency, tariffs[i]->vat_code };
			return 0;
		}
	if ((rc = ct_query(r, "quotation_usage", CT_ARGS(CT_NUM(org)), &row, e)))
		return rc;
	*basis_r = ct_next(row) ? (struct basis){ ct_col_text(row, "amounts"), ct_col_text(row, "currency"),
						  ct_col_text(row, "vat_code") }
				: (struct basis){ "include_vat", "EUR", NULL };
	return 0;
}

const char *basis_text(struct ct_request *r, const struct basis *basis)
{
	int64_t bp = vat_rate_bp(basis->vat_code);

	if (!bp || !strcmp(basis->amounts, "no_vat"))
		return _("VAT not applicable");
	return talloc_asprintf(r, _("%s, VAT at %s"),
			       !strcmp(basis->amounts, "exclude_vat") ? _("excl. VAT") : _("incl. VAT"),
			       ct_rate_show(r, bp, r->lang));
}

void quotation_price(struct ct_request *r, const struct basis *basis, int64_t cents, const char *why,
		     struct price *price)
{
	price->known = true;
	price->mixed = false;
	price->amounts = basis->amounts;
	price->currency = basis->currency;
	price_add(r, price, (struct price_line){
		.label = _("price named by the place"),
		.reason = why,
		.quantity = 10000,
		.unit_cents = cents,
		.list_cents = cents,
		.amount_cents = cents,
		.vat_code = basis->vat_code,
	});
}

bool offer_is_over(const struct ct_request *r, const struct ct_result *row)
{
	const char *status = ct_col_text(row, "status");

	if (!strcmp(status, "expired"))
		return ct_col_int(row, "offered") != 0;
	return !strcmp(status, "option") && ct_col_utc(row, "hold_until_utc").s <= r->now.s;
}

int offer_lapsed(struct ct_request *r, struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, "%s", !ct_owns(r) && ct_may(r, "booking.manage", r->org)
		? _("This offer has lapsed, and its time is free for others. Book it anew for the person, at the price that you agree on.")
		: _("This offer has lapsed. Please ask the place once more."));
}

const char *until_text(struct ct_request *r, const struct ct_zone *zone, struct ct_utc until)
{
	struct ct_local at = ct_zone_local(zone, until);
	struct ct_day today = ct_zone_day(zone, r->now), day = ct_local_day(at);
	char buf[CT_TIME_UI];

	if (ct_day_local(day).s == at.s)
		return talloc_strdup(r, ct_day_ui_long(buf, ct_day_add(day, -1), today, r->lang));
	return talloc_strdup(r, ct_local_ui(buf, at, today, r->lang));
}
