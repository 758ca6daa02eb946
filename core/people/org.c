/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where somebody who works for an organisation lands: its places and what the plugins add. */
#include "people/people.h"
#include "route/state.h"

int ct_org_page(struct ct_request *r, struct ct_error *e)
{
	int rc;

	ct_put_text(r->view, "slug", r->s->org_slug);
	ct_put_text(r->view, "name", r->s->org_name);
	ct_put_array(r->view, "panels");
	rc = ct_rows(r, "org_places", CT_ARGS(CT_NUM(r->org)), "places", e);
	return rc ? rc : ct_raise_handlers(r, "dashboard.panel", e);
}
