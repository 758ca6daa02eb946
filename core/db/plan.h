/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be migrated: the files as they are, against what the database says was run of them. */
#ifndef CORE_DB_PLAN_H
#define CORE_DB_PLAN_H

#include <stdbool.h>
#include "db/migrate.h"
#include "db/splitter.h"

enum { CT_SHA256 = 32 };

struct ct_plan_file {
	struct ct_migration m;
	struct ct_statement_text *statements;
	unsigned char (*sha256)[CT_SHA256];	/* of each statement */
	bool begun;			/* DDL number m.done was sent, with an unknown end */
};

struct ct_plan {
	struct ct_plan_file *files;
	size_t n;
};

/*
 * Reads all files of all sources and what was run of them; *plan_r is on `mem`. Without a migration
 * table nothing was run. CT_BROKEN where a file cannot be read or cut, or the past was changed.
 */
int ct_plan_make(struct ct_db *, void *mem, const struct ct_migration_source *sources, size_t n,
		 struct ct_plan **plan_r, struct ct_error *e) CT_MUST_USE;

#endif
