/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every type that a column may have, there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <cmocka.h>

#include "db/result.h"
#include "support/db.h"

static void *mem;
static struct ct_db *db;

static int set_up(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	test_db_create("types");
	test_db_sql("types",
		    "CREATE TABLE t (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
		    " uid UUID NOT NULL DEFAULT UUID(), big BIGINT, small INT UNSIGNED,"
		    " flag TINYINT(1), amount_cents BIGINT, starts_local DATETIME,"
		    " at_utc DATETIME(6), from_d DATE, opens TIME, name VARCHAR(200),"
		    " code VARCHAR(16) COLLATE utf8mb4_bin, note MEDIUMTEXT, hash BINARY(32),"
		    " bytes MEDIUMBLOB, data LONGTEXT CHECK (JSON_VALID(data)), y YEAR)");
	db = test_db_open(mem, "types", "user");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(mem);
	return 0;
}

static struct ct_result *read_rows(const struct ct_query *q, struct ct_args args)
{
	struct ct_result *rows;
	struct ct_error e;

	if (ct_db_run(db, mem, q, args, &rows, NULL, NULL, &e))
		fail_msg("%s", e.text);
	return rows;
}

static void write_row(const struct ct_query *q, struct ct_args args, int64_t *affected_r,
		      int64_t *id_r)
{
	struct ct_error e;

	if (ct_db_run(db, mem, q, args, NULL, affected_r, id_r, &e))
		fail_msg("%s", e.text);
}

static const struct ct_query store = {
	"store",
	.audits = "-",
	.sql = "INSERT INTO t (big, small, flag, amount_cents, starts_local, at_utc,"
	       " from_d, opens, name, code, note, hash, bytes, data, y)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?, SEC_TO_TIME(? * 60), ?, ?, ?, ?, ?, ?, ?)",
};
static const struct ct_query load = {
	"load",
	.sql = "SELECT id, uid, big, small, flag, amount_cents, starts_local, at_utc, from_d,"
	       " opens, name, code, note, hash, bytes, data, y FROM t WHERE id = ?",
};

static void values_come_back(void **state)
{
	const struct ct_local start = ct_local_make(2026, 11, 24, 14, 5, 6);
	const struct ct_utc at = { ct_local_make(2026, 10, 25, 0, 30, 0).s };
	const struct ct_day from = ct_day_make(2028, 2, 29);
	uint8_t hash[32];
	size_t len, big = 300000;
	char *note = talloc_size(mem, big + 1);
	struct ct_result *r;
	const void *p;
	int64_t id = 0, affected = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(hash); i++)
		hash[i] = (uint8_t)(i * 8);
	memset(note, 'x', big);
	note[big] = '\0';
	write_row(&store,
		  CT_ARGS(CT_NUM(INT64_MIN + 1), CT_NUM(4294967295), CT_NUM(1), CT_NUM(-9600),
			  CT_LOCAL(start), CT_UTC(at), CT_DAY(from), CT_NUM(1440),
			  CT_STR("Zoé 🌱 l'été"), CT_STR("open"), CT_STR(note),
			  CT_BYTES(hash, sizeof(hash)), CT_BYTES("a\0b", 3), CT_STR("{\"a\":1}"),
			  CT_NUM(2026)),
		  &affected, &id);
	assert_int_equal(affected, 1);
	assert_true(id > 0);
	r = read_rows(&load, CT_ARGS(CT_ID(id)));
	assert_int_equal(ct_result_rows(r), 1);
	assert_true(ct_next(r));
	assert_int_equal(ct_col_int(r, "id"), id);
	assert_int_equal(strlen(ct_col_text(r, "uid")), 36);
	assert_true(ct_col_int(r, "big") == INT64_MIN + 1);
	assert_true(ct_col_int(r, "small") == 4294967295);
	assert_int_equal(ct_col_int(r, "flag"), 1);
	assert_int_equal(ct_col_int(r, "amount_cents"), -9600);
	assert_true(ct_col_local(r, "starts_local").s == start.s);
	assert_true(ct_col_utc(r, "at_utc").s == at.s);
	assert_int_equal(ct_col_day(r, "from_d").n, from.n);
	assert_int_equal(ct_col_int(r, "opens"), 1440);
	assert_string_equal(ct_col_text(r, "name"), "Zoé 🌱 l'été");
	assert_string_equal(ct_col_text(r, "code"), "open");
	assert_string_equal(ct_col_text(r, "note"), note);
	p = ct_col_bytes(r, "hash", &len);
	assert_int_equal(len, 32);
	assert_memory_equal(p, hash, 32);
	p = ct_col_bytes(r, "bytes", &len);
	assert_int_equal(len, 3);
	assert_memory_equal(p, "a\0b", 3);
	assert_string_equal(ct_col_text(r, "data"), "{\"a\":1}");
	assert_int_equal(ct_col_int(r, "y"), 2026);
	assert_false(ct_next(r));
	assert_false(ct_next(r));
}

static void nothing_comes_back_as_nothing(void **state)
{
	struct ct_result *r;
	size_t len = 9;
	int64_t id;

	(void)state;
	write_row(&store, CT_ARGS(CT_NULL, CT_ID(0), CT_NULL, CT_NULL, CT_LOCAL(CT_NO_LOCAL),
		CT_UTC(CT_NO_UTC), CT_DAY(CT_NO_DAY), CT_NULL, CT_STR(NULL), CT_NULL, CT_STR(""),
		CT_BYTES(NULL, 0), CT_BYTES("", 0), CT_NULL, CT_NULL), NULL, &id);
	r = read_rows(&load, CT_ARGS(CT_ID(id)));
	assert_true(ct_next(r));
	for (size_t i = 2; i < ct_result_columns(r); i++) {
		const char *name = ct_result_column(r, i)->name;
		const bool empty = !strcmp(name, "note") || !strcmp(name, "bytes");

		assert_int_equal(ct_col_null(r, name), !empty);
		assert_int_equal(ct_result_cell(r, i)->null, !empty);
	}
	assert_int_equal(ct_col_int(r, "big"), 0);
	assert_int_equal(ct_col_int(r, "opens"), 0);
	assert_null(ct_col_text(r, "name"));
	assert_null(ct_col_text(r, "starts_local"));
	assert_string_equal(ct_col_text(r, "note"), "");
	assert_false(ct_local_set(ct_col_local(r, "starts_local")));
	assert_false(ct_utc_set(ct_col_utc(r, "at_utc")));
	assert_false(ct_day_set(ct_col_day(r, "from_d")));
	assert_null(ct_col_bytes(r, "hash", &len));
	assert_int_equal(len, 0);
	assert_non_null(ct_col_bytes(r, "bytes", &len));
	assert_int_equal(len, 0);
}

static void texts_of_all_kinds(void **state)
{
	static const struct ct_query q = {
		"texts",
		.sql = "SELECT CAST('2026-11-24 14:00' AS DATETIME) AS a_local,"
		       " CAST('2026-11-24 14:00' AS DATETIME) AS a_utc, DATE '2026-11-24' AS a_d,"
		       " TIME '09:30' AS a, -5 AS n, UUID() AS u, NULL AS nothing",
	};
	struct ct_result *r = read_rows(&q, CT_NO_ARGS);

	(void)state;
	assert_true(ct_next(r));
	assert_string_equal(ct_col_text(r, "a_local"), "2026-11-24T14:00");
	assert_string_equal(ct_col_text(r, "a_utc"), "2026-11-24T14:00:00Z");
	assert_string_equal(ct_col_text(r, "a_d"), "2026-11-24");
	assert_string_equal(ct_col_text(r, "a"), "09:30");
	assert_int_equal(ct_col_int(r, "a"), 570);
	assert_string_equal(ct_col_text(r, "n"), "-5");
	assert_int_equal(strlen(ct_col_text(r, "u")), 36);
	assert_true(ct_col_null(r, "nothing"));
	assert_int_equal(ct_col_int(r, "nothing"), 0);
	assert_null(ct_col_text(r, "nothing"));
	assert_false(ct_day_set(ct_col_day(r, "nothing")));
	assert_true(ct_has_col(r, "nothing"));
	assert_false(ct_has_col(r, "no_such"));
}

static void expressions_keep_their_meaning(void **state)
{
	static const struct ct_query q = {
		"sums",
		.sql = "SELECT SUM(x.a) AS total_cents, AVG(x.a) AS mean, COUNT(*) AS n,"
		       " MAX(x.b) AS last_d, COALESCE(NULL, '2000-01-01') AS d,"
		       " COALESCE(MIN(x.c), '2000-01-01') AS c_utc, MIN(x.c) AS m_local,"
		       " JSON_VALUE('{\"k\":\"17\"}', '$.k') AS k, MAX(x.a) > 5 AS yes,"
		       " JSON_ARRAYAGG(x.a ORDER BY x.a) AS list"
		       " FROM (SELECT 5 AS a, DATE '2026-01-02' AS b, CAST(NULL AS DATETIME) AS c"
		       "  UNION ALL SELECT 8, DATE '2026-02-03', TIMESTAMP '2026-01-01 10:00') x",
	};
	struct ct_result *r = read_rows(&q, CT_NO_ARGS);

	(void)state;
	assert_true(ct_next(r));
	assert_int_equal(ct_col_int(r, "total_cents"), 13);
	assert_string_equal(ct_col_text(r, "mean"), "6.5000");
	assert_int_equal(ct_col_int(r, "n"), 2);
	assert_int_equal(ct_col_day(r, "last_d").n, ct_day_make(2026, 2, 3).n);
	assert_int_equal(ct_col_day(r, "d").n, ct_day_make(2000, 1, 1).n);
	assert_true(ct_col_utc(r, "d").s == ct_local_make(2000, 1, 1, 0, 0, 0).s);
	assert_true(ct_col_utc(r, "c_utc").s == ct_local_make(2026, 1, 1, 10, 0, 0).s);
	assert_true(ct_col_local(r, "m_local").s == ct_local_make(2026, 1, 1, 10, 0, 0).s);
	assert_int_equal(ct_col_int(r, "k"), 17);
	assert_int_equal(ct_col_int(r, "yes"), 1);
	assert_string_equal(ct_col_text(r, "list"), "[5,8]");
}

static void many_rows_and_their_limit(void **state)
{
	static const struct ct_query all = {
		"many",
		.max_rows = 3000,
		.sql = "SELECT seq AS n,"
		       " REPEAT(CHAR(97 + seq % 26 USING utf8mb4), seq % 600) AS word"
		       " FROM seq_1_to_3000",
	};
	static const struct ct_query over = {
		"over", .max_rows = 2999, .sql = "SELECT seq AS n FROM seq_1_to_3000",
	};
	static const struct ct_query standard = {
		"standard", .sql = "SELECT seq AS n FROM seq_1_to_501",
	};
	struct ct_result *r = read_rows(&all, CT_NO_ARGS);
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_result_rows(r), 3000);
	for (int64_t n = 1; ct_next(r); n++) {
		const char *word = ct_col_text(r, "word");

		assert_int_equal(ct_col_int(r, "n"), n);
		assert_int_equal(strlen(word), n % 600);
		assert_true(!*word || word[0] == 'a' + n % 26);
	}
	assert_int_equal(ct_db_run(db, mem, &over, CT_NO_ARGS, &r, NULL, NULL, &e), CT_BROKEN);
	assert_string_equal(e.text, "over: more than 2999 rows");
	assert_int_equal(ct_db_run(db, mem, &standard, CT_NO_ARGS, &r, NULL, NULL, &e), CT_BROKEN);
	assert_int_equal(ct_result_rows(read_rows(&all, CT_NO_ARGS)), 3000);	/* and it goes on */
}

static void numbers_past_64_bits_are_refused(void **state)
{
	static const struct ct_query fits = {
		"fits", .sql = "SELECT CAST(9223372036854775807 AS UNSIGNED) AS n",
	};
	static const struct ct_query q = {
		"wide", .sql = "SELECT CAST(18446744073709551615 AS UNSIGNED) AS n",
	};
	struct ct_result *r = read_rows(&fits, CT_NO_ARGS);
	struct ct_error e;

	(void)state;
	assert_true(ct_next(r));
	assert_true(ct_col_int(r, "n") == INT64_MAX);
	assert_int_equal(ct_db_run(db, mem, &q, CT_NO_ARGS, &r, NULL, NULL, &e), CT_BROKEN);
	assert_string_equal(e.text, "wide: n is past 64 bits");
}

/* What a stranger types into an address is compared with codes: it must find nothing, not fail. */
static void codes_compare_with_any_text(void **state)
{
	static const struct ct_query q = { "code", .sql = "SELECT id FROM t WHERE code = ?" };
	static const struct ct_query set = {
		"set", .sql = "SELECT t.id FROM t JOIN JSON_TABLE(?, '$[*]'"
			      " COLUMNS (k VARCHAR(16) PATH '$')) j ON j.k = t.code"
	};
	static const struct ct_query name = { "name", .sql = "SELECT id FROM t WHERE name = ?" };
	static const struct ct_query uid = { "uid", .sql = "SELECT id FROM t WHERE uid = ?" };
	struct ct_result *r;

	(void)state;
	assert_int_equal(ct_result_rows(read_rows(&q, CT_ARGS(CT_STR("open")))), 1);
	assert_int_equal(ct_result_rows(read_rows(&q, CT_ARGS(CT_STR("Open")))), 0);
	assert_int_equal(ct_result_rows(read_rows(&q, CT_ARGS(CT_STR("öpen🌱")))), 0);
	assert_int_equal(ct_result_rows(read_rows(&set, CT_ARGS(CT_STR("[\"open\",\"é\"]")))), 1);
	assert_int_equal(ct_result_rows(read_rows(&name, CT_ARGS(CT_STR("ZOE 🌱 L'ETE")))), 1);
	r = read_rows(&uid, CT_ARGS(CT_STR("7b0c4c1e-3f4e-4d0b-8a4e-0d7c6f0a9b11")));
	assert_int_equal(ct_result_rows(r), 0);
	assert_int_equal(ct_result_rows(read_rows(&uid, CT_ARGS(CT_STR("no uuid at all")))), 0);
}

static void a_result_outlives_its_statement(void **state)
{
	static const struct ct_query q = { "keep", .sql = "SELECT 'kept' AS word" };
	struct ct_db *other = test_db_open(mem, "types", "user");
	struct ct_result *r;
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_db_run(other, mem, &q, CT_NO_ARGS, &r, NULL, NULL, &e), 0);
	talloc_free(other);
	assert_true(ct_next(r));
	assert_string_equal(ct_col_text(r, "word"), "kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(nothing_comes_back_as_nothing),
		cmocka_unit_test(texts_of_all_kinds),
		cmocka_unit_test(expressions_keep_their_meaning),
		cmocka_unit_test(many_rows_and_their_limit),
		cmocka_unit_test(numbers_past_64_bits_are_refused),
		cmocka_unit_test(codes_compare_with_any_text),
		cmocka_unit_test(a_result_outlives_its_statement),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
