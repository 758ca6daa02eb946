/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What clients have to say when people are merged, ask for their data, or leave. What is owed keeps somebody; what was
 * billed names her in its document, which the law wants kept, and nowhere else.
 */
#include <string.h>
#include <talloc.h>

#include <comptoir/pages.h>

#include "client.h"
#include "invoicing.h"

enum { MOST_BATCHES = 100, BATCH = 500 };

/* ---- merging ---- */

/* Both are clients of one issuer: what is not billed follows, what is stays where its documents are. */
static int merge_pair(struct ct_request *r, int64_t from, int64_t into, struct ct_error *e)
{
	int64_t both[] = { from, into };
	int rc = clients_lock(r, both, 2, e);

	if (rc || (rc = ct_exec(r, "merge_charges", CT_ARGS(CT_NUM(into), CT_NUM(into), CT_NUM(from)), e)) ||
	    (rc = ct_exec(r, "merge_drafts", CT_ARGS(CT_NUM(into), CT_NUM(from)), e)) ||
	    (rc = ct_exec(r, "merge_needs", CT_ARGS(CT_NUM(from), CT_NUM(into)), e)))
		return rc;
	return ct_exec(r, "merge_client", CT_ARGS(CT_NUM(into), CT_NUM(from), CT_NUM(from)), e);
}

int invoicing_party_merged(struct ct_request *r, const struct ct_party_merge *m, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if ((rc = ct_exec(r, "merge_lone_clients", CT_ARGS(CT_NUM(m->into), CT_NUM(m->into), CT_NUM(m->from)),
			  e)) ||
	    (rc = ct_exec(r, "merge_quotes", CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e)) ||
	    (rc = ct_query(r, "merge_pairs", CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), &row, e)))
		return rc;
	while (!rc && ct_next(row))
		rc = merge_pair(r, ct_col_int(row, "from_id"), ct_col_int(row, "into_id"), e);
	return rc;
}

/* ---- her data ---- */

int invoicing_party_exported(struct ct_request *r, const struct ct_party_export *x, struct ct_error *e)
{
	const struct ct_args who = CT_ARGS(CT_NUM(x->party), CT_NUM(x->party));
	json_t *list = ct_put_array(x->data, "charges");
	struct ct_result *row;
	int rc = ct_query(r, "export_charges", who, &row, e);

	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	if (rc)
		return rc;
	list = ct_put_array(x->data, "payments");
	rc = ct_query(r, "export_payments", who, &row, e);
	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	if (rc)
		return rc;
	list = ct_put_array(x->data, "openings");
	rc = ct_query(r, "export_openings", who, &row, e);
	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	if (rc)
		return rc;
	list = ct_put_array(x->data, "quotes");
	rc = ct_query(r, "export_quotes", CT_ARGS(CT_NUM(x->party)), &row, e);
	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	return rc;
}

/* What somebody owes one issuer, by currency: as a party, and as a guest by addresses that she proved to be hers. */
struct debt {
	int64_t issuer, gross;
	const char *name, *currency;
	struct charge_rows sums;
};

struct debts {
	struct debt *debt;
	size_t n;
};

/* What was issued, less what was paid: below 0 where she has a credit. */
static int add_settled(struct ct_request *r, int64_t party, const char *addresses, struct debts *d, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "debts_settled", CT_ARGS(CT_NUM(party), CT_NUM(party), CT_STR(addresses), CT_NUM(party),
						      CT_NUM(party), CT_STR(addresses)), &row, e);

	if (!rc)
		d->debt = talloc_realloc(r, d->debt, struct debt, d->n + ct_result_rows(row) + 1);
	while (!rc && ct_next(row)) {
		size_t at = 0;

		while (at < d->n && (d->debt[at].issuer != ct_col_int(row, "issuer_id") ||
				     strcmp(d->debt[at].currency, ct_col_text(row, "currency")) != 0))
			at++;
		if (at == d->n)
			d->debt[d->n++] = (struct debt){ .issuer = ct_col_int(row, "issuer_id"),
							 .name = ct_col_text(row, "issuer"),
							 .currency = ct_col_text(row, "currency") };
		d->debt[at].gross += ct_col_int(row, "sum_cents");
	}
	return rc;
}

static int load_debts(struct ct_request *r, int64_t party, const char *addresses, struct debts *debts_r,
		      struct ct_error *e)
{
	struct debts d = { 0 };
	struct ct_result *row;
	int rc = ct_query(r, "debts", CT_ARGS(CT_NUM(party), CT_NUM(party), CT_STR(addresses)), &row, e);

	d.debt = rc ? NULL : talloc_zero_array(r, struct debt, ct_result_rows(row) + 1);
	while (!rc && ct_next(row)) {
		struct debt *at = d.n ? &d.debt[d.n - 1] : NULL;

		if (!at || at->issuer != ct_col_int(row, "issuer_id") ||
		    strcmp(at->currency, ct_col_text(row, "currency")) != 0) {
			at = &d.debt[d.n++];
			*at = (struct debt){ .issuer = ct_col_int(row, "issuer_id"),
					     .name = ct_col_text(row, "issuer"),
					     .currency = ct_col_text(row, "currency") };
		}
		at->sums.row = talloc_realloc(r, at->sums.row, struct charge_row, at->sums.n + 1);
		at->sums.row[at->sums.n++] = (struct charge_row){
			.amount_cents = ct_col_int(row, "sum_cents"),
			.basis = basis_named(ct_col_text(row, "amounts")),
			.vat_code = ct_col_text(row, "vat_code"),
		};
		at->gross = rows_gross(&at->sums, 0);
	}
	if (!rc)
		rc = add_settled(r, party, addresses, &d, e);
	if (!rc)
		*debts_r = d;
	return rc;
}

static bool owes(const struct debts *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->debt[i].gross > 0)
			return true;
	return false;
}

int invoicing_party_due(struct ct_request *r, const struct ct_party_due *x, struct ct_error *e)
{
	struct ct_result *quote;
	struct debts d;
	int rc = load_debts(r, x->party, x->addresses, &d, e);

	if (rc || (rc = ct_query(r, "quotes_agreed", CT_ARGS(CT_NUM(x->party)), &quote, e)))
		return rc;
	while (ct_next(quote)) {
		json_t *item = ct_add_object(x->due);

		ct_put_text(item, "text", talloc_asprintf(r, _("You agreed to quote %s of %s, which is not billed yet."),
							  ct_col_text(quote, "number"), ct_col_text(quote, "issuer")));
		ct_put_text(item, "href", NULL);
	}
	for (size_t i = 0; !rc && i < d.n; i++) {
		json_t *item;

		if (d.debt[i].gross <= 0)
			continue;
		item = ct_add_object(x->due);
		ct_put_text(item, "text",
			    talloc_asprintf(r, _("You owe %s to %s."),
					    ct_money_show(r, d.debt[i].gross, d.debt[i].currency, r->lang),
					    d.debt[i].name));
		ct_put_text(item, "href", NULL);
	}
	return rc;
}

/* Who owes something is not to be forgotten: it is as if she acted today. */
int invoicing_party_seen(struct ct_request *r, const struct ct_party_seen *x, struct ct_error *e)
{
	struct ct_result *row, *quote;
	struct ct_utc last;
	struct debts d;
	int rc;

	if ((rc = ct_query(r, "quotes_agreed", CT_ARGS(CT_NUM(x->party)), &quote, e)) ||
	    (rc = ct_one(r, "last_charge", CT_ARGS(CT_NUM(x->party), CT_NUM(x->party), CT_STR(x->addresses)),
			 &row, e)) ||
	    (rc = load_debts(r, x->party, x->addresses, &d, e)))
		return rc;
	last = owes(&d) || ct_result_rows(quote) ? r->now : ct_col_utc(row, "last_utc");
	if (ct_utc_set(last) && (!ct_utc_set(*x->last) || last.s > x->last->s))
		*x->last = last;
	return 0;
}

/* Also asked here, and not only by the page, for a job asks nobody. */
int invoicing_party_forgotten(struct ct_request *r, const struct ct_party_forget *x, struct ct_error *e)
{
	struct ct_result *quote;
	struct debts d;
	int rc = load_debts(r, x->party, x->addresses, &d, e);

	if (rc || (rc = ct_query(r, "quotes_agreed", CT_ARGS(CT_NUM(x->party)), &quote, e)))
		return rc;
	if (owes(&d) || ct_result_rows(quote))
		return ct_fail(e, CT_CONFLICT, "%s", _("There is something left to pay."));
	if ((rc = ct_exec(r, "forget_quote_lines", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "forget_quotes", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "forget_draft_lines", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "forget_drafts", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "forget_payers", CT_ARGS(CT_NUM(x->party)), e)))
		return rc;
	rc = ct_exec(r, "forget_guest", CT_ARGS(CT_STR(x->addresses)), e);
	if (rc || (rc = ct_exec(r, "forget_client", CT_ARGS(CT_NUM(x->party)), e)))
		return rc;
	return ct_exec(r, "forget_letters", CT_ARGS(CT_NUM(x->party)), e);
}

/* ---- guests, whom no party stands for ---- */

struct batch {
	struct ct_utc before;
	int64_t count;
};

/* Asked before: an update of nothing would owe a trace all the same. */
static int forget_batch(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct batch *b = arg;
	struct ct_result *row;
	int rc = ct_query(r, "guests_due", CT_ARGS(CT_UTC(b->before), CT_UTC(b->before)), &row, e);

	b->count = 0;
	if (rc || !ct_next(row) ||
	    (rc = ct_exec_count(r, "forget_guests", CT_ARGS(CT_UTC(b->before), CT_UTC(b->before), CT_NUM(BATCH)),
				&b->count, e)) || !b->count ||
	    (rc = ct_exec(r, "forget_letters", CT_ARGS(CT_NULL), e)))
		return rc;
	return ct_audit(r, "client", 0, "forget", NULL, json_pack("{s:I}", "clients", (json_int_t)b->count), e);
}

int invoicing_forget_guests(struct ct_request *r, struct ct_error *e)
{
	int months = (int)ct_setting_int(r, "privacy.months"), rc = 0;
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	struct batch b = { .before.s = (int64_t)ct_day_add_months(today, -months).n * 86400, .count = BATCH };

	for (int i = 0; months > 0 && i < MOST_BATCHES && b.count == BATCH && !rc; i++)
		rc = ct_transaction(r, forget_batch, &b, e);
	return rc;
}

/* ---- what pages say of it: the stage "privacy.collect" ---- */

int invoicing_privacy(struct ct_request *r, struct ct_error *e)
{
	(void)e;
	ct_purpose(r, _("To bill you what you owe"),
		   _("Who pays, by name, e-mail and postal address, what it was for, when, and how much. Ground: the contract between us (article 6.1.b). Invoices, credit notes and receipts are kept for ten years, because the law demands it (article 6.1.c; Code de commerce, article L123-22)."));
	return 0;
}
