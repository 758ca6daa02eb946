/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issuing: a number exists exactly from here on. All of it is one transaction. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/billing.h>
#include <comptoir/file.h>
#include <comptoir/pdf.h>

#include "credit.h"
#include "documents.h"
#include "pages.h"
#include "payments.h"

enum { LOGO_SIDE = 600 };	/* pixels: 300 dots an inch at 50 mm */

static const char *series_of(const char *type)
{
	return !strcmp(type, "receipt") || !strcmp(type, "opening") ? type : "invoice";
}

/* A month as invoicing_series.begins counts it. */
static int month_of(struct ct_day day)
{
	struct ct_civil c = ct_day_civil(day);

	return c.year * 12 + c.month;
}

/* The year in which the one begins that a day belongs to. */
static int year_of(const struct issuer *i, struct ct_day day)
{
	return (month_of(day) - i->fiscal_month) / 12;
}

/* Takes the next number of the series that runs; where none does, one begins. *count_r: 0 where it may not. */
static int series_take(struct ct_request *r, const struct issuer *i, const char *kind, const char *prefix,
		       struct ct_day today, int64_t *count_r, struct ct_error *e)
{
	int month = month_of(today);
	int rc = ct_exec_count(r, "series_take", CT_ARGS(CT_DAY(today), CT_NUM(i->org), CT_STR(kind), CT_NUM(month - 11),
							 CT_NUM(month)), count_r, e);

	if (rc || *count_r)
		return rc;
	rc = ct_exec(r, "series_born", CT_ARGS(CT_NUM(i->org), CT_STR(kind), CT_NUM(year_of(i, today)), CT_NUM(i->fiscal_month),
					       CT_STR(prefix), CT_DAY(today)), e);
	return rc ? rc : ct_exec_count(r, "series_take", CT_ARGS(CT_DAY(today), CT_NUM(i->org), CT_STR(kind), CT_NUM(month - 11),
								 CT_NUM(month)), count_r, e);
}

/* F-2026-00001; of a fiscal year F-2026-27-00001. */
static const char *number_of(struct ct_request *r, const struct ct_result *row)
{
	int year = (int)ct_col_int(row, "year");
	const char *ends = ct_col_int(row, "fiscal") ? talloc_asprintf(r, "-%02d", (year + 1) % 100) : "";

	return talloc_asprintf(r, "%s-%04d%s-%05lld", ct_col_text(row, "prefix"), year, ends, (long long)ct_col_int(row, "serial"));
}

/*
 * The row of the series is changed before it is read, so that one after the other gets a number. The date of the series
 * never goes back, also where the clocks of two machines differ or a request waited over midnight.
 */
int number_take(struct ct_request *r, const struct issuer *i, const char *kind, const char *prefix, struct ct_day today,
		struct taken *t, struct ct_error *e)
{
	struct ct_result *row;
	int64_t count;
	int rc = series_take(r, i, kind, prefix, today, &count, e);

	if (rc)
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, _("Another series of this year begins with %s already: please choose another beginning under “Numbers of invoices”."), prefix);
	if ((rc = ct_one(r, "series_taken", CT_ARGS(CT_NUM(i->org), CT_STR(kind), CT_NUM(month_of(today) - 11),
						     CT_NUM(month_of(today))), &row, e)))
		return rc;
	*t = (struct taken){ ct_col_int(row, "id"), ct_col_int(row, "serial"), number_of(r, row), ct_col_day(row, "last_d") };
	if (t->day.n > today.n + 1)
		return ct_fail(e, CT_CONFLICT, "%s", _("The last document of this series has a date that has not come yet. Please have the clock of the server looked at."));
	return 0;
}

int document_number(struct ct_request *r, const struct bill *b, const struct issuer *i, struct ct_day today,
		    struct taken *t, struct ct_error *e)
{
	const char *kind = series_of(b->type);
	const char *prefix = !strcmp(kind, "receipt") ? i->receipt_prefix : !strcmp(kind, "opening") ? "RAN" : i->invoice_prefix;

	return number_take(r, i, kind, prefix, today, t, e);
}

static void put_day_text(json_t *o, const char *key, struct ct_day day)
{
	char text[CT_TIME_TEXT];

	ct_put_text(o, key, ct_day_set(day) ? ct_day_text(text, day) : NULL);
}

/* All in one statement, in their order. */
static int write_lines(struct ct_request *r, const struct bill *b, struct ct_error *e)
{
	json_t *lines = own_json(r, json_array());
	char *text;
	int rc;

	for (size_t k = 0; k < b->n; k++) {
		const struct bill_line *l = &b->lines[k];
		json_t *o = ct_add_object(lines);

		ct_put_int(o, "charge", l->charge);
		ct_put_text(o, "title", l->title);
		ct_put_text(o, "label", l->label);
		ct_put_int(o, "quantity", l->quantity);
		ct_put_text(o, "unit", l->unit);
		ct_put_int(o, "unit_net", l->unit_net);
		ct_put_int(o, "net", b->sums[k].net_cents);
		ct_put_text(o, "code", l->vat_code);
		ct_put_text(o, "category", b->sums[k].category);
		ct_put_int(o, "rate", b->sums[k].rate_bp);
		put_day_text(o, "from_d", l->from);
		put_day_text(o, "to_d", l->to);
	}
	text = json_dumps(lines, JSON_COMPACT);
	rc = ct_exec(r, "lines_add", CT_ARGS(CT_NUM(b->id), CT_STR(text)), e);
	free(text);
	if (!rc && b->n_deductions && strcmp(b->type, "credit") != 0)
		rc = ct_exec(r, "deductions_link", CT_ARGS(CT_NUM(b->id)), e);
	return rc ? rc : ct_exec(r, "charges_billed", CT_ARGS(CT_UTC(r->now), CT_NUM(b->id)), e);
}

static int write_vat(struct ct_request *r, const struct bill *b, struct ct_error *e)
{
	int rc = 0;

	for (size_t g = 0; g < b->totals.n_groups && !rc; g++) {
		const struct total_group *group = &b->totals.groups[g];
		const char *vatex = NULL;

		for (size_t k = 0; k < b->n; k++)
			if (b->sums[k].group == g)
				vatex = b->lines[k].vat->vatex;
		rc = ct_exec(r, "vat_add", CT_ARGS(CT_NUM(b->id), CT_STR(group->category), CT_NUM(group->rate_bp),
			CT_NUM(group->base_cents), CT_NUM(group->tax_cents), CT_STR(vatex)), e);
	}
	return rc;
}

/* The paper, as it stays. Its reader finds it by its name: "Facture F-2026-00012 – La Filature.pdf". */
int paper_store(struct ct_request *r, const struct bill *b, const struct issuer *i, const json_t *sheet,
		const struct ct_pdf_image *logo, int64_t *file_r, const char **sha256_r, struct ct_error *e)
{
	struct ct_file_new file = { .org = b->org, .party = b->party, .type = "application/pdf", .readers = MAY_SEE };
	struct ct_file stored;
	int rc = paper_draw(r, sheet, logo, &file.bytes, &file.size, e);

	if (rc)
		return rc;
	file.name = talloc_asprintf(r, "%s %s – %s.pdf", sheet_text(sheet, "title"), sheet_text(sheet, "number"), i->name);
	rc = ct_file_store(r, &file, file_r, e);
	ct_drop(file.bytes); /* a run issues hundreds in one request */
	if (rc || (rc = ct_file_get(r, *file_r, &stored, e)))
		return rc;
	*sha256_r = talloc_strdup(r, stored.sha256);
	return 0;
}

static int write_paper(struct ct_request *r, const struct bill *b, const struct issuer *i, const json_t *sheet,
		       const struct ct_pdf_image *logo, struct ct_error *e)
{
	const char *sha256;
	int64_t file;
	int rc = paper_store(r, b, i, sheet, logo, &file, &sha256, e);

	return rc ? rc : ct_exec(r, "file_add", CT_ARGS(CT_NUM(b->id), CT_NUM(file), CT_STR(sha256)), e);
}

static int write_head(struct ct_request *r, const struct bill *b, const struct taken *t, struct ct_day due,
		      const json_t *sheet, struct ct_error *e)
{
	char *frozen = json_dumps(sheet, JSON_COMPACT);
	int64_t count;
	int rc = ct_exec_count(r, "issue",
			       CT_ARGS(CT_STR(b->payer), CT_NUM(t->series), CT_NUM(t->serial), CT_STR(t->number),
				       CT_DAY(t->day), CT_UTC(r->now), CT_DAY(due), CT_NUM(b->totals.net_cents),
				       CT_NUM(b->totals.tax_cents), CT_NUM(b->totals.rounding_cents),
				       CT_NUM(b->totals.gross_cents), CT_STR(frozen), CT_STR(b->service_code),
				       CT_NUM(b->id)),
			       &count, e);

	free(frozen);
	if (rc || count)
		return rc;
	return ct_fail(e, CT_BROKEN, "document %lld was locked as a draft and is none", (long long)b->id);
}

static int call_issued(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_document_f *)function)(r, arg, e);
}

int document_tell(struct ct_request *r, const struct bill *b, const struct taken *t, struct ct_error *e)
{
	bool credit = !strcmp(b->type, "credit");
	struct ct_document issued = { .id = b->id,
				      .issuer = b->org,
				      .client = b->party,
				      .type = b->type,
				      .number = t->number,
				      .gross = credit ? -b->totals.gross_cents : b->totals.gross_cents };
	json_t *after = json_object();
	int rc;

	ct_put_text(after, "number", t->number);
	ct_put_int(after, "total_cents", b->totals.gross_cents);
	rc = ct_audit(r, "document", b->id, "issue", NULL, after, e);
	return rc ? rc : ct_raise(r, "document.issued", call_issued, &issued, e);
}

static int settle(struct ct_request *r, const struct bill *b, struct ct_error *e)
{
	int rc;

	if (!strcmp(b->type, "credit"))
		return 0;
	rc = ct_exec(r, "settle_add", CT_ARGS(CT_NUM(b->id), CT_NUM(b->org), CT_NUM(b->totals.gross_cents)), e);
	return rc || !b->totals.n_groups ? rc : ct_exec(r, "settle_vat_add", CT_ARGS(CT_NUM(b->id)), e);
}

int document_freeze(struct ct_request *r, const struct bill *b, const struct issuer *i, const struct taken *t,
		    struct ct_day due, const json_t *sheet, const struct ct_pdf_image *logo, struct ct_error *e)
{
	int rc;

	if ((rc = write_paper(r, b, i, sheet, logo, e)) || (rc = write_head(r, b, t, due, sheet, e)))
		return rc;
	return settle(r, b, e);
}

static int may_go(struct ct_request *r, const struct bill *b, const struct issuer *i, const struct ct_address *payer,
		  int64_t expected, struct ct_error *e)
{
	const json_t *first = json_array_get(bill_obstacles(r, b, i, payer), 0);

	if (first)
		return ct_fail(e, CT_INVALID, "%s", sheet_text(first, "text"));
	if (b->totals.gross_cents == expected)
		return 0;
	ct_put_money(r->view, "total", b->totals.gross_cents, b->currency, r->lang);
	return ct_fail(e, CT_CONFLICT, _("It now comes to %s. Please look at it and issue it again."),
		       ct_money_show(r, b->totals.gross_cents, b->currency, r->lang));
}

int issue_document(struct ct_request *r, int64_t id, int64_t expected, const struct ct_pdf_image *logo,
		   struct ct_error *e)
{
	struct ct_day today = today_of(r), due;
	struct ct_address payer = { NULL };
	struct issuer i;
	struct rules rules;
	struct taken t = { 0 };
	struct settled before;
	struct bill b;
	json_t *sheet;
	int rc;

	if ((rc = draft_lock(r, id, e)) || (rc = rules_load(r, today, &rules, e)) ||
	    (rc = bill_load(r, id, today, &rules, &b, e)) || (rc = issuer_load(r, b.org, today, &i, e)) ||
	    (b.party && (rc = ct_party_address(r, b.party, &payer, e))))
		return rc;
	if ((rc = settled_look(r, talloc_asprintf(r, "[%lld]", (long long)b.credits), &before, e)) ||
	    (rc = credit_fit(r, &b, e)) || (rc = may_go(r, &b, &i, &payer, expected, e)) ||
	    (rc = write_lines(r, &b, e)) || (rc = write_vat(r, &b, e)) ||
	    (rc = document_number(r, &b, &i, today, &t, e)))
		return rc;
	due = due_of(&b, &i, t.day);
	sheet = sheet_make(r, &b, &i, &payer, &rules, t.number, t.day, due);
	if ((rc = document_freeze(r, &b, &i, &t, due, sheet, logo, e)) || (rc = settled_tell(r, &before, e)))
		return rc;
	return document_tell(r, &b, &t, e);
}

/* ---- POST /o/{org}/invoices/{id}/issue ---- */

const struct ct_field issue_fields[] = {
	{ "expected_total", N_("Total as shown"), CT_MONEY, .required = true, .min = 1, .max = INT64_MAX },
	{ 0 }
};

int issue_logo(struct ct_request *r, int64_t org, const struct ct_pdf_image **logo_r, struct ct_error *e)
{
	struct ct_pdf_image *logo;
	struct ct_pixels pixels;
	struct issuer i;
	int rc = issuer_load(r, org, today_of(r), &i, e);

	*logo_r = NULL;
	if (rc || !i.logo)
		return rc;
	if ((rc = ct_file_pixels(r, i.logo, LOGO_SIDE, &pixels, e)))
		return rc;
	logo = talloc(r, struct ct_pdf_image);
	*logo = (struct ct_pdf_image){ pixels.rgb, pixels.columns, pixels.rows };
	*logo_r = logo;
	return 0;
}

static int issue(struct ct_request *r, void *arg, struct ct_error *e)
{
	return issue_document(r, r->subject, ct_in_int(r, "expected_total"), *(const struct ct_pdf_image *const *)arg, e);
}

int issue_post(struct ct_request *r, struct ct_error *e)
{
	const struct ct_pdf_image *logo;
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = issue_logo(r, r->org, &logo, e)) ||
	    (rc = ct_transaction(r, issue, &logo, e)) || (rc = document_put(r, e)))
		return rc;
	ct_notice(r, "%s", _("It is issued: from now on nothing on it changes."));
	ct_redirect(r, 200, ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}
