/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search/words.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

#include "base/utf8.h"

enum { SHORTEST = 3, TEXT_BYTES = 8192 };	/* InnoDB: innodb_ft_min_token_size */

/* Outside of ASCII all is a letter but signs: Latin-1's, punctuation to dingbats, CJK and full-width ones. */
static bool is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return !(c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2C00) || (c >= 0x3000 && c < 0x3040) ||
		 (c >= 0xFE00 && c < 0xFE70) || (c >= 0xFF00 && c < 0xFF10));
}

static bool is_space(uint32_t c)
{
	return c <= ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x3000;
}

/* Spaces of all kinds as single ones, none at the ends. */
static const char *folded(void *mem, const char *typed)
{
	struct ct_buf *b = ct_buf_new(mem, TEXT_BYTES);
	size_t left = strlen(typed), n;
	bool gap = false;
	uint32_t c;

	for (; (n = ct_utf8_next(typed, left, &c)); typed += n, left -= n) {
		if (is_space(c)) {
			gap = ct_buf_len(b) > 0;
			continue;
		}
		if (gap)
			ct_buf_byte(b, ' ');
		gap = false;
		ct_buf_add(b, typed, n);
	}
	return ct_buf_data(b);
}

struct words { struct ct_buf *all, *any, *json; size_t n; };

static void add_word(struct words *w, const char *word, size_t len, size_t points)
{
	if (points < SHORTEST || w->n == CT_SEARCH_WORDS)
		return;
	ct_buf_printf(w->all, "%s+%.*s*", w->n ? " " : "", (int)len, word);
	ct_buf_printf(w->any, "%s%.*s*", w->n ? " " : "", (int)len, word);
	ct_buf_printf(w->json, "%s\"%.*s\"", w->n ? "," : "", (int)len, word);
	w->n++;
}

static void split(struct words *w, const char *text, size_t left)
{
	const char *word = text;
	size_t points = 0, kept = 0, n;
	uint32_t c;

	for (; left && (n = ct_utf8_next(text, left, &c)); text += n, left -= n) {
		if (is_word(c)) {
			kept += points < CT_SEARCH_WORD ? n : 0;
			points++;
			continue;
		}
		add_word(w, word, kept, points);
		word = text + n;
		points = kept = 0;
	}
	add_word(w, word, kept, points);
}

/* The words of the text; those with @ in them are addresses, of which the first is looked for. */
static void read_words(void *mem, const char *text, struct words *w, struct ct_search *s)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (!memchr(text, '@', len))
			split(w, text, len);
		else if (!*s->email && len > 1 && *text != '@')
			s->email = ct_like_pattern(mem, text, len, false);
		text += len + (text[len] == ' ');
	}
}

/* "06 12 34" begins +33612 34; "+33 6" and "0033 6" say themselves where they belong. */
static const char *phone(void *mem, const char *text)
{
	char digits[24];
	size_t n = 0;
	bool abroad = *text == '+';

	if (text[strspn(text, "0123456789 +.-/()")])
		return "";
	for (; *text && n < sizeof(digits) - 1; text++)
		if (*text >= '0' && *text <= '9')
			digits[n++] = *text;
	digits[n] = '\0';
	if (n < 4)
		return "";
	if (abroad)
		return talloc_asprintf(mem, "+%s%%", digits);
	if (!strncmp(digits, "00", 2))
		return talloc_asprintf(mem, "+%s%%", digits + 2);
	return *digits == '0' ? talloc_asprintf(mem, "+33%s%%", digits + 1) : "";
}

void ct_search_words(void *mem, const char *typed, struct ct_search *search_r)
{
	struct words w = { ct_buf_new(mem, TEXT_BYTES), ct_buf_new(mem, TEXT_BYTES), ct_buf_new(mem, TEXT_BYTES), 0 };
	struct ct_search s = { .text = folded(mem, typed), .email = "", .limit = search_r->limit };

	s.prefix = ct_like_pattern(mem, s.text, strlen(s.text), false);
	s.phone = phone(mem, s.text);
	ct_buf_byte(w.json, '[');
	read_words(mem, s.text, &w, &s);
	ct_buf_byte(w.json, ']');
	s.all = ct_buf_data(w.all);
	s.any = ct_buf_data(w.any);
	s.words = ct_buf_data(w.json);
	*search_r = s;
}
