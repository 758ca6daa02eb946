/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What guarantees have to say when people are merged, ask for their data, or leave: nobody leaves money behind. */
#include <talloc.h>

#include "guarantee.h"

int guarantee_party_merged(struct ct_request *r, const struct ct_party_merge *m, struct ct_error *e)
{
	return ct_exec(r, "merge_guarantees", CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e);
}

int guarantee_party_exported(struct ct_request *r, const struct ct_party_export *x, struct ct_error *e)
{
	json_t *list = ct_put_array(x->data, "guarantees");
	struct ct_result *row;
	int rc = ct_query(r, "export_guarantees", CT_ARGS(CT_NUM(x->party)), &row, e);

	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	return rc;
}

int guarantee_party_due(struct ct_request *r, const struct ct_party_due *x, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "guarantees_held", CT_ARGS(CT_NUM(x->party)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *item = ct_add_object(x->due);

		ct_put_text(item, "text", talloc_asprintf(r, _("%s keeps a guarantee of yours of %s."), ct_col_text(row, "issuer"),
							  ct_money_show(r, ct_col_int(row, "sum_cents"), "EUR", r->lang)));
		ct_put_text(item, "href", NULL);
	}
	return rc;
}

static int is_held(struct ct_request *r, int64_t party, bool *held_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "guarantees_held", CT_ARGS(CT_NUM(party)), &row, e);

	if (!rc)
		*held_r = ct_next(row);
	return rc;
}

/* Whose guarantee is held is not to be forgotten: it is as if she acted today. */
int guarantee_party_seen(struct ct_request *r, const struct ct_party_seen *x, struct ct_error *e)
{
	bool held;
	int rc = is_held(r, x->party, &held, e);

	if (!rc && held && (!ct_utc_set(*x->last) || r->now.s > x->last->s))
		*x->last = r->now;
	return rc;
}

int guarantee_party_forgotten(struct ct_request *r, const struct ct_party_forget *x, struct ct_error *e)
{
	bool held;
	int rc = is_held(r, x->party, &held, e);

	if (!rc && held)
		return ct_fail(e, CT_CONFLICT, "%s", _("There is a guarantee to be given back."));
	return rc ? rc : ct_exec(r, "forget_guarantees", CT_ARGS(CT_NUM(x->party)), e);
}
