/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work outside requests: the jobs that plugins declare, and the outbox.
 *
 * A job runs once at a time in the whole cluster: its row in `job` is a lease that the process takes by
 * an UPDATE, and that runs out if the process dies. The outbox is what transactions leave to be done
 * after COMMIT: each row is claimed by its own change of state, done, and marked; a process that dies in
 * between leaves a row that is done again, so receivers must be able to recognise a repetition (a mail
 * keeps its Message-ID, a hook is idempotent by contract).
 */
#ifndef CORE_JOB_JOB_H
#define CORE_JOB_JOB_H

#include <stdbool.h>
#include <comptoir/error.h>

struct ct_core;

/* Who holds a lease: host and process, on `mem`. */
const char *ct_job_owner(void *mem);

/* Makes the rows of jobs that are new. In a transaction of its own. */
int ct_jobs_register(struct ct_core *, struct ct_error *e) CT_MUST_USE;

/*
 * Runs one job now if its lease is free, due or not. *ran_r says whether it was.
 * CT_MISSING where no plugin declares "plugin.name".
 */
int ct_job_run(struct ct_core *, const char *name, bool *ran_r, struct ct_error *e) CT_MUST_USE;

/* Runs what is due. */
int ct_jobs_due(struct ct_core *, struct ct_error *e) CT_MUST_USE;

/* Delivers at most `limit` outbox rows that are due. *done_r: how many were claimed. */
int ct_outbox_deliver(struct ct_core *, unsigned limit, unsigned *done_r, struct ct_error *e) CT_MUST_USE;

#endif
