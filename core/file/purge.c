/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job that deletes what nothing refers to. */
#include <string.h>
#include <talloc.h>

#include "base/log.h"
#include "file/file.h"
#include "record/record.h"
#include "route/query.h"
#include "route/state.h"

enum { PAGE = 200 };

struct due { int64_t id, small; struct ct_utc when; };

static int delete_one(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int rc = ct_exec(r, "chunks_delete", CT_ARGS(CT_NUM(id)), e);

	return rc ? rc : ct_exec(r, "file_delete", CT_ARGS(CT_NUM(id)), e);
}

static int purge(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct due *due = arg;
	int rc = delete_one(r, due->id, e);

	return rc || !due->small ? rc : delete_one(r, due->small, e);
}

static int keep(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct due *due = arg;

	return ct_exec(r, "in_use", CT_ARGS(CT_NUM(due->id)), e);
}

static bool refers(struct ct_request *r, json_t *users, const struct ct_record_info *info, const struct ct_field *f)
{
	const char *name = talloc_asprintf(r, "%s.%s", info->table, ct_field_column(r, f));

	return f->type != CT_FILE || json_object_get(users, name);
}

/* A record whose column has no foreign key would lose its files: then nothing is deleted at all. */
static int check_record(struct ct_request *r, json_t *users, const struct ct_record_info *info, struct ct_error *e)
{
	for (const struct ct_field *f = info->record->fields; f->name; f++)
		if (!refers(r, users, info, f))
			return ct_fail(e, CT_BROKEN, "record %s: %s has no foreign key to file, so no file is purged",
				       info->full, f->name);
	return 0;
}

/* *users_r: what refers to files, "table.column" to "`table` WHERE `column`". */
static int check_users(struct ct_request *r, json_t **users_r, struct ct_error *e)
{
	const struct ct_registry *g = r->s->core->registry;
	json_t *users = ct_own_json(r, json_object());
	struct ct_result *rows;
	int rc = ct_query(r, "users", CT_NO_ARGS, &rows, e);

	*users_r = users;
	while (!rc && ct_next(rows)) {
		const char *owner = ct_col_text(rows, "owner"), *field = ct_col_text(rows, "field");

		if (strcmp(owner, "file_chunk") != 0)
			ct_put_text(users, talloc_asprintf(r, "%s.%s", owner, field),
				    talloc_asprintf(r, "`%s` WHERE `%s`", owner, field));
	}
	for (size_t i = 0; !rc && i < g->n_modules; i++)
		for (size_t k = 0; !rc && g->modules[i].records && g->modules[i].plugin->records[k].name; k++)
			rc = check_record(r, users, g->modules[i].records[k], e);
	return rc;
}

/*
 * Which of the files ["3", …] something refers to. What refers to files is known to the database alone; a foreign
 * key is its index. The statement is prepared once, so it stays as long as the process.
 */
static const struct ct_query *referred(struct ct_request *r, json_t *users)
{
	static const char select[] = "SELECT j.k AS id FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j"
				     " WHERE FALSE";
	static struct ct_query *query;
	char *sql = talloc_strdup(r, select);
	const char *user;
	json_t *column;

	json_object_foreach(users, user, column)
		sql = talloc_asprintf_append(sql, " OR EXISTS (SELECT 1 FROM %s = j.k)", json_string_value(column));
	if (!query || strcmp(query->sql, sql) != 0) {
		query = talloc_zero(r->s->core, struct ct_query);
		*query = (struct ct_query){ "referred", talloc_steal(query, sql), .max_rows = PAGE };
	}
	return query;
}

/* One file goes, or is in use: what was asked before spares the work, and the foreign key is the judge. */
static int clear_one(struct ct_request *r, struct due *due, bool used, struct ct_error *e)
{
	int rc = used ? CT_CONFLICT : ct_transaction(r, purge, due, e);

	return rc == CT_CONFLICT ? ct_transaction(r, keep, due, e) : rc;
}

static const char *ids_of(struct ct_request *r, struct due *due, size_t n)
{
	char *text = talloc_strdup(r, "[");

	for (size_t i = 0; i < n; i++)
		text = talloc_asprintf_append(text, "%s%lld", i ? "," : "", (long long)due[i].id);
	return talloc_strdup_append_buffer(text, "]");
}

/* The next page of what is due; *n_r: how many these were. One that fails is no reason to keep the others. */
static int clear_page(struct ct_request *r, json_t *users, struct due *last, size_t *n_r, struct ct_error *e)
{
	struct due due[PAGE];
	json_t *used = ct_own_json(r, json_object());
	struct ct_result *rows;
	size_t n = 0;
	int rc = ct_query(r, "due", CT_ARGS(CT_UTC(r->now), CT_UTC(last->when), CT_NUM(last->id)), &rows, e), failed = 0;

	while (!rc && ct_next(rows))
		due[n++] = (struct due){ ct_col_int(rows, "id"), ct_col_int(rows, "small_id"),
					 ct_col_utc(rows, "purge_utc") };
	*n_r = n;
	if (rc || !n)
		return rc;
	*last = due[n - 1];
	rc = ct_query_run(r, referred(r, users), CT_ARGS(CT_STR(ids_of(r, due, n))), &rows, e);
	while (!rc && ct_next(rows))
		ct_put_bool(used, ct_col_text(rows, "id"), true);
	for (size_t i = 0; !rc && i < n; i++) {
		const char *id = talloc_asprintf(r, "%lld", (long long)due[i].id);
		int one = clear_one(r, &due[i], json_object_get(used, id) != NULL, e);

		if (one)
			ct_log(CT_LOG_WARNING, "file", "file", id, "why", e->text, NULL);
		failed = one ? one : failed;
	}
	return rc ? rc : failed;
}

int ct_file_purge(struct ct_request *r, struct ct_error *e)
{
	struct due last = { .when = { 0 } };
	json_t *users;
	size_t n = 0;
	int rc = check_users(r, &users, e), failed = 0;

	if (rc)
		return rc;
	do {
		rc = clear_page(r, users, &last, &n, e);
		failed = rc ? rc : failed;
	} while (n == PAGE);
	return failed;
}
