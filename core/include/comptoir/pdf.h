/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Papers: A4 pages drawn into a PDF. A document is opened, drawn from top to bottom, and finished:
 *
 *	rc = ct_pdf_open(r, &(struct ct_pdf_about){ .title = …, .created = r->now, .page = _("Page") }, &pdf, e);
 *	if (rc)
 *		return rc;
 *	ct_pdf_text(pdf, 20, 20, 80, &heading, title);
 *	ct_pdf_table(pdf, &lines);
 *	return ct_pdf_finish(pdf, &bytes, &len, e);
 *
 * Everything is in millimetres from the upper left corner of the page. Drawing cannot fail at each step:
 * after the first error the document takes nothing any more, and ct_pdf_finish says what it was.
 *
 * Two ways of placing: at a point of the current page (text, lines, boxes, images), and in the flow, which
 * goes down between the margins and begins a page by itself (paragraphs, tables). ct_pdf_at and ct_pdf_move
 * connect the two.
 *
 * The same calls give the same bytes, in every worker and at any time, as long as libharu, zlib and the fonts
 * are the same; so what was issued is stored, not drawn again.
 *
 * Texts are UTF-8. Bytes that are not, and characters that the fonts lack, come out as "?"; control and
 * direction characters are left out, a tab is a space, thin and narrow spaces are no-break spaces, a minus
 * sign is an en dash. The fonts
 * have Latin, Greek and Cyrillic letters, typographic punctuation and the euro.
 */
#ifndef COMPTOIR_PDF_H
#define COMPTOIR_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <comptoir/error.h>
#include <comptoir/time.h>

struct ct_request;
struct ct_pdf;

#define CT_PDF_WIDTH  210.0	/* ISO 216, A4 */
#define CT_PDF_HEIGHT 297.0

enum ct_pdf_align { CT_PDF_LEFT, CT_PDF_RIGHT, CT_PDF_CENTRE };

/* How a text looks. All zero: 9 points, black, on the left. */
struct ct_pdf_style {
	double size;			/* points; 0: 9 */
	bool bold;
	uint32_t colour;		/* 0xRRGGBB */
	enum ct_pdf_align align;
};

/* What a document is; borrowed until it is finished. */
struct ct_pdf_about {
	const char *title;		/* of the document, shown by readers; required */
	const char *author;		/* who issues it; NULL: nobody */
	const char *language;		/* "fr"; NULL: unsaid */
	struct ct_utc created;		/* the date of the document, never the clock of who draws it again */
	const char *id;			/* what tells it from all others ("org 3, F-2026-0012"); NULL: the title */
	double left, right, top, bottom;	/* margins of the flow; 0: 20 */
	const char *page;		/* "Page" for "Page 1 / 3" at the foot of every page; NULL: no numbers */

	/* Draws what every page has (a foot, the head of later pages), when all else is drawn. May be NULL. */
	void (*frame)(struct ct_pdf *pdf, unsigned page, unsigned pages, void *data);
	void *data;
};

/*
 * A new document with one empty page, a talloc child of the request: talloc_free() drops it. Fails with
 * CT_BROKEN where the fonts of [paths] fonts cannot be read. Several documents may be open at once.
 */
int ct_pdf_open(struct ct_request *r, const struct ct_pdf_about *about, struct ct_pdf **pdf_r, struct ct_error *e)
	CT_MUST_USE;

/*
 * Draws the frames and gives the file, *bytes_r, on the context that it was opened on. The document is
 * freed, also on failure: CT_INVALID where a row is higher than a page or an image has no pixels, CT_BROKEN
 * where libharu gave up.
 */
int ct_pdf_finish(struct ct_pdf *pdf, const void **bytes_r, size_t *len_r, struct ct_error *e) CT_MUST_USE;

/* ------------------------------------------------------------------------------- at a point ---- */

/*
 * A text whose first line has its upper edge at y; line breaks in it are kept. With a width it is broken at
 * spaces (a word that is wider, anywhere) and aligned in it. With width 0 it is not broken, and x is its left
 * end, right end or middle. Returns its height. NULL is an empty text, of no height.
 */
double ct_pdf_text(struct ct_pdf *pdf, double x, double y, double width, const struct ct_pdf_style *,
		   const char *text);

/* What ct_pdf_text would return; and the width of its longest line, without breaking it. Nothing is drawn. */
double ct_pdf_text_height(struct ct_pdf *pdf, double width, const struct ct_pdf_style *, const char *text);
double ct_pdf_text_width(struct ct_pdf *pdf, const struct ct_pdf_style *, const char *text);

/* A line `thick` mm wide; a filled box; the outline of one. */
void ct_pdf_line(struct ct_pdf *pdf, double x1, double y1, double x2, double y2, double thick, uint32_t colour);
void ct_pdf_box(struct ct_pdf *pdf, double x, double y, double width, double height, uint32_t colour);
void ct_pdf_outline(struct ct_pdf *pdf, double x, double y, double width, double height, double thick,
		    uint32_t colour);

/* An image of `columns` by `rows` pixels, three bytes each (sRGB), from the upper left; copied. */
struct ct_pdf_image {
	const void *rgb;
	unsigned columns, rows;
};

/* Draws it as large as fits the box without distortion, at its upper left corner. */
void ct_pdf_image(struct ct_pdf *pdf, double x, double y, double width, double height,
		  const struct ct_pdf_image *);

/*
 * A QR code of the text, its margin of four modules included in `side` (ISO/IEC 18004); level M, as EPC069-12
 * asks for. False where the text is empty or too long for one; nothing is drawn then.
 */
bool ct_pdf_qr(struct ct_pdf *pdf, double x, double y, double side, const char *text);

/* --------------------------------------------------------------------------------- the flow ---- */

/* Where the flow stands on the current page; and from where it goes on. */
double ct_pdf_at(const struct ct_pdf *pdf);
void ct_pdf_move(struct ct_pdf *pdf, double y);

/* The left edge and the width between the margins. */
double ct_pdf_left(const struct ct_pdf *pdf);
double ct_pdf_column(const struct ct_pdf *pdf);

/* Begins a page. */
void ct_pdf_page(struct ct_pdf *pdf);

/* The next `height` mm stay together: begins a page where they do not fit on this one. */
void ct_pdf_need(struct ct_pdf *pdf, double height);

/* A paragraph over the column, line by line over as many pages as it takes. */
void ct_pdf_paragraph(struct ct_pdf *pdf, const struct ct_pdf_style *, const char *text);

struct ct_pdf_column {
	const char *label;
	double width;			/* mm; 0 in one or more columns: they share what is left */
	enum ct_pdf_align align;	/* of cells and label */
};

/*
 * A table over the column. Its head is repeated on each page and a row is never split. The last row goes to the
 * next page unless `keep` mm are free below it, so that the sums that follow never stand alone.
 */
struct ct_pdf_table {
	const struct ct_pdf_column *columns;
	size_t columns_n;		/* 1 to 16 */
	size_t rows;
	double size;			/* points; 0: 9 */
	uint32_t colour;		/* behind the head, whose text is white, and of the lines */
	double keep;

	/* The text of a cell, borrowed until the next call; NULL: empty. Asked several times, in any order. */
	const char *(*cell)(void *data, size_t row, size_t column);

	/*
	 * The sum of the first `rows` rows, for the last column of a row "carried forward" at the end of a page
	 * and of "brought forward" at the top of the next. Without it, or where it returns NULL, there is none.
	 */
	const char *(*carried)(void *data, size_t rows);
	const char *carry, *report;	/* what these two rows are called: "À reporter", "Report" */
	void *data;
};

void ct_pdf_table(struct ct_pdf *pdf, const struct ct_pdf_table *);

#endif
