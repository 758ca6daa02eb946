/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl restore: nothing is touched before all of the backup was checked. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "ctl_backup.h"
#include "db/db.h"

static const struct ct_query tables_there = {
	"restore_tables",
	.max_rows = 5000,
	.sql = "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
	       " ORDER BY TABLE_NAME LIMIT 5000",
};

static int drop_tables(struct ct_core *core, struct ct_result *tables, struct ct_error *e)
{
	int rc = ct_db_sql(core->db, "SET FOREIGN_KEY_CHECKS = 0", e);

	while (!rc && ct_next(tables))
		rc = ct_db_sql(
			core->db,
			talloc_asprintf(tables, "DROP TABLE `%s`", ct_col_text(tables, "name")), e);
	return rc ? rc : ct_db_sql(core->db, "SET FOREIGN_KEY_CHECKS = 1", e);
}

static int make_room(struct ct_core *core, bool force, struct ct_error *e)
{
	struct ct_result *tables;
	size_t n;
	int rc = ct_db_run(core->db, core, &tables_there, CT_NO_ARGS, &tables, NULL, NULL, e);

	if (rc)
		return rc;
	n = ct_result_rows(tables);
	if (n && !force)
		return ct_fail(
			e, CT_CONFLICT,
			"the database has %zu tables already: nothing was touched. --force drops them"
			" and all that is in them first",
			n);
	return n ? drop_tables(core, tables, e) : 0;
}

/* The names come from a manifest whose sum was checked, and from mariadb-dump before that. */
static int count_rows(struct ct_core *core, json_t *tables, size_t *rows_r,
		      struct ct_error *e)
{
	const char *name;
	json_t *rows;

	*rows_r = 0;
	json_object_foreach(tables, name, rows) {
		const struct ct_query count = {
			"restore_count",
			.sql = talloc_asprintf(core, "SELECT COUNT(*) AS n FROM `%s`", name)
		};
		struct ct_query *kept = talloc_memdup(core, &count, sizeof(count));
		struct ct_result *row;
		int rc = ct_db_run(core->db, core, kept, CT_NO_ARGS, &row, NULL, NULL, e);

		if (rc)
			return rc;
		if (!ct_next(row) || ct_col_int(row, "n") != json_integer_value(rows))
			return ct_fail(
				e, CT_BROKEN,
				"the table %s has not the %lld rows of the backup: restore it again with"
				" --force",
				name, (long long)json_integer_value(rows));
		*rows_r += (size_t)json_integer_value(rows);
	}
	return 0;
}

static int load(struct ct_core *core, const char *folder, const json_t *manifest, bool force,
		struct ct_error *e)
{
	json_t *tables = json_object_get(manifest, "tables");
	unsigned older;
	size_t rows;
	int rc;

	if ((rc = ctl_manifest_compare(core, manifest, &older, e)) ||
	    (rc = ctl_client_there(core, e)) || (rc = make_room(core, force, e)))
		return rc;
	rc = ctl_client_load(core, talloc_asprintf(core, "%s/database.sql", folder), e);
	if (rc)
		return ct_fail(e, CT_BROKEN,
			       "%s. The database is filled in part only: restore again with --force",
			       talloc_strdup(core, e->text));
	if ((rc = count_rows(core, tables, &rows, e)))
		return rc;
	printf("%zu tables and %zu rows are as on %s\n", json_object_size(tables), rows,
	       json_string_value(json_object_get(manifest, "made")));
	if (older)
		printf("it is of an older Comptoir (%s, this is %s): run comptoirctl migrate now\n",
		       json_string_value(json_object_get(manifest, "version")), CT_VERSION);
	else
		puts("now comptoirctl check, then start or restart the server");
	return 0;
}

int ctl_restore(struct ctl_call *c, struct ct_error *e)
{
	bool force = c->argc == 2 && !strcmp(c->argv[1], "--force");
	json_t *manifest;
	int rc;

	if (c->argc != 1 + force || *c->argv[0] == '-')
		return ctl_wrong(e, "restore BACKUP [--force]");
	rc = ctl_manifest_read(c->argv[0], &manifest, e);
	if (rc)
		return rc;
	rc = load(c->core, c->argv[0], manifest, force, e);
	json_decref(manifest);
	return rc;
}
