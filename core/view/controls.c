/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The controls of a form: what was typed, what is stored, or what a new form starts with. */
#include <string.h>
#include <talloc.h>

#include "field/form.h"
#include "file/file.h"
#include "route/state.h"

static const char *joined(struct ct_request *r, const json_t *value)
{
	char *text;
	json_t *each;
	size_t i;

	if (!json_is_array(value))
		return json_string_value(value);
	text = talloc_strdup(r, "");
	json_array_foreach(value, i, each)
		text = talloc_asprintf_append(text, "%s%s", i ? "\n" : "", json_string_value(each));
	return text;
}

static const char *standing(struct ct_request *r, const struct ct_field *field,
			    const json_t *current)
{
	const json_t *stored = json_object_get(current, field->name);
	const json_t *typed = json_object_get(r->s->typed, field->name);
	bool is_sent = strcmp(r->s->method, "GET") != 0 && strcmp(r->s->method, "HEAD") != 0;

	/* what a form that is sent leaves out is an empty box; an address leaves out what it says nothing of */
	if (typed || (json_object_size(r->s->typed) && (is_sent || !current)))
		return joined(r, typed);
	if (stored)
		return joined(r, stored);
	return current ? NULL : field->initial;
}

json_t *ct_put_controls(struct ct_request *r, json_t *object, const char *key,
			const struct ct_field *fields, json_t *current)
{
	json_t *list = ct_put_array(object, key);

	for (; fields && fields->name; fields++) {
		const char *error = json_string_value(json_object_get(r->s->errors, fields->name));

		if (fields->see && !ct_may(r, fields->see, r->org))
			continue;
		ct_add_json(list, ct_form_control(r, fields, standing(r, fields, current), error,
						  r->lang));
		if (fields->type == CT_FILE)
			ct_file_control(r, fields, json_array_get(list, json_array_size(list) - 1),
					json_string_value(json_object_get(current, fields->name)));
	}
	return list;
}
