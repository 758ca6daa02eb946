/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a sheet on A4: letterhead on the left, the client's address where a DL envelope has its window (from 110 mm
 * on the right, 45 to 85 mm from the top), lines over as many pages as it takes, VAT and sums, payment, mentions.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/pdf.h>

#include "documents.h"
#include "paper.h"

#define CODE	36.0	/* side of the QR code */

static const struct ct_pdf_style plain = { .size = 9, .colour = INK },
				 strong = { .size = 9, .bold = true, .colour = INK },
				 muted = { .size = 8, .colour = GREY }, tiny = { .size = 7, .colour = GREY };

const char *paper_money(const struct paper *p, int64_t cents)
{
	return ct_money_show(p->r, cents, p->currency, "fr");
}

static uint32_t colour_of(const char *text)
{
	return text && *text == '#' ? (uint32_t)strtoul(text + 1, NULL, 16) : 0x0E5A4F;
}

static const char *joined(const struct paper *p, const json_t *list, const char *by)
{
	const char *text = NULL;
	const json_t *each;
	size_t i;

	json_array_foreach(list, i, each)
		text = text ? talloc_asprintf(p->r, "%s%s%s", text, by, json_string_value(each)) : json_string_value(each);
	return text;
}

/* ---- what every page has ---- */

static void draw_frame(struct ct_pdf *pdf, unsigned page, unsigned pages, void *data)
{
	const struct paper *p = data;
	const json_t *seller = json_object_get(p->sheet, "seller");
	const char *number = sheet_text(p->sheet, "number"), *title = sheet_text(p->sheet, "title");
	const char *identity = joined(p, json_object_get(seller, "identity"), " · ");

	(void)pages;
	if (page > 1) {
		ct_pdf_text(pdf, LEFT, 11, 120, &muted, sheet_text(seller, "name"));
		ct_pdf_text(pdf, RIGHT - 80, 11, 80,
			    &(struct ct_pdf_style){ .size = 8, .colour = GREY, .align = CT_PDF_RIGHT },
			    number ? talloc_asprintf(p->r, "%s %s", title, number) : title);
		ct_pdf_line(pdf, LEFT, 16, RIGHT, 16, 0.2, PALE);
	}
	ct_pdf_line(pdf, LEFT, FOOT + 2.5, RIGHT, FOOT + 2.5, 0.2, PALE);
	ct_pdf_text(pdf, LEFT, FOOT + 4.5, 140, &tiny,
		    identity ? talloc_asprintf(p->r, "%s – %s", sheet_text(seller, "name"), identity) : sheet_text(seller, "name"));
}

/* ---- the head of the first ---- */

/* In a box of 50 by 18 mm, without distortion. */
static double logo_height(const struct ct_pdf_image *logo)
{
	double height = 50.0 * logo->rows / logo->columns;

	return height < 18 ? height : 18;
}

double paper_seller(struct ct_pdf *pdf, const struct paper *p, const struct ct_pdf_image *logo)
{
	const json_t *seller = json_object_get(p->sheet, "seller");
	const struct ct_pdf_style name = { .size = 12, .bold = true, .colour = p->accent };
	double y = 16;

	if (logo) {
		ct_pdf_image(pdf, LEFT, y, 50, 18, logo);
		y += logo_height(logo) + 3;
	}
	y += ct_pdf_text(pdf, LEFT, y, 80, &name, sheet_text(seller, "name")) + 0.8;
	return y + ct_pdf_text(pdf, LEFT, y, 80, &muted, joined(p, json_object_get(seller, "lines"), "\n"));
}

static void draw_buyer(struct ct_pdf *pdf, const struct paper *p)
{
	const json_t *buyer = json_object_get(p->sheet, "buyer");
	const struct ct_pdf_style name = { .size = 10.5, .bold = true, .colour = INK },
				  address = { .size = 10.5, .colour = INK };
	double y = 50;

	y += ct_pdf_text(pdf, 113, y, 77, &name, sheet_text(buyer, "name"));
	ct_pdf_text(pdf, 113, y, 77, &address, joined(p, json_object_get(buyer, "lines"), "\n"));
	ct_pdf_text(pdf, 113, 86, 77, &tiny, joined(p, json_object_get(buyer, "identity"), " · "));
}

double paper_facts(struct ct_pdf *pdf, const struct paper *p, double y)
{
	const json_t *fact, *facts = json_object_get(p->sheet, "facts");
	double most = 0, width = COLUMN / 4 - 4;
	size_t i;

	json_array_foreach(facts, i, fact) {
		double x = LEFT + COLUMN / 4 * (double)(i % 4), height;

		if (i && i % 4 == 0) {
			y += most + 3;
			most = 0;
		}
		height = ct_pdf_text(pdf, x, y, width, &tiny, sheet_text(fact, "label"));
		height += ct_pdf_text(pdf, x, y + height, width, &strong, sheet_text(fact, "text"));
		most = height > most ? height : most;
	}
	return y + most;
}

void paper_head(struct ct_pdf *pdf, const struct paper *p, const struct ct_pdf_image *logo)
{
	const char *number = sheet_text(p->sheet, "number"), *intro = sheet_text(p->sheet, "intro");
	const struct ct_pdf_style title = { .size = 19, .bold = true, .colour = p->accent };
	double end = paper_seller(pdf, p, logo), y;

	draw_buyer(pdf, p);
	y = end + 8 > 92 ? end + 8 : 92;
	y += ct_pdf_text(pdf, LEFT, y, COLUMN, &title,
			 talloc_asprintf(p->r, "%s %s", sheet_text(p->sheet, "title"), number ? number : _("(draft)"))) + 1.5;
	y = paper_facts(pdf, p, y) + 5;
	ct_pdf_move(pdf, y);
	if (intro) {
		ct_pdf_paragraph(pdf, &plain, intro);
		ct_pdf_move(pdf, ct_pdf_at(pdf) + 4);
	}
}

/* ---- the lines ---- */

static const char *cell(void *data, size_t row, size_t column)
{
	const struct paper *p = data;
	const json_t *line = json_array_get(json_object_get(p->sheet, "lines"), row);
	const char *title = sheet_text(line, "title"), *note = sheet_text(line, "note");

	switch (column) {
	case 0:
		return talloc_asprintf(p->r, "%s%s%s%s%s", title ? title : "", title ? "\n" : "", sheet_text(line, "label"),
				       note ? "\n" : "", note ? note : "");
	case 1:
		return sheet_quantity(p->r, line);
	case 2:
		return figure(p->r, sheet_int(line, "unit_net"), 2);
	case 3:
		return sheet_rate(p->r, line);
	default:
		return sheet_amount(p->r, sheet_int(line, "net_cents"));
	}
}

static const char *carried(void *data, size_t rows)
{
	const struct paper *p = data;

	return sheet_amount(p->r, p->carried[rows]);
}

static void draw_lines(struct ct_pdf *pdf, struct paper *p, double keep)
{
	const json_t *lines = json_object_get(p->sheet, "lines"), *line;
	const struct ct_pdf_column columns[] = {
		{ _("Designation"), 0, CT_PDF_LEFT }, { _("Quantity"), 20, CT_PDF_RIGHT }, { _("Unit price excl. VAT"), 30, CT_PDF_RIGHT },
		{ _("VAT"), 16, CT_PDF_RIGHT }, { _("Amount excl. VAT"), 30, CT_PDF_RIGHT },
	};
	size_t i;

	p->carried = talloc_zero_array(p->r, int64_t, json_array_size(lines) + 1);
	json_array_foreach(lines, i, line)
		p->carried[i + 1] = p->carried[i] + sheet_int(line, "net_cents");
	ct_pdf_table(pdf, &(struct ct_pdf_table){
				  .columns = columns,
				  .columns_n = 5,
				  .rows = json_array_size(lines),
				  .size = 8.5,
				  .colour = p->accent,
				  .keep = keep,
				  .cell = cell,
				  .carried = carried,
				  .carry = _("Carried forward"),
				  .report = _("Brought forward"),
				  .data = p,
			  });
}

/* ---- sums ---- */

static double draw_sum(struct ct_pdf *pdf, const struct paper *p, double y, const char *label, int64_t cents)
{
	const struct ct_pdf_style amount = { .size = 9, .colour = INK, .align = CT_PDF_RIGHT };

	ct_pdf_text(pdf, SUMS + 2, y, 40, &plain, label);
	return y + ct_pdf_text(pdf, RIGHT - 42, y, 40, &amount, paper_money(p, cents)) + 1.2;
}

/* The whole, and what was billed of it in advance; what follows is the remainder. */
static double draw_deductions(struct ct_pdf *pdf, const struct paper *p, double y)
{
	const json_t *list = json_object_get(p->sheet, "deducts"), *each;
	size_t i;

	if (!json_array_size(list))
		return y;
	y = draw_sum(pdf, p, y, _("Whole, incl. VAT"), sheet_int(p->sheet, "before_cents"));
	json_array_foreach(list, i, each)
		y = draw_sum(pdf, p, y, talloc_asprintf(p->r, _("Deposit %s"), sheet_text(each, "number")), -sheet_int(each, "gross_cents"));
	ct_pdf_line(pdf, SUMS, y, RIGHT, y, 0.2, PALE);
	return y + 1.2;
}

static const char *sum_word(const struct paper *p)
{
	if (p->credit)
		return _("Total credited");
	if (p->quote)
		return sheet_int(p->sheet, "tax_cents") ? _("Total incl. VAT") : _("Total");
	return _("To be paid");
}

double paper_total(struct ct_pdf *pdf, const struct paper *p, double y, const char *word)
{
	const struct ct_pdf_style label = { .size = 11, .bold = true, .colour = 0xFFFFFF };
	const struct ct_pdf_style amount = { .size = 11, .bold = true, .colour = 0xFFFFFF, .align = CT_PDF_RIGHT };

	ct_pdf_box(pdf, SUMS, y + 0.8, RIGHT - SUMS, 9, p->accent);
	ct_pdf_text(pdf, SUMS + 2, y + 2.6, 34, &label, word);
	ct_pdf_text(pdf, RIGHT - 42, y + 2.6, 40, &amount, paper_money(p, sheet_int(p->sheet, "gross_cents")));
	return y + 12;
}

static double draw_sums(struct ct_pdf *pdf, const struct paper *p, double y)
{
	y = draw_deductions(pdf, p, y);
	y = draw_sum(pdf, p, y, json_array_size(json_object_get(p->sheet, "deducts")) ? _("Rest excl. VAT") : _("Total excl. VAT"), sheet_int(p->sheet, "net_cents"));
	y = draw_sum(pdf, p, y, _("VAT"), sheet_int(p->sheet, "tax_cents"));
	if (sheet_int(p->sheet, "rounding_cents"))
		y = draw_sum(pdf, p, y, _("Rounding"), sheet_int(p->sheet, "rounding_cents"));
	return paper_total(pdf, p, y, sum_word(p));
}

/* The table of VAT, on the left of the sums. */
static double draw_vat(struct ct_pdf *pdf, const struct paper *p, double y)
{
	static const double ends[] = { 68, 92, 112 };
	const struct ct_pdf_style right = { .size = 8, .colour = INK, .align = CT_PDF_RIGHT };
	const struct ct_pdf_style head = { .size = 7, .colour = GREY, .align = CT_PDF_RIGHT },
				  left = { .size = 8, .colour = INK };
	const json_t *group;
	size_t i;

	ct_pdf_text(pdf, LEFT, y, 40, &tiny, _("VAT"));
	ct_pdf_text(pdf, ends[0] - 5, y, 29, &head, _("Base"));
	y += ct_pdf_text(pdf, ends[1], y, 20, &head, _("Amount")) + 0.8;
	json_array_foreach(json_object_get(p->sheet, "vat"), i, group) {
		ct_pdf_line(pdf, LEFT, y, ends[2], y, 0.15, PALE);
		ct_pdf_text(pdf, LEFT, y + 0.9, 46, &left, sheet_text(group, "label"));
		ct_pdf_text(pdf, ends[0] - 5, y + 0.9, 29, &right, paper_money(p, sheet_int(group, "base_cents")));
		y += ct_pdf_text(pdf, ends[1], y + 0.9, 20, &right, paper_money(p, sheet_int(group, "tax_cents"))) + 1.8;
	}
	return y;
}

/* ---- payment and mentions ---- */

static void draw_fact(struct ct_pdf *pdf, double x, double *y, const char *label, const char *text)
{
	if (!text)
		return;
	ct_pdf_text(pdf, x, *y, 24, &muted, label);
	*y += ct_pdf_text(pdf, x + 24, *y, 100, &strong, text) + 0.9;
}

void paper_payment(struct ct_pdf *pdf, const struct paper *p)
{
	const json_t *payment = json_object_get(p->sheet, "payment");
	const struct ct_pdf_style head = { .size = 10, .bold = true, .colour = p->accent };
	double x = LEFT + 5, y, top;

	if (!json_is_object(payment))
		return;
	ct_pdf_need(pdf, CODE + 10);
	top = ct_pdf_at(pdf) + 3;
	ct_pdf_outline(pdf, LEFT, top, COLUMN, CODE + 2, 0.2, PALE);
	y = top + 4;
	y += ct_pdf_text(pdf, x, y, 120, &head, _("Pay by bank transfer")) + 1.6;
	draw_fact(pdf, x, &y, _("Payee"), sheet_text(payment, "holder"));
	draw_fact(pdf, x, &y, _("IBAN"), sheet_iban(p->r, sheet_text(payment, "iban"), "\u00a0"));
	draw_fact(pdf, x, &y, _("BIC"), sheet_text(payment, "bic"));
	draw_fact(pdf, x, &y, _("Reference"), sheet_text(payment, "reference"));
	if (sheet_text(payment, "code") && ct_pdf_qr(pdf, RIGHT - CODE - 1, top + 1, CODE, sheet_text(payment, "code")))
		ct_pdf_text(pdf, x, top + CODE - 2.5, 120, &tiny, _("The code on the right fills in the transfer in your bank’s application."));
	ct_pdf_move(pdf, top + CODE + 6);
}

/* Where the client signs a quote. */
static void draw_agreement(struct ct_pdf *pdf, const struct paper *p)
{
	const struct ct_pdf_style head = { .size = 10, .bold = true, .colour = p->accent };
	double top, y;

	ct_pdf_need(pdf, 46);
	top = ct_pdf_at(pdf) + 3;
	ct_pdf_outline(pdf, LEFT, top, COLUMN, 36, 0.2, PALE);
	y = top + 4;
	y += ct_pdf_text(pdf, LEFT + 5, y, 160, &head, _("Approved")) + 1.6;
	ct_pdf_text(pdf, LEFT + 5, y, 160, &muted, _("Date, name, signature, preceded by the words “Bon pour accord”:"));
	ct_pdf_line(pdf, LEFT + 5, top + 30, LEFT + 55, top + 30, 0.2, PALE);
	ct_pdf_line(pdf, LEFT + 65, top + 30, RIGHT - 5, top + 30, 0.2, PALE);
	ct_pdf_text(pdf, LEFT + 5, top + 31, 50, &tiny, _("Date"));
	ct_pdf_text(pdf, LEFT + 65, top + 31, 100, &tiny, _("Name and signature"));
	ct_pdf_move(pdf, top + 40);
}

static void draw_end(struct ct_pdf *pdf, const struct paper *p)
{
	const char *end = sheet_text(p->sheet, "end");
	const json_t *text;
	size_t i;

	json_array_foreach(json_object_get(p->sheet, "mentions"), i, text) {
		ct_pdf_paragraph(pdf, &muted, json_string_value(text));
		ct_pdf_move(pdf, ct_pdf_at(pdf) + 0.8);
	}
	if (end) {
		ct_pdf_move(pdf, ct_pdf_at(pdf) + 2.5);
		ct_pdf_paragraph(pdf, &plain, end);
	}
}

static void draw(struct ct_pdf *pdf, struct paper *p, const struct ct_pdf_image *logo)
{
	size_t groups = json_array_size(json_object_get(p->sheet, "vat"));
	double sums = 30 + 6 * (double)json_array_size(json_object_get(p->sheet, "deducts")), table = 8 + 6 * (double)groups, keep = (sums > table ? sums : table) + 4, left, right, y;

	paper_head(pdf, p, logo);
	draw_lines(pdf, p, keep);
	y = ct_pdf_at(pdf) + 4;
	left = draw_vat(pdf, p, y);
	right = draw_sums(pdf, p, y);
	ct_pdf_move(pdf, left > right ? left : right);
	if (p->quote)
		draw_agreement(pdf, p);
	else
		paper_payment(pdf, p);
	draw_end(pdf, p);
}

int paper_draw(struct ct_request *r, const json_t *sheet, const struct ct_pdf_image *logo, const void **bytes_r,
	       size_t *len_r, struct ct_error *e)
{
	const char *number = sheet_text(sheet, "number"), *issued = sheet_text(sheet, "issued_d"), *before;
	const json_t *seller = json_object_get(sheet, "seller");
	struct paper p = { .r = r, .sheet = sheet, .currency = sheet_text(sheet, "currency"),
			   .accent = colour_of(sheet_text(seller, "accent")), .credit = !strcmp(sheet_text(sheet, "type"), "credit"),
			   .quote = !strcmp(sheet_text(sheet, "type"), "quote") };
	struct ct_pdf_about about = { .author = sheet_text(seller, "name"), .language = "fr", .page = "Page", .frame = draw_frame,
				      .data = &p, .top = 22, .bottom = CT_PDF_HEIGHT - FOOT };
	struct ct_pdf *pdf;
	struct ct_day day;
	int rc = ct_day_parse(issued, &day, e);

	if (rc)
		return rc;
	about.created = (struct ct_utc){ ct_day_local(day).s + 43200 };
	about.title = talloc_asprintf(r, "%s %s", sheet_text(sheet, "title"), number ? number : "–");
	about.id = talloc_asprintf(r, "%s %s", about.author, about.title);
	before = ct_speak(r, "fr");
	rc = ct_pdf_open(r, &about, &pdf, e);
	if (!rc) {
		if (!strcmp(sheet_text(sheet, "type"), "slip"))
			slip_draw(pdf, &p, logo);
		else if (!strcmp(sheet_text(sheet, "type"), "opening"))
			opening_draw(pdf, &p, logo);
		else
			draw(pdf, &p, logo);
		rc = ct_pdf_finish(pdf, bytes_r, len_r, e);
	}
	ct_speak(r, before);
	return rc;
}
