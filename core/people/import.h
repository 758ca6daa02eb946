/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a spreadsheet of contacts means: each line read against its columns, and found again among the
 * contacts of the organisation.
 */
#ifndef CORE_PEOPLE_IMPORT_H
#define CORE_PEOPLE_IMPORT_H

#include <comptoir/plugin.h>

enum { CT_IMPORT_LINES = 5000 };

enum ct_import_what { CT_IMPORT_NEW, CT_IMPORT_CHANGE, CT_IMPORT_SAME, CT_IMPORT_SKIP, CT_IMPORT_WRONG };

struct ct_import_change { const struct ct_field *field; const char *before, *after; };

struct ct_import_line {
	size_t no;			/* in the file; the line of the columns is 1 */
	enum ct_import_what what;
	const char *name;		/* as shown */
	const char *why;		/* of what is skipped or wrong; or a hint; or NULL */
	const char **values;		/* parallel to ct_contact_fields: what will be stored */
	int64_t id, version;		/* the contact that it is, as it was when compared; 0: none yet */
	bool locked;			/* only our note of it may be changed */
	struct ct_import_change *changes;
	size_t n_changes;
};

struct ct_import {
	struct ct_import_line *lines;
	size_t n;
	const char *unknown;		/* columns that are not read, or NULL */
	size_t counts[5];		/* by enum ct_import_what; after ct_import_match */
	size_t meanwhile;		/* lines left out: their contact changed since it was compared */
};

/* Reads `text` (UTF-8) into lines on r. CT_INVALID at "file" where it is no table, or no column is known. */
int ct_import_read(struct ct_request *r, const char *text, struct ct_import *import_r, struct ct_error *e) CT_MUST_USE;

/* Finds the lines among the contacts of r->org, by one query, and decides what each of them does. */
int ct_import_match(struct ct_request *r, struct ct_import *import, struct ct_error *e) CT_MUST_USE;

#endif
