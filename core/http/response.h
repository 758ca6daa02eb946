/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answer to a request while it is put together, and its way out. Handlers reach it through
 * comptoir/request.h. A transaction that is tried again takes a copy before and puts it back.
 */
#ifndef CORE_HTTP_RESPONSE_H
#define CORE_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

struct ct_gateway;

struct ct_response_header { const char *name, *value; struct ct_response_header *next; };

/*
 * The next bytes of a body that nobody wants in memory as a whole: borrowed until the next call. Negative:
 * there are none, though more were announced; the connection is then cut, so that nobody takes the part
 * for the whole.
 */
typedef int ct_response_source_f(void *ctx, const void **bytes_r, size_t *len_r);

struct ct_response {
	int status;			/* 0: not said yet, 200 */
	const char *type;		/* Content-Type; NULL: no body yet */
	const void *body;
	size_t len;			/* of the body, also of one from a source */
	ct_response_source_f *source;	/* instead of `body` */
	void *source_ctx;
	const char *redirect;		/* local path */
	const char *template;		/* instead of the route's own */
	const char *etag;		/* with its quotes */
	struct ct_response_header *headers;	/* newest first */
};

/* Puts `name: value` on the answer; a value with CR or LF is a programming error. Strings are copied on `mem`. */
void ct_response_header(void *mem, struct ct_response *, const char *name, const char *value);

/* Takes the header off again. */
void ct_response_drop(struct ct_response *, const char *name);

/* NULL where the header was not set. */
const char *ct_response_get(const struct ct_response *, const char *name);

/*
 * Writes status, headers and, unless `head`, the body. Returns 0, or -1 where the client has gone, which
 * nobody can do anything about.
 */
int ct_response_send(const struct ct_response *, struct ct_gateway *, bool head);

/* "Not Found" of 404. */
const char *ct_reason(int status);

#endif
