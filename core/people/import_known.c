/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which contact does a line name? Each candidate is found by the name, the e-mail address or the SIREN, or by several
 * of them. The one that most fits is meant if it has all that any other one has; else it is for people to say.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "people/import.h"
#include "people/people.h"

enum { NAME = 1, EMAIL = 2, SIREN = 4, TURNS = 4, WORDS = 12 };

static const char *value(const struct ct_import_line *line, const char *name)
{
	return ct_contact_value(line->values, name);
}

/* A list has "Jeanne Martin", "Martin Jeanne" or two columns; contacts are sorted by family name. */
static void add_names(struct ct_request *r, json_t *list, size_t i, const struct ct_import_line *line)
{
	const char *at = line->name;

	for (size_t k = 0; k < TURNS && at; k++) {
		json_t *item = ct_add_object(list);

		ct_put_int(item, "line", (int64_t)i);
		ct_put_text(item, "name", at == line->name ? at
			    : talloc_asprintf(r, "%s %.*s", at, (int)(at - line->name - 1), line->name));
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
}

static const char *wanted(struct ct_request *r, const struct ct_import *import)
{
	json_t *list = json_array();

	for (size_t i = 0; i < import->n; i++) {
		const struct ct_import_line *line = &import->lines[i];
		json_t *item;

		if (line->what == CT_IMPORT_WRONG)
			continue;
		if (*line->name)
			add_names(r, list, i, line);
		item = ct_add_object(list);
		ct_put_int(item, "line", (int64_t)i);
		ct_put_text(item, "email", value(line, "email"));
		ct_put_text(item, "siren", value(line, "siren"));
	}
	return ct_import_text(r, list);
}

struct found {
	size_t line;
	int64_t id;
	int ways;
	bool weak;			/* of the same name, and with another address: it may be somebody else */
	const char *name, *email, *kind;
};

/* Does `one` have something that speaks for it and not for `best`? A name is nothing against a SIREN. */
static bool rivals(const struct found *one, const struct found *best)
{
	if (!best->id || one->id == best->id || (one->ways == NAME && best->ways & SIREN))
		return false;
	return one->ways == best->ways ? !one->weak : (one->ways & ~best->ways) != 0;
}

static const char *called(struct ct_request *r, const struct found *one)
{
	return one->email && *one->email ? talloc_asprintf(r, "%s, %s", one->name, one->email) : one->name;
}

static void decide(struct ct_request *r, struct ct_import_line *line, const struct found *best,
		   const struct found *other)
{
	if (line->what == CT_IMPORT_WRONG)
		return;
	if (other->id) {
		line->what = CT_IMPORT_SKIP;
		line->why = talloc_asprintf(r, _("“%s” or “%s” could be meant: add what tells them apart, or merge them first."),
					    called(r, best), called(r, other));
	} else if (best->id) {
		line->what = CT_IMPORT_SAME;
		line->id = best->id;
		line->why = *line->name && !(best->ways & NAME) ? talloc_asprintf(r, _("In the file: “%s”."), line->name) : NULL;
		line->name = best->name;
		line->kind = best->kind;
	} else if (*line->name) {
		line->what = CT_IMPORT_NEW;
	} else {
		line->what = CT_IMPORT_WRONG;
		line->why = _("None of your contacts has this e-mail address or SIREN: a new one needs a name.");
	}
	if (!*line->name)
		line->name = value(line, "email") ? value(line, "email") : value(line, "siren");
}

/* All candidates, on r. */
static int fetch(struct ct_request *r, const struct ct_import *import, struct found **found_r, size_t *n_r,
		 struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "import_known", CT_ARGS(CT_STR(wanted(r, import)), CT_NUM(r->org)), &row, e);

	*n_r = 0;
	*found_r = rc ? NULL : talloc_array(r, struct found, ct_result_rows(row) + 1);
	while (!rc && ct_next(row)) {
		size_t i = (size_t)ct_col_int(row, "line");
		int ways = (int)ct_col_int(row, "ways");

		/* another SIREN is another organisation */
		if (ways & SIREN || !ct_import_contradicts(&import->lines[i], row, "siren"))
			(*found_r)[(*n_r)++] = (struct found){ i, ct_col_int(row, "id"), ways, ways == NAME &&
				ct_import_contradicts(&import->lines[i], row, "email"), ct_col_text(row, "name"), ct_col_text(row, "email"), ct_col_text(row, "kind") };
	}
	return rc;
}

/* ---- new ones ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "Éloïse MARTIN" and "Martin Eloise" alike. */
static const char *words_of(struct ct_request *r, const char *name)
{
	char *copy = ct_import_fold(r, name), *at = copy, *words[WORDS], *key = talloc_strdup(r, "");
	size_t n = 0;

	while (n < WORDS && (words[n] = strsep(&at, " ")))
		n += *words[n] != '\0';
	qsort(words, n, sizeof(*words), by_text);
	for (size_t k = 0; k < n; k++)
		key = talloc_asprintf_append(key, " %s", words[k]);
	return at ? talloc_asprintf(r, "%s %s", key, at) : key;
}

struct fresh { const char *words, *siren, *email; };

/* Another SIREN is another organisation, and of one name another address may be somebody else. */
static bool is_twin(const struct fresh *a, const struct fresh *b)
{
	if (a->siren && b->siren)
		return !strcmp(a->siren, b->siren);
	return a->words && !strcmp(a->words, b->words) &&
	       !(a->email && b->email && strcasecmp(a->email, b->email) != 0);
}

static void find_twins(struct ct_request *r, struct ct_import *import)
{
	struct fresh *all = talloc_zero_array(r, struct fresh, import->n + 1);

	for (size_t i = 0; i < import->n; i++) {
		struct ct_import_line *line = &import->lines[i];

		if (line->what != CT_IMPORT_NEW)
			continue;
		all[i] = (struct fresh){ words_of(r, line->name), value(line, "siren"), value(line, "email") };
		for (size_t k = 0; k < i && !line->twin; k++)
			if (is_twin(&all[k], &all[i]))
				line->twin = import->lines[k].twin ? import->lines[k].twin : import->lines[k].no;
	}
}

int ct_import_match_known(struct ct_request *r, struct ct_import *import, struct ct_error *e)
{
	struct found *best = talloc_zero_array(r, struct found, import->n + 1), *found;
	struct found *other = talloc_zero_array(r, struct found, import->n + 1);
	size_t n;
	int rc = fetch(r, import, &found, &n, e);

	if (rc)
		return rc;
	for (size_t k = 0; k < n; k++)
		if (!found[k].weak && found[k].ways > best[found[k].line].ways)
			best[found[k].line] = found[k];
	for (size_t k = 0; k < n; k++)
		if (rivals(&found[k], &best[found[k].line]))
			other[found[k].line] = found[k];
	memset(import->counts, 0, sizeof(import->counts));
	for (size_t i = 0; i < import->n; i++) {
		decide(r, &import->lines[i], &best[i], &other[i]);
		import->counts[import->lines[i].what]++;
	}
	find_twins(r, import);
	return 0;
}
