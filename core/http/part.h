/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header block of one part of multipart/form-data (RFC 7578, 4): which field it is, and
 * whether it is a file.
 *
 * Names come in three spellings: browsers write `"` as %22 and line ends as %0D %0A (WHATWG HTML,
 * "multipart/form-data encoding algorithm"), curl and mail programs put a backslash before a
 * quote, and old ones send a whole path with backslashes that escape nothing. So a backslash
 * escapes a quote or a backslash only, and the three percent sequences are undone. RFC 7578
 * forbids filename* (RFC 5987, percent-encoded UTF-8), yet it comes; it is believed before
 * filename.
 */
#ifndef CORE_HTTP_PART_H
#define CORE_HTTP_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <comptoir/error.h>

struct ct_part {
	const char *name;		/* checked as a parameter's */
	bool file;			/* it has a file name, be it empty */
	bool unnamed;			/* the file name is empty: of a control left alone */
	const char *filename;		/* of a file: cleaned, never empty */
	const char *type;		/* of a file: a media type without parameters */
};

/*
 * Parses `len` bytes: header lines, each with its CRLF. Strings on `mem`. CT_BAD for what is
 * malformed, folded, said twice, transfer-encoded (7bit, 8bit and binary pass) or not named. A
 * Content-Type that cannot be read is application/octet-stream.
 */
int ct_part_parse(void *mem, const char *head, size_t len, struct ct_part *part_r,
		  struct ct_error *e) CT_MUST_USE;

#endif
