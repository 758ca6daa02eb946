/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paper FONTS OUT: a paper with a letterhead, an address in the window of a DL envelope, sixty rows with sums
 * that are carried, a QR code and a text over pages. tests/spec/test_pdf.py reads it back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "pdf/internal.h"

enum { ROWS = 60, CENTS = 1250, INK = 0x0D5977, GREY = 0x555B66 };

struct paper {
	char text[64];
};

static const char *money(struct paper *p, size_t rows)
{
	size_t cents = rows * CENTS;

	if (cents >= 100000)
		snprintf(p->text, sizeof(p->text), "%zu\u202f%03zu,%02zu\u202f€", cents / 100000, cents / 100 % 1000, cents % 100);
	else
		snprintf(p->text, sizeof(p->text), "%zu,%02zu\u202f€", cents / 100, cents % 100);
	return p->text;
}

static const char *carried(void *data, size_t rows)
{
	return money(data, rows);
}

static const char *cell(void *data, size_t row, size_t column)
{
	struct paper *p = data;

	switch (column) {
	case 0:
		snprintf(p->text, sizeof(p->text), "%02zu/11/2026", row % 30 + 1);
		return p->text;
	case 1:
		return row % 7 == 3 ? "Grande salle, l’après-midi, avec vidéoprojecteur et café d’accueil pour "
				      "Żaneta Wójcik" : "Salle Lys, matinée";
	case 2:
		return "1";
	default:
		return money(p, 1);
	}
}

static void frame(struct ct_pdf *pdf, unsigned page, unsigned pages, void *data)
{
	static const struct ct_pdf_style small = { .size = 7.5, .colour = GREY };

	(void)page;
	(void)pages;
	(void)data;
	ct_pdf_line(pdf, 20, 282, 190, 282, 0.2, 0xC8CDD4);
	ct_pdf_text(pdf, 20, 285, 0, &small, "Association La Filature – 12 rue des Cœurs, 59100 Roubaix – SIREN 123 456 782");
}

static void head(struct ct_pdf *pdf)
{
	static const struct ct_pdf_style name = { .size = 15, .bold = true, .colour = INK }, plain = { .colour = GREY };
	static const struct ct_pdf_style strong = { .size = 10, .bold = true }, address = { .size = 10 };
	static const struct ct_pdf_style number = { .size = 13, .bold = true, .align = CT_PDF_RIGHT };
	static const struct ct_pdf_style date = { .colour = GREY, .align = CT_PDF_RIGHT };
	unsigned char logo[16 * 16 * 3];

	for (size_t i = 0; i < sizeof(logo); i += 3) {
		logo[i] = (unsigned char)(i / 3 % 16 * 12);
		logo[i + 1] = 0x59;
		logo[i + 2] = (unsigned char)(0x77 + i / 48 * 8);
	}
	ct_pdf_image(pdf, 20, 16, 14, 14, &(struct ct_pdf_image){ logo, 16, 16 });
	ct_pdf_text(pdf, 38, 16, 0, &name, "La Filature");
	ct_pdf_text(pdf, 38, 23.5, 0, &plain, "12 rue des Cœurs, 59100 Roubaix");
	ct_pdf_text(pdf, 110, 16, 80, &number, "Relevé R-2026-0012");
	ct_pdf_text(pdf, 110, 23.5, 80, &date, "Roubaix, le 27 novembre 2026");
	ct_pdf_text(pdf, 110, 50, 80, &strong, "Łódź Coopérative Ελληνικά");
	ct_pdf_text(pdf, 110, 55, 80, &address, "Mme Żaneta Wójcik\n3 place de l’Œuvre\n59000 Lille");
	ct_pdf_move(pdf, 95);
}

static void draw(struct ct_pdf *pdf, struct paper *p)
{
	static const struct ct_pdf_column columns[] = {
		{ "Date", 24, CT_PDF_LEFT }, { "Désignation", 0, CT_PDF_LEFT },
		{ "Qté", 16, CT_PDF_RIGHT }, { "Montant", 28, CT_PDF_RIGHT },
	};
	static const struct ct_pdf_style sum = { .size = 11, .bold = true, .align = CT_PDF_RIGHT, .colour = 0xFFFFFF };
	static const struct ct_pdf_style plain = { .colour = GREY };
	double y;

	head(pdf);
	ct_pdf_table(pdf, &(struct ct_pdf_table){
		.columns = columns, .columns_n = 4, .rows = ROWS, .colour = INK, .keep = 44, .cell = cell,
		.carried = carried, .carry = "À reporter", .report = "Report", .data = p,
	});
	y = ct_pdf_at(pdf) + 4;
	ct_pdf_box(pdf, 120, y, 70, 9, INK);
	ct_pdf_text(pdf, 120, y + 1.8, 36, &sum, "Total");
	ct_pdf_text(pdf, 150, y + 1.8, 38.5, &sum, money(p, ROWS));
	ct_pdf_qr(pdf, 18, y - 2, 38, "BCD\n002\n1\nSCT\n\nLa Filature\nFR7630006000011234567890189\nEUR750.00");
	ct_pdf_text(pdf, 56, y + 1.8, 60, &plain, "Pour payer par virement, visez ce code avec l’application de votre banque.");
	ct_pdf_move(pdf, y + 42);
	ct_pdf_paragraph(pdf, &plain, "Pas d’escompte pour règlement anticipé. « Merci de votre confiance » – à bientôt, "
		"et n’hésitez pas à nous écrire pour toute question sur ce relevé.");
}

int main(int argc, char **argv)
{
	struct ct_pdf_about about = {
		.title = "Relevé R-2026-0012 – Łódź", .author = "La Filature", .language = "fr", .created = { 1795777200 },
		.id = "filature R-2026-0012", .page = "Page", .frame = frame, .bottom = 24,
	};
	struct paper paper = { "" };
	struct ct_error e = { 0 };
	struct ct_pdf *pdf;
	const void *bytes;
	size_t len = 0;
	void *mem = talloc_new(NULL);
	FILE *out;
	int rc;

	if (argc != 3)
		return 2;
	rc = ct_pdf_open_on(mem, argv[1], &about, &pdf, &e);
	if (!rc) {
		draw(pdf, &paper);
		rc = ct_pdf_finish(pdf, &bytes, &len, &e);
	}
	if (rc) {
		fprintf(stderr, "paper: %s\n", e.text);
		return 1;
	}
	out = fopen(argv[2], "wb");
	if (!out || fwrite(bytes, 1, len, out) != len || fclose(out))
		return 1;
	talloc_free(mem);
	return 0;
}
