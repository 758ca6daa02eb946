/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pays what. The database holds every limit (sql/invoicing/0004); here they are kept, and said in words. */
#include <string.h>
#include <talloc.h>

#include "client.h"
#include "payments.h"

int account_lock(struct ct_request *r, int64_t client, struct ct_error *e)
{
	struct ct_result *row;
	int64_t *ids;
	size_t n = 0;
	int rc = ct_query(r, "account_clients", CT_ARGS(CT_NUM(client), CT_NUM(client)), &row, e);

	if (rc)
		return rc;
	ids = talloc_array(r, int64_t, ct_result_rows(row) + 1);
	while (ct_next(row))
		ids[n++] = ct_col_int(row, "id");
	return clients_lock(r, ids, n, e);
}

int allocation_add(struct ct_request *r, int64_t payment, int64_t document, int64_t out, int64_t cents,
		   struct ct_error *e)
{
	return ct_exec(r, "allocation_add", CT_ARGS(CT_NUM(payment), CT_ID(document), CT_ID(out), CT_NUM(cents)), e);
}

static int give(struct ct_request *r, int64_t payment, struct ct_result *open, int64_t left, struct ct_error *e)
{
	int rc = 0;

	while (!rc && left > 0 && ct_next(open)) {
		int64_t cents = ct_col_int(open, "open_cents");

		cents = cents < left ? cents : left;
		rc = allocation_add(r, payment, ct_col_int(open, "id"), 0, cents, e);
		left -= cents;
	}
	return rc;
}

/* All of them are open, of the client, and in the payment's currency. */
static bool payable(struct ct_result *open, size_t n, const struct ct_result *payment)
{
	size_t same = 0;

	while (ct_next(open))
		same += ct_col_int(open, "owner_id") == ct_col_int(payment, "owner_id") &&
			ct_col_int(open, "issuer_id") == ct_col_int(payment, "issuer_id") &&
			!strcmp(ct_col_text(open, "currency"), ct_col_text(payment, "currency"));
	return same == n;
}

int allocate(struct ct_request *r, int64_t payment, const char *documents, struct ct_error *e)
{
	json_t *keys = own_json(r, json_loads(documents, 0, NULL));
	struct ct_result *one, *open, *again;
	int rc;

	if (!json_array_size(keys))
		return 0;
	if ((rc = ct_exec(r, "payment_lock", CT_ARGS(CT_NUM(payment)), e)) ||
	    (rc = ct_exec(r, "documents_lock", CT_ARGS(CT_STR(documents)), e)) ||
	    (rc = ct_one(r, "payment_one", CT_ARGS(CT_NUM(payment)), &one, e)) ||
	    (rc = ct_query(r, "documents_open", CT_ARGS(CT_STR(documents)), &open, e)) ||
	    (rc = ct_query(r, "documents_open", CT_ARGS(CT_STR(documents)), &again, e)))
		return rc;
	if (!payable(again, json_array_size(keys), one))
		return ct_fail(e, CT_CONFLICT, "%s", _("One of these is paid by now, or is another client’s. Please look again."));
	return give(r, payment, open, ct_col_int(one, "free_cents"), e);
}

int allocate_out(struct ct_request *r, int64_t client, const char *currency, int64_t out, int64_t cents,
		 struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "account_free", CT_ARGS(CT_NUM(client), CT_NUM(client), CT_STR(currency)), &row, e);

	while (!rc && cents > 0 && ct_next(row)) {
		int64_t some = ct_col_int(row, "free_cents");

		some = some < cents ? some : cents;
		rc = allocation_add(r, ct_col_int(row, "id"), 0, out, some, e);
		cents -= some;
	}
	if (!rc && cents > 0)
		return ct_fail_field(e, "amount", "%s", _("This is more than the client’s credit."));
	return rc;
}

int allocation_release(struct ct_request *r, int64_t document, int64_t cents, struct ct_error *e)
{
	struct ct_result *row;
	int64_t over;
	int rc = ct_one(r, "document_over", CT_ARGS(CT_NUM(cents), CT_NUM(document)), &row, e);

	if (rc || (over = ct_col_int(row, "over_cents")) <= 0)
		return rc;
	rc = ct_query(r, "document_paid_by", CT_ARGS(CT_NUM(document)), &row, e);
	while (!rc && over > 0 && ct_next(row)) {
		int64_t payment = ct_col_int(row, "payment_id"), some = ct_col_int(row, "amount_cents");

		some = some < over ? some : over;
		if ((rc = allocation_add(r, payment, document, 0, -some, e)))
			return rc;
		rc = ct_audit(r, "payment", payment, "release", NULL,
			      json_pack("{s:I, s:I}", "document", (json_int_t)document, "amount_cents", (json_int_t)some), e);
		over -= some;
	}
	return rc;
}
