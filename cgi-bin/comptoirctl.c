/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoirctl: the administrator's command. Every command opens the installation as a generation does, so
 * that a configuration, a plugin's table, a template or a query that is wrong is named before anything
 * is done. Exit status: 0 done, 1 refused or failed, 2 called wrongly.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"

struct command {
	const char *name, *arguments, *help;
	ctl_command_f *run;
	bool owner, closed; /* as the owner of the tables; without opening the installation */
};

int ctl_wrong(struct ct_error *e, const char *what)
{
	return ct_fail(e, CT_BAD, "%s", what);
}

static const struct command commands[] = {
	{ "setup", "[--answers FILE] [--yes] [--force] [--database-only] [KEY=VALUE]...",
	  "set up an installation, or what is missing of it: at most eight questions", ctl_setup,
	  false, true },
	{ "backup", "DIR [--keep N]",
	  "write all rows, files and the configuration to a new folder in DIR", ctl_backup, true,
	  false },
	{ "restore", "BACKUP [--force]", "load a backup into an empty database", ctl_restore, true,
	  false },
	{ "check", "", "check the configuration, all plugins, templates and queries", ctl_check,
	  false, false },
	{ "migrate", "", "bring the tables up to date, as their owner", ctl_migrate, true, false },
	{ "user",
	  "add EMAIL GIVEN FAMILY [--installation-admin] | role EMAIL ORG ROLE | token EMAIL [LABEL] | link EMAIL",
	  "make an account (password on standard input), give a role, make an API token or a link to sign in",
	  ctl_user, false, false },
	{ "plugins", "", "list what is loaded", ctl_plugins, false, false },
	{ "jobs", "[run PLUGIN.NAME | outbox]", "list the jobs, run one now, or deliver what waits",
	  ctl_jobs, false, false },
	{ "mail-test", "ADDRESS", "send one mail at once and say how that went", ctl_mail_test,
	  false, false },
	{ "demo-data", "[--accounts FILE] [--scale N]", "load the sample network into an empty installation",
	  ctl_demo_data, false, false },
	{ "verify", "", "look for rows that break a promise", ctl_verify, false, false },
	{ "settings", "", "print all settings in the form of a manual page", ctl_settings, false,
	  false },
	{ "status", "SOCKET", "what the server does at the moment", ctl_status, false, true },
	{ "new-plugin", "NAME", "begin a plugin from the skeleton, in the folder of the source",
	  ctl_new_plugin, false, true },
};

static void usage(FILE *out)
{
	fputs("usage: comptoirctl [--config FILE] COMMAND …   (COMMAND --help says more)\n\n", out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].help);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int run(const struct command *command, struct ctl_call *c)
{
	const struct ct_core_options options = { .config = c->config, .owner = command->owner };
	struct ct_error e = { 0 };
	int rc = command->closed ? 0 : ct_core_open(&options, &c->core, &e);

	if (!rc)
		rc = command->run(c, &e);
	if (rc)
		fprintf(stderr, "comptoirctl %s: %s\n", command->name, e.text);
	if (c->core)
		ct_core_close(c->core);
	return !rc ? 0 : rc == CT_BAD ? 2 : 1;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "config", required_argument, NULL, 'c' },
						 { "help", no_argument, NULL, 'h' },
						 { "version", no_argument, NULL, 'v' },
						 { 0 } };
	struct ctl_call c = { .config = CT_CONFIG_FILE };
	const struct command *command;
	int option;

	while ((option = getopt_long(argc, argv, "+c:h", options, NULL)) != -1) {
		if (option == 'c') {
			c.config = optarg;
		} else if (option == 'v') {
			puts("comptoirctl " CT_VERSION);
			return 0;
		} else {
			usage(option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	command = optind < argc ? find_command(argv[optind]) : NULL;
	if (!command) {
		usage(stderr);
		return 2;
	}
	if (optind + 1 < argc && !strcmp(argv[optind + 1], "--help")) {
		printf("usage: comptoirctl %s %s\n\n%s\n", command->name, command->arguments,
		       command->help);
		return 0;
	}
	c.argc = argc - optind - 1;
	c.argv = argv + optind + 1;
	return run(command, &c);
}
