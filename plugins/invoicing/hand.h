/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between who prepares an invoice ("invoicing.draft") and who issues it ("invoicing.issue"). ADR 0047.
 *
 * Whoever has the first right and not "invoicing.see" reaches the documents that she began and those of the projects that
 * she leads today (project.h), and no others: the kind "invoicing.draft" says so to routes that write, document_page.c to
 * those that read. She hands a draft over; from then on only who issues changes it, issues it, or gives it back with a
 * note: each tells the other by mail. That is no state of the document, which is a draft all the time.
 */
#ifndef INVOICING_HAND_H
#define INVOICING_HAND_H

#include "documents.h"
#include "pages.h"

/* Did the reader begin it, or leads its project, and may she? By the row's created_by_id and led. */
bool hand_reaches(struct ct_request *r, const struct ct_result *row);

/*
 * Inside a transaction: draft_lock, for who writes on the draft. CT_CONFLICT where it was handed over, and she does not
 * issue.
 */
int draft_write_lock(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/*
 * Puts handed, handed_note, handed_ui, and what can be done: hand_ui, return_ui. `row` is one of document_sheet.
 */
void hand_put(struct ct_request *r, const struct bill *, const struct ct_result *row);

/* May the reader write on this draft, as draft_write_lock has it? */
bool hand_may_write(struct ct_request *r, const struct ct_result *row);

extern const struct ct_field hand_back_fields[];
ct_handler_f hand_over, hand_back;

#define HAND_ROUTES \
	{ "POST", "/o/{org}/invoices/{id}/hand", OWN_DRAFT, MAY_DRAFT, "invoicing/document", hand_over, \
	  NULL, document_view, N_("Hand a draft over"), .form = document_put }, \
	{ "POST", "/o/{org}/invoices/{id}/return", DOCUMENT, MAY_ISSUE, "invoicing/document", hand_back, \
	  hand_back_fields, document_view, N_("Give a draft back"), .form = document_put }

#endif
