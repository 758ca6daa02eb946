/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the fuzz targets of the request parsers share: conditions that stay on in every build, and
 * the promises that any list of parameters keeps.
 */
#ifndef TESTS_FUZZ_HTTP_H
#define TESTS_FUZZ_HTTP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/error.h>

#include "base/utf8.h"
#include "http/params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

/* A refusal is one of those that a sender can cause, and says something that can be shown. */
static inline void check_refusal(int rc, const struct ct_error *e)
{
	MUST(rc == CT_BAD || rc == CT_TOO_LARGE);
	MUST(e->rc == rc && *e->text && !*e->field && ct_utf8_check(e->text, strlen(e->text)));
}

/* Names and values are text, and no value holds a CR. */
static inline void check_params(const struct ct_params *params)
{
	for (size_t i = 0; i < params->n; i++) {
		const struct ct_param *p = &params->list[i];

		MUST(*p->name && strlen(p->name) <= CT_PARAM_NAME_MAX);
		MUST(ct_utf8_check(p->name, strlen(p->name)) && !strpbrk(p->name, "\r\n"));
		MUST(strlen(p->value) == p->len && ct_utf8_check(p->value, p->len));
		MUST(!strchr(p->value, '\r'));
		MUST(ct_param(params, p->name) && ct_param_count(params, p->name) > 0);
	}
}

/* The input as a NUL-terminated text, as a header arrives; malloc()ed. */
static inline char *as_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	MUST(text);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
