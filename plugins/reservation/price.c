/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price.h"

#include <string.h>
#include <talloc.h>

enum { MAX_WINDOWS = 8, DAY_MINUTES = 1440, WEEK_DAYS = 7 };

/*
 * One local day of what is asked for: minutes of the day, and how often each passes: once, in the nights of
 * clock change also never or twice.
 */
struct part {
	struct ct_day day;
	int from, to;
	uint8_t passes[DAY_MINUTES];
};

/* How to pay for one day, or for several from one day on, for one unit. */
struct plan {
	bool possible;
	int64_t cents;
	unsigned lines;
	const struct step *whole;	/* its day, or the week or month that begins here; NULL: by its parts */
	size_t days;			/* how many of the days `whole` covers */
	const struct step *windows[MAX_WINDOWS];
	size_t n_windows;
	const struct step *time;	/* for the minutes outside them */
	int64_t loose;
	int64_t minutes;		/* that pass on this day */
};

/* A line of `count` times `step`, for one unit: between its minimum and its cap. */
static int64_t line_cents(const struct step *s, int64_t count)
{
	int64_t cents = s->cents * count;

	if (s->minimum && cents < s->minimum)
		cents = s->minimum;
	return s->cap && cents > s->cap ? s->cap : cents;
}

static bool long_enough(const struct step *s, int64_t minutes)
{
	return !s->up_to || minutes <= s->up_to;
}

static int64_t time_count(const struct step *s, int64_t minutes)
{
	return s->unit == UNIT_HOUR ? (minutes + 59) / 60 : minutes;
}

/* The cheapest way to pay so many minutes by the hour or the minute; NULL: there is none. */
static const struct step *by_time(const struct tariff *t, int64_t minutes)
{
	const struct step *best = NULL;

	for (size_t i = 0; i < t->n_steps; i++) {
		const struct step *s = &t->steps[i];

		if ((s->unit == UNIT_HOUR || s->unit == UNIT_MINUTE) && long_enough(s, minutes) &&
		    (!best || line_cents(s, time_count(s, minutes)) <
				      line_cents(best, time_count(best, minutes))))
			best = s;
	}
	return best;
}

static bool window_holds(const struct step *s, const struct part *part)
{
	int64_t minutes = 0;

	if (s->unit != UNIT_WINDOW || !(s->weekdays >> (ct_day_weekday(part->day) - 1) & 1) ||
	    s->from >= part->to || s->to <= part->from ||
	    (s->only_in && !days_have(s->only_in, part->day)) || days_have(s->not_in, part->day))
		return false;
	for (int minute = s->from; minute < s->to; minute++)
		minutes += part->passes[minute];
	return long_enough(s, minutes);
}

static size_t windows_of(const struct tariff *t, const struct part *part,
			 const struct step **windows_r)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_steps && n < MAX_WINDOWS; i++)
		if (window_holds(&t->steps[i], part))
			windows_r[n++] = &t->steps[i];
	return n;
}

/* By the set of windows that cover them: how many minutes of the part pass. */
struct cover { int64_t minutes[1u << MAX_WINDOWS]; };

static void cover_part(struct cover *cover, const struct part *part,
		       const struct step *const *windows, size_t n)
{
	memset(cover, 0, sizeof(*cover));
	for (int minute = 0; minute < DAY_MINUTES; minute++) {
		unsigned set = 0;

		for (size_t i = 0; i < n; i++)
			if (windows[i]->from <= minute && minute < windows[i]->to)
				set |= 1u << i;
		cover->minutes[set] += part->passes[minute];
	}
}

static struct plan plan_with(const struct tariff *t, const struct cover *cover,
			     const struct step *const *windows, size_t n, unsigned chosen)
{
	struct plan plan = { .possible = true, .days = 1 };

	for (unsigned set = 0; set < 1u << n; set++)
		plan.loose += set & chosen ? 0 : cover->minutes[set];
	for (size_t i = 0; i < n; i++)
		if (chosen >> i & 1) {
			plan.windows[plan.n_windows++] = windows[i];
			plan.cents += line_cents(windows[i], 1);
		}
	plan.lines = (unsigned)plan.n_windows;
	if (plan.loose) {
		plan.time = by_time(t, plan.loose);
		plan.possible = plan.time != NULL;
		plan.lines++;
	}
	if (plan.time)
		plan.cents += line_cents(plan.time, time_count(plan.time, plan.loose));
	return plan;
}

static bool better(const struct plan *a, const struct plan *b)
{
	if (!a->possible || !b->possible)
		return a->possible;
	return a->cents < b->cents || (a->cents == b->cents && a->lines < b->lines);
}

static struct plan plan_day(const struct tariff *t, const struct part *part)
{
	const struct step *windows[MAX_WINDOWS];
	size_t n = windows_of(t, part, windows);
	struct plan best = { 0 };
	struct cover cover;
	int64_t minutes = 0;

	cover_part(&cover, part, windows, n);
	for (unsigned set = 0; set < 1u << n; set++)
		minutes += cover.minutes[set];
	for (unsigned chosen = 0; chosen < 1u << n; chosen++) {
		struct plan plan = plan_with(t, &cover, windows, n, chosen);

		if (better(&plan, &best))
			best = plan;
	}
	for (size_t i = 0; i < t->n_steps; i++) {
		struct plan whole = { .possible = true, .whole = &t->steps[i], .days = 1, .lines = 1,
				      .cents = line_cents(&t->steps[i], 1) };

		if (t->steps[i].unit == UNIT_DAY && long_enough(&t->steps[i], minutes) &&
		    better(&whole, &best))
			best = whole;
	}
	best.minutes = minutes;
	return best;
}

int64_t minutes_between(const struct ct_zone *zone, struct ct_local start, struct ct_local end)
{
	return (ct_zone_utc(zone, end).s - ct_zone_utc(zone, start).s) / 60;
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

/* ---- lines ---- */

struct price_line *price_add(struct ct_request *r, struct price *price, struct price_line line)
{
	price->lines = talloc_realloc(r, price->lines, struct price_line, price->n_lines + 1);
	price->lines[price->n_lines] = line;
	price->total_cents += line.amount_cents;
	return &price->lines[price->n_lines++];
}

const char *text_fitting(struct ct_request *r, const char *text, size_t most)
{
	size_t n = 0;

	for (size_t points = 0; text[n]; n++)
		if (((unsigned char)text[n] & 0xC0) != 0x80 && points++ == most)
			break;
	return talloc_strndup(r, text, n);
}

/* An amount of the tariff inside of a label, which people with and without use of VAT read. */
static const char *money(struct ct_request *r, const struct tariff *t, int64_t cents)
{
	const char *text = ct_money_show(r, cents, t->currency, r->lang);

	return strcmp(t->amounts, "exclude_vat") ? text : talloc_asprintf(r, "%s %s", text, _("excl. VAT"));
}

/* Where a minimum or a cap decided, the reason of the amount. */
static const char *bound(struct ct_request *r, const struct tariff *t, const struct step *s,
			 int64_t count)
{
	int64_t cents = line_cents(s, count);

	if (cents == s->cents * count)
		return NULL;
	return talloc_asprintf(r, cents > s->cents * count ? _("at least %s") : _("at most %s"),
			       money(r, t, cents));
}

static void add_line(struct ct_request *r, struct price *price, const struct tariff *t,
		     const struct step *step, const char *label, int64_t count, int64_t quantity)
{
	int64_t cents = line_cents(step, count) * quantity;

	price_add(r, price,
		  (struct price_line){
			  .tariff = t->id,
			  .step = step->id,
			  .label = quantity > 1
					   ? talloc_asprintf(r, "%s × %lld", label, (long long)quantity)
					   : label,
			  .reason = bound(r, t, step, count),
			  .quantity = count * quantity * 10000,
			  .unit_cents = step->cents,
			  .list_cents = cents,
			  .amount_cents = cents,
			  .vat_code = t->vat_code,
		  });
}

static const char *time_label(struct ct_request *r, const struct tariff *t, const struct step *s,
			      int64_t count)
{
	const char *each = money(r, t, s->cents);

	if (s->unit == UNIT_HOUR)
		return talloc_asprintf(r, ngettext_("%lld hour at %s", "%lld hours at %s", count),
				       (long long)count, each);
	return talloc_asprintf(r, ngettext_("%lld minute at %s", "%lld minutes at %s", count),
			       (long long)count, each);
}

static const char *whole_label(struct ct_request *r, const struct step *s, struct ct_day day,
			       const char *prefix)
{
	char from[CT_TIME_UI];

	if (s->unit == UNIT_DAY)
		return talloc_asprintf(r, "%s%s", prefix, _("whole day"));
	return talloc_asprintf(r, s->unit == UNIT_WEEK ? _("week from %s on") : _("month from %s on"),
			       ct_day_ui(from, day, r->lang));
}

static void add_plan(struct ct_request *r, struct price *price, const struct tariff *t,
		     const struct plan *plan, struct ct_day day, const char *prefix,
		     int64_t quantity)
{
	char hours[2][CT_TIME_UI];

	if (plan->whole)
		add_line(r, price, t, plan->whole, whole_label(r, plan->whole, day, prefix), 1,
			 quantity);
	for (size_t i = 0; !plan->whole && i < plan->n_windows; i++) {
		const struct step *w = plan->windows[i];

		add_line(r, price, t, w,
			 talloc_asprintf(r, "%s%s (%s – %s)", prefix, w->window,
					 ct_clock_ui(hours[0], w->from, r->lang),
					 ct_clock_ui(hours[1], w->to, r->lang)),
			 1, quantity);
	}
	if (!plan->whole && plan->time) {
		int64_t count = time_count(plan->time, plan->loose);

		add_line(r, price, t, plan->time, time_label(r, t, plan->time, count), count,
			 quantity);
	}
}

/* ---- several days ---- */

/* How many of the `left` days from `day` on a week or a month covers. */
static size_t days_of(const struct step *s, struct ct_day day, size_t left)
{
	size_t days = s->unit == UNIT_WEEK ? WEEK_DAYS
					   : (size_t)(ct_day_add_months(day, 1).n - day.n);

	return days < left ? days : left;
}

/* From the last day to the first: for each the cheapest way to pay from there on; ways[n] is the end. */
static void join_days(const struct tariff *t, struct ct_day first, struct plan *plans, size_t n,
		      struct plan *ways)
{
	ways[n] = (struct plan){ .possible = true };
	for (size_t i = n; i-- > 0;) {
		struct plan way = plans[i];

		way.possible &= ways[i + 1].possible;
		way.cents += ways[i + 1].cents;
		way.lines += ways[i + 1].lines;
		for (size_t k = 0; k < t->n_steps; k++) {
			const struct step *s = &t->steps[k];
			struct plan longer = { .whole = s };
			int64_t minutes = 0;

			if (s->unit != UNIT_WEEK && s->unit != UNIT_MONTH)
				continue;
			longer.days = days_of(s, ct_day_add(first, (int)i), n - i);
			for (size_t d = i; d < i + longer.days; d++)
				minutes += plans[d].minutes;
			longer.possible = ways[i + longer.days].possible && long_enough(s, minutes);
			longer.cents = line_cents(s, 1) + ways[i + longer.days].cents;
			longer.lines = 1 + ways[i + longer.days].lines;
			if (better(&longer, &way))
				way = longer;
		}
		ways[i] = way;
	}
}

static void price_days(struct ct_request *r, struct price *price, const struct tariff *t,
		       struct ct_local start, struct ct_local end, int64_t quantity)
{
	struct ct_day first = ct_local_day(start),
		      last = ct_local_day((struct ct_local){ end.s - 1 });
	size_t n = (size_t)((int64_t)last.n - first.n + 1);
	struct plan *plans = talloc_array(r, struct plan, n), *ways = talloc_array(r, struct plan, n + 1);

	for (size_t i = 0; i < n; i++) {
		struct part part = part_of(t->zone, ct_day_add(first, (int)i), start, end);

		plans[i] = plan_day(t, &part);
	}
	join_days(t, first, plans, n, ways);
	price->known = ways[0].possible;
	for (size_t i = 0; price->known && i < n; i += ways[i].days) {
		struct ct_day day = ct_day_add(first, (int)i);
		char text[CT_TIME_UI];

		add_plan(r, price, t, &ways[i], day,
			 n > 1 ? talloc_asprintf(r, "%s, ", ct_day_ui(text, day, r->lang)) : "",
			 quantity);
	}
}

static const struct step *by_use(const struct tariff *t, int64_t minutes)
{
	const struct step *best = NULL;

	for (size_t i = 0; i < t->n_steps; i++)
		if (t->steps[i].unit == UNIT_USE && long_enough(&t->steps[i], minutes) &&
		    (!best || t->steps[i].cents < best->cents))
			best = &t->steps[i];
	return best;
}

/* Lent for nothing: what it would have cost, and one line that takes it off with its reason. */
static void give_away(struct ct_request *r, struct price *price, const struct tariff *t)
{
	int64_t worth = price->total_cents;

	price->known = true;
	if (worth)
		price_add(r, price,
			  (struct price_line){ .tariff = t->id,
					       .label = _("lent free of charge"),
					       .reason = t->reason_label,
					       .reason_id = t->reason,
					       .quantity = 10000,
					       .unit_cents = -worth,
					       .amount_cents = -worth,
					       .vat_code = t->vat_code });
}

struct price price_of(struct ct_request *r, const struct tariff *t, struct ct_local start,
		      struct ct_local end, int64_t quantity)
{
	struct price price = { .known = t && strcmp(t->mode, "on_quote") != 0,
			       .currency = t ? t->currency : "EUR",
			       .amounts = t ? t->amounts : "no_vat" };
	const struct step *use;

	if (!price.known)
		return price;
	use = by_use(t, minutes_between(t->zone, start, end));
	if (use)
		add_line(r, &price, t, use, t->label, 1, quantity);
	else
		price_days(r, &price, t, start, end, quantity);
	if (!strcmp(t->mode, "gratis"))
		give_away(r, &price, t);
	if (!price.known) {
		price.n_lines = 0;
		price.total_cents = 0;
	}
	return price;
}
