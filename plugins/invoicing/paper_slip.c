/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The paper of a slip, for the bank: whose account, each cheque over as many pages as it takes, with the sum carried
 * over, how many there are and what they come to, and where both sides sign.
 */
#include <talloc.h>

#include "paper.h"

static const struct ct_pdf_style strong = { .size = 9, .bold = true, .colour = INK },
				 tiny = { .size = 7, .colour = GREY };

static const json_t *line_of(const struct paper *p, size_t row)
{
	return json_array_get(json_object_get(p->sheet, "lines"), row);
}

static const char *cell(void *data, size_t row, size_t column)
{
	const struct paper *p = data;
	const json_t *line = line_of(p, row);
	const char *number = sheet_text(line, "cheque");

	switch (column) {
	case 0:
		return talloc_asprintf(p->r, "%zu", row + 1);
	case 1:
		return sheet_text(line, "drawer");
	case 2:
		return number ? number : "–";
	case 3:
		return sheet_text(line, "payer");
	default:
		return sheet_amount(p->r, sheet_int(line, "amount_cents"));
	}
}

static const char *carried(void *data, size_t rows)
{
	const struct paper *p = data;

	return sheet_amount(p->r, p->carried[rows]);
}

static void draw_account(struct ct_pdf *pdf, const struct paper *p)
{
	const json_t *account = json_object_get(p->sheet, "account");
	const char *iban = sheet_text(account, "iban"), *bic = sheet_text(account, "bic");
	double y = 16;

	y += ct_pdf_text(pdf, 113, y, 77, &tiny, _("Account to be credited"));
	y += ct_pdf_text(pdf, 113, y, 77, &strong, sheet_text(account, "holder")) + 0.8;
	if (iban)
		y += ct_pdf_text(pdf, 113, y, 77, &strong, talloc_asprintf(p->r, "IBAN %s", sheet_iban(p->r, iban, "\u00a0"))) + 0.8;
	if (bic)
		ct_pdf_text(pdf, 113, y, 77, &strong, talloc_asprintf(p->r, "BIC %s", bic));
}

static void draw_cheques(struct ct_pdf *pdf, struct paper *p, size_t n)
{
	const struct ct_pdf_column columns[] = {
		{ _("No."), 10, CT_PDF_RIGHT }, { _("Drawer of the cheque"), 0, CT_PDF_LEFT }, { _("Cheque no."), 34, CT_PDF_LEFT },
		{ _("Client"), 0, CT_PDF_LEFT }, { _("Amount"), 26, CT_PDF_RIGHT },
	};

	p->carried = talloc_zero_array(p->r, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		p->carried[i + 1] = p->carried[i] + sheet_int(line_of(p, i), "amount_cents");
	ct_pdf_table(pdf, &(struct ct_pdf_table){
				  .columns = columns,
				  .columns_n = 5,
				  .rows = n,
				  .size = 8.5,
				  .colour = p->accent,
				  .keep = 55,
				  .cell = cell,
				  .carried = carried,
				  .carry = _("Carried forward"),
				  .report = _("Brought forward"),
				  .data = p,
			  });
}

/* Sum and signatures stay together. */
static void draw_end(struct ct_pdf *pdf, const struct paper *p, size_t n)
{
	const struct ct_pdf_style label = { .size = 11, .bold = true, .colour = 0xFFFFFF };
	const struct ct_pdf_style amount = { .size = 11, .bold = true, .colour = 0xFFFFFF, .align = CT_PDF_RIGHT };
	double y, half = COLUMN / 2;

	ct_pdf_need(pdf, 52);
	y = ct_pdf_at(pdf) + 4;
	ct_pdf_box(pdf, SUMS - 8, y, RIGHT - SUMS + 8, 9, p->accent);
	ct_pdf_text(pdf, SUMS - 6, y + 1.8, 42, &label, talloc_asprintf(p->r, ngettext_("%zu cheque", "%zu cheques", n), n));
	ct_pdf_text(pdf, RIGHT - 42, y + 1.8, 40, &amount, paper_money(p, sheet_int(p->sheet, "total_cents")));
	y += 15;
	ct_pdf_outline(pdf, LEFT, y, COLUMN, 30, 0.2, PALE);
	ct_pdf_line(pdf, LEFT + half, y, LEFT + half, y + 30, 0.2, PALE);
	ct_pdf_text(pdf, LEFT + 3, y + 2.5, half - 6, &tiny, _("Date and signature of who deposits"));
	ct_pdf_text(pdf, LEFT + half + 3, y + 2.5, half - 6, &tiny, _("Date and stamp of the bank"));
	ct_pdf_move(pdf, y + 33);
}

void slip_draw(struct ct_pdf *pdf, struct paper *p, const struct ct_pdf_image *logo)
{
	const struct ct_pdf_style title = { .size = 19, .bold = true, .colour = p->accent };
	size_t n = json_array_size(json_object_get(p->sheet, "lines"));
	double end = paper_seller(pdf, p, logo), y = end + 10 > 55 ? end + 10 : 55;

	draw_account(pdf, p);
	y += ct_pdf_text(pdf, LEFT, y, COLUMN, &title,
			 talloc_asprintf(p->r, "%s %s", sheet_text(p->sheet, "title"), sheet_text(p->sheet, "number"))) + 1.5;
	ct_pdf_move(pdf, paper_facts(pdf, p, y) + 5);
	draw_cheques(pdf, p, n);
	draw_end(pdf, p, n);
}
