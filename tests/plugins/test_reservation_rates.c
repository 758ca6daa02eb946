/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What somebody pays: a table computed by hand (weeks, tiers, audiences, adjustments, extras, gifts, VAT, cancelling),
 * and random prices against a search and a sum that are written another way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../plugins/reservation/rates.c"
#include "../../plugins/reservation/cancel.h"

enum { RANDOM = 10000, MEMBER = 1, ASSOCIATION = 2, EXEMPT = 3 };

#define STEP(u, c, ...) { .unit = (u), .cents = (c), __VA_ARGS__ }
#define WINDOW(name, a, b, c, ...) \
	{ .unit = UNIT_WINDOW, .cents = (c), .window = (name), .weekdays = 127, .from = (a)*60, .to = (b)*60, \
	  __VA_ARGS__ }
#define TARIFF(s, basis, vat, how)                                                                     \
	{ .id = 9, .label = "tarif", .mode = (how), .amounts = (basis), .currency = "EUR", .vat_code = (vat), \
	  .steps = (s), .n_steps = sizeof(s) / sizeof((s)[0]) }

static struct day_range christmas_day[1];
static struct days christmas = { 5, NULL, CT_HOLIDAYS_NONE, christmas_day, 1 };
static struct step house[] = { STEP(UNIT_HOUR, 2400), WINDOW("matin", 9, 13, 8000), WINDOW("midi", 14, 18, 8000),
			       WINDOW("soir", 18, 22, 8000), STEP(UNIT_DAY, 15000), STEP(UNIT_WEEK, 60000),
			       STEP(UNIT_MONTH, 200000) };
static struct step tiers[] = { STEP(UNIT_HOUR, 800, .up_to = 120), STEP(UNIT_HOUR, 1000) };
static struct step short_use[] = { STEP(UNIT_USE, 1000, .up_to = 240), STEP(UNIT_HOUR, 500) };
static struct step bounded[] = { STEP(UNIT_MINUTE, 50, .minimum = 1000, .cap = 6000) };
static struct step short_day[] = { STEP(UNIT_DAY, 9000, .up_to = 600), STEP(UNIT_HOUR, 2000) };
static struct step capped[] = { STEP(UNIT_HOUR, 1500, .cap = 6000) };
static struct step holidays[] = { WINDOW("fête", 9, 13, 20000, .only_in = &christmas),
				  WINDOW("matin", 9, 13, 8000, .not_in = &christmas) };
static struct step odd[] = { STEP(UNIT_HOUR, 1995) };
static struct step halves[] = { STEP(UNIT_HOUR, 1050) };
static struct step thirds[] = { STEP(UNIT_HOUR, 333) };
static struct step pot[] = { STEP(UNIT_HOUR, 1) };

static struct tariff t_house = TARIFF(house, "include_vat", "S20", "fixed"),
		     t_net = TARIFF(house, "exclude_vat", "S20", "fixed"),
		     t_low = TARIFF(house, "exclude_vat", "S55", "fixed"),
		     t_none = TARIFF(house, "no_vat", "E293B", "fixed"),
		     t_exempt = TARIFF(house, "exclude_vat", "E261", "fixed"),
		     t_lent = TARIFF(house, "include_vat", "S20", "gratis"),
		     t_quote = TARIFF(house, "include_vat", "S20", "on_quote"),
		     t_pot = TARIFF(pot, "include_vat", "S20", "free_price"),
		     t_tiers = TARIFF(tiers, "include_vat", "S20", "fixed"),
		     t_use = TARIFF(short_use, "include_vat", "S20", "fixed"),
		     t_bounded = TARIFF(bounded, "include_vat", "S20", "fixed"),
		     t_day = TARIFF(short_day, "include_vat", "S20", "fixed"),
		     t_capped = TARIFF(capped, "include_vat", "S20", "fixed"),
		     t_holidays = TARIFF(holidays, "include_vat", "S20", "fixed"),
		     t_odd = TARIFF(odd, "include_vat", "S20", "fixed"),
		     t_halves = TARIFF(halves, "include_vat", "S20", "fixed"),
		     t_thirds = TARIFF(thirds, "exclude_vat", "S20", "fixed");

static struct room rooms[] = { { .id = 1, .name = "Salle", .org = 1, .place = 1, .kind = 1 },
			       { .id = 2, .name = "Salle", .org = 1, .place = 1, .kind = 2 } };

/* Each by a letter, in the order in which a case names them. */
static const struct { char name; struct adjust a; } known_adjusts[] = {
	{ 'm', { .label = "membre", .is_share = true, .bp = 3000, .audience = MEMBER } },
	{ 'a', { .label = "association", .is_share = true, .bp = 2000, .audience = ASSOCIATION } },
	{ 't', { .label = "dix", .is_share = true, .bp = 1000 } },
	{ 'f', { .label = "cinq", .is_share = true, .bp = 500 } },
	{ 'q', { .label = "quinze", .is_share = true, .bp = 1500 } },
	{ 'z', { .label = "deux et demi", .is_share = true, .bp = 250 } },
	{ 'e', { .label = "ouverture", .cents = 4000, .before = 510 } },
	{ 'l', { .label = "fermeture", .cents = 4000, .after = 1320 } },
	{ '-', { .label = "dix euros", .cents = -1000 } },
	{ '=', { .label = "cent euros", .cents = -10000 } },
	{ '2', { .label = "salle 2", .cents = -1000, .resource = 2 } },
	{ 'k', { .label = "genre 2", .is_share = true, .bp = 3000, .kind = 2 } },
	{ 'o', { .label = "ailleurs", .is_share = true, .bp = 9000, .org = 2 } },
	{ 'v', { .label = "sans TVA", .is_share = true, .audience = EXEMPT, .vat_code = "E261" } },
};

static const struct extra extras[] = {
	{ .id = 1, .org = 1, .label = "café", .unit = "person", .cents = 250, .max = 40 },
	{ .id = 2, .org = 1, .label = "aide", .unit = "hour", .cents = 2000 },
	{ .id = 3, .org = 1, .label = "chauffage", .unit = "day", .cents = 1000 },
	{ .id = 4, .org = 1, .label = "tableau", .unit = "booking", .cents = 500, .max = 3 },
	{ .id = 5, .org = 1, .label = "repas", .unit = "person", .cents = 1000, .vat_code = "S10" },
	{ .id = 6, .org = 1, .label = "clé", .unit = "booking", .cents = 333 },
	{ .id = 7, .org = 1, .label = "badge", .unit = "booking", .cents = 333 },
	{ .id = 8, .org = 2, .label = "ailleurs", .unit = "booking", .cents = 99 },
};

static const struct audience audiences[] = { { MEMBER, 1, "member", "membres" }, { ASSOCIATION, 1, "association", "a" },
					     { EXEMPT, 1, "other", "e" } };

static struct ct_request *r;

static struct ct_local at(const char *text)
{
	struct ct_local t;
	struct ct_error e;

	assert_int_equal(ct_local_parse(text, &t, &e), 0);
	return t;
}

static int set_up(void **state)
{
	struct tariff *const all[] = { &t_house, &t_net, &t_low, &t_none, &t_exempt, &t_lent,
				       &t_quote, &t_pot, &t_tiers, &t_use, &t_bounded, &t_day,
				       &t_capped, &t_holidays, &t_odd, &t_halves, &t_thirds };
	struct ct_error e;

	(void)state;
	r = talloc_zero(NULL, struct ct_request);
	r->lang = "en";
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(ct_zone_get("Europe/Paris", &all[i]->zone, &e), 0);
		for (size_t k = 0; k < all[i]->n_steps; k++)
			all[i]->steps[k].id = (int64_t)k + 1;
	}
	rooms[0].zone = rooms[1].zone = t_house.zone;
	christmas_day[0].from = christmas_day[0].to = ct_day_make(2026, 12, 25);
	t_pot.floor = 500;
	t_pot.suggested = 2000;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

#define WHO(...) (const int[]){ __VA_ARGS__, 0 }
#define NOBODY   (const int[]){ 0 }

struct a_case {
	struct tariff *tariff;
	const char *start, *end;
	const char *adjusts;		/* letters */
	const int *who;			/* audiences of the payer */
	const char *extras;		/* "1", "4:3" … parted by blanks */
	int64_t attendance;
	int n_rooms;			/* 2: both, at the same tariff */
	int64_t amount;			/* -1: none */
	bool gift;
	int64_t total, gross;		/* total -1: nobody can say */
	int lines;
	int64_t audience;
};

#define THU "2026-11-26T"
#define PLAIN(t, a, b, total, gross, lines) { t, a, b, "", NOBODY, "", 0, 1, -1, false, total, gross, lines, 0 }
#define ADJ(t, a, b, letters, who, total, lines, audience) \
	{ t, a, b, letters, who, "", 0, 1, -1, false, total, total, lines, audience }
#define WITH(t, a, b, letters, who, x, people, total, gross, lines, audience) \
	{ t, a, b, letters, who, x, people, 1, -1, false, total, gross, lines, audience }

static const struct a_case cases[] = {
	/* weeks and months: 4 days at 150 € are a week, 24 days a month */
	PLAIN(&t_house, THU "09:00", THU "13:00", 8000, 8000, 1),
	PLAIN(&t_house, "2026-11-23T09:00", "2026-11-25T18:00", 45000, 45000, 3),
	PLAIN(&t_house, "2026-11-23T09:00", "2026-11-26T18:00", 60000, 60000, 1),
	PLAIN(&t_house, "2026-11-23T09:00", "2026-11-27T18:00", 60000, 60000, 1),
	PLAIN(&t_house, "2026-11-23T09:00", "2026-11-30T13:00", 75000, 75000, 2), /* the night of the last day too */
	PLAIN(&t_house, "2026-11-02T00:00", "2026-11-23T00:00", 180000, 180000, 3),
	PLAIN(&t_house, "2026-11-02T00:00", "2026-11-26T00:00", 200000, 200000, 1),
	PLAIN(&t_house, "2026-11-01T00:00", "2026-12-02T00:00", 215000, 215000, 2),
	PLAIN(&t_house, "2027-01-31T00:00", "2027-03-01T00:00", 215000, 215000, 2), /* a month to 28 February: 28 days */
	/* tiers, minimum, cap, bounded day and use */
	PLAIN(&t_tiers, THU "09:00", THU "11:00", 1600, 1600, 1),
	PLAIN(&t_tiers, THU "09:00", THU "11:30", 3000, 3000, 1),
	PLAIN(&t_use, THU "09:00", THU "13:00", 1000, 1000, 1),
	PLAIN(&t_use, THU "09:00", THU "14:00", 2500, 2500, 1),
	PLAIN(&t_bounded, THU "09:00", THU "09:10", 1000, 1000, 1),
	PLAIN(&t_bounded, THU "09:00", THU "09:30", 1500, 1500, 1),
	PLAIN(&t_bounded, THU "09:00", THU "12:00", 6000, 6000, 1),
	PLAIN(&t_day, THU "09:00", THU "19:00", 9000, 9000, 1),
	PLAIN(&t_day, THU "09:00", THU "20:00", 22000, 22000, 1),
	PLAIN(&t_capped, THU "10:00", "2026-11-27T16:00", 12000, 12000, 2),
	/* the nights of clock change: from midnight to six are five hours and seven */
	PLAIN(&t_odd, "2026-03-29T00:00", "2026-03-29T06:00", 9975, 9975, 1),
	PLAIN(&t_odd, "2026-10-25T00:00", "2026-10-25T06:00", 13965, 13965, 1),
	/* windows of holidays */
	PLAIN(&t_holidays, "2026-12-25T09:00", "2026-12-25T13:00", 20000, 20000, 1),
	PLAIN(&t_holidays, "2026-12-26T09:00", "2026-12-26T13:00", 8000, 8000, 1),
	PLAIN(&t_quote, THU "09:00", THU "13:00", -1, 0, 0),
	/* audiences: the cheapest of the payer's, at equal prices the first */
	ADJ(&t_house, THU "09:00", THU "13:00", "m", WHO(MEMBER), 5600, 2, MEMBER),
	ADJ(&t_house, THU "09:00", THU "13:00", "ma", WHO(ASSOCIATION), 6400, 2, ASSOCIATION),
	ADJ(&t_house, THU "09:00", THU "13:00", "ma", WHO(ASSOCIATION, MEMBER), 5600, 2, MEMBER),
	ADJ(&t_house, THU "09:00", THU "13:00", "ma", NOBODY, 8000, 1, 0),
	ADJ(&t_house, THU "09:00", THU "13:00", "", WHO(ASSOCIATION, MEMBER), 8000, 1, ASSOCIATION),
	/* in their order, each on what is left */
	ADJ(&t_house, THU "08:00", THU "13:00", "e", NOBODY, 14400, 3, 0),
	ADJ(&t_house, THU "08:30", THU "13:00", "e", NOBODY, 10400, 2, 0),
	ADJ(&t_house, THU "08:00", THU "13:00", "me", WHO(MEMBER), 11280, 4, MEMBER),
	ADJ(&t_house, THU "08:00", THU "13:00", "em", WHO(MEMBER), 10080, 4, MEMBER),
	ADJ(&t_house, THU "09:00", THU "13:00", "tm", WHO(MEMBER), 5040, 3, MEMBER),
	ADJ(&t_house, THU "18:00", THU "22:00", "l", NOBODY, 8000, 1, 0),
	ADJ(&t_house, THU "18:00", THU "23:00", "l", NOBODY, 14400, 3, 0),
	ADJ(&t_house, THU "18:00", "2026-11-27T00:00", "l", NOBODY, 16800, 3, 0), /* until midnight is until 24 h */
	ADJ(&t_house, THU "09:00", THU "13:00", "-", NOBODY, 7000, 2, 0),
	ADJ(&t_house, THU "09:00", THU "13:00", "=", NOBODY, 0, 2, 0),
	ADJ(&t_house, THU "09:00", THU "13:00", "2", NOBODY, 8000, 1, 0),
	ADJ(&t_house, THU "09:00", THU "13:00", "o", NOBODY, 8000, 1, 0),
	/* 15 % of 19,95 are 2,9925; 2,5 % are 0,49875; 5 % of 10,50 are 0,525: halves up */
	ADJ(&t_odd, THU "09:00", THU "10:00", "q", NOBODY, 1696, 2, 0),
	ADJ(&t_odd, THU "09:00", THU "10:00", "z", NOBODY, 1945, 2, 0),
	ADJ(&t_halves, THU "09:00", THU "10:00", "f", NOBODY, 997, 2, 0),
	/* two rooms: what is for one of them is taken off that one */
	{ &t_house, THU "09:00", THU "13:00", "2", NOBODY, "", 0, 2, -1, false, 15000, 15000, 3, 0 },
	{ &t_house, THU "09:00", THU "13:00", "k", NOBODY, "", 0, 2, -1, false, 13600, 13600, 3, 0 },
	{ &t_house, THU "09:00", THU "13:00", "=", NOBODY, "", 0, 2, -1, false, 6000, 6000, 3, 0 },
	{ &t_house, THU "08:00", THU "13:00", "e", NOBODY, "", 0, 2, -1, false, 24800, 24800, 5, 0 }, /* once, not twice */
	/* extras, which no adjustment touches */
	WITH(&t_house, THU "09:00", THU "13:00", "", NOBODY, "1", 8, 10000, 10000, 2, 0),
	WITH(&t_house, THU "09:00", THU "13:00", "m", WHO(MEMBER), "1", 8, 7600, 7600, 3, MEMBER),
	WITH(&t_house, THU "09:00", THU "13:00", "", NOBODY, "1:3", 8, 8750, 8750, 2, 0),
	WITH(&t_house, THU "09:00", THU "13:00", "", NOBODY, "2", 0, 16000, 16000, 2, 0),
	WITH(&t_house, THU "18:00", "2026-11-27T13:00", "", NOBODY, "3", 0, 29800, 29800, 4, 0),
	WITH(&t_house, THU "09:00", THU "13:00", "", NOBODY, "4:3", 0, 9500, 9500, 2, 0),
	WITH(&t_house, THU "09:00", THU "13:00", "", NOBODY, "8", 0, 8000, 8000, 1, 0),
	/* VAT: HT, TTC, none, another rate, two rates, by audience, per rate and not per line */
	PLAIN(&t_net, THU "09:00", THU "13:00", 8000, 9600, 1),
	PLAIN(&t_low, THU "09:00", THU "13:00", 8000, 8440, 1),
	PLAIN(&t_none, THU "09:00", THU "13:00", 8000, 8000, 1),
	PLAIN(&t_exempt, THU "09:00", THU "13:00", 8000, 8000, 1),
	WITH(&t_net, THU "09:00", THU "13:00", "m", WHO(MEMBER), "", 0, 5600, 6720, 2, MEMBER),
	WITH(&t_net, THU "09:00", THU "13:00", "", NOBODY, "5", 2, 10000, 11800, 2, 0),
	WITH(&t_net, THU "09:00", THU "13:00", "v", WHO(EXEMPT), "", 0, 8000, 8000, 1, EXEMPT),
	WITH(&t_thirds, THU "09:00", THU "10:00", "", NOBODY, "6 7", 0, 999, 1199, 3, 0),
	/* given by a manager, lent by the tariff, chosen by who pays */
	{ &t_house, THU "09:00", THU "13:00", "", NOBODY, "", 0, 1, -1, true, 0, 0, 2, 0 },
	{ &t_house, THU "09:00", THU "13:00", "", NOBODY, "", 0, 1, 2000, true, 2000, 2000, 2, 0 },
	{ &t_house, THU "09:00", THU "13:00", "m", WHO(MEMBER), "1", 8, 1, -1, true, 0, 0, 4, MEMBER },
	{ &t_net, THU "09:00", THU "13:00", "", NOBODY, "5", 2, 1, 5000, true, 5000, 5900, 4, 0 }, /* half of each VAT */
	PLAIN(&t_lent, THU "09:00", THU "13:00", 0, 0, 2),
	PLAIN(&t_pot, THU "09:00", THU "13:00", 2000, 2000, 1),
	{ &t_pot, THU "09:00", THU "13:00", "", NOBODY, "", 0, 1, 3500, false, 3500, 3500, 1, 0 },
	{ &t_pot, THU "09:00", THU "13:00", "", NOBODY, "", 0, 1, 100, false, 500, 500, 1, 0 },
};

static struct order order_of_case(const struct a_case *c)
{
	static struct wish_item items[2] = { { 1, 1 }, { 2, 1 } };
	struct extra_wish *wishes = talloc_zero_array(r, struct extra_wish, 4);
	struct order o = { .items = items, .n_items = (size_t)c->n_rooms, .start = at(c->start), .end = at(c->end),
			   .attendance = c->attendance, .extras = wishes, .amount = c->amount,
			   .reason = c->gift ? 7 : 0,
			   .reason_label = "ville" };
	char *end;

	for (const char *p = c->extras; *p; p = *end ? end + 1 : end) {
		wishes[o.n_extras].extra = strtol(p, &end, 10);
		if (*end == ':')
			wishes[o.n_extras].quantity = strtol(end + 1, &end, 10);
		o.n_extras++;
	}
	return o;
}

static struct rates rates_of_case(const struct a_case *c)
{
	struct rates x = { .extras = extras, .n_extras = sizeof(extras) / sizeof(extras[0]) };
	struct adjust *list = talloc_zero_array(r, struct adjust, strlen(c->adjusts) + 1);
	struct audience *who = talloc_zero_array(r, struct audience, 4);

	for (const char *p = c->adjusts; *p; p++)
		for (size_t i = 0; i < sizeof(known_adjusts) / sizeof(known_adjusts[0]); i++)
			if (known_adjusts[i].name == *p) {
				struct adjust *a = &list[x.n_adjusts++];

				*a = known_adjusts[i].a;
				a->id = (int64_t)i + 1;
				a->org = a->org ? a->org : 1;
				a->before = a->before ? a->before : -1;
				a->after = a->after ? a->after : -1;
			}
	for (const int *p = c->who; *p; p++)
		who[x.standing.payer.n++] = audiences[*p - 1];
	x.adjusts = list;
	x.standing.payer.list = who;
	x.tariffs = talloc_array(r, struct tariff *, 2);
	x.tariffs[0] = x.tariffs[1] = c->tariff;
	return x;
}

static void test_by_hand(void **state)
{
	const struct rooms two = { rooms, 2 };

	(void)state;
	assert_true(sizeof(cases) / sizeof(cases[0]) >= 60);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct a_case *c = &cases[i];
		struct order o = order_of_case(c);
		struct rates x = rates_of_case(c);
		struct price p = rates_price(r, &x, &two, &o);
		int64_t sum = 0;

		for (size_t k = 0; k < p.n_lines; k++)
			sum += p.lines[k].amount_cents;
		if (p.known != (c->total >= 0) || (p.known && (p.total_cents != c->total || sum != c->total ||
							     price_sums(&p).gross != c->gross)) ||
		    p.n_lines != (size_t)c->lines || (p.known && p.audience != c->audience))
			fail_msg("case %zu (%s to %s, %s): %d %lld, gross %lld in %zu lines as %lld", i, c->start, c->end,
				 c->adjusts, p.known, (long long)p.total_cents, (long long)price_sums(&p).gross,
				 p.n_lines, (long long)p.audience);
	}
}

/* What something was worth stays with what was given, and why. */
static void test_reasons(void **state)
{
	const struct rooms two = { rooms, 2 };
	const struct a_case gift = { &t_house, THU "09:00", THU "13:00", "", NOBODY, "", 0, 1, 3000, true, 0, 0, 0, 0 };
	struct order o = order_of_case(&gift);
	struct rates x = rates_of_case(&gift);
	struct price p = rates_price(r, &x, &two, &o);
	int64_t worth = 0;

	(void)state;
	for (size_t i = 0; i < p.n_lines; i++)
		worth += p.lines[i].list_cents;
	assert_int_equal(worth, 8000);
	assert_int_equal(p.lines[1].amount_cents, -5000);
	assert_int_equal(p.lines[1].reason_id, 7);
	assert_string_equal(p.lines[1].reason, "ville");
	t_lent.reason = 4;
	t_lent.reason_label = "ouvert";
	p = price_of(r, &t_lent, at(THU "09:00"), at(THU "13:00"), 1);
	assert_int_equal(p.lines[0].list_cents, 8000);
	assert_int_equal(p.lines[1].reason_id, 4);
	assert_string_equal(p.lines[1].reason, "ouvert");
}

static const char *text_at(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* 96,00 € TTC to a person, 80,00 € HT, that is 96,00 € TTC, to a body; and shown lines add up to what is shown. */
static void test_who_reads_what(void **state)
{
	const struct rooms two = { rooms, 2 };
	const struct a_case net = { &t_net, THU "09:00", THU "13:00", "", NOBODY, "", 0, 1, -1, false, 0, 0, 0, 0 },
			    lines = { &t_thirds, THU "09:00", THU "10:00", "", NOBODY, "6 7", 0, 1, -1, false, 0, 0, 0, 0 },
			    gross = { &t_house, THU "09:00", THU "13:00", "", NOBODY, "", 0, 1, -1, false, 0, 0, 0, 0 };
	static const char *const thirds_shown[] = { "€4.00", "€3.99", "€4.00" };
	struct order o = order_of_case(&net);
	struct rates x = rates_of_case(&net);
	struct price p = rates_price(r, &x, &two, &o);
	json_t *view = json_object();

	(void)state;
	price_put(r, view, &p, true);
	assert_string_equal(text_at(view, "total_ui"), "€96.00");
	assert_null(text_at(view, "also_ui"));
	assert_string_equal(text_at(view, "basis_ui"), "incl. VAT");
	assert_string_equal(text_at(view, "expected_ui"), "80,00");
	p.for_body = true;
	price_put(r, view, &p, true);
	assert_string_equal(text_at(view, "total_ui"), "€80.00");
	assert_string_equal(text_at(view, "also_ui"), "that is €96.00 incl. VAT");
	assert_string_equal(text_at(view, "basis_ui"), "excl. VAT");
	o = order_of_case(&gross);
	x = rates_of_case(&gross);
	p = rates_price(r, &x, &two, &o);
	p.for_body = true;
	price_put(r, view, &p, true);
	assert_string_equal(text_at(view, "total_ui"), "€66.67");
	assert_string_equal(text_at(view, "also_ui"), "that is €80.00 incl. VAT");
	o = order_of_case(&lines);
	x = rates_of_case(&lines);
	p = rates_price(r, &x, &two, &o);
	price_put(r, view, &p, true);
	assert_string_equal(text_at(view, "total_ui"), "€11.99");
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(text_at(json_array_get(json_object_get(view, "lines"), i), "amount_ui"), thirds_shown[i]);
	p.amounts = "no_vat";
	price_put(r, view, &p, true);
	assert_string_equal(text_at(view, "total_ui"), "€9.99");
	assert_string_equal(text_at(view, "basis_ui"), "VAT not applicable");
	json_decref(view);
}

/* ---- cancelling at each step ---- */

static void test_cancelling(void **state)
{
	struct cancel_line line[] = { { at("2026-11-24T09:00"), 0, "free of charge" },
				      { at("2026-11-25T09:00"), 4000, "50 % of the price" },
				      { at("2026-11-26T09:00"), 8000, "the whole price" } };
	const struct cancel_lines lines = { line, 3, 0 }, none = { NULL, 0, 0 };
	static const struct { const char *now; int64_t fee; } at_each[] = {
		{ "2026-11-01T00:00", 0 },    { "2026-11-24T08:59", 0 },    { "2026-11-24T09:00", 4000 },
		{ "2026-11-25T08:59", 4000 }, { "2026-11-25T09:00", 8000 }, { "2026-11-26T08:59", 8000 },
		{ "2026-11-26T09:30", 8000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(at_each) / sizeof(at_each[0]); i++)
		assert_int_equal(cancel_fee(&lines, at(at_each[i].now)), at_each[i].fee);
	assert_int_equal(cancel_fee(&none, at("2026-11-26T09:30")), 0);
	assert_non_null(strstr(cancel_text(r, &lines, at("2026-11-01T00:00")), "free of charge until"));
	assert_non_null(strstr(cancel_text(r, &lines, at("2026-11-01T00:00")), "then the whole price"));
	assert_non_null(strstr(cancel_text(r, &lines, at("2026-11-24T12:00")), "costs 50 % of the price until"));
	assert_null(strstr(cancel_text(r, &lines, at("2026-11-25T12:00")), "50 %"));
}

/* ---- the same, another way ---- */

static unsigned seed = 20261126;

static int64_t chance(int n)
{
	seed = seed * 1103515245 + 12345;
	return (int64_t)(seed >> 16 & 0x7FFF) % n;
}

struct best { bool found; int64_t cents; int lines; };

static void offer(struct best *b, int64_t cents, int lines)
{
	if (!b->found || cents < b->cents || (cents == b->cents && lines < b->lines))
		*b = (struct best){ true, cents, lines };
}

static int64_t bound_of(const struct step *s, int64_t times)
{
	int64_t c = s->cents * times;

	c = s->minimum > c ? s->minimum : c;
	return s->cap && s->cap < c ? s->cap : c;
}

/* One day in quarters of an hour: every set of windows, written as a count in base 2. */
static struct best brute_day(const struct tariff *t, const bool *taken)
{
	struct best b = { 0 };
	int64_t all = 0;

	for (int q = 0; q < 96; q++)
		all += taken[q] ? 15 : 0;
	for (int set = 0; set < 1 << t->n_steps; set++) {
		int64_t cents = 0, left = 0;
		bool right = true, day = false;
		int lines = 0;

		for (size_t i = 0; i < t->n_steps && right; i++) {
			const struct step *s = &t->steps[i];
			int64_t inside = 0;

			if (!(set >> i & 1))
				continue;
			for (int q = s->from / 15; q < s->to / 15; q++)
				inside += taken[q] ? 15 : 0;
			if (s->unit == UNIT_WINDOW)
				right = inside && (!s->up_to || inside <= s->up_to);
			else
				right = s->unit == UNIT_DAY && set == 1 << i && (!s->up_to || all <= s->up_to);
			day |= s->unit == UNIT_DAY;
			cents += bound_of(s, 1);
			lines++;
		}
		for (int q = 0; q < 96 && right && !day; q++) {
			bool covered = !taken[q];

			for (size_t i = 0; i < t->n_steps; i++)
				covered |= (set >> i & 1) && t->steps[i].from <= q * 15 && q * 15 < t->steps[i].to;
			left += covered ? 0 : 15;
		}
		if (right && !left)
			offer(&b, cents, lines);
		for (size_t i = 0; i < t->n_steps && right && left; i++) {
			const struct step *s = &t->steps[i];
			int64_t times = s->unit == UNIT_MINUTE ? left : left / 60 + !!(left % 60);

			if ((s->unit == UNIT_HOUR || s->unit == UNIT_MINUTE) && (!s->up_to || left <= s->up_to))
				offer(&b, cents + bound_of(s, times), lines + 1);
		}
	}
	return b;
}

/* From the first day on, by trying everything. */
static void brute_days(const struct tariff *t, const struct best *days, const int64_t *minutes, int n, int i,
		       int64_t cents, int lines, struct best *b)
{
	if (i >= n) {
		offer(b, cents, lines);
		return;
	}
	if (days[i].found)
		brute_days(t, days, minutes, n, i + 1, cents + days[i].cents, lines + days[i].lines, b);
	for (size_t k = 0; k < t->n_steps; k++) {
		const struct step *s = &t->steps[k];
		int64_t sum = 0;

		if (s->unit != UNIT_WEEK)
			continue;
		for (int d = i; d < n && d < i + 7; d++)
			sum += minutes[d];
		if (!s->up_to || sum <= s->up_to)
			brute_days(t, days, minutes, n, i + 7, cents + bound_of(s, 1), lines + 1, b);
	}
}

static struct best brute(const struct tariff *t, int64_t from, int64_t to)
{
	struct best days[12], b = { 0 };
	int64_t minutes[12];
	int n = 0;

	for (int64_t midnight = from / 86400 * 86400; midnight < to; midnight += 86400, n++) {
		bool taken[96];

		minutes[n] = 0;
		for (int q = 0; q < 96; q++) {
			taken[q] = midnight + q * 900 >= from && midnight + q * 900 < to;
			minutes[n] += taken[q] ? 15 : 0;
		}
		days[n] = brute_day(t, taken);
	}
	brute_days(t, days, minutes, n, 0, 0, 0, &b);
	return b;
}

static void random_steps(struct tariff *t)
{
	t->n_steps = 0;
	for (int i = (int)chance(4); i > 0; i--) {
		int from = (int)chance(90) * 15, to = from + 60 + (int)chance(20) * 15;

		t->steps[t->n_steps++] = (struct step){ .unit = UNIT_WINDOW, .window = "w", .weekdays = 127, .from = from,
							.to = to > 1440 ? 1440 : to, .cents = chance(20) * 500,
							.up_to = chance(4) ? 0 : 60 + chance(8) * 30 };
	}
	for (int i = (int)chance(3); i > 0; i--)
		t->steps[t->n_steps++] = (struct step){ .unit = chance(3) ? UNIT_HOUR : UNIT_MINUTE,
							.cents = chance(900),
							.up_to = chance(2) ? 0 : 60 + chance(20) * 30,
							.minimum = chance(3) ? 0 : chance(3000),
							.cap = chance(3) ? 0 : 3000 + chance(9000) };
	if (chance(2))
		t->steps[t->n_steps++] = (struct step){ .unit = UNIT_DAY, .cents = chance(30) * 500,
							.up_to = chance(3) ? 0 : 240 + chance(30) * 30 };
	if (chance(2))
		t->steps[t->n_steps++] = (struct step){ .unit = UNIT_WEEK, .cents = 5000 + chance(80) * 500,
							.up_to = chance(4) ? 0 : 3000 };
}

static void test_random_lists(void **state)
{
	struct step steps[10];
	struct tariff t = TARIFF(steps, "include_vat", "S20", "fixed");
	int known = 0, weeks = 0;

	(void)state;
	t.zone = t_house.zone;
	for (int i = 0; i < RANDOM; i++) {
		int64_t from = at("2026-11-02T00:00").s + chance(96 * 14) * 900, to = from + (1 + chance(chance(3) ? 60 : 96 * 10)) * 900;
		struct price p;
		struct best b;
		void *before = r;

		r = talloc_zero(NULL, struct ct_request);
		r->lang = "fr";
		random_steps(&t);
		b = brute(&t, from, to);
		p = price_of(r, &t, (struct ct_local){ from }, (struct ct_local){ to }, 1);
		if (p.known != b.found || (b.found && (p.total_cents != b.cents || p.n_lines != (size_t)b.lines)))
			fail_msg("list %d: %d %lld in %zu, not %d %lld in %d", i, p.known, (long long)p.total_cents,
				 p.n_lines, b.found, (long long)b.cents, b.lines);
		known += b.found;
		weeks += b.found && to - from > 4 * 86400;
		talloc_free(r);
		r = before;
	}
	assert_true(known > RANDOM / 3 && known < RANDOM * 99 / 100);
	assert_true(weeks > RANDOM / 50);
}

/* What two rooms cost as one audience, in 1/10 000 of a cent, rounded by looking at the remainder. */
static int64_t pay(const struct rates *x, const int64_t list[2], int n, int64_t audience, int64_t start, int64_t end)
{
	int64_t room[2] = { list[0], n > 1 ? list[1] : 0 };

	for (const struct adjust *a = x->adjusts; a < x->adjusts + x->n_adjusts; a++) {
		bool mine[2] = { a->org == 1 && (!a->resource || a->resource == 1) && (!a->kind || a->kind == 1),
				 n > 1 && a->org == 1 && (!a->resource || a->resource == 2) &&
					 (!a->kind || a->kind == 2) };
		int64_t left = a->cents;

		if ((a->audience && a->audience != audience) || (a->before > 0 && start >= a->before) ||
		    (a->after > 0 && end <= a->after))
			continue;
		for (int i = 0; i < n; i++) {
			int64_t exact = room[i] * a->bp, off = exact / 10000;

			if (!mine[i])
				continue;
			if (a->is_share) {
				room[i] -= exact % 10000 >= 5000 ? off + 1 : off;
				continue;
			}
			if (left < -room[i]) {
				left += room[i];
				room[i] = 0;
			} else {
				room[i] += left;
				left = 0;
			}
		}
	}
	return room[0] + room[1];
}

static void test_random_rates(void **state)
{
	const struct rooms two = { rooms, 2 };
	static const char letters[] = "matfqzel-=2kov";
	int cheaper = 0;

	(void)state;
	for (int i = 0; i < RANDOM; i++) {
		int who[4] = { 0 }, n_who = (int)chance(4);
		char some[6] = "";
		int64_t start = chance(18) * 30, end = start + 30 + chance(20) * 30, least = INT64_MAX;
		int64_t as = 0, extra = 0;
		struct a_case c = { chance(2) ? &t_house : &t_odd, THU "09:00", THU "10:00", some, who, "", 0,
				    1 + (int)chance(2), -1, false, 0, 0, 0, 0 };
		struct extra_wish wish = { 4, 1 + chance(3) };
		int64_t list[2];
		struct order o;
		struct rates x;
		struct price p;
		void *before = r;

		r = talloc_zero(NULL, struct ct_request);
		r->lang = "fr";
		for (int64_t k = chance(6); k > 0; k--)
			some[k - 1] = letters[chance(sizeof(letters) - 1)];
		for (int k = 0; k < 5 && !some[0]; k++)
			some[0] = 't';
		for (int k = 0; k < n_who; k++)
			who[k] = 1 + (int)((chance(3) + k) % 3);
		x = rates_of_case(&c);
		o = order_of_case(&c);
		o.start = ct_day_at(ct_local_day(at(THU "00:00")), (int)start);
		o.end = ct_day_at(ct_local_day(at(THU "00:00")), (int)(end > 1440 ? 1440 : end));
		if (chance(2)) {
			o.extras = &wish;
			o.n_extras = 1;
			extra = wish.quantity * 500;
		}
		list[0] = list[1] = price_of(r, c.tariff, o.start, o.end, 1).total_cents;
		for (int k = 0; k < n_who; k++) {
			int64_t cents = pay(&x, list, c.n_rooms, who[k], start, end > 1440 ? 1440 : end);

			if (cents < least) {
				least = cents;
				as = who[k];
			}
		}
		if (!n_who)
			least = pay(&x, list, c.n_rooms, 0, start, end > 1440 ? 1440 : end);
		p = rates_price(r, &x, &two, &o);
		if (!p.known || p.total_cents != least + extra || p.audience != as)
			fail_msg("price %d (%s): %lld as %lld, not %lld as %lld", i, some, (long long)p.total_cents,
				 (long long)p.audience, (long long)(least + extra), (long long)as);
		cheaper += least < list[0] * c.n_rooms;
		talloc_free(r);
		r = before;
	}
	assert_true(cheaper > RANDOM / 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),	       cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_who_reads_what), cmocka_unit_test(test_cancelling),
		cmocka_unit_test(test_random_lists),   cmocka_unit_test(test_random_rates),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
