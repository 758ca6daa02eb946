/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who asks: the session cookie or the API token of a request, and how sessions begin and end. Cookies
 * and tokens are 32 random bytes in base64url; the database keeps their SHA-256 only.
 */
#ifndef CORE_ACCOUNT_SESSION_H
#define CORE_ACCOUNT_SESSION_H

#include <comptoir/request.h>

/* The cookie's name. A visitor is never given one. */
#define CT_SESSION_COOKIE "comptoir"

/*
 * Fills r->person and the caller of the state by one query that brings the roles too. A cookie that
 * has ended makes a visitor; a bearer token that does not hold is CT_SIGN_IN.
 */
int ct_session_identify(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: begins a session of `account`, whose cookie leaves with this answer. */
int ct_session_begin(struct ct_request *r, int64_t account, struct ct_error *e) CT_MUST_USE;

/* The same for who may be signed in already: that session ends, so that no old cookie outlives a sign-in. */
int ct_session_renew(struct ct_request *r, int64_t account, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: ends this request's session and takes the cookie back. */
int ct_session_end(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

#endif
