/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A booking as a calendar has it. What is told is kept in reservation_ics, written once, when the booking
 * changes (feed_serialise of store.h): in full for those who run the place, as "busy" for strangers, and as
 * its own person has it.
 */
#ifndef RESERVATION_EVENT_H
#define RESERVATION_EVENT_H

#include <comptoir/ics.h>
#include <comptoir/plugin.h>

/* BEGIN:VCALENDAR and what identifies us; the caller writes the rest and END:VCALENDAR. */
void event_begin(struct ct_buf *out);

/* DTSTAMP to SEQUENCE, of a row with changed_utc, start_local and end_local. */
void event_times(struct ct_buf *out, const struct ct_result *b, const struct ct_zone *, int64_t sequence);

/* "CONFIRMED", "TENTATIVE" or "CANCELLED" of a booking's status. */
const char *event_status(const char *status);

#endif
