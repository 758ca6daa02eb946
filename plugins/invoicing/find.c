/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents for those who look for them elsewhere: the search box, their clients, and comptoirctl verify. */
#include <string.h>
#include <talloc.h>

#include <comptoir/search.h>

#include "documents.h"
#include "pages.h"
#include "payments.h"

int document_find(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	const char *orgs = ct_orgs_with(r, MAY_SEE);
	struct ct_result *row;
	json_t *group;
	char day[CT_TIME_UI];
	int rc;

	if (!strcmp(orgs, "[]"))
		return 0;
	rc = ct_query(r, "find_documents", CT_ARGS(CT_STR(orgs), CT_STR(s->prefix), CT_NUM(s->limit + 1)), &row, e);
	if (rc)
		return rc;
	group = ct_search_group(r, N_("Invoices"));
	while (ct_next(row))
		ct_search_add(s, group, ct_col_text(row, "number"),
			      talloc_asprintf(r, "%s · %s · %s", ct_col_text(row, "payer_name"),
				ct_money_show(r, ct_col_int(row, "gross_cents"), ct_col_text(row, "currency"), r->lang),
				ct_day_ui(day, ct_col_day(row, "issued_d"), r->lang)),
			      ct_url(r, "/o/%s/invoices/%lld", ct_col_text(row, "slug"), (long long)ct_col_int(row, "id")));
	return 0;
}

/* ---- GET /invoices ---- */

const struct ct_view_field document_mine_view[] = {
	{ "invoices", "array", NULL }, { "invoices.id", "id", NULL }, { "invoices.number", "text", NULL },
	{ "invoices.type", "text", NULL }, { "invoices.issuer", "text", NULL }, { "invoices.payer", "text", NULL },
	{ "invoices.issued_d", "date", NULL }, { "invoices.due_d", "date", NULL }, { "invoices.total", "money", NULL },
	{ "invoices.left", "money", "to be paid; null: nothing is due by it" },
	{ "invoices.state", "text", "issued, partly_paid, paid, or credited" },
	{ "payments", "array", "the last 100" }, PAYMENT_ROW("payments."), { "payments.issuer", "text", NULL }, { 0 }
};

static void put_left(struct ct_request *r, json_t *o, const struct ct_result *row, bool open)
{
	if (open) {
		ct_put_money(o, "left", ct_col_int(row, "gross_cents") - ct_col_int(row, "credited_cents") - ct_col_int(row, "paid_cents"),
			     ct_col_text(row, "currency"), r->lang);
		return;
	}
	ct_put_null(o, "left");
	ct_put_null(o, "left_ui");
}

int document_mine(struct ct_request *r, struct ct_error *e)
{
	const char *parties = ct_papers_of(r);
	json_t *list = ct_put_array(r->view, "invoices");
	struct ct_result *row;
	int rc = ct_query(r, "documents_mine", CT_ARGS(CT_STR(parties), CT_STR(parties)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);
		int64_t gross = ct_col_int(row, "gross_cents");
		const char *type = ct_col_text(row, "type");
		bool credit = !strcmp(type, "credit");
		const char *state = document_state("issued", credit ? 0 : gross, ct_col_int(row, "credited_cents"),
						   ct_col_int(row, "paid_cents"));
		const char *late, *page = ct_url(r, "/o/%s/invoices/%lld", ct_col_text(row, "slug"), (long long)ct_col_int(row, "id"));

		ct_put_id(o, "id", ct_col_int(row, "id"));
		ct_put_text(o, "number", ct_col_text(row, "number"));
		ct_put_text(o, "type", type);
		ct_put_text(o, "issuer", ct_col_text(row, "issuer"));
		ct_put_text(o, "payer", ct_col_text(row, "payer"));
		ct_put_day(o, "issued", ct_col_day(row, "issued_d"), r->lang);
		ct_put_day(o, "due", ct_col_day(row, "due_d"), r->lang);
		ct_put_money(o, "total", credit ? -gross : gross, ct_col_text(row, "currency"), r->lang);
		ct_put_text(o, "state", state);
		late = document_is_open(state, type) ? document_late(r, ct_col_day(row, "due_d"), today_of(r)) : NULL;
		ct_put_text(o, "state_ui", late ? late : document_state_word(state, type));
		ct_put_bool(o, "late_ui", late);
		put_left(r, o, row, document_is_open(state, type));
		ct_put_text(o, "word_ui", document_word(type));
		ct_put_text(o, "href_ui", page);
		ct_put_text(o, "pdf_ui", talloc_asprintf(r, "%s.pdf", page));
	}
	ct_put_bool(r->view, "any_ui", json_array_size(list) > 0);
	return rc ? rc : payments_mine_put(r, parties, e);
}

/* ---- comptoirctl verify ---- */

int document_verify(struct ct_request *r, struct ct_error *e)
{
	static const struct { const char *query, *what; } checks[] = {
		{ "verify_holes", "a series of numbers has a hole" },
		{ "verify_dates", "the dates of a series go back" },
		{ "verify_sums", "a document is not the sum of its lines, or of its VAT" },
		{ "verify_credits", "what is credited of a document is not what its credit notes come to" },
	};
	struct ct_result *row;
	int rc;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if ((rc = ct_query(r, checks[i].query, CT_NO_ARGS, &row, e)))
			return rc;
		if (ct_next(row))
			return ct_fail(e, CT_BROKEN, "%s", checks[i].what);
	}
	return 0;
}
