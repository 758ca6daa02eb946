/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The [server] settings as the supervisor learns them. It has no library that reads the
 * configuration, so `comptoir-generation --server-settings` prints the checked values as
 * `key=value` lines, and this reads them.
 */
#ifndef CORE_SERVER_SETUP_H
#define CORE_SERVER_SETUP_H

#include <comptoir/error.h>

#define CT_WORKERS_MAX 120	/* two generations and their job processes fit the scoreboard */

struct ct_setup {
	char listen[512];		/* addresses separated by blanks or commas */
	char user[64], group[64];
	char allow[1024];
	unsigned workers;		/* 1 to CT_WORKERS_MAX */
	unsigned request_seconds;	/* a request past it is ended; 1 to 3600 */
	unsigned max_requests;		/* a worker is replaced after about as many; 0: never */
};

/* What holds where a key is missing: the same as the core's own defaults. */
void ct_setup_default(struct ct_setup *);

/*
 * Reads lines over what stands in *setup. Keys that are not the supervisor's are passed over. Fails
 * where a value does not fit; *setup may then be half changed.
 */
int ct_setup_parse(struct ct_setup *setup, const char *lines, struct ct_error *e) CT_MUST_USE;

/*
 * The generation's own words where one of its lines is error=…, ended by the end of the text or
 * a line break; else NULL.
 */
const char *ct_setup_error(const char *lines);

/* Reads "12" as --workers would: CT_BROKEN outside 1 to CT_WORKERS_MAX. */
int ct_setup_workers(const char *text, unsigned *workers_r, struct ct_error *e) CT_MUST_USE;

/*
 * A request in work at the start of a drain may take this long in all: its own limit and some
 * grace.
 */
int ct_setup_drain_ms(const struct ct_setup *);

#endif
