/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: MariaDB's own programs, which know best how its tables are written down. */
#include "ctl_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "config/settings.h"
#include "core.h"

enum { OPTIONS_FD = 3 };

/* A value of an option file, in quotes. */
static void put_option(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(out, "%s=\"", name);
	for (; *value; value++)
		fprintf(out, strchr("\\\"", *value) ? "\\%c" : "%c", *value);
	fputs("\"\n", out);
}

/* Who the owner is, in a file without a name. */
static int options_file(struct ct_core *core, struct ct_error *e)
{
	const struct ct_settings *s = core->settings;
	const char *socket = ct_settings_text(s, "database.socket");
	int fd = memfd_create("options", 0);
	FILE *out = fd < 0 || fchmod(fd, 0600) ? NULL : fdopen(dup(fd), "w");

	if (!out) {
		ct_fail(e, CT_BROKEN, "no memory for the options of mariadb: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	fputs("[client]\n", out);
	put_option(out, "user", ct_settings_text(s, "database.owner_user"));
	put_option(out, "password", ct_settings_text(s, "database.owner_password"));
	if (socket)
		put_option(out, "socket", ct_settings_path(core, s, socket));
	else
		put_option(out, "host", ct_settings_text(s, "database.host"));
	fprintf(out, "port=%lld\ndefault-character-set=utf8mb4\n",
		(long long)ct_settings_int(s, "database.port"));
	fclose(out);
	return fd;
}

/* Starts argv[0] with `in` and `out` as its standard streams; -1: inherited. */
static int start(struct ct_core *core, const char *const *argv, int in, int out, pid_t *pid_r,
		 struct ct_error *e)
{
	posix_spawn_file_actions_t actions;
	char *const *args;
	int options = options_file(core, e), failed;

	if (options < 0)
		return e->rc;
	posix_spawn_file_actions_init(&actions);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, options, OPTIONS_FD);
	memcpy(&args, &argv, sizeof(args)); /* only read, though not const there */
	failed = posix_spawnp(pid_r, argv[0], &actions, NULL, args, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(options);
	if (failed)
		return ct_fail(e, CT_BROKEN,
			       "%s cannot be started (%s): it is in the package mariadb-client",
			       argv[0], strerror(failed));
	return 0;
}

static int await(const char *program, pid_t pid, struct ct_error *e)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return ct_fail(e, CT_BROKEN, "%s: %s", program, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return ct_fail(e, CT_BROKEN, "%s failed; it says why above", program);
	return 0;
}

/* "INSERT INTO `party` (`id`, …) VALUES" → the table's name, in `line`; NULL for another line. */
static char *inserted_table(char *line)
{
	static const char insert[] = "INSERT INTO `";
	char *end;

	if (strncmp(line, insert, sizeof(insert) - 1) != 0)
		return NULL;
	line += sizeof(insert) - 1;
	end = strchr(line, '`');
	if (end)
		*end = '\0';
	return end ? line : NULL;
}

static void count_row(json_t *tables, const char *table)
{
	json_t *count = json_object_get(tables, table);

	json_integer_set(count, json_integer_value(count) + 1);
}

/* mariadb-dump writes one row a line, which begins with "(", and no line break inside of a row. */
static int copy_and_count(FILE *in, FILE *out, json_t *tables)
{
	char *line = NULL, table[65] = "";
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, in)) > 0) {
		static const char create[] = "CREATE TABLE `";
		char *name;

		if (fwrite(line, 1, (size_t)len, out) != (size_t)len)
			break;
		if (!strncmp(line, create, sizeof(create) - 1) &&
		    (name = strchr(line + sizeof(create), '`'))) {
			*name = '\0';
			json_object_set_new(tables, line + sizeof(create) - 1, json_integer(0));
		} else if (*line == '(' && *table) {
			count_row(tables, table);
		}
		if (line[len > 1 ? len - 2 : 0] == ';')
			*table = '\0';
		else if ((name = inserted_table(line)))
			snprintf(table, sizeof(table), "%s", name);
	}
	free(line);
	return ferror(in) || fflush(out) || fsync(fileno(out));
}

int ctl_client_dump(struct ct_core *owner, const char *path, json_t *tables, struct ct_error *e)
{
	const char *const argv[] = { "mariadb-dump",
				     "--defaults-file=/proc/self/fd/3",
				     "--single-transaction",
				     "--skip-add-drop-table",
				     "--skip-add-locks",
				     "--skip-comments",
				     "--skip-dump-date",
				     "--hex-blob",
				     "--no-autocommit",
				     "--no-tablespaces",
				     "--triggers",
				     ct_settings_text(owner->settings, "database.name"),
				     NULL };
	FILE *out = fopen(path, "wxe"), *in = NULL;
	int ends[2] = { -1, -1 }, rc = 0, finished;
	pid_t pid = -1;

	if (!out || pipe2(ends, O_CLOEXEC) || !(in = fdopen(ends[0], "r")))
		rc = ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	if (!rc)
		rc = start(owner, argv, -1, ends[1], &pid, e);
	if (ends[1] >= 0)
		close(ends[1]);
	if (!rc) {
		bool wrong = fchmod(fileno(out), 0600) || copy_and_count(in, out, tables);
		int why = errno;

		fclose(in); /* a program that still writes ends by that */
		in = NULL;
		finished = await(argv[0], pid, e);
		rc = wrong ? ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(why)) : finished;
	}
	if (in)
		fclose(in);
	if (out && fclose(out) && !rc)
		rc = ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	return rc;
}

int ctl_client_there(struct ct_core *owner, struct ct_error *e)
{
	const char *const argv[] = { "mariadb", "--version", NULL };
	int out = open("/dev/null", O_WRONLY | O_CLOEXEC), rc;
	pid_t pid = -1;

	if (out < 0)
		return ct_fail(e, CT_BROKEN, "/dev/null: %s", strerror(errno));
	rc = start(owner, argv, -1, out, &pid, e);
	close(out);
	return rc ? rc : await(argv[0], pid, e);
}

int ctl_client_load(struct ct_core *owner, const char *path, struct ct_error *e)
{
	const char *const argv[] = {
		"mariadb",    "--defaults-file=/proc/self/fd/3",
		"--batch",    "--max-allowed-packet=64M",
		/* words that a person's name may be are looked for, too (docs/adr/0021) */
		"--init-command=SET SESSION innodb_ft_enable_stopword = 0",
		"--database", ct_settings_text(owner->settings, "database.name"),
		NULL
	};
	int in = open(path, O_RDONLY | O_CLOEXEC), rc;
	pid_t pid = -1;

	if (in < 0)
		return ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	rc = start(owner, argv, in, -1, &pid, e);
	close(in);
	return rc ? rc : await(argv[0], pid, e);
}
