/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a caller may do: default deny, judged in the organisation that the subject belongs to. Roles came
 * with the session's one query, so no check here asks the database.
 */
#ifndef CORE_ROUTE_ACCESS_H
#define CORE_ROUTE_ACCESS_H

#include <comptoir/request.h>

/*
 * Finds the subject of the route: its key, its organisation, whether the caller owns it. What the caller
 * may not even see is CT_MISSING, like what does not exist. A subject named by a field is read from the
 * form or the query before the fields are checked.
 */
int ct_access_subject(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* Is there such a permission at all? It may be one of a plugin that is not loaded here. */
bool ct_access_known(const struct ct_request *r, const char *permission);

/* The names of the roles that give it, as FIND_IN_SET reads them: "admin,treasurer"; on r. */
const char *ct_access_roles(struct ct_request *r, const char *permission);

/* Does everybody have it, visitors too? */
bool ct_access_open(const struct ct_request *r, const char *permission);

/* The route's permission, by role or by ownership: CT_SIGN_IN for visitors, CT_DENIED for others. */
int ct_access_check(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/*
 * On unsafe methods: refuses what another site sent (Sec-Fetch-Site, Origin) and, with a session, what
 * does not carry its token in the field `csrf` or the header X-CSRF-Token; a visitor's form carries a
 * signed one with a date in it instead, because a visitor gets no cookie. API tokens need none.
 */
int ct_access_csrf(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* The token that this caller's forms carry, on r. */
const char *ct_access_csrf_token(struct ct_request *r);

#endif
