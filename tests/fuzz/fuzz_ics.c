/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as summary, as parameter, as raw value: three lines, well folded, and nothing else. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/ics.h>
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many unfolded lines there are; each physical one is looked at. */
static int lines(const char *p, size_t len, bool utf8)
{
	const char *end = p + len;
	int n = 0;

	while (p < end) {
		const char *crlf = memmem(p, (size_t)(end - p), "\r\n", 2), *c;

		assert(crlf && crlf - p <= 75 && crlf > p);
		n += *p != ' ';
		assert(!utf8 || ct_utf8_check(p, (size_t)(crlf - p)));
		for (c = p; c < crlf; c++)
			assert((unsigned char)*c >= 0x20 || *c == '\t');
		p = crlf + 2;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ct_buf *b = ct_buf_new(NULL, 16 * size + 1000);
	char *text = malloc(size + 1);
	size_t line;

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	ct_ics_line_text(b, "SUMMARY", text);
	line = ct_ics_begin(b, "ATTENDEE");
	ct_ics_param(b, "CN", text);
	ct_buf_text(b, ":mailto:a@example.org");
	ct_ics_end(b, line);
	assert(!ct_buf_full(b));
	assert(lines(ct_buf_data(b), ct_buf_len(b), true) == 2);
	ct_ics_line(b, "URL", text);
	assert(lines(ct_buf_data(b), ct_buf_len(b), ct_utf8_check(text, strlen(text))) == 3);
	free(text);
	talloc_free(b);
	return 0;
}
