/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * multipart/form-data (RFC 7578 on the syntax of RFC 2046, 5.1), read as it arrives: memory does
 * not grow with the size of a file, and what is too large is refused at the byte that makes it
 * so.
 *
 * Text fields become parameters; parts with a file name become uploads. A file control that was
 * left empty (no name, no bytes) is nothing at all. Strict where leniency lets two readers see
 * two different forms: line ends are CRLF, a header or parameter that counts stands once, nothing
 * but padding follows a boundary, and the closing boundary must be there: a body that was cut off
 * is never handled.
 */
#ifndef CORE_HTTP_MULTIPART_H
#define CORE_HTTP_MULTIPART_H

#include <stddef.h>
#include <sys/types.h>
#include <comptoir/error.h>
#include "http/params.h"
#include "http/upload.h"

/* Reads at most `n` bytes into `buf`: how many, 0 at the end, negative where the body was cut. */
typedef ssize_t ct_read_f(void *ctx, void *buf, size_t n);

struct ct_multipart {
	const char *boundary;		/* as ct_content_type_parse gives it: 1 to 70 bytes */
	ct_read_f *read;
	void *ctx;			/* for `read` */
	const struct ct_limits *limits;
	const char *directory;		/* for temporary files */
};

struct ct_form {
	struct ct_params *params;
	struct ct_upload *uploads;	/* in order of arrival; NULL where there is none */
	size_t n_uploads;
};

/*
 * Reads the body to its end. All that is in *form_r hangs on `mem`; descriptors are closed with
 * it. CT_BAD for a malformed or cut body, CT_TOO_LARGE past the limits, CT_BUSY or CT_BROKEN
 * where a file cannot be stored. After a failure the rest of the body has not been read.
 */
int ct_multipart_parse(void *mem, const struct ct_multipart *, struct ct_form *form_r,
		       struct ct_error *e) CT_MUST_USE;

#endif
