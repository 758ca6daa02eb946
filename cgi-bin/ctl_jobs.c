/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: jobs, the outbox and mails. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "job/job.h"

int ctl_jobs(struct ctl_call *c, struct ct_error *e)
{
	unsigned done = 0;
	bool ran;
	int rc;

	if (c->argc == 2 && !strcmp(c->argv[0], "run")) {
		rc = ct_jobs_register(c->core, e);
		if (!rc)
			rc = ct_job_run(c->core, c->argv[1], &ran, e);
		if (!rc)
			puts(ran ? "done" : "it runs elsewhere at the moment");
		return rc;
	}
	if (c->argc == 1 && !strcmp(c->argv[0], "outbox")) {
		rc = ct_outbox_deliver(c->core, 1000, &done, e);
		if (!rc)
			printf("%u\n", done);
		return rc;
	}
	if (!c->argc) {
		rc = ct_jobs_register(c->core, e);
		return rc ? rc : ct_jobs_print(c->core, stdout, e);
	}
	return ctl_wrong(e, "jobs | jobs run PLUGIN.NAME | jobs outbox");
}

int ctl_mail_test(struct ctl_call *c, struct ct_error *e)
{
	return c->argc == 1 ? ct_mail_test(c->core, c->argv[0], stdout, e)
			    : ctl_wrong(e, "mail-test ADDRESS");
}
