/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "with": a booking that joins another one, so that both are shown and cancelled together (ADR 0033).
 *
 * On the pages for everybody it joins a booking of one's own: the person's who is signed in, or, with `t`, that of the
 * guest whose mailed link it is. Such a link proves her address, so what she adds needs no mail to confirm it. The form
 * for who calls (phone.c) joins any booking of the organisation.
 */
#ifndef RESERVATION_TOGETHER_H
#define RESERVATION_TOGETHER_H

#include "store.h"

struct together {
	int64_t id;			/* the booking that is joined; 0: none */
	struct ct_result *row;		/* it, of "together_row"; on the request */
	const char *group_uid;		/* set by group_join */
};

/*
 * Reads `with` and `t` of the input; id is 0 where nothing is joined. CT_INVALID at `with` for the booking of somebody
 * else, for one that has ended, waits for its guest or has enough with it, and for one that together_can_pay
 * refuses. One query where there is one.
 */
int together_read(struct ct_request *r, struct together *t_r, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction and before anything else of it: locks the leaves of booking t->id and those of the wish in their
 * one order, then the guard row of its group, reads the booking as it stands, and refuses as together_read does;
 * CT_INVALID at `name`, `email` or `payer` where the wish is of another person or, unless a manager's, of another
 * payer. Nothing where t->id is 0.
 */
int together_lock(struct ct_request *r, struct together *t, const struct wish *, struct ct_error *e) CT_MUST_USE;

/*
 * Puts what pages on the way to the form say and carry, as reservation/with reads it: with_ui, null where nothing is
 * joined, and with_refused_ui, why it cannot be. Before any link is made. t_r: as together_read sets it; may be NULL.
 */
int together_put(struct ct_request *r, struct together *t_r, struct ct_error *e) CT_MUST_USE;

/*
 * The same for who runs the place: reads `with`, whosever it is, and puts with_ui and with_refused_ui. t_r->id is 0
 * where nothing is joined, or nothing can be.
 */
int together_put_any(struct ct_request *r, struct together *t_r, struct ct_error *e) CT_MUST_USE;

/*
 * May who looks at this booking (person_id, payer_id, payer_text) add to it what the same payer pays? Not where that
 * is an organisation that she may not engage, as one that the place has named.
 */
bool together_can_pay(struct ct_request *r, const struct ct_result *booking);

/* The day of a place, to add something to the booking `uid`, which begins at `start`; `token`: of a guest, or NULL. */
const char *together_link(struct ct_request *r, const char *slug, struct ct_local start, const char *uid,
			  const char *token);

#endif
