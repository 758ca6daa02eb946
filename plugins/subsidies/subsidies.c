/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subsidies: agreements by which a funder pays a share of what others owe. The tables of the plugin. */
#include "subsidies.h"

static const struct ct_permission permissions[] = {
	{ MAY_SEE, N_("See the agreements with funders"), CT_ROLE_MEMBER },
	{ MAY_EDIT, N_("Change the agreements with funders"), CT_ROLE_TREASURER },
	{ MAY_REPORT, N_("Make statements for funders"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER) },
	{ 0 }
};

#define AGREEMENT CT_PATH("agreement", "subsidies.agreement")

static const struct ct_view_field changed_view[] = { { "id", "id", "the agreement" }, { 0 } };

static const struct ct_route routes[] = {
	{ "POST", "/agreements/{agreement}/eligible", AGREEMENT, MAY_EDIT, "core/record-form", subsidies_eligible_add,
	  subsidies_eligible_add_fields, changed_view, N_("For whom an agreement is"), .form = subsidies_eligible_form },
	{ "POST", "/agreements/eligible/{eligible}/remove", CT_PATH("eligible", "subsidies.eligible"), MAY_EDIT, NULL,
	  subsidies_eligible_remove, .view = changed_view, .title = N_("For whom an agreement is") },
	{ "GET", "/agreements/{agreement}/statement.csv", AGREEMENT, MAY_REPORT, NULL, subsidies_statement_csv,
	  subsidies_statement_fields, .title = N_("Statement for the funder") },
	{ "GET", "/agreements/{agreement}/statement.pdf", AGREEMENT, MAY_REPORT, NULL, subsidies_statement_pdf,
	  subsidies_statement_fields, .title = N_("Statement for the funder") },
	{ 0 }
};

static int refuse_found(struct ct_request *r, const char *query, const char *what, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, CT_NO_ARGS, &row, e);

	if (!rc && ct_next(row))
		return ct_fail(e, CT_BROKEN, "%s (%lld)", what, (long long)ct_col_int(row, "id"));
	return rc;
}

/* comptoirctl verify: by brute force, whatever the constraints say. */
static int verify_rows(struct ct_request *r, struct ct_error *e)
{
	int rc;

	if ((rc = refuse_found(r, "verify_sums", "what an agreement used is not the sum of its uses", e)) ||
	    (rc = refuse_found(r, "verify_amount", "an agreement used more than its amount", e)))
		return rc;
	return refuse_found(r, "verify_instalments", "the instalments of an agreement pass its amount", e);
}

static const struct ct_hook hooks[] = {
	CT_HOOK("demo.before", ct_handler_f, subsidies_demo),
	CT_ON_CHARGE_SHARED(subsidies_share),
	CT_HOOK("dashboard.panel", ct_handler_f, subsidies_dashboard),
	CT_HOOK("verify", ct_handler_f, verify_rows),
	CT_ON_PARTY_PANEL(subsidies_party_panel),
	CT_ON_PARTY_MERGED(subsidies_party_merged),
	CT_ON_PARTY_EXPORTED(subsidies_party_exported),
	CT_ON_PARTY_DUE(subsidies_party_due),
	CT_ON_PARTY_FORGOTTEN(subsidies_party_forgotten),
	CT_ON_PARTY_SEEN(subsidies_party_seen),
	{ 0 }
};

static const struct ct_menu menu[] = {
	{ N_("Subsidies"), "/o/{org}/agreements", MAY_SEE, 44 },
	{ 0 }
};

CT_PLUGIN(subsidies) = {
	CT_HEAD("subsidies"), .title = N_("Subsidies"), .permissions = permissions, .kinds = subsidies_kinds,
	.queries = subsidies_queries, .records = subsidies_records, .routes = routes, .hooks = hooks, .menu = menu,
};
