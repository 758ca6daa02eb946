/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the papers of an issuer share: sheets (all that is printed, as JSON) are drawn by paper_draw (documents.h), and
 * what all of them have looks the same. A kind of paper with a body of its own draws it with these.
 */
#ifndef INVOICING_PAPER_H
#define INVOICING_PAPER_H

#include <comptoir/pdf.h>

#include "documents.h"

/* Millimetres; colours. */
#define LEFT	20.0
#define RIGHT	190.0
#define COLUMN	170.0
#define FOOT	275.0
#define SUMS	118.0	/* where the sums begin */
#define GREY	0x5B6069
#define PALE	0xD5D9DE
#define INK	0x1C1B19

/* A sheet that is being drawn. */
struct paper {
	struct ct_request *r;
	const json_t *sheet;
	const char *currency;
	uint32_t accent;
	bool credit, quote;
	int64_t *carried;	/* sums of the first lines, in cents */
};

/*
 * sheet.c: puts `seller`, `buyer`, `payment` of a sheet; adds a fact { label, text } to a list of them, unless its text
 * is empty.
 */
void sheet_seller(struct ct_request *r, json_t *sheet, const struct issuer *);
void sheet_buyer(struct ct_request *r, json_t *sheet, const struct bill *, const struct ct_address *payer);
void sheet_payment(struct ct_request *r, json_t *sheet, const struct bill *, const struct issuer *, const char *number);
void sheet_fact(json_t *list, const char *label, const char *text);

/*
 * paper.c: logo, name and address of the issuer at the upper left; the facts, four in a row, from y on. Both return
 * where they end.
 */
double paper_seller(struct ct_pdf *, const struct paper *, const struct ct_pdf_image *logo);
double paper_facts(struct ct_pdf *, const struct paper *, double y);
const char *paper_money(const struct paper *, int64_t cents);

/* paper.c: the bar with what a sheet comes to, at y (gives its end); how it is paid, from where the paper stands. */
double paper_total(struct ct_pdf *, const struct paper *, double y, const char *label);
void paper_payment(struct ct_pdf *, const struct paper *);

/* paper.c: letterhead, the client's address, title and facts. */
void paper_head(struct ct_pdf *, const struct paper *, const struct ct_pdf_image *logo);

/* paper_opening.c: the body of a sheet of type "opening". */
void opening_draw(struct ct_pdf *, const struct paper *, const struct ct_pdf_image *logo);

/* paper_slip.c: the body of a sheet of type "slip". */
void slip_draw(struct ct_pdf *, struct paper *, const struct ct_pdf_image *logo);

#endif
