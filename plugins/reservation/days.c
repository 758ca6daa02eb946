/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "days.h"

#include <string.h>
#include <talloc.h>

struct ct_day easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
	int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;

	return ct_day_make(year, n / 31, n % 31 + 1);
}

/* `law`: where it is one; HOLIDAYS_FR is everywhere. */
static const struct {
	int month, day;
	enum holidays law;
	const char *name;
} fixed[] = {
	{ 1, 1, HOLIDAYS_FR, N_("New Year’s Day") },
	{ 5, 1, HOLIDAYS_FR, N_("1 May") },
	{ 5, 8, HOLIDAYS_FR, N_("8 May 1945") },
	{ 7, 14, HOLIDAYS_FR, N_("14 July") },
	{ 8, 15, HOLIDAYS_FR, N_("Assumption Day") },
	{ 11, 1, HOLIDAYS_FR, N_("All Saints’ Day") },
	{ 11, 11, HOLIDAYS_FR, N_("11 November") },
	{ 12, 20, HOLIDAYS_FR_REUNION, N_("Abolition of slavery") },
	{ 12, 25, HOLIDAYS_FR, N_("Christmas Day") },
	{ 12, 26, HOLIDAYS_FR_ALSACE, N_("26 December") },
};

static const struct {
	int after;			/* days after Easter Sunday */
	enum holidays law;
	const char *name;
} moving[] = {
	{ -2, HOLIDAYS_FR_ALSACE, N_("Good Friday") },
	{ 1, HOLIDAYS_FR, N_("Easter Monday") },
	{ 39, HOLIDAYS_FR, N_("Ascension Day") },
	{ 50, HOLIDAYS_FR, N_("Whit Monday") },
};

const char *holiday_name(enum holidays law, struct ct_day day)
{
	struct ct_civil c = ct_day_civil(day);

	if (law == HOLIDAYS_NONE || !ct_day_set(day))
		return NULL;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (fixed[i].month == c.month && fixed[i].day == c.day &&
		    (fixed[i].law == HOLIDAYS_FR || fixed[i].law == law))
			return fixed[i].name;
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (ct_day_add(easter(c.year), moving[i].after).n == day.n &&
		    (moving[i].law == HOLIDAYS_FR || moving[i].law == law))
			return moving[i].name;
	return NULL;
}

enum holidays holidays_of(const char *code)
{
	static const char *const codes[] = {
		[HOLIDAYS_FR] = "fr",
		[HOLIDAYS_FR_ALSACE] = "fr_alsace",
		[HOLIDAYS_FR_REUNION] = "fr_reunion",
	};

	for (size_t i = 1; code && i < sizeof(codes) / sizeof(codes[0]); i++)
		if (!strcmp(codes[i], code))
			return (enum holidays)i;
	return HOLIDAYS_NONE;
}

int days_load(struct ct_request *r, const char *ids, struct ct_day from, struct ct_day to,
	      struct day_sets *sets_r, struct ct_error *e)
{
	struct day_sets sets = { 0 };
	struct ct_result *row;
	int rc;

	*sets_r = sets;
	if (!strcmp(ids, "[]"))
		return 0;
	rc = ct_query(r, "day_sets", CT_ARGS(CT_DAY(to), CT_DAY(from), CT_STR(ids)), &row, e);
	if (rc)
		return rc;
	sets.set = talloc_zero_array(r, struct days, ct_result_rows(row) + 1);
	while (ct_next(row)) {
		struct days *last = sets.n ? &sets.set[sets.n - 1] : NULL;

		if (!last || last->id != ct_col_int(row, "id")) {
			last = &sets.set[sets.n++];
			last->id = ct_col_int(row, "id");
			last->computed = holidays_of(ct_col_text(row, "computed"));
			last->ranges = talloc_array(r, struct day_range, ct_result_rows(row));
		}
		if (!ct_col_null(row, "from_d"))
			last->ranges[last->n++] = (struct day_range){ ct_col_day(row, "from_d"),
								      ct_col_day(row, "to_d"),
								      ct_col_text(row, "label") };
	}
	*sets_r = sets;
	return 0;
}

const struct days *days_from_columns(void *mem, int64_t id, const char *computed, const char *ranges,
				     const char *label)
{
	enum { DAY = 10, RANGE = 2 * DAY + 1 };
	struct days *days = talloc_zero(mem, struct days);

	days->id = id;
	days->label = label;
	days->computed = holidays_of(computed);
	days->ranges = talloc_array(days, struct day_range, ranges ? strlen(ranges) / RANGE + 1 : 1);
	for (const char *at = ranges, *end; at && *at; at = *end ? end + 1 : end) {
		char from[DAY + 1] = "", to[DAY + 1] = "";
		struct day_range *range = &days->ranges[days->n];
		struct ct_error e;

		end = strchrnul(at, '\n');
		if (end - at < RANGE)
			continue;
		memcpy(from, at, DAY);
		memcpy(to, at + DAY + 1, DAY);
		if (!ct_day_parse(from, &range->from, &e) && !ct_day_parse(to, &range->to, &e)) {
			range->label = NULL;
			if (end - at > RANGE + 1)
				range->label = talloc_strndup(days, at + RANGE + 1, (size_t)(end - at) - RANGE - 1);
			days->n++;
		}
	}
	return days;
}

const struct days *days_find(const struct day_sets *sets, int64_t id)
{
	for (size_t i = 0; i < sets->n; i++)
		if (sets->set[i].id == id)
			return &sets->set[i];
	return NULL;
}

static const struct day_range *range_with(const struct days *days, struct ct_day day)
{
	for (size_t i = 0; i < days->n; i++)
		if (days->ranges[i].from.n <= day.n && day.n <= days->ranges[i].to.n)
			return &days->ranges[i];
	return NULL;
}

bool days_have(const struct days *days, struct ct_day day)
{
	return days && (range_with(days, day) || holiday_name(days->computed, day));
}

const char *days_name(const struct days *days, struct ct_day day)
{
	const char *holiday = days ? holiday_name(days->computed, day) : NULL;
	const struct day_range *range = days ? range_with(days, day) : NULL;

	if (holiday)
		return _(holiday);
	return range && range->label ? range->label : range ? days->label : NULL;
}
