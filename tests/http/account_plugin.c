/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin for tests/http/test_account.py: invitations without the page that will make them, and a limit of its own. */
#include <string.h>
#include <comptoir/limit.h>
#include <comptoir/people.h>

#include "account/invite.h"

static const struct ct_permission permissions[] = {
	{ "inviter.invite", "Invite", CT_ROLE_ADMIN },
	{ 0 }
};

static const struct ct_field invite_fields[] = {
	{ "email", "E-mail", CT_EMAIL, .required = true },
	{ "given_name", "First name", CT_TEXT, .max = 80 },
	{ "family_name", "Last name", CT_TEXT, .max = 80 },
	{ "role", "Role", CT_TEXT, .required = true, .max = 16 },
	{ 0 }
};

static int invite(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_invitation i = {
		.org = r->org, .email = ct_in_text(r, "email"), .given_name = ct_in_text(r, "given_name"),
		.family_name = ct_in_text(r, "family_name"), .role = ct_in_text(r, "role"),
	};

	(void)arg;
	return ct_invite(r, &i, e);
}

static int post_invite(struct ct_request *r, struct ct_error *e)
{
	return ct_transaction(r, invite, NULL, e);
}

static int list(struct ct_request *r, struct ct_error *e)
{
	return ct_invitations(r, r->org, "invitations", e);
}

static int revoke(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_invitation_revoke(r, r->org, ct_path(r, "uid"), e);
}

static int post_revoke(struct ct_request *r, struct ct_error *e)
{
	return ct_transaction(r, revoke, NULL, e);
}

static int take(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_limit limit = { "essai", ct_limit_address(r), 7, 3600 };

	(void)arg;
	return ct_limit_take(r, &limit, e);
}

static int post_take(struct ct_request *r, struct ct_error *e)
{
	return ct_transaction(r, take, NULL, e);
}

static const struct ct_route routes[] = {
	{ "POST", "/o/{org}/inviter", CT_ORG, "inviter.invite", NULL, post_invite, .fields = invite_fields },
	{ "GET", "/o/{org}/inviter", CT_ORG, "inviter.invite", NULL, list },
	{ "POST", "/o/{org}/inviter/{uid}/revoke", CT_ORG, "inviter.invite", NULL, post_revoke },
	{ "POST", "/inviter/take", CT_ANY, CT_PUBLIC, NULL, post_take },
	{ 0 }
};

CT_PLUGIN(inviter) = {
	CT_HEAD("inviter"), .title = "Inviter", .permissions = permissions, .routes = routes,
};
