/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clients: an organisation among the contacts becomes one with roles as soon as somebody acts for it. Who may
 * say who acts for it: the manager of an operator that knows it, until it has a contact of its own who can
 * sign in; from then on that contact does (/o/{client}/roles). ADR 0019.
 */
#include <string.h>
#include <talloc.h>

#include "people/people.h"
#include "record/record.h"
#include "route/state.h"
#include "view/page.h"

static const struct ct_choice roles[] = {
	{ "contact", N_("contact") }, { "may_book", N_("may commit it") }, { "accounts", N_("accounts") }, { 0 }
};

const struct ct_field ct_client_role_fields[] = {
	{ "person", N_("Person"), CT_REF, .ref = "contact", .required = true, .help = N_("One of your contacts.") },
	{ "role", N_("Role"), CT_CHOICE, .required = true, .choices = roles },
	{ 0 }
};

/* Its name in addresses: the letters and digits of its own, and its key, so that none is taken. */
static const char *slug_of(struct ct_request *r, const char *name, int64_t id)
{
	char *slug = talloc_zero_size(r, 41);
	size_t n = 0;

	for (; *name && n < 40; name++) {
		char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			slug[n++] = c;
		else if (n && slug[n - 1] != '-' && !(c & 0x80))
			slug[n++] = '-';
	}
	while (n && slug[n - 1] == '-')
		slug[--n] = '\0';
	return talloc_asprintf(r, "%s%s%lld", slug, n ? "-" : "client-", (long long)id);
}

int ct_client_panel(struct ct_request *r, int64_t client, struct ct_error *e)
{
	struct ct_result *row, *rows;
	json_t *panel, *form, *controls;
	int rc = ct_one(r, "client_state", CT_ARGS(CT_NUM(r->org), CT_NUM(client)), &row, e);

	if (rc || (rc = ct_query(r, "client_roles", CT_ARGS(CT_NUM(client)), &rows, e)))
		return rc;
	panel = ct_panel(r, _("Who acts for it"), ct_result_rows(rows) ? NULL
			 : _("Nobody yet: it can do nothing here by itself."));
	while (ct_next(rows))
		ct_panel_row(panel, ct_col_text(rows, "name"), ct_role_label(ct_col_text(rows, "role")), NULL);
	if (!ct_may(r, "people.edit", r->org) || ct_col_int(row, "closed"))
		return 0;
	form = ct_put_object(r->view, "client_ui");
	ct_put_text(form, "action", ct_url(r, "/o/%s/people/%lld/roles", r->s->org_slug, (long long)client));
	controls = ct_put_controls(r, form, "fields", ct_client_role_fields, NULL);
	return ct_record_choices(r, &ct_client_role_fields[0], json_array_get(controls, 0), e);
}

struct giving { int64_t client; };

static int become_organisation(struct ct_request *r, const struct giving *g, const char *name, struct ct_error *e)
{
	int64_t none;
	int rc = ct_insert(r, "org_add", CT_ARGS(CT_NUM(g->client), CT_STR(slug_of(r, name, g->client)), CT_NUM(0),
						 CT_NUM(0), CT_NULL), &none, e);

	return rc ? rc : ct_audit(r, "organisation", g->client, "create", NULL, NULL, e);
}

static int give(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct giving *g = arg;
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	int64_t person = ct_in_int(r, "person"), id;
	struct ct_result *row, *one;
	int rc;

	/* the guard first: two managers at once make one organisation of it */
	if ((rc = ct_exec(r, "party_touch", CT_ARGS(CT_NUM(g->client)), e)) ||
	    (rc = ct_one(r, "client_state", CT_ARGS(CT_NUM(r->org), CT_NUM(g->client)), &row, e)) ||
	    (rc = ct_one(r, "role_candidate", CT_ARGS(CT_NUM(g->client), CT_STR(ct_in_text(r, "role")), CT_NUM(person)),
			 &one, e)))
		return rc;
	if (ct_col_int(row, "closed"))
		return ct_fail(e, CT_DENIED, "%s", _("This organisation has a contact of its own, who says who acts for it."));
	if (strcmp(ct_col_text(one, "kind"), "person") != 0)
		return ct_fail_field(e, "person", "%s", _("Only a person can hold a role."));
	if (person == r->person)
		return ct_fail_field(e, "person", "%s", _("Nobody gives herself a role: ask another administrator."));
	if (ct_col_int(one, "held"))
		return ct_fail_field(e, "role", "%s", _("This person holds this role already."));
	if (!ct_col_int(row, "is_org") && (rc = become_organisation(r, g, ct_col_text(row, "name"), e)))
		return rc;
	rc = ct_insert(r, "role_give", CT_ARGS(CT_NUM(person), CT_NUM(g->client), CT_STR(ct_in_text(r, "role")),
		       CT_DAY(today), CT_NULL, CT_NUM(r->person)), &id, e);
	if (rc || (rc = ct_contact_know(r, g->client, person, e)))
		return rc;
	return ct_audit(r, "role", id, "create", NULL, json_pack("{s:s}", "role", ct_in_text(r, "role")), e);
}

int ct_client_form(struct ct_request *r, struct ct_error *e)
{
	return ct_record_page_of(r, "contact", e);
}

int ct_client_role_post(struct ct_request *r, struct ct_error *e)
{
	struct giving g;
	int rc = ct_record_here(r, "contact", &g.client, e);

	if (rc)
		return rc;
	rc = ct_transaction(r, give, &g, e);
	if (rc)
		return rc;
	ct_notice(r, "%s", _("It is stored."));
	ct_put_id(r->view, "id", g.client);
	ct_redirect(r, 201, ct_url(r, "/o/%s/people/%lld", r->s->org_slug, (long long)g.client));
	return 0;
}
