/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A core without a database, to test the processes and sockets alone. Its configuration is a
 * file of key=value lines: the [server] settings as the supervisor reads them, and
 *
 *   open_error=TEXT  query_error=TEXT  worker_error=TEXT   the function fails with TEXT
 *   unfit=FILE                                             ct_core_worker fails while FILE exists
 *   open_ms=N                                              opening takes so long
 *   note=TEXT                                              shown by /pid: which reading it is
 *   killed=FILE                                            ct_core_kill_query appends its id
 *
 * Requests, by the last segment of the path:
 *
 *   /echo      reads the body: JSON with its length, FNV-1a sum and whether it was complete (else
 *              400), and a line event=echo in the log
 *   /sleep?ms  answers after so long; /sql?ms says that it runs query 4242 meanwhile
 *   /crash     aborts; /spin never ends; /env gives all parameters; /big?n gives n bytes
 *   /hash?ms   takes a place at hashing for so long, or answers 503
 *   /pid       pid, generation's note, uid and gid, no_new_privs
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "server/gateway.h"
#include "server/report.h"
#include "server/scoreboard.h"

static char config[8192];

static const char *setting(const char *key, char value[512])
{
	size_t len = strlen(key);

	for (const char *line = config; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, len) && line[len] == '=') {
			snprintf(value, 512, "%.*s", (int)strcspn(line + len + 1, "\n"),
				 line + len + 1);
			return value;
		}
	}
	return NULL;
}

static int load(const char *path, struct ct_error *e)
{
	FILE *f = path ? fopen(path, "re") : NULL;
	size_t n;

	if (!f)
		return ct_server_fail(e, "%s: %s", path ? path : "no configuration",
				      strerror(errno));
	n = fread(config, 1, sizeof(config) - 1, f);
	config[n] = '\0';
	fclose(f);
	return 0;
}

static void pause_ms(long ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&left, &left) && errno == EINTR)
		continue;
}

int ct_core_open(const struct ct_core_options *options, struct ct_core **core_r, struct ct_error *e)
{
	char value[512];
	struct ct_core *core;

	if (load(options->config, e))
		return CT_BROKEN;
	if (setting("open_ms", value))
		pause_ms(atol(value));
	if (setting("open_error", value))
		return ct_server_fail(e, "%s", value);
	core = calloc(1, sizeof(*core));
	if (!core)
		abort();
	core->board = options->board;
	*core_r = core;
	return 0;
}

int ct_core_check_queries(struct ct_core *core, struct ct_error *e)
{
	char value[512];

	(void)core;
	return setting("query_error", value) ? ct_server_fail(e, "%s", value) : 0;
}

int ct_core_worker(struct ct_core *core, struct ct_slot *slot, struct ct_error *e)
{
	char value[512];

	core->slot = slot;
	if (setting("unfit", value) && access(value, F_OK) == 0)
		return ct_server_fail(e, "unfit");
	return setting("worker_error", value) ? ct_server_fail(e, "%s", value) : 0;
}

int ct_core_server_settings(const char *path, FILE *out, struct ct_error *e)
{
	if (load(path, e))
		return CT_BROKEN;
	fputs(config, out);
	return 0;
}

int ct_core_jobs(struct ct_core *core, int wake_fd)
{
	(void)wake_fd;
	ct_board_add(core->board, CT_VALUE_JOBS, 1);
	return 100;
}

void ct_core_kill_query(struct ct_core *core, unsigned long thread_id)
{
	char value[512];
	FILE *f = setting("killed", value) ? fopen(value, "ae") : NULL;

	(void)core;
	if (!f)
		return;
	fprintf(f, "%lu\n", thread_id);
	fclose(f);
}

void ct_core_close(struct ct_core *core)
{
	free(core);
}

static void answer(struct ct_gateway *gw, const char *status, const char *text)
{
	char head[256];
	int len = snprintf(head, sizeof(head), "Status: %s\r\nContent-Type: application/json\r\n"
			   "Content-Length: %zu\r\n\r\n", status, strlen(text));

	gw->write(gw, head, (size_t)len);
	gw->write(gw, text, strlen(text));
}

static void echo(struct ct_gateway *gw)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325), length = 0;
	unsigned char buf[4096];
	char text[256];
	ssize_t n;

	while ((n = gw->read(gw, buf, sizeof(buf))) > 0) {
		length += (uint64_t)n;
		for (ssize_t i = 0; i < n; i++)
			sum = (sum ^ buf[i]) * UINT64_C(0x100000001b3);
	}
	ct_report(CT_LOG_INFO, "echo", "length", ct_report_num((long long)length),
		  "complete", n == 0 ? "true" : "false", NULL);
	snprintf(text, sizeof(text),
		 "{\"length\":%" PRIu64 ",\"sum\":\"%016" PRIx64 "\",\"complete\":%s,\"pid\":%d}",
		 length, sum, n == 0 ? "true" : "false", (int)getpid());
	answer(gw, n == 0 ? "200 OK" : "400 Bad Request", text);
}

static void show_pid(struct ct_gateway *gw)
{
	char text[1024], note[512];

	snprintf(text, sizeof(text),
		 "{\"pid\":%d,\"parent\":%d,\"note\":\"%s\",\"uid\":%d,\"gid\":%d,"
		 "\"no_new_privs\":%d}",
		 (int)getpid(), (int)getppid(), setting("note", note) ? note : "", (int)getuid(),
		 (int)getgid(), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	answer(gw, "200 OK", text);
}

static void show_env(struct ct_gateway *gw)
{
	static const char *const names[] = {
		"REQUEST_METHOD", "REQUEST_URI",	"SCRIPT_NAME",	  "PATH_INFO",
		"QUERY_STRING",	  "REMOTE_ADDR",	"REQUEST_SCHEME", "HTTPS",
		"HTTP_HOST",	  "HTTP_AUTHORIZATION", "HTTP_PROXY",	  "CONTENT_LENGTH",
		"CONTENT_TYPE",	  "SERVER_PROTOCOL",
	};
	char text[8192] = "{";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = gw->param(gw, names[i]);
		size_t len = strlen(text);

		if (value && !strpbrk(value, "\"\\"))
			snprintf(text + len, sizeof(text) - len, "%s\"%s\":\"%s\"",
				 len > 1 ? "," : "", names[i], value);
	}
	strncat(text, "}", sizeof(text) - strlen(text) - 1);
	answer(gw, "200 OK", text);
}

static void big(struct ct_gateway *gw, long n)
{
	static const char head[] = "Content-Type: text/plain\r\n\r\n";
	char line[1000];

	memset(line, 'x', sizeof(line));
	gw->write(gw, head, sizeof(head) - 1);
	for (; n > 0; n -= (long)sizeof(line))
		gw->write(gw, line, n < (long)sizeof(line) ? (size_t)n : sizeof(line));
}

static void hash(struct ct_core *core, struct ct_gateway *gw, long ms)
{
	if (!ct_board_hash_enter(core->board, core->slot)) {
		answer(gw, "503 Service Unavailable", "{}");
		return;
	}
	pause_ms(ms);
	ct_board_hash_leave(core->board, core->slot);
	answer(gw, "200 OK", "{}");
}

static void serve(struct ct_core *core, struct ct_gateway *gw, const char *path, long n)
{
	if (!strcmp(path, "/echo")) {
		echo(gw);
	} else if (!strcmp(path, "/sleep") || !strcmp(path, "/sql")) {
		ct_slot_sql(core->slot, path[2] == 'q' ? 4242 : 0);
		pause_ms(n);
		answer(gw, "200 OK", "{\"slept\":true}");
	} else if (!strcmp(path, "/crash")) {
		abort();
	} else if (!strcmp(path, "/spin")) {
		for (;;)
			pause_ms(1000);
	} else if (!strcmp(path, "/env")) {
		show_env(gw);
	} else if (!strcmp(path, "/big")) {
		big(gw, n);
	} else if (!strcmp(path, "/hash")) {
		hash(core, gw, n);
	} else if (!strcmp(path, "/pid")) {
		show_pid(gw);
	} else {
		answer(gw, "404 Not Found", "{}");
	}
}

void ct_core_serve(struct ct_core *core, struct ct_gateway *gw)
{
	const char *uri = gw->param(gw, "REQUEST_URI"), *query = gw->param(gw, "QUERY_STRING");
	int64_t start = ct_now_ms();
	char path[256], *last;

	snprintf(path, sizeof(path), "%.*s", uri ? (int)strcspn(uri, "?") : 0, uri ? uri : "");
	last = strrchr(path, '/');
	ct_slot_set(core->slot, CT_SLOT_RUN);
	ct_slot_route(core->slot, last ? last : "");
	serve(core, gw, last ? last : "", query ? atol(query) : 0);
	ct_metric_add(core->board, last ? last : "", 200, ct_now_ms() - start);
}
