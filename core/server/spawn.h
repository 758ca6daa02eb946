/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starting programs, and the signals of a process that waits in one place.
 *
 * All descriptors of ours are close-on-exec; a child gets exactly those that it is given, at
 * fixed numbers.
 */
#ifndef CORE_SERVER_SPAWN_H
#define CORE_SERVER_SPAWN_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <comptoir/error.h>

/* What a generation finds at which number; its listening sockets follow. */
enum ct_handed_fd {
	CT_FD_BOARD = 3,	/* the scoreboard's memory */
	CT_FD_CONTROL,		/* a pipe that ends when it shall drain, also by our death */
	CT_FD_READY,		/* a pipe for lines key=value about itself, then "ready" */
	CT_FD_LISTEN
};

struct ct_fd_map { int from, to; };

/*
 * Starts `program` (a path) with `argv` and the descriptors of `map` (at most 16) at their
 * numbers, no signal blocked or ignored. Returns once it was executed. Standard input of the
 * child is /dev/null unless `map` says otherwise. `envp` is its environment; NULL: ours.
 */
int ct_spawn(const char *program, char *const argv[], char *const envp[],
	     const struct ct_fd_map *map, size_t n, pid_t *pid_r, struct ct_error *e) CT_MUST_USE;

/*
 * Signals. `ct_signals_init` blocks TERM, INT, HUP, USR1 and CHLD for good and installs handlers
 * that note them; only ct_signals_wait lets them in, so nothing else is ever interrupted: no
 * read, no upload. It is ppoll with a timeout in milliseconds (negative: none), returning early
 * at a signal (then 0). ct_signals_take tells, once, whether `signo` came. A child after fork
 * calls ct_signals_init again to forget what came for its parent.
 */
void ct_signals_init(void);
int ct_signals_wait(struct pollfd *fds, nfds_t n, int timeout_ms);
bool ct_signals_take(int signo);

/* A pipe, both ends close-on-exec and non-blocking. */
int ct_pipe(int ends_r[2], struct ct_error *e) CT_MUST_USE;

#endif
