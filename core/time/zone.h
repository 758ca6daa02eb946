/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a zone, for the files of this folder and for what writes VTIMEZONE.
 *
 * A zone is a list of spans, each with one offset, from before 1900 to after 2200. What a TZif file
 * gives by transitions comes first; where they end its footer, two yearly rules in the manner of
 * POSIX's TZ, goes on, and is written out year by year when the file is read. So each conversion is
 * one binary search, and there is one way through the code for 1911, 2026 and 2150.
 */
#ifndef TIME_ZONE_H
#define TIME_ZONE_H

#include <comptoir/time.h>

/* From `at` on, clocks are `offset` seconds east of UTC. The first span begins at INT64_MIN. */
struct ct_span {
	int64_t at;
	/*
	 * The first wall time read with this offset: `at` seen with the larger of the offsets
	 * before and after. In a gap and in a doubled hour alike that leaves the wall times to the
	 * offset before.
	 */
	int64_t wall;
	int32_t offset;
};

/* When clocks change each year: RFC 9636, 3.3.1; POSIX.1-2017, 8.3. */
struct ct_rule {
	enum {
		CT_RULE_WEEKDAY,	/* Mm.w.d: the w-th (5: the last) such weekday of a month */
		CT_RULE_JULIAN,		/* Jn: n-th day of the year, 1–365, without 29 February */
		CT_RULE_YEARDAY,	/* n: days since 1 January, 0–365, with 29 February */
	} kind;
	int month, week;
	int weekday;			/* 1 = Monday … 7 = Sunday */
	int n;
	int32_t time;			/* on the wall clock until then, in seconds; ±167 hours */
};

/* A footer. `any` false: there is none, and the last span goes on for ever. */
struct ct_footer {
	bool any, dst;
	char name[2][16];		/* of standard and of daylight saving time: CET, CEST */
	int32_t offset[2];		/* seconds east */
	struct ct_rule rule[2];		/* to standard, to daylight saving time; only with `dst` */
};

struct ct_zone {
	struct ct_zone *next;		/* in the process's list */
	const char *name;
	struct ct_span *spans;
	size_t count;			/* at least 1 */
	struct ct_footer footer;
};

/*
 * Reads a TZif file of version 2 or later from `len` bytes. *zone_r is a talloc child of `mem` and
 * does not refer to `bytes`. Any bytes may be given: fails with CT_INVALID.
 */
int ct_zone_read(void *mem, const char *name, const uint8_t *bytes, size_t len,
		 struct ct_zone **zone_r, struct ct_error *e) CT_MUST_USE;

/* Reads a footer without its line feeds; `len` 0 is one that says nothing. Takes any bytes. */
bool ct_footer_read(const char *text, size_t len, struct ct_footer *footer_r) CT_MUST_USE;

/* The day that a rule is about in `year`, before its hour is added (which may lead to another). */
int32_t ct_rule_day(const struct ct_rule *rule, int year);

/* May a zone be called so? See ct_zone_get. */
bool ct_zone_name_ok(const char *name);

#endif
