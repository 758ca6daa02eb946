/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules of booking and how they are inherited. A set of rules belongs to a resource, a kind or a place and
 * may go on from another one; what one leaves empty, the next says: the resource's and those it goes on
 * from, then the kind's, then the place's, then the defaults. One that is for an audience says nothing to
 * who does not belong to it: for them the rules it goes on from count.
 */
#ifndef RESERVATION_POLICY_H
#define RESERVATION_POLICY_H

#include "model.h"

/* Sets room->policy and room->chain of all rooms, `ids` being theirs; for rooms->person, or else who reads. */
int policies_apply(struct ct_request *r, const char *ids, struct rooms *, struct ct_error *e) CT_MUST_USE;

/*
 * The page of a set of rules: each rule as it holds where these rules are a resource's, and from where;
 * what they require and allow; and where a buffer keeps one part of the day from following another.
 */
int policy_show(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

#endif
