/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A generation: one reading of the configuration and the plugins, and the processes forked from it.
 *
 * It opens the core, has every query checked, forks the workers and the job process, and says
 * "ready" when the first worker can serve. A child that ends is replaced: at once after its
 * number of requests, later and later when children crash in a row. A request past [server]
 * request_seconds has its query killed and its worker told to leave (TERM); two seconds later
 * the worker is killed. When the control pipe ends (the supervisor drains us, or died) children
 * finish what they do; what is left at the limit is killed.
 *
 * Nothing is ever unloaded: new plugins come with a new generation.
 */
#ifndef CORE_SERVER_GENERATION_H
#define CORE_SERVER_GENERATION_H

#include <stddef.h>
#include <stdint.h>

struct ct_generation_options {
	const char *config;		/* path */
	const char *workers;		/* NULL: as configured */
	uint64_t number;		/* of this generation, counted by the supervisor */
	size_t listeners;		/* sockets from CT_FD_LISTEN on */
};

/* Runs it on the descriptors of ct_handed_fd. Returns the exit status: 0 after a drain. */
int ct_generation_run(const struct ct_generation_options *);

#endif
