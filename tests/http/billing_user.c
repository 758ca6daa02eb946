/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plugin in the place of invoicing, for test_members.py: the service "billing" that notes each set in the audit trail,
 * refuses none, and says by a route that something is paid.
 */
#include <comptoir/billing.h>

static const struct ct_permission permissions[] = { { "tills.work", "Say what is paid", CT_ROLE_TREASURER }, { 0 } };

static const struct ct_field paid_fields[] = {
	{ "id", "Key", CT_INT, .required = true, .min = 1, .max = INT32_MAX }, { "paid", "Paid", CT_BOOL },
	{ "means", "Means", CT_TEXT, .max = 16 }, { "day", "Day", CT_DATE }, { 0 }
};

static const struct ct_view_field paid_view[] = { { "paid", "boolean", "" }, { 0 } };

static int charge(struct ct_request *r, const struct ct_charges *set, struct ct_charged *charged, struct ct_error *e)
{
	json_t *lines = json_array();

	(void)charged;
	for (size_t i = 0; i < set->n_lines; i++) {
		json_t *o = ct_add_object(lines);

		ct_put_text(o, "key", set->lines[i].key);
		ct_put_text(o, "label", set->lines[i].label);
		ct_put_text(o, "vat_code", set->lines[i].vat_code);
		ct_put_int(o, "cents", set->lines[i].amount_cents);
	}
	return ct_audit(r, "set", set->source_id, "charge", NULL,
			json_pack("{s:s, s:I, s:i, s:s, s:o}", "source", set->source, "payer", (json_int_t)set->payer.party,
				  "basis", (int)set->basis, "title", set->title, "lines", lines), e);
}

static int stored(struct ct_request *r, const char *source, int64_t id, struct ct_charged *charged, struct ct_error *e)
{
	(void)r;
	(void)source;
	(void)id;
	(void)e;
	*charged = (struct ct_charged){ 0 };
	return 0;
}

static int balance(struct ct_request *r, int64_t issuer, int64_t party, int64_t *cents_r, struct ct_error *e)
{
	(void)r;
	(void)issuer;
	(void)party;
	(void)e;
	*cents_r = 0;
	return 0;
}

static int call(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_settled_f *)function)(r, arg, e);
}

static int pay(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_settled said = { "memberships.membership", ct_in_int(r, "id"), ct_in_int(r, "paid"), ct_in_text(r, "means"),
				   ct_in_day(r, "day") };

	(void)arg;
	return ct_raise(r, "payment.stored", call, &said, e);
}

static int paid(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, pay, NULL, e);

	ct_put_bool(r->view, "paid", ct_in_int(r, "paid"));
	return rc;
}

static const struct ct_route routes[] = {
	{ "POST", "/o/{org}/tills/paid", CT_ORG, "tills.work", NULL, paid, paid_fields, paid_view, "Something is paid" }, { 0 }
};

static const struct ct_billing billing = { charge, charge, stored, balance };
static const struct ct_service_offer services[] = { { "billing", 1, &billing }, { 0 } };

CT_PLUGIN(tills) = {
	CT_HEAD("tills"), .title = "Tills", .permissions = permissions, .routes = routes, .services = services,
};
