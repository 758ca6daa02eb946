/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Migrations: numbered files of SQL that only ever go forward.
 *
 * The core and each plugin have a folder with files 0001_people.sql, 0002_files.sql … What was run
 * is noted in `migration(plugin, no, statement, sha256, at)`, one row a statement, so a run that
 * was interrupted goes on behind the last statement that succeeded.
 *
 *   - A file that was run is the past. When one of its statements has another text than then, when
 *     statements or whole files have gone, when one was added below the highest number, or to a
 *     file that is not the last, nothing is run at all. Comments and blanks between statements may
 *     change.
 *   - A statement that changes rows (INSERT, UPDATE, DELETE, REPLACE, WITH) and its note are one
 *     transaction. DDL commits by itself: it is noted with at = NULL before and with the time after
 *     it. Where only the first note is found, the process died in between; MariaDB's DDL is all or
 *     nothing, so the statement is run again, and "already there", "already gone" count as done.
 *   - A statement stands by itself: SET, USE, BEGIN, COMMIT, LOCK and the like are refused.
 *   - Two runs at once: the second waits 5 s for the first, then is CT_BUSY. (GET_LOCK serves here:
 *     it ends with the connection, and migrations go to one server.)
 */
#ifndef CORE_DB_MIGRATE_H
#define CORE_DB_MIGRATE_H

#include <stddef.h>
#include "db/db.h"

struct ct_migration_source {
	const char *plugin;		/* "core", or the plugin's name */
	const char *dir;		/* folder of its files; there may be none */
};

struct ct_migration {
	const char *plugin;
	const char *file;		/* "0001_people.sql" */
	unsigned no;
	unsigned statements, done;	/* pending: done < statements */
};

/*
 * Runs all that is pending, in the order of `sources` (the core first, then plugins by their needs)
 * and of the numbers. `db` must belong to a user who may change tables. Also makes
 * utf8mb4_uca1400_ai_ci the database's collation, which the tables count on. `done`, which may be
 * NULL, is called after each file of which something was run.
 *
 * CT_BROKEN: what was wrong, with file, statement and line; of a server that keeps a binary log and
 * lets nobody create triggers (1419) also the setting to change.
 */
int ct_migrate(struct ct_db *, const struct ct_migration_source *sources, size_t n,
	       void (*done)(void *ctx, const struct ct_migration *), void *ctx,
	       struct ct_error *e) CT_MUST_USE;

/*
 * Every file in that order and how much of it was run, on `mem`. Changes nothing, and needs no more
 * rights than reading. Refuses a changed past as ct_migrate does.
 */
int ct_migrate_status(struct ct_db *, void *mem, const struct ct_migration_source *sources,
		      size_t n, struct ct_migration **list_r, size_t *n_r,
		      struct ct_error *e) CT_MUST_USE;

#endif
