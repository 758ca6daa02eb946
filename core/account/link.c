/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/link.h"

#include <assert.h>
#include <string.h>
#include <talloc.h>

#include "account/account.h"
#include "account/letter.h"
#include "base/random.h"
#include "route/state.h"
#include "view/page.h"

static const struct {
	const char *name;
	int64_t seconds;
	const char *subject, *sentence, *until;
} purposes[] = {
	[CT_LINK_SIGN_IN] = { "sign_in", CT_LINK_SIGN_IN_SECONDS, N_("Your link to sign in"),
			      N_("Here is the link that signs you in:"),
			      N_("It works once, within 30 minutes.") },
	[CT_LINK_RESET] = { "reset", CT_LINK_RESET_SECONDS, N_("Choose a new password"),
			    N_("Choose your new password here:"),
			    N_("It works once, within an hour.") },
	[CT_LINK_INVITATION] = { "invitation", CT_LINK_INVITATION_SECONDS, N_("You are invited"),
				 NULL, N_("It works once, within 14 days.") },
	[CT_LINK_ADDRESS] = { "address", CT_LINK_ADDRESS_SECONDS, N_("Confirm your new address"),
			      N_("Confirm here that you want to sign in with this address from now on:"),
			      N_("It works once, within 24 hours.") },
};

enum { PURPOSES = sizeof(purposes) / sizeof(purposes[0]) };

/* Of digits and letters alone: programs that find links in a text leave out a last "-" or "_". */
int ct_link_make(struct ct_request *r, const struct ct_new_link *new, const char **url_r,
		 struct ct_error *e)
{
	const char *token = ct_hash_token(r, ct_token(r, 32));
	struct ct_utc expires = { r->now.s + new->seconds };
	int rc;

	assert(new->purpose >= CT_LINK_SIGN_IN && (int)new->purpose < PURPOSES);
	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "link_add",
			   CT_ARGS(CT_STR(ct_hash_token(r, token)),
				   CT_STR(purposes[new->purpose].name), CT_NUM(new->account),
				   CT_STR(new->email), CT_ID(new->org), CT_STR(new->role),
				   CT_ID(new->invited_by), CT_STR(new->next), CT_UTC(r->now),
				   CT_UTC(expires)),
			   e));
	if (!rc)
		*url_r = ct_url_absolute(r, ct_url(r, "/links/%s", token));
	return rc;
}

int ct_link_create(struct ct_request *r, enum ct_link_purpose purpose, int64_t account,
		   int64_t seconds, const char **url_r, struct ct_error *e)
{
	const struct ct_new_link new = { .purpose = purpose,
					 .account = account,
					 .seconds = seconds };

	return ct_link_make(r, &new, url_r, e);
}

static void read_account(const struct ct_result *row, struct ct_link *link)
{
	link->account = ct_col_int(row, "account_id");
	link->person = ct_col_int(row, "person_id");
	link->login = ct_col_text(row, "login");
	link->lang = ct_col_text(row, "lang");
	link->given_name = ct_col_text(row, "given_name");
	link->family_name = ct_col_text(row, "family_name");
	link->name = ct_col_text(row, "name");
	link->has_password = ct_col_int(row, "has_password") != 0;
}

int ct_link_find(struct ct_request *r, const char *token, struct ct_link *link_r,
		 struct ct_error *e)
{
	struct ct_link link = { 0 };
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_one(r, "link_by_token",
			  CT_ARGS(CT_UTC(r->now), CT_STR(ct_hash_token(r, token))), &row, e));
	if (rc)
		return rc;
	read_account(row, &link);
	link.id = ct_col_int(row, "id");
	for (int i = CT_LINK_SIGN_IN; i < PURPOSES; i++)
		if (!strcmp(purposes[i].name, ct_col_text(row, "purpose")))
			link.purpose = i;
	link.email = ct_col_text(row, "email");
	link.role = ct_col_text(row, "role");
	link.next = ct_col_text(row, "next");
	link.org = ct_col_int(row, "org_id");
	link.invited_by = ct_col_int(row, "invited_by_id");
	link.org_name = ct_col_text(row, "org_name");
	link.org_slug = ct_col_text(row, "org_slug");
	link.inviter = ct_col_text(row, "inviter");
	link.used = ct_col_int(row, "used") != 0;
	link.expired = ct_col_int(row, "expired") != 0;
	*link_r = link;
	return 0;
}

int ct_link_use(struct ct_request *r, const struct ct_link *link, struct ct_error *e)
{
	int64_t count = 0;
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec_count(r, "link_use",
				 CT_ARGS(CT_UTC(r->now), CT_NUM(link->id), CT_UTC(r->now)), &count,
				 e));
	if (!rc && !count)
		rc = ct_fail(e, CT_GONE, "%s", _("This link was used already, or has expired."));
	return rc;
}

int ct_link_end_all(struct ct_request *r, int64_t account, bool keep_invitations, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "links_end", CT_ARGS(CT_NUM(account), CT_NUM(keep_invitations)), e));
	return rc;
}

/* In the reader's language; the request speaks it while this runs. */
static const char *sentence_of(struct ct_request *r, const struct ct_new_link *like,
			       struct ct_letter *l, struct ct_error *e)
{
	struct ct_result *row;

	l->next = _("You did not ask for this? Then do nothing: without the link nothing changes.");
	if (like->purpose != CT_LINK_INVITATION)
		return _(purposes[like->purpose].sentence);
	if (ct_one(r, "invitation_words", CT_ARGS(CT_ID(like->invited_by), CT_NUM(like->org)), &row,
		   e))
		return NULL;
	l->subject = talloc_asprintf(r, _("You are invited by %s"), ct_col_text(row, "org_name"));
	l->next = _("You need not answer: without the link nothing changes.");
	if (!ct_col_text(row, "inviter"))
		return talloc_asprintf(r, _("%s invites you to take part (%s). Accept here:"),
				       ct_col_text(row, "org_name"), ct_role_label(like->role));
	return talloc_asprintf(r, _("%s invites you to take part in %s (%s). Accept here:"),
			       ct_col_text(row, "inviter"), ct_col_text(row, "org_name"),
			       ct_role_label(like->role));
}

static int mail_it(struct ct_request *r, const struct ct_new_link *like, struct ct_letter *l,
		   struct ct_error *e)
{
	struct ct_new_link new = *like;
	int rc;

	l->subject = _(purposes[like->purpose].subject);
	l->sentence = sentence_of(r, like, l, e);
	if (!l->sentence)
		return e->rc;
	l->until = _(purposes[like->purpose].until);
	new.seconds = purposes[like->purpose].seconds;
	rc = ct_link_make(r, &new, &l->link, e);
	return rc ? rc : ct_letter_send(r, l, e);
}

int ct_link_mail(struct ct_request *r, const struct ct_new_link *like, struct ct_error *e)
{
	const struct ct_plugin *before = r->plugin;
	struct ct_letter l = { .org = like->org };
	struct ct_result *row;
	const char *lang;
	int rc;

	r->plugin = &ct_plugin_account;
	rc = ct_one(r, "account_mailbox", CT_ARGS(CT_NUM(like->account)), &row, e);
	if (!rc) {
		l.party = ct_col_int(row, "person_id");
		l.to = like->purpose == CT_LINK_ADDRESS ? like->email : ct_col_text(row, "login");
		l.name = ct_col_text(row, "name");
		l.lang = ct_col_text(row, "lang");
		lang = ct_speak(r, l.lang);
		rc = mail_it(r, like, &l, e);
		ct_speak(r, lang);
	}
	r->plugin = before;
	return rc;
}
