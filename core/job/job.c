/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/job.h"

#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "db/db.h"
#include "route/query.h"
#include "route/state.h"
#include "server/scoreboard.h"

enum { LEASE_SECONDS = 600 };

struct run {
	struct ct_lease lease;
	const char *error;
	int64_t seconds, id;		/* how often it is due; job_run.id */
	bool due_only, taken;
};

const char *ct_job_owner(void *mem)
{
	char host[65] = "", chance[CT_UUID_SIZE];

	gethostname(host, sizeof(host) - 1);
	ct_uuid(chance);
	return talloc_asprintf(mem, "%.50s/%d/%.8s", host, (int)getpid(), chance);
}

/* ---- the lease of a job that runs ---- */

int ct_lease_hold(struct ct_request *r, struct ct_error *e)
{
	struct ct_lease *lease = r->s->lease;
	int64_t now = ct_now_ms(), count = 0;
	int rc;

	if (now - lease->renewed < LEASE_SECONDS * 1000 / 3)
		return 0;
	CT_AS(r, &ct_plugin_job,
	      rc = ct_exec_count(r, "job_renew",
				 CT_ARGS(CT_NUM(LEASE_SECONDS), CT_STR(lease->name),
					 CT_STR(lease->owner)),
				 &count, e));
	if (!rc && !count)
		rc = ct_fail(e, CT_CONFLICT, "the job %s was taken over by another process",
			     lease->name);
	if (!rc)
		lease->asked = now;
	return rc;
}

void ct_lease_held(struct ct_request *r)
{
	struct ct_lease *lease = r->s->lease;

	if (lease->asked > lease->renewed)
		lease->renewed = lease->asked;
}

static int only_renew(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)r;
	(void)arg;
	(void)e;
	return 0;
}

int ct_job_renew(struct ct_request *r, struct ct_error *e)
{
	if (!r->s->lease)
		return 0;
	r->s->lease->renewed = INT64_MIN / 2;
	return ct_transaction(r, only_renew, NULL, e);
}

/* ---- running ---- */

static int register_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_registry *g = r->s->core->registry;

	(void)arg;
	for (size_t i = 0; i < g->n_modules; i++)
		for (const struct ct_job *job = g->modules[i].plugin->jobs; job && job->name;
		     job++) {
			const char *name = talloc_asprintf(r, "%s.%s", g->modules[i].plugin->name,
							   job->name);
			int rc = ct_exec(r, "job_register", CT_ARGS(CT_STR(name)), e);

			if (rc)
				return rc;
		}
	return 0;
}

int ct_jobs_register(struct ct_core *core, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_job);
	int rc = ct_transaction(r, register_body, NULL, e);

	talloc_free(r);
	return rc;
}

static int take(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct run *run = arg;
	int64_t count = 0;
	int rc = ct_exec_count(r, run->due_only ? "job_take_due" : "job_take",
			       CT_ARGS(CT_STR(run->lease.owner), CT_NUM(LEASE_SECONDS),
				       CT_STR(run->lease.name)),
			       &count, e);

	run->taken = count > 0;
	if (rc || !run->taken)
		return rc;
	return ct_insert(r, "job_run_begin",
			 CT_ARGS(CT_STR(run->lease.name), CT_STR(run->lease.owner)), &run->id, e);
}

static int give_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct run *run = arg;
	int rc = ct_exec(r, "job_run_end", CT_ARGS(CT_STR(run->error), CT_NUM(run->id)), e);

	if (rc)
		return rc;
	return ct_exec(r, "job_end",
		       CT_ARGS(CT_NUM(run->seconds), CT_STR(run->error),
			       CT_NUM(run->error != NULL), CT_STR(run->lease.name),
			       CT_STR(run->lease.owner)),
		       e);
}

static void run_it(struct ct_core *core, const struct ct_module *m, const struct ct_job *job,
		   struct run *run, struct ct_error *why)
{
	struct ct_request *r = ct_request_new(NULL, core, m->plugin);

	r->s->lease = &run->lease;
	if (job->run(r, why)) {
		run->error = why->text;
		ct_log(CT_LOG_ERROR, "job", "job", run->lease.name, "why", why->text, NULL);
		ct_board_add(core->board, CT_VALUE_JOBS_FAILED, 1);
	}
	ct_board_add(core->board, CT_VALUE_JOBS, 1);
	talloc_free(r);
}

/* The lease, the run and the end are three transactions: a job may take long and write much. */
static int run_leased(struct ct_core *core, const struct ct_module *m, const struct ct_job *job,
		      bool due_only, bool *ran_r, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_job);
	struct run run = {
		.lease = { .name = talloc_asprintf(r, "%s.%s", m->plugin->name, job->name),
			   .owner = ct_job_owner(r),
			   .renewed = ct_now_ms() },
		.seconds = job->seconds,
		.due_only = due_only,
	};
	struct ct_error why = { 0 };
	int rc = ct_transaction(r, take, &run, e);

	*ran_r = !rc && run.taken;
	if (*ran_r) {
		run_it(core, m, job, &run, &why);
		rc = ct_transaction(r, give_back, &run, e);
	}
	talloc_free(r);
	return rc;
}

static const struct ct_job *find(const struct ct_core *core, const char *name,
				 const struct ct_module **module_r)
{
	const struct ct_registry *g = core->registry;
	const char *dot = strchr(name, '.');

	for (size_t i = 0; dot && i < g->n_modules; i++) {
		const struct ct_plugin *p = g->modules[i].plugin;

		if (strlen(p->name) != (size_t)(dot - name) ||
		    strncmp(p->name, name, (size_t)(dot - name)) != 0)
			continue;
		for (const struct ct_job *job = p->jobs; job && job->name; job++)
			if (!strcmp(job->name, dot + 1)) {
				*module_r = &g->modules[i];
				return job;
			}
	}
	return NULL;
}

const struct ct_job *ct_job_find(const struct ct_core *core, const char *name)
{
	const struct ct_module *m;

	return find(core, name, &m);
}

static int find_and_run(struct ct_core *core, const char *name, bool due_only, bool *ran_r,
			struct ct_error *e)
{
	const struct ct_module *m;
	const struct ct_job *job = find(core, name, &m);

	if (!job)
		return ct_fail(e, CT_MISSING, "no plugin declares a job %s", name);
	return run_leased(core, m, job, due_only, ran_r, e);
}

int ct_job_run(struct ct_core *core, const char *name, bool *ran_r, struct ct_error *e)
{
	return find_and_run(core, name, false, ran_r, e);
}

/* One query tells which jobs are due, so that a quiet minute costs one query and not one a job. */
int ct_jobs_due(struct ct_core *core, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_job);
	struct ct_result *due;
	int rc = ct_query(r, "jobs_due", CT_NO_ARGS, &due, e);

	while (!rc && ct_next(due)) {
		const char *name = ct_col_text(due, "name");
		struct ct_error why;
		bool ran;

		/* a job of a plugin that is not loaded here may be another machine's */
		if (find_and_run(core, name, true, &ran, &why) && why.rc != CT_MISSING)
			ct_log(CT_LOG_WARNING, "job", "job", name, "why", why.text, NULL);
	}
	talloc_free(r);
	return rc;
}
