/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines written by hand, from the catalogue or freely: on a quote, and on a draft invoice. ADR 0046.
 *
 * On an invoice a line is a charge whose source is that draft ("invoicing.document"). Nobody else knows of it, so
 * that it is not to be billed another time: taken off, or thrown away with the draft, it is gone. Issued, it is
 * credited like any other, and where that says so it is to be billed again; from then on it is owed whatever
 * becomes of a draft.
 */
#ifndef INVOICING_LINE_H
#define INVOICING_LINE_H

#include "documents.h"
#include "pages.h"

/* A line as it was typed; what was not is as the catalogue has it. */
struct line {
	const char *label, *unit, *amounts, *vat_code;
	int64_t quantity, unit_amount;	/* in 1/10 000 */
	int64_t amount_cents;
};

/*
 * Reads what was typed in a form of quote_line_fields or line_fields: CT_INVALID at the field where something is
 * missing, is not in the catalogue any more, or bears a VAT that the issuer's regime does not allow.
 */
int line_read(struct ct_request *r, struct line *, struct ct_error *e) CT_MUST_USE;

/* Of the controls of a line or an offer: leaves the VAT codes that the regime of today allows, and what is chosen. */
void vat_choices(json_t *controls, const struct issuer *);

/* Puts line_ui, the form of one more line: null where none may be written on it. */
int line_put(struct ct_request *r, const struct bill *, bool may_draft, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction, with the draft's lock: deletes its line of that key where it was written on it by hand; 0: all
 * of those. *count_r: how many.
 */
int lines_erase(struct ct_request *r, int64_t draft, int64_t charge, int64_t *count_r, struct ct_error *e) CT_MUST_USE;

extern const struct ct_field line_fields[], draft_new_fields[];
extern const struct ct_view_field draft_new_view[];
ct_handler_f line_add, draft_new, draft_begin;

#define LINE_ROUTES \
	{ "GET", "/o/{org}/invoices/new", CT_ORG, MAY_DRAFT, "invoicing/document-new", draft_new, .view = draft_new_view, \
	  .title = N_("New invoice") }, \
	{ "POST", "/o/{org}/invoices/new", CT_ORG, MAY_DRAFT, "invoicing/document-new", draft_begin, draft_new_fields, draft_new_view, \
	  N_("New invoice"), .form = draft_new }, \
	{ "POST", "/o/{org}/invoices/{id}/lines", OWN_DRAFT, MAY_DRAFT, "invoicing/document", line_add, \
	  line_fields, document_view, N_("Add a line to a draft"), .form = document_put }

#endif
