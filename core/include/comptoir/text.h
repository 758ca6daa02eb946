/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output verbs: each names the context that it writes for, so that nobody has to remember which
 * characters are dangerous where. `text` is NUL-terminated; NULL is written as nothing (JSON:
 * null). Bytes that are not UTF-8 do not occur, and where they would matter they come out as
 * U+FFFD.
 *
 * All append to a buffer, whose own limit decides what happens past it (comptoir/buf.h).
 * iCalendar has its verb beside the code that writes it, ct_ics_text; HTML is made by templates,
 * which use ct_html_text.
 */
#ifndef COMPTOIR_TEXT_H
#define COMPTOIR_TEXT_H

#include <comptoir/buf.h>

/* For text in an element and in a quoted attribute: & < > " ' become entities. */
void ct_html_text(struct ct_buf *, const char *text);

/*
 * For one segment of a path, and a name or value of a query: all but the unreserved characters of
 * RFC 3986, 2.3 (letters, digits, - . _ ~) are percent-encoded, the slash and the space (%20)
 * too.
 */
void ct_url_arg(struct ct_buf *, const char *text);

/*
 * One cell of a CSV file (RFC 4180, and for readers that separate by semicolon or tab too):
 * quoted where it holds a separator, a quote, a line end, or a space at either end.
 *
 * A spreadsheet runs a cell that begins with = + - @, their full-width forms, a tab or a line end
 * as a formula ("CSV injection", OWASP). Such a cell gets an apostrophe in front, unless it is a
 * plain number: a sign, digits in groups parted by (no-break) spaces, and at most one decimal
 * comma or point. The separator between cells and the CRLF after a row are the caller's.
 */
void ct_csv_cell(struct ct_buf *, const char *text);

/*
 * A pattern of LIKE, on `mem`, for what begins with the `len` bytes of text, or with `anywhere` holds them: what stands
 * for anything in SQL (% and _) stands for itself. Without text it finds everything, or without `anywhere` nothing.
 */
const char *ct_like_pattern(void *mem, const char *text, size_t len, bool anywhere);

/*
 * The value of key=value in a log line: bare where it consists of letters, digits and - . _ : / @
 * + , %; otherwise in double quotes, with \" \\ \n \r \t, other control characters as \xNN or
 * \uNNNN. What it writes never holds a line end, so nobody can forge a second line.
 */
void ct_log_value(struct ct_buf *, const char *text);

/*
 * A JSON string with its quotes (RFC 8259, 7). < > & and U+2028, U+2029 are escaped as well, so
 * that it may stand in a script element of an HTML page.
 */
void ct_json_text(struct ct_buf *, const char *text);

#endif
