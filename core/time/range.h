/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The years 1900 to 2200 in numbers, for the files of this folder. "No value" lies outside each
 * range, so one test answers both questions.
 */
#ifndef TIME_RANGE_H
#define TIME_RANGE_H

#include <comptoir/time.h>

#define CT_DAY_S INT64_C(86400)
#define CT_DAY_FIRST (-25567)	/* 1900-01-01 */
#define CT_DAY_END 84371	/* 2201-01-01, the first day that is too late */

static inline bool ct_day_fits(int64_t n)
{
	return n >= CT_DAY_FIRST && n < CT_DAY_END;
}

static inline bool ct_local_fits(int64_t s)
{
	return s >= CT_DAY_FIRST * CT_DAY_S && s < CT_DAY_END * CT_DAY_S;
}

/* A day more on either side: wherever it is, a wall time that fits has an instant that fits. */
static inline bool ct_utc_fits(int64_t s)
{
	return s >= (CT_DAY_FIRST - 1) * CT_DAY_S && s < (CT_DAY_END + 1) * CT_DAY_S;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. Checks nothing; year > 0. */
int32_t ct_civil_days(int year, int month, int day);

/* The other way, also for the day that instants have on either side. */
struct ct_civil ct_civil_of(int64_t seconds);

#endif
