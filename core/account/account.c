/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of accounts. */
#include "account/account.h"

typedef int after_f(struct ct_request *r, const json_t *payload, struct ct_error *e);

static const struct ct_route routes[] = {
	{ "GET", "/login", CT_ANY, CT_PUBLIC, "core/login", ct_login_page, .fields = ct_login_page_fields,
	  .title = N_("Sign in") },
	{ "POST", "/login", CT_ANY, CT_PUBLIC, "core/login", ct_login_post, .fields = ct_login_fields,
	  .form = ct_login_page, .title = N_("Sign in"), .no_csrf = true },
	{ "POST", "/login/link", CT_ANY, CT_PUBLIC, "core/login", ct_ask_post, .fields = ct_ask_fields,
	  .form = ct_login_page, .title = N_("Sign in") },
	{ "GET", "/login/forgotten", CT_ANY, CT_PUBLIC, "core/forgotten", ct_forgotten_page,
	  .title = N_("Password forgotten") },
	{ "POST", "/login/forgotten", CT_ANY, CT_PUBLIC, "core/forgotten", ct_forgotten_post,
	  .fields = ct_forgotten_fields, .form = ct_forgotten_page, .title = N_("Password forgotten") },
	{ "POST", "/logout", CT_ANY, CT_PUBLIC, NULL, ct_logout_post, .title = N_("Sign out") },
	{ "GET", "/links/{token}", CT_ANY, CT_PUBLIC, "core/link", ct_link_page },
	{ "POST", "/links/{token}", CT_ANY, CT_PUBLIC, "core/link", ct_link_post, .fields = ct_link_fields,
	  .form = ct_link_page },
	{ "POST", "/links/{token}/again", CT_ANY, CT_PUBLIC, "core/login-sent", ct_link_again },
	{ "GET", "/me", CT_ANY, CT_SIGNED_IN, "core/me", ct_me_page, .title = N_("My account") },
	{ "GET", "/me/profile", CT_ANY, CT_SIGNED_IN, "core/account-form", ct_profile_page,
	  .title = N_("My profile") },
	{ "POST", "/me/profile", CT_ANY, CT_SIGNED_IN, "core/account-form", ct_profile_post,
	  .fields = ct_profile_fields, .form = ct_profile_page, .title = N_("My profile") },
	{ "GET", "/me/address", CT_ANY, CT_SIGNED_IN, "core/account-form", ct_address_page,
	  .title = N_("Sign in with another address") },
	{ "POST", "/me/address", CT_ANY, CT_SIGNED_IN, "core/account-form", ct_address_post,
	  .fields = ct_address_fields, .form = ct_address_page, .title = N_("Sign in with another address") },
	{ "GET", "/me/password", CT_ANY, CT_SIGNED_IN, "core/account-form", ct_password_page,
	  .title = N_("My password") },
	{ "POST", "/me/password", CT_ANY, CT_SIGNED_IN, "core/account-form", ct_password_post,
	  .fields = ct_password_fields, .form = ct_password_page, .title = N_("My password") },
	{ "POST", "/me/prove", CT_ANY, CT_SIGNED_IN, "core/login-sent", ct_prove_post, .fields = ct_prove_fields },
	{ "GET", "/me/tokens", CT_ANY, CT_SIGNED_IN, "core/tokens", ct_tokens_page,
	  .title = N_("Access for programs") },
	{ "POST", "/me/tokens", CT_ANY, CT_SIGNED_IN, "core/tokens", ct_token_create, .fields = ct_token_fields,
	  .form = ct_tokens_page, .title = N_("New token") },
	{ "POST", "/me/tokens/{uid}/revoke", CT_ANY, CT_SIGNED_IN, NULL, ct_token_revoke },
	{ "POST", "/me/sessions/{id}/revoke", CT_ANY, CT_SIGNED_IN, NULL, ct_session_revoke },
	{ "POST", "/me/sessions/revoke", CT_ANY, CT_SIGNED_IN, NULL, ct_sessions_revoke },
	{ "GET", "/me/data", CT_ANY, CT_SIGNED_IN, "core/me-data", ct_export_page, .title = N_("My data") },
	{ "GET", "/me/delete", CT_ANY, CT_SIGNED_IN, "core/me-delete", ct_leave_page,
	  .title = N_("Delete my account") },
	{ "POST", "/me/delete", CT_ANY, CT_SIGNED_IN, "core/me-delete", ct_leave_post, .fields = ct_leave_fields,
	  .form = ct_leave_page, .title = N_("Delete my account") },
	{ 0 }
};

static const struct ct_hook hooks[] = {
	CT_HOOK("after.account.link", after_f, ct_ask_later),
	{ 0 }
};

static const struct ct_job jobs[] = { { "forget", 86400, ct_forget_job, N_("Make people anonymous who have not come for long") }, { 0 } };

CT_PLUGIN(account) = {
	CT_HEAD("account"), .title = N_("Accounts"), .queries = ct_account_queries, .routes = routes,
	.hooks = hooks, .jobs = jobs,
};
