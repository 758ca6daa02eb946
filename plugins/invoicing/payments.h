/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Payments: recorded, given to documents, reversed, paid back. ADR 0040.
 *
 * All of it happens inside a transaction that first raises the guard rows of the client (with those that turned out
 * to be the same), then of payments, then of documents by key. Nothing is ever changed: what is wrong is taken back by
 * rows.
 */
#ifndef INVOICING_PAYMENTS_H
#define INVOICING_PAYMENTS_H

#include "documents.h"

/* ---- settled.c: who hears of it ---- */

/* What documents were for, and whether each of that is paid. On the request. */
struct settled {
	const char *documents;		/* JSON array of keys */
	struct ct_result *rows;		/* settled_sources */
};

/* Inside a transaction, once what it changes is locked: as it is before. One query. */
int settled_look(struct ct_request *r, const char *documents, struct settled *, struct ct_error *e) CT_MUST_USE;

/* Raises payment.stored for each source that is paid now and was not, the other way round, or paid another sum. */
int settled_tell(struct ct_request *r, const struct settled *before, struct ct_error *e) CT_MUST_USE;

/* ---- allocation.c: what pays what ---- */

enum { PAYMENT_DOCUMENTS = 200 };	/* at most paid by one payment at a time */

/* Raises the guard rows of a client and of those that were merged into it. `client`: an owner (open.h). */
int account_lock(struct ct_request *r, int64_t client, struct ct_error *e) CT_MUST_USE;

/*
 * Gives what is free of a payment to documents (a JSON array of keys), the one that is due first first. What is left
 * over stays a credit. CT_CONFLICT where one of them is not open any more, or is somebody else's.
 */
int allocate(struct ct_request *r, int64_t payment, const char *documents, struct ct_error *e) CT_MUST_USE;

/*
 * Covers a payment below 0 by what is free of the client's others, the oldest first. CT_INVALID at `amount` where that
 * is too little.
 */
int allocate_out(struct ct_request *r, int64_t client, const char *currency, int64_t out, int64_t cents,
		 struct ct_error *e) CT_MUST_USE;

/* One row: `document` or `out` is 0. */
int allocation_add(struct ct_request *r, int64_t payment, int64_t document, int64_t out, int64_t cents,
		   struct ct_error *e) CT_MUST_USE;

/*
 * Before a document is credited by `cents`: what was paid of it beyond what is left then becomes a credit of the client
 * again, the last payment first.
 */
int allocation_release(struct ct_request *r, int64_t document, int64_t cents, struct ct_error *e) CT_MUST_USE;

/* ---- payment.c: recording, reversing, paying back ---- */

struct payment {
	int64_t client;			/* an owner */
	const char *uid, *means, *currency, *reference, *given_by, *reason;
	int64_t amount;			/* above 0; of what is paid back too */
	struct ct_day received;
};

/*
 * May it be received, or paid back, this way? Cash and cards of private persons are refused where the issuer is liable
 * to VAT: that would be cash-register software (CGI 286-I-3° bis, from 2027 CIBS L. 216-40; BOI-TVA-DECLA-30-10-30).
 * CT_INVALID at `means`, or at `received` for a day to come.
 */
int payment_allowed(struct ct_request *r, const struct payment *, struct ct_error *e) CT_MUST_USE;

int payment_record(struct ct_request *r, const struct payment *, const char *documents, int64_t *id_r,
		   struct ct_error *e) CT_MUST_USE;
int payment_refund(struct ct_request *r, const struct payment *, int64_t *id_r, struct ct_error *e) CT_MUST_USE;
int payment_reverse(struct ct_request *r, int64_t id, const char *reason, int64_t *id_r,
		    struct ct_error *e) CT_MUST_USE;

/* The credit of a balance carried over (opening.h), its client locked: nobody received it, and it pays nothing yet. */
int payment_carry(struct ct_request *r, const struct payment *, int64_t *id_r, struct ct_error *e) CT_MUST_USE;
int payment_allocate(struct ct_request *r, int64_t id, const char *documents, struct ct_error *e) CT_MUST_USE;

/* "Transfer", "Card" …; of lists also what nobody received: "Balance carried over". */
extern const struct ct_choice payment_means[], payment_means_listed[];
const char *means_word(const char *means);

/* ---- pages ---- */

/*
 * payment_form.c: puts documents[] and any_open_ui, what is open of a client, with those ticked that are members of
 * `chosen` (NULL: all), and their sum in *sum_r.
 */
int open_put(struct ct_request *r, int64_t client, const json_t *chosen, int64_t *sum_r,
	     struct ct_error *e) CT_MUST_USE;

/* The keys typed as "document": as a JSON array on the request, and as members of an object (NULL: none were). */
const char *documents_typed(struct ct_request *r, const json_t **chosen_r);

/* payment.c: who a client of r->org is by now (account_of). CT_INVALID at `client` where there is none. */
int owner_of(struct ct_request *r, int64_t client, struct ct_result **row_r, struct ct_error *e) CT_MUST_USE;

/* What a view says of a row of payment_put. */
#define PAYMENT_ROW(p) \
	{ p "id", "id", NULL }, { p "uid", "text", NULL }, { p "received_d", "date", NULL }, { p "client", "id", NULL }, \
	{ p "payer", "text", NULL }, { p "means", "text", "transfer, card, cash, cheque, direct_debit; opening: a credit carried over, no money" }, \
	{ p "amount", "money", "below 0: paid back, or reversed" }, { p "left", "money", "of it, that is a credit" }, \
	{ p "reference", "text", NULL }, { p "given_by", "text", NULL }, { p "numbers", "text", "of the documents that it pays" }, \
	{ p "reverses", "id", "the payment that it takes back, or null" }, { p "reversed_by", "id", "the one that takes it back, or null" }, \
	{ p "reason", "text", NULL }

/* payment_page.c: puts a row of any list of payments. `org`: of its page's address; NULL: who looks may not see it. */
void payment_put(struct ct_request *r, json_t *object, const struct ct_result *row, const char *org);

/* payment_page.c: puts payments[], has_payments_ui and pay_ui of a document's page. One query. */
int document_payments_put(struct ct_request *r, const struct bill *, int64_t left, struct ct_error *e) CT_MUST_USE;

/* payments_page.c: puts payments[] and any_payments_ui of GET /invoices: those of parties (a JSON array of keys). */
int payments_mine_put(struct ct_request *r, const char *parties, struct ct_error *e) CT_MUST_USE;

/* needs.c: puts siret, service_code, needs_order_ref, needs_service_code, needs_ui of an account (account_of). */
void needs_put(struct ct_request *r, const struct ct_result *who);

extern const struct ct_field needs_fields[];
ct_handler_f needs_post;

extern const struct ct_field payments_fields[], payment_new_fields[], payment_fields[], payment_reverse_fields[],
	payment_allocate_fields[], refund_fields[], balances_fields[];
extern const struct ct_view_field payments_view[], payment_view[], payment_form_view[], balances_view[], account_view[];
ct_handler_f payments_page, payments_csv, payment_page, payment_form, payment_post, payment_put_page,
	payment_reverse_post, payment_allocate_post, balances_page, balances_csv, account_page, account_put,
	refund_post, payment_verify;

#define PAYMENT CT_PATH("id", "invoicing.payment")
#define ACCOUNT CT_PATH("id", "invoicing.client")

#define PAYMENT_KINDS { "payment", N_("Payment"), "payment_find", "payment_find_text", .see = MAY_SEE, .traces = payment_traces }

#define PAYMENT_ROUTES \
	{ "GET", "/o/{org}/payments", CT_ORG, MAY_SEE, "invoicing/payments", payments_page, payments_fields, payments_view, \
	  N_("Payments") }, \
	{ "GET", "/o/{org}/payments.csv", CT_ORG, MAY_SEE, NULL, payments_csv, payments_fields, .title = N_("Payments (CSV)") }, \
	{ "GET", "/o/{org}/payments/new", CT_ORG, MAY_ISSUE, "invoicing/payment-form", payment_form, payment_new_fields, \
	  payment_form_view, N_("Record a payment") }, \
	{ "POST", "/o/{org}/payments", CT_ORG, MAY_ISSUE, "invoicing/payment-form", payment_post, payment_fields, \
	  payment_form_view, N_("Record a payment"), .form = payment_form }, \
	{ "GET", "/o/{org}/payments/{id}", PAYMENT, MAY_SEE, "invoicing/payment", payment_page, .view = payment_view, \
	  .title = N_("Payment") }, \
	{ "POST", "/o/{org}/payments/{id}/allocate", PAYMENT, MAY_ISSUE, "invoicing/payment", payment_allocate_post, \
	  payment_allocate_fields, payment_view, N_("Use a credit for invoices"), .form = payment_put_page }, \
	{ "POST", "/o/{org}/payments/{id}/reverse", PAYMENT, MAY_ISSUE, "invoicing/payment", payment_reverse_post, \
	  payment_reverse_fields, payment_view, N_("Reverse a payment"), .form = payment_put_page }, \
	{ "GET", "/o/{org}/balances", CT_ORG, MAY_SEE, "invoicing/balances", balances_page, balances_fields, balances_view, \
	  N_("Who owes what") }, \
	{ "GET", "/o/{org}/balances.csv", CT_ORG, MAY_SEE, NULL, balances_csv, balances_fields, .title = N_("Who owes what (CSV)") }, \
	{ "GET", "/o/{org}/balances/{id}", ACCOUNT, MAY_SEE, "invoicing/account", account_page, .view = account_view, \
	  .title = N_("Account of a client") }, \
	{ "POST", "/o/{org}/balances/{id}/needs", ACCOUNT, MAY_ISSUE, "invoicing/account", needs_post, needs_fields, \
	  account_view, N_("What a client’s invoices need"), .form = account_put }, \
	{ "POST", "/o/{org}/balances/{id}/refund", ACCOUNT, MAY_ISSUE, "invoicing/account", refund_post, refund_fields, \
	  account_view, N_("Pay back a credit"), .form = account_put }

#define PAYMENT_MENU \
	{ N_("Payments"), "/o/{org}/payments", MAY_SEE, 33 }, \
	{ N_("Who owes what"), "/o/{org}/balances", MAY_SEE, 34 }

#endif
