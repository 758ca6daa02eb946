/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of accounts. */
#include "account/account.h"

static const struct ct_route routes[] = {
	{ "GET", "/login", CT_ANY, CT_PUBLIC, "core/login", ct_login_page, .fields = ct_login_page_fields,
	  .title = N_("Sign in") },
	{ "POST", "/login", CT_ANY, CT_PUBLIC, "core/login", ct_login_post, .fields = ct_login_fields,
	  .form = ct_login_page, .title = N_("Sign in"), .no_csrf = true },
	{ "POST", "/logout", CT_ANY, CT_PUBLIC, NULL, ct_logout_post, .title = N_("Sign out") },
	{ "GET", "/me", CT_ANY, CT_SIGNED_IN, "core/me", ct_me_page, .title = N_("My account") },
	{ "POST", "/me/tokens", CT_ANY, CT_SIGNED_IN, "core/token", ct_token_create, .fields = ct_token_fields,
	  .title = N_("New token") },
	{ "POST", "/me/tokens/{uid}/revoke", CT_ANY, CT_SIGNED_IN, NULL, ct_token_revoke },
	{ "POST", "/me/sessions/{id}/revoke", CT_ANY, CT_SIGNED_IN, NULL, ct_session_revoke },
	{ 0 }
};

CT_PLUGIN(account) = {
	CT_HEAD("account"), .title = N_("Accounts"), .queries = ct_account_queries, .routes = routes,
};
