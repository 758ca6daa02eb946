/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work outside requests: the jobs that plugins declare, and the outbox.
 *
 * A job runs once at a time in the whole cluster: its row in `job` is a lease that the process takes by
 * an UPDATE, and that runs out if the process dies. While the job runs, its transactions renew the lease;
 * a transaction that finds the lease gone is refused, so that of two processes that both believe to have the
 * job only one writes. Each run leaves a row in `job_run`.
 *
 * The outbox is what transactions leave to be done after COMMIT: each row is claimed by its own change of
 * state, done, and marked; a process that dies in between leaves a row that is done again, so receivers
 * must be able to recognise a repetition (a mail keeps its Message-ID, a hook is idempotent by contract).
 */
#ifndef CORE_JOB_JOB_H
#define CORE_JOB_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <comptoir/error.h>

struct ct_core;
struct ct_job;
struct ct_request;

/* What a running job holds. */
struct ct_lease {
	const char *name, *owner;
	int64_t renewed, asked;		/* ct_now_ms() of the last renewal that was stored; of the latest try */
};

/* Who holds a lease: host, process, and a few digits of chance, because process numbers return. On `mem`. */
const char *ct_job_owner(void *mem);

/*
 * For ct_transaction, inside it, of a request with a lease: renews it where a third of it has passed.
 * CT_CONFLICT where it is another's.
 */
int ct_lease_hold(struct ct_request *r, struct ct_error *e) CT_MUST_USE;
void ct_lease_held(struct ct_request *r);	/* it was committed */

/* Makes the rows of jobs that are new. In a transaction of its own. */
int ct_jobs_register(struct ct_core *, struct ct_error *e) CT_MUST_USE;

/* The job "plugin.name" as its plugin declares it; NULL where none does. */
const struct ct_job *ct_job_find(const struct ct_core *, const char *name);

/*
 * Runs one job now if its lease is free, due or not. *ran_r says whether it was.
 * CT_MISSING where no plugin declares "plugin.name".
 */
int ct_job_run(struct ct_core *, const char *name, bool *ran_r, struct ct_error *e) CT_MUST_USE;

/* Runs what is due. */
int ct_jobs_due(struct ct_core *, struct ct_error *e) CT_MUST_USE;

/* Delivers at most `limit` outbox rows that are due. *done_r: how many were claimed. */
int ct_outbox_deliver(struct ct_core *, unsigned limit, unsigned *done_r, struct ct_error *e) CT_MUST_USE;

/*
 * After how many minutes a row is tried again that failed for the `tries`-th time (from 1): 1, 2, 4 … 256,
 * then every 256. 0: never, because more than two days have passed by then.
 */
unsigned ct_outbox_pause(unsigned tries);

/* For comptoirctl: all jobs as a table on `out`. */
int ct_jobs_print(struct ct_core *, FILE *out, struct ct_error *e) CT_MUST_USE;

/* For comptoirctl: sends one mail to `address` at once, not by the outbox, and says on `out` how that went. */
int ct_mail_test(struct ct_core *, const char *address, FILE *out, struct ct_error *e) CT_MUST_USE;

#endif
