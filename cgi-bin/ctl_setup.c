/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoirctl setup: from nothing to a running installation, and what is missing of one that is there. Each step
 * looks first whether it was done, so that calling it again after any trouble goes on from there.
 */
#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "config/settings.h"
#include "ctl_setup.h"
#include "db/db.h"

struct setup {
	struct ctl_call *call;
	struct ctl_answers *answers;
	bool force, database_only;
	bool asked_first,
		written; /* questions about the first rows are answered; comptoir.ini is new */
	unsigned changes;
};

static const char usage[] =
	"setup [--answers FILE] [--yes] [--force] [--database-only] [KEY=VALUE]…";

static int take_pair(struct ctl_answers *a, const char *pair, struct ct_error *e)
{
	const char *is = strchr(pair, '=');

	if (!is || is == pair)
		return ctl_wrong(e, usage);
	ctl_answer_set(a, "", talloc_strndup(a, pair, (size_t)(is - pair)), is + 1);
	return 0;
}

static int read_arguments(struct setup *s, struct ct_error *e)
{
	static const struct option options[] = { { "answers", required_argument, NULL, 'a' },
						 { "yes", no_argument, NULL, 'y' },
						 { "force", no_argument, NULL, 'f' },
						 { "database-only", no_argument, NULL, 'd' },
						 { 0 } };
	int option, rc = 0;

	s->answers->asking = true;
	optind = 0;
	/* getopt's argv[0] is the command's name, which stands before the arguments. */
	while (!rc && (option = getopt_long(s->call->argc + 1, s->call->argv - 1, "", options,
					    NULL)) != -1) {
		s->answers->asking = s->answers->asking && option != 'a' && option != 'y';
		s->force = s->force || option == 'f';
		s->database_only = s->database_only || option == 'd';
		if (option == 'a')
			rc = ctl_answers_read(s->answers, optarg, e);
		else if (option == '?')
			rc = ctl_wrong(e, usage);
	}
	for (int i = optind - 1; i < s->call->argc && !rc; i++)
		rc = take_pair(s->answers, s->call->argv[i], e);
	return rc;
}

/* The key of the configuration that --force replaces stays: what was signed with it is out in the world. */
static int keep_key(struct setup *s, struct ct_error *e)
{
	struct ct_settings *old;
	const char *key;
	int rc = ct_settings_read(s->answers, s->call->config, &old, e);

	if (!rc && (key = ct_settings_raw(old, "security", "key")))
		ctl_answer_set(s->answers, "security", "key", key);
	return rc;
}

/* As the file says that was just written, or the environment. */
static int data_folder(struct setup *s, const char **data_r, struct ct_error *e)
{
	struct ct_settings *t;
	const char *data;
	int rc = ct_settings_read(s->answers, s->call->config, &t, e);

	if (rc)
		return rc;
	data = ct_settings_raw(t, "paths", "data");
	*data_r = ct_settings_path(s->answers, t, data ? data : CT_DATA_DIR);
	return 0;
}

static int make_database(struct setup *s, struct ct_error *e)
{
	const struct ctl_answers *a = s->answers;
	struct ctl_database d = { ctl_answer(a, "database", "socket"),
				  ctl_answer(a, "database", "name"),
				  ctl_answer(a, "database", "user"),
				  ctl_answer(a, "database", "password"),
				  ctl_answer(a, "database", "owner_user"),
				  ctl_answer(a, "database", "owner_password"),
				  NULL };
	int rc = data_folder(s, &d.data, e);

	if (!rc)
		rc = ctl_database_make(&d, s->force, e);
	if (!rc)
		printf("database %s: made, with its users %s and %s\n", d.name, d.owner_user,
		       d.user);
	return rc;
}

/* The passwords are on the disk before the server knows them: nothing is lost by an interruption. */
static int write_all(struct setup *s, struct ct_error *e)
{
	bool given = ctl_answer(s->answers, "database", "owner_password") != NULL;
	int rc = ctl_config_write(s->answers, s->call->config, e);

	if (rc)
		return rc;
	printf("%s: written\n", s->call->config);
	s->changes++;
	s->written = true;
	return given ? 0 : make_database(s, e);
}

static int begin(struct setup *s, bool there, struct ct_error *e)
{
	const char *config = s->call->config, *old = talloc_asprintf(s->answers, "%s.old", config);
	int rc = ctl_ask(s->answers, CTL_TOPIC_INSTALLATION, e);

	if (!rc && !s->database_only)
		rc = ctl_ask(s->answers, CTL_TOPIC_FIRST, e);
	s->asked_first = true;
	if (!rc && there)
		rc = keep_key(s, e);
	if (rc)
		return rc;
	if (there && rename(config, old))
		return ct_fail(e, CT_BROKEN, "%s: %s", config, strerror(errno));
	rc = write_all(s, e);
	if (rc && there)
		rename(old, config);
	else if (rc)
		unlink(config);
	return rc;
}

/* Where the owner is not let in any more, root makes database and users again, by what comptoir.ini says. */
static int repair_database(struct setup *s, struct ct_core *core, struct ct_error *e)
{
	const struct ct_settings *t = core->settings;
	const struct ctl_database d = { ct_settings_text(t, "database.socket"),
					ct_settings_text(t, "database.name"),
					ct_settings_text(t, "database.user"),
					ct_settings_text(t, "database.password"),
					ct_settings_text(t, "database.owner_user"),
					ct_settings_text(t, "database.owner_password"),
					ct_settings_path(core, t,
							 ct_settings_text(t, "paths.data")) };
	struct ct_error why;
	int rc;

	if (!ct_db_ping(core->db, &why))
		return 0;
	if (!d.socket || !d.password || !d.owner_password)
		return ct_fail(e, CT_BROKEN,
			       "the database does not let %s in (%s): see [database] in %s",
			       d.owner_user, ct_db_trouble(core->db), s->call->config);
	rc = ctl_database_make(&d, true, e);
	if (!rc)
		printf("database %s: made again, with its users\n", d.name);
	s->changes++;
	return rc;
}

static void print_migration(void *ctx, const struct ct_migration *m)
{
	struct setup *s = ctx;

	printf("tables: %s/%s\n", m->plugin, m->file);
	s->changes++;
}

static int make_first(struct setup *s, struct ct_core *core, struct ct_error *e)
{
	struct ctl_there there;
	struct ctl_first first;
	int64_t account = 0;
	int rc = ctl_first_find(core, s->answers, &there, e);

	if (rc)
		return rc;
	if (there.network && there.admin) {
		printf("network: %s\nadministrator: %s\n", there.network, there.admin);
		return 0;
	}
	if (!s->asked_first && (rc = ctl_ask(s->answers, CTL_TOPIC_FIRST, e)))
		return rc;
	ctl_first_answers(s->answers, &first);
	rc = ctl_first_make(core, ct_settings_text(core->settings, "site.name"), &first, &there,
			    &account, e);
	if (rc)
		return rc;
	s->changes++;
	printf("network: %s\nadministrator: %s\n", ct_settings_text(core->settings, "site.name"),
	       there.admin ? there.admin : first.admin_email);
	if (!account)
		return 0;
	printf("\nChoose your password here, within %d days (comptoirctl user link %s makes a new link):\n\n  ",
	       CTL_LINK_DAYS, first.admin_email);
	rc = ctl_print_link(core, account, e);
	puts("");
	return rc;
}

static int as_owner(struct setup *s, struct ct_error *e)
{
	const struct ct_core_options options = { .config = s->call->config, .owner = true };
	const struct ct_migration_source *list;
	struct ct_core *core;
	size_t n;
	int rc = ct_core_open(&options, &core, e);

	if (rc)
		return rc;
	rc = repair_database(s, core, e);
	if (!rc && !s->database_only && !(rc = ctl_database_warn(core, e))) {
		list = ctl_sources(core, &n);
		rc = ct_migrate(core->db, list, n, print_migration, s, e);
		if (!rc)
			rc = make_first(s, core, e);
	}
	ct_core_close(core);
	return rc;
}

static int finish(struct setup *s, struct ct_error *e)
{
	const struct ct_core_options options = { .config = s->call->config };
	int rc = ct_core_open(&options, &s->call->core, e);

	if (!rc)
		rc = ctl_check(s->call, e);
	if (!rc && !s->changes)
		puts("all of it is there: nothing to do");
	return rc ? rc : ctl_next(s->call->core, s->call->config, s->written, e);
}

int ctl_setup(struct ctl_call *c, struct ct_error *e)
{
	void *mem = talloc_new(NULL);
	struct setup s = { .call = c, .answers = ctl_answers_new(mem) };
	bool there = access(c->config, F_OK) == 0;
	int rc = sodium_init() < 0 ? ct_fail(e, CT_BROKEN, "libsodium finds no source of chance")
				   : read_arguments(&s, e);

	if (!rc && there && !s.force) {
		printf("%s: there already (--force begins anew)\n", c->config);
		rc = ctl_config_repair(c->config, e);
	} else if (!rc) {
		rc = begin(&s, there, e);
	}
	if (!rc)
		rc = as_owner(&s, e);
	if (!rc && !s.database_only)
		rc = finish(&s, e);
	else if (!rc)
		printf("now comptoirctl --config %s restore BACKUP\n", c->config);
	talloc_free(mem);
	return rc;
}
