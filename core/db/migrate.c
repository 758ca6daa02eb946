/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/migrate.h"

#include <mysqld_error.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include <comptoir/i18n.h>
#include "db/internal.h"
#include "db/plan.h"

static const char table[] =
	"CREATE TABLE IF NOT EXISTS migration ("
	" plugin VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,"
	" no INT UNSIGNED NOT NULL,"
	" statement INT UNSIGNED NOT NULL,"
	" sha256 BINARY(32) NOT NULL,"
	" at DATETIME COMMENT 'NULL: it was sent, and nobody knows what came of it',"
	" PRIMARY KEY (plugin, no, statement)"
	") COMMENT 'Which statements of sql/ were run here'";

static const struct ct_query collation = {
	"migration_collation", .sql = "SELECT @@collation_database AS name",
};
static const struct ct_query lock = {
	"migration_lock",
	.sql = "SELECT GET_LOCK(CONCAT('comptoir.', LEFT(DATABASE(), 40)), 5) AS got",
};
static const struct ct_query unlock = {
	"migration_unlock",
	.sql = "SELECT RELEASE_LOCK(CONCAT('comptoir.', LEFT(DATABASE(), 40))) AS done",
};
static const struct ct_query note_begun = {
	"migration_begun", .audits = "-",
	.sql = "INSERT INTO migration (plugin, no, statement, sha256) VALUES (?, ?, ?, ?)",
};
static const struct ct_query note_failed = {
	"migration_failed", .audits = "-",
	.sql = "DELETE FROM migration WHERE plugin = ? AND no = ? AND statement = ? AND at IS NULL",
};
static const struct ct_query note_done = {
	"migration_done",
	.audits = "-",
	.sql = "UPDATE migration SET at = UTC_TIMESTAMP() WHERE plugin = ? AND no = ? AND "
	       "statement = ?",
};

static bool starts_with(const char *sql, const char *const *words)
{
	size_t len = strspn(sql, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	for (; *words; words++)
		if (strlen(*words) == len && !strncasecmp(sql, *words, len))
			return true;
	return false;
}

static bool changes_rows(const char *sql)
{
	static const char *const words[] = {
		"insert", "update", "delete", "replace", "with", NULL
	};

	return starts_with(sql, words);
}

static bool stands_alone(const char *sql)
{
	static const char *const words[] = {
		"set", "use", "begin", "start", "commit", "rollback", "savepoint", "lock", "unlock",
		"flush", "load", "xa", "prepare", "execute", "deallocate", NULL,
	};

	/* SET STATEMENT … FOR: what it sets ends with the statement */
	return !starts_with(sql, words) || !strncasecmp(sql, "SET STATEMENT ", 14);
}

/* What a second run of DDL meets when the first one had succeeded. */
static bool was_done(unsigned no)
{
	switch (no) {
	case ER_TABLE_EXISTS_ERROR:
	case ER_BAD_TABLE_ERROR:
	case ER_DUP_FIELDNAME:
	case ER_DUP_KEYNAME:
	case ER_CANT_DROP_FIELD_OR_KEY:
	case ER_DUP_CONSTRAINT_NAME:
	case ER_SP_ALREADY_EXISTS:
	case ER_SP_DOES_NOT_EXIST:
	case ER_TRG_ALREADY_EXISTS:
	case ER_TRG_DOES_NOT_EXIST:
		return true;
	default:
		return false;
	}
}

static int note(struct ct_db *db, const struct ct_query *q, const struct ct_plan_file *f,
		struct ct_error *e)
{
	const struct ct_arg args[] = {
		CT_STR(f->m.plugin), CT_NUM(f->m.no), CT_NUM(f->m.done + 1),
		CT_BYTES(f->sha256[f->m.done], CT_SHA256),
	};
	const size_t n = q == &note_begun ? 4 : 3;

	return ct_db_run(db, db, q, (struct ct_args){ args, n }, NULL, NULL, NULL, e);
}

/* Rolls back what a failure left open; the failure stays the one in *e. */
static int undo(struct ct_db *db, int rc)
{
	struct ct_error ignored;

	if (ct_db_sql(db, "ROLLBACK", &ignored))
		ct_db_drop(db);
	return rc;
}

static int run_rows(struct ct_db *db, const struct ct_plan_file *f, struct ct_error *e)
{
	int rc = ct_db_sql(db, "START TRANSACTION", e);

	if (!rc)
		rc = note(db, &note_begun, f, e);
	if (!rc)
		rc = note(db, &note_done, f, e);
	if (!rc)
		rc = ct_db_sql(db, f->statements[f->m.done].sql, e);
	if (!rc)
		rc = ct_db_sql(db, "COMMIT", e);
	return rc ? undo(db, rc) : 0;
}

static int run_ddl(struct ct_db *db, const struct ct_plan_file *f, struct ct_error *e)
{
	struct ct_error ignored;
	int rc = 0;

	if (!f->begun)
		rc = note(db, &note_begun, f, e);
	if (rc)
		return rc;
	rc = ct_db_sql(db, f->statements[f->m.done].sql, e);
	if (rc && rc != CT_LOST && !(f->begun && was_done(db->last_no))) {
		const unsigned no = db->last_no;

		if (note(db, &note_failed, f, &ignored))
			ct_db_drop(db);
		db->last_no = no;
		return rc;
	}
	return rc == CT_LOST ? rc : note(db, &note_done, f, e);
}

static int blame(const struct ct_plan_file *f, int rc, unsigned no, const struct ct_error *why,
		 struct ct_error *e)
{
	const char *advice = no != ER_BINLOG_CREATE_ROUTINE_NEED_SUPER ? "" :
		"; the server keeps a binary log: set log_bin_trust_function_creators = 1 in its"
		" configuration and run this again";

	return ct_fail(e, rc == CT_LOST ? rc : CT_BROKEN, "%s/%s, statement %u (line %u): %s%s",
		       f->m.plugin, f->m.file, f->m.done + 1, f->statements[f->m.done].line,
		       why->text, advice);
}

static int run_file(struct ct_db *db, struct ct_plan_file *f, struct ct_error *e)
{
	for (; f->m.done < f->m.statements; f->m.done++, f->begun = false) {
		const char *sql = f->statements[f->m.done].sql;
		struct ct_error why;
		int rc;

		db->last_no = 0;
		if (!stands_alone(sql))
			rc = ct_fail(&why, CT_BROKEN,
				     "a statement of a migration stands by itself: %.20s", sql);
		else if (changes_rows(sql))
			rc = run_rows(db, f, &why);
		else
			rc = run_ddl(db, f, &why);
		if (rc)
			return blame(f, rc, db->last_no, &why, e);
	}
	return 0;
}

static int prepare(struct ct_db *db, void *mem, struct ct_error *e)
{
	struct ct_result *found;
	int rc = ct_db_run(db, mem, &collation, CT_NO_ARGS, &found, NULL, NULL, e);

	if (rc)
		return rc;
	if (ct_next(found) && strcmp(ct_col_text(found, "name"), "utf8mb4_uca1400_ai_ci") != 0)
		rc = ct_db_sql(db,
			       "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci",
			       e);
	return rc ? rc : ct_db_sql(db, table, e);
}

static int run_all(struct ct_db *db, void *mem, const struct ct_migration_source *sources, size_t n,
		   void (*done)(void *ctx, const struct ct_migration *), void *ctx,
		   struct ct_error *e)
{
	struct ct_plan *plan;
	int rc = prepare(db, mem, e);

	if (!rc)
		rc = ct_plan_make(db, mem, sources, n, &plan, e);
	for (size_t i = 0; !rc && i < plan->n; i++) {
		struct ct_plan_file *f = &plan->files[i];
		const bool pending = f->m.done < f->m.statements;

		rc = run_file(db, f, e);
		if (!rc && pending && done)
			done(ctx, &f->m);
	}
	return rc;
}

static int take_lock(struct ct_db *db, void *mem, struct ct_error *e)
{
	struct ct_result *found;
	int rc = ct_db_pin(db, e);

	if (!rc)
		rc = ct_db_run(db, mem, &lock, CT_NO_ARGS, &found, NULL, NULL, e);
	if (!rc && (!ct_next(found) || ct_col_int(found, "got") != 1))
		rc = ct_fail(e, CT_BUSY, _("Another migration of this database is running."));
	if (rc)
		ct_db_unpin(db);
	return rc;
}

int ct_migrate(struct ct_db *db, const struct ct_migration_source *sources, size_t n,
	       void (*done)(void *ctx, const struct ct_migration *), void *ctx, struct ct_error *e)
{
	void *mem = talloc_new(db);
	struct ct_result *released;
	struct ct_error ignored;
	int rc = take_lock(db, mem, e);

	if (!rc) {
		rc = run_all(db, mem, sources, n, done, ctx, e);
		if (ct_db_run(db, mem, &unlock, CT_NO_ARGS, &released, NULL, NULL, &ignored))
			ct_db_drop(db);
		ct_db_unpin(db);
	}
	talloc_free(mem);
	return rc;
}

int ct_migrate_status(struct ct_db *db, void *mem, const struct ct_migration_source *sources,
		      size_t n, struct ct_migration **list_r, size_t *n_r, struct ct_error *e)
{
	struct ct_plan *plan;
	struct ct_migration *list;
	int rc = ct_plan_make(db, mem, sources, n, &plan, e);

	if (rc)
		return rc;
	list = talloc_array(plan, struct ct_migration, (unsigned)plan->n);
	for (size_t i = 0; i < plan->n; i++)
		list[i] = plan->files[i].m;
	*list_r = list;
	*n_r = plan->n;
	return 0;
}
