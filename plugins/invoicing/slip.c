/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slips as they are stored: made, taken to the bank, or undone (ADR 0044). */
#include "slip.h"

#include <string.h>
#include <talloc.h>

#include "paper.h"

/* ---- making one ---- */

struct sum { size_t n; int64_t cents; const char *currency; };

/* Each cheque as a line of the sheet. */
static int put_lines(struct ct_request *r, json_t *sheet, const char *payments, struct sum *sum, struct ct_error *e)
{
	json_t *lines = ct_put_array(sheet, "lines");
	struct ct_result *row;
	int rc = ct_query(r, "cheques_chosen", CT_ARGS(CT_NUM(r->org), CT_STR(payments)), &row, e);

	*sum = (struct sum){ 0 };
	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(lines);

		ct_put_text(o, "drawer", ct_col_text(row, "drawer"));
		ct_put_text(o, "cheque", ct_col_text(row, "reference"));
		ct_put_text(o, "payer", ct_col_text(row, "payer"));
		ct_put_int(o, "amount_cents", ct_col_int(row, "amount_cents"));
		if (sum->currency && strcmp(sum->currency, ct_col_text(row, "currency")) != 0)
			return ct_fail_field(e, "cheque", "%s", _("Cheques of several currencies need a slip each."));
		sum->currency = ct_col_text(row, "currency");
		sum->cents += ct_col_int(row, "amount_cents");
		sum->n++;
	}
	return rc;
}

/* Beside its lines; for the bank, so in French. */
static void put_head(struct ct_request *r, json_t *sheet, const struct issuer *i, const struct taken *t,
		     const struct sum *sum)
{
	const char *before = ct_speak(r, "fr");
	char day[CT_TIME_UI];
	json_t *account, *facts;

	ct_put_text(sheet, "type", "slip");
	ct_put_text(sheet, "title", _("Cheque slip"));
	ct_put_text(sheet, "number", t->number);
	ct_put_day(sheet, "issued", t->day, "fr");
	ct_put_text(sheet, "currency", sum->currency);
	sheet_seller(r, sheet, i);
	account = ct_put_object(sheet, "account");
	ct_put_text(account, "holder", i->name);
	ct_put_text(account, "iban", i->iban);
	ct_put_text(account, "bic", i->bic);
	facts = ct_put_array(sheet, "facts");
	sheet_fact(facts, _("Day"), ct_day_ui(day, t->day, "fr"));
	sheet_fact(facts, _("Number of cheques"), talloc_asprintf(r, "%zu", sum->n));
	sheet_fact(facts, _("Total"), ct_money_show(r, sum->cents, sum->currency, "fr"));
	ct_put_int(sheet, "total_cents", sum->cents);
	ct_speak(r, before);
}

static int store(struct ct_request *r, const struct issuer *i, const struct taken *t, const struct sum *sum,
		 const json_t *sheet, const struct ct_pdf_image *logo, int64_t *id_r, struct ct_error *e)
{
	const struct bill whose = { .org = r->org };
	const char *sha256;
	int64_t file;
	json_t *after;
	int rc = paper_store(r, &whose, i, sheet, logo, &file, &sha256, e);

	if (!rc)
		rc = ct_insert(r, "slip_add",
			       CT_ARGS(CT_NUM(r->org), CT_NUM(t->series), CT_NUM(t->serial), CT_STR(t->number),
				       CT_DAY(t->day), CT_STR(sum->currency), CT_NUM(sum->n), CT_NUM(sum->cents),
				       CT_STR(i->iban), CT_NUM(file), CT_STR(sha256)),
			       id_r, e);
	if (rc)
		return rc;
	after = json_object();
	ct_put_text(after, "number", t->number);
	ct_put_int(after, "cheques", (int64_t)sum->n);
	ct_put_int(after, "total_cents", sum->cents);
	return ct_audit(r, "slip", *id_r, "create", NULL, after, e);
}

static int gone(struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, "%s", _("Some of these cheques do not wait any more: they are on another slip by now, or were reversed. Here is what is left."));
}

int slip_make(struct ct_request *r, const char *payments, size_t n, const struct ct_pdf_image *logo, int64_t *id_r,
	      struct ct_error *e)
{
	json_t *sheet = own_json(r, json_object());
	struct ct_day today = today_of(r);
	struct taken t = { 0 };
	struct issuer i;
	struct sum sum;
	int64_t count;
	int rc = ct_exec_count(r, "cheques_lock", CT_ARGS(CT_STR(payments), CT_NUM(r->org)), &count, e);

	if (rc || count != (int64_t)n)
		return rc ? rc : gone(e);
	if ((rc = put_lines(r, sheet, payments, &sum, e)) || (rc = issuer_load(r, r->org, today, &i, e)) ||
	    (rc = number_take(r, &i, "slip", "R", today, &t, e)))
		return rc;
	put_head(r, sheet, &i, &t, &sum);
	if ((rc = store(r, &i, &t, &sum, sheet, logo, id_r, e)) ||
	    (rc = ct_exec_count(r, "cheques_put", CT_ARGS(CT_STR(payments), CT_NUM(*id_r), CT_NUM(r->org)), &count, e)))
		return rc;
	return count == (int64_t)n ? 0 : gone(e);
}

/* ---- and then ---- */

static int decided(struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, "%s", _("This slip was deposited or undone already."));
}

int slip_deposit(struct ct_request *r, int64_t id, struct ct_day day, struct ct_error *e)
{
	json_t *after;
	int64_t count;
	int rc = ct_exec_count(r, "slip_deposit", CT_ARGS(CT_DAY(day), CT_NUM(id)), &count, e);

	if (rc || !count)
		return rc ? rc : decided(e);
	after = json_object();
	ct_put_day(after, "deposited", day, r->lang);
	return ct_audit(r, "slip", id, "deposit", NULL, after, e);
}

int slip_undo(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "slip_undo", CT_ARGS(CT_UTC(r->now), CT_NUM(id)), &count, e);

	if (rc || !count)
		return rc ? rc : decided(e);
	rc = ct_exec(r, "cheques_free", CT_ARGS(CT_NUM(id)), e);
	return rc ? rc : ct_audit(r, "slip", id, "undo", NULL, NULL, e);
}

int slip_spares(struct ct_request *r, int64_t payment, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if ((rc = ct_exec(r, "cheque_lock", CT_ARGS(CT_NUM(payment)), e)) ||
	    (rc = ct_query(r, "cheque_slip", CT_ARGS(CT_NUM(payment)), &row, e)))
		return rc;
	if (!ct_next(row) || !ct_col_null(row, "deposited_d"))
		return 0;
	return ct_fail(e, CT_CONFLICT, _("This cheque is on the slip %s, which is not at the bank yet. Undo the slip first; or, if the bank refused the cheque, say first on which day the slip was deposited."),
		       ct_col_text(row, "number"));
}

/* ---- comptoirctl verify ---- */

int slip_verify(struct ct_request *r, struct ct_error *e)
{
	static const struct { const char *query, *what; } checks[] = {
		{ "verify_slips", "a cheque slip is not the sum of its cheques" },
		{ "verify_cheques", "what is known of a cheque is not what its payment says" },
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
