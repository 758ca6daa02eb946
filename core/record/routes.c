/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The routes of a record, and what its handlers need to find their way. */
#include <string.h>
#include <talloc.h>

#include "record/internal.h"

static const struct ct_field list_fields[] = {
	{ "q", N_("Search in this list"), CT_TEXT, .max = 100 },
	{ "sort", N_("Sorted by: a field, with - in front the other way round"), CT_TEXT, .max = 60 },
	{ "after", N_("Rows after this cursor"), CT_TEXT, .max = 400 },
	{ "before", N_("Rows before this cursor"), CT_TEXT, .max = 400 },
	{ "limit", N_("Rows at once"), CT_INT, .min = 1, .max = 1000000 },
	{ "total", N_("Count all rows"), CT_BOOL },
	{ "archived", N_("What has been archived"), CT_BOOL },
	{ 0 }
};

static const struct ct_view_field list_head[] = {
	{ "rows", "array", NULL }, { "next", "text", N_("Cursor of the next page, or null") },
	{ "total", "integer", N_("Where total=1 asked for it") }, { 0 }
};

static const struct ct_field version_field = { "row_version", N_("Version that was changed"), CT_INT,
					       .required = true, .min = 1, .max = 4294967295 };

/*
 * The fields of a route that stores: those that a form shows, not required where a new row has a
 * value to begin with, or where a change may leave them out.
 */
static const struct ct_field *stored_fields(void *mem, const struct ct_record_info *info, bool change)
{
	const struct ct_record_sql *sql = info->sql;
	struct ct_field *fields = talloc_zero_array(mem, struct ct_field, sql->n + 2);
	size_t n = 0;

	for (const struct ct_field *f = sql->form_fields; f->name; f++) {
		fields[n] = *f;
		fields[n].many = f->type == CT_WEEKDAYS;
		fields[n].heading = NULL;
		fields[n++].required = f->required && !change && !f->initial && !f->only;
	}
	if (change)
		fields[n] = version_field;
	return fields;
}

static const struct ct_field *list_input(void *mem, const struct ct_record_info *info)
{
	size_t n = sizeof(list_fields) / sizeof(list_fields[0]) - 1;
	struct ct_field *fields = talloc_zero_array(mem, struct ct_field, n + info->sql->n + 1);

	memcpy(fields, list_fields, n * sizeof(*fields));
	for (size_t i = 0; i < info->sql->n; i++) {
		if (!info->sql->columns[i].field->filter)
			continue;
		fields[n] = *info->sql->columns[i].field;
		fields[n].initial = NULL;
		fields[n++].required = false;
	}
	return fields;
}

static const struct ct_field *version_alone(void *mem)
{
	struct ct_field *fields = talloc_zero_array(mem, struct ct_field, 2);

	fields[0] = version_field;
	return fields;
}

static const struct ct_view_field *row_view(void *mem, const struct ct_record_info *info)
{
	static const struct ct_view_field common[] = {
		{ "id", "id", NULL }, { "uid", "text", NULL }, { "row_version", "integer", NULL },
		{ "archived_at", "time", NULL }, { "archived_at_local", "text", NULL },
	};
	size_t n = sizeof(common) / sizeof(common[0]);
	struct ct_view_field *view = talloc_zero_array(mem, struct ct_view_field, n + 2 * info->sql->n + 1);

	memcpy(view, common, sizeof(common));
	for (size_t i = 0; i < info->sql->n; i++)
		n += ct_record_view(mem, &info->sql->columns[i], view + n);
	return view;
}

static size_t count(const struct ct_view_field *view)
{
	size_t n = 0;

	while (view && view[n].name)
		n++;
	return n;
}

/* Two tables as one; the names of the second begin with `prefix`. */
static const struct ct_view_field *joined(void *mem, const struct ct_view_field *a, const struct ct_view_field *b,
					  const char *prefix)
{
	size_t na = count(a), nb = count(b);
	struct ct_view_field *view = talloc_zero_array(mem, struct ct_view_field, na + nb + 1);

	memcpy(view, a, na * sizeof(*a));
	for (size_t i = 0; i < nb; i++) {
		view[na + i] = b[i];
		view[na + i].name = talloc_asprintf(mem, "%s%s", prefix, b[i].name);
	}
	return view;
}

/* Each list of routes ends with { 0 }. */
static void adopt(struct ct_record_info *info, const struct ct_route *all, size_t n)
{
	struct ct_route *routes = talloc_zero_array(info, struct ct_route, n + 1);

	memcpy(routes, all, n * sizeof(*all));
	for (size_t i = 0; i < n; i++)
		routes[i].title = info->record->label;
	info->routes = routes;
}

static void single_routes(struct ct_record_info *info, const char *path)
{
	const struct ct_record *record = info->record;
	const struct ct_route all[] = {
		{ "GET", path, CT_ORG, record->see, "core/record-form", ct_record_edit_form,
		  .view = row_view(info, info) },
		{ "POST", path, CT_ORG, record->edit, "core/record-form", ct_record_change,
		  stored_fields(info, info, true), row_view(info, info), .form = ct_record_edit_form },
	};

	adopt(info, all, sizeof(all) / sizeof(all[0]));
}

void ct_record_routes(struct ct_record_info *info)
{
	const struct ct_record *record = info->record;
	const char *list = talloc_asprintf(info, "/o/{org}/%s", info->path);
	const char *row = talloc_asprintf(info, "%s/{id}", list), *edit = talloc_asprintf(info, "%s/edit", row);
	const char *remove = talloc_asprintf(info, "%s/delete", row);
	const struct ct_field *change = stored_fields(info, info, true);
	const struct ct_view_field *view = row_view(info, info);
	const struct ct_route all[] = {
		{ "GET", list, CT_ORG, record->see, "core/record-list", ct_record_list, list_input(info, info),
		  joined(info, list_head, view, "rows.") },
		{ "POST", list, CT_ORG, record->edit, "core/record-form", ct_record_create,
		  stored_fields(info, info, false), view, .form = ct_record_new_form },
		{ "GET", talloc_asprintf(info, "%s/new", list), CT_ORG, record->edit, "core/record-form",
		  ct_record_new_form },
		{ "GET", row, CT_ORG, record->see, "core/record-show", ct_record_page,
		  .view = joined(info, view, record->show_view, "") },
		{ "POST", row, CT_ORG, record->edit, "core/record-form", ct_record_change, change, view,
		  .form = ct_record_edit_form },
		{ "GET", edit, CT_ORG, record->edit, "core/record-form", ct_record_edit_form },
		{ "GET", remove, CT_ORG, record->edit, "core/record-delete", ct_record_delete_page },
		{ "POST", remove, CT_ORG, record->edit, "core/record-delete", ct_record_delete, version_alone(info),
		  .form = ct_record_delete_page },
	};

	if (record->single)
		single_routes(info, list);
	else
		adopt(info, all, sizeof(all) / sizeof(all[0]));
}

const struct ct_record_info *ct_record_of(const struct ct_request *r)
{
	return r->s->entry->record;
}

const struct ct_record_info *ct_record_of_kind(const struct ct_request *r, const char *kind)
{
	const struct ct_kind_entry *entry = ct_registry_kind(r->s->core->registry, kind);
	const struct ct_module *m = entry ? entry->module : NULL;

	for (size_t i = 0; m && m->records && m->plugin->records[i].name; i++)
		if (&m->records[i]->kind == entry->kind)
			return m->records[i];
	return NULL;
}

const char *ct_record_text(const struct ct_record_info *info, const char *text)
{
	return text ? dgettext(info->plugin->domain ? info->plugin->domain : CT_TEXT_DOMAIN, text) : NULL;
}

const char *ct_record_one(const struct ct_record_info *info)
{
	return ct_record_text(info, info->record->one ? info->record->one : info->record->label);
}

const char *ct_record_url(struct ct_request *r, const struct ct_record_info *info, int64_t id,
			  const char *word)
{
	const char *list = talloc_asprintf(r, "%s/%s", ct_url(r, "/o/%s", r->s->org_slug), info->path);

	if (info->record->single)
		return list;
	if (id)
		list = talloc_asprintf(r, "%s/%lld", list, (long long)id);
	return word ? talloc_asprintf(r, "%s/%s", list, word) : list;
}

bool ct_record_sees(struct ct_request *r, const struct ct_record_column *column)
{
	return column->field->type != CT_SECRET && (!column->field->see || ct_may(r, column->field->see, r->org));
}

void ct_record_crumbs(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row)
{
	json_t *crumbs = ct_put_array(r->view, "breadcrumbs_ui"), *crumb;

	if (info->record->single)
		return;
	crumb = ct_add_object(crumbs);
	ct_put_text(crumb, "label", ct_record_text(info, info->record->label));
	ct_put_text(crumb, "href", ct_record_url(r, info, 0, NULL));
	if (!row)
		return;
	crumb = ct_add_object(crumbs);
	ct_put_text(crumb, "label", ct_record_title(r, info, row));
	ct_put_text(crumb, "href", ct_record_url(r, info, row->id, NULL));
}
