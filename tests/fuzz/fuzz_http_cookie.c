/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a Cookie header. A value that may be set again comes back as it was set. */
#include "fuzz_http.h"

#include "http/cookie.h"

static bool can_be_set(const char *value)
{
	for (; *value; value++)
		if (*value <= 0x20 || *value >= 0x7F || strchr("\",;\\", *value))
			return false;
	return true;
}

static void check_set(void *mem, const struct ct_param *p)
{
	const struct ct_cookie cookie = { p->name, p->value, "/x", 60, true };
	struct ct_params *back;
	struct ct_error e;
	char *text = ct_cookie_text(mem, &cookie);

	MUST(!strpbrk(text, "\r\n"));
	MUST(!ct_cookies_parse(mem, text, &back, &e));
	MUST(!strcmp(back->list[0].name, p->name) && !strcmp(back->list[0].value, p->value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	char *header = as_text(data, size);
	struct ct_params *cookies;
	struct ct_error e;
	int rc = ct_cookies_parse(mem, header, &cookies, &e);

	if (rc) {
		check_refusal(rc, &e);
		MUST(strlen(header) > 65536);
	} else {
		check_params(cookies);
		MUST(cookies->n <= CT_COOKIES_MAX);
		for (size_t i = 0; i < cookies->n; i++)
			if (can_be_set(cookies->list[i].value))
				check_set(mem, &cookies->list[i]);
	}
	free(header);
	talloc_free(mem);
	return 0;
}
