/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/worker.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core.h"
#include "server/allow.h"
#include "server/gateway.h"
#include "server/identity.h"
#include "server/listen.h"
#include "server/report.h"
#include "server/scoreboard.h"
#include "server/spawn.h"

#define FIRST_BYTE_MS 5000	/* a peer that connects and says nothing */
#define KEPT_IDLE_MS 1000	/* an idle kept connection holds a worker so long at most */
#define JOB_PAUSE_MAX_MS 60000

/* A tenth less at random, so that workers started together do not leave together. */
static unsigned jittered(unsigned max_requests)
{
	unsigned chance = 0;

	if (max_requests < 10)
		return max_requests;
	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		chance = (unsigned)getpid();
	return max_requests - chance % (max_requests / 10);
}

static void begin(const struct ct_worker *w)
{
	struct ct_error e;

	ct_signals_init();
	ct_slot_enter(w->slot, getpid());
	if (ct_identity_take(w->identity, &e) || ct_core_worker(w->core, w->slot, &e)) {
		ct_report(CT_LOG_ERROR, "worker.unfit", "text", e.text, NULL);
		exit(CT_WORKER_UNFIT);
	}
	if (write(w->up, "", 1) < 0)
		(void)0;	/* the generation is gone: the life pipe tells */
	close(w->up);
}

static _Noreturn void leave(const struct ct_worker *w)
{
	ct_slot_set(w->slot, CT_SLOT_DRAIN);
	ct_core_close(w->core);
	exit(CT_WORKER_DONE);
}

static bool told_to_leave(void)
{
	return ct_signals_take(SIGTERM) || ct_signals_take(SIGHUP);
}

static void log_refused(struct ct_worker const *w, const struct sockaddr_storage *peer)
{
	static int64_t last;
	int64_t now = ct_now_ms();

	ct_board_add(w->core->board, CT_VALUE_REFUSED, 1);
	if (last && now - last < 1000)
		return;
	last = now;
	ct_report(CT_LOG_WARNING, "peer.refused", "text", "not in [server] allow",
		  "family", peer->ss_family == AF_INET6 ? "ipv6" : "ipv4", NULL);
}

/* A connection that a request may come from; -1 where there is none (another worker had it). */
static int accept_peer(const struct ct_worker *w, struct pollfd *listener)
{
	struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(peer);
	int fd = accept4(listener->fd, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC), on = 1;

	if (fd < 0) {
		if (errno == EINVAL)	/* shut down by the supervisor: the life pipe will end */
			listener->fd = -1;
		return -1;
	}
	if (peer.ss_family != AF_UNIX && peer.ss_family != AF_UNSPEC) {
		if (!ct_allow_peer(w->allow, (const struct sockaddr *)&peer)) {
			log_refused(w, &peer);
			close(fd);
			return -1;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	return fd;
}

static bool readable(int fd, int timeout_ms)
{
	struct pollfd end = { .fd = fd, .events = POLLIN };

	return poll(&end, 1, timeout_ms) > 0;
}

/* Does another request follow on the kept connection, before it was idle for too long? */
static bool follows(const struct ct_worker *w, int fd)
{
	struct pollfd fds[2] = { { .fd = fd, .events = POLLIN },
				 { .fd = w->life, .events = POLLIN } };

	if (ct_signals_wait(fds, 2, KEPT_IDLE_MS) <= 0)
		return false;
	return fds[0].revents && !fds[1].revents;
}

static unsigned serve_connection(const struct ct_worker *w, struct ct_fcgi *fcgi, int fd,
				 unsigned left)
{
	struct ct_gateway *gateway;
	unsigned served = 0;

	ct_slot_set(w->slot, CT_SLOT_READ);
	ct_fcgi_connect(fcgi, fd);
	if (!readable(fd, FIRST_BYTE_MS)) {
		ct_fcgi_close(fcgi);
		fd = -1;
	}
	while (fd >= 0 && (gateway = ct_fcgi_begin(fcgi))) {
		ct_core_serve(w->core, gateway);
		ct_slot_set(w->slot, CT_SLOT_WRITE);
		fd = ct_fcgi_end(fcgi, !w->core->worn && (served + 1 < left || !left));
		served++;
		atomic_fetch_add(&w->slot->requests, 1);
		if (fd < 0)
			break;
		ct_slot_set(w->slot, CT_SLOT_IDLE);
		if (!follows(w, fd)) {
			ct_fcgi_close(fcgi);
			break;
		}
		ct_slot_set(w->slot, CT_SLOT_READ);
	}
	ct_slot_set(w->slot, CT_SLOT_IDLE);
	return served;
}

_Noreturn void ct_worker_run(const struct ct_worker *w)
{
	struct pollfd fds[CT_LISTENERS + 1] = { { .fd = w->life, .events = POLLIN } };
	unsigned limit = jittered(w->max_requests), served = 0;
	struct ct_fcgi *fcgi;

	begin(w);
	fcgi = ct_fcgi_new();
	if (!fcgi)
		exit(CT_WORKER_UNFIT);
	ct_signals_init();	/* libfcgi's own handlers would cut what is being read */
	for (size_t i = 0; i < w->n_listeners; i++)
		fds[i + 1] = (struct pollfd){ .fd = w->listeners[i], .events = POLLIN };
	ct_slot_set(w->slot, CT_SLOT_IDLE);
	while (!w->core->worn && (!limit || served < limit)) {
		ct_signals_wait(fds, (nfds_t)w->n_listeners + 1, -1);
		if (told_to_leave() || fds[0].revents)
			break;
		for (size_t i = 1; i <= w->n_listeners; i++) {
			int fd = fds[i].revents ? accept_peer(w, &fds[i]) : -1;

			if (fd >= 0)
				served += serve_connection(w, fcgi, fd, limit ? limit - served : 0);
		}
	}
	ct_fcgi_free(fcgi);
	leave(w);
}

_Noreturn void ct_worker_run_jobs(const struct ct_worker *w)
{
	unsigned limit = jittered(w->max_requests), rounds = 0;
	struct pollfd life = { .fd = w->life, .events = POLLIN };

	begin(w);
	ct_slot_set(w->slot, CT_SLOT_JOB);
	while (!limit || rounds++ < limit) {
		int pause = ct_core_jobs(w->core, w->life);

		if (pause < 0 || pause > JOB_PAUSE_MAX_MS)
			pause = JOB_PAUSE_MAX_MS;
		ct_signals_wait(&life, 1, pause);
		if (told_to_leave() || life.revents)
			break;
	}
	leave(w);
}
