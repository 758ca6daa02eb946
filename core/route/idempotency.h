/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Idempotency-Key on unsafe methods: a repetition by the same actor on the same route with the same body
 * gets the first answer again, for 24 hours. A twin that arrives while the first still runs is
 * CT_CONFLICT with Retry-After; another body under the same key is CT_INVALID. Somebody else's key is
 * another key; a visitor, whom nobody can tell from another, has none.
 */
#ifndef CORE_ROUTE_IDEMPOTENCY_H
#define CORE_ROUTE_IDEMPOTENCY_H

#include <stdbool.h>
#include <comptoir/request.h>

/*
 * Does nothing without the header. Otherwise claims the key, or puts the first answer on r and sets
 * *replayed_r. A claim whose process died is taken over with its transaction id, so that what it stored
 * is not stored twice.
 */
int ct_idempotency_begin(struct ct_request *r, bool *replayed_r, struct ct_error *e) CT_MUST_USE;

/* Keeps the answer under the claimed key, or gives the claim back after a 5xx; at the end of the request. */
void ct_idempotency_finish(struct ct_request *r);

#endif
