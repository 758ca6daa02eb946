/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clients: who owes an issuer something, found or made. Inside a transaction. */
#ifndef INVOICING_CLIENT_H
#define INVOICING_CLIENT_H

#include "owed.h"

/*
 * The client of `issuer` that pays; a new one where there is none. A guest without address is the one that the source
 * has among `stored` (may be empty), or a new one.
 */
int client_get(struct ct_request *r, int64_t issuer, const struct ct_payer *, int64_t nameless, int64_t *id_r,
	       struct ct_error *e) CT_MUST_USE;

/* Raises the guard rows of clients, in the one order. Sorts `ids`; the same one may be in it twice. */
int clients_lock(struct ct_request *r, int64_t *ids, size_t n, struct ct_error *e) CT_MUST_USE;

#endif
