/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: the sample network. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "people/demo.h"

enum { MOST = 100 };

int ctl_demo_data(struct ctl_call *c, struct ct_error *e)
{
	const char *path = NULL;
	long scale = 1;
	FILE *accounts = stdout;
	int rc;

	for (int i = 0; i < c->argc; i += 2) {
		if (i + 1 < c->argc && !strcmp(c->argv[i], "--accounts"))
			path = c->argv[i + 1];
		else if (i + 1 < c->argc && !strcmp(c->argv[i], "--scale"))
			scale = strtol(c->argv[i + 1], NULL, 10);
		else
			scale = 0;
	}
	if (scale < 1 || scale > MOST)
		return ctl_wrong(e, "demo-data [--accounts FILE] [--scale 1…100]");
	if (path && !(accounts = fopen(path, "we")))
		return ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	if (path)
		fchmod(fileno(accounts), 0600);
	rc = ct_demo_load(c->core, accounts, (int)scale, e);
	if (path && fclose(accounts) && !rc)
		rc = ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	return rc;
}
