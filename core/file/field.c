/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CT_FILE fields: from an upload to a stored file, and the control that shows which one is there. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/random.h"
#include "file/file.h"
#include "file/image.h"
#include "file/type.h"
#include "plugin/builtin.h"
#include "record/record.h"
#include "route/input.h"
#include "route/query.h"
#include "route/state.h"

enum { PDF_TAIL = 1024, BESIDE_FILES = 1 << 20 };

static size_t most(const struct ct_field *field)
{
	return field->max > 0 && field->max < CT_FILE_BYTES ? (size_t)field->max : CT_FILE_BYTES;
}

size_t ct_file_body_max(const struct ct_field *fields, size_t without)
{
	size_t files = 0;

	for (; fields && fields->name; fields++)
		files += fields->type == CT_FILE ? most(fields) : 0;
	return files ? files + BESIDE_FILES : without;
}

static const struct ct_upload *upload_of(const struct ct_request *r, const struct ct_field *field)
{
	for (size_t i = 0; i < r->s->n_uploads; i++)
		if (!strcmp(r->s->uploads[i].name, field->name))
			return &r->s->uploads[i];
	return NULL;
}

bool ct_file_removed(const struct ct_request *r, const struct ct_field *field)
{
	char name[64];
	const struct ct_field box = { .name = name, .type = CT_BOOL };
	struct ct_value value = { .i = 0 };
	struct ct_error e;

	snprintf(name, sizeof(name), "%s_remove", field->name);
	return !ct_field_parse(r->s, &box, ct_input_raw(r, name), &value, &e) && value.i;
}

bool ct_file_sent(const struct ct_request *r, const struct ct_field *field)
{
	const char *text = ct_input_raw(r, field->name);

	return upload_of(r, field) || ct_file_removed(r, field) || (text && *text) ||
	       json_is_null(json_object_get(r->s->json, field->name));
}

const char *ct_file_readers(const struct ct_request *r, const struct ct_field *field)
{
	const struct ct_record_info *info = r->s->entry->record;

	if (field->readers)
		return field->readers;
	if (field->see)
		return field->see;
	return info ? info->record->see : r->s->entry->route->permission;
}

/* ------------------------------------------------------------------------ kept for a form ---- */

/* "UID.SIGNATURE": good for this field in this organisation, as long as the file is there. */
static const char *token_of(struct ct_request *r, const struct ct_field *field, const char *uid)
{
	const char *what = talloc_asprintf(r, "%s %lld %s.%s", uid, (long long)r->org, r->plugin->name, field->name);

	return talloc_asprintf(r, "%s.%.32s", uid, ct_secret_hash(r, "kept file", what));
}

static int take_kept(struct ct_request *r, const struct ct_field *field, const char *text, struct ct_value *value,
		     struct ct_error *e)
{
	const char *uid = talloc_strndup(r, text, CT_UUID_SIZE - 1);
	struct ct_result *row = NULL;
	int rc = 0;

	if (ct_is_uuid(uid) && ct_same_secret(text, token_of(r, field, uid)))
		CT_AS(r, &ct_plugin_file, rc = ct_query(r, "kept", CT_ARGS(CT_STR(uid), CT_ID(r->org)), &row, e));
	if (rc)
		return rc;
	if (!row || !ct_next(row))
		return ct_fail_field(e, field->name, "%s", _("This file was not received. Please choose it again."));
	value->i = ct_col_int(row, "id");
	value->set = true;
	return 0;
}

/* ------------------------------------------------------------------------ an upload ---- */

struct taken {
	struct ct_file_new like;
	const struct ct_upload *source;
	struct ct_image images[2];	/* of a picture: as it is kept, and small */
	bool picture;
	int64_t id;
};

static const char *wanted(struct ct_request *r, const struct ct_field *field)
{
	static const struct { enum ct_accept accept; const char *name; } names[] = {
		{ CT_PDF, "PDF" }, { CT_PICTURE, "JPEG, PNG" }, { CT_CSV, "CSV" }, { CT_CALENDAR, "iCalendar" },
	};
	char *list = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (field->accept & names[i].accept)
			list = list ? talloc_asprintf(r, "%s, %s", list, names[i].name) : talloc_strdup(r, names[i].name);
	return list;
}

static int wrong_type(struct ct_request *r, const struct ct_field *field, struct ct_error *e)
{
	if (field->accept == CT_PICTURE)
		return ct_fail_field(e, field->name, "%s",
				     _("This picture cannot be read. Please send it as JPEG or PNG."));
	return ct_fail_field(e, field->name, _("This kind of file is not taken here. Possible are: %s."),
			     wanted(r, field));
}

static int check_pdf(const struct ct_field *field, const struct ct_upload *up, struct ct_error *e)
{
	char tail[PDF_TAIL];
	ssize_t n = ct_upload_read(up, up->size > PDF_TAIL ? up->size - PDF_TAIL : 0, tail, PDF_TAIL, e);

	if (n < 0)
		return (int)n;
	return ct_file_pdf_ended(tail, (size_t)n) ? 0
		: ct_fail_field(e, field->name, "%s", _("The end of this PDF is missing. Please send it again."));
}

static int check_text(struct ct_request *r, const struct ct_field *field, const struct ct_upload *up,
		      struct ct_error *e)
{
	struct ct_file_text text = { .n_left = 0 };
	char *buf = talloc_size(r, CT_FILE_CHUNK);
	ssize_t n = 1;

	for (size_t at = 0; n > 0 && at < up->size; at += (size_t)n) {
		n = ct_upload_read(up, at, buf, CT_FILE_CHUNK, e);
		if (n > 0)
			ct_file_text_add(&text, buf, (size_t)n);
	}
	talloc_free(buf);
	if (n < 0)
		return (int)n;
	return ct_file_text_ended(&text) ? 0 : ct_fail_field(e, field->name, "%s",
		_("This file is no text in UTF-8. Please save it as “CSV UTF-8” and send it again."));
}

/* What the sender called it, with the ending of what it is now. */
static const char *named(struct ct_request *r, const char *name, const struct ct_file_type *type)
{
	const char *dot = strrchr(name, '.');
	size_t stem = dot && dot > name ? (size_t)(dot - name) : strlen(name);

	return talloc_asprintf(r, "%.*s%s", (int)stem, name, type->extension);
}

static int check_picture(struct ct_request *r, const struct ct_field *field, const struct ct_file_type *type,
			 struct taken *t, struct ct_error *e)
{
	static const unsigned sides[2] = { CT_PICTURE_SIDE, CT_PICTURE_SMALL };
	struct ct_error why;
	int rc = ct_image_make(r, t->source, type, sides, t->images, &why);

	if (rc)
		return rc == CT_INVALID ? ct_fail_field(e, field->name, "%s", why.text) : ct_fail(e, rc, "%s", why.text);
	t->picture = true;
	t->like.type = t->images[0].type->type;
	t->like.name = named(r, t->source->filename, t->images[0].type);
	return 0;
}

static int check(struct ct_request *r, const struct ct_field *field, struct taken *t, struct ct_error *e)
{
	const struct ct_upload *up = t->source;
	const struct ct_file_type *type;
	char head[CT_FILE_HEAD];
	ssize_t n;

	if (!up->size)
		return ct_fail_field(e, field->name, "%s", _("This file is empty. Please choose another one."));
	if (up->size > most(field))
		return ct_fail_field(e, field->name, _("This file is too large: %s at most."),
				     ct_file_size_ui(r, (int64_t)most(field)));
	n = ct_upload_read(up, 0, head, sizeof(head), e);
	if (n < 0)
		return (int)n;
	type = ct_file_type_of(head, (size_t)n);
	if (!type || !(type->accept & field->accept))
		return wrong_type(r, field, e);
	t->like.type = type->type;
	t->like.name = up->filename;
	if (type->accept == CT_PICTURE)
		return check_picture(r, field, type, t, e);
	return type->text ? check_text(r, field, up, e) : check_pdf(field, up, e);
}

static int insert_image(struct ct_request *r, const struct taken *t, const struct ct_image *image, int64_t small,
			int64_t *id_r, struct ct_error *e)
{
	const struct ct_upload source = { .data = image->bytes, .size = image->size, .fd = -1 };
	const struct ct_file_extra extra = { image->width, image->height, small };
	struct ct_file_new like = t->like;

	like.type = image->type->type;
	return ct_file_insert(r, &like, &extra, &source, id_r, e);
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct taken *t = arg;
	int64_t small = 0;
	int rc;

	if (!t->picture)
		return ct_file_insert(r, &t->like, &(struct ct_file_extra){ .width = 0 }, t->source, &t->id, e);
	rc = insert_image(r, t, &t->images[1], 0, &small, e);
	return rc ? rc : insert_image(r, t, &t->images[0], small, &t->id, e);
}

static int take_upload(struct ct_request *r, const struct ct_field *field, const struct ct_upload *up,
		       struct ct_value *value, struct ct_error *e)
{
	struct taken t = { .source = up, .like = { .org = r->org, .readers = ct_file_readers(r, field) } };
	struct ct_file file;
	int rc = check(r, field, &t, e);

	if (rc || (rc = ct_transaction_apart(r, store, &t, e)) || (rc = ct_file_get(r, t.id, &file, e)))
		return rc;
	value->i = t.id;
	value->set = true;
	ct_put_text(r->s->typed, field->name, token_of(r, field, file.uid));
	return 0;
}

/* A JSON body can take a file away (null); to bring one, it is multipart/form-data. */
int ct_file_take(struct ct_request *r, const struct ct_field *field, struct ct_value *value, struct ct_error *e)
{
	const struct ct_upload *up = upload_of(r, field);
	const char *text = ct_input_raw(r, field->name);
	int rc;

	for (size_t i = 0, n = 0; i < r->s->n_uploads; i++)
		if (!strcmp(r->s->uploads[i].name, field->name) && n++)
			return ct_fail(e, CT_BAD, _("The parameter %s stands more than once."), field->name);
	if (field->passing) {
		value->set = up && up->size;
		return 0;
	}
	if (up)
		return take_upload(r, field, up, value, e);
	if (ct_file_removed(r, field) || !text || !*text)
		return 0;
	rc = take_kept(r, field, text, value, e);
	if (!rc)
		ct_put_text(r->s->typed, field->name, text);
	return rc;
}

/* ------------------------------------------------------------------------ the control ---- */

static const char *accepted(struct ct_request *r, const struct ct_field *field)
{
	static const struct { enum ct_accept accept; const char *types; } types[] = {
		{ CT_PDF, "application/pdf" }, { CT_PICTURE, "image/jpeg,image/png" },
		{ CT_CSV, "text/csv,.csv,.txt" }, { CT_CALENDAR, "text/calendar,.ics" },
	};
	char *list = NULL;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (field->accept & types[i].accept)
			list = list ? talloc_asprintf(r, "%s,%s", list, types[i].types) : talloc_strdup(r, types[i].types);
	return list;
}

static bool find_kept(struct ct_request *r, const struct ct_field *field, const char *token, struct ct_file *file)
{
	struct ct_value value = { .set = false };
	struct ct_error e;

	return token && *token && !take_kept(r, field, token, &value, &e) && !ct_file_get(r, value.i, file, &e);
}

static void put_hint(struct ct_request *r, const struct ct_field *field, json_t *control)
{
	const char *id = json_string_value(json_object_get(control, "id"));
	const char *others = json_string_value(json_object_get(control, "described_by"));

	ct_put_text(control, "hint", talloc_asprintf(r, _("%s, %s at most"), wanted(r, field),
						     ct_file_size_ui(r, (int64_t)most(field))));
	ct_put_text(control, "described_by", talloc_asprintf(r, "%s%s%s-hint", others ? others : "",
							     others ? " " : "", id));
}

void ct_file_control(struct ct_request *r, const struct ct_field *field, json_t *control, const char *current)
{
	const char *token = json_string_value(json_object_get(r->s->typed, field->name));
	struct ct_file file;
	struct ct_error e;
	bool kept = find_kept(r, field, token, &file), there = kept;

	if (!there && current && *current && strspn(current, "0123456789") == strlen(current))
		there = !ct_file_get(r, strtoll(current, NULL, 10), &file, &e);
	ct_put_file(r, control, "file", there ? &file : NULL);
	ct_put_text(control, "kept", kept ? token : NULL);
	ct_put_bool(control, "removed", ct_file_removed(r, field));
	ct_put_text(control, "accept", accepted(r, field));
	put_hint(r, field, control);
	if (there)
		ct_put_bool(control, "required", false);
}
