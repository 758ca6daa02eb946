/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Content-Type of a body (RFC 9110, 8.3): what it is, and the two parameters that matter
 * here.
 */
#ifndef CORE_HTTP_CONTENT_TYPE_H
#define CORE_HTTP_CONTENT_TYPE_H

#include <comptoir/error.h>

struct ct_content_type {
	const char *type;		/* "multipart/form-data": lower case, without parameters */
	const char *charset;		/* lower case ("utf-8"); NULL where it says none */
	const char *boundary;		/* multipart: 1 to 70 characters of RFC 2046's; else NULL */
};

/*
 * Parses the header's value; strings on `mem`. NULL and "" give an empty type (""). CT_BAD for
 * what is not a media type, for a parameter that stands twice, and for multipart/ without a
 * usable boundary. An unquoted boundary may hold characters that should be quoted: clients send
 * that.
 */
int ct_content_type_parse(void *mem, const char *header, struct ct_content_type *type_r,
			  struct ct_error *e) CT_MUST_USE;

#endif
