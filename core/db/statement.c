/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/internal.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

enum { BUCKETS = 256, BINARY_CHARSET = 63 };

struct ct_statements {
	struct ct_statement *bucket[BUCKETS];
	struct ct_statement *newest, *oldest;
	size_t kept;
	uint64_t prepared;
};

struct ct_statements *ct_statements_new(struct ct_db *db)
{
	return talloc_zero(db, struct ct_statements);
}

size_t ct_statements_kept(const struct ct_db *db)
{
	return db->statements ? db->statements->kept : 0;
}

uint64_t ct_statements_prepared(const struct ct_db *db)
{
	return db->statements ? db->statements->prepared : 0;
}

static enum ct_cell_kind kind_of(const MYSQL_FIELD *f)
{
	switch (f->type) {
	case MYSQL_TYPE_NULL:
		return CT_CELL_NULL;
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
		return CT_CELL_INT;
	case MYSQL_TYPE_TIME:
		return CT_CELL_CLOCK;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return CT_CELL_TIME;
	case MYSQL_TYPE_DATE:
		return CT_CELL_DAY;
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_VARCHAR:
		return f->charsetnr == BINARY_CHARSET ? CT_CELL_BYTES : CT_CELL_TEXT;
	default:
		return CT_CELL_TEXT;
	}
}

static void read_columns(struct ct_statement *s)
{
	MYSQL_RES *meta = mysql_stmt_result_metadata(s->stmt);

	if (!meta)
		return;
	s->n_columns = mysql_num_fields(meta);
	s->columns = talloc_array(s, struct ct_column, (unsigned)s->n_columns);
	for (size_t i = 0; i < s->n_columns; i++) {
		const MYSQL_FIELD *f = mysql_fetch_field_direct(meta, (unsigned)i);

		s->columns[i].name = talloc_strdup(s->columns, f->name);
		s->columns[i].kind = kind_of(f);
	}
	mysql_free_result(meta);
}

/* What comes amid the rows is noted with the connection only. */
int ct_statement_fault(struct ct_db *db, struct ct_statement *s, struct ct_error *e)
{
	const unsigned no = mysql_stmt_errno(s->stmt);

	if (no)
		return ct_db_fault(db, no, mysql_stmt_error(s->stmt), s->query->name, e);
	return ct_db_fault(db, mysql_errno(db->mysql), mysql_error(db->mysql), s->query->name, e);
}

static int close_statement(struct ct_statement *s)
{
	mysql_stmt_close(s->stmt);
	return 0;
}

int ct_statement_prepare(struct ct_db *db, void *mem, const struct ct_query *q,
			 struct ct_statement **statement_r, struct ct_error *e)
{
	struct ct_statement *s = talloc_zero(NULL, struct ct_statement);
	int rc;

	s->query = q;
	s->sql = q->sql;
	s->stmt = mysql_stmt_init(db->mysql);
	if (!s->stmt) {
		talloc_free(s);
		return ct_fail(e, CT_BROKEN, "mysql_stmt_init: out of memory");
	}
	talloc_set_destructor(s, close_statement);
	db->count++;
	if (mysql_stmt_prepare(s->stmt, q->sql, strlen(q->sql))) {
		rc = ct_statement_fault(db, s, e);
		talloc_free(s);
		return rc;
	}
	s->n_params = mysql_stmt_param_count(s->stmt);
	if (s->n_params > CT_PARAMS) {
		rc = ct_fail(e, CT_BROKEN, "%s: more than %d parameters", q->name, CT_PARAMS);
		talloc_free(s);
		return rc;
	}
	read_columns(s);
	*statement_r = talloc_steal(mem, s);
	return 0;
}

static struct ct_statement **bucket(struct ct_statements *all, const struct ct_query *q)
{
	uintptr_t p = (uintptr_t)q;

	return &all->bucket[(p >> 3 ^ p >> 11) % BUCKETS];
}

static void unlink_use(struct ct_statements *all, struct ct_statement *s)
{
	*(s->newer ? &s->newer->older : &all->newest) = s->older;
	*(s->older ? &s->older->newer : &all->oldest) = s->newer;
}

static void link_use(struct ct_statements *all, struct ct_statement *s)
{
	s->newer = NULL;
	s->older = all->newest;
	*(s->older ? &s->older->newer : &all->oldest) = s;
	all->newest = s;
}

static void forget(struct ct_statements *all, struct ct_statement *s)
{
	struct ct_statement **at = bucket(all, s->query);

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	unlink_use(all, s);
	all->kept--;
	talloc_free(s);
}

int ct_statement_get(struct ct_db *db, const struct ct_query *q, struct ct_statement **statement_r,
		     struct ct_error *e)
{
	struct ct_statements *all = db->statements;
	struct ct_statement *s = *bucket(all, q);
	int rc;

	while (s && (s->query != q || s->sql != q->sql))
		s = s->next;
	if (s) {
		unlink_use(all, s);
		link_use(all, s);
		*statement_r = s;
		return 0;
	}
	if (all->kept == CT_STATEMENTS)
		forget(all, all->oldest);
	rc = ct_statement_prepare(db, all, q, &s, e);
	if (rc)
		return rc;
	assert(s);
	s->next = *bucket(all, q);
	*bucket(all, q) = s;
	link_use(all, s);
	all->kept++;
	all->prepared++;
	*statement_r = s;
	return 0;
}
