/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in and out. */
#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "base/random.h"
#include "account/password.h"
#include "account/account.h"
#include "account/session.h"
#include "route/input.h"
#include "route/state.h"
#include "server/gateway.h"

enum { FREE_FAILURES = 10, WINDOW_SECONDS = 900 };

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
	const char *buckets[2];
};

const char *ct_next_path(struct ct_request *r)
{
	const char *next = ct_in_text(r, "next");

	if (!next || *next != '/' || next[1] == '/' || strpbrk(next, "\\\r\n"))
		return "/";
	return next;
}

int ct_login_page(struct ct_request *r, struct ct_error *e)
{
	ct_put_controls(r, r->view, "fields_ui", shown_fields, NULL);
	ct_put_text(r->view, "next", ct_input_raw(r, "next") ? ct_input_raw(r, "next") : "");
	ct_put_array(r->view, "offers_ui");
	return ct_raise_handlers(r, "login.offer", e);
}

static char *lower(void *mem, const char *text)
{
	char *copy = talloc_strdup(mem, text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* Failures count per account and per address; both are hashed so that the table names nobody. */
static void name_buckets(struct ct_request *r, struct login *login)
{
	const char *texts[2] = {
		talloc_asprintf(r, "login %s", lower(r, ct_in_text(r, "email"))),
		talloc_asprintf(r, "address %s",
				r->s->gateway->param(r->s->gateway, "REMOTE_ADDR")),
	};

	for (int i = 0; i < 2; i++)
		login->buckets[i] = ct_keyed_hash(r, r->s->core->key, texts[i], strlen(texts[i]));
}

static int refuse_limited(struct ct_request *r, const struct login *login, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(
		r, "login_limited",
		CT_ARGS(CT_STR(login->buckets[0]), CT_STR(login->buckets[1]), CT_UTC(r->now)), &row,
		e);

	if (!rc && ct_next(row))
		rc = ct_fail(
			e, CT_TOO_MANY,
			_("Too many failed attempts. Wait a quarter of an hour, then try again."));
	return rc;
}

static int count_failure(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct login *login = arg;
	struct ct_utc end = { r->now.s + WINDOW_SECONDS }, start = { r->now.s - WINDOW_SECONDS };

	for (int i = 0; i < 2; i++) {
		int64_t limit = i ? FREE_FAILURES * 5 : FREE_FAILURES;
		int rc = ct_exec(r, "login_failed",
				 CT_ARGS(CT_STR(login->buckets[i]), CT_UTC(r->now), CT_UTC(end),
					 CT_UTC(start), CT_NUM(limit), CT_UTC(end), CT_UTC(start),
					 CT_UTC(r->now), CT_UTC(end)),
				 e);

		if (rc)
			return rc;
	}
	return 0;
}

/* Whoever was signed in in this browser no longer is. */
static int begin_instead(struct ct_request *r, int64_t account, struct ct_error *e)
{
	int rc;

	if (r->s->caller.session && (rc = ct_session_end(r, e)))
		return rc;
	return ct_session_begin(r, account, e);
}

static int begin(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct login *login = arg;

	return begin_instead(r, login->account, e);
}

int ct_sign_in(struct ct_request *r, const char *login, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_account, rc = ct_query(r, "account_by_login", CT_ARGS(CT_STR(login)), &row, e));
	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_fail(e, CT_MISSING, _("There is no account of this name any more."));
	return begin_instead(r, ct_col_int(row, "id"), e);
}

int ct_login_post(struct ct_request *r, struct ct_error *e)
{
	struct login login = { 0 };
	struct ct_result *row;
	const char *hash = NULL;
	bool right;
	int rc;

	name_buckets(r, &login);
	if ((rc = refuse_limited(r, &login, e)) ||
	    (rc = ct_query(r, "account_by_login", CT_ARGS(CT_STR(ct_in_text(r, "email"))), &row,
			   e)))
		return rc;
	if (ct_next(row)) {
		login.account = ct_col_int(row, "id");
		hash = ct_col_text(row, "password_hash");
	}
	rc = ct_password_verify(r->s->core, ct_in_text(r, "password"), hash, &right, e);
	if (rc)
		return rc;
	if (!right) {
		rc = ct_transaction(r, count_failure, &login, e);
		return rc ? rc
			  : ct_fail_field(
				    e, "email",
				    _("This e-mail and password do not belong together. Check both; capital letters count."));
	}
	rc = ct_transaction(r, begin, &login, e);
	if (!rc)
		ct_redirect(r, 200, ct_next_path(r));
	return rc;
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
