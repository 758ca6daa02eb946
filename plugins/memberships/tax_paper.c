/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The paper of a tax receipt, one page, with the boxes of the form 11580*05 in its order: number, body, donor, what
 * was given and how, date and signature.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/pdf.h>

#include "tax.h"

enum { GREY = 0x555B66, LINE = 0xC8CDD4, INK = 0x1C1B19, WASH = 0xF4F5F6, WHITE = 0xFFFFFF };

#define LEFT	18.0
#define RIGHT	192.0
#define WIDTH	174.0
#define TEXT	66.0	/* where what is said begins, behind its label */

struct sheet {
	struct ct_request *r;
	const json_t *o, *body, *donor;
	uint32_t accent;
	double y, gap;			/* where it goes on; between two facts */
	struct ct_pdf_style label, plain, strong;
};

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void box(struct ct_pdf *pdf, double x, double y, bool ticked)
{
	ct_pdf_outline(pdf, x, y, 3, 3, 0.25, INK);
	if (!ticked)
		return;
	ct_pdf_line(pdf, x + 0.6, y + 0.6, x + 2.4, y + 2.4, 0.5, INK);
	ct_pdf_line(pdf, x + 2.4, y + 0.6, x + 0.6, y + 2.4, 0.5, INK);
}

static void heading(struct ct_pdf *pdf, struct sheet *s, const char *title)
{
	const struct ct_pdf_style style = { .size = 10, .bold = true, .colour = WHITE };

	ct_pdf_box(pdf, LEFT, s->y, WIDTH, 6.6, s->accent);
	ct_pdf_text(pdf, LEFT + 3, s->y + 1.4, WIDTH - 6, &style, title);
	s->y += 7.5 + s->gap;
}

static void fact(struct ct_pdf *pdf, struct sheet *s, const char *name, const struct ct_pdf_style *style,
		 const char *said)
{
	double high = ct_pdf_text(pdf, TEXT, s->y, RIGHT - TEXT - 3, style, said);
	double beside = ct_pdf_text(pdf, LEFT + 3, s->y + 0.3, TEXT - LEFT - 5, &s->label, name);

	s->y += (high > beside ? high : beside) + s->gap;
}

static const char *lines(const struct sheet *s, const json_t *of)
{
	char *all = talloc_strdup(s->r, "");
	const json_t *each;
	size_t i;

	json_array_foreach(json_object_get(of, "lines"), i, each)
		all = talloc_asprintf_append(all, "%s%s", i ? "\n" : "", json_string_value(each));
	return all;
}

struct tick { const char *word; bool on; };

/* Boxes in a row, broken where it is full. */
static void ticks(struct ct_pdf *pdf, struct sheet *s, const char *name, const struct tick *list, size_t n)
{
	double x = TEXT;

	ct_pdf_text(pdf, LEFT + 3, s->y + 0.3, TEXT - LEFT - 5, &s->label, name);
	for (size_t i = 0; i < n; i++) {
		double wide = ct_pdf_text_width(pdf, list[i].on ? &s->strong : &s->plain, list[i].word);

		if (x + wide + 5 > RIGHT - 2) {
			x = TEXT;
			s->y += 3.5 + s->gap;
		}
		box(pdf, x, s->y + 0.3, list[i].on);
		ct_pdf_text(pdf, x + 4.6, s->y, 0, list[i].on ? &s->strong : &s->plain, list[i].word);
		x += wide + 11;
	}
	s->y += 3.9 + s->gap;
}

/* ---- its parts ---- */

static const char *law(const struct sheet *s)
{
	return strcmp(text(s->o, "articles"), "200") ? _("Articles 200 and 978 of the General Tax Code (CGI)")
						     : _("Article 200 of the General Tax Code (CGI)");
}

static void draw_head(struct ct_pdf *pdf, struct sheet *s)
{
	const struct ct_pdf_style title = { .size = 19, .bold = true, .colour = s->accent };
	static const struct ct_pdf_style sub = { .size = 11.5, .colour = INK };
	const struct ct_pdf_style number = { .size = 12.5, .bold = true, .colour = INK, .align = CT_PDF_CENTRE };
	static const struct ct_pdf_style tiny = { .size = 8, .colour = GREY, .align = CT_PDF_CENTRE };
	double y = 17;

	ct_pdf_box(pdf, LEFT, 17, 1.6, 19, s->accent);
	y += ct_pdf_text(pdf, LEFT + 5, y - 0.6, 112, &title, _("Receipt for gifts")) + 0.6;
	y += ct_pdf_text(pdf, LEFT + 5, y, 112, &sub, _("to certain bodies of general interest")) + 1.2;
	ct_pdf_text(pdf, LEFT + 5, y, 112, &s->label, law(s));
	ct_pdf_box(pdf, 140, 17, RIGHT - 140, 16, WASH);
	ct_pdf_outline(pdf, 140, 17, RIGHT - 140, 16, 0.25, LINE);
	ct_pdf_text(pdf, 142, 19.4, RIGHT - 144, &tiny, _("Order number of the receipt"));
	ct_pdf_text(pdf, 142, 24.4, RIGHT - 144, &number, text(s->o, "number"));
	s->y = 42;
}

static void draw_body(struct ct_pdf *pdf, struct sheet *s)
{
	const char *siren = text(s->body, "siren"), *rna = text(s->body, "rna"), *detail = text(s->body, "category_detail");
	double y;

	heading(pdf, s, _("Beneficiary of the payments"));
	fact(pdf, s, _("Name or denomination"), &s->strong, text(s->body, "name"));
	fact(pdf, s, _("SIREN or RNA number"), &s->plain, siren && rna ? talloc_asprintf(s->r, "%s – %s", siren, rna) : siren ? siren : rna);
	fact(pdf, s, _("Address"), &s->plain, lines(s, s->body));
	fact(pdf, s, _("Purpose of the body"), &s->plain, text(s->body, "purpose"));
	y = s->y;
	box(pdf, TEXT, y + 0.3, true);
	ct_pdf_text(pdf, LEFT + 3, y + 0.3, TEXT - LEFT - 5, &s->label, _("Category"));
	s->y += ct_pdf_text(pdf, TEXT + 4.6, y, RIGHT - TEXT - 8, &s->strong, text(s->body, "category_text"));
	if (detail)
		s->y += ct_pdf_text(pdf, TEXT + 4.6, s->y + 0.6, RIGHT - TEXT - 8, &s->plain, detail) + 0.6;
	s->y += 3.3 + s->gap;
}

static void draw_donor(struct ct_pdf *pdf, struct sheet *s)
{
	heading(pdf, s, _("Donor"));
	fact(pdf, s, _("Name"), &s->strong, text(s->donor, "family_name"));
	fact(pdf, s, _("Given names"), &s->strong, text(s->donor, "given_name"));
	fact(pdf, s, _("Address"), &s->plain, lines(s, s->donor));
	s->y += 1.3 + s->gap;
}

static void draw_sum(struct ct_pdf *pdf, struct sheet *s)
{
	const struct ct_pdf_style amount = { .size = 17, .bold = true, .colour = s->accent, .align = CT_PDF_CENTRE };
	const char *money = ct_money_show(s->r, json_integer_value(json_object_get(s->o, "amount_cents")), text(s->o, "currency"), "fr");

	heading(pdf, s, _("The gift"));
	s->y += ct_pdf_text(pdf, LEFT + 3, s->y, WIDTH - 6, &s->plain, _("The beneficiary acknowledges having received, as gifts and payments that give a right to a reduction of tax, the sum of:")) + 2.4;
	ct_pdf_box(pdf, LEFT + 3, s->y, WIDTH - 6, 12, WASH);
	ct_pdf_text(pdf, LEFT + 3, s->y + 2.8, WIDTH - 6, &amount, talloc_asprintf(s->r, "***%s***", money));
	s->y += 15.5;
	fact(pdf, s, _("Date of the payment or gift"), &s->strong, text(s->o, "paid_ui"));
	s->y += ct_pdf_text(pdf, LEFT + 3, s->y, WIDTH - 6, &s->plain, _("The beneficiary certifies on its honour that the gifts and payments that it receives give a right to the reduction of tax of the article ticked here:")) + 2;
}

static bool is(const struct sheet *s, const char *key, const char *code)
{
	return !strcmp(text(s->o, key), code);
}

static void draw_ticks(struct ct_pdf *pdf, struct sheet *s)
{
	const struct tick article[] = { { _("200 of the CGI"), true }, { _("978 of the CGI"), !is(s, "articles", "200") } };
	const struct tick form[] = { { _("Authentic deed"), false }, { _("Private deed"), false },
				     { _("Declaration of a manual gift"), is(s, "form", "manual") }, { _("Other"), false } };
	const struct tick nature[] = { { _("Money"), is(s, "nature", "money") }, { _("Listed securities"), false }, { _("Other"), false } };
	const struct tick means[] = {
		{ _("Cash handed over"), is(s, "means", "cash") }, { _("Cheque"), is(s, "means", "cheque") },
		{ _("Transfer, direct debit, card"), is(s, "means", "transfer") || is(s, "means", "direct_debit") || is(s, "means", "card") },
		{ _("Other"), is(s, "means", "other") },
	};

	ticks(pdf, s, _("Article"), article, 2);
	ticks(pdf, s, _("Form of the gift"), form, 4);
	ticks(pdf, s, _("Nature of the gift"), nature, 3);
	ticks(pdf, s, _("Means of payment"), means, 4);
}

static void draw_end(struct ct_pdf *pdf, struct sheet *s)
{
	double top = s->y + 3, x = 108;

	ct_pdf_text(pdf, LEFT + 3, top + 3, 80, &s->label, _("Date"));
	ct_pdf_text(pdf, LEFT + 3, top + 7.2, 80, &s->strong, text(s->o, "given_ui"));
	ct_pdf_outline(pdf, x, top, RIGHT - x, 33, 0.25, LINE);
	ct_pdf_text(pdf, x + 3, top + 3, RIGHT - x - 6, &s->label, _("Signature"));
	ct_pdf_text(pdf, x + 3, top + 20.4, RIGHT - x - 6, &s->strong, text(s->body, "signatory"));
	ct_pdf_text(pdf, x + 3, top + 25, RIGHT - x - 6, &s->plain, text(s->body, "capacity"));
	ct_pdf_line(pdf, LEFT, 279, RIGHT, 279, 0.2, LINE);
	ct_pdf_text(pdf, LEFT, 281, WIDTH, &s->label, talloc_asprintf(s->r, _("Made after the model CERFA no. %s. Keep it: the tax office may ask for it."), text(s->o, "model")));
}

/* Long addresses and purposes get smaller letters, so that it stays one page. */
static void fit(struct ct_pdf *pdf, struct sheet *s)
{
	const struct ct_pdf_style normal = { .size = 9.5 };
	const char *said[] = { lines(s, s->body), text(s->body, "purpose"), text(s->body, "category_text"),
			       text(s->body, "category_detail"), lines(s, s->donor) };
	double high = 0;
	bool tight;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		high += ct_pdf_text_height(pdf, RIGHT - TEXT - 8, &normal, said[i]);
	tight = high > 48;
	s->gap = tight ? 0.7 : 1.7;
	s->label = (struct ct_pdf_style){ .size = tight ? 7.5 : 8.5, .colour = GREY };
	s->plain = (struct ct_pdf_style){ .size = tight ? 7.5 : 9.5, .colour = INK };
	s->strong = (struct ct_pdf_style){ .size = tight ? 8 : 10, .bold = true, .colour = INK };
}

int tax_draw(struct ct_request *r, const json_t *sheet, const void **bytes_r, size_t *len_r, struct ct_error *e)
{
	struct sheet s = { .r = r, .o = sheet, .body = json_object_get(sheet, "body"), .donor = json_object_get(sheet, "donor") };
	const char *accent = text(s.body, "accent"), *number = text(sheet, "number"), *name = text(s.body, "name");
	struct ct_pdf_about about = { .author = name, .language = "fr", .title = talloc_asprintf(r, "%s %s", _("Tax receipt"), number),
				      .id = talloc_asprintf(r, "%s %s", name, number), .bottom = 16 };
	struct ct_pdf *pdf;
	struct ct_day given;
	int rc = ct_day_parse(text(sheet, "given_d"), &given, e);

	if (rc)
		return rc;
	about.created = (struct ct_utc){ ct_day_local(given).s + 43200 };
	s.accent = accent ? (uint32_t)strtoul(accent + 1, NULL, 16) : 0x0E5A4F;
	if ((rc = ct_pdf_open(r, &about, &pdf, e)))
		return rc;
	fit(pdf, &s);
	draw_head(pdf, &s);
	draw_body(pdf, &s);
	draw_donor(pdf, &s);
	draw_sum(pdf, &s);
	draw_ticks(pdf, &s);
	draw_end(pdf, &s);
	return ct_pdf_finish(pdf, bytes_r, len_r, e);
}
