/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/buf.h>

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/i18n.h>

struct ct_buf {
	char *data;		/* `size` bytes, one of them for the NUL */
	size_t len, size, max;
	bool full;
};

static void *sure(void *p)
{
	if (!p)
		abort();
	return p;
}

static void reset(struct ct_buf *buf)
{
	buf->size = 128;
	buf->data = sure(talloc_size(buf, buf->size));
	buf->data[0] = '\0';
	buf->len = 0;
	buf->full = false;
}

struct ct_buf *ct_buf_new(void *mem, size_t max)
{
	struct ct_buf *buf = sure(talloc(mem, struct ct_buf));

	buf->max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4;
	reset(buf);
	return buf;
}

static bool reserve(struct ct_buf *buf, size_t more)
{
	size_t size = buf->size;

	if (buf->full || more > buf->max - buf->len) {
		buf->full = true;
		return false;
	}
	while (size <= buf->len + more)
		size *= 2;
	if (size != buf->size)
		buf->data = sure(talloc_realloc_size(buf, buf->data, size));
	buf->size = size;
	return true;
}

char *ct_buf_space(struct ct_buf *buf, size_t len)
{
	char *at;

	if (!reserve(buf, len))
		return NULL;
	at = buf->data + buf->len;
	buf->len += len;
	buf->data[buf->len] = '\0';
	return at;
}

void ct_buf_add(struct ct_buf *buf, const void *bytes, size_t len)
{
	const char *from = bytes;
	uintptr_t at = (uintptr_t)from - (uintptr_t)buf->data;
	bool inside = at < buf->size;
	char *to = ct_buf_space(buf, len);

	if (to && len)
		memmove(to, inside ? buf->data + at : from, len);
}

void ct_buf_text(struct ct_buf *buf, const char *text)
{
	ct_buf_add(buf, text, strlen(text));
}

void ct_buf_byte(struct ct_buf *buf, char byte)
{
	ct_buf_add(buf, &byte, 1);
}

void ct_buf_vprintf(struct ct_buf *buf, const char *format, va_list ap)
{
	size_t left = buf->size - buf->len;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(buf->data + buf->len, left, format, ap);
	assert(n >= 0);
	buf->data[buf->len] = '\0';
	if (reserve(buf, (size_t)n)) {
		vsnprintf(buf->data + buf->len, (size_t)n + 1, format, again);
		buf->len += (size_t)n;
	}
	va_end(again);
}

void ct_buf_printf(struct ct_buf *buf, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ct_buf_vprintf(buf, format, ap);
	va_end(ap);
}

void ct_buf_cut(struct ct_buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len = len;
	buf->data[len] = '\0';
	buf->full = false;
}

const char *ct_buf_data(const struct ct_buf *buf)
{
	return buf->data;
}

size_t ct_buf_len(const struct ct_buf *buf)
{
	return buf->len;
}

bool ct_buf_full(const struct ct_buf *buf)
{
	return buf->full;
}

int ct_buf_take(struct ct_buf *buf, void *mem, char **text_r, size_t *len_r, struct ct_error *e)
{
	if (buf->full)
		return ct_fail(e, CT_TOO_LARGE,
			       _("This is too long to be shown or sent in one piece."));
	if (len_r)
		*len_r = buf->len;
	talloc_set_name_const(buf->data, "char");
	*text_r = talloc_steal(mem, buf->data);
	reset(buf);
	return 0;
}
