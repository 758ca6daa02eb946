/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: a head on each page, rows in one piece, sums carried from page to page. */
#include <talloc.h>

#include "pdf/internal.h"

#define PAD_X 1.5	/* mm between a cell's edge and its text */
#define PAD_Y 0.9
#define RULE  0.15
#define PALE  0xD5D9DE

enum { COLUMNS_MOST = 16 };

struct drawn {
	const struct ct_pdf_table *t;
	double width[COLUMNS_MOST], height_of_carry;
	struct ct_pdf_style cell, strong, head;
};

static void share_widths(const struct ct_pdf *pdf, struct drawn *d)
{
	double left = ct_pdf_column(pdf);
	size_t open = 0;

	for (size_t i = 0; i < d->t->columns_n; i++) {
		left -= d->t->columns[i].width;
		open += d->t->columns[i].width <= 0;
	}
	for (size_t i = 0; i < d->t->columns_n; i++)
		d->width[i] = d->t->columns[i].width > 0 ? d->t->columns[i].width : left / (double)open;
}

static const char *cell_text(const struct drawn *d, size_t row, size_t column)
{
	return row == SIZE_MAX ? d->t->columns[column].label : d->t->cell(d->t->data, row, column);
}

/* SIZE_MAX is the head. At least one line high, so that an empty row is seen. */
static double row_height(struct ct_pdf *pdf, const struct drawn *d, size_t row)
{
	const struct ct_pdf_style *s = row == SIZE_MAX ? &d->head : &d->cell;
	double most = ct_pdf_line_height(s);

	for (size_t i = 0; i < d->t->columns_n; i++) {
		double height = ct_pdf_text_height(pdf, d->width[i] - 2 * PAD_X, s, cell_text(d, row, i));

		most = height > most ? height : most;
	}
	return most + 2 * PAD_Y;
}

static void draw_cells(struct ct_pdf *pdf, const struct drawn *d, size_t row)
{
	struct ct_pdf_style s = row == SIZE_MAX ? d->head : d->cell;
	double x = pdf->about.left;

	for (size_t i = 0; i < d->t->columns_n; i++) {
		s.align = d->t->columns[i].align;
		ct_pdf_text(pdf, x + PAD_X, pdf->y + PAD_Y, d->width[i] - 2 * PAD_X, &s, cell_text(d, row, i));
		x += d->width[i];
	}
}

static void draw_rule(struct ct_pdf *pdf, uint32_t colour)
{
	ct_pdf_line(pdf, pdf->about.left, pdf->y, pdf->about.left + ct_pdf_column(pdf), pdf->y, RULE, colour);
}

static void draw_head(struct ct_pdf *pdf, const struct drawn *d)
{
	double height = row_height(pdf, d, SIZE_MAX);

	ct_pdf_box(pdf, pdf->about.left, pdf->y, ct_pdf_column(pdf), height, d->t->colour);
	draw_cells(pdf, d, SIZE_MAX);
	pdf->y += height;
}

static const char *sum_of(const struct drawn *d, size_t rows)
{
	return d->t->carried && rows ? d->t->carried(d->t->data, rows) : NULL;
}

/* The sum stands where the last column's texts stand, what it is called left of it. */
static void draw_sum(struct ct_pdf *pdf, const struct drawn *d, const char *label, size_t rows)
{
	const char *sum = sum_of(d, rows);
	size_t last = d->t->columns_n - 1;
	double end = pdf->about.left + ct_pdf_column(pdf);
	struct ct_pdf_style s = d->strong;

	if (!sum)
		return;
	s.align = d->t->columns[last].align;
	ct_pdf_text(pdf, end - d->width[last] + PAD_X, pdf->y + PAD_Y, d->width[last] - 2 * PAD_X, &s, sum);
	s.align = CT_PDF_RIGHT;
	ct_pdf_text(pdf, pdf->about.left + PAD_X, pdf->y + PAD_Y, ct_pdf_column(pdf) - d->width[last] - 2 * PAD_X,
		    &s, label);
	pdf->y += d->height_of_carry;
	draw_rule(pdf, d->t->colour);
}

/* What must fit below the top of this row: itself, and the sum of the page or what follows the table. */
static double needed(const struct drawn *d, size_t row, double height)
{
	if (row + 1 == d->t->rows)
		return height + d->t->keep;
	return height + (d->t->carried ? d->height_of_carry : 0);
}

/* `row` rows are drawn, the next goes to a new page. */
static void turn_page(struct ct_pdf *pdf, const struct drawn *d, size_t row)
{
	if (row)
		draw_sum(pdf, d, d->t->carry, row);
	ct_pdf_page(pdf);
	draw_head(pdf, d);
	draw_sum(pdf, d, d->t->report, row);
}

static void draw_row(struct ct_pdf *pdf, const struct drawn *d, size_t row)
{
	double height = row_height(pdf, d, row), lower = CT_PDF_HEIGHT - pdf->about.bottom + 0.01;

	if (pdf->y + needed(d, row, height) > lower)
		turn_page(pdf, d, row);
	if (pdf->y + height > lower) {
		ct_pdf_refuse(pdf, CT_INVALID, "a row of the table is higher than a page");
		return;
	}
	draw_cells(pdf, d, row);
	pdf->y += height;
	draw_rule(pdf, row + 1 == d->t->rows ? d->t->colour : PALE);
}

void ct_pdf_table(struct ct_pdf *pdf, const struct ct_pdf_table *t)
{
	struct drawn d = {
		.t = t,
		.cell = { .size = t->size },
		.strong = { .size = t->size, .bold = true },
		.head = { .size = t->size, .bold = true, .colour = 0xFFFFFF },
	};

	if (!ct_pdf_ok(pdf))
		return;
	if (!t->columns_n || t->columns_n > COLUMNS_MOST) {
		ct_pdf_refuse(pdf, CT_BROKEN, "a table of no columns, or too many");
		return;
	}
	share_widths(pdf, &d);
	d.height_of_carry = ct_pdf_line_height(&d.strong) + 2 * PAD_Y;
	if (t->rows)			/* the head never stands alone */
		ct_pdf_need(pdf, row_height(pdf, &d, SIZE_MAX) + needed(&d, 0, row_height(pdf, &d, 0)));
	draw_head(pdf, &d);
	for (size_t row = 0; row < t->rows && ct_pdf_ok(pdf); row++)
		draw_row(pdf, &d, row);
}
