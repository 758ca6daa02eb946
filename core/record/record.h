/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records: tables that people keep by hand, made into pages by the core (comptoir/plugin.h, struct
 * ct_record). Everything that can be known before a request is prepared here once a generation: the
 * table's name, the SQL of list, page, store and delete, the routes and the kind.
 */
#ifndef CORE_RECORD_RECORD_H
#define CORE_RECORD_RECORD_H

#include <comptoir/plugin.h>

struct ct_request;

struct ct_record_info {
	const struct ct_plugin *plugin;
	const struct ct_record *record;
	const char *table;		/* "reservation_key", of the core "place" */
	const char *path;		/* the segment after /o/{org}/ */
	const struct ct_route *routes;	/* ends with { 0 }: what the registry adds to the router */
	struct ct_kind kind;
	struct ct_query find, find_text, labels;
	const struct ct_query *queries;	/* ends with { 0 }: built SQL, checked like a plugin's own */
	const struct ct_record_sql *sql;	/* the record module's own */
};

/* Builds all of it on `mem`; `builtin` tables carry no prefix. CT_BROKEN where a declaration is wrong. */
int ct_record_prepare(void *mem, const struct ct_plugin *, const struct ct_record *, bool builtin,
		      struct ct_record_info **info_r, struct ct_error *e) CT_MUST_USE;

#endif
