/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A quote, and sending it: number, sheet and PDF in one transaction. */
#include "quote.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static const char *state_of(const struct ct_result *row, struct ct_day day)
{
	const char *state = ct_col_text(row, "state");

	return !strcmp(state, "sent") && ct_col_day(row, "valid_d").n < day.n ? "lapsed" : state;
}

static struct bill bill_of(const struct ct_result *row)
{
	return (struct bill){
		.id = ct_col_int(row, "id"), .org = ct_col_int(row, "issuer_id"), .party = ct_col_int(row, "party_id"),
		.uid = ct_col_text(row, "uid"), .type = "quote", .state = ct_col_text(row, "state"),
		.number = ct_col_text(row, "number"), .currency = ct_col_text(row, "currency"),
		.order_ref = ct_col_text(row, "order_ref"), .address = ct_col_text(row, "address"),
		.project_id = ct_col_int(row, "project_id"), .project = ct_col_text(row, "project"),
		.payer = ct_col_text(row, "payer"), .subject = ct_col_text(row, "title"), .email = ct_col_text(row, "email"), .siren = ct_col_text(row, "siren"),
		.siret = ct_col_text(row, "siret"),
		.vat_no = ct_col_text(row, "vat_no"), .is_organisation = ct_col_int(row, "is_organisation"),
		.is_public = ct_col_int(row, "public_buyer"), .issued = ct_col_day(row, "sent_d"), .due = ct_col_day(row, "valid_d"),
	};
}

int quote_load(struct ct_request *r, int64_t id, struct ct_day day, const struct rules *rules, struct quote *q,
	       struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "quote", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	*q = (struct quote){
		.bill = bill_of(row), .title = ct_col_text(row, "title"), .state = state_of(row, day),
		.answered_by = ct_col_text(row, "answered_by"), .frozen = ct_col_text(row, "frozen_json"),
		.sha256 = ct_col_text(row, "sha256"), .valid = ct_col_day(row, "valid_d"), .from = ct_col_day(row, "service_from_d"),
		.to = ct_col_day(row, "service_to_d"), .answered = ct_col_day(row, "answered_d"),
		.created = ct_col_utc(row, "created_utc"), .billed = !ct_col_null(row, "billed_utc"),
		.file = ct_col_int(row, "file_id"),
	};
	if ((rc = ct_query(r, "quote_lines", CT_ARGS(CT_NUM(id)), &row, e)))
		return rc;
	return bill_lines(r, &q->bill, row, rules, ct_day_set(q->bill.issued) ? q->bill.issued : day, 1, NULL, e);
}

const char *quote_state_word(const char *state, bool billed)
{
	if (!strcmp(state, "draft"))
		return _("Draft");
	if (!strcmp(state, "sent"))
		return _("Waits for an answer");
	if (!strcmp(state, "lapsed"))
		return _("Lapsed");
	if (!strcmp(state, "refused"))
		return _("Refused by the client");
	return billed ? _("Accepted and billed") : _("Accepted");
}

const char *quote_link(struct ct_request *r, int64_t id, const char *word)
{
	const char *page = ct_url(r, "/o/%s/quotes/%lld", ct_path(r, "org"), (long long)id);

	return word ? talloc_asprintf(r, "%s%s", page, word) : page;
}

/* ---- what is missing ---- */

static void add(json_t *list, const char *text)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "text", text);
	ct_put_null(o, "href");
}

json_t *quote_obstacles(struct ct_request *r, const struct quote *q, const struct issuer *i,
			const struct ct_address *payer)
{
	json_t *list = bill_obstacles(r, &q->bill, i, payer);

	if (q->valid.n < today_of(r).n)
		add(list, _("The day until which it is valid is over."));
	return list;
}

/* ---- POST /o/{org}/quotes/{id}/send ---- */

const struct ct_field quote_send_fields[] = {
	{ "expected_total", N_("Total as shown"), CT_MONEY, .required = true, .min = 1, .max = INT64_MAX },
	{ 0 }
};

static int freeze(struct ct_request *r, const struct quote *q, const struct issuer *i, const struct taken *t,
		  const json_t *sheet, const struct ct_pdf_image *logo, struct ct_error *e)
{
	const struct bill *b = &q->bill;
	const char *sha256;
	int64_t file;
	json_t *after;
	char *frozen;
	int rc = paper_store(r, b, i, sheet, logo, &file, &sha256, e);

	if (rc)
		return rc;
	frozen = json_dumps(sheet, JSON_COMPACT);
	rc = ct_exec(r, "quote_freeze", CT_ARGS(CT_STR(b->payer), CT_NUM(t->series), CT_NUM(t->serial), CT_STR(t->number),
		CT_DAY(t->day), CT_NUM(b->totals.gross_cents), CT_STR(frozen), CT_NUM(file), CT_STR(sha256),
		CT_NUM(b->id)), e);
	free(frozen);
	if (rc)
		return rc;
	after = json_object();
	ct_put_text(after, "number", t->number);
	ct_put_int(after, "total_cents", b->totals.gross_cents);
	return ct_audit(r, "quote", b->id, "send", NULL, after, e);
}

static int may_go(struct ct_request *r, const struct quote *q, const struct issuer *i, const struct ct_address *payer,
		  int64_t expected, struct ct_error *e)
{
	const json_t *first = json_array_get(quote_obstacles(r, q, i, payer), 0);

	if (first)
		return ct_fail(e, CT_INVALID, "%s", sheet_text(first, "text"));
	if (q->bill.totals.gross_cents != expected)
		return ct_fail(e, CT_CONFLICT, _("It now comes to %s. Please look at it and send it again."),
			       ct_money_show(r, q->bill.totals.gross_cents, q->bill.currency, r->lang));
	return 0;
}

int quote_issue(struct ct_request *r, int64_t id, int64_t expected, const struct ct_pdf_image *logo, struct ct_error *e)
{
	struct ct_day today = today_of(r);
	struct ct_address payer = { NULL };
	struct taken t = { 0 };
	struct issuer i;
	struct rules rules;
	struct quote q;
	int64_t locked;
	int rc = ct_exec_count(r, "quote_lock", CT_ARGS(CT_NUM(id)), &locked, e);

	if (rc)
		return rc;
	if (!locked)
		return ct_fail(e, CT_CONFLICT, "%s", _("This quote was sent already, and is not changed any more."));
	if ((rc = rules_load(r, today, &rules, e)) || (rc = quote_load(r, id, today, &rules, &q, e)) ||
	    (rc = issuer_load(r, q.bill.org, today, &i, e)) || (rc = ct_party_address(r, q.bill.party, &payer, e)) ||
	    (rc = may_go(r, &q, &i, &payer, expected, e)) || (rc = number_take(r, &i, "quote", "D", today, &t, e)))
		return rc;
	return freeze(r, &q, &i, &t, sheet_make(r, &q.bill, &i, &payer, &rules, t.number, t.day, q.valid),
		      logo, e);
}

static int send_it(struct ct_request *r, void *arg, struct ct_error *e)
{
	return quote_issue(r, r->subject, ct_in_int(r, "expected_total"), *(const struct ct_pdf_image *const *)arg, e);
}

int quote_send(struct ct_request *r, struct ct_error *e)
{
	const struct ct_pdf_image *logo;
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = issue_logo(r, r->org, &logo, e)) ||
	    (rc = ct_transaction(r, send_it, &logo, e)) || (rc = quote_put(r, e)))
		return rc;
	ct_notice(r, "%s", _("The quote has its number: download the PDF and send it to your client."));
	ct_redirect(r, 200, quote_link(r, r->subject, NULL));
	return 0;
}
