/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an organisation lets another see of its rows, by its own act: signed by one of its administrators. */
#include <comptoir/search.h>
#include <comptoir/terms.h>
#include <string.h>

#include "field/form.h"
#include "people/people.h"
#include "route/state.h"

static const struct ct_choice scopes[] = {
	{ "figures", N_("figures: sums without names") }, { "bookings", N_("the calendar, with names") },
	{ "accounts", N_("the accounts") }, { 0 }
};

const char *ct_grant_scope_label(const char *scope)
{
	const struct ct_choice *c = scopes;

	while (c->value && strcmp(c->value, scope) != 0)
		c++;
	return c->value ? _(c->label) : scope;
}

const struct ct_field ct_grant_fields[] = {
	{ "name", N_("Who may see it"), CT_TEXT, .read_only = true, .list = true },
	{ "to_org", N_("Organisation"), CT_REF, .ref = "organisation", .ref_org = CT_REF_PUBLIC, .required = true, .fixed = true },
	{ "scope", N_("What it may see"), CT_CHOICE, .required = true, .fixed = true, .choices = scopes, .list = true,
	  .filter = true, .help = N_("Figures hide groups of fewer than five.") },
	{ "from", N_("From"), CT_DATE, .list = true, .help = N_("Empty: from today on.") },
	{ "to", N_("Last day"), CT_DATE, .list = true, .help = N_("Empty: until further notice.") },
	{ "signed_by", N_("Signed by"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC, .read_only = true, .list = true },
	{ 0 }
};

/* The organisations of the network, by name. */
int ct_grant_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	json_t *control = json_array_get(controls, 0);
	struct ct_result *rows;
	int rc;

	if (id)
		return 0;
	rc = ct_query(r, "operators_but", CT_ARGS(CT_NUM(r->org)), &rows, e);
	if (rc)
		return rc;
	ct_put_bool(control, "is_input", false);
	ct_put_bool(control, "is_select", true);
	ct_form_option(control, "", _("Please choose"));
	while (ct_next(rows))
		ct_form_option(control, ct_col_text(rows, "id"), ct_col_text(rows, "name"));
	return 0;
}

int ct_grant_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_day from = ct_in_day(r, "from"), to = ct_in_day(r, "to");

	(void)e;
	if (!id && ct_in_int(r, "to_org") == r->org)
		ct_in_error(r, "to_org", "%s", _("Your organisation sees its own rows anyway."));
	if (ct_day_set(to) && to.n < (ct_day_set(from) ? from.n : (int32_t)(r->now.s / 86400)))
		ct_in_error(r, "to", "%s", _("The last day is before the first."));
	return 0;
}

int ct_grant_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	struct ct_day from = ct_in_day(r, "from"), to = ct_in_day(r, "to");
	int64_t count;
	int rc;

	if (!ct_day_set(from))
		from = (struct ct_day){ (int32_t)(r->now.s / 86400) };
	if (!*id)
		return ct_insert(r, "grant_give", CT_ARGS(CT_NUM(r->org), CT_NUM(ct_in_int(r, "to_org")),
			CT_STR(ct_in_text(r, "scope")), CT_DAY(from), CT_DAY(to), CT_NUM(r->person)), id, e);
	rc = ct_exec_count(r, "grant_change", CT_ARGS(CT_DAY(from), CT_DAY(to), CT_NUM(*id), CT_NUM(r->org),
						      CT_NUM(version)), &count, e);
	return rc ? rc : count ? 0 : ct_lost(e);
}

int ct_grant_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	struct ct_day yesterday = { (int32_t)(r->now.s / 86400) - 1 };
	int64_t count;
	int rc = ct_exec_count(r, "grant_end", CT_ARGS(CT_DAY(yesterday), CT_NUM(id), CT_NUM(r->org), CT_NUM(version)),
			       &count, e);

	*archived_r = true;
	return rc ? rc : count ? 0 : ct_lost(e);
}

bool ct_granted(struct ct_request *r, int64_t owner, int64_t to, const char *scope)
{
	struct ct_result *row;
	struct ct_error e;
	bool granted = owner == to;

	if (!granted)
		CT_AS(r, &ct_plugin_people, granted = !ct_query(r, "granted", CT_ARGS(CT_NUM(owner), CT_NUM(to),
			CT_STR(scope)), &row, &e) && ct_next(row));
	return granted;
}

bool ct_granted_caller(struct ct_request *r, int64_t owner, const char *scope, const char *permission)
{
	const char *orgs = ct_orgs_with(r, permission);
	struct ct_result *row;
	struct ct_error e;
	bool granted;

	CT_AS(r, &ct_plugin_people, granted = !ct_query(r, "granted_any", CT_ARGS(CT_STR(orgs), CT_STR(scope), CT_NUM(owner)),
							&row, &e) && ct_next(row));
	return granted;
}

int ct_granting(struct ct_request *r, int64_t to, const char *which, json_t *list, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_people, rc = ct_query(r, "granting", CT_ARGS(CT_NUM(to), CT_STR(which)), &row, e));
	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "slug", ct_col_text(row, "slug"));
		ct_put_text(o, "name", ct_col_text(row, "name"));
	}
	return rc;
}
