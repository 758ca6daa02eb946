/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Buffered rows. The accessors that everybody uses are in comptoir/query.h; this is for whoever
 * walks over all columns (a row as JSON, a CSV line) and for the code that fills them.
 *
 * A column's kind follows its declared type:
 *
 *   integers, YEAR, DECIMAL without a fraction (SUM of a BIGINT)   CT_CELL_INT
 *   TIME                                        CT_CELL_CLOCK  minutes, 24:00 is 1440
 *   DATETIME, TIMESTAMP                         CT_CELL_TIME   seconds; its name says local or UTC
 *   DATE                                        CT_CELL_DAY
 *   CHAR, VARCHAR, TEXT, JSON, UUID             CT_CELL_TEXT
 *   BINARY, VARBINARY, BLOB                     CT_CELL_BYTES
 *
 * DECIMAL is a text first, because only its value tells whether it has a fraction; the accessors
 * convert a text where they are asked for a number or a time, so an expression whose type the
 * server sees differently (COALESCE of a DATETIME and a literal is a VARCHAR) is no trap. Anything
 * else of the wrong kind is a programming error. ct_col_text reads every kind but bytes: a number
 * in digits, a date and a wall time in ISO form, an instant with its Z, a clock as HH:MM.
 */
#ifndef CORE_DB_RESULT_H
#define CORE_DB_RESULT_H

#include <comptoir/query.h>

enum ct_cell_kind {
	CT_CELL_NULL,		/* SELECT NULL: never has a value */
	CT_CELL_INT, CT_CELL_CLOCK, CT_CELL_TIME, CT_CELL_DAY, CT_CELL_TEXT, CT_CELL_BYTES,
};

struct ct_column {
	const char *name;
	enum ct_cell_kind kind;
};

struct ct_cell {
	bool null;
	int64_t i;		/* int, clock, time, day */
	const char *p;		/* text and bytes, always with a NUL behind */
	size_t len;
};

size_t ct_result_columns(const struct ct_result *);
const struct ct_column *ct_result_column(const struct ct_result *, size_t index);

/* The current row's cell. Asking before ct_next or after the last row is a programming error. */
const struct ct_cell *ct_result_cell(const struct ct_result *, size_t index);

/* Filling: an empty result for `n` columns (names are copied), rows of NULLs, memory for texts. */
struct ct_result *ct_result_new(void *mem, const struct ct_column *columns, size_t n);
struct ct_cell *ct_result_add(struct ct_result *);	/* the new row, valid until the next */
char *ct_result_alloc(struct ct_result *, size_t bytes);	/* and one for a NUL; unaligned */

#endif
