/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts: cleaned to letters that the fonts have, measured, broken into lines, drawn. */
#include <string.h>
#include <talloc.h>

#include "base/utf8.h"
#include "field/utf8.h"
#include "pdf/internal.h"

#define SIZE    9.0
#define LEADING 1.36	/* from line to line, of the size: Open Sans's own ascent and descent */
#define ASCENT  1.07	/* from the upper edge to the base line */

enum { NO_BREAK_SPACE = 0xA0, LEFT_OUT = 0, UTF8_BYTES = 3 };

static double size_of(const struct ct_pdf_style *s)
{
	return s->size > 0 ? s->size : SIZE;
}

double ct_pdf_line_height(const struct ct_pdf_style *s)
{
	return size_of(s) * LEADING / CT_PDF_POINTS;
}

/* What a character is drawn as; LEFT_OUT for what has no shape of its own. */
static uint16_t letter(HPDF_FontDef face, uint32_t point)
{
	if (point == '\t')
		return ' ';
	if (point == 0x2212)
		return 0x2013;			/* the minus sign is in no WinAnsi; an en dash looks like it */
	if (point == 0x2007 || point == 0x2009 || point == 0x200A || point == 0x202F)
		return NO_BREAK_SPACE;
	if (point == 0xAD || (point >= 0x200B && point <= 0x200D) || point == 0x2060 || point == 0xFEFF)
		return LEFT_OUT;		/* soft hyphen, zero-width spaces and joiners */
	if (ct_utf8_control(point))
		return LEFT_OUT;
	if (point > 0xFFFF || !HPDF_TTFontDef_GetGlyphid(face, (HPDF_UINT16)point))
		return '?';
	return (uint16_t)point;
}

static size_t clean(HPDF_FontDef face, const char *text, uint16_t *points)
{
	size_t left = strlen(text), count = 0, n;

	for (; left; text += n, left -= n) {
		uint32_t point = '?';
		uint16_t drawn;

		n = ct_utf8_next(text, left, &point);
		if (!n)
			n = 1;
		drawn = point == '\n' ? '\n' : letter(face, point);
		if (drawn)
			points[count++] = drawn;
	}
	return count;
}

/* In thousandths of the size. Asked of the face itself: asking libharu's font would count the letter as used. */
static int advance(HPDF_FontDef face, uint16_t point)
{
	return HPDF_TTFontDef_GetGidWidth(face, HPDF_TTFontDef_GetGlyphid(face, point));
}

static void add_row(struct ct_pdf_lines *lines, size_t from, size_t n, double width)
{
	lines->rows = talloc_realloc(lines, lines->rows, struct ct_pdf_row, lines->n + 1);
	lines->rows[lines->n++] = (struct ct_pdf_row){ from, n, width };
}

/* One line from `at`; *next_r is where the next begins. `most` < 0: as long as it is. */
static struct ct_pdf_row take_row(HPDF_FontDef face, const uint16_t *points, size_t at, size_t end, int64_t most,
				  size_t *next_r)
{
	int64_t width = 0, solid = 0, at_space = 0;	/* all; without the spaces at its end; up to the last space */
	size_t i, shown = at, space = 0, space_shown = at;

	for (i = at; i < end && points[i] != '\n'; i++) {
		width += advance(face, points[i]);
		if (points[i] == ' ') {
			space = i + 1;
			space_shown = shown;
			at_space = solid;
			continue;
		}
		if (most >= 0 && width > most && i > at) {
			*next_r = space_shown > at ? space : i;
			return space_shown > at
				? (struct ct_pdf_row){ at, space_shown - at, (double)at_space }
				: (struct ct_pdf_row){ at, i - at, (double)solid };
		}
		solid = width;
		shown = i + 1;
	}
	*next_r = i < end ? i + 1 : i;
	return (struct ct_pdf_row){ at, shown - at, (double)solid };
}

struct ct_pdf_lines *ct_pdf_break(struct ct_pdf *pdf, double width, const struct ct_pdf_style *s, const char *text)
{
	struct ct_pdf_lines *lines = talloc_zero(pdf, struct ct_pdf_lines);
	HPDF_FontDef face = pdf->engine->face[s->bold];
	double unit = size_of(s) / 1000 / CT_PDF_POINTS;	/* mm of a thousandth */
	int64_t most = width > 0 ? (int64_t)(width / unit) + 1 : -1;
	size_t end, next;

	if (!text || !*text || !ct_pdf_ok(pdf))
		return lines;
	lines->points = talloc_array(lines, uint16_t, strlen(text));
	end = clean(face, text, lines->points);
	for (size_t at = 0; at < end; at = next) {
		struct ct_pdf_row row = take_row(face, lines->points, at, end, most, &next);

		add_row(lines, row.from, row.n, row.width * unit);
	}
	return lines;
}

/* What WinAnsiEncoding has at 0x80 to 0x9F (ISO 32000-1, annex D.2). */
static const uint16_t upper[32] = {
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
};

/* 0 where WinAnsiEncoding lacks it. */
static char ansi(uint16_t point)
{
	if (point < 0x7F || (point >= 0xA0 && point <= 0xFF))
		return (char)point;
	for (int i = 0; i < 32; i++)
		if (upper[i] == point)
			return (char)(0x80 + i);
	return 0;
}

static char *put_utf8(char *out, uint16_t point)
{
	if (point < 0x80) {
		*out++ = (char)point;
	} else if (point < 0x800) {
		*out++ = (char)(0xC0 | point >> 6);
		*out++ = (char)(0x80 | (point & 0x3F));
	} else {
		*out++ = (char)(0xE0 | point >> 12);
		*out++ = (char)(0x80 | (point >> 6 & 0x3F));
		*out++ = (char)(0x80 | (point & 0x3F));
	}
	return out;
}

/* The bytes that libharu wants; *wide_r: in UTF-8, because a letter is not in WinAnsiEncoding. */
static char *encode(void *mem, const uint16_t *points, size_t n, bool *wide_r)
{
	char *text = talloc_array(mem, char, n * UTF8_BYTES + 1), *out = text;

	*wide_r = false;
	for (size_t i = 0; i < n; i++)
		if (!ansi(points[i]))
			*wide_r = true;
	for (size_t i = 0; i < n; i++)
		if (*wide_r)
			out = put_utf8(out, points[i]);
		else
			*out++ = ansi(points[i]);
	*out = '\0';
	return text;
}

static double indent(enum ct_pdf_align align, double space)
{
	return align == CT_PDF_RIGHT ? space : align == CT_PDF_CENTRE ? space / 2 : 0;
}

void ct_pdf_draw_row(struct ct_pdf *pdf, double x, double y, double width, const struct ct_pdf_style *s,
		     const struct ct_pdf_lines *lines, size_t row)
{
	const struct ct_pdf_row *r = &lines->rows[row];
	HPDF_Font font;
	char *text;
	bool wide;

	if (!r->n || !ct_pdf_ok(pdf))
		return;
	text = encode(pdf, lines->points + r->from, r->n, &wide);
	font = ct_pdf_font(pdf->engine, s->bold, wide);
	if (font) {
		ct_pdf_fill(pdf, s->colour);
		HPDF_Page_BeginText(pdf->page);
		HPDF_Page_SetFontAndSize(pdf->page, font, (HPDF_REAL)size_of(s));
		HPDF_Page_TextOut(pdf->page, ct_pdf_pt(x + indent(s->align, width - r->width)),
				  ct_pdf_up(y + size_of(s) * ASCENT / CT_PDF_POINTS), text);
		HPDF_Page_EndText(pdf->page);
	}
	talloc_free(text);
}

double ct_pdf_text(struct ct_pdf *pdf, double x, double y, double width, const struct ct_pdf_style *s, const char *text)
{
	struct ct_pdf_lines *lines = ct_pdf_break(pdf, width, s, text);
	double height = ct_pdf_line_height(s) * (double)lines->n;

	for (size_t i = 0; i < lines->n; i++)
		ct_pdf_draw_row(pdf, x, y + ct_pdf_line_height(s) * (double)i, width, s, lines, i);
	talloc_free(lines);
	return height;
}

double ct_pdf_text_height(struct ct_pdf *pdf, double width, const struct ct_pdf_style *s, const char *text)
{
	struct ct_pdf_lines *lines = ct_pdf_break(pdf, width, s, text);
	double height = ct_pdf_line_height(s) * (double)lines->n;

	talloc_free(lines);
	return height;
}

double ct_pdf_text_width(struct ct_pdf *pdf, const struct ct_pdf_style *s, const char *text)
{
	struct ct_pdf_lines *lines = ct_pdf_break(pdf, 0, s, text);
	double width = 0;

	for (size_t i = 0; i < lines->n; i++)
		width = lines->rows[i].width > width ? lines->rows[i].width : width;
	talloc_free(lines);
	return width;
}
