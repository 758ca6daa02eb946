/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <talloc.h>

enum { MEASURED = 1 << 20 };

static jmp_buf *escape_to;

void ct_memory_escape(jmp_buf *escape)
{
	escape_to = escape;
}

static const void *limited;
static size_t limit, asked;		/* asked: bytes since the last time that it was measured */

void ct_memory_limit(const void *root, size_t most)
{
	limited = root;
	limit = most;
	asked = 0;
}

static _Noreturn void give_up(void)
{
	jmp_buf *to = escape_to;

	escape_to = NULL;
	limited = NULL;
	if (to)
		longjmp(*to, 1);
	abort();
}

/* `had`: bytes of p that were there already. Of what grows only the growth counts, or growing costs its square. */
static void *sure_grown(void *p, size_t had)
{
	size_t has;

	if (!p)
		give_up();
	has = limited ? talloc_get_size(p) : 0;
	asked += has > had ? has - had : 0;
	if (asked < MEASURED)
		return p;
	asked = 0;
	if (talloc_total_size(limited) > limit)
		give_up();
	return p;
}

static void *sure(void *p)
{
	return sure_grown(p, 0);
}

/* The linker makes a call of NAME one of __wrap_NAME, and of __real_NAME what NAME was. */
#define WRAP(type, name, arguments) \
	type __real_##name arguments; \
	type __wrap_##name arguments; \
	type __wrap_##name arguments

WRAP(void *, talloc_named_const, (const void *mem, size_t size, const char *name))
{
	return sure(__real_talloc_named_const(mem, size, name));
}

WRAP(void *, _talloc_zero, (const void *mem, size_t size, const char *name))
{
	return sure(__real__talloc_zero(mem, size, name));
}

WRAP(void *, _talloc_array, (const void *mem, size_t each, unsigned n, const char *name))
{
	return sure(__real__talloc_array(mem, each, n, name));
}

WRAP(void *, _talloc_zero_array, (const void *mem, size_t each, unsigned n, const char *name))
{
	return sure(__real__talloc_zero_array(mem, each, n, name));
}

WRAP(void *, _talloc_memdup, (const void *mem, const void *p, size_t size, const char *name))
{
	return sure(__real__talloc_memdup(mem, p, size, name));
}

/* Nothing of a size of 0 is what these two give for it. */
WRAP(void *, _talloc_realloc, (const void *mem, void *p, size_t size, const char *name))
{
	size_t had = talloc_get_size(p);
	void *grown = __real__talloc_realloc(mem, p, size, name);

	return size ? sure_grown(grown, had) : grown;
}

WRAP(void *, _talloc_realloc_array, (const void *mem, void *p, size_t each, unsigned n, const char *name))
{
	size_t had = talloc_get_size(p);
	void *grown = __real__talloc_realloc_array(mem, p, each, n, name);

	return n ? sure_grown(grown, had) : grown;
}

/* No text is copied as none. */
WRAP(char *, talloc_strdup, (const void *mem, const char *text))
{
	return text ? sure(__real_talloc_strdup(mem, text)) : NULL;
}

WRAP(char *, talloc_strndup, (const void *mem, const char *text, size_t n))
{
	return text ? sure(__real_talloc_strndup(mem, text, n)) : NULL;
}

WRAP(char *, talloc_strdup_append_buffer, (char *text, const char *more))
{
	size_t had = talloc_get_size(text);

	return text || more ? sure_grown(__real_talloc_strdup_append_buffer(text, more), had) : NULL;
}

WRAP(char *, talloc_vasprintf, (const void *mem, const char *format, va_list ap))
{
	return sure(__real_talloc_vasprintf(mem, format, ap));
}

#define PRINTED(call, grown_from) \
	size_t had = talloc_get_size(grown_from); \
	char *printed; \
	va_list ap; \
	\
	va_start(ap, format); \
	printed = (call); \
	va_end(ap); \
	return sure_grown(printed, had)

char *__wrap_talloc_asprintf(const void *mem, const char *format, ...) PRINTF_ATTRIBUTE(2, 3);
char *__wrap_talloc_asprintf(const void *mem, const char *format, ...)
{
	PRINTED(__real_talloc_vasprintf(mem, format, ap), NULL);
}

char *__wrap_talloc_asprintf_append(char *text, const char *format, ...) PRINTF_ATTRIBUTE(2, 3);
char *__wrap_talloc_asprintf_append(char *text, const char *format, ...)
{
	PRINTED(talloc_vasprintf_append(text, format, ap), text);
}

char *__wrap_talloc_asprintf_append_buffer(char *text, const char *format, ...) PRINTF_ATTRIBUTE(2, 3);
char *__wrap_talloc_asprintf_append_buffer(char *text, const char *format, ...)
{
	PRINTED(talloc_vasprintf_append_buffer(text, format, ap), text);
}
