/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences that survive one redirect ("The booking is cancelled."): they travel in a short-lived cookie, so
 * that no page has to write to the database. Only who is signed in gets one, because a visitor is given no
 * cookie; the page that a visitor lands on says by itself what happened.
 */
#ifndef CORE_ROUTE_NOTICE_H
#define CORE_ROUTE_NOTICE_H

#include <comptoir/request.h>

/* Takes the sentences of the request before into this one's notices, and takes the cookie back. */
void ct_notices_read(struct ct_request *r);

/* Where the answer is a redirect: gives this request's notices to the next. At the end of the request. */
void ct_notices_keep(struct ct_request *r);

/* Adds a cookie to the answer, with the attributes that all of ours have. */
void ct_request_cookie(struct ct_request *r, const char *name, const char *value, int64_t max_age);

#endif
