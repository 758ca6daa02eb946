/* SPDX-License-Identifier: GPL-3.0-or-later */
/* invoicing: what is owed, and the documents that say so. */
#include <comptoir/billing.h>

static const struct ct_permission permissions[] = {
	{ "invoicing.see",   N_("See what is owed, documents and payments"),     CT_ROLE_TREASURER },
	{ "invoicing.draft", N_("Prepare invoices"),                             CT_ROLE_TREASURER },
	{ "invoicing.issue", N_("Issue and credit invoices, record payments"),   CT_ROLE_TREASURER },
	{ 0 }
};

CT_PLUGIN(invoicing) = {
	CT_HEAD("invoicing"), .title = N_("Invoicing"), .permissions = permissions,
};
