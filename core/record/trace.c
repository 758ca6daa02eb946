/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/trace.h"

#include <string.h>
#include <talloc.h>

#include "record/internal.h"

static const char *text_of(void *mem, const json_t *traced)
{
	if (json_is_integer(traced))
		return talloc_asprintf(mem, "%lld", (long long)json_integer_value(traced));
	if (json_is_boolean(traced))
		return json_is_true(traced) ? "1" : "0";
	return json_string_value(traced);
}

void ct_trace_keys(const struct ct_field *fields, const struct ct_change *change, json_t *wanted)
{
	for (const struct ct_field *f = fields; f && f->name; f++) {
		json_t *both[] = { json_object_get(change->before, f->name), json_object_get(change->after, f->name) };

		for (size_t i = 0; f->type == CT_REF && i < 2; i++) {
			json_t *keys = json_object_get(wanted, f->ref);

			if (json_is_integer(both[i]) || json_string_length(both[i]))
				json_array_append(keys ? keys : ct_put_array(wanted, f->ref), both[i]);
		}
	}
}

int ct_trace_names(struct ct_request *r, json_t *wanted, json_t **names_r, struct ct_error *e)
{
	json_t *names = ct_own_json(r, json_object()), *keys, *named;
	const char *kind;
	int rc = 0;

	json_object_foreach(wanted, kind, keys) {
		rc = ct_record_labels(r, kind, keys, &named, e);
		if (rc)
			return rc;
		json_object_set(names, kind, named);
	}
	*names_r = names;
	return 0;
}

/* As it is shown: a typed text is parsed again by the field's type, which may have changed since. */
static const char *shown(void *mem, const char *lang, const struct ct_field *f, const json_t *traced,
			 const json_t *names)
{
	const char *text = text_of(mem, traced), *name;
	struct ct_value value = { .set = true, .local = CT_NO_LOCAL, .day = CT_NO_DAY };
	struct ct_error e;

	if (f->type == CT_SECRET)
		return json_is_true(traced) ? _("(not shown)") : NULL;
	if (!text || !*text)
		return NULL;
	if (f->type == CT_FILE)
		return text;
	if (f->type == CT_REF) {
		name = json_string_value(json_object_get(json_object_get(names, f->ref), text));
		return name ? name : text;
	}
	if (json_is_integer(traced) && f->type != CT_TEXT)
		value.i = json_integer_value(traced);
	else if (ct_field_parse(mem, f, text, &value, &e))
		return text;
	if (!value.set && f->type != CT_BOOL)
		return NULL;
	text = ct_field_show(mem, f, &value, lang);
	return text && *text ? text : NULL;
}

/* How many of its members no field declares. */
static size_t undeclared(const struct ct_field *fields, const json_t *change)
{
	size_t n = json_object_size(change);

	for (const struct ct_field *f = fields; f && f->name; f++)
		n -= json_object_get(change, f->name) != NULL;
	return n;
}

size_t ct_trace_put(struct ct_request *r, const struct ct_field *fields, const char *domain,
		    const struct ct_change *change, const json_t *names, json_t *list)
{
	void *texts = talloc_new(r);
	size_t hidden = undeclared(fields, change->before) + undeclared(fields, change->after);

	for (const struct ct_field *f = fields; f && f->name; f++) {
		const json_t *before = json_object_get(change->before, f->name);
		const json_t *after = json_object_get(change->after, f->name);
		json_t *line;

		if (!before && !after)
			continue;
		if (f->see && !ct_may(r, f->see, r->org)) {
			hidden++;
			continue;
		}
		line = ct_add_object(list);
		ct_put_text(line, "label", dgettext(domain ? domain : CT_TEXT_DOMAIN, f->label));
		ct_put_text(line, "before", shown(texts, r->lang, f, before, names));
		ct_put_text(line, "after", shown(texts, r->lang, f, after, names));
	}
	talloc_free(texts);
	return hidden;
}
