/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of people: sign-in, account, tokens, organisations, places. Its queries also serve
 * the core itself (session, organisation of a subject, audit), which is why it is the first module.
 */
#ifndef CORE_PEOPLE_PEOPLE_H
#define CORE_PEOPLE_PEOPLE_H

#include <comptoir/plugin.h>

extern const struct ct_plugin ct_plugin_people, ct_plugin_system;
extern const struct ct_query ct_people_queries[];

/* Handlers of the pages, by file. */
extern const struct ct_field ct_login_page_fields[], ct_login_fields[], ct_token_fields[];
ct_handler_f ct_login_page, ct_login_post, ct_logout_post, ct_me_page, ct_token_create, ct_token_revoke,
	     ct_session_revoke, ct_org_page;

#endif
