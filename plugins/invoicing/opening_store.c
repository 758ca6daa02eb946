/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Balances carried over as they are stored: in one transaction, all of them or none (ADR 0048). */
#include "opening.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "client.h"
#include "paper.h"
#include "payments.h"

struct store {
	const struct opening_list *list;
	const struct ct_pdf_image *logo;
	struct issuer issuer;
	int64_t *parties;		/* parallel to the lines; 0: not stored */
	struct bill *bills;		/* likewise: whose it is */
	json_t *rows;			/* of invoicing_opening */
};

static const char *dumped(struct ct_request *r, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT), *copy = talloc_strdup(r, text);

	free(text);
	return copy;
}

/* ---- whose they are ---- */

/* New contacts are made; nothing of those that are known is changed. */
static int make_contacts(struct ct_request *r, struct store *s, struct ct_error *e)
{
	const struct opening_list *l = s->list;
	int rc = 0;

	for (size_t i = 0; i < l->import.n && !rc; i++)
		if (l->lines[i].what <= OPENING_CREDIT)
			rc = ct_import_store(r, &l->import.lines[i], &s->parties[i], e);
	return rc;
}

static void take_client(struct store *s, const struct ct_result *row)
{
	for (size_t i = 0; i < s->list->import.n; i++)
		if (s->parties[i] == ct_col_int(row, "party_id"))
			s->bills[i] = (struct bill){
				.org = s->issuer.org, .client = ct_col_int(row, "id"), .party = s->parties[i], .type = "opening",
				.currency = s->list->currency, .payer = ct_col_text(row, "payer"), .siren = ct_col_text(row, "siren"),
				.siret = ct_col_text(row, "siret"), .vat_no = ct_col_text(row, "vat_no"),
			};
}

static int changed(struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, "%s", _("It has just changed. Please look again."));
}

/* Locked, and none of them was merged since it was read. */
static int lock_contacts(struct ct_request *r, const char *keys, size_t n, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "opening_parties_lock", CT_ARGS(CT_STR(keys)), &row, e);

	return rc || ct_result_rows(row) == n ? rc : changed(e);
}

/* Clients of them all, locked in the one order. */
static int make_clients(struct ct_request *r, struct store *s, struct ct_error *e)
{
	json_t *keys = own_json(r, json_array());
	struct ct_result *row;
	const char *text;
	int64_t *ids;
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < s->list->import.n; i++)
		if (s->parties[i])
			ct_add_int(keys, s->parties[i]);
	text = dumped(r, keys);
	if ((rc = lock_contacts(r, text, json_array_size(keys), e)) ||
	    (rc = ct_exec(r, "opening_clients_make", CT_ARGS(CT_NUM(r->org), CT_STR(text), CT_NUM(r->org)), e)) ||
	    (rc = ct_query(r, "opening_clients", CT_ARGS(CT_NUM(r->org), CT_STR(text)), &row, e)))
		return rc;
	ids = talloc_array(r, int64_t, ct_result_rows(row) + 1);
	while (ct_next(row)) {
		take_client(s, row);
		ids[n++] = ct_col_int(row, "id");
	}
	return clients_lock(r, ids, n, e);
}

/* ---- a debt ---- */

/* In French, as all that is printed. */
static json_t *sheet_of(struct ct_request *r, const struct store *s, const struct bill *b, const struct opening_line *w,
			const struct ct_address *payer, const struct taken *t)
{
	json_t *sheet = own_json(r, json_object()), *facts;
	const char *before = ct_speak(r, "fr"), *money = ct_money_show(r, b->totals.gross_cents, b->currency, "fr");
	char day[CT_TIME_UI], buf[CT_TIME_UI];

	ct_day_ui(day, s->list->as_of, "fr");
	ct_put_text(sheet, "type", b->type);
	ct_put_text(sheet, "title", document_word(b->type));
	ct_put_text(sheet, "number", t->number);
	ct_put_day(sheet, "issued", t->day, "fr");
	ct_put_day(sheet, "due", w->due, "fr");
	ct_put_text(sheet, "currency", b->currency);
	sheet_seller(r, sheet, &s->issuer);
	sheet_buyer(r, sheet, b, payer);
	facts = ct_put_array(sheet, "facts");
	sheet_fact(facts, _("Noted on"), ct_day_ui(buf, t->day, "fr"));
	sheet_fact(facts, _("To be paid by"), ct_day_ui(buf, w->due, "fr"));
	sheet_fact(facts, _("Balance of"), day);
	sheet_fact(facts, _("Reference"), w->reference);
	ct_put_text(sheet, "statement", talloc_asprintf(r, _("Balance carried over on %1$s, according to %2$s: %3$s."), day,
							s->list->origin, money));
	ct_put_text(sheet, "note", _("It takes over what was still to be paid by then. What that was for stands on the papers that you had at the time."));
	ct_put_array(sheet, "lines");
	ct_put_array(sheet, "vat");
	ct_put_array(sheet, "deducts");
	ct_put_int(sheet, "net_cents", b->totals.net_cents);
	ct_put_int(sheet, "tax_cents", 0);
	ct_put_int(sheet, "rounding_cents", 0);
	ct_put_int(sheet, "gross_cents", b->totals.gross_cents);
	ct_put_array(sheet, "mentions");
	sheet_payment(r, sheet, b, &s->issuer, t->number);
	ct_speak(r, before);
	return sheet;
}

static int add_debt(struct ct_request *r, const struct store *s, struct bill *b, const struct opening_line *w,
		    struct ct_error *e)
{
	struct ct_address payer = { NULL };
	struct taken t = { 0 };
	int rc;

	b->totals = (struct totals){ .net_cents = w->cents, .gross_cents = w->cents };
	if ((rc = ct_party_address(r, b->party, &payer, e)) ||
	    (rc = ct_insert(r, "draft_add", CT_ARGS(CT_NUM(b->org), CT_NUM(b->client), CT_NULL, CT_STR(b->type), CT_STR(b->currency), CT_NULL,
						    CT_STR(b->payer), CT_ID(r->person)), &b->id, e)) ||
	    (rc = document_number(r, b, &s->issuer, today_of(r), &t, e)) ||
	    (rc = document_freeze(r, b, &s->issuer, &t, w->due, sheet_of(r, s, b, w, &payer, &t), s->logo, e)))
		return rc;
	return document_tell(r, b, &t, e);
}

/* ---- a credit ---- */

static int add_credit(struct ct_request *r, const struct store *s, const struct bill *b, const struct opening_line *w,
		      int64_t *id_r, struct ct_error *e)
{
	const struct payment p = { .client = b->client, .means = "opening", .currency = b->currency, .amount = -w->cents,
				   .reference = w->reference, .received = s->list->as_of };

	return payment_carry(r, &p, id_r, e);
}

/* ---- all of them ---- */

static int add_line(struct ct_request *r, struct store *s, size_t i, struct ct_error *e)
{
	const struct opening_line *w = &s->list->lines[i];
	struct bill *b = &s->bills[i];
	int64_t payment = 0;
	json_t *row;
	int rc;

	if (!s->parties[i])
		return 0;
	if (!b->client)
		return changed(e);
	rc = w->what == OPENING_DEBT ? add_debt(r, s, b, w, e) : add_credit(r, s, b, w, &payment, e);
	if (rc)
		return rc;
	row = ct_add_object(s->rows);
	ct_put_int(row, "client", b->client);
	ct_put_text(row, "reference", w->reference);
	ct_put_int(row, "cents", w->cents);
	if (payment)
		ct_put_int(row, "payment", payment);
	else
		ct_put_int(row, "document", b->id);
	return 0;
}

static int add_rows(struct ct_request *r, const struct store *s, struct ct_error *e)
{
	const struct opening_list *l = s->list;
	json_t *after;
	int rc = ct_exec(r, "opening_add", CT_ARGS(CT_NUM(r->org), CT_DAY(l->as_of), CT_STR(l->origin), CT_STR(l->currency),
						   CT_ID(r->person), CT_STR(dumped(r, s->rows))), e);

	if (rc)
		return rc == CT_CONFLICT ? changed(e) : rc;
	after = json_object();
	ct_put_text(after, "origin", l->origin);
	ct_put_int(after, "lines", (int64_t)json_array_size(s->rows));
	ct_put_int(after, "owed_cents", l->owed);
	ct_put_int(after, "credit_cents", l->credit);
	return ct_audit(r, "opening", 0, "import", NULL, after, e);
}

int opening_store(struct ct_request *r, const struct opening_list *list, const struct ct_pdf_image *logo,
		  struct ct_error *e)
{
	struct store s = { .list = list, .logo = logo, .rows = own_json(r, json_array()) };
	int rc;

	s.parties = talloc_zero_array(r, int64_t, list->import.n + 1);
	s.bills = talloc_zero_array(r, struct bill, list->import.n + 1);
	if ((rc = issuer_load(r, r->org, today_of(r), &s.issuer, e)) || (rc = make_contacts(r, &s, e)) ||
	    (rc = make_clients(r, &s, e)))
		return rc;
	for (size_t i = 0; i < list->import.n && !rc; i++)
		rc = add_line(r, &s, i, e);
	return rc ? rc : add_rows(r, &s, e);
}

/* ---- taken back ---- */

static int touched(struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, "%s", _("It is taken back once, as a whole, and only while nothing is paid on it or used of it."));
}

static int mark_back(struct ct_request *r, int64_t id, const char *reason, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "opening_back", CT_ARGS(CT_UTC(r->now), CT_STR(reason), CT_ID(r->person), CT_NUM(id)), &count, e);

	return rc || count ? rc : touched(e);
}

int opening_take_back(struct ct_request *r, int64_t id, const char *reason, struct ct_error *e)
{
	struct ct_result *one, *now;
	int64_t document, payment, reversal;
	json_t *after;
	int rc;

	if ((rc = ct_one(r, "opening_one", CT_ARGS(CT_NUM(id)), &one, e)) ||
	    (rc = account_lock(r, ct_col_int(one, "owner_id"), e)))
		return rc;
	document = ct_col_int(one, "document_id");
	payment = ct_col_int(one, "payment_id");
	if ((rc = document ? ct_exec(r, "credit_guard", CT_ARGS(CT_NUM(document)), e)
			   : ct_exec(r, "payment_lock", CT_ARGS(CT_NUM(payment)), e)) ||
	    (rc = ct_one(r, "opening_untouched", CT_ARGS(CT_NUM(id)), &now, e)))
		return rc;
	if (!ct_col_int(now, "untouched"))
		return touched(e);
	if ((rc = document ? mark_back(r, id, reason, e) : payment_reverse(r, payment, reason, &reversal, e)))
		return rc;
	after = json_object();
	ct_put_text(after, "reason", reason);
	return ct_audit(r, "opening", id, "reverse", NULL, after, e);
}

/* ---- comptoirctl verify ---- */

int opening_verify(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "verify_openings", CT_NO_ARGS, &row, e);

	if (!rc && ct_next(row))
		return ct_fail(e, CT_BROKEN, "%s", "a balance carried over is not what its document or its payment says");
	return rc;
}
