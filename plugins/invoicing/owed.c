/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "owed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "vat_code.h"

enum { WHOLE = 10000, UNIT_PER_CENT = 100 };

static const char *const bases[] = {
	[CT_CHARGE_NO_VAT] = "no_vat",
	[CT_CHARGE_INCLUDES_VAT] = "include_vat",
	[CT_CHARGE_EXCLUDES_VAT] = "exclude_vat",
};

const char *basis_name(enum ct_charge_basis basis)
{
	return bases[basis];
}

enum ct_charge_basis basis_named(const char *name)
{
	return !strcmp(name, bases[CT_CHARGE_INCLUDES_VAT])   ? CT_CHARGE_INCLUDES_VAT
	       : !strcmp(name, bases[CT_CHARGE_EXCLUDES_VAT]) ? CT_CHARGE_EXCLUDES_VAT
							      : CT_CHARGE_NO_VAT;
}

/* Of those that `takes` says yes to. */
static int64_t gross_of(const struct charge_rows *rows, bool (*takes)(const struct charge_row *, const void *),
			const void *which)
{
	struct total_line *lines = talloc_zero_array(NULL, struct total_line, rows->n);
	struct totals totals;
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct charge_row *row = &rows->row[i];
		const struct vat_code *code = vat_code_get(row->vat_code);

		if (takes(row, which))
			lines[n++] = (struct total_line){
				.amount_cents = row->amount_cents,
				.basis = row->basis,
				.category = code->category,
				.rate_bp = row->basis == CT_CHARGE_NO_VAT ? 0 : code->rate_bp,
			};
	}
	totals = totals_of(lines, lines, n);
	talloc_free(lines);
	return totals.gross_cents;
}

static bool is_of_client(const struct charge_row *row, const void *client)
{
	return !*(const int64_t *)client || row->client == *(const int64_t *)client;
}

static bool is_of_debtor(const struct charge_row *row, const void *debtor)
{
	return row->debtor == *(const size_t *)debtor;
}

static bool is_of_code(const struct charge_row *row, const void *code)
{
	return !strcmp(row->vat_code, code);
}

int64_t rows_gross(const struct charge_rows *rows, int64_t client)
{
	return gross_of(rows, is_of_client, &client);
}

/* ---- the lines ---- */

/* A day that a caller left at nought is none. */
static struct ct_day day_of(struct ct_day day)
{
	return day.n ? day : CT_NO_DAY;
}

static struct charge_row row_of(const struct ct_charges *set, const struct ct_charge_line *l)
{
	return (struct charge_row){
		.issuer = set->issuer,
		.line = l->key,
		.place = set->place,
		.project = set->project,
		.label = l->label,
		.unit = l->unit ? l->unit : "C62",
		.quantity = l->quantity,
		.unit_amount = l->unit_amount,
		.amount_cents = l->amount_cents,
		.basis = set->basis,
		.currency = set->currency,
		.vat_code = l->vat_code,
		.from = day_of(l->from),
		.to = day_of(l->to),
		.order_ref = set->order_ref,
	};
}

static int take_lines(struct ct_request *r, const struct ct_charges *set, struct owed *owed, struct ct_error *e)
{
	owed->rows.row = talloc_zero_array(r, struct charge_row, set->n_lines);
	for (size_t i = 0; i < set->n_lines; i++) {
		if (!vat_code_find(set->lines[i].vat_code))
			return ct_fail(e, CT_INVALID,
				       _("“%s” cannot be billed: its rate of VAT is not known here."),
				       set->lines[i].label);
		assert(set->lines[i].unit_amount >= 0);
		owed->rows.row[owed->rows.n++] = row_of(set, &set->lines[i]);
	}
	return 0;
}

/* ---- the shares ---- */

static int call_stage(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_share_f *)function)(r, arg, e);
}

static void add_row(struct ct_request *r, struct owed *owed, struct charge_row row)
{
	owed->rows.row = talloc_realloc(r, owed->rows.row, struct charge_row, owed->rows.n + 1);
	owed->rows.row[owed->rows.n++] = row;
}

/*
 * The VAT codes of the set, each with one row that names it and the days of all of them, and what the lines of each
 * come to, VAT included.
 */
static size_t codes_of(const struct charge_rows *lines, struct charge_row *of, int64_t *gross)
{
	size_t n = 0, k;

	for (size_t i = 0; i < lines->n; i++) {
		const struct charge_row *row = &lines->row[i];

		for (k = 0; k < n && strcmp(of[k].vat_code, row->vat_code) != 0;)
			k++;
		if (k == n) {
			of[n] = *row;
			gross[n++] = gross_of(lines, is_of_code, row->vat_code);
		}
		if (ct_day_set(row->from) && (!ct_day_set(of[k].from) || row->from.n < of[k].from.n))
			of[k].from = row->from;
		if (ct_day_set(row->to) && (!ct_day_set(of[k].to) || row->to.n > of[k].to.n))
			of[k].to = row->to;
	}
	return n;
}

/*
 * A part of a share as a row: an amount that includes VAT, whatever the set's own basis, unless there is none
 * at all.
 */
static struct charge_row share_row(struct ct_request *r, const struct charge_row *of,
				   const struct ct_share *share, int64_t cents)
{
	struct charge_row row = *of;

	row.line = talloc_asprintf(r, "%s/%s-%lld", of->vat_code, share->kind, (long long)share->id);
	row.share_kind = share->kind;
	row.share_id = share->id;
	row.unit = "C62";
	row.quantity = cents < 0 ? -WHOLE : WHOLE;
	row.unit_amount = llabs(cents) * UNIT_PER_CENT;
	row.amount_cents = cents;
	if (row.basis == CT_CHARGE_EXCLUDES_VAT)
		row.basis = CT_CHARGE_INCLUDES_VAT;
	return row;
}

const char *share_label(struct ct_request *r, const struct ct_share *share)
{
	return talloc_asprintf(r, share->settles == CT_SHARE_INVOICE ? _("Billed to %s") : _("Paid for by %s"),
			       share->by);
}

static void take_off(struct ct_request *r, struct owed *owed, const struct charge_row *of,
		     const struct ct_share *share, int64_t cents)
{
	struct charge_row row = share_row(r, of, share, -cents);

	row.label = share_label(r, share);
	add_row(r, owed, row);
}

static void put_on_buyer(struct ct_request *r, struct owed *owed, const struct charge_row *of,
			 const struct ct_share *share, int64_t cents)
{
	struct charge_row row = share_row(r, of, share, cents);

	row.debtor = owed->n_debtors - 1;
	row.label = _("Your share");
	row.order_ref = share->order_ref;
	add_row(r, owed, row);
}

static void spread(struct ct_request *r, const struct charge_rows *lines, const struct ct_share *share,
		   struct owed *owed)
{
	struct charge_row *of = talloc_array(r, struct charge_row, lines->n);
	int64_t *weights = talloc_array(r, int64_t, lines->n), *parts = talloc_array(r, int64_t, lines->n);
	size_t n = codes_of(lines, of, weights);

	totals_spread(share->gross, weights, n, parts);
	if (share->settles == CT_SHARE_INVOICE) {
		owed->debtors = talloc_realloc(r, owed->debtors, struct debtor, owed->n_debtors + 1);
		owed->debtors[owed->n_debtors++] = (struct debtor){ .payer.party = share->party };
	}
	for (size_t i = 0; i < n; i++) {
		if (!parts[i])
			continue;
		take_off(r, owed, &of[i], share, parts[i]);
		if (share->settles == CT_SHARE_INVOICE)
			put_on_buyer(r, owed, &of[i], share, parts[i]);
	}
}

/* Those of somebody else than who pays: nobody is billed for a share of what she owes anyway. */
static size_t others(const struct ct_charges *set, struct ct_share *shares, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (shares[i].settles != CT_SHARE_INVOICE || shares[i].party != set->payer.party)
			shares[kept++] = shares[i];
	return kept;
}

/* In the words of the issuer, whoever it is that books or cancels: what is stored again is to be the same. */
static int spread_all(struct ct_request *r, const struct ct_charges *set, bool only_asks, struct owed *owed,
		      struct ct_error *e)
{
	struct charge_rows lines = { talloc_memdup(r, owed->rows.row, owed->rows.n * sizeof(*owed->rows.row)),
				     owed->rows.n };
	const char *before = r->lang;
	struct ct_result *row;
	int rc = only_asks ? 0 : ct_one(r, "issuer_lang", CT_ARGS(CT_NUM(set->issuer)), &row, e);

	if (rc)
		return rc;
	if (!only_asks)
		before = ct_speak(r, ct_col_text(row, "lang"));
	for (size_t i = 0; i < owed->n_shares; i++)
		spread(r, &lines, &owed->shares[i], owed);
	ct_speak(r, before);
	return 0;
}

int owed_by(struct ct_request *r, const struct ct_charges *set, bool only_asks, struct owed *owed_r,
	    struct ct_error *e)
{
	static const size_t payer = 0;
	struct owed owed = { .debtors = talloc_zero_array(r, struct debtor, 1), .n_debtors = 1 };
	struct ct_share_ask ask = { .set = set, .client = set->payer.party, .only_asks = only_asks };
	int rc = take_lines(r, set, &owed, e);

	if (rc)
		return rc;
	owed.debtors[0].payer = set->payer;
	owed.gross = ask.gross = rows_gross(&owed.rows, 0);
	ask.left = ask.gross > 0 ? ask.gross : 0;
	if ((rc = ct_raise(r, "charge.shared", call_stage, &ask, e)))
		return rc;
	owed.shares = ask.found;
	owed.n_shares = others(set, ask.found, ask.n_found);
	if (owed.n_shares && (rc = spread_all(r, set, only_asks, &owed, e)))
		return rc;
	owed.payer_gross = gross_of(&owed.rows, is_of_debtor, &payer);
	*owed_r = owed;
	return 0;
}
