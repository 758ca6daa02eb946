/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cuts a file of SQL into its statements.
 *
 * A statement ends at a semicolon outside of quotes ('…', "…", `…`, with doubled quotes and, in the
 * first two, backslashes) and comments (`-- `, `#`, slash-star). There is no DELIMITER: in a CREATE
 * TRIGGER, PROCEDURE, FUNCTION or EVENT a semicolon between BEGIN (or CASE) and its END belongs to
 * the body. So a body of more than one statement has to stand in BEGIN … END, and a column or
 * variable in it that is called begin, case or end in backquotes.
 */
#ifndef CORE_DB_SPLITTER_H
#define CORE_DB_SPLITTER_H

#include <stddef.h>
#include <comptoir/error.h>

struct ct_statement_text {
	const char *sql;	/* without the comments before it and the semicolon behind it */
	unsigned line;		/* where it begins, from 1 */
};

/*
 * *list_r is on `mem`. CT_BROKEN with "line N: …" where a quote, comment or body does not end, and
 * for a DELIMITER.
 */
int ct_sql_split(void *mem, const char *sql, struct ct_statement_text **list_r, size_t *n_r,
		 struct ct_error *e) CT_MUST_USE;

#endif
