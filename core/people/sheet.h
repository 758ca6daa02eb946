/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A spreadsheet as people save it: CSV with commas, semicolons or tabs, in UTF-8 or in Windows' own letters.
 * Reading is libcsv's work (RFC 4180 and what programs make of it); this finds out which of all it is.
 */
#ifndef CORE_PEOPLE_SHEET_H
#define CORE_PEOPLE_SHEET_H

#include <stddef.h>
#include <comptoir/error.h>

enum { CT_SHEET_COLUMNS = 200 };	/* what stands right of them is not read */

struct ct_sheet_row { size_t n; const char **cells; };	/* cells are trimmed; "" where there is nothing */
struct ct_sheet { size_t n; struct ct_sheet_row *rows; };

/*
 * The bytes as UTF-8 on `mem`, without a byte order mark: as they are where they are UTF-8, else read as
 * Windows-1252. CT_INVALID where they are neither, or no text at all (a NUL byte: a file of Excel itself).
 */
int ct_sheet_text(void *mem, const char *bytes, size_t len, char **text_r, struct ct_error *e) CT_MUST_USE;

/*
 * The rows of `text` on `mem`, without those that are wholly empty; the separator is the one of ; , and tab that
 * the first line has most of. CT_INVALID where a quotation mark is never closed, or past `most` rows.
 */
int ct_sheet_read(void *mem, const char *text, size_t most, struct ct_sheet *sheet_r, struct ct_error *e) CT_MUST_USE;

#endif
