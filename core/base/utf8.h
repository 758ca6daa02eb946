/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8 at the door: bytes with a length, as they come from the network, before anything treats
 * them as text. UTF-8 is what RFC 3629 allows: no overlong form, no surrogate, nothing above
 * U+10FFFF. Texts that are inside already are walked by code point with field/utf8.h.
 */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How many bytes of `bytes` the first character takes: 1 to 4, or 0 where `len` is 0 and where no
 * valid character begins. *point_r, where not NULL, is the code point, and untouched after 0. A
 * NUL byte is a character like any other: U+0000, one byte.
 */
size_t ct_utf8_next(const void *bytes, size_t len, uint32_t *point_r);

/*
 * Are these `len` bytes UTF-8, and free of NUL? Database columns, log lines and C strings all
 * stop or stumble at a NUL, so nothing in Comptoir counts it as text.
 */
bool ct_utf8_check(const void *bytes, size_t len);

/*
 * How many of `len` bytes to keep so that at most `max` remain and no character is cut in two.
 * Bytes that are not UTF-8 at all are cut at `max`.
 */
size_t ct_utf8_cut(const char *text, size_t len, size_t max);

/* Code points in `len` bytes of valid UTF-8. */
size_t ct_utf8_count(const char *text, size_t len);

#endif
