/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/session.h"

#include <string.h>
#include <talloc.h>

#include "base/random.h"
#include "http/cookie.h"
#include "route/query.h"
#include "route/state.h"
#include "server/gateway.h"
#include "view/page.h"

enum { SEEN_SECONDS = 600 };

static const char *bearer(const struct ct_request *r)
{
	static const char scheme[] = "Bearer ";
	const char *text = r->s->gateway->param(r->s->gateway, "HTTP_AUTHORIZATION");

	if (!text || strncasecmp(text, scheme, sizeof(scheme) - 1) != 0)
		return NULL;
	text += sizeof(scheme) - 1;
	return text + strspn(text, " ");
}

static struct ct_day today(const struct ct_request *r)
{
	return (struct ct_day){ (int32_t)(r->now.s / 86400) };
}

static void take_caller(struct ct_request *r, const struct ct_result *row)
{
	struct ct_caller *caller = &r->s->caller;
	const char *roles = ct_col_text(row, "roles");
	json_t *list = roles ? json_loads(roles, 0, NULL) : NULL;

	r->person = ct_col_int(row, "person_id");
	caller->account = ct_col_int(row, "account_id");
	caller->name = ct_col_text(row, "name");
	caller->email = ct_col_text(row, "email");
	caller->installation_admin = ct_col_int(row, "installation_admin") != 0;
	if (list)
		caller->roles = ct_own_json(r, list);
	if (!ct_param(r->s->cookies, "lang"))
		r->lang = strcmp(ct_col_text(row, "lang"), "en") ? "fr" : "en";
}

static void set_cookie(struct ct_request *r, const char *value, int64_t max_age)
{
	const struct ct_cookie cookie = {
		.name = CT_SESSION_COOKIE,
		.value = value,
		.prefix = r->s->core->prefix,
		.max_age = max_age,
		.secure = r->s->core->https,
	};

	r->s->set_cookie = ct_cookie_text(r, &cookie);
}

static int64_t session_seconds(const struct ct_request *r)
{
	return ct_setting_int(r, "security.session_days") * 86400;
}

/*
 * The one thing that reading pages writes, and seldom: when the session or token was last used. A session
 * that is in use goes on, and so does its cookie.
 */
static int touch(struct ct_request *r, void *secret, struct ct_error *e)
{
	struct ct_utc expires = { r->now.s + session_seconds(r) };

	if (!r->s->caller.session)
		return ct_exec(r, "token_seen",
			       CT_ARGS(CT_UTC(r->now), CT_UTC(r->now), CT_NUM(r->s->caller.token)),
			       e);
	set_cookie(r, secret, session_seconds(r));
	return ct_exec(r, "session_seen",
		       CT_ARGS(CT_UTC(r->now), CT_UTC(expires), CT_UTC(r->now),
			       CT_NUM(r->s->caller.session)),
		       e);
}

static int identify(struct ct_request *r, const char *query, const char *secret, bool *known_r,
		    struct ct_error *e)
{
	struct ct_result *row;
	struct ct_utc seen;
	int rc;

	rc = ct_query(r, query,
		      CT_ARGS(CT_DAY(today(r)), CT_DAY(today(r)), CT_DAY(today(r)), CT_DAY(today(r)),
			      CT_STR(ct_hash_token(r, secret)), CT_UTC(r->now)),
		      &row, e);
	if (rc || !ct_next(row)) {
		*known_r = false;
		return rc;
	}
	*known_r = true;
	take_caller(r, row);
	if (ct_has_col(row, "session_id")) {
		r->s->caller.session = ct_col_int(row, "session_id");
		r->s->caller.csrf = ct_col_text(row, "csrf");
	} else {
		r->s->caller.token = ct_col_int(row, "token_id");
		r->s->caller.read_only = ct_col_int(row, "read_only") != 0;
	}
	seen = ct_col_utc(row, "seen_utc");
	return r->now.s - seen.s > SEEN_SECONDS
		       ? ct_transaction_apart(r, touch, talloc_strdup(r, secret), e)
		       : 0;
}

int ct_session_identify(struct ct_request *r, struct ct_error *e)
{
	const char *cookie = ct_param(r->s->cookies, CT_SESSION_COOKIE), *token = bearer(r);
	bool known = false;
	int rc = 0;

	if (token) {
		CT_AS(r, &ct_plugin_account, rc = identify(r, "by_token", token, &known, e));
		if (!rc && !known)
			return ct_fail(e, CT_SIGN_IN,
				       _("This API token is unknown, has expired or was revoked."));
	} else if (cookie) {
		CT_AS(r, &ct_plugin_account, rc = identify(r, "by_session", cookie, &known, e));
	}
	return rc;
}

/* "Firefox, Android": enough to recognise one's own browsers in the list of sessions. */
static const char *short_agent(struct ct_request *r)
{
	static const char *const browsers[] = { "Firefox", "Edg",  "Chrome",
						"Safari",  "curl", "python" };
	static const char *const systems[] = { "Android", "iPhone", "iPad",
					       "Windows", "Mac OS", "Linux" };
	const char *agent = r->s->gateway->param(r->s->gateway, "HTTP_USER_AGENT");
	const char *browser = "?", *system = "?";

	for (size_t i = 6; agent && i > 0; i--) {
		browser = strstr(agent, browsers[i - 1]) ? browsers[i - 1] : browser;
		system = strstr(agent, systems[i - 1]) ? systems[i - 1] : system;
	}
	return talloc_asprintf(r, "%s, %s", browser, system);
}

int ct_session_begin(struct ct_request *r, int64_t account, struct ct_error *e)
{
	const char *secret = ct_token(r, 32);
	struct ct_utc expires = { r->now.s + session_seconds(r) };
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "session_begin",
			   CT_ARGS(CT_STR(ct_hash_token(r, secret)), CT_NUM(account),
				   CT_STR(ct_hash_token(r, ct_token(r, 32))), CT_UTC(r->now),
				   CT_UTC(expires), CT_STR(short_agent(r))),
			   e));
	if (rc)
		return rc;
	set_cookie(r, secret, session_seconds(r));
	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "account_seen", CT_ARGS(CT_UTC(r->now), CT_NUM(account)), e));
	return rc;
}

int ct_session_renew(struct ct_request *r, int64_t account, struct ct_error *e)
{
	int rc = r->s->caller.session ? ct_session_end(r, e) : 0;

	return rc ? rc : ct_session_begin(r, account, e);
}

int ct_session_end(struct ct_request *r, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "session_end", CT_ARGS(CT_NUM(r->s->caller.session)), e));
	if (!rc)
		set_cookie(r, "", 0);
	return rc;
}
