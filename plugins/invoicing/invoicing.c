/* SPDX-License-Identifier: GPL-3.0-or-later */
/* invoicing: what is owed, and the documents that say so. */
#include <comptoir/billing.h>

#include "documents.h"
#include "issuer.h"
#include "pages.h"

static const struct ct_permission permissions[] = {
	{ "invoicing.see",   N_("See what is owed, documents and payments"),     CT_ROLE_TREASURER },
	{ "invoicing.draft", N_("Prepare invoices"),                             CT_ROLE_TREASURER },
	{ "invoicing.issue", N_("Issue and credit invoices, record payments"),   CT_ROLE_TREASURER },
	{ 0 }
};

static const struct ct_kind kinds[] = { DOCUMENT_KINDS, { 0 } };
static const struct ct_record records[] = { ISSUER_RECORDS, { 0 } };
static const struct ct_route routes[] = { DOCUMENT_ROUTES, { 0 } };
static const struct ct_hook hooks[] = { DOCUMENT_HOOKS, { 0 } };
static const struct ct_menu menu[] = { DOCUMENT_MENU, { 0 } };

CT_PLUGIN(invoicing) = {
	CT_HEAD("invoicing"), .title = N_("Invoicing"), .permissions = permissions, .kinds = kinds,
	.queries = invoicing_queries, .records = records, .routes = routes,
	.hooks = hooks, .menu = menu,
};
