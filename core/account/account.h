/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of accounts: signing in and out, one's own account, sessions, API tokens. Its queries
 * also tell each request who asks (account/session.h).
 */
#ifndef CORE_ACCOUNT_ACCOUNT_H
#define CORE_ACCOUNT_ACCOUNT_H

#include <comptoir/plugin.h>

extern const struct ct_query ct_account_queries[];

/* Handlers of the pages, by file. */
extern const struct ct_field ct_login_page_fields[], ct_login_fields[], ct_token_fields[];
ct_handler_f ct_login_page, ct_login_post, ct_logout_post, ct_me_page, ct_token_create, ct_token_revoke,
	     ct_session_revoke;

#endif
