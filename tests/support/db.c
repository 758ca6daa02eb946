/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/db.h"

#include <errno.h>
#include <mysql.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "db/migrate.h"
#include "db/splitter.h"

enum { OPTIONS = 8, STARTING_MS = 30000 };

static struct {
	char dir[64], socket[80];
	char *options[OPTIONS + 1];
	pid_t pid, owner;
	MYSQL *admin;
} server;

const char *test_source(void)
{
	const char *source = getenv("COMPTOIR_SOURCE");

	return source ? source : ".";
}

static void nap(unsigned ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

static bool answers(void)
{
	MYSQL *mysql = mysql_init(NULL);

	if (!mysql_real_connect(mysql, NULL, "root", NULL, NULL, 0, server.socket, 0)) {
		mysql_close(mysql);
		return false;
	}
	server.admin = mysql;
	return true;
}

static void spawn(void)
{
	char script[256], *argv[OPTIONS + 5] = { script, script, NULL };
	static char shell[] = "sh", run[] = "run";
	size_t n = 0;

	snprintf(script, sizeof(script), "%s/tests/support/mariadb.sh", test_source());
	argv[n++] = shell;
	argv[n++] = script;
	argv[n++] = run;
	argv[n++] = server.dir;
	for (size_t i = 0; server.options[i]; i++)
		argv[n++] = server.options[i];
	argv[n] = NULL;
	server.pid = fork();
	assert_true(server.pid >= 0);
	if (server.pid == 0) {
		execvp("sh", argv);
		_exit(127);
	}
}

void test_db_start(void)
{
	unsigned waited = 0;

	assert_int_equal(server.pid, 0);
	spawn();
	while (!answers()) {
		if (waitpid(server.pid, NULL, WNOHANG) == server.pid) {
			server.pid = 0;
			fail_msg("the test server ended: see %s/log", server.dir);
		}
		assert_true((waited += 20) < STARTING_MS);
		nap(20);
	}
}

void test_db_stop(bool with_kill)
{
	if (!server.pid)
		return;
	mysql_close(server.admin);
	server.admin = NULL;
	kill(server.pid, with_kill ? SIGKILL : SIGTERM);
	while (waitpid(server.pid, NULL, 0) < 0 && errno == EINTR)
		;
	server.pid = 0;
}

static void clean_up(void)
{
	char command[96];

	if (getpid() != server.owner)
		return;
	test_db_stop(true);
	snprintf(command, sizeof(command), "rm -rf '%s'", server.dir);
	if (system(command))
		fprintf(stderr, "%s stays\n", server.dir);
	for (size_t i = 0; server.options[i]; i++)
		free(server.options[i]);
}

const char *test_db_server(const char *const *options)
{
	if (server.pid)
		return server.socket;
	snprintf(server.dir, sizeof(server.dir), "/tmp/comptoir-db.XXXXXX");
	assert_non_null(mkdtemp(server.dir));
	snprintf(server.socket, sizeof(server.socket), "%s/s", server.dir);
	for (size_t i = 0; options && options[i] && i < OPTIONS; i++)
		server.options[i] = strdup(options[i]);
	server.owner = getpid();
	atexit(clean_up);
	test_db_start();
	return server.socket;
}

static void admin_sql(const char *sql)
{
	if (mysql_query(server.admin, sql))
		fail_msg("%s: %s", sql, mysql_error(server.admin));
}

static void use(const char *name)
{
	if (mysql_select_db(server.admin, name))
		fail_msg("%s: %s", name, mysql_error(server.admin));
}

void test_db_sql(const char *name, const char *format, ...)
{
	char *sql;
	va_list ap;

	va_start(ap, format);
	sql = talloc_vasprintf(NULL, format, ap);
	va_end(ap);
	use(name);
	admin_sql(sql);
	talloc_free(sql);
}

int64_t test_db_number(const char *name, const char *format, ...)
{
	MYSQL_RES *rows;
	MYSQL_ROW row;
	int64_t number;
	char *sql;
	va_list ap;

	va_start(ap, format);
	sql = talloc_vasprintf(NULL, format, ap);
	va_end(ap);
	use(name);
	admin_sql(sql);
	rows = mysql_store_result(server.admin);
	assert_non_null(rows);
	row = mysql_fetch_row(rows);
	if (!row || !row[0])
		fail_msg("%s gave nothing", sql);
	number = strtoll(row[0], NULL, 10);
	mysql_free_result(rows);
	talloc_free(sql);
	return number;
}

/* `text` with every @NAME@ of `pairs` (name, value, …, NULL) replaced. */
static char *filled(void *mem, const char *text, const char *const *pairs)
{
	char *out = talloc_strdup(mem, "");
	const char *at;

	while ((at = strchr(text, '@'))) {
		size_t i = 0;

		out = talloc_strndup_append(out, text, (size_t)(at - text));
		while (pairs[i] && strncmp(at, pairs[i], strlen(pairs[i])) != 0)
			i += 2;
		out = talloc_strdup_append(out, pairs[i] ? pairs[i + 1] : "@");
		text = at + (pairs[i] ? strlen(pairs[i]) : 1);
	}
	return talloc_strdup_append(out, text);
}

static char *contents(void *mem, const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = talloc_zero_size(mem, 65536);

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	assert_true(fread(text, 1, 65535, f) > 0);
	fclose(f);
	return text;
}

void test_db_create(const char *name)
{
	const char *pairs[] = {
		"@DATABASE@", name, "@HOST@", "localhost", "@OWNER@", "owner", "@USER@", "user",
		"@OWNER_PASSWORD@", "", "@PASSWORD@", "", NULL,
	};
	void *mem = talloc_new(NULL);
	struct ct_statement_text *list;
	struct ct_error e;
	char *sql;
	size_t n;

	test_db_server(NULL);
	sql = contents(mem, talloc_asprintf(mem, "%s/sql/users.sql.in", test_source()));
	assert_int_equal(ct_sql_split(mem, filled(mem, sql, pairs), &list, &n, &e), 0);
	admin_sql(talloc_asprintf(mem, "DROP DATABASE IF EXISTS `%s`", name));
	for (size_t i = 0; i < n; i++)
		admin_sql(list[i].sql);
	talloc_free(mem);
}

/* `plugin` NULL: the core's tables alone. */
static void create(const char *name, const char *plugin)
{
	void *mem = talloc_new(NULL);
	const struct ct_migration_source sources[] = {
		{ "core", talloc_asprintf(mem, "%s/sql/core", test_source()) },
		{ plugin, talloc_asprintf(mem, "%s/sql/%s", test_source(), plugin ? plugin : "") },
	};
	struct ct_error e;

	test_db_create(name);
	if (ct_migrate(test_db_open(mem, name, "owner"), sources, plugin ? 2 : 1, NULL, NULL, &e))
		fail_msg("%s", e.text);
	talloc_free(mem);
}

void test_db_create_core(const char *name)
{
	create(name, NULL);
}

void test_db_create_plugin(const char *name, const char *plugin)
{
	create(name, plugin);
}

struct ct_db_options test_db_options(const char *name, const char *user)
{
	return (struct ct_db_options){
		.socket = test_db_server(NULL), .name = name, .user = user, .password = "",
		.statement_seconds = 20, .lock_seconds = 5,
	};
}

struct ct_db *test_db_open(void *mem, const char *name, const char *user)
{
	struct ct_db_options options = test_db_options(name, user);
	struct ct_error e;
	struct ct_db *db;

	assert_int_equal(ct_db_open(mem, &options, &db, &e), 0);
	return db;
}
