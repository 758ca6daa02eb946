/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is printed, as JSON: made from a bill, frozen by issuing, drawn and shown from then on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "documents.h"
#include "paper.h"

/* EPC069-12, 2.2: its texts are cut so. */
enum { CODE_NAME = 70, CODE_BYTES = 331 };

/* ---- references ---- */

static int mod_97(int sum, char c)
{
	if (c >= '0' && c <= '9')
		return (sum * 10 + c - '0') % 97;
	return (sum * 100 + c - 'A' + 10) % 97;
}

const char *sheet_reference(void *mem, const char *number)
{
	char *text = talloc_strdup(mem, "");
	int sum = 0;

	for (const char *c = number; *c; c++)
		if ((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z')) {
			text = talloc_asprintf_append_buffer(text, "%c", *c);
			sum = mod_97(sum, *c);
		}
	for (const char *c = "RF00"; *c; c++)
		sum = mod_97(sum, *c);
	return strlen(text) > 21 ? NULL : talloc_asprintf(mem, "RF%02d%s", 98 - sum, text);
}

const char *sheet_code(void *mem, const char *name, const char *iban, const char *bic, int64_t cents,
		       const char *reference)
{
	size_t bytes = 0, points = 0;
	const char *code;

	if (!iban || !reference || cents < 1 || cents > 99999999999)
		return NULL;
	for (; name[bytes] && points < CODE_NAME; points++)
		do
			bytes++;
		while ((name[bytes] & 0xC0) == 0x80);
	code = talloc_asprintf(mem, "BCD\n002\n1\nSCT\n%s\n%.*s\n%s\nEUR%lld.%02lld\n\n%s\n\n", bic ? bic : "", (int)bytes, name,
			       iban, (long long)(cents / 100), (long long)(cents % 100), reference);
	return strlen(code) > CODE_BYTES ? NULL : code;
}

/* ---- making it ---- */

static void add_text(json_t *list, const char *text)
{
	if (text && *text)
		ct_add_text(list, text);
}

void sheet_fact(json_t *list, const char *label, const char *text)
{
	json_t *o;

	if (!text || !*text)
		return;
	o = ct_add_object(list);
	ct_put_text(o, "label", label);
	ct_put_text(o, "text", text);
}

/* Each line of a text that somebody typed. */
static void add_lines(struct ct_request *r, json_t *list, const char *text)
{
	char *copy = text ? talloc_strdup(r, text) : NULL, *rest = NULL;

	for (char *line = copy ? strtok_r(copy, "\r\n", &rest) : NULL; line; line = strtok_r(NULL, "\r\n", &rest))
		add_text(list, line);
}

static void add_address(struct ct_request *r, json_t *list, const struct ct_address *a)
{
	if (!a->country)
		return;
	add_text(list, a->recipient);
	add_text(list, a->building);
	add_text(list, a->street);
	add_text(list, a->hamlet);
	add_text(list, a->postcode ? talloc_asprintf(r, "%s %s", a->postcode, a->town) : a->town);
	if (strcmp(a->country, "FR") != 0)
		add_text(list, a->country);
}

const char *sheet_siren(void *mem, const char *digits)
{
	bool siret = strlen(digits) == 14;
	const struct ct_field field = { .name = "siren", .type = siret ? CT_SIRET : CT_SIREN };

	return talloc_asprintf(mem, "%s %s", siret ? "SIRET" : "SIREN",
			       ct_field_show(mem, &field, &(struct ct_value){ .set = true, .text = digits }, "fr"));
}

/* A SIRET begins with the SIREN: one of them says who it is. */
static const char *identified(struct ct_request *r, const struct bill *b)
{
	const char *digits = b->siret ? b->siret : b->siren;

	return digits ? sheet_siren(r, digits) : NULL;
}

void sheet_seller(struct ct_request *r, json_t *sheet, const struct issuer *i)
{
	json_t *seller = ct_put_object(sheet, "seller"), *lines, *identity;

	ct_put_text(seller, "name", i->name);
	ct_put_text(seller, "accent", i->accent);
	lines = ct_put_array(seller, "lines");
	add_address(r, lines, &i->address);
	add_text(lines, i->email);
	add_lines(r, lines, i->head);
	identity = ct_put_array(seller, "identity");
	add_text(identity, i->legal_form);
	add_text(identity, i->siren ? sheet_siren(r, i->siren) : NULL);
	add_text(identity, i->registration);
	add_text(identity, i->rna ? talloc_asprintf(r, "RNA %s", i->rna) : NULL);
	add_text(identity, i->vat_no ? talloc_asprintf(r, _("VAT no. %s"), i->vat_no) : NULL);
}

/* Of a credit note as the document has her that it credits, but for an address that is written on it. */
void sheet_buyer(struct ct_request *r, json_t *sheet, const struct bill *b, const struct ct_address *payer)
{
	json_t *buyer = b->buyer ? json_deep_copy(b->buyer) : json_object(), *identity;

	ct_put_json(sheet, "buyer", buyer);
	if (b->address)
		add_lines(r, ct_put_array(buyer, "lines"), b->address);
	else if (!b->buyer)
		add_address(r, ct_put_array(buyer, "lines"), payer);
	if (b->buyer)
		return;
	ct_put_text(buyer, "name", b->payer);
	ct_put_text(buyer, "siret", b->siret);
	identity = ct_put_array(buyer, "identity");
	add_text(identity, identified(r, b));
	add_text(identity, b->vat_no ? talloc_asprintf(r, _("VAT no. %s"), b->vat_no) : NULL);
}

static const char *period(struct ct_request *r, struct ct_day from, struct ct_day to)
{
	char buf[CT_TIME_UI], other[CT_TIME_UI];

	if (!ct_day_set(from) && !ct_day_set(to))
		return NULL;
	if (!ct_day_set(from) || !ct_day_set(to) || from.n == to.n)
		return talloc_strdup(r, ct_day_ui(buf, ct_day_set(from) ? from : to, "fr"));
	return talloc_asprintf(r, "%s – %s", ct_day_ui(buf, from, "fr"), ct_day_ui(other, to, "fr"));
}

static void put_facts(struct ct_request *r, json_t *sheet, const struct bill *b, struct ct_day issued,
		      struct ct_day due)
{
	json_t *facts = ct_put_array(sheet, "facts");
	struct ct_day from = CT_NO_DAY, to = CT_NO_DAY;
	char buf[CT_TIME_UI];

	for (size_t k = 0; k < b->n; k++) {
		struct ct_day first = ct_day_set(b->lines[k].from) ? b->lines[k].from : b->lines[k].to;
		struct ct_day last = ct_day_set(b->lines[k].to) ? b->lines[k].to : first;

		if (ct_day_set(first) && (!ct_day_set(from) || first.n < from.n))
			from = first;
		if (ct_day_set(last) && (!ct_day_set(to) || last.n > to.n))
			to = last;
	}
	sheet_fact(facts, _("Date of issue"), ct_day_ui(buf, issued, "fr"));
	if (ct_day_set(due))
		sheet_fact(facts, strcmp(b->type, "quote") ? _("To be paid by") : _("Valid until"), ct_day_ui(buf, due, "fr"));
	sheet_fact(facts, _("Subject"), b->subject);
	sheet_fact(facts, _("Service"), period(r, from, to));
	/* nobody else's business, but for who gets an invoice for each */
	sheet_fact(facts, _("Project"), b->by_project ? b->project : NULL);
	sheet_fact(facts, _("Engagement number"), b->order_ref);
	sheet_fact(facts, _("Service code"), b->service_code);
	if (b->credits_number)
		sheet_fact(facts, _("Credits"), talloc_asprintf(r, _("%s of %s"), b->credits_number,
							      ct_day_ui(buf, b->credits_issued, "fr")));
	sheet_fact(facts, _("Reason"), b->reason);
}

static const char *unit_word(const char *unit)
{
	return !strcmp(unit, "HUR") ? "h" : !strcmp(unit, "DAY") ? _("d") : "";
}

/* What was taken off the price of a line, in its basis: "Remise : 10,00 € TTC". */
static const char *discount(struct ct_request *r, const struct bill *b, size_t k)
{
	const struct bill_line *l = &b->lines[k];
	int64_t full = (l->quantity * l->unit_amount + 500000) / 1000000, off = full - b->sums[k].amount_cents;

	if (l->quantity <= 0 || off <= 0)
		return NULL;
	return talloc_asprintf(r, b->sums[k].basis == CT_CHARGE_INCLUDES_VAT ? _("Discount: %s incl. VAT") : _("Discount: %s"),
			       ct_money_show(r, off, b->currency, "fr"));
}

static void put_lines(struct ct_request *r, json_t *sheet, const struct bill *b)
{
	json_t *lines = ct_put_array(sheet, "lines");

	for (size_t k = 0; k < b->n; k++) {
		const struct bill_line *l = &b->lines[k];
		json_t *o = ct_add_object(lines);
		bool told = k && !strcmp(b->lines[k - 1].title, l->title);

		ct_put_id(o, "charge", l->charge);
		ct_put_text(o, "title", told || !strcmp(l->title, l->label) ? NULL : l->title);
		ct_put_text(o, "label", l->label);
		ct_put_text(o, "note", discount(r, b, k));
		ct_put_int(o, "quantity", l->quantity);
		ct_put_text(o, "unit", unit_word(l->unit));
		ct_put_int(o, "unit_net", l->unit_net);
		ct_put_int(o, "rate_bp", b->sums[k].rate_bp);
		ct_put_text(o, "category", b->sums[k].category);
		ct_put_int(o, "net_cents", b->sums[k].net_cents);
	}
}

/* What was asked for in advance: the whole, and each advance invoice with its number and date. */
static void put_deductions(json_t *sheet, const struct bill *b)
{
	json_t *list = ct_put_array(sheet, "deducts");

	for (size_t d = 0; d < b->n_deductions; d++) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "number", b->deductions[d].number);
		ct_put_day(o, "issued", b->deductions[d].issued, "fr");
		ct_put_int(o, "gross_cents", b->deductions[d].gross);
	}
	ct_put_int(sheet, "before_cents", b->before);
}

static void put_totals(json_t *sheet, const struct bill *b)
{
	json_t *vat = ct_put_array(sheet, "vat");

	for (size_t g = 0; g < b->totals.n_groups; g++) {
		const struct total_group *group = &b->totals.groups[g];
		const struct vat *v = NULL;
		json_t *o = ct_add_object(vat);

		for (size_t k = 0; k < b->n && !v; k++)
			v = b->sums[k].group == g ? b->lines[k].vat : NULL;
		ct_put_text(o, "label", v ? v->label : group->category);
		ct_put_text(o, "category", group->category);
		ct_put_int(o, "rate_bp", group->rate_bp);
		ct_put_int(o, "base_cents", group->base_cents);
		ct_put_int(o, "tax_cents", group->tax_cents);
	}
	put_deductions(sheet, b);
	ct_put_int(sheet, "net_cents", b->totals.net_cents);
	ct_put_int(sheet, "tax_cents", b->totals.tax_cents);
	ct_put_int(sheet, "rounding_cents", b->totals.rounding_cents);
	ct_put_int(sheet, "gross_cents", b->totals.gross_cents);
}

static bool is_invoice(const struct bill *b)
{
	return !strcmp(b->type, "invoice") || !strcmp(b->type, "advance");
}

static bool applies(const struct mention *m, const struct bill *b, const struct issuer *i)
{
	bool taxed = false, coded = false;

	for (size_t k = 0; k < b->n; k++) {
		taxed = taxed || b->sums[k].rate_bp;
		coded = coded || !strcmp(b->lines[k].vat_code, m->applies);
	}
	if (!strcmp(m->applies, "debits"))
		return taxed && i->on_debits;
	if (!strcmp(m->applies, "quote"))
		return !strcmp(b->type, "quote");
	if (is_invoice(b) && !strcmp(m->applies, "public"))
		return b->is_public;
	if (is_invoice(b) && !strcmp(m->applies, "professional"))
		return (b->is_organisation || b->siren) && !b->is_public;
	return coded;
}

void sheet_payment(struct ct_request *r, json_t *sheet, const struct bill *b, const struct issuer *i,
		   const char *number)
{
	const char *reference = number ? sheet_reference(r, number) : NULL;
	json_t *o;

	if (!i->iban || !strcmp(b->type, "credit") || !strcmp(b->type, "quote")) {
		ct_put_null(sheet, "payment");
		return;
	}
	o = ct_put_object(sheet, "payment");
	ct_put_text(o, "holder", i->name);
	ct_put_text(o, "iban", i->iban);
	ct_put_text(o, "bic", i->bic);
	ct_put_text(o, "reference", reference);
	ct_put_text(o, "code", strcmp(b->currency, "EUR") ? NULL
		    : sheet_code(r, i->name, i->iban, i->bic, b->totals.gross_cents, reference));
}

json_t *sheet_make(struct ct_request *r, const struct bill *b, const struct issuer *i, const struct ct_address *payer,
		   const struct rules *rules, const char *number, struct ct_day issued, struct ct_day due)
{
	json_t *sheet = own_json(r, json_object()), *mentions;
	const char *before = ct_speak(r, "fr");

	ct_put_text(sheet, "type", b->type);
	ct_put_text(sheet, "title", document_word(b->type));
	ct_put_text(sheet, "number", number);
	ct_put_day(sheet, "issued", issued, "fr");
	ct_put_day(sheet, "due", due, "fr");
	ct_put_text(sheet, "currency", b->currency);
	sheet_seller(r, sheet, i);
	sheet_buyer(r, sheet, b, payer);
	put_facts(r, sheet, b, issued, due);
	ct_put_text(sheet, "intro", i->intro);
	put_lines(r, sheet, b);
	put_totals(sheet, b);
	mentions = ct_put_array(sheet, "mentions");
	for (size_t k = 0; k < rules->n_mentions; k++)
		if (applies(&rules->mentions[k], b, i))
			ct_add_text(mentions, rules->mentions[k].text);
	sheet_payment(r, sheet, b, i, number);
	ct_put_text(sheet, "end", i->end);
	ct_speak(r, before);
	return sheet;
}
