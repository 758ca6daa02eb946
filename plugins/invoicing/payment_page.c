/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A payment: what it pays, and what may be done with it. And the payments of a document. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "opening.h"
#include "payments.h"
#include "slip.h"

const struct ct_field payment_reverse_fields[] = {
	{ "reason", N_("Reason"), CT_TEXT, .required = true, .max = 200, .help = N_("What was wrong: “Wrong client”, “Cheque refused by the bank”.") },
	{ 0 }
};

const struct ct_field payment_allocate_fields[] = {
	{ "document", N_("What it pays"), CT_INT, .many = true, .min = 1, .max = INT64_MAX }, { 0 }
};

const struct ct_view_field payment_view[] = {
	PAYMENT_ROW(""), { "uses", "array", "what it pays" }, { "uses.document", "id", "or null: paid back" },
	{ "uses.number", "text", NULL }, { "uses.amount", "money", NULL },
	{ "documents", "array", "what is open of the client, where something of it is left" }, { "documents.id", "id", NULL },
	{ "documents.number", "text", NULL }, { "documents.due_d", "date", NULL }, { "documents.open", "money", NULL },
	{ "documents.chosen", "boolean", NULL }, { "opening", "object", "of a credit carried over, or null" }, OPENING_ROW("opening."), { 0 }
};

/* A number stays on one line: its hyphens are those that do not break (U+2011). */
static const char *unbroken(struct ct_request *r, const char *numbers)
{
	char *text = talloc_strdup(r, "");

	for (const char *c = numbers; c && *c; c++)
		text = talloc_asprintf_append(text, *c == '-' ? "\u2011" : "%c", *c);
	return numbers ? text : NULL;
}

void payment_put(struct ct_request *r, json_t *o, const struct ct_result *row, const char *org)
{
	const char *currency = ct_col_text(row, "currency");
	int64_t amount = ct_col_int(row, "amount_cents"), left = ct_col_int(row, "free_cents");
	bool reversal = !ct_col_null(row, "reverses_id");

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "uid", ct_col_text(row, "uid"));
	ct_put_day(o, "received", ct_col_day(row, "received_d"), r->lang);
	ct_put_id(o, "client", ct_col_int(row, "owner_id"));
	ct_put_text(o, "payer", ct_col_text(row, "payer"));
	ct_put_text(o, "means", ct_col_text(row, "means"));
	ct_put_text(o, "means_ui", means_word(ct_col_text(row, "means")));
	ct_put_money(o, "amount", amount, currency, r->lang);
	ct_put_money(o, "left", left, currency, r->lang);
	if (left <= 0)
		ct_put_null(o, "left_ui");
	ct_put_text(o, "reference", ct_col_text(row, "reference"));
	ct_put_text(o, "given_by", ct_col_text(row, "given_by"));
	ct_put_text(o, "numbers", ct_col_text(row, "numbers"));
	ct_put_text(o, "numbers_ui", unbroken(r, ct_col_text(row, "numbers")));
	ct_put_id(o, "reverses", ct_col_int(row, "reverses_id"));
	ct_put_id(o, "reversed_by", ct_col_int(row, "reversed_by_id"));
	ct_put_text(o, "reason", ct_col_text(row, "reason"));
	ct_put_text(o, "kind_ui", reversal ? _("reversal") : !ct_col_null(row, "reversed_by_id") ? _("reversed")
		    : amount < 0 ? _("paid back") : NULL);
	ct_put_text(o, "href_ui", org ? ct_url(r, "/o/%s/payments/%lld", org, (long long)ct_col_int(row, "id")) : NULL);
}

static int put_uses(struct ct_request *r, const char *currency, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "uses");
	struct ct_result *row;
	int rc = ct_query(r, "payment_uses", CT_ARGS(CT_NUM(r->subject)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);
		int64_t document = ct_col_int(row, "document_id"), out = ct_col_int(row, "out_id");

		ct_put_id(o, "document", document);
		ct_put_text(o, "number", ct_col_text(row, "number"));
		ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), currency, r->lang);
		ct_put_text(o, "label_ui", document ? ct_col_text(row, "number") : _("Paid back, or reversed"));
		ct_put_text(o, "href_ui", document ? ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)document)
			    : ct_url(r, "/o/%s/payments/%lld", ct_path(r, "org"), (long long)out));
	}
	ct_put_bool(r->view, "any_uses_ui", json_array_size(list) > 0);
	return rc;
}

static const char *here(struct ct_request *r, const char *word)
{
	return ct_url(r, "/o/%s/payments/%lld/%s", ct_path(r, "org"), (long long)r->subject, word);
}

static void put_crumbs(struct ct_request *r, const struct ct_result *one)
{
	json_t *list = ct_put_array(r->view, "breadcrumbs_ui"), *crumb = ct_add_object(list);

	ct_put_text(crumb, "label", _("Payments"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/payments", ct_path(r, "org")));
	ct_put_text(r->view, "account_ui", ct_url(r, "/o/%s/balances/%lld", ct_path(r, "org"), (long long)ct_col_int(one, "owner_id")));
}

/* What may be done: a credit used for what is open, a mistake taken back. */
static int put_actions(struct ct_request *r, const struct ct_result *one, struct ct_error *e)
{
	bool issues = ct_may(r, MAY_ISSUE, r->org);
	const json_t *chosen = NULL;
	json_t *o;
	int64_t sum;

	ct_put_array(r->view, "documents");
	ct_put_bool(r->view, "any_open_ui", false);
	ct_put_text(r->view, "allocate_ui", here(r, "allocate"));
	ct_put_null(r->view, "reverse_ui");
	if (issues && strcmp(ct_col_text(one, "means"), "opening") != 0 && ct_col_null(one, "reverses_id") && ct_col_null(one, "reversed_by_id")) {
		o = ct_put_object(r->view, "reverse_ui");
		ct_put_text(o, "action", here(r, "reverse"));
		ct_put_controls(r, o, "fields", payment_reverse_fields, NULL);
	}
	return issues && ct_col_int(one, "free_cents") > 0 ? open_put(r, ct_col_int(one, "owner_id"), chosen, &sum, e) : 0;
}

int payment_put_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *one;
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = ct_one(r, "payment_one", CT_ARGS(CT_NUM(r->subject)), &one, e)))
		return rc;
	payment_put(r, r->view, one, ct_path(r, "org"));
	ct_put_text(r->view, "recorded_by_ui", ct_col_text(one, "recorded_by"));
	ct_put_text(r->view, "reverses_ui", ct_col_null(one, "reverses_id") ? NULL
		    : ct_url(r, "/o/%s/payments/%lld", ct_path(r, "org"), (long long)ct_col_int(one, "reverses_id")));
	ct_put_text(r->view, "reversed_ui", ct_col_null(one, "reversed_by_id") ? NULL
		    : ct_url(r, "/o/%s/payments/%lld", ct_path(r, "org"), (long long)ct_col_int(one, "reversed_by_id")));
	put_crumbs(r, one);
	if ((rc = slip_of_payment_put(r, r->subject, e)) ||
	    (rc = opening_put(r, strcmp(ct_col_text(one, "means"), "opening") ? NULL : "opening_of_payment", r->subject,
			      ct_col_int(one, "free_cents") == ct_col_int(one, "amount_cents"), e)))
		return rc;
	rc = put_uses(r, ct_col_text(one, "currency"), e);
	return rc ? rc : put_actions(r, one, e);
}

int payment_page(struct ct_request *r, struct ct_error *e)
{
	return payment_put_page(r, e);
}

/* ---- what is done with it ---- */

static int reverse(struct ct_request *r, void *arg, struct ct_error *e)
{
	return payment_reverse(r, r->subject, ct_in_text(r, "reason"), arg, e);
}

int payment_reverse_post(struct ct_request *r, struct ct_error *e)
{
	int64_t id;
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, reverse, &id, e)))
		return rc;
	ct_put_id(r->view, "id", id);
	ct_notice(r, "%s", _("The payment is reversed: what it paid is open again."));
	ct_redirect(r, 201, ct_url(r, "/o/%s/payments/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}

static int give(struct ct_request *r, void *arg, struct ct_error *e)
{
	return payment_allocate(r, r->subject, *(const char *const *)arg, e);
}

int payment_allocate_post(struct ct_request *r, struct ct_error *e)
{
	const json_t *chosen;
	const char *documents = documents_typed(r, &chosen);
	int rc = document_at_home(r, e);

	if (rc)
		return rc;
	if (!chosen)
		return ct_fail_field(e, "document", "%s", _("Choose at least one."));
	if (ct_in(r, "document")->many > PAYMENT_DOCUMENTS)
		return ct_fail_field(e, "document", _("At most %d at a time, please."), PAYMENT_DOCUMENTS);
	if ((rc = ct_transaction(r, give, &documents, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", _("The credit is used."));
	ct_redirect(r, 200, ct_url(r, "/o/%s/payments/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}

/* ---- on the page of a document ---- */

/* Who prepared the invoice reads what of it is paid, and not what else the payer has paid by it, nor how. */
static void leave_out(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	static const char *const texts[] = { "numbers", "numbers_ui", "reference", "given_by", "reason" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ct_put_null(o, texts[i]);
	ct_put_money(o, "amount", ct_col_int(row, "here_cents"), ct_col_text(row, "currency"), r->lang);
	ct_put_null(o, "left");
	ct_put_null(o, "left_ui");
}

int document_payments_put(struct ct_request *r, const struct bill *b, int64_t left, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "payments");
	bool house = ct_may(r, MAY_SEE, r->org), hers = b->party && ct_is_for(r, b->party);
	struct ct_result *row;
	int rc;

	ct_put_text(r->view, "pay_ui", left > 0 && ct_may(r, MAY_ISSUE, r->org)
		    ? ct_url(r, "/o/%s/payments/new?document=%lld", ct_path(r, "org"), (long long)b->id) : NULL);
	ct_put_bool(r->view, "has_payments_ui", false);
	if (!b->number)
		return 0;
	rc = ct_query(r, "payments_of_document", CT_ARGS(CT_NUM(b->id)), &row, e);
	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		payment_put(r, o, row, house ? ct_path(r, "org") : NULL);
		if (!house && !hers)
			leave_out(r, o, row);
		ct_put_money(o, "here", ct_col_int(row, "here_cents"), ct_col_text(row, "currency"), r->lang);
	}
	ct_put_bool(r->view, "has_payments_ui", json_array_size(list) > 0);
	return rc;
}
