/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a calendar of school holidays: ranges within their limits, each once, or a sentence. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "../../plugins/reservation/days_ics.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct ics_days *days, bool utf8)
{
	assert(days->n > 0 && days->n <= ICS_EVENTS);
	for (size_t i = 0; i < days->n; i++) {
		const struct ics_day *d = &days->day[i];

		assert(ct_day_set(d->from) && ct_day_set(d->to) && d->from.n <= d->to.n);
		assert(d->to.n - d->from.n < MAX_DAYS);
		assert(*d->uid && strlen(d->uid) <= ICS_UID);
		assert(!d->label || (*d->label && strlen(d->label) <= 4 * ICS_LABEL && !strpbrk(d->label, "\r\n\t")));
		if (utf8 && d->label)
			assert(ct_utf8_check(d->label, strlen(d->label)) &&
			       ct_utf8_count(d->label, strlen(d->label)) <= ICS_LABEL);
		if (utf8)
			assert(ct_utf8_check(d->uid, strlen(d->uid)));
		for (size_t k = 0; k < i; k++)
			assert(strcmp(d->uid, days->day[k].uid) != 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ics_days days = { .n = 4711 };
	struct ct_error e = { 0 };
	void *mem = talloc_new(NULL);
	char *text = talloc_strndup(mem, (const char *)data, size);
	int rc = ics_days_read(mem, text, &days, &e);

	assert(rc == 0 || rc == CT_INVALID);
	if (rc)
		assert(days.n == 4711 && *e.text && !strcmp(e.field, "file"));
	else
		check(&days, ct_utf8_check(text, strlen(text)));
	talloc_free(mem);
	return 0;
}
