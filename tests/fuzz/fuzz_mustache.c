/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The template engine with templates from outside. An input is a byte of options and up to four
 * templates a, b, core/c, d.txt with a NUL between them. Beyond not crashing, an HTML template that
 * was let through must write no markup for data: rendered with hostile values it has exactly as
 * many of < > " ' as rendered with harmless ones.
 */
#include "view/mustache.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { HTML = 1, STRICT = 2, PREFIX = 4, HOSTILITY = 8 };

static const char *const hostile[] = {
	"javascript:\"'><script>",
	"//x'\"<>",
	"/..\\\"<",
	"on'\"=<!--",
	"a\"<b'>",
	"{{{a}}}<'[[",
	"..",
	"<",
};

/* a to e are texts, l is a list of rows with a `page` of their own, n is null, x_html markup. */
static json_t *view(const char *text)
{
	json_t *row = json_pack("{s:s, s:s, s:[s, s], s:{s:s}}", "a", text, "b", text, "l", text,
				text, "page", "a", text);

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:[O, o], s:{s:s, s:{s:s}}, s:n, s:s, s:i, s:{s:s}}",
		"a", text, "b", text, "c", text, "d", text, "e", text, "l", row, row, "o", "a",
		text, "o", "a", text, "n", "x_html", "m", "i", -7, "page", "a", text);
}

static size_t count(const char *text, const char *of)
{
	size_t n = 0;

	for (; (text = strpbrk(text, of)); text++)
		n++;
	return n;
}

static char *render(struct ct_templates *set, const char *text)
{
	struct ct_error e;
	json_t *v = view(text);
	char *out = NULL;
	size_t len = 0;
	int rc;

	if (!v)
		abort();
	rc = ct_template_render(set, set, "a", "fr", v, &out, &len, &e);
	if (!rc && strlen(out) != len)
		abort();
	json_decref(v);
	return out;
}

/* No element and no quote may depend on the data. Where only one renders, a bound was met. */
static void compare(const char *bad, const char *good)
{
	static const char *const marks[] = { "<", ">", "\"", "'" };

	for (size_t i = 0; bad && good && i < sizeof(marks) / sizeof(*marks); i++) {
		if (count(bad, marks[i]) != count(good, marks[i])) {
			fprintf(stderr, "hostile:\n%s\nharmless:\n%s\n", bad, good);
			abort();
		}
	}
}

static const char *echo(void *ctx, const char *lang, const char *domain, const char *msgid)
{
	(void)ctx;
	(void)lang;
	(void)domain;
	return msgid;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a", "b", "core/c", "d.txt" };
	uint8_t options = size ? data[0] : 0;
	struct ct_template_options o = {
		.flags = (options & HTML ? CT_TEMPLATE_HTML : 0) |
			 (options & STRICT ? CT_TEMPLATE_STRICT : 0),
		.prefix = options & PREFIX ? "/p" : NULL,
		.tr = echo,
		.max_steps = 10000,
		.max_output = (size_t)1 << 20,
	};
	struct ct_templates *set = ct_templates_new(NULL, &o);
	struct ct_error e;
	int rc = 0;

	for (size_t at = 1, i = 0; at < size && i < 4 && !rc; i++) {
		const uint8_t *end = memchr(data + at, 0, size - at);
		size_t len = end ? (size_t)(end - data) - at : size - at;

		rc = ct_templates_add(set, names[i], names[i], (const char *)data + at, len, "d",
				      &e);
		at += len + 1;
	}
	if (!rc && ct_templates_compile(set, &e) == 0 && ct_templates_has(set, "a")) {
		const char *bad = render(set, hostile[(options / HOSTILITY) % 8]);
		const char *good = render(set, "a");

		if (options & HTML)
			compare(bad, good);
	}
	talloc_free(set);
	return 0;
}
