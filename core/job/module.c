/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of jobs and mail. */
#include <comptoir/people.h>

#include "job/pages.h"

enum { MOST_ROWS = 500 };

static const struct ct_choice states[] = { { "queued", N_("Waiting") },
					   { "sent", N_("Sent") },
					   { "dead", N_("Not delivered") },
					   { 0 } };

static const struct ct_field list_fields[] = {
	{ "q", N_("Address or subject"), CT_TEXT, .max = 80 },
	{ "state", N_("State"), CT_CHOICE, .choices = states },
	{ "after", N_("Rows after this cursor"), CT_INT, .min = 1, .max = INT64_MAX },
	{ "limit", N_("Rows at once"), CT_INT, .min = 1, .max = MOST_ROWS },
	{ 0 }
};

/* The installation's list has no search: there is nothing in it that names somebody. */
#define ADMIN_FIELDS (list_fields + 1)

static const struct ct_view_field mails_view[] = {
	{ "mails", "array", NULL },
	{ "mails.id", "id", NULL },
	{ "mails.state", "text", N_("queued, sent or dead") },
	{ "mails.to", "text", N_("To whom; the installation sees the domain only") },
	{ "mails.subject", "text", NULL },
	{ "mails.tries", "integer", NULL },
	{ "mails.error", "text", N_("What the last try came to, or null") },
	{ "mails.created", "time", NULL },
	{ "mails.created_local", "text", NULL },
	{ "mails.sent", "time", NULL },
	{ "mails.sent_local", "text", NULL },
	{ "mails.next", "time", N_("Of one that waits: the next try") },
	{ "mails.next_local", "text", NULL },
	{ "next", "text", N_("Cursor of the next page, or null") },
	{ 0 }
};

static const struct ct_view_field jobs_view[] = {
	{ "jobs", "array", NULL },
	{ "jobs.name", "text", NULL },
	{ "jobs.seconds", "integer", N_("How often it is due; null where no plugin here has it") },
	{ "jobs.running", "boolean", NULL },
	{ "jobs.last_start", "time", NULL },
	{ "jobs.last_start_local", "text", NULL },
	{ "jobs.took", "integer", N_("Seconds of the last run") },
	{ "jobs.next", "time", NULL },
	{ "jobs.next_local", "text", NULL },
	{ "jobs.runs", "integer", NULL },
	{ "jobs.failures", "integer", NULL },
	{ "jobs.error", "text", N_("Of the last run, or null") },
	{ 0 }
};

static const struct ct_view_field job_view[] = {
	{ "name", "text", NULL },
	{ "running", "boolean", NULL },
	{ "runs", "array", NULL },
	{ "runs.started", "time", NULL },
	{ "runs.started_local", "text", NULL },
	{ "runs.milliseconds", "integer", NULL },
	{ "runs.state", "text", N_("done, failed, running or lost") },
	{ "runs.error", "text", NULL },
	{ 0 }
};

#define ADMIN "installation.admin"

static const struct ct_route routes[] = {
	{ "GET", "/admin/jobs", CT_ANY, ADMIN, "core/jobs", ct_jobs_page, .view = jobs_view, .title = N_("Jobs") },
	{ "GET", "/admin/jobs/{job}", CT_ANY, ADMIN, "core/job", ct_job_page, .view = job_view,
	  .title = N_("Job") },
	{ "POST", "/admin/jobs/{job}/run", CT_ANY, ADMIN, NULL, ct_job_ask },
	{ "GET", "/admin/mails", CT_ANY, ADMIN, "core/mails", ct_mails_page, ADMIN_FIELDS, mails_view,
	  .title = N_("Mails") },
	{ "POST", "/admin/mails/{mail}/again", CT_ANY, ADMIN, NULL, ct_mail_again },
	{ "POST", "/admin/mails/{mail}/stop", CT_ANY, ADMIN, NULL, ct_mail_stop },
	{ "GET", "/o/{org}/mails", CT_ORG, "mail.see", "core/mails", ct_mails_page, list_fields, mails_view,
	  .title = N_("Mails") },
	{ "POST", "/o/{org}/mails/{mail}/again", CT_ORG, "mail.see", NULL, ct_mail_again },
	{ "POST", "/o/{org}/mails/{mail}/stop", CT_ORG, "mail.see", NULL, ct_mail_stop },
	{ 0 }
};

static int purge(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = ct_exec(r, "purge_outbox", CT_NO_ARGS, e);

	(void)arg;
	return rc ? rc : ct_exec(r, "purge_runs", CT_NO_ARGS, e);
}

static int purge_job(struct ct_request *r, struct ct_error *e)
{
	return ct_transaction(r, purge, NULL, e);
}

static const struct ct_permission permissions[] = {
	{ "mail.see", N_("See the mails that were sent, and send them again"), CT_ROLE_MANAGER },
	{ 0 }
};

/* Mails go to whom the two rows turned out to be. What is told and forgotten of them: core/account. */
static int merged(struct ct_request *r, const struct ct_party_merge *merge, struct ct_error *e)
{
	return ct_exec(r, "mails_of_merged", CT_ARGS(CT_NUM(merge->into), CT_NUM(merge->from)), e);
}

static const struct ct_hook hooks[] = {
	CT_HOOK("admin.panel", ct_handler_f, ct_jobs_panel),
	CT_HOOK("admin.panel", ct_handler_f, ct_mails_panel),
	CT_HOOK("dashboard.panel", ct_handler_f, ct_org_mails_panel),
	CT_ON_PARTY_MERGED(merged),
	{ 0 }
};

static const struct ct_job jobs[] = { { "purge", 3600, purge_job, N_("Forget old mails and runs") }, { 0 } };

static const struct ct_menu menu[] = {
	{ N_("Mails"), "/o/{org}/mails", "mail.see", 92, N_("Settings"), N_("What happened") },
	{ 0 }
};

CT_PLUGIN(job) = {
	CT_HEAD("job"), .title = N_("Jobs and mail"), .permissions = permissions, .queries = ct_job_queries,
	.routes = routes, .hooks = hooks, .jobs = jobs, .menu = menu,
};
