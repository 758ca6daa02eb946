/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the request parsers share: bytes with their length, a context that must be empty
 * again at the end, and refusals that must carry a sentence and nothing else.
 */
#ifndef TESTS_HTTP_CASES_H
#define TESTS_HTTP_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>
#include <comptoir/error.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A literal with its length, so that it may hold NULs. */
#define BYTES(literal) (literal), (sizeof(literal) - 1)

/* Fills *e with something that a parser that fails must replace, and one that succeeds must leave. */
static inline struct ct_error fresh_error(void)
{
	return (struct ct_error){ .rc = 4711, .field = "untouched", .text = "untouched" };
}

static inline void expect_rc(const char *what, int rc, int expected, const struct ct_error *e)
{
	if (rc != expected)
		fail_msg("%s: %d and not %d (%s)", what, rc, expected, e->text);
	if (!rc && (e->rc != 4711 || strcmp(e->text, "untouched") != 0))
		fail_msg("%s: an error was written without a failure", what);
	if (rc && (e->rc != rc || !*e->text || !strcmp(e->text, "untouched") || *e->field))
		fail_msg("%s: refused without a sentence, or with a field (%s)", what, e->text);
}

#endif
