/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as Accept and Accept-Language. The answer is one of those offered; it stays the same
 * when something that cannot be read is put in front.
 */
#include "fuzz_http.h"

#include "http/accept.h"

static const char *const offered[] = {
	"text/html", "application/json", "text/csv", "text/calendar;charset=utf-8;x=1", NULL,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *header = as_text(data, size);
	char *longer = malloc(size + 8);
	const char *language = ct_accept_language(header);
	int choice = ct_accept_choose(header, offered);

	MUST(longer);
	MUST(choice >= -1 && choice < 4);
	MUST(!strcmp(language, "fr") || !strcmp(language, "en"));
	memcpy(longer, "?\t/,", 4);
	memcpy(longer + 4, header, strlen(header) + 1);
	MUST(ct_accept_choose(longer, offered) == choice);
	MUST(!strcmp(ct_accept_language(longer), language));
	free(longer);
	free(header);
	return 0;
}
