/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/utf8.h"

#include <string.h>

static size_t expected(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2 || first > 0xF4)
		return 0;
	return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

size_t ct_utf8_next(const void *bytes, size_t len, uint32_t *point_r)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = bytes;
	size_t n = len ? expected(s[0]) : 0;
	uint32_t point;

	if (!n || n > len)
		return 0;
	point = n == 1 ? s[0] : s[0] & (0x7Fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		point = point << 6 | (s[i] & 0x3Fu);
	}
	if (point < least[n] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
		return 0;
	if (point_r)
		*point_r = point;
	return n;
}

bool ct_utf8_check(const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	size_t n;

	for (; len; s += n, len -= n) {
		n = ct_utf8_next(s, len, NULL);
		if (!n || !*s)
			return false;
	}
	return true;
}

size_t ct_utf8_cut(const char *text, size_t len, size_t max)
{
	size_t at = max;

	if (len <= max)
		return len;
	while (at && max - at < 4 && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	return ct_utf8_next(text + at, len - at, NULL) ? at : max;
}

size_t ct_utf8_count(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xC0) != 0x80;
	return n;
}
