/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices: a table computed by hand, and random ones against a search that is written another way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../plugins/reservation/price.c"

enum { ALL_DAYS = 127, WEEKEND = 96, RANDOM_PRICES = 10000 };

#define HOUR(c)                                 \
	{                                       \
		.unit = UNIT_HOUR, .cents = (c) \
	}
#define MINUTE(c)                                 \
	{                                         \
		.unit = UNIT_MINUTE, .cents = (c) \
	}
#define DAY(c)                                 \
	{                                      \
		.unit = UNIT_DAY, .cents = (c) \
	}
#define USE(c)                                 \
	{                                      \
		.unit = UNIT_USE, .cents = (c) \
	}
#define WINDOW(name, days, a, b, c)                                                      \
	{                                                                                \
		.unit = UNIT_WINDOW, .cents = (c), .window = (name), .weekdays = (days), \
		.from = (a)*60, .to = (b)*60                                             \
	}

static struct step no_steps[1];
static struct step cheap_hours[] = { HOUR(1500), DAY(15000), WINDOW("matin", ALL_DAYS, 9, 13, 8000),
				     WINDOW("midi", ALL_DAYS, 14, 18, 8000) };
static struct step standard[] = { HOUR(2400), DAY(15000), WINDOW("matin", ALL_DAYS, 9, 13, 8000),
				  WINDOW("midi", ALL_DAYS, 14, 18, 8000),
				  WINDOW("soir", ALL_DAYS, 18, 22, 8000) };
static struct step no_hours[] = { WINDOW("matin", ALL_DAYS, 9, 13, 5000),
				  WINDOW("midi", ALL_DAYS, 14, 18, 6000),
				  WINDOW("soir", ALL_DAYS, 18, 22, 7000) };
static struct step minutes[] = { MINUTE(20) };
static struct step only_hours[] = { HOUR(1000) };
static struct step only_day[] = { DAY(9000) };
static struct step per_use[] = { USE(1200), HOUR(500) };
static struct step equal[] = { WINDOW("a", ALL_DAYS, 9, 13, 4000),
			       WINDOW("b", ALL_DAYS, 13, 17, 4000), DAY(8000) };
static struct step nested[] = { WINDOW("a", ALL_DAYS, 9, 13, 4000),
				WINDOW("b", ALL_DAYS, 13, 17, 4000),
				WINDOW("ab", ALL_DAYS, 9, 17, 8000) };
static struct step overlapping[] = { HOUR(2000), WINDOW("a", ALL_DAYS, 9, 14, 5000),
				     WINDOW("b", ALL_DAYS, 13, 18, 5000) };
static struct step by_weekday[] = { HOUR(9900), WINDOW("semaine", ALL_DAYS & ~WEEKEND, 9, 13, 8000),
				    WINDOW("week-end", WEEKEND, 9, 13, 3000) };
static struct step to_midnight[] = { HOUR(2000), WINDOW("nuit", ALL_DAYS, 20, 24, 3500) };
static struct step hours_and_minutes[] = { MINUTE(1), HOUR(1000) };

#define TARIFF(s)                                                                \
	{                                                                        \
		.id = 9, .label = #s, .mode = "fixed", .amounts = "include_vat", \
		.currency = "EUR", .vat_code = "S20", .steps = (s),              \
		.n_steps = sizeof(s) / sizeof((s)[0])                            \
	}
static struct tariff t_cheap = TARIFF(cheap_hours), t_standard = TARIFF(standard),
		     t_no_hours = TARIFF(no_hours), t_minutes = TARIFF(minutes),
		     t_hours = TARIFF(only_hours), t_day = TARIFF(only_day),
		     t_use = TARIFF(per_use), t_equal = TARIFF(equal), t_nested = TARIFF(nested),
		     t_overlapping = TARIFF(overlapping), t_weekday = TARIFF(by_weekday),
		     t_midnight = TARIFF(to_midnight), t_both = TARIFF(hours_and_minutes),
		     t_gratis = TARIFF(no_steps), t_quote = TARIFF(no_steps),
		     t_empty = TARIFF(no_steps);

static struct ct_request *r;

static int set_up(void **state)
{
	(void)state;
	r = talloc_zero(NULL, struct ct_request);
	r->lang = "en";
	t_gratis.mode = "gratis";
	t_gratis.n_steps = t_quote.n_steps = t_empty.n_steps = 0;
	t_quote.mode = "on_quote";
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

static struct ct_local at(const char *text)
{
	struct ct_local t;
	struct ct_error e;

	assert_int_equal(ct_local_parse(text, &t, &e), 0);
	return t;
}

static const struct ct_zone *zone_of(const char *name)
{
	const struct ct_zone *zone;
	struct ct_error e;

	assert_int_equal(ct_zone_get(name, &zone, &e), 0);
	return zone;
}

static const struct step *step_of(const struct tariff *t, const struct price_line *l)
{
	for (size_t i = 0; i < t->n_steps; i++)
		if (t->steps[i].id == l->step)
			return &t->steps[i];
	fail_msg("a line of no step");
	return NULL;
}

/* "matin 2h day": what the lines are, each checked to be right in itself; per unit. */
static const char *shape(const struct tariff *t, const struct price *p, int64_t quantity)
{
	char *text = talloc_strdup(r, "");
	int64_t sum = 0;

	for (size_t i = 0; i < p->n_lines; i++) {
		const struct price_line *l = &p->lines[i];
		const struct step *s = step_of(t, l);
		long long count = (long long)(l->quantity / 10000 / quantity);

		assert_int_equal(l->tariff, t->id);
		assert_string_equal(l->vat_code, "S20");
		assert_int_equal(l->unit_cents, s->cents);
		assert_int_equal(l->quantity, count * quantity * 10000);
		assert_int_equal(l->amount_cents, s->cents * count * quantity);
		sum += l->amount_cents;
		text = talloc_asprintf_append(text, "%s", i ? " " : "");
		if (s->unit == UNIT_HOUR || s->unit == UNIT_MINUTE)
			text = talloc_asprintf_append(text, "%lld%s", count,
						      s->unit == UNIT_HOUR ? "h" : "m");
		else
			text = talloc_asprintf_append(text, "%s",
						      s->unit == UNIT_DAY   ? "day"
						      : s->unit == UNIT_USE ? "use"
									    : s->window);
	}
	assert_int_equal(sum, p->total_cents);
	return text;
}

static const struct {
	struct tariff *tariff;
	const char *start, *end;
	int64_t quantity;
	int64_t cents; /* -1: nobody can say */
	const char *lines;
} cases[] = {
	/* 15 € the hour: four hours cost less than the half-day at 80 €, ten as much as the day at 150 € */
	{ &t_cheap, "2026-11-26T09:00", "2026-11-26T10:00", 1, 1500, "1h" },
	{ &t_cheap, "2026-11-26T09:00", "2026-11-26T09:30", 1, 1500, "1h" },
	{ &t_cheap, "2026-11-26T09:00", "2026-11-26T10:01", 1, 3000, "2h" },
	{ &t_cheap, "2026-11-26T09:00", "2026-11-26T13:00", 1, 6000, "4h" },
	{ &t_cheap, "2026-11-26T09:00", "2026-11-26T18:00", 1, 13500, "9h" },
	{ &t_cheap, "2026-11-26T08:00", "2026-11-26T18:00", 1, 15000,
	  "10h" }, /* as dear as the day: the first found */
	{ &t_cheap, "2026-11-26T08:00", "2026-11-26T18:01", 1, 15000, "day" },
	/* 24 € the hour begun: now the half-days pay */
	{ &t_standard, "2026-11-26T09:00", "2026-11-26T13:00", 1, 8000, "matin" },
	{ &t_standard, "2026-11-26T09:00", "2026-11-26T12:00", 1, 7200, "3h" },
	{ &t_standard, "2026-11-26T09:00", "2026-11-26T12:30", 1, 8000,
	  "matin" }, /* a part of it costs all of it */
	{ &t_standard, "2026-11-26T10:00", "2026-11-26T13:00", 1, 7200, "3h" },
	{ &t_standard, "2026-11-26T14:00", "2026-11-26T17:01", 1, 8000, "midi" },
	{ &t_standard, "2026-11-26T09:00", "2026-11-26T14:00", 1, 10400, "matin 1h" },
	{ &t_standard, "2026-11-26T08:00", "2026-11-26T13:00", 1, 10400, "matin 1h" },
	{ &t_standard, "2026-11-26T08:30", "2026-11-26T13:30", 1, 10400,
	  "matin 1h" }, /* two halves of an hour are one */
	{ &t_standard, "2026-11-26T08:15", "2026-11-26T13:30", 1, 12800, "matin 2h" },
	{ &t_standard, "2026-11-26T13:30", "2026-11-26T14:30", 1, 2400, "1h" },
	{ &t_standard, "2026-11-26T09:00", "2026-11-26T18:00", 1, 15000,
	  "day" }, /* two windows and an hour: 184 € */
	{ &t_standard, "2026-11-26T10:00", "2026-11-26T17:00", 1, 15000, "day" },
	{ &t_standard, "2026-11-26T18:00", "2026-11-26T22:00", 1, 8000, "soir" },
	{ &t_standard, "2026-11-26T18:30", "2026-11-26T20:00", 1, 4800, "2h" },
	{ &t_standard, "2026-11-26T18:00", "2026-11-27T00:00", 1, 12800, "soir 2h" },
	{ &t_standard, "2026-11-26T00:00", "2026-11-27T00:00", 1, 15000, "day" },
	/* several days, each by itself */
	{ &t_standard, "2026-11-26T09:00", "2026-11-27T18:00", 1, 30000, "day day" },
	{ &t_standard, "2026-11-26T18:00", "2026-11-27T13:00", 1, 27800, "soir 2h day" },
	{ &t_standard, "2026-11-26T22:00", "2026-11-27T01:00", 1, 7200, "2h 1h" },
	{ &t_standard, "2026-11-26T12:00", "2026-12-03T00:00", 1, 105000,
	  "day day day day day day day" },
	{ &t_hours, "2026-11-26T23:30", "2026-11-27T00:30", 1, 2000, "1h 1h" },
	{ &t_hours, "2026-11-26T22:00", "2026-11-27T00:00", 1, 2000, "2h" },
	{ &t_day, "2026-11-26T12:00", "2026-11-26T12:30", 1, 9000, "day" },
	/* the evening to midnight */
	{ &t_midnight, "2026-11-26T20:00", "2026-11-27T00:00", 1, 3500, "nuit" },
	{ &t_midnight, "2026-11-26T22:00", "2026-11-27T01:00", 1, 5500, "nuit 1h" },
	{ &t_midnight, "2026-11-26T23:00", "2026-11-27T00:00", 1, 2000, "1h" },
	/* only windows: what none of them covers has no price */
	{ &t_no_hours, "2026-11-26T10:00", "2026-11-26T12:00", 1, 5000, "matin" },
	{ &t_no_hours, "2026-11-26T14:00", "2026-11-26T22:00", 1, 13000, "midi soir" },
	{ &t_no_hours, "2026-11-26T15:00", "2026-11-26T19:00", 1, 13000, "midi soir" },
	{ &t_no_hours, "2026-11-26T09:00", "2026-11-26T18:00", 1, -1, "" },
	{ &t_no_hours, "2026-11-26T08:00", "2026-11-26T13:00", 1, -1, "" },
	{ &t_no_hours, "2026-11-26T09:00", "2026-11-27T13:00", 1, -1,
	  "" }, /* the first day alone would have one */
	/* equal prices prefer fewer lines */
	{ &t_equal, "2026-11-26T09:00", "2026-11-26T17:00", 1, 8000, "day" },
	{ &t_nested, "2026-11-26T09:00", "2026-11-26T17:00", 1, 8000, "ab" },
	{ &t_nested, "2026-11-26T09:00", "2026-11-26T13:00", 1, 4000, "a" },
	{ &t_overlapping, "2026-11-26T09:00", "2026-11-26T18:00", 1, 10000, "a b" },
	{ &t_overlapping, "2026-11-26T10:00", "2026-11-26T15:00", 1, 7000, "a 1h" },
	/* windows of some weekdays: Thursday, Saturday, Sunday to Monday */
	{ &t_weekday, "2026-11-26T09:00", "2026-11-26T13:00", 1, 8000, "semaine" },
	{ &t_weekday, "2026-11-28T09:00", "2026-11-28T13:00", 1, 3000, "week-end" },
	{ &t_weekday, "2026-11-29T12:00", "2026-11-29T13:00", 1, 3000, "week-end" },
	/* minutes; where a tariff has both, what is cheaper */
	{ &t_minutes, "2026-11-26T09:00", "2026-11-26T10:30", 1, 1800, "90m" },
	{ &t_minutes, "2026-11-26T23:59", "2026-11-27T00:01", 1, 40, "1m 1m" },
	{ &t_both, "2026-11-26T09:00", "2026-11-26T10:30", 1, 90, "90m" },
	/* each time, however long */
	{ &t_use, "2026-11-26T09:00", "2026-11-26T09:15", 1, 1200, "use" },
	{ &t_use, "2026-11-26T09:00", "2026-12-26T09:15", 1, 1200, "use" },
	/* several units */
	{ &t_hours, "2026-11-26T09:00", "2026-11-26T11:00", 3, 6000, "2h" },
	{ &t_standard, "2026-11-26T09:00", "2026-11-26T14:00", 12, 124800, "matin 1h" },
	{ &t_use, "2026-11-26T09:00", "2026-11-26T11:00", 4, 4800, "use" },
	/* nothing to pay, and nothing to say */
	{ &t_gratis, "2026-11-26T09:00", "2026-11-26T11:00", 2, 0, "" },
	{ &t_quote, "2026-11-26T09:00", "2026-11-26T11:00", 1, -1, "" },
	{ &t_empty, "2026-11-26T09:00", "2026-11-26T11:00", 1, -1, "" },
	{ NULL, "2026-11-26T09:00", "2026-11-26T11:00", 1, -1, "" },
};

static void test_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct price p;

		if (cases[i].tariff)
			cases[i].tariff->zone = zone_of("Europe/Paris");
		for (size_t k = 0; cases[i].tariff && k < cases[i].tariff->n_steps; k++)
			cases[i].tariff->steps[k].id = 100 + (int64_t)k;
		p = price_of(r, cases[i].tariff, at(cases[i].start), at(cases[i].end),
			     cases[i].quantity);
		if (p.known != (cases[i].cents >= 0) ||
		    p.total_cents != (p.known ? cases[i].cents : 0) ||
		    strcmp(shape(cases[i].tariff, &p, cases[i].quantity), cases[i].lines) != 0)
			fail_msg("case %zu, %s to %s: %s %lld as \"%s\", not %lld as \"%s\"", i,
				 cases[i].start, cases[i].end, p.known ? "" : "unknown",
				 (long long)p.total_cents,
				 shape(cases[i].tariff, &p, cases[i].quantity),
				 (long long)cases[i].cents, cases[i].lines);
	}
}

/* What passes is paid, not what the wall shows. */
static void test_nights_of_clock_change(void **state)
{
	static const struct {
		const char *zone, *start, *end;
		int64_t minutes, hours;
	} nights[] = {
		{ "Europe/Paris", "2026-03-29T01:00", "2026-03-29T04:00", 120, 2 },
		{ "Europe/Paris", "2026-03-29T01:00", "2026-03-29T03:00", 60, 1 },
		{ "Europe/Paris", "2026-03-29T03:00", "2026-03-29T04:00", 60, 1 },
		{ "Europe/Paris", "2026-03-29T02:30", "2026-03-29T04:00", 30, 1 },
		{ "Europe/Paris", "2026-10-25T01:00", "2026-10-25T04:00", 240, 4 },
		{ "Europe/Paris", "2026-10-25T01:00", "2026-10-25T02:30", 90, 2 },
		{ "Europe/Paris", "2026-10-25T02:00", "2026-10-25T03:00", 120, 2 },
		{ "Indian/Reunion", "2026-03-29T01:00", "2026-03-29T04:00", 180, 3 },
		{ "Indian/Reunion", "2026-10-25T01:00", "2026-10-25T04:00", 180, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(nights) / sizeof(nights[0]); i++) {
		t_minutes.zone = t_hours.zone = zone_of(nights[i].zone);
		assert_int_equal(price_of(r, &t_minutes, at(nights[i].start), at(nights[i].end), 1)
					 .total_cents,
				 nights[i].minutes * 20);
		assert_int_equal(price_of(r, &t_hours, at(nights[i].start), at(nights[i].end), 1)
					 .total_cents,
				 nights[i].hours * 1000);
	}
}

static void test_labels(void **state)
{
	struct price p;

	(void)state;
	t_standard.zone = zone_of("Europe/Paris");
	p = price_of(r, &t_standard, at("2026-11-26T09:00"), at("2026-11-26T14:00"), 2);
	assert_string_equal(p.lines[0].label, "matin (09:00 – 13:00) × 2");
	assert_string_equal(p.currency, "EUR");
	assert_string_equal(p.amounts, "include_vat");
	/* up to midnight is one day, which needs no date */
	p = price_of(r, &t_standard, at("2026-11-26T18:00"), at("2026-11-27T00:00"), 1);
	assert_string_equal(p.lines[0].label, "soir (18:00 – 22:00)");
	p = price_of(r, &t_standard, at("2026-11-26T18:00"), at("2026-11-27T13:00"), 1);
	assert_non_null(strstr(p.lines[0].label, "26/11/2026, soir"));
	assert_non_null(strstr(p.lines[2].label, "27/11/2026, "));
	assert_null(price_of(r, &t_standard, at("2026-11-26T09:00"), at("2026-11-26T14:00"), 1)
			    .lines[0]
			    .reason);
}

/* ---- the same, by a search of its own ---- */

struct search {
	const struct tariff *t;
	const struct step *window[8];
	size_t n;
	int weight[1440], cover[1440];
	int64_t left; /* minutes that pass and that nothing chosen covers */
	bool found;
	int64_t cents;
	unsigned lines;
};

static void offer(struct search *s, int64_t cents, unsigned lines)
{
	if (s->found && (cents > s->cents || (cents == s->cents && lines >= s->lines)))
		return;
	s->found = true;
	s->cents = cents;
	s->lines = lines;
}

/* Takes each window or leaves it; `left` follows along. */
static void search(struct search *s, size_t i, int64_t cents, unsigned lines, int64_t hour,
		   int64_t minute)
{
	if (i == s->n) {
		if (!s->left)
			offer(s, cents, lines);
		else if (hour >= 0)
			offer(s, cents + (s->left / 60 + (s->left % 60 != 0)) * hour, lines + 1);
		if (s->left && minute >= 0)
			offer(s, cents + s->left * minute, lines + 1);
		return;
	}
	for (int m = s->window[i]->from; m < s->window[i]->to; m++)
		s->left -= s->cover[m]++ ? 0 : s->weight[m];
	search(s, i + 1, cents + s->window[i]->cents, lines + 1, hour, minute);
	for (int m = s->window[i]->from; m < s->window[i]->to; m++)
		s->left += --s->cover[m] ? 0 : s->weight[m];
	search(s, i + 1, cents, lines, hour, minute);
}

static int64_t cents_of(const struct tariff *t, enum price_unit unit)
{
	for (size_t i = 0; i < t->n_steps; i++)
		if (t->steps[i].unit == unit)
			return t->steps[i].cents;
	return -1;
}

/* The cheapest of the day that begins at `midnight`, of which [from, to) is taken. */
static bool day_search(const struct tariff *t, struct ct_local midnight, struct ct_local from,
		       struct ct_local to, struct search *s)
{
	int weekday = ct_local_civil(midnight).weekday;

	*s = (struct search){ .t = t };
	for (int64_t u = ct_zone_utc(t->zone, from).s; u < ct_zone_utc(t->zone, to).s; u += 60) {
		struct ct_civil wall = ct_local_civil(ct_zone_local(t->zone, (struct ct_utc){ u }));

		s->weight[wall.hour * 60 + wall.minute]++;
		s->left++;
	}
	for (size_t i = 0; i < t->n_steps; i++) {
		const struct step *w = &t->steps[i];
		int64_t opens = midnight.s + w->from * 60, closes = midnight.s + w->to * 60;

		if (w->unit == UNIT_WINDOW && (w->weekdays & 1 << (weekday - 1)) && opens < to.s &&
		    closes > from.s)
			s->window[s->n++] = w;
	}
	search(s, 0, 0, 0, cents_of(t, UNIT_HOUR), cents_of(t, UNIT_MINUTE));
	if (cents_of(t, UNIT_DAY) >= 0)
		offer(s, cents_of(t, UNIT_DAY), 1);
	return s->found;
}

static unsigned seed = 20261123;

static int chance(int n)
{
	seed = seed * 1103515245 + 12345;
	return (int)(seed >> 16 & 0x7FFF) % n;
}

static void random_tariff(struct tariff *t, struct step *steps)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	int windows = chance(5);

	t->n_steps = 0;
	for (int i = 0; i < windows; i++) {
		int from = chance(94) * 15, to = from + 15 + chance(24) * 15;

		steps[t->n_steps++] = (struct step){ .unit = UNIT_WINDOW,
						     .window = names[i],
						     .cents = chance(20) * 500,
						     .weekdays = chance(4) ? 127 : 1 + chance(127),
						     .from = from,
						     .to = to > 1440 ? 1440 : to };
	}
	if (chance(3))
		steps[t->n_steps++] = (struct step)HOUR(chance(8) * 250);
	if (!chance(3))
		steps[t->n_steps++] = (struct step)MINUTE(chance(50));
	if (chance(2))
		steps[t->n_steps++] = (struct step)DAY(chance(30) * 500);
}

static void test_random(void **state)
{
	static const char *const days[] = { "2026-03-28T00:00", "2026-10-24T00:00",
					    "2026-11-24T00:00" };
	struct step steps[8];
	struct tariff t = TARIFF(steps);
	int known = 0, mixed = 0;

	(void)state;
	for (int i = 0; i < RANDOM_PRICES; i++) {
		struct ct_local start, end, from, to;
		int64_t cents = 0, quantity = 1 + chance(3);
		unsigned lines = 0;
		bool possible = true;
		struct price p;
		void *before = r;

		r = talloc_zero(NULL, struct ct_request);
		r->lang = "fr";
		random_tariff(&t, steps);
		t.zone = zone_of(chance(4) ? "Europe/Paris" : "Indian/Reunion");
		start = ct_local_add(at(days[chance(3)]), chance(192) * 900);
		end = ct_local_add(start,
				   (1 + chance(chance(3) ? 48 : 192)) * 900 + (chance(5) ? 0 : 60));
		if (ct_zone_utc(t.zone, end).s > ct_zone_utc(t.zone, start).s) {
			for (from = start; from.s < end.s && possible; from = to) {
				struct ct_local midnight = ct_day_local(ct_local_day(from));
				struct search s;

				to = ct_local_add(midnight, 86400);
				to = to.s < end.s ? to : end;
				possible = day_search(&t, midnight, from, to, &s);
				cents += s.cents;
				lines += s.lines;
			}
			p = price_of(r, &t, start, end, quantity);
			if (p.known != possible ||
			    (possible && (p.total_cents != cents * quantity || p.n_lines != lines)))
				fail_msg("price %d: %d %lld in %zu lines, not %d %lld in %u", i,
					 p.known, (long long)p.total_cents, p.n_lines, possible,
					 (long long)(cents * quantity), lines);
			known += possible;
			mixed += possible && lines > 1;
		}
		talloc_free(r);
		r = before;
	}
	assert_true(known > RANDOM_PRICES / 2 && known < RANDOM_PRICES * 99 / 100);
	assert_true(mixed > RANDOM_PRICES / 10);
}

/* ---- what pages say of a price ---- */

static json_t *put(const struct price *p, bool asked)
{
	json_t *o = json_object();

	price_put(r, o, p, asked);
	return o;
}

static const char *text_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void test_put(void **state)
{
	struct price p;
	json_t *o;

	(void)state;
	t_standard.zone = zone_of("Europe/Paris");
	p = price_of(r, &t_standard, at("2026-11-26T09:00"), at("2026-11-26T14:00"), 1);
	o = put(&p, true);
	assert_int_equal(json_array_size(json_object_get(o, "lines")), 2);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(o, "total"), "cents")),
			 10400);
	assert_string_equal(text_of(o, "expected_ui"), "104,00");
	assert_true(json_is_false(json_object_get(o, "is_free_ui")));
	assert_non_null(text_of(o, "basis_ui"));
	json_decref(o);
	o = put(&p, false);
	assert_true(json_is_null(json_object_get(o, "expected_ui")));
	json_decref(o);
	p = price_of(r, &t_gratis, at("2026-11-26T09:00"), at("2026-11-26T14:00"), 1);
	o = put(&p, true);
	assert_true(json_is_true(json_object_get(o, "is_free_ui")));
	assert_string_equal(text_of(o, "expected_ui"), "0,00");
	json_decref(o);
	p = price_of(r, &t_quote, at("2026-11-26T09:00"), at("2026-11-26T14:00"), 1);
	o = put(&p, true);
	assert_true(json_is_null(json_object_get(o, "total")));
	assert_true(json_is_null(json_object_get(o, "expected_ui")));
	assert_true(json_is_false(json_object_get(o, "is_free_ui")));
	assert_non_null(text_of(o, "price_note_ui"));
	json_decref(o);
}

static void test_button_and_card(void **state)
{
	struct room room = { .name = "Atelier" };
	struct price paid = { .known = true, .total_cents = 9600, .currency = "EUR", .amounts = "include_vat" },
		     free = { .known = true, .currency = "EUR", .amounts = "include_vat" };

	(void)state;
	assert_non_null(strstr(price_button(r, &paid, &room), "obligation to pay"));
	assert_non_null(strstr(price_button(r, &paid, &room), "96"));
	assert_string_equal(price_button(r, &free, &room), "Book Atelier");
	room.policy.approval = APPROVAL_ALWAYS;
	assert_null(strstr(price_button(r, &paid, &room), "obligation to pay"));
	assert_string_equal(price_button(r, &free, &room), "Ask for Atelier");
	assert_null(price_from(r, NULL));
	assert_null(price_from(r, &t_empty));
	assert_string_equal(price_from(r, &t_gratis), "free of charge");
	assert_string_equal(price_from(r, &t_quote), "on quotation");
	assert_non_null(strstr(price_from(r, &t_standard), "24"));
	assert_non_null(strstr(price_from(r, &t_no_hours), "50"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand), cmocka_unit_test(test_nights_of_clock_change),
		cmocka_unit_test(test_labels),	cmocka_unit_test(test_random),
		cmocka_unit_test(test_put),	cmocka_unit_test(test_button_and_card),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
