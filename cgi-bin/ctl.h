/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoirctl, from inside: what its commands share. One file a group of commands (ctl_NAME.c), the table of all
 * and main in comptoirctl.c. A command says plain sentences: what is wrong, and what to do.
 */
#ifndef CGI_BIN_CTL_H
#define CGI_BIN_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <comptoir/error.h>

#include "core.h"
#include "db/migrate.h"

struct ctl_call {
	const char *config;		/* path of comptoir.ini */
	int argc;			/* arguments behind the command's name */
	char **argv;
	struct ct_core *core;		/* NULL for a command that is `closed` */
};

typedef int ctl_command_f(struct ctl_call *, struct ct_error *e);

ctl_command_f ctl_backup, ctl_check, ctl_demo_data, ctl_jobs, ctl_mail_test, ctl_migrate,
	ctl_new_plugin, ctl_plugins, ctl_restore, ctl_settings, ctl_setup, ctl_status, ctl_user,
	ctl_verify;

/* Called wrongly: exit status 2. */
int ctl_wrong(struct ct_error *e, const char *what) CT_MUST_USE;

/*
 * Makes a one-use link with which the account chooses its password, and prints it alone on a line of standard
 * output. It holds for CTL_LINK_DAYS.
 */
enum { CTL_LINK_DAYS = 3 };
int ctl_print_link(struct ct_core *core, int64_t account, struct ct_error *e) CT_MUST_USE;

/* The folders of SQL, on core: the core's first, then each plugin's in the order of needs. */
struct ct_migration_source *ctl_sources(struct ct_core *core, size_t *n_r);

#endif
