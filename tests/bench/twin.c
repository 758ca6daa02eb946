/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a page, a booking or a feed would cost without Comptoir: the same SQL and the same bytes, and
 * nothing else.
 *
 *   twin serve SOCKET DATABASE STATEMENTS BODY   a FastCGI program of four workers: each request runs the
 *                                                statements, prepared once, reads their rows and prints BODY
 *   twin run DATABASE STATEMENTS TIMES           runs the statements as a client would, prints the seconds
 *   twin replay DATABASE TEMPLATES STATEMENTS    prepares the templates, runs the statements with their values
 *
 * DATABASE is MariaDB's socket, where user comptoir has the password $TWIN_PASSWORD. STATEMENTS end with a
 * NUL each. Replayed ones begin with "Q", and are sent as they are, or with the template's number, and each
 * value follows as a word of its own: "N" (NULL), "I" with a number, "T" with a time, "S" with text; an empty
 * word ends it.
 */
#include <fcgiapp.h>
#include <mysql.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 4, MAX = 20000 };

static char *statement[MAX];
static MYSQL_STMT *prepared[MAX];
static size_t n_statements;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "twin: %s\n", what);
	exit(1);
}

static char *read_file(const char *path, size_t *len_r)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long len;

	if (!f || fseek(f, 0, SEEK_END) || (len = ftell(f)) < 0)
		die(path);
	rewind(f);
	text = calloc((size_t)len + 1, 1);
	if (!text || fread(text, 1, (size_t)len, f) != (size_t)len)
		die(path);
	fclose(f);
	*len_r = (size_t)len;
	return text;
}

static void read_statements(const char *path)
{
	size_t len;
	char *text = read_file(path, &len);

	for (char *at = text; at < text + len; at += strlen(at) + 1) {
		if (n_statements == MAX)
			die("too many statements");
		statement[n_statements++] = at;
	}
}

static MYSQL *open_database(const char *socket)
{
	MYSQL *db = mysql_init(NULL);

	mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(db, NULL, "comptoir", getenv("TWIN_PASSWORD"), "comptoir", 0, socket, 0))
		die(mysql_error(db));
	if (mysql_query(db, "SET SESSION tx_isolation = 'READ-COMMITTED', time_zone = '+00:00'"))
		die(mysql_error(db));
	return db;
}

static void prepare_all(MYSQL *db)
{
	for (size_t i = 0; i < n_statements; i++) {
		prepared[i] = mysql_stmt_init(db);
		if (mysql_stmt_prepare(prepared[i], statement[i], strlen(statement[i])))
			die(mysql_stmt_error(prepared[i]));
	}
}

static void execute_all(void)
{
	for (size_t i = 0; i < n_statements; i++) {
		if (mysql_stmt_execute(prepared[i]) || mysql_stmt_store_result(prepared[i]))
			die(mysql_stmt_error(prepared[i]));
		mysql_stmt_free_result(prepared[i]);
	}
}

static void work(int listening, const char *database, const char *body, size_t len)
{
	FCGX_Request r;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prepare_all(open_database(database));
	FCGX_InitRequest(&r, listening, 0);
	while (FCGX_Accept_r(&r) == 0) {
		execute_all();
		FCGX_FPrintF(r.out, "Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
			     "Content-Length: %d\r\n\r\n", (int)len);
		FCGX_PutStr(body, (int)len, r.out);
		FCGX_Finish_r(&r);
	}
}

static int serve(char **argv)
{
	size_t len;
	char *body = read_file(argv[3], &len);
	int listening;

	read_statements(argv[2]);
	FCGX_Init();
	listening = FCGX_OpenSocket(argv[0], 128);
	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0) {
			work(listening, argv[1], body, len);
			_exit(0);
		}
	puts("ready");
	fflush(stdout);
	while (wait(NULL) > 0)
		;
	return 0;
}

static void print_since(const struct timespec *a)
{
	struct timespec b;
	long long ns;

	clock_gettime(CLOCK_MONOTONIC, &b);
	ns = (b.tv_sec - a->tv_sec) * 1000000000LL + b.tv_nsec - a->tv_nsec;
	printf("%lld.%09lld\n", ns / 1000000000, ns % 1000000000);
}

static int run(char **argv)
{
	MYSQL *db = open_database(argv[0]);
	struct timespec a;

	read_statements(argv[1]);
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int times = atoi(argv[2]); times > 0; times--)
		for (size_t i = 0; i < n_statements; i++) {
			MYSQL_RES *rows;

			if (mysql_real_query(db, statement[i], strlen(statement[i])))
				die(mysql_error(db));
			rows = mysql_store_result(db);
			while (rows && mysql_fetch_row(rows))
				;
			mysql_free_result(rows);
		}
	print_since(&a);
	return 0;
}

enum { VALUES = 64 };

static MYSQL_TIME read_time(const char *text)
{
	MYSQL_TIME t = { .time_type = MYSQL_TIMESTAMP_DATETIME };

	if (sscanf(text, "%u-%u-%u %u:%u:%u", &t.year, &t.month, &t.day, &t.hour, &t.minute, &t.second) < 3)
		die(text);
	return t;
}

/* Runs template `n` with the words at `at`; returns what stands after them. */
static char *execute_with(unsigned n, char *at)
{
	MYSQL_BIND bind[VALUES] = { 0 };
	long long number[VALUES];
	MYSQL_TIME time[VALUES];
	unsigned count = 0;

	for (; *at; at += strlen(at) + 1, count++) {
		if (count == VALUES)
			die("too many values");
		bind[count].buffer_type = *at == 'N' ? MYSQL_TYPE_NULL
					: *at == 'I' ? MYSQL_TYPE_LONGLONG
					: *at == 'T' ? MYSQL_TYPE_DATETIME : MYSQL_TYPE_STRING;
		if (*at == 'I') {
			number[count] = atoll(at + 1);
			bind[count].buffer = &number[count];
		} else if (*at == 'T') {
			time[count] = read_time(at + 1);
			bind[count].buffer = &time[count];
		} else {
			bind[count].buffer = at + 1;
			bind[count].buffer_length = strlen(at + 1);
		}
	}
	if (n >= n_statements || count != mysql_stmt_param_count(prepared[n]))
		die("a wrong number of values");
	if ((count && mysql_stmt_bind_param(prepared[n], bind)) || mysql_stmt_execute(prepared[n]) ||
	    mysql_stmt_store_result(prepared[n]))
		die(mysql_stmt_error(prepared[n]));
	mysql_stmt_free_result(prepared[n]);
	return at + 1;
}

static int replay(char **argv)
{
	MYSQL *db = open_database(argv[0]);
	struct timespec a;
	size_t len;
	char *text, *at, *end;

	read_statements(argv[1]);
	prepare_all(db);
	text = read_file(argv[2], &len);
	end = text + len;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (at = text; at < end;) {
		if (*at != 'Q') {
			unsigned n = (unsigned)atoi(at);

			at = execute_with(n, at + strlen(at) + 1);
			continue;
		}
		if (mysql_real_query(db, at + 1, strlen(at + 1)))
			die(mysql_error(db));
		at += strlen(at) + 1;
	}
	print_since(&a);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && !strcmp(argv[1], "serve"))
		return serve(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "run"))
		return run(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "replay"))
		return replay(argv + 2);
	die("serve SOCKET DATABASE STATEMENTS BODY | run DATABASE STATEMENTS TIMES |"
	    " replay DATABASE TEMPLATES STATEMENTS");
}
