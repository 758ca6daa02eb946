/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Balances carried over ("reports à nouveau"): what clients owed, or were owed, at a day in the books that a place had
 * before, one line a client. ADR 0048.
 *
 * A debt becomes an issued document of type "opening" with a series of its own: no charge, no line, no VAT, and no
 * invoice. A credit becomes a payment by the means "opening", which nobody received here. Either has a row in
 * invoicing_opening, which holds that a client has one that is not taken back.
 *
 * A spreadsheet of them is kept by the core (comptoir/import.h) between what would happen and its happening; that is
 * one transaction, which reads it all again behind the guard row of the issuer.
 */
#ifndef INVOICING_OPENING_H
#define INVOICING_OPENING_H

#include <comptoir/import.h>

#include "documents.h"

enum { OPENING_LINES = 1000 };		/* at most in one spreadsheet, which is one transaction */

enum opening_what {
	OPENING_DEBT, OPENING_CREDIT,	/* these are stored */
	OPENING_THERE, OPENING_NOTHING,	/* the client has one; the amount is 0 */
	OPENING_DOUBT, OPENING_WRONG, OPENING_WHATS
};

struct opening_line {
	enum opening_what what;
	const char *why, *reference;	/* or NULL */
	bool has_cents;			/* false: there is none, or it cannot be read */
	int64_t cents;			/* below 0: to her credit */
	struct ct_day due;		/* of a debt */
};

struct opening_list {
	struct ct_import import;
	struct opening_line *lines;	/* parallel to its lines */
	struct ct_day as_of;
	const char *origin, *currency;
	int64_t owed, credit;		/* of what is to be stored, both above 0 */
	size_t counts[OPENING_WHATS], fresh;	/* fresh: new contacts */
	const char *seen;		/* stands for what each line would do */
};

/* ---- opening_read.c ---- */

/* Keeps what the form brought; *uid_r on r. CT_INVALID at a field. */
int opening_keep(struct ct_request *r, struct ct_day as_of, const char *origin, const char **uid_r,
		 struct ct_error *e) CT_MUST_USE;

/* What a kept one would do, on r. CT_INVALID at "file" where no column has amounts, or it is too long. */
int opening_load(struct ct_request *r, const char *uid, struct opening_list *list_r, struct ct_error *e) CT_MUST_USE;

/* ---- opening_store.c: inside a transaction ---- */

/* Stores what `list` says. Whoever calls it holds the guard row of the issuer since before it was loaded. */
int opening_store(struct ct_request *r, const struct opening_list *list, const struct ct_pdf_image *logo,
		  struct ct_error *e) CT_MUST_USE;

/* CT_CONFLICT where something was paid on it, or used of it, or it was taken back before. */
int opening_take_back(struct ct_request *r, int64_t id, const char *reason, struct ct_error *e) CT_MUST_USE;

/* ---- pages ---- */

/* What a view says of a row with OPENING_ROW. */
void opening_row_put(struct ct_request *r, json_t *object, const struct ct_result *row);

/*
 * On the page of a document, and of a payment: puts opening { id, as_of_d, origin, reference, back_d, back_reason } or
 * null, and take_back_ui, the form that takes it back where it is `untouched`. `query`: opening_of_document or
 * opening_of_payment; NULL: it is none. One query.
 */
int opening_put(struct ct_request *r, const char *query, int64_t id, bool untouched, struct ct_error *e) CT_MUST_USE;

#define OPENING_ROW(p) \
	{ p "id", "id", NULL }, { p "as_of_d", "date", "at the end of which it was open" }, { p "origin", "text", "from which books" }, \
	{ p "reference", "text", "there, or null" }, { p "back_d", "date", "when it was taken back, or null" }, \
	{ p "back_reason", "text", NULL }

extern const struct ct_field openings_fields[], opening_fields[], opening_apply_fields[], opening_back_fields[];
extern const struct ct_view_field openings_view[], opening_preview_view[];
ct_handler_f openings_page, openings_csv, opening_form, opening_back_form, opening_post, opening_preview, opening_apply,
	opening_back_post, opening_verify;

#define OPENING_KIND { "opening", N_("Balance carried over"), "opening_find", "opening_find_text", .see = MAY_SEE, \
	.traces = opening_traces }

#define OPENING_ROUTES \
	{ "GET", "/o/{org}/opening-balances", CT_ORG, MAY_ISSUE, "invoicing/openings", openings_page, openings_fields, \
	  openings_view, N_("Balances carried over") }, \
	{ "GET", "/o/{org}/opening-balances.csv", CT_ORG, MAY_ISSUE, NULL, openings_csv, openings_fields, \
	  .title = N_("Balances carried over (CSV)") }, \
	{ "POST", "/o/{org}/opening-balances", CT_ORG, MAY_ISSUE, "invoicing/openings", opening_post, opening_fields, \
	  openings_view, N_("Balances carried over"), .form = opening_form }, \
	{ "GET", "/o/{org}/opening-balances/import/{uid}", CT_ORG, MAY_ISSUE, "invoicing/opening-preview", opening_preview, \
	  .view = opening_preview_view, .title = N_("What would happen") }, \
	{ "POST", "/o/{org}/opening-balances/import/{uid}", CT_ORG, MAY_ISSUE, "invoicing/opening-preview", opening_apply, \
	  opening_apply_fields, opening_preview_view, N_("Import balances"), .form = opening_preview }, \
	{ "POST", "/o/{org}/opening-balances/{id}/undo", CT_PATH("id", "invoicing.opening"), MAY_ISSUE, "invoicing/openings", \
	  opening_back_post, opening_back_fields, openings_view, N_("Take back a balance carried over"), .form = opening_back_form }

#define OPENING_MENU { N_("Balances carried over"), "/o/{org}/opening-balances", MAY_ISSUE, 79, N_("Settings"), N_("Invoices") }

#endif
