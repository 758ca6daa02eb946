/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET /o/{org}/balances: who owes what, and for how long (balance by age); and the account of a client: documents,
 * payments, and what is left.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>
#include <comptoir/text.h>

#include "guarantee.h"
#include "payments.h"
#include "pages.h"

enum { ROWS = 500, MOST = 4999 };

const struct ct_field balances_fields[] = { { "q", N_("Client"), CT_TEXT, .max = 80 }, { 0 } };

#define AGES(p) \
	{ p "balance", "money", "what is open, less the credit" }, { p "age0", "money", "not due yet" }, \
	{ p "age1", "money", "1 to 30 days late" }, { p "age2", "money", "31 to 60" }, { p "age3", "money", "61 to 90" }, \
	{ p "age4", "money", "more" }, { p "credit", "money", "paid, and not used for anything" }

const struct ct_view_field balances_view[] = {
	{ "balances", "array", "the most that is late first" }, { "balances.client", "id", NULL }, { "balances.payer", "text", NULL },
	AGES("balances."), { "totals", "array", "by currency" }, AGES("totals."), { 0 }
};

const struct ct_view_field account_view[] = {
	{ "id", "id", "of what was paid back just now" },
	{ "client", "id", NULL }, { "payer", "text", NULL }, { "siret", "text", "of an organisation, or null" },
	{ "service_code", "text", "of its drafts that say none, or null" },
	{ "needs_order_ref", "boolean", "it demands an engagement number" }, { "needs_service_code", "boolean", NULL },
	{ "split_by", "text", "none, or project: an invoice for each" }, { "balances", "array", "by currency; empty: nothing is open" },
	AGES("balances."), { "invoices", "array", "the last 100" }, { "invoices.id", "id", NULL }, { "invoices.uid", "text", NULL },
	{ "invoices.number", "text", NULL }, { "invoices.payer", "text", NULL }, { "invoices.late", "boolean", NULL }, { "invoices.handed", "boolean", NULL },
	{ "invoices.project", "text", NULL }, { "invoices.to_deposit", "boolean", NULL }, { "invoices.deposited_d", "date", NULL },
	{ "invoices.type", "text", NULL }, { "invoices.issued_d", "date", NULL }, { "invoices.due_d", "date", NULL },
	{ "invoices.total", "money", NULL }, { "invoices.left", "money", NULL }, { "invoices.state", "text", NULL },
	{ "payments", "array", "the last 100" }, PAYMENT_ROW("payments."), GUARANTEE_VIEW, { 0 }
};

static const char *const ages[] = { "balance", "age0", "age1", "age2", "age3", "age4", "credit" };
enum { AGED = sizeof(ages) / sizeof(ages[0]) };

static int fetch(struct ct_request *r, const char *q, int64_t owner, size_t rows, struct ct_result **row_r,
		 struct ct_error *e)
{
	struct ct_day today = today_of(r);
	const char *like = ct_like_pattern(r, q ? q : "", q ? strlen(q) : 0, true);

	return ct_query(r, "balances",
			CT_ARGS(CT_DAY(today), CT_DAY(today), CT_DAY(today), CT_DAY(today), CT_DAY(today),
				CT_NUM(r->org), CT_NUM(r->org), CT_STR(q), CT_STR(like), CT_ID(owner), CT_ID(owner),
				CT_NUM(rows)),
			row_r, e);
}

/* Nothing is no number worth reading. */
static void put_sum(struct ct_request *r, json_t *o, const char *key, int64_t cents, const char *currency)
{
	ct_put_money(o, key, cents, currency, r->lang);
	if (!cents && strcmp(key, "balance") != 0)
		ct_put_null(o, talloc_asprintf(r, "%s_ui", key));
}

static void put_ages(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	for (size_t i = 0; i < AGED; i++)
		put_sum(r, o, ages[i], ct_col_int(row, talloc_asprintf(r, "%s_cents", ages[i])), ct_col_text(row, "currency"));
}

struct total { const char *currency; int64_t cents[AGED]; };

static void add_up(struct ct_request *r, struct total *totals, size_t *n, const struct ct_result *row)
{
	size_t at = 0;

	while (at < *n && strcmp(totals[at].currency, ct_col_text(row, "currency")) != 0)
		at++;
	if (at == *n)
		totals[(*n)++] = (struct total){ .currency = ct_col_text(row, "currency") };
	for (size_t i = 0; i < AGED; i++)
		totals[at].cents[i] += ct_col_int(row, talloc_asprintf(r, "%s_cents", ages[i]));
}

static int put_balances(struct ct_request *r, const char *q, size_t rows, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "balances"), *sums = ct_put_array(r->view, "totals");
	struct ct_result *row;
	struct total *totals;
	size_t n = 0;
	int rc = fetch(r, q, 0, rows + 1, &row, e);

	ct_put_bool(r->view, "more_ui", !rc && ct_result_rows(row) > rows);
	totals = rc ? NULL : talloc_array(r, struct total, ct_result_rows(row) + 1);
	while (!rc && json_array_size(list) < rows && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_id(o, "client", ct_col_int(row, "owner_id"));
		ct_put_text(o, "payer", ct_col_text(row, "payer"));
		put_ages(r, o, row);
		ct_put_text(o, "href_ui", ct_url(r, "/o/%s/balances/%lld", ct_path(r, "org"), (long long)ct_col_int(row, "owner_id")));
		add_up(r, totals, &n, row);
	}
	for (size_t t = 0; t < n; t++) {
		json_t *o = ct_add_object(sums);

		for (size_t i = 0; i < AGED; i++)
			put_sum(r, o, ages[i], totals[t].cents[i], totals[t].currency);
	}
	return rc;
}

int balances_page(struct ct_request *r, struct ct_error *e)
{
	const char *q = ct_in_text(r, "q"), *base = ct_url(r, "/o/%s/balances", ct_path(r, "org"));
	json_t *search;
	int rc = put_balances(r, q, ROWS, e);

	if (rc)
		return rc;
	search = ct_put_object(r->view, "search_ui");
	ct_put_text(search, "action", base);
	ct_put_text(search, "value", q ? q : "");
	ct_put_bool(r->view, "any_ui", json_array_size(json_object_get(r->view, "balances")) > 0);
	ct_put_bool(r->view, "searched_ui", q);
	ct_put_text(r->view, "openings_ui", ct_may(r, MAY_ISSUE, r->org) ? ct_url(r, "/o/%s/opening-balances", ct_path(r, "org")) : NULL);
	ct_put_text(r->view, "csv_ui", talloc_asprintf(r, "%s.csv?q=%s", base, q ? ct_url(r, "%s", q) : ""));
	return 0;
}

int balances_csv(struct ct_request *r, struct ct_error *e)
{
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	json_t *row;
	size_t i;
	int rc = put_balances(r, ct_in_text(r, "q"), MOST, e);

	if (rc)
		return rc;
	json_array_foreach(json_object_get(r->view, "balances"), i, row)
		ct_csv_row(csv, row);
	return ct_csv_end(r, csv, "balance-agee", e);
}

/* ---- the account of a client ---- */

static int put_documents(struct ct_request *r, int64_t owner, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "invoices");
	struct ct_result *row;
	int rc = ct_query(r, "account_documents", CT_ARGS(CT_NUM(owner), CT_NUM(owner)), &row, e);

	while (!rc && ct_next(row))
		document_row_put(r, ct_add_object(list), row, today_of(r));
	ct_put_bool(r->view, "any_invoices_ui", json_array_size(list) > 0);
	return rc;
}

static int put_payments(struct ct_request *r, int64_t owner, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "payments");
	struct ct_result *row;
	int rc = ct_query(r, "account_payments", CT_ARGS(CT_NUM(owner), CT_NUM(owner)), &row, e);

	while (!rc && ct_next(row))
		payment_put(r, ct_add_object(list), row, ct_path(r, "org"));
	ct_put_bool(r->view, "any_payments_ui", json_array_size(list) > 0);
	return rc;
}

/* The form that pays a credit back, of the issuer's currency. */
static void put_refund(struct ct_request *r, int64_t credit)
{
	json_t *current, *o;
	char day[CT_TIME_TEXT];

	ct_put_null(r->view, "refund_ui");
	if (credit <= 0 || !ct_may(r, MAY_ISSUE, r->org))
		return;
	current = own_json(r, json_object());
	ct_put_text(current, "amount", talloc_asprintf(r, "%lld,%02lld", (long long)(credit / 100), (long long)(credit % 100)));
	ct_put_text(current, "means", "transfer");
	ct_put_text(current, "received", ct_day_text(day, today_of(r)));
	o = ct_put_object(r->view, "refund_ui");
	ct_put_text(o, "action", ct_url(r, "/o/%s/balances/%lld/refund", ct_path(r, "org"), (long long)r->subject));
	ct_put_controls(r, o, "fields", refund_fields, current);
}

static int put_sums(struct ct_request *r, const struct ct_result *who, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "balances");
	struct ct_result *row;
	int64_t credit = 0;
	int rc = fetch(r, NULL, ct_col_int(who, "owner_id"), ROWS, &row, e);

	while (!rc && ct_next(row)) {
		put_ages(r, ct_add_object(list), row);
		if (!strcmp(ct_col_text(row, "currency"), ct_col_text(who, "currency")))
			credit = ct_col_int(row, "credit_cents");
	}
	put_refund(r, credit);
	return rc;
}

/* Hers too, and in no balance. */
static int put_guarantees(struct ct_request *r, const struct ct_result *who, struct ct_error *e)
{
	int64_t party = ct_col_int(who, "party_id");

	return guarantees_put(r, party ? talloc_asprintf(r, "[%lld]", (long long)party) : "[]", r->org, e);
}

int account_put(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *who;
	json_t *crumb;
	int64_t owner;
	int rc = document_at_home(r, e);

	if (rc || (rc = owner_of(r, r->subject, &who, e)))
		return rc;
	owner = ct_col_int(who, "owner_id");
	if ((rc = put_guarantees(r, who, e)) || (rc = put_sums(r, who, e)) ||
	    (rc = put_documents(r, owner, e)) || (rc = put_payments(r, owner, e)))
		return rc;
	ct_put_id(r->view, "client", owner);
	ct_put_text(r->view, "payer", ct_col_text(who, "payer"));
	needs_put(r, who);
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Who owes what"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/balances", ct_path(r, "org")));
	ct_put_text(r->view, "pay_ui", ct_may(r, MAY_ISSUE, r->org)
		    ? ct_url(r, "/o/%s/payments/new?client=%lld", ct_path(r, "org"), (long long)owner) : NULL);
	ct_put_text(r->view, "charges_ui", ct_url(r, "/o/%s/charges?client=%lld", ct_path(r, "org"), (long long)owner));
	return 0;
}

int account_page(struct ct_request *r, struct ct_error *e)
{
	return account_put(r, e);
}
