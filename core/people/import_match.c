/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which contact is a line? The one with its SIREN; else the one with its name whose e-mail address and telephone
 * do not say otherwise. One query finds all candidates, by indexes.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "people/import.h"
#include "people/people.h"

static const char *sorted_name(struct ct_request *r, const struct ct_import_line *line)
{
	const char *given = ct_contact_value(line->values, "given_name");
	const char *family = ct_contact_value(line->values, "family_name");

	if (strcmp(ct_contact_value(line->values, "kind"), "person") != 0)
		return line->name;
	return talloc_asprintf(r, "%s%s%s", family ? family : "", given && family ? " " : "", given ? given : "");
}

const char *ct_import_text(struct ct_request *r, json_t *list)
{
	char *text = json_dumps(list, JSON_COMPACT);
	const char *copy = talloc_strdup(r, text);

	free(text);
	json_decref(list);
	return copy;
}

/* What the query looks for: [{"line": 3, "kind": …, "name": …, "email": …, "siren": …}]. */
static const char *wanted(struct ct_request *r, const struct ct_import *import)
{
	json_t *list = json_array();

	for (size_t i = 0; i < import->n; i++) {
		const struct ct_import_line *line = &import->lines[i];
		json_t *item;

		if (line->what == CT_IMPORT_WRONG)
			continue;
		item = ct_add_object(list);
		ct_put_int(item, "line", (int64_t)i);
		ct_put_text(item, "kind", ct_contact_value(line->values, "kind"));
		ct_put_text(item, "name", sorted_name(r, line));
		ct_put_text(item, "email", ct_contact_value(line->values, "email"));
		ct_put_text(item, "siren", ct_contact_value(line->values, "siren"));
	}
	return ct_import_text(r, list);
}

bool ct_import_contradicts(const struct ct_import_line *line, const struct ct_result *row, const char *name)
{
	const char *typed = ct_contact_value(line->values, name), *stored = ct_col_text(row, name);

	return typed && stored && *stored && strcasecmp(typed, stored) != 0;
}

/* How surely the row is what the line names; 0: it is not. */
static int likeness(const struct ct_import_line *line, const struct ct_result *row)
{
	const char *siren = ct_contact_value(line->values, "siren"), *email = ct_contact_value(line->values, "email");
	const char *own = ct_col_text(row, "siren"), *address = ct_col_text(row, "email");

	if (siren && own && !strcmp(siren, own))
		return ct_col_int(row, "same_name") ? 5 : 4;
	if (!ct_col_int(row, "same_name") || (siren && own))
		return 0;
	if (email && address && !strcasecmp(email, address))
		return 3;
	if (ct_import_contradicts(line, row, "email") || ct_import_contradicts(line, row, "phone"))
		return 0;
	return 1;
}

struct match { int likeness; bool several; const char **stored; };	/* stored: parallel to ct_contact_fields */

static void compare(struct ct_request *r, struct ct_import_line *line, const char *const *stored)
{
	line->changes = talloc_zero_array(r, struct ct_import_change, 40);
	for (size_t i = 0; ct_contact_fields[i].name; i++) {
		const struct ct_field *f = &ct_contact_fields[i];

		if (f->read_only || f->question || f->fixed)
			continue;
		if (!line->values[i] || (stored[i] && !strcmp(line->values[i], stored[i])))
			line->values[i] = stored[i];
		else if (line->locked && !f->own)
			line->why = _("This contact is not yours alone: only your note of it can be changed.");
		else
			line->changes[line->n_changes++] = (struct ct_import_change){ f, stored[i], line->values[i] };
	}
}

static const char **stored_of(struct ct_request *r, const struct ct_result *row)
{
	const char **stored = talloc_zero_array(r, const char *, 40);

	for (size_t i = 0; ct_contact_fields[i].name; i++) {
		const struct ct_field *f = &ct_contact_fields[i];
		const char *text = f->question ? NULL : ct_col_text(row, f->name);

		stored[i] = text && *text ? text : NULL;
	}
	return stored;
}

static void take(struct ct_request *r, struct ct_import_line *line, struct match *m, const struct ct_result *row)
{
	int likely = likeness(line, row);

	if (!likely || likely < m->likeness)
		return;
	if (likely == m->likeness) {
		m->several |= ct_col_int(row, "id") != line->id;
		return;
	}
	*m = (struct match){ likely, false, stored_of(r, row) };
	line->id = ct_col_int(row, "id");
	line->version = ct_col_int(row, "version");
	line->locked = ct_col_int(row, "locked");
}

static void decide(struct ct_import_line *line, const struct match *m)
{
	if (line->what == CT_IMPORT_WRONG)
		return;
	if (m->several) {
		line->what = CT_IMPORT_SKIP;
		line->id = 0;
		line->why = _("Several contacts have this name: merge them first, or add their e-mail addresses.");
	} else if (!line->id) {
		line->what = CT_IMPORT_NEW;
	} else if (line->n_changes) {
		line->what = CT_IMPORT_CHANGE;
	} else {
		line->what = line->why ? CT_IMPORT_SKIP : CT_IMPORT_SAME;
	}
}

/* A line that says what one before it says already; both by what the search compares. */
static void find_doubles(struct ct_request *r, struct ct_import *import)
{
	json_t *seen = json_object();

	for (size_t i = 0; i < import->n; i++) {
		struct ct_import_line *line = &import->lines[i];
		const char *email = ct_contact_value(line->values, "email");
		const char *key;
		const json_t *first;

		if (line->what != CT_IMPORT_NEW && line->what != CT_IMPORT_CHANGE)
			continue;
		key = line->id ? talloc_asprintf(r, "%lld", (long long)line->id)
			: talloc_asprintf(r, "%s/%s", sorted_name(r, line), email ? email : "");
		first = json_object_get(seen, key);
		if (first) {
			line->what = CT_IMPORT_SKIP;
			line->why = talloc_asprintf(r, _("Line %lld is the same contact already."),
						    (long long)json_integer_value(first));
		} else {
			ct_put_int(seen, key, (int64_t)line->no);
		}
	}
	json_decref(seen);
}

int ct_import_match(struct ct_request *r, struct ct_import *import, struct ct_error *e)
{
	struct match *matches = talloc_zero_array(r, struct match, import->n + 1);
	struct ct_result *rows;
	int rc = ct_query(r, "import_candidates", CT_ARGS(CT_STR(wanted(r, import)), CT_NUM(r->org)), &rows, e);

	if (rc)
		return rc;
	while (ct_next(rows)) {
		size_t i = (size_t)ct_col_int(rows, "line");

		take(r, &import->lines[i], &matches[i], rows);
	}
	for (size_t i = 0; i < import->n; i++)
		if (matches[i].stored)
			compare(r, &import->lines[i], matches[i].stored);
	for (size_t i = 0; i < import->n; i++)
		decide(&import->lines[i], &matches[i]);
	find_doubles(r, import);
	memset(import->counts, 0, sizeof(import->counts));
	for (size_t i = 0; i < import->n; i++)
		import->counts[import->lines[i].what]++;
	return 0;
}
