/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/body.h"

#include <string.h>

void ct_body_start(struct ct_body *body, const char *length)
{
	size_t digits = length ? strspn(length, "0123456789") : 0;

	body->left = 0;
	body->known = digits && digits <= 18 && !length[digits];
	for (size_t i = 0; body->known && i < digits; i++)
		body->left = body->left * 10 + (uint64_t)(length[i] - '0');
}

ssize_t ct_body_read(struct ct_body *body, ct_body_source_f *source, void *from, void *buf,
		     size_t n)
{
	ssize_t got;

	if (body->known && !body->left)
		return 0;
	if (body->known && n > body->left)
		n = (size_t)body->left;
	got = source(from, buf, n);
	if (got <= 0)
		return got < 0 || body->known ? -1 : 0;
	if (body->known)
		body->left -= (uint64_t)got;
	return got;
}

bool ct_body_complete(const struct ct_body *body)
{
	return !body->left;
}
