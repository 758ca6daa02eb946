/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The service "billing" (comptoir/billing.h): whoever calls it, its queries are this plugin's. */
#include "charge.h"
#include "invoicing.h"
#include "vat_code.h"

static void tell(struct ct_request *r, const struct owed *owed, struct ct_charged *charged_r)
{
	charged_r->gross = owed->gross;
	charged_r->payer_gross = owed->payer_gross;
	charged_r->shares = json_array();
	for (size_t i = 0; i < owed->n_shares; i++) {
		json_t *o = ct_add_object(charged_r->shares);

		ct_put_text(o, "by", owed->shares[i].by);
		ct_put_text(o, "label", share_label(r, &owed->shares[i]));
		ct_put_int(o, "gross", owed->shares[i].gross);
	}
}

static int charge(struct ct_request *r, const struct ct_charges *set, struct ct_charged *charged_r,
		  struct ct_error *e)
{
	const struct ct_plugin *caller = r->plugin;
	struct owed owed = { 0 };
	int rc;

	r->plugin = &ct_plugin_invoicing;
	rc = charge_post(r, set, &owed, e);
	r->plugin = caller;
	if (!rc && charged_r)
		tell(r, &owed, charged_r);
	return rc;
}

static int quote(struct ct_request *r, const struct ct_charges *set, struct ct_charged *charged_r,
		 struct ct_error *e)
{
	const struct ct_plugin *caller = r->plugin;
	struct owed owed = { 0 };
	int rc;

	r->plugin = &ct_plugin_invoicing;
	rc = owed_by(r, set, true, &owed, e);
	r->plugin = caller;
	if (!rc && charged_r)
		tell(r, &owed, charged_r);
	return rc;
}

static int stored(struct ct_request *r, const char *source, int64_t source_id, struct ct_charged *charged_r,
		  struct ct_error *e)
{
	const struct ct_plugin *caller = r->plugin;
	struct ct_charged charged = { 0 };
	json_t *share;
	size_t i;
	int rc;

	r->plugin = &ct_plugin_invoicing;
	rc = charge_stored(r, source, source_id, &charged.gross, &charged.shares, e);
	r->plugin = caller;
	if (rc)
		return rc;
	charged.payer_gross = charged.gross;
	json_array_foreach(charged.shares, i, share)
		charged.payer_gross -= json_integer_value(json_object_get(share, "gross"));
	*charged_r = charged;
	return 0;
}

/*
 * What is issued, as its documents say, less what was paid; and what is not: of that the sums by VAT code are enough,
 * as VAT is on them and not on lines.
 */
static int balance(struct ct_request *r, int64_t issuer, int64_t party, int64_t *cents_r, struct ct_error *e)
{
	const struct ct_plugin *caller = r->plugin;
	struct charge_rows sums = { 0 };
	struct ct_result *row, *settled;
	int rc;

	r->plugin = &ct_plugin_invoicing;
	rc = ct_query(r, "balance", CT_ARGS(CT_NUM(party), CT_NUM(party), CT_NUM(issuer)), &row, e);
	if (!rc)
		rc = ct_one(r, "balance_settled", CT_ARGS(CT_NUM(party), CT_NUM(party), CT_NUM(issuer), CT_NUM(party),
							 CT_NUM(party), CT_NUM(issuer)), &settled, e);
	r->plugin = caller;
	if (rc)
		return rc;
	sums.row = talloc_zero_array(r, struct charge_row, ct_result_rows(row));
	while (ct_next(row)) {
		struct charge_row *sum = &sums.row[sums.n++];

		sum->amount_cents = ct_col_int(row, "amount_cents");
		sum->basis = basis_named(ct_col_text(row, "amounts"));
		sum->vat_code = ct_col_text(row, "vat_code");
	}
	*cents_r = rows_gross(&sums, 0) + ct_col_int(settled, "owed_cents");
	return 0;
}

const struct ct_billing invoicing_billing = { charge, quote, stored, balance };
