/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A group: bookings that were made together and are cancelled together, such as the hall for two days and the kitchen
 * for one noon of a seminar. Each of them is a booking like any other, with its hours, its price and its page.
 */
#ifndef RESERVATION_GROUP_H
#define RESERVATION_GROUP_H

#include <comptoir/plugin.h>

#include "together.h"

/* Of one group. */
enum { MOST_TOGETHER = 40 };

extern const struct ct_field reservation_group_see_fields[], reservation_group_fields[],
	reservation_group_cancel_fields[];
extern const struct ct_view_field reservation_group_view[];
/* The page of a group; for a guest with the token that she came with. */
const char *group_url(struct ct_request *r, const char *uid);

ct_handler_f reservation_group_create, reservation_group, reservation_group_cancel;

/*
 * Inside a transaction, after together_lock: booking `id` belongs together with t->row, whose group begins now if it
 * has none; says which group that is (t->group_uid). Nothing where nothing is joined.
 */
int group_join(struct ct_request *r, int64_t id, struct together *t, struct ct_error *e) CT_MUST_USE;

/* group_mail.c: one mail about all of a group, with an event for each booking. After all of it was stored. */
int group_mail(struct ct_request *r, int64_t group, bool cancelled, struct ct_error *e) CT_MUST_USE;

#endif
