/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "http/json_body.h"

static const struct ct_limits limits = CT_LIMITS;

static json_t *parsed(const char *text)
{
	struct ct_error e = fresh_error();
	json_t *object = NULL;

	expect_rc(text, ct_json_parse(text, strlen(text), &limits, &object, &e), 0, &e);
	assert_int_equal(object->refcount, 1);
	return object;
}

static void objects(void **state)
{
	static const char *const cases[] = {
		"{}", " {\n} \t", "{\"a\":1}", "{\"a\":{\"b\":[1,2,{\"c\":null}]}}",
		"{\"\xC3\xA9\":\"\\u00e9\"}", "{\"a\":\"{[\\\"[{\"}", "{\"a\":\"\\\\\"}",
		"{\"a\":9223372036854775807,\"b\":-9223372036854775808}", "{\"a\":1.5e3}",
		"{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":{\"x\":1},\"b\":{\"x\":1}}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		json_decref(parsed(cases[i]));
}

static void bad_ones(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ BYTES("") },
		{ BYTES(" ") },
		{ BYTES("{") },
		{ BYTES("}") },
		{ BYTES("[]") },
		{ BYTES("[1]") },
		{ BYTES("1") },
		{ BYTES("\"a\"") },
		{ BYTES("null") },
		{ BYTES("{}{}") },
		{ BYTES("{},") },
		{ BYTES("{\"a\":1,}") },
		{ BYTES("{a:1}") },
		{ BYTES("{'a':1}") },
		{ BYTES("{\"a\"}") },
		{ BYTES("{\"a\":01}") },
		{ BYTES("{\"a\":+1}") },
		{ BYTES("{\"a\":NaN}") },
		{ BYTES("{\"a\":1e999}") },
		{ BYTES("{\"a\":9223372036854775808}") },
		{ BYTES("{\"a\":1,\"a\":2}") },
		{ BYTES("{\"b\":{\"a\":1,\"a\":1}}") },
		{ BYTES("{\"a\":1,\"\\u0061\":2}") },
		{ BYTES("{\"a\":\"x\\u0000\"}") },
		{ BYTES("{\"a\\u0000b\":1}") },
		{ BYTES("{\"a\":\"x\0y\"}") },
		{ BYTES("{}\0") },
		{ BYTES("{\"a\":\"\xFF\"}") },
		{ BYTES("{\"a\":\"\xC3\"}") },
		{ BYTES("{\"a\":\"\xED\xA0\x80\"}") },
		{ BYTES("{\"a\":\"\\ud800\"}") },
		{ BYTES("{\"a\":\"\n\"}") },
		{ BYTES("{\"a\":\"\\x\"}") },
		{ BYTES("\xEF\xBB\xBF{}") },
		{ BYTES("{\"a\":\"") },
		{ BYTES("{\"a\":\"\\") },
		{ BYTES("// {}") },
		{ BYTES("{\"a\":true false}") },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *exact = malloc(cases[i].len ? cases[i].len : 1);
		struct ct_error e = fresh_error();
		json_t *object = NULL;

		memcpy(exact, cases[i].text, cases[i].len);
		expect_rc(cases[i].text, ct_json_parse(exact, cases[i].len, &limits, &object, &e),
			  CT_BAD, &e);
		assert_null(object);
		free(exact);
	}
}

static void the_sentence_says_where(void **state)
{
	static const char text[] = "{\n  \"a\": 1,\n  \"a\": 2\n}";
	struct ct_error e = fresh_error();
	json_t *object;

	(void)state;
	assert_int_equal(ct_json_parse(text, strlen(text), &limits, &object, &e), CT_BAD);
	assert_non_null(strstr(e.text, "line 3"));
	assert_non_null(strstr(e.text, "twice"));
}

/* `opens` arrays in one object: depth opens + 1. */
static int parse_deep(size_t opens, struct ct_error *e)
{
	char text[200] = "{\"a\":";
	json_t *object;
	int rc;

	for (size_t i = 0; i < opens; i++)
		strcat(text, "[");
	for (size_t i = 0; i < opens; i++)
		strcat(text, "]");
	strcat(text, "}");
	rc = ct_json_parse(text, strlen(text), &limits, &object, e);
	if (!rc)
		json_decref(object);
	return rc;
}

static void depth_is_limited(void **state)
{
	struct ct_error e = fresh_error();

	(void)state;
	expect_rc("deepest", parse_deep(CT_JSON_DEPTH - 1, &e), 0, &e);
	expect_rc("deeper", parse_deep(CT_JSON_DEPTH, &e), CT_TOO_LARGE, &e);
}

/* Unbalanced brackets must not let deeper ones through. */
static void closing_first_does_not_help(void **state)
{
	char text[100] = "]]]]]]]]]]]]]]]]]]]]";
	struct ct_error e = fresh_error();
	json_t *object;

	(void)state;
	for (size_t i = 0; i <= CT_JSON_DEPTH; i++)
		strcat(text, "[");
	expect_rc(text, ct_json_parse(text, strlen(text), &limits, &object, &e), CT_TOO_LARGE, &e);
}

/* What stands in a string is no bracket, and an escaped quote does not end it. */
static void brackets_in_strings_do_not_count(void **state)
{
	static const char *const fine = "{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[\"}";
	static const char *const deep = "{\"a\":\"\\\\\",\"b\":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}";
	struct ct_error e = fresh_error();
	json_t *object;

	(void)state;
	json_decref(parsed(fine));
	expect_rc(deep, ct_json_parse(deep, strlen(deep), &limits, &object, &e), CT_TOO_LARGE, &e);
}

static int parse_many(size_t items, struct ct_error *e)
{
	char *text = malloc(2 * items + 10);
	json_t *object;
	int rc;

	strcpy(text, "{\"a\":[");
	for (size_t i = 0; i < items; i++)
		memcpy(text + 6 + 2 * i, "1,", 2);
	strcpy(text + 6 + 2 * items - 1, "]}");
	rc = ct_json_parse(text, strlen(text), &limits, &object, e);
	if (!rc)
		json_decref(object);
	free(text);
	return rc;
}

static void values_are_limited(void **state)
{
	struct ct_error e = fresh_error();

	(void)state;
	expect_rc("many", parse_many(CT_JSON_VALUES - 2, &e), 0, &e);
	expect_rc("too many", parse_many(CT_JSON_VALUES + 1, &e), CT_TOO_LARGE, &e);
}

static void size_is_limited(void **state)
{
	const struct ct_limits small = { 10, 10, 10, 8 };
	struct ct_error e = fresh_error();
	json_t *object;

	(void)state;
	expect_rc("8", ct_json_parse("{\"a\":12}", 8, &small, &object, &e), 0, &e);
	json_decref(object);
	expect_rc("9", ct_json_parse("{\"a\":123}", 9, &small, &object, &e), CT_TOO_LARGE, &e);
}

static void members_become_parameters(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "{}", "" },
		{ "{\"b\":\"x\",\"a\":\"y\"}", "b=x|a=y" },
		{ "{\"id\":42}", "id=42" },
		{ "{\"id\":\"42\"}", "id=42" },
		{ "{\"n\":-7}", "n=-7" },
		{ "{\"n\":0}", "n=0" },
		{ "{\"n\":9223372036854775807}", "n=9223372036854775807" },
		{ "{\"n\":12.5}", "n=12.5" },
		{ "{\"n\":12.50}", "n=12.5" },
		{ "{\"n\":0.1}", "n=0.1" },
		{ "{\"n\":1234567.89}", "n=1234567.89" },
		{ "{\"n\":3.0}", "n=3" },
		{ "{\"b\":true,\"c\":false}", "b=true|c=false" },
		{ "{\"note\":null}", "note=" },
		{ "{\"t\":\"a\\r\\nb\"}", "t=a\nb" },
		{ "{\"extras\":[1,\"2\",true]}", "extras=1|extras=2|extras=true" },
		{ "{\"extras\":[]}", "" },
		{ "{\"items\":[{\"units\":1}],\"a\":1}", "a=1" },
		{ "{\"items\":[1,{}],\"a\":1}", "a=1" },
		{ "{\"items\":[[1]],\"a\":1}", "a=1" },
		{ "{\"o\":{\"x\":1},\"a\":1}", "a=1" },
		{ "{\"t\":\"\xC3\xA9\\u20ac\"}", "t=\xC3\xA9\xE2\x82\xAC" },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_error e = fresh_error();
		json_t *object = parsed(cases[i].text);
		char *text = talloc_strdup(mem, "");
		struct ct_params *p;

		expect_rc(cases[i].text, ct_json_params(mem, object, &limits, &p, &e), 0, &e);
		for (size_t k = 0; k < p->n; k++)
			text = talloc_asprintf_append(text, "%s%s=%s", k ? "|" : "",
						      p->list[k].name, p->list[k].value);
		assert_string_equal(text, cases[i].expected);
		json_decref(object);
	}
	talloc_free(mem);
}

static void members_that_cannot_be_parameters(void **state)
{
	static const struct {
		const char *text;
		int rc;
	} cases[] = {
		{ "{\"\":1}", CT_BAD },
		{ "{\"a\\nb\":1}", CT_BAD },
		{ "{\"a\":\"1234\"}", 0 },
		{ "{\"a\":\"12345\"}", CT_TOO_LARGE },
		{ "{\"a\":[1,2,3]}", 0 },
		{ "{\"a\":[1,2,3,4]}", CT_TOO_LARGE },
		{ "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", CT_TOO_LARGE },
		{ "{\"a\":12345}", CT_TOO_LARGE },
		{ "{\"a\":[1,2],\"b\":[{}],\"c\":3}", 0 },
	};
	const struct ct_limits small = { 3, 4, 0, 1000 };
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *object = parsed(cases[i].text);
		struct ct_error e = fresh_error();
		struct ct_params *p = NULL;

		expect_rc(cases[i].text, ct_json_params(mem, object, &small, &p, &e), cases[i].rc,
			  &e);
		assert_int_equal(!p, cases[i].rc != 0);
		talloc_free(p);
		assert_int_equal(talloc_total_blocks(mem), 1);
		json_decref(object);
	}
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects), cmocka_unit_test(bad_ones),
		cmocka_unit_test(the_sentence_says_where), cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(closing_first_does_not_help),
		cmocka_unit_test(brackets_in_strings_do_not_count),
		cmocka_unit_test(values_are_limited),
		cmocka_unit_test(size_is_limited),
		cmocka_unit_test(members_become_parameters),
		cmocka_unit_test(members_that_cannot_be_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
