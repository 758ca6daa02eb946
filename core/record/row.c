/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a record: read, named, shown, as JSON. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/random.h"
#include "record/internal.h"
#include "view/row.h"

struct ct_arg ct_record_arg(const struct ct_record_column *column, const struct ct_value *value)
{
	if (!value->set && !ct_record_is_flag(column))
		return CT_NULL;
	switch (column->storage) {
	case CT_STORED_INT:
		return CT_NUM(value->i);
	case CT_STORED_DAY:
		return CT_DAY(value->day);
	case CT_STORED_LOCAL:
		return CT_LOCAL(value->local);
	case CT_STORED_TEXT:
	default:
		return CT_STR(value->text);
	}
}

static struct ct_value read_value(const struct ct_record_column *c, const struct ct_result *result)
{
	struct ct_value v = { .local = CT_NO_LOCAL, .day = CT_NO_DAY };

	if (c->field->type == CT_SECRET || !c->stored || ct_col_null(result, c->name))
		return v;
	v.set = true;
	switch (c->storage) {
	case CT_STORED_INT:
		v.i = ct_col_int(result, c->name);
		break;
	case CT_STORED_DAY:
		v.day = ct_col_day(result, c->name);
		break;
	case CT_STORED_LOCAL:
		v.local = ct_col_local(result, c->name);
		break;
	case CT_STORED_TEXT:
		v.text = ct_col_text(result, c->name);
		v.set = *v.text;
		break;
	}
	return v;
}

struct ct_record_row *ct_record_read(const struct ct_record_info *info, struct ct_result *result)
{
	struct ct_record_row *row = talloc_zero(result, struct ct_record_row);

	row->id = ct_col_int(result, "id");
	row->uid = ct_col_text(result, "uid");
	row->version = ct_col_int(result, "row_version");
	row->archived = ct_col_utc(result, "archived_at");
	row->locked = ct_has_col(result, "locked") ? (int)ct_col_int(result, "locked") : 0;
	row->values = talloc_array(row, struct ct_value, info->sql->n);
	row->labels = talloc_zero_array(row, const char *, info->sql->n);
	row->files = talloc_zero_array(row, const struct ct_file *, info->sql->n);
	for (size_t i = 0; i < info->sql->n; i++)
		row->values[i] = read_value(&info->sql->columns[i], result);
	return row;
}

int ct_record_load(struct ct_request *r, const struct ct_record_info *info, struct ct_record_row **row_r,
		   struct ct_error *e)
{
	const char *text = info->record->single ? talloc_asprintf(r, "%lld", (long long)r->org) : ct_path(r, "id");
	size_t digits = strspn(text, "0123456789");
	bool key = digits && digits < 19 && !text[digits];
	struct ct_result *result;
	int rc;

	if (!key && !ct_is_uuid(text))
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	rc = ct_query_run(r, key ? &info->sql->row : &info->sql->row_text,
			  CT_ARGS(key ? CT_NUM(strtoll(text, NULL, 10)) : CT_STR(text), CT_NUM(r->org)), &result, e);
	if (rc)
		return rc;
	if (!ct_next(result))
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	*row_r = ct_record_read(info, result);
	r->subject = (*row_r)->id;
	return 0;
}

int ct_record_labels(struct ct_request *r, const char *kind, json_t *keys, json_t **labels_r, struct ct_error *e)
{
	const struct ct_kind_entry *entry = ct_registry_kind(r->s->core->registry, kind);
	json_t *labels = ct_own_json(r, json_object());
	struct ct_result *result;
	char *text;
	int rc = 0;

	if (entry && entry->labels && json_array_size(keys)) {
		text = json_dumps(keys, JSON_COMPACT);
		rc = ct_query_run(r, entry->labels, CT_ARGS(CT_STR(text)), &result, e);
		free(text);
		while (!rc && ct_next(result))
			ct_put_text(labels, ct_col_text(result, "id"), ct_col_text(result, "label"));
	}
	if (!rc)
		*labels_r = labels;
	return rc;
}

static void fill_labels(struct ct_record_row **rows, size_t n, size_t column,
			const json_t *labels)
{
	char key[24];

	for (size_t i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%lld", (long long)rows[i]->values[column].i);
		if (rows[i]->values[column].set)
			rows[i]->labels[column] = talloc_strdup(
				rows[i], json_string_value(json_object_get(labels, key)));
	}
}

/* The keys that all columns of one kind hold, each once. */
static json_t *keys_of(struct ct_request *r, const struct ct_record_info *info, struct ct_record_row **rows,
		       size_t n, const char *kind)
{
	json_t *seen = ct_own_json(r, json_object()), *keys = ct_own_json(r, json_array());
	char key[24];

	for (size_t c = 0; c < info->sql->n; c++) {
		const struct ct_field *field = info->sql->columns[c].field;

		if (field->type != CT_REF || strcmp(field->ref, kind) != 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			snprintf(key, sizeof(key), "%lld", (long long)rows[i]->values[c].i);
			if (!rows[i]->values[c].set || json_object_get(seen, key))
				continue;
			ct_put_bool(seen, key, true);
			ct_add_int(keys, rows[i]->values[c].i);
		}
	}
	return keys;
}

static bool came_before(const struct ct_record_info *info, size_t column)
{
	for (size_t i = 0; i < column; i++) {
		const struct ct_field *field = info->sql->columns[i].field;

		if (field->type == CT_REF && !strcmp(field->ref, info->sql->columns[column].field->ref))
			return true;
	}
	return false;
}

static int label_kind(struct ct_request *r, const struct ct_record_info *info, struct ct_record_row **rows,
		      size_t n, const char *kind, struct ct_error *e)
{
	json_t *labels;
	int rc = ct_record_labels(r, kind, keys_of(r, info, rows, n, kind), &labels, e);

	for (size_t c = 0; c < info->sql->n && !rc; c++) {
		const struct ct_field *field = info->sql->columns[c].field;

		if (field->type == CT_REF && !strcmp(field->ref, kind))
			fill_labels(rows, n, c, labels);
	}
	return rc;
}

static const struct ct_file *file_of(const struct ct_file *files, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (files[i].id == id)
			return &files[i];
	return NULL;
}

int ct_record_fetch_files(struct ct_request *r, const struct ct_record_info *info, struct ct_record_row **rows,
			  size_t n, struct ct_error *e)
{
	json_t *keys = ct_own_json(r, json_array());
	struct ct_file *files;
	size_t found;
	int rc;

	for (size_t i = 0; i < n * info->sql->n; i++) {
		const struct ct_value *value = &rows[i / info->sql->n]->values[i % info->sql->n];

		if (info->sql->columns[i % info->sql->n].field->type == CT_FILE && value->set)
			ct_add_int(keys, value->i);
	}
	if (!json_array_size(keys))
		return 0;
	rc = ct_file_get_many(r, keys, &files, &found, e);
	for (size_t i = 0; !rc && i < n * info->sql->n; i++) {
		struct ct_record_row *row = rows[i / info->sql->n];
		size_t c = i % info->sql->n;

		if (info->sql->columns[c].field->type == CT_FILE && row->values[c].set)
			row->files[c] = file_of(files, found, row->values[c].i);
	}
	return rc;
}

int ct_record_label(struct ct_request *r, const struct ct_record_info *info, struct ct_record_row **rows,
		    size_t n, struct ct_error *e)
{
	int rc = info->sql->files ? ct_record_fetch_files(r, info, rows, n, e) : 0;

	for (size_t c = 0; c < info->sql->n && !rc && n; c++) {
		const struct ct_field *field = info->sql->columns[c].field;

		if (field->type == CT_REF && !came_before(info, c))
			rc = label_kind(r, info, rows, n, field->ref, e);
	}
	return rc;
}

const char *ct_record_show(struct ct_request *r, const struct ct_record_column *column,
			   const struct ct_value *value, const char *label)
{
	const char *text;

	if (column->field->type == CT_SECRET || (!value->set && column->field->type != CT_BOOL))
		return NULL;
	if (column->field->type == CT_REF || column->field->type == CT_FILE)
		return label ? label : talloc_asprintf(r, "%lld", (long long)value->i);
	text = ct_field_show(r, column->field, value, r->lang);
	return text && *text ? text : NULL;
}

const char *ct_record_variant(const struct ct_record_info *info, const struct ct_value *values)
{
	const struct ct_record_column *variant = info->sql->variant;

	return variant ? values[variant - info->sql->columns].text : NULL;
}

bool ct_record_applies(const struct ct_record_info *info, const struct ct_record_column *column, const char *variant)
{
	const char *only = column->field->only;

	return !info->sql->variant || !only || (variant && !strcmp(only, variant));
}

bool ct_record_writes(const struct ct_record_row *row, const struct ct_record_column *column)
{
	if (!column->written || (row && column->field->fixed))
		return false;
	return !row || !row->locked || (row->locked == 1 && column->field->own);
}

const char *ct_record_show_at(struct ct_request *r, const struct ct_record_info *info,
			      const struct ct_record_row *row, size_t i)
{
	return ct_record_show(r, &info->sql->columns[i], &row->values[i],
			      row->files[i] ? row->files[i]->name : row->labels[i]);
}

const char *ct_record_title(struct ct_request *r, const struct ct_record_info *info,
			    const struct ct_record_row *row)
{
	const struct ct_record_column *column = info->sql->title;
	size_t at = (size_t)(column - info->sql->columns);
	const char *text = ct_record_show_at(r, info, row, at);

	return text ? text : talloc_asprintf(r, "%s %lld", ct_record_one(info), (long long)row->id);
}

static const struct ct_zone *zone_of_local(void)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get(CT_DEFAULT_ZONE, &zone, &e))
		abort();
	return zone;
}

static void put_weekdays(json_t *object, const char *name, const struct ct_value *value)
{
	json_t *days = ct_put_array(object, name);

	for (int day = 1; day <= 7; day++)
		if (value->i & 1 << (day - 1))
			ct_add_int(days, day);
}

struct key { char text[72]; };

static struct key key_of(const char *name, const char *suffix)
{
	struct key key;

	snprintf(key.text, sizeof(key.text), "%s%s", name, suffix);
	return key;
}

static void put_reference(const char *name, const struct ct_value *value, const char *label, json_t *object)
{
	ct_put_id(object, key_of(name, "_id").text, value->set ? value->i : 0);
	ct_put_text(object, key_of(name, "_label").text, value->set ? label : NULL);
}

static void put_value(struct ct_request *r, const struct ct_field *f, const struct ct_value *v,
		      const char *label, json_t *object)
{
	char text[CT_TIME_TEXT];

	switch (f->type) {
	case CT_BOOL:
	case CT_CONSENT:
		ct_put_bool(object, f->name, v->i);
		return;
	case CT_DATE:
		ct_put_day(object, f->name, v->day, r->lang);
		return;
	case CT_DATETIME:
		ct_put_time(object, f->name, v->local, zone_of_local(), r->lang);
		return;
	case CT_REF:
		put_reference(f->name, v, label, object);
		return;
	case CT_WEEKDAYS:
		put_weekdays(object, f->name, v);
		return;
	default:
		break;
	}
	if (!v->set)
		ct_put_null(object, f->type == CT_RATE ? key_of(f->name, "_bp").text
			    : f->type == CT_DEGREES ? key_of(f->name, "_e6").text : f->name);
	else if (f->type == CT_MONEY)
		ct_put_money(object, f->name, v->i, CT_DEFAULT_CURRENCY, r->lang);
	else if (f->type == CT_RATE)
		ct_put_rate(object, f->name, v->i, r->lang);
	else if (f->type == CT_TIME)
		ct_put_text(object, f->name, ct_clock_text(text, (int)v->i));
	else if (f->type == CT_INT || f->type == CT_QUANTITY || f->type == CT_DEGREES || f->type == CT_DURATION)
		ct_put_int(object, f->type == CT_DEGREES ? key_of(f->name, "_e6").text : f->name, v->i);
	else
		ct_put_text(object, f->name, v->text);
}

void ct_record_put(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row,
		   json_t *object)
{
	ct_put_id(object, "id", row->id);
	ct_put_text(object, "uid", row->uid);
	ct_put_int(object, "row_version", row->version);
	ct_put_instant(object, "archived_at", row->archived, zone_of_local(), r->lang);
	for (size_t i = 0; i < info->sql->n; i++) {
		const struct ct_record_column *c = &info->sql->columns[i];

		if (!c->stored || !ct_record_sees(r, c))
			continue;
		if (c->field->type == CT_FILE && r->s->format == CT_FORMAT_CSV)
			ct_put_text(object, c->field->name, row->files[i] ? row->files[i]->name : NULL);
		else if (c->field->type == CT_FILE)
			ct_put_file(r, object, c->field->name, row->files[i]);
		else
			put_value(r, c->field, &row->values[i], row->labels[i], object);
	}
}

static const char *joined(void *mem, const char *name, const char *suffix)
{
	return talloc_asprintf(mem, "%s%s", name, suffix);
}

static const char *view_type(enum ct_type type)
{
	switch (type) {
	case CT_INT:
	case CT_RATE:
	case CT_QUANTITY:
	case CT_DEGREES:
	case CT_DURATION:
		return "integer";
	case CT_BOOL:
	case CT_CONSENT:
		return "boolean";
	case CT_MONEY:
		return "money";
	case CT_DATE:
		return "date";
	case CT_DATETIME:
		return "time";
	case CT_REF:
		return "id";
	case CT_FILE:
		return "file";
	case CT_WEEKDAYS:
		return "array";
	default:
		return "text";
	}
}

size_t ct_record_view(void *mem, const struct ct_record_column *column, struct ct_view_field *view)
{
	const struct ct_field *f = column->field;
	const char *suffix = f->type == CT_REF ? "_id" : f->type == CT_RATE ? "_bp"
			   : f->type == CT_DEGREES ? "_e6" : f->type == CT_DATE ? "_d" : "";

	if (f->type == CT_SECRET || !column->stored)
		return 0;
	view[0] = (struct ct_view_field){ joined(mem, f->name, suffix), view_type(f->type), f->label };
	if (f->type == CT_REF)
		view[1] = (struct ct_view_field){ joined(mem, f->name, "_label"), "text", f->label };
	if (f->type == CT_DATETIME)
		view[1] = (struct ct_view_field){ joined(mem, f->name, "_local"), "text", f->label };
	return f->type == CT_REF || f->type == CT_DATETIME ? 2 : 1;
}

bool ct_record_same(const struct ct_record_column *c, const struct ct_value *a, const struct ct_value *b)
{
	if (c->field->type == CT_SECRET)
		return !b->set;
	if (c->box)
		return a->i == b->i;
	if (a->set != b->set || !a->set)
		return a->set == b->set;
	return a->i == b->i && a->local.s == b->local.s && a->day.n == b->day.n &&
	       (c->storage != CT_STORED_TEXT || !strcmp(a->text, b->text));
}

/* What stands in a trace of a value that is set. */
static const char *traced(struct ct_request *r, const struct ct_field *f, const struct ct_value *value,
			  const struct ct_file *file)
{
	return file ? ct_file_trace(r, file) : ct_field_typed(r, f, value);
}

json_t *ct_record_trace(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_row *row,
			const struct ct_value *other)
{
	const struct ct_value *values = row->values;
	json_t *trace = json_object();

	for (size_t i = 0; i < info->sql->n; i++) {
		const struct ct_record_column *c = &info->sql->columns[i];
		bool secret = c->field->type == CT_SECRET;

		if (!c->written || !c->stored ||
		    (other && ct_record_same(c, &values[i], &other[i]) && ct_record_same(c, &other[i], &values[i])))
			continue;
		if (!values[i].set && !other)
			continue;
		if (secret)
			ct_put_bool(trace, c->field->name, values[i].set);
		else
			ct_put_text(trace, c->field->name, values[i].set
				? traced(r, c->field, &values[i], row->files[i]) : NULL);
	}
	return trace;
}
