/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/job.h"

#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "base/log.h"
#include "db/db.h"
#include "route/query.h"
#include "route/state.h"
#include "server/scoreboard.h"

enum { LEASE_SECONDS = 600 };

struct lease {
	const char *name, *owner, *error;
	int64_t seconds;
	bool due_only, taken;
};

const char *ct_job_owner(void *mem)
{
	char host[65] = "";

	gethostname(host, sizeof(host) - 1);
	return talloc_asprintf(mem, "%.60s/%d", host, (int)getpid());
}

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
	struct lease *lease = arg;
	int64_t count = 0;
	int rc = ct_exec_count(
		r, lease->due_only ? "job_take_due" : "job_take",
		CT_ARGS(CT_STR(lease->owner), CT_NUM(LEASE_SECONDS), CT_STR(lease->name)), &count,
		e);

	lease->taken = count > 0;
	return rc;
}

static int give_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct lease *lease = arg;

	return ct_exec(r, "job_end",
		       CT_ARGS(CT_NUM(lease->seconds), CT_STR(lease->error),
			       CT_NUM(lease->error != NULL), CT_STR(lease->name),
			       CT_STR(lease->owner)),
		       e);
}

/* The lease, the run and the end are three transactions: a job may take long and write much. */
static int run_leased(struct ct_core *core, const struct ct_module *m, const struct ct_job *job,
		      bool due_only, bool *ran_r, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_job);
	struct lease lease = {
		.name = talloc_asprintf(r, "%s.%s", m->plugin->name, job->name),
		.owner = ct_job_owner(r),
		.seconds = job->seconds,
		.due_only = due_only,
	};
	struct ct_error why = { 0 };
	int rc = ct_transaction(r, take, &lease, e);

	*ran_r = !rc && lease.taken;
	if (*ran_r) {
		struct ct_request *own = ct_request_new(NULL, core, m->plugin);

		if (job->run(own, &why)) {
			lease.error = why.text;
			ct_log(CT_LOG_ERROR, "job", "job", lease.name, "why", why.text, NULL);
			ct_board_add(core->board, CT_VALUE_JOBS_FAILED, 1);
		}
		ct_board_add(core->board, CT_VALUE_JOBS, 1);
		talloc_free(own);
		rc = ct_transaction(r, give_back, &lease, e);
	}
	talloc_free(r);
	return rc;
}

static int find_and_run(struct ct_core *core, const char *name, bool due_only, bool *ran_r,
			struct ct_error *e)
{
	const struct ct_registry *g = core->registry;
	const char *dot = strchr(name, '.');

	for (size_t i = 0; dot && i < g->n_modules; i++) {
		const struct ct_plugin *p = g->modules[i].plugin;

		if (strlen(p->name) != (size_t)(dot - name) ||
		    strncmp(p->name, name, (size_t)(dot - name)) != 0)
			continue;
		for (const struct ct_job *job = p->jobs; job && job->name; job++)
			if (!strcmp(job->name, dot + 1))
				return run_leased(core, &g->modules[i], job, due_only, ran_r, e);
	}
	return ct_fail(e, CT_MISSING, "no plugin declares a job %s", name);
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
