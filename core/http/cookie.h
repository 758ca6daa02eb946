/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cookies (RFC 6265): reading is tolerant, because other programs on the same host put things
 * there that are not ours to judge, and a person whose browser holds one broken cookie must still
 * get in. Writing is strict.
 */
#ifndef CORE_HTTP_COOKIE_H
#define CORE_HTTP_COOKIE_H

#include <stdbool.h>
#include <stdint.h>
#include <comptoir/error.h>
#include "http/params.h"

/* How many cookies are looked at; browsers send 50 to 180 a host at most. */
enum { CT_COOKIES_MAX = 200 };

/*
 * Parses a Cookie header; NULL is none. Pairs with a name that is no token, or a value that is
 * not text, are passed over; double quotes around a value are taken off. Of equal names the first
 * has the longest path and is the one that ct_param finds. Fails with CT_BAD only for a header
 * that no browser sends: above 64 KiB.
 */
int ct_cookies_parse(void *mem, const char *header, struct ct_params **cookies_r,
		     struct ct_error *e) CT_MUST_USE;

struct ct_cookie {
	const char *name;		/* a token */
	const char *value;		/* cookie-octets: what ct_token makes is */
	const char *prefix;		/* the installation's path prefix: "/reserver", or "" */
	int64_t max_age;		/* seconds; 0: take it back; negative: of the session */
	bool secure;			/* sent over HTTPS only: whenever [site] url is https */
};

/*
 * The value of a Set-Cookie header, on `mem`: always HttpOnly and SameSite=Lax, valid for the
 * whole prefix. A name, value or prefix that would break out of the header is a programming
 * error.
 */
char *ct_cookie_text(void *mem, const struct ct_cookie *);

#endif
