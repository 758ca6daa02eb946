/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: the sample network. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "people/demo.h"

int ctl_demo_data(struct ctl_call *c, struct ct_error *e)
{
	FILE *accounts = stdout;
	int rc;

	if (c->argc == 2 && !strcmp(c->argv[0], "--accounts")) {
		accounts = fopen(c->argv[1], "we");
		if (!accounts)
			return ct_fail(e, CT_BROKEN, "%s: %s", c->argv[1], strerror(errno));
		fchmod(fileno(accounts), 0600);
	} else if (c->argc) {
		return ctl_wrong(e, "demo-data [--accounts FILE]");
	}
	rc = ct_demo_load(c->core, accounts, e);
	if (accounts != stdout && fclose(accounts) && !rc)
		rc = ct_fail(e, CT_BROKEN, "%s: %s", c->argv[1], strerror(errno));
	return rc;
}
