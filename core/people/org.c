/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where somebody who works for an organisation lands: its places and what the plugins add. */
#include "people/people.h"
#include "route/state.h"
#include "view/page.h"

/* A client sees who acts for it, and its contact says who does. */
static int put_people(struct ct_request *r, struct ct_error *e)
{
	json_t *panel = ct_panel(r, _("Who acts for us"), NULL);
	struct ct_result *rows;
	int rc = ct_query(r, "client_roles", CT_ARGS(CT_NUM(r->org)), &rows, e);

	while (!rc && ct_next(rows))
		ct_panel_row(panel, ct_col_text(rows, "name"), ct_role_label(ct_col_text(rows, "role")), NULL);
	if (!rc && ct_may(r, "roles.edit", r->org))
		ct_panel_more(panel, _("Say who acts for us"), ct_url(r, "/o/%s/roles", r->s->org_slug));
	return rc;
}

int ct_org_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "org_operates", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (rc)
		return rc;
	ct_put_bool(r->view, "operates_ui", ct_col_int(row, "operates"));
	ct_put_text(r->view, "slug", r->s->org_slug);
	ct_put_text(r->view, "name", r->s->org_name);
	ct_put_array(r->view, "panels");
	rc = ct_rows(r, "org_places", CT_ARGS(CT_NUM(r->org)), "places", e);
	if (!rc && !ct_col_int(row, "operates"))
		rc = put_people(r, e);
	return rc ? rc : ct_raise_handlers(r, "dashboard.panel", e);
}
