/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supervisor: the first process of a server, linked with libc only.
 *
 * It owns what must outlive a change of program: the listening sockets and the scoreboard.
 * Everything else is done by a *generation*, another program that it starts with the sockets
 * (spawn.h, ct_handed_fd).
 *
 *   HUP    starts a new generation. When it says "ready" the old one drains; when it fails the old
 *          one goes on and the failure is logged and shown in the status. The configuration's
 *          `listen` is read at the start only.
 *   TERM   (or INT) drains all and ends. Requests in work may finish, up to their own limit; TERM
 *          once more, a second later or more: at once.
 *   USR1   is reserved for reopening logs, and ignored: the log goes to standard error.
 *
 * A generation drains when its control pipe ends, so it also does when the supervisor is killed. A
 * generation that dies is replaced, later and later; its workers, which as orphans become ours
 * (PR_SET_CHILD_SUBREAPER), are given the time of a drain.
 */
#ifndef CORE_SERVER_SUPERVISOR_H
#define CORE_SERVER_SUPERVISOR_H

struct ct_supervisor_options {
	const char *generation;		/* path of the program comptoir-generation */
	const char *config;		/* NULL: as the generation's program decides */
	const char *listen;		/* NULL: as configured; sockets handed over come first */
	const char *workers;		/* NULL: as configured */
	const char *pid_file;		/* written when the first generation is ready, or NULL */
	const char *status;		/* path of the status socket; NULL: none */
};

/*
 * Runs the server until it is told to end. Returns the exit status: 0 after a drain, 1 where it
 * could not start (said on standard error). systemd is told when it is ready, reloads and stops
 * (sd_notify(3)).
 */
int ct_supervise(const struct ct_supervisor_options *);

#endif
