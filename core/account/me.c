/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "My account": profile, sessions, API tokens. */
#include <stdlib.h>
#include <talloc.h>

#include "base/random.h"
#include "account/account.h"
#include "account/session.h"
#include "route/state.h"
#include "view/page.h"

const struct ct_field ct_token_fields[] = {
	{ "label", N_("What is it for?"), CT_TEXT, .required = true, .max = 80,
	  .help = N_("For example: “calendar on my phone”.") },
	{ "days", N_("Valid for (days)"), CT_INT, .min = 1, .max = 3650, .initial = "365" },
	{ 0 }
};

static void put_roles(struct ct_request *r)
{
	json_t *list = ct_put_array(r->view, "roles"), *role;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role) {
		json_t *item = ct_add_object(list);
		const char *name = json_string_value(json_object_get(role, "role"));

		ct_put_text(item, "role", name);
		ct_put_text(item, "role_ui", ct_role_label(name));
		ct_put_text(item, "org", json_string_value(json_object_get(role, "slug")));
		ct_put_text(item, "name", json_string_value(json_object_get(role, "name")));
	}
}

static int put_sessions(struct ct_request *r, struct ct_error *e)
{
	json_t *list, *session;
	size_t i;
	int rc = ct_rows(r, "my_sessions", CT_ARGS(CT_NUM(r->s->caller.account), CT_UTC(r->now)),
			 "sessions", e);

	list = json_object_get(r->view, "sessions");
	json_array_foreach(list, i, session) {
		const char *id = json_string_value(json_object_get(session, "id"));

		ct_put_bool(session, "current",
			    id && strtoll(id, NULL, 10) == r->s->caller.session);
	}
	return rc;
}

int ct_me_page(struct ct_request *r, struct ct_error *e)
{
	int rc;

	ct_put_id(r->view, "id", r->person);
	ct_put_text(r->view, "name", r->s->caller.name);
	ct_put_text(r->view, "email", r->s->caller.email);
	ct_put_bool(r->view, "installation_admin", r->s->caller.installation_admin);
	put_roles(r);
	ct_put_controls(r, r->view, "fields_ui", ct_token_fields, NULL);
	rc = ct_rows(r, "my_tokens", CT_ARGS(CT_NUM(r->s->caller.account), CT_UTC(r->now)),
		     "tokens", e);
	return rc ? rc : put_sessions(r, e);
}

static int create(struct ct_request *r, void *arg, struct ct_error *e)
{
	const char *secret = arg;
	int64_t days = ct_in_int(r, "days") ? ct_in_int(r, "days") : 365, id;
	struct ct_utc expires = { r->now.s + days * 86400 };
	int rc = ct_insert(r, "token_create",
			   CT_ARGS(CT_STR(ct_hash_token(r, secret)), CT_NUM(r->s->caller.account),
				   CT_STR(ct_in_text(r, "label")), CT_UTC(expires)),
			   &id, e);

	return rc ? rc : ct_audit(r, "token", id, "create", NULL, NULL, e);
}

int ct_token_create(struct ct_request *r, struct ct_error *e)
{
	char *secret = ct_token(r, 32);
	int rc;

	if (r->s->caller.token)
		return ct_fail(e, CT_DENIED,
			       _("A token cannot make another one. Sign in with your password."));
	rc = ct_transaction(r, create, secret, e);
	if (rc)
		return rc;
	r->s->secret_answer = true;
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
	int rc = ct_transaction(r, revoke, NULL, e);

	if (!rc) {
		ct_notice(r, _("The token no longer opens anything."));
		ct_redirect(r, 200, "/me");
	}
	return rc;
}

static int revoke_session(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_exec(r, "session_revoke",
		       CT_ARGS(CT_STR(ct_path(r, "id")), CT_NUM(r->s->caller.account)), e);
}

int ct_session_revoke(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, revoke_session, NULL, e);

	if (!rc)
		ct_redirect(r, 200, "/me");
	return rc;
}
