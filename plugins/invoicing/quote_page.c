/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A quote: what it says, and what can be done with it in its state; and its PDF. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/pdf.h>

#include "line.h"
#include "project.h"
#include "quote.h"

const struct ct_view_field quote_view[] = {
	{ "id", "id", NULL }, { "uid", "text", NULL }, { "number", "text", "null: a draft" }, { "title", "text", NULL },
	{ "state", "text", "draft, sent, lapsed, accepted, or refused" }, { "billed", "boolean", NULL }, { "payer", "text", NULL },
	{ "party", "id", NULL }, { "sent_d", "date", NULL }, { "valid_d", "date", NULL }, { "answered_d", "date", NULL },
	{ "answered_by", "text", NULL }, { "order_ref", "text", NULL },
	{ "lines", "array", NULL }, { "lines.charge", "id", "the line" }, { "lines.title", "text", NULL }, { "lines.label", "text", NULL },
	{ "lines.note", "text", NULL }, { "lines.quantity", "integer", "in 1/10 000" },
	{ "lines.unit_net", "integer", "without VAT, in 1/10 000 of the currency" }, { "lines.category", "text", "VAT: UNCL5305" },
	{ "lines.rate_bp", "integer", NULL }, { "lines.net", "money", "without VAT" },
	{ "vat", "array", "by category and rate" }, { "vat.label", "text", NULL }, { "vat.category", "text", NULL },
	{ "vat.rate_bp", "integer", NULL }, { "vat.base", "money", NULL }, { "vat.tax", "money", NULL },
	{ "net", "money", NULL }, { "tax", "money", NULL }, { "rounding", "money", NULL }, { "total", "money", NULL },
	{ "whole", "money", NULL }, { "deducts", "array", "none" }, { "mentions", "array", NULL },
	{ "left", "money", "not asked for by a deposit yet" },
	{ "documents", "array", "invoices and credit notes of it" }, { "documents.id", "id", NULL }, { "documents.number", "text", NULL },
	{ "documents.type", "text", NULL }, { "documents.state", "text", NULL }, { "documents.issued_d", "date", NULL },
	{ "documents.total", "money", "null: a draft" },
	{ "obstacles", "array", "what keeps a draft from being sent" }, { "obstacles.text", "text", NULL },
	{ "obstacles.href", "text", "where it is mended, or null" }, { "draft", "id", "the draft that was prepared" },
	{ 0 }
};

struct seen {
	struct quote q;
	struct issuer issuer;
	struct ct_address payer;
	struct rules rules;
	json_t *sheet;
	bool draft;
};

static int look(struct ct_request *r, struct seen *s, struct ct_error *e)
{
	struct ct_day today = today_of(r);
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = rules_load(r, today, &s->rules, e)) ||
	    (rc = quote_load(r, r->subject, today, &s->rules, &s->q, e)))
		return rc;
	s->draft = !strcmp(s->q.state, "draft");
	if (!s->draft) {
		s->sheet = own_json(r, json_loads(s->q.frozen, 0, NULL));
		return 0;
	}
	if ((rc = issuer_load(r, r->org, today, &s->issuer, e)) ||
	    (rc = ct_party_address(r, s->q.bill.party, &s->payer, e)))
		return rc;
	s->sheet = sheet_make(r, &s->q.bill, &s->issuer, &s->payer, &s->rules, NULL, today, s->q.valid);
	return 0;
}

static void put_head(struct ct_request *r, const struct quote *q)
{
	const struct bill *b = &q->bill;
	json_t *crumb;

	ct_put_id(r->view, "id", b->id);
	ct_put_text(r->view, "uid", b->uid);
	ct_put_text(r->view, "number", b->number);
	ct_put_text(r->view, "title", q->title);
	ct_put_text(r->view, "state", q->state);
	ct_put_text(r->view, "state_ui", quote_state_word(q->state, q->billed));
	ct_put_bool(r->view, "billed", q->billed);
	ct_put_text(r->view, "payer", b->payer);
	ct_put_id(r->view, "party", b->party);
	ct_put_text(r->view, "order_ref", b->order_ref);
	ct_put_day(r->view, "sent", b->issued, r->lang);
	ct_put_day(r->view, "valid", q->valid, r->lang);
	ct_put_day(r->view, "answered", q->answered, r->lang);
	ct_put_text(r->view, "answered_by", q->answered_by);
	ct_put_text(r->view, "heading_ui", b->number ? talloc_asprintf(r, "%s %s", _("Quote"), b->number)
		    : talloc_asprintf(r, _("%s (draft)"), _("Quote")));
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Quotes"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/quotes", ct_path(r, "org")));
}

static void put_documents(struct ct_request *r, struct ct_result *row)
{
	json_t *list = ct_put_array(r->view, "documents");

	while (ct_next(row)) {
		json_t *o = ct_add_object(list);
		const char *type = ct_col_text(row, "type"), *number = ct_col_text(row, "number");
		int64_t cents = ct_col_int(row, "gross_cents");

		ct_put_id(o, "id", ct_col_int(row, "id"));
		ct_put_text(o, "number", number);
		ct_put_text(o, "type", type);
		ct_put_text(o, "state", ct_col_text(row, "state"));
		ct_put_day(o, "issued", ct_col_day(row, "issued_d"), r->lang);
		if (number) {
			ct_put_money(o, "total", strcmp(type, "credit") ? cents : -cents, ct_col_text(row, "currency"), r->lang);
		} else {
			ct_put_null(o, "total");
			ct_put_null(o, "total_ui");
		}
		ct_put_text(o, "name_ui", number ? talloc_asprintf(r, "%s %s", document_word(type), number)
			    : talloc_asprintf(r, _("%s (draft)"), document_word(type)));
		ct_put_text(o, "href_ui", ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)ct_col_int(row, "id")));
	}
	ct_put_bool(r->view, "has_documents_ui", json_array_size(list) > 0);
}

/* ---- what can be done ---- */

static json_t *put_form(struct ct_request *r, const char *key, const char *word, const struct ct_field *fields,
			json_t *current)
{
	json_t *form = ct_put_object(r->view, key);

	ct_put_text(form, "action", quote_link(r, r->subject, word));
	ct_put_controls(r, form, "fields", fields, current);
	if (current)
		json_decref(current);
	return form;
}

static void put_day(json_t *o, const char *key, struct ct_day day)
{
	char text[CT_TIME_TEXT];

	if (ct_day_set(day))
		ct_put_text(o, key, ct_day_text(text, day));
}

static int put_writing(struct ct_request *r, const struct quote *q, const struct issuer *i, struct ct_error *e)
{
	json_t *current = json_object(), *form;
	int rc;

	ct_put_text(current, "party", talloc_asprintf(r, "%lld", (long long)q->bill.party));
	ct_put_text(current, "title", q->title);
	put_day(current, "valid", q->valid);
	put_day(current, "service_from", q->from);
	put_day(current, "service_to", q->to);
	ct_put_text(current, "order_ref", q->bill.order_ref);
	ct_put_text(current, "address", q->bill.address);
	ct_put_text(current, "project", q->bill.project_id ? talloc_asprintf(r, "%lld", (long long)q->bill.project_id) : NULL);
	form = put_form(r, "details_ui", NULL, quote_fields, current);
	if ((rc = ct_put_choices(r, &quote_fields[0], json_array_get(json_object_get(form, "fields"), 0), e)) ||
	    (rc = project_choices(r, json_object_get(form, "fields"), q->bill.project_id, e)))
		return rc;
	form = put_form(r, "line_ui", "/lines", quote_line_fields, NULL);
	vat_choices(json_object_get(form, "fields"), i);
	ct_put_text(r->view, "remove_ui", quote_link(r, r->subject, "/remove"));
	ct_put_text(r->view, "delete_ui", quote_link(r, r->subject, "/delete"));
	return ct_put_choices(r, &quote_line_fields[0], json_array_get(json_object_get(form, "fields"), 0), e);
}

static void put_sending(struct ct_request *r, const struct bill *b)
{
	json_t *o = ct_put_object(r->view, "send_ui");
	int64_t cents = b->totals.gross_cents;

	ct_put_text(o, "action", quote_link(r, r->subject, "/send"));
	ct_put_text(o, "expected", talloc_asprintf(r, "%lld,%02lld", (long long)(cents / 100), (long long)(cents % 100)));
	ct_put_text(o, "button", talloc_asprintf(r, _("Number the quote – %s"), ct_money_show(r, cents, b->currency, r->lang)));
}

static int put_actions(struct ct_request *r, const struct seen *s, bool asked, struct ct_error *e)
{
	static const char *const all[] = { "details_ui", "line_ui", "remove_ui", "delete_ui", "send_ui", "accept_ui", "refuse_ui",
					   "invoice_ui", "deposit_ui" };
	bool drafts = ct_may(r, MAY_PREPARE, r->org), issues = ct_may(r, MAY_ISSUE, r->org);
	const char *state = s->q.state;
	json_t *current;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		ct_put_null(r->view, all[i]);
	ct_put_text(r->view, "pdf_ui", quote_link(r, r->subject, ".pdf"));
	ct_put_bool(r->view, "is_draft_ui", s->draft);
	ct_put_bool(r->view, "is_lapsed_ui", !strcmp(state, "lapsed"));
	if (s->draft && issues && !json_array_size(json_object_get(r->view, "obstacles")))
		put_sending(r, &s->q.bill);
	if (issues && !s->draft && strcmp(state, "accepted") != 0) {
		current = json_object();
		put_day(current, "accepted", today_of(r).n < s->q.valid.n ? today_of(r) : s->q.valid);
		put_form(r, "accept_ui", "/accept", quote_accept_fields, current);
	}
	if (issues && !s->draft && strcmp(state, "refused") != 0 && !s->q.billed && !asked)
		ct_put_text(r->view, "refuse_ui", quote_link(r, r->subject, "/refuse"));
	if (drafts && !strcmp(state, "accepted") && !s->q.billed) {
		ct_put_text(r->view, "invoice_ui", quote_link(r, r->subject, "/invoice"));
		put_form(r, "deposit_ui", "/deposit", quote_deposit_fields, NULL);
	}
	return s->draft && drafts ? put_writing(r, &s->q, &s->issuer, e) : 0;
}

int quote_put(struct ct_request *r, struct ct_error *e)
{
	struct seen s;
	struct remainder m;
	struct ct_result *row;
	int64_t left = 0;
	int rc = look(r, &s, e);

	if (rc || (rc = quote_remainder(r, &s.q, &m, e)) ||
	    (rc = ct_query(r, "quote_documents", CT_ARGS(CT_NUM(r->subject)), &row, e)))
		return rc;
	put_head(r, &s.q);
	sheet_put(r, s.sheet);
	ct_put_bool(r->view, "has_lines_ui", s.q.bill.n > 0);
	for (size_t c = 0; c < m.n; c++)
		left += m.gross[c];
	ct_put_money(r->view, "left", left, s.q.bill.currency, r->lang);
	ct_put_bool(r->view, "is_asked_ui", m.asked);
	put_documents(r, row);
	ct_put_json(r->view, "obstacles", s.draft ? json_incref(quote_obstacles(r, &s.q, &s.issuer, &s.payer)) : json_array());
	ct_put_bool(r->view, "has_obstacles_ui", json_array_size(json_object_get(r->view, "obstacles")) > 0);
	ct_put_null(r->view, "draft");
	return put_actions(r, &s, m.asked, e);
}

int quote_page(struct ct_request *r, struct ct_error *e)
{
	return quote_put(r, e);
}

int quote_pdf(struct ct_request *r, struct ct_error *e)
{
	const struct ct_pdf_image *logo;
	const void *bytes = NULL;
	struct seen s;
	size_t len;
	int rc = look(r, &s, e);

	if (rc)
		return rc;
	if (!s.draft)
		return pdf_serve(r, s.q.file, s.q.sha256, s.q.created, e);
	if ((rc = issue_logo(r, r->org, &logo, e)) || (rc = paper_draw(r, s.sheet, logo, &bytes, &len, e)))
		return rc;
	pdf_put(r, talloc_asprintf(r, "%s – %s.pdf", _("Draft"), s.q.bill.payer), bytes, len);
	return 0;
}
