/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents for those who look for them elsewhere: the search box, their clients, and comptoirctl verify. */
#include <string.h>
#include <talloc.h>

#include <comptoir/file.h>
#include <comptoir/search.h>

#include "documents.h"
#include "guarantee.h"
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

enum { ROWS = 100 };

const struct ct_field document_mine_fields[] = {
	{ "after", N_("Rows after this cursor"), CT_TEXT, .max = 40 },
	{ "limit", N_("Rows at once"), CT_INT, .min = 1, .max = 500 },
	{ 0 }
};

const struct ct_view_field document_mine_view[] = {
	{ "invoices", "array", NULL }, { "invoices.id", "id", NULL }, { "invoices.number", "text", NULL },
	{ "invoices.type", "text", NULL }, { "invoices.issuer", "text", NULL }, { "invoices.payer", "text", NULL },
	{ "invoices.issued_d", "date", NULL }, { "invoices.due_d", "date", NULL }, { "invoices.total", "money", NULL },
	{ "invoices.left", "money", "to be paid; null: nothing is due by it" },
	{ "invoices.state", "text", "issued, partly_paid, paid, or credited" },
	{ "payments", "array", "the last 100" }, PAYMENT_ROW("payments."), { "payments.issuer", "text", NULL },
	GUARANTEE_VIEW,
	{ "next", "text", "cursor of the next page, or null" }, { 0 }
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

static void put_mine(struct ct_request *r, json_t *o, const struct ct_result *row)
{
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

int document_mine(struct ct_request *r, struct ct_error *e)
{
	const char *parties = ct_papers_of(r), *last = NULL, *next = NULL;
	struct document_cursor after = document_cursor(ct_in_text(r, "after"));
	int64_t rows = ct_in_set(r, "limit") ? ct_in_int(r, "limit") : ROWS;
	json_t *list = ct_put_array(r->view, "invoices");
	struct ct_result *row;
	int rc = ct_query(r, "documents_mine", CT_ARGS(CT_STR(parties), CT_STR(parties), CT_DAY(after.day), CT_DAY(after.day),
						      CT_NUM(after.id), CT_NUM(rows + 1)), &row, e);

	if (rc)
		return rc;
	while (ct_next(row)) {
		if ((int64_t)json_array_size(list) == rows) {
			next = last;
			break;
		}
		put_mine(r, ct_add_object(list), row);
		last = document_cursor_text(r, row);
	}
	ct_put_bool(r->view, "any_ui", json_array_size(list) > 0);
	ct_put_text(r->view, "next", next);
	ct_put_text(r->view, "next_ui", next ? ct_url(r, "/invoices?after=%s", next) : NULL);
	rc = guarantees_put(r, parties, 0, e);
	return rc ? rc : payments_mine_put(r, parties, e);
}

/* ---- comptoirctl verify ---- */

/* What issuing stored is there still, byte for byte: file by file, and no more of them in memory at a time. */
static int verify_papers(struct ct_request *r, struct ct_error *e)
{
	int64_t last = 0;
	size_t n;

	do {
		struct ct_result *row;
		int rc = ct_query(r, "verify_papers", CT_ARGS(CT_NUM(last), CT_NUM(last), CT_NUM(last)), &row, e);

		for (n = 0; !rc && ct_next(row); n++) {
			struct ct_file file;
			const void *bytes = NULL;

			last = ct_col_int(row, "file_id");
			if ((rc = ct_file_get(r, last, &file, e)) || (rc = ct_file_read(r, &file, &bytes, e)))
				return rc;
			ct_drop(bytes);
			if (strcmp(file.sha256, ct_col_text(row, "sha256")) != 0)
				return ct_fail(e, CT_BROKEN, "the PDF of %s is another file", ct_col_text(row, "paper"));
		}
		if (rc)
			return rc;
		talloc_free(row);
	} while (n);
	return 0;
}

int document_verify(struct ct_request *r, struct ct_error *e)
{
	static const struct { const char *query, *what; } checks[] = {
		{ "verify_holes", "a series of numbers has a hole" },
		{ "verify_dates", "the dates of a series go back" },
		{ "verify_sums", "a document is not the sum of its lines, or of its VAT" },
		{ "verify_credits", "what is credited of a document is not what its credit notes come to" },
		{ "verify_quotes", "more is charged of a quote than it says" },
		{ "verify_quote_numbers", "a quote has a number that its series did not give" },
	};
	struct ct_result *row;
	int rc;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if ((rc = ct_query(r, checks[i].query, CT_NO_ARGS, &row, e)))
			return rc;
		if (ct_next(row))
			return ct_fail(e, CT_BROKEN, "%s", checks[i].what);
	}
	return verify_papers(r, e);
}
