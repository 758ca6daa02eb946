/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price.h"

#include <string.h>
#include <talloc.h>

enum { MAX_WINDOWS = 8, DAY_MINUTES = 1440 };

/* false: a unit that no price here is made of (weeks, months) */
static bool unit_of(const char *text, enum price_unit *unit_r)
{
	static const char *const names[] = { "minute", "hour_begun", "window", "day", "use" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], text)) {
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
	return t;
}

static void add_step(struct tariff *t, const struct ct_result *row)
{
	enum price_unit unit;

	if (ct_col_null(row, "step_id") || !unit_of(ct_col_text(row, "unit"), &unit))
		return;
	t->steps = talloc_realloc(t, t->steps, struct step, t->n_steps + 1);
	t->steps[t->n_steps++] = (struct step){
		.id = ct_col_int(row, "step_id"),
		.unit = unit,
		.cents = ct_col_int(row, "amount_cents"),
		.window = ct_col_text(row, "window_label"),
		.weekdays = ct_col_int(row, "weekday_mask"),
		.from = (int)ct_col_int(row, "from_min"),
		.to = (int)ct_col_int(row, "to_min"),
	};
}

int tariffs_load(struct ct_request *r, const struct rooms *rooms, struct ct_day day,
		 struct tariff ***tariffs_r, struct ct_error *e)
{
	struct tariff **list = talloc_zero_array(r, struct tariff *, rooms->n + 1);
	json_t *ids = json_array();
	struct ct_result *row;
	char *text;
	int rc;

	for (size_t i = 0; i < rooms->n; i++)
		ct_add_int(ids, rooms->room[i].id);
	text = json_dumps(ids, JSON_COMPACT);
	rc = ct_query(r, "tariffs", CT_ARGS(CT_STR(text), CT_DAY(day), CT_DAY(day)), &row, e);
	free(text);
	json_decref(ids);
	while (!rc && ct_next(row)) {
		for (size_t i = 0; i < rooms->n; i++) {
			if (rooms->room[i].id != ct_col_int(row, "resource_id"))
				continue;
			if (!list[i])
				list[i] = tariff_of_row(r, row, rooms->room[i].zone);
			if (list[i]->id == ct_col_int(row, "tariff_id"))
				add_step(list[i], row);
		}
	}
	if (!rc)
		*tariffs_r = list;
	return rc;
}

/*
 * One local day of what is asked for: minutes of the day, and how often each passes: once, in the nights of
 * clock change also never or twice.
 */
struct part {
	struct ct_day day;
	int from, to;
	uint8_t passes[DAY_MINUTES];
};

/* A way to pay for a part: which windows (bits), and the minutes outside them by the hour. */
struct plan {
	unsigned windows;
	bool day;
	int64_t loose;
	int64_t cents;
	unsigned lines;
	bool possible;
};

static const struct step *find_step(const struct tariff *t, enum price_unit unit)
{
	for (size_t i = 0; i < t->n_steps; i++)
		if (t->steps[i].unit == unit)
			return &t->steps[i];
	return NULL;
}

static int64_t by_time(const struct tariff *t, int64_t minutes, bool *possible)
{
	const struct step *hour = find_step(t, UNIT_HOUR), *minute = find_step(t, UNIT_MINUTE);

	if (!minutes)
		return 0;
	if (hour)
		return (minutes + 59) / 60 * hour->cents;
	if (minute)
		return minutes * minute->cents;
	*possible = false;
	return 0;
}

static size_t windows_of(const struct tariff *t, const struct part *part,
			 const struct step **windows_r)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_steps && n < MAX_WINDOWS; i++) {
		const struct step *s = &t->steps[i];

		if (s->unit == UNIT_WINDOW &&
		    (s->weekdays >> (ct_day_weekday(part->day) - 1) & 1) && s->from < part->to &&
		    s->to > part->from)
			windows_r[n++] = s;
	}
	return n;
}

static struct plan plan_with(const struct tariff *t, const struct part *part,
			     const struct step *const *windows, size_t n, unsigned chosen)
{
	struct plan plan = { .windows = chosen, .possible = true };

	for (int minute = 0; minute < DAY_MINUTES; minute++) {
		bool covered = !part->passes[minute];

		for (size_t i = 0; i < n && !covered; i++)
			covered = (chosen >> i & 1) && windows[i]->from <= minute &&
				  minute < windows[i]->to;
		plan.loose += covered ? 0 : part->passes[minute];
	}
	plan.cents = by_time(t, plan.loose, &plan.possible);
	plan.lines = plan.loose > 0;
	for (size_t i = 0; i < n; i++)
		if (chosen >> i & 1) {
			plan.cents += windows[i]->cents;
			plan.lines++;
		}
	return plan;
}

static bool better(const struct plan *a, const struct plan *b)
{
	if (!a->possible || !b->possible)
		return a->possible;
	return a->cents < b->cents || (a->cents == b->cents && a->lines < b->lines);
}

static struct plan cheapest(const struct tariff *t, const struct part *part,
			    const struct step *const *windows, size_t n)
{
	const struct step *day = find_step(t, UNIT_DAY);
	struct plan best = { 0 };

	for (unsigned chosen = 0; chosen < 1u << n; chosen++) {
		struct plan plan = plan_with(t, part, windows, n, chosen);

		if (better(&plan, &best))
			best = plan;
	}
	if (day) {
		struct plan whole = {
			.day = true, .cents = day->cents, .lines = 1, .possible = true
		};

		if (better(&whole, &best))
			best = whole;
	}
	return best;
}

static void add_line(struct ct_request *r, struct price *price, const struct tariff *t,
		     const struct step *step, const char *label, int64_t count, int64_t quantity)
{
	struct price_line *line;

	price->lines = talloc_realloc(r, price->lines, struct price_line, price->n_lines + 1);
	line = &price->lines[price->n_lines++];
	*line = (struct price_line){
		.tariff = t->id,
		.step = step->id,
		.label = quantity > 1 ? talloc_asprintf(r, "%s × %lld", label, (long long)quantity)
				      : label,
		.quantity = count * quantity * 10000,
		.unit_cents = step->cents,
		.amount_cents = step->cents * count * quantity,
		.vat_code = t->vat_code,
	};
	price->total_cents += line->amount_cents;
}

static const char *money(struct ct_request *r, int64_t cents, const char *currency)
{
	return ct_money_show(r, cents, currency, r->lang);
}

static void add_time(struct ct_request *r, struct price *price, const struct tariff *t,
		     int64_t minutes, int64_t quantity)
{
	const struct step *step = find_step(t, UNIT_HOUR);
	int64_t hours = (minutes + 59) / 60;

	if (step) {
		add_line(r, price, t, step,
			 talloc_asprintf(r, ngettext_("%lld hour at %s", "%lld hours at %s", hours),
					 (long long)hours, money(r, step->cents, t->currency)),
			 hours, quantity);
		return;
	}
	step = find_step(t, UNIT_MINUTE);
	add_line(r, price, t, step,
		 talloc_asprintf(r, ngettext_("%lld minute at %s", "%lld minutes at %s", minutes),
				 (long long)minutes, money(r, step->cents, t->currency)),
		 minutes, quantity);
}

static void add_part(struct ct_request *r, struct price *price, const struct tariff *t,
		     const struct part *part, bool several, int64_t quantity)
{
	const struct step *windows[MAX_WINDOWS];
	size_t n = windows_of(t, part, windows);
	struct plan plan = cheapest(t, part, windows, n);
	char day[CT_TIME_UI], hours[2][CT_TIME_UI];
	const char *prefix =
		several ? talloc_asprintf(r, "%s, ", ct_day_ui(day, part->day, r->lang)) : "";

	if (!plan.possible) {
		price->known = false;
		return;
	}
	if (plan.day)
		add_line(r, price, t, find_step(t, UNIT_DAY),
			 talloc_asprintf(r, "%s%s", prefix, _("whole day")), 1, quantity);
	for (size_t i = 0; i < n; i++)
		if (plan.windows >> i & 1)
			add_line(r, price, t, windows[i],
				 talloc_asprintf(r, "%s%s (%s – %s)", prefix, windows[i]->window,
						 ct_clock_ui(hours[0], windows[i]->from, r->lang),
						 ct_clock_ui(hours[1], windows[i]->to, r->lang)),
				 1, quantity);
	if (plan.loose)
		add_time(r, price, t, plan.loose, quantity);
}

/* The part of [start, end) that lies on `day`. */
static struct part part_of(const struct ct_zone *zone, struct ct_day day, struct ct_local start,
			   struct ct_local end)
{
	struct ct_local midnight = ct_day_local(day), next = ct_day_local(ct_day_add(day, 1));
	struct ct_local from = start.s > midnight.s ? start : midnight,
			to = end.s < next.s ? end : next;
	struct part part = { .day = day,
			     .from = (int)((from.s - midnight.s) / 60),
			     .to = (int)((to.s - midnight.s) / 60) };
	struct ct_utc at = ct_zone_utc(zone, from), last = ct_zone_utc(zone, to);

	if (last.s - at.s == to.s - from.s) {
		memset(part.passes + part.from, 1, (size_t)(part.to - part.from));
		return part;
	}
	for (; at.s < last.s; at.s += 60) {
		int64_t minute = (ct_zone_local(zone, at).s - midnight.s) / 60;

		if (minute >= 0 && minute < DAY_MINUTES)
			part.passes[minute]++;
	}
	return part;
}

struct price price_of(struct ct_request *r, const struct tariff *t, struct ct_local start,
		      struct ct_local end, int64_t quantity)
{
	struct price price = { .known = t && strcmp(t->mode, "on_quote") != 0,
			       .currency = t ? t->currency : "EUR",
			       .amounts = t ? t->amounts : "no_vat" };
	const struct step *use = t ? find_step(t, UNIT_USE) : NULL;
	struct ct_day first = ct_local_day(start),
		      last = ct_local_day((struct ct_local){ end.s - 1 });

	if (!price.known || !strcmp(t->mode, "gratis"))
		return price;
	if (use)
		add_line(r, &price, t, use, t->label, 1, quantity);
	for (struct ct_day day = first; !use && price.known && day.n <= last.n;
	     day = ct_day_add(day, 1)) {
		struct part part = part_of(t->zone, day, start, end);

		add_part(r, &price, t, &part, first.n != last.n, quantity);
	}
	if (!price.known) {
		price.n_lines = 0;
		price.total_cents = 0;
	}
	return price;
}

const char *price_from(struct ct_request *r, const struct tariff *t)
{
	const struct step *hour, *least = NULL;

	if (!t)
		return NULL;
	if (!strcmp(t->mode, "on_quote"))
		return _("on quotation");
	if (!strcmp(t->mode, "gratis"))
		return _("free of charge");
	hour = find_step(t, UNIT_HOUR);
	if (hour)
		return talloc_asprintf(r, _("%s an hour"), money(r, hour->cents, t->currency));
	for (size_t i = 0; i < t->n_steps; i++)
		if (!least || t->steps[i].cents < least->cents)
			least = &t->steps[i];
	return least ? talloc_asprintf(r, _("from %s"), money(r, least->cents, t->currency)) : NULL;
}

static const char *basis(const struct price *price)
{
	if (!strcmp(price->amounts, "include_vat"))
		return _("incl. VAT");
	return strcmp(price->amounts, "exclude_vat") ? _("VAT not applicable") : _("excl. VAT");
}

void price_put(struct ct_request *r, json_t *object, const struct price *price, bool asked)
{
	json_t *lines = ct_put_array(object, "lines");
	bool free = price->known && !price->total_cents;

	for (size_t i = 0; price->known && i < price->n_lines; i++) {
		json_t *line = ct_add_object(lines);

		ct_put_text(line, "label", price->lines[i].label);
		ct_put_text(line, "reason", price->lines[i].reason);
		ct_put_money(line, "amount", price->lines[i].amount_cents, price->currency,
			     r->lang);
	}
	if (price->known) {
		ct_put_money(object, "total", price->total_cents, price->currency, r->lang);
	} else {
		ct_put_null(object, "total");
		ct_put_null(object, "total_ui");
	}
	ct_put_text(object, "basis_ui", free || !price->known ? NULL : basis(price));
	ct_put_bool(object, "is_free_ui", free);
	ct_put_text(object, "price_note_ui",
		    price->known ? NULL
				 : _("The price is on quotation: the place will answer you."));
	ct_put_text(object, "expected_ui",
		    asked && price->known
			    ? talloc_asprintf(r, "%lld,%02lld", (long long)price->total_cents / 100,
					      (long long)price->total_cents % 100)
			    : NULL);
}

const char *price_button(struct ct_request *r, const struct price *price, const struct room *room)
{
	const char *amount = money(r, price->total_cents, price->currency);
	bool free = !price->known || !price->total_cents;

	if (room->policy.approval == APPROVAL_ALWAYS)
		return free ? talloc_asprintf(r, _("Ask for %s"), room->name)
			    : talloc_asprintf(r, _("Ask for %s (%s if it is accepted)"), room->name,
					      amount);
	return free ? talloc_asprintf(r, _("Book %s"), room->name)
		    : talloc_asprintf(r, _("Book with obligation to pay – %s"), amount);
}
