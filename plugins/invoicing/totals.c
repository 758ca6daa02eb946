/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "totals.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE = 10000 };

/* What rounding down left of a line, and which line it is. */
struct rest {
	int64_t rest;
	size_t line;
};

/* a × b ÷ by (> 0), rounded down, and what that leaves of the product. */
static int64_t floor_share(int64_t a, int64_t b, int64_t by, int64_t *rest_r)
{
	int64_t whole = a * b / by;

	if (a * b % by < 0)
		whole--;
	*rest_r = a * b - whole * by;
	return whole;
}

/* The same to the nearest integer, halves away from zero. */
static int64_t share(int64_t a, int64_t b, int64_t by)
{
	return (a * b + (a * b < 0 ? -by / 2 : by / 2)) / by;
}

static int larger_first(const void *a, const void *b)
{
	const struct rest *x = a, *y = b;

	if (x->rest != y->rest)
		return x->rest < y->rest ? 1 : -1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static size_t group_of(struct totals *t, const struct total_line *l)
{
	size_t i = 0;

	while (i < t->n_groups &&
	       (t->groups[i].rate_bp != l->rate_bp || strcmp(t->groups[i].category, l->category) != 0))
		i++;
	if (i == t->n_groups)
		t->groups[t->n_groups++] = (struct total_group){ .category = l->category, .rate_bp = l->rate_bp };
	return i;
}

/*
 * The nets of the lines of a group that promise an amount with VAT: together they are `base`, which is what their
 * sum comes to, so at most one cent a line is left to give.
 */
static void net_of_promises(struct total_line *lines, size_t n, size_t group, int64_t base, struct rest *rests)
{
	size_t n_rests = 0;

	for (size_t i = 0; i < n; i++)
		if (lines[i].group == group && lines[i].basis == CT_CHARGE_INCLUDES_VAT) {
			struct rest *rest = &rests[n_rests++];

			rest->line = i;
			lines[i].net_cents = floor_share(lines[i].amount_cents, WHOLE,
							 WHOLE + lines[i].rate_bp, &rest->rest);
			base -= lines[i].net_cents;
		}
	qsort(rests, n_rests, sizeof(*rests), larger_first);
	for (size_t i = 0; i < n_rests && base > 0; i++, base--)
		lines[rests[i].line].net_cents++;
}

static void add_up(struct totals *t, struct total_line *lines, size_t n, size_t group, struct rest *rests)
{
	struct total_group *g = &t->groups[group];
	int64_t promised = 0, base, net = 0;

	for (size_t i = 0; i < n; i++) {
		if (lines[i].group != group)
			continue;
		if (lines[i].basis == CT_CHARGE_INCLUDES_VAT)
			promised += lines[i].amount_cents;
		else
			net += lines[i].net_cents = lines[i].amount_cents;
	}
	base = share(promised, WHOLE, WHOLE + g->rate_bp);
	net_of_promises(lines, n, group, base, rests);
	g->base_cents = base + net;
	g->tax_cents = share(g->base_cents, g->rate_bp, WHOLE);
	t->net_cents += g->base_cents;
	t->tax_cents += g->tax_cents;
	t->gross_cents += promised + net + share(net, g->rate_bp, WHOLE);
}

struct totals totals_of(void *context, struct total_line *lines, size_t n)
{
	struct totals t = { .groups = talloc_array(context, struct total_group, n) };
	struct rest *rests = talloc_array(context, struct rest, n);

	for (size_t i = 0; i < n; i++)
		lines[i].group = group_of(&t, &lines[i]);
	for (size_t i = 0; i < t.n_groups; i++)
		add_up(&t, lines, n, i, rests);
	t.rounding_cents = t.gross_cents - t.net_cents - t.tax_cents;
	talloc_free(rests);
	return t;
}

void totals_add(void *context, struct totals *t, const struct totals *part, struct total_line *lines, size_t n)
{
	t->groups = talloc_realloc(context, t->groups, struct total_group, t->n_groups + part->n_groups);
	for (size_t i = 0; i < n; i++)
		lines[i].group = group_of(t, &lines[i]);
	for (size_t i = 0; i < part->n_groups; i++) {
		const struct total_group *g = &part->groups[i];
		struct total_line like = { .category = g->category, .rate_bp = g->rate_bp };
		struct total_group *into = &t->groups[group_of(t, &like)];

		into->base_cents += g->base_cents;
		into->tax_cents += g->tax_cents;
	}
	t->net_cents += part->net_cents;
	t->tax_cents += part->tax_cents;
	t->gross_cents += part->gross_cents;
	t->rounding_cents += part->rounding_cents;
}

void totals_spread(int64_t cents, const int64_t *weights, size_t n, int64_t *parts_r)
{
	struct rest *rests = talloc_array(NULL, struct rest, n);
	int64_t sum = 0, left = cents;

	for (size_t i = 0; i < n; i++)
		sum += weights[i];
	for (size_t i = 0; i < n; i++) {
		rests[i] = (struct rest){ .line = i };
		parts_r[i] = sum > 0   ? floor_share(weights[i], cents, sum, &rests[i].rest)
			     : sum < 0 ? floor_share(-weights[i], cents, -sum, &rests[i].rest)
				       : 0;
		left -= parts_r[i];
	}
	if (!sum && n) {
		parts_r[0] = cents;
		left = 0;
	}
	qsort(rests, n, sizeof(*rests), larger_first);
	for (size_t i = 0; i < n && left > 0; i++, left--)
		parts_r[rests[i].line]++;
	talloc_free(rests);
}
