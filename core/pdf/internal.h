/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a document is held. libharu reports an error by a code and keeps the first one; nothing jumps. Every
 * file here asks ct_pdf_ok() before it touches what libharu gave, so that after an error nothing is drawn.
 */
#ifndef CORE_PDF_INTERNAL_H
#define CORE_PDF_INTERNAL_H

#include <comptoir/pdf.h>

#include "pdf/engine.h"

#define CT_PDF_POINTS (72.0 / 25.4)	/* points of a millimetre */

struct ct_pdf {
	struct ct_pdf_engine *engine;	/* this document's own until it ends */
	HPDF_Page page;			/* that is drawn on */
	struct ct_pdf_about about;
	double y;			/* of the flow */
	struct ct_error error;		/* the first one; rc 0: none */
	void *mem;			/* what the file will hang on */
};

/* As ct_pdf_open, with the fonts of a folder, on any talloc context. */
int ct_pdf_open_on(void *mem, const char *fonts, const struct ct_pdf_about *about, struct ct_pdf **pdf_r,
		   struct ct_error *e) CT_MUST_USE;

/* Whether the document still takes something; it is here that libharu's error becomes ours. */
bool ct_pdf_ok(struct ct_pdf *pdf);

/* Keeps the first refusal of our own. */
void ct_pdf_refuse(struct ct_pdf *pdf, int rc, const char *text);

/* Millimetres from the left and from the top as libharu has them: points, from the bottom. */
static inline HPDF_REAL ct_pdf_pt(double mm)
{
	return (HPDF_REAL)(mm * CT_PDF_POINTS);
}

static inline HPDF_REAL ct_pdf_up(double y)
{
	return (HPDF_REAL)((CT_PDF_HEIGHT - y) * CT_PDF_POINTS);
}

/* Paints what follows, areas and letters, or lines. */
void ct_pdf_fill(struct ct_pdf *pdf, uint32_t colour);
void ct_pdf_stroke(struct ct_pdf *pdf, uint32_t colour, double thick);

/* A text made ready: cleaned, and broken into lines. Freed with its context. */
struct ct_pdf_row {
	size_t from, n;			/* code points */
	double width;			/* mm, without the spaces at its end */
};

struct ct_pdf_lines {
	uint16_t *points;		/* of the text; what the fonts lack is "?" already */
	struct ct_pdf_row *rows;
	size_t n;
};

/* Breaks the text to the width in mm (0: only at its own line breaks). NULL has no line. */
struct ct_pdf_lines *ct_pdf_break(struct ct_pdf *pdf, double width, const struct ct_pdf_style *, const char *text);

/* Draws one of them; the height of each in mm. */
void ct_pdf_draw_row(struct ct_pdf *pdf, double x, double y, double width, const struct ct_pdf_style *,
		     const struct ct_pdf_lines *, size_t row);
double ct_pdf_line_height(const struct ct_pdf_style *);

#endif
