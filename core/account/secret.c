/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one signs in with: the address and the password, changed by who proves to be the one. */
#include <string.h>
#include <talloc.h>

#include <comptoir/limit.h>

#include "account/account.h"
#include "account/letter.h"
#include "account/link.h"
#include "account/password.h"
#include "account/session.h"
#include "account/strength.h"
#include "route/state.h"

enum { CHANGES_A_DAY = 5, A_DAY = 86400 };

const struct ct_field ct_password_fields[] = {
	CT_ME_CURRENT,
	{ "password", N_("New password"), CT_SECRET, .required = true, .max = CT_PASSWORD_MAX,
	  .autocomplete = "new-password",
	  .help = N_("At least 8 characters. Three words in a row are easy to keep in mind.") },
	{ 0 }
};

const struct ct_field ct_address_fields[] = { { "email", N_("New address"), CT_EMAIL,
						.required = true, .autocomplete = "email" },
					      CT_ME_CURRENT,
					      { 0 } };

const struct ct_field ct_prove_fields[] = { { "next", N_("Then go to"), CT_TEXT, .max = 500 },
					    { 0 } };

int ct_password_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_me_form form = {
		.action = "/me/password",
		.lead = _(
			"Wherever else you are signed in, you will be signed out. Tokens of programs stay."),
		.submit = _("Set this password"),
		.fields = ct_password_fields,
	};

	return ct_me_put_proved_form(r, &form, e);
}

struct change {
	const struct ct_result *me;
	char hash[CT_PASSWORD_HASH];
};

static int store_password(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct change *change = arg;
	int64_t account = r->s->caller.account;
	int rc;

	if ((rc = ct_exec(r, "password_set",
			  CT_ARGS(CT_STR(change->hash), CT_UTC(r->now), CT_NUM(account)), e)) ||
	    (rc = ct_exec(r, "sessions_revoke", CT_ARGS(CT_NUM(account), CT_NUM(0)), e)) ||
	    (rc = ct_link_end_all(r, account, false, e)) ||
	    (rc = ct_letter_notice(r, account, N_("Your password was changed"),
				   N_("The password of your account was changed just now."), e)) ||
	    (rc = ct_session_begin(r, account, e)))
		return rc;
	return ct_audit(r, "account", account, "password", NULL, NULL, e);
}

int ct_password_post(struct ct_request *r, struct ct_error *e)
{
	const char *password = ct_in_text(r, "password");
	struct change change;
	struct ct_result *me;
	int rc;

	if ((rc = ct_me_by_hand(r, e)) || (rc = ct_me_row(r, &me, e)) ||
	    (rc = ct_me_prove(r, me, e)))
		return rc;
	const char *own[] = { ct_col_text(me, "login"), ct_col_text(me, "given_name"),
			      ct_col_text(me, "family_name"), ct_setting_text(r, "site.name") };

	if ((rc = ct_password_rules(password, own, sizeof(own) / sizeof(own[0]), e)) ||
	    (rc = ct_password_hash(r->s->core, password, change.hash, e)) ||
	    (rc = ct_transaction(r, store_password, &change, e)))
		return rc;
	ct_notice(r, "%s", _("Your new password is set. Elsewhere you are signed out."));
	ct_redirect(r, 200, "/me");
	return 0;
}

int ct_address_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_me_form form = {
		.action = "/me/address",
		.lead = _(
			"We mail a link to the new address. Once you have opened it, you sign in with that address."),
		.submit = _("Mail the link"),
		.fields = ct_address_fields,
	};

	return ct_me_put_proved_form(r, &form, e);
}

/* Whoever asks is not told that somebody else has an account with the address; its owner is. */
static int tell_taken(struct ct_request *r, const char *email, const struct ct_result *me,
		      struct ct_error *e)
{
	const struct ct_letter l = {
		.to = email,
		.name = email,
		.lang = ct_col_text(me, "lang"),
		.subject = _("This address has an account already"),
		.sentence = _(
			"Somebody wanted to sign in to another account with this address, which has an account already. That stays as it is."),
		.next = _("If it was you: sign in with this address, or choose another one."),
	};

	return ct_letter_send(r, &l, e);
}

static int ask_address(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct change *change = arg;
	const char *email = ct_in_text(r, "email");
	const struct ct_new_link new = { .purpose = CT_LINK_ADDRESS,
					 .account = r->s->caller.account,
					 .email = email };
	const struct ct_limit limit = { "new address of", ct_col_text(change->me, "login"),
					CHANGES_A_DAY, A_DAY };
	struct ct_result *other;
	int rc;

	if ((rc = ct_limit_take(r, &limit, e)) ||
	    (rc = ct_query(r, "account_of", CT_ARGS(CT_STR(email)), &other, e)))
		return rc;
	return ct_next(other) ? tell_taken(r, email, change->me, e) : ct_link_mail(r, &new, e);
}

int ct_address_post(struct ct_request *r, struct ct_error *e)
{
	struct change change = { 0 };
	struct ct_result *me;
	int rc;

	if ((rc = ct_me_by_hand(r, e)) || (rc = ct_me_row(r, &me, e)) ||
	    (rc = ct_me_prove(r, me, e)))
		return rc;
	change.me = me;
	if ((rc = ct_transaction(r, ask_address, &change, e)))
		return rc;
	ct_template(r, "core/login-sent");
	ct_put_text(r->view, "email", ct_in_text(r, "email"));
	ct_put_text(r->view, "heading_ui", _("Look into your mail"));
	ct_answer(r, 202);
	return 0;
}

/* Who has no password proves by a link that it is she, and comes back to where she was. */
int ct_prove_post(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *me;
	int rc;

	if ((rc = ct_me_by_hand(r, e)) || (rc = ct_me_row(r, &me, e)))
		return rc;
	return ct_ask_link(r, "sign_in", ct_col_text(me, "login"), ct_login_next(r), e);
}
