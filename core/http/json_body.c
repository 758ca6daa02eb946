/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/json_body.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/i18n.h>

/* Steps over a string, from its opening quote to behind the closing one. */
static size_t skip_string(const char *text, size_t len, size_t at)
{
	for (at++; at < len && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at + 1;
}

static bool within_limits(const char *text, size_t len)
{
	size_t depth = 0, values = 1;

	for (size_t at = 0; at < len;) {
		char c = text[at];

		if (c == '"') {
			at = skip_string(text, len, at);
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		if ((c == '}' || c == ']') && depth)
			depth--;
		values += c == '{' || c == '[' || c == ',';
		if (depth > CT_JSON_DEPTH || values > CT_JSON_VALUES)
			return false;
		at++;
	}
	return true;
}

static int refuse(const json_error_t *why, struct ct_error *e)
{
	enum json_error_code code = json_error_code(why);

	if (code == json_error_duplicate_key)
		return ct_fail(e, CT_BAD,
			       _("The JSON body has a member twice (line %d, column %d)."),
			       why->line, why->column);
	if (code == json_error_null_character || code == json_error_null_byte_in_key)
		return ct_fail(e, CT_BAD,
			       _("The JSON body holds a NUL character (line %d, column %d)."),
			       why->line, why->column);
	if (code == json_error_invalid_utf8)
		return ct_fail(e, CT_BAD, _("The JSON body is not UTF-8 (line %d, column %d)."),
			       why->line, why->column);
	if (code == json_error_numeric_overflow)
		return ct_fail(e, CT_BAD,
			       _("The JSON body holds too large a number (line %d, column %d)."),
			       why->line, why->column);
	return ct_fail(e, CT_BAD, _("The JSON body cannot be read (line %d, column %d)."),
		       why->line, why->column);
}

int ct_json_parse(const char *text, size_t len, const struct ct_limits *limits, json_t **object_r,
		  struct ct_error *e)
{
	json_error_t why;
	json_t *json;

	if (len > limits->max_total_bytes)
		return ct_fail(e, CT_TOO_LARGE, _("The request holds more than %zu bytes."),
			       limits->max_total_bytes);
	if (!within_limits(text, len))
		return ct_fail(e, CT_TOO_LARGE,
			       _("The JSON body is nested too deeply or holds too many values."));
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!json)
		return refuse(&why, e);
	if (!json_is_object(json)) {
		json_decref(json);
		return ct_fail(e, CT_BAD, _("The JSON body must be an object."));
	}
	*object_r = json;
	return 0;
}

struct flattening {
	struct ct_params *params;
	const struct ct_limits *limits;
	struct ct_error *e;
};

static bool is_scalar(const json_t *value)
{
	return !json_is_object(value) && !json_is_array(value);
}

static int add_scalar(struct flattening *f, const char *name, const json_t *value)
{
	char number[40] = "";
	const char *text = number;
	size_t len;

	if (json_is_integer(value))
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else if (json_is_real(value))
		snprintf(number, sizeof(number), "%.15g", json_real_value(value));
	else if (json_is_boolean(value))
		text = json_is_true(value) ? "true" : "false";
	else if (json_is_string(value))
		text = json_string_value(value);
	len = json_is_string(value) ? json_string_length(value) : strlen(text);
	if (f->params->n >= f->limits->max_fields)
		return ct_fail(f->e, CT_TOO_LARGE, _("The request holds more than %zu fields."),
			       f->limits->max_fields);
	if (len > f->limits->max_field_bytes)
		return ct_fail(f->e, CT_TOO_LARGE, _("One field holds more than %zu bytes."),
			       f->limits->max_field_bytes);
	return ct_params_add(f->params, name, strlen(name), text, len, f->e);
}

static int add_array(struct flattening *f, const char *name, json_t *array)
{
	size_t i;
	json_t *item;
	int rc = 0;

	json_array_foreach(array, i, item)
		if (!is_scalar(item))
			return 0;
	json_array_foreach(array, i, item) {
		rc = add_scalar(f, name, item);
		if (rc)
			break;
	}
	return rc;
}

int ct_json_params(void *mem, json_t *object, const struct ct_limits *limits,
		   struct ct_params **params_r, struct ct_error *e)
{
	struct flattening f = { ct_params_new(mem), limits, e };
	const char *name;
	json_t *value;
	int rc = 0;

	json_object_foreach(object, name, value) {
		if (is_scalar(value))
			rc = add_scalar(&f, name, value);
		else if (json_is_array(value))
			rc = add_array(&f, name, value);
		if (rc)
			break;
	}
	if (rc)
		talloc_free(f.params);
	else
		*params_r = f.params;
	return rc;
}
