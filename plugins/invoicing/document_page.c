/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document: a draft as it would be issued now, or what was issued as it stays; and its PDF. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/file.h>
#include <comptoir/pdf.h>
#include <comptoir/text.h>

#include "credit.h"
#include "documents.h"
#include "hand.h"
#include "letters.h"
#include "line.h"
#include "opening.h"
#include "payments.h"
#include "pages.h"
#include "project.h"

const struct ct_view_field document_view[] = {
	{ "id", "id", NULL }, { "uid", "text", NULL }, { "type", "text", "invoice, credit, receipt (of dues), advance, or opening (a balance carried over: no invoice)" },
	{ "state", "text", "draft, issued, partly_paid, paid, or credited" }, { "number", "text", "null: a draft" },
	{ "payer", "text", NULL }, { "issued_d", "date", NULL }, { "due_d", "date", NULL },
	{ "order_ref", "text", "engagement number of a public buyer, or null" },
	{ "service_code", "text", "of a public buyer, or null; on a draft that of the client" },
	{ "project", "text", "which it is part of, or null; for who issues and prepares" },
	{ "lines", "array", NULL }, { "lines.charge", "id", NULL }, { "lines.title", "text", "null: as the line before" },
	{ "lines.label", "text", NULL }, { "lines.note", "text", "what was taken off, or null" },
	{ "lines.quantity", "integer", "in 1/10 000" }, { "lines.unit_net", "integer", "without VAT, in 1/10 000 of the currency" },
	{ "lines.category", "text", "VAT: UNCL5305" }, { "lines.rate_bp", "integer", NULL }, { "lines.net", "money", "without VAT" },
	{ "vat", "array", "by category and rate" }, { "vat.label", "text", NULL }, { "vat.category", "text", NULL },
	{ "vat.rate_bp", "integer", NULL }, { "vat.base", "money", NULL }, { "vat.tax", "money", NULL },
	{ "net", "money", NULL }, { "tax", "money", NULL }, { "rounding", "money", NULL }, { "total", "money", "to be paid, or credited" },
	{ "whole", "money", "before advance invoices are deducted" },
	{ "deducts", "array", "advance invoices" }, { "deducts.number", "text", NULL }, { "deducts.issued_d", "date", NULL },
	{ "deducts.gross", "money", NULL }, { "mentions", "array", NULL }, { "credited", "money", "of an issued one" }, { "paid", "money", NULL },
	{ "deposit", "text", "number that Chorus Pro gave, or null" },
	{ "credits", "array", "credit notes on it" }, { "credits.id", "id", NULL }, { "credits.number", "text", NULL },
	{ "credits.state", "text", NULL }, { "credits.issued_d", "date", NULL }, { "credits.gross", "money", NULL },
	{ "letters", "array", "by e-mail: the document (level 0) and its reminders; for who issues it" },
	{ "letters.level", "integer", NULL }, { "letters.sent", "time", NULL }, { "letters.sent_local", "text", NULL }, { "letters.to", "text", "null: the client is forgotten" },
	{ "disputed", "boolean", "the client contests it: no reminder leaves" }, { "dispute", "text", "its note, or null" },
	{ "address_missing", "boolean", "of a draft" },
	{ "handed", "boolean", "of a draft: it waits for who issues" }, { "handed_note", "text", "why it was given back, or null" },
	{ "payments", "array", "that pay it" }, PAYMENT_ROW("payments."), { "payments.here", "money", "of the payment, for this document" },
	{ "statement", "text", "of a balance carried over: what it says, as printed; or null" },
	{ "opening", "object", "of a balance carried over, or null" }, OPENING_ROW("opening."),
	{ "obstacles", "array", "what keeps a draft from being issued" }, { "obstacles.text", "text", NULL },
	{ "obstacles.href", "text", "where it is mended, or null" },
	{ 0 }
};

static int missing(struct ct_error *e)
{
	return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
}

int document_at_home(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	const char *org = ct_path(r, "org");
	int rc = ct_query(r, "document_home", CT_ARGS(CT_NUM(r->org), CT_STR(org), CT_STR(org)), &row, e);

	return rc || ct_next(row) ? rc : missing(e);
}

/* What is known of the document, whatever its state. */
struct seen {
	struct bill bill;
	struct issuer issuer;
	struct ct_address payer;
	struct rules rules;
	struct ct_result *row;		/* document_sheet */
	json_t *sheet;
	const char *too_much;		/* of a draft: why it cannot be credited so; NULL: it can */
	bool draft, own;		/* own: somebody looks at what is for her */
};

static int look(struct ct_request *r, struct seen *s, struct ct_error *e)
{
	struct ct_day today = today_of(r);
	bool house = ct_may(r, MAY_SEE, r->org);
	struct ct_error why;
	int rc;

	*s = (struct seen){ .own = false };
	if ((rc = document_at_home(r, e)) || (rc = rules_load(r, today, &s->rules, e)) ||
	    (rc = bill_load(r, r->subject, today, &s->rules, &s->bill, e)) ||
	    (rc = ct_one(r, "document_sheet", CT_ARGS(CT_NUM(r->person), CT_NUM(r->subject)), &s->row, e)))
		return rc;
	s->draft = !strcmp(s->bill.state, "draft");
	s->own = !house && !hand_reaches(r, s->row);
	if (s->own && (s->draft || !s->bill.party || !ct_is_for(r, s->bill.party)))
		return missing(e);
	if (!s->draft) {
		s->sheet = own_json(r, json_loads(ct_col_text(s->row, "frozen_json"), 0, NULL));
		return 0;
	}
	if ((rc = issuer_load(r, s->bill.org, today, &s->issuer, e)) ||
	    (s->bill.party && (rc = ct_party_address(r, s->bill.party, &s->payer, e))))
		return rc;
	rc = credit_fit(r, &s->bill, &why);
	if (rc && rc != CT_CONFLICT) {
		*e = why;
		return rc;
	}
	s->too_much = rc ? talloc_strdup(r, why.text) : NULL;
	s->sheet = sheet_make(r, &s->bill, &s->issuer, &s->payer, &s->rules, NULL, today,
			      due_of(&s->bill, &s->issuer, today));
	return 0;
}

/* ---- the page ---- */

const char *document_state(const char *state, int64_t gross, int64_t credited, int64_t paid)
{
	if (strcmp(state, "issued") != 0 || !gross)
		return state;
	return credited >= gross ? "credited" : credited + paid >= gross ? "paid" : paid ? "partly_paid" : "issued";
}

const char *document_state_word(const char *state, const char *type)
{
	if (!strcmp(state, "draft"))
		return _("Draft");
	if (!strcmp(state, "credited"))
		return strcmp(type, "opening") ? _("Credited") : _("Taken back");
	if (!strcmp(state, "paid"))
		return _("Paid");
	if (!strcmp(state, "partly_paid"))
		return _("Partly paid");
	return strcmp(type, "credit") ? _("Issued") : _("Credit note");
}

bool document_is_open(const char *state, const char *type)
{
	return (!strcmp(state, "issued") && strcmp(type, "credit") != 0) || !strcmp(state, "partly_paid");
}

const char *document_late(struct ct_request *r, struct ct_day due, struct ct_day today)
{
	int days = today.n - due.n;

	return !ct_day_set(due) || days <= 0 ? NULL
	       : talloc_asprintf(r, ngettext_("Overdue by %d day", "Overdue by %d days", days), days);
}

/* Drafts of them are nobody else's than the issuer's. */
/* The house sees drafts too; who prepared what was credited sees that it was, and not the paper of somebody else. */
static int put_credits(struct ct_request *r, const struct bill *b, struct ct_error *e)
{
	bool house = ct_may(r, MAY_SEE, r->org), hers = b->party && ct_is_for(r, b->party);
	json_t *list = ct_put_array(r->view, "credits");
	struct ct_result *row;
	int rc = ct_query(r, "document_credits", CT_ARGS(CT_NUM(b->id), CT_NUM(house)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_id(o, "id", ct_col_int(row, "id"));
		ct_put_text(o, "number", ct_col_text(row, "number"));
		ct_put_text(o, "state", ct_col_text(row, "state"));
		ct_put_day(o, "issued", ct_col_day(row, "issued_d"), r->lang);
		ct_put_money(o, "gross", ct_col_int(row, "gross_cents"), ct_col_text(row, "currency"), r->lang);
		ct_put_text(o, "href_ui", house || hers
			    ? ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)ct_col_int(row, "id")) : NULL);
	}
	ct_put_bool(r->view, "has_credits_ui", json_array_size(list) > 0);
	return rc;
}

static void put_state(struct ct_request *r, const struct seen *s)
{
	const struct bill *b = &s->bill;
	int64_t gross = ct_col_int(s->row, "gross_cents"), credited = ct_col_int(s->row, "credited_cents");
	int64_t paid = ct_col_int(s->row, "paid_cents"), left = gross - credited - paid;
	const char *state = document_state(b->state, gross, credited, paid), *late;

	ct_put_text(r->view, "state", state);
	late = document_is_open(state, b->type) ? document_late(r, b->due, today_of(r)) : NULL;
	ct_put_text(r->view, "state_ui", late ? late : document_state_word(state, b->type));
	ct_put_bool(r->view, "late_ui", late);
	ct_put_money(r->view, "credited", credited, b->currency, r->lang);
	ct_put_money(r->view, "paid", paid, b->currency, r->lang);
	ct_put_bool(r->view, "is_credited_ui", credited > 0);
	ct_put_bool(r->view, "is_paid_ui", paid > 0);
	ct_put_text(r->view, "left_ui", gross && left != gross ? ct_money_show(r, left, b->currency, r->lang) : NULL);
}

static const char *here(struct ct_request *r, const char *word)
{
	const char *page = ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject);

	return word ? talloc_asprintf(r, "%s%s", page, word) : page;
}

/* A credit note is part of what the document is that it credits. */
static int put_details(struct ct_request *r, const struct bill *b, struct ct_error *e)
{
	json_t *o = ct_put_object(r->view, "details_ui"), *current = own_json(r, json_object()), *controls;

	ct_put_text(current, "address", b->address);
	ct_put_text(current, "order_ref", b->order_ref);
	ct_put_text(current, "service_code", b->service_own);
	ct_put_text(current, "project", b->project_id ? talloc_asprintf(r, "%lld", (long long)b->project_id) : NULL);
	ct_put_text(o, "action", here(r, NULL));
	controls = ct_put_controls(r, o, "fields", details_fields, current);
	if (strcmp(b->type, "credit") != 0)
		return project_choices(r, controls, b->project_id, e);
	json_array_remove(controls, json_array_size(controls) - 1);
	return 0;
}

/* What may be done here, and by whom: a draft is changed, issued or thrown away; what was issued is credited. */
static int put_actions(struct ct_request *r, const struct seen *s, struct ct_error *e)
{
	const struct bill *b = &s->bill;
	bool drafts = s->draft && hand_may_write(r, s->row), issues = ct_may(r, MAY_ISSUE, r->org);
	json_t *o;

	ct_put_text(r->view, "pdf_ui", here(r, ".pdf"));
	ct_put_bool(r->view, "is_draft_ui", s->draft);
	ct_put_bool(r->view, "may_draft_ui", drafts);
	ct_put_text(r->view, "remove_ui", drafts && strcmp(b->type, "advance") != 0 ? here(r, "/remove") : NULL);
	ct_put_text(r->view, "delete_ui", drafts ? here(r, "/delete") : NULL);
	ct_put_null(r->view, "issue_ui");
	ct_put_null(r->view, "details_ui");
	ct_put_text(r->view, "credit_ui", !s->draft && issues && strcmp(b->type, "credit") && strcmp(b->type, "opening") &&
		    ct_col_int(s->row, "credited_cents") < ct_col_int(s->row, "gross_cents") ? here(r, "/credit") : NULL);
	if (s->draft && issues && !json_array_size(json_object_get(r->view, "obstacles"))) {
		o = ct_put_object(r->view, "issue_ui");
		ct_put_text(o, "action", here(r, "/issue"));
		ct_put_text(o, "expected", talloc_asprintf(r, "%lld,%02lld", (long long)(b->totals.gross_cents / 100),
							   (long long)(b->totals.gross_cents % 100)));
		ct_put_text(o, "button", talloc_asprintf(r, !strcmp(b->type, "credit") ? _("Issue the credit note – %s")
			: !strcmp(b->type, "receipt") ? _("Issue – %s") : _("Issue the invoice – %s"),
			ct_money_show(r, b->totals.gross_cents, b->currency, r->lang)));
	}
	return drafts ? put_details(r, b, e) : 0;
}

static void put_head(struct ct_request *r, const struct seen *s)
{
	const struct bill *b = &s->bill;
	json_t *crumb;

	ct_put_id(r->view, "id", b->id);
	ct_put_text(r->view, "uid", b->uid);
	ct_put_text(r->view, "type", b->type);
	ct_put_text(r->view, "number", b->number);
	ct_put_text(r->view, "payer", b->payer);
	ct_put_text(r->view, "order_ref", b->order_ref);
	ct_put_text(r->view, "service_code", b->service_code);
	ct_put_text(r->view, "project", s->own ? NULL : b->project);
	ct_put_text(r->view, "account_ui", ct_may(r, MAY_SEE, r->org)
		    ? ct_url(r, "/o/%s/balances/%lld", ct_path(r, "org"), (long long)b->client) : NULL);
	ct_put_day(r->view, "issued", b->issued, r->lang);
	ct_put_day(r->view, "due", b->due, r->lang);
	ct_put_text(r->view, "heading_ui", b->number ? talloc_asprintf(r, "%s %s", document_word(b->type), b->number)
		    : talloc_asprintf(r, _("%s (draft)"), document_word(b->type)));
	ct_put_array(r->view, "breadcrumbs_ui");
	if (s->own)
		return;
	crumb = ct_add_object(json_object_get(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Invoices"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/invoices", ct_path(r, "org")));
}

static void put_obstacles(struct ct_request *r, const struct seen *s)
{
	json_t *list = s->draft ? bill_obstacles(r, &s->bill, &s->issuer, &s->payer) : own_json(r, json_array()), *o;

	if (s->too_much) {
		o = ct_add_object(list);
		ct_put_text(o, "text", s->too_much);
		ct_put_null(o, "href");
	}
	ct_put_bool(r->view, "has_obstacles_ui", json_array_size(list) > 0);
	ct_put_json(r->view, "obstacles", json_incref(list));
}

/* How it is paid: not at all once nothing is left, and its QR code is of what is left. */
static void fit_payment(struct ct_request *r, const struct seen *s, int64_t left)
{
	const json_t *payment = json_object_get(s->sheet, "payment");
	json_t *shown = json_object_get(r->view, "sheet_ui");

	if (s->draft || !json_is_object(payment) || left == ct_col_int(s->row, "gross_cents"))
		return;
	if (left <= 0)
		ct_put_null(shown, "payment");
	else if (sheet_text(payment, "code"))
		ct_put_qr(json_object_get(shown, "payment"), "qr",
			  sheet_code(r, sheet_text(payment, "holder"), sheet_text(payment, "iban"), sheet_text(payment, "bic"), left,
				     sheet_text(payment, "reference")));
}

static int put_opening(struct ct_request *r, const struct seen *s, int64_t left, struct ct_error *e)
{
	bool opening = !strcmp(s->bill.type, "opening");

	ct_put_text(r->view, "statement", opening ? sheet_text(s->sheet, "statement") : NULL);
	ct_put_text(r->view, "statement_note_ui", opening ? sheet_text(s->sheet, "note") : NULL);
	return opening_put(r, opening ? "opening_of_document" : NULL, s->bill.id, left == ct_col_int(s->row, "gross_cents"), e);
}

int document_put(struct ct_request *r, struct ct_error *e)
{
	struct seen s;
	int64_t left;
	int rc = look(r, &s, e);

	if (rc)
		return rc;
	put_head(r, &s);
	sheet_put(r, s.sheet);
	ct_put_bool(r->view, "has_lines_ui", json_array_size(json_object_get(r->view, "lines")) > 0);
	put_obstacles(r, &s);
	put_state(r, &s);
	hand_put(r, &s.bill, s.row);
	deposit_put(r, &s.bill, s.row);
	left = ct_col_int(s.row, "gross_cents") - ct_col_int(s.row, "credited_cents") - ct_col_int(s.row, "paid_cents");
	fit_payment(r, &s, left);
	if ((rc = put_actions(r, &s, e)) || (rc = line_put(r, &s.bill, hand_may_write(r, s.row), e)) ||
	    (rc = document_payments_put(r, &s.bill, left, e)) || (rc = put_opening(r, &s, left, e)) ||
	    (rc = letters_put(r, &s.bill, ct_may(r, MAY_SEE, r->org), ct_col_int(s.row, "gross_cents") > 0, e)) ||
	    (rc = address_put(r, &s.bill, s.draft && !s.bill.address && !s.payer.country, e)))
		return rc;
	return put_credits(r, &s.bill, e);
}

int document_page(struct ct_request *r, struct ct_error *e)
{
	return document_put(r, e);
}

/* ---- the PDF ---- */

static void put_name(struct ct_request *r, const char *name)
{
	struct ct_buf *encoded = ct_buf_new(r, 4096);
	char *plain = talloc_strdup(r, name);

	for (char *c = plain; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7E || strchr("\"\\%", *c))
			*c = '_';
	ct_url_arg(encoded, name);
	ct_header(r, "Content-Disposition", "inline; filename=\"%s\"; filename*=UTF-8''%s", plain, ct_buf_data(encoded));
}

void pdf_put(struct ct_request *r, const char *name, const void *bytes, size_t len)
{
	put_name(r, name);
	ct_body(r, "application/pdf", bytes, len);
}

/* What was stored, and nothing else: were it not what issuing stored, it would not be shown as if it were. */
int pdf_serve(struct ct_request *r, int64_t id, const char *sha256, struct ct_utc at, struct ct_error *e)
{
	struct ct_file file;
	const void *bytes = NULL;
	int rc = stored_get(r, id, sha256, &file, e);

	if (rc)
		return rc;
	if (ct_unchanged(r, sha256, at))
		return 0;
	if ((rc = ct_file_read(r, &file, &bytes, e)))
		return rc;
	pdf_put(r, file.name, bytes, (size_t)file.size);
	return 0;
}

int document_pdf(struct ct_request *r, struct ct_error *e)
{
	const struct ct_pdf_image *logo;
	const void *bytes = NULL;
	struct seen s;
	size_t len;
	int rc = look(r, &s, e);

	if (rc || !s.draft)
		return rc ? rc : pdf_serve(r, ct_col_int(s.row, "file_id"), ct_col_text(s.row, "sha256"),
					   ct_col_utc(s.row, "issued_utc"), e);
	if ((rc = issue_logo(r, r->org, &logo, e)) || (rc = paper_draw(r, s.sheet, logo, &bytes, &len, e)))
		return rc;
	pdf_put(r, talloc_asprintf(r, "%s – %s.pdf", _("Draft"), s.bill.payer), bytes, len);
	return 0;
}
