/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words that header fields are made of (RFC 9110, 5.6): tokens, quoted strings, parameters. A
 * cursor walks a text that it borrows; what is found points into that text, but for quoted
 * strings with escapes, which are copied.
 */
#ifndef CORE_HTTP_LEX_H
#define CORE_HTTP_LEX_H

#include <stdbool.h>
#include <stddef.h>

struct ct_lex {
	const char *at, *end;
};

struct ct_word {
	const char *s;			/* without a final NUL */
	size_t len;
};

/* A cursor at the beginning of `text`; NULL is an empty one. */
struct ct_lex ct_lex_text(const char *text);

/* tchar of RFC 9110, 5.6.2. */
bool ct_lex_is_token_char(char c);

/* Skips spaces and tabs. */
void ct_lex_space(struct ct_lex *);

/* Steps over `c` where it stands next, and says whether it did. */
bool ct_lex_char(struct ct_lex *, char c);

/* Takes as many token characters as there are; false where there is none. */
bool ct_lex_token(struct ct_lex *, struct ct_word *word_r);

/*
 * Takes a quoted string, of which *word_r is the inside, escapes and all. False, and nothing
 * taken, where no quote stands next or the closing one is missing.
 */
bool ct_lex_quoted(struct ct_lex *, struct ct_word *word_r);

/*
 * Takes `name=value` or `name="value"` of a parameter, without blanks around the `=` (5.6.6),
 * value as for ct_lex_quoted. `loose` takes anything up to a blank, a semicolon or a comma as an
 * unquoted value, which clients send as a boundary. False where there is none; the cursor is then
 * anywhere.
 */
bool ct_lex_parameter(struct ct_lex *, bool loose, struct ct_word *name_r, struct ct_word *value_r);

/* Skips to behind the next comma outside quotes; to the end without one, or after an open quote. */
void ct_lex_next_member(struct ct_lex *);

/* A copy of `word` on `mem`, `\c` made `c`. */
char *ct_word_text(void *mem, struct ct_word word);

/* Compares without regard to the case of ASCII letters. */
bool ct_word_is(struct ct_word word, const char *text);

/*
 * A weight "0.75" in thousandths (12.4.2), -1 where it is none.
 */
int ct_word_weight(struct ct_word word);

#endif
