/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credit notes: of a whole document or of chosen lines, never more than is left of it in each VAT group. */
#ifndef INVOICING_CREDIT_H
#define INVOICING_CREDIT_H

#include "documents.h"

/*
 * Inside the transaction that issues, under the draft's lock: where the bill is a credit note, takes what it
 * credits off the document that it cites. Where it takes all that is left of a group, or of the whole, VAT and
 * rounding are what is left, so that credit notes together are the document to the cent. CT_CONFLICT where it is
 * more than is left. Outside of a transaction it only computes. Does nothing with other documents.
 */
int credit_fit(struct ct_request *r, struct bill *, struct ct_error *e) CT_MUST_USE;

#endif
