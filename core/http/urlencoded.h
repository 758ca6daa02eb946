/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Percent-encoding: queries and bodies of the type application/x-www-form-urlencoded (WHATWG URL,
 * "application/x-www-form-urlencoded parsing", but strict), and segments of a path (RFC 3986,
 * 2.1).
 *
 * Strict: a `%` that two hex digits do not follow is refused and not passed on as it is. Whoever
 * sends one has a bug that otherwise shows up as a wrong name in an address book years later.
 */
#ifndef CORE_HTTP_URLENCODED_H
#define CORE_HTTP_URLENCODED_H

#include <stddef.h>
#include <comptoir/error.h>
#include "http/params.h"

/*
 * Parses `len` bytes of `text` into a new list on `mem`. `+` is a space; `name` without `=` is an
 * empty value; empty pairs (`a=1&&b=2`) are nothing. `;` separates nothing. CT_BAD for a bad
 * escape and for whatever ct_params_add refuses, CT_TOO_LARGE past the limits (of which
 * max_part_bytes plays no part here).
 */
int ct_urlencoded_parse(void *mem, const char *text, size_t len, const struct ct_limits *,
			struct ct_params **params_r, struct ct_error *e) CT_MUST_USE;

/*
 * Decodes one segment of a path, that is what stands between two slashes: `+` stays `+`. CT_BAD
 * for a bad escape, for what is not UTF-8, and for a decoded slash, NUL, other control character,
 * or a segment `.` or `..`: none of them can be meant, and each has been used to get at other
 * files.
 */
int ct_percent_decode(void *mem, const char *segment, size_t len, char **text_r,
		      struct ct_error *e) CT_MUST_USE;

#endif
