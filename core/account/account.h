/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of accounts: signing in and out, mailed links, one's own account, sessions, API tokens,
 * leaving, and being forgotten. Its queries also tell each request who asks (account/session.h).
 */
#ifndef CORE_ACCOUNT_ACCOUNT_H
#define CORE_ACCOUNT_ACCOUNT_H

#include <comptoir/plugin.h>

extern const struct ct_query ct_account_queries[];

/* login.c, ask.c, linkpage.c: the way in */
extern const struct ct_field ct_login_page_fields[], ct_login_fields[], ct_ask_fields[], ct_forgotten_fields[],
	ct_link_fields[];
ct_handler_f ct_login_page, ct_login_post, ct_logout_post, ct_ask_post, ct_forgotten_page, ct_forgotten_post,
	     ct_link_page, ct_link_post, ct_link_again;

/* Asks for a link by mail ("sign_in" or "reset"), and answers as if there were such an account. */
int ct_ask_link(struct ct_request *r, const char *purpose, const char *email, const char *next,
		struct ct_error *e) CT_MUST_USE;

/* The stage "after.account.link": mails it, if there is such an account. */
int ct_ask_later(struct ct_request *r, const json_t *payload, struct ct_error *e) CT_MUST_USE;

/* me.c, profile.c, secret.c, device.c: one's own account */
extern const struct ct_field ct_profile_fields[], ct_address_fields[], ct_password_fields[], ct_prove_fields[],
	ct_token_fields[];
ct_handler_f ct_me_page, ct_profile_page, ct_profile_post, ct_address_page, ct_address_post, ct_password_page,
	     ct_password_post, ct_prove_post, ct_tokens_page, ct_token_create, ct_token_revoke, ct_session_revoke,
	     ct_sessions_revoke;

/* export.c, leave.c, forget.c: one's data, and the end */
extern const struct ct_field ct_leave_fields[];
ct_handler_f ct_export_page, ct_leave_page, ct_leave_post, ct_forget_job;

/*
 * The caller's account: the row of "my_account". What changes it must be asked for by hand, so a token is
 * CT_DENIED.
 */
int ct_me_row(struct ct_request *r, struct ct_result **row_r, struct ct_error *e) CT_MUST_USE;
int ct_me_by_hand(const struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/*
 * A form of core/account-form with a way back to /me: `lead` is a sentence or NULL, `current` the values by
 * field (borrowed, or NULL).
 */
struct ct_me_form { const char *action, *lead, *submit, *note; const struct ct_field *fields; json_t *current; };
void ct_me_put_form(struct ct_request *r, const struct ct_me_form *);

/* The field of such a form by which who has a password proves that it is she. */
#define CT_ME_CURRENT { "current", N_("Your present password"), CT_SECRET, .max = CT_PASSWORD_MAX, \
			.autocomplete = "current-password" }

/*
 * Is it really she? Who has a password types it (field "current"); who has none must have signed in by a link
 * within the last quarter of an hour. ct_me_put_proof puts `prove_ui`, where neither is possible now, for the
 * page; ct_me_prove checks, and counts failures.
 */
void ct_me_put_proof(struct ct_request *r, const struct ct_result *me);
int ct_me_prove(struct ct_request *r, const struct ct_result *me, struct ct_error *e) CT_MUST_USE;

/* ct_me_put_form and ct_me_put_proof: of the fields, "current" only for who has a password. */
int ct_me_put_proved_form(struct ct_request *r, struct ct_me_form *, struct ct_error *e) CT_MUST_USE;

#endif
