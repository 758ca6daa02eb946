/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin for tests/http/test_jobs.py: a job that takes its time, one that fails, and the stages about people. */
#include <unistd.h>

#include <comptoir/people.h>
#include <comptoir/plugin.h>

enum { STEPS = 8, STEP_US = 500000 };

static const struct ct_query queries[] = {
	{ "mark", .audits = "-", .sql = "INSERT INTO slow_mark (step, pid) VALUES (?, ?)" },
	{ "note", .audits = "-", .sql = "INSERT INTO slow_mark (step, pid) VALUES (?, ?)" },
	{ "last", .sql = "SELECT step FROM slow_mark ORDER BY id DESC LIMIT 1" },
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

/* The stages about people, for the party that the last mark names: merged into 1, or exported and forgotten. */
static int call_merged(struct ct_request *r, ct_any_f *f, void *arg, struct ct_error *e)
{
	return ((ct_party_merge_f *)f)(r, arg, e);
}

static int call_exported(struct ct_request *r, ct_any_f *f, void *arg, struct ct_error *e)
{
	return ((ct_party_export_f *)f)(r, arg, e);
}

static int call_forgotten(struct ct_request *r, ct_any_f *f, void *arg, struct ct_error *e)
{
	return ((ct_party_forget_f *)f)(r, arg, e);
}

static int leave_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	const int64_t party = *(int64_t *)arg;
	struct ct_party_export export = { party, r->view };
	struct ct_party_forget forget = { party };
	int rc = ct_raise(r, "party.exported", call_exported, &export, e);

	if (!rc)
		rc = ct_exec(r, "note", CT_ARGS(CT_NUM(json_array_size(json_object_get(r->view, "mails"))),
						CT_NUM(0)), e);
	return rc ? rc : ct_raise(r, "party.forgotten", call_forgotten, &forget, e);
}

static int merge_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_party_merge merge = { *(int64_t *)arg, 1 };

	return ct_raise(r, "party.merged", call_merged, &merge, e);
}

static int with_party(struct ct_request *r, ct_body_f *body, struct ct_error *e)
{
	struct ct_result *row;
	int64_t party;
	int rc = ct_one(r, "last", CT_NO_ARGS, &row, e);

	if (rc)
		return rc;
	party = ct_col_int(row, "step");
	return ct_transaction(r, body, &party, e);
}

static int leave(struct ct_request *r, struct ct_error *e)
{
	return with_party(r, leave_body, e);
}

static int merge(struct ct_request *r, struct ct_error *e)
{
	return with_party(r, merge_body, e);
}

static int fail(struct ct_request *r, struct ct_error *e)
{
	(void)r;
	return ct_fail(e, CT_BROKEN, "the moon is in the wrong quarter");
}

static const struct ct_job jobs[] = {
	{ "work", 86400, work },
	{ "fail", 86400, fail },
	{ "leave", 86400, leave },
	{ "merge", 86400, merge },
	{ 0 }
};

CT_PLUGIN(slow) = { CT_HEAD("slow"), .title = "Slow", .queries = queries, .jobs = jobs };
