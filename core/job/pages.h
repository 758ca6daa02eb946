/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pages about jobs and mails. The installation's administrator sees all jobs, and of all outbox rows
 * what tells whether mail works: no names, no addresses (a domain at most), no subjects. Who manages an
 * organisation sees whom its own mails go to and what about.
 */
#ifndef CORE_JOB_PAGES_H
#define CORE_JOB_PAGES_H

#include <comptoir/plugin.h>

extern const struct ct_query ct_job_queries[];

ct_handler_f ct_jobs_panel, ct_mails_panel, ct_org_mails_panel;	/* boxes */
ct_handler_f ct_jobs_page, ct_job_page, ct_job_ask;
ct_handler_f ct_mails_page, ct_mail_again, ct_mail_stop;	/* r->org 0: of the installation */

/* An instant as people here read it, of a table that belongs to no place. */
void ct_job_put_moment(struct ct_request *r, json_t *o, const char *key, struct ct_utc utc);

#endif
