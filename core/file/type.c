/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "file/type.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

#define BOM "\xEF\xBB\xBF"

enum { JPEG, PNG, PDF, CALENDAR, CSV, TEXT };

static const struct ct_file_type types[] = {
	[JPEG] = { "image/jpeg", ".jpg", CT_PICTURE, .shown = true },
	[PNG] = { "image/png", ".png", CT_PICTURE, .shown = true },
	[PDF] = { "application/pdf", ".pdf", CT_PDF, .shown = true },
	[CALENDAR] = { "text/calendar; charset=utf-8", ".ics", CT_CALENDAR, .text = true },
	[CSV] = { "text/csv; charset=utf-8", ".csv", CT_CSV, .text = true },
	[TEXT] = { "text/plain; charset=utf-8", ".txt", 0, .text = true },
};

static bool begins(const void *bytes, size_t len, const char *with, size_t n)
{
	return len >= n && !memcmp(bytes, with, n);
}

/* The head may end within a character: that alone is not wrong. */
static bool is_text(const void *head, size_t len)
{
	struct ct_file_text text = { .n_left = 0 };

	ct_file_text_add(&text, head, len);
	return !text.bad;
}

const struct ct_file_type *ct_file_type_of(const void *head, size_t len)
{
	const char *bytes = head;

	if (begins(head, len, "\xFF\xD8\xFF", 3))
		return &types[JPEG];
	if (begins(head, len, "\x89PNG\r\n\x1A\n", 8))
		return &types[PNG];
	if (begins(head, len, "%PDF-1.", 7) || begins(head, len, "%PDF-2.", 7))
		return &types[PDF];
	if (!len || !is_text(head, len))
		return NULL;
	if (begins(bytes, len, BOM, 3))
		bytes += 3, len -= 3;
	return begins(bytes, len, "BEGIN:VCALENDAR", 15) ? &types[CALENDAR] : &types[CSV];
}

const struct ct_file_type *ct_file_type_named(const char *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].type, type))
			return &types[i];
	return NULL;
}

static bool may_stand(uint32_t point)
{
	return point >= 0x20 ? point < 0x7F || point > 0x9F : point == '\t' || point == '\n' || point == '\r';
}

/* Could these few bytes be the beginning of a character? */
static bool is_begun(const unsigned char *bytes, size_t len)
{
	size_t wants = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : bytes[0] >= 0xC2 ? 2 : 1;

	for (size_t i = 1; i < len; i++)
		if ((bytes[i] & 0xC0) != 0x80)
			return false;
	return bytes[0] <= 0xF4 && len < wants;
}

/* What is left of one piece is looked at together with the next byte, until it is a character. */
static const unsigned char *finish_left(struct ct_file_text *t, const unsigned char *at, const unsigned char *end)
{
	uint32_t point;

	while (t->n_left && at < end && !t->bad) {
		t->left[t->n_left++] = *at++;
		if (ct_utf8_next(t->left, t->n_left, &point) == t->n_left) {
			t->bad = !may_stand(point);
			t->n_left = 0;
		} else if (!is_begun(t->left, t->n_left)) {
			t->bad = true;
		}
	}
	return at;
}

void ct_file_text_add(struct ct_file_text *t, const void *bytes, size_t len)
{
	const unsigned char *end = (const unsigned char *)bytes + len, *at = finish_left(t, bytes, end);
	uint32_t point;

	while (at < end && !t->bad) {
		size_t n = ct_utf8_next(at, (size_t)(end - at), &point);

		if (n) {
			t->bad = !may_stand(point);
			at += n;
			continue;
		}
		t->n_left = (size_t)(end - at);
		t->bad = t->n_left > 3 || !is_begun(at, t->n_left);
		if (!t->bad)
			memcpy(t->left, at, t->n_left);
		break;
	}
}

bool ct_file_text_ended(const struct ct_file_text *t)
{
	return !t->bad && !t->n_left;
}

bool ct_file_pdf_ended(const void *tail, size_t len)
{
	return memmem(tail, len, "%%EOF", 5) != NULL;
}
