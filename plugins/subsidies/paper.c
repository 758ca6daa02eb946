/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statement as a paper: from whom and for whom, the agreement, its lines with carried sums, what is left. */
#include <string.h>
#include <talloc.h>

#include <comptoir/pdf.h>

#include "statement.h"

enum { INK = 0x0E5A4F, GREY = 0x5E5A52, RULE = 0xE3DFD6, SUMS_MM = 78 };

struct paper {
	struct ct_request *r;
	const struct statement *s;
	struct ct_pdf *pdf;
};

static const char *money(const struct paper *p, int64_t cents)
{
	return ct_money_show(p->r, cents, p->s->currency, p->r->lang);
}

static const char *day(struct ct_request *r, struct ct_day d)
{
	char buf[CT_TIME_UI];

	return talloc_strdup(r, ct_day_ui(buf, d, r->lang));
}

static const char *cell(void *data, size_t row, size_t column)
{
	const struct paper *p = data;
	const struct statement_line *line = &p->s->lines[row];

	switch (column) {
	case 0:
		return day(p->r, line->day);
	case 1:
		return line->what;
	case 2:
		return line->whom;
	case 3:
		return money(p, line->gross);
	default:
		return money(p, line->share);
	}
}

static const char *carried(void *data, size_t rows)
{
	const struct paper *p = data;

	return money(p, rows ? p->s->lines[rows - 1].running : 0);
}

/* SIREN and RNA, as far as the organisation has them. */
static const char *numbers(const struct paper *p)
{
	const char *siren = ct_col_text(p->s->agreement, "org_siren"), *rna = ct_col_text(p->s->agreement, "org_rna");

	return talloc_asprintf(p->r, "%s%s%s%s%s", siren ? "SIREN " : "", siren ? siren : "", siren && rna ? " · " : "",
			       rna ? "RNA " : "", rna ? rna : "");
}

static bool is_billed(const struct statement *s)
{
	return !strcmp(ct_col_text(s->agreement, "settles"), "invoice");
}

/* Who buys gets documents of its own: this one must not be paid a second time. */
static const char *title_of(const struct statement *s)
{
	return is_billed(s) ? _("Statement of shares that are billed") : _("Statement of a subsidy");
}

static struct ct_day first_day(const struct statement *s)
{
	return ct_day_set(s->from) ? s->from : ct_col_day(s->agreement, "from_d");
}

static struct ct_day last_day(const struct statement *s)
{
	return ct_day_set(s->to) ? s->to : ct_col_day(s->agreement, "to_d");
}

/* Who writes on the left, the paper's name on the right, the funder in the window of a DL envelope. */
static void draw_head(const struct paper *p)
{
	static const struct ct_pdf_style name = { .size = 14, .bold = true, .colour = INK };
	static const struct ct_pdf_style small = { .size = 8, .colour = GREY }, to = { .size = 10.5, .bold = true };
	static const struct ct_pdf_style title = { .size = 14, .bold = true, .align = CT_PDF_RIGHT };
	static const struct ct_pdf_style date = { .colour = GREY, .align = CT_PDF_RIGHT };
	char period[CT_TIME_UI], today[CT_TIME_UI];

	ct_pdf_move(p->pdf, 21 + ct_pdf_text(p->pdf, 20, 20, 85, &name, ct_col_text(p->s->agreement, "org_name")));
	ct_pdf_text(p->pdf, 20, ct_pdf_at(p->pdf), 85, &small, numbers(p));
	ct_pdf_text(p->pdf, 105, 20, 85, &title, title_of(p->s));
	ct_pdf_text(p->pdf, 105, 27.5, 85, &date,
		    ct_days_ui(period, first_day(p->s), last_day(p->s), CT_NO_DAY, p->r->lang));
	ct_pdf_text(p->pdf, 105, 32.5, 85, &date, talloc_asprintf(p->r, _("Made on %s"),
								  ct_day_ui(today, subsidies_today(p->r), p->r->lang)));
	ct_pdf_text(p->pdf, 110, 52, 80, &to, ct_col_text(p->s->agreement, "funder"));
	ct_pdf_move(p->pdf, 80);
}

static void fact(const struct paper *p, const char *label, const char *value)
{
	static const struct ct_pdf_style grey = { .size = 9, .colour = GREY }, plain = { .size = 9.5 };

	if (!value)
		return;
	ct_pdf_text(p->pdf, 20, ct_pdf_at(p->pdf) + 0.2, 40, &grey, label);
	ct_pdf_move(p->pdf, ct_pdf_at(p->pdf) + 1.2 + ct_pdf_text(p->pdf, 62, ct_pdf_at(p->pdf), 128, &plain, value));
}

static void draw_facts(const struct paper *p)
{
	const struct ct_result *a = p->s->agreement;
	char period[CT_TIME_UI];

	fact(p, _("Agreement"), ct_col_text(a, "title"));
	fact(p, _("Your reference"), ct_col_text(a, "reference"));
	fact(p, _("Engagement number"), ct_col_text(a, "order_ref"));
	fact(p, _("Period"), ct_days_ui(period, ct_col_day(a, "from_d"), ct_col_day(a, "to_d"), CT_NO_DAY, p->r->lang));
	fact(p, _("Share"), talloc_asprintf(p->r, _("%s of prices with VAT, up to %s"),
					    ct_rate_show(p->r, ct_col_int(a, "share_bp"), p->r->lang),
					    money(p, ct_col_int(a, "amount_cents"))));
	if (is_billed(p->s))
		fact(p, _("To be paid"), _("Each share is on an invoice of its own. There is nothing to pay on this statement."));
	if (ct_col_int(a, "completes_price"))
		fact(p, _("VAT"), _("This subsidy completes the price and bears VAT."));
	ct_pdf_move(p->pdf, ct_pdf_at(p->pdf) + 4);
}

static void draw_lines(struct paper *p)
{
	const struct ct_pdf_column columns[] = {
		{ _("Day"), 20, CT_PDF_LEFT }, { _("What"), 0, CT_PDF_LEFT }, { _("For whom"), 42, CT_PDF_LEFT },
		{ _("Price"), 23, CT_PDF_RIGHT }, { _("Share"), 23, CT_PDF_RIGHT },
	};
	static const struct ct_pdf_style plain = { .size = 9.5 };

	if (!p->s->n) {
		ct_pdf_paragraph(p->pdf, &plain, _("Nothing was taken in this period."));
		return;
	}
	ct_pdf_table(p->pdf, &(struct ct_pdf_table){
		.columns = columns, .columns_n = 5, .rows = p->s->n, .size = 8.5, .colour = INK, .keep = SUMS_MM,
		.cell = cell, .carried = carried, .carry = _("Carried forward"), .report = _("Brought forward"), .data = p,
	});
}

static void sum(const struct paper *p, const char *label, int64_t cents, bool strong)
{
	const struct ct_pdf_style text = { .size = strong ? 11 : 9.5, .bold = strong, .colour = strong ? INK : 0 };
	struct ct_pdf_style right = text;

	right.align = CT_PDF_RIGHT;
	ct_pdf_line(p->pdf, 95, ct_pdf_at(p->pdf), 190, ct_pdf_at(p->pdf), 0.2, RULE);
	ct_pdf_text(p->pdf, 97, ct_pdf_at(p->pdf) + 1.6, 62, &text, label);
	ct_pdf_text(p->pdf, 150, ct_pdf_at(p->pdf) + 1.6, 38, &right, money(p, cents));
	ct_pdf_move(p->pdf, ct_pdf_at(p->pdf) + (strong ? 8 : 7));
}

static void draw_sums(const struct paper *p)
{
	static const struct ct_pdf_style plain = { .size = 9.5 }, grey = { .size = 8, .colour = GREY };
	int64_t amount = ct_col_int(p->s->agreement, "amount_cents");

	ct_pdf_need(p->pdf, SUMS_MM);
	ct_pdf_move(p->pdf, ct_pdf_at(p->pdf) + 4);
	sum(p, _("In this period"), p->s->share, true);
	if (p->s->before)
		sum(p, _("Taken before"), p->s->before, false);
	sum(p, _("Amount of the agreement"), amount, false);
	sum(p, _("Left of it"), amount - p->s->before - p->s->share, false);
	ct_pdf_move(p->pdf, ct_pdf_at(p->pdf) + 8);
	ct_pdf_text(p->pdf, 20, ct_pdf_at(p->pdf), 70, &grey, ct_col_int(p->s->agreement, "names")
		    ? _("Prices include VAT. What this agreement paid for was taken off what people owed.")
		    : _("Prices include VAT. What this agreement paid for was taken off what people owed. People are not named."));
	ct_pdf_text(p->pdf, 97, ct_pdf_at(p->pdf), 93, &plain, _("Certified exact (name, function, signature):"));
	ct_pdf_outline(p->pdf, 97, ct_pdf_at(p->pdf) + 6, 93, 24, 0.2, RULE);
}

int subsidies_statement_pdf(struct ct_request *r, struct ct_error *e)
{
	struct statement s;
	struct paper p = { r, &s, NULL };
	const void *bytes;
	size_t len;
	int rc = statement_load(r, &s, e);

	if (rc || (rc = ct_pdf_open(r, &(struct ct_pdf_about){
					.title = talloc_asprintf(r, "%s – %s", title_of(&s),
								 ct_col_text(s.agreement, "title")),
					.author = ct_col_text(s.agreement, "org_name"), .language = r->lang, .created = r->now,
					.page = _("Page"),
				}, &p.pdf, e)))
		return rc;
	draw_head(&p);
	draw_facts(&p);
	draw_lines(&p);
	draw_sums(&p);
	if ((rc = ct_pdf_finish(p.pdf, &bytes, &len, e)))
		return rc;
	ct_header(r, "Content-Disposition", "inline; filename=\"agreement-%lld.pdf\"", (long long)r->subject);
	ct_body(r, "application/pdf", bytes, len);
	return 0;
}
