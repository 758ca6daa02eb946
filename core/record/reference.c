/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * References that people choose: a select as long as somebody would scroll through it, else a box that takes
 * a name. What it matches comes back as choices (422), or while typing, where scripts run, as a list of
 * "name · key" (comptoir.js asks the kind's own list).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "field/form.h"
#include "record/internal.h"

#define AGAIN "?"		/* of the choices that a name gave: type another one */
#define MARK " · "		/* between name and key */

static void as_box(json_t *control)
{
	ct_put_bool(control, "is_select", false);
	ct_put_bool(control, "is_input", true);
	ct_put_text(control, "type", "text");
	json_array_clear(json_object_get(control, "options"));
}

static bool is_key(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return (digits && digits < 19 && !text[digits]) ||
	       (strlen(text) == 36 && strspn(text, "0123456789abcdefABCDEF-") == 36);
}

/* The record whose rows may be found by name through `field`: those of the organisation, by who sees them. */
static const struct ct_record_info *searchable(const struct ct_request *r, const struct ct_field *field)
{
	const struct ct_record_info *to = ct_record_of_kind(r, field->ref);

	return to && field->ref_org == CT_REF_SAME && !field->many && !to->record->single ? to : NULL;
}

bool ct_record_is_name(const struct ct_request *r, const struct ct_field *field, const char *text)
{
	return *text && !is_key(text) && searchable(r, field);
}

static int find(struct ct_request *r, const struct ct_record_info *to, const char *text, struct ct_result **rows_r,
		struct ct_error *e)
{
	return ct_query_run(r, &to->sql->search, CT_ARGS(CT_NUM(r->org), CT_STR(ct_record_pattern(r, text)),
							CT_STR(text)), rows_r, e);
}

/* "Awa Diallo · 12": the key behind the mark, or 0. */
static int64_t marked(const char *text)
{
	const char *at = NULL;

	for (const char *next = text; (next = strstr(next, MARK)); next += strlen(MARK))
		at = next;
	return at && is_key(at + strlen(MARK)) ? strtoll(at + strlen(MARK), NULL, 10) : 0;
}

int ct_record_named(struct ct_request *r, const struct ct_field *field, const char *text, int64_t *key_r,
		    struct ct_error *e)
{
	const struct ct_record_info *to = searchable(r, field);
	struct ct_result *rows;
	int64_t exact = 0;
	int rc, n = 0;

	if (!ct_may(r, to->record->see, r->org))
		return ct_fail_field(e, field->name, _("There is no such choice."));
	*key_r = marked(text);
	if (*key_r)
		return 0;
	if (!strcmp(text, AGAIN))
		return ct_fail_field(e, field->name, _("Please type a name, or the beginning of one."));
	rc = find(r, to, text, &rows, e);
	if (rc)
		return rc;
	while (ct_next(rows))
		if (!strcasecmp(ct_col_text(rows, "label"), text)) {
			exact = ct_col_int(rows, "id");
			n++;
		}
	if (n == 1) {
		*key_r = exact;
		return 0;
	}
	return ct_fail_field(e, field->name, ct_result_rows(rows)
		? _("Please choose which one you mean.") : _("Nothing here has “%s” in its name."), text);
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

static int label_of(struct ct_request *r, const struct ct_field *field, const char *key, const char **label_r,
		    struct ct_error *e)
{
	json_t *keys = ct_own_json(r, json_array()), *labels;
	int rc;

	ct_add_text(keys, key);
	rc = ct_record_labels(r, field->ref, keys, &labels, e);
	if (!rc)
		*label_r = json_string_value(json_object_get(labels, key));
	return rc;
}

/* What is chosen stays a choice, though it has been archived meanwhile. */
static int add_chosen(struct ct_request *r, const struct ct_field *field, json_t *control, struct ct_error *e)
{
	const char *value = json_string_value(json_object_get(control, "value")), *label = NULL;
	int rc;

	if (!value || strspn(value, "0123456789") != strlen(value) || is_chosen(control))
		return 0;
	rc = label_of(r, field, value, &label, e);
	if (label)
		ct_form_option(control, value, label);
	return rc;
}

/* The few that the typed name matches, and the way back to the box. */
static int add_matches(struct ct_request *r, const struct ct_record_info *to, json_t *control, const char *typed,
		       struct ct_error *e)
{
	struct ct_result *rows;
	int rc = find(r, to, typed, &rows, e);

	if (rc || !ct_result_rows(rows)) {
		as_box(control);
		return rc;
	}
	while (ct_next(rows))
		ct_form_option(control, ct_col_text(rows, "id"), ct_col_text(rows, "label"));
	ct_form_option(control, AGAIN, _("Another name…"));
	return 0;
}

/* Too many to choose from: a name is typed. */
static int as_search(struct ct_request *r, const struct ct_record_info *to, const struct ct_field *field,
		     json_t *control, struct ct_error *e)
{
	const char *value = json_string_value(json_object_get(control, "value")), *label = NULL;
	int rc;

	if (value && !is_key(value) && strcmp(value, AGAIN) && !marked(value) &&
	    json_is_true(json_object_get(control, "has_error")))
		return add_matches(r, to, control, value, e);
	as_box(control);
	ct_put_text(control, "search", talloc_asprintf(r, "%s.json", ct_record_url(r, to, 0, NULL)));
	ct_put_text(control, "search_label", to->sql->title->field->name);
	ct_put_text(control, "autocomplete", "off");
	if (!value || !is_key(value))
		return 0;
	rc = label_of(r, field, value, &label, e);
	if (label)
		ct_put_text(control, "value", talloc_asprintf(r, "%s%s%s", label, MARK, value));
	return rc;
}

int ct_record_choices(struct ct_request *r, const struct ct_field *field, json_t *control, struct ct_error *e)
{
	const struct ct_record_info *to = ct_record_of_kind(r, field->ref);
	struct ct_result *rows;
	int rc;

	if (!to) {
		as_box(control);	/* a kind that is no record: by its key */
		return 0;
	}
	rc = ct_query_run(r, &to->sql->choices, CT_ARGS(CT_NUM(r->org)), &rows, e);
	if (rc)
		return rc;
	if (ct_result_rows(rows) > CT_LIST_MOST)
		return as_search(r, to, field, control, e);
	while (ct_next(rows))
		ct_form_option(control, ct_col_text(rows, "id"), ct_col_text(rows, "label"));
	return add_chosen(r, field, control, e);
}

int ct_put_choices(struct ct_request *r, const struct ct_field *field, json_t *control, struct ct_error *e)
{
	const struct ct_record_info *to = ct_record_of_kind(r, field->ref);

	if (!to || ct_may(r, to->record->see, r->org))
		return ct_record_choices(r, field, control, e);
	as_box(control);
	return 0;
}
