/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price_change.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "vat.h"

enum { WHOLE = 10000 };	/* of a quantity, one */

static bool is_gift(const struct price_line *l)
{
	return l->reason_id && !l->tariff && !l->adjust && !l->extra;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Are both of one extra, one gift, or both of the hire; and of one VAT? */
static bool is_like(const struct price_line *a, const struct price_line *b)
{
	return a->extra == b->extra && is_gift(a) == is_gift(b) && (!is_gift(a) || a->reason_id == b->reason_id) &&
	       same_text(a->vat_code, b->vat_code);
}

static bool is_per_person(const struct price *p, int64_t extra)
{
	for (size_t i = 0; i < p->n_lines; i++)
		if (p->lines[i].extra == extra)
			return p->lines[i].per_person;
	return false;
}

void wish_again(struct ct_request *r, const struct price *was, struct wish *w)
{
	struct extra_wish *extras = talloc_array(r, struct extra_wish, was->n_lines + 1);
	size_t n = 0, at;

	for (size_t i = 0; i < was->n_lines; i++) {
		const struct price_line *l = &was->lines[i];

		if (l->tariff && !l->step && l->amount_cents >= 0) {
			w->amount_set = true;
			w->amount_cents = l->amount_cents;
		}
		if (!l->extra)
			continue;
		for (at = 0; at < n && extras[at].extra != l->extra;)
			at++;
		if (at == n)
			extras[n++] = (struct extra_wish){ l->extra, 0 };
		extras[at].quantity += l->quantity / WHOLE;
	}
	w->extras = extras;
	w->n_extras = 0;
	for (at = 0; at < n; at++) /* one that a change took off is none; else 0 is "as many as come" */
		if (extras[at].quantity) {
			if (is_per_person(was, extras[at].extra) && extras[at].quantity == w->attendance)
				extras[at].quantity = 0;
			extras[w->n_extras++] = extras[at];
		}
}

void price_give_again(struct ct_request *r, const struct price *was, struct price *now, bool manager)
{
	const struct price_line *gift = NULL;
	int64_t given = 0, most = 0, off;

	for (size_t i = 0; i < was->n_lines; i++)
		if (is_gift(&was->lines[i])) {
			gift = &was->lines[i];
			given -= gift->amount_cents;
			most = given > most ? given : most;
		}
	if (!now->known || given <= 0 || was->total_cents < 0)
		return;
	off = vat_share(now->total_cents, given, was->total_cents + given);
	rates_give(r, now, !manager && off > most ? most : off, gift->reason_id, gift->reason);
}

void price_open(struct price *price)
{
	size_t n = 0;

	for (size_t i = 0; i < price->n_lines; i++)
		if (price->lines[i].extra) {
			price->lines[n] = price->lines[i];
			price->lines[n].list_cents = price->lines[n].amount_cents = 0;
			n++;
		}
	price->n_lines = n;
	price->total_cents = 0;
	price->known = false;
}

bool price_is_named(const struct price *price)
{
	int64_t list = 0, amount = 0;
	bool named = false;

	for (size_t i = 0; i < price->n_lines; i++) {
		const struct price_line *l = &price->lines[i];

		if (l->extra)
			continue;
		named = !l->tariff && !l->adjust && !l->reason_id && !list && !amount;
		list += l->list_cents;
		amount += l->amount_cents;
	}
	return price->known && named;
}

/* Adds what lines like `l` are worth, times `sign`, to `sum`. */
static void add_like(const struct price *p, const struct price_line *l, int sign, struct price_line *sum)
{
	for (size_t i = 0; i < p->n_lines; i++)
		if (is_like(&p->lines[i], l)) {
			sum->quantity += sign * p->lines[i].quantity;
			sum->list_cents += sign * p->lines[i].list_cents;
			sum->amount_cents += sign * p->lines[i].amount_cents;
		}
}

static void add_difference(struct ct_request *r, const struct price *was, const struct price *now,
			   const struct price_line *of, const char *label, struct price *difference)
{
	struct price_line l = { .extra = of->extra, .vat_code = of->vat_code };

	add_like(was, of, -1, &l);
	add_like(now, of, 1, &l);
	if (!l.amount_cents && !l.list_cents && !(l.extra && l.quantity))
		return;
	if (is_gift(of)) {
		l.reason_id = of->reason_id;
		l.reason = of->reason;
	}
	/* of an extra as many more, or none where only its price is another: wish_again adds them up */
	l.quantity = l.extra ? l.quantity : WHOLE;
	l.unit_cents = l.quantity ? vat_share(l.amount_cents, WHOLE, llabs(l.quantity)) : l.amount_cents;
	l.unit_cents = l.quantity < 0 ? -l.unit_cents : l.unit_cents;
	l.label = text_fitting(r, l.extra ? talloc_asprintf(r, _("Change: %s"), of->label) : label, LINE_LABEL);
	price_add(r, difference, l);
}

struct price price_difference(struct ct_request *r, const struct price *was, const struct price *now,
			      const char *label)
{
	struct price difference = { .known = true, .currency = now->currency, .amounts = now->amounts,
				    .for_body = now->for_body };
	const struct price *const both[] = { now, was };

	for (size_t p = 0; p < 2; p++)
		for (size_t i = 0; i < both[p]->n_lines; i++) {
			const struct price_line *l = &both[p]->lines[i];
			bool before = false;

			if (!was->known && !p && !l->extra) {
				price_add(r, &difference, *l);
				continue;
			}
			for (size_t q = 0; q <= p; q++)
				for (size_t k = 0; k < (q == p ? i : both[q]->n_lines); k++)
					before |= is_like(&both[q]->lines[k], l);
			if (!before)
				add_difference(r, was, now, l, label, &difference);
		}
	return difference;
}
