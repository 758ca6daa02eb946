/* SPDX-License-Identifier: GPL-3.0-or-later */
/* invoicing: what is owed, and the documents that say so. */
#include "invoicing.h"

static const struct ct_permission permissions[] = {
	{ "invoicing.see",   N_("See what is owed, documents and payments"),     CT_ROLE_TREASURER },
	{ "invoicing.draft", N_("Prepare invoices"),                             CT_ROLE_TREASURER },
	{ "invoicing.issue", N_("Issue and credit invoices, record payments"),   CT_ROLE_TREASURER },
	{ 0 }
};

/* What the traces of a client hold: what a source owes, before and after. */
static const struct ct_field client_traces[] = {
	{ "title", N_("For"), CT_TEXT },
	{ "total_cents", N_("Owed"), CT_MONEY },
	{ 0 }
};

static const struct ct_kind kinds[] = {
	{ "client", N_("Client"), "client_find", "client_find_text", "client_labels", .see = "invoicing.see",
	  .traces = client_traces },
	{ 0 }
};

static const struct ct_service_offer services[] = { { "billing", 1, &invoicing_billing }, { 0 } };

CT_PLUGIN(invoicing) = {
	CT_HEAD("invoicing"), .title = N_("Invoicing"), .permissions = permissions, .kinds = kinds,
	.queries = invoicing_queries, .services = services,
};
