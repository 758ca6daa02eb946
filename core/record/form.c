/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form of a row. */
#include <string.h>
#include <talloc.h>

#include "field/form.h"
#include "record/internal.h"

/* What stands in the controls of a row that is there already. */
static json_t *current(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row)
{
	json_t *typed = ct_own_json(r, json_object());

	for (size_t i = 0; i < info->sql->n; i++) {
		const struct ct_record_column *c = &info->sql->columns[i];

		if (c->written && row->values[i].set && c->field->type != CT_SECRET)
			ct_put_text(typed, c->field->name, ct_field_typed(r, c->field, &row->values[i]));
	}
	return typed;
}

/* A kind that is no record, or has more rows than anybody scrolls through, is named by its key. */
static void as_text(json_t *control)
{
	ct_put_bool(control, "is_select", false);
	ct_put_bool(control, "is_input", true);
	ct_put_text(control, "type", "text");
	json_array_clear(json_object_get(control, "options"));
}

static bool is_chosen(const json_t *control)
{
	const json_t *option;
	size_t i;

	json_array_foreach(json_object_get(control, "options"), i, option)
		if (json_is_true(json_object_get(option, "selected")))
			return true;
	return false;
}

/* What is chosen stays a choice, though it has been archived meanwhile. */
static int add_chosen(struct ct_request *r, const struct ct_field *field, json_t *control, struct ct_error *e)
{
	const char *value = json_string_value(json_object_get(control, "value"));
	json_t *keys = ct_own_json(r, json_array()), *labels;
	const char *label;
	int rc;

	if (!value || strspn(value, "0123456789") != strlen(value) || is_chosen(control))
		return 0;
	ct_add_text(keys, value);
	rc = ct_record_labels(r, field->ref, keys, &labels, e);
	label = rc ? NULL : json_string_value(json_object_get(labels, value));
	if (label)
		ct_form_option(control, value, label);
	return rc;
}

static int add_choices(struct ct_request *r, const struct ct_field *field, json_t *control, struct ct_error *e)
{
	const struct ct_record_info *to = ct_record_of_kind(r, field->ref);
	struct ct_result *rows;
	int rc;

	if (!to) {
		as_text(control);
		return 0;
	}
	rc = ct_query_run(r, &to->sql->choices, CT_ARGS(CT_NUM(r->org)), &rows, e);
	if (rc)
		return rc;
	if (ct_result_rows(rows) > CT_LIST_MOST) {
		as_text(control);
		return 0;
	}
	while (ct_next(rows))
		ct_form_option(control, ct_col_text(rows, "id"), ct_col_text(rows, "label"));
	return add_chosen(r, field, control, e);
}

static const struct ct_field *field_named(const struct ct_record_info *info, const char *name)
{
	const struct ct_field *f = info->sql->form_fields;

	while (f->name && strcmp(f->name, name) != 0)
		f++;
	return f->name ? f : NULL;
}

static void put_hidden(json_t *form, const struct ct_record_row *row)
{
	json_t *hidden = ct_put_array(form, "hidden"), *pair;
	char version[24];

	if (!row)
		return;
	snprintf(version, sizeof(version), "%lld", (long long)row->version);
	pair = ct_add_object(hidden);
	ct_put_text(pair, "name", "row_version");
	ct_put_text(pair, "value", version);
}

int ct_record_put_form(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row,
		       struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui"), *controls, *control;
	size_t i;
	int rc = 0;

	ct_put_text(form, "action", ct_record_url(r, info, row ? row->id : 0, NULL));
	ct_put_bool(form, "multipart", info->sql->files);
	controls = ct_put_controls(r, form, "fields", info->sql->form_fields, row ? current(r, info, row) : NULL);
	json_array_foreach(controls, i, control) {
		const struct ct_field *field = field_named(info, json_string_value(json_object_get(control, "name")));

		if (field->type == CT_REF && !rc)
			rc = add_choices(r, field, control, e);
	}
	put_hidden(form, row);
	ct_put_text(form, "submit", row ? _("Save") : _("Add"));
	ct_put_text(form, "cancel_href", ct_record_url(r, info, row ? row->id : 0, NULL));
	ct_put_null(form, "note");
	ct_record_crumbs(r, info, row);
	return rc;
}

int ct_record_new_form(struct ct_request *r, struct ct_error *e)
{
	const struct ct_record_info *info = ct_record_of(r);

	ct_put_text(r->view, "heading_ui", talloc_asprintf(r, _("New: %s"), ct_record_one(info)));
	return ct_record_put_form(r, info, NULL, e);
}

int ct_record_edit_form(struct ct_request *r, struct ct_error *e)
{
	const struct ct_record_info *info = ct_record_of(r);
	struct ct_record_row *row;
	int rc = ct_record_load(r, info, &row, e);

	if (!rc)
		rc = ct_record_label(r, info, &row, 1, e);
	if (rc)
		return rc;
	ct_record_put(r, info, row, r->view);
	ct_put_text(r->view, "heading_ui", ct_record_title(r, info, row));
	return ct_record_put_form(r, info, row, e);
}
