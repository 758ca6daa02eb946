/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a reminder may leave, and what a late payment costs. */
#include "letters.h"

static const int after[LEVELS] = { FIRST_AFTER, 21, 45 };	/* days after it was due */

int dunning_level(int late, int last, int since, bool professional)
{
	int next = last + 1;

	if (next > LEVELS || (next == LEVELS && !professional) || late < after[next - 1])
		return 0;
	return last && since < LETTER_REST ? 0 : next;
}

const char *dunning_rest(struct ct_day day, const char *lang)
{
	const char *holiday = ct_holiday_name(CT_HOLIDAYS_FR, day);
	int weekday = ct_day_weekday(day);

	if (holiday)
		return _(holiday);
	return weekday >= 6 ? ct_weekday_ui(weekday, lang) : NULL;
}

struct ct_day dunning_open(struct ct_day day)
{
	while (dunning_rest(day, "fr"))
		day = ct_day_add(day, 1);
	return day;
}

static struct ct_day half_year(struct ct_day day)
{
	struct ct_civil c = ct_day_civil(day);

	return ct_day_make(c.year, c.month <= 6 ? 1 : 7, 1);
}

static const struct ecb *rate_of(const struct ecb *rates, size_t n, struct ct_day half)
{
	for (size_t i = 0; i < n; i++)
		if (rates[i].from.n == half.n)
			return &rates[i];
	return NULL;
}

/* *sum += cents × rate in basis points × days, from the day after `due`. False: a rate is not known. */
static bool add_penalty(const struct ecb *rates, size_t n, int64_t points, bool fixed, const struct late *late,
			struct ct_day due, int64_t *sum)
{
	struct ct_day from = ct_day_add(due, 1), first = half_year(from);

	while (from.n <= late->till.n) {
		struct ct_day half = half_year(from), end = ct_day_add(ct_day_add_months(half, 6), -1);
		const struct ecb *rate = rate_of(rates, n, fixed ? first : half);

		if (!rate)
			return false;
		end = end.n < late->till.n ? end : late->till;
		*sum += late->cents * (rate->bp + points) * (end.n - from.n + 1);
		from = ct_day_add(end, 1);
	}
	return true;
}

int64_t dunning_penalty(const struct ecb *rates, size_t n, int64_t points, bool fixed, const struct late *late,
			size_t n_late, struct ct_day due)
{
	const int64_t year = 365 * (int64_t)10000;
	int64_t sum = 0;

	for (size_t i = 0; i < n_late; i++)
		if (!add_penalty(rates, n, points, fixed, &late[i], due, &sum))
			return -1;
	return (sum + year / 2) / year;
}
