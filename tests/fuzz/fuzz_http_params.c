/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a query or form, and as a segment of a path. What is accepted, written again with
 * ct_url_arg, must be accepted again and be the same.
 */
#include "fuzz_http.h"

#include <comptoir/text.h>

#include "http/urlencoded.h"

static const struct ct_limits limits = { 50, 2000, 0, 20000 };

static void check_again(void *mem, const struct ct_params *params)
{
	const struct ct_limits wide = { 50, 2000, 0, 1 << 20 };
	struct ct_buf *text = ct_buf_new(mem, 1 << 20);
	struct ct_params *again;
	struct ct_error e;

	for (size_t i = 0; i < params->n; i++) {
		ct_buf_text(text, i ? "&" : "");
		ct_url_arg(text, params->list[i].name);
		ct_buf_text(text, "=");
		ct_url_arg(text, params->list[i].value);
	}
	MUST(!ct_buf_full(text));
	MUST(!ct_urlencoded_parse(mem, ct_buf_data(text), ct_buf_len(text), &wide, &again, &e));
	MUST(again->n == params->n);
	for (size_t i = 0; i < params->n; i++) {
		MUST(!strcmp(again->list[i].name, params->list[i].name));
		MUST(!strcmp(again->list[i].value, params->list[i].value));
	}
}

static void check_segment(void *mem, const char *segment)
{
	struct ct_buf *encoded = ct_buf_new(mem, 1 << 20);
	struct ct_error e;
	char *again;

	MUST(ct_utf8_check(segment, strlen(segment)) && !strchr(segment, '/'));
	MUST(strcmp(segment, ".") && strcmp(segment, "..") && !strpbrk(segment, "\r\n\t\x7F"));
	ct_url_arg(encoded, segment);
	MUST(!ct_percent_decode(mem, ct_buf_data(encoded), ct_buf_len(encoded), &again, &e));
	MUST(!strcmp(again, segment));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	struct ct_params *params = NULL;
	struct ct_error e;
	char *segment;
	int rc = ct_urlencoded_parse(mem, (const char *)data, size, &limits, &params, &e);

	if (rc) {
		check_refusal(rc, &e);
		MUST(!params);
	} else {
		check_params(params);
		MUST(params->n <= limits.max_fields);
		check_again(mem, params);
	}
	rc = ct_percent_decode(mem, (const char *)data, size, &segment, &e);
	if (rc)
		check_refusal(rc, &e);
	else
		check_segment(mem, segment);
	talloc_free(mem);
	return 0;
}
