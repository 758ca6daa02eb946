/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a zoneinfo file; what is accepted must convert without contradicting itself. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/ics.h>
#include "time/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void convert(const struct ct_zone *zone, int64_t s)
{
	struct ct_local wall = ct_zone_local(zone, (struct ct_utc){ s });
	struct ct_utc utc = ct_zone_utc(zone, (struct ct_local){ s });
	bool gap = ct_zone_gap(zone, (struct ct_local){ s });
	char buf[CT_TIME_TEXT];

	if (ct_local_set(wall))
		assert(wall.s - s == ct_zone_offset(zone, (struct ct_utc){ s }));
	if (ct_utc_set(utc))
		assert(gap || ct_zone_local(zone, utc).s == s);
	assert(!gap || !ct_zone_doubled(zone, (struct ct_local){ s }));
	assert(strlen(ct_utc_text_offset(buf, zone, (struct ct_utc){ s })) < CT_TIME_TEXT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	struct ct_buf *out = ct_buf_new(mem, 8192);
	struct ct_zone *zone;
	struct ct_error e;
	size_t i;

	if (ct_zone_read(mem, "Test", data, size, &zone, &e) == 0) {
		assert(zone->count >= 1);
		/* The first begins with time itself. */
		for (i = 1; i < zone->count; i += 1 + zone->count / 64) {
			convert(zone, zone->spans[i].at);
			convert(zone, zone->spans[i].wall);
			convert(zone, zone->spans[i].wall - 1);
		}
		convert(zone, (int64_t)i * 100000000);
		if (ct_ics_zone(out, zone, &e) == 0)
			assert(!ct_buf_full(out));
	}
	talloc_free(mem);
	return 0;
}
