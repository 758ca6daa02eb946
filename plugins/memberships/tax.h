/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tax receipts for gifts (CERFA 11580, CGI 200 and 978; ADR 0050): what a person gave to an organisation that is
 * switched on.
 *
 * A receipt is of one membership that is paid: the gift in its dues, and the dues themselves where they buy nothing and
 * the organisation said so. Giving raises the rows of the memberships, then that of the year's numbers, and draws and
 * stores the paper in the same transaction. A receipt is never changed: it is voided, once, and then the payment may
 * get another one.
 */
#ifndef MEMBERSHIPS_TAX_H
#define MEMBERSHIPS_TAX_H

#include "memberships.h"

enum { TAX_AT_ONCE = 200 };		/* given in one go */

#define TAX_RECEIPT "memberships.tax_receipt"

/* ---- eligibility.c: the switch ---- */

#define ELIGIBILITY_ROWS "SELECT o.id, p.uid, o.id AS org_id, COALESCE(g.row_version, 1) AS row_version, o.archived_at," \
	" COALESCE(g.eligible, 0) AS eligible, g.purpose, g.category, g.category_detail, COALESCE(g.articles, '200') AS articles," \
	" COALESCE(g.with_dues, 0) AS with_dues, g.signatory, g.capacity, COALESCE(g.prefix, 'RF') AS prefix" \
	" FROM organisation o JOIN party p ON p.id = o.id LEFT JOIN memberships_eligibility g ON g.org_id = o.id"

extern const struct ct_field eligibility_fields[];
extern const struct ct_choice tax_categories[];
int eligibility_check(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int eligibility_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e) CT_MUST_USE;
int eligibility_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e) CT_MUST_USE;

struct eligibility {
	int64_t org;
	bool on;
	const char *name, *siren, *rna, *accent;	/* of the organisation; NULL: not known */
	const char *purpose, *category, *detail, *articles, *signatory, *capacity;
	struct ct_address address;
};

/* Of an organisation, also where it never was switched on. */
int eligibility_load(struct ct_request *r, int64_t org, struct eligibility *, struct ct_error *e) CT_MUST_USE;

/* What the organisation itself still lacks to give receipts: a sentence, or NULL. */
const char *eligibility_lack(const struct eligibility *);

/* ---- tax.c: given and voided ---- */

/* What a person gave; of the current row of "gifts" or "gifts_chosen", on the request. */
struct gift {
	int64_t membership, party, cents;
	const char *given_name, *family_name, *means, *currency;	/* means NULL: not known */
	struct ct_day paid;
	struct ct_address address;
};
struct gift gift_of(const struct ct_result *row, const json_t *addresses);

/* The addresses of all rows of such a query, which has to be asked once more for the rows themselves. */
int gifts_addresses(struct ct_request *r, struct ct_result *rows, json_t **addresses_r, struct ct_error *e) CT_MUST_USE;

/* What keeps somebody from getting one: "name", "address", or NULL. */
const char *gift_lack(const struct gift *);

/* What was chosen on the page: payments, and by which means those were that nobody said it of. */
struct giving {
	const char *keys;		/* JSON array of keys of memberships, each once */
	size_t n;
	const json_t *means;		/* object: key of a membership, a code of paid_means */
};

/*
 * Inside a transaction: a receipt for each, all or none. CT_CONFLICT where the organisation is not switched on or lacks
 * something, or one of them is not to be had any more; CT_INVALID at "membership" where an address or the means lacks.
 */
int tax_give(struct ct_request *r, const struct giving *, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: it was wrong. CT_CONFLICT where that was said before. */
int tax_void(struct ct_request *r, int64_t id, const char *reason, struct ct_error *e) CT_MUST_USE;

/* Today, where receipts are given. */
struct ct_day tax_today(const struct ct_request *r);

ct_handler_f tax_verify;

/* ---- tax_paper.c ---- */

/* Draws a frozen sheet. The same sheet gives the same bytes, which are on the request. */
int tax_draw(struct ct_request *r, const json_t *sheet, const void **bytes_r, size_t *len_r,
	     struct ct_error *e) CT_MUST_USE;

/* ---- tax_page.c, tax_list.c ---- */

/* Address of a receipt, or of what is done with it ("/void", ".pdf"). */
const char *tax_link(struct ct_request *r, const char *org, int64_t id, const char *word);

extern const struct ct_field tax_fields[], tax_void_fields[];
extern const struct ct_view_field tax_view[], tax_list_view[];
ct_handler_f tax_list, tax_list_csv, tax_post, tax_page, tax_put, tax_pdf, tax_void_post;
ct_handler_f tax_demo;

#define TAX_KIND { "tax_receipt", N_("Tax receipt"), "tax_find", "tax_find_text", .see = MAY_PLAN }

#define TAX_RECORD \
	{ "eligibility", N_("Tax receipts: settings"), eligibility_fields, MAY_PLAN, MAY_PLAN, .path = "tax-receipts/settings", \
	  .single = true, .table = "memberships_eligibility", .rows = ELIGIBILITY_ROWS, .before_store = eligibility_check, \
	  .write = eligibility_write, .form = eligibility_form }

#define TAX CT_PATH("id", TAX_RECEIPT)

#define TAX_ROUTES \
	{ "GET", "/o/{org}/tax-receipts", CT_ORG, MAY_PLAN, "memberships/tax-receipts", tax_list, tax_fields, tax_list_view, \
	  N_("Tax receipts") }, \
	{ "GET", "/o/{org}/tax-receipts.csv", CT_ORG, MAY_PLAN, NULL, tax_list_csv, tax_fields, .title = N_("Tax receipts (CSV)") }, \
	{ "POST", "/o/{org}/tax-receipts", CT_ORG, MAY_PLAN, "memberships/tax-receipts", tax_post, tax_fields, tax_list_view, \
	  N_("Give tax receipts"), .form = tax_list }, \
	{ "GET", "/o/{org}/tax-receipts/{id}", TAX, MAY_PLAN, "memberships/tax-receipt", tax_page, .view = tax_view, \
	  .title = N_("Tax receipt") }, \
	{ "GET", "/o/{org}/tax-receipts/{id}.pdf", TAX, MAY_PLAN, NULL, tax_pdf, .title = N_("Tax receipt (PDF)"), .owner = true }, \
	{ "POST", "/o/{org}/tax-receipts/{id}/void", TAX, MAY_PLAN, "memberships/tax-receipt", tax_void_post, tax_void_fields, \
	  tax_view, N_("Void a tax receipt"), .form = tax_put }

#define TAX_MENU \
	{ N_("Tax receipts"), "/o/{org}/tax-receipts", MAY_PLAN, 75, N_("Settings"), N_("People") }

#endif
