/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of core/db share, and nobody else sees. */
#ifndef CORE_DB_INTERNAL_H
#define CORE_DB_INTERNAL_H

#include <stdbool.h>
#include <sys/types.h>
#include <mysql.h>
#include "db/db.h"
#include "db/result.h"

struct ct_statements;

struct ct_db {
	struct ct_db_options options;
	MYSQL *mysql;			/* NULL: not connected */
	pid_t pid;			/* who connected */
	struct ct_statements *statements;	/* of this connection */
	bool in_transaction;
	int given_up;			/* in a transaction that takes no more statements: why */
	bool pinned;
	uint64_t count;
	unsigned last_no;		/* the last error's number */
	char trouble[256];
};

/* Connects if there is no living connection. In a transaction: CT_LOST, or why it was given up. */
int ct_db_ready(struct ct_db *, struct ct_error *e) CT_MUST_USE;

/* Closes the connection and forgets its statements. */
void ct_db_drop(struct ct_db *);

/*
 * Turns the server's error into an enum ct_rc (see db.h), drops the connection where it is of no
 * more use, and notes that a transaction is given up. `what` names the query in texts for the log.
 */
int ct_db_fault(struct ct_db *, unsigned no, const char *message, const char *what,
		struct ct_error *e) CT_MUST_USE;

/* The prepared statements of a connection: made with it, freed (and closed) with talloc_free. */
struct ct_statement {
	const struct ct_query *query;
	const char *sql;
	MYSQL_STMT *stmt;
	struct ct_column *columns;
	size_t n_columns, n_params;
	struct ct_statement *newer, *older, *next;	/* by last use; in its hash bucket */
};

enum { CT_STATEMENTS = 200, CT_PARAMS = 64 };

struct ct_statements *ct_statements_new(struct ct_db *);

/* The statement of `q`, prepared now if it is not yet. */
int ct_statement_get(struct ct_db *, const struct ct_query *q, struct ct_statement **statement_r,
		     struct ct_error *e) CT_MUST_USE;

/* Prepares without keeping: *statement_r is a talloc context on `mem`, which closes it. */
int ct_statement_prepare(struct ct_db *, void *mem, const struct ct_query *q,
			 struct ct_statement **statement_r, struct ct_error *e) CT_MUST_USE;

/* ct_db_fault with what went wrong on `s`, which is gone afterwards if the connection is. */
int ct_statement_fault(struct ct_db *, struct ct_statement *s, struct ct_error *e) CT_MUST_USE;

/* How many are kept, and how many were prepared since the connection was made: for tests. */
size_t ct_statements_kept(const struct ct_db *);
uint64_t ct_statements_prepared(const struct ct_db *);

/* Reads all rows of an executed statement. CT_BROKEN past `max`, or where a value does not fit. */
int ct_statement_fetch(struct ct_db *, struct ct_statement *, void *mem, size_t max,
		       struct ct_result **result_r, struct ct_error *e) CT_MUST_USE;

#endif
