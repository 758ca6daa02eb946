/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where somebody who works for an organisation lands: its places and what the plugins add. */
#include "people/people.h"
#include "route/state.h"

static int call_panel(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	(void)arg;
	return ((ct_handler_f *)function)(r, e);
}

int ct_org_page(struct ct_request *r, struct ct_error *e)
{
	int rc;

	ct_put_text(r->view, "slug", r->s->org_slug);
	ct_put_text(r->view, "name", r->s->org_name);
	ct_put_array(r->view, "panels");
	rc = ct_rows(r, "org_places", CT_ARGS(CT_NUM(r->org)), "places", e);
	return rc ? rc : ct_raise(r, "dashboard.panel", call_panel, NULL, e);
}
