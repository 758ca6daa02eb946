/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET /o/{org}/payments/new and POST /o/{org}/payments: somebody has paid. What is open of the client stands there,
 * what is due first on top; what is ticked is paid in this order, and what is left over is a credit.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "pages.h"
#include "payments.h"

#define AMOUNT { "amount", N_("Amount"), CT_MONEY, .required = true, .min = 1, .max = 100000000000 }
#define MEANS { "means", N_("Means of payment"), CT_CHOICE, .required = true, .choices = payment_means }
#define REFERENCE { "reference", N_("Reference"), CT_TEXT, .max = 80, .help = N_("Label of the bank, or number of the cheque.") }

#define CLIENT_KEY { "client", N_("Client"), CT_INT, .min = 1, .max = INT64_MAX }
#define DOCUMENTS { "document", N_("What it pays"), CT_INT, .many = true, .min = 1, .max = INT64_MAX }

const struct ct_field payment_fields[] = {
	AMOUNT, MEANS,
	{ "received", N_("Day"), CT_DATE, .required = true, .help = N_("On which the money came, as the bank statement says.") },
	REFERENCE,
	{ "given_by", N_("Given by"), CT_TEXT, .max = 120, .help = N_("Where somebody else than the client paid: the name on the cheque.") },
	CLIENT_KEY, DOCUMENTS,
	{ "oldest", N_("Pay what is open, the oldest first"), CT_BOOL },
	{ "uid", N_("Name of the payment to be"), CT_TEXT, .min = 36, .max = 36 },
	{ 0 }
};

const struct ct_field refund_fields[] = {
	AMOUNT, MEANS, { "received", N_("Day"), CT_DATE, .required = true }, REFERENCE,
	{ "reason", N_("Reason"), CT_TEXT, .required = true, .max = 200 },
	{ 0 }
};

const struct ct_field payment_new_fields[] = { CLIENT_KEY, DOCUMENTS, { 0 } };

const struct ct_view_field payment_form_view[] = {
	{ "client", "id", NULL }, { "payer", "text", NULL }, { "documents", "array", "what is open, the one that is due first first" },
	{ "documents.id", "id", NULL }, { "documents.number", "text", NULL }, { "documents.due_d", "date", NULL },
	{ "documents.open", "money", NULL }, { "documents.chosen", "boolean", "as the form suggests" },
	{ "id", "id", "of the payment that was recorded" }, { "left", "money", "of it, that is a credit now" }, { 0 }
};

/* ---- what is open ---- */

const char *documents_typed(struct ct_request *r, const json_t **chosen_r)
{
	const struct ct_value *v = ct_in(r, "document");
	json_t *keys = own_json(r, json_array()), *members = own_json(r, json_object());
	const char *all;
	char *text;

	for (size_t i = 0; i < v->many; i++) {
		const char *key = talloc_asprintf(r, "%lld", (long long)v->each[i].i);

		if (!json_object_get(members, key))
			ct_add_int(keys, v->each[i].i);
		ct_put_bool(members, key, true);
	}
	text = json_dumps(keys, JSON_COMPACT);
	*chosen_r = v->many ? members : NULL;
	all = talloc_strdup(r, text);
	free(text);
	return all;
}

int open_put(struct ct_request *r, int64_t client, const json_t *chosen, int64_t *sum_r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "documents");
	struct ct_day today = today_of(r);
	struct ct_result *row;
	int rc = ct_query(r, "account_open", CT_ARGS(CT_NUM(client), CT_NUM(client)), &row, e);

	*sum_r = 0;
	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);
		const char *key = talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "id"));
		bool ticked = !chosen || json_object_get(chosen, key);
		struct ct_day due = ct_col_day(row, "due_d");

		ct_put_text(o, "id", key);
		ct_put_text(o, "id_ui", talloc_asprintf(r, "d%s", key));
		ct_put_text(o, "number", ct_col_text(row, "number"));
		ct_put_day(o, "due", due, r->lang);
		ct_put_money(o, "open", ct_col_int(row, "open_cents"), ct_col_text(row, "currency"), r->lang);
		ct_put_bool(o, "chosen", ticked);
		ct_put_text(o, "late_ui", document_late(r, due, today));
		*sum_r += ticked ? ct_col_int(row, "open_cents") : 0;
	}
	ct_put_bool(r->view, "any_open_ui", json_array_size(list) > 0);
	return rc;
}

/* ---- the form ---- */

/* Whose payment it is: the client that is named, or that of the first document. */
static int payer_of(struct ct_request *r, struct ct_result **who_r, struct ct_error *e)
{
	const struct ct_value *v = ct_in(r, "document");
	int64_t client = ct_in_int(r, "client");
	struct ct_result *row;
	int rc;

	if (!client && v->many) {
		rc = ct_query(r, "account_of_document", CT_ARGS(CT_NUM(v->each[0].i), CT_NUM(r->org)), &row, e);
		if (rc)
			return rc;
		if (!ct_next(row))
			return ct_fail_field(e, "document", "%s", _("There is no such invoice here."));
		client = ct_col_int(row, "owner_id");
	}
	if (!client)
		return ct_fail_field(e, "client", "%s", _("Say who paid."));
	return owner_of(r, client, who_r, e);
}

static const char *typed_money(struct ct_request *r, int64_t cents)
{
	return cents ? talloc_asprintf(r, "%lld,%02lld", (long long)(cents / 100), (long long)(cents % 100)) : NULL;
}

static void put_crumbs(struct ct_request *r, const struct ct_result *who)
{
	json_t *list = ct_put_array(r->view, "breadcrumbs_ui"), *crumb = ct_add_object(list);

	ct_put_text(crumb, "label", _("Who owes what"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/balances", ct_path(r, "org")));
	crumb = ct_add_object(list);
	ct_put_text(crumb, "label", ct_col_text(who, "payer"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/balances/%lld", ct_path(r, "org"), (long long)ct_col_int(who, "owner_id")));
}

int payment_form(struct ct_request *r, struct ct_error *e)
{
	struct ct_field shown[6] = { payment_fields[0], payment_fields[1], payment_fields[2], payment_fields[3],
				     payment_fields[4] };
	json_t *current = own_json(r, json_object());
	const json_t *chosen, *none = own_json(r, json_object());
	struct ct_result *who;
	char day[CT_TIME_TEXT];
	int64_t sum;
	bool posted = ct_in_typed(r, "csrf") || ct_in_typed(r, "amount");
	int rc;

	documents_typed(r, &chosen);
	if ((rc = payer_of(r, &who, e)) ||
	    (rc = open_put(r, ct_col_int(who, "owner_id"), posted && !chosen ? none : chosen, &sum, e)))
		return rc;
	ct_put_id(r->view, "client", ct_col_int(who, "owner_id"));
	ct_put_text(r->view, "payer", ct_col_text(who, "payer"));
	ct_put_text(r->view, "uid_ui", posted && ct_in_typed(r, "uid") ? ct_in_typed(r, "uid") : ct_new_uid(r));
	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/payments", ct_path(r, "org")));
	ct_put_text(current, "amount", typed_money(r, sum));
	ct_put_text(current, "means", "transfer");
	ct_put_text(current, "received", ct_day_text(day, today_of(r)));
	ct_put_controls(r, r->view, "fields_ui", shown, current);
	put_crumbs(r, who);
	return 0;
}

/* ---- recording it ---- */

struct recording { struct payment p; const char *documents; int64_t id; };

static int record(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct recording *x = arg;

	return payment_record(r, &x->p, x->documents, &x->id, e);
}

static bool is_uid(const char *text)
{
	return !text || (strlen(text) == 36 && strspn(text, "0123456789abcdefABCDEF-") == 36 && text[8] == '-' &&
			 text[13] == '-' && text[18] == '-' && text[23] == '-');
}

/* All that is open of the client, the one that is due first first. */
static int all_open(struct ct_request *r, int64_t client, const char **documents_r, struct ct_error *e)
{
	json_t *keys = own_json(r, json_array());
	struct ct_result *row;
	char *text;
	int rc = ct_query(r, "account_open", CT_ARGS(CT_NUM(client), CT_NUM(client)), &row, e);

	while (!rc && ct_next(row))
		ct_add_int(keys, ct_col_int(row, "id"));
	text = json_dumps(keys, JSON_COMPACT);
	*documents_r = talloc_strdup(r, text);
	free(text);
	return rc;
}

static struct payment typed(struct ct_request *r, const struct ct_result *who)
{
	return (struct payment){ .client = ct_col_int(who, "owner_id"), .means = ct_in_text(r, "means"),
				 .currency = ct_col_text(who, "currency"), .reference = ct_in_text(r, "reference"),
				 .amount = ct_in_int(r, "amount"), .received = ct_in_day(r, "received") };
}

int payment_post(struct ct_request *r, struct ct_error *e)
{
	struct recording x = { .id = 0 };
	struct ct_result *who, *one;
	const json_t *chosen;
	int rc = payer_of(r, &who, e);

	if (rc)
		return rc;
	x.p = typed(r, who);
	x.p.given_by = ct_in_text(r, "given_by");
	x.p.uid = ct_in_text(r, "uid");
	x.documents = documents_typed(r, &chosen);
	if (!is_uid(x.p.uid))
		return ct_fail_field(e, "uid", "%s", _("This is no UUID."));
	if (ct_in(r, "document")->many > PAYMENT_DOCUMENTS)
		return ct_fail_field(e, "document", _("At most %d at a time, please."), PAYMENT_DOCUMENTS);
	if ((rc = payment_allowed(r, &x.p, e)) ||
	    (ct_in_int(r, "oldest") && !chosen && (rc = all_open(r, x.p.client, &x.documents, e))) ||
	    (rc = ct_transaction(r, record, &x, e)) ||
	    (rc = ct_one(r, "payment_one", CT_ARGS(CT_NUM(x.id)), &one, e)))
		return rc;
	ct_put_id(r->view, "id", x.id);
	ct_put_money(r->view, "left", ct_col_int(one, "free_cents"), x.p.currency, r->lang);
	if (ct_col_int(one, "free_cents"))
		ct_notice(r, _("The payment is recorded. %s of it are left as a credit."),
			  ct_money_show(r, ct_col_int(one, "free_cents"), x.p.currency, r->lang));
	else
		ct_notice(r, "%s", _("The payment is recorded."));
	ct_redirect(r, 201, ct_url(r, "/o/%s/balances/%lld", ct_path(r, "org"), (long long)x.p.client));
	return 0;
}

/* ---- POST /o/{org}/balances/{id}/refund ---- */

static int refund(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct recording *x = arg;

	return payment_refund(r, &x->p, &x->id, e);
}

int refund_post(struct ct_request *r, struct ct_error *e)
{
	struct recording x = { .id = 0 };
	struct ct_result *who;
	int rc = document_at_home(r, e);

	if (rc || (rc = owner_of(r, r->subject, &who, e)))
		return rc;
	x.p = typed(r, who);
	x.p.reason = ct_in_text(r, "reason");
	if ((rc = payment_allowed(r, &x.p, e)) || (rc = ct_transaction(r, refund, &x, e)))
		return rc;
	ct_put_id(r->view, "id", x.id);
	ct_notice(r, "%s", _("It is noted that this was paid back."));
	ct_redirect(r, 201, ct_url(r, "/o/%s/balances/%lld", ct_path(r, "org"), (long long)x.p.client));
	return 0;
}
