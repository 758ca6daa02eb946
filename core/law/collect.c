/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages of text are made of (comptoir/pages.h), and what all law pages do alike. */
#include <string.h>
#include <talloc.h>

#include "law/law.h"
#include "route/state.h"

/* ---- parts ---- */

json_t *ct_part(struct ct_request *r, const char *anchor, const char *title)
{
	json_t *part = ct_add_object(json_object_get(r->view, "parts"));

	ct_put_text(part, "anchor", anchor);
	ct_put_text(part, "title", title);
	ct_put_text(part, "note", NULL);
	ct_put_array(part, "paragraphs");
	ct_put_array(part, "facts");
	ct_put_bool(part, "has_facts_ui", false);
	ct_put_array(part, "items");
	ct_put_bool(part, "has_items_ui", false);
	ct_put_array(part, "links");
	ct_put_bool(part, "has_links_ui", false);
	return part;
}

void ct_part_text(json_t *part, const char *text)
{
	if (text && *text)
		ct_put_text(ct_add_object(json_object_get(part, "paragraphs")), "text", text);
}

void ct_part_fact(json_t *part, const char *label, const char *text, const char *href)
{
	json_t *fact = ct_add_object(json_object_get(part, "facts"));

	ct_put_text(fact, "label", label);
	ct_put_text(fact, "text", text && *text ? text : NULL);
	ct_put_text(fact, "href", text && *text ? href : NULL);
	ct_put_bool(part, "has_facts_ui", true);
}

void ct_part_item(json_t *part, const char *title, const char *text)
{
	json_t *item = ct_add_object(json_object_get(part, "items"));

	ct_put_text(item, "title", title);
	ct_put_text(item, "text", text);
	ct_put_bool(part, "has_items_ui", true);
}

void ct_part_link(json_t *part, const char *text, const char *href)
{
	json_t *link = ct_add_object(json_object_get(part, "links"));

	ct_put_text(link, "text", text);
	ct_put_text(link, "href", href);
	ct_put_bool(part, "has_links_ui", true);
}

void ct_purpose(struct ct_request *r, const char *what_for, const char *data_and_ground)
{
	json_t *part;
	size_t i;

	json_array_foreach(json_object_get(r->view, "parts"), i, part)
		if (!strcmp(json_string_value(json_object_get(part, "anchor")), "purposes"))
			ct_part_item(part, what_for, data_and_ground);
}

/* ---- whose page it is ---- */

static bool names_org(const struct ct_request *r)
{
	return strstr(r->s->entry->route->path, "{org}") != NULL;
}

int ct_law_find(struct ct_request *r, struct ct_law *law_r, struct ct_error *e)
{
	struct ct_law law = { .network = !names_org(r), .name = ct_setting_text(r, "site.name") };
	struct ct_result *row;
	int rc;

	rc = law.network ? ct_query(r, "law_network", CT_NO_ARGS, &row, e)
			 : ct_query(r, "law", CT_ARGS(CT_NUM(r->org)), &row, e);
	if (rc)
		return rc;
	if (ct_next(row)) {
		law.row = row;
		law.org = ct_col_int(row, "id");
		law.slug = law.network ? NULL : ct_col_text(row, "slug");
		law.name = ct_col_text(row, "name");
		law.edits = ct_may(r, "law.edit", law.org);
	} else if (!law.network) {
		return ct_fail(e, CT_MISSING, _("This organisation runs no places: the pages of the network are for it."));
	}
	ct_put_text(r->view, "organisation", law.name);
	ct_put_array(r->view, "parts");
	ct_put_array(r->view, "missing_ui");
	ct_put_text(r->view, "version_ui", NULL);
	*law_r = law;
	return 0;
}

const char *ct_law_text(const struct ct_law *law, const char *column)
{
	const char *text = law->row ? ct_col_text(law->row, column) : NULL;

	return text && *text ? text : NULL;
}

int64_t ct_law_int(const struct ct_law *law, const char *column)
{
	return law->row ? ct_col_int(law->row, column) : 0;
}

const char *ct_law_phone(struct ct_request *r, const struct ct_law *law, const char *column)
{
	const struct ct_field field = { .name = "phone", .type = CT_PHONE };
	const struct ct_value value = { .set = true, .text = ct_law_text(law, column) };

	return value.text ? ct_field_show(r, &field, &value, r->lang) : NULL;
}

static char *joined(char *line, const char *separator, const char *text)
{
	return text ? talloc_asprintf_append(line, "%s%s", *line ? separator : "", text) : line;
}

const char *ct_law_seat(struct ct_request *r, const struct ct_law *law)
{
	char *line = talloc_strdup(r, ""), *town = talloc_strdup(r, "");

	line = joined(line, ", ", ct_law_text(law, "building"));
	line = joined(line, ", ", ct_law_text(law, "street"));
	line = joined(line, ", ", ct_law_text(law, "hamlet"));
	town = joined(town, " ", ct_law_text(law, "postcode"));
	town = joined(town, " ", ct_law_text(law, "town"));
	line = joined(line, ", ", *town ? town : NULL);
	return *line ? line : NULL;
}

const char *ct_law_email(const struct ct_law *law, const char *column)
{
	const char *email = ct_law_text(law, column);

	if (!email)
		email = ct_law_text(law, "notice_email");
	return email ? email : ct_law_text(law, "email");
}

void ct_law_mail_fact(struct ct_request *r, json_t *part, const char *label, const char *email)
{
	ct_part_fact(part, label, email, email ? talloc_asprintf(r, "mailto:%s", email) : NULL);
}

void ct_law_missing(struct ct_request *r, const struct ct_law *law, const char *what)
{
	if (law->edits)
		ct_put_text(ct_add_object(json_object_get(r->view, "missing_ui")), "text", what);
}

void ct_law_more(struct ct_request *r, const struct ct_law *law, const char *column)
{
	const char *text = ct_law_text(law, column);

	if (text)
		ct_part_text(ct_part(r, "more", _("More about this")), text);
}

/* ---- frame ---- */

const char *ct_law_href(struct ct_request *r, const struct ct_law *law, const char *page)
{
	if (law->slug)
		return ct_url(r, "/legal/%s/%s", law->slug, page);
	return strcmp(page, "help") ? ct_url(r, "/legal/%s", page) : "/help";
}

int ct_law_done(struct ct_request *r, const struct ct_law *law, const char *page, const char *title,
		struct ct_error *e)
{
	static const struct { const char *page, *label; } pages[] = {
		{ "notice", N_("Legal notice") }, { "privacy", N_("Privacy") }, { "terms", N_("Conditions") },
		{ "accessibility", N_("Accessibility") }, { "help", N_("Help") },
	};
	json_t *list = ct_put_array(r->view, "pages_ui"), *item;

	(void)e;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		item = ct_add_object(list);
		ct_put_text(item, "label", _(pages[i].label));
		ct_put_text(item, "href", ct_law_href(r, law, pages[i].page));
		ct_put_bool(item, "current", !strcmp(pages[i].page, page));
	}
	ct_put_text(r->view, "heading_ui", title);
	ct_put_text(r->view, "edit_href_ui", !law->edits ? NULL
		: ct_url(r, "/o/%s/law", ct_col_text(law->row, "slug")));
	ct_put_bool(r->view, "has_missing_ui", json_array_size(json_object_get(r->view, "missing_ui")) > 0);
	list = ct_put_array(r->view, "breadcrumbs_ui");
	item = ct_add_object(list);
	ct_put_text(item, "label", law->name);
	ct_put_text(item, "href", ct_law_href(r, law, "notice"));
	item = ct_add_object(list);
	ct_put_text(item, "label", title);
	ct_put_text(item, "href", NULL);
	return 0;
}
