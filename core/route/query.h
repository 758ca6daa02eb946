/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The core's side of comptoir/query.h: queries that are not named in a plugin's table (a kind's, a
 * record's).
 */
#ifndef CORE_ROUTE_QUERY_H
#define CORE_ROUTE_QUERY_H

#include <comptoir/query.h>

/* As ct_query, for a query that is at hand. */
int ct_query_run(struct ct_request *r, const struct ct_query *, struct ct_args args,
		 struct ct_result **result_r, struct ct_error *e) CT_MUST_USE;

/* As ct_exec_count and ct_insert, for a query that is at hand; either output may be NULL. */
int ct_exec_run(struct ct_request *r, const struct ct_query *, struct ct_args args, int64_t *count_r,
		int64_t *id_r, struct ct_error *e) CT_MUST_USE;

/*
 * As ct_transaction, with an id of its own instead of the request's: for what the core writes beside the
 * handler's transaction. The request's id stays the one of what the handler stores.
 */
int ct_transaction_apart(struct ct_request *r, ct_body_f *body, void *arg, struct ct_error *e) CT_MUST_USE;

/*
 * "create" of an object as a trace of organisation `org`, whatever the request acts for: what comptoirctl and
 * the sample network make.
 */
int ct_audit_made(struct ct_request *r, int64_t org, const char *kind, int64_t id, struct ct_error *e) CT_MUST_USE;

#endif
