/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts: made of open charges, looked after, thrown away. What they hold is free again then. */
#include <string.h>
#include <stdlib.h>
#include <talloc.h>

#include "documents.h"
#include "hand.h"
#include "line.h"
#include "pages.h"
#include "project.h"
#include "vat_code.h"

/* Charges that may stand on one document. */
struct heap {
	const char *key, *type, *order_ref, *currency;
	int64_t credits, project;	/* project: of all of them, or 0 */
	json_t *charges;
	size_t n;
};

static struct heap *heap_of(struct ct_request *r, struct heap *heaps, size_t *n, const struct ct_result *row,
			    bool by_project)
{
	const char *code = ct_col_text(row, "vat_code"), *order = ct_col_text(row, "order_ref");
	int64_t credits = ct_col_int(row, "credited_id"), deposit = ct_col_int(row, "deposit");
	int64_t project = ct_col_int(row, "project_id");
	const char *key = talloc_asprintf(r, "%s|%s|%s|%lld|%lld|%lld", vat_code_apart(code), ct_col_text(row, "currency"),
					  order ? order : "", (long long)credits, (long long)deposit,
					  (long long)(by_project && !credits ? project : 0));

	for (size_t i = 0; i < *n; i++)
		if (!strcmp(heaps[i].key, key)) {
			heaps[i].project = heaps[i].project == project ? project : 0;
			return &heaps[i];
		}
	heaps[*n] = (struct heap){
		.key = key, .type = credits ? "credit" : deposit ? "advance" : !strcmp(code, "O") ? "receipt" : "invoice",
		.order_ref = order, .currency = ct_col_text(row, "currency"), .credits = credits, .project = project,
		.charges = own_json(r, json_array()),
	};
	return &heaps[(*n)++];
}

static int store(struct ct_request *r, int64_t client, const char *payer, const struct heap *h, int64_t *id_r,
		 struct ct_error *e)
{
	char *keys = json_dumps(h->charges, JSON_COMPACT);
	json_t *after = json_object();
	int64_t taken;
	int rc = ct_insert(r, "draft_add", CT_ARGS(CT_NUM(r->org), CT_NUM(client), CT_ID(h->project), CT_STR(h->type), CT_STR(h->currency),
		CT_STR(h->order_ref), CT_STR(payer), CT_ID(r->person)), id_r, e);

	if (!rc && h->credits)
		rc = ct_exec(r, "draft_link", CT_ARGS(CT_NUM(*id_r), CT_NUM(h->credits)), e);
	if (!rc && h->credits)
		rc = ct_exec(r, "draft_as_credited", CT_ARGS(CT_NUM(h->credits), CT_NUM(*id_r)), e);
	if (!rc)
		rc = ct_exec_count(r, "draft_take", CT_ARGS(CT_STR(keys), CT_NUM(*id_r)), &taken, e);
	free(keys);
	if (!rc && (size_t)taken != h->n)
		rc = ct_fail(e, CT_CONFLICT, "%s", _("What is owed has just changed. Please look again."));
	ct_put_int(after, "lines", (int64_t)h->n);
	if (rc) {
		json_decref(after);
		return rc;
	}
	return ct_audit(r, "document", *id_r, "create", NULL, after, e);
}

int draft_make(struct ct_request *r, int64_t client, struct ct_day from, struct ct_day to, int64_t **ids_r, size_t *n_r,
	       struct ct_error *e)
{
	struct ct_result *who, *row;
	struct heap *heaps;
	int64_t guarded, *ids;
	size_t n = 0;
	int rc;

	if ((rc = ct_exec_count(r, "client_guard", CT_ARGS(CT_NUM(client), CT_NUM(r->org)), &guarded, e)))
		return rc;
	if (!guarded)
		return ct_fail_field(e, "client", "%s", _("There is no such client here."));
	if ((rc = ct_one(r, "client_payer", CT_ARGS(CT_NUM(client)), &who, e)) ||
	    (rc = ct_query(r, "draft_charges", CT_ARGS(CT_NUM(r->org), CT_NUM(client), CT_DAY(from), CT_DAY(from), CT_DAY(to),
						      CT_DAY(to)), &row, e)))
		return rc;
	if (!ct_result_rows(row))
		return ct_fail(e, CT_CONFLICT, "%s", _("There is nothing to bill to this client."));
	if (ct_result_rows(row) > BILL_LINES)
		return ct_fail(e, CT_TOO_LARGE, _("A document holds at most %d lines: please make one for a shorter period."), BILL_LINES);
	heaps = talloc_array(r, struct heap, ct_result_rows(row));
	ids = talloc_array(r, int64_t, ct_result_rows(row));
	while (ct_next(row)) {
		struct heap *h = heap_of(r, heaps, &n, row, ct_col_int(who, "by_project"));

		ct_add_int(h->charges, ct_col_int(row, "id"));
		h->n++;
	}
	for (size_t i = 0; i < n && !rc; i++)
		rc = store(r, client, ct_col_text(who, "payer"), &heaps[i], &ids[i], e);
	*ids_r = ids;
	*n_r = n;
	return rc;
}

/* ---- POST /o/{org}/invoices ---- */

const struct ct_field draft_fields[] = {
	{ "client", N_("Client"), CT_INT, .required = true, .min = 1, .max = INT64_MAX },
	{ "from", N_("First day"), CT_DATE },
	{ "to", N_("Last day"), CT_DATE },
	{ 0 }
};

struct made { int64_t *ids; size_t n; };

static int make(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct made *made = arg;

	return draft_make(r, ct_in_int(r, "client"), ct_in_day(r, "from"), ct_in_day(r, "to"), &made->ids, &made->n, e);
}

int draft_create(struct ct_request *r, struct ct_error *e)
{
	const char *list = ct_url(r, "/o/%s/invoices", ct_path(r, "org"));
	struct made made = { NULL, 0 };
	json_t *ids;
	int rc = ct_transaction(r, make, &made, e);

	if (rc)
		return rc;
	ids = ct_put_array(r->view, "drafts");
	for (size_t i = 0; i < made.n; i++)
		ct_add_id(ids, made.ids[i]);
	if (made.n > 1) {
		ct_notice(r, _("%zu drafts were made: what may not stand together (dues, exemptions, engagement numbers, credits, or projects where the client wants it so) is on documents of its own."), made.n);
		ct_redirect(r, 201, talloc_asprintf(r, "%s?state=draft", list));
	} else {
		ct_redirect(r, 201, talloc_asprintf(r, "%s/%lld", list, (long long)made.ids[0]));
	}
	return 0;
}

/* ---- and what is done with one ---- */

int client_guard_of(struct ct_request *r, int64_t document, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "draft_client", CT_ARGS(CT_NUM(document)), &row, e);

	return rc ? rc : ct_exec(r, "client_guard", CT_ARGS(CT_NUM(ct_col_int(row, "client_id")),
							    CT_NUM(ct_col_int(row, "issuer_id"))), e);
}

int draft_lock(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t locked;
	int rc = client_guard_of(r, id, e);

	if (rc || (rc = ct_exec_count(r, "draft_lock", CT_ARGS(CT_NUM(id)), &locked, e)) || locked)
		return rc;
	return ct_fail(e, CT_CONFLICT, "%s", _("This was issued already, and is never changed any more. A mistake is mended by a credit note."));
}

const struct ct_field details_fields[] = {
	{ "address", N_("Address on the document"), CT_LONG_TEXT, .max = 300,
	  .help = N_("A line each, without the name. Empty: the address of the contact.") },
	{ "order_ref", N_("Engagement number"), CT_TEXT, .max = 60, .help = N_("Of a public buyer, or the number of an order.") },
	{ "service_code", N_("Service code"), CT_TEXT, .max = 100, .help = N_("Of a public buyer. Empty: that of the client.") },
	PROJECT_FIELD,
	{ 0 }
};

const struct ct_field remove_fields[] = { { "charge", N_("Line"), CT_INT, .required = true, .min = 1, .max = INT64_MAX }, { 0 } };

static int details(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_result *row;
	json_t *after;
	int rc = draft_write_lock(r, e);

	(void)arg;
	if (rc || (rc = ct_one(r, "draft_client", CT_ARGS(CT_NUM(r->subject)), &row, e)) ||
	    (strcmp(ct_col_text(row, "type"), "credit") && (rc = project_check(r, ct_col_int(row, "project_id"), e))) ||
	    (rc = ct_exec(r, "draft_details", CT_ARGS(CT_STR(ct_in_text(r, "address")), CT_STR(ct_in_text(r, "order_ref")),
		CT_STR(ct_in_text(r, "service_code")), CT_ID(ct_in_int(r, "project")), CT_NUM(r->subject)), e)) ||
	    (rc = ct_exec(r, "draft_lines_project", CT_ARGS(CT_NUM(r->subject)), e)))
		return rc;
	after = json_object();
	ct_put_text(after, "order_ref", ct_in_text(r, "order_ref"));
	ct_put_text(after, "service_code", ct_in_text(r, "service_code"));
	ct_put_id(after, "project", ct_in_int(r, "project"));
	return ct_audit(r, "document", r->subject, "change", NULL, after, e);
}

/* A deposit is asked for as a whole, its VAT codes in proportion, and so is it deducted. */
static int may_leave(struct ct_request *r, int64_t charge, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "draft_whole", CT_ARGS(CT_NUM(charge), CT_NUM(r->subject)), &row, e);

	if (rc)
		return rc;
	if (!strcmp(ct_col_text(row, "type"), "advance"))
		return ct_fail(e, CT_CONFLICT, "%s", _("A deposit is asked for as a whole: delete the draft, and ask for another one."));
	if (ct_col_int(row, "deducts"))
		return ct_fail(e, CT_CONFLICT, "%s", _("A deposit that was issued is deducted from the invoice of its quote: it is taken back by a credit note on it."));
	return 0;
}

static int take_off(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t charge = ct_in_int(r, "charge"), count;
	bool *erased = arg;
	json_t *before;
	int rc = draft_write_lock(r, e);

	if (rc || (rc = may_leave(r, charge, e)) || (rc = lines_erase(r, r->subject, charge, &count, e)))
		return rc;
	*erased = count;
	if (!count && (rc = ct_exec_count(r, "draft_release", CT_ARGS(CT_NUM(r->subject), CT_NUM(charge), CT_NUM(charge)), &count, e)))
		return rc;
	if (!count)
		return ct_fail_field(e, "charge", "%s", _("This line is not on it any more."));
	before = json_object();
	ct_put_int(before, "line", charge);
	return ct_audit(r, "document", r->subject, "change", before, json_object(), e);
}

/* Without its draft a deposit is not asked for; and a quote that is whole on it is as it was before it was billed. */
static int throw_away(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_args id = CT_ARGS(CT_NUM(r->subject));
	int64_t written;
	int rc = draft_write_lock(r, e);

	(void)arg;
	if (rc || (rc = ct_exec(r, "draft_unbill", CT_ARGS(CT_NUM(r->subject), CT_NUM(r->subject)), e)) ||
	    (rc = ct_exec(r, "draft_forget", id, e)) || (rc = lines_erase(r, r->subject, 0, &written, e)) ||
	    (rc = ct_exec(r, "draft_release", CT_ARGS(CT_NUM(r->subject), CT_NULL, CT_NULL), e)) ||
	    (rc = ct_exec(r, "draft_unlink", id, e)) || (rc = ct_exec(r, "draft_delete", id, e)))
		return rc;
	return ct_audit(r, "document", r->subject, "delete", json_object(), NULL, e);
}

static int change(struct ct_request *r, ct_body_f *body, void *arg, bool gone, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, body, arg, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_redirect(r, 200, gone ? ct_url(r, "/o/%s/invoices", ct_path(r, "org"))
			    : ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}

int draft_details(struct ct_request *r, struct ct_error *e)
{
	int rc = change(r, details, NULL, false, e);

	if (!rc)
		ct_notice(r, "%s", _("It is stored."));
	return rc;
}

int draft_remove(struct ct_request *r, struct ct_error *e)
{
	bool erased;
	int rc = change(r, take_off, &erased, false, e);

	if (!rc)
		ct_notice(r, "%s", erased ? _("The line is deleted.") : _("The line is taken off, and can be billed another time."));
	return rc;
}

int draft_delete(struct ct_request *r, struct ct_error *e)
{
	int rc = change(r, throw_away, NULL, true, e);

	if (!rc)
		ct_notice(r, "%s", _("The draft is deleted. What was on it can be billed another time, but for what was written by hand."));
	return rc;
}
