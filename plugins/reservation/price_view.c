/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A price as it is owed and read: with VAT by private people, without and with it by bodies. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "price.h"
#include "vat.h"

static bool is(const struct price *p, const char *amounts)
{
	return !strcmp(p->amounts, amounts);
}

static bool same_code(const char *a, const char *b)
{
	return vat_rate_bp(a) == vat_rate_bp(b);
}

/* The sum of the first `n` lines with the rate of line `i`. */
static int64_t sum_like(const struct price *p, size_t i, size_t n)
{
	int64_t sum = 0;

	for (size_t k = 0; k < n; k++)
		if (same_code(p->lines[k].vat_code, p->lines[i].vat_code))
			sum += p->lines[k].amount_cents;
	return sum;
}

static int64_t vat_of(const struct price *p, int64_t sum, const char *code)
{
	if (is(p, "no_vat"))
		return 0;
	return is(p, "exclude_vat") ? vat_on(sum, code) : vat_in(sum, code);
}

static bool first_like(const struct price *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_code(p->lines[k].vat_code, p->lines[i].vat_code))
			return false;
	return true;
}

struct price_sums price_sums(const struct price *p)
{
	struct price_sums s = { .net = p->total_cents, .gross = p->total_cents };

	for (size_t i = 0; i < p->n_lines; i++)
		if (first_like(p, i))
			s.vat += vat_of(p, sum_like(p, i, p->n_lines), p->lines[i].vat_code);
	if (is(p, "exclude_vat"))
		s.gross += s.vat;
	else
		s.net -= s.vat;
	return s;
}

/* Is there VAT at all? */
static bool taxed(const struct price *p)
{
	bool any = false;

	for (size_t i = 0; i < p->n_lines; i++)
		any |= p->lines[i].amount_cents && vat_rate_bp(p->lines[i].vat_code) > 0;
	return !is(p, "no_vat") && any;
}

int64_t price_shown(const struct price *p, int64_t cents)
{
	struct price_sums s = price_sums(p);
	int64_t whole = p->for_body ? s.net : s.gross;

	return whole == p->total_cents || !p->total_cents ? cents : vat_share(cents, whole, p->total_cents);
}

/* A sum of lines of one rate as the payer reads it. */
static int64_t sum_shown(const struct price *p, int64_t sum, const char *code)
{
	int64_t vat = vat_of(p, sum, code);

	if (is(p, "exclude_vat"))
		return p->for_body ? sum : sum + vat;
	return p->for_body ? sum - vat : sum;
}

/* What the line adds to the sum that is shown: so the lines add up, though each alone might round otherwise. */
static int64_t line_shown(const struct price *p, size_t i)
{
	const char *code = p->lines[i].vat_code;

	return sum_shown(p, sum_like(p, i, i + 1), code) - sum_shown(p, sum_like(p, i, i), code);
}

const char *price_text(struct ct_request *r, const struct price *p)
{
	return ct_money_show(r, price_sums(p).gross, p->currency, r->lang);
}

const char *price_said(struct ct_request *r, const struct price *p)
{
	return taxed(p) && p->total_cents ? talloc_asprintf(r, "%s %s", price_text(r, p), _("incl. VAT")) : price_text(r, p);
}

int64_t price_left(const struct price *p)
{
	return json_array_size(p->shares) ? p->left_cents : price_sums(p).gross;
}

const char *price_left_said(struct ct_request *r, const struct price *p)
{
	if (!json_array_size(p->shares))
		return price_said(r, p);
	return talloc_asprintf(r, _("%s, of which %s are left for you to pay"), price_said(r, p),
			       ct_money_show(r, p->left_cents, p->currency, r->lang));
}

const char *price_basis(const struct price *p)
{
	if (!taxed(p))
		return _("VAT not applicable");
	return p->for_body ? _("excl. VAT") : _("incl. VAT");
}

static void put_lines(struct ct_request *r, json_t *object, const struct price *p)
{
	json_t *lines = ct_put_array(object, "lines");

	for (size_t i = 0; p->known && i < p->n_lines; i++) {
		json_t *line = ct_add_object(lines);

		ct_put_text(line, "label", p->lines[i].label);
		ct_put_text(line, "reason", p->lines[i].reason);
		ct_put_money(line, "amount", p->lines[i].amount_cents, p->currency, r->lang);
		ct_put_text(line, "amount_ui",
			    p->lines[i].extra && !p->lines[i].list_cents && !p->lines[i].amount_cents
				    ? _("included")
				    : ct_money_show(r, line_shown(p, i), p->currency, r->lang));
	}
}

static void put_total(struct ct_request *r, json_t *object, const struct price *p)
{
	static const char *const names[] = { "total", "net", "vat", "gross" };
	struct price_sums s = price_sums(p);
	int64_t cents[] = { p->total_cents, s.net, s.vat, s.gross };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (p->known) {
			ct_put_money(object, names[i], cents[i], p->currency, r->lang);
		} else {
			ct_put_null(object, names[i]);
			ct_put_null(object, talloc_asprintf(r, "%s_ui", names[i]));
		}
	ct_put_text(object, "also_ui", NULL);
	if (!p->known)
		return;
	ct_put_text(object, "total_ui",
		    ct_money_show(r, p->for_body ? s.net : s.gross, p->currency, r->lang));
	if (p->for_body && s.vat)
		ct_put_text(object, "also_ui",
			    talloc_asprintf(r, _("that is %s incl. VAT"), price_text(r, p)));
}

/* What others take of it, and what is then left to pay. */
static void put_shares(struct ct_request *r, json_t *object, const struct price *p, bool asked)
{
	json_t *list = ct_put_array(object, "shares"), *share;
	size_t i;

	json_array_foreach(p->shares, i, share) {
		const char *by = json_string_value(json_object_get(share, "by"));
		int64_t cents = json_integer_value(json_object_get(share, "gross"));
		json_t *o = ct_add_object(list);

		ct_put_text(o, "by", by);
		ct_put_text(o, "label", json_string_value(json_object_get(share, "label")));
		ct_put_money(o, "amount", cents, p->currency, r->lang);
		ct_put_text(o, "amount_ui", ct_money_show(r, -cents, p->currency, r->lang));
	}
	ct_put_null(object, "left");
	ct_put_text(object, "left_ui", NULL);
	ct_put_text(object, "left_basis_ui", taxed(p) ? _("incl. VAT") : NULL);
	ct_put_text(object, "expected_left_ui", NULL);
	if (!json_array_size(list))
		return;
	ct_put_money(object, "left", p->left_cents, p->currency, r->lang);
	if (asked)
		ct_put_text(object, "expected_left_ui", cents_typed(r, p->left_cents));
}

const char *cents_typed(struct ct_request *r, int64_t cents)
{
	return talloc_asprintf(r, "%s%lld,%02lld", cents < 0 ? "-" : "", llabs(cents) / 100, llabs(cents) % 100);
}

/* How many of the extra of line `i`, with what was changed of it; 0: an earlier line said it, or it is none. */
static int64_t extra_quantity(const struct price *p, size_t i)
{
	int64_t quantity = 0;

	for (size_t k = 0; k < p->n_lines && p->lines[i].extra; k++)
		if (p->lines[k].extra == p->lines[i].extra) {
			if (k < i)
				return 0;
			quantity += p->lines[k].quantity;
		}
	return quantity / 10000;
}

const char *price_extras(struct ct_request *r, const struct price *p)
{
	char *text = NULL;

	for (size_t i = 0; i < p->n_lines; i++) {
		int64_t n = extra_quantity(p, i);

		if (n <= 0)
			continue;
		text = text ? talloc_asprintf_append(text, ", ") : talloc_strdup(r, "");
		text = n > 1 ? talloc_asprintf_append(text, "%s × %lld", p->lines[i].extra_label, (long long)n)
			     : talloc_asprintf_append(text, "%s", p->lines[i].extra_label);
	}
	return text;
}

void price_put(struct ct_request *r, json_t *object, const struct price *price, bool asked)
{
	const char *extras = price_extras(r, price);
	bool free = price->known && !price->total_cents;

	put_lines(r, object, price);
	put_total(r, object, price);
	put_shares(r, object, price, asked);
	ct_put_text(object, "amounts", price->known ? price->amounts : NULL);
	ct_put_text(object, "basis_ui", free || !price->known ? NULL : price_basis(price));
	ct_put_bool(object, "is_free_ui", free);
	ct_put_text(object, "price_note_ui",
		    price->known ? NULL
		    : extras	 ? talloc_asprintf(r, _("The price is on quotation: the place will answer you, for this too: %s."),
						   extras)
				 : _("The price is on quotation: the place will answer you."));
	ct_put_text(object, "expected_ui",
		    asked && price->known ? cents_typed(r, price->total_cents) : NULL);
}

const char *price_button(struct ct_request *r, const struct price *price, const struct room *room)
{
	bool free = !price->known || !price->total_cents || !price_left(price);
	const char *left = ct_money_show(r, price_left(price), price->currency, r->lang);

	if (room->policy.approval == APPROVAL_ALWAYS)
		return free ? talloc_asprintf(r, _("Ask for %s"), room->name)
			    : talloc_asprintf(r, _("Ask for %s (%s if it is accepted)"), room->name, left);
	return free ? talloc_asprintf(r, _("Book %s"), room->name)
		    : talloc_asprintf(r, _("Book with obligation to pay – %s"), left);
}
