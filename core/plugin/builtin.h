/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The modules that are part of the core. Each is a plugin like any other, with its tables in a file of its
 * folder's name; its tables in the database and its kinds carry no prefix. What serves every request (who
 * asks, the organisation of a subject, traces, the outbox) is a query of one of them, run with CT_AS.
 */
#ifndef CORE_PLUGIN_BUILTIN_H
#define CORE_PLUGIN_BUILTIN_H

#include <comptoir/plugin.h>

extern const struct ct_plugin
	ct_plugin_people,	/* core/people: parties, organisations, places, roles */
	ct_plugin_file,		/* core/file: stored files, uploads */
	ct_plugin_account,	/* core/account: signing in, sessions, tokens */
	ct_plugin_job,		/* core/job: jobs, outbox, mail */
	ct_plugin_system;	/* core/system: health, metrics, traces, repetitions */

/* All of them, in the order in which they are loaded; ends with NULL. */
extern const struct ct_plugin *const ct_builtin_modules[];

#endif
