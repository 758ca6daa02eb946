/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV of a list (RFC 4180): UTF-8 with a byte order mark, because spreadsheets need it, semicolons,
 * because that is what a French spreadsheet opens by a double click.
 */
#ifndef CORE_VIEW_CSV_H
#define CORE_VIEW_CSV_H

#include <comptoir/request.h>

/*
 * Answers the view's first array of objects: a column for each member of its rows that is one value or
 * a list of values (with spaces between), money as a decimal number. CT_MISSING where the view has no list.
 */
int ct_csv_render(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/*
 * The same row by row, for a list that is longer than a view should be. The members of `like` are
 * the columns, whatever they hold; where it is NULL, those of the first row. Those that end in `_ui`
 * are none. `like` and `row` are borrowed. ct_csv_end makes it r's
 * answer, as the file NAME.csv; CT_TOO_LARGE past 64 MiB.
 */
struct ct_csv;
struct ct_csv *ct_csv_begin(struct ct_request *r, json_t *like);
void ct_csv_row(struct ct_csv *csv, json_t *row);
int ct_csv_end(struct ct_request *r, struct ct_csv *csv, const char *name, struct ct_error *e) CT_MUST_USE;

#endif
