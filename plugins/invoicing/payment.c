/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments as they are stored: rows that are only ever added (ADR 0040). */
#include <string.h>
#include <stdlib.h>
#include <talloc.h>

#include "payments.h"
#include "slip.h"

#define RECEIVED { "transfer", N_("Bank transfer") }, { "card", N_("Card") }, { "cash", N_("Cash") }, { "cheque", N_("Cheque") }, \
	{ "direct_debit", N_("Direct debit") }

const struct ct_choice payment_means[] = { RECEIVED, { 0 } };
const struct ct_choice payment_means_listed[] = { RECEIVED, { "opening", N_("Balance carried over") }, { 0 } };

const char *means_word(const char *means)
{
	for (const struct ct_choice *c = payment_means_listed; c->value; c++)
		if (!strcmp(c->value, means))
			return _(c->label);
	return means;
}

int owner_of(struct ct_request *r, int64_t client, struct ct_result **row_r, struct ct_error *e)
{
	int rc = ct_query(r, "account_of", CT_ARGS(CT_NUM(client)), row_r, e);

	if (rc)
		return rc;
	if (!ct_next(*row_r) || ct_col_int(*row_r, "issuer_id") != r->org)
		return ct_fail_field(e, "client", "%s", _("There is no such client here."));
	return 0;
}

int payment_allowed(struct ct_request *r, const struct payment *p, struct ct_error *e)
{
	struct ct_result *who;
	struct issuer issuer;
	int rc;

	if (p->received.n > today_of(r).n)
		return ct_fail_field(e, "received", "%s", _("This day is still to come."));
	if (strcmp(p->means, "cash") != 0 && strcmp(p->means, "card") != 0)
		return 0;
	if ((rc = owner_of(r, p->client, &who, e)) || (rc = issuer_load(r, r->org, p->received, &issuer, e)))
		return rc;
	if (ct_col_int(who, "is_organisation") || !issuer.regime || strcmp(issuer.regime, "normal") != 0)
		return 0;
	return ct_fail_field(e, "means", "%s",
			     _("You are liable to VAT: cash and cards of private persons need certified cash-register software, which this is not. Record them there, or choose another means."));
}

static int add(struct ct_request *r, const struct payment *p, int64_t amount, int64_t client, int64_t reverses,
	       int64_t *id_r, struct ct_error *e)
{
	int rc = ct_insert(r, "payment_add",
			   CT_ARGS(CT_STR(p->uid), CT_NUM(r->org), CT_NUM(client), CT_STR(p->means),
				   CT_STR(p->currency), CT_NUM(amount), CT_DAY(p->received), CT_STR(p->reference),
				   CT_STR(p->given_by), CT_ID(reverses), CT_STR(p->reason), CT_ID(r->person)),
			   id_r, e);

	if (rc == CT_CONFLICT && !strcmp(e->field, "invoicing_payment_reversed"))
		return ct_fail(e, CT_CONFLICT, "%s", _("This payment was reversed already."));
	return rc == CT_CONFLICT ? ct_fail(e, CT_CONFLICT, "%s", _("This payment is recorded already.")) : rc;
}

static int trace(struct ct_request *r, int64_t id, const char *action, const struct payment *p, int64_t amount,
		 struct ct_error *e)
{
	json_t *after = json_object();

	ct_put_text(after, "means", p->means);
	ct_put_int(after, "amount_cents", amount);
	ct_put_text(after, "reason", p->reason);
	return ct_audit(r, "payment", id, action, NULL, after, e);
}

int payment_record(struct ct_request *r, const struct payment *p, const char *documents, int64_t *id_r,
		   struct ct_error *e)
{
	struct settled before;
	int rc;

	if ((rc = account_lock(r, p->client, e)) || (rc = settled_look(r, documents, &before, e)) ||
	    (rc = add(r, p, p->amount, p->client, 0, id_r, e)) || (rc = allocate(r, *id_r, documents, e)) ||
	    (rc = trace(r, *id_r, "create", p, p->amount, e)))
		return rc;
	return settled_tell(r, &before, e);
}

int payment_carry(struct ct_request *r, const struct payment *p, int64_t *id_r, struct ct_error *e)
{
	int rc = add(r, p, p->amount, p->client, 0, id_r, e);

	return rc ? rc : trace(r, *id_r, "create", p, p->amount, e);
}

int payment_allocate(struct ct_request *r, int64_t id, const char *documents, struct ct_error *e)
{
	struct ct_result *one;
	struct settled before;
	json_t *after;
	int rc;

	if ((rc = ct_one(r, "payment_one", CT_ARGS(CT_NUM(id)), &one, e)) ||
	    (rc = account_lock(r, ct_col_int(one, "owner_id"), e)) || (rc = settled_look(r, documents, &before, e)) ||
	    (rc = ct_one(r, "payment_one", CT_ARGS(CT_NUM(id)), &one, e)))
		return rc;
	if (ct_col_int(one, "free_cents") <= 0)
		return ct_fail(e, CT_CONFLICT, "%s", _("Nothing of this payment is left."));
	if ((rc = allocate(r, id, documents, e)))
		return rc;
	after = json_object();
	ct_put_text(after, "documents", documents);
	if ((rc = ct_audit(r, "payment", id, "allocate", NULL, after, e)))
		return rc;
	return settled_tell(r, &before, e);
}

int payment_refund(struct ct_request *r, const struct payment *p, int64_t *id_r, struct ct_error *e)
{
	int rc;

	if ((rc = account_lock(r, p->client, e)) || (rc = add(r, p, -p->amount, p->client, 0, id_r, e)) ||
	    (rc = allocate_out(r, p->client, p->currency, *id_r, p->amount, e)))
		return rc;
	return trace(r, *id_r, "refund", p, -p->amount, e);
}

/* ---- reversing ---- */

/* A payment above 0: its documents are open again, and what is free of it goes to its reversal. */
static int undo_in(struct ct_request *r, int64_t id, int64_t reversal, int64_t amount, struct ct_result *uses,
		   struct ct_error *e)
{
	int rc = 0;

	while (!rc && ct_next(uses))
		rc = allocation_add(r, id, ct_col_int(uses, "document_id"), 0, -ct_col_int(uses, "amount_cents"), e);
	return rc ? rc : allocation_add(r, id, 0, reversal, amount, e);
}

/* What was paid back was not: what covered it is free again. */
static int undo_out(struct ct_request *r, int64_t id, int64_t reversal, int64_t amount, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "payment_covers", CT_ARGS(CT_NUM(id)), &row, e);

	while (!rc && ct_next(row))
		rc = allocation_add(r, ct_col_int(row, "payment_id"), 0, id, -ct_col_int(row, "amount_cents"), e);
	return rc ? rc : allocation_add(r, reversal, 0, id, amount, e);
}

/* The documents that it pays; CT_CONFLICT where some of it was paid back meanwhile. */
static int documents_of(struct ct_request *r, int64_t id, const char **documents_r, struct ct_error *e)
{
	json_t *keys = own_json(r, json_array());
	struct ct_result *uses;
	char *text;
	int rc = ct_query(r, "payment_uses", CT_ARGS(CT_NUM(id)), &uses, e);

	while (!rc && ct_next(uses)) {
		if (!ct_col_null(uses, "out_id"))
			return ct_fail(e, CT_CONFLICT, "%s", _("Some of it was paid back: reverse that first."));
		ct_add_int(keys, ct_col_int(uses, "document_id"));
	}
	text = json_dumps(keys, JSON_COMPACT);
	*documents_r = talloc_strdup(r, text);
	free(text);
	return rc;
}

static int undo(struct ct_request *r, int64_t id, const struct ct_result *one, const struct payment *p, int64_t *id_r,
		struct ct_error *e)
{
	int64_t amount = ct_col_int(one, "amount_cents");
	struct settled before;
	struct ct_result *uses;
	const char *documents = NULL;
	int rc;

	if ((rc = ct_exec(r, "payment_lock", CT_ARGS(CT_NUM(id)), e)) || (rc = slip_spares(r, id, e)) ||
	    (rc = documents_of(r, id, &documents, e)) ||
	    (rc = ct_exec(r, "documents_lock", CT_ARGS(CT_STR(documents)), e)) ||
	    (rc = settled_look(r, documents, &before, e)) ||
	    (rc = add(r, p, -amount, ct_col_int(one, "client_id"), id, id_r, e)) ||
	    (rc = ct_query(r, "payment_uses", CT_ARGS(CT_NUM(id)), &uses, e)) ||
	    (rc = amount > 0 ? undo_in(r, id, *id_r, amount, uses, e) : undo_out(r, id, *id_r, -amount, e)) ||
	    (rc = trace(r, id, "reverse", p, -amount, e)))
		return rc;
	return settled_tell(r, &before, e);
}

int payment_reverse(struct ct_request *r, int64_t id, const char *reason, int64_t *id_r, struct ct_error *e)
{
	struct payment p = { .reason = reason, .received = today_of(r) };
	struct ct_result *one;
	int rc;

	if ((rc = ct_one(r, "payment_one", CT_ARGS(CT_NUM(id)), &one, e)) ||
	    (rc = account_lock(r, ct_col_int(one, "owner_id"), e)) ||
	    (rc = ct_one(r, "payment_one", CT_ARGS(CT_NUM(id)), &one, e)))
		return rc;
	if (!ct_col_null(one, "reversed_by_id"))
		return ct_fail(e, CT_CONFLICT, "%s", _("This payment was reversed already."));
	if (!ct_col_null(one, "reverses_id"))
		return ct_fail(e, CT_CONFLICT, "%s", _("This takes back another payment: record that one again instead."));
	if (!strcmp(ct_col_text(one, "means"), "opening") && ct_col_int(one, "free_cents") != ct_col_int(one, "amount_cents"))
		return ct_fail(e, CT_CONFLICT, "%s", _("Some of this credit was used already: it cannot be taken back any more."));
	p.means = ct_col_text(one, "means");
	p.currency = ct_col_text(one, "currency");
	return undo(r, id, one, &p, id_r, e);
}

/* ---- comptoirctl verify ---- */

int payment_verify(struct ct_request *r, struct ct_error *e)
{
	static const struct { const char *query, *what; } checks[] = {
		{ "verify_paid", "what is paid of a document is not what payments give to it" },
		{ "verify_used", "what is used of a payment is not what is given of it" },
		{ "verify_out", "what was paid back is not covered by what was paid" },
	};
	struct ct_result *row;
	int rc;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if ((rc = ct_query(r, checks[i].query, CT_NO_ARGS, &row, e)))
			return rc;
		if (ct_next(row))
			return ct_fail(e, CT_BROKEN, "%s", checks[i].what);
	}
	return 0;
}
