/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment.stored: who sold something hears that it is paid, and that it is not any more. */
#include <string.h>
#include <talloc.h>

#include <comptoir/billing.h>

#include "payments.h"

int settled_look(struct ct_request *r, const char *documents, struct settled *s, struct ct_error *e)
{
	*s = (struct settled){ .documents = documents };
	return ct_query(r, "settled_sources", CT_ARGS(CT_STR(documents)), &s->rows, e);
}

static int call_settled(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_settled_f *)function)(r, arg, e);
}

/* By which payments, of those that are on its documents now; nothing where it was credited or costs nothing. */
static int put_payment(struct ct_request *r, struct ct_settled *said, struct ct_error *e)
{
	struct ct_result *row;
	int rc = said->paid ? ct_one(r, "settled_by", CT_ARGS(CT_STR(said->source), CT_NUM(said->source_id)), &row, e) : 0;

	if (rc || !said->paid || ct_col_null(row, "means"))
		return rc;
	said->means = ct_col_text(row, "means");
	said->day = ct_col_day(row, "received_d");
	return 0;
}

/* Both in one order; what a credit note bills again is of the same sources. */
int settled_tell(struct ct_request *r, const struct settled *before, struct ct_error *e)
{
	struct settled now;
	int rc = settled_look(r, before->documents, &now, e);

	while (!rc && ct_next(now.rows) && ct_next(before->rows)) {
		struct ct_settled said = { .source = ct_col_text(now.rows, "source_kind"), .source_id = ct_col_int(now.rows, "source_id"),
					   .paid = ct_col_int(now.rows, "paid"), .day = CT_NO_DAY };

		said.cents = said.paid ? ct_col_int(now.rows, "cents") : 0;
		if (said.paid == (bool)ct_col_int(before->rows, "paid") &&
		    (!said.paid || said.cents == ct_col_int(before->rows, "cents")))
			continue;
		rc = put_payment(r, &said, e);
		if (!rc)
			rc = ct_raise(r, "payment.stored", call_settled, &said, e);
	}
	return rc;
}
