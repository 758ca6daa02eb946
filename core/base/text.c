/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/text.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char unknown[] = "\xEF\xBF\xBD";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *html_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void ct_html_text(struct ct_buf *b, const char *text)
{
	const char *done = text;

	if (!text)
		return;
	for (; *text; text++) {
		const char *entity = html_entity(*text);

		if (!entity)
			continue;
		ct_buf_add(b, done, (size_t)(text - done));
		ct_buf_text(b, entity);
		done = text + 1;
	}
	ct_buf_add(b, done, (size_t)(text - done));
}

void ct_url_arg(struct ct_buf *b, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; text && *text; text++) {
		unsigned char c = (unsigned char)*text;
		const char escape[] = { '%', digits[c >> 4], digits[c & 15] };

		if (is_letter(*text) || is_digit(*text) || strchr("-._~", c))
			ct_buf_add(b, text, 1);
		else
			ct_buf_add(b, escape, sizeof(escape));
	}
}

/* The space between two groups of digits: U+0020, U+00A0, U+2009, U+202F. */
static size_t group_space(const char *s)
{
	static const char *const spaces[] = { " ", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF" };

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (!strncmp(s, spaces[i], strlen(spaces[i])))
			return strlen(spaces[i]);
	return 0;
}

static bool plain_number(const char *s)
{
	s += *s == '+' || *s == '-';
	if (!is_digit(*s))
		return false;
	while (is_digit(*s)) {
		size_t space;

		s++;
		space = group_space(s);
		if (space && is_digit(s[space]))
			s += space;
	}
	if ((*s == ',' || *s == '.') && is_digit(s[1]))
		for (s++; is_digit(*s);)
			s++;
	return !*s;
}

static bool runs_as_formula(const char *text)
{
	static const char *const wide[] = {
		"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0",
	};

	if (*text && strchr("=+-@\t\r\n", *text))
		return !plain_number(text);
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (!strncmp(text, wide[i], 3))
			return true;
	return false;
}

void ct_csv_cell(struct ct_buf *b, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (!len)
		return;
	if (!strpbrk(text, ",;\t\"\r\n") && *text != ' ' && text[len - 1] != ' ') {
		if (runs_as_formula(text))
			ct_buf_text(b, "'");
		ct_buf_add(b, text, len);
		return;
	}
	ct_buf_text(b, runs_as_formula(text) ? "\"'" : "\"");
	for (; *text; text++)
		ct_buf_add(b, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	ct_buf_text(b, "\"");
}

static bool log_bare(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (!is_letter(*text) && !is_digit(*text) && !strchr("-._:/@+,%", *text))
			return false;
	return true;
}

/* C0, DEL, C1, the Unicode line ends, and the marks that reorder what a terminal shows. */
static bool log_escaped(uint32_t point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 ||
	       point == 0x2029 || (point >= 0x202A && point <= 0x202E) ||
	       (point >= 0x2066 && point <= 0x2069);
}

static void log_escape(struct ct_buf *b, uint32_t point)
{
	switch (point) {
	case '\n':
		ct_buf_text(b, "\\n");
		break;
	case '\r':
		ct_buf_text(b, "\\r");
		break;
	case '\t':
		ct_buf_text(b, "\\t");
		break;
	default:
		ct_buf_printf(b, point < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)point);
	}
}

void ct_log_value(struct ct_buf *b, const char *text)
{
	size_t left = text ? strlen(text) : 0, n;
	uint32_t point;

	if (!text)
		return;
	if (log_bare(text)) {
		ct_buf_add(b, text, left);
		return;
	}
	ct_buf_text(b, "\"");
	for (; left; text += n, left -= n) {
		n = ct_utf8_next(text, left, &point);
		if (!n) {
			n = 1;
			ct_buf_printf(b, "\\x%02x", (unsigned)(unsigned char)*text);
		} else if (point == '"' || point == '\\') {
			ct_buf_printf(b, "\\%c", (int)point);
		} else if (log_escaped(point)) {
			log_escape(b, point);
		} else {
			ct_buf_add(b, text, n);
		}
	}
	ct_buf_text(b, "\"");
}

static void json_point(struct ct_buf *b, const char *text, size_t n, uint32_t point)
{
	if (point == '"' || point == '\\')
		ct_buf_printf(b, "\\%c", (int)point);
	else if (point == '\n')
		ct_buf_text(b, "\\n");
	else if (point < 0x20 || point == '<' || point == '>' || point == '&' || point == 0x7F ||
		 point == 0x2028 || point == 0x2029)
		ct_buf_printf(b, "\\u%04x", (unsigned)point);
	else
		ct_buf_add(b, text, n);
}

void ct_json_text(struct ct_buf *b, const char *text)
{
	size_t left = text ? strlen(text) : 0, n;
	uint32_t point;

	if (!text) {
		ct_buf_text(b, "null");
		return;
	}
	ct_buf_text(b, "\"");
	for (; left; text += n, left -= n) {
		n = ct_utf8_next(text, left, &point);
		if (n)
			json_point(b, text, n, point);
		else
			ct_buf_text(b, unknown);
		n += !n;
	}
	ct_buf_text(b, "\"");
}

const char *ct_like_pattern(void *mem, const char *text, size_t len, bool anywhere)
{
	struct ct_buf *b = ct_buf_new(mem, 2 * len + 2);

	if (anywhere)
		ct_buf_byte(b, '%');
	for (size_t i = 0; i < len; i++) {
		if (strchr("%_\\", text[i]))
			ct_buf_byte(b, '\\');
		ct_buf_byte(b, text[i]);
	}
	if (len)
		ct_buf_byte(b, '%');
	return ct_buf_data(b);
}
