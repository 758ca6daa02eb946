/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What acts as a person: her sessions, and the tokens that she gave to programs. */
#include <stdlib.h>
#include <string.h>

#include "account/account.h"
#include "account/strength.h"
#include "base/random.h"
#include "route/state.h"

enum { USUAL_DAYS = 365, MOST_DAYS = 730 };

const struct ct_field ct_token_fields[] = {
	{ "label", N_("What is it for?"), CT_TEXT, .required = true, .max = 80,
	  .help = N_("For example: “calendar on my phone”.") },
	{ "days", N_("Valid for (days)"), CT_INT, .min = 1, .max = MOST_DAYS, .initial = "365" },
	{ "read_only", N_("It may look, and change nothing"), CT_BOOL },
	CT_ME_CURRENT,
	{ 0 }
};

int ct_tokens_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_me_form form = { .action = "/me/tokens",
				   .submit = _("Make a token"),
				   .fields = ct_token_fields };
	int rc = ct_me_put_proved_form(r, &form, e);

	return rc ? rc : ct_rows(r, "my_tokens", CT_ARGS(CT_NUM(r->s->caller.account), CT_UTC(r->now)), "tokens", e);
}

static int create(struct ct_request *r, void *arg, struct ct_error *e)
{
	const char *secret = arg;
	int64_t days = ct_in_set(r, "days") ? ct_in_int(r, "days") : USUAL_DAYS, id;
	struct ct_utc expires = { r->now.s + days * 86400 };
	int rc = ct_insert(r, "token_create",
			   CT_ARGS(CT_STR(ct_hash_token(r, secret)), CT_NUM(r->s->caller.account),
				   CT_STR(ct_in_text(r, "label")), CT_UTC(expires),
				   CT_NUM(ct_in_int(r, "read_only"))),
			   &id, e);

	return rc ? rc : ct_audit(r, "token", id, "create", NULL, NULL, e);
}

int ct_token_create(struct ct_request *r, struct ct_error *e)
{
	char *secret = ct_token(r, 32);
	struct ct_result *me;
	int rc;

	if (r->s->caller.token)
		return ct_fail(e, CT_DENIED,
			       _("A token cannot make another one. Sign in with your password."));
	if ((rc = ct_me_row(r, &me, e)) || (rc = ct_me_prove(r, me, e)) ||
	    (rc = ct_transaction(r, create, secret, e)))
		return rc;
	r->s->secret_answer = true;
	ct_template(r, "core/token");
	ct_put_text(r->view, "token", secret);
	ct_put_text(r->view, "label", ct_in_text(r, "label"));
	ct_answer(r, 201);
	return 0;
}

static int revoke(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t count;
	int rc;

	(void)arg;
	rc = ct_exec_count(
		r, "token_revoke",
		CT_ARGS(CT_UTC(r->now), CT_STR(ct_path(r, "uid")), CT_NUM(r->s->caller.account)),
		&count, e);
	if (rc)
		return rc;
	if (!count)
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	return ct_audit(r, "token", r->s->caller.account, "revoke", NULL, NULL, e);
}

int ct_token_revoke(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_me_by_hand(r, e);

	if (!rc && !(rc = ct_transaction(r, revoke, NULL, e))) {
		ct_notice(r, _("The token no longer opens anything."));
		ct_redirect(r, 200, "/me/tokens");
	}
	return rc;
}

static int revoke_session(struct ct_request *r, void *arg, struct ct_error *e)
{
	return ct_exec(r, "session_revoke", CT_ARGS(CT_NUM(*(const int64_t *)arg), CT_NUM(r->s->caller.account)), e);
}

/* A number and nothing else: MariaDB would take "1x" for 1. */
int ct_session_revoke(struct ct_request *r, struct ct_error *e)
{
	const char *id = ct_path(r, "id");
	size_t digits = strspn(id, "0123456789");
	int64_t key = !id[digits] && digits < 19 ? strtoll(id, NULL, 10) : 0;
	int rc = ct_me_by_hand(r, e);

	if (!rc && !(rc = ct_transaction(r, revoke_session, &key, e)))
		ct_redirect(r, 200, "/me");
	return rc;
}

static int revoke_others(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_exec(r, "sessions_revoke",
		       CT_ARGS(CT_NUM(r->s->caller.account), CT_NUM(r->s->caller.session)), e);
}

int ct_sessions_revoke(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_me_by_hand(r, e);

	if (!rc && !(rc = ct_transaction(r, revoke_others, NULL, e))) {
		ct_notice(r, "%s", _("You are signed out everywhere else."));
		ct_redirect(r, 200, "/me");
	}
	return rc;
}
