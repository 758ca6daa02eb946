/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/sheet.h"

#include <csv.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/i18n.h>

#include "base/utf8.h"

static int from_windows(void *mem, const char *bytes, size_t len, char **text_r, struct ct_error *e)
{
	size_t size = 3 * len, left = size;
	char *text = talloc_size(mem, size + 1), *to = text, *from = talloc_memdup(mem, bytes, len + 1);
	iconv_t convert = iconv_open("UTF-8", "WINDOWS-1252");
	size_t failed;

	if ((intptr_t)convert == -1)
		return ct_fail(e, CT_BROKEN, "iconv does not know WINDOWS-1252");
	failed = iconv(convert, &from, &len, &to, &left);
	iconv_close(convert);
	if (failed == (size_t)-1)
		return ct_fail_field(e, "file", "%s", _("The letters of this file cannot be read. Please save it as CSV in UTF-8."));
	*to = '\0';
	*text_r = text;
	return 0;
}

int ct_sheet_text(void *mem, const char *bytes, size_t len, char **text_r, struct ct_error *e)
{
	if (memchr(bytes, '\0', len))
		return ct_fail_field(e, "file", "%s", _("This is no CSV file. In your spreadsheet, choose “Save as” and CSV."));
	if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
		bytes += 3;
		len -= 3;
	}
	if (!ct_utf8_check(bytes, len))
		return from_windows(mem, bytes, len, text_r, e);
	*text_r = talloc_strndup(mem, bytes, len);
	return 0;
}

static char separator_of(const char *text)
{
	static const char marks[] = ";,\t";
	size_t counts[3] = { 0 }, best = 0;

	for (; *text && *text != '\n' && *text != '\r'; text++)
		for (size_t i = 0; i < 3; i++)
			counts[i] += *text == marks[i];
	for (size_t i = 1; i < 3; i++)
		if (counts[i] > counts[best])
			best = i;
	return marks[best];
}

struct reading { struct ct_sheet *sheet; struct ct_sheet_row row; size_t most; bool filled; };

static void take_cell(void *bytes, size_t len, void *arg)
{
	struct reading *at = arg;
	char *cell;

	if (at->row.n == CT_SHEET_COLUMNS)
		return;
	cell = talloc_strndup(at->sheet->rows, bytes ? bytes : "", len);
	at->row.cells = talloc_realloc(at->sheet->rows, at->row.cells, const char *, at->row.n + 1);
	at->row.cells[at->row.n++] = cell;
	at->filled |= *cell != '\0';
}

static void take_row(int end, void *arg)
{
	struct reading *at = arg;
	struct ct_sheet *sheet = at->sheet;

	(void)end;
	if (at->filled && sheet->n <= at->most)
		sheet->rows[sheet->n++] = at->row;
	at->row = (struct ct_sheet_row){ 0 };
	at->filled = false;
}

int ct_sheet_read(void *mem, const char *text, size_t most, struct ct_sheet *sheet_r, struct ct_error *e)
{
	struct ct_sheet sheet = { 0, talloc_zero_array(mem, struct ct_sheet_row, most + 1) };
	struct reading at = { .sheet = &sheet, .most = most };
	struct csv_parser parser;
	size_t len = strlen(text), done;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return ct_fail(e, CT_BROKEN, "libcsv cannot start");
	csv_set_delim(&parser, (unsigned char)separator_of(text));
	done = csv_parse(&parser, text, len, take_cell, take_row, &at);
	if (done == len && csv_fini(&parser, take_cell, take_row, &at))
		done = 0;
	csv_free(&parser);
	if (done != len)
		return ct_fail_field(e, "file", _("Line %zu cannot be read: a quotation mark is out of place."), sheet.n + 1);
	if (sheet.n > most)
		return ct_fail_field(e, "file", _("These are too many lines: at most %zu at once."), most - 1);
	*sheet_r = sheet;
	return 0;
}
