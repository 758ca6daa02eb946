/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database as handlers see it: named queries, bound arguments, buffered results, one transaction.
 *
 * SQL stands in a plugin's `queries[]` and nowhere else. Each query is checked (prepared and closed) when
 * a generation starts and prepared by a worker at its first use. A name is looked up among the queries of
 * the plugin whose code runs (`r->plugin`), so two plugins may use one name.
 *
 * Columns say their type by their suffix (contract.md, "Types"): `_cents` money, `_bp` basis points, `_d`
 * date, `_local` wall time, `_utc` instant, `_id` and `id` keys. ct_rows and ct_row_json turn them into
 * JSON by that rule: keys as strings; `total_cents` becomes `total` {cents, currency} with `total_ui`;
 * `due_d` stays a text with `due_ui` beside it; null is present.
 */
#ifndef COMPTOIR_QUERY_H
#define COMPTOIR_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <comptoir/error.h>
#include <comptoir/time.h>

struct ct_request;

struct ct_query {
	const char *name;	/* unique within the plugin */
	const char *sql;	/* one statement; values only as ? */
	const char *audits;	/* a writing query: the kind whose audit trail it owes (ct_audit), or "-" where it owes none */
	unsigned max_rows;	/* a reading query: ct_query fails past this many; 0 means 500 */
};

enum ct_arg_kind { CT_ARG_NULL, CT_ARG_INT, CT_ARG_TEXT, CT_ARG_BYTES, CT_ARG_LOCAL, CT_ARG_UTC, CT_ARG_DAY };

struct ct_arg {
	enum ct_arg_kind kind;
	int64_t i;		/* also local, utc (seconds) and day (days); the "no value" ones bind NULL */
	const void *p;		/* text and bytes; NULL binds NULL; must live until the call returns */
	size_t len;
};

struct ct_args { const struct ct_arg *arg; size_t n; };

#define CT_NULL     ((struct ct_arg){ .kind = CT_ARG_NULL })
#define CT_NUM(x)   ((struct ct_arg){ .kind = CT_ARG_INT, .i = (int64_t)(x) })
#define CT_ID(x)    ct_arg_id(x)			/* a key; 0 binds NULL */
#define CT_STR(x)   ct_arg_text(x)			/* NUL-terminated UTF-8; NULL binds NULL */
#define CT_BYTES(x, n_) ((struct ct_arg){ .kind = CT_ARG_BYTES, .p = (x), .len = (n_) })
#define CT_LOCAL(x) ((struct ct_arg){ .kind = CT_ARG_LOCAL, .i = (x).s })
#define CT_UTC(x)   ((struct ct_arg){ .kind = CT_ARG_UTC, .i = (x).s })
#define CT_DAY(x)   ct_arg_day(x)
#define CT_ARGS(...) ((struct ct_args){ (const struct ct_arg[]){ __VA_ARGS__ }, \
	sizeof((const struct ct_arg[]){ __VA_ARGS__ }) / sizeof(struct ct_arg) })
#define CT_NO_ARGS  ((struct ct_args){ NULL, 0 })

static inline struct ct_arg ct_arg_id(int64_t id)
{
	return (struct ct_arg){ .kind = id ? CT_ARG_INT : CT_ARG_NULL, .i = id };
}

struct ct_arg ct_arg_text(const char *text);
struct ct_arg ct_arg_day(struct ct_day day);

struct ct_result;

/*
 * Runs the reading query `name` and buffers its rows on the request. *result_r stands before the first
 * row; ct_next moves on and says whether there is a row. CT_BROKEN where more rows came than declared.
 */
int ct_query(struct ct_request *r, const char *name, struct ct_args args,
	     struct ct_result **result_r, struct ct_error *e) CT_MUST_USE;
bool ct_next(struct ct_result *);
void ct_result_free(struct ct_result *);	/* before the request ends: for readers of many pages of rows */
size_t ct_result_rows(const struct ct_result *);

/* Columns of the current row, by name; an unknown name is a programming error. NULL: 0, NULL, CT_NO_… */
bool ct_col_null(const struct ct_result *, const char *column);
bool ct_has_col(const struct ct_result *, const char *column);	/* did the query name it at all? */
int64_t ct_col_int(const struct ct_result *, const char *column);
const char *ct_col_text(const struct ct_result *, const char *column);	/* lives as long as the result */
const void *ct_col_bytes(const struct ct_result *, const char *column, size_t *len_r);
struct ct_local ct_col_local(const struct ct_result *, const char *column);
struct ct_utc ct_col_utc(const struct ct_result *, const char *column);
struct ct_day ct_col_day(const struct ct_result *, const char *column);

/* The current row as a JSON object by the rule above; the caller owns the reference. */
json_t *ct_row_json(struct ct_request *r, const struct ct_result *);

/* Runs a reading query and stores all its rows as the array `key` of the view. */
int ct_rows(struct ct_request *r, const char *name, struct ct_args args, const char *key,
	    struct ct_error *e) CT_MUST_USE;

/* Runs a reading query that must give a row: CT_MISSING without one. *result_r stands on it. */
int ct_one(struct ct_request *r, const char *name, struct ct_args args,
	   struct ct_result **result_r, struct ct_error *e) CT_MUST_USE;

/*
 * Runs a writing query. Allowed inside ct_transaction only. A violated UNIQUE key (1062) is CT_CONFLICT
 * with e->field = the key's name; a violated foreign key (1451) is CT_CONFLICT with e->field "".
 */
int ct_exec(struct ct_request *r, const char *name, struct ct_args args, struct ct_error *e) CT_MUST_USE;

/* As ct_exec, and says how many rows it changed (guard rows: 0 = the guard refused). */
int ct_exec_count(struct ct_request *r, const char *name, struct ct_args args,
		  int64_t *count_r, struct ct_error *e) CT_MUST_USE;

/* As ct_exec, and gives the new AUTO_INCREMENT key. */
int ct_insert(struct ct_request *r, const char *name, struct ct_args args,
	      int64_t *id_r, struct ct_error *e) CT_MUST_USE;

/*
 * Runs `body` in one database transaction and commits it when it returns 0; on anything else it rolls
 * back first. The body is run again after a deadlock, a lock time-out or a lost connection (at most 8
 * times, then CT_BUSY), so it must not keep state of an earlier try: view, response headers, outbox and
 * audit are reset by the core, `arg` is the body's own business. Where the answer to COMMIT was lost,
 * the request's id in `txn_done` decides whether it was stored; where that cannot be asked, CT_UNSURE.
 * No network, file or mail inside: write outbox rows. Transactions do not nest.
 */
typedef int ct_body_f(struct ct_request *r, void *arg, struct ct_error *e);
int ct_transaction(struct ct_request *r, ct_body_f *body, void *arg, struct ct_error *e) CT_MUST_USE;

/* Is this inside one? For a hook that a page asks beforehand and a transaction in earnest: only there it locks. */
bool ct_in_transaction(const struct ct_request *r);

/*
 * Leaves a trace, in the current transaction: `kind` and `id` what was changed, `action` one word
 * ("create", "change", "cancel" …), `before` and `after` JSON objects or NULL (stolen).
 */
int ct_audit(struct ct_request *r, const char *kind, int64_t id, const char *action,
	     json_t *before, json_t *after, struct ct_error *e) CT_MUST_USE;

#endif
