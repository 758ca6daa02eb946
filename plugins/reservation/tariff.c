/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tariff a room has on a day, and what a card says of it. */
#include <string.h>
#include <talloc.h>

#include "price.h"
#include "vat.h"

enum { AROUND_DAYS = 8, LONGEST_DAYS = 367 };

static const char *const unit_names[] = { "minute", "hour_begun", "window", "day", "week", "month", "use" };

const char *unit_name(enum price_unit unit)
{
	return unit_names[unit];
}

bool unit_named(const char *name, enum price_unit *unit_r)
{
	for (size_t i = 0; i < sizeof(unit_names) / sizeof(unit_names[0]); i++)
		if (!strcmp(unit_names[i], name)) {
			*unit_r = (enum price_unit)i;
			return true;
		}
	return false;
}

/* Rows come by scope (resource, kind, place), tariff and step: the first tariff of a room wins. */
static struct tariff *tariff_of_row(struct ct_request *r, const struct ct_result *row,
				    const struct ct_zone *zone)
{
	struct tariff *t = talloc_zero(r, struct tariff);

	t->zone = zone;
	t->id = ct_col_int(row, "tariff_id");
	t->label = ct_col_text(row, "label");
	t->mode = ct_col_text(row, "mode");
	t->amounts = ct_col_text(row, "amounts");
	t->currency = ct_col_text(row, "currency");
	t->vat_code = ct_col_text(row, "vat_code");
	t->floor = ct_col_int(row, "floor_cents");
	t->suggested = ct_col_int(row, "suggested_cents");
	t->reason = ct_col_int(row, "reason_id");
	t->reason_label = ct_col_text(row, "reason_label");
	return t;
}

static void add_step(struct tariff *t, const struct ct_result *row)
{
	enum price_unit unit;

	if (ct_col_null(row, "step_id") || !unit_named(ct_col_text(row, "unit"), &unit))
		return;
	t->steps = talloc_realloc(t, t->steps, struct step, t->n_steps + 1);
	t->steps[t->n_steps++] = (struct step){
		.id = ct_col_int(row, "step_id"),
		.unit = unit,
		.cents = ct_col_int(row, "amount_cents"),
		.up_to = ct_col_int(row, "up_to"),
		.minimum = ct_col_int(row, "minimum_cents"),
		.cap = ct_col_int(row, "cap_cents"),
		.window = ct_col_text(row, "window_label"),
		.weekdays = ct_col_int(row, "weekday_mask"),
		.from = (int)ct_col_int(row, "from_min"),
		.to = (int)ct_col_int(row, "to_min"),
	};
}

/* A part of the day that is limited to sets of days. */
struct limit { struct tariff *tariff; size_t step; int64_t only_in, not_in; };

static void note_limit(struct limit *list, size_t *n, struct tariff *t, const struct ct_result *row)
{
	if (!ct_col_null(row, "only_in") || !ct_col_null(row, "not_in"))
		list[(*n)++] = (struct limit){ t, t->n_steps - 1, ct_col_int(row, "only_in"),
					       ct_col_int(row, "not_in") };
}

static int limit_windows(struct ct_request *r, const struct limit *list, size_t n, struct ct_day day,
			 struct ct_error *e)
{
	int64_t *keys = talloc_array(r, int64_t, 2 * n + 1);
	struct day_sets sets;
	size_t n_keys = 0;
	int rc;

	for (size_t i = 0; i < n; i++) {
		if (list[i].only_in)
			keys[n_keys++] = list[i].only_in;
		if (list[i].not_in)
			keys[n_keys++] = list[i].not_in;
	}
	rc = days_load(r, json_ids(r, keys, n_keys), ct_day_add(day, -AROUND_DAYS),
		       ct_day_add(day, LONGEST_DAYS + AROUND_DAYS), &sets, e);
	for (size_t i = 0; i < n && !rc; i++) {
		struct step *s = &list[i].tariff->steps[list[i].step];

		s->only_in = days_find(&sets, list[i].only_in);
		s->not_in = days_find(&sets, list[i].not_in);
	}
	return rc;
}

int tariffs_load(struct ct_request *r, const struct rooms *rooms, struct ct_day day,
		 struct tariff ***tariffs_r, struct ct_error *e)
{
	struct tariff **list = talloc_zero_array(r, struct tariff *, rooms->n + 1);
	int64_t *ids = talloc_array(r, int64_t, rooms->n + 1);
	struct ct_result *row;
	struct limit *limits;
	size_t n_limits = 0;
	int rc;

	for (size_t i = 0; i < rooms->n; i++)
		ids[i] = rooms->room[i].id;
	rc = ct_query(r, "tariffs",
		      CT_ARGS(CT_STR(json_ids(r, ids, rooms->n)), CT_DAY(day), CT_DAY(day)), &row, e);
	if (rc)
		return rc;
	limits = talloc_array(r, struct limit, ct_result_rows(row) + 1);
	while (ct_next(row)) {
		for (size_t i = 0; i < rooms->n; i++) {
			if (rooms->room[i].id != ct_col_int(row, "resource_id"))
				continue;
			if (!list[i])
				list[i] = tariff_of_row(r, row, rooms->room[i].zone);
			if (list[i]->id != ct_col_int(row, "tariff_id"))
				continue;
			add_step(list[i], row);
			note_limit(limits, &n_limits, list[i], row);
		}
	}
	rc = limit_windows(r, limits, n_limits, day, e);
	if (!rc)
		*tariffs_r = list;
	return rc;
}

int64_t tariff_gross(const struct tariff *t, int64_t cents)
{
	return strcmp(t->amounts, "exclude_vat") ? cents : cents + vat_on(cents, t->vat_code);
}

static const char *free_price_text(struct ct_request *r, const struct tariff *t)
{
	int64_t least = t->floor ? t->floor : t->suggested;

	if (!least)
		return _("you choose the price");
	return talloc_asprintf(r, t->floor ? _("you choose the price, from %s")
					   : _("you choose the price, for example %s"),
			       ct_money_show(r, tariff_gross(t, least), t->currency, r->lang));
}

const char *price_from(struct ct_request *r, const struct tariff *t)
{
	const struct step *hour = NULL, *least = NULL;

	if (!t)
		return NULL;
	if (!strcmp(t->mode, "on_quote"))
		return _("on quotation");
	if (!strcmp(t->mode, "gratis"))
		return _("free of charge");
	if (!strcmp(t->mode, "free_price"))
		return free_price_text(r, t);
	for (size_t i = 0; i < t->n_steps; i++) {
		const struct step *s = &t->steps[i];

		if (s->unit == UNIT_HOUR && (!hour || s->cents < hour->cents))
			hour = s;
		if (!least || s->cents < least->cents)
			least = s;
	}
	if (!least)
		return NULL;
	return talloc_asprintf(r, hour ? _("%s an hour") : _("from %s"),
			       ct_money_show(r, tariff_gross(t, hour ? hour->cents : least->cents),
					     t->currency, r->lang));
}
