/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Days from an iCalendar file (RFC 5545), as ministries and towns publish school holidays: each VEVENT is a
 * range of days. Read by libical; nothing of the file is trusted, and nothing of it is kept but these ranges.
 */
#ifndef RESERVATION_DAYS_ICS_H
#define RESERVATION_DAYS_ICS_H

#include <comptoir/plugin.h>

enum { ICS_BYTES = 1 << 20, ICS_EVENTS = 500, ICS_UID = 190, ICS_LABEL = 80 };

struct ics_day {
	const char *uid;		/* at most ICS_UID bytes; made of its days where the file gives none */
	struct ct_day from, to;		/* the last day of it; at most a year later */
	const char *label;		/* at most ICS_LABEL characters, of one line; NULL: none */
};

struct ics_days {
	struct ics_day *day;		/* in the order of the file; each uid once */
	size_t n;
	size_t skipped;			/* events without days, that repeat, last over a year, or are too many */
};

/* On `mem`. CT_INVALID at `file` where `text` is no calendar, or one without any such event. */
int ics_days_read(void *mem, const char *text, struct ics_days *days_r, struct ct_error *e) CT_MUST_USE;

#endif
