/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells a complete body from one that broke off, by Content-Length (RFC 3875, 4.1.2), for both
 * gateways.
 */
#ifndef CORE_SERVER_BODY_H
#define CORE_SERVER_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ct_body {
	bool known;		/* Content-Length was there and a number */
	uint64_t left;		/* still to come, where known */
};

/* Reads at most `n` bytes of what `from` is; 0 at its end, negative on a failure. */
typedef ssize_t ct_body_source_f(void *from, void *buf, size_t n);

/* `length` is the meta-variable CONTENT_LENGTH or NULL; what is no number counts as absent. */
void ct_body_start(struct ct_body *, const char *length);

/* As ct_gateway.read, from `source`. */
ssize_t ct_body_read(struct ct_body *, ct_body_source_f *source, void *from, void *buf, size_t n);

/* Is nothing missing of what Content-Length announced? */
bool ct_body_complete(const struct ct_body *);

#endif
