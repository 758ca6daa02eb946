/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/urlencoded.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/i18n.h>

#include "base/utf8.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Writes at most `len` bytes to `out` and returns how many, or -1 for a bad escape. */
static ssize_t decode(const char *text, size_t len, bool plus, char *out)
{
	const char *start = out;

	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (text[i] != '%') {
			*out++ = plus && text[i] == '+' ? ' ' : text[i];
			continue;
		}
		high = i + 2 < len ? hex_value(text[i + 1]) : -1;
		low = i + 2 < len ? hex_value(text[i + 2]) : -1;
		if (high < 0 || low < 0)
			return -1;
		*out++ = (char)(high << 4 | low);
		i += 2;
	}
	return out - start;
}

static int bad_escape(struct ct_error *e)
{
	return ct_fail(e, CT_BAD,
		       _("The request holds a %% that two hexadecimal digits do not follow."));
}

static int add_pair(struct ct_params *params, const char *pair, size_t len, char *scratch,
		    const struct ct_limits *limits, struct ct_error *e)
{
	const char *equals = memchr(pair, '=', len);
	size_t name_raw = equals ? (size_t)(equals - pair) : len;
	size_t value_raw = equals ? len - name_raw - 1 : 0;
	ssize_t name_len = decode(pair, name_raw, true, scratch), value_len;

	if (name_len < 0)
		return bad_escape(e);
	value_len = decode(equals ? equals + 1 : "", value_raw, true, scratch + name_len);
	if (value_len < 0)
		return bad_escape(e);
	if (params->n >= limits->max_fields)
		return ct_fail(e, CT_TOO_LARGE, _("The request holds more than %zu fields."),
			       limits->max_fields);
	if ((size_t)value_len > limits->max_field_bytes)
		return ct_fail(e, CT_TOO_LARGE, _("One field holds more than %zu bytes."),
			       limits->max_field_bytes);
	return ct_params_add(params, scratch, (size_t)name_len, scratch + name_len,
			     (size_t)value_len, e);
}

static int add_pairs(struct ct_params *params, const char *text, size_t len, char *scratch,
		     const struct ct_limits *limits, struct ct_error *e)
{
	const char *end = text + len;

	while (text < end) {
		const char *and = memchr(text, '&', (size_t)(end - text));
		size_t pair = (size_t)((and ? and : end) - text);
		int rc = pair ? add_pair(params, text, pair, scratch, limits, e) : 0;

		if (rc)
			return rc;
		text = and ? and + 1 : end;
	}
	return 0;
}

int ct_urlencoded_parse(void *mem, const char *text, size_t len, const struct ct_limits *limits,
			struct ct_params **params_r, struct ct_error *e)
{
	struct ct_params *params;
	char *scratch;
	int rc;

	if (len > limits->max_total_bytes)
		return ct_fail(e, CT_TOO_LARGE, _("The request holds more than %zu bytes."),
			       limits->max_total_bytes);
	params = ct_params_new(mem);
	scratch = talloc_array(params, char, len + 1);
	if (!scratch)
		abort();
	rc = add_pairs(params, text, len, scratch, limits, e);
	talloc_free(scratch);
	if (rc)
		talloc_free(params);
	else
		*params_r = params;
	return rc;
}

static bool plain_segment(const char *text, size_t len)
{
	if (!ct_utf8_check(text, len) || (len == 1 && *text == '.') ||
	    (len == 2 && !memcmp(text, "..", 2)))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F || text[i] == '/')
			return false;
	return true;
}

int ct_percent_decode(void *mem, const char *segment, size_t len, char **text_r, struct ct_error *e)
{
	char *text = talloc_array(mem, char, len + 1);
	ssize_t n;

	if (!text)
		abort();
	n = decode(segment, len, false, text);
	if (n >= 0 && plain_segment(text, (size_t)n)) {
		text[n] = '\0';
		*text_r = text;
		return 0;
	}
	talloc_free(text);
	if (n < 0)
		return bad_escape(e);
	return ct_fail(e, CT_BAD, _("The address holds characters that cannot stand in one."));
}
