/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "server/allow.h"
#include "server/identity.h"
#include "server/listen.h"
#include "server/report.h"
#include "server/scoreboard.h"
#include "server/setup.h"
#include "server/spawn.h"
#include "server/worker.h"

#define CHILDREN (CT_WORKERS_MAX + 1)
#define TICK_MS 1000
#define OVERDUE_TICK_MS 200
#define KILL_MS 2000
#define HELPER_SECONDS 30	/* a helper that hangs ends by SIGALRM */
#define CALM_MS 10000		/* no crash for so long: the next one counts as the first */
#define BACKOFF_MAX_MS 5000
#define CROWD_MS 50		/* crashes in a row by requests */

struct child {
	pid_t pid;		/* 0: none */
	struct ct_slot *slot;
	int64_t term_at;	/* when it was told to leave as overdue, or killed; 0: never */
	int64_t term_since;	/* start of the request that it was told for */
};

struct generation {
	const struct ct_generation_options *options;
	struct ct_core *core;
	struct ct_board *board;
	struct ct_setup setup;
	struct ct_identity identity;
	struct ct_allow allow;
	int listeners[CT_LISTENERS];
	int ready;		/* to the supervisor; -1 once it was told */
	int life[2], up[2];
	struct child child[CHILDREN];	/* [0] is the job process */
	int64_t started;
	int64_t crash_at, fork_at;
	unsigned crashes;	/* in a row */
	int64_t drain_until;	/* 0: it serves */
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Tells the supervisor; it may be gone, which the control pipe says too. */
static void say(struct generation *g, const char *key, const char *value)
{
	char line[1400];
	int len = snprintf(line, sizeof(line), "%s%s%s\n", key, value ? "=" : "",
			   value ? value : "");

	if (g->ready >= 0 &&
	    write(g->ready, line, len < (int)sizeof(line) ? (size_t)len : sizeof(line) - 1) < 0)
		close_end(&g->ready);
}

static void run_child(struct generation *g, struct child *c)
{
	const struct ct_worker worker = {
		.core = g->core, .slot = c->slot, .listeners = g->listeners,
		.n_listeners = g->options->listeners, .life = g->life[0], .up = g->up[1],
		.identity = &g->identity, .allow = &g->allow, .max_requests = g->setup.max_requests,
	};

	close_end(&g->ready);
	close_end(&g->life[1]);
	close_end(&g->up[0]);
	close(CT_FD_CONTROL);
	if (c == &g->child[0])
		ct_worker_run_jobs(&worker);
	ct_worker_run(&worker);
}

static void fork_child(struct generation *g, struct child *c)
{
	pid_t pid;

	c->slot = ct_slot_claim(g->board, g->options->number);
	if (!c->slot) {		/* others still drain: again at the next tick */
		g->fork_at = ct_now_ms() + TICK_MS;
		return;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_child(g, c);
	if (pid < 0) {
		ct_report(CT_LOG_ERROR, "fork.failed", "text", strerror(errno), NULL);
		ct_board_reap(g->board, getpid());
		g->fork_at = ct_now_ms() + TICK_MS;
		return;
	}
	ct_slot_enter(c->slot, pid);
	c->pid = pid;
	c->term_at = 0;
}

static void fork_missing(struct generation *g)
{
	for (size_t i = 0; i <= g->setup.workers; i++) {
		if (g->drain_until || ct_now_ms() < g->fork_at)
			return;
		if (!g->child[i].pid)
			fork_child(g, &g->child[i]);
	}
}

/*
 * A child that a request crashed is replaced at once, or nearly so when that happens in a row:
 * others wait for a worker. One that did not even start is tried again later and later.
 */
static int64_t crash_delay(struct generation *g, const struct child *c)
{
	int64_t now = ct_now_ms();
	unsigned over;

	if (now - g->crash_at > CALM_MS)
		g->crashes = 0;
	g->crash_at = now;
	over = g->crashes++ / g->setup.workers;
	if (c->slot->state != CT_SLOT_START)
		return over ? CROWD_MS : 0;
	return over < 6 ? 100LL << over : BACKOFF_MAX_MS;
}

static void note_crash(struct generation *g, const struct child *c, int status)
{
	char route[CT_BOARD_LABEL];

	ct_slot_route_text(c->slot, route);
	ct_report(CT_LOG_ERROR, "worker.crashed", "worker", ct_report_num(c->pid),
		  "signal", WIFSIGNALED(status) ? ct_report_num(WTERMSIG(status)) : NULL,
		  "status", WIFEXITED(status) ? ct_report_num(WEXITSTATUS(status)) : NULL,
		  "state", ct_slot_state_name(c->slot->state),
		  "route", *route ? route : NULL, NULL);
	ct_board_add(g->board, CT_VALUE_CRASHES, 1);
	g->fork_at = ct_now_ms() + crash_delay(g, c);
}

static struct child *find_child(struct generation *g, pid_t pid)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (g->child[i].pid == pid)
			return &g->child[i];
	return NULL;
}

static void reap(struct generation *g)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct child *c = find_child(g, pid);

		if (c && status && !c->term_at)
			note_crash(g, c, status);
		ct_board_reap(g->board, pid);
		if (c)
			memset(c, 0, sizeof(*c));
	}
}

/*
 * A process for one thing that may take long, with the core but not with our pipes. -1 without one.
 */
static pid_t fork_helper(struct generation *g)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid;
	signal(SIGALRM, SIG_DFL);
	alarm(HELPER_SECONDS);
	close_end(&g->ready);
	close_end(&g->life[1]);
	close(CT_FD_CONTROL);
	return 0;
}

static void kill_query(struct generation *g, uint64_t thread_id)
{
	struct ct_error e;

	if (!thread_id || fork_helper(g))
		return;
	if (ct_identity_take(&g->identity, &e) == 0)
		ct_core_kill_query(g->core, (unsigned long)thread_id);
	_exit(0);
}

static void end_overdue(struct generation *g, struct child *c, int64_t now, int64_t since)
{
	char route[CT_BOARD_LABEL];

	ct_slot_route_text(c->slot, route);
	ct_report(CT_LOG_ERROR, "request.overdue", "worker", ct_report_num(c->pid),
		  "milliseconds", ct_report_num(now - since),
		  "state", ct_slot_state_name(c->slot->state),
		  "route", *route ? route : NULL, NULL);
	ct_board_add(g->board, CT_VALUE_OVERDUE, 1);
	c->term_at = now;
	c->term_since = since;
	kill_query(g, c->slot->sql);
	kill(c->pid, SIGTERM);
}

/* How long until this must be looked at again. */
static int watch_overdue(struct generation *g)
{
	int64_t now = ct_now_ms(), limit = (int64_t)g->setup.request_seconds * 1000;
	int tick = TICK_MS;

	for (size_t i = 1; i < CHILDREN; i++) {
		struct child *c = &g->child[i];
		int64_t since = c->pid ? (int64_t)c->slot->since : 0;

		if (!since)
			continue;
		if (!c->term_at && now - since > limit)
			end_overdue(g, c, now, since);
		else if (c->term_at && since == c->term_since && now - c->term_at > KILL_MS)
			kill(c->pid, SIGKILL);
		if (c->term_at || limit - (now - since) < TICK_MS)
			tick = OVERDUE_TICK_MS;
	}
	return tick;
}

static void kill_children(struct generation *g)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		if (!g->child[i].pid)
			continue;
		g->child[i].term_at = ct_now_ms();	/* so that it is no crash */
		kill(g->child[i].pid, SIGKILL);
	}
}

static bool any_child(const struct generation *g)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (g->child[i].pid)
			return true;
	return false;
}

/* The life pipe ends: who is idle leaves, who works leaves after. */
static void drain(struct generation *g)
{
	if (g->drain_until)
		return;
	close_end(&g->life[1]);
	for (size_t i = 0; i < g->options->listeners; i++)
		close_end(&g->listeners[i]);
	g->drain_until = ct_now_ms() + ct_setup_drain_ms(&g->setup);
}

static void wait_for_news(struct generation *g, int timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = g->drain_until ? -1 : CT_FD_CONTROL, .events = POLLIN },
		{ .fd = g->up[0], .events = POLLIN },
	};
	char bytes[64];

	ct_signals_wait(fds, 2, timeout_ms);
	if (fds[0].revents)
		drain(g);
	if (fds[1].revents && read(g->up[0], bytes, sizeof(bytes)) > 0) {
		say(g, "ready", NULL);
		close_end(&g->ready);
	}
	if (ct_signals_take(SIGTERM)) {
		drain(g);
		g->drain_until = ct_now_ms();
	}
	ct_signals_take(SIGCHLD);
}

static int serve(struct generation *g)
{
	int tick;

	while (!g->drain_until || any_child(g)) {
		fork_missing(g);
		tick = watch_overdue(g);
		if (g->fork_at && g->fork_at - ct_now_ms() < tick)
			tick = g->fork_at > ct_now_ms() ? (int)(g->fork_at - ct_now_ms()) : tick;
		wait_for_news(g, tick);
		reap(g);
		if (g->ready >= 0 && g->crashes && !g->drain_until) {
			say(g, "error", "a worker could not start: see the log");
			kill_children(g);
			return 1;
		}
		if (g->drain_until && ct_now_ms() >= g->drain_until)
			kill_children(g);
	}
	return 0;
}

/* In a process of its own: hundreds of statements leave nothing behind in the ones that serve. */
static int check_queries(struct generation *g, struct ct_error *e)
{
	struct ct_error found = { .rc = 0 };
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return ct_server_fail(e, "pipe: %s", strerror(errno));
	pid = fork_helper(g);
	if (pid == 0) {
		if (ct_identity_take(&g->identity, &found) == 0 &&
		    ct_core_check_queries(g->core, &found) == 0)
			found.rc = 0;
		_exit(write(ends[1], &found, sizeof(found)) == sizeof(found) ? 0 : 1);
	}
	close(ends[1]);
	if (pid < 0 || read(ends[0], &found, sizeof(found)) != sizeof(found)) {
		found.rc = CT_BROKEN;
		snprintf(found.text, sizeof(found.text), "the check of the queries did not end");
	}
	close(ends[0]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (found.rc == CT_BROKEN) {
		*e = found;
		return CT_BROKEN;
	}
	if (found.rc)	/* the database is away: requests get 503 until it is back */
		ct_report(CT_LOG_WARNING, "queries.unchecked", "text", found.text, NULL);
	return 0;
}

static int read_setup(struct generation *g, struct ct_error *e)
{
	char *lines = NULL;
	size_t len;
	FILE *out = open_memstream(&lines, &len);
	int rc;

	if (!out)
		return ct_server_fail(e, "out of memory");
	rc = ct_core_server_settings(g->options->config, out, e);
	if (fclose(out) && !rc)
		rc = ct_server_fail(e, "out of memory");
	ct_setup_default(&g->setup);
	if (!rc)
		rc = ct_setup_parse(&g->setup, lines, e);
	free(lines);
	if (!rc && g->options->workers)
		rc = ct_setup_workers(g->options->workers, &g->setup.workers, e);
	return rc;
}

static int prepare(struct generation *g, struct ct_error *e)
{
	struct ct_core_options options = { .config = g->options->config };

	for (size_t i = 0; i < g->options->listeners; i++)
		g->listeners[i] = CT_FD_LISTEN + (int)i;
	for (int fd = CT_FD_BOARD; fd < CT_FD_LISTEN + (int)g->options->listeners; fd++)
		if (fcntl(fd, F_SETFD, FD_CLOEXEC))
			return ct_server_fail(e, "no descriptor %d: comptoir.fcgi starts this", fd);
	if (ct_board_attach(CT_FD_BOARD, &g->board, e) || read_setup(g, e) ||
	    ct_identity_find(g->setup.user, g->setup.group, &g->identity, e) ||
	    ct_allow_parse(g->setup.allow, &g->allow, e) ||
	    ct_listen_check(g->listeners, g->options->listeners, &g->allow, e))
		return CT_BROKEN;
	options.board = g->board;
	if (ct_core_open(&options, &g->core, e) || check_queries(g, e))
		return CT_BROKEN;
	return ct_pipe(g->life, e) || ct_pipe(g->up, e) ? CT_BROKEN : 0;
}

static void say_setup(struct generation *g)
{
	say(g, "listen", g->setup.listen);
	say(g, "workers", ct_report_num(g->setup.workers));
	say(g, "request_seconds", ct_report_num(g->setup.request_seconds));
}

int ct_generation_run(const struct ct_generation_options *options)
{
	struct generation g = {
		.options = options, .ready = CT_FD_READY, .started = ct_now_ms(),
		.life = { -1, -1 }, .up = { -1, -1 },
	};
	struct ct_error e = { .rc = 0 };
	int status = 1;

	signal(SIGPIPE, SIG_IGN);
	if (prepare(&g, &e)) {
		say(&g, "error", e.text);
	} else {
		ct_signals_init();
		say_setup(&g);
		status = serve(&g);
	}
	if (g.core)
		ct_core_close(g.core);
	ct_board_detach(g.board);
	return status;
}
