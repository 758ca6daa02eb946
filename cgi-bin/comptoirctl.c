/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoirctl: the administrator's command. Every command opens the installation as a generation does, so
 * that a configuration, a plugin's table, a template or a query that is wrong is named before anything
 * is done. Exit status: 0 done, 1 refused or failed, 2 called wrongly.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "config/settings.h"
#include "core.h"
#include "db/db.h"
#include "db/migrate.h"
#include "job/job.h"
#include "people/demo.h"
#include "account/users.h"
#include "plugin/registry.h"
#include "record/record.h"
#include "route/state.h"

struct call {
	const char *config;
	int argc;
	char **argv;
	struct ct_core *core;
};

struct command {
	const char *name, *arguments, *help;
	int (*run)(struct call *, struct ct_error *e);
	bool owner, closed; /* as the owner of the tables; without opening the installation */
};

static int wrong(struct ct_error *e, const char *what)
{
	return ct_fail(e, CT_BAD, "%s", what);
}

/* The folders of SQL: the core's first, then each plugin's in the order of needs. */
static struct ct_migration_source *sources(struct ct_core *core, size_t *n_r)
{
	const char *data = ct_settings_path(core, core->settings,
					    ct_settings_text(core->settings, "paths.data"));
	struct ct_migration_source *list = talloc_array(core, struct ct_migration_source,
							core->registry->n_modules + 1);
	size_t n = 0;

	list[n++] = (struct ct_migration_source){ "core",
						  talloc_asprintf(core, "%s/sql/core", data) };
	for (size_t i = 0; i < core->registry->n_modules; i++) {
		const struct ct_module *m = &core->registry->modules[i];

		if (!m->builtin)
			list[n++] = (struct ct_migration_source){
				m->plugin->name,
				talloc_asprintf(core, "%s/sql/%s", data, m->plugin->name)
			};
	}
	*n_r = n;
	return list;
}

static void print_migration(void *ctx, const struct ct_migration *m)
{
	(void)ctx;
	printf("%s %s: %u of %u statements\n", m->plugin, m->file, m->done, m->statements);
}

static int run_migrate(struct call *c, struct ct_error *e)
{
	size_t n;
	const struct ct_migration_source *list = sources(c->core, &n);

	return ct_migrate(c->core->db, list, n, print_migration, NULL, e);
}

static int run_check(struct call *c, struct ct_error *e)
{
	struct ct_migration *list;
	size_t n, n_sources, pending = 0;
	const struct ct_migration_source *from = sources(c->core, &n_sources);
	int rc = ct_migrate_status(c->core->db, c->core, from, n_sources, &list, &n, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		pending += list[i].done < list[i].statements;
	if (pending)
		return ct_fail(e, CT_BROKEN,
			       "%zu migration files are pending: run comptoirctl migrate first",
			       pending);
	rc = ct_core_check_queries(c->core, e);
	if (!rc)
		printf("configuration, %zu plugins, %zu routes, templates and queries are sound\n",
		       c->core->registry->n_modules, c->core->registry->n_routes);
	return rc;
}

static int run_plugins(struct call *c, struct ct_error *e)
{
	(void)e;
	for (size_t i = 0; i < c->core->registry->n_modules; i++) {
		const struct ct_module *m = &c->core->registry->modules[i];

		printf("%s\t%s\t%s\n", m->plugin->name, m->builtin ? "built in" : "plugin",
		       m->plugin->title);
	}
	return 0;
}

struct new_user {
	struct ct_new_person person;
	const char *role, *org, *label, *token;
};

static int user_add(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct new_user *new = arg;
	int64_t person, account;

	return ct_user_add(r, &new->person, &person, &account, e);
}

static int find_account(struct ct_request *r, const char *email, struct ct_result **row_r,
			struct ct_error *e)
{
	if (ct_one(r, "account_of", CT_ARGS(CT_STR(email)), row_r, e))
		return e->rc == CT_MISSING ? ct_fail(e, CT_MISSING, "there is no account %s", email)
					   : e->rc;
	return 0;
}

static int user_role(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct new_user *new = arg;
	struct ct_result *account, *org;
	int rc = find_account(r, new->person.email, &account, e);

	if (rc)
		return rc;
	CT_AS(r, &ct_plugin_people, rc = ct_one(r, "org_by_slug", CT_ARGS(CT_STR(new->org)), &org, e));
	if (rc)
		return e->rc == CT_MISSING
			       ? ct_fail(e, CT_MISSING, "there is no organisation %s", new->org)
			       : e->rc;
	return ct_user_role(r, ct_col_int(account, "person_id"), ct_col_int(org, "id"), new->role,
			    e);
}

static int user_token(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct new_user *new = arg;
	struct ct_result *account;
	int rc = find_account(r, new->person.email, &account, e);

	return rc ? rc : ct_user_token(r, ct_col_int(account, "id"), new->label, &new->token, e);
}

/* The password comes by standard input, so that it stands in no list of processes and no history. */
static char *read_password(void *mem)
{
	char line[256];

	if (isatty(STDIN_FILENO))
		fputs("password (it is shown): ", stderr);
	if (!fgets(line, sizeof(line), stdin))
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return talloc_strdup(mem, line);
}

static int run_user(struct call *c, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(c->core, c->core, &ct_plugin_account);
	const char *action = c->argc > 0 ? c->argv[0] : "";
	struct new_user new = { .label = "comptoirctl" };
	int rc;

	new.person.email = c->argc > 1 ? c->argv[1] : NULL;
	if (!strcmp(action, "add") &&
	    (c->argc == 4 || (c->argc == 5 && !strcmp(c->argv[4], "--installation-admin")))) {
		new.person.given_name = c->argv[2];
		new.person.family_name = c->argv[3];
		new.person.installation_admin = c->argc == 5;
		new.person.password = read_password(r);
		if (!new.person.password || strlen(new.person.password) < 8)
			return wrong(
				e,
				"a password of at least 8 characters is expected on standard input");
		return ct_transaction(r, user_add, &new, e);
	}
	if (!strcmp(action, "role") && c->argc == 4) {
		new.org = c->argv[2];
		new.role = c->argv[3];
		return ct_transaction(r, user_role, &new, e);
	}
	if (!strcmp(action, "token") && (c->argc == 2 || c->argc == 3)) {
		new.label = c->argc == 3 ? c->argv[2] : new.label;
		rc = ct_transaction(r, user_token, &new, e);
		if (!rc)
			puts(new.token);
		return rc;
	}
	return wrong(
		e,
		"user add EMAIL GIVEN FAMILY [--installation-admin] | user role EMAIL ORG ROLE | user token EMAIL [LABEL]");
}

static int run_demo_data(struct call *c, struct ct_error *e)
{
	FILE *accounts = stdout;
	int rc;

	if (c->argc == 2 && !strcmp(c->argv[0], "--accounts")) {
		accounts = fopen(c->argv[1], "we");
		if (!accounts)
			return ct_fail(e, CT_BROKEN, "%s: %s", c->argv[1], strerror(errno));
		fchmod(fileno(accounts), 0600);
	} else if (c->argc) {
		return wrong(e, "demo-data [--accounts FILE]");
	}
	rc = ct_demo_load(c->core, accounts, e);
	if (accounts != stdout && fclose(accounts) && !rc)
		rc = ct_fail(e, CT_BROKEN, "%s: %s", c->argv[1], strerror(errno));
	return rc;
}

/* What must always hold of the rows, by each plugin's own judgement (stage "verify"). */
static int run_verify(struct call *c, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(c->core, c->core, &ct_plugin_account);
	int rc = ct_raise_handlers(r, "verify", e);

	if (!rc)
		puts("all rows hold what they promise");
	return rc;
}

static int run_jobs(struct call *c, struct ct_error *e)
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
	return wrong(e, "jobs | jobs run PLUGIN.NAME | jobs outbox");
}

static int run_mail_test(struct call *c, struct ct_error *e)
{
	return c->argc == 1 ? ct_mail_test(c->core, c->argv[0], stdout, e)
			    : wrong(e, "mail-test ADDRESS");
}

static void print_settings(const char *section, const struct ct_setting *s)
{
	for (; s && s->key; s++)
		printf(".TP\n.B [%s] %s\n%s.%s%s%s\n", section, s->key, s->help,
		       s->initial ? " Default: \\fI" : "", s->initial ? s->initial : "",
		       s->initial    ? "\\fR."
		       : s->required ? " Required."
				     : "");
}

/* The middle of comptoir.ini(5), from the same tables that the parser goes by. */
static int run_settings(struct call *c, struct ct_error *e)
{
	(void)e;
	for (const struct ct_settings_section *s = ct_core_sections; s->name; s++)
		print_settings(s->name, s->table);
	for (size_t i = 0; i < c->core->registry->n_modules; i++)
		print_settings(c->core->registry->modules[i].plugin->name,
			       c->core->registry->modules[i].plugin->settings);
	return 0;
}

static int run_status(struct call *c, struct ct_error *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[4096];
	ssize_t n;
	int fd;

	if (c->argc != 1 || strlen(c->argv[0]) >= sizeof(address.sun_path))
		return wrong(e, "status SOCKET (the one that comptoir.fcgi --status made)");
	memcpy(address.sun_path, c->argv[0], strlen(c->argv[0]) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		int rc = ct_fail(e, CT_BROKEN, "%s: %s", c->argv[0], strerror(errno));

		if (fd >= 0)
			close(fd);
		return rc;
	}
	while ((n = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)n, stdout);
	close(fd);
	return 0;
}

/* Where the skeleton's name stands next, as it is or in capitals (a condition of the Makefile). */
static const char *next_name(const char *at, bool *capital_r)
{
	const char *small = strstr(at, "skeleton"), *capital = strstr(at, "SKELETON");

	*capital_r = capital && (!small || capital < small);
	return *capital_r ? capital : small;
}

static void put_name(FILE *out, const char *name, bool capital)
{
	for (; *name; name++)
		fputc(capital && *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name, out);
}

/* Copies one file of the skeleton, with its name replaced wherever it stands. */
static int copy_named(const char *from, const char *to, const char *name, struct ct_error *e)
{
	FILE *in = fopen(from, "re"), *out = in ? fopen(to, "wxe") : NULL;
	char line[1024];

	if (!out) {
		if (in)
			fclose(in);
		return ct_fail(e, CT_BROKEN, "%s: %s", in ? to : from, strerror(errno));
	}
	while (fgets(line, sizeof(line), in)) {
		const char *at = line, *hit;
		bool capital;

		for (; (hit = next_name(at, &capital)); at = hit + strlen("skeleton")) {
			fprintf(out, "%.*s", (int)(hit - at), at);
			put_name(out, name, capital);
		}
		fputs(at, out);
	}
	fclose(in);
	return fclose(out) ? ct_fail(e, CT_BROKEN, "%s: %s", to, strerror(errno)) : 0;
}

/* One that is there already is no error here: its files will be. */
static void make_folder(const char *const around[2], const char *name)
{
	char *path = talloc_asprintf(NULL, "%s%s%s", around[0], name, around[1]);

	mkdir(path, 0755);
	talloc_free(path);
}

static int run_new_plugin(struct call *c, struct ct_error *e)
{
	static const char *const files[][2] = {
		{ "plugins/skeleton/skeleton.c", "plugins/%s/%s.c" },
		{ "plugins/skeleton/skeleton.md", "plugins/%s/%s.md" },
		{ "plugins/skeleton/Makefile.inc", "plugins/%s/Makefile.inc" },
		{ "plugins/skeleton/templates/waiting.mustache",
		  "plugins/%s/templates/waiting.mustache" },
		{ "sql/skeleton/0001_wishes.sql", "sql/%s/0001_wishes.sql" },
	};
	static const char *const folders[][2] = { { "plugins/", "" },
						  { "plugins/", "/templates" },
						  { "sql/", "" } };
	const char *name = c->argc == 1 ? c->argv[0] : "";
	int rc = 0;

	if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(name))
		return wrong(
			e,
			"new-plugin NAME, of small letters and digits, in the folder of the source");
	if (access(files[0][0], R_OK))
		return ct_fail(e, CT_BROKEN,
			       "%s is not here: call this in the folder of the source",
			       files[0][0]);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_folder(folders[i], name);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !rc; i++) {
		const char *at = strchr(files[i][1], '%') + 2;
		const char *second = strstr(at, "%s");
		char *to = talloc_asprintf(NULL, "%.*s%s%.*s%s%s", (int)(at - 2 - files[i][1]),
					   files[i][1], name,
					   (int)(second ? second - at : (ptrdiff_t)strlen(at)), at,
					   second ? name : "", second ? second + 2 : "");

		rc = copy_named(files[i][0], to, name, e);
		if (!rc)
			puts(to);
		talloc_free(to);
	}
	if (!rc)
		printf("now add a line \"CT_PLUGIN([%s])\" to configure.ac and \"include plugins/%s/Makefile.inc\" to Makefile.am,\n"
		       "run ./autogen.sh and make, and put %s into [plugins] load\n",
		       name, name, name);
	return rc;
}

static const struct command commands[] = {
	{ "check", "", "check the configuration, all plugins, templates and queries", run_check,
	  false, false },
	{ "migrate", "", "bring the tables up to date, as their owner", run_migrate, true, false },
	{ "user",
	  "add EMAIL GIVEN FAMILY [--installation-admin] | role EMAIL ORG ROLE | token EMAIL [LABEL]",
	  "make an account (password on standard input), give a role, make an API token", run_user,
	  false, false },
	{ "plugins", "", "list what is loaded", run_plugins, false, false },
	{ "jobs", "[run PLUGIN.NAME | outbox]", "list the jobs, run one now, or deliver what waits",
	  run_jobs, false, false },
	{ "mail-test", "ADDRESS", "send one mail at once and say how that went", run_mail_test, false,
	  false },
	{ "demo-data", "[--accounts FILE]", "load the sample network into an empty installation",
	  run_demo_data, false, false },
	{ "verify", "", "look for rows that break a promise", run_verify, false, false },
	{ "settings", "", "print all settings in the form of a manual page", run_settings, false,
	  false },
	{ "status", "SOCKET", "what the server does at the moment", run_status, false, true },
	{ "new-plugin", "NAME", "begin a plugin from the skeleton, in the folder of the source",
	  run_new_plugin, false, true },
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

static int run(const struct command *command, struct call *c)
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
	struct call c = { .config = CT_CONFIG_FILE };
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
