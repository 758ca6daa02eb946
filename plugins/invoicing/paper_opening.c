/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paper of a balance carried over: one sentence, what is to be paid, and how. */
#include <comptoir/pdf.h>

#include "paper.h"

void opening_draw(struct ct_pdf *pdf, const struct paper *p, const struct ct_pdf_image *logo)
{
	static const struct ct_pdf_style said = { .size = 10.5, .colour = INK }, note = { .size = 8.5, .colour = GREY };

	paper_head(pdf, p, logo);
	ct_pdf_paragraph(pdf, &said, sheet_text(p->sheet, "statement"));
	ct_pdf_move(pdf, ct_pdf_at(pdf) + 2);
	ct_pdf_paragraph(pdf, &note, sheet_text(p->sheet, "note"));
	ct_pdf_move(pdf, paper_total(pdf, p, ct_pdf_at(pdf) + 4, _("To be paid")));
	paper_payment(pdf, p);
}
