/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_cases.h"

static const struct ct_field text = FIELD(CT_TEXT, .max = 12);
static const struct ct_field note = FIELD(CT_LONG_TEXT, .max = 40);
static const struct ct_field secret = FIELD(CT_SECRET, .min = 8, .max = 20);
static const struct ct_field agreed = FIELD(CT_CONSENT, .required = true);
static const struct ct_field free_of = FIELD(CT_BOOL, .required = true);
static const struct ct_field weekdays = FIELD(CT_WEEKDAYS);
static const struct ct_field ref = FIELD(CT_REF, .ref = "place");
static const struct ct_field file = FIELD(CT_FILE);
static const struct ct_choice states[] = {
	{ "project", "Project" }, { "open", "Open" }, { "closed", NULL }, { NULL, NULL },
};
static const struct ct_field choice = FIELD(CT_CHOICE, .choices = states);

#define UID "0198a7c4-8f4e-7cc2-b4c8-3b5d2e9f1a60"

static void texts(void **state)
{
	static const struct good good[] = {
		{ "Salle Lys", "Salle Lys", 0 }, { "  Salle Lys \t\n", "Salle Lys", 0 },
		{ NBSP "Lys" NARROW, "Lys", 0 }, { "\xEF\xBB\xBFLys", "Lys", 0 },
		{ "\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9", 0 },
		{ "123456789012", "123456789012", 0 },
		{ "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80",
		  "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 0 },
		{ "<b>&\"'", "<b>&\"'", 0 }, { "100 %", "100 %", 0 },
		{ "a" NBSP "b", "a" NBSP "b", 0 },
		{ "e\xCC\x81", "e\xCC\x81", 0 }, { "\\n", "\\n", 0 }, { "0", "0", 0 },
	};
	static const char *const bad[] = {
		"1234567890123", "a\nb", "a\rb", "a\tb", "a\x01" "b", "a\x1B[31m", "a\x7F" "b",
		"a\xC2\x85" "b", "a\xE2\x80\xA8" "b", "a\xE2\x80\xAE" "b", "a\xE2\x81\xA6" "b",
		"\xFF", "\xC0\x80", "a\xE2\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
		"\xEF\xBF\xBF", "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC"
		"\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC"
		"\xE2\x82\xAC\xE2\x82\xAC",
	};

	(void)state;
	GOOD(&text, good);
	BAD(&text, bad);
}

static void long_texts(void **state)
{
	static const struct good good[] = {
		{ "one", "one", 0 }, { "one\ntwo", "one\ntwo", 0 }, { "one\r\ntwo", "one\ntwo", 0 },
		{ "one\rtwo", "one\ntwo", 0 }, { "\n\none\n\ntwo\n\n", "one\n\ntwo", 0 },
		{ "a\tb", "a\tb", 0 }, { "- a\r\n- b", "- a\n- b", 0 }, { "a\r\r\nb", "a\n\nb", 0 },
		{ "1234567890123456789012345678901234567890",
		  "1234567890123456789012345678901234567890", 0 },
		{ "\xE2\x80\x9C" "a\xE2\x80\x9D", "\xE2\x80\x9C" "a\xE2\x80\x9D", 0 },
		{ "a  b", "a  b", 0 }, { "{{x}}", "{{x}}", 0 },
	};
	static const char *const bad[] = {
		"12345678901234567890123456789012345678901", "a\x02", "a\x0B" "b", "a\x0C" "b",
		"a\x1B",
		"\x7F", "a\xC2\x9F", "a\xE2\x80\xA9" "b", "a\xE2\x80\xAD" "b", "\x80", "a\xC3",
		"\xE0\x80\xAF",
	};

	(void)state;
	GOOD(&note, good);
	BAD(&note, bad);
}

static void own_length(void **state)
{
	static const struct ct_field plain = FIELD(CT_TEXT), at_least = FIELD(CT_TEXT, .min = 3);
	char buf[300];
	struct ct_value v;
	struct ct_error e;
	void *mem = talloc_new(NULL);

	(void)state;
	memset(buf, 'a', sizeof(buf));
	buf[255] = '\0';
	assert_int_equal(ct_field_parse(mem, &plain, buf, &v, &e), 0);
	assert_int_equal(ct_field_parse(mem, &at_least, buf, &v, &e), 0);
	assert_int_equal(ct_field_parse(mem, &at_least, "ab", &v, &e), CT_INVALID);
	buf[255] = 'a';
	buf[256] = '\0';
	assert_int_equal(ct_field_parse(mem, &plain, buf, &v, &e), CT_INVALID);
	assert_string_equal(e.text,
			    "This is too long: it has 256 characters, and 255 at most fit here.");
	talloc_free(mem);
}

static void secrets(void **state)
{
	static const struct good good[] = {
		{ "correct horse", "correct horse", 0 }, { " 8 spaces ", " 8 spaces ", 0 },
		{ "12345678", "12345678", 0 }, { "        ", "        ", 0 },
		{ "p\xC3\xA4ssw\xC3\xB6rt", "p\xC3\xA4ssw\xC3\xB6rt", 0 },
		{ "12345678901234567890", "12345678901234567890", 0 },
	};
	static const char *const bad[] = {
		"1234567", "123456789012345678901", "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4",
		"1234567\n8",
		"1234567\x01", "12345678\xFF",
	};
	struct ct_value v;
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		v = field_accept(mem, &secret, good[i].typed);
		assert_string_equal(v.text, good[i].text);
		assert_string_equal(ct_field_show(mem, &secret, &v, "fr"), "");
		assert_string_equal(ct_field_typed(mem, &secret, &v), "");
	}
	BAD(&secret, bad);
	talloc_free(mem);
}

static void choices(void **state)
{
	static const struct good good[] = {
		{ "project", "project", 0 }, { "open", "open", 0 }, { " closed ", "closed", 0 },
	};
	static const char *const bad[] = {
		"Open", "OPEN", "ope", "opened", "project,open", "0", "1", "*", "null", "Project",
		"open;",
		"o pen",
	};

	(void)state;
	GOOD(&choice, good);
	BAD(&choice, bad);
	field_shown(&choice, "open", "en", "Open");
	field_shown(&choice, "closed", "en", "closed");
}

static void bools(void **state)
{
	static const struct good good[] = {
		{ "1", NULL, 1 }, { "on", NULL, 1 }, { "true", NULL, 1 }, { "TRUE", NULL, 1 },
		{ "yes", NULL, 1 }, { "oui", NULL, 1 }, { "0", NULL, 0 }, { "off", NULL, 0 },
		{ "false", NULL, 0 }, { "no", NULL, 0 }, { "non", NULL, 0 }, { " on ", NULL, 1 },
	};
	static const char *const bad[] = {
		"2", "-1", "01", "10", "y", "n", "ok", "checked", "maybe", "tru", "true false", "x",
	};

	(void)state;
	GOOD(&free_of, good);
	BAD(&free_of, bad);
}

static void consents(void **state)
{
	static const struct good good[] = { { "1", NULL, 1 }, { "on", NULL, 1 },
					   { "true", NULL, 1 } };
	static const char *const bad[] = { NULL, "", " ", "0", "false", "off", "no", "2", "x",
					  "agreed" };
	static const struct ct_field free_choice = FIELD(CT_CONSENT);
	static const struct good either[] = { { "0", NULL, 0 }, { "1", NULL, 1 } };

	(void)state;
	GOOD(&agreed, good);
	for (size_t i = 0; i < COUNT(bad); i++)
		field_refused(&agreed, bad[i], i < 7 ? "tick this box" : "yes (1) or no (0)");
	GOOD(&free_choice, either);
}

static void days_of_the_week(void **state)
{
	static const struct good good[] = {
		{ "1", NULL, 1 }, { "7", NULL, 64 }, { "1,2,3,4,5", NULL, 31 }, { "6 7", NULL, 96 },
		{ "1\n3\n5", NULL, 21 }, { "1\r\n3", NULL, 5 }, { "5,1", NULL, 17 },
		{ "1, 2", NULL, 3 },
		{ "2,2,2", NULL, 2 }, { "1,2,3,4,5,6,7", NULL, 127 }, { ",1,", NULL, 1 },
		{ " 4 ", NULL, 8 },
	};
	static const char *const bad[] = {
		"0", "8", "9", "12", "1-5", "lundi", "1;2", "-1", ",", "1,8", "31", "1.2",
	};

	(void)state;
	GOOD(&weekdays, good);
	BAD(&weekdays, bad);
	field_typed(&weekdays, "7 1", "1,7");
	field_shown(&weekdays, "1,7", "en", "Monday, Sunday");
	field_shown(&weekdays, "1,7", "fr", "lundi, dimanche");
}

static void refs(void **state)
{
	static const struct good good[] = {
		{ "1", NULL, 1 }, { "42", NULL, 42 }, { "0042", NULL, 42 }, { " 7 ", NULL, 7 },
		{ "9223372036854775807", NULL, 9223372036854775807 }, { UID, UID, 0 },
		{ "0198A7C4-8F4E-7CC2-B4C8-3B5D2E9F1A60", UID, 0 },
	};
	static const char *const bad[] = {
		"0", "-1", "1.0", "1,2", "9223372036854775808", "abc", "1a", "+1", "0x1",
		"0198a7c48f4e7cc2b4c83b5d2e9f1a60", "0198a7c4-8f4e-7cc2-b4c8-3b5d2e9f1a6",
		"0198a7c4-8f4e-7cc2-b4c8-3b5d2e9f1a6g", "{" UID "}", "1 OR 1=1",
	};

	(void)state;
	GOOD(&ref, good);
	BAD(&ref, bad);
	GOOD(&file, good);
	BAD(&file, bad);
}

static void nothing(void **state)
{
	static const char *const empty[] = { NULL, "", " ", "\t\r\n", NBSP NARROW };
	void *mem = talloc_new(NULL);

	(void)state;
	for (enum ct_type type = CT_TEXT; type <= CT_CONSENT; type++) {
		struct ct_field f = FIELD(type, .choices = states);

		for (size_t i = 0; i < COUNT(empty); i++) {
			struct ct_value v = { .i = 1 };
			struct ct_error e;

			if (type == CT_SECRET && i > 1)
				continue;
			f.required = false;
			assert_int_equal(ct_field_parse(mem, &f, empty[i], &v, &e), 0);
			assert_false(v.set);
			assert_null(v.text);
			assert_int_equal(v.i, 0);
			assert_false(ct_local_set(v.local));
			assert_false(ct_day_set(v.day));
			assert_string_equal(ct_field_show(mem, &f, &v, "fr"), "");
			assert_string_equal(ct_field_typed(mem, &f, &v), "");
			f.required = true;
			assert_int_equal(ct_field_parse(mem, &f, empty[i], &v, &e),
					 type == CT_BOOL ? 0 : CT_INVALID);
		}
	}
	talloc_free(mem);
}

static void several(void **state)
{
	static const struct ct_value each[] = {
		{ .set = true, .text = "open" }, { .set = true, .text = "closed" },
	};
	static const struct ct_field many = FIELD(CT_CHOICE, .choices = states, .many = true);
	struct ct_value v = { .set = true, .many = 2, .each = each };
	void *mem = talloc_new(NULL);

	(void)state;
	assert_string_equal(ct_field_show(mem, &many, &v, "en"), "Open, closed");
	assert_string_equal(ct_field_typed(mem, &many, &v), "open\nclosed");
	v.many = 0;
	assert_string_equal(ct_field_show(mem, &many, &v, "en"), "");
	talloc_free(mem);
}

static void columns(void **state)
{
	static const struct { enum ct_type type; const char *column; } cases[] = {
		{ CT_TEXT, "x" }, { CT_INT, "x" }, { CT_MONEY, "x_cents" }, { CT_RATE, "x_bp" },
		{ CT_QUANTITY, "x" }, { CT_DEGREES, "x_e6" }, { CT_DATE, "x_d" }, { CT_TIME, "x" },
		{ CT_DURATION, "x" },
		{ CT_DATETIME, "x_local" },
		{ CT_REF, "x_id" }, { CT_FILE, "x_id" }, { CT_IBAN, "x" }, { CT_WEEKDAYS, "x" },
	};
	struct ct_field f = { .name = "x" };
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		f.type = cases[i].type;
		assert_string_equal(ct_field_column(mem, &f), cases[i].column);
	}
	f.column = "y";
	assert_string_equal(ct_field_column(mem, &f), "y");
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts), cmocka_unit_test(long_texts), cmocka_unit_test(own_length),
		cmocka_unit_test(secrets), cmocka_unit_test(choices), cmocka_unit_test(bools),
		cmocka_unit_test(consents), cmocka_unit_test(days_of_the_week),
		cmocka_unit_test(refs),
		cmocka_unit_test(nothing), cmocka_unit_test(several), cmocka_unit_test(columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
