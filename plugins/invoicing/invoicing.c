/* SPDX-License-Identifier: GPL-3.0-or-later */
/* invoicing: what is owed, and the documents that say so. */
#include <comptoir/pages.h>

#include "invoicing.h"

#include "documents.h"
#include "guarantee.h"
#include "hand.h"
#include "issuer.h"
#include "letters.h"
#include "line.h"
#include "opening.h"
#include "pages.h"
#include "payments.h"
#include "project.h"
#include "quote.h"
#include "slip.h"

static const struct ct_permission permissions[] = {
	{ "invoicing.see",   N_("See what is owed, documents and payments"),     CT_ROLE_TREASURER },
	{ "invoicing.draft", N_("Write invoices of one’s own and of the projects that one leads, for the treasurer to issue"),
	  (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER | CT_ROLE_LEAD) },
	{ MAY_CHOOSE, N_("Write them for any contact and any project"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER) },
	{ "invoicing.prepare", N_("Prepare invoices of what is owed, write quotes"), CT_ROLE_TREASURER },
	{ "invoicing.issue", N_("Issue and credit invoices, record payments"),   CT_ROLE_TREASURER },
	{ 0 }
};

/* What the traces of a client hold: what a source owes, before and after. */
static const struct ct_field client_traces[] = {
	{ "title", N_("For"), CT_TEXT },
	{ "total_cents", N_("Owed"), CT_MONEY },
	{ "service_code", N_("Service code"), CT_TEXT },
	{ "needs_order_ref", N_("Demands an engagement number"), CT_BOOL },
	{ "needs_service_code", N_("Demands a service code"), CT_BOOL },
	{ "split_by", N_("An invoice for each"), CT_TEXT },
	{ 0 }
};

static const struct ct_field payment_traces[] = {
	{ "means", N_("Means of payment"), CT_CHOICE, .choices = payment_means_listed },
	{ "amount_cents", N_("Amount"), CT_MONEY },
	{ "reason", N_("Reason"), CT_TEXT },
	{ 0 }
};

static const struct ct_field opening_traces[] = {
	{ "origin", N_("According to"), CT_TEXT },
	{ "lines", N_("Lines"), CT_INT },
	{ "owed_cents", N_("Owed"), CT_MONEY },
	{ "credit_cents", N_("Credits"), CT_MONEY },
	{ "reason", N_("Reason"), CT_TEXT },
	{ 0 }
};

static const struct ct_kind kinds[] = {
	{ "client", N_("Client"), "client_find", "client_find_text", "client_labels", .see = "invoicing.see",
	  .traces = client_traces },
	DOCUMENT_KINDS,
	LETTER_KINDS,
	OPENING_KIND,
	PAYMENT_KINDS,
	QUOTE_KIND,
	SLIP_KIND,
	{ 0 }
};

static const struct ct_record records[] = { ISSUER_RECORDS, LETTER_RECORDS, OFFER_RECORD, GUARANTEE_RECORD, { 0 } };

static const struct ct_route routes[] = {
	{ "GET", "/o/{org}/charges", CT_ORG, "invoicing.see", "invoicing/charges", invoicing_charges, invoicing_charges_fields,
	  invoicing_charges_view, N_("To be billed") },
	{ "GET", "/o/{org}/charges/all", CT_ORG, "invoicing.see", NULL, invoicing_charges_csv, invoicing_charges_fields,
	  .title = N_("All that is to be billed (CSV)") },
	DOCUMENT_ROUTES,
	LETTER_ROUTES,
	HAND_ROUTES,
	LINE_ROUTES,
	GUARANTEE_ROUTES,
	OPENING_ROUTES,
	PAYMENT_ROUTES,
	QUOTE_ROUTES,
	SLIP_ROUTES,
	{ 0 }
};

static const struct ct_menu menu[] = {
	{ N_("To be billed"), "/o/{org}/charges", "invoicing.see", 30 },
	DOCUMENT_MENU,
	LETTER_MENU,
	OPENING_MENU,
	PAYMENT_MENU,
	QUOTE_MENU,
	GUARANTEE_MENU,
	{ 0 }
};

static int refuse_found(struct ct_request *r, const char *query, const char *what, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, CT_NO_ARGS, &row, e);

	if (!rc && ct_next(row))
		return ct_fail(e, CT_BROKEN, "%s", what);
	return rc;
}

/* comptoirctl verify: by brute force, whatever the constraints say. */
static int verify_rows(struct ct_request *r, struct ct_error *e)
{
	int rc;

	if ((rc = refuse_found(r, "verify_reversals", "a charge takes back what it does not reverse", e)) ||
	    (rc = refuse_found(r, "verify_twice", "a line is owed twice", e)))
		return rc;
	return refuse_found(r, "verify_issuers", "a charge is of another issuer than its client", e);
}

static const struct ct_hook hooks[] = {
	CT_HOOK("demo.after", ct_handler_f, invoicing_demo),
	CT_HOOK("verify", ct_handler_f, verify_rows),
	CT_ON_PRIVACY(invoicing_privacy),
	CT_ON_PARTY_MERGED(invoicing_party_merged),
	CT_ON_PARTY_EXPORTED(invoicing_party_exported),
	CT_ON_PARTY_DUE(invoicing_party_due),
	CT_ON_PARTY_SEEN(invoicing_party_seen),
	CT_ON_PARTY_FORGOTTEN(invoicing_party_forgotten),
	DOCUMENT_HOOKS,
	GUARANTEE_HOOKS,
	CT_HOOK("verify", ct_handler_f, payment_verify),
	CT_HOOK("verify", ct_handler_f, slip_verify),
	CT_HOOK("verify", ct_handler_f, opening_verify),
	CT_ON_SEARCH(quote_search),
	CT_ON_SEARCH(slip_search),
	{ 0 }
};

static const struct ct_job jobs[] = {
	{ "guests", 86400, invoicing_forget_guests, N_("Forget guests whose last charge was long ago") },
	{ 0 }
};

static const struct ct_service_offer services[] = { { "billing", 1, &invoicing_billing }, { 0 } };

CT_PLUGIN(invoicing) = {
	CT_HEAD("invoicing"), .title = N_("Invoicing"), .permissions = permissions, .kinds = kinds,
	.queries = invoicing_queries, .records = records, .routes = routes,
	.hooks = hooks, .services = services, .jobs = jobs, .menu = menu,
};
