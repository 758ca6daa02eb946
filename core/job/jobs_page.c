/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /admin/jobs: what runs by itself, how that went, and "Run now". */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "job/job.h"
#include "job/pages.h"
#include "route/state.h"
#include "view/row.h"

void ct_job_put_moment(struct ct_request *r, json_t *o, const char *key, struct ct_utc utc)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get(CT_DEFAULT_ZONE, &zone, &e))
		abort();
	ct_put_instant(o, key, utc, zone, r->lang);
}

/* "every 5 minutes"; a job whose plugin is not loaded here says so instead. */
/* What a job does, in words; its name where it says nothing or is not loaded here. */
static const char *title_of(struct ct_request *r, const char *name)
{
	const struct ct_job *job = ct_job_find(r->s->core, name);

	return job && job->title ? _(job->title) : name;
}

static const char *period_ui(struct ct_request *r, const struct ct_job *job)
{
	unsigned s = job ? job->seconds : 0;

	if (!job)
		return _("no plugin here has it");
	if (s % 86400 == 0)
		return s / 86400 == 1 ? _("every day") : talloc_asprintf(r, _("every %u days"), s / 86400);
	if (s % 3600 == 0)
		return s / 3600 == 1 ? _("every hour") : talloc_asprintf(r, _("every %u hours"), s / 3600);
	if (s % 60 == 0)
		return s / 60 == 1 ? _("every minute") : talloc_asprintf(r, _("every %u minutes"), s / 60);
	return s == 1 ? _("every second") : talloc_asprintf(r, _("every %u seconds"), s);
}

/* One sentence about the last run. */
static const char *last_ui(struct ct_request *r, const struct ct_result *row, const json_t *o)
{
	const char *start = json_string_value(json_object_get(o, "last_start_ui"));

	if (!start)
		return _("It has not run yet.");
	if (ct_col_int(row, "running"))
		return talloc_asprintf(r, _("It runs now, since %s."), start);
	if (ct_col_null(row, "took") || ct_col_int(row, "took") < 0)
		return talloc_asprintf(r, _("Its last run, of %s, was broken off."), start);
	return talloc_asprintf(r, _("Last run: %s (%lld s)."), start, (long long)ct_col_int(row, "took"));
}

static void put_state(json_t *o, bool running, bool failed)
{
	ct_put_text(o, "tone_ui", running ? "pending" : failed ? "rejected" : "done");
	ct_put_text(o, "state_ui", running ? _("Runs now") : failed ? _("Failed") : _("In order"));
	ct_put_bool(o, "is_failed_ui", failed && !running);
	ct_put_bool(o, "is_running_ui", running);
	ct_put_bool(o, "is_done_ui", !running && !failed);
}

static const char *counts_ui(struct ct_request *r, int64_t runs, int64_t failures)
{
	char *text = talloc_asprintf(r, ngettext_("%lld run", "%lld runs", runs), (long long)runs);

	text = talloc_strdup_append_buffer(text, ", ");
	return talloc_asprintf_append_buffer(
		text, ngettext_("%lld failure", "%lld failures", failures), (long long)failures);
}

static void put_job(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *name = ct_col_text(row, "name");
	const struct ct_job *job = ct_job_find(r->s->core, name);
	bool running = ct_col_int(row, "running");

	ct_put_text(o, "name", name);
	ct_put_text(o, "title_ui", title_of(r, name));
	if (job)
		ct_put_int(o, "seconds", job->seconds);
	else
		ct_put_null(o, "seconds");
	ct_put_text(o, "period_ui", period_ui(r, job));
	ct_put_bool(o, "running", running);
	ct_job_put_moment(r, o, "last_start", ct_col_utc(row, "last_start_utc"));
	ct_job_put_moment(r, o, "next", ct_col_utc(row, "next_utc"));
	if (running || ct_col_null(row, "took"))
		ct_put_null(o, "took");
	else
		ct_put_int(o, "took", ct_col_int(row, "took"));
	ct_put_int(o, "runs", ct_col_int(row, "runs"));
	ct_put_int(o, "failures", ct_col_int(row, "failures"));
	ct_put_text(o, "error", ct_col_text(row, "last_error"));
	ct_put_text(o, "last_ui", last_ui(r, row, o));
	ct_put_text(o, "counts_ui", counts_ui(r, ct_col_int(row, "runs"), ct_col_int(row, "failures")));
	ct_put_text(o, "link_ui", ct_url(r, "/admin/jobs/%s", name));
	ct_put_text(o, "run_ui", job && !running ? ct_url(r, "/admin/jobs/%s/run", name) : NULL);
	put_state(o, running, !ct_col_null(row, "last_error"));
}

int ct_jobs_page(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "jobs");
	struct ct_result *row;
	int rc = ct_query(r, "jobs", CT_NO_ARGS, &row, e);

	while (!rc && ct_next(row))
		put_job(r, ct_add_object(list), row);
	return rc;
}

/* ---- one of them ---- */

static void put_crumb(struct ct_request *r, const char *label, const char *href)
{
	json_t *crumbs = json_object_get(r->view, "breadcrumbs_ui"), *crumb;

	crumb = ct_add_object(crumbs ? crumbs : ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", label);
	ct_put_text(crumb, "href", href);
}

/* A run without an end is running if it holds the lease, and otherwise its process died. */
static void put_run(struct ct_request *r, json_t *o, const struct ct_result *run,
		    const struct ct_result *job)
{
	bool ended = !ct_col_null(run, "ended_utc"), failed = !ct_col_null(run, "error");
	const char *owner = ct_col_text(job, "owner");
	bool running = !ended && ct_col_int(job, "running") && owner &&
		       !strcmp(owner, ct_col_text(run, "owner"));

	ct_job_put_moment(r, o, "started", ct_col_utc(run, "started_utc"));
	if (ended)
		ct_put_int(o, "milliseconds", ct_col_int(run, "took_ms"));
	else
		ct_put_null(o, "milliseconds");
	ct_put_text(o, "took_ui",
		    ended ? talloc_asprintf(r, "%lld ms", (long long)ct_col_int(run, "took_ms")) : NULL);
	ct_put_text(o, "state", running ? "running" : !ended ? "lost" : failed ? "failed" : "done");
	ct_put_text(o, "error", ct_col_text(run, "error"));
	put_state(o, running, failed || !ended);
	if (!ended && !running)
		ct_put_text(o, "state_ui", _("Broken off"));
}

int ct_job_page(struct ct_request *r, struct ct_error *e)
{
	const char *name = ct_path(r, "job");
	json_t *runs = ct_put_array(r->view, "runs");
	struct ct_result *job, *row;
	int rc = ct_one(r, "job_named", CT_ARGS(CT_STR(name)), &job, e);

	if (rc || (rc = ct_query(r, "job_runs", CT_ARGS(CT_STR(name)), &row, e)))
		return rc;
	while (ct_next(row))
		put_run(r, ct_add_object(runs), row, job);
	ct_put_text(r->view, "name", name);
	ct_put_text(r->view, "heading_ui", title_of(r, name));
	ct_put_bool(r->view, "running", ct_col_int(job, "running"));
	ct_put_text(r->view, "run_ui",
		    ct_job_find(r->s->core, name) && !ct_col_int(job, "running")
			    ? ct_url(r, "/admin/jobs/%s/run", name)
			    : NULL);
	put_crumb(r, _("Installation"), "/admin");
	put_crumb(r, _("Jobs"), "/admin/jobs");
	put_crumb(r, title_of(r, name), NULL);
	return 0;
}

struct ask { const char *name; bool asked; };

static int ask(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ask *a = arg;
	int64_t count = 0;
	int rc = ct_exec_count(r, "job_ask", CT_ARGS(CT_STR(a->name)), &count, e);

	a->asked = count > 0;
	return rc ? rc
		  : ct_audit(r, "job", 0, "run", NULL, json_pack("{s:s}", "name", a->name), e);
}

/* The job process runs it, within a second or two: a page waits for no job. */
int ct_job_ask(struct ct_request *r, struct ct_error *e)
{
	struct ask a = { .name = ct_path(r, "job") };
	struct ct_result *job;
	int rc = ct_one(r, "job_named", CT_ARGS(CT_STR(a.name)), &job, e);

	if (rc)
		return rc;
	if (!ct_job_find(r->s->core, a.name))
		return ct_fail(e, CT_CONFLICT, _("No plugin that is loaded here has this job."));
	rc = ct_transaction(r, ask, &a, e);
	if (rc)
		return rc;
	if (a.asked)
		ct_notice(r, _("“%s” starts in a moment."), title_of(r, a.name));
	else
		ct_notice(r, _("“%s” runs already."), title_of(r, a.name));
	ct_put_bool(r->view, "asked", a.asked);
	ct_redirect(r, 202, "/admin/jobs");
	return 0;
}

/* ---- the box on /admin ---- */

int ct_jobs_panel(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "jobs_failing", CT_NO_ARGS, &row, e);
	json_t *panel;

	if (rc)
		return rc;
	panel = ct_panel(r, _("Jobs"), ct_result_rows(row) ? NULL : _("All jobs are in order."));
	while (ct_next(row))
		ct_panel_row(panel, title_of(r, ct_col_text(row, "name")), ct_col_text(row, "last_error"),
			     ct_url(r, "/admin/jobs/%s", ct_col_text(row, "name")));
	ct_panel_more(panel, _("See the jobs"), "/admin/jobs");
	return 0;
}
