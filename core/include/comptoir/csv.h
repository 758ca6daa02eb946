/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A CSV that a plugin writes by itself, for lists that are longer than a view should be: read in pages, written row
 * by row. Texts are quoted, and what a spreadsheet would take for a formula is disarmed.
 */
#ifndef COMPTOIR_CSV_H
#define COMPTOIR_CSV_H

#include <comptoir/request.h>

/*
 * The members of `like` are the columns, whatever they hold; where it is NULL, those of the first row. Those that
 * end in `_ui` are none; money ({cents, currency}) is a decimal number. `like` and `row` are borrowed. ct_csv_end
 * makes it r's answer, as the file NAME.csv; CT_TOO_LARGE past what a request may hold.
 */
struct ct_csv;
struct ct_csv *ct_csv_begin(struct ct_request *r, json_t *like);
void ct_csv_row(struct ct_csv *csv, json_t *row);
int ct_csv_end(struct ct_request *r, struct ct_csv *csv, const char *name, struct ct_error *e) CT_MUST_USE;

#endif
