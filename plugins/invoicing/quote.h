/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quotes: what a client is offered, and what becomes of it. ADR 0041.
 *
 * A draft has lines, from the catalogue (offers) or written freely. Sent, it has a number in a series of its own and
 * a PDF, and is never changed any more; who has not answered by its last day may not accept it. Accepted, it is billed
 * once: its lines become charges whose source it is ("invoicing.quote"), on a draft invoice. Before that deposits may be
 * asked for: a charge for each VAT code on an advance invoice. The invoice of the quote deducts each of them by a
 * charge of the same amount below 0 (deducts_id), so that what is billed of a quote is its total whatever is asked for
 * first, and credited later.
 *
 * The source's row (invoicing_source) is the guard of these sums: who asks for a deposit, bills the quote, or credits
 * an advance invoice raises it before reading.
 */
#ifndef INVOICING_QUOTE_H
#define INVOICING_QUOTE_H

#include <comptoir/search.h>

#include "documents.h"

enum { QUOTE_LINES = 200 };

struct quote {
	struct bill bill;		/* type "quote"; its keys of charges are those of its lines */
	const char *title, *state;	/* state: "draft", "sent", "lapsed", "accepted", "refused" */
	const char *answered_by, *frozen, *sha256;
	struct ct_day valid, from, to, answered;
	struct ct_utc created;
	bool billed;
	int64_t file;
};

/* The quote and what it comes to by the rules of `day`. CT_MISSING where there is none. */
int quote_load(struct ct_request *r, int64_t id, struct ct_day day, const struct rules *, struct quote *,
	       struct ct_error *e) CT_MUST_USE;

/* What keeps a draft from being sent: as bill_obstacles, and what a quote alone may lack. */
json_t *quote_obstacles(struct ct_request *r, const struct quote *, const struct issuer *,
			const struct ct_address *payer);

/*
 * Sends a draft: number, sheet and PDF (with `logo`, or NULL), in the caller's transaction. CT_CONFLICT where it was
 * sent already, or does not come to `expected` cents, VAT included; CT_INVALID with the first of quote_obstacles.
 */
int quote_issue(struct ct_request *r, int64_t id, int64_t expected, const struct ct_pdf_image *logo,
		struct ct_error *e) CT_MUST_USE;

/* What the client said ("accepted", "refused"), who for the client (accepted: a name), and on which day. */
struct quote_answer { const char *state, *by; struct ct_day day; };

/*
 * Writes an answer down, in the caller's transaction. CT_CONFLICT where the quote was not sent, was answered so
 * already, or is billed: until then a client may change her mind.
 */
int quote_answer(struct ct_request *r, int64_t id, const struct quote_answer *, struct ct_error *e) CT_MUST_USE;

/* "Sent", "Lapsed", "Accepted – billed" … */
const char *quote_state_word(const char *state, bool billed);

/* The address of a quote, or of what is done with it ("/send"). */
const char *quote_link(struct ct_request *r, int64_t id, const char *word);

/* What can still be asked for in advance, with VAT, by VAT code. `issued`: nothing that was asked for is a draft. */
struct remainder {
	const char **codes;
	int64_t *gross;
	size_t n;
	int64_t whole;
	bool asked, issued;
};

int quote_remainder(struct ct_request *r, const struct quote *, struct remainder *, struct ct_error *e) CT_MUST_USE;

extern const struct ct_field offer_fields[], quote_fields[], quote_line_fields[], quote_remove_fields[],
	quote_send_fields[], quote_accept_fields[], quote_deposit_fields[], quote_list_fields[];
extern const struct ct_view_field quote_view[], quote_new_view[], quote_list_view[];

/* offer.c */
int offer_check(struct ct_request *r, int64_t id, struct ct_error *e);
int offer_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e);

ct_handler_f quote_send, quote_new, quote_create, quote_change, quote_line_add, quote_line_remove, quote_delete,
	quote_page, quote_put, quote_pdf, quote_accept, quote_refuse, quote_invoice, quote_deposit, quote_list;

ct_search_f quote_search;

#define OFFER_RECORD \
	{ "offer", N_("Catalogue"), offer_fields, MAY_DRAFT, MAY_PREPARE, .path = "invoicing/offers", .one = N_("Item of the catalogue"), \
	  .fresh = N_("New item of the catalogue"), .order = "label", .before_store = offer_check, .form = offer_form, \
	  .empty = N_("What you sell often, with its price and VAT: quotes are written faster with it. Bookings and memberships have prices of their own.") }

#define QUOTE_KIND { "quote", N_("Quote"), "quote_find", "quote_find_text", .see = MAY_SEE }

#define QUOTE CT_PATH("id", "invoicing.quote")
#define QUOTE_POST(word, may, handler, fields, title) \
	{ "POST", "/o/{org}/quotes/{id}" word, QUOTE, may, "invoicing/quote", handler, fields, quote_view, title, .form = quote_put }

#define QUOTE_ROUTES \
	{ "GET", "/o/{org}/quotes", CT_ORG, MAY_SEE, "invoicing/quotes", quote_list, quote_list_fields, quote_list_view, N_("Quotes") }, \
	{ "GET", "/o/{org}/quotes/new", CT_ORG, MAY_PREPARE, "invoicing/quote-new", quote_new, .view = quote_new_view, \
	  .title = N_("New quote") }, \
	{ "POST", "/o/{org}/quotes", CT_ORG, MAY_PREPARE, "invoicing/quote-new", quote_create, quote_fields, quote_new_view, \
	  N_("New quote"), .form = quote_new }, \
	{ "GET", "/o/{org}/quotes/{id}", QUOTE, MAY_SEE, "invoicing/quote", quote_page, .view = quote_view, .title = N_("Quote") }, \
	{ "GET", "/o/{org}/quotes/{id}.pdf", QUOTE, MAY_SEE, NULL, quote_pdf, .title = N_("Quote (PDF)") }, \
	QUOTE_POST("", MAY_PREPARE, quote_change, quote_fields, N_("Change a quote")), \
	QUOTE_POST("/lines", MAY_PREPARE, quote_line_add, quote_line_fields, N_("Add a line to a quote")), \
	QUOTE_POST("/remove", MAY_PREPARE, quote_line_remove, quote_remove_fields, N_("Take a line off a quote")), \
	QUOTE_POST("/delete", MAY_PREPARE, quote_delete, NULL, N_("Delete a quote")), \
	QUOTE_POST("/send", MAY_ISSUE, quote_send, quote_send_fields, N_("Send a quote")), \
	QUOTE_POST("/accept", MAY_ISSUE, quote_accept, quote_accept_fields, N_("Accept a quote")), \
	QUOTE_POST("/refuse", MAY_ISSUE, quote_refuse, NULL, N_("Refuse a quote")), \
	QUOTE_POST("/invoice", MAY_PREPARE, quote_invoice, NULL, N_("Bill a quote")), \
	QUOTE_POST("/deposit", MAY_PREPARE, quote_deposit, quote_deposit_fields, N_("Ask for a deposit"))

#define QUOTE_MENU \
	{ N_("Quotes"), "/o/{org}/quotes", MAY_SEE, 31 }, \
	{ N_("Catalogue"), "/o/{org}/invoicing/offers", MAY_PREPARE, 75, N_("Settings"), N_("Invoices") }

#endif
