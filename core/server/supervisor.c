/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/allow.h"
#include "server/identity.h"
#include "server/learn.h"
#include "server/listen.h"
#include "server/notify.h"
#include "server/report.h"
#include "server/scoreboard.h"
#include "server/setup.h"
#include "server/spawn.h"
#include "server/status.h"

#define GENERATIONS 6		/* one that serves, one that starts, others that still drain */
#define START_MS 60000		/* a generation that takes longer has failed */
#define KILL_MS 2000
#define RESTART_MAX_MS 30000
#define AGAIN_MS 1000		/* timeout(1) and terminals tell us twice what was meant once */
#define STEADY_MS 60000		/* served so long, a generation's death is no fault of its start */

enum state { NONE, STARTING, SERVING, DRAINING, LOST };

struct generation {
	enum state state;
	uint64_t number;
	pid_t pid;
	int control, ready;	/* our ends; -1: closed */
	int64_t since;		/* of its state */
	int64_t deadline;	/* 0: none */
	bool warned;		/* it had its TERM at the deadline */
	char said[2048];
	size_t len;
};

struct supervisor {
	const struct ct_supervisor_options *options;
	struct ct_setup setup;
	struct ct_listeners listeners, status;
	struct ct_board *board;
	int board_fd;
	struct generation generation[GENERATIONS];
	uint64_t last_number;
	int64_t started, stopped;
	int64_t restart_at;	/* when nothing serves: start again then */
	unsigned restarts;	/* in a row, without a steady generation between */
	bool reload, stop, served;
	char failure[480];
	time_t failure_at;
};

static struct generation *find_state(struct supervisor *s, enum state state)
{
	for (size_t i = 0; i < GENERATIONS; i++)
		if (s->generation[i].state == state)
			return &s->generation[i];
	return NULL;
}

static void set_state(struct generation *g, enum state state, int deadline_ms)
{
	g->state = state;
	g->since = ct_now_ms();
	g->deadline = deadline_ms ? g->since + deadline_ms : 0;
	g->warned = false;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Its control pipe ends, so it lets its requests finish and leaves. */
static void drain(struct supervisor *s, struct generation *g)
{
	if (g->state == STARTING)
		kill(g->pid, SIGTERM);
	close_end(&g->control);
	set_state(g, DRAINING, ct_setup_drain_ms(&s->setup) + KILL_MS);
}

static int start_program(struct supervisor *s, struct generation *g, int control, int ready,
			 struct ct_error *e)
{
	struct ct_fd_map map[CT_FD_LISTEN + CT_LISTENERS] = {
		{ s->board_fd, CT_FD_BOARD }, { control, CT_FD_CONTROL }, { ready, CT_FD_READY },
	};
	char number[24], listeners[24];
	const char *argv[16] = { "comptoir-generation", "--serve", number, "--listeners",
				 listeners };
	size_t n = 3, a = 5;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)g->number);
	snprintf(listeners, sizeof(listeners), "%zu", s->listeners.n);
	for (size_t i = 0; i < s->listeners.n; i++)
		map[n++] = (struct ct_fd_map){ s->listeners.at[i].fd, CT_FD_LISTEN + (int)i };
	if (s->options->config)
		argv[a++] = "--config", argv[a++] = s->options->config;
	if (s->options->workers)
		argv[a++] = "--workers", argv[a++] = s->options->workers;
	return ct_spawn(s->options->generation, ct_argv(argv), NULL, map, n, &g->pid, e);
}

static void note_failure(struct supervisor *s, const struct generation *g, const char *text)
{
	ct_report(CT_LOG_ERROR, "generation.failed", "generation",
		  ct_report_num((long long)g->number), "text", text, NULL);
	ct_board_add(s->board, CT_VALUE_GENERATION_FAILURES, 1);
	snprintf(s->failure, sizeof(s->failure), "%s", text);
	for (char *p = s->failure; *p; p++)
		if (*p == '"')
			*p = '\'';	/* the status puts it in quotes */
	s->failure_at = time(NULL);
}

/* Nothing came up, or what served died: again, the later the more often that happened. */
static void restart_later(struct supervisor *s)
{
	int64_t delay = s->restarts ? 500LL << (s->restarts < 7 ? s->restarts : 7) : 0;

	s->restarts++;
	s->restart_at = ct_now_ms() + (delay < RESTART_MAX_MS ? delay : RESTART_MAX_MS);
}

static void start_generation(struct supervisor *s)
{
	struct generation *g = find_state(s, NONE);
	int control[2] = { -1, -1 }, ready[2] = { -1, -1 };
	struct ct_error e;

	if (!g)
		return;
	memset(g, 0, sizeof(*g));
	g->number = ++s->last_number;
	if (ct_pipe(control, &e) || ct_pipe(ready, &e) ||
	    start_program(s, g, control[0], ready[1], &e)) {
		note_failure(s, g, e.text);
		close_end(&control[1]);
		close_end(&ready[0]);
		restart_later(s);
	} else {
		g->control = control[1];
		g->ready = ready[0];
		set_state(g, STARTING, START_MS);
	}
	close_end(&control[0]);
	close_end(&ready[1]);
}

static void write_pid(const char *path)
{
	char temporary[4096];
	FILE *f;

	snprintf(temporary, sizeof(temporary), "%s.new", path);
	f = fopen(temporary, "we");
	if (f && fprintf(f, "%d\n", (int)getpid()) > 0 && fclose(f) == 0 &&
	    rename(temporary, path) == 0)
		return;
	ct_report(CT_LOG_WARNING, "pid_file.failed", "path", path, "text", strerror(errno), NULL);
}

/* What the new generation read from the configuration counts from now on. */
static void take_setup(struct supervisor *s, const struct generation *g)
{
	struct ct_setup setup = s->setup;
	struct ct_error e;

	if (ct_setup_parse(&setup, g->said, &e)) {
		ct_report(CT_LOG_WARNING, "settings.kept", "text", e.text, NULL);
		return;
	}
	if (strcmp(setup.listen, s->setup.listen) != 0)
		ct_report(CT_LOG_WARNING, "settings.kept", "text",
			  "[server] listen changes at a restart only", NULL);
	memcpy(setup.listen, s->setup.listen, sizeof(setup.listen));
	s->setup = setup;
}

static void promote(struct supervisor *s, struct generation *g)
{
	struct generation *old = find_state(s, SERVING);

	take_setup(s, g);
	close_end(&g->ready);
	set_state(g, SERVING, 0);
	if (old)
		drain(s, old);
	s->restart_at = 0;
	s->failure[0] = '\0';
	ct_board_set(s->board, CT_VALUE_GENERATION, g->number);
	ct_report(CT_LOG_INFO, "generation.ready", "generation",
		  ct_report_num((long long)g->number), "workers", ct_report_num(s->setup.workers),
		  NULL);
	if (!s->served && s->options->pid_file)
		write_pid(s->options->pid_file);
	s->served = true;
	ct_notify("READY=1\nSTATUS=serving");
}

/* Reads what a generation says of itself, until it is ready or has nothing more to say. */
static void listen_to(struct supervisor *s, struct generation *g)
{
	ssize_t n;

	while ((n = read(g->ready, g->said + g->len, sizeof(g->said) - 1 - g->len)) > 0) {
		g->len += (size_t)n;
		g->said[g->len] = '\0';
	}
	if (g->state == STARTING && g->len >= 6 && !strcmp(g->said + g->len - 6, "ready\n"))
		promote(s, g);
	else if (n == 0 || g->len == sizeof(g->said) - 1)
		close_end(&g->ready);
}

/* Why it failed: its own words, or how it ended. */
static void last_words(const struct generation *g, int status, char text[480])
{
	const char *words = ct_setup_error(g->said);

	if (words)
		snprintf(text, 480, "%.*s", (int)strcspn(words, "\n"), words);
	else if (WIFSIGNALED(status))
		snprintf(text, 480, "ended by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(text, 480, "ended with status %d", WEXITSTATUS(status));
}

/* Its workers are ours now: they end by themselves, or at the limit. */
static void bury(struct supervisor *s, struct generation *g, int status)
{
	enum state was;
	char text[480];

	if (g->ready >= 0)
		listen_to(s, g);
	was = g->state;
	if (was == SERVING && ct_now_ms() - g->since > STEADY_MS)
		s->restarts = 0;
	if (was == STARTING || was == SERVING) {
		last_words(g, status, text);
		note_failure(s, g, text);
		if (!find_state(s, SERVING) || was == SERVING)
			restart_later(s);
		else
			ct_notify("READY=1\nSTATUS=serving; the last reload failed");
	}
	close_end(&g->control);
	close_end(&g->ready);
	set_state(g, LOST, ct_setup_drain_ms(&s->setup));
}

static void reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		ct_board_reap(s->board, pid);
		for (size_t i = 0; i < GENERATIONS; i++)
			if (s->generation[i].state != NONE && s->generation[i].pid == pid)
				bury(s, &s->generation[i], status);
	}
}

/* Sends `signo` to all processes of a generation; false where there is none left. */
static bool signal_slots(const struct supervisor *s, const struct generation *g, int signo)
{
	bool any = false;

	for (size_t i = 0; i < CT_BOARD_SLOTS; i++) {
		const struct ct_slot *slot = &s->board->slot[i];
		pid_t pid = slot->pid;

		if (pid <= 0 || slot->generation != g->number)
			continue;
		any = true;
		if (signo)
			kill(pid, signo);
	}
	return any;
}

/* A generation past its deadline: TERM makes it kill its children; then we do it. */
static void enforce(struct supervisor *s, struct generation *g, int64_t now)
{
	if (g->state == LOST && !signal_slots(s, g, 0)) {
		g->state = NONE;
		return;
	}
	if (!g->deadline || now < g->deadline)
		return;
	if (g->state == LOST) {
		signal_slots(s, g, SIGKILL);
	} else if (!g->warned) {
		ct_report(CT_LOG_WARNING, "generation.late", "generation",
			  ct_report_num((long long)g->number), NULL);
		kill(g->pid, SIGTERM);
		g->warned = true;
	} else {
		kill(g->pid, SIGKILL);
		signal_slots(s, g, SIGKILL);
	}
	g->deadline = now + KILL_MS;
}

static bool any_left(const struct supervisor *s)
{
	for (size_t i = 0; i < GENERATIONS; i++)
		if (s->generation[i].state != NONE)
			return true;
	return false;
}

static void stop(struct supervisor *s)
{
	bool again = s->stop;

	if (again && ct_now_ms() - s->stopped < AGAIN_MS)
		return;
	s->stopped = ct_now_ms();
	ct_report(CT_LOG_INFO, again ? "server.kills" : "server.drains", NULL);
	ct_notify("STOPPING=1");
	s->stop = true;
	for (size_t i = 0; i < GENERATIONS; i++) {
		struct generation *g = &s->generation[i];

		if (g->state == STARTING || g->state == SERVING)
			drain(s, g);
		if (again && g->state != NONE)
			g->deadline = ct_now_ms();
	}
	ct_listen_close(&s->listeners);
}

static void take_signals(struct supervisor *s)
{
	bool term = ct_signals_take(SIGTERM), interrupt = ct_signals_take(SIGINT);

	if (term || interrupt)
		stop(s);
	if (ct_signals_take(SIGHUP) && !s->stop) {
		ct_notify_reloading();
		s->reload = true;
	}
	ct_signals_take(SIGUSR1);
	ct_signals_take(SIGCHLD);
}

/* Starts what is wanted, one at a time. */
static void start_wanted(struct supervisor *s)
{
	if (s->stop || find_state(s, STARTING) || !find_state(s, NONE))
		return;
	if (s->reload || (s->restart_at && ct_now_ms() >= s->restart_at)) {
		s->reload = false;
		s->restart_at = 0;
		start_generation(s);
	}
}

static int next_timeout(const struct supervisor *s)
{
	int64_t next = s->restart_at && !s->stop ? s->restart_at : INT64_MAX, now = ct_now_ms();

	for (size_t i = 0; i < GENERATIONS; i++) {
		const struct generation *g = &s->generation[i];

		if (g->state != NONE && g->deadline && g->deadline < next)
			next = g->deadline;
	}
	if (next == INT64_MAX)
		return -1;
	return next <= now ? 0 : (int)(next - now);
}

static void print_status(const struct supervisor *s, FILE *out)
{
	static const char *const names[] = { "none", "starting", "serving", "draining", "lost" };
	int64_t now = ct_now_ms();
	char at[32];

	fprintf(out, "supervisor pid=%d up_seconds=%lld version=%s\n", (int)getpid(),
		(long long)(now - s->started) / 1000, CT_VERSION);
	for (size_t i = 0; i < GENERATIONS; i++) {
		const struct generation *g = &s->generation[i];

		if (g->state != NONE)
			fprintf(out, "generation number=%llu pid=%d state=%s seconds=%lld\n",
				(unsigned long long)g->number, (int)g->pid, names[g->state],
				(long long)(now - g->since) / 1000);
	}
	if (s->failure[0]) {
		struct tm tm;

		strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&s->failure_at, &tm));
		fprintf(out, "failure at=%s text=\"%s\"\n", at, s->failure);
	}
	ct_status_board(out, s->board);
}

static void answer_status(const struct supervisor *s)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	print_status(s, out);
	if (fclose(out) == 0)
		ct_status_answer(s->status.at[0].fd, text);
	free(text);
}

static void wait_and_read(struct supervisor *s)
{
	struct pollfd fds[GENERATIONS + 1] = { { .fd = s->status.n ? s->status.at[0].fd : -1,
						 .events = POLLIN } };

	for (size_t i = 0; i < GENERATIONS; i++) {
		const struct generation *g = &s->generation[i];

		fds[i + 1].fd = g->state == NONE ? -1 : g->ready;
		fds[i + 1].events = POLLIN;
	}
	ct_signals_wait(fds, GENERATIONS + 1, next_timeout(s));
	for (size_t i = 0; i < GENERATIONS; i++)
		if (fds[i + 1].revents)
			listen_to(s, &s->generation[i]);
	if (fds[0].revents)
		answer_status(s);
}

static int serve(struct supervisor *s)
{
	start_generation(s);
	while (any_left(s) || !s->stop) {
		wait_and_read(s);
		take_signals(s);
		reap(s);
		for (size_t i = 0; i < GENERATIONS; i++)
			if (s->generation[i].state != NONE)
				enforce(s, &s->generation[i], ct_now_ms());
		if (!s->served && !any_left(s))
			return s->stop ? 0 : 1;
		start_wanted(s);
	}
	return 0;
}

static int open_sockets(struct supervisor *s, struct ct_error *e)
{
	const struct ct_supervisor_options *o = s->options;
	struct ct_identity who;
	struct ct_allow allow;
	int fds[CT_LISTENERS];
	char status[300];

	if (ct_identity_find(s->setup.user, s->setup.group, &who, e) ||
	    ct_allow_parse(s->setup.allow, &allow, e))
		return CT_BROKEN;
	if (!s->listeners.n &&
	    ct_listen_open_all(o->listen ? o->listen : s->setup.listen, &who, &s->listeners, e))
		return CT_BROKEN;
	for (size_t i = 0; i < s->listeners.n; i++)
		fds[i] = s->listeners.at[i].fd;
	if (ct_listen_check(fds, s->listeners.n, &allow, e))
		return CT_BROKEN;
	if (!o->status)
		return 0;
	snprintf(status, sizeof(status), "unix:%s", o->status);
	if (ct_listen_open(status, &who, &s->status.at[0], e))
		return CT_BROKEN;
	s->status.n = 1;
	return 0;
}

static int prepare(struct supervisor *s, struct ct_error *e)
{
	unsigned workers;

	ct_notify("STATUS=starting");
	if (s->options->workers && ct_setup_workers(s->options->workers, &workers, e))
		return CT_BROKEN;
	if (ct_listen_inherit(&s->listeners, e))
		return CT_BROKEN;
	ct_signals_init();
	ct_setup_default(&s->setup);
	if (ct_learn(s->options->generation, s->options->config, &s->setup, e))
		return CT_BROKEN;
	if (ct_board_create(&s->board, &s->board_fd, e))
		return CT_BROKEN;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return ct_server_fail(e, "subreaper: %s", strerror(errno));
	return open_sockets(s, e);
}

int ct_supervise(const struct ct_supervisor_options *options)
{
	struct supervisor s = { .options = options, .board_fd = -1, .started = ct_now_ms() };
	struct ct_error e;
	int status = 1;

	if (prepare(&s, &e))
		ct_report(CT_LOG_ERROR, "server.failed", "text", e.text, NULL);
	else
		status = serve(&s);
	ct_listen_close(&s.listeners);
	ct_listen_close(&s.status);
	if (s.served && options->pid_file)
		unlink(options->pid_file);
	close_end(&s.board_fd);
	ct_board_detach(s.board);
	ct_report(CT_LOG_INFO, "server.ended", "status", ct_report_num(status), NULL);
	return status;
}
