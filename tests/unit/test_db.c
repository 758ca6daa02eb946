/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection: how it comes, goes and comes again, and what the server's errors turn into. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>
#include <cmocka.h>

#include "db/internal.h"
#include "support/db.h"

#define PREPARED "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS" \
	" WHERE VARIABLE_NAME = 'Prepared_stmt_count'"

static void *mem;
static struct ct_db *db;

static const struct ct_query one = { "one", .sql = "SELECT 1 AS n" };
static const struct ct_query whoami = { "whoami", .sql = "SELECT CONNECTION_ID() AS n" };
static const struct ct_query add_item = {
	"add_item", .audits = "-", .sql = "INSERT INTO item (shelf_id, code) VALUES (?, ?)",
};
static const struct ct_query drop_shelf = {
	"drop_shelf", .audits = "-", .sql = "DELETE FROM shelf WHERE id = ?",
};

static int set_up(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	test_db_create("basic");
	test_db_sql("basic", "CREATE TABLE shelf (id BIGINT UNSIGNED PRIMARY KEY)");
	test_db_sql("basic", "CREATE TABLE item (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,"
		    " shelf_id BIGINT UNSIGNED NOT NULL, code VARCHAR(40) NOT NULL,"
		    " UNIQUE one_code (code), CHECK (code <> 'bad'),"
		    " CONSTRAINT item_shelf FOREIGN KEY (shelf_id) REFERENCES shelf (id))");
	test_db_sql("basic", "INSERT INTO shelf VALUES (1), (2)");
	db = test_db_open(mem, "basic", "user");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(mem);
	return 0;
}

static int64_t number(struct ct_db *from, const struct ct_query *q)
{
	struct ct_result *r;
	struct ct_error e;

	if (ct_db_run(from, mem, q, CT_NO_ARGS, &r, NULL, NULL, &e))
		fail_msg("%s: %d %s", q->name, e.rc, e.text);
	assert_true(ct_next(r));
	return ct_col_int(r, "n");
}

static void connects_at_first_use(void **state)
{
	struct ct_db *fresh = test_db_open(mem, "basic", "user");
	int64_t me;

	(void)state;
	assert_int_equal(ct_db_thread_id(fresh), 0);
	assert_int_equal(ct_db_count(fresh), 0);
	me = number(fresh, &whoami);
	assert_int_equal(ct_db_thread_id(fresh), me);
	assert_int_equal(ct_db_count(fresh), 2);	/* prepared and run */
	number(fresh, &whoami);
	assert_int_equal(ct_db_count(fresh), 3);
	talloc_free(fresh);
}

static void every_connection_is_set_up(void **state)
{
	static const struct ct_query q = {
		"settings",
		.sql = "SELECT @@tx_isolation AS isolation, @@time_zone AS zone,"
		       " @@innodb_lock_wait_timeout AS wait, @@sql_mode AS mode,"
		       " CAST(@@max_statement_time AS INT) AS statement,"
		       " @@character_set_client AS charset, @@autocommit AS auto,"
		       " @@collation_connection AS collation, @@idle_transaction_timeout AS idle",
	};
	struct ct_result *r;
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_db_run(db, mem, &q, CT_NO_ARGS, &r, NULL, NULL, &e), 0);
	assert_true(ct_next(r));
	assert_string_equal(ct_col_text(r, "isolation"), "READ-COMMITTED");
	assert_string_equal(ct_col_text(r, "zone"), "+00:00");
	assert_int_equal(ct_col_int(r, "wait"), 5);
	assert_int_equal(ct_col_int(r, "statement"), 20);
	assert_int_equal(ct_col_int(r, "idle"), 30);
	assert_int_equal(ct_col_int(r, "auto"), 1);
	assert_non_null(strstr(ct_col_text(r, "mode"), "STRICT_ALL_TABLES"));
	assert_string_equal(ct_col_text(r, "charset"), "utf8mb4");
	assert_string_equal(ct_col_text(r, "collation"), "utf8mb4_uca1400_ai_ci");
}

static void no_server_is_said_so(void **state)
{
	struct ct_db_options o = test_db_options("basic", "user");
	struct ct_db *away;
	struct ct_result *r;
	struct ct_error e;

	(void)state;
	o.socket = "/nonexistent/s";
	assert_int_equal(ct_db_open(mem, &o, &away, &e), 0);
	assert_int_equal(ct_db_ping(away, &e), CT_LOST);
	assert_int_equal(ct_status(e.rc), 503);
	assert_memory_equal(ct_db_trouble(away), "2002 ", 5);
	assert_int_equal(ct_db_run(away, mem, &one, CT_NO_ARGS, &r, NULL, NULL, &e), CT_LOST);
	o.socket = NULL;
	assert_int_equal(ct_db_open(mem, &o, &away, &e), CT_BROKEN);
	o = test_db_options("basic", "nobody");
	assert_int_equal(ct_db_open(mem, &o, &away, &e), 0);
	assert_int_equal(ct_db_ping(away, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "1045"));
}

static void reads_survive_a_restart(void **state)
{
	const int64_t before = number(db, &one);
	struct ct_result *r;
	struct ct_error e;

	(void)state;
	assert_int_equal(before, 1);
	test_db_stop(false);
	assert_int_equal(ct_db_run(db, mem, &one, CT_NO_ARGS, &r, NULL, NULL, &e), CT_LOST);
	test_db_start();
	assert_int_equal(number(db, &one), 1);
	test_db_stop(true);		/* killed, so it says no good-bye */
	test_db_start();
	assert_int_equal(number(db, &one), 1);
	assert_int_equal(ct_statements_prepared(db), 1);
}

/* A connection that died while it was idle is noticed before anything is sent. */
static void writes_survive_a_restart(void **state)
{
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_db_ping(db, &e), 0);
	test_db_stop(true);
	test_db_start();
	assert_int_equal(ct_db_run(db, mem, &drop_shelf, CT_ARGS(CT_ID(77)), NULL, NULL, NULL, &e),
			 0);
	test_db_stop(false);
	test_db_start();
	assert_int_equal(ct_db_sql(db, "DELETE FROM shelf WHERE id = 77", &e), 0);
}

/* The connection dies under a read that is on its way. */
static void reads_are_repeated_once(void **state)
{
	static const struct ct_query suicide = {
		"suicide", .sql = "SELECT IF(CONNECTION_ID() = @victim, SLEEP(3), 7) AS n",
	};
	const unsigned long victim = ct_db_thread_id(db);
	char sql[160];
	struct ct_error e;
	pid_t child;

	(void)state;
	snprintf(sql, sizeof(sql), "SET @victim = %lu", victim);
	assert_int_equal(ct_db_sql(db, sql, &e), 0);
	child = fork();
	if (child == 0) {
		struct ct_db *killer = test_db_open(NULL, "basic", "user");

		usleep(300000);
		snprintf(sql, sizeof(sql), "KILL CONNECTION %lu", victim);
		_exit(ct_db_sql(killer, sql, &e) ? 1 : 0);
	}
	assert_int_equal(number(db, &suicide), 7);
	assert_true(ct_db_thread_id(db) != victim);
	waitpid(child, NULL, 0);
}

static void writes_are_not_repeated(void **state)
{
	static const struct ct_query slow = {
		"slow", .audits = "-", .sql = "INSERT INTO shelf SELECT 10 + SLEEP(3)",
	};
	const unsigned long victim = ct_db_thread_id(db);
	struct ct_error e;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		char sql[64];

		usleep(300000);
		snprintf(sql, sizeof(sql), "KILL CONNECTION %lu", victim);
		_exit(ct_db_sql(test_db_open(NULL, "basic", "user"), sql, &e) ? 1 : 0);
	}
	assert_int_equal(ct_db_run(db, mem, &slow, CT_NO_ARGS, NULL, NULL, NULL, &e), CT_LOST);
	waitpid(child, NULL, 0);
	assert_int_equal(number(db, &one), 1);
	assert_int_equal(test_db_number("basic", "SELECT COUNT(*) FROM shelf WHERE id = 10"), 0);
}

static void a_child_leaves_its_parents_connection_alone(void **state)
{
	const unsigned long mine = number(db, &whoami);
	int status = 1;
	pid_t child;

	(void)state;
	for (int cut = 0; cut < 2; cut++) {
		child = fork();
		if (child == 0) {
			if (cut)
				ct_db_cut(db);
			if ((unsigned long)number(db, &whoami) == mine)
				_exit(1);
			talloc_free(db);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		assert_int_equal(number(db, &whoami), mine);
	}
	child = fork();
	if (child == 0) {
		talloc_free(db);	/* without a use or a cut before */
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_int_equal(number(db, &whoami), mine);
}

static void keys_that_are_taken_are_named(void **state)
{
	struct ct_error e;
	int64_t id = 0, affected = 0;

	(void)state;
	assert_int_equal(ct_db_run(db, mem, &add_item, CT_ARGS(CT_ID(1), CT_STR("a' for key 'x")),
				   NULL, &affected, &id, &e), 0);
	assert_int_equal(affected, 1);
	assert_int_equal(ct_db_run(db, mem, &add_item, CT_ARGS(CT_ID(1), CT_STR("a' for key 'x")),
				   NULL, NULL, NULL, &e), CT_CONFLICT);
	assert_string_equal(e.field, "one_code");
	assert_true(*e.text && !strstr(e.text, "Duplicate"));
	assert_null(strstr(ct_db_trouble(db), "for key"));	/* quotes what people typed */
	assert_int_equal(ct_db_run(db, mem, &add_item, CT_ARGS(CT_ID(99), CT_STR("b")), NULL,
				   NULL, NULL, &e), CT_CONFLICT);
	assert_string_equal(e.field, "");
	assert_int_equal(ct_db_run(db, mem, &drop_shelf, CT_ARGS(CT_ID(1)), NULL, NULL, NULL, &e),
			 CT_CONFLICT);
	assert_string_equal(e.field, "");
	assert_int_equal(ct_db_run(db, mem, &drop_shelf, CT_ARGS(CT_ID(77)), NULL, &affected, NULL,
				   &e), 0);
	assert_int_equal(affected, 0);
}

/* As later servers word it, and where there is no name at all. */
static void key_names_are_found(void **state)
{
	struct ct_error e;

	(void)state;
	assert_int_equal(
		ct_db_fault(db, 1062, "Duplicate entry 'x.y' for key 'item.one_code'", "q", &e),
		CT_CONFLICT);
	assert_string_equal(e.field, "one_code");
	assert_int_equal(ct_db_fault(db, 1062, "Duplicate entry", "q", &e), CT_CONFLICT);
	assert_string_equal(e.field, "");
	assert_int_equal(ct_db_fault(db, 1062, "it's", "q", &e), CT_CONFLICT);
}

static void errors_are_sorted(void **state)
{
	static const struct { unsigned no; int rc; } cases[] = {
		{ 1213, CT_REPEAT }, { 1205, CT_REPEAT }, { 1020, CT_REPEAT }, { 2006, CT_LOST },
		{ 2013, CT_LOST }, { 2002, CT_LOST }, { 2003, CT_LOST }, { 1047, CT_LOST },
		{ 1053, CT_LOST }, { 1927, CT_LOST }, { 1317, CT_BUSY }, { 1969, CT_BUSY }, { 1615, CT_LOST },
		{ 1040, CT_BUSY }, { 1064, CT_BROKEN }, { 1146, CT_BROKEN }, { 4025, CT_BROKEN },
		{ 1406, CT_BROKEN }, { 5013, CT_LOST }, { 2014, CT_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ct_error e;

		assert_int_equal(ct_db_fault(db, cases[i].no, "words", "named", &e), cases[i].rc);
		assert_int_equal(e.rc, cases[i].rc);
		assert_int_equal(!strncmp(e.text, "named: ", 7), cases[i].rc == CT_BROKEN);
	}
}

static void broken_values_name_their_query(void **state)
{
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_db_run(db, mem, &add_item, CT_ARGS(CT_ID(1), CT_STR("bad")), NULL, NULL,
				   NULL, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "add_item: 4025"));
	assert_int_equal(ct_db_run(db, mem, &add_item, CT_ARGS(CT_ID(1), CT_STR("0123456789"
		"0123456789012345678901234567890")), NULL, NULL, NULL, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "1406"));	/* strict: refused, not cut */
	assert_int_equal(ct_db_run(db, mem, &add_item, CT_ARGS(CT_ID(1)), NULL, NULL, NULL, &e),
			 CT_BROKEN);
	assert_string_equal(e.text, "add_item: takes 2 values, was given 1");
	assert_int_equal(ct_db_run(db, mem, &one, CT_NO_ARGS, NULL, NULL, NULL, &e), CT_BROKEN);
	assert_int_equal(ct_db_sql(db, "CREATE TABLE mine (a INT)", &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "1142"));	/* the serving user changes no tables */
}

static void long_statements_are_ended(void **state)
{
	static const struct ct_query slow = {
		"slow", .max_rows = 1, .sql = "SELECT COUNT(*) AS n FROM seq_1_to_100000000 a"
		" JOIN seq_1_to_1000 b ON a.seq % 3 = b.seq % 5",
	};
	struct ct_db_options o = test_db_options("basic", "user");
	struct ct_db *hasty;
	struct ct_result *r;
	struct ct_error e;
	int status;
	pid_t child;

	(void)state;
	o.statement_seconds = 1;
	assert_int_equal(ct_db_open(mem, &o, &hasty, &e), 0);
	if (ct_db_run(hasty, mem, &slow, CT_NO_ARGS, &r, NULL, NULL, &e) != CT_BUSY)
		fail_msg("%d %s", e.rc, e.text);
	assert_int_equal(number(hasty, &one), 1);
	number(db, &one);
	child = fork();
	if (child == 0) {
		unsigned long victim = ct_db_thread_id(db);

		ct_db_cut(db);
		usleep(300000);
		_exit(ct_db_kill(db, victim, &e) ? 1 : 0);
	}
	assert_int_equal(ct_db_run(db, mem, &slow, CT_NO_ARGS, &r, NULL, NULL, &e), CT_BUSY);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(number(db, &one), 1);
}

static void the_least_used_statement_goes(void **state)
{
	struct ct_query *many = talloc_zero_array(mem, struct ct_query, CT_STATEMENTS + 1);
	struct ct_db *fresh = test_db_open(mem, "basic", "user");
	const int64_t before = test_db_number("basic", PREPARED);

	(void)state;
	for (int i = 0; i <= CT_STATEMENTS; i++) {
		many[i].name = "many";
		many[i].sql = talloc_asprintf(many, "SELECT %d AS n", i);
		assert_int_equal(number(fresh, &many[i]), i);
		if (i == CT_STATEMENTS - 1)
			number(fresh, &many[0]); /* used again, so it is not the next to go */
	}
	assert_int_equal(ct_statements_kept(fresh), CT_STATEMENTS);
	assert_int_equal(ct_statements_prepared(fresh), CT_STATEMENTS + 1);
	assert_int_equal(number(fresh, &many[0]), 0);
	assert_int_equal(ct_statements_prepared(fresh), CT_STATEMENTS + 1);
	assert_int_equal(number(fresh, &many[1]), 1);	/* this one had gone */
	assert_int_equal(ct_statements_prepared(fresh), CT_STATEMENTS + 2);
	for (int i = CT_STATEMENTS; i >= 0; i--)
		assert_int_equal(number(fresh, &many[i]), i);
	assert_int_equal(ct_statements_kept(fresh), CT_STATEMENTS);
	assert_int_equal(test_db_number("basic", PREPARED), before + CT_STATEMENTS);
	talloc_free(fresh);
}

static void another_text_at_the_same_address(void **state)
{
	struct ct_query q = { "moved", .sql = "SELECT 1 AS n" };

	(void)state;
	assert_int_equal(number(db, &q), 1);
	q.sql = "SELECT 2 AS n";
	assert_int_equal(number(db, &q), 2);
}

static void tables_may_change_under_a_statement(void **state)
{
	static const struct ct_query q = { "grown", .sql = "SELECT MAX(n) AS n FROM grown" };

	(void)state;
	test_db_sql("basic", "CREATE TABLE grown (n TINYINT)");
	test_db_sql("basic", "INSERT INTO grown VALUES (5)");
	assert_int_equal(number(db, &q), 5);
	test_db_sql("basic", "ALTER TABLE grown MODIFY n BIGINT, ADD COLUMN more INT FIRST");
	test_db_sql("basic", "UPDATE grown SET n = 5000000000");
	assert_true(number(db, &q) == 5000000000);
}

static void queries_are_checked(void **state)
{
	static const struct { struct ct_query q; const char *why; } cases[] = {
		{ { "fine", .sql = "SELECT id, code AS the_code FROM item WHERE id = ?" }, NULL },
		{ { "fine", .sql = "DELETE FROM item WHERE id = ?", .audits = "-" }, NULL },
		{ { "gone", .sql = "SELECT id FROM no_such_table" }, "gone: 1146" },
		{ { "typo", .sql = "SELEC 1" }, "typo: 1064" },
		{ { "nameless", .sql = "SELECT COUNT(*) FROM item" }, "nameless: column 1" },
		{ { "twice", .sql = "SELECT id, id FROM item" }, "two columns are named id" },
		{ { "silent", .sql = "DELETE FROM item" }, ".audits" },
		{ { "loud", .sql = "SELECT id FROM item", .audits = "item" }, "loud: reads" },
		{ { "two", .sql = "SELECT 1 AS a; SELECT 2 AS b" }, "two: 1064" },
	};
	const size_t kept = ct_statements_kept(db);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ct_error e = { 0 };

		assert_int_equal(ct_db_check(db, &cases[i].q, &e), cases[i].why ? CT_BROKEN : 0);
		if (cases[i].why && !strstr(e.text, cases[i].why))
			fail_msg("%s, not %s", e.text, cases[i].why);
	}
	assert_int_equal(ct_statements_kept(db), kept);
}

static void a_pinned_connection_is_not_replaced(void **state)
{
	struct ct_db *pinned = test_db_open(mem, "basic", "user");
	struct ct_result *r;
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_db_pin(pinned, &e), 0);
	assert_int_equal(number(pinned, &one), 1);
	test_db_sql("basic", "KILL CONNECTION %lu", ct_db_thread_id(pinned));
	assert_int_equal(ct_db_run(pinned, mem, &one, CT_NO_ARGS, &r, NULL, NULL, &e), CT_LOST);
	assert_int_equal(ct_db_ping(pinned, &e), CT_LOST);
	ct_db_unpin(pinned);
	assert_int_equal(number(pinned, &one), 1);
	talloc_free(pinned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connects_at_first_use),
		cmocka_unit_test(every_connection_is_set_up),
		cmocka_unit_test(no_server_is_said_so),
		cmocka_unit_test(reads_survive_a_restart),
		cmocka_unit_test(writes_survive_a_restart),
		cmocka_unit_test(reads_are_repeated_once),
		cmocka_unit_test(writes_are_not_repeated),
		cmocka_unit_test(a_child_leaves_its_parents_connection_alone),
		cmocka_unit_test(keys_that_are_taken_are_named),
		cmocka_unit_test(key_names_are_found),
		cmocka_unit_test(errors_are_sorted),
		cmocka_unit_test(broken_values_name_their_query),
		cmocka_unit_test(long_statements_are_ended),
		cmocka_unit_test(the_least_used_statement_goes),
		cmocka_unit_test(another_text_at_the_same_address),
		cmocka_unit_test(tables_may_change_under_a_statement),
		cmocka_unit_test(queries_are_checked),
		cmocka_unit_test(a_pinned_connection_is_not_replaced),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
