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

/* A credit note that is to be issued: on `document`, of `n` of its charges (keys: a JSON array), for a reason. */
struct credit_wish {
	const struct ct_pdf_image *logo;
	int64_t document, total;	/* what it has to come to */
	const char *reason;
	char *keys;
	size_t n;
	bool again;			/* its lines are owed all the same */
	bool advance;			/* the document is an advance invoice: it is not deducted any more */
	int64_t credit;			/* the key that it got */
};

/* Inside a transaction: makes and issues it. CT_CONFLICT where a line was credited already, or the total is another. */
int credit_issue(struct ct_request *r, struct credit_wish *, struct ct_error *e) CT_MUST_USE;

#endif
