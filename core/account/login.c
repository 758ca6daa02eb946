/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in by password, and out. An account that does not exist gets the same answer after the same work. */
#include <string.h>

#include <comptoir/limit.h>

#include "account/account.h"
#include "account/password.h"
#include "account/session.h"
#include "base/log.h"
#include "route/input.h"
#include "route/query.h"
#include "route/state.h"

enum { PER_ACCOUNT = 10, PER_ADDRESS = 50, WINDOW_SECONDS = 900 };

const struct ct_field ct_login_fields[] = {
	{ "email", N_("E-mail"), CT_EMAIL, .required = true, .autocomplete = "username" },
	{ "password", N_("Password"), CT_SECRET, .required = true, .max = 200,
	  .autocomplete = "current-password" },
	{ "next", N_("Then go to"), CT_TEXT, .max = 500 },
	{ 0 }
};

const struct ct_field ct_login_page_fields[] = { { "next", N_("Then go to"), CT_TEXT, .max = 500 },
						 { 0 } };

/* The two that are typed; `next` is carried along unseen. */
static const struct ct_field shown_fields[] = {
	{ "email", N_("E-mail"), CT_EMAIL, .required = true, .autocomplete = "username" },
	{ "password", N_("Password"), CT_SECRET, .required = true,
	  .autocomplete = "current-password" },
	{ 0 }
};

struct login {
	int64_t account;
	const char *password, *hash;	 /* hash: as stored */
	char new_hash[CT_PASSWORD_HASH]; /* or "" */
	struct ct_limit by_account, by_address;
};

const char *ct_login_next(struct ct_request *r)
{
	const char *next = ct_in_text(r, "next");

	if (!next || *next != '/' || next[1] == '/' || strpbrk(next, "\\\r\n"))
		return NULL;
	return next;
}

int ct_login_page(struct ct_request *r, struct ct_error *e)
{
	ct_put_controls(r, r->view, "fields_ui", shown_fields, NULL);
	ct_put_text(r->view, "next", ct_input_raw(r, "next") ? ct_input_raw(r, "next") : "");
	ct_put_array(r->view, "offers_ui");
	return ct_raise_handlers(r, "login.offer", e);
}

/* Before it is judged: of many at once, no more than the limit come to it. */
static int take(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct login *login = arg;
	int rc = ct_limit_take(r, &login->by_account, e);

	return rc ? rc : ct_limit_take(r, &login->by_address, e);
}

static int give_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct login *login = arg;
	int rc = ct_limit_give_back(r, &login->by_account, e);

	return rc ? rc : ct_limit_give_back(r, &login->by_address, e);
}

/* Other failures from the address stay: who has an account could clear them by signing in between. */
static int begin(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct login *login = arg;
	int rc = ct_limit_reset(r, &login->by_account, e);

	if (!rc)
		rc = ct_limit_give_back(r, &login->by_address, e);
	if (!rc && *login->new_hash)
		rc = ct_exec(r, "account_rehash",
			     CT_ARGS(CT_STR(login->new_hash), CT_NUM(login->account),
				     CT_STR(login->hash)),
			     e);
	return rc ? rc : ct_session_renew(r, login->account, e);
}

int ct_sign_in(struct ct_request *r, const char *login, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_account, rc = ct_query(r, "account_by_login", CT_ARGS(CT_STR(login)), &row, e));
	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_fail(e, CT_MISSING, "%s", _("There is no account of this name any more."));
	return ct_session_renew(r, ct_col_int(row, "id"), e);
}

static int find_account(struct ct_request *r, struct login *login, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "account_by_login", CT_ARGS(CT_STR(ct_in_text(r, "email"))), &row, e);

	if (!rc && ct_next(row)) {
		login->account = ct_col_int(row, "id");
		login->hash = ct_col_text(row, "password_hash");
	}
	return rc;
}

static int verify(struct ct_request *r, struct login *login, bool *right_r, struct ct_error *e)
{
	int rc = ct_password_verify(r->s->core, login->password, login->hash, right_r, e);

	if (!rc && *right_r && ct_password_is_outdated(login->hash))
		rc = ct_password_hash(r->s->core, login->password, login->new_hash, e);
	return rc;
}

/* What could not be judged is no failure. */
static int judge(struct ct_request *r, struct login *login, struct ct_error *e)
{
	struct ct_error ignored;
	bool right = false;
	int rc = find_account(r, login, e);

	if (!rc)
		rc = verify(r, login, &right, e);
	if (rc && ct_transaction_apart(r, give_back, login, &ignored))
		ct_log(CT_LOG_WARNING, "limit", "why", ignored.text, NULL);
	if (rc || right)
		return rc;
	return ct_fail_field(
		e, "email", "%s",
		_("This e-mail and password do not belong together. Check both; capital letters count."));
}

int ct_login_post(struct ct_request *r, struct ct_error *e)
{
	struct login login = {
		.password = ct_in_text(r, "password"),
		.by_account = { "sign-in to", ct_in_text(r, "email"), PER_ACCOUNT, WINDOW_SECONDS },
		.by_address = { "sign-in from", ct_limit_address(r), PER_ADDRESS, WINDOW_SECONDS },
	};
	const char *next = ct_login_next(r);
	int rc;

	if ((rc = ct_transaction_apart(r, take, &login, e)) || (rc = judge(r, &login, e)) ||
	    (rc = ct_transaction(r, begin, &login, e)))
		return rc;
	ct_redirect(r, 200, next ? next : "/");
	return 0;
}

static int end(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_session_end(r, e);
}

int ct_logout_post(struct ct_request *r, struct ct_error *e)
{
	int rc = r->s->caller.session ? ct_transaction(r, end, NULL, e) : 0;

	if (!rc)
		ct_redirect(r, 200, "/");
	return rc;
}
