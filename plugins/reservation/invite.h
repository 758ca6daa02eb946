/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event of a booking as an invitation by mail (iTIP, RFC 5546, in a mail as RFC 6047 says): one UID for
 * the booking's whole life, a SEQUENCE that rises with its hours, DTSTAMP of its last change. A calendar that
 * took the first one follows the next ones, and takes the event out when it is cancelled.
 *
 * The place invites, at the address that answers go to; whoever booked has accepted already and is asked for
 * no answer. No alarm: when to be reminded is the reader's own affair. Nothing in it opens the booking,
 * because invitations are forwarded.
 */
#ifndef RESERVATION_INVITE_H
#define RESERVATION_INVITE_H

#include <comptoir/plugin.h>

/*
 * The calendar, on r, of a row "booking_letter"; `cancels`: METHOD:CANCEL and not REQUEST. CT_BROKEN where the
 * row's zone is unknown.
 */
int invite_make(struct ct_request *r, const struct ct_result *b, bool cancels, struct ct_attachment *invite_r,
		struct ct_error *e) CT_MUST_USE;

#endif
