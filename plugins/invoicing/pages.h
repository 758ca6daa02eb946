/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handlers of documents, with their fields and views; and their rows of the plugin's tables. */
#ifndef INVOICING_PAGES_H
#define INVOICING_PAGES_H

#include <comptoir/plugin.h>
#include <comptoir/search.h>

/* draft.c */
extern const struct ct_field draft_fields[], details_fields[], remove_fields[];
ct_handler_f draft_create, draft_details, draft_remove, draft_delete;

/*
 * Inside a transaction: the guard row of a document's client, before the document: who posts charges (charge.h) takes
 * it before reading them, so that none changes from here on.
 */
int client_guard_of(struct ct_request *r, int64_t document, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction, with that guard: the document is a draft and stays one until the end. CT_CONFLICT where it was
 * issued.
 */
int draft_lock(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* issue.c */
extern const struct ct_field issue_fields[];
ct_handler_f issue_post;

/* document_page.c: the page of a draft or of what was issued; document_put fills the view with r->subject. */
extern const struct ct_view_field document_view[];
ct_handler_f document_page, document_pdf, document_put;

/* "issued", "partly_paid", "paid" or "credited" of an issued one, by its settlement; and in words. */
const char *document_state(const char *state, int64_t gross, int64_t credited, int64_t paid);
const char *document_state_word(const char *state, const char *type);

/* Is there something left to pay of a document in this state? Then "Overdue by 12 days", or NULL where it is not late. */
bool document_is_open(const char *state, const char *type);
const char *document_late(struct ct_request *r, struct ct_day due, struct ct_day today);

/* credit_page.c */
extern const struct ct_field credit_fields[];
extern const struct ct_view_field credit_view[];
ct_handler_f credit_page, credit_form, credit_post;

/* deposit.c, find.c */
extern const struct ct_field deposit_fields[], document_mine_fields[];
extern const struct ct_view_field document_mine_view[];
ct_handler_f deposit_post, document_mine, document_verify;
ct_search_f document_find;

/* month.c */
extern const struct ct_field month_fields[], month_issue_fields[];
extern const struct ct_view_field month_view[];
ct_handler_f month_page, month_issue;

/* document_list.c */
extern const struct ct_field document_list_fields[];
extern const struct ct_view_field document_list_view[];
ct_handler_f document_list, document_list_csv;
struct ct_result;
void document_row_put(struct ct_request *r, json_t *object, const struct ct_result *row, struct ct_day today);

/* Where a page of a list ended, "2026-11-27.42"; of NULL or anything else: where the first begins. */
struct document_cursor { struct ct_day day; int64_t id; };
struct document_cursor document_cursor(const char *text);
const char *document_cursor_text(struct ct_request *r, const struct ct_result *row);

#define DOCUMENT CT_PATH("id", "invoicing.document")
/* For who writes on one: her own, or any for who sees all. See hand.h. */
#define OWN_DRAFT CT_PATH("id", "invoicing.draft")

/* Who may look is asked by the pages: who sees all of the issuer, or began it, or whom an issued one is for. */
#define DOCUMENT_KINDS { "document", N_("Invoice"), "document_find", "document_find_text" }, \
	{ "draft", N_("Draft"), "draft_find", "draft_find_text", .see = MAY_SEE }

#define DOCUMENT_ROUTES \
	{ "GET", "/o/{org}/invoices", CT_ORG, MAY_DRAFT, "invoicing/documents", document_list, document_list_fields, \
	  document_list_view, N_("Invoices") }, \
	{ "GET", "/o/{org}/invoices.csv", CT_ORG, MAY_DRAFT, NULL, document_list_csv, document_list_fields, \
	  .title = N_("Invoices (CSV)") }, \
	{ "GET", "/o/{org}/invoices/month", CT_ORG, MAY_SEE, "invoicing/month", month_page, month_fields, month_view, \
	  N_("Bill a month") }, \
	{ "POST", "/o/{org}/invoices/month", CT_ORG, MAY_ISSUE, "invoicing/month", month_issue, month_issue_fields, month_view, \
	  N_("Bill a month"), .form = month_page }, \
	{ "POST", "/o/{org}/invoices", CT_ORG, MAY_PREPARE, NULL, draft_create, draft_fields, .title = N_("Prepare an invoice") }, \
	{ "GET", "/o/{org}/invoices/{id}", DOCUMENT, CT_SIGNED_IN, "invoicing/document", document_page, .view = document_view, \
	  .title = N_("Invoice") }, \
	{ "GET", "/o/{org}/invoices/{id}.pdf", DOCUMENT, CT_SIGNED_IN, NULL, document_pdf, .title = N_("Invoice (PDF)") }, \
	{ "POST", "/o/{org}/invoices/{id}", OWN_DRAFT, MAY_DRAFT, "invoicing/document", draft_details, details_fields, \
	  document_view, N_("Change a draft"), .form = document_put }, \
	{ "POST", "/o/{org}/invoices/{id}/remove", OWN_DRAFT, MAY_DRAFT, NULL, draft_remove, remove_fields, \
	  .title = N_("Take a line off a draft") }, \
	{ "POST", "/o/{org}/invoices/{id}/delete", OWN_DRAFT, MAY_DRAFT, NULL, draft_delete, .title = N_("Delete a draft") }, \
	{ "GET", "/o/{org}/invoices/{id}/credit", DOCUMENT, MAY_ISSUE, "invoicing/credit", credit_page, .view = credit_view, \
	  .title = N_("Credit note") }, \
	{ "POST", "/o/{org}/invoices/{id}/credit", DOCUMENT, MAY_ISSUE, "invoicing/credit", credit_post, credit_fields, \
	  credit_view, N_("Credit note"), .form = credit_form }, \
	{ "POST", "/o/{org}/invoices/{id}/deposit", DOCUMENT, MAY_ISSUE, "invoicing/document", deposit_post, deposit_fields, \
	  document_view, N_("Deposited on Chorus Pro"), .form = document_put }, \
	{ "GET", "/invoices", CT_ANY, CT_SIGNED_IN, "invoicing/mine", document_mine, document_mine_fields, document_mine_view, \
	  N_("My invoices") }, \
	{ "POST", "/o/{org}/invoices/{id}/issue", DOCUMENT, MAY_ISSUE, "invoicing/document", issue_post, issue_fields, \
	  document_view, N_("Issue"), .form = document_put }

#define DOCUMENT_HOOKS CT_ON_SEARCH(document_find), CT_HOOK("verify", ct_handler_f, document_verify)

#define DOCUMENT_MENU \
	{ N_("My invoices"), "/invoices", CT_SIGNED_IN, 25 }, \
	{ N_("Invoices"), "/o/{org}/invoices", MAY_DRAFT, 32 }, \
	{ N_("Who issues"), "/o/{org}/invoicing/issuer", MAY_ISSUE, 76, N_("Settings"), N_("Invoices") }, \
	{ N_("VAT regimes"), "/o/{org}/invoicing/regimes", MAY_ISSUE, 77, N_("Settings"), N_("Invoices") }, \
	{ N_("Numbers of invoices"), "/o/{org}/invoicing/series", MAY_ISSUE, 78, N_("Settings"), N_("Invoices") }

#endif
