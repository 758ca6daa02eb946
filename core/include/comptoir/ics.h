/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing iCalendar text (RFC 5545) line by line into a buffer.
 *
 * This is the ground on which feeds and CalDAV answers stand: lines that end in CRLF, folded so
 * that none is longer than 75 octets and none is cut inside a UTF-8 character (3.1); values escaped
 * for the type that they have; hours in the form that clients understand; VTIMEZONE. What a line
 * means is up to the caller. Reading is libical's work.
 *
 * No text that is passed here can begin a line of its own or leave its value: line breaks are
 * written as `\n`, other control characters are left out. As with the buffer, nothing fails on the
 * way; whether it was full is asked once, at the end.
 *
 * Most lines are one call:
 *
 *	ct_ics_line(b, "BEGIN", "VEVENT");
 *	ct_ics_line_text(b, "SUMMARY", title);
 *	ct_ics_line_local(b, "DTSTART", zone, start);	DTSTART;TZID=Europe/Paris:20261126T140000
 *
 * One with parameters that a person wrote is made of parts:
 *
 *	size_t line = ct_ics_begin(b, "ATTENDEE;CUTYPE=INDIVIDUAL");
 *	ct_ics_param(b, "CN", name);
 *	ct_buf_text(b, ":mailto:");
 *	ct_buf_text(b, address);
 *	ct_ics_end(b, line);
 */
#ifndef COMPTOIR_ICS_H
#define COMPTOIR_ICS_H

#include <stddef.h>
#include <comptoir/buf.h>
#include <comptoir/error.h>
#include <comptoir/time.h>

/*
 * Begins a line: writes `name`, which may carry parameters that need no care, and returns where the
 * line begins. Until ct_ics_end it is simply text in the buffer. `name` is the programmer's, not a
 * person's.
 */
size_t ct_ics_begin(struct ct_buf *buf, const char *name);

/* `;NAME="value"`, with what may not stand between quotes encoded as RFC 6868 says. */
void ct_ics_param(struct ct_buf *buf, const char *name, const char *value);

/*
 * A value of type TEXT (3.3.11): `\` `;` `,` and line breaks (LF, CRLF or CR) escaped, other
 * control characters but the tab left out. A byte that is not UTF-8 becomes U+FFFD. Separate
 * several values with ct_buf_byte(buf, ',').
 */
void ct_ics_text(struct ct_buf *buf, const char *text);

/* Ends the line that began at `line`: leaves out control characters, folds it, writes CRLF. */
void ct_ics_end(struct ct_buf *buf, size_t line);

/* `name:value`; the value is in the form of its type already (a number, an address, a rule). */
void ct_ics_line(struct ct_buf *buf, const char *name, const char *value);
/* `name:text`, for a property of type TEXT. */
void ct_ics_line_text(struct ct_buf *buf, const char *name, const char *text);

/*
 * Hours and dates as properties; "no value" writes no line. A local hour is written as it stands,
 * with the zone's name: clients apply the same rules to gaps and repeated hours as ct_zone_utc. (An
 * hour meant as the *second* of two can only be written in UTC.)
 */
void ct_ics_line_local(struct ct_buf *buf, const char *name, const struct ct_zone *zone,
		       struct ct_local local);
void ct_ics_line_utc(struct ct_buf *buf, const char *name, struct ct_utc utc);
void ct_ics_line_day(struct ct_buf *buf, const char *name, struct ct_day day);	/* ;VALUE=DATE */

/* The values alone, for UNTIL or EXDATE: 20261126T140000, 20261126T130000Z, 20261126, or "". */
const char *ct_ics_local(char value[CT_TIME_TEXT], struct ct_local local);
const char *ct_ics_utc(char value[CT_TIME_TEXT], struct ct_utc utc);
const char *ct_ics_day(char value[CT_TIME_TEXT], struct ct_day day);

/*
 * The VTIMEZONE of a zone, once for each TZID in a calendar: its two yearly changes of today as
 * rules from 1970 on (Outlook misreads lists of dates), or one STANDARD where clocks never change.
 * Clients that know the name use their own data; for the others it is right from the zone's last
 * reform on.
 *
 * Two things it cannot say: what was in force before that reform, and changes that a zone plans
 * date by date (Morocco's in Ramadan), where it gives the standard time of the year. Fails with
 * CT_INVALID, and writes nothing, for a rule whose day moves across New Year; no zone has had one.
 */
int ct_ics_zone(struct ct_buf *buf, const struct ct_zone *zone, struct ct_error *e) CT_MUST_USE;

#endif
