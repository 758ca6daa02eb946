/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "credit.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "payments.h"

/* What is left of the document that is credited, by group. */
struct left {
	const char *category;
	int64_t rate_bp, base, tax;
};

static bool within(int64_t part, int64_t whole)
{
	return part == 0 || ((part > 0) == (whole > 0) && llabs(part) <= llabs(whole));
}

static struct left *left_of(struct left *left, size_t n, const struct total_group *g)
{
	for (size_t i = 0; i < n; i++)
		if (left[i].rate_bp == g->rate_bp && !strcmp(left[i].category, g->category))
			return &left[i];
	return NULL;
}

static int too_much(const struct bill *b, struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, _("This is more than is left to credit of %s."), b->credits_number);
}

/* VAT of a group: computed, unless that were more than is left, or all of the group is credited now. */
static int fit_group(struct bill *b, struct total_group *g, struct left *l, struct ct_error *e)
{
	if (!l || !within(g->base_cents, l->base))
		return too_much(b, e);
	if (g->base_cents == l->base || llabs(g->tax_cents) > llabs(l->tax))
		g->tax_cents = l->tax;
	l->base -= g->base_cents;
	l->tax -= g->tax_cents;
	return 0;
}

static int fit(struct bill *b, struct left *left, size_t n, int64_t left_gross, struct ct_error *e)
{
	struct totals *t = &b->totals;
	int64_t tax = 0;
	bool all = true;
	int rc;

	for (size_t g = 0; g < t->n_groups; g++) {
		if ((rc = fit_group(b, &t->groups[g], left_of(left, n, &t->groups[g]), e)))
			return rc;
		tax += t->groups[g].tax_cents;
	}
	t->tax_cents = tax;
	for (size_t i = 0; i < n; i++)
		all = all && !left[i].base && !left[i].tax;
	/* a cent a group is what rounding may have moved from one credit note to the next */
	if (all || (t->gross_cents > left_gross && t->gross_cents <= left_gross + (int64_t)t->n_groups))
		t->gross_cents = left_gross;
	t->rounding_cents = t->gross_cents - t->net_cents - t->tax_cents;
	return t->gross_cents > left_gross ? too_much(b, e) : 0;
}

static int take(struct ct_request *r, const struct bill *b, struct ct_error *e)
{
	int rc = allocation_release(r, b->credits, b->totals.gross_cents, e);

	if (!rc)
		rc = ct_exec(r, "credit_take", CT_ARGS(CT_NUM(b->totals.gross_cents), CT_NUM(b->credits)), e);
	for (size_t g = 0; g < b->totals.n_groups && !rc; g++) {
		const struct total_group *group = &b->totals.groups[g];

		rc = ct_exec(r, "credit_take_vat", CT_ARGS(CT_NUM(group->base_cents), CT_NUM(group->tax_cents),
			CT_NUM(b->credits), CT_STR(group->category), CT_NUM(group->rate_bp)), e);
	}
	return rc;
}

int credit_fit(struct ct_request *r, struct bill *b, struct ct_error *e)
{
	struct ct_result *whole, *row;
	struct left *left;
	size_t n = 0;
	int rc;

	if (strcmp(b->type, "credit") != 0)
		return 0;
	if (ct_in_transaction(r) && (rc = ct_exec(r, "credit_guard", CT_ARGS(CT_NUM(b->credits)), e)))
		return rc;
	if ((rc = ct_one(r, "credit_left", CT_ARGS(CT_NUM(b->credits)), &whole, e)) ||
	    (rc = ct_query(r, "credit_left_vat", CT_ARGS(CT_NUM(b->credits)), &row, e)))
		return rc;
	left = talloc_array(r, struct left, ct_result_rows(row) + 1);
	while (ct_next(row))
		left[n++] = (struct left){ ct_col_text(row, "category"), ct_col_int(row, "rate_bp"), ct_col_int(row, "base_cents"),
					   ct_col_int(row, "tax_cents") };
	rc = fit(b, left, n, ct_col_int(whole, "gross_cents"), e);
	return rc || !ct_in_transaction(r) ? rc : take(r, b, e);
}
