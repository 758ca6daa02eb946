/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/invite.h"

#include <comptoir/limit.h>
#include <talloc.h>

#include "account/account.h"
#include "account/link.h"
#include "account/users.h"
#include "route/state.h"
#include "view/page.h"

enum { A_DAY = 86400, TO_ONE = 5, OF_ONE = 100 };

static int take_limits(struct ct_request *r, const struct ct_invitation *i, struct ct_error *e)
{
	const struct ct_limit to = { "invitation to", i->email, TO_ONE, A_DAY };
	const struct ct_limit of = { "invitations of",
				     talloc_asprintf(r, "%lld", (long long)i->org), OF_ONE, A_DAY };
	int rc = ct_limit_take(r, &of, e);

	return rc ? rc : ct_limit_take(r, &to, e);
}

/* The trace of a new account is the installation's: here it would tell that there was none. */
static int add_account(struct ct_request *r, const struct ct_new_person *new, int64_t *account_r,
		       struct ct_error *e)
{
	int64_t person, org = r->org;
	int rc;

	r->org = 0;
	rc = ct_user_add(r, new, &person, account_r, e);
	r->org = org;
	return rc;
}

static int account_for(struct ct_request *r, const struct ct_invitation *i, int64_t *account_r,
		       bool *alive_r, struct ct_error *e)
{
	const struct ct_new_person new = {
		.email = i->email,
		.given_name = i->given_name,
		/* a person has a name: until she says hers it is her address */
		.family_name = i->family_name || i->given_name ? i->family_name : i->email,
		.lang = i->lang ? i->lang : ct_setting_text(r, "site.language"),
	};
	struct ct_result *row;
	int rc = ct_query(r, "account_of", CT_ARGS(CT_STR(i->email)), &row, e);

	if (rc)
		return rc;
	*alive_r = true;
	if (!ct_next(row))
		return add_account(r, &new, account_r, e);
	*account_r = ct_col_int(row, "id");
	*alive_r = ct_col_int(row, "alive") != 0;
	return 0;
}

/* For an account that is closed all looks the same, and nothing is mailed. */
static int make_link(struct ct_request *r, struct ct_new_link *link, bool alive, struct ct_error *e)
{
	const char *url;

	if (alive)
		return ct_link_mail(r, link, e);
	link->seconds = CT_LINK_INVITATION_SECONDS;
	return ct_link_make(r, link, &url, e);
}

/* By the link's key: that of the account would tell how old it is. */
static int trace(struct ct_request *r, const struct ct_new_link *link, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "invitation_made",
			CT_ARGS(CT_NUM(link->account), CT_NUM(link->org), CT_STR(link->role),
				CT_UTC(r->now)),
			&row, e);

	return rc ? rc
		  : ct_audit(r, "invitation", ct_col_int(row, "id"), "create", NULL,
			     json_pack("{s:s}", "role", link->role), e);
}

static int invite(struct ct_request *r, const struct ct_invitation *i, struct ct_error *e)
{
	struct ct_new_link link = { .purpose = CT_LINK_INVITATION,
				    .email = i->email,
				    .org = i->org,
				    .role = i->role,
				    .invited_by = r->person };
	bool alive;
	int rc = take_limits(r, i, e);

	if (rc || (rc = account_for(r, i, &link.account, &alive, e)))
		return rc;
	if (link.account == r->s->caller.account)
		return ct_fail_field(e, "email", "%s",
				     _("Nobody gives herself a role: ask another administrator."));
	if ((rc = ct_exec(r, "invitations_end",
			  CT_ARGS(CT_NUM(link.account), CT_NUM(i->org), CT_STR(i->role)), e)) ||
	    (rc = make_link(r, &link, alive, e)))
		return rc;
	return trace(r, &link, e);
}

int ct_invite(struct ct_request *r, const struct ct_invitation *i, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account, rc = invite(r, i, e));
	return rc;
}

int ct_invitations(struct ct_request *r, int64_t org, const char *key, struct ct_error *e)
{
	json_t *list, *row;
	size_t i;
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_rows(r, "invitations", CT_ARGS(CT_NUM(org), CT_UTC(r->now)), key, e));
	list = json_object_get(r->view, key);
	json_array_foreach(list, i, row)
		ct_put_text(row, "role_ui",
			    ct_role_label(json_string_value(json_object_get(row, "role"))));
	return rc;
}

/* With it go older ones to the same role, which have expired or not. */
static int revoke(struct ct_request *r, int64_t org, const char *uid, struct ct_error *e)
{
	struct ct_result *row;
	int64_t count;
	int rc = ct_one(r, "invitation_open", CT_ARGS(CT_NUM(org), CT_STR(uid), CT_UTC(r->now)),
			&row, e);

	if (rc || (rc = ct_exec_count(r, "invitations_end",
				      CT_ARGS(CT_NUM(ct_col_int(row, "account_id")), CT_NUM(org),
					      CT_STR(ct_col_text(row, "role"))),
				      &count, e)))
		return rc;
	if (!count)	/* accepted in between */
		return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
	return ct_audit(r, "invitation", ct_col_int(row, "id"), "revoke", NULL,
			json_pack("{s:s}", "uid", uid), e);
}

int ct_invitation_revoke(struct ct_request *r, int64_t org, const char *uid, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account, rc = revoke(r, org, uid, e));
	return rc;
}

static int begin_role(struct ct_request *r, const struct ct_link *link, struct ct_day today,
		      struct ct_error *e)
{
	int64_t who = r->person, count;
	int rc;

	/* one that began and ended today goes on */
	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec_count(r, "role_resume",
				 CT_ARGS(CT_ID(link->invited_by), CT_NUM(link->person),
					 CT_NUM(link->org), CT_STR(link->role), CT_DAY(today)),
				 &count, e));
	if (!rc && count) {
		CT_AS(r, &ct_plugin_people,
		      rc = ct_audit(r, "role", link->person, "resume", NULL, NULL, e));
		return rc;
	}
	if (rc)
		return rc;
	/* whoever invited gives it, and stands in the trace: she who accepts may be a visitor still */
	r->person = link->invited_by;
	rc = ct_user_role(r, link->person, link->org, link->role, e);
	r->person = who;
	return rc;
}

/* Who may not give roles there any more gives none away. */
static int check_inviter(struct ct_request *r, const struct ct_link *link, struct ct_day today,
			 struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if (!link->invited_by)
		return 0;
	CT_AS(r, &ct_plugin_account,
	      rc = ct_query(r, "inviter_stands",
			    CT_ARGS(CT_NUM(link->invited_by), CT_NUM(link->org), CT_DAY(today),
				    CT_DAY(today), CT_NUM(link->invited_by)),
			    &row, e));
	if (!rc && !ct_next(row))
		rc = ct_fail(
			e, CT_CONFLICT, "%s",
			_("Who invited you no longer works there. Please ask for a new invitation."));
	return rc;
}

int ct_invitation_accept(struct ct_request *r, const struct ct_link *link, struct ct_error *e)
{
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	struct ct_result *row;
	int rc;

	if (!link->org_slug)
		return ct_fail(e, CT_CONFLICT, "%s", _("This organisation is no longer here."));
	if ((rc = check_inviter(r, link, today, e)))
		return rc;
	CT_AS(r, &ct_plugin_account,
	      rc = ct_query(r, "role_held",
			    CT_ARGS(CT_NUM(link->person), CT_NUM(link->org), CT_STR(link->role),
				    CT_DAY(today)),
			    &row, e));
	if (rc || ct_next(row))
		return rc;
	return begin_role(r, link, today, e);
}
