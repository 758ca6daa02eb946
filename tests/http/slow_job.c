/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin for tests/http/test_jobs.py: what a plugin does with jobs and mails. */
#include <signal.h>
#include <unistd.h>

#include <comptoir/people.h>
#include <comptoir/plugin.h>

enum { STEPS = 8, STEP_US = 500000 };

static const struct ct_query queries[] = {
	{ "mark", .audits = "-", .sql = "INSERT INTO slow_mark (step, pid) VALUES (?, ?)" },
	{ "place", .sql = "SELECT m.step, m.pid, p.org_id FROM slow_mark m JOIN place p ON p.id = m.step"
	  " ORDER BY m.id DESC LIMIT 1" },
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

/* The party that the last mark names is merged into 1. */
static int call_merged(struct ct_request *r, ct_any_f *f, void *arg, struct ct_error *e)
{
	return ((ct_party_merge_f *)f)(r, arg, e);
}

static int merge_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_party_merge merge = { *(int64_t *)arg, 1 };

	return ct_raise(r, "party.merged", call_merged, &merge, e);
}

static int merge(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t party;
	int rc = ct_one(r, "last", CT_NO_ARGS, &row, e);

	if (rc)
		return rc;
	party = ct_col_int(row, "step");
	return ct_transaction(r, merge_body, &party, e);
}

/* The last mark says in which place's name, and in which language; 2: with more than may be sent. */
static int mail_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	static const char *const to[] = { "zoe-fr@exemple.example", "zoe-en@exemple.example", "large@exemple.example" };
	static unsigned char bytes[256], many[CT_MAIL_BYTES];
	const struct ct_result *row = arg;
	int64_t which = ct_col_int(row, "pid");
	const struct ct_attachment files[] = {
		{ "octets.bin", "application/octet-stream", bytes, sizeof(bytes) },
		{ "\xc3\xa9t\xc3\xa9.txt", "text/plain", "\xc3\xa9t\xc3\xa9", 5 },
		{ "many.bin", "application/octet-stream", many, sizeof(many) },
	};
	const struct ct_mail mail = {
		.org = ct_col_int(row, "org_id"), .place = ct_col_int(row, "step"), .to = to[which],
		.lang = which ? "en" : "fr", .subject = "Essai", .why = "Because we test.",
		.template = "slow/hello.txt", .view = json_pack("{s:s}", "title", "Essai & <essai>"),
		.attachments = files, .n_attachments = which == 2 ? 3 : 2,
	};

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	return ct_mail(r, &mail, e);
}

static int mail(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "place", CT_NO_ARGS, &row, e);

	return rc ? rc : ct_transaction(r, mail_body, row, e);
}

static int fail(struct ct_request *r, struct ct_error *e)
{
	(void)r;
	return ct_fail(e, CT_BROKEN, "the moon is in the wrong quarter");
}

/* A row of the outbox that no process outlives. */
static int crash(struct ct_request *r, const json_t *payload, struct ct_error *e)
{
	(void)r, (void)payload, (void)e;
	return raise(SIGKILL);
}

static const struct ct_hook hooks[] = { CT_HOOK("after.slow.crash", ct_after_f, crash), { 0 } };

static const struct ct_job jobs[] = {
	{ "work", 86400, work },
	{ "fail", 86400, fail },
	{ "mail", 86400, mail },
	{ "merge", 86400, merge },
	{ 0 }
};

CT_PLUGIN(slow) = { CT_HEAD("slow"), .title = "Slow", .queries = queries, .jobs = jobs,
	.hooks = hooks };
