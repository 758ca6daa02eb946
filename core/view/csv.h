/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV of a list (RFC 4180): UTF-8 with a byte order mark, because spreadsheets need it, semicolons,
 * because that is what a French spreadsheet opens by a double click.
 */
#ifndef CORE_VIEW_CSV_H
#define CORE_VIEW_CSV_H

#include <comptoir/csv.h>

/*
 * Answers the view's first array of objects: a column for each member of its rows that is one value or
 * a list of values (with spaces between), money as a decimal number. CT_MISSING where the view has no list.
 */
int ct_csv_render(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

#endif
