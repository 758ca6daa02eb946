/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection to MariaDB, below any request: what workers, the job process, comptoirctl and the
 * migrations run their queries through. Handlers use comptoir/query.h instead.
 *
 * A process opens one `struct ct_db`; it connects at its first use and again after a loss, but
 * never in the middle of a transaction: there every further call fails with CT_LOST until
 * db/transaction.h has begun anew. The same holds after CT_REPEAT and CT_BUSY: a transaction that
 * the server has given up takes no more statements, whatever its body makes of the error.
 *
 * Every connection is utf8mb4 with the collation of the tables, READ COMMITTED, in UTC, strict,
 * waits at most `lock_seconds` for a lock, lets no statement run longer than `statement_seconds`,
 * and is closed by the server when it idles 30 s inside a transaction, so a stopped process holds
 * no lock for long.
 *
 * How the server's troubles come out (all write *e):
 *
 *   CT_CONFLICT  1062: e->field is the violated key's name. 1451, 1452: e->field is "".
 *   CT_REPEAT    1213, 1205, 1020, 1412: lost a race; the transaction is run again from its start
 *   CT_LOST      no connection: server away, restarting (1053), outside its cluster (1047), killed
 *   CT_BUSY      ended for taking too long (1969, 1317), or too many connections (1040, 1203)
 *   CT_BROKEN    anything else; the text is for the log and names the query
 *
 * Texts of the others are for a person; what the server said is kept for the log (ct_db_trouble).
 */
#ifndef CORE_DB_DB_H
#define CORE_DB_DB_H

#include <stdint.h>
#include <comptoir/query.h>

struct ct_db;

struct ct_db_options {
	const char *socket;		/* path; NULL: `host` and `port` */
	const char *host;
	unsigned port;
	const char *name, *user, *password;
	unsigned statement_seconds;	/* 0: no limit (migrations) */
	unsigned lock_seconds;		/* 0: 5 */
};

/*
 * Notes where the database is; nothing is connected yet. *db_r is a talloc context on `mem`, freed
 * with it (the connection is then closed). Strings are copied. CT_BROKEN with neither socket nor
 * host.
 */
int ct_db_open(void *mem, const struct ct_db_options *, struct ct_db **db_r,
	       struct ct_error *e) CT_MUST_USE;

/*
 * In a child after fork: forgets the parent's connection without a word to the server, which would
 * take it for the parent's. The next use connects anew. Forgetting this call is noticed and made
 * good.
 */
void ct_db_cut(struct ct_db *);

/*
 * Runs one named query, prepared at its first use and kept (200 per connection, the least recently
 * used goes first). `q` and its text must live as long as `db`: the pointer is the key.
 *
 * A reading query: `rows_r` gets the buffered result on `mem`, before its first row. CT_BROKEN
 * where more rows came than q->max_rows. Outside a transaction it is repeated once over a new
 * connection when the old one turns out to be dead.
 * A writing query: `rows_r` is NULL; `affected_r` (rows changed) and `insert_id_r` (the new key)
 * may be NULL. Outside a transaction it commits by itself and is not repeated: CT_LOST means that
 * nobody knows.
 *
 * An argument is converted by the server to the column's type. A TIME column takes
 * SEC_TO_TIME(? * 60) of minutes, because a bare number would be read as HHMMSS.
 */
int ct_db_run(struct ct_db *, void *mem, const struct ct_query *q, struct ct_args args,
	      struct ct_result **rows_r, int64_t *affected_r, int64_t *insert_id_r,
	      struct ct_error *e) CT_MUST_USE;

/*
 * Prepares and closes `q`: every table, column and parameter is there. Besides the server's own
 * complaints, CT_BROKEN for a column of a reading query without a plain name ([a-z0-9_]) or named
 * twice, for a writing query without .audits, and for a reading one with it.
 */
int ct_db_check(struct ct_db *, const struct ct_query *q, struct ct_error *e) CT_MUST_USE;

/* One statement without parameters, by the text protocol: DDL and the like. Drops its rows. */
int ct_db_sql(struct ct_db *, const char *sql, struct ct_error *e) CT_MUST_USE;

/* A round trip to the server; connects where needed. */
int ct_db_ping(struct ct_db *, struct ct_error *e) CT_MUST_USE;

/*
 * Keeps the connection that there is now: from here on a loss is CT_LOST for good. For whoever
 * holds something that ends with the connection (GET_LOCK). ct_db_unpin ends it.
 */
int ct_db_pin(struct ct_db *, struct ct_error *e) CT_MUST_USE;
void ct_db_unpin(struct ct_db *);

/* The server's number of this connection, for ct_db_kill from another process; 0: there is none. */
unsigned long ct_db_thread_id(const struct ct_db *);

/* Ends the statement that connection `thread_id` of the same user runs; its caller gets CT_BUSY. */
int ct_db_kill(struct ct_db *, unsigned long thread_id, struct ct_error *e) CT_MUST_USE;

/* Statements sent so far by this process over this `db`. */
uint64_t ct_db_count(const struct ct_db *);

/* What the server or the library said last ("2002 Can't connect …"), for the log, or "". */
const char *ct_db_trouble(const struct ct_db *);

#endif
