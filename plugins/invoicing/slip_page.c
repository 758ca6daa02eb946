/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cheques that wait, ticked to make a slip of them; a slip, its paper, and what becomes of it. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "payments.h"
#include "slip.h"

#define CHEQUE_ROW \
	{ "cheques", "array", "the oldest first" }, { "cheques.payment", "id", NULL }, \
	{ "cheques.received_d", "date", NULL }, { "cheques.drawer", "text", "who signed it" }, \
	{ "cheques.reference", "text", "its number" }, { "cheques.payer", "text", NULL }, { "cheques.amount", "money", NULL }

const struct ct_field slip_fields[] = {
	{ "cheque", N_("Cheques"), CT_INT, .many = true, .min = 1, .max = INT64_MAX }, { 0 }
};

const struct ct_field slip_deposit_fields[] = {
	{ "deposited", N_("Day of the deposit"), CT_DATE, .required = true,
	  .help = N_("On which you handed the cheques to the bank.") },
	{ 0 }
};

const struct ct_view_field slip_new_view[] = {
	CHEQUE_ROW, { "cheques.chosen", "boolean", "ticked" }, { "sum", "money", "of all that wait here; null: none" },
	{ "id", "id", "of the slip that was made" }, { 0 }
};

const struct ct_view_field slip_view[] = {
	{ "id", "id", NULL }, { "uid", "text", NULL }, { "number", "text", NULL }, { "made_d", "date", NULL },
	{ "total", "money", NULL }, { "count", "integer", "cheques on it" }, { "iban", "text", "as printed" },
	{ "deposited_d", "date", "or null: not yet" }, { "undone", "boolean", NULL },
	CHEQUE_ROW, { "cheques.reversed", "boolean", "the bank refused it, say" }, { 0 }
};

const char *slip_link(struct ct_request *r, int64_t id, const char *word)
{
	const char *page = ct_url(r, "/o/%s/slips/%lld", ct_path(r, "org"), (long long)id);

	return word ? talloc_asprintf(r, "%s%s", page, word) : page;
}

const char *slip_state_word(struct ct_request *r, const struct ct_result *row)
{
	char day[CT_TIME_UI];

	if (!ct_col_null(row, "undone_utc"))
		return _("Undone");
	if (ct_col_null(row, "deposited_d"))
		return _("To be taken to the bank");
	return talloc_asprintf(r, _("Deposited on %s"), ct_day_ui(day, ct_col_day(row, "deposited_d"), r->lang));
}

static json_t *put_cheque(struct ct_request *r, json_t *list, const struct ct_result *row)
{
	json_t *o = ct_add_object(list);
	const char *drawer = ct_col_text(row, "drawer"), *payer = ct_col_text(row, "payer");

	ct_put_id(o, "payment", ct_col_int(row, "id"));
	ct_put_day(o, "received", ct_col_day(row, "received_d"), r->lang);
	ct_put_text(o, "drawer", drawer);
	ct_put_text(o, "reference", ct_col_text(row, "reference"));
	ct_put_text(o, "payer", payer);
	ct_put_text(o, "for_ui", strcmp(drawer, payer) ? payer : NULL);
	ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), ct_col_text(row, "currency"), r->lang);
	ct_put_text(o, "href_ui", ct_url(r, "/o/%s/payments/%lld", ct_path(r, "org"), (long long)ct_col_int(row, "id")));
	return o;
}

static void put_crumbs(struct ct_request *r)
{
	json_t *list = ct_put_array(r->view, "breadcrumbs_ui"), *crumb = ct_add_object(list);

	ct_put_text(crumb, "label", _("Payments"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/payments", ct_path(r, "org")));
	crumb = ct_add_object(list);
	ct_put_text(crumb, "label", _("Cheque slips"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/slips", ct_path(r, "org")));
}

/* ---- GET /o/{org}/slips/new, POST /o/{org}/slips ---- */

/* The keys that were typed, each once: as members of an object; how many in *n_r, as a JSON array in *keys_r. */
static const json_t *typed(struct ct_request *r, const char **keys_r, size_t *n_r)
{
	const struct ct_value *v = ct_in(r, "cheque");
	json_t *keys = own_json(r, json_array()), *members = own_json(r, json_object());
	char *text;

	for (size_t i = 0; i < v->many; i++) {
		const char *key = talloc_asprintf(r, "%lld", (long long)v->each[i].i);

		if (!json_object_get(members, key))
			ct_add_int(keys, v->each[i].i);
		ct_put_bool(members, key, true);
	}
	text = json_dumps(keys, JSON_COMPACT);
	*keys_r = talloc_strdup(r, text);
	*n_r = json_array_size(keys);
	free(text);
	return members;
}

/* All ticked at first; of a form that came back those that were. */
static int put_waiting(struct ct_request *r, const json_t *chosen, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "cheques");
	const char *currency = NULL;
	struct ct_result *row;
	int64_t sum = 0;
	size_t n;
	int rc = ct_query(r, "cheques_waiting", CT_ARGS(CT_NUM(r->org)), &row, e);

	while (!rc && ct_next(row) && json_array_size(list) < SLIP_CHEQUES) {
		json_t *o = put_cheque(r, list, row);

		ct_put_bool(o, "chosen", !chosen || json_object_get(chosen, sheet_text(o, "payment")));
		currency = ct_col_text(row, "currency");
		sum += ct_col_int(row, "amount_cents");
	}
	if (rc)
		return rc;
	ct_put_bool(r->view, "more_ui", ct_result_rows(row) > SLIP_CHEQUES);
	ct_put_bool(r->view, "any_ui", currency);
	if (currency)
		ct_put_money(r->view, "sum", sum, currency, r->lang);
	else
		ct_put_null(r->view, "sum");
	n = json_array_size(list);
	ct_put_text(r->view, "count_ui", talloc_asprintf(r, ngettext_("%zu cheque", "%zu cheques", n), n));
	return 0;
}

static int put_new(struct ct_request *r, const json_t *chosen, struct ct_error *e)
{
	struct issuer i;
	int rc;

	if ((rc = put_waiting(r, chosen, e)) || (rc = issuer_load(r, r->org, today_of(r), &i, e)))
		return rc;
	put_crumbs(r);
	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/slips", ct_path(r, "org")));
	ct_put_text(r->view, "iban_ui", i.iban ? sheet_iban(r, i.iban, " ") : NULL);
	ct_put_text(r->view, "issuer_ui", ct_url(r, "/o/%s/invoicing/issuer", ct_path(r, "org")));
	return 0;
}

int slip_new(struct ct_request *r, struct ct_error *e)
{
	const char *keys;
	size_t n;
	const json_t *chosen = typed(r, &keys, &n);

	return put_new(r, n || ct_in_typed(r, "csrf") ? chosen : NULL, e);
}

struct making { const char *payments; size_t n; const struct ct_pdf_image *logo; int64_t id; };

static int make(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct making *m = arg;

	return slip_make(r, m->payments, m->n, m->logo, &m->id, e);
}

int slip_post(struct ct_request *r, struct ct_error *e)
{
	struct making m = { 0 };
	int rc;

	typed(r, &m.payments, &m.n);
	if (!m.n)
		return ct_fail_field(e, "cheque", "%s", _("Tick at least one cheque."));
	if (m.n > SLIP_CHEQUES)
		return ct_fail_field(e, "cheque", _("At most %d at a time, please."), SLIP_CHEQUES);
	if ((rc = issue_logo(r, r->org, &m.logo, e)) || (rc = ct_transaction(r, make, &m, e)))
		return rc;
	ct_put_id(r->view, "id", m.id);
	ct_notice(r, "%s", _("The slip is made: print it, sign it, and take it to the bank with the cheques."));
	ct_redirect(r, 201, slip_link(r, m.id, NULL));
	return 0;
}

/* ---- GET /o/{org}/slips/{id} ---- */

static int put_cheques(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "cheques");
	struct ct_result *row;
	int rc = ct_query(r, "slip_cheques", CT_ARGS(CT_NUM(r->subject)), &row, e);

	while (!rc && ct_next(row))
		ct_put_bool(put_cheque(r, list, row), "reversed", ct_col_int(row, "reversed"));
	ct_put_bool(r->view, "any_ui", json_array_size(list) > 0);
	return rc;
}

static void put_actions(struct ct_request *r, bool open)
{
	json_t *current = own_json(r, json_object()), *o;
	char day[CT_TIME_TEXT];

	ct_put_null(r->view, "deposit_ui");
	ct_put_text(r->view, "undo_ui", open ? slip_link(r, r->subject, "/undo") : NULL);
	if (!open)
		return;
	ct_put_text(current, "deposited", ct_day_text(day, today_of(r)));
	o = ct_put_object(r->view, "deposit_ui");
	ct_put_text(o, "action", slip_link(r, r->subject, "/deposit"));
	ct_put_controls(r, o, "fields", slip_deposit_fields, current);
}

int slip_put(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *one;
	const char *iban;
	bool undone;
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = ct_one(r, "slip", CT_ARGS(CT_NUM(r->subject)), &one, e)))
		return rc;
	undone = !ct_col_null(one, "undone_utc");
	iban = ct_col_text(one, "iban");
	ct_put_id(r->view, "id", r->subject);
	ct_put_text(r->view, "uid", ct_col_text(one, "uid"));
	ct_put_text(r->view, "number", ct_col_text(one, "number"));
	ct_put_day(r->view, "made", ct_col_day(one, "made_d"), r->lang);
	ct_put_money(r->view, "total", ct_col_int(one, "total_cents"), ct_col_text(one, "currency"), r->lang);
	ct_put_int(r->view, "count", ct_col_int(one, "cheques"));
	ct_put_text(r->view, "iban", iban);
	ct_put_text(r->view, "iban_ui", iban ? sheet_iban(r, iban, " ") : NULL);
	ct_put_day(r->view, "deposited", ct_col_day(one, "deposited_d"), r->lang);
	ct_put_bool(r->view, "undone", undone);
	ct_put_text(r->view, "state_ui", slip_state_word(r, one));
	ct_put_text(r->view, "pdf_ui", undone ? NULL : slip_link(r, r->subject, ".pdf"));
	put_crumbs(r);
	put_actions(r, !undone && ct_col_null(one, "deposited_d") && ct_may(r, MAY_ISSUE, r->org));
	return put_cheques(r, e);
}

int slip_page(struct ct_request *r, struct ct_error *e)
{
	return slip_put(r, e);
}

int slip_pdf(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *one;
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = ct_one(r, "slip", CT_ARGS(CT_NUM(r->subject)), &one, e)))
		return rc;
	if (!ct_col_null(one, "undone_utc"))
		return ct_fail(e, CT_MISSING, "%s", _("This slip was undone: there is nothing to print."));
	return pdf_serve(r, ct_col_int(one, "file_id"), ct_col_text(one, "sha256"), ct_col_utc(one, "created_utc"), e);
}

/* ---- what becomes of it ---- */

static int deposit(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return slip_deposit(r, r->subject, ct_in_day(r, "deposited"), e);
}

static int undo(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return slip_undo(r, r->subject, e);
}

static int answer(struct ct_request *r, const char *notice, struct ct_error *e)
{
	int rc = slip_put(r, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, slip_link(r, r->subject, NULL));
	return 0;
}

int slip_deposit_post(struct ct_request *r, struct ct_error *e)
{
	struct ct_day day = ct_in_day(r, "deposited");
	struct ct_result *one;
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = ct_one(r, "slip", CT_ARGS(CT_NUM(r->subject)), &one, e)))
		return rc;
	if (day.n > today_of(r).n)
		return ct_fail_field(e, "deposited", "%s", _("This day is still to come."));
	if (day.n < ct_col_day(one, "last_d").n)
		return ct_fail_field(e, "deposited", "%s", _("You received one of these cheques later than that."));
	rc = ct_transaction(r, deposit, NULL, e);
	return rc ? rc : answer(r, _("It is noted that the cheques are at the bank."), e);
}

int slip_undo_post(struct ct_request *r, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, undo, NULL, e)))
		return rc;
	return answer(r, _("The slip is undone: its cheques wait for another one."), e);
}

/* ---- on the page of a payment ---- */

int slip_of_payment_put(struct ct_request *r, int64_t payment, struct ct_error *e)
{
	struct ct_result *row;
	json_t *o;
	int rc = ct_query(r, "cheque_slip", CT_ARGS(CT_NUM(payment)), &row, e);

	ct_put_null(r->view, "slip_ui");
	if (rc || !ct_next(row))
		return rc;
	o = ct_put_object(r->view, "slip_ui");
	ct_put_text(o, "label", ct_col_text(row, "number"));
	ct_put_text(o, "href", slip_link(r, ct_col_int(row, "id"), NULL));
	return 0;
}
