/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_cases.h"

static const struct ct_field an_int = FIELD(CT_INT);
static const struct ct_field few = FIELD(CT_INT, .min = 1, .max = 99);
static const struct ct_field money = FIELD(CT_MONEY);
static const struct ct_field balance = FIELD(CT_MONEY, .min = -100000, .max = 100000);
static const struct ct_field rate = FIELD(CT_RATE);
static const struct ct_field quantity = FIELD(CT_QUANTITY);
static const struct ct_field latitude = FIELD(CT_DEGREES, .min = -90000000, .max = 90000000);

static void ints(void **state)
{
	static const struct good good[] = {
		{ "0", NULL, 0 }, { "12", NULL, 12 }, { " 12 ", NULL, 12 }, { "1 200", NULL, 1200 },
		{ "1" NBSP "200", NULL, 1200 }, { "1" NARROW "200" NARROW "300", NULL, 1200300 },
		{ "1" THIN "200", NULL, 1200 }, { "-3", NULL, -3 }, { MINUS "3", NULL, -3 },
		{ "- 3", NULL, -3 }, { "007", NULL, 7 }, { "1.234.567", NULL, 1234567 },
		{ "1,234,567", NULL, 1234567 }, { "9007199254740991", NULL, 9007199254740991 },
		{ "-9 007 199 254 740 991", NULL, -9007199254740991 }, { "-0", NULL, 0 },
	};
	static const char *const bad[] = {
		"twelve", "12,0", "12.5", "1,200", "1.200", "12 34", "1234 567", "1 2000", "1  200",
		"--3", "-",
		"+3", "0x10", "1e3", "12a", "9007199254740992", "99999999999999999999",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "1.23.456",
		"12;", "\xD9\xA1\xD9\xA2",
	};

	(void)state;
	GOOD(&an_int, good);
	BAD(&an_int, bad);
}

static void bounds(void **state)
{
	static const struct good good[] = { { "1", NULL, 1 }, { "99", NULL, 99 } };
	static const char *const bad[] = { "0", "100", "-1" };
	static const struct ct_field from_one = FIELD(CT_INT, .min = 1);
	static const struct ct_field below_zero = FIELD(CT_INT, .min = -5, .max = 0);
	static const struct good big[] = { { "1000000", NULL, 1000000 } };
	static const struct good low[] = { { "-5", NULL, -5 }, { "0", NULL, 0 } };
	static const char *const above[] = { "1", "-6" };

	(void)state;
	GOOD(&few, good);
	BAD(&few, bad);
	GOOD(&from_one, big);
	GOOD(&below_zero, low);
	BAD(&below_zero, above);
	field_refused(&few, "100", "This is too large: type 99 or less.");
}

static void amounts(void **state)
{
	static const struct good good[] = {
		{ "0", NULL, 0 }, { "12", NULL, 1200 }, { "12,5", NULL, 1250 },
		{ "12.5", NULL, 1250 },
		{ "12,50", NULL, 1250 }, { "12.50 " EURO, NULL, 1250 },
		{ EURO "12.50", NULL, 1250 },
		{ EURO " 12.50", NULL, 1250 }, { "12,50" EURO, NULL, 1250 },
		{ "12,50" NBSP EURO, NULL, 1250 }, { "12,50 euros", NULL, 1250 },
		{ "1 euro", NULL, 100 }, { "EUR 12", NULL, 1200 }, { "12 eur", NULL, 1200 },
		{ "1 234,50", NULL, 123450 }, { "1" NBSP "234,50", NULL, 123450 },
		{ "1" NARROW "234,50" NARROW EURO, NULL, 123450 },
		{ "1" THIN "234,50", NULL, 123450 },
		{ "1,234.50", NULL, 123450 }, { "1.234,50", NULL, 123450 },
		{ "1.234.567", NULL, 123456700 }, { ",5", NULL, 50 }, { "0,05", NULL, 5 },
		{ "100 000 000 000,00", NULL, 10000000000000 },
	};
	static const char *const bad[] = {
		"-1", "-0,01", "12,505", "12,500", "1,234", "1.234", "12,", "12.", ",", ".", EURO,
		"12 34,50", "1 2345,50", "12,5,0", "1,23.50", "1.234,567", "12 $", "douze",
		"12,5 0",
		"1 234 567.890", "100 000 000 000,01", "92233720368547758,07",
		"999999999999999999999",
		"12" EURO "50", "1,234 567", "--12", "12-", "-" EURO "-12",
	};

	(void)state;
	GOOD(&money, good);
	BAD(&money, bad);
}

static void amounts_below_zero(void **state)
{
	static const struct good good[] = {
		{ "-12,5", NULL, -1250 }, { "- 12,50 " EURO, NULL, -1250 },
		{ MINUS EURO "1,000.00", NULL, -100000 }, { EURO "-0.05", NULL, -5 },
		{ MINUS "0,05" NARROW EURO, NULL, -5 }, { "1000", NULL, 100000 },
	};
	static const char *const bad[] = { "-1000,01", "1000,01" };

	(void)state;
	GOOD(&balance, good);
	BAD(&balance, bad);
	field_typed(&balance, "-5", "-5,00");
	field_typed(&balance, "-,05", "-0,05");
}

static void rates(void **state)
{
	static const struct good good[] = {
		{ "0", NULL, 0 }, { "30", NULL, 3000 }, { "30 %", NULL, 3000 },
		{ "30%", NULL, 3000 },
		{ "5,5", NULL, 550 }, { "5.5", NULL, 550 }, { "5,5" NARROW "%", NULL, 550 },
		{ "5,5" NBSP "%", NULL, 550 }, { "% 20", NULL, 2000 }, { "0,01", NULL, 1 },
		{ "100", NULL, 10000 }, { "100,00 %", NULL, 10000 }, { "2,1", NULL, 210 },
		{ "20,00", NULL, 2000 },
	};
	static const char *const bad[] = {
		"101", "100,01", "-1", "5,555", "5,5 %%", "%", "5 pour cent", "1/3", ("30 " EURO),
		"5,",
		"1 000", "a", "NaN", "30 % 5",
	};

	(void)state;
	GOOD(&rate, good);
	BAD(&rate, bad);
	field_typed(&rate, "5,50 %", "5,5");
	field_typed(&rate, "30", "30");
}

static void degrees(void **state)
{
	static const struct good good[] = {
		{ "50,624", NULL, 50624000 }, { "50.624", NULL, 50624000 }, { "-20,88", NULL, -20880000 },
		{ "0,000001", NULL, 1 }, { "90", NULL, 90000000 }, { "-90", NULL, -90000000 },
	};
	static const char *const bad[] = { "90,000001", "-91", "0,0000001", "50°", "nord" };

	(void)state;
	GOOD(&latitude, good);
	BAD(&latitude, bad);
	field_typed(&latitude, "50,624000", "50,624");
	field_shown(&latitude, "-20,88", "fr", MINUS "20,88");
}

static void quantities(void **state)
{
	static const struct good good[] = {
		{ "1", NULL, 10000 }, { "1,5", NULL, 15000 }, { "1.5", NULL, 15000 },
		{ "0,0001", NULL, 1 }, { "2,3333", NULL, 23333 }, { "1 000", NULL, 10000000 },
		{ "1" NARROW "000,25", NULL, 10002500 }, { "1,000.25", NULL, 10002500 },
		{ "0", NULL, 0 },
		{ ",25", NULL, 2500 }, { "1,2340", NULL, 12340 },
		{ "1 000 000 000", NULL, 10000000000000 },
	};
	static const char *const bad[] = {
		"1,23456", "-1", "1 h", "1/2", "1 000 000 000,0001", "", " ", "1,5,", "one", "1:30",
		"0,",
		"922337203685477,5808",
	};
	struct ct_field needed = quantity;

	(void)state;
	needed.required = true;
	GOOD(&needed, good);
	BAD(&needed, bad);
	field_typed(&quantity, "1,5000", "1,5");
}

static void shown(void **state)
{
	void *mem = talloc_new(NULL);

	(void)state;
	assert_string_equal(ct_money_show(mem, 123450, "EUR", "fr"),
			    "1" NARROW "234,50" NARROW EURO);
	assert_string_equal(ct_money_show(mem, 123450, "EUR", "en"), EURO "1,234.50");
	assert_string_equal(ct_money_show(mem, -5, "EUR", "fr"), MINUS "0,05" NARROW EURO);
	assert_string_equal(ct_money_show(mem, -123456789, "EUR", "en"), MINUS EURO "1,234,567.89");
	assert_string_equal(ct_money_show(mem, 0, "EUR", "fr"), "0,00" NARROW EURO);
	assert_string_equal(ct_money_show(mem, 99999, "CHF", "fr"), "999,99" NARROW "CHF");
	assert_string_equal(ct_money_show(mem, 99999, "CHF", "en"), "CHF" NBSP "999.99");
	assert_string_equal(ct_money_show(mem, INT64_MIN, "EUR", "en"),
			    MINUS EURO "92,233,720,368,547,758.08");
	assert_string_equal(ct_money_show(mem, INT64_MAX, "USD", "en"),
			    "$92,233,720,368,547,758.07");
	assert_string_equal(ct_rate_show(mem, 3000, "fr"), "30" NARROW "%");
	assert_string_equal(ct_rate_show(mem, 550, "fr"), "5,5" NARROW "%");
	assert_string_equal(ct_rate_show(mem, 1234, "en"), "12.34%");
	assert_string_equal(ct_rate_show(mem, -1, "en"), MINUS "0.01%");
	field_shown(&an_int, "2026", "fr", "2026");
	field_shown(&an_int, "12345", "fr", "12" NARROW "345");
	field_shown(&an_int, "-1234567", "en", MINUS "1,234,567");
	field_shown(&quantity, "1,5", "fr", "1,5");
	field_shown(&quantity, "12000,25", "en", "12,000.25");
	field_shown(&money, "12", "fr", "12,00" NARROW EURO);
	talloc_free(mem);
}

/* What a page shows can be copied from it and typed again. */
static void shown_is_typed(void **state)
{
	static const int64_t numbers[] = { 0, 1, -1, 99, 100, -12345, 123456, 1234567, 99999999,
					  -100000000 };
	static const struct ct_field wide[] = {
		FIELD(CT_INT), FIELD(CT_MONEY, .min = -1000000000, .max = 1000000000),
		FIELD(CT_RATE, .min = -1000000000, .max = 1000000000),
		FIELD(CT_QUANTITY, .min = -1000000000, .max = 1000000000),
	};
	static const char *const langs[] = { "fr", "en" };
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t f = 0; f < COUNT(wide); f++)
		for (size_t n = 0; n < COUNT(numbers) * 2; n++) {
			struct ct_value v = { .set = true, .i = numbers[n / 2] }, again;
			const char *s = ct_field_show(mem, &wide[f], &v, langs[n % 2]);
			struct ct_error e;

			/*
			 * "1,234,567" of English is typed as it is; "12,345" alone would be
			 * decimals
			 */
			if (n % 2 && strchr(s, ',') && !strchr(s, '.') &&
			    strchr(s, ',') == strrchr(s, ','))
				continue;
			if (ct_field_parse(mem, &wide[f], s, &again, &e) != 0)
				fail_msg("%s: %s", s, e.text);
			assert_int_equal(again.i, v.i);
		}
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ints), cmocka_unit_test(bounds), cmocka_unit_test(amounts),
		cmocka_unit_test(amounts_below_zero), cmocka_unit_test(rates),
		cmocka_unit_test(degrees), cmocka_unit_test(quantities), cmocka_unit_test(shown),
		cmocka_unit_test(shown_is_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
