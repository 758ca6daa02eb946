/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time: instants, wall clocks, days, zones, and how each is read, written and shown.
 *
 * Three types, so that the compiler refuses to mix them up:
 *
 *   struct ct_utc     an instant: seconds since 1970-01-01T00:00:00Z, without leap seconds
 *   struct ct_local   what a clock on a wall shows: seconds since 1970-01-01 00:00 there
 *   struct ct_day     a date: days since 1970-01-01
 *
 * Wall time together with the zone of the place is the truth; the instant is derived from it,
 * stored beside it for comparing, and can be computed again. So add days, hours and months to a
 * ct_local or a ct_day and turn the result into an instant; an instant plus 86 400 seconds is
 * another hour on the wall on two nights a year. Two values of one type are compared by their
 * member: `a.start.s < b.end.s`.
 *
 * "No value" is CT_NO_UTC, CT_NO_LOCAL, CT_NO_DAY. It goes in and comes out of every function here:
 * what is computed from it is "no value" again, and it is written as "". So is whatever falls
 * outside the years 1900 to 2200: such a date is a slip of the pen, and refusing it keeps all
 * arithmetic far from overflow. (Instants may be one day outside, so that every wall time in range
 * has one in every zone.)
 *
 * The proleptic Gregorian calendar (ISO 8601) is used throughout. Nothing here reads the process's
 * TZ or locale.
 */
#ifndef COMPTOIR_TIME_H
#define COMPTOIR_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <comptoir/error.h>

struct ct_utc { int64_t s; };
struct ct_local { int64_t s; };
struct ct_day { int32_t n; };

#define CT_NO_UTC   ((struct ct_utc){ INT64_MIN })
#define CT_NO_LOCAL ((struct ct_local){ INT64_MIN })
#define CT_NO_DAY   ((struct ct_day){ INT32_MIN })

enum { CT_YEAR_MIN = 1900, CT_YEAR_MAX = 2200 };

static inline bool ct_utc_set(struct ct_utc t)
{
	return t.s != INT64_MIN;
}

static inline bool ct_local_set(struct ct_local t)
{
	return t.s != INT64_MIN;
}

static inline bool ct_day_set(struct ct_day d)
{
	return d.n != INT32_MIN;
}

/* Now, by the system's clock. In a request use r->now, which stands still. */
struct ct_utc ct_utc_now(void);

/* -------------------------------------------------------------------------------- calendar ---- */

/* A date and an hour taken apart. `weekday` is ISO 8601's: 1 = Monday … 7 = Sunday. */
struct ct_civil {
	int year, month, day;
	int hour, minute, second;
	int weekday;
};

/* All members 0 for "no value". ct_day_civil leaves the hour at 00:00:00. */
struct ct_civil ct_local_civil(struct ct_local local);
struct ct_civil ct_day_civil(struct ct_day day);

/*
 * The other way. They validate: "no value" for a date that does not exist (30 February), an hour
 * outside 00:00:00–23:59:59, or a year out of range. Nothing is normalised.
 */
struct ct_local ct_local_make(int year, int month, int day, int hour, int minute, int second);
struct ct_day ct_day_make(int year, int month, int day);

struct ct_day ct_local_day(struct ct_local local);	/* the date of a wall time */
struct ct_local ct_day_local(struct ct_day day);	/* that day at 00:00:00 */
/* That day at `minutes` after midnight: 0 to 1440, the midnight at its end; else "no value". */
struct ct_local ct_day_at(struct ct_day day, int minutes);

/* Wall time `seconds` later (or earlier): 23:30 + 3600 is 00:30, on every night of the year. */
struct ct_local ct_local_add(struct ct_local local, int64_t seconds);
struct ct_day ct_day_add(struct ct_day day, int days);
/* The same day of the month, or its last where there is no such day: 31 January + 1: 28 February */
struct ct_day ct_day_add_months(struct ct_day day, int months);
struct ct_local ct_local_add_months(struct ct_local local, int months);

int ct_month_days(int year, int month);			/* 28–31; 0 if there is no such month */
struct ct_day ct_day_month(struct ct_day day);		/* the first of its month */
struct ct_day ct_day_week(struct ct_day day);		/* the Monday of its week */
int ct_day_weekday(struct ct_day day);		/* 1 = Monday … 7 = Sunday; 0 for "no value" */
/* ISO 8601 week, 1–53, 0 for "no value"; *year_r (may be NULL) is the year that it counts for. */
int ct_day_iso_week(struct ct_day day, int *year_r);

/* Easter Sunday of a year of the Gregorian calendar (the computus of Meeus, Jones and Butcher). */
struct ct_day ct_easter(int year);

/*
 * The name of the public holiday that `day` is (to be translated), or NULL. Of France: C. trav. L3133-1 (eleven days);
 * L3134-13 adds Good Friday and 26 December in Bas-Rhin, Haut-Rhin and Moselle; L3422-2 the abolition of slavery, in La
 * Réunion on 20 December.
 */
enum ct_holidays { CT_HOLIDAYS_NONE, CT_HOLIDAYS_FR, CT_HOLIDAYS_FR_ALSACE, CT_HOLIDAYS_FR_REUNION };
const char *ct_holiday_name(enum ct_holidays law, struct ct_day day);

/* ----------------------------------------------------------------------------------- zones ---- */

/*
 * An IANA zone, read from the system's zoneinfo. This is the only converter in Comptoir.
 *
 * The two nights of the year follow RFC 5545, 3.3.5: a wall time that the clocks skip is read with
 * the offset before the gap, so that 02:30 on 29 March 2026 in Paris is 01:30Z, when the wall shows
 * 03:30; one that comes twice means the first. These are also python's rules for fold=0 (PEP 495),
 * against which the tests compare.
 */
struct ct_zone;

/*
 * The zone of that name, such as "Europe/Paris". It is read at first use and kept for the life of
 * the process (nothing is lost with it: it can be read again), so *zone_r needs no owner and no
 * freeing. A name is letters, digits, `_`, `+`, `-` and `/`, at most 63, begins with an upper-case
 * letter and has no empty part, so it cannot leave the folder. The folder is $TZDIR, else
 * /usr/share/zoneinfo. Fails with CT_INVALID if there is no such zone, or its file is not TZif
 * version 2 or later (RFC 9636) or counts leap seconds. Call it for the zones in use before a
 * sandbox takes the files away.
 */
int ct_zone_get(const char *name, const struct ct_zone **zone_r, struct ct_error *e) CT_MUST_USE;

const char *ct_zone_name(const struct ct_zone *zone);

struct ct_utc ct_zone_utc(const struct ct_zone *zone, struct ct_local local);
struct ct_local ct_zone_local(const struct ct_zone *zone, struct ct_utc utc);
struct ct_day ct_zone_day(const struct ct_zone *zone, struct ct_utc utc);	/* "today", there */
/* Seconds east of UTC; 0 for "no value". */
int ct_zone_offset(const struct ct_zone *zone, struct ct_utc utc);

/* Do the clocks skip this wall time? Is it there twice? Both false on all but two nights a year. */
bool ct_zone_gap(const struct ct_zone *zone, struct ct_local local);
bool ct_zone_doubled(const struct ct_zone *zone, struct ct_local local);

/* ---------------------------------------------------------------------- texts for machines ---- */

/* What a caller's buffer must hold. Every function that takes one returns it, with a final NUL. */
enum { CT_TIME_TEXT = 32 };

const char *ct_day_text(char buf[CT_TIME_TEXT], struct ct_day day);		/* 2026-11-26 */
/* 2026-11-26T14:00, with :05 behind it only where the seconds are not 0. */
const char *ct_local_text(char buf[CT_TIME_TEXT], struct ct_local local);
const char *ct_utc_text(char buf[CT_TIME_TEXT], struct ct_utc utc);	/* 2026-11-26T13:00:00Z */
/*
 * RFC 3339 with the zone's offset: 2026-11-26T14:00:00+01:00. It has no seconds in an offset, which
 * some zones had a century ago: there the offset is cut to minutes and the clock shown is the one
 * of that offset, so that the instant stays exact.
 */
const char *ct_utc_text_offset(char buf[CT_TIME_TEXT], const struct ct_zone *zone,
			       struct ct_utc utc);
/* For SQL: 2026-11-26 14:00:00 */
const char *ct_local_sql(char buf[CT_TIME_TEXT], struct ct_local local);
const char *ct_utc_sql(char buf[CT_TIME_TEXT], struct ct_utc utc);
const char *ct_clock_text(char buf[CT_TIME_TEXT], int minutes);		/* 09:30; 1440 is 24:00 */

/*
 * The readers take the whole text or fail with CT_INVALID and a sentence that shows the form they
 * want; nothing is trimmed and no field of *e is set. What a reader accepts, its writer's text
 * included, is:
 *   ct_day_parse     YYYY-MM-DD
 *   ct_local_parse   YYYY-MM-DDTHH:MM[:SS], or with a space (SQL, and what HTML forms send)
 *   ct_utc_parse     RFC 3339: offset or Z required, a fraction of a second is cut off, second 60
 *                    is the next minute's first
 *   ct_clock_parse   an hour of the day in minutes, as a person or a form types it: 9, 9h, 9 h 30,
 *                    09:30, 09:30:00; 24:00 is 1440
 */
int ct_day_parse(const char *text, struct ct_day *day_r, struct ct_error *e) CT_MUST_USE;
int ct_local_parse(const char *text, struct ct_local *local_r, struct ct_error *e) CT_MUST_USE;
int ct_utc_parse(const char *text, struct ct_utc *utc_r, struct ct_error *e) CT_MUST_USE;
int ct_clock_parse(const char *text, int *minutes_r, struct ct_error *e) CT_MUST_USE;

/* A date as a person types it: 24/11/2026, 24.11.26, 24-11-2026, or ISO, with blanks around it. */
int ct_day_parse_typed(const char *text, struct ct_day *day_r, struct ct_error *e) CT_MUST_USE;

/* RFC 9110, 5.6.7: "Thu, 26 Nov 2026 13:00:00 GMT". */
const char *ct_http_date(char buf[CT_TIME_TEXT], struct ct_utc utc);
/*
 * Reads all three forms that a recipient must accept. "No value" if it is none of them, because a
 * wrong If-Modified-Since is to be ignored, not refused. `now` settles the two-digit year of RFC
 * 850: never more than 50 years ahead.
 */
struct ct_utc ct_http_date_parse(const char *text, struct ct_utc now);

/* ------------------------------------------------------------------------ texts for people ---- */

/*
 * `lang` is the reader's language: "en…" is English, everything else French. They are tables, not
 * gettext, because a text may be for another reader than the one whose request it is (a mail).
 * U+00A0 stands between a figure and its unit; in French also before a dash and between day and
 * month. Where a `today` is asked for, the year is left out if it is the same; CT_NO_DAY keeps it.
 */
enum { CT_TIME_UI = 192 };

/* 26/11/2026 */
const char *ct_day_ui(char buf[CT_TIME_UI], struct ct_day day, const char *lang);
/* jeudi 26 novembre 2026 · dimanche 1er mars · Thursday 26 November 2026 */
const char *ct_day_ui_long(char buf[CT_TIME_UI], struct ct_day day, struct ct_day today,
			   const char *lang);
/* du 23 au 29 novembre 2026 · 28 December 2026 – 3 January 2027; one day alone if first is last */
const char *ct_days_ui(char buf[CT_TIME_UI], struct ct_day first, struct ct_day last,
		       struct ct_day today, const char *lang);
/* The hour alone: 14 h · 14 h 30 · 14:30; as minutes also 24 h, 24:00 */
const char *ct_time_ui(char buf[CT_TIME_UI], struct ct_local local, const char *lang);
const char *ct_clock_ui(char buf[CT_TIME_UI], int minutes, const char *lang);
/* jeudi 26 novembre 2026, 14 h 30 · Thursday 26 November 2026, 14:30 */
const char *ct_local_ui(char buf[CT_TIME_UI], struct ct_local local, struct ct_day today,
			const char *lang);
/*
 * jeudi 26 novembre, 14 h – 18 h · Thursday 26 November, 14:00–18:00; over midnight both days are
 * named, but an end at the midnight that closes the first day is "24 h", "24:00".
 */
const char *ct_range_ui(char buf[CT_TIME_UI], struct ct_local start, struct ct_local end,
			struct ct_day today, const char *lang);
/* A length of time, 0 or more: 45 min · 4 h · 1 h 30 · 24 h; whole days from two on: 2 jours */
const char *ct_minutes_ui(char buf[CT_TIME_UI], int64_t minutes, const char *lang);

const char *ct_weekday_ui(int weekday, const char *lang);	/* lundi · Monday; "" if not 1–7 */
const char *ct_weekday_short_ui(int weekday, const char *lang);	/* lun. · Mon */
const char *ct_month_ui(int month, const char *lang);	/* novembre · November; "" if not 1–12 */

#endif
