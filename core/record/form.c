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

		if (c->written && c->stored && row->values[i].set && c->field->type != CT_SECRET)
			ct_put_text(typed, c->field->name, ct_field_typed(r, c->field, &row->values[i]));
	}
	return typed;
}

/* The fields that a form of this row has; a question only once a hook asked it. */
static const struct ct_field *fields_of(struct ct_request *r, const struct ct_record_info *info,
					const struct ct_record_row *row, const char *variant)
{
	struct ct_field *fields = talloc_zero_array(r, struct ct_field, info->sql->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < info->sql->n; i++) {
		const struct ct_record_column *c = &info->sql->columns[i];
		const char *name = c->field->name;

		if (!ct_record_writes(row, c) || c == info->sql->variant || !ct_record_applies(info, c, variant))
			continue;
		if (c->field->question && !json_object_get(r->s->errors, name) && !json_object_get(r->s->typed, name))
			continue;
		fields[n++] = *c->field;
	}
	return fields;
}

/* What sort of row a new form is for: as the link said, else the first. */
static const char *new_variant(struct ct_request *r, const struct ct_record_info *info)
{
	const struct ct_record_column *variant = info->sql->variant;
	const char *typed = variant ? ct_in_typed(r, variant->field->name) : NULL;

	for (const struct ct_choice *c = variant ? variant->field->choices : NULL; c && c->value; c++)
		if (typed && !strcmp(typed, c->value))
			return c->value;
	return variant && variant->field->choices ? variant->field->choices->value : NULL;
}

static void put_pair(json_t *hidden, const char *name, const char *value)
{
	json_t *pair = ct_add_object(hidden);

	ct_put_text(pair, "name", name);
	ct_put_text(pair, "value", value);
}

static void put_hidden(struct ct_request *r, json_t *form, const struct ct_record_info *info,
		       const struct ct_record_row *row, const char *variant)
{
	json_t *hidden = ct_put_array(form, "hidden");

	if (row)
		put_pair(hidden, "row_version", talloc_asprintf(r, "%lld", (long long)row->version));
	else if (variant)
		put_pair(hidden, info->sql->variant->field->name, variant);
}

static int fill_choices(struct ct_request *r, const struct ct_field *fields, json_t *controls, struct ct_error *e)
{
	const struct ct_field *f = fields;
	json_t *control;
	size_t i;
	int rc = 0;

	json_array_foreach(controls, i, control) {
		const char *name = json_string_value(json_object_get(control, "name"));

		while (strcmp(f->name, name) != 0)
			f++;
		if (f->type == CT_REF && !rc)
			rc = ct_record_choices(r, f, control, e);
	}
	return rc;
}

/* Where something of people is asked for: what for. */
static const char *note(struct ct_request *r, const struct ct_record_info *info)
{
	for (const struct ct_field *f = info->sql->form_fields; f->name; f++)
		if (f->type == CT_EMAIL || f->type == CT_PHONE || f->type == CT_IBAN ||
		    (f->type == CT_REF && !strcmp(f->ref, "party")))
			return talloc_asprintf(r, _("What stands here about people serves %s to do its work with them, and nothing else."),
					       r->s->org_name);
	return NULL;
}

int ct_record_put_form(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row,
		       struct ct_error *e)
{
	const char *variant = row ? ct_record_variant(info, row->values) : new_variant(r, info);
	const struct ct_field *fields = fields_of(r, info, row, variant);
	json_t *form = ct_put_object(r->view, "form_ui"), *controls;
	int rc;

	ct_put_text(form, "action", ct_record_url(r, info, row ? row->id : 0, NULL));
	ct_put_bool(form, "multipart", info->sql->files);
	controls = ct_put_controls(r, form, "fields", fields, row ? current(r, info, row) : NULL);
	rc = fill_choices(r, fields, controls, e);
	put_hidden(r, form, info, row, variant);
	ct_put_text(form, "submit", row ? _("Save") : _("Add"));
	ct_put_text(form, "cancel_href", info->record->single ? NULL
		    : ct_record_url(r, info, row ? row->id : 0, NULL));
	ct_put_text(form, "note", row && row->locked
		? _("The rest is not yours to change: others know this entry too, or it speaks for itself.") : note(r, info));
	ct_record_crumbs(r, info, row);
	return !rc && info->record->form ? info->record->form(r, row ? row->id : 0, controls, e) : rc;
}

/* "New key", or "New contact: person" where there are several sorts; the record says it, for languages with genders. */
static const char *new_heading(struct ct_request *r, const struct ct_record_info *info)
{
	const char *variant = new_variant(r, info), *fresh = ct_record_text(info, info->record->fresh);

	if (!fresh)
		fresh = talloc_asprintf(r, _("Add: %s"), ct_record_one(info));
	for (const struct ct_choice *c = variant ? info->sql->variant->field->choices : NULL; c && c->value; c++)
		if (!strcmp(c->value, variant))
			return talloc_asprintf(r, _("%s: %s"), fresh, ct_record_text(info, c->label));
	return fresh;
}

int ct_record_new_form(struct ct_request *r, struct ct_error *e)
{
	const struct ct_record_info *info = ct_record_of(r);

	ct_put_text(r->view, "heading_ui", new_heading(r, info));
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
	if (row->locked > 1)
		return ct_fail(e, CT_DENIED, "%s", _("This can no longer be changed, or not by you."));
	ct_record_put(r, info, row, r->view);
	ct_put_text(r->view, "heading_ui", info->record->single ? ct_record_one(info) : ct_record_title(r, info, row));
	return ct_record_put_form(r, info, row, e);
}
