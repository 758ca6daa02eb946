/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document from its first page to its bytes, and what flows down its pages. */
#include <string.h>
#include <talloc.h>

#include <comptoir/request.h>

#include "pdf/internal.h"

#define MARGIN 20.0
#define FOOT   12.0	/* from the lower edge of the page to the page numbers */

static const struct ct_pdf_style foot = { .size = 7.5, .colour = 0x666666, .align = CT_PDF_RIGHT };

bool ct_pdf_ok(struct ct_pdf *pdf)
{
	HPDF_STATUS status;

	if (pdf->error.rc)
		return false;
	status = HPDF_GetError(pdf->engine->doc);
	if (status == HPDF_OK && pdf->page)
		return true;
	ct_fail(&pdf->error, CT_BROKEN, "libharu: error 0x%04lX, detail %lu", (unsigned long)status,
		(unsigned long)HPDF_GetErrorDetail(pdf->engine->doc));
	return false;
}

void ct_pdf_refuse(struct ct_pdf *pdf, int rc, const char *text)
{
	if (!pdf->error.rc)
		ct_fail(&pdf->error, rc, "%s", text);
}

static int close_document(struct ct_pdf *pdf)
{
	if (pdf->engine)
		ct_pdf_engine_drop(pdf->engine, ct_pdf_ok(pdf));
	pdf->engine = NULL;
	return 0;
}

void ct_pdf_page(struct ct_pdf *pdf)
{
	if (pdf->error.rc)
		return;
	pdf->page = HPDF_AddPage(pdf->engine->doc);
	if (ct_pdf_ok(pdf))
		HPDF_Page_SetSize(pdf->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	pdf->y = pdf->about.top;
}

static double or_margin(double mm)
{
	return mm > 0 ? mm : MARGIN;
}

int ct_pdf_open_on(void *mem, const char *fonts, const struct ct_pdf_about *about, struct ct_pdf **pdf_r,
		   struct ct_error *e)
{
	struct ct_pdf *pdf = talloc_zero(mem, struct ct_pdf);
	int rc = ct_pdf_engine_take(fonts, &pdf->engine, e);

	if (rc) {
		talloc_free(pdf);
		return rc;
	}
	talloc_set_destructor(pdf, close_document);
	pdf->mem = mem;
	pdf->about = *about;
	pdf->about.left = or_margin(about->left);
	pdf->about.right = or_margin(about->right);
	pdf->about.top = or_margin(about->top);
	pdf->about.bottom = or_margin(about->bottom);
	ct_pdf_page(pdf);
	*pdf_r = pdf;
	return 0;
}

int ct_pdf_open(struct ct_request *r, const struct ct_pdf_about *about, struct ct_pdf **pdf_r, struct ct_error *e)
{
	return ct_pdf_open_on(r, ct_setting_text(r, "paths.fonts"), about, pdf_r, e);
}

double ct_pdf_at(const struct ct_pdf *pdf)
{
	return pdf->y;
}

void ct_pdf_move(struct ct_pdf *pdf, double y)
{
	pdf->y = y;
}

double ct_pdf_left(const struct ct_pdf *pdf)
{
	return pdf->about.left;
}

double ct_pdf_column(const struct ct_pdf *pdf)
{
	return CT_PDF_WIDTH - pdf->about.left - pdf->about.right;
}

/* A hundredth of a millimetre is left to rounding. */
void ct_pdf_need(struct ct_pdf *pdf, double height)
{
	if (pdf->y + height > CT_PDF_HEIGHT - pdf->about.bottom + 0.01 && pdf->y > pdf->about.top)
		ct_pdf_page(pdf);
}

void ct_pdf_paragraph(struct ct_pdf *pdf, const struct ct_pdf_style *s, const char *text)
{
	struct ct_pdf_lines *lines = ct_pdf_break(pdf, ct_pdf_column(pdf), s, text);

	for (size_t i = 0; i < lines->n; i++) {
		ct_pdf_need(pdf, ct_pdf_line_height(s));
		ct_pdf_draw_row(pdf, pdf->about.left, pdf->y, ct_pdf_column(pdf), s, lines, i);
		pdf->y += ct_pdf_line_height(s);
	}
	talloc_free(lines);
}

static void draw_frames(struct ct_pdf *pdf)
{
	unsigned pages = pdf->engine->doc->page_list->count;

	for (unsigned i = 1; i <= pages && ct_pdf_ok(pdf); i++) {
		pdf->page = HPDF_GetPageByIndex(pdf->engine->doc, i - 1);
		if (pdf->about.frame)
			pdf->about.frame(pdf, i, pages, pdf->about.data);
		if (pdf->about.page) {
			char *text = talloc_asprintf(pdf, "%s %u / %u", pdf->about.page, i, pages);

			ct_pdf_text(pdf, pdf->about.left, CT_PDF_HEIGHT - FOOT, ct_pdf_column(pdf), &foot, text);
		}
	}
}

/* The finished file, out of libharu's memory. */
static void *copy_bytes(struct ct_pdf *pdf, size_t *len_r)
{
	HPDF_Doc doc = pdf->engine->doc;
	HPDF_UINT32 size, got = 0, n;
	HPDF_BYTE *bytes;

	if (!ct_pdf_ok(pdf) || HPDF_SaveToStream(doc) != HPDF_OK)
		return NULL;
	size = HPDF_GetStreamSize(doc);
	HPDF_ResetStream(doc);
	bytes = talloc_array(pdf->mem, HPDF_BYTE, size);
	for (; got < size; got += n) {
		n = size - got;
		HPDF_ReadFromStream(doc, bytes + got, &n);
		if (!n)
			break;
	}
	HPDF_ResetError(doc);		/* the end of the stream counts as one */
	*len_r = got;
	return bytes;
}

int ct_pdf_finish(struct ct_pdf *pdf, const void **bytes_r, size_t *len_r, struct ct_error *e)
{
	void *bytes = NULL;
	size_t len = 0;
	int rc;

	draw_frames(pdf);
	if (ct_pdf_ok(pdf)) {
		ct_pdf_engine_label(pdf->engine, &pdf->about);
		bytes = copy_bytes(pdf, &len);
	}
	if (!bytes || !ct_pdf_ok(pdf)) {
		ct_pdf_refuse(pdf, CT_BROKEN, "libharu gave no file");
		rc = pdf->error.rc;
		*e = pdf->error;
		talloc_free(bytes);
		talloc_free(pdf);
		return rc;
	}
	talloc_free(pdf);
	*bytes_r = bytes;
	*len_r = len;
	return 0;
}
