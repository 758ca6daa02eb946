/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one statement ends and the next begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <cmocka.h>

#include "db/splitter.h"

/* What `sql` is cut into, one a row, or how it is refused. */
struct cut { const char *sql, *parts[5], *refusal; };

static const struct cut cuts[] = {
	{ "", { NULL }, NULL },
	{ " \n-- only words\n/* and ; more */ # here;\n ;; ", { NULL }, NULL },
	{ "A;B", { "A", "B" }, NULL },
	{ "-- first;\nA ;\n\n/* second; */ B\n", { "A", "B" }, NULL },
	{ "A ';' \"b;\" `c;`; B", { "A ';' \"b;\" `c;`", "B" }, NULL },
	{ "A 'it''s;' 'x\\';' \"\"\";\"; B", { "A 'it''s;' 'x\\';' \"\"\";\"", "B" }, NULL },
	{ "A `back\\`; B", { "A `back\\`", "B" }, NULL },
	{ "A -- x; y\n+1 # z; '\n; B /* ; ' */ + 2",
	  { "A -- x; y\n+1 # z; '", "B /* ; ' */ + 2" },
	  NULL },
	{ "A 5--1; B", { "A 5--1", "B" }, NULL },
	{ "/*! A; */ B", { "/*! A; */ B" }, NULL },
	{ "CREATE TABLE t (a INT AS (CASE WHEN b THEN 1 END)); C",
	  { "CREATE TABLE t (a INT AS (CASE WHEN b THEN 1 END))", "C" },
	  NULL },
	{ "CREATE TABLE begin_end (a INT); C", { "CREATE TABLE begin_end (a INT)", "C" }, NULL },
	{ "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = 1; C",
	  { "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = 1", "C" },
	  NULL },
	{ "create trigger t before insert on x for each row begin set new.a = 1; set @b = 2; end; "
	  "C",
	  { "create trigger t before insert on x for each row begin set new.a = 1; set @b = 2; end",
	    "C" },
	  NULL },
	{ "CREATE OR REPLACE PROCEDURE p() BEGIN IF a THEN B; END IF; CASE a WHEN 1 THEN C; END "
	  "CASE;"
	  " WHILE x DO D; END WHILE; SET e = CASE WHEN f THEN 1 ELSE 2 END; BEGIN G; END; END;\nH;",
	  { "CREATE OR REPLACE PROCEDURE p() BEGIN IF a THEN B; END IF; CASE a WHEN 1 THEN C; END "
	    "CASE;"
	    " WHILE x DO D; END WHILE; SET e = CASE WHEN f THEN 1 ELSE 2 END; BEGIN G; END; END",
	    "H" },
	  NULL },
	{ "CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW BEGIN SET @e = NEW.end; SET @begin = '; "
	  "BEGIN';"
	  " INSERT INTO `case` VALUES (IF(1, 2, 3)); END; C",
	  { "CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW BEGIN SET @e = NEW.end; SET @begin = "
	    "'; BEGIN';"
	    " INSERT INTO `case` VALUES (IF(1, 2, 3)); END",
	    "C" },
	  NULL },
	{ "A;\n\nB 'x", { NULL }, "line 3: a quoted text does not end" },
	{ "A;\n/* x", { NULL }, "line 2: a comment does not end" },
	{ "\nCREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN A; B;",
	  { NULL },
	  "line 2: BEGIN or CASE without its END" },
	{ "A;\nDELIMITER //\n", { NULL }, "line 2: DELIMITER is not needed here" },
	{ "DELIMITERS; B", { "DELIMITERS", "B" }, NULL },
};

static void files_are_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		void *mem = talloc_new(NULL);
		struct ct_statement_text *list;
		struct ct_error e;
		size_t n = 0, k;
		int rc = ct_sql_split(mem, cuts[i].sql, &list, &n, &e);

		assert_int_equal(rc, cuts[i].refusal ? CT_BROKEN : 0);
		if (rc)
			assert_string_equal(e.text, cuts[i].refusal);
		for (k = 0; k < n && cuts[i].parts[k]; k++)
			assert_string_equal(list[k].sql, cuts[i].parts[k]);
		assert_true(k == n && !cuts[i].parts[k]);
		talloc_free(mem);
	}
}

static void lines_are_counted(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_statement_text *list;
	struct ct_error e;
	size_t n;

	(void)state;
	assert_int_equal(ct_sql_split(mem, "A;\n-- x\n\nB\n'\n';C\n;\n/*\n*/D", &list, &n, &e), 0);
	assert_int_equal(n, 4);
	assert_int_equal(list[0].line, 1);
	assert_int_equal(list[1].line, 4);
	assert_int_equal(list[2].line, 6);
	assert_int_equal(list[3].line, 9);
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_cut),
		cmocka_unit_test(lines_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
