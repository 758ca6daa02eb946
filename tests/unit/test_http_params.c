/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "http/params.h"

static void add(struct ct_params *params, const char *name, const char *value)
{
	struct ct_error e = fresh_error();

	expect_rc(name, ct_params_add(params, name, strlen(name), value, strlen(value), &e), 0, &e);
}

static void an_empty_list(void **state)
{
	struct ct_params *params = ct_params_new(NULL);

	(void)state;
	assert_null(ct_param(params, "a"));
	assert_int_equal(ct_param_count(params, "a"), 0);
	assert_null(ct_param_nth(params, "a", 0));
	assert_int_equal(params->n, 0);
	assert_null(ct_param(NULL, "a"));
	assert_int_equal(ct_param_count(NULL, "a"), 0);
	talloc_free(params);
}

static void values_by_name_and_number(void **state)
{
	struct ct_params *params = ct_params_new(NULL);

	(void)state;
	add(params, "day", "1");
	add(params, "title", "Zo\xC3\xA9");
	add(params, "day", "2");
	add(params, "empty", "");
	add(params, "day", "3");
	assert_string_equal(ct_param(params, "day"), "1");
	assert_string_equal(ct_param(params, "title"), "Zo\xC3\xA9");
	assert_string_equal(ct_param(params, "empty"), "");
	assert_null(ct_param(params, "Day"));
	assert_null(ct_param(params, "da"));
	assert_int_equal(ct_param_count(params, "day"), 3);
	assert_string_equal(ct_param_nth(params, "day", 1), "2");
	assert_string_equal(ct_param_nth(params, "day", 2), "3");
	assert_null(ct_param_nth(params, "day", 3));
	assert_null(ct_param_nth(params, "title", 1));
	assert_string_equal(params->list[1].name, "title");
	assert_int_equal(params->list[1].len, 4);
	talloc_free(params);
}

static void a_long_list_keeps_its_order(void **state)
{
	struct ct_params *params = ct_params_new(NULL);
	char name[8], value[8];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		snprintf(value, sizeof(value), "v%d", i);
		add(params, name, value);
	}
	assert_int_equal(params->n, 1000);
	assert_string_equal(params->list[999].value, "v999");
	assert_string_equal(ct_param(params, "n500"), "v500");
	talloc_free(params);
}

static void line_ends_become_line_feeds(void **state)
{
	static const struct {
		const char *came, *kept;
	} cases[] = {
		{ "a\r\nb", "a\nb" },	  { "a\nb", "a\nb" },	  { "a\rb", "a\nb" },
		{ "a\r\r\nb", "a\n\nb" }, { "\r\n", "\n" },	  { "\r", "\n" },
		{ "a\r", "a\n" },	  { "\r\n\r\n", "\n\n" }, { "\n\r", "\n\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_params *params = ct_params_new(NULL);

		add(params, "note", cases[i].came);
		assert_string_equal(ct_param(params, "note"), cases[i].kept);
		assert_int_equal(params->list[0].len, strlen(cases[i].kept));
		talloc_free(params);
	}
}

static void what_is_no_text_is_refused(void **state)
{
	static const struct {
		const char *name;
		size_t name_len;
		const char *value;
		size_t value_len;
	} bad[] = {
		{ BYTES("a"), BYTES("x\0y") },	   { BYTES("a"), BYTES("\0") },
		{ BYTES("a"), BYTES("\xFF") },	   { BYTES("a"), BYTES("\xC3") },
		{ BYTES("a"), BYTES("\xC0\x80") }, { BYTES("a"), BYTES("\xED\xA0\x80") },
		{ BYTES(""), BYTES("x") },	   { BYTES("a\0b"), BYTES("x") },
		{ BYTES("\xFF"), BYTES("x") },	   { BYTES("a\nb"), BYTES("x") },
		{ BYTES("a\x1B"), BYTES("x") },	   { BYTES("a\x7F"), BYTES("x") },
	};
	struct ct_params *params = ct_params_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct ct_error e = fresh_error();

		expect_rc(bad[i].name,
			  ct_params_add(params, bad[i].name, bad[i].name_len, bad[i].value,
					bad[i].value_len, &e),
			  CT_BAD, &e);
		assert_int_equal(params->n, 0);
	}
	talloc_free(params);
}

static void the_sentence_names_the_field(void **state)
{
	struct ct_params *params = ct_params_new(NULL);
	struct ct_error e = fresh_error();

	(void)state;
	assert_int_equal(ct_params_add(params, BYTES("title"), BYTES("\xFF"), &e), CT_BAD);
	assert_non_null(strstr(e.text, "title"));
	talloc_free(params);
}

static void names_have_a_greatest_length(void **state)
{
	struct ct_params *params = ct_params_new(NULL);
	char name[CT_PARAM_NAME_MAX + 1];
	struct ct_error e = fresh_error();

	(void)state;
	memset(name, 'n', sizeof(name));
	expect_rc("longest", ct_params_add(params, name, CT_PARAM_NAME_MAX, "v", 1, &e), 0, &e);
	expect_rc("longer", ct_params_add(params, name, CT_PARAM_NAME_MAX + 1, "v", 1, &e), CT_BAD,
		  &e);
	assert_int_equal(params->n, 1);
	talloc_free(params);
}

static void everything_goes_with_the_list(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_params *params = ct_params_new(mem);

	(void)state;
	for (int i = 0; i < 20; i++)
		add(params, "a", "b");
	talloc_free(params);
	assert_int_equal(talloc_total_blocks(mem), 1);
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_list),
		cmocka_unit_test(values_by_name_and_number),
		cmocka_unit_test(a_long_list_keeps_its_order),
		cmocka_unit_test(line_ends_become_line_feeds),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(the_sentence_names_the_field),
		cmocka_unit_test(names_have_a_greatest_length),
		cmocka_unit_test(everything_goes_with_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
