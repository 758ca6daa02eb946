/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET and POST /o/{org}/invoices/{id}/credit: which lines of what was issued are taken back, why, and whether they
 * are to be billed again. Looking at what that comes to is posted too: what somebody types stands in no address, and so
 * in no log. Nothing is stored before the credit note is issued: it is made, and gets its number, in one transaction.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "credit.h"
#include "pages.h"

const struct ct_field credit_fields[] = {
	{ "reason", N_("Reason"), CT_TEXT, .required = true, .max = 200, .help = N_("Stands on the credit note: “Réunion annulée”.") },
	{ "again", N_("Bill these lines again: they are owed, but were billed wrongly"), CT_BOOL },
	{ "charge", N_("Lines"), CT_INT, .many = true, .min = 1, .max = INT64_MAX },
	{ "expected_total", N_("Total as shown"), CT_MONEY, .min = 1, .max = INT64_MAX },
	{ "chosen", N_("Lines were chosen: without any it is none, and not all"), CT_BOOL },
	{ "preview", N_("Only show what it comes to"), CT_BOOL },
	{ 0 }
};

const struct ct_view_field credit_view[] = {
	{ "id", "id", NULL }, { "number", "text", "of what is credited" }, { "payer", "text", NULL },
	{ "lines", "array", "what can still be credited" }, { "lines.charge", "id", NULL }, { "lines.title", "text", NULL },
	{ "lines.label", "text", NULL }, { "lines.net", "money", NULL }, { "lines.chosen", "boolean", NULL },
	{ "total", "money", "of the chosen ones" }, { "credit", "id", "the credit note that was issued" }, { 0 }
};

/* The keys that were chosen, as members; NULL: all. */
static json_t *chosen_of(struct ct_request *r)
{
	const struct ct_value *v = ct_in(r, "charge");
	json_t *keys;

	if (!v->many && !ct_in_int(r, "chosen"))
		return NULL;
	keys = own_json(r, json_object());
	for (size_t i = 0; i < v->many; i++)
		ct_put_bool(keys, talloc_asprintf(r, "%lld", (long long)v->each[i].i), true);
	return keys;
}

struct credit {
	struct bill b;			/* of the original's head; its lines are those that are credited */
	struct rules rules;
	struct ct_result *lines;
	bool advance;			/* it is one that is credited */
};

/* What the chosen lines come to, as a credit note on the document. */
static int load(struct ct_request *r, const json_t *chosen, struct credit *c, struct ct_error *e)
{
	int rc;

	if ((rc = rules_load(r, today_of(r), &c->rules, e)) ||
	    (rc = bill_load(r, r->subject, today_of(r), &c->rules, &c->b, e)))
		return rc;
	if (!strcmp(c->b.type, "opening"))
		return ct_fail(e, CT_CONFLICT, "%s", _("A balance carried over is no invoice: it is taken back as a whole, on its page."));
	if (strcmp(c->b.state, "issued") != 0 || !strcmp(c->b.type, "credit"))
		return ct_fail(e, CT_CONFLICT, "%s", _("Only what was issued, and is no credit note itself, can be credited."));
	c->advance = !strcmp(c->b.type, "advance");
	c->b.credits = c->b.id;
	c->b.credits_number = c->b.number;
	c->b.credits_issued = c->b.issued;
	c->b.type = "credit";
	if ((rc = ct_query(r, "credit_lines", CT_ARGS(CT_NUM(c->b.id)), &c->lines, e)))
		return rc;
	return bill_lines(r, &c->b, c->lines, &c->rules, c->b.issued, 1, chosen, e);
}

/* Deposits are deducted from the whole: a deduction goes with all that is left, or by a credit note on the deposit. */
static bool cuts_deduction(const struct credit *c)
{
	return c->b.n_deductions > 0 && c->b.n < ct_result_rows(c->lines);
}

static const char *cut_text(void)
{
	return _("A deduction is credited with all that is left of the invoice. To take back the deposit itself, credit its advance invoice.");
}

static void put_lines(struct ct_request *r, const struct credit *all, const json_t *chosen)
{
	json_t *list = ct_put_array(r->view, "lines");

	for (size_t k = 0; k < all->b.n; k++) {
		const struct bill_line *l = &all->b.lines[k];
		json_t *o = ct_add_object(list);
		const char *key = talloc_asprintf(r, "%lld", (long long)l->charge);

		ct_put_text(o, "charge", key);
		ct_put_text(o, "id_ui", talloc_asprintf(r, "l%s", key));
		ct_put_text(o, "title", l->title);
		ct_put_text(o, "label", l->label);
		ct_put_money(o, "net", all->b.sums[k].net_cents, all->b.currency, r->lang);
		ct_put_bool(o, "chosen", !chosen || json_object_get(chosen, key));
	}
}

/* What was asked for: nothing yet, or what is on the form. */
struct asked {
	json_t *chosen;			/* NULL: all lines */
	const char *reason;
	bool again, look;		/* look: what it comes to is wanted */
};

static struct asked asked(struct ct_request *r)
{
	return (struct asked){ chosen_of(r), ct_in_text(r, "reason"), ct_in_int(r, "again"), ct_in_int(r, "preview") };
}

static void put_issue(struct ct_request *r, const struct bill *b, const struct asked *a)
{
	json_t *o = ct_put_object(r->view, "issue_ui"), *hidden = ct_put_array(o, "charges");
	int64_t cents = b->totals.gross_cents;

	for (size_t k = 0; k < b->n; k++)
		ct_put_text(ct_add_object(hidden), "value", talloc_asprintf(r, "%lld", (long long)b->lines[k].charge));
	ct_put_text(o, "reason", a->reason);
	ct_put_bool(o, "again", a->again);
	ct_put_text(o, "expected", talloc_asprintf(r, "%lld,%02lld", (long long)(cents / 100), (long long)(cents % 100)));
	ct_put_text(o, "button", talloc_asprintf(r, _("Issue the credit note – %s"), ct_money_show(r, cents, b->currency, r->lang)));
}

static int put(struct ct_request *r, const struct asked *a, struct ct_error *e)
{
	struct credit all = { .lines = NULL }, some = { .lines = NULL };
	struct ct_field shown[] = { credit_fields[0], credit_fields[1], { 0 } };
	json_t *current = own_json(r, json_object()), *crumb;
	struct ct_error why = { 0 };
	int rc;

	if ((rc = load(r, NULL, &all, e)) || (rc = load(r, a->chosen, &some, e)))
		return rc;
	rc = some.b.n ? credit_fit(r, &some.b, &why) : 0;
	if (rc && rc != CT_CONFLICT) {
		*e = why;
		return rc;
	}
	ct_put_id(r->view, "id", all.b.id);
	ct_put_text(r->view, "number", all.b.number);
	ct_put_text(r->view, "payer", all.b.payer);
	put_lines(r, &all, a->chosen);
	ct_put_bool(r->view, "any_ui", all.b.n > 0);
	ct_put_money(r->view, "total", some.b.totals.gross_cents, all.b.currency, r->lang);
	ct_put_null(r->view, "credit");
	ct_put_text(r->view, "trouble_ui", rc ? why.text : !a->look ? NULL : !some.b.n ? _("Choose at least one line.")
		    : cuts_deduction(&some) ? cut_text()
		    : some.b.totals.gross_cents <= 0 ? _("Together these lines come to nothing that could be credited.") : NULL);
	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/invoices/%lld/credit", ct_path(r, "org"), (long long)r->subject));
	ct_put_text(current, "reason", a->reason);
	ct_put_text(current, "again", a->again ? "1" : NULL);
	if (all.advance)
		shown[1] = (struct ct_field){ 0 };
	ct_put_controls(r, r->view, "fields_ui", shown, current);
	ct_put_null(r->view, "issue_ui");
	if (a->look && json_is_null(json_object_get(r->view, "trouble_ui")))
		put_issue(r, &some.b, a);
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", all.b.number);
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject));
	ct_put_text(r->view, "heading_ui", talloc_asprintf(r, _("Credit note on %s"), all.b.number));
	return 0;
}

int credit_page(struct ct_request *r, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	return rc ? rc : put(r, &(struct asked){ .chosen = NULL }, e);
}

/* After a refused POST: as it was chosen. */
int credit_form(struct ct_request *r, struct ct_error *e)
{
	struct asked a = asked(r);

	a.look = false;
	return put(r, &a, e);
}

/* ---- issuing it ---- */

static int already(struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, "%s", _("One of these lines has been credited already. Please look again."));
}

/* What is credited of a deposit is not deducted any more: from nothing that is to be billed, nor from what was. */
static int take_back_deductions(struct ct_request *r, const struct credit_wish *w, struct ct_error *e)
{
	const char *before = ct_speak(r, "fr"), *words = talloc_asprintf(r, "%s ", _("Taken back:"));
	int rc = ct_exec(r, "deductions_drop", CT_ARGS(CT_STR(w->keys)), e);

	ct_speak(r, before);
	return rc ? rc : ct_exec(r, "deductions_back", CT_ARGS(CT_STR(words), CT_STR(w->keys)), e);
}

static int make(struct ct_request *r, struct credit_wish *w, struct ct_error *e)
{
	int64_t copied;
	int rc = ct_exec(r, "credit_sources", CT_ARGS(CT_STR(w->keys)), e);

	if (rc || (rc = client_guard_of(r, w->document, e)) ||
	    (rc = ct_exec(r, "credit_guard", CT_ARGS(CT_NUM(w->document)), e)) ||
	    (rc = ct_insert(r, "credit_add", CT_ARGS(CT_STR(w->reason), CT_ID(r->person), CT_NUM(w->document)), &w->credit, e)) ||
	    (rc = ct_exec(r, "draft_link", CT_ARGS(CT_NUM(w->credit), CT_NUM(w->document)), e)))
		return rc;
	rc = ct_exec_count(r, "credit_reverse", CT_ARGS(CT_NUM(!w->again), CT_NUM(w->credit), CT_NUM(w->document),
							CT_STR(w->keys)), &copied, e);
	if (rc == CT_CONFLICT)
		return already(e);
	if (rc || (size_t)copied != w->n)
		return rc ? rc : already(e);
	if ((w->advance && (rc = take_back_deductions(r, w, e))) ||
	    (rc = ct_exec(r, "deductions_even", CT_ARGS(CT_STR(w->keys)), e)))
		return rc;
	return w->again ? ct_exec(r, "credit_again", CT_ARGS(CT_NUM(0), CT_NUM(w->document), CT_STR(w->keys)), e) : 0;
}

int credit_issue(struct ct_request *r, struct credit_wish *w, struct ct_error *e)
{
	int rc = make(r, w, e);

	return rc ? rc : issue_document(r, w->credit, w->total, w->logo, e);
}

static int issue(struct ct_request *r, void *arg, struct ct_error *e)
{
	return credit_issue(r, arg, e);
}

int credit_post(struct ct_request *r, struct ct_error *e)
{
	struct asked a = asked(r);
	struct credit_wish i = { .document = r->subject, .total = ct_in_int(r, "expected_total"), .reason = a.reason,
				 .again = a.again };
	struct credit c = { .lines = NULL };
	json_t *keys = own_json(r, json_array());
	int rc = document_at_home(r, e);

	if (rc || a.look)
		return rc ? rc : put(r, &a, e);
	if ((rc = load(r, a.chosen, &c, e)))
		return rc;
	if (!c.b.n)
		return ct_fail(e, CT_CONFLICT, "%s", _("There is nothing left on it to credit."));
	if (cuts_deduction(&c))
		return ct_fail_field(e, "charge", "%s", cut_text());
	if (!i.total)
		return ct_fail_field(e, "expected_total", "%s", _("Say which total you saw: this cannot be undone."));
	i.advance = c.advance;
	if (i.advance && i.again)
		return ct_fail_field(e, "again", "%s", _("Ask for another deposit on its quote instead."));
	for (size_t k = 0; k < c.b.n; k++)
		ct_add_int(keys, c.b.lines[k].charge);
	i.n = c.b.n;
	i.keys = json_dumps(keys, JSON_COMPACT);
	rc = issue_logo(r, r->org, &i.logo, e);
	if (!rc)
		rc = ct_transaction(r, issue, &i, e);
	free(i.keys);
	if (rc)
		return rc;
	ct_put_id(r->view, "id", i.credit);
	ct_put_id(r->view, "credit", i.credit);
	ct_notice(r, "%s", a.again ? _("The credit note is issued, and its lines can be billed again.") : _("The credit note is issued."));
	ct_redirect(r, 201, ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)i.credit));
	return 0;
}
