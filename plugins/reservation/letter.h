/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails about one booking, to who it is for: what became of it, that its hours changed, that it is
 * tomorrow. The event goes with them (invite.h), so that a calendar follows without anybody's doing.
 *
 * A mail speaks its reader's language and not that of who caused it: a person's own; a guest's is the one
 * that she booked in. So texts are given here as they stand in the code and are translated on the way out.
 */
#ifndef RESERVATION_LETTER_H
#define RESERVATION_LETTER_H

#include <comptoir/request.h>

/* Something free instead, in a refusal or when a booking has to move: its button leads to `path`. */
struct letter_offer {
	const char *room;
	struct ct_local start, end;
	const char *path;		/* local: "/resources/12/book?start=…" */
};

enum letter_about {
	LETTER_STATE,			/* what its status says: held, asked for, confirmed, cancelled, refused */
	LETTER_CHANGED,			/* it is confirmed with other hours, rooms or people; else as LETTER_STATE */
	LETTER_REMINDER,		/* it comes soon */
	LETTER_LAPSED,			/* its offer was not accepted in time */
	LETTER_DECLINED,		/* its offer was declined by who got it */
};

/* All but `about` may be left out. */
struct letter {
	enum letter_about about;
	const char *secret;		/* of a guest's hold: its link confirms; the first keeps her language */
	const char *reason;		/* why: a sentence, N_("…") or as somebody typed it */
	const char *note;		/* and what somebody typed beside it */
	const struct letter_offer *offers;
	size_t n_offers;
};

/*
 * Inside the transaction that changed the booking, and after feed_serialise (store.h), which every change
 * ends with: the mail and the event are made of what is stored. Nothing is written where nobody left an
 * address, and none for a status that no mail tells of (expired, no_show, done).
 */
int letter_send(struct ct_request *r, int64_t booking, const struct letter *, struct ct_error *e) CT_MUST_USE;

/* The same with `about` LETTER_STATE, and the secret or NULL. */
int mail_about(struct ct_request *r, int64_t booking, const char *secret, struct ct_error *e) CT_MUST_USE;

#endif
