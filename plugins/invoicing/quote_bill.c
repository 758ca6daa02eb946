/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a quote: the client's answer, deposits, and its invoice. */
#include <string.h>
#include <talloc.h>

#include "client.h"
#include "quote.h"

enum { WHOLE = 10000, UNIT_PER_CENT = 100 };

/* ---- the answer ---- */

const struct ct_field quote_accept_fields[] = {
	{ "accepted", N_("Accepted on"), CT_DATE, .required = true },
	{ "accepted_by", N_("By whom"), CT_TEXT, .required = true, .max = 120, .help = N_("Who signed for the client.") },
	{ 0 }
};

int quote_answer(struct ct_request *r, int64_t id, const struct quote_answer *a, struct ct_error *e)
{
	json_t *after;
	int64_t count;
	int rc = ct_exec_count(r, "quote_answer", CT_ARGS(CT_STR(a->state), CT_DAY(a->day), CT_STR(a->by), CT_NUM(id),
			       CT_STR(!strcmp(a->state, "accepted") ? "refused" : "accepted")), &count, e);

	if (rc)
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, "%s", _("This quote waits for no answer: it was not sent, was answered so already, or is billed."));
	after = json_object();
	ct_put_text(after, "state", a->state);
	ct_put_text(after, "by", a->by);
	return ct_audit(r, "quote", id, "answer", NULL, after, e);
}

static int store_answer(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct quote_answer *a = arg;
	struct ct_result *deposits;
	int rc = quote_answer(r, r->subject, a, e);

	if (rc || !strcmp(a->state, "accepted") || (rc = ct_query(r, "deposit_live", CT_ARGS(CT_NUM(r->subject)), &deposits, e)))
		return rc;
	return ct_result_rows(deposits) ? ct_fail(e, CT_CONFLICT, "%s", _("A deposit of this quote was asked for: delete or credit it first.")) : 0;
}

static int answer(struct ct_request *r, struct quote_answer *a, const char *notice, struct ct_error *e)
{
	int rc = ct_transaction(r, store_answer, a, e);

	if (rc || (rc = quote_put(r, e)))
		return rc;
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, quote_link(r, r->subject, NULL));
	return 0;
}

static int load(struct ct_request *r, struct quote *q, struct ct_error *e)
{
	struct rules rules;
	int rc = rules_load(r, today_of(r), &rules, e);

	return rc ? rc : quote_load(r, r->subject, today_of(r), &rules, q, e);
}

/* What counts is the day on which the client said so, not the one on which it is written down. */
int quote_accept(struct ct_request *r, struct ct_error *e)
{
	struct quote_answer a = { "accepted", ct_in_text(r, "accepted_by"), ct_in_day(r, "accepted") };
	struct quote q;
	int rc = document_at_home(r, e);

	if (rc || (rc = load(r, &q, e)))
		return rc;
	if (a.day.n > today_of(r).n)
		return ct_fail_field(e, "accepted", "%s", _("This day has not come yet."));
	if (q.bill.number && a.day.n < q.bill.issued.n)
		return ct_fail_field(e, "accepted", "%s", _("This is before the quote was sent."));
	if (a.day.n > q.valid.n)
		return ct_fail_field(e, "accepted", "%s", _("The quote had lapsed by then: please make another one."));
	return answer(r, &a, _("The quote is accepted: ask for a deposit, or prepare its invoice."), e);
}

int quote_refuse(struct ct_request *r, struct ct_error *e)
{
	struct quote_answer a = { "refused", NULL, today_of(r) };
	int rc = document_at_home(r, e);

	return rc ? rc : answer(r, &a, _("It is written down that the client refused."), e);
}

/* ---- what is left of it ---- */

static size_t code_at(struct remainder *m, const char *code)
{
	size_t c = 0;

	while (c < m->n && strcmp(m->codes[c], code) != 0)
		c++;
	if (c == m->n)
		m->codes[m->n++] = code;
	return c;
}

/* What the lines of a VAT code come to: an exempt quote has one code, so that codes are groups. */
static int64_t gross_of(struct ct_request *r, const struct quote *q, const char *code)
{
	struct total_line *lines = talloc_array(r, struct total_line, q->bill.n);
	size_t n = 0;

	for (size_t k = 0; k < q->bill.n; k++)
		if (!strcmp(q->bill.lines[k].vat_code, code))
			lines[n++] = q->bill.sums[k];
	return totals_of(lines, lines, n).gross_cents;
}

int quote_remainder(struct ct_request *r, const struct quote *q, struct remainder *m, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "deposit_live", CT_ARGS(CT_NUM(q->bill.id)), &row, e);

	if (rc)
		return rc;
	*m = (struct remainder){ .codes = talloc_array(r, const char *, q->bill.n + 1),
				 .gross = talloc_array(r, int64_t, q->bill.n + 1), .issued = true };
	for (size_t k = 0; k < q->bill.n; k++)
		code_at(m, q->bill.lines[k].vat_code);
	for (size_t c = 0; c < m->n; c++) {
		m->gross[c] = gross_of(r, q, m->codes[c]);
		m->whole += m->gross[c];
	}
	while (ct_next(row)) {
		m->gross[code_at(m, ct_col_text(row, "code"))] -= ct_col_int(row, "asked_cents");
		m->asked = true;
		m->issued = m->issued && ct_col_int(row, "issued");
	}
	return 0;
}

/* ---- charges of it, on a draft ---- */

struct billing {
	struct quote q;
	struct remainder left;
	int64_t client, draft;
	const char *word;		/* "Acompte", as papers have it */
};

/* Guard rows: the quote's was raised by the caller; then its source, then the client. */
static int begin(struct ct_request *r, struct billing *b, struct ct_error *e)
{
	struct ct_payer who = { .party = 0 };
	const char *title, *before;
	char day[CT_TIME_UI];
	int rc = load(r, &b->q, e);

	if (rc)
		return rc;
	who.party = b->q.bill.party;
	before = ct_speak(r, "fr");
	title = talloc_asprintf(r, _("Quote %s of %s: %s"), b->q.bill.number, ct_day_ui(day, b->q.bill.issued, "fr"), b->q.title);
	b->word = talloc_strdup(r, _("Deposit"));
	ct_speak(r, before);
	if ((rc = ct_exec(r, "source_put", CT_ARGS(CT_NUM(r->org), CT_STR("invoicing.quote"), CT_NUM(r->subject), CT_STR(title)), e)) ||
	    (rc = client_get(r, r->org, &who, 0, &b->client, e)) || (rc = clients_lock(r, &b->client, 1, e)))
		return rc;
	return quote_remainder(r, &b->q, &b->left, e);
}

static int add_draft(struct ct_request *r, struct billing *b, const char *type, struct ct_error *e)
{
	const struct bill *bill = &b->q.bill;
	json_t *after;
	int rc = ct_insert(r, "draft_add", CT_ARGS(CT_NUM(r->org), CT_NUM(b->client), CT_ID(bill->project_id), CT_STR(type), CT_STR(bill->currency),
		CT_STR(bill->order_ref), CT_STR(bill->payer), CT_ID(r->person)), &b->draft, e);

	if (rc || (rc = ct_exec(r, "draft_details", CT_ARGS(CT_STR(bill->address), CT_STR(bill->order_ref), CT_NULL,
							  CT_ID(bill->project_id), CT_NUM(b->draft)), e)))
		return rc;
	after = json_object();
	ct_put_text(after, "payer", bill->payer);
	ct_put_text(after, "quote", bill->number);
	return ct_audit(r, "document", b->draft, "create", NULL, after, e);
}

static int finish(struct ct_request *r, const struct billing *b, const char *action, int64_t cents, struct ct_error *e)
{
	json_t *after = json_object();

	ct_put_int(after, "draft", b->draft);
	ct_put_int(after, "total_cents", cents);
	return ct_audit(r, "quote", r->subject, action, NULL, after, e);
}

static int go_to_draft(struct ct_request *r, const struct billing *b, const char *notice)
{
	ct_put_id(r->view, "id", r->subject);
	ct_put_id(r->view, "draft", b->draft);
	ct_notice(r, "%s", notice);
	ct_redirect(r, 201, ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)b->draft));
	return 0;
}

/* ---- POST /o/{org}/quotes/{id}/invoice ---- */

static int bill_it(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct billing *b = arg;
	int64_t count;
	int rc = ct_exec_count(r, "quote_billed", CT_ARGS(CT_UTC(r->now), CT_NUM(r->subject)), &count, e);

	if (rc)
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, "%s", _("Only a quote that was accepted is billed, and only once."));
	if ((rc = begin(r, b, e)))
		return rc;
	if (!b->left.issued)
		return ct_fail(e, CT_CONFLICT, "%s", _("A deposit on this quote is still a draft: please issue or delete it first."));
	if ((rc = add_draft(r, b, "invoice", e)) ||
	    (rc = ct_exec(r, "quote_charges", CT_ARGS(CT_NUM(b->client), CT_NUM(b->draft), CT_NUM(r->subject)), e)) ||
	    (rc = ct_exec(r, "quote_deductions", CT_ARGS(CT_NUM(b->client), CT_STR(b->word), CT_NUM(b->draft), CT_NUM(r->subject)), e)))
		return rc;
	return finish(r, b, "bill", b->left.whole, e);
}

int quote_invoice(struct ct_request *r, struct ct_error *e)
{
	struct billing b = { .draft = 0 };
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, bill_it, &b, e)))
		return rc;
	return go_to_draft(r, &b, _("The invoice is prepared. Please look at it before you issue it."));
}

/* ---- POST /o/{org}/quotes/{id}/deposit ---- */

const struct ct_field quote_deposit_fields[] = {
	{ "share", N_("Share of the quote"), CT_RATE, .min = 1, .max = WHOLE, .help = N_("“30 %”; VAT is in it.") },
	{ "amount", N_("Or an amount, VAT included"), CT_MONEY, .min = 1, .max = INT64_MAX },
	{ 0 }
};

/* What is asked for: less than what is left, so that the invoice has something to say. */
static int amount_of(struct ct_request *r, const struct remainder *m, int64_t *cents_r, struct ct_error *e)
{
	bool share = ct_in_set(r, "share");
	int64_t left = 0, cents = share ? (m->whole * ct_in_int(r, "share") + WHOLE / 2) / WHOLE : ct_in_int(r, "amount");

	for (size_t c = 0; c < m->n; c++)
		left += m->gross[c];
	if (cents < 1)
		return ct_fail_field(e, share ? "share" : "amount", "%s", _("This does not come to a cent."));
	if (cents >= left)
		return ct_fail_field(e, share ? "share" : "amount", _("%s of this quote are not asked for yet, and a deposit has to be less: the invoice takes the rest."),
				     ct_money_show(r, left, "EUR", r->lang));
	*cents_r = cents;
	return 0;
}

static const char *rate_label(const struct quote *q, const char *code, bool *taxed_r)
{
	for (size_t k = 0; k < q->bill.n; k++)
		if (!strcmp(q->bill.lines[k].vat_code, code) && q->bill.lines[k].vat) {
			*taxed_r = !strcmp(q->bill.lines[k].vat->category, "S");
			return q->bill.lines[k].vat->label;
		}
	*taxed_r = false;
	return code;
}

static const char *label_of(struct ct_request *r, const struct billing *b, const char *rate)
{
	const char *before = ct_speak(r, "fr"), *text;
	char day[CT_TIME_UI];

	ct_day_ui(day, b->q.bill.issued, "fr");
	if (ct_in_set(r, "share"))
		text = talloc_asprintf(r, _("Deposit of %s on quote %s of %s"), ct_rate_show(r, ct_in_int(r, "share"), "fr"),
				       b->q.bill.number, day);
	else
		text = talloc_asprintf(r, _("Deposit on quote %s of %s"), b->q.bill.number, day);
	ct_speak(r, before);
	return b->left.n > 1 ? talloc_asprintf(r, "%s, %s", text, rate) : text;
}

static int add_parts(struct ct_request *r, const struct billing *b, int64_t cents, struct ct_error *e)
{
	int64_t *parts = talloc_array(r, int64_t, b->left.n);
	int rc = 0;

	totals_spread(cents, b->left.gross, b->left.n, parts);
	for (size_t c = 0; c < b->left.n && !rc; c++) {
		bool taxed;
		const char *rate = rate_label(&b->q, b->left.codes[c], &taxed);

		if (parts[c])
			rc = ct_exec(r, "deposit_charge", CT_ARGS(CT_NUM(r->org), CT_NUM(b->client), CT_NUM(r->subject), CT_NUM(b->draft),
				CT_STR(b->left.codes[c]), CT_STR(label_of(r, b, rate)),
				CT_NUM(parts[c] * UNIT_PER_CENT), CT_NUM(parts[c]), CT_STR(taxed ? "include_vat" : "no_vat"), CT_STR(b->q.bill.currency), CT_STR(b->left.codes[c]),
				CT_STR(b->q.bill.order_ref), CT_ID(b->q.bill.project_id), CT_NUM(b->draft)), e);
	}
	return rc;
}

static int ask(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct billing *b = arg;
	int64_t count, cents = 0;
	int rc = ct_exec_count(r, "quote_guard", CT_ARGS(CT_NUM(r->subject)), &count, e);

	if (rc)
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, "%s", _("A deposit is asked for once the quote is accepted, and before it is billed."));
	if ((rc = begin(r, b, e)) || (rc = amount_of(r, &b->left, &cents, e)) || (rc = add_draft(r, b, "advance", e)) ||
	    (rc = add_parts(r, b, cents, e)))
		return rc;
	return finish(r, b, "deposit", cents, e);
}

int quote_deposit(struct ct_request *r, struct ct_error *e)
{
	struct billing b = { .draft = 0 };
	int rc = document_at_home(r, e);

	if (rc)
		return rc;
	if (ct_in_set(r, "share") == ct_in_set(r, "amount"))
		return ct_fail_field(e, "share", "%s", _("Say a share or an amount, one of the two."));
	if ((rc = ct_transaction(r, ask, &b, e)))
		return rc;
	return go_to_draft(r, &b, _("The advance invoice is prepared. Please look at it before you issue it."));
}
