/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adds up documents from stdin, one a line, for tests/spec/test_totals.py:
 *
 *	totals BASIS CATEGORY RATE AMOUNT …	(BASIS: n, i, e: no VAT, included, excluded)
 *	totals BASIS CATEGORY RATE AMOUNT … / BASIS …	(what follows a stroke was added up before, and is added whole)
 *	spread CENTS WEIGHT …
 *
 * It answers each by a line: net, tax, rounding, gross, how many groups, then of each category, rate, base and tax,
 * then the net of each line; or the parts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/invoicing/totals.h"

enum { WORDS = 4096 };

static struct total_line line_of(char *const *word)
{
	return (struct total_line){ .amount_cents = atoll(word[3]),
				    .basis = *word[0] == 'n'   ? CT_CHARGE_NO_VAT
					     : *word[0] == 'i' ? CT_CHARGE_INCLUDES_VAT
							       : CT_CHARGE_EXCLUDES_VAT,
				    .category = word[1], .rate_bp = atoll(word[2]) };
}

static void add_up(void *mem, char *const *word, size_t words)
{
	struct total_line *lines = talloc_zero_array(mem, struct total_line, words);
	struct totals t = { NULL }, part;
	size_t n = 0, begun = 0;

	for (size_t w = 0; w <= words; w++)
		if (w == words || *word[w] == '/') {
			part = totals_of(mem, &lines[begun], n - begun);
			if (begun)
				totals_add(mem, &t, &part, &lines[begun], n - begun);
			else
				t = part;
			begun = n;
		} else {
			lines[n++] = line_of(word + w);
			w += 3;
		}
	printf("%lld %lld %lld %lld %zu", (long long)t.net_cents, (long long)t.tax_cents,
	       (long long)t.rounding_cents, (long long)t.gross_cents, t.n_groups);
	for (size_t i = 0; i < t.n_groups; i++)
		printf(" %s %lld %lld %lld", t.groups[i].category, (long long)t.groups[i].rate_bp,
		       (long long)t.groups[i].base_cents, (long long)t.groups[i].tax_cents);
	for (size_t i = 0; i < n; i++)
		printf(" %lld", (long long)lines[i].net_cents);
	printf("\n");
}

static void spread(void *mem, char *const *word, size_t n)
{
	int64_t *weights = talloc_array(mem, int64_t, n), *parts = talloc_array(mem, int64_t, n);

	for (size_t i = 1; i < n; i++)
		weights[i - 1] = atoll(word[i]);
	totals_spread(atoll(word[0]), weights, n - 1, parts);
	for (size_t i = 0; i + 1 < n; i++)
		printf("%s%lld", i ? " " : "", (long long)parts[i]);
	printf("\n");
}

int main(void)
{
	char *text = NULL, *save, *word[WORDS];
	size_t size = 0;

	while (getline(&text, &size, stdin) > 0) {
		void *mem = talloc_new(NULL);
		size_t n = 0;

		for (char *at = strtok_r(text, " \n", &save); at && n < WORDS; at = strtok_r(NULL, " \n", &save))
			word[n++] = at;
		if (n > 1 && !strcmp(word[0], "totals"))
			add_up(mem, word + 1, n - 1);
		else if (n > 1)
			spread(mem, word + 1, n - 1);
		talloc_free(mem);
	}
	free(text);
	return 0;
}
