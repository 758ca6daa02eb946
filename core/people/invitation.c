/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inviting somebody by e-mail to a role here. It begins when she accepts (account/invite.h). */
#include "account/invite.h"
#include "people/people.h"
#include "route/state.h"

const struct ct_field ct_invite_fields[] = {
	{ "email", N_("E-mail"), CT_EMAIL, .required = true, .autocomplete = "off",
	  .help = N_("A link is mailed there; the role begins when it is accepted.") },
	{ "given_name", N_("Given name"), CT_TEXT, .max = 80, .autocomplete = "off" },
	{ "family_name", N_("Family name"), CT_TEXT, .required = true, .max = 80, .autocomplete = "off" },
	{ "role", N_("Role"), CT_CHOICE, .required = true, .choices = ct_roles },
	{ 0 }
};

const struct ct_view_field ct_invite_view[] = {
	{ "invitations", "array", NULL }, { "invitations.uid", "text", NULL }, { "invitations.email", "text", NULL },
	{ "invitations.role", "text", NULL }, { "invitations.created", "time", NULL },
	{ "invitations.created_local", "text", NULL }, { "invitations.expires", "time", NULL },
	{ "invitations.expires_local", "text", NULL }, { 0 }
};

static const char *here(struct ct_request *r)
{
	return ct_url(r, "/o/%s/roles/invite", r->s->org_slug);
}

int ct_invite_page(struct ct_request *r, struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui"), *crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	json_t *list, *row;
	size_t i;
	int rc;

	ct_put_text(crumb, "label", _("Roles"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/roles", r->s->org_slug));
	ct_put_text(form, "action", here(r));
	ct_put_bool(form, "multipart", false);
	rc = ct_role_form(r, 0, ct_put_controls(r, form, "fields", ct_invite_fields, NULL), e);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("Send the invitation"));
	ct_put_text(form, "cancel_href", ct_url(r, "/o/%s/roles", r->s->org_slug));
	ct_put_text(form, "note", _("The address is used for this invitation, and for the account if it is accepted."));
	ct_put_text(r->view, "heading_ui", _("Invite somebody"));
	if (rc || (rc = ct_invitations(r, r->org, "invitations", e)))
		return rc;
	list = json_object_get(r->view, "invitations");
	json_array_foreach(list, i, row)
		ct_put_text(row, "revoke_ui", ct_url(r, "/o/%s/roles/invite/%s/revoke", r->s->org_slug,
						     json_string_value(json_object_get(row, "uid"))));
	ct_put_bool(r->view, "has_invitations_ui", json_array_size(list) > 0);
	return 0;
}

static int send(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_invitation invitation = {
		.org = r->org, .email = ct_in_text(r, "email"), .given_name = ct_in_text(r, "given_name"),
		.family_name = ct_in_text(r, "family_name"), .role = ct_in_text(r, "role"), .lang = r->lang,
	};

	(void)arg;
	return ct_invite(r, &invitation, e);
}

int ct_invite_post(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "org_operates", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (rc)
		return rc;
	if (ct_role_of_operator(ct_in_text(r, "role")) != ct_col_int(row, "operates"))
		return ct_fail_field(e, "role", "%s", _("This role does not exist in this organisation."));
	rc = ct_transaction(r, send, NULL, e);
	if (rc)
		return rc;
	ct_notice(r, _("The invitation is on its way to %s."), ct_in_text(r, "email"));
	ct_put_array(r->view, "invitations");
	ct_redirect(r, 201, here(r));
	return 0;
}

static int take_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_invitation_revoke(r, r->org, ct_path(r, "uid"), e);
}

int ct_invite_revoke(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, take_back, NULL, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", _("The invitation opens nothing any more."));
	ct_redirect(r, 200, here(r));
	return 0;
}
