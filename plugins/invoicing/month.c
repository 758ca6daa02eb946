/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET and POST /o/{org}/invoices/month: all that clients owe for a month, looked at together and issued together. Each
 * document is a transaction of its own: what is refused does not hold back the others, and is a draft that says why.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "documents.h"
#include "letters.h"
#include "pages.h"

enum { CLIENTS = 200 };			/* of one run; the page says that there are more */

const struct ct_field month_fields[] = { { "month", N_("Month"), CT_DATE }, { 0 } };

const struct ct_field month_issue_fields[] = {
	{ "month", N_("Month"), CT_DATE, .required = true },
	{ "expected", N_("Clients and totals as shown"), CT_TEXT, .many = true, .max = 40 },
	{ "mail", N_("Send each by e-mail"), CT_BOOL },
	{ 0 }
};

const struct ct_view_field month_view[] = {
	{ "from_d", "date", NULL }, { "to_d", "date", NULL }, { "clients", "array", "who owes something for the month" },
	{ "clients.client", "id", NULL }, { "clients.payer", "text", NULL }, { "clients.lines", "integer", NULL },
	{ "clients.total", "money", "VAT included; of documents together" }, { "clients.expected", "text", "to be sent back: CLIENT:CENTS" },
	{ "clients.documents", "integer", "on how many it stands" },
	{ "clients.by_project", "boolean", "it wants an invoice for each project" },
	{ "clients.reverses", "boolean", "something billed is taken back: there will be a credit note" },
	{ "issued", "array", "what was issued" }, { "issued.id", "id", NULL }, { "issued.number", "text", NULL },
	{ "issued.total", "money", NULL }, { "issued.project", "text", "where its client wants an invoice for each" }, { "issued.mailed", "text", "address, or null" }, { "refused", "array", "what was not" }, { "refused.id", "id", "its draft, or null" },
	{ "refused.payer", "text", NULL }, { "refused.text", "text", "why" }, { 0 }
};

struct month { struct ct_day from, to; };

/* The month of a day, by default the one that is over. */
static struct month month_of(struct ct_request *r)
{
	struct ct_day day = ct_in_day(r, "month"), first;

	first = ct_day_month(ct_day_set(day) ? day : ct_day_add_months(ct_day_month(today_of(r)), -1));
	return (struct month){ first, ct_day_add(ct_day_add_months(first, 1), -1) };
}

/* What a client owes, added up as its documents will be: by VAT code, and by what may not stand together. */
struct owing {
	int64_t client, gross;
	const char *payer, *currency;
	size_t lines, documents;
	bool reverses, by_project;
	struct total_line *sums;
	size_t n;
};

static void end_client(struct ct_request *r, struct owing *o)
{
	struct totals t = totals_of(r, o->sums, o->n);

	o->gross += t.gross_cents;
	o->documents++;
	o->n = 0;
}

/* A row a client, sum and VAT code; of one client those that stand on one document follow each other. */
static int read_owing(struct ct_request *r, const struct month *m, const struct rules *rules, struct owing **list_r,
		      size_t *n_r, struct ct_error *e)
{
	struct ct_result *row;
	struct owing *list, *o = NULL;
	const char *heap = "";
	size_t n = 0;
	int rc = ct_query(r, "month_owing", CT_ARGS(CT_NUM(r->org), CT_DAY(m->from), CT_DAY(m->to)), &row, e);

	if (rc)
		return rc;
	list = talloc_zero_array(r, struct owing, ct_result_rows(row) + 1);
	while (ct_next(row)) {
		const struct vat *vat = rules_vat(rules, ct_col_text(row, "code"), m->to);
		const char *amounts = ct_col_text(row, "amounts");

		if (!o || o->client != ct_col_int(row, "client_id")) {
			if (o)
				end_client(r, o);
			o = &list[n++];
			*o = (struct owing){ .client = ct_col_int(row, "client_id"), .payer = ct_col_text(row, "payer"),
					     .currency = ct_col_text(row, "currency"),
					     .sums = talloc_array(r, struct total_line, ct_result_rows(row)) };
		} else if (strcmp(heap, ct_col_text(row, "heap")) != 0) {
			end_client(r, o);
		}
		heap = ct_col_text(row, "heap");
		o->lines += (size_t)ct_col_int(row, "lines_n");
		o->reverses = o->reverses || ct_col_int(row, "reverses");
		o->by_project = o->by_project || ct_col_int(row, "by_project");
		o->sums[o->n++] = (struct total_line){
			.amount_cents = ct_col_int(row, "amount_cents"), .category = vat ? vat->category : "?",
			.rate_bp = vat ? vat->rate_bp : 0,
			.basis = !strcmp(amounts, "include_vat")   ? CT_CHARGE_INCLUDES_VAT
				 : !strcmp(amounts, "exclude_vat") ? CT_CHARGE_EXCLUDES_VAT : CT_CHARGE_NO_VAT };
	}
	if (o)
		end_client(r, o);
	*list_r = list;
	*n_r = n;
	return 0;
}

static const char *month_name(struct ct_request *r, struct ct_day day)
{
	struct ct_civil c = ct_day_civil(day);

	return talloc_asprintf(r, "%s %d", ct_month_ui(c.month, r->lang), c.year);
}

static void put_step(struct ct_request *r, const char *key, struct ct_day day)
{
	json_t *o = ct_put_object(r->view, key);
	char text[CT_TIME_TEXT];

	ct_put_text(o, "link", ct_url(r, "/o/%s/invoices/month?month=%s", ct_path(r, "org"), ct_day_text(text, day)));
	ct_put_text(o, "label", month_name(r, day));
}

/* "3 documents, one per project"; NULL: it is one. */
static const char *several(struct ct_request *r, const struct owing *o)
{
	int n = (int)o->documents;
	const char *documents = talloc_asprintf(r, ngettext_("%d document", "%d documents", n), n);

	if (n < 2)
		return NULL;
	return o->by_project ? talloc_asprintf(r, _("%s, one per project"), documents) : documents;
}

static void put_owing(struct ct_request *r, const struct owing *list, size_t n)
{
	json_t *clients = ct_put_array(r->view, "clients");
	int64_t sum = 0;

	for (size_t i = 0; i < n && i < CLIENTS; i++) {
		json_t *o = ct_add_object(clients);

		ct_put_id(o, "client", list[i].client);
		ct_put_text(o, "id_ui", talloc_asprintf(r, "c%lld", (long long)list[i].client));
		ct_put_text(o, "payer", list[i].payer);
		ct_put_int(o, "lines", (int64_t)list[i].lines);
		ct_put_money(o, "total", list[i].gross, list[i].currency, r->lang);
		ct_put_bool(o, "reverses", list[i].reverses);
		ct_put_int(o, "documents", (int64_t)list[i].documents);
		ct_put_bool(o, "by_project", list[i].by_project);
		ct_put_text(o, "several_ui", several(r, &list[i]));
		ct_put_text(o, "expected", talloc_asprintf(r, "%lld:%lld", (long long)list[i].client, (long long)list[i].gross));
		sum += list[i].gross;
	}
	ct_put_bool(r->view, "any_ui", n > 0);
	ct_put_bool(r->view, "more_ui", n > CLIENTS);
	ct_put_text(r->view, "sum_ui", n ? ct_money_show(r, sum, list[0].currency, r->lang) : NULL);
}

int month_page(struct ct_request *r, struct ct_error *e)
{
	struct month m = month_of(r);
	struct owing *list;
	struct rules rules;
	char text[CT_TIME_TEXT];
	size_t n;
	int rc;

	if ((rc = rules_load(r, today_of(r), &rules, e)) || (rc = read_owing(r, &m, &rules, &list, &n, e)))
		return rc;
	ct_put_day(r->view, "from", m.from, r->lang);
	ct_put_day(r->view, "to", m.to, r->lang);
	put_owing(r, list, n);
	ct_put_array(r->view, "issued");
	ct_put_array(r->view, "refused");
	ct_put_bool(r->view, "done_ui", false);
	ct_put_bool(r->view, "any_refused_ui", false);
	ct_put_text(r->view, "month_ui", month_name(r, m.from));
	ct_put_text(r->view, "month_d_ui", ct_day_text(text, m.from));
	put_step(r, "prev_ui", ct_day_add_months(m.from, -1));
	put_step(r, "next_ui", ct_day_add_months(m.from, 1));
	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/invoices/month", ct_path(r, "org")));
	ct_put_bool(r->view, "may_issue_ui", ct_may(r, MAY_ISSUE, r->org));
	return 0;
}

/* ---- issuing it ---- */

struct run {
	struct month month;
	const struct ct_pdf_image *logo;
	int64_t client, document, total;
	int64_t *ids;
	size_t n;
	bool mail, mailed;
};

static int make(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct run *run = arg;

	return draft_make(r, run->client, run->month.from, run->month.to, &run->ids, &run->n, e);
}

static int issue(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct run *run = arg;

	struct letter l;
	int rc = issue_document(r, run->document, run->total, run->logo, e);

	run->mailed = false;
	if (rc || !run->mail || (rc = letter_load(r, run->document, &l, e)) || !l.email)
		return rc;
	run->mailed = true;
	return letter_send(r, &l, 0, e);
}

static void refuse(struct ct_request *r, int64_t document, const char *payer, const char *why)
{
	json_t *o = ct_add_object(json_object_get(r->view, "refused"));

	ct_put_id(o, "id", document);
	ct_put_text(o, "payer", payer);
	ct_put_text(o, "text", why);
	ct_put_text(o, "href_ui", document ? ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)document) : NULL);
}

/* The drafts were just made of what was looked at; each is issued at what it comes to. */
static int issue_one(struct ct_request *r, struct run *run, const struct rules *rules, struct ct_error *e)
{
	struct ct_error why;
	struct bill b;
	json_t *o;
	int rc = bill_load(r, run->document, today_of(r), rules, &b, e);

	if (rc)
		return rc;
	run->total = b.totals.gross_cents;
	rc = ct_transaction(r, issue, run, &why);
	if (rc == CT_CONFLICT || rc == CT_INVALID || rc == CT_TOO_LARGE) {
		refuse(r, run->document, b.payer, why.text);
		return 0;
	}
	if (rc) {
		*e = why;
		return rc;
	}
	if ((rc = bill_load(r, run->document, today_of(r), rules, &b, e)))
		return rc;
	o = ct_add_object(json_object_get(r->view, "issued"));
	ct_put_id(o, "id", b.id);
	ct_put_text(o, "number", b.number);
	ct_put_text(o, "payer_ui", b.payer);
	ct_put_text(o, "project", b.by_project ? b.project : NULL);
	ct_put_text(o, "mailed", run->mailed ? b.email : NULL);
	ct_put_bool(o, "unmailed_ui", run->mail && !run->mailed);
	ct_put_money(o, "total", run->total, b.currency, r->lang);
	ct_put_text(o, "href_ui", ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)b.id));
	return 0;
}

static int bill_client(struct ct_request *r, struct run *run, const struct owing *o, const struct rules *rules,
		       struct ct_error *e)
{
	struct ct_error why;
	int rc;

	run->client = o->client;
	rc = ct_transaction(r, make, run, &why);
	if (rc == CT_CONFLICT || rc == CT_TOO_LARGE) {
		refuse(r, 0, o->payer, why.text);
		return 0;
	}
	if (rc) {
		*e = why;
		return rc;
	}
	for (size_t i = 0; i < run->n && !rc; i++) {
		run->document = run->ids[i];
		rc = issue_one(r, run, rules, e);
	}
	return rc;
}

/* Whether the client was chosen, and the total that was shown of it: below 0 where there is only a credit. */
static bool shown(struct ct_request *r, int64_t client, int64_t *cents_r)
{
	const struct ct_value *v = ct_in(r, "expected");

	for (size_t i = 0; i < v->many; i++) {
		char *end;

		if (strtoll(v->each[i].text, &end, 10) != client || *end != ':')
			continue;
		*cents_r = strtoll(end + 1, NULL, 10);
		return true;
	}
	return false;
}

int month_issue(struct ct_request *r, struct ct_error *e)
{
	struct run run = { .month = month_of(r), .mail = ct_in_int(r, "mail") };
	struct owing *list;
	struct rules rules;
	size_t n;
	int rc;

	if ((rc = rules_load(r, today_of(r), &rules, e)) || (rc = read_owing(r, &run.month, &rules, &list, &n, e)) ||
	    (rc = issue_logo(r, r->org, &run.logo, e)) || (rc = month_page(r, e)))
		return rc;
	for (size_t i = 0; i < n && !rc; i++) {
		int64_t expected;

		if (!shown(r, list[i].client, &expected))
			continue;
		if (expected != list[i].gross)
			refuse(r, 0, list[i].payer, _("What is owed has just changed. Please look again."));
		else
			rc = bill_client(r, &run, &list[i], &rules, e);
	}
	if (rc || (rc = read_owing(r, &run.month, &rules, &list, &n, e)))
		return rc;
	put_owing(r, list, n);
	ct_put_bool(r->view, "done_ui", true);
	ct_put_bool(r->view, "any_refused_ui", json_array_size(json_object_get(r->view, "refused")) > 0);
	return 0;
}
