/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/ics.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/utf8.h"

#define OCTETS 75u
#define REPLACEMENT "\xEF\xBF\xBD"	/* U+FFFD */

static bool control(uint32_t point)
{
	return (point < 0x20 && point != '\t') || (point >= 0x7F && point < 0xA0);
}

/* One character and where it ends; a byte that is none comes as U+FFFD. */
static uint32_t step(const char **p, size_t left)
{
	uint32_t point = 0xFFFD;
	size_t len = ct_utf8_next(*p, left, &point);

	*p += len ? len : 1;
	return point;
}

static bool line_break(const char **p, uint32_t point)
{
	if (point == '\r' && **p == '\n')
		(*p)++;
	return point == '\r' || point == '\n';
}

static void add_char(struct ct_buf *buf, const char *from, const char *to, uint32_t point)
{
	if (point == 0xFFFD)
		ct_buf_text(buf, REPLACEMENT);
	else if (!control(point))
		ct_buf_add(buf, from, (size_t)(to - from));
}

void ct_ics_text(struct ct_buf *buf, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *from = text;
		uint32_t point = step(&text, (size_t)(end - text));

		if (line_break(&text, point)) {
			ct_buf_text(buf, "\\n");
			continue;
		}
		if (point == '\\' || point == ';' || point == ',')
			ct_buf_byte(buf, '\\');
		add_char(buf, from, text, point);
	}
}

void ct_ics_param(struct ct_buf *buf, const char *name, const char *value)
{
	const char *end = value + strlen(value);

	ct_buf_printf(buf, ";%s=\"", name);
	while (value < end) {
		const char *from = value;
		uint32_t point = step(&value, (size_t)(end - value));

		if (line_break(&value, point))
			ct_buf_text(buf, "^n");
		else if (point == '"')
			ct_buf_text(buf, "^'");
		else if (point == '^')
			ct_buf_text(buf, "^^");
		else
			add_char(buf, from, value, point);
	}
	ct_buf_byte(buf, '"');
}

size_t ct_ics_begin(struct ct_buf *buf, const char *name)
{
	size_t line = ct_buf_len(buf);

	ct_buf_text(buf, name);
	return line;
}

static size_t without_controls(char *line, size_t len)
{
	size_t i, kept = 0;

	for (i = 0; i < len; i++)
		if ((unsigned char)line[i] >= 0x80 || !control((unsigned char)line[i]))
			line[kept++] = line[i];
	return kept;
}

/* How much of `line` fits in `most` octets, ending before a character and not inside. */
static size_t piece(const char *line, size_t len, size_t most)
{
	size_t n = most;

	if (len <= most)
		return len;
	while (n > most - 3 && ((unsigned char)line[n] & 0xC0) == 0x80)
		n--;
	return n;
}

void ct_ics_end(struct ct_buf *buf, size_t line)
{
	size_t len = ct_buf_len(buf) - line, at = 0, n;
	char *copy;

	if (ct_buf_full(buf))
		return;
	copy = talloc_memdup(buf, ct_buf_data(buf) + line, len + 1);
	if (!copy)
		abort();
	len = without_controls(copy, len);
	ct_buf_cut(buf, line);
	n = piece(copy, len, OCTETS);
	ct_buf_add(buf, copy, n);
	for (at = n; at < len; at += n) {
		ct_buf_text(buf, "\r\n ");
		n = piece(copy + at, len - at, OCTETS - 1);
		ct_buf_add(buf, copy + at, n);
	}
	ct_buf_text(buf, "\r\n");
	talloc_free(copy);
}

void ct_ics_line(struct ct_buf *buf, const char *name, const char *value)
{
	size_t line = ct_ics_begin(buf, name);

	ct_buf_byte(buf, ':');
	ct_buf_text(buf, value);
	ct_ics_end(buf, line);
}

void ct_ics_line_text(struct ct_buf *buf, const char *name, const char *text)
{
	size_t line = ct_ics_begin(buf, name);

	ct_buf_byte(buf, ':');
	ct_ics_text(buf, text);
	ct_ics_end(buf, line);
}
