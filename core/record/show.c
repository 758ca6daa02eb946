/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a row. */
#include <string.h>
#include <talloc.h>

#include "record/internal.h"

/* Where a reference leads: the page of the row that it names, for who may see that. */
static const char *reference_url(struct ct_request *r, const struct ct_field *field, int64_t id)
{
	const struct ct_record_info *to = ct_record_of_kind(r, field->ref);

	if (!to || field->ref_org != CT_REF_SAME || !ct_may(r, to->record->see, r->org))
		return NULL;
	return ct_record_url(r, to, id, NULL);
}

static const char *field_url(struct ct_request *r, const struct ct_field *field, const struct ct_value *value)
{
	if (!value->set)
		return NULL;
	if (field->type == CT_REF)
		return reference_url(r, field, value->i);
	if (field->type == CT_EMAIL)
		return talloc_asprintf(r, "mailto:%s", value->text);
	return field->type == CT_PHONE ? talloc_asprintf(r, "tel:%s", value->text) : NULL;
}

static bool has_parts(const struct ct_record_info *info)
{
	for (size_t i = 0; i < info->sql->n; i++)
		if (info->sql->columns[i].field->heading)
			return true;
	return false;
}

/* Is there something to show? In a row of many parts, only what is given; what is the heading already, never. */
static bool is_shown(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row, size_t i)
{
	const struct ct_record_column *c = &info->sql->columns[i];
	bool heading = c == info->sql->title && c->field->read_only;

	if (!c->stored || !c->field->label || heading || !ct_record_sees(r, c) ||
	    !ct_record_applies(info, c, ct_record_variant(info, row->values)))
		return false;
	return !has_parts(info) || (c->field->type == CT_BOOL ? row->values[i].i : row->values[i].set);
}

/* A picture is shown; of any other file there is the name, and its size. */
static void put_picture(json_t *field, const struct ct_file *file)
{
	json_t *picture;

	if (!file || !file->small) {
		ct_put_null(field, "picture");
		return;
	}
	picture = ct_put_object(field, "picture");
	ct_put_text(picture, "src", file->small);
	ct_put_int(picture, "width", file->width);
	ct_put_int(picture, "height", file->height);
}

static void put_fields(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row)
{
	json_t *fields = ct_put_array(r->view, "fields_ui");
	const char *heading = NULL;

	for (size_t i = 0; i < info->sql->n; i++) {
		const struct ct_record_column *c = &info->sql->columns[i];
		json_t *field;

		if (c->field->heading)
			heading = c->field->heading;
		if (!is_shown(r, info, row, i))
			continue;
		field = ct_add_object(fields);
		ct_put_text(field, "label", ct_record_text(info, c->field->label));
		ct_put_text(field, "heading", ct_record_text(info, heading));
		heading = NULL;
		ct_put_text(field, "text", ct_record_show_at(r, info, row, i));
		ct_put_text(field, "href", row->files[i] ? row->files[i]->href
							 : field_url(r, c->field, &row->values[i]));
		put_picture(field, row->files[i]);
		ct_put_bool(field, "long", c->field->type == CT_LONG_TEXT);
		ct_put_bool(field, "numeric", false);
	}
}

static void put_link(json_t *view, const char *key, const char *label, const char *href)
{
	json_t *link;

	if (!href) {
		ct_put_null(view, key);
		return;
	}
	link = ct_put_object(view, key);
	ct_put_text(link, "label", label);
	ct_put_text(link, "href", href);
}

/* The record's .url with the row's own key, uid or slug in it. */
static const char *public_url(struct ct_request *r, const struct ct_record_info *info,
			      const struct ct_record_row *row)
{
	const char *url = info->record->url, *open = url ? strchr(url, '{') : NULL, *value = NULL;
	size_t len = open ? strcspn(open, "}") : 0;

	if (!url || !open)
		return url;
	if (!strncmp(open, "{id}", 4))
		value = talloc_asprintf(r, "%lld", (long long)row->id);
	else if (!strncmp(open, "{uid}", 5))
		value = row->uid;
	for (size_t i = 0; i < info->sql->n && !value; i++)
		if (strlen(info->sql->columns[i].field->name) == len - 1 &&
		    !strncmp(info->sql->columns[i].field->name, open + 1, len - 1))
			value = row->values[i].text;
	return value ? talloc_asprintf(r, "%.*s%s%s", (int)(open - url), url, ct_url(r, "%s", value),
				       open + len + 1) : NULL;
}

/* The page may be another plugin's, which is not loaded everywhere. */
static const char *existing(struct ct_request *r, const char *url)
{
	struct ct_match match;
	const char *allow;
	struct ct_error e;

	return url && !ct_router_find(r->s->core->registry->router, r, "GET", url, &match, &allow, &e) ? url : NULL;
}

static void put_page(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row)
{
	const char *remove = ct_record_text(info, info->record->remove_label);
	bool may_edit = ct_may(r, info->record->edit, r->org), archived = ct_utc_set(row->archived);
	char text[CT_TIME_UI];
	const struct ct_zone *zone;
	struct ct_error e;

	put_fields(r, info, row);
	put_link(r->view, "edit_ui", _("Change"), may_edit && row->locked < 2 ? ct_record_url(r, info, row->id, "edit") : NULL);
	put_link(r->view, "delete_ui", remove ? remove : _("Delete"),
		 may_edit && row->locked < 2 && !archived ? ct_record_url(r, info, row->id, "delete") : NULL);
	put_link(r->view, "public_ui", _("Public page"), archived ? NULL : existing(r, public_url(r, info, row)));
	ct_put_null(r->view, "archived_ui");
	if (archived && !ct_zone_get("Europe/Paris", &zone, &e))
		ct_put_text(r->view, "archived_ui", talloc_asprintf(r, _("Archived on %s: it is in no list any more."),
			ct_day_ui(text, ct_zone_day(zone, row->archived), r->lang)));
	ct_put_text(r->view, "heading_ui", ct_record_title(r, info, row));
	ct_record_crumbs(r, info, NULL);
}

static int show(struct ct_request *r, const struct ct_record_info *info, struct ct_error *e)
{
	struct ct_record_row *row;
	int rc = ct_record_load(r, info, &row, e);

	if (!rc)
		rc = ct_record_label(r, info, &row, 1, e);
	if (rc)
		return rc;
	ct_record_put(r, info, row, r->view);
	if (ct_wants_html(r)) {
		put_page(r, info, row);
		rc = ct_record_history(r, info, row->id, e);
	}
	return !rc && info->record->show ? info->record->show(r, row->id, e) : rc;
}

int ct_record_page(struct ct_request *r, struct ct_error *e)
{
	return show(r, ct_record_of(r), e);
}

int ct_record_page_of(struct ct_request *r, const char *kind, struct ct_error *e)
{
	return show(r, ct_record_of_kind(r, kind), e);
}

int ct_record_here(struct ct_request *r, const char *kind, int64_t *id_r, struct ct_error *e)
{
	struct ct_record_row *row;
	int rc = ct_record_load(r, ct_record_of_kind(r, kind), &row, e);

	if (!rc)
		*id_r = row->id;
	return rc;
}
