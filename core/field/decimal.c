/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/decimal.h"

#include <string.h>
#include <strings.h>
#include <talloc.h>
#include "field/type.h"
#include "field/utf8.h"

#define NARROW "\xE2\x80\xAF"		/* U+202F, narrow no-break space */
#define MINUS "\xE2\x88\x92"		/* U+2212 */
#define DIGITS "0123456789"

const struct ct_decimal_style ct_decimal_typed = { "-", ",", "", 0, false };

struct ct_decimal_style ct_decimal_shown(const char *lang)
{
	if (ct_lang_french(lang))
		return (struct ct_decimal_style){ MINUS, ",", NARROW, 4, false };
	return (struct ct_decimal_style){ MINUS, ".", ",", 4, false };
}

static char *trim(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && s[n - 1] == ' ')
		s[--n] = '\0';
	return s + strspn(s, " ");
}

/* What follows `word` at the start of `s`, or NULL. */
static char *after(char *s, const char *word)
{
	size_t len = strlen(word);

	return strncasecmp(s, word, len) == 0 ? trim(s + len) : NULL;
}

static bool drop_end(char *s, const char *word)
{
	size_t len = strlen(word), n = strlen(s);

	if (n < len || strcasecmp(s + n - len, word) != 0)
		return false;
	s[n - len] = '\0';
	trim(s);
	return true;
}

static char *after_minus(char *s)
{
	char *rest = after(s, "-");

	return rest ? rest : after(s, MINUS);
}

/* What is left after one unit and one sign, which stand before or after each other. */
static char *strip(char *s, const char *const *units, bool *negative_r)
{
	char *rest = after_minus(trim(s));

	*negative_r = rest;
	s = rest ? rest : trim(s);
	for (; units && *units; units++) {
		rest = after(s, *units);
		s = rest ? rest : s;
		if (rest || drop_end(s, *units))
			break;
	}
	rest = *negative_r ? NULL : after_minus(s);
	if (rest)
		*negative_r = true;
	return rest ? rest : s;
}

/* The decimal mark in `s`, or NULL; *group_r becomes what may stand between thousands. */
static char *find_mark(char *s, char *group_r)
{
	char *comma = strrchr(s, ','), *dot = strrchr(s, '.');
	char *last = !comma ? dot : !dot || comma > dot ? comma : dot;

	*group_r = ' ';
	if (!last)
		return NULL;
	if (comma && dot) {
		*group_r = last == comma ? '.' : ',';
		return last;
	}
	if (strchr(s, *last) == last)
		return last;
	*group_r = *last;
	return NULL;
}

/* Digits alone, or one to three digits and then groups of exactly three. */
static bool is_whole(const char *s, char group)
{
	size_t n = strspn(s, DIGITS);

	if (n == 0 || (s[n] && n > 3))
		return false;
	for (s += n; *s; s += 4)
		if (*s != group || strspn(s + 1, DIGITS) < 3 || (s[4] && s[4] != group))
			return false;
	return true;
}

/* Appends the digits in `s` to *value; false where they do not fit any more. */
static bool append(int64_t *value, const char *s)
{
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			continue;
		if (__builtin_mul_overflow(*value, (int64_t)10, value) ||
		    __builtin_add_overflow(*value, (int64_t)(*s - '0'), value))
			return false;
	}
	return true;
}

static enum ct_decimal read_number(char *s, unsigned decimals, int64_t *value_r)
{
	char group, *mark = find_mark(s, &group), *part = mark ? mark + 1 : s + strlen(s);
	int64_t value = 0;

	if (mark) {
		*mark = '\0';
		if (!*part || part[strspn(part, DIGITS)])
			return CT_DECIMAL_BAD;
	}
	if (mark != s && !is_whole(s, group))
		return CT_DECIMAL_BAD;
	if (strlen(part) > decimals)
		return CT_DECIMAL_FINE;
	if (!append(&value, s) || !append(&value, part))
		return CT_DECIMAL_BIG;
	for (size_t n = strlen(part); n < decimals; n++)
		if (!append(&value, "0"))
			return CT_DECIMAL_BIG;
	*value_r = value;
	return CT_DECIMAL_OK;
}

enum ct_decimal ct_decimal_parse(const char *text, unsigned decimals, const char *const *units,
				 int64_t *value_r)
{
	void *mem = talloc_new(NULL);
	bool negative;
	char *s = strip(ct_utf8_plain_spaces(mem, text), units, &negative);
	enum ct_decimal rc = read_number(s, decimals, value_r);

	if (rc == CT_DECIMAL_OK && negative)
		*value_r = -*value_r;
	talloc_free(mem);
	return rc;
}

static void add(char **out, const char *s)
{
	*out = ct_field_sure(talloc_strdup_append_buffer(*out, s));
}

char *ct_decimal_print(void *mem, int64_t value, unsigned decimals, struct ct_decimal_style style)
{
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[24], *out = ct_field_copy(mem, value < 0 ? style.minus : "");
	unsigned n = 0, last = 0, whole;

	for (; left || n <= decimals; left /= 10)
		digits[n++] = (char)('0' + left % 10);
	while (style.trim && last < decimals && digits[last] == '0')
		last++;
	whole = n - decimals;
	for (unsigned i = n; i-- > last; ) {
		if (i + 1 == decimals)
			add(&out, style.mark);
		add(&out, (const char[]){ digits[i], '\0' });
		if (i > decimals && (i - decimals) % 3 == 0 && style.group_from &&
		    whole >= style.group_from)
			add(&out, style.group);
	}
	return out;
}
