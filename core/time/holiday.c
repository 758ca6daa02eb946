/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/i18n.h>
#include <comptoir/time.h>

struct ct_day ct_easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
	int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;

	return ct_day_make(year, n / 31, n % 31 + 1);
}

/* `law`: where it is one; CT_HOLIDAYS_FR is everywhere. */
static const struct {
	int month, day;
	enum ct_holidays law;
	const char *name;
} fixed[] = {
	{ 1, 1, CT_HOLIDAYS_FR, N_("New Year’s Day") },
	{ 5, 1, CT_HOLIDAYS_FR, N_("1 May") },
	{ 5, 8, CT_HOLIDAYS_FR, N_("8 May 1945") },
	{ 7, 14, CT_HOLIDAYS_FR, N_("14 July") },
	{ 8, 15, CT_HOLIDAYS_FR, N_("Assumption Day") },
	{ 11, 1, CT_HOLIDAYS_FR, N_("All Saints’ Day") },
	{ 11, 11, CT_HOLIDAYS_FR, N_("11 November") },
	{ 12, 20, CT_HOLIDAYS_FR_REUNION, N_("Abolition of slavery") },
	{ 12, 25, CT_HOLIDAYS_FR, N_("Christmas Day") },
	{ 12, 26, CT_HOLIDAYS_FR_ALSACE, N_("26 December") },
};

static const struct {
	int after;			/* days after Easter Sunday */
	enum ct_holidays law;
	const char *name;
} moving[] = {
	{ -2, CT_HOLIDAYS_FR_ALSACE, N_("Good Friday") },
	{ 1, CT_HOLIDAYS_FR, N_("Easter Monday") },
	{ 39, CT_HOLIDAYS_FR, N_("Ascension Day") },
	{ 50, CT_HOLIDAYS_FR, N_("Whit Monday") },
};

const char *ct_holiday_name(enum ct_holidays law, struct ct_day day)
{
	struct ct_civil c = ct_day_civil(day);

	if (law == CT_HOLIDAYS_NONE || !ct_day_set(day))
		return NULL;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (fixed[i].month == c.month && fixed[i].day == c.day &&
		    (fixed[i].law == CT_HOLIDAYS_FR || fixed[i].law == law))
			return fixed[i].name;
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (ct_day_add(ct_easter(c.year), moving[i].after).n == day.n &&
		    (moving[i].law == CT_HOLIDAYS_FR || moving[i].law == law))
			return moving[i].name;
	return NULL;
}
