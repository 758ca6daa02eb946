/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/plan.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { FILE_BYTES = 16 << 20, NUMBER_DIGITS = 4, STATEMENTS = 100000 };

static const struct ct_query noted = {
	"migration_noted", .max_rows = 1,
	.sql = "SELECT COUNT(*) AS n FROM information_schema.tables"
	       " WHERE table_schema = DATABASE() AND table_name = 'migration'",
};
static const struct ct_query past = {
	"migration_past", .max_rows = STATEMENTS,
	.sql = "SELECT no, statement, sha256, at IS NULL AS begun FROM migration WHERE plugin = ?"
	       " ORDER BY no, statement",
};

static int is_sql(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 && !strcmp(entry->d_name + len - 4, ".sql");
}

static bool well_named(const char *file)
{
	size_t digits = strspn(file, "0123456789");

	return digits == NUMBER_DIGITS && file[digits] == '_' && atoi(file) > 0 &&
		!strcmp(file + strcspn(file, "."), ".sql");
}

static int read_text(void *mem, const char *path, char **text_r, struct ct_error *e)
{
	FILE *f = fopen(path, "re");
	size_t len = 0, got;
	char *text;

	if (!f)
		return ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	text = talloc_size(mem, 8192);
	while ((got = fread(text + len, 1, talloc_get_size(text) - len - 1, f)) > 0) {
		len += got;
		if (len + 1 == talloc_get_size(text) && len < FILE_BYTES)
			text = talloc_realloc_size(mem, text, 2 * (len + 1));
	}
	text[len] = '\0';
	if (ferror(f) || len >= FILE_BYTES || strlen(text) != len) {
		fclose(f);
		return ct_fail(e, CT_BROKEN, "%s: cannot be read, is too long or holds a NUL",
			       path);
	}
	fclose(f);
	*text_r = text;
	return 0;
}

static int read_file(struct ct_plan *plan, const struct ct_migration_source *source,
		     const char *name, struct ct_error *e)
{
	char *path = talloc_asprintf(plan, "%s/%s", source->dir, name), *text = NULL;
	struct ct_plan_file f = { .m = { .plugin = source->plugin } };
	struct ct_error why;
	size_t n;
	int rc;

	if (!well_named(name))
		return ct_fail(e, CT_BROKEN, "%s: the name of a migration is 0001_words.sql", path);
	rc = read_text(plan, path, &text, e);
	if (rc)
		return rc;
	if (ct_sql_split(plan, text, &f.statements, &n, &why))
		return ct_fail(e, CT_BROKEN, "%s, %s", path, why.text);
	f.m.file = talloc_strdup(plan, name);
	f.m.no = (unsigned)atoi(name);
	f.m.statements = (unsigned)n;
	f.sha256 = talloc_size(plan, (n + 1) * CT_SHA256);
	for (size_t i = 0; i < n; i++)
		crypto_hash_sha256(f.sha256[i], (const unsigned char *)f.statements[i].sql,
				   strlen(f.statements[i].sql));
	plan->files = talloc_realloc(plan, plan->files, struct ct_plan_file, (unsigned)plan->n + 1);
	plan->files[plan->n++] = f;
	return 0;
}

static int read_folder(struct ct_plan *plan, const struct ct_migration_source *source,
		       struct ct_error *e)
{
	struct dirent **names = NULL;
	int n = scandir(source->dir, &names, is_sql, alphasort), rc = 0;
	unsigned last = 0;

	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0)
		return ct_fail(e, CT_BROKEN, "%s: %s", source->dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!rc)
			rc = read_file(plan, source, names[i]->d_name, e);
		if (!rc && plan->files[plan->n - 1].m.no == last)
			rc = ct_fail(e, CT_BROKEN, "%s: two files have the number %04u",
				     source->dir, last);
		if (!rc)
			last = plan->files[plan->n - 1].m.no;
		free(names[i]);
	}
	free(names);
	return rc;
}

static struct ct_plan_file *numbered(struct ct_plan *plan, size_t first, int64_t no)
{
	for (size_t i = first; i < plan->n; i++)
		if (plan->files[i].m.no == no)
			return &plan->files[i];
	return NULL;
}

/* One row of the past: the statement must still be there, as it was. */
static int compare_row(struct ct_plan *plan, size_t first, const char *plugin,
		       struct ct_result *rows, struct ct_error *e)
{
	const int64_t no = ct_col_int(rows, "no"), statement = ct_col_int(rows, "statement");
	struct ct_plan_file *f = numbered(plan, first, no);
	const void *sha256;
	size_t len;

	if (!f)
		return ct_fail(e, CT_BROKEN,
			       "%s: migration %04lld was run here, and its file is gone", plugin,
			       (long long)no);
	if (statement != f->m.done + 1 || statement > f->m.statements)
		return ct_fail(e, CT_BROKEN,
			       "%s/%s: statement %lld was run here, and is gone from the file",
			       plugin, f->m.file, (long long)statement);
	sha256 = ct_col_bytes(rows, "sha256", &len);
	if (len != CT_SHA256 || memcmp(sha256, f->sha256[f->m.done], len) != 0)
		return ct_fail(e, CT_BROKEN,
			       "%s/%s: statement %lld (line %u) was changed after it was run:"
			       " put it back, and write the change as a new file",
			       plugin, f->m.file, (long long)statement,
			       f->statements[f->m.done].line);
	f->begun = ct_col_int(rows, "begun");
	f->m.done += !f->begun;
	return 0;
}

/* Nothing may be pending before something that was run. */
static int check_order(const struct ct_plan *plan, size_t first, struct ct_error *e)
{
	const struct ct_plan_file *pending = NULL;

	for (size_t i = first; i < plan->n; i++) {
		const struct ct_plan_file *f = &plan->files[i];

		if (pending && (f->m.done || f->begun))
			return ct_fail(e, CT_BROKEN,
				       "%s/%s: statement %u was added after %s was run:"
				       " write it as a new file",
				       pending->m.plugin, pending->m.file, pending->m.done + 1,
				       f->m.file);
		if (!pending && f->m.done < f->m.statements)
			pending = f;
	}
	return 0;
}

static int compare(struct ct_db *db, struct ct_plan *plan, size_t first, const char *plugin,
		   struct ct_error *e)
{
	struct ct_result *rows;
	int rc = ct_db_run(db, plan, &past, CT_ARGS(CT_STR(plugin)), &rows, NULL, NULL, e);

	while (!rc && ct_next(rows))
		rc = compare_row(plan, first, plugin, rows, e);
	return rc ? rc : check_order(plan, first, e);
}

int ct_plan_make(struct ct_db *db, void *mem, const struct ct_migration_source *sources, size_t n,
		 struct ct_plan **plan_r, struct ct_error *e)
{
	struct ct_plan *plan = talloc_zero(mem, struct ct_plan);
	struct ct_result *found;
	bool any = false;
	int rc = ct_db_run(db, plan, &noted, CT_NO_ARGS, &found, NULL, NULL, e);

	if (!rc)
		any = ct_next(found) && ct_col_int(found, "n");
	for (size_t i = 0; i < n && !rc; i++) {
		const size_t first = plan->n;

		rc = read_folder(plan, &sources[i], e);
		if (!rc && any)
			rc = compare(db, plan, first, sources[i].plugin, e);
	}
	if (rc) {
		talloc_free(plan);
		return rc;
	}
	*plan_r = plan;
	return 0;
}
