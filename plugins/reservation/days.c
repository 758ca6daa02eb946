/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "days.h"

#include <string.h>
#include <talloc.h>

enum ct_holidays holidays_of(const char *code)
{
	static const char *const codes[] = {
		[CT_HOLIDAYS_FR] = "fr",
		[CT_HOLIDAYS_FR_ALSACE] = "fr_alsace",
		[CT_HOLIDAYS_FR_REUNION] = "fr_reunion",
	};

	for (size_t i = 1; code && i < sizeof(codes) / sizeof(codes[0]); i++)
		if (!strcmp(codes[i], code))
			return (enum ct_holidays)i;
	return CT_HOLIDAYS_NONE;
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
	return days && (range_with(days, day) || ct_holiday_name(days->computed, day));
}

const char *days_name(const struct days *days, struct ct_day day)
{
	const char *holiday = days ? ct_holiday_name(days->computed, day) : NULL;
	const struct day_range *range = days ? range_with(days, day) : NULL;

	if (holiday)
		return _(holiday);
	return range && range->label ? range->label : range ? days->label : NULL;
}
