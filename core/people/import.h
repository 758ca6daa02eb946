/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two halves of reading an import (comptoir/import.h): what the lines say, and which contacts they are. */
#ifndef CORE_PEOPLE_IMPORT_H
#define CORE_PEOPLE_IMPORT_H

#include <comptoir/import.h>

/*
 * Reads `text` (UTF-8) into lines on r. CT_INVALID at "file" where it is no table, or no column is known. `known`: a line
 * without a name is enough where it has an e-mail address or a SIREN.
 */
int ct_import_read(struct ct_request *r, const char *text, const char *const *columns, bool known,
		   struct ct_import *import_r, struct ct_error *e) CT_MUST_USE;

/* A word in small letters without accents, to compare by. */
char *ct_import_fold(void *mem, const char *word);

/* What a query looks for, as text on r; frees the list. */
const char *ct_import_text(struct ct_request *r, json_t *list);

/* Do the line and the contact both have it, and not the same? */
bool ct_import_contradicts(const struct ct_import_line *line, const struct ct_result *row, const char *name);

/* Finds the lines among the contacts of r->org, by one query, and decides what each of them does. */
int ct_import_match(struct ct_request *r, struct ct_import *import, struct ct_error *e) CT_MUST_USE;

/* import_known.c: the same of a list that names contacts, by one query, too. */
int ct_import_match_known(struct ct_request *r, struct ct_import *import, struct ct_error *e) CT_MUST_USE;

#endif
