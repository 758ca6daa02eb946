/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a draft comes to, and what keeps it from being issued. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "documents.h"
#include "vat_code.h"

enum { WHOLE = 10000, PUBLIC_DAYS = 30, SUMMARY_DAYS = 45 };

struct ct_day day_of(struct ct_utc at)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get("Europe/Paris", &zone, &e))
		abort();
	return ct_zone_day(zone, at);
}

struct ct_day today_of(const struct ct_request *r)
{
	return day_of(r->now);
}

/* Of services on several days, one bill (CGI 289 I-3). */
static bool is_summary(const struct bill *b)
{
	for (size_t k = 1; k < b->n; k++)
		if (b->lines[k].from.n != b->lines[0].from.n)
			return true;
	return false;
}

struct ct_day due_of(const struct bill *b, const struct issuer *i, struct ct_day issued)
{
	int days = i->payment_days;

	if (is_summary(b) && days > SUMMARY_DAYS)
		days = SUMMARY_DAYS;
	if (b->is_public && days > PUBLIC_DAYS)
		days = PUBLIC_DAYS;
	return strcmp(b->type, "credit") ? ct_day_add(issued, days) : CT_NO_DAY;
}

const char *document_word(const char *type)
{
	return !strcmp(type, "credit")	  ? _("Credit note")
	       : !strcmp(type, "receipt") ? _("Dues")
	       : !strcmp(type, "advance") ? _("Advance invoice")
	       : !strcmp(type, "quote")	  ? _("Quote")
	       : !strcmp(type, "opening") ? _("Balance carried over")
					  : _("Invoice");
}

static enum ct_charge_basis basis_of(const char *amounts)
{
	return !strcmp(amounts, "include_vat")	 ? CT_CHARGE_INCLUDES_VAT
	       : !strcmp(amounts, "exclude_vat") ? CT_CHARGE_EXCLUDES_VAT
						 : CT_CHARGE_NO_VAT;
}

static int64_t without_vat(int64_t amount, int64_t rate_bp)
{
	return (amount * WHOLE + (WHOLE + rate_bp) / 2) / (WHOLE + rate_bp);
}

/*
 * The rate is that of the day of the service, or of the day of issue where that comes first; of a deposit that is
 * deducted, of the day on which that was issued.
 */
static void add_line(struct bill *b, const struct ct_result *row, const struct rules *rules, struct ct_day day,
		     int64_t sign)
{
	struct bill_line *l = &b->lines[b->n];
	struct total_line *sum = &b->sums[b->n++];

	*l = (struct bill_line){
		.charge = ct_col_int(row, "id"), .title = ct_col_text(row, "title"), .label = ct_col_text(row, "label"),
		.unit = ct_col_text(row, "unit"), .vat_code = ct_col_text(row, "vat_code"),
		.quantity = sign * ct_col_int(row, "quantity"), .unit_amount = ct_col_int(row, "unit_amount"),
		.from = ct_col_day(row, "service_from_d"), .to = ct_col_day(row, "service_to_d"),
		.deducts = ct_col_int(row, "deducts_id"),
	};
	if (l->deducts && (!b->n_deductions || b->deductions[b->n_deductions - 1].document != l->deducts))
		b->deductions[b->n_deductions++] = (struct deduction){ .document = l->deducts,
			.number = ct_col_text(row, "deducts_number"), .issued = ct_col_day(row, "deducts_issued_d") };
	l->day = l->deducts ? ct_col_day(row, "deducts_issued_d") : ct_day_set(l->to) && l->to.n < day.n ? l->to : day;
	l->vat = rules_vat(rules, l->vat_code, l->day);
	*sum = (struct total_line){
		.amount_cents = sign * ct_col_int(row, "amount_cents"), .basis = basis_of(ct_col_text(row, "amounts")),
		.category = l->vat ? l->vat->category : "?", .rate_bp = l->vat ? l->vat->rate_bp : 0,
	};
	l->unit_net = sum->basis == CT_CHARGE_INCLUDES_VAT ? without_vat(l->unit_amount, sum->rate_bp) : l->unit_amount;
}

/* The lines as if nothing were deducted, then each advance invoice as it came to what it did. */
static void add_up(struct ct_request *r, struct bill *b)
{
	size_t k = 0, end;

	while (k < b->n && !b->lines[k].deducts)
		k++;
	b->totals = totals_of(r, b->sums, k);
	b->before = b->totals.gross_cents;
	for (size_t d = 0; d < b->n_deductions; d++, k = end) {
		struct totals part;

		for (end = k; end < b->n && b->lines[end].deducts == b->deductions[d].document;)
			end++;
		part = totals_of(r, &b->sums[k], end - k);
		b->deductions[d].gross = -part.gross_cents;
		totals_add(r, &b->totals, &part, &b->sums[k], end - k);
	}
}

int bill_lines(struct ct_request *r, struct bill *b, struct ct_result *row, const struct rules *rules,
	       struct ct_day day, int64_t sign, const json_t *chosen, struct ct_error *e)
{
	size_t n = ct_result_rows(row);

	if (n > BILL_LINES)
		return ct_fail(e, CT_TOO_LARGE, _("A document holds at most %d lines: please make one for a shorter period."), BILL_LINES);
	b->lines = talloc_array(r, struct bill_line, n + 1);
	b->sums = talloc_array(r, struct total_line, n + 1);
	b->deductions = talloc_array(r, struct deduction, n + 1);
	b->n = b->n_deductions = 0;
	while (ct_next(row))
		if (!chosen || json_object_get(chosen, ct_col_text(row, "id")))
			add_line(b, row, rules, day, sign);
	add_up(r, b);
	return 0;
}

/* A credit note has the rates of what it credits. */
static int load_lines(struct ct_request *r, struct ct_day day, const struct rules *rules, struct bill *b,
		      struct ct_error *e)
{
	struct ct_result *row;
	bool credit = !strcmp(b->type, "credit");
	int rc = ct_query(r, "bill_charges", CT_ARGS(CT_NUM(b->id)), &row, e);

	return rc ? rc : bill_lines(r, b, row, rules, credit ? b->credits_issued : day, credit ? -1 : 1, NULL, e);
}

/* A credit note is for whom the document was that it credits, whatever became of her name since. */
static void take_buyer(struct ct_request *r, struct bill *b, const char *buyer)
{
	if (!buyer)
		return;
	b->buyer = own_json(r, json_loads(buyer, 0, NULL));
	b->payer = sheet_text(b->buyer, "name");
}

int bill_load(struct ct_request *r, int64_t id, struct ct_day day, const struct rules *rules, struct bill *b,
	      struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "bill_document", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	*b = (struct bill){
		.id = id, .org = ct_col_int(row, "issuer_id"), .client = ct_col_int(row, "client_id"),
		.party = ct_col_int(row, "party_id"),
		.uid = ct_col_text(row, "uid"), .type = ct_col_text(row, "type"), .state = ct_col_text(row, "state"),
		.number = ct_col_text(row, "number"), .currency = ct_col_text(row, "currency"),
		.order_ref = ct_col_text(row, "order_ref"), .address = ct_col_text(row, "address"),
		.reason = ct_col_text(row, "reason"), .payer = ct_col_text(row, "payer"), .email = ct_col_text(row, "email"),
		.service_code = ct_col_text(row, "service_code"), .service_own = ct_col_text(row, "service_own"),
		.siren = ct_col_text(row, "siren"), .siret = ct_col_text(row, "siret"), .vat_no = ct_col_text(row, "vat_no"),
		.is_organisation = ct_col_int(row, "is_organisation"), .is_public = ct_col_int(row, "public_buyer"),
		.needs_order_ref = ct_col_int(row, "needs_order_ref"),
		.needs_service_code = ct_col_int(row, "needs_service_code"),
		.issued = ct_col_day(row, "issued_d"), .due = ct_col_day(row, "due_d"),
		.project_id = ct_col_int(row, "project_id"), .project = ct_col_text(row, "project"),
		.by_project = ct_col_int(row, "by_project"),
		.credits = ct_col_int(row, "credits_id"), .credits_number = ct_col_text(row, "credits_number"),
		.credits_issued = ct_col_day(row, "credits_issued_d"),
	};
	take_buyer(r, b, ct_col_text(row, "credits_buyer"));
	return strcmp(b->state, "draft") ? 0 : load_lines(r, day, rules, b, e);
}

/* ---- what is missing ---- */

void obstacle_add(json_t *list, const char *text, const char *href)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "text", text);
	ct_put_text(o, "href", href);
}

static void look_at_issuer(struct ct_request *r, json_t *list, const struct bill *b, const struct issuer *i)
{
	const char *own = ct_may(r, "org.settings", b->org) ? ct_url(r, "/o/%s/settings", i->slug) : NULL;
	const char *settings = ct_may(r, MAY_SEE, b->org) ? ct_url(r, "/o/%s/invoicing/issuer", i->slug) : NULL;
	const char *regimes = settings ? ct_url(r, "/o/%s/invoicing/regimes", i->slug) : NULL;
	bool dues = !strcmp(b->type, "receipt"), credit = !strcmp(b->type, "credit"), taxed = false;

	for (size_t k = 0; k < b->n; k++)
		taxed = taxed || b->sums[k].rate_bp;
	if (!i->address.country)
		obstacle_add(list, _("Your organisation has no address."), own);
	if (!i->siren && (!dues || !i->rna))
		obstacle_add(list, dues ? _("Your organisation has neither a SIREN nor an RNA number.") : _("Your organisation has no SIREN."), own);
	if (taxed && !i->vat_no)
		obstacle_add(list, _("There is VAT on it, and your organisation has no VAT number."), own);
	if (!i->legal_form)
		obstacle_add(list, _("The legal form of your organisation is not said."), settings);
	if (!i->regime && !credit)
		obstacle_add(list, _("No VAT regime is said for today."), regimes);
}

/* A credit note has the codes of what it credits: they were allowed then. */
static void look_at_codes(struct ct_request *r, json_t *list, const struct bill *b, const struct issuer *i)
{
	bool credit = !strcmp(b->type, "credit"), dues = !strcmp(b->type, "receipt"), quote = !strcmp(b->type, "quote");
	const char *href = ct_may(r, MAY_SEE, b->org) ? ct_url(r, "/o/%s/invoicing/regimes", i->slug) : NULL;

	for (size_t k = 0; k < b->n; k++) {
		const struct bill_line *l = &b->lines[k];
		const char *regime = issuer_regime(i, l->day);

		if (!l->vat)
			obstacle_add(list, talloc_asprintf(r, _("“%s” has a VAT code that is not known: %s."), l->label, l->vat_code), NULL);
		else if (regime && !credit && !rules_allow(regime, l->vat_code))
			obstacle_add(list, talloc_asprintf(r, _("“%s” is to be billed as “%s”, which your VAT regime does not allow."),
						  l->label, l->vat->label), href);
		else if (strcmp(vat_code_apart(l->vat_code), vat_code_apart(b->lines[0].vat_code)) != 0 ||
			 (!credit && dues != !strcmp(l->vat_code, "O")))
			obstacle_add(list, quote ? _("What is exempt from VAT needs a quote of its own: it cannot stand on one invoice with the rest.")
					: talloc_asprintf(r, _("“%s” (%s) may not stand on this document: take it off, it goes onto one of its own."),
							  l->label, l->vat->label), NULL);
		else
			continue;
		return; /* the first says enough */
	}
}

static void look_at_payer(struct ct_request *r, json_t *list, const struct bill *b, const struct issuer *i,
			  const struct ct_address *payer)
{
	const char *href = b->party && ct_may(r, "people.edit", b->org)
			   ? ct_url(r, "/o/%s/people/%lld/edit", i->slug, (long long)b->party) : NULL;

	if (b->buyer)
		return;
	if (!b->address && !payer->country)
		obstacle_add(list, talloc_asprintf(r, _("The address of %s is missing: write it below, or with the contact."), b->payer), href);
	needs_look(r, list, b, i);
}

json_t *bill_obstacles(struct ct_request *r, const struct bill *b, const struct issuer *i,
		       const struct ct_address *payer)
{
	json_t *list = own_json(r, json_array());

	if (!b->n)
		obstacle_add(list, _("There is no line on it."), NULL);
	else if (b->totals.gross_cents <= 0)
		obstacle_add(list, _("It does not come to anything that could be paid: credit notes are made from the invoice that they credit."), NULL);
	look_at_issuer(r, list, b, i);
	look_at_codes(r, list, b, i);
	look_at_payer(r, list, b, i, payer);
	return list;
}
