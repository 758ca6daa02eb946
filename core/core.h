/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The core as a whole: what a generation opens once and every worker, the job process and comptoirctl
 * share afterwards. It is read-only once open; only the database connection, the compiled templates'
 * statements and the scoreboard slot belong to a single process.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <comptoir/error.h>

struct ct_board;
struct ct_db;
struct ct_gateway;
struct ct_registry;
struct ct_settings;
struct ct_slot;
struct ct_templates;

struct ct_core_options {
	const char *config;		/* path of comptoir.ini */
	struct ct_board *board;		/* shared scoreboard, or NULL (comptoirctl, plain CGI) */
	bool cgi;			/* one request: compile templates when they are used first */
	bool owner;			/* connect as [database] owner: migrate, setup, demo-data */
};

struct ct_core {
	struct ct_settings *settings;
	struct ct_registry *registry;
	struct ct_templates *templates;
	struct ct_db *db;
	struct ct_board *board;
	struct ct_slot *slot;		/* this process's; NULL outside a server */
	const char *url;		/* [site] url without its last slash: "https://lieu.example/reserver" */
	const char *prefix;		/* the path in it: "/reserver", or "" */
	bool https;
	uint8_t key[32];		/* the installation's key, from [security] key */
	bool worn;			/* a request was given up: this process leaves */
	bool strict;			/* tests: what a view may not hold is an error (COMPTOIR_STRICT) */
	const char *assets;		/* version of the static files, for their addresses */
};

/*
 * Reads the configuration, loads the plugins, checks every table of theirs and compiles the templates.
 * *core_r is a talloc context. Fails with CT_BROKEN and a text that names file and line, or plugin and row.
 */
int ct_core_open(const struct ct_core_options *, struct ct_core **core_r, struct ct_error *e) CT_MUST_USE;

/*
 * Prepares and closes every query of every plugin over a connection of its own: in a short-lived child
 * of the generation, and in `comptoirctl check`.
 */
int ct_core_check_queries(struct ct_core *, struct ct_error *e) CT_MUST_USE;

/* In each child after fork: its slot, and a connection of its own that opens at first use. */
int ct_core_worker(struct ct_core *, struct ct_slot *slot, struct ct_error *e) CT_MUST_USE;

/* Serves one request, start to end. It never fails outward; a broken invariant ends the process. */
void ct_core_serve(struct ct_core *, struct ct_gateway *);

/* One round of due jobs and outbox rows. Returns after how many milliseconds the next is due. */
int ct_core_jobs(struct ct_core *, int wake_fd);

/* Prints the checked [server] settings as key=value lines, for the supervisor, which has no library. */
int ct_core_server_settings(const char *config, FILE *out, struct ct_error *e) CT_MUST_USE;

/* Ends the query that connection `thread_id` runs, over a new connection: called in a short-lived child. */
void ct_core_kill_query(struct ct_core *, unsigned long thread_id);

void ct_core_close(struct ct_core *);

/* Makes gettext answer in "fr" or "en" from now on; costs nothing where it is the one already. */
void ct_language(const char *lang);

#endif
