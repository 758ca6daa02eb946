/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "time/zone.h"

#define PYTHON "/usr/bin/python3"
#define LEAST_VECTORS 40000	/* 25 zones; fewer means that the script broke off */

static const struct ct_zone *zone_of(const char *name)
{
	const struct ct_zone *zone = NULL;
	struct ct_error e;

	assert_int_equal(ct_zone_get(name, &zone, &e), 0);
	assert_non_null(zone);
	assert_string_equal(ct_zone_name(zone), name);
	return zone;
}

static struct ct_local wall(const char *text)
{
	struct ct_local local = CT_NO_LOCAL;
	struct ct_error e;

	assert_int_equal(ct_local_parse(text, &local, &e), 0);
	return local;
}

static void clock_changes(void **state)
{
	static const struct {
		const char *zone, *local, *utc;
		bool gap, doubled;
	} table[] = {
		{ "Europe/Paris", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z", false, false },
		{ "Europe/Paris", "2026-03-29T02:00", "2026-03-29T01:00:00Z", true, false },
		{ "Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:30:00Z", true, false },
		{ "Europe/Paris", "2026-03-29T02:59:59", "2026-03-29T01:59:59Z", true, false },
		{ "Europe/Paris", "2026-03-29T03:00", "2026-03-29T01:00:00Z", false, false },
		{ "Europe/Paris", "2026-10-25T01:59:59", "2026-10-24T23:59:59Z", false, false },
		{ "Europe/Paris", "2026-10-25T02:00", "2026-10-25T00:00:00Z", false, true },
		{ "Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30:00Z", false, true },
		{ "Europe/Paris", "2026-10-25T02:59:59", "2026-10-25T00:59:59Z", false, true },
		{ "Europe/Paris", "2026-10-25T03:00", "2026-10-25T02:00:00Z", false, false },
		{ "Europe/Paris", "2190-07-01T12:00", "2190-07-01T10:00:00Z", false, false },
		{ "Europe/Paris", "1900-01-01T00:00", "1899-12-31T23:50:39Z", false, false },
		{ "Indian/Reunion", "2026-03-29T02:30", "2026-03-28T22:30:00Z", false, false },
		{ "Indian/Reunion", "2026-10-25T02:30", "2026-10-24T22:30:00Z", false, false },
		{ "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z", true, false },
		{ "Etc/UTC", "2026-06-01T00:00", "2026-06-01T00:00:00Z", false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct ct_zone *zone = zone_of(table[i].zone);
		struct ct_local local = wall(table[i].local);
		char buf[CT_TIME_TEXT];

		assert_string_equal(ct_utc_text(buf, ct_zone_utc(zone, local)), table[i].utc);
		assert_int_equal(ct_zone_gap(zone, local), table[i].gap);
		assert_int_equal(ct_zone_doubled(zone, local), table[i].doubled);
	}
}

static void text_with_offset(void **state)
{
	static const struct {
		const char *zone, *utc, *text;
	} table[] = {
		{ "Europe/Paris", "2026-11-26T13:00:00Z", "2026-11-26T14:00:00+01:00" },
		{ "Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00" },
		{ "Europe/Paris", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00" },
		{ "Pacific/Marquesas", "2026-11-26T13:00:00Z", "2026-11-26T03:30:00-09:30" },
		{ "Etc/UTC", "2026-11-26T13:00:00Z", "2026-11-26T13:00:00+00:00" },
		{ "Europe/Paris", "1905-01-01T00:00:00Z", "1905-01-01T00:09:00+00:09" },
		{ "America/New_York", "2026-07-01T03:00:00Z", "2026-06-30T23:00:00-04:00" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct ct_zone *zone = zone_of(table[i].zone);
		struct ct_utc utc = CT_NO_UTC, back = CT_NO_UTC;
		struct ct_error e;
		char buf[CT_TIME_TEXT];

		assert_int_equal(ct_utc_parse(table[i].utc, &utc, &e), 0);
		assert_string_equal(ct_utc_text_offset(buf, zone, utc), table[i].text);
		assert_int_equal(ct_utc_parse(buf, &back, &e), 0);
		assert_int_equal(back.s, utc.s);
	}
}

static void no_value(void **state)
{
	const struct ct_zone *zone = zone_of("Europe/Paris");
	char buf[CT_TIME_TEXT] = "x";

	(void)state;
	assert_false(ct_utc_set(ct_zone_utc(zone, CT_NO_LOCAL)));
	assert_false(ct_local_set(ct_zone_local(zone, CT_NO_UTC)));
	assert_false(ct_local_set(ct_zone_local(zone, (struct ct_utc){ INT64_MAX })));
	assert_false(ct_utc_set(ct_zone_utc(zone, (struct ct_local){ INT64_MAX })));
	assert_false(ct_day_set(ct_zone_day(zone, CT_NO_UTC)));
	assert_int_equal(ct_zone_offset(zone, CT_NO_UTC), 0);
	assert_false(ct_zone_gap(zone, CT_NO_LOCAL));
	assert_false(ct_zone_doubled(zone, CT_NO_LOCAL));
	assert_string_equal(ct_utc_text_offset(buf, zone, CT_NO_UTC), "");
	assert_int_equal(ct_zone_day(zone, (struct ct_utc){ 82800 }).n, 1);
}

/* One line of zone_vectors.py. */
static void check_vector(const struct ct_zone *zone, const char *line)
{
	int64_t a, b;
	int offset;
	char kind;

	if (sscanf(line, "u %" SCNd64 " %" SCNd64 " %d", &a, &b, &offset) == 3) {
		if (ct_zone_local(zone, (struct ct_utc){ a }).s != b ||
		    ct_zone_offset(zone, (struct ct_utc){ a }) != offset)
			fail_msg("%s: %s", ct_zone_name(zone), line);
		return;
	}
	if (sscanf(line, "l %" SCNd64 " %" SCNd64 " %c", &a, &b, &kind) != 3)
		fail_msg("not a vector: %s", line);
	if (ct_zone_utc(zone, (struct ct_local){ a }).s != b ||
	    ct_zone_gap(zone, (struct ct_local){ a }) != (kind == 'g') ||
	    ct_zone_doubled(zone, (struct ct_local){ a }) != (kind == 'd'))
		fail_msg("%s: %s", ct_zone_name(zone), line);
}

static void as_python_says(void **state)
{
	const char *source = getenv("COMPTOIR_SOURCE"), *args = getenv("ZONE_VECTORS");
	const struct ct_zone *zone = NULL;
	char line[128], name[64];
	char command[4096];
	size_t n = 0;
	FILE *f;

	(void)state;
	if (access(PYTHON, X_OK) != 0) {
		print_message("no " PYTHON ": zones are not compared with zoneinfo\n");
		skip();
	}
	snprintf(command, sizeof(command), PYTHON " '%s/tests/unit/zone_vectors.py' %s",
		 source ? source : ".", args ? args : "");
	f = popen(command, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "zone %63s", name) == 1) {
			zone = zone_of(name);
			continue;
		}
		assert_non_null(zone);
		check_vector(zone, line);
		n++;
	}
	assert_int_equal(pclose(f), 0);
	assert_true(n > LEAST_VECTORS);
	print_message("%zu vectors\n", n);
}

static void names(void **state)
{
	static const char *const wrong[] = {
		"", "/", ".", "..", "../etc/passwd", "/etc/localtime", "Europe/../Europe/Paris",
		"Europe//Paris", "Europe/Paris/", "Europe", "Europe/paris", "europe/paris",
		"localtime", "posixrules", "posix/Europe/Paris", "right/Europe/Paris", "zone.tab",
		"Europe/Paris\n", "Europe/P\xC3\xA2ris", "Nowhere/Land", "%s%s%n",
		"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	const struct ct_zone *zone = NULL;
	struct ct_error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(ct_zone_get(wrong[i], &zone, &e), CT_INVALID);
		assert_int_equal(e.rc, CT_INVALID);
		assert_true(strlen(e.text) > 0);
		assert_null(zone);
	}
	assert_ptr_equal(zone_of("Etc/GMT+5"), zone_of("Etc/GMT+5"));
	assert_int_equal(ct_zone_offset(zone_of("Etc/GMT+5"), (struct ct_utc){ 0 }), -5 * 3600);
}

static void put_be32(uint8_t *p, uint32_t n)
{
	p[0] = (uint8_t)(n >> 24);
	p[1] = (uint8_t)(n >> 16);
	p[2] = (uint8_t)(n >> 8);
	p[3] = (uint8_t)n;
}

/* A file without transitions, of one type at `offset`, and with this footer. */
static size_t make_file(uint8_t bytes[256], int32_t offset, const char *footer)
{
	size_t block;

	memset(bytes, 0, 256);
	for (block = 0; block < 2; block++) {
		uint8_t *p = bytes + block * (44 + 6 + 4);

		memcpy(p, "TZif2", 5);
		put_be32(p + 36, 1);
		put_be32(p + 40, 4);
		put_be32(p + 44, (uint32_t)offset);
		memcpy(p + 50, "XXX", 4);
	}
	return 108 + (size_t)snprintf((char *)bytes + 108, 148, "\n%s\n", footer);
}

static struct ct_zone *read_footer(void *mem, const char *footer)
{
	struct ct_zone *zone = NULL;
	struct ct_error e;
	uint8_t bytes[256];
	size_t len = make_file(bytes, 0, footer);

	if (ct_zone_read(mem, "Test", bytes, len, &zone, &e) != 0)
		assert_int_equal(e.rc, CT_INVALID);
	return zone;
}

static void footers(void **state)
{
	static const struct {
		const char *footer, *local, *utc;
	} table[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-01T12:00", "2026-07-01T10:00:00Z" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T03:00", "2026-03-29T01:00:00Z" },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-28T21:59", "2026-03-28T23:59:00Z" },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:00", "2026-03-29T01:00:00Z" },
		{ "IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T03:00", "2026-03-27T00:00:00Z" },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T12:00", "2026-07-01T11:00:00Z" },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01T12:00", "2026-12-01T12:00:00Z" },
		/* J60 is 1 March in every year, day 59 in common years only. */
		{ "AAA0BBB,J60/0,J300/0", "2028-02-29T12:00", "2028-02-29T12:00:00Z" },
		{ "AAA0BBB,J60/0,J300/0", "2028-03-01T12:00", "2028-03-01T11:00:00Z" },
		{ "AAA0BBB,59/0,300/0", "2028-02-29T12:00", "2028-02-29T11:00:00Z" },
		{ "AAA0BBB,59/0,300/0", "2027-02-28T12:00", "2027-02-28T12:00:00Z" },
		{ "AAA0BBB,59/0,300/0", "2027-03-01T12:00", "2027-03-01T11:00:00Z" },
		{ "AAA-1:30:15BBB-2,M1.1.1,M2.1.1", "2026-07-01T12:00:15", "2026-07-01T10:30:00Z" },
		/* Summer time all year, RFC 9636, 3.3.1. */
		{ "XXX3EDT4,0/0,J365/23", "2026-01-01T00:00", "2026-01-01T04:00:00Z" },
		{ "XXX3EDT4,0/0,J365/23", "2026-07-01T00:00", "2026-07-01T04:00:00Z" },
		{ "XXX3EDT4,0/0,J365/23", "2026-12-31T23:59", "2027-01-01T03:59:00Z" },
		{ "UTC0", "2026-07-01T12:00", "2026-07-01T12:00:00Z" },
		{ "", "2026-07-01T12:00", "2026-07-01T12:00:00Z" },
	};
	static const char *const wrong[] = {
		"C-1", "CET", "CET-25", "CET-1:60", "<CET-1", "<C>-1", "CET-1CEST",
		"CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
		"CET-1CEST,J0,J5", "CET-1CEST,J366,J5", "CET-1CEST,366,5",
		"CET-1CEST,M3.5.0/168,J5",
		"CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST-2,", "CET-1\xFF", " CET-1",
		"AAAAAAAAAAAAAAAA-1", "CET-9999999999", "CET-1CEST,,", "CET--1",
	};
	void *mem = talloc_new(NULL);
	char buf[CT_TIME_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct ct_zone *zone = read_footer(mem, table[i].footer);

		assert_non_null(zone);
		assert_string_equal(ct_utc_text(buf, ct_zone_utc(zone, wall(table[i].local))),
				    table[i].utc);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (read_footer(mem, wrong[i]))
			fail_msg("accepted: %s", wrong[i]);
	talloc_free(mem);
}

static size_t read_paris(uint8_t *bytes, size_t size)
{
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Paris", "rb");
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, size, f);
	fclose(f);
	assert_true(len > 200 && len < size);
	return len;
}

/* Every shorter file is refused, and no change of one byte of a header does harm. */
static void broken_files(void **state)
{
	static uint8_t bytes[8192];
	size_t len = read_paris(bytes, sizeof(bytes)), i;
	void *mem = talloc_new(NULL);
	struct ct_zone *zone = NULL;
	struct ct_error e;

	(void)state;
	for (i = 0; i < len; i++) {
		uint8_t *exact = talloc_memdup(mem, bytes, i + !i);

		assert_int_equal(ct_zone_read(mem, "Test", exact, i, &zone, &e), CT_INVALID);
		assert_null(zone);
		talloc_free(exact);
	}
	for (i = 0; i < 44; i++) {
		uint8_t was = bytes[i];

		bytes[i] = 0xFF;
		if (ct_zone_read(mem, "Test", bytes, len, &zone, &e) == 0)
			assert_true(i >= 5 && i < 20);	/* unused */
		bytes[i] = was;
	}
	bytes[4] = '\0';	/* version 1 */
	assert_int_equal(ct_zone_read(mem, "Test", bytes, len, &zone, &e), CT_INVALID);
	talloc_free(mem);
}

/* A whole file that counts leap seconds: its instants are not POSIX's. */
static void leap_seconds(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_zone *zone = NULL;
	struct ct_error e;
	uint8_t bytes[256];
	size_t len = make_file(bytes, 0, "UTC0");

	(void)state;
	assert_int_equal(ct_zone_read(mem, "Test", bytes, len, &zone, &e), 0);
	memmove(bytes + 108 + 12, bytes + 108, len - 108);
	put_be32(bytes + 54 + 28, 1);
	assert_int_equal(ct_zone_read(mem, "Test", bytes, len + 12, &zone, &e), CT_INVALID);
	talloc_free(mem);
}

static void write_file(const char *folder, const char *name, const void *bytes, size_t len)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void other_folder(void **state)
{
	char folder[] = "/tmp/test_zone_XXXXXX", path[64];
	const struct ct_zone *zone = NULL;
	struct ct_error e;
	uint8_t bytes[256];
	size_t i, len = make_file(bytes, 3600, "ABC-1");

	(void)state;
	assert_non_null(mkdtemp(folder));
	write_file(folder, "Good", bytes, len);
	write_file(folder, "Garbage", "TZif2", 5);
	write_file(folder, "Empty", "", 0);
	snprintf(path, sizeof(path), "%s/Fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	setenv("TZDIR", folder, 1);
	assert_int_equal(ct_zone_get("Good", &zone, &e), 0);
	assert_int_equal(ct_zone_offset(zone, (struct ct_utc){ 0 }), 3600);
	assert_int_equal(ct_zone_get("Garbage", &zone, &e), CT_INVALID);
	assert_int_equal(ct_zone_get("Empty", &zone, &e), CT_INVALID);
	assert_int_equal(ct_zone_get("Fifo", &zone, &e), CT_INVALID);
	assert_int_equal(ct_zone_get("Asia/Tokyo", &zone, &e), CT_INVALID);
	unsetenv("TZDIR");
	for (i = 0; i < 4; i++) {
		static const char *const made[] = { "Good", "Garbage", "Empty", "Fifo" };

		snprintf(path, sizeof(path), "%s/%s", folder, made[i]);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_folder),	/* first: nothing is kept yet */
		cmocka_unit_test(clock_changes),
		cmocka_unit_test(text_with_offset),
		cmocka_unit_test(no_value),
		cmocka_unit_test(as_python_says),
		cmocka_unit_test(names),
		cmocka_unit_test(footers),
		cmocka_unit_test(broken_files),
		cmocka_unit_test(leap_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
