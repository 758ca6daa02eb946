/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rates.h"

#include <string.h>
#include <talloc.h>

#include "vat.h"

enum { DAY_MINUTES = 1440, WHOLE = 10000 };

/* A price on its way: what each item costs so far. */
struct work {
	struct ct_request *r;
	const struct rates *rates;
	const struct order *order;
	const struct room **rooms;	/* of the items */
	const struct tariff **tariffs;
	int64_t *sub;
};

/* ---- what applies ---- */

static bool in_scope(int64_t org, int64_t place, int64_t kind, int64_t resource, const struct room *room)
{
	return org == room->org && (!place || place == room->place) && (!kind || kind == room->kind) &&
	       (!resource || resource == room->id);
}

bool adjust_is_for(const struct adjust *a, const struct room *room)
{
	return in_scope(a->org, a->place, a->kind, a->resource, room);
}

/* Minute of the day of the end, that of midnight being the last of the day before. */
static int end_minute(struct ct_local end)
{
	int64_t minute = (end.s - ct_day_local(ct_local_day(end)).s) / 60;

	return minute ? (int)minute : DAY_MINUTES;
}

static bool adjusts_time(const struct adjust *a, const struct order *o)
{
	int64_t begins = (o->start.s - ct_day_local(ct_local_day(o->start)).s) / 60;

	return (a->before < 0 || begins < a->before) && (a->after < 0 || end_minute(o->end) > a->after);
}

static bool applies(const struct work *w, const struct adjust *a, int64_t audience)
{
	if ((a->audience && a->audience != audience) || !adjusts_time(a, w->order))
		return false;
	for (size_t i = 0; i < w->order->n_items; i++)
		if (adjust_is_for(a, w->rooms[i]))
			return true;
	return false;
}

/* ---- adjustments ---- */

/* Changes what the items cost, none below nothing; the change of item `i` is put into change_r[i]. */
static void adjust_subs(const struct work *w, const struct adjust *a, int64_t *sub, int64_t *change_r)
{
	int64_t amount = a->cents;

	for (size_t i = 0; i < w->order->n_items; i++) {
		change_r[i] = 0;
		if (!adjust_is_for(a, w->rooms[i]))
			continue;
		if (a->is_share)
			change_r[i] = -vat_share(sub[i], a->bp, WHOLE);
		else	/* put on the first; taken off one after the other */
			change_r[i] = amount < 0 && sub[i] < -amount ? -sub[i] : amount;
		amount -= change_r[i];
		sub[i] += change_r[i];
	}
}

static int64_t total_as(const struct work *w, int64_t audience)
{
	size_t n = w->order->n_items;
	int64_t *sub = talloc_memdup(w->r, w->sub, n * sizeof(*sub)), total = 0;
	int64_t *change = talloc_array(w->r, int64_t, n);

	for (size_t i = 0; i < w->rates->n_adjusts; i++)
		if (applies(w, &w->rates->adjusts[i], audience))
			adjust_subs(w, &w->rates->adjusts[i], sub, change);
	for (size_t i = 0; i < n; i++)
		total += sub[i];
	talloc_free(sub);
	talloc_free(change);
	return total;
}

/* The payer's audience of this organisation that pays least, the first of several; 0: the public. */
static int64_t cheapest_audience(const struct work *w)
{
	const struct audiences *all = &w->rates->standing.payer;
	int64_t best = 0, least = INT64_MAX;

	for (size_t i = 0; i < all->n; i++) {
		int64_t total;

		if (all->list[i].org != w->rooms[0]->org)
			continue;
		total = total_as(w, all->list[i].id);
		if (total < least) {
			least = total;
			best = all->list[i].id;
		}
	}
	return best;
}

const char *adjust_label(struct ct_request *r, const struct adjust *a)
{
	return a->is_share ? talloc_asprintf(r, "%s −%s", a->label, ct_rate_show(r, a->bp, r->lang))
			   : a->label;
}

/* Another VAT for some holds for all that they cost so far. */
static void change_vat(const struct work *w, struct price *price, const struct adjust *a)
{
	for (size_t i = 0; a->vat_code && i < price->n_lines; i++)
		if (adjust_is_for(a, w->rooms[price->lines[i].item]))
			price->lines[i].vat_code = a->vat_code;
}

static void add_adjust(const struct work *w, struct price *price, const struct adjust *a)
{
	size_t n = w->order->n_items;
	int64_t *change = talloc_array(w->r, int64_t, n);

	adjust_subs(w, a, w->sub, change);
	for (size_t i = 0; i < n; i++) {
		const char *code = a->vat_code ? a->vat_code : w->tariffs[i]->vat_code;
		int64_t cents = change[i];

		for (size_t k = i + 1; k < n; k++)	/* one line, where they have one VAT */
			if (a->vat_code || vat_rate_bp(w->tariffs[k]->vat_code) == vat_rate_bp(code)) {
				cents += change[k];
				change[k] = 0;
			}
		if (cents)
			price_add(w->r, price,
				  (struct price_line){ .adjust = a->id,
						       .label = adjust_label(w->r, a),
						       .reason = a->reason_label,
						       .reason_id = a->reason,
						       .quantity = WHOLE,
						       .unit_cents = cents,
						       .list_cents = cents > 0 ? cents : 0,
						       .amount_cents = cents,
						       .vat_code = code,
						       .item = i });
	}
	change_vat(w, price, a);
	talloc_free(change);
}

static void add_adjusts(const struct work *w, struct price *price)
{
	price->audience = cheapest_audience(w);
	for (size_t i = 0; i < w->rates->n_adjusts; i++)
		if (applies(w, &w->rates->adjusts[i], price->audience))
			add_adjust(w, price, &w->rates->adjusts[i]);
}

/* ---- extras ---- */

static bool extra_of_order(const struct work *w, const struct extra *x)
{
	for (size_t i = 0; i < w->order->n_items; i++)
		if (in_scope(x->org, x->place, x->kind, x->resource, w->rooms[i]))
			return true;
	return false;
}

static const struct extra *extra_named(const struct rates *o, int64_t id)
{
	for (size_t i = 0; i < o->n_extras; i++)
		if (o->extras[i].id == id)
			return &o->extras[i];
	return NULL;
}

/* How many of its unit: what was asked for, or what the booking is. */
static int64_t extra_count(const struct work *w, const struct extra *x, int64_t asked)
{
	const struct order *o = w->order;

	if (!strcmp(x->unit, "hour"))
		return (minutes_between(w->rooms[0]->zone, o->start, o->end) + 59) / 60;
	if (!strcmp(x->unit, "day"))
		return ct_local_day((struct ct_local){ o->end.s - 1 }).n - ct_local_day(o->start).n + 1;
	if (!strcmp(x->unit, "person"))
		return asked ? asked : o->attendance;
	return asked ? asked : 1;
}

static const char *extra_label(struct ct_request *r, const struct extra *x, int64_t count)
{
	if (!strcmp(x->unit, "person") && !count)
		return talloc_asprintf(r, _("%s (say how many people)"), x->label);
	return count == 1 ? x->label : talloc_asprintf(r, "%s × %lld", x->label, (long long)count);
}

/* Where the price is on quotation they have none either: who names it reads how many, and it is for all. */
static void add_extras(const struct work *w, struct price *price)
{
	const char *code = w->tariffs[0] ? w->tariffs[0]->vat_code : NULL;

	for (size_t i = 0; i < w->order->n_extras; i++) {
		const struct extra *x = extra_named(w->rates, w->order->extras[i].extra);
		int64_t count;

		if (!x || !extra_of_order(w, x))
			continue;
		count = extra_count(w, x, w->order->extras[i].quantity);
		price_add(w->r, price,
			  (struct price_line){ .extra = x->id,
					       .extra_label = x->label,
					       .label = extra_label(w->r, x, count),
					       .quantity = count * WHOLE,
					       .unit_cents = x->cents,
					       .list_cents = price->known ? x->cents * count : 0,
					       .amount_cents = price->known ? x->cents * count : 0,
					       .vat_code = x->vat_code ? x->vat_code : code });
	}
}

/* ---- free prices and gifts ---- */

static bool is_free_price(const struct tariff *t)
{
	return t && !strcmp(t->mode, "free_price");
}

static void add_free_price(const struct work *w, struct price *price)
{
	int64_t floor = 0, suggested = 0, amount;
	const struct tariff *t = NULL;

	for (size_t i = 0; i < w->order->n_items; i++)
		if (is_free_price(w->tariffs[i])) {
			t = t ? t : w->tariffs[i];
			floor += w->tariffs[i]->floor;
			suggested += w->tariffs[i]->suggested;
		}
	if (!t)
		return;
	amount = w->order->amount >= 0 ? w->order->amount : suggested;
	amount = amount < floor ? floor : amount;
	price_add(w->r, price,
		  (struct price_line){ .tariff = t->id,
				       .label = _("price of your choice"),
				       .quantity = WHOLE,
				       .unit_cents = amount,
				       .list_cents = suggested ? suggested : amount,
				       .amount_cents = amount,
				       .vat_code = t->vat_code });
	for (size_t i = 0; i < w->order->n_items; i++)
		if (w->tariffs[i] == t)
			w->sub[i] += amount, amount = 0;
}

/* Of each VAT its share of what is taken off, of the last one the rest. */
void rates_give(struct ct_request *r, struct price *price, int64_t off, int64_t reason, const char *reason_label)
{
	int64_t whole = price->total_cents, done = 0, sum = 0;
	size_t n = price->n_lines;

	for (size_t i = 0; i < n && off > 0; i++) {
		const char *code = price->lines[i].vat_code;
		bool seen = false;
		int64_t part;

		for (size_t k = 0; k < n; k++) {
			bool same = vat_rate_bp(price->lines[k].vat_code) == vat_rate_bp(code);

			seen |= same && k < i;
			sum += same && !seen ? price->lines[k].amount_cents : 0;
		}
		part = seen ? 0 : vat_share(sum, off, whole) - done;
		done += part;
		if (part)
			price_add(r, price,
				  (struct price_line){
					  .label = off < whole ? _("given for less") : _("given free of charge"),
					  .reason = reason_label,
					  .reason_id = reason,
					  .quantity = WHOLE,
					  .unit_cents = -part,
					  .amount_cents = -part,
					  .vat_code = code });
	}
}

/* ---- the price ---- */

static const struct room *room_of(const struct rooms *rooms, int64_t id, size_t *at_r)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->room[i].id == id) {
			*at_r = i;
			return &rooms->room[i];
		}
	return NULL;
}

/* The basis of what costs something; what is free fits to any. */
static void join_basis(const struct work *w, struct price *price, size_t i)
{
	const struct tariff *t = w->tariffs[i];
	bool counts = w->sub[i] || is_free_price(t), before = false;

	for (size_t k = 0; k < i; k++)
		before |= w->sub[k] || is_free_price(w->tariffs[k]);
	if (before && counts)
		price->mixed |= strcmp(t->amounts, price->amounts) || strcmp(t->currency, price->currency);
	if (i && (before || !counts))
		return;
	price->amounts = t->amounts;
	price->currency = t->currency;
}

/* "Cuisine : 2 heures à 12,00 €", where there is more than one room. What it is for is never cut off. */
static const char *room_label(const struct work *w, size_t i, const char *label)
{
	size_t rest = 3;	/* between the two */

	for (const char *c = label; *c; c++)
		rest += ((unsigned char)*c & 0xC0) != 0x80;
	if (w->order->n_items < 2 || rest >= LINE_LABEL)
		return label;
	return talloc_asprintf(w->r, _("%s: %s"), text_fitting(w->r, w->rooms[i]->name, LINE_LABEL - rest), label);
}

static void add_item(const struct work *w, struct price *price, size_t i)
{
	const struct tariff *t = w->tariffs[i];
	struct price one;

	if (!is_free_price(t)) {
		one = price_of(w->r, t, w->order->start, w->order->end, w->order->items[i].quantity);
		for (size_t k = 0; k < one.n_lines; k++) {
			one.lines[k].label = room_label(w, i, one.lines[k].label);
			price_add(w->r, price, one.lines[k])->item = i;
		}
		w->sub[i] = one.total_cents;
		price->known &= one.known;
	}
	if (t)
		join_basis(w, price, i);
}

static struct work begin(struct ct_request *r, const struct rates *rates, const struct rooms *rooms,
			 const struct order *order)
{
	struct work w = { .r = r, .rates = rates, .order = order };

	w.rooms = talloc_zero_array(r, const struct room *, order->n_items);
	w.tariffs = talloc_zero_array(r, const struct tariff *, order->n_items);
	w.sub = talloc_zero_array(r, int64_t, order->n_items);
	for (size_t i = 0; i < order->n_items; i++) {
		size_t at = 0;

		w.rooms[i] = room_of(rooms, order->items[i].room, &at);
		w.tariffs[i] = rates->tariffs[at];
	}
	return w;
}

struct price rates_price(struct ct_request *r, const struct rates *rates, const struct rooms *rooms,
			 const struct order *order)
{
	struct price price = { .known = true, .for_body = rates->for_body, .currency = "EUR",
			       .amounts = "no_vat" };
	struct work w = begin(r, rates, rooms, order);

	for (size_t i = 0; i < order->n_items; i++)
		add_item(&w, &price, i);
	if (!price.known) {
		price.n_lines = 0;
		price.total_cents = 0;
		price.audience = cheapest_audience(&w);
		add_extras(&w, &price);
		return price;
	}
	add_free_price(&w, &price);
	add_adjusts(&w, &price);
	add_extras(&w, &price);
	if (order->reason)
		rates_give(r, &price, price.total_cents - (order->amount < 0 ? 0 : order->amount), order->reason,
			   order->reason_label);
	return price;
}

const struct extra **rates_extras(struct ct_request *r, const struct rates *rates,
				  const struct room *room, size_t *n_r)
{
	const struct extra **list = talloc_array(r, const struct extra *, rates->n_extras + 1);

	*n_r = 0;
	for (size_t i = 0; i < rates->n_extras; i++) {
		const struct extra *x = &rates->extras[i];

		if (in_scope(x->org, x->place, x->kind, x->resource, room))
			list[(*n_r)++] = x;
	}
	return list;
}

/* ---- what may be asked for ---- */

static int check_count(const struct work *w, const struct extra *x, int64_t asked, const char *field,
		       struct ct_error *e)
{
	const int64_t count = extra_count(w, x, asked);

	if (!count)
		return ct_fail_field(e, "attendance", _("For how many people? It is needed for %s."), x->label);
	if (x->max && count > x->max && (!strcmp(x->unit, "booking") || !strcmp(x->unit, "person")))
		return ct_fail_field(e, field, _("Of %s there are %lld at most."), x->label, (long long)x->max);
	return 0;
}

static int check_extra(const struct work *w, const struct extra_wish *wish, bool manager,
		       struct ct_error *e)
{
	const struct extra *x = extra_named(w->rates, wish->extra);
	struct ct_request *r = w->r;
	char notice[CT_TIME_UI];
	int rc;

	if (!x || !extra_of_order(w, x) || wish->quantity < 0)
		return ct_fail_field(e, "extras", _("This place does not offer that."));
	if ((rc = check_count(w, x, wish->quantity, "extras", e)))
		return rc;
	if (!manager && x->notice &&
	    ct_zone_utc(w->rooms[0]->zone, w->order->start).s - r->now.s < x->notice * 60)
		return ct_fail_field(e, "extras", _("%s has to be asked for %s ahead."), x->label,
				     ct_minutes_ui(notice, x->notice, r->lang));
	return 0;
}

static int check_free_price(const struct work *w, struct ct_error *e)
{
	int64_t floor = 0, suggested = 0;
	const struct tariff *t = w->tariffs[0];

	for (size_t i = 0; i < w->order->n_items; i++)
		if (is_free_price(w->tariffs[i])) {
			t = w->tariffs[i];
			floor += t->floor;
			suggested += t->suggested;
		}
	if (w->order->amount < 0 && !suggested && !floor)
		return ct_fail_field(e, "amount", _("Please choose what you pay; 0 is possible too."));
	if (w->order->amount >= 0 && w->order->amount < floor)
		return ct_fail_field(e, "amount", _("At least %s, please."),
				     ct_money_show(w->r, floor, t->currency, w->r->lang));
	return 0;
}

static int check_gift(const struct work *w, const struct rooms *rooms, bool manager, struct ct_error *e)
{
	struct order plain = *w->order;
	struct price list;

	if (w->order->amount < 0 && !w->order->reason)
		return 0;
	if (!manager)
		return ct_fail_field(e, w->order->reason ? "reason" : "amount",
				     _("This place does not offer that."));
	plain.amount = -1;
	plain.reason = 0;
	list = rates_price(w->r, w->rates, rooms, &plain);
	if (!list.known)
		return 0;	/* a manager names the price of what has none */
	if (!w->order->reason)
		return ct_fail_field(e, "reason", _("Why is it given for less? Choose a reason."));
	if (w->order->amount > list.total_cents)
		return ct_fail_field(e, "amount", _("It costs %s: less can be given, not more."),
				     ct_money_show(w->r, list.total_cents, list.currency, w->r->lang));
	return 0;
}

int rates_check(struct ct_request *r, const struct rates *rates, const struct rooms *rooms,
		const struct order *order, bool manager, struct ct_error *e)
{
	struct work w = begin(r, rates, rooms, order);
	bool chosen = false;
	int rc = 0;

	for (size_t i = 0; i < order->n_extras && !rc; i++)
		rc = check_extra(&w, &order->extras[i], manager, e);
	for (size_t i = 0; i < order->n_items; i++)
		chosen |= is_free_price(w.tariffs[i]);
	if (rc || (chosen && (rc = check_free_price(&w, e))))
		return rc;
	return chosen && !order->reason ? 0 : chosen ? ct_fail_field(e, "reason",
			_("Who pays chooses the price: it needs no reason."))
						     : check_gift(&w, rooms, manager, e);
}

int rates_check_again(struct ct_request *r, const struct rates *rates, const struct rooms *rooms,
		      const struct order *order, struct ct_error *e)
{
	struct work w = begin(r, rates, rooms, order);
	int rc = 0;

	for (size_t i = 0; i < order->n_extras && !rc; i++) {
		const struct extra *x = extra_named(rates, order->extras[i].extra);

		if (x && extra_of_order(&w, x))
			rc = check_count(&w, x, order->extras[i].quantity, "attendance", e);
	}
	return rc;
}
