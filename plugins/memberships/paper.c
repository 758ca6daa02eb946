/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate and the card of a membership that is paid, as PDF: for the member herself, who may commit the
 * organisation that is one, and who looks after the members. Both are dated by the day of payment, so that they are
 * the same bytes again.
 */
#include "memberships.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/pdf.h>

enum { GREY = 0x555B66, LINE = 0xC8CDD4, INK = 0x1C1B19, CARD_X = 20, CARD_Y = 24, CARD_W = 86, CARD_H = 54 };

struct paper {
	const struct ct_result *m;
	struct ct_utc since;		/* when it was paid */
	uint32_t accent;
	const char *foot;
};

static int find(struct ct_request *r, struct paper *p, struct ct_error *e)
{
	struct ct_result *m;
	const char *accent;
	int64_t party;
	int rc = ct_one(r, "paper", CT_ARGS(CT_NUM(r->subject)), &m, e);

	if (rc)
		return rc;
	party = ct_col_int(m, "party_id");
	if (party != r->person && !ct_engages(r, party) && !ct_may(r, MAY_SEE, r->org))
		return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
	if (strcmp(ct_col_text(m, "state"), "active") != 0)
		return ct_fail(e, CT_CONFLICT, "%s", _("This membership is not paid: there is no certificate of it, and no card."));
	accent = ct_col_text(m, "accent");
	*p = (struct paper){ .m = m, .since = ct_col_utc(m, "since_utc"),
			     .accent = accent ? (uint32_t)strtoul(accent + 1, NULL, 16) : 0x0E5A4F };
	return 0;
}

static struct ct_day day_of(struct ct_utc t)
{
	return ct_local_day((struct ct_local){ t.s });
}

/* Who issues it, with what identifies and reaches it; empty parts are left out. */
static const char *letterhead(struct ct_request *r, const struct ct_result *m)
{
	static const struct { const char *column, *label; enum ct_type type; } parts[] = {
		{ "siren", "SIREN ", CT_SIREN }, { "rna", "RNA ", CT_RNA }, { "org_email", "", CT_EMAIL },
		{ "org_phone", "", CT_PHONE },
	};
	char *text = talloc_strdup(r, "");

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct ct_field field = { .name = parts[i].column, .type = parts[i].type };
		const struct ct_value value = { .set = true, .text = ct_col_text(m, parts[i].column) };

		if (value.text)
			text = talloc_asprintf_append(text, "%s%s%s", *text ? " – " : "", parts[i].label,
						      ct_field_show(r, &field, &value, r->lang));
	}
	return text;
}

static void draw_foot(struct ct_pdf *pdf, unsigned page, unsigned pages, void *data)
{
	static const struct ct_pdf_style small = { .size = 8, .colour = GREY };
	const struct paper *p = data;

	(void)page;
	(void)pages;
	ct_pdf_line(pdf, 20, 281, 190, 281, 0.2, LINE);
	ct_pdf_text(pdf, 20, 284, 170, &small, p->foot);
}

static int open_paper(struct ct_request *r, struct paper *p, const char *title, const char *kind, struct ct_pdf **pdf_r,
		      struct ct_error *e)
{
	const char *org = ct_col_text(p->m, "org");

	p->foot = talloc_asprintf(r, "%s%s%s", org, *letterhead(r, p->m) ? " – " : "", letterhead(r, p->m));
	return ct_pdf_open(r, &(struct ct_pdf_about){ .title = title, .author = org, .language = r->lang,
						      .created = p->since, .id = talloc_asprintf(r, "%s %s", kind, ct_col_text(p->m, "uid")),
						      .frame = draw_foot, .data = p, .bottom = 24 }, pdf_r, e);
}

static int answer(struct ct_request *r, struct ct_pdf *pdf, const char *name, struct ct_error *e)
{
	const void *bytes;
	size_t len;
	int rc = ct_pdf_finish(pdf, &bytes, &len, e);

	if (rc)
		return rc;
	ct_header(r, "Content-Disposition", "inline; filename=\"%s.pdf\"", name);
	ct_body(r, "application/pdf", bytes, len);
	return 0;
}

/* ---- the certificate ---- */

static const char *dues_sentence(struct ct_request *r, const struct paper *p)
{
	int64_t dues = ct_col_int(p->m, "dues_cents"), gift = ct_col_int(p->m, "gift_cents");
	const char *currency = ct_col_text(p->m, "currency");
	char day[CT_TIME_UI];

	if (!dues)
		return _("This membership is free of charge.");
	if (gift)
		return talloc_asprintf(r, _("%s were paid on %s, of which %s are a gift."), ct_money_show(r, dues, currency, r->lang),
				       ct_day_ui(day, day_of(p->since), r->lang),
				       ct_money_show(r, gift, currency, r->lang));
	return talloc_asprintf(r, _("The dues of %s were paid on %s."), ct_money_show(r, dues, currency, r->lang),
			       ct_day_ui(day, day_of(p->since), r->lang));
}

static void draw_certificate(struct ct_request *r, struct ct_pdf *pdf, const struct paper *p)
{
	const struct ct_pdf_style head = { .size = 15, .bold = true, .colour = p->accent };
	static const struct ct_pdf_style grey = { .size = 9, .colour = GREY }, text = { .size = 11.5 };
	static const struct ct_pdf_style title = { .size = 22, .bold = true }, name = { .size = 16, .bold = true };
	char from[CT_TIME_UI], to[CT_TIME_UI], day[CT_TIME_UI];
	const struct ct_result *m = p->m;

	ct_pdf_box(pdf, 20, 20, 2, 14, p->accent);
	ct_pdf_text(pdf, 26, 20, 150, &head, ct_col_text(m, "org"));
	ct_pdf_text(pdf, 26, 28, 150, &grey, letterhead(r, m));
	ct_pdf_move(pdf, 70);
	ct_pdf_paragraph(pdf, &title, _("Certificate of membership"));
	ct_pdf_move(pdf, ct_pdf_at(pdf) + 10);
	ct_pdf_paragraph(pdf, &text, talloc_asprintf(r, _("%s certifies that"), ct_col_text(m, "org")));
	ct_pdf_move(pdf, ct_pdf_at(pdf) + 3);
	ct_pdf_paragraph(pdf, &name, ct_col_text(m, "name"));
	ct_pdf_move(pdf, ct_pdf_at(pdf) + 3);
	ct_pdf_paragraph(pdf, &text, talloc_asprintf(r, _("belongs to it by “%s”, from %s to %s."), ct_col_text(m, "plan"),
						     ct_day_ui(from, ct_col_day(m, "from_d"), r->lang),
						     ct_day_ui(to, ct_col_day(m, "to_d"), r->lang)));
	ct_pdf_move(pdf, ct_pdf_at(pdf) + 3);
	ct_pdf_paragraph(pdf, &text, dues_sentence(r, p));
	ct_pdf_move(pdf, ct_pdf_at(pdf) + 12);
	ct_pdf_paragraph(pdf, &text, talloc_asprintf(r, _("Done on %s."), ct_day_ui(day, day_of(p->since), r->lang)));
	ct_pdf_move(pdf, ct_pdf_at(pdf) + 40);
	ct_pdf_paragraph(pdf, &grey, talloc_asprintf(r, _("Membership no. %lld. This certificate is no receipt for taxes."),
						     (long long)ct_col_int(m, "id")));
}

int paper_certificate(struct ct_request *r, struct ct_error *e)
{
	struct ct_pdf *pdf;
	struct paper p;
	int rc = find(r, &p, e);

	if (rc || (rc = open_paper(r, &p, _("Certificate of membership"), "certificate", &pdf, e)))
		return rc;
	draw_certificate(r, pdf, &p);
	return answer(r, pdf, _("certificate"), e);
}

/* ---- the card: of the size of every card (ISO/IEC 7810 ID-1, rounded up), to be cut out ---- */

static void draw_card(struct ct_request *r, struct ct_pdf *pdf, const struct paper *p)
{
	static const struct ct_pdf_style white = { .size = 12, .bold = true, .colour = 0xFFFFFF };
	static const struct ct_pdf_style name = { .size = 14, .bold = true, .colour = INK };
	static const struct ct_pdf_style grey = { .size = 8, .colour = GREY }, plain = { .size = 9.5, .colour = INK };
	const struct ct_result *m = p->m;
	char to[CT_TIME_UI];

	ct_pdf_box(pdf, CARD_X, CARD_Y, CARD_W, 13, p->accent);
	ct_pdf_text(pdf, CARD_X + 5, CARD_Y + 4, CARD_W - 10, &white, ct_col_text(m, "org"));
	ct_pdf_text(pdf, CARD_X + 5, CARD_Y + 19.5 + ct_pdf_text(pdf, CARD_X + 5, CARD_Y + 18, CARD_W - 10, &name,
								 ct_col_text(m, "name")),
		    CARD_W - 10, &plain, ct_col_text(m, "plan"));
	ct_pdf_text(pdf, CARD_X + 5, CARD_Y + CARD_H - 9, 46, &plain,
		    talloc_asprintf(r, _("valid until %s"), ct_day_ui(to, ct_col_day(m, "to_d"), r->lang)));
	ct_pdf_text(pdf, CARD_X + 55, CARD_Y + CARD_H - 8.5, CARD_W - 60,
		    &(struct ct_pdf_style){ .size = 8, .colour = GREY, .align = CT_PDF_RIGHT },
		    talloc_asprintf(r, _("no. %lld"), (long long)ct_col_int(m, "id")));
	ct_pdf_outline(pdf, CARD_X, CARD_Y, CARD_W, CARD_H, 0.2, LINE);
	ct_pdf_text(pdf, CARD_X, CARD_Y + CARD_H + 4, 170, &grey, _("To be cut out along the line."));
}

int paper_card(struct ct_request *r, struct ct_error *e)
{
	struct ct_pdf *pdf;
	struct paper p;
	int rc = find(r, &p, e);

	if (rc || (rc = open_paper(r, &p, _("Member’s card"), "card", &pdf, e)))
		return rc;
	draw_card(r, pdf, &p);
	return answer(r, pdf, _("card"), e);
}
