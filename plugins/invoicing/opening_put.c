/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A balance carried over on the page of its document or payment, with the form that takes it back. */
#include "opening.h"

#include <string.h>
#include <talloc.h>

const struct ct_field opening_back_fields[] = {
	{ "reason", N_("Reason"), CT_TEXT, .required = true, .max = 200, .help = N_("What was wrong: “Paid before, noted too late”.") },
	{ 0 }
};

void opening_row_put(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	bool back = !ct_col_null(row, "back_utc");

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_day(o, "as_of", ct_col_day(row, "as_of_d"), r->lang);
	ct_put_text(o, "origin", ct_col_text(row, "origin"));
	ct_put_text(o, "reference", ct_col_text(row, "reference"));
	ct_put_day(o, "back", back ? day_of(ct_col_utc(row, "back_utc")) : CT_NO_DAY, r->lang);
	ct_put_text(o, "back_reason", ct_col_text(row, "back_reason"));
}

static const char *list_of(struct ct_request *r)
{
	return ct_url(r, "/o/%s/opening-balances", ct_path(r, "org"));
}

int opening_put(struct ct_request *r, const char *query, int64_t id, bool untouched, struct ct_error *e)
{
	struct ct_result *row;
	json_t *o;
	int rc;

	ct_put_null(r->view, "opening");
	ct_put_null(r->view, "take_back_ui");
	if (!query)
		return 0;
	rc = ct_query(r, query, CT_ARGS(CT_NUM(id)), &row, e);
	if (rc || !ct_next(row))
		return rc;
	o = ct_put_object(r->view, "opening");
	opening_row_put(r, o, row);
	ct_put_bool(o, "card_ui", strcmp(query, "opening_of_document") != 0);
	ct_put_text(o, "list_ui", ct_may(r, MAY_ISSUE, r->org) ? list_of(r) : NULL);
	if (!untouched || !ct_col_null(row, "back_utc") || !ct_may(r, MAY_ISSUE, r->org))
		return 0;
	o = ct_put_object(r->view, "take_back_ui");
	ct_put_text(o, "action", talloc_asprintf(r, "%s/%lld/undo", list_of(r), (long long)ct_col_int(row, "id")));
	ct_put_controls(r, o, "fields", opening_back_fields, NULL);
	return 0;
}
