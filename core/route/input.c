/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "route/input.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "config/settings.h"
#include "file/file.h"
#include "http/content_type.h"
#include "http/json_body.h"
#include "http/multipart.h"
#include "http/urlencoded.h"
#include "record/record.h"
#include "route/query.h"
#include "route/state.h"
#include "server/gateway.h"

enum { DEFAULT_BODY = 1 << 20, QUERY_BYTES = 16384, FIELD_BYTES = 65536 };

/* The body as the gateway gives it, with the bytes that are still to come. */
struct body {
	struct ct_gateway *gateway;
	size_t left;
	bool cut;
};

static ssize_t read_body(void *ctx, void *buf, size_t n)
{
	struct body *body = ctx;
	ssize_t got;

	if (!body->left)
		return 0;
	got = body->gateway->read(body->gateway, buf, n < body->left ? n : body->left);
	if (got <= 0) {
		body->cut = true;
		return -1;
	}
	body->left -= (size_t)got;
	return got;
}

static int read_whole(struct ct_request *r, struct body *body, size_t len, char **text_r,
		      struct ct_error *e)
{
	char *text = talloc_size(r->s, len + 1);
	size_t at = 0;

	while (at < len) {
		ssize_t got = read_body(body, text + at, len - at);

		if (got <= 0)
			return ct_fail(
				e, CT_BAD,
				_("What was sent arrived incomplete. Nothing was done; please send it again."));
		at += (size_t)got;
	}
	text[len] = '\0';
	r->s->body = text;
	r->s->body_len = len;
	*text_r = text;
	return 0;
}

static int read_multipart(struct ct_request *r, struct body *body,
			  const struct ct_content_type *type, const struct ct_limits *limits,
			  struct ct_error *e)
{
	const struct ct_multipart multipart = {
		.boundary = type->boundary,
		.read = read_body,
		.ctx = body,
		.limits = limits,
		.directory = ct_setting_text(r, "paths.temporary"),
	};
	struct ct_form form = { 0 };
	int rc;

	if (!type->boundary)
		return ct_fail(
			e, CT_BAD,
			_("What was sent arrived incomplete. Nothing was done; please send it again."));
	rc = ct_multipart_parse(r->s, &multipart, &form, e);
	if (rc)
		return rc;
	if (body->cut)
		return ct_fail(
			e, CT_BAD,
			_("What was sent arrived incomplete. Nothing was done; please send it again."));
	r->s->form = form.params;
	r->s->uploads = form.uploads;
	r->s->n_uploads = form.n_uploads;
	return 0;
}

static int read_by_type(struct ct_request *r, struct body *body, size_t len,
			const struct ct_limits *limits, struct ct_error *e)
{
	const char *header = r->s->gateway->param(r->s->gateway, "CONTENT_TYPE");
	struct ct_content_type type;
	char *text;
	int rc = ct_content_type_parse(r->s, header ? header : "", &type, e);

	if (rc)
		return rc;
	if (!strcmp(type.type, "multipart/form-data"))
		return read_multipart(r, body, &type, limits, e);
	if (!strcmp(type.type, "application/x-www-form-urlencoded")) {
		rc = read_whole(r, body, len, &text, e);
		return rc ? rc : ct_urlencoded_parse(r->s, text, len, limits, &r->s->form, e);
	}
	if (strcmp(type.type, "application/json") != 0)
		return ct_fail(e, CT_WRONG_TYPE, _("Only forms and JSON are read here."));
	rc = read_whole(r, body, len, &text, e);
	if (rc)
		return rc;
	rc = ct_json_parse(text, len, limits, &r->s->json, e);
	if (rc)
		return rc;
	ct_own_json(r, r->s->json);
	return ct_json_params(r->s, r->s->json, limits, &r->s->form, e);
}

static const struct ct_field *field_of(const struct ct_request *r, const char *name)
{
	for (const struct ct_field *f = r->s->entry->route->fields; f && f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static int refuse_repeated(const struct ct_request *r, const struct ct_params *params,
			   struct ct_error *e)
{
	for (size_t i = 0; params && i < params->n; i++) {
		const struct ct_field *field = field_of(r, params->list[i].name);

		if (ct_param_count(params, params->list[i].name) > 1 &&
		    !(field && (field->many || field->raw)))
			return ct_fail(e, CT_BAD, _("The parameter %s stands more than once."),
				       params->list[i].name);
	}
	return 0;
}

/* Whoever chose a file knows sizes in megabytes; of what is beside it nobody has as much. */
static int too_large(const struct ct_limits *limits, struct ct_error *e)
{
	size_t file = limits->max_total_bytes - DEFAULT_BODY;

	if (limits->max_total_bytes > DEFAULT_BODY)
		return ct_fail(e, CT_TOO_LARGE, _("This file is too large: %d MB at most."),
			       (int)((file < CT_FILE_BYTES ? file : CT_FILE_BYTES) >> 20));
	return ct_fail(e, CT_TOO_LARGE, _("This is too large: at most %zu KiB are read here."),
		       limits->max_total_bytes / 1024);
}

int ct_input_read(struct ct_request *r, struct ct_error *e)
{
	const struct ct_route *route = r->s->entry->route;
	struct ct_limits query_limits = { 200, FIELD_BYTES, 0, QUERY_BYTES };
	struct ct_limits limits = { 2000, FIELD_BYTES, CT_FILE_BYTES, route->max_body };
	const char *length = r->s->gateway->param(r->s->gateway, "CONTENT_LENGTH");
	struct body body = { .gateway = r->s->gateway };
	char *end = NULL;
	int rc = ct_urlencoded_parse(r->s, r->s->query_text, strlen(r->s->query_text),
				     &query_limits, &r->s->query, e);

	if (rc || (rc = refuse_repeated(r, r->s->query, e)))
		return rc;
	if (!limits.max_total_bytes)
		limits.max_total_bytes = ct_file_body_max(route->fields, DEFAULT_BODY);
	r->s->form = ct_params_new(r->s);
	if (!length || !*length || !strcmp(length, "0"))
		return 0;
	body.left = strtoull(length, &end, 10);
	if (*end || *length == '-')
		return ct_fail(e, CT_BAD, _("The length of this request cannot be read."));
	if (body.left > limits.max_total_bytes)
		return too_large(&limits, e);
	rc = read_by_type(r, &body, body.left, &limits, e);
	return rc ? rc : refuse_repeated(r, r->s->form, e);
}

static const struct ct_params *source(const struct ct_request *r, const char *name)
{
	return r->s->form && ct_param(r->s->form, name) ? r->s->form : r->s->query;
}

const char *ct_input_raw(const struct ct_request *r, const char *name)
{
	const struct ct_params *params = source(r, name);

	return params ? ct_param(params, name) : NULL;
}

const char *ct_in_typed(const struct ct_request *r, const char *name)
{
	const char *text = ct_input_raw(r, name);
	const json_t *value = text ? NULL : json_object_get(r->s->json, name);
	char *dumped;

	if (!json_object_size(value) && !json_array_size(value))
		return text;
	dumped = json_dumps(value, JSON_COMPACT);
	text = talloc_strdup(r->s, dumped);
	free(dumped);
	return text;
}

static void keep_typed(struct ct_request *r, const struct ct_field *field,
		       const struct ct_params *params)
{
	size_t n = ct_param_count(params, field->name);
	json_t *list;

	if (field->type == CT_SECRET || !n)
		return;
	if (!field->many) {
		ct_put_text(r->s->typed, field->name, ct_param(params, field->name));
		return;
	}
	list = ct_put_array(r->s->typed, field->name);
	for (size_t i = 0; i < n; i++)
		ct_add_text(list, ct_param_nth(params, field->name, i));
}

/* Oneself, and who engages an organisation's money may name it. */
static bool is_own_party(struct ct_request *r, const struct ct_field *field, int64_t party)
{
	return !strcmp(field->ref, "party") && (party == r->person || ct_engages(r, party));
}

static bool may_refer(struct ct_request *r, const struct ct_field *field,
		      const struct ct_kind *kind, const struct ct_result *row)
{
	int64_t id = ct_col_int(row, "id"),
		org = ct_has_col(row, "org_id") ? ct_col_int(row, "org_id") : 0;

	switch (field->ref_org) {
	case CT_REF_SAME:
		return org == r->org;
	case CT_REF_ENGAGED:
		return id == r->person || ct_engages(r, id) || (org && ct_engages(r, org));
	case CT_REF_PUBLIC:
	default:
		return !kind->see || ct_may(r, kind->see, org) || is_own_party(r, field, id);
	}
}

/*
 * A reference is looked up by the rule that the field names, so another organisation's key is an error. What
 * several organisations know has a row for each: one of them is enough.
 */
static int check_reference(struct ct_request *r, const struct ct_field *field,
			   struct ct_value *value, struct ct_error *e)
{
	const struct ct_kind_entry *kind = ct_registry_kind(r->s->core->registry, field->ref);
	const struct ct_query *find = value->text ? kind->find_text : kind->find;
	struct ct_result *row;
	int rc;

	if (!find)
		return ct_fail_field(e, field->name, _("There is no such choice."));
	rc = ct_query_run(r, find, CT_ARGS(value->text ? CT_STR(value->text) : CT_NUM(value->i)),
			  &row, e);
	if (rc)
		return rc;
	while (ct_next(row)) {
		value->i = ct_col_int(row, "id");
		if (may_refer(r, field, kind->kind, row))
			return 0;
	}
	return ct_fail_field(e, field->name, _("There is no such choice."));
}

static int parse_one(struct ct_request *r, const struct ct_field *field, const char *text,
		     struct ct_value *value, struct ct_error *e)
{
	int rc;

	if (field->type == CT_REF && ct_record_is_name(r, field, text)) {
		rc = ct_record_named(r, field, text, &value->i, e);
		if (rc)
			return rc;
		value->set = true;
		return check_reference(r, field, value, e);
	}
	rc = ct_field_parse(r, field, text, value, e);
	if (rc || !value->set || field->type != CT_REF)
		return rc;
	return check_reference(r, field, value, e);
}

static int parse_many(struct ct_request *r, const struct ct_field *field,
		      const struct ct_params *params, struct ct_value *value, struct ct_error *e)
{
	size_t n = ct_param_count(params, field->name), kept = 0;
	struct ct_value *each = talloc_zero_array(r, struct ct_value, n);

	if (!n && ct_in_typed(r, field->name))		/* in JSON, objects or lists where values belong */
		return ct_fail_field(e, field->name, "%s", _("This has to be a list of plain values."));
	for (size_t i = 0; i < n; i++) {
		int rc = parse_one(r, field, ct_param_nth(params, field->name, i), &each[kept], e);

		if (rc)
			return rc;
		if (each[kept].set && field->type == CT_WEEKDAYS)
			value->i |= each[kept].i;
		kept += each[kept].set;
	}
	value->set = kept > 0;
	value->each = each;
	value->many = kept;
	return 0;
}

static int parse_field(struct ct_request *r, const struct ct_field *field, struct ct_value *value,
		       struct ct_error *e)
{
	const struct ct_params *params = source(r, field->name);
	const char *text = ct_param(params, field->name);
	int rc = 0;

	if (field->raw) {
		value->json = json_object_get(r->s->json, field->name);
		value->set = value->json != NULL;
	} else if (field->type == CT_FILE) {
		rc = ct_file_take(r, field, value, e);
	} else {
		keep_typed(r, field, params);
		if (field->many)
			rc = parse_many(r, field, params, value, e);
		else if (text)
			rc = parse_one(r, field, text, value, e);
	}
	if (!rc && field->required && !value->set)
		return ct_fail_field(e, field->name,
				     field->type == CT_CONSENT ? _("Please tick this box to go on.")
				     : field->type == CT_FILE  ? _("Please choose a file.")
							       : _("This is needed."));
	return rc;
}

int ct_input_check(struct ct_request *r, struct ct_error *e)
{
	const struct ct_field *fields = r->s->entry->route->fields;
	size_t n = 0;

	while (fields && fields[n].name)
		n++;
	r->s->values = talloc_zero_array(r->s, struct ct_value, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct ct_value *value = &r->s->values[i];
		int rc;

		value->local = CT_NO_LOCAL;
		value->day = CT_NO_DAY;
		rc = parse_field(r, &fields[i], value, e);
		if (rc && rc != CT_INVALID)
			return rc;
		if (rc)
			ct_in_error(r, fields[i].name, "%s", e->text);
	}
	return ct_in_fail(r, e);
}

const struct ct_value *ct_in(const struct ct_request *r, const char *name)
{
	const struct ct_field *fields = r->s->entry->route->fields;

	for (size_t i = 0; fields && fields[i].name; i++)
		if (!strcmp(fields[i].name, name))
			return &r->s->values[i];
	assert(!"an undeclared field was asked for");
	abort();
}

bool ct_in_set(const struct ct_request *r, const char *name)
{
	return ct_in(r, name)->set;
}

int64_t ct_in_int(const struct ct_request *r, const char *name)
{
	return ct_in(r, name)->i;
}

const char *ct_in_text(const struct ct_request *r, const char *name)
{
	return ct_in(r, name)->text;
}

struct ct_local ct_in_local(const struct ct_request *r, const char *name)
{
	return ct_in(r, name)->local;
}

struct ct_day ct_in_day(const struct ct_request *r, const char *name)
{
	return ct_in(r, name)->day;
}

void ct_in_error(struct ct_request *r, const char *name, const char *format, ...)
{
	va_list ap;
	char *text;

	if (json_object_get(r->s->errors, name))
		return;
	va_start(ap, format);
	text = talloc_vasprintf(r, format, ap);
	va_end(ap);
	ct_put_text(r->s->errors, name, text);
}

int ct_in_fail(const struct ct_request *r, struct ct_error *e)
{
	if (!json_object_size(r->s->errors))
		return 0;
	return ct_fail(e, CT_INVALID, _("Something has to be corrected"));
}
