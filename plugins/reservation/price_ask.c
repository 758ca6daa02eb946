/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price_ask.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "store.h"
#include "vat.h"
#include "views.h"

enum { MOST_EXTRAS = 30, MOST_OFFERED = 10 };

/* ---- reading ---- */

/* "12" or "12:3" */
static bool read_extra(const char *text, struct extra_wish *wish_r)
{
	char *end;
	struct extra_wish w = { .extra = strtoll(text, &end, 10) };

	if (*end == ':')
		w.quantity = strtoll(end + 1, &end, 10);
	if (*end || w.extra <= 0 || w.quantity < 0 || w.quantity > 5000)
		return false;
	*wish_r = w;
	return true;
}

/* Each extra once; false where a text is none. */
static bool read_extras(struct ct_request *r, const struct extra_wish **extras_r, size_t *n_r)
{
	const struct ct_value *v = ct_in(r, "extras");
	struct extra_wish *list = talloc_array(r, struct extra_wish, v->many + 1);
	bool right = v->many <= MOST_EXTRAS;

	*n_r = 0;
	*extras_r = list;
	for (size_t i = 0; i < v->many && right; i++) {
		right = read_extra(v->each[i].text, &list[*n_r]);
		for (size_t k = 0; k < *n_r && right; k++)
			right = list[k].extra != list[*n_r].extra;
		*n_r += right;
	}
	return right;
}

static int read_reason(struct ct_request *r, int64_t *reason_r, const char **label_r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t reason = ct_in_int(r, "reason");
	int rc;

	if (!reason)
		return 0;
	rc = ct_query(r, "reason_label", CT_ARGS(CT_NUM(reason), CT_NUM(r->org)), &row, e);
	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_fail_field(e, "reason", _("There is no such choice."));
	*reason_r = reason;
	*label_r = ct_col_text(row, "label");
	return 0;
}

int wish_price(struct ct_request *r, struct wish *w, struct ct_error *e)
{
	if (!read_extras(r, &w->extras, &w->n_extras))
		return ct_fail_field(e, "extras", _("Each extra is its number, or number:how many, once."));
	w->amount_set = ct_in_set(r, "amount");
	w->amount_cents = ct_in_int(r, "amount");
	return read_reason(r, &w->reason, &w->reason_label, e);
}

int ask_order(struct ct_request *r, const struct room *room, int64_t units, struct order *order_r,
	      struct ct_error *e)
{
	struct wish_item *item = talloc_zero(r, struct wish_item);
	struct order o = { .items = item, .n_items = 1, .attendance = ct_in_int(r, "attendance"),
			   .amount = ct_in_set(r, "amount") ? ct_in_int(r, "amount") : -1 };
	int rc = 0;

	*item = (struct wish_item){ room->id, units };
	if (!read_extras(r, &o.extras, &o.n_extras))
		o.n_extras = 0;
	if (ct_may(r, MAY_MANAGE, room->org))
		rc = read_reason(r, &o.reason, &o.reason_label, e);
	if (!rc)
		*order_r = o;
	return rc;
}

/* As make.c's read_people decides it. */
static void read_payer(struct ct_request *r, const struct room *room, int64_t *person, int64_t *payer)
{
	bool manager = r->person && ct_may(r, MAY_MANAGE, room->org);
	const char *name = ct_in_typed(r, "name"), *guest = ct_in_typed(r, "guest");
	bool other = (name && *name) || (guest && *guest);

	*person = r->person;
	if (manager)
		*person = ct_in_set(r, "person") ? ct_in_int(r, "person") : other ? 0 : r->person;
	*payer = !manager && ct_in_set(r, "payer_text") ? 0 : *person;
	if (ct_in_set(r, "payer") &&
	    (manager || ct_in_int(r, "payer") == r->person || ct_engages(r, ct_in_int(r, "payer"))))
		*payer = ct_in_int(r, "payer");
}

int64_t ask_payer(struct ct_request *r, const struct room *room)
{
	int64_t person, payer;

	read_payer(r, room, &person, &payer);
	return payer;
}

int ask_rates(struct ct_request *r, const struct rooms *rooms, struct ct_day day, struct rates *rates_r,
	      struct ct_error *e)
{
	const char *named = ct_in_text(r, "payer_text");
	int64_t person, payer;

	read_payer(r, &rooms->room[0], &person, &payer);
	return rates_load(r, rooms, day, person, payer, named && !payer, rates_r, e);
}

/* ---- showing ---- */

static const char *extra_price(struct ct_request *r, const struct extra *x, const struct tariff *t)
{
	const char *code = x->vat_code ? x->vat_code : t ? t->vat_code : NULL, *each;
	bool net = t && !strcmp(t->amounts, "exclude_vat");

	each = ct_money_show(r, net ? x->cents + vat_on(x->cents, code) : x->cents, t ? t->currency : "EUR",
			     r->lang);
	if (!strcmp(x->unit, "person"))
		return talloc_asprintf(r, _("%s for each person"), each);
	if (!strcmp(x->unit, "hour"))
		return talloc_asprintf(r, _("%s for each hour begun"), each);
	return strcmp(x->unit, "day") ? each : talloc_asprintf(r, _("%s for each day"), each);
}

/* What was typed for this extra: 0 for nothing, else how many of it. */
static int64_t chosen(struct ct_request *r, const struct extra *x)
{
	const struct extra_wish *list;
	size_t n;

	(void)!read_extras(r, &list, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].extra == x->id)
			return list[i].quantity ? list[i].quantity : 1;
	return 0;
}

static void put_extra(struct ct_request *r, json_t *list, const struct extra *x, const struct tariff *t)
{
	int64_t now = chosen(r, x), most = strcmp(x->unit, "booking") ? 1 : x->max ? x->max : MOST_OFFERED;
	json_t *o = ct_add_object(list), *options;
	const char *id = talloc_asprintf(r, "extra-%lld", (long long)x->id);
	char notice[CT_TIME_UI];

	ct_put_text(o, "id", id);
	ct_put_text(o, "value", talloc_asprintf(r, "%lld", (long long)x->id));
	ct_put_text(o, "label", x->label);
	ct_put_text(o, "price_ui", extra_price(r, x, t));
	ct_put_text(o, "hint_ui",
		    x->notice ? talloc_asprintf(r, _("to be asked for %s ahead"),
						ct_minutes_ui(notice, x->notice, r->lang))
			      : NULL);
	ct_put_bool(o, "checked", now > 0);
	ct_put_bool(o, "is_count", most > 1);
	options = ct_put_array(o, "options");
	for (int64_t i = 1; most > 1 && i <= (most < MOST_OFFERED ? most : MOST_OFFERED); i++) {
		json_t *option = ct_add_object(options);

		ct_put_text(option, "value", talloc_asprintf(r, "%lld:%lld", (long long)x->id, (long long)i));
		ct_put_text(option, "label", talloc_asprintf(r, "%lld", (long long)i));
		ct_put_bool(option, "selected", now == i);
	}
}

static const struct ct_field *field_named(const char *name)
{
	const struct ct_field *f = reservation_book_fields;

	while (strcmp(f->name, name) != 0)
		f++;
	return f;
}

static const char *amount_help(struct ct_request *r, const struct tariff *t)
{
	const char *basis = !strcmp(t->amounts, "exclude_vat") ? _("excl. VAT") : NULL;
	const char *least = t->floor ? ct_money_show(r, t->floor, t->currency, r->lang) : NULL;
	const char *text = least ? talloc_asprintf(r, _("At least %s."), least) : _("As you can; 0 is possible too.");

	return basis ? talloc_asprintf(r, "%s (%s)", text, basis) : text;
}

static void put_amount(struct ct_request *r, const struct tariff *t)
{
	bool chosen_price = t && !strcmp(t->mode, "free_price");
	struct ct_field *f = talloc_zero_array(r, struct ct_field, 2);
	struct ct_value suggested = { .set = true, .i = t ? t->suggested : 0 };

	if (chosen_price) {
		f[0] = *field_named("amount");
		f[0].label = N_("I pay");
		f[0].help = amount_help(r, t);
		f[0].initial = t->suggested ? ct_field_typed(r, &f[0], &suggested) : NULL;
	}
	ct_put_controls(r, r->view, "amount_fields_ui", f, NULL);
	ct_put_bool(r->view, "has_amount_ui", chosen_price);
}

static int put_gift(struct ct_request *r, const struct room *room, bool possible, struct ct_error *e)
{
	struct ct_field *f = talloc_zero_array(r, struct ct_field, 3);
	const char *typed = ct_in_typed(r, "reason");
	struct ct_result *row;
	json_t *controls, *options;
	int rc = 0;

	if (!possible) {
		ct_put_array(r->view, "gift_fields_ui");
		ct_put_bool(r->view, "has_gift_ui", false);
		return 0;
	}
	rc = ct_query(r, "reasons", CT_ARGS(CT_NUM(room->org)), &row, e);
	if (rc)
		return rc;
	f[0] = *field_named("reason");
	f[1] = *field_named("amount");
	f[1].help = N_("With a reason only. Empty: free of charge.");
	controls = ct_put_controls(r, r->view, "gift_fields_ui", f, NULL);
	options = json_object_get(json_array_get(controls, 0), "options");
	while (ct_next(row)) {
		const char *value = talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "id"));
		json_t *o = ct_add_object(options);

		ct_put_text(o, "value", value);
		ct_put_text(o, "label", ct_col_text(row, "label"));
		ct_put_text(o, "id", talloc_asprintf(r, "f-reason-%s", value));
		ct_put_bool(o, "selected", typed && !strcmp(typed, value));
	}
	ct_put_bool(r->view, "has_gift_ui", ct_result_rows(row) > 0);
	return 0;
}

int ask_put(struct ct_request *r, const struct room *room, const struct rates *rates, struct ct_error *e)
{
	const struct tariff *t = rates->tariffs[0];
	json_t *list = ct_put_array(r->view, "extras_ui");
	const struct extra **extras;
	size_t n;

	extras = rates_extras(r, rates, room, &n);
	for (size_t i = 0; i < n; i++)
		put_extra(r, list, extras[i], t);
	ct_put_bool(r->view, "has_extras_ui", n > 0);
	put_amount(r, t);
	return put_gift(r, room, r->person && ct_may(r, MAY_MANAGE, room->org) && t && strcmp(t->mode, "free_price"),
			e);
}
