/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/mustache_internal.h"

#include <comptoir/text.h>
#include <string.h>

#include "base/utf8.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool all_of(struct ct_piece t, const char *set)
{
	for (size_t i = 0; i < t.len; i++) {
		if (!digit(t.s[i]) && (!t.s[i] || !strchr(set, t.s[i])))
			return false;
	}
	return true;
}

/* RFC 3986's characters, and whatever is not ASCII (RFC 3987). */
static bool url_chars(struct ct_piece t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.s[i];

		if ((unsigned char)c < 0x80 && !letter(c) && !digit(c) &&
		    (!c || !strchr("-._~:/?#[]@!$&'()*+,;=%", c)))
			return false;
	}
	return true;
}

static bool starts(struct ct_piece t, const char *with)
{
	size_t n = strlen(with);

	return t.len > n && !memcmp(t.s, with, n) &&
	       (letter(t.s[n]) || digit(t.s[n]) || t.s[n] == '+' || t.s[n] == '[' ||
		(unsigned char)t.s[n] >= 0x80);
}

static bool url_local(struct ct_piece t)
{
	if (!t.len || !url_chars(t))
		return false;
	return *t.s == '#' || *t.s == '?' || (*t.s == '/' && (t.len == 1 || t.s[1] != '/'));
}

static bool url_any(struct ct_piece t)
{
	return url_local(t) || (url_chars(t) && (starts(t, "https://") || starts(t, "http://") ||
						 starts(t, "mailto:") || starts(t, "tel:") ||
						 starts(t, "webcal://")));
}

static bool token(struct ct_piece t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (!digit(t.s[i]) && t.s[i] != '-' && (t.s[i] < 'a' || t.s[i] > 'z'))
			return false;
	}
	return true;
}

/* "." and ".." would be resolved by the browser, and nothing at all could turn "/" into "//". */
static bool segment(struct ct_piece t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (t.s[i] != '.')
			return true;
	}
	return false;
}

static bool transform(struct ct_piece t)
{
	static const char *const words[] = { "translate", "scale", "rotate",
					     "matrix",	  "skewX", "skewY" };

	for (size_t i = 0, n; i < t.len; i += n) {
		for (n = 0; i + n < t.len && letter(t.s[i + n]); n++)
			;
		if (!n) {
			if (!all_of((struct ct_piece){ t.s + i, n = 1 }, "+-. ,()"))
				return false;
			continue;
		}
		size_t w = 0, count = sizeof(words) / sizeof(*words);

		while (w < count && (strlen(words[w]) != n || memcmp(words[w], t.s + i, n)))
			w++;
		if (w == count)
			return false;
	}
	return true;
}

/* RFC 6068 and 3966: an address keeps its @, a telephone number its +. */
static void address(struct ct_buf *b, const char *text)
{
	while (*text) {
		char part[128];
		size_t n = strcspn(text, "@+");

		n = n < sizeof(part) ? n : ct_utf8_cut(text, n, sizeof(part) - 1);
		memcpy(part, text, n);
		part[n] = '\0';
		ct_url_arg(b, part);
		text += n;
		if (*text == '@' || *text == '+')
			ct_buf_byte(b, *text++);
	}
}

static struct ct_piece whole(const char *text)
{
	return (struct ct_piece){ text, strlen(text) };
}

static struct ct_piece integer(json_int_t v, char digits[32])
{
	snprintf(digits, 32, "%" JSON_INTEGER_FORMAT, v);
	return whole(digits);
}

static void write_piece(struct ct_buf *b, enum ct_mode mode, struct ct_piece t, const char *prefix,
			const char **why)
{
	/* what a value has to be, what it is replaced by, and what to say */
	static const struct {
		bool (*ok)(struct ct_piece);
		const char *set, *instead, *why;
	} rules[] = {
		[CT_MODE_TOKEN] = { token, NULL, "", "not a word of a-z, 0-9 and -" },
		[CT_MODE_URL] = { url_any, NULL, "#", "not a URL that a page may link to" },
		[CT_MODE_LOCAL] = { url_local, NULL, "#", "not a path on this site" },
		[CT_MODE_SEGMENT] = { segment, NULL, "-", "cannot be part of a path" },
		[CT_MODE_COUNT] = { NULL, "", "", "not a whole number" },
		[CT_MODE_NUMBER] = { NULL, "+-.eE%", "0", "not a number" },
		[CT_MODE_NUMBERS] = { NULL, "+-.eE, ", "", "not a list of numbers" },
		[CT_MODE_PATH] = { NULL, "+-.eE, MmZzLlHhVvCcSsQqTtAa", "", "not an SVG path" },
		[CT_MODE_TRANSFORM] = { transform, NULL, "", "not an SVG transform" },
	};

	if (mode < sizeof(rules) / sizeof(*rules) && rules[mode].why) {
		if (rules[mode].ok ? !rules[mode].ok(t) : !all_of(t, rules[mode].set)) {
			*why = rules[mode].why;
			ct_buf_text(b, rules[mode].instead);
			return;
		}
	}
	switch (mode) {
	case CT_MODE_SEGMENT:
	case CT_MODE_ARGUMENT:
		ct_url_arg(b, t.s);
		break;
	case CT_MODE_ADDRESS:
		address(b, t.s);
		break;
	case CT_MODE_URL:
	case CT_MODE_LOCAL:
		if (*t.s == '/')
			ct_buf_text(b, prefix);
		ct_html_text(b, t.s);
		break;
	case CT_MODE_RAW:
		ct_buf_add(b, t.s, t.len);
		break;
	default:
		ct_html_text(b, t.s);
	}
}

void ct_value_write(struct ct_buf *b, enum ct_mode mode, const json_t *v, const char *prefix,
		    const char **why)
{
	struct ct_piece t = whole("");
	char digits[32], *real = NULL;

	switch (json_typeof(v)) {
	case JSON_STRING:
		t = whole(json_string_value(v));
		break;
	case JSON_INTEGER:
		t = integer(json_integer_value(v), digits);
		break;
	case JSON_REAL:
		real = ct_need(json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)));
		t = whole(real);
		break;
	case JSON_TRUE:
		t = whole("true");
		break;
	case JSON_FALSE:
		t = whole("false");
		break;
	case JSON_NULL:
		break;
	default:
		*why = "a list or an object where a value is written";
	}
	write_piece(b, mode, t, prefix, why);
	free(real);
}
