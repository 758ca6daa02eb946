/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/error.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static void copy_cut(char *to, size_t size, const char *text)
{
	size_t len = ct_utf8_cut(text, strlen(text), size - 1);

	memcpy(to, text, len);
	to[len] = '\0';
}

/* Formats aside, because callers wrap a sentence by passing e->text as an argument. */
static CT_PRINTF(4, 0) void fill(struct ct_error *e, int rc, const char *field, const char *format,
				 va_list ap)
{
	char text[sizeof(e->text) + 4];
	char name[sizeof(e->field)];

	assert(e && rc < 0);
	if (vsnprintf(text, sizeof(text), format, ap) < 0)
		text[0] = '\0';
	copy_cut(name, sizeof(name), field);
	e->rc = rc;
	memcpy(e->field, name, sizeof(name));
	copy_cut(e->text, sizeof(e->text), text);
}

int ct_fail(struct ct_error *e, int rc, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fill(e, rc, "", format, ap);
	va_end(ap);
	return rc;
}

int ct_fail_field(struct ct_error *e, const char *field, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fill(e, CT_INVALID, field, format, ap);
	va_end(ap);
	return CT_INVALID;
}

int ct_status(int rc)
{
	if (rc == CT_OK)
		return 200;
	if (rc == CT_REPEAT || rc == CT_LOST || rc == CT_UNSURE)
		return 503;
	return rc <= -400 && rc > -600 ? -rc : 500;
}
