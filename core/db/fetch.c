/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { INLINE_TEXT = 256 };

/* Where the library puts one column of the row that is being read. */
struct slot {
	union {
		int64_t i;
		MYSQL_TIME time;
		char text[INLINE_TEXT];
	} u;
	unsigned long len;
	my_bool null, error;
};

struct reading {
	struct ct_statement *s;
	struct ct_result *result;
	struct slot *slots;
	MYSQL_BIND *binds;
};

static void bind_slot(MYSQL_BIND *b, struct slot *slot, enum ct_cell_kind kind)
{
	b->length = &slot->len;
	b->is_null = &slot->null;
	b->error = &slot->error;
	b->buffer = &slot->u;
	b->buffer_length = sizeof(slot->u);
	switch (kind) {
	case CT_CELL_INT:
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		break;
	case CT_CELL_CLOCK:
		b->buffer_type = MYSQL_TYPE_TIME;
		break;
	case CT_CELL_TIME:
		b->buffer_type = MYSQL_TYPE_DATETIME;
		break;
	case CT_CELL_DAY:
		b->buffer_type = MYSQL_TYPE_DATE;
		break;
	default:
		b->buffer_type = MYSQL_TYPE_BLOB;
		b->buffer_length = INLINE_TEXT;
		break;
	}
}

static int64_t seconds(const MYSQL_TIME *t)
{
	return ct_local_make((int)t->year, (int)t->month, (int)t->day, (int)t->hour, (int)t->minute,
			     (int)t->second).s;
}

static int64_t minutes(const MYSQL_TIME *t)
{
	int64_t m = ((int64_t)t->day * 24 + t->hour) * 60 + t->minute;

	return t->neg ? -m : m;
}

/* What did not fit into the slot is read from the row once more. */
static void store_text(struct reading *in, unsigned column, struct slot *slot, struct ct_cell *cell)
{
	char *p = ct_result_alloc(in->result, slot->len);
	unsigned long len = slot->len;

	if (len <= INLINE_TEXT) {
		memcpy(p, slot->u.text, len);
	} else {
		MYSQL_BIND whole = {
			.buffer_type = MYSQL_TYPE_BLOB, .buffer = p, .buffer_length = len,
			.length = &slot->len, .is_null = &slot->null,
		};

		mysql_stmt_fetch_column(in->s->stmt, &whole, column, 0);
	}
	p[len] = '\0';
	cell->p = p;
	cell->len = len;
}

/* False where a number does not fit: BIGINT UNSIGNED is wider than what we count with. */
static bool store(struct reading *in, unsigned column, struct ct_cell *cell)
{
	struct slot *slot = &in->slots[column];

	cell->null = slot->null;
	if (slot->null)
		return true;
	switch (in->s->columns[column].kind) {
	case CT_CELL_NULL:
		break;
	case CT_CELL_INT:
		cell->i = slot->u.i;
		return !slot->error;
	case CT_CELL_CLOCK:
		cell->i = minutes(&slot->u.time);
		break;
	case CT_CELL_TIME:
		cell->i = seconds(&slot->u.time);
		break;
	case CT_CELL_DAY:
		cell->i = ct_day_make((int)slot->u.time.year, (int)slot->u.time.month,
				      (int)slot->u.time.day).n;
		break;
	default:
		store_text(in, column, slot, cell);
		break;
	}
	return true;
}

static int read_row(struct reading *in, struct ct_error *e)
{
	struct ct_cell *row = ct_result_add(in->result);

	for (unsigned i = 0; i < in->s->n_columns; i++)
		if (!store(in, i, &row[i]))
			return ct_fail(e, CT_BROKEN, "%s: %s is past 64 bits", in->s->query->name,
				       in->s->columns[i].name);
	return 0;
}

static int read_rows(struct ct_db *db, struct reading *in, size_t max, struct ct_error *e)
{
	const char *name = in->s->query->name;

	for (;;) {
		int rc, got = mysql_stmt_fetch(in->s->stmt);

		if (got == MYSQL_NO_DATA)
			return 0;
		if (got != 0 && got != MYSQL_DATA_TRUNCATED)
			return ct_statement_fault(db, in->s, e);
		if (ct_result_rows(in->result) == max)
			return ct_fail(e, CT_BROKEN, "%s: more than %zu rows", name, max);
		rc = read_row(in, e);
		if (rc)
			return rc;
	}
}

int ct_statement_fetch(struct ct_db *db, struct ct_statement *s, void *mem, size_t max,
		       struct ct_result **result_r, struct ct_error *e)
{
	struct reading in = { .s = s };
	int rc;

	in.result = ct_result_new(mem, s->columns, s->n_columns);
	in.slots = talloc_zero_array(in.result, struct slot, (unsigned)s->n_columns);
	in.binds = talloc_zero_array(in.slots, MYSQL_BIND, (unsigned)s->n_columns);
	for (size_t i = 0; i < s->n_columns; i++)
		bind_slot(&in.binds[i], &in.slots[i], s->columns[i].kind);
	if (mysql_stmt_bind_result(s->stmt, in.binds))
		rc = ct_statement_fault(db, s, e);
	else
		rc = read_rows(db, &in, max, e);
	talloc_free(in.slots);
	if (rc) {
		talloc_free(in.result);
		return rc;
	}
	*result_r = in.result;
	return 0;
}
