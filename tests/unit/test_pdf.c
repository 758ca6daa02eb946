/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Papers are read back from their bytes: without compression a page is a stream with one "(text) Tj" a line.
 * tests/spec/test_pdf.py reads a whole one as people's programs do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "pdf/internal.h"

enum { PAGES_MOST = 64 };

static const struct ct_pdf_style plain = { .size = 10 }, bold = { .size = 10, .bold = true };

struct file {
	const char *bytes;
	size_t len;
	unsigned pages;
	const char *page[PAGES_MOST];	/* what is drawn on each, as a C string */
};

static void *mem;

static const char *fonts(void)
{
	const char *build = getenv("COMPTOIR_BUILD");

	return talloc_asprintf(mem, "%s/core/fonts", build ? build : ".");
}

static void count(struct ct_pdf *pdf, unsigned page, unsigned pages, void *data)
{
	struct file *file = data;

	(void)pdf;
	assert_int_equal(page, file->pages + 1);
	file->pages++;
	assert_true(pages >= page);
}

/* With `file`, readable. */
static struct ct_pdf *begin(struct file *file)
{
	struct ct_pdf_about about = {
		.title = "Relevé", .author = "La Filature", .language = "fr", .created = { 1795777200 },
		.id = "R-1", .page = "Page", .frame = file ? count : NULL, .data = file,
	};
	struct ct_error e = { 0 };
	struct ct_pdf *pdf = NULL;

	assert_int_equal(ct_pdf_open_on(mem, fonts(), &about, &pdf, &e), 0);
	if (file) {
		HPDF_SetCompressionMode(pdf->engine->doc, HPDF_COMP_NONE);
		HPDF_Page_SetFilter(pdf->page, HPDF_STREAM_FILTER_NONE);
	}
	return pdf;
}

/* Streams that draw text: everything else in the file is none. */
static void read_pages(struct file *file)
{
	const char *at = file->bytes, *end = at + file->len;
	unsigned n = 0;

	while ((at = memmem(at, (size_t)(end - at), "stream\r\n", 8))) {
		const char *stop = memmem(at, (size_t)(end - at), "endstream", 9);

		assert_non_null(stop);
		if (memmem(at, (size_t)(stop - at), " Tj", 3) && n < PAGES_MOST)
			file->page[n++] = talloc_strndup(mem, at, (size_t)(stop - at));
		at = stop + 9;
	}
	assert_int_equal(n, file->pages);
}

static struct file finish(struct ct_pdf *pdf, struct file *file)
{
	struct file none = { 0 };
	const void *bytes = NULL;
	struct ct_error e = { 0 };

	if (!file)
		file = &none;
	if (ct_pdf_finish(pdf, &bytes, &file->len, &e))
		fail_msg("%s", e.text);
	file->bytes = bytes;
	assert_memory_equal(bytes, "%PDF-1.7", 8);
	if (file != &none)
		read_pages(file);
	return *file;
}

/* A little of everything. */
static struct file sample(void)
{
	static const unsigned char red[12] = { 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0 };
	struct ct_pdf *pdf = begin(NULL);

	ct_pdf_text(pdf, 20, 20, 0, &bold, "Prix : 12,50 €");
	ct_pdf_text(pdf, 20, 30, 40, &plain, "Łódź, Ελληνικά, Київ");
	ct_pdf_line(pdf, 20, 40, 100, 40, 0.2, 0x112233);
	ct_pdf_box(pdf, 20, 42, 10, 10, 0xAABBCC);
	ct_pdf_image(pdf, 40, 42, 10, 20, &(struct ct_pdf_image){ red, 2, 2 });
	assert_true(ct_pdf_qr(pdf, 60, 42, 30, "https://lieu.example/"));
	return finish(pdf, NULL);
}

static void assert_same(struct file a, struct file b)
{
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.bytes, b.bytes, a.len);
}

static size_t times(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void test_same_bytes(void **state)
{
	struct file first = sample(), other;
	struct ct_pdf *open = begin(NULL), *dropped = begin(NULL);

	(void)state;
	ct_pdf_text(dropped, 20, 20, 0, &bold, "ŻÓŁĆ is drawn and thrown away");
	talloc_free(dropped);
	assert_same(first, sample());		/* by an engine that served before, while another is at work */
	ct_pdf_text(open, 20, 20, 0, &plain, "another");
	other = finish(open, NULL);
	assert_true(other.len != first.len || memcmp(other.bytes, first.bytes, first.len));
	assert_same(first, sample());
	assert_null(memmem(first.bytes, first.len, "HPDFAA", 6));
}

/* --------------------------------------------------------------------------------- tables ---- */

struct rows {
	unsigned lines;			/* of each row: "a7." "b7." "c7." … */
	char text[256];
};

static const char *cell(void *data, size_t row, size_t column)
{
	struct rows *rows = data;
	size_t len = 0;

	if (column) {
		snprintf(rows->text, sizeof(rows->text), "%zu,00", row);
		return rows->text;
	}
	for (unsigned i = 0; i < rows->lines; i++)
		len += (size_t)snprintf(rows->text + len, sizeof(rows->text) - len, "%s%c%zu.", i ? "\n" : "", 'a' + i, row);
	return rows->text;
}

static const char *carried(void *data, size_t n)
{
	struct rows *rows = data;

	snprintf(rows->text, sizeof(rows->text), "sum %zu", n);
	return rows->text;
}

static const struct ct_pdf_column columns[] = { { "Libelle", 0, CT_PDF_LEFT }, { "Montant", 30, CT_PDF_RIGHT } };

static struct file table(unsigned lines, size_t n, double keep, bool sums, struct file *file)
{
	struct rows rows = { .lines = lines };
	struct ct_pdf *pdf = begin(file);

	ct_pdf_table(pdf, &(struct ct_pdf_table){
		.columns = columns, .columns_n = 2, .rows = n, .size = 9, .keep = keep, .cell = cell,
		.carried = sums ? carried : NULL, .carry = "A reporter", .report = "Report", .data = &rows,
	});
	assert_true(ct_pdf_at(pdf) + keep <= CT_PDF_HEIGHT - 20 + 0.1);
	ct_pdf_text(pdf, 20, ct_pdf_at(pdf), 0, &plain, "what follows");
	return finish(pdf, file);
}

static void test_500_rows(void **state)
{
	struct file file = { 0 };
	size_t seen = 0;
	char text[32];

	(void)state;
	table(1, 500, 0, false, &file);
	assert_true(file.pages >= 10 && file.pages <= 14);
	for (unsigned i = 0; i < file.pages; i++) {
		assert_int_equal(times(file.page[i], "(Libelle)"), 1);
		assert_int_equal(times(file.page[i], "(Montant)"), 1);
		snprintf(text, sizeof(text), "(Page %u \\057 %u)", i + 1, file.pages);
		assert_int_equal(times(file.page[i], text), 1);
		seen += times(file.page[i], "(a");
	}
	assert_int_equal(seen, 500);
	assert_int_equal(times(file.page[0], "Report"), 0);
}

/* Where the base line of a text is, in mm from the lower edge of its page: the line before it is "x y Td". */
static double base_line(const char *page, const char *text)
{
	const char *at = strstr(page, text);
	double x = 0, y = 0;

	assert_non_null(at);
	for (at -= 2; at > page && at[-1] != '\n'; at--)
		;
	assert_int_equal(sscanf(at, "%lf %lf Td", &x, &y), 2);
	return y / CT_PDF_POINTS;
}

static void test_sums_are_carried(void **state)
{
	struct file file = { 0 };
	size_t drawn = 0;
	char text[32];

	(void)state;
	table(1, 100, 0, true, &file);
	assert_true(file.pages >= 2);
	for (unsigned i = 0; i < file.pages; i++) {
		snprintf(text, sizeof(text), "(sum %zu)", drawn);
		assert_int_equal(times(file.page[i], "(Report)"), i > 0);
		assert_int_equal(times(file.page[i], text), i > 0);	/* what was carried here */
		drawn += times(file.page[i], "(a");
		snprintf(text, sizeof(text), "(sum %zu)", drawn);
		assert_int_equal(times(file.page[i], "(A reporter)"), i + 1 < file.pages);
		assert_int_equal(times(file.page[i], text), i + 1 < file.pages);
		if (i + 1 < file.pages)
			assert_true(base_line(file.page[i], "(A reporter)") > 20);
	}
	assert_int_equal(drawn, 100);
}

static void test_rows_stay_whole(void **state)
{
	struct file file = { 0 };
	size_t seen = 0;

	(void)state;
	table(3, 120, 0, false, &file);
	assert_true(file.pages >= 4);
	for (size_t row = 0; row < 120; row++) {
		char a[16], b[16], c[16];

		snprintf(a, sizeof(a), "(a%zu.)", row);
		snprintf(b, sizeof(b), "(b%zu.)", row);
		snprintf(c, sizeof(c), "(c%zu.)", row);
		for (unsigned i = 0; i < file.pages; i++) {
			size_t n = times(file.page[i], a);

			assert_int_equal(times(file.page[i], b), n);
			assert_int_equal(times(file.page[i], c), n);
			seen += n;
		}
	}
	assert_int_equal(seen, 120);
}

/* Whatever the number of rows, the last is on the page of what follows, with the space that it asked for. */
static void test_last_row_goes_with_what_follows(void **state)
{
	(void)state;
	for (size_t n = 30; n < 60; n++) {
		struct file file = { 0 };
		char last[32];

		table(1, n, 60, true, &file);
		snprintf(last, sizeof(last), "(a%zu.)", n - 1);
		assert_int_equal(times(file.page[file.pages - 1], last), 1);
		assert_int_equal(times(file.page[file.pages - 1], "(what follows)"), 1);
	}
}

/* ---------------------------------------------------------------------------------- texts ---- */

static const char *drawn(const char *text, double width)
{
	struct file *file = talloc_zero(mem, struct file);
	struct ct_pdf *pdf = begin(file);

	ct_pdf_text(pdf, 20, 20, width, &plain, text);
	finish(pdf, file);
	return file->page[0];
}

static void test_letters(void **state)
{
	(void)state;
	assert_non_null(strstr(drawn("5\u202f€ à l’œuvre – « oui »", 0),
			       "(5\\240\\200 \\340 l\\222\\234uvre \\226 \\253 oui \\273) Tj"));
	assert_non_null(strstr(drawn("Łó", 0), "<014100F3> Tj"));	/* wide: two bytes a letter */
	assert_non_null(strstr(drawn("Łó", 0), "(Page 1 \\057 1) Tj"));	/* only where it must be */
	assert_non_null(strstr(drawn("a\xC3(b\x01\x7F\u202Ec\u200Bd\te\u00ADf", 0), "(a?\\050bcd ef) Tj"));
	assert_non_null(strstr(drawn("\u221221,60", 0), "(\\22621,60) Tj"));		/* a minus sign */
	assert_non_null(strstr(drawn("日本 \U0001F600", 0), "(?? ?) Tj"));
}

static void test_lines(void **state)
{
	struct ct_pdf *pdf = begin(NULL);
	double line = ct_pdf_text_height(pdf, 0, &plain, "x"), word = ct_pdf_text_width(pdf, &plain, "tisserands");

	(void)state;
	assert_true(line > 4.5 && line < 5.0);				/* 10 points and some space */
	assert_true(word > 15 && word < 20);
	assert_true(ct_pdf_text_width(pdf, &bold, "tisserands") > word);
	assert_true(ct_pdf_text_width(pdf, &plain, "tisserands\nx") == word);
	assert_true(ct_pdf_text_height(pdf, 0, &plain, "a\nb\n\nc") == 4 * line);
	assert_true(ct_pdf_text_height(pdf, word, &plain, "tisserands tisserands") == 2 * line);
	assert_true(ct_pdf_text_height(pdf, word - 0.5, &plain, "tisserands") == 2 * line);
	assert_true(ct_pdf_text_height(pdf, 0.1, &plain, "abc") == 3 * line);
	assert_true(ct_pdf_text_height(pdf, 50, &plain, NULL) == 0 && ct_pdf_text_height(pdf, 50, &plain, "") == 0);
	assert_true(ct_pdf_text_height(pdf, 2 * word + 0.5, &plain, "tisserands\u00A0tisserands") == 2 * line);
	talloc_free(pdf);
	assert_non_null(strstr(drawn("un deux trois", 10), "(un) Tj"));
	assert_int_equal(times(drawn("un deux trois", 10), "Tj"), 4);	/* and the page's number */
}

static void test_paragraphs_flow(void **state)
{
	struct file file = { 0 };
	struct ct_pdf *pdf = begin(&file);

	(void)state;
	for (int i = 0; i < 80; i++)
		ct_pdf_paragraph(pdf, &plain, "line");
	ct_pdf_move(pdf, 270);
	ct_pdf_need(pdf, 20);
	assert_true(ct_pdf_at(pdf) == 20);
	ct_pdf_need(pdf, 1000);			/* what fits nowhere begins no empty page */
	ct_pdf_paragraph(pdf, &plain, "end");
	finish(pdf, &file);
	assert_int_equal(file.pages, 3);
	assert_int_equal(times(file.page[0], "(line)") + times(file.page[1], "(line)"), 80);
	assert_int_equal(times(file.page[2], "(end)"), 1);
}

/* --------------------------------------------------------------------------------- errors ---- */

static void assert_refused(struct ct_pdf *pdf, int rc)
{
	const void *bytes = NULL;
	struct ct_error e = { 0 };
	size_t len = 7;

	ct_pdf_text(pdf, 20, 20, 0, &plain, "Ł and more");		/* takes nothing, and does not fall */
	ct_pdf_page(pdf);
	ct_pdf_table(pdf, &(struct ct_pdf_table){ .columns = columns, .columns_n = 2 });
	assert_int_equal(ct_pdf_finish(pdf, &bytes, &len, &e), rc);
	assert_int_equal(e.rc, rc);
	assert_true(e.text[0] && !bytes && len == 7);
}

static void test_errors_end_one_document(void **state)
{
	struct file good = sample();
	struct rows rows = { .lines = 23 };
	struct ct_error e = { 0 };
	struct ct_pdf *pdf = begin(NULL);

	(void)state;
	ct_pdf_image(pdf, 0, 0, 10, 10, &(struct ct_pdf_image){ NULL, 5, 5 });
	assert_refused(pdf, CT_INVALID);
	pdf = begin(NULL);
	ct_pdf_table(pdf, &(struct ct_pdf_table){
		.columns = columns, .columns_n = 2, .rows = 1, .size = 40, .cell = cell, .data = &rows,
	});
	assert_refused(pdf, CT_INVALID);
	pdf = begin(NULL);
	HPDF_Page_EndText(pdf->page);			/* none was begun: libharu's own error */
	assert_refused(pdf, CT_BROKEN);
	assert_same(good, sample());
	assert_int_equal(ct_pdf_open_on(mem, "/nowhere", &(struct ct_pdf_about){ .title = "x" }, &pdf, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "/nowhere/sans.ttf"));
	assert_same(good, sample());
}

static void test_codes_that_cannot_be(void **state)
{
	char *text = talloc_array(mem, char, 4001);
	struct ct_pdf *pdf = begin(NULL);

	(void)state;
	memset(text, 'a', 4000);
	text[4000] = '\0';
	assert_false(ct_pdf_qr(pdf, 20, 20, 30, text));
	assert_false(ct_pdf_qr(pdf, 20, 20, 30, ""));
	assert_false(ct_pdf_qr(pdf, 20, 20, 30, NULL));
	finish(pdf, NULL);
}

static int setup(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	talloc_free(mem);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	ct_pdf_engine_forget();
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same_bytes),
		TEST(test_500_rows),
		TEST(test_sums_are_carried),
		TEST(test_rows_stay_whole),
		TEST(test_last_row_goes_with_what_follows),
		TEST(test_letters),
		TEST(test_lines),
		TEST(test_paragraphs_flow),
		TEST(test_errors_end_one_document),
		TEST(test_codes_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
