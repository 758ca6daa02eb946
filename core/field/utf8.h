/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of fields, code point by code point: what counts as a space, what may not be stored, and
 * the copies without either that parsers work on. Bytes with a length, as they arrive, are
 * checked with base/utf8.h; here a text is a C string.
 */
#ifndef FIELD_UTF8_H
#define FIELD_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the code point at `text` into *point_r and returns its length in bytes: 1 to 4, or 0 at
 * the end and at a byte that does not begin one (RFC 3629); *point_r is then untouched.
 */
size_t ct_utf8_step(const char *text, uint32_t *point_r);

/*
 * Is `point` a space of any kind: tab, line break, U+0020, and the no-break, thin, figure,
 * narrow and zero-width ones that come with text pasted from a web page, a spreadsheet or a PDF?
 */
bool ct_utf8_space(uint32_t point);

/*
 * May `point` not stand in a stored text? Control characters (tab and line feed too, which
 * callers that accept them ask about first), line and paragraph separators, and the marks that
 * turn the direction of the text after them around, with which one name is made to look like
 * another.
 */
bool ct_utf8_control(uint32_t point);

/*
 * A copy of `text` on `mem` in which every byte that does not fit is U+FFFD, so that it can be
 * printed and put into JSON.
 */
char *ct_utf8_repair(void *mem, const char *text);

/* A copy of the valid `text` on `mem` without the spaces around it. */
char *ct_utf8_trim(void *mem, const char *text);

/* A copy of the valid `text` on `mem` in which every kind of space is U+0020. */
char *ct_utf8_plain_spaces(void *mem, const char *text);

/*
 * A copy on `mem` without any space and without the ASCII characters in `drop`, with ASCII
 * letters in upper case: how identifiers are stored.
 */
char *ct_utf8_compact(void *mem, const char *text, const char *drop);

#endif
