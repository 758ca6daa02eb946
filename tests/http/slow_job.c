/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin for tests/http/test_jobs.py: a job that takes its time, and one that fails. */
#include <unistd.h>

#include <comptoir/plugin.h>

enum { STEPS = 8, STEP_US = 500000 };

static const struct ct_query queries[] = {
	{ "mark", .audits = "-", .sql = "INSERT INTO slow_mark (step, pid) VALUES (?, ?)" },
	{ 0 }
};

struct step { int n; };

static int mark(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct step *step = arg;

	return ct_exec(r, "mark", CT_ARGS(CT_NUM(step->n), CT_NUM(getpid())), e);
}

/* Renews at each step, as a job does that takes minutes for one. */
static int work(struct ct_request *r, struct ct_error *e)
{
	int rc = 0;

	for (struct step step = { 0 }; step.n < STEPS && !rc; step.n++) {
		rc = ct_transaction(r, mark, &step, e);
		usleep(STEP_US);
		if (!rc)
			rc = ct_job_renew(r, e);
	}
	return rc;
}

static int fail(struct ct_request *r, struct ct_error *e)
{
	(void)r;
	return ct_fail(e, CT_BROKEN, "the moon is in the wrong quarter");
}

static const struct ct_job jobs[] = {
	{ "work", 86400, work },
	{ "fail", 86400, fail },
	{ 0 }
};

CT_PLUGIN(slow) = { CT_HEAD("slow"), .title = "Slow", .queries = queries, .jobs = jobs };
