/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The organisations of the installation, for who looks after it: their names and nothing of what is inside.
 * A new one comes with its first administrator, who signs in by a link.
 */
#include <string.h>

#include "account/users.h"
#include "people/people.h"
#include "route/state.h"

const struct ct_field ct_new_org_fields[] = {
	{ "legal_name", N_("Legal name"), CT_TEXT, .required = true, .max = 160 },
	{ "usual_name", N_("Usual name"), CT_TEXT, .max = 160,
	  .help = N_("What people call it, where that is another name.") },
	{ "slug", N_("Address on this site"), CT_SLUG, .required = true, .max = 60,
	  .help = N_("Small letters, digits and hyphens: “la-fabrique”.") },
	{ "is_network", N_("It is the network itself"), CT_BOOL,
	  .help = N_("One organisation only: its name stands on the home page.") },
	{ "given_name", N_("Given name"), CT_TEXT, .max = 80, .heading = N_("Its first administrator") },
	{ "family_name", N_("Family name"), CT_TEXT, .required = true, .max = 80 },
	{ "email", N_("E-mail"), CT_EMAIL, .required = true,
	  .help = N_("The person signs in with this address, by a link that is mailed.") },
	{ 0 }
};

const struct ct_view_field ct_orgs_view[] = {
	{ "organisations", "array", NULL }, { "organisations.id", "id", NULL }, { "organisations.name", "text", NULL },
	{ "organisations.slug", "text", NULL }, { "organisations.operates", "boolean", NULL },
	{ "organisations.is_network", "boolean", NULL }, { "next", "id", NULL }, { 0 }
};

int ct_orgs_page(struct ct_request *r, struct ct_error *e)
{
	const char *after = ct_in_typed(r, "after");
	json_t *list, *row;
	size_t i;
	int rc = ct_rows(r, "orgs", CT_ARGS(CT_STR(after), CT_STR(after), CT_STR(after), CT_STR(after)),
			 "organisations", e);

	list = json_object_get(r->view, "organisations");
	json_array_foreach(list, i, row) {
		bool network = json_is_true(json_object_get(row, "is_network"));

		ct_put_text(row, "kind_ui", network ? _("network") : _("operator"));
	}
	row = json_array_size(list) == 50 ? json_array_get(list, 49) : NULL;
	ct_put_text(r->view, "next", row ? json_string_value(json_object_get(row, "id")) : NULL);
	ct_put_text(r->view, "heading_ui", _("Organisations"));
	return rc;
}

int ct_orgs_new(struct ct_request *r, struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui"), *crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));

	(void)e;
	ct_put_text(crumb, "label", _("Organisations"));
	ct_put_text(crumb, "href", "/admin/organisations");
	ct_put_text(form, "action", "/admin/organisations");
	ct_put_bool(form, "multipart", false);
	ct_put_controls(r, form, "fields", ct_new_org_fields, NULL);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("Add the organisation"));
	ct_put_text(form, "cancel_href", "/admin/organisations");
	ct_put_text(form, "note", _("From then on its administrator decides who may do what; you will see nothing of what is inside."));
	ct_put_text(r->view, "heading_ui", _("New organisation"));
	return 0;
}

/* Whoever has an account already keeps it: this page does not tell whether. */
static int find_admin(struct ct_request *r, int64_t *person_r, struct ct_error *e)
{
	const struct ct_new_person new = { .email = ct_in_text(r, "email"), .given_name = ct_in_text(r, "given_name"),
					   .family_name = ct_in_text(r, "family_name"), .lang = r->lang };
	struct ct_result *row;
	int64_t account;
	int rc;

	CT_AS(r, &ct_plugin_account, rc = ct_query(r, "account_of", CT_ARGS(CT_STR(new.email)), &row, e));
	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_user_add(r, &new, person_r, &account, e);
	*person_r = ct_col_int(row, "person_id");
	return 0;
}

static int create(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_new_org new = { .slug = ct_in_text(r, "slug"), .legal_name = ct_in_text(r, "legal_name"),
					.usual_name = ct_in_text(r, "usual_name"), .operates = true,
					.is_network = ct_in_int(r, "is_network") };
	int64_t *org = arg, person;
	int rc = ct_org_add(r, &new, org, e);

	if (rc == CT_CONFLICT && !strcmp(e->field, "organisation_slug"))
		return ct_fail_field(e, "slug", "%s", _("There is another entry with this already: please choose a different one."));
	if (rc == CT_CONFLICT && !strcmp(e->field, "organisation_one_network"))
		return ct_fail_field(e, "is_network", "%s", _("There is a network already."));
	if (rc || (rc = find_admin(r, &person, e)))
		return rc;
	return ct_user_role(r, person, *org, "admin", e);
}

int ct_orgs_post(struct ct_request *r, struct ct_error *e)
{
	int64_t org;
	int rc = ct_transaction(r, create, &org, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", _("It is added."));
	ct_put_id(r->view, "id", org);
	ct_redirect(r, 201, "/admin/organisations");
	return 0;
}

int ct_orgs_panel(struct ct_request *r, struct ct_error *e)
{
	json_t *panel;

	(void)e;
	panel = ct_panel(r, _("Organisations"), _("Who runs places here. You create them and name their first administrator."));
	ct_panel_more(panel, _("All organisations"), "/admin/organisations");
	return 0;
}
