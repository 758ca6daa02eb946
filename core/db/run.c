/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/internal.h"

#include <assert.h>
#include <string.h>
#include <talloc.h>

enum { DEFAULT_ROWS = 500 };

struct ct_arg ct_arg_text(const char *text)
{
	return (struct ct_arg){ .kind = CT_ARG_TEXT, .p = text, .len = text ? strlen(text) : 0 };
}

struct ct_arg ct_arg_day(struct ct_day day)
{
	return (struct ct_arg){ .kind = CT_ARG_DAY, .i = ct_day_set(day) ? day.n : INT64_MIN };
}

/* What the library reads while it sends: numbers and times of the arguments, by position. */
struct params {
	MYSQL_BIND bind[CT_PARAMS];
	union { int64_t i; MYSQL_TIME time; } value[CT_PARAMS];
};

static MYSQL_TIME time_of(struct ct_civil c, enum enum_mysql_timestamp_type type)
{
	return (MYSQL_TIME){
		.year = (unsigned)c.year,
		.month = (unsigned)c.month,
		.day = (unsigned)c.day,
		.hour = (unsigned)c.hour,
		.minute = (unsigned)c.minute,
		.second = (unsigned)c.second,
		.time_type = type,
	};
}

static bool bind_time(struct params *p, size_t i, const struct ct_arg *a)
{
	if (a->i == INT64_MIN)
		return false;
	p->bind[i].buffer = &p->value[i].time;
	if (a->kind == CT_ARG_DAY) {
		p->bind[i].buffer_type = MYSQL_TYPE_DATE;
		p->value[i].time = time_of(ct_day_civil((struct ct_day){ (int32_t)a->i }),
					   MYSQL_TIMESTAMP_DATE);
	} else {
		p->bind[i].buffer_type = MYSQL_TYPE_DATETIME;
		p->value[i].time = time_of(ct_local_civil((struct ct_local){ a->i }),
					   MYSQL_TIMESTAMP_DATETIME);
	}
	return true;
}

static bool bind_bytes(MYSQL_BIND *b, const struct ct_arg *a)
{
	if (!a->p)
		return false;
	b->buffer_type = a->kind == CT_ARG_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
	memcpy(&b->buffer, &a->p, sizeof(b->buffer));	/* only read, though not const there */
	b->buffer_length = a->len;
	return true;
}

static void bind_arg(struct params *p, size_t i, const struct ct_arg *a)
{
	bool given = false;

	switch (a->kind) {
	case CT_ARG_NULL:
		break;
	case CT_ARG_INT:
		p->bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
		p->value[i].i = a->i;
		p->bind[i].buffer = &p->value[i].i;
		given = true;
		break;
	case CT_ARG_TEXT:
	case CT_ARG_BYTES:
		given = bind_bytes(&p->bind[i], a);
		break;
	case CT_ARG_LOCAL:
	case CT_ARG_UTC:
	case CT_ARG_DAY:
		given = bind_time(p, i, a);
		break;
	}
	if (!given)
		p->bind[i].buffer_type = MYSQL_TYPE_NULL;
}

static int execute(struct ct_db *db, struct ct_statement *s, struct ct_args args,
		   struct ct_error *e)
{
	struct params p;

	if (args.n != s->n_params)
		return ct_fail(e, CT_BROKEN, "%s: takes %zu values, was given %zu", s->query->name,
			       s->n_params, args.n);
	memset(p.bind, 0, args.n * sizeof(p.bind[0]));
	for (size_t i = 0; i < args.n; i++)
		bind_arg(&p, i, &args.arg[i]);
	db->count++;
	if ((args.n && mysql_stmt_bind_param(s->stmt, p.bind)) || mysql_stmt_execute(s->stmt))
		return ct_statement_fault(db, s, e);
	return 0;
}

/* After a loss the statement is gone, and what it pointed to with it. */
static void finish(struct ct_db *db, struct ct_statement *s, int64_t *affected_r,
		   int64_t *insert_id_r)
{
	if (!db->mysql)
		return;
	if (affected_r)
		*affected_r = (int64_t)mysql_stmt_affected_rows(s->stmt);
	if (insert_id_r)
		*insert_id_r = (int64_t)mysql_stmt_insert_id(s->stmt);
	mysql_stmt_free_result(s->stmt);
}

static int run_once(struct ct_db *db, void *mem, const struct ct_query *q, struct ct_args args,
		    struct ct_result **rows_r, int64_t *affected_r, int64_t *insert_id_r,
		    struct ct_error *e)
{
	struct ct_statement *s;
	int rc = ct_db_ready(db, e);

	if (!rc)
		rc = ct_statement_get(db, q, &s, e);
	if (!rc && !s->n_columns != !rows_r)
		rc = ct_fail(e, CT_BROKEN, "%s: %s", q->name,
			     rows_r ? "gives no rows" : "gives rows");
	if (!rc)
		rc = execute(db, s, args, e);
	if (rc)
		return rc;
	if (rows_r)
		rc = ct_statement_fetch(db, s, mem, q->max_rows ? q->max_rows : DEFAULT_ROWS,
					rows_r, e);
	finish(db, s, rc ? NULL : affected_r, rc ? NULL : insert_id_r);
	return rc;
}

int ct_db_run(struct ct_db *db, void *mem, const struct ct_query *q, struct ct_args args,
	      struct ct_result **rows_r, int64_t *affected_r, int64_t *insert_id_r,
	      struct ct_error *e)
{
	struct ct_error lost;
	int rc = run_once(db, mem, q, args, rows_r, affected_r, insert_id_r, &lost);

	if (rc == CT_LOST && rows_r && !db->in_transaction && !db->pinned)
		return run_once(db, mem, q, args, rows_r, affected_r, insert_id_r, e);
	if (rc)
		*e = lost;
	return rc;
}

static bool plain(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static int check_columns(const struct ct_statement *s, struct ct_error *e)
{
	for (size_t i = 0; i < s->n_columns; i++) {
		const char *name = s->columns[i].name;

		if (!plain(name))
			return ct_fail(e, CT_BROKEN, "%s: column %zu needs a name of [a-z0-9_]: %s",
				       s->query->name, i + 1, name);
		for (size_t k = 0; k < i; k++)
			if (!strcmp(name, s->columns[k].name))
				return ct_fail(e, CT_BROKEN, "%s: two columns are named %s",
					       s->query->name, name);
	}
	return 0;
}

int ct_db_check(struct ct_db *db, const struct ct_query *q, struct ct_error *e)
{
	struct ct_statement *s;
	int rc = ct_db_ready(db, e);

	if (!rc)
		rc = ct_statement_prepare(db, db, q, &s, e);
	if (rc)
		return rc;
	if (s->n_columns && q->audits)
		rc = ct_fail(e, CT_BROKEN, "%s: reads, so it audits nothing", q->name);
	else if (!s->n_columns && !q->audits)
		rc = ct_fail(e, CT_BROKEN, "%s: writes, so .audits has to say what, or \"-\"",
			     q->name);
	else
		rc = check_columns(s, e);
	talloc_free(s);
	return rc;
}
