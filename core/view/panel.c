/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes of an overview: comptoir/request.h. */
#include <comptoir/request.h>
#include <comptoir/view.h>

json_t *ct_panel(struct ct_request *r, const char *title, const char *empty)
{
	json_t *panel = ct_add_object(json_object_get(r->view, "panels"));

	ct_put_text(panel, "title", title);
	ct_put_text(panel, "empty", empty);
	ct_put_array(panel, "rows");
	ct_put_null(panel, "more");
	return panel;
}

void ct_panel_row(json_t *panel, const char *text, const char *sub, const char *href)
{
	json_t *row = ct_add_object(json_object_get(panel, "rows"));

	ct_put_text(row, "text", text);
	ct_put_text(row, "sub", sub);
	ct_put_text(row, "href", href);
}

void ct_panel_more(json_t *panel, const char *label, const char *href)
{
	json_t *more = ct_put_object(panel, "more");

	ct_put_text(more, "label", label);
	ct_put_text(more, "href", href);
}
