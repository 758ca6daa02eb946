/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job that deletes what nothing refers to. */
#include <string.h>
#include <talloc.h>

#include "file/file.h"
#include "record/record.h"
#include "route/state.h"

struct due { int64_t id, small; };

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

static int check_users(struct ct_request *r, struct ct_error *e)
{
	const struct ct_registry *g = r->s->core->registry;
	json_t *users = ct_own_json(r, json_object());
	struct ct_result *rows;
	int rc = ct_query(r, "users", CT_NO_ARGS, &rows, e);

	while (!rc && ct_next(rows))
		ct_put_bool(users, talloc_asprintf(r, "%s.%s", ct_col_text(rows, "owner"),
						   ct_col_text(rows, "field")), true);
	for (size_t i = 0; !rc && i < g->n_modules; i++)
		for (size_t k = 0; !rc && g->modules[i].records && g->modules[i].plugin->records[k].name; k++)
			rc = check_record(r, users, g->modules[i].records[k], e);
	return rc;
}

int ct_file_purge(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *rows;
	int rc = check_users(r, e);

	if (!rc)
		rc = ct_query(r, "due", CT_ARGS(CT_UTC(r->now)), &rows, e);
	while (!rc && ct_next(rows)) {
		struct due due = { ct_col_int(rows, "id"), ct_col_int(rows, "small_id") };

		rc = ct_transaction(r, purge, &due, e);
		if (rc == CT_CONFLICT)
			rc = ct_transaction(r, keep, &due, e);
	}
	return rc;
}
