/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes at a point of the page. */
#include <qrencode.h>

#include "pdf/internal.h"

enum { QUIET = 4, SIDE_MOST = 10000 };	/* modules of margin (ISO/IEC 18004); pixels of an image's side */

void ct_pdf_fill(struct ct_pdf *pdf, uint32_t colour)
{
	HPDF_Page_SetRGBFill(pdf->page, (HPDF_REAL)(colour >> 16 & 0xFF) / 255, (HPDF_REAL)(colour >> 8 & 0xFF) / 255,
			     (HPDF_REAL)(colour & 0xFF) / 255);
}

void ct_pdf_stroke(struct ct_pdf *pdf, uint32_t colour, double thick)
{
	HPDF_Page_SetRGBStroke(pdf->page, (HPDF_REAL)(colour >> 16 & 0xFF) / 255, (HPDF_REAL)(colour >> 8 & 0xFF) / 255,
			       (HPDF_REAL)(colour & 0xFF) / 255);
	HPDF_Page_SetLineWidth(pdf->page, ct_pdf_pt(thick));
}

static void rectangle(struct ct_pdf *pdf, double x, double y, double width, double height)
{
	HPDF_Page_Rectangle(pdf->page, ct_pdf_pt(x), ct_pdf_up(y + height), ct_pdf_pt(width), ct_pdf_pt(height));
}

void ct_pdf_line(struct ct_pdf *pdf, double x1, double y1, double x2, double y2, double thick, uint32_t colour)
{
	if (!ct_pdf_ok(pdf))
		return;
	ct_pdf_stroke(pdf, colour, thick);
	HPDF_Page_MoveTo(pdf->page, ct_pdf_pt(x1), ct_pdf_up(y1));
	HPDF_Page_LineTo(pdf->page, ct_pdf_pt(x2), ct_pdf_up(y2));
	HPDF_Page_Stroke(pdf->page);
}

void ct_pdf_box(struct ct_pdf *pdf, double x, double y, double width, double height, uint32_t colour)
{
	if (!ct_pdf_ok(pdf))
		return;
	ct_pdf_fill(pdf, colour);
	rectangle(pdf, x, y, width, height);
	HPDF_Page_Fill(pdf->page);
}

void ct_pdf_outline(struct ct_pdf *pdf, double x, double y, double width, double height, double thick,
		    uint32_t colour)
{
	if (!ct_pdf_ok(pdf))
		return;
	ct_pdf_stroke(pdf, colour, thick);
	rectangle(pdf, x, y, width, height);
	HPDF_Page_Stroke(pdf->page);
}

void ct_pdf_image(struct ct_pdf *pdf, double x, double y, double width, double height,
		  const struct ct_pdf_image *image)
{
	double scale_x, scale_y, scale;
	HPDF_Image drawn;

	if (!ct_pdf_ok(pdf))
		return;
	if (!image->rgb || !image->columns || !image->rows || image->columns > SIDE_MOST || image->rows > SIDE_MOST) {
		ct_pdf_refuse(pdf, CT_INVALID, "an image without pixels, or with too many");
		return;
	}
	drawn = HPDF_LoadRawImageFromMem(pdf->engine->doc, image->rgb, image->columns, image->rows,
					 HPDF_CS_DEVICE_RGB, 8);
	if (!drawn)
		return;
	scale_x = width / image->columns;
	scale_y = height / image->rows;
	scale = scale_x < scale_y ? scale_x : scale_y;
	HPDF_Page_DrawImage(pdf->page, drawn, ct_pdf_pt(x), ct_pdf_up(y + image->rows * scale),
			    ct_pdf_pt(image->columns * scale), ct_pdf_pt(image->rows * scale));
}

/* The dark modules of a row, as long as they stand side by side in one rectangle. */
static void draw_modules(struct ct_pdf *pdf, const QRcode *code, int row, double x, double y, double module)
{
	const unsigned char *at = code->data + (size_t)row * (size_t)code->width;

	for (int from = 0, to; from < code->width; from = to) {
		to = from + 1;
		if (!(at[from] & 1))
			continue;
		while (to < code->width && (at[to] & 1))
			to++;
		rectangle(pdf, x + (from + QUIET) * module, y + (row + QUIET) * module, (to - from) * module, module);
	}
}

bool ct_pdf_qr(struct ct_pdf *pdf, double x, double y, double side, const char *text)
{
	QRcode *code = text && *text ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;

	if (!code)
		return false;
	if (ct_pdf_ok(pdf)) {
		ct_pdf_fill(pdf, 0x000000);
		for (int row = 0; row < code->width; row++)
			draw_modules(pdf, code, row, x, y, side / (code->width + 2 * QUIET));
		HPDF_Page_Fill(pdf->page);
	}
	QRcode_free(code);
	return true;
}
