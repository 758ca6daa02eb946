/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What plugins add to pages of the core: boxes of an overview, offers of /login, banners: comptoir/request.h. */
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

json_t *ct_offer(struct ct_request *r, const char *title)
{
	json_t *offer = ct_add_object(json_object_get(r->view, "offers_ui"));

	ct_put_text(offer, "title", title);
	ct_put_array(offer, "buttons");
	return offer;
}

void ct_offer_button(json_t *offer, const char *label, const char *sub, const char *action, const char *name,
		     const char *value)
{
	json_t *button = ct_add_object(json_object_get(offer, "buttons"));

	ct_put_text(button, "label", label);
	ct_put_text(button, "sub", sub);
	ct_put_text(button, "action", action);
	ct_put_text(button, "name", name);
	ct_put_text(button, "value", value);
}

json_t *ct_banner(struct ct_request *r, const char *text)
{
	json_t *page = json_object_get(r->view, "page");
	json_t *banner = ct_add_object(json_object_get(page, "banners"));

	ct_put_text(banner, "text", text);
	ct_put_array(banner, "links");
	return banner;
}

void ct_banner_link(json_t *banner, const char *label, const char *href)
{
	json_t *link = ct_add_object(json_object_get(banner, "links"));

	ct_put_text(link, "label", label);
	ct_put_text(link, "href", href);
}
