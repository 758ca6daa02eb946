/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes what is stored of a source equal to what it owes now (ADR 0036). Inside a transaction.
 *
 * What is on no issued document is updated, deleted or inserted, and leaves a draft on which it may not stand any more.
 * A billed row that is not true any more is taken back whole by a row that reverses it; what is true now is one more.
 * Where something was taken off a source (a discount, a share), all that one document says of it is taken back
 * together, so that it can be credited. Where the change is undone before the reversal is billed, that goes again.
 * What a treasurer credited and does not bill again stays waived as long as it is the same.
 *
 * Locks: the row of the source first, so that one posts at a time, then those of all clients that gain or lose
 * something, by key: who bills a client raises the same row before it reads her charges.
 */
#ifndef INVOICING_CHARGE_H
#define INVOICING_CHARGE_H

#include "owed.h"

/* ct_billing.charge; *owed_r may be NULL. CT_CONFLICT: a row was billed since it was read. */
int charge_post(struct ct_request *r, const struct ct_charges *, struct owed *owed_r, struct ct_error *e) CT_MUST_USE;

/* ct_billing.stored: its rows and what they come to; the shares are those that were taken off who pays. */
int charge_stored(struct ct_request *r, const char *source, int64_t source_id, int64_t *gross_r, json_t **shares_r,
		  struct ct_error *e) CT_MUST_USE;

#endif
