/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/result.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { FIRST_ROWS = 16, FIRST_BLOCK = 2048, LAST_BLOCK = 65536 };

/* Texts lie one behind the other in blocks that grow with the result. */
struct texts {
	char *block;
	size_t used, size;
};

struct ct_result {
	struct ct_column *columns;
	size_t n_columns;
	struct ct_cell *cells;
	size_t rows, space;
	size_t next;		/* the current row is the one before */
	struct texts *texts;
};

static char *texts_alloc(struct texts *t, size_t bytes)
{
	char *p;

	if (t->size - t->used < bytes) {
		t->size = t->size ? t->size * 2 : FIRST_BLOCK;
		if (t->size > LAST_BLOCK)
			t->size = LAST_BLOCK;
		if (t->size < bytes)
			t->size = bytes;
		t->block = talloc_size(t, t->size);
		t->used = 0;
		assert(t->block);
	}
	p = t->block + t->used;
	t->used += bytes;
	return p;
}

char *ct_result_alloc(struct ct_result *r, size_t bytes)
{
	return texts_alloc(r->texts, bytes + 1);
}

struct ct_result *ct_result_new(void *mem, const struct ct_column *columns, size_t n)
{
	struct ct_result *r = talloc_zero(mem, struct ct_result);

	assert(r);
	r->texts = talloc_zero(r, struct texts);
	r->columns = talloc_array(r, struct ct_column, (unsigned)n);
	r->n_columns = n;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(columns[i].name);

		r->columns[i] = (struct ct_column){
			.name = memcpy(ct_result_alloc(r, len), columns[i].name, len + 1),
			.kind = columns[i].kind,
		};
	}
	return r;
}

struct ct_cell *ct_result_add(struct ct_result *r)
{
	struct ct_cell *row;

	if (r->rows == r->space) {
		r->space = r->space ? r->space * 2 : FIRST_ROWS;
		r->cells = talloc_realloc(r, r->cells, struct ct_cell,
					  (unsigned)(r->space * r->n_columns));
		assert(r->cells);
	}
	row = r->cells + r->rows++ * r->n_columns;
	for (size_t i = 0; i < r->n_columns; i++)
		row[i] = (struct ct_cell){ .null = true };
	return row;
}

bool ct_next(struct ct_result *r)
{
	if (r->next <= r->rows)
		r->next++;
	return r->next <= r->rows;
}

size_t ct_result_rows(const struct ct_result *r)
{
	return r->rows;
}

size_t ct_result_columns(const struct ct_result *r)
{
	return r->n_columns;
}

const struct ct_column *ct_result_column(const struct ct_result *r, size_t index)
{
	assert(index < r->n_columns);
	return &r->columns[index];
}

const struct ct_cell *ct_result_cell(const struct ct_result *r, size_t index)
{
	assert(r->next > 0 && r->next <= r->rows && index < r->n_columns);
	return &r->cells[(r->next - 1) * r->n_columns + index];
}

static size_t find(const struct ct_result *r, const char *name)
{
	size_t i = 0;

	while (i < r->n_columns && strcmp(r->columns[i].name, name) != 0)
		i++;
	return i;
}

bool ct_has_col(const struct ct_result *r, const char *column)
{
	return find(r, column) < r->n_columns;
}

static const struct ct_cell *cell(const struct ct_result *r, const char *column,
				  enum ct_cell_kind *kind_r)
{
	size_t i = find(r, column);

	if (i == r->n_columns)
		fprintf(stderr, "no column %s in this result\n", column);
	assert(i < r->n_columns);
	*kind_r = r->columns[i].kind;
	return ct_result_cell(r, i);
}

static bool is(enum ct_cell_kind kind, enum ct_cell_kind wanted)
{
	return kind == wanted || kind == CT_CELL_NULL;
}

bool ct_col_null(const struct ct_result *r, const char *column)
{
	enum ct_cell_kind kind;

	return cell(r, column, &kind)->null;
}

int64_t ct_col_int(const struct ct_result *r, const char *column)
{
	enum ct_cell_kind kind;
	const struct ct_cell *c = cell(r, column, &kind);
	char *end;
	int64_t i;

	if (kind != CT_CELL_TEXT) {
		assert(is(kind, CT_CELL_INT) || kind == CT_CELL_CLOCK);
		return c->i;
	}
	if (c->null)
		return 0;
	errno = 0;
	i = strtoll(c->p, &end, 10);
	if (*end == '.')
		end += 1 + strspn(end + 1, "0");
	assert(end != c->p && !*end && !errno);
	return i;
}

static const char *written(const struct ct_result *r, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(texts_alloc(r->texts, size), text, size);
}

static bool ends_in(const char *text, const char *suffix)
{
	size_t len = strlen(text), n = strlen(suffix);

	return len >= n && !strcmp(text + len - n, suffix);
}

const char *ct_col_text(const struct ct_result *r, const char *column)
{
	enum ct_cell_kind kind;
	const struct ct_cell *c = cell(r, column, &kind);
	char buf[CT_TIME_TEXT];

	assert(kind != CT_CELL_BYTES);
	if (c->null)
		return NULL;
	switch (kind) {
	case CT_CELL_INT:
		snprintf(buf, sizeof(buf), "%" PRId64, c->i);
		return written(r, buf);
	case CT_CELL_CLOCK:
		return written(r, ct_clock_text(buf, (int)c->i));
	case CT_CELL_DAY:
		return written(r, ct_day_text(buf, (struct ct_day){ (int32_t)c->i }));
	case CT_CELL_TIME:
		if (ends_in(column, "_local"))
			return written(r, ct_local_text(buf, (struct ct_local){ c->i }));
		return written(r, ct_utc_text(buf, (struct ct_utc){ c->i }));
	default:
		return c->p;
	}
}

const void *ct_col_bytes(const struct ct_result *r, const char *column, size_t *len_r)
{
	enum ct_cell_kind kind;
	const struct ct_cell *c = cell(r, column, &kind);

	assert(is(kind, CT_CELL_BYTES) || kind == CT_CELL_TEXT);
	*len_r = c->len;
	return c->p;
}

/* Seconds of a DATETIME, also of one that an expression has made a text of. */
static int64_t seconds(const struct ct_result *r, const char *column)
{
	enum ct_cell_kind kind;
	const struct ct_cell *c = cell(r, column, &kind);
	struct ct_local local = CT_NO_LOCAL;
	struct ct_error ignored;
	char text[20];

	assert(is(kind, CT_CELL_TIME) || kind == CT_CELL_TEXT);
	if (c->null)
		return CT_NO_LOCAL.s;
	if (kind == CT_CELL_TIME)
		return c->i;
	snprintf(text, sizeof(text), "%s%s", c->p, c->len == 10 ? " 00:00" : "");
	return ct_local_parse(text, &local, &ignored) ? CT_NO_LOCAL.s : local.s;
}

struct ct_local ct_col_local(const struct ct_result *r, const char *column)
{
	return (struct ct_local){ seconds(r, column) };
}

struct ct_utc ct_col_utc(const struct ct_result *r, const char *column)
{
	return (struct ct_utc){ seconds(r, column) };
}

struct ct_day ct_col_day(const struct ct_result *r, const char *column)
{
	enum ct_cell_kind kind;
	const struct ct_cell *c = cell(r, column, &kind);
	struct ct_day day = CT_NO_DAY;
	struct ct_error ignored;

	assert(is(kind, CT_CELL_DAY) || kind == CT_CELL_TEXT);
	if (c->null)
		return CT_NO_DAY;
	if (kind == CT_CELL_DAY)
		return (struct ct_day){ (int32_t)c->i };
	return ct_day_parse(c->p, &day, &ignored) ? CT_NO_DAY : day;
}
