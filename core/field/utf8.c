/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/utf8.h"

#include <string.h>
#include <talloc.h>
#include "base/utf8.h"
#include "field/type.h"

size_t ct_utf8_step(const char *text, uint32_t *point_r)
{
	return *text ? ct_utf8_next(text, strnlen(text, 4), point_r) : 0;
}

bool ct_utf8_space(uint32_t point)
{
	return point == ' ' || (point >= '\t' && point <= '\r') || point == 0xA0 ||
		point == 0x1680 || (point >= 0x2000 && point <= 0x200B) || point == 0x2028 ||
		point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x2060 ||
		point == 0x3000 || point == 0xFEFF;
}

bool ct_utf8_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 ||
		point == 0x2029 || (point >= 0x202A && point <= 0x202E) ||
		(point >= 0x2066 && point <= 0x2069) || (point & 0xFFFE) == 0xFFFE;
}

char *ct_utf8_repair(void *mem, const char *text)
{
	static const char unknown[] = "\xEF\xBF\xBD";
	char *out = ct_field_sure(talloc_array(mem, char, strlen(text) * 3 + 1));
	size_t n = 0, len;
	uint32_t point;

	while (*text) {
		len = ct_utf8_step(text, &point);
		memcpy(out + n, len ? text : unknown, len ? len : 3);
		n += len ? len : 3;
		text += len ? len : 1;
	}
	out[n] = '\0';
	return out;
}

char *ct_utf8_trim(void *mem, const char *text)
{
	const char *end;
	uint32_t point;
	size_t len;

	while ((len = ct_utf8_step(text, &point)) && ct_utf8_space(point))
		text += len;
	end = text;
	for (const char *s = text; (len = ct_utf8_step(s, &point)); s += len)
		if (!ct_utf8_space(point))
			end = s + len;
	return ct_field_sure(talloc_strndup(mem, text, (size_t)(end - text)));
}

char *ct_utf8_plain_spaces(void *mem, const char *text)
{
	char *out = ct_field_copy(mem, text);
	uint32_t point;
	size_t n = 0, len;

	for (; (len = ct_utf8_step(text, &point)); text += len) {
		if (ct_utf8_space(point)) {
			out[n++] = ' ';
			continue;
		}
		memcpy(out + n, text, len);
		n += len;
	}
	out[n] = '\0';
	return out;
}

char *ct_utf8_compact(void *mem, const char *text, const char *drop)
{
	char *out = ct_field_copy(mem, text);
	uint32_t point;
	size_t n = 0, len;

	for (; (len = ct_utf8_step(text, &point)); text += len) {
		if (ct_utf8_space(point) || (point < 0x80 && strchr(drop, (int)point)))
			continue;
		memcpy(out + n, text, len);
		if (point >= 'a' && point <= 'z')
			out[n] = (char)(point - 'a' + 'A');
		n += len;
	}
	out[n] = '\0';
	return out;
}
