/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records: tables that people keep by hand, made into pages by the core (comptoir/plugin.h, struct
 * ct_record). Everything that can be known before a request is prepared here once a generation: the
 * table's name, the SQL of list, page, store and delete, the routes and the kind.
 *
 * What a record gives, below /o/{org}/PATH, as HTML and as JSON:
 *
 *	GET  PATH		the list: q, sort, after, before, limit, total, archived; also PATH.csv
 *	GET  PATH/new		an empty form; POST PATH stores it (303 to the row, or 201)
 *	GET  PATH/{id}		a row, by key or uid, with its history for those who may edit
 *	GET  PATH/{id}/edit	the form of it; POST PATH/{id} stores it, with `row_version`
 *	GET  PATH/{id}/delete	what would happen; POST does it
 *
 * A record that is .single has GET PATH, the form of the one row, and POST PATH only.
 *
 * JSON has the members that ct_rows would make of the columns (comptoir/query.h), with the label of
 * what a reference names beside it (`place_id`, `place_label`), week days as numbers, hours as
 * "14:00". A list is { rows[], next, total }, where `next` is the cursor for `after`, or null.
 *
 * In a form, what is not sent of boxes is off. In a JSON body, what is not there stays as it is
 * (in a new row: begins as a form does), and null clears.
 */
#ifndef CORE_RECORD_RECORD_H
#define CORE_RECORD_RECORD_H

#include <comptoir/plugin.h>

struct ct_request;
struct ct_record_sql;

struct ct_record_info {
	const struct ct_plugin *plugin;
	const struct ct_record *record;
	const char *full;		/* its kind to others: "keys.key", of the core "place" */
	const char *table;		/* "keys_key", of the core "place" */
	const char *source;		/* what its rows are read from: the table, or .rows in brackets */
	const char *path;		/* the segment after /o/{org}/ */
	const struct ct_route *routes;	/* ends with { 0 }: what the registry adds to the router */
	struct ct_kind kind;
	struct ct_query find, find_text, labels;
	const struct ct_query *queries;	/* ends with { 0 }: built SQL, checked like a plugin's own */
	const struct ct_record_sql *sql;	/* the record module's own (record/internal.h) */
};

/* Builds all of it on `mem`; `builtin` tables carry no prefix. CT_BROKEN where a declaration is wrong. */
int ct_record_prepare(void *mem, const struct ct_plugin *, const struct ct_record *, bool builtin,
		      struct ct_record_info **info_r, struct ct_error *e) CT_MUST_USE;

/*
 * For pages beside a record's own, below its path with {id}: the row of `kind` that the path names in r->org
 * (CT_MISSING where there is none), and that row's page again, after a form on it was refused.
 */
int ct_record_here(struct ct_request *r, const char *kind, int64_t *id_r, struct ct_error *e) CT_MUST_USE;
int ct_record_page_of(struct ct_request *r, const char *kind, struct ct_error *e) CT_MUST_USE;

/*
 * The rows of the kind of `field` as options of its control; where they are more than anybody scrolls
 * through, a box to type a name in, or the few that what was typed matches.
 */
int ct_record_choices(struct ct_request *r, const struct ct_field *field, json_t *control,
		      struct ct_error *e) CT_MUST_USE;

/*
 * Which row does a person mean who typed a name where a key was expected ("Awa Diallo", or "Awa Diallo · 12"
 * as the list of names offers it)? Sets *key_r. CT_INVALID with a sentence where that is not one row that the
 * caller may see in r->org; the form then shows what matches. `field` is a CT_REF.
 */
bool ct_record_is_name(const struct ct_request *r, const struct ct_field *field, const char *text);
int ct_record_named(struct ct_request *r, const struct ct_field *field, const char *text, int64_t *key_r,
		    struct ct_error *e) CT_MUST_USE;

#endif
