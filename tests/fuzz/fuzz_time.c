/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as each kind of date; what is accepted is written and read back as the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <comptoir/time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_day(const char *text)
{
	struct ct_day day = CT_NO_DAY, back = CT_NO_DAY, typed = CT_NO_DAY;
	char buf[CT_TIME_TEXT], ui[CT_TIME_UI];
	struct ct_error e;

	if (ct_day_parse(text, &day, &e) == 0) {
		assert(!strcmp(ct_day_text(buf, day), text));
		assert(ct_day_parse_typed(text, &typed, &e) == 0 && typed.n == day.n);
	}
	if (ct_day_parse_typed(text, &typed, &e) == 0) {
		assert(ct_day_parse_typed(ct_day_ui(ui, typed, "fr"), &back, &e) == 0);
		assert(back.n == typed.n);
	}
}

static void try_local(const char *text)
{
	struct ct_local local = CT_NO_LOCAL, back = CT_NO_LOCAL;
	char buf[CT_TIME_TEXT], ui[CT_TIME_UI];
	struct ct_error e;

	if (ct_local_parse(text, &local, &e))
		return;
	assert(ct_local_parse(ct_local_text(buf, local), &back, &e) == 0 && back.s == local.s);
	assert(ct_local_parse(ct_local_sql(buf, local), &back, &e) == 0 && back.s == local.s);
	ct_range_ui(ui, local, ct_local_add(local, 90000), CT_NO_DAY, "fr");
	ct_range_ui(ui, local, ct_local_add(local, -90000), CT_NO_DAY, "en");
}

static void try_utc(const char *text)
{
	const struct ct_utc now = { 1795449600 };
	struct ct_utc utc = CT_NO_UTC, back = CT_NO_UTC;
	char buf[CT_TIME_TEXT];
	struct ct_error e;

	if (ct_utc_parse(text, &utc, &e) == 0)
		assert(ct_utc_parse(ct_utc_text(buf, utc), &back, &e) == 0 && back.s == utc.s);
	utc = ct_http_date_parse(text, now);
	if (ct_utc_set(utc))
		assert(ct_http_date_parse(ct_http_date(buf, utc), now).s == utc.s);
}

static void try_clock(const char *text)
{
	char buf[CT_TIME_TEXT], ui[CT_TIME_UI];
	struct ct_error e;
	int minutes, back;

	if (ct_clock_parse(text, &minutes, &e))
		return;
	assert(ct_clock_parse(ct_clock_text(buf, minutes), &back, &e) == 0 && back == minutes);
	assert(ct_clock_parse(ct_clock_ui(ui, minutes, "fr"), &back, &e) == 0 && back == minutes);
}

/* Zones that do not exist must be refused before a file is opened, or at the latest then. */
static void try_name(const char *text)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get(text, &zone, &e) == 0)
		assert(!strcmp(ct_zone_name(zone), text) && !strstr(text, "..") && *text != '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	try_day(text);
	try_local(text);
	try_utc(text);
	try_clock(text);
	try_name(text);
	free(text);
	return 0;
}
