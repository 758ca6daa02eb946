/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a mailed link leads: GET says what its button does, POST does it, and a dead one offers another. */
#include <string.h>
#include <talloc.h>

#include <comptoir/limit.h>

#include "account/account.h"
#include "account/invite.h"
#include "account/letter.h"
#include "account/link.h"
#include "account/password.h"
#include "account/session.h"
#include "account/strength.h"
#include "route/state.h"
#include "view/page.h"

enum { AGAIN_A_DAY = 5, A_DAY = 86400 };

const struct ct_field ct_link_fields[] = {
	{ "password", N_("New password"), CT_SECRET, .max = CT_PASSWORD_MAX,
	  .autocomplete = "new-password",
	  .help = N_("At least 8 characters. Three words in a row are easy to keep in mind.") },
	{ 0 }
};

static const struct ct_field optional_fields[] = {
	{ "password", N_("Password, if you want one"), CT_SECRET, .max = CT_PASSWORD_MAX,
	  .autocomplete = "new-password",
	  .help = N_(
		  "At least 8 characters. Without one you sign in by a link that we mail to you.") },
	{ 0 }
};

static const struct ct_field needed_fields[] = {
	{ "password", N_("New password"), CT_SECRET, .required = true, .max = CT_PASSWORD_MAX,
	  .autocomplete = "new-password",
	  .help = N_("At least 8 characters. Three words in a row are easy to keep in mind.") },
	{ 0 }
};

static int find(struct ct_request *r, struct ct_link *link_r, bool *dead_r, struct ct_error *e)
{
	int rc = ct_link_find(r, ct_path(r, "token"), link_r, e);

	*dead_r = rc == CT_MISSING || (!rc && (link_r->used || link_r->expired));
	return rc == CT_MISSING ? 0 : rc;
}

/* Whoever was invited does not invite herself again: that is the organisation's to do. */
static bool may_renew(const struct ct_link *link)
{
	return link->id && (link->used || link->purpose != CT_LINK_INVITATION);
}

/* 410, and a way on: the token proves for whom it was, so a new one may go to the same address. */
static int put_dead(struct ct_request *r, const struct ct_link *link)
{
	bool renewable = may_renew(link);

	ct_template(r, "core/link-ended");
	ct_put_text(r->view, "heading_ui", _("This link no longer works"));
	ct_put_bool(r->view, "used", link->used);
	ct_put_bool(r->view, "known_ui", renewable);
	ct_put_text(r->view, "ask_ui", !link->id || renewable ? NULL : link->org_name
		    ? talloc_asprintf(r, _("Please ask %s for a new invitation."), link->org_name)
		    : _("This organisation is no longer here."));
	ct_put_text(r->view, "action_ui", ct_url(r, "/links/%s/again", ct_path(r, "token")));
	ct_put_controls(r, r->view, "fields_ui", ct_forgotten_fields, NULL);
	ct_answer(r, 410);
	return 0;
}

static void put_words(struct ct_request *r, const struct ct_link *link)
{
	const char *heading = _("Sign in"), *submit = _("Sign in"), *sentence = NULL;

	if (link->purpose == CT_LINK_RESET) {
		heading = _("Choose a new password");
		submit = _("Set this password and sign in");
		sentence = _("Wherever else you are signed in, you will be signed out, and tokens of programs end.");
	} else if (link->purpose == CT_LINK_ADDRESS) {
		heading = _("Confirm your new address");
		submit = _("Use this address");
		sentence = talloc_asprintf(r, _("From now on you sign in with %s."), link->email);
	} else if (link->purpose == CT_LINK_INVITATION) {
		heading = talloc_asprintf(r, _("Take part in %s"),
					  link->org_name ? link->org_name : "");
		submit = _("Accept the invitation");
		sentence = link->inviter ? talloc_asprintf(r, _("%s invites you: %s."),
							   link->inviter, ct_role_label(link->role))
					 : talloc_asprintf(r, _("You are invited: %s."),
							   ct_role_label(link->role));
	}
	ct_put_text(r->view, "heading_ui", heading);
	ct_put_text(r->view, "submit_ui", submit);
	ct_put_text(r->view, "sentence_ui", sentence);
}

int ct_link_page(struct ct_request *r, struct ct_error *e)
{
	const struct ct_field *fields = NULL;
	struct ct_link link = { 0 };
	bool dead;
	int rc = find(r, &link, &dead, e);

	if (rc)
		return rc;
	if (dead)
		return put_dead(r, &link);
	if (link.purpose == CT_LINK_RESET)
		fields = needed_fields;
	else if (link.purpose == CT_LINK_INVITATION && !link.has_password)
		fields = optional_fields;
	put_words(r, &link);
	ct_put_text(r->view, "login", link.login);
	ct_put_controls(r, r->view, "fields_ui", fields, NULL);
	ct_put_text(r->view, "action_ui", ct_url(r, "/links/%s", ct_path(r, "token")));
	return 0;
}

struct use {
	const struct ct_link *link;
	char hash[CT_PASSWORD_HASH]; /* "" : no new password */
};

/* Whoever chooses a new password by mail has lost the old one, perhaps to somebody who made tokens with it. */
static int end_tokens(struct ct_request *r, int64_t account, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "tokens_revoke", CT_ARGS(CT_UTC(r->now), CT_NUM(account), CT_UTC(r->now)),
			       &count, e);

	return rc || !count ? rc : ct_audit(r, "token", account, "revoke", NULL, NULL, e);
}

static int set_password(struct ct_request *r, const struct use *use, struct ct_error *e)
{
	int64_t account = use->link->account;
	int rc = ct_exec(r, "password_set",
			 CT_ARGS(CT_STR(use->hash), CT_UTC(r->now), CT_NUM(account)), e);

	if (rc || (rc = ct_exec(r, "sessions_revoke", CT_ARGS(CT_NUM(account), CT_NUM(0)), e)) ||
	    (rc = ct_link_end_all(r, account, use->link->purpose == CT_LINK_INVITATION, e)))
		return rc;
	if (use->link->purpose == CT_LINK_RESET && (rc = end_tokens(r, account, e)))
		return rc;
	/* a first one is no change */
	if (use->link->has_password &&
	    (rc = ct_letter_notice(r, account, N_("Your password was changed"),
				   N_("The password of your account was changed just now."), e)))
		return rc;
	return ct_audit(r, "account", account, "password", NULL, NULL, e);
}

/* The old address is told, so that who lost the account notices. */
static int set_login(struct ct_request *r, const struct ct_link *link, struct ct_error *e)
{
	int rc = ct_letter_notice(
		r, link->account, N_("Your address was changed"),
		N_("From now on your account is signed in to with another address."), e);

	if (rc || (rc = ct_link_end_all(r, link->account, false, e)) ||
	    (rc = ct_exec(r, "email_follows", CT_ARGS(CT_STR(link->email), CT_NUM(link->account)), e)))
		return rc;
	rc = ct_exec(r, "login_set",
		     CT_ARGS(CT_STR(link->email), CT_UTC(r->now), CT_NUM(link->account)), e);
	if (rc == CT_CONFLICT)
		return ct_fail(e, CT_CONFLICT, "%s",
			       _("Another account signs in with this address."));
	return rc ? rc
		  : ct_audit(r, "account", link->account, "address",
			     json_pack("{s:s}", "login", link->login),
			     json_pack("{s:s}", "login", link->email), e);
}

static int use_link(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct use *use = arg;
	const struct ct_link *link = use->link;
	int rc = ct_link_use(r, link, e);

	if (!rc && *use->hash)
		rc = set_password(r, use, e);
	if (!rc && link->purpose == CT_LINK_INVITATION)
		rc = ct_invitation_accept(r, link, e);
	if (!rc && link->purpose == CT_LINK_ADDRESS)
		rc = set_login(r, link, e);
	if (!rc)
		rc = ct_exec(r, "account_verified", CT_ARGS(CT_UTC(r->now), CT_NUM(link->account)),
			     e);
	/* whoever is signed in as somebody else stays so: the link of an address is opened anywhere */
	if (rc || link->purpose == CT_LINK_ADDRESS)
		return rc;
	/* an invitation holds for long: it is no key to an account that has one of its own */
	if (link->purpose == CT_LINK_INVITATION && link->has_password)
		return 0;
	return ct_session_renew(r, link->account, e);
}

static int read_password(struct ct_request *r, struct use *use, struct ct_error *e)
{
	const struct ct_link *link = use->link;
	const char *password = ct_in_text(r, "password");
	const char *own[] = { link->login, link->given_name, link->family_name,
			      ct_setting_text(r, "site.name") };
	bool takes = link->purpose == CT_LINK_RESET ||
		     (link->purpose == CT_LINK_INVITATION && !link->has_password);
	int rc;

	if (!takes || (!password && link->purpose == CT_LINK_INVITATION))
		return 0;
	if (!password)
		return ct_fail_field(e, "password", "%s", _("This is needed."));
	rc = ct_password_rules(password, own, sizeof(own) / sizeof(own[0]), e);
	return rc ? rc : ct_password_hash(r->s->core, password, use->hash, e);
}

static const char *way_on(struct ct_request *r, const struct ct_link *link)
{
	bool hers = r->s->caller.account == link->account;

	if (link->purpose == CT_LINK_INVITATION && (hers || !link->has_password))
		return ct_url(r, "/o/%s", link->org_slug);
	if (link->purpose == CT_LINK_INVITATION) {
		ct_notice(r, _("You take part in %s from now on. Please sign in."), link->org_name);
		return ct_url(r, "/login?next=/o/%s", link->org_slug);
	}
	if (link->purpose == CT_LINK_SIGN_IN)
		return link->next ? link->next : "/";
	if (link->purpose == CT_LINK_RESET)
		return "/me";
	/* an address may be proved where she is not signed in, or somebody else is */
	if (!hers)
		return "/login";
	ct_notice(r, _("From now on you sign in with %s."), link->email);
	return "/me";
}

int ct_link_post(struct ct_request *r, struct ct_error *e)
{
	struct ct_link link = { 0 };
	struct use use = { .link = &link };
	bool dead;
	int rc = find(r, &link, &dead, e);

	if (rc)
		return rc;
	if (dead)
		return put_dead(r, &link);
	if ((rc = read_password(r, &use, e)))
		return rc;
	rc = ct_transaction(r, use_link, &use, e);
	if (rc == CT_GONE) {
		link.used = true;
		return put_dead(r, &link);
	}
	if (!rc)
		ct_redirect(r, 200, way_on(r, &link));
	return rc;
}

static int mail_again(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_link *link = arg;
	const struct ct_limit limit = { "link again to", link->login, AGAIN_A_DAY, A_DAY };
	bool done = link->used && link->purpose != CT_LINK_RESET;
	const struct ct_new_link new = {
		.purpose = done ? CT_LINK_SIGN_IN : link->purpose,
		.account = link->account,
		.email = done ? NULL : link->email,
		.next = done ? NULL : link->next,
	};
	int rc = ct_limit_take(r, &limit, e);

	return rc ? rc : ct_link_mail(r, &new, e);
}

int ct_link_again(struct ct_request *r, struct ct_error *e)
{
	struct ct_link link = { 0 };
	bool dead;
	int rc = find(r, &link, &dead, e);

	if (rc)
		return rc;
	if (!dead)
		ct_redirect(r, 200, ct_url(r, "/links/%s", ct_path(r, "token")));
	if (!dead || !may_renew(&link))
		return dead ? put_dead(r, &link) : 0;
	rc = ct_transaction(r, mail_again, &link, e);
	if (rc)
		return rc;
	ct_template(r, "core/login-sent");
	ct_put_text(r->view, "email",
		    link.purpose == CT_LINK_ADDRESS && !link.used ? link.email : link.login);
	ct_put_text(r->view, "heading_ui", _("Look into your mail"));
	ct_answer(r, 202);
	return 0;
}
