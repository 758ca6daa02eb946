/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl setup: the database and its two users, by the server's own administrator (sql/users.sql.in). */
#include "ctl_setup.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "core.h"
#include "ctl_file.h"
#include "db/db.h"
#include "db/splitter.h"

static const struct ct_query quote = {
	"setup_quote",
	.sql = "SELECT CONVERT(QUOTE(?) USING utf8mb4) AS quoted",
};
static const struct ct_query installed = {
	"setup_installed",
	.sql = "SELECT TABLE_NAME AS name FROM information_schema.TABLES"
	       " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'migration' LIMIT 1",
};
static const struct ct_query binary_log = {
	"setup_binary_log",
	.sql = "SELECT @@log_bin AS log_bin, @@log_bin_trust_function_creators AS trusted",
};

/* Replaces `mark` by `value` as it may stand between quotes; the server itself says how. */
static int replace(struct ct_db *db, char **sql, const char *mark, const char *value,
		   struct ct_error *e)
{
	struct ct_result *row;
	const char *quoted, *at;
	size_t from;
	int rc = ct_db_run(db, *sql, &quote, CT_ARGS(CT_STR(value)), &row, NULL, NULL, e);

	if (rc || !ct_next(row))
		return rc;
	quoted = ct_col_text(row, "quoted");
	/* Behind what was put in, whatever stands in it. */
	for (from = 0; (at = strstr(*sql + from, mark)); from += strlen(quoted) - 2) {
		from = (size_t)(at - *sql);
		*sql = talloc_asprintf(db, "%.*s%.*s%s", (int)from, *sql, (int)strlen(quoted) - 2,
				       quoted + 1, at + strlen(mark));
	}
	return 0;
}

static int run_file(struct ct_db *db, char *sql, struct ct_error *e)
{
	struct ct_statement_text *list;
	size_t n;
	int rc = ct_sql_split(db, sql, &list, &n, e);

	for (size_t i = 0; i < n && !rc; i++)
		rc = ct_db_sql(db, list[i].sql, e);
	return rc;
}

static int make(struct ct_db *db, const struct ctl_database *d, struct ct_error *e)
{
	const struct {
		const char *mark, *value;
	} marks[] = {
		{ "@DATABASE@", d->name },
		{ "@HOST@", "localhost" },
		{ "@OWNER@", d->owner_user },
		{ "@USER@", d->user },
		{ "@OWNER_PASSWORD@", d->owner_password },
		{ "@PASSWORD@", d->password },
	};
	const char *path = talloc_asprintf(db, "%s/sql/users.sql.in", d->data);
	char *sql, *from;
	int rc = ctl_file_get(db, path, 65536, &sql, e);

	/* Its comments name the marks too. */
	if (!rc && (from = strstr(sql, "CREATE DATABASE")))
		sql = talloc_strdup(db, from);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && !rc; i++)
		rc = replace(db, &sql, marks[i].mark, marks[i].value, e);
	return rc ? rc : run_file(db, sql, e);
}

static int refuse_installed(struct ct_db *db, const char *name, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_db_run(db, db, &installed, CT_ARGS(CT_STR(name)), &row, NULL, NULL, e);

	if (!rc && ct_next(row))
		rc = ct_fail(
			e, CT_CONFLICT,
			"the database %s holds an installation already: choose another name, put its"
			" comptoir.ini back in place, or say --force to take it over with new passwords",
			name);
	return rc;
}

int ctl_database_make(const struct ctl_database *d, bool again, struct ct_error *e)
{
	const struct ct_db_options options = { .socket = d->socket, .user = "root" };
	struct ct_db *db;
	struct ct_error why;
	int rc = ct_db_open(NULL, &options, &db, e);

	if (rc)
		return rc;
	if (ct_db_ping(db, &why))
		rc = ct_fail(
			e, CT_BROKEN,
			"the database server does not let us in as root by %s (%s): is it running, and"
			" are you root (sudo)? Or give users that exist already, see comptoirctl(8)",
			d->socket, *ct_db_trouble(db) ? ct_db_trouble(db) : why.text);
	if (!rc && !again)
		rc = refuse_installed(db, d->name, e);
	if (!rc)
		rc = make(db, d, e);
	talloc_free(db);
	return rc;
}

int ctl_database_warn(struct ct_core *owner, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_db_run(owner->db, owner->db, &binary_log, CT_NO_ARGS, &row, NULL, NULL, e);

	if (!rc && ct_next(row) && ct_col_int(row, "log_bin") && !ct_col_int(row, "trusted"))
		fputs("warning: this server keeps a binary log and lets only its administrator create triggers. Where a\n"
		      "  table needs one, the migration stops and says so; to allow it, put\n"
		      "  log_bin_trust_function_creators = 1 below [mariadbd] in the server's configuration, restart it, and\n"
		      "  call this again.\n",
		      stdout);
	return rc;
}
