/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The children of a generation, each a process that serves one request at a time, and the job
 * process.
 *
 * TERM, INT, HUP and USR1 stay blocked but while a worker waits for a connection, and the
 * listening sockets do not block: so no body is ever cut by a signal, an idle worker leaves at
 * once, and one at work leaves when it is done. (With an interruptible accept a slow upload was
 * cut and handled as complete.) A worker leaves at TERM or HUP, and when its `life` pipe ends:
 * when the generation drains, or dies.
 */
#ifndef CORE_SERVER_WORKER_H
#define CORE_SERVER_WORKER_H

#include <stddef.h>

struct ct_allow;
struct ct_core;
struct ct_identity;
struct ct_slot;

/* How a child ends. Anything else, and every signal, is a crash. */
enum ct_worker_exit {
	CT_WORKER_DONE = 0,		/* drained, or served its number of requests */
	CT_WORKER_UNFIT = 70,		/* could not become its user, or the core refused */
};

struct ct_worker {
	struct ct_core *core;
	struct ct_slot *slot;
	const int *listeners;		/* non-blocking */
	size_t n_listeners;
	int life;			/* read end of a pipe on which nothing is ever written */
	int up;				/* gets a byte once the process is ready; then closed */
	const struct ct_identity *identity;
	const struct ct_allow *allow;
	unsigned max_requests;		/* about as many; 0: no limit */
};

/*
 * Becomes the worker's user, opens the core's own part and serves until it shall leave. Ends the
 * process.
 */
_Noreturn void ct_worker_run(const struct ct_worker *);

/* The same for the job process: rounds of ct_core_jobs, with the pauses that these ask for. */
_Noreturn void ct_worker_run_jobs(const struct ct_worker *);

#endif
