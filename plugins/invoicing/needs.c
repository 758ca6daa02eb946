/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * POST /o/{org}/balances/{id}/needs: what an organisation demands on its invoices, which its drafts are then held up
 * by. Not every public buyer demands an engagement number or a service code: the treasurer says what is known of it.
 */
#include <string.h>
#include <talloc.h>

#include "documents.h"
#include "payments.h"

static const struct ct_choice splits[] = {
	{ "none", N_("One invoice for all projects") }, { "project", N_("One invoice per project") }, { 0 }
};

const struct ct_field needs_fields[] = {
	{ "needs_order_ref", N_("Demands an engagement number"), CT_BOOL },
	{ "needs_service_code", N_("Demands a service code"), CT_BOOL },
	{ "service_code", N_("Service code"), CT_TEXT, .max = 100,
	  .help = N_("Of the service that gets invoices. Stands on each that says no other.") },
	{ "split_by", N_("Projects"), CT_CHOICE, .choices = splits, .initial = "none", .help = N_("With one per project its name stands on each.") },
	{ 0 }
};

static json_t *wanted(const char *code, bool order, bool service, const char *split)
{
	json_t *o = json_object();

	ct_put_text(o, "service_code", code);
	ct_put_bool(o, "needs_order_ref", order);
	ct_put_bool(o, "needs_service_code", service);
	ct_put_text(o, "split_by", split);
	return o;
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	const char *code = ct_in_text(r, "service_code"), *split = ct_in_set(r, "split_by") ? ct_in_text(r, "split_by") : "none";
	bool order = ct_in_int(r, "needs_order_ref"), service = ct_in_int(r, "needs_service_code");
	struct ct_result *who;
	int64_t owner;
	int rc = owner_of(r, r->subject, &who, e);

	(void)arg;
	if (rc)
		return rc;
	if (!ct_col_int(who, "is_organisation"))
		return ct_fail(e, CT_INVALID, "%s", _("Only an organisation demands that of its invoices."));
	owner = ct_col_int(who, "owner_id");
	rc = ct_exec(r, "account_needs", CT_ARGS(CT_STR(code), CT_NUM(order), CT_NUM(service), CT_STR(split), CT_NUM(owner)), e);
	if (rc)
		return rc;
	return ct_audit(r, "client", owner, "change",
			wanted(ct_col_text(who, "service_code"), ct_col_int(who, "needs_order_ref"),
			       ct_col_int(who, "needs_service_code"), ct_col_text(who, "split_by")),
			wanted(code, order, service, split), e);
}

int needs_post(struct ct_request *r, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, store, NULL, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", _("It is stored."));
	ct_redirect(r, 200, ct_url(r, "/o/%s/balances/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}

void needs_put(struct ct_request *r, const struct ct_result *who)
{
	const char *siret = ct_col_text(who, "siret"), *code = ct_col_text(who, "service_code");
	bool order = ct_col_int(who, "needs_order_ref"), service = ct_col_int(who, "needs_service_code");
	json_t *current, *o, *controls;

	ct_put_text(r->view, "siret", siret);
	ct_put_text(r->view, "service_code", code);
	ct_put_bool(r->view, "needs_order_ref", order);
	ct_put_bool(r->view, "needs_service_code", service);
	ct_put_text(r->view, "split_by", ct_col_text(who, "split_by"));
	ct_put_null(r->view, "needs_ui");
	if (!ct_col_int(who, "is_organisation") || !ct_may(r, MAY_ISSUE, r->org))
		return;
	o = ct_put_object(r->view, "needs_ui");
	ct_put_text(o, "action", ct_url(r, "/o/%s/balances/%lld/needs", ct_path(r, "org"), (long long)r->subject));
	ct_put_text(o, "siret", siret ? sheet_siren(r, siret) : NULL);
	ct_put_bool(o, "public", ct_col_int(who, "public_buyer"));
	ct_put_text(o, "contact", ct_url(r, "/o/%s/people/%lld/edit", ct_path(r, "org"), (long long)ct_col_int(who, "party_id")));
	current = own_json(r, json_object());
	ct_put_text(current, "service_code", code);
	ct_put_text(current, "needs_order_ref", order ? "1" : NULL);
	ct_put_text(current, "needs_service_code", service ? "1" : NULL);
	ct_put_text(current, "split_by", ct_col_text(who, "split_by"));
	controls = ct_put_controls(r, o, "fields", needs_fields, current);
	if (!ct_col_int(who, "has_projects"))
		json_array_remove(controls, json_array_size(controls) - 1);
}

/* ---- what a draft lacks ---- */

/* The SIREN of a commune begins with 21. */
static const char *no_order_ref(const struct bill *b)
{
	if (b->is_public && b->siren && !strncmp(b->siren, "21", 2))
		return _("This town hall demands an engagement number: write it below.");
	return b->is_public ? _("This public buyer demands an engagement number: write it below.")
			    : _("This client demands the number of its order: write it below.");
}

void needs_look(struct ct_request *r, json_t *list, const struct bill *b, const struct issuer *i)
{
	const char *href = ct_may(r, MAY_SEE, b->org) ? ct_url(r, "/o/%s/balances/%lld", i->slug, (long long)b->client) : NULL;

	if (b->needs_order_ref && !b->order_ref)
		obstacle_add(list, no_order_ref(b), NULL);
	if (b->needs_service_code && !b->service_code)
		obstacle_add(list, _("This client demands a service code: write it below, or at the client."), href);
}
