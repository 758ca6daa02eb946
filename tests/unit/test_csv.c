/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "route/state.h"
#include "view/csv.h"

#define BOM "\xEF\xBB\xBF"

static struct ct_request *r;

static int set_up(void **state)
{
	(void)state;
	r = talloc_zero(NULL, struct ct_request);
	r->s = talloc_zero(r, struct ct_request_state);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	json_decref(r->view);
	talloc_free(r);
	return 0;
}

static const char *body(void)
{
	return talloc_strndup(r, r->s->response.body, r->s->response.len);
}

/* The CSV of a view, behind its byte order mark. */
static const char *csv_of(const char *view)
{
	json_error_t why;
	struct ct_error e;

	json_decref(r->view);
	r->view = json_loads(view, 0, &why);
	if (!r->view)
		fail_msg("%s", why.text);
	assert_int_equal(ct_csv_render(r, &e), 0);
	assert_string_equal(r->s->response.type, "text/csv; charset=utf-8");
	assert_int_equal(strncmp(body(), BOM, 3), 0);
	return body() + 3;
}

static void test_columns_and_rows(void **state)
{
	(void)state;
	assert_string_equal(
		csv_of("{\"rows\": [{\"id\": \"7\", \"name\": \"Élan\", \"n\": 12, \"ok\": true, \"not\": false, \"no\": null},"
		       " {\"name\": \"B\", \"id\": \"8\", \"more\": 1}]}"),
		"id;name;n;ok;not;no\r\n7;Élan;12;1;0;\r\n8;B;;;;\r\n");
}

static void test_what_is_no_column(void **state)
{
	(void)state;
	assert_string_equal(
		csv_of("{\"rows\": [{\"a\": 1, \"a_ui\": \"eins\", \"o\": {\"x\": 1}, \"l\": [{\"y\": 2}], \"ll\": [[1]], \"z\": 3}]}"),
		"a;z\r\n1;3\r\n");
}

static void test_money_and_lists(void **state)
{
	(void)state;
	assert_string_equal(
		csv_of("{\"rows\": [{\"m\": {\"cents\": 123456, \"currency\": \"EUR\"}, \"l\": [\"a\", null, \"b c\", 3, true]},"
		       " {\"m\": {\"cents\": -5, \"currency\": \"EUR\"}, \"l\": []}, {\"m\": {\"cents\": -123, \"currency\": \"EUR\"}}]}"),
		"m;l\r\n1234,56;a b c 3 1\r\n-0,05;\r\n-1,23;\r\n");
}

/* RFC 4180: one cell, whatever stands in it; and nothing that a spreadsheet would run. */
static void test_cells_are_quoted(void **state)
{
	(void)state;
	assert_string_equal(
		csv_of("{\"rows\": [{\"a;b\": \"x;y\", \"c\": \"say \\\"hi\\\"\", \"d\": \"two\\nlines\"}]}"),
		"\"a;b\";c;d\r\n\"x;y\";\"say \"\"hi\"\"\";\"two\nlines\"\r\n");
	assert_string_equal(csv_of("{\"rows\": [{\"l\": [\"a;b\", \"c\\\"d\"]}]}"),
			    "l\r\n\"a;b c\"\"d\"\r\n");
	assert_string_equal(
		csv_of("{\"rows\": [{\"a\": \"=1+1\", \"b\": \"@x\", \"l\": [\"=1\", \"=2\"]}]}"),
		"a;b;l\r\n'=1+1;'@x;'=1 =2\r\n");
	/* numbers of our own are no formulas */
	assert_string_equal(
		csv_of("{\"rows\": [{\"n\": -3, \"m\": {\"cents\": -300, \"currency\": \"EUR\"}}]}"),
		"n;m\r\n-3;-3,00\r\n");
}

static void test_the_first_list_of_objects(void **state)
{
	(void)state;
	assert_string_equal(
		csv_of("{\"page\": {\"nav\": [{\"label\": \"x\"}]}, \"tags\": [\"a\"], \"o\": {\"rows\": [{\"q\": 1}]},"
		       " \"rows_ui\": [{\"u\": 1}], \"rows\": [{\"a\": 1}], \"more\": [{\"b\": 1}]}"),
		"a\r\n1\r\n");
	assert_string_equal(csv_of("{\"rows\": []}"), "");
}

static void test_no_list(void **state)
{
	struct ct_error e;

	(void)state;
	r->view = json_pack("{s:s, s:[s], s:{s:[{s:i}]}}", "a", "b", "tags", "x", "page", "nav",
			    "y", 1);
	assert_int_equal(ct_csv_render(r, &e), CT_MISSING);
	assert_null(r->s->response.body);
}

static void test_row_by_row(void **state)
{
	json_t *like = json_pack("{s:s, s:s, s:n}", "id", "1", "name_ui", "x", "end"),
	       *row = json_pack("{s:s, s:i}", "end", "z", "id", 5);
	struct ct_csv *csv = ct_csv_begin(r, like);
	struct ct_error e;

	(void)state;
	json_decref(like);
	ct_csv_row(csv, row);
	ct_csv_row(csv, row);
	json_decref(row);
	assert_int_equal(ct_csv_end(r, csv, "keys", &e), 0);
	assert_string_equal(body(), BOM "id;end\r\n5;z\r\n5;z\r\n");
	assert_string_equal(ct_response_get(&r->s->response, "Content-Disposition"),
			    "attachment; filename=\"keys.csv\"");
}

static void test_too_long(void **state)
{
	char *text = talloc_zero_size(r, (1 << 20) + 1);
	struct ct_csv *csv;
	struct ct_error e;
	json_t *row;

	(void)state;
	memset(text, 'x', 1 << 20);
	row = json_pack("{s:s}", "a", text);
	csv = ct_csv_begin(r, row);
	for (int i = 0; i < 23; i++)
		ct_csv_row(csv, row);
	assert_int_equal(ct_csv_end(r, csv, "keys", &e), 0);
	ct_csv_row(csv, row);
	assert_int_equal(ct_csv_end(r, csv, "keys", &e), CT_TOO_LARGE);
	json_decref(row);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_columns_and_rows),
		CASE(test_what_is_no_column),
		CASE(test_money_and_lists),
		CASE(test_cells_are_quoted),
		CASE(test_the_first_list_of_objects),
		CASE(test_no_list),
		CASE(test_row_by_row),
		CASE(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
