/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Migrations go forward, once, and never over a changed past. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>
#include <cmocka.h>

#include "db/migrate.h"
#include "support/db.h"

static void *mem;
static struct ct_db *owner;
static char dir[64];
static struct ct_migration_source sources[2];

/* With a binary log, because there lies a trap (1419). */
static int start(void **state)
{
	static const char *const options[] = { "--log-bin=bin", "--server-id=1", NULL };

	(void)state;
	test_db_server(options);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	test_db_create("fresh");
	owner = test_db_open(mem, "fresh", "owner");
	strcpy(dir, "/tmp/comptoir-sql.XXXXXX");
	assert_non_null(mkdtemp(dir));
	sources[0] = (struct ct_migration_source){ "core", talloc_asprintf(mem, "%s/core", dir) };
	sources[1] = (struct ct_migration_source){ "keys", talloc_asprintf(mem, "%s/keys", dir) };
	return mkdir(sources[0].dir, 0755) || mkdir(sources[1].dir, 0755);
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	talloc_free(mem);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void put(const char *file, const char *sql)
{
	char *path = talloc_asprintf(mem, "%s/%s", dir, file);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(sql, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void gone(const char *file)
{
	assert_int_equal(unlink(talloc_asprintf(mem, "%s/%s", dir, file)), 0);
}

static void note(void *ctx, const struct ct_migration *m)
{
	char **said = ctx;

	*said = talloc_asprintf_append(*said, "%s/%s ", m->plugin, m->file);
}

/* Which files were run, "core/0001_a.sql …"; fails the test where the run failed. */
static const char *migrated(void)
{
	char *said = talloc_strdup(mem, "");
	struct ct_error e;

	if (ct_migrate(owner, sources, 2, note, &said, &e))
		fail_msg("%s", e.text);
	return said;
}

static void refused(const char *words)
{
	struct ct_error e;

	assert_int_equal(ct_migrate(owner, sources, 2, NULL, NULL, &e), CT_BROKEN);
	if (!strstr(e.text, words))
		fail_msg("%s, not %s", e.text, words);
}

static int64_t noted(const char *condition)
{
	return test_db_number("fresh", "SELECT COUNT(*) FROM migration WHERE %s", condition);
}

static void files_run_in_order_and_once(void **state)
{
	(void)state;
	put("core/0002_b.sql", "ALTER TABLE a ADD COLUMN n INT;");
	put("core/0001_a.sql", "-- first\nCREATE TABLE a (id INT PRIMARY KEY);\n"
	    "INSERT INTO a VALUES (1), (2);");
	put("core/notes.txt", "not SQL");
	put("keys/0001_k.sql", "CREATE TABLE keys_k (id INT);\nINSERT INTO keys_k SELECT n FROM a");
	assert_string_equal(migrated(), "core/0001_a.sql core/0002_b.sql keys/0001_k.sql ");
	assert_string_equal(migrated(), "");
	assert_int_equal(noted("at IS NOT NULL"), 5);
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM keys_k"), 2);
	put("core/0003_c.sql", "UPDATE a SET n = 3");
	assert_string_equal(migrated(), "core/0003_c.sql ");
	assert_int_equal(test_db_number("fresh", "SELECT SUM(n) FROM a"), 6);
}

static void a_failing_statement_is_gone_on_from(void **state)
{
	(void)state;
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\n\n"
	    "CREATE TABLE b (id INTT);\nINSERT INTO a VALUES (2);");
	refused("core/0001_a.sql, statement 3 (line 4): SQL: 4161");
	assert_int_equal(noted("1"), 2);
	refused("statement 3");
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM a"), 1);
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\n"
	    "-- what was not run yet may be mended\nCREATE TABLE b (id INT);\n"
	    "INSERT INTO a VALUES (2);");
	assert_string_equal(migrated(), "core/0001_a.sql ");
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM a"), 2);
	assert_int_equal(noted("at IS NOT NULL"), 4);
}

static void a_failing_change_of_rows_leaves_none(void **state)
{
	(void)state;
	put("core/0001_a.sql", "CREATE TABLE a (id INT PRIMARY KEY);\n"
	    "INSERT INTO a VALUES (1), (2), (1);");
	refused("statement 2 (line 2)");
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM a"), 0);
	assert_int_equal(noted("1"), 1);
}

static void a_changed_past_is_refused(void **state)
{
	(void)state;
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);");
	put("core/0002_c.sql", "CREATE TABLE c (id INT);");
	migrated();
	put("core/0003_d.sql", "CREATE TABLE d (id INT);");
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\n\nCREATE TABLE b (id BIGINT);");
	refused("core/0001_a.sql: statement 2 (line 3) was changed");
	put("core/0001_a.sql", "CREATE TABLE a (id INT);");
	refused("core/0001_a.sql: statement 2 was run here, and is gone");
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nCREATE TABLE b (id INT); DROP TABLE a");
	refused("core/0001_a.sql: statement 3 was added after 0002_c.sql was run");
	gone("core/0001_a.sql");
	refused("migration 0001 was run here, and its file is gone");
	put("core/0001_a.sql", "/* now with a word */ CREATE TABLE a (id INT);\n\n"
	    "-- and another\nCREATE TABLE b (id INT)");
	assert_string_equal(migrated(), "core/0003_d.sql ");
	put("core/0005_f.sql", "CREATE TABLE f (id INT);");
	migrated();
	put("core/0004_e.sql", "CREATE TABLE e (id INT);");
	refused("core/0004_e.sql: statement 1 was added after 0005_f.sql was run");
}

/* The process died between the DDL and its note: the table is there or not, the first note is. */
static void a_death_in_between_is_settled(void **state)
{
	(void)state;
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nALTER TABLE a ADD COLUMN n INT;\n"
	    "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.n = 1; END;\n"
	    "CREATE INDEX by_n ON a (n);\nALTER TABLE a DROP COLUMN id;\nCREATE TABLE b (id INT);");
	test_db_sql("fresh", "SET GLOBAL log_bin_trust_function_creators = 1");
	migrated();
	for (int n = 6; n > 0; n--) {
		test_db_sql("fresh", "DELETE FROM migration WHERE statement > %d", n);
		test_db_sql("fresh", "UPDATE migration SET at = NULL WHERE statement = %d", n);
		if (n == 6)
			assert_string_equal(migrated(), "core/0001_a.sql ");
		test_db_sql("fresh", "UPDATE migration SET at = NULL WHERE statement = %d", n);
		test_db_sql("fresh", "DROP TABLE IF EXISTS b");
		if (n == 5)
			assert_string_equal(migrated(), "core/0001_a.sql ");
	}
	test_db_sql("fresh", "DROP TABLE a");		/* nothing of statement 1 came to be */
	assert_string_equal(migrated(), "core/0001_a.sql ");
	assert_int_equal(noted("at IS NOT NULL"), 6);
	/* but where a statement failed in plain sight, what is there already is no success */
	put("core/0002_b.sql", "CREATE TABLE b (id INT);");
	refused("core/0002_b.sql, statement 1 (line 1): SQL: 1050");
	refused("core/0002_b.sql, statement 1 (line 1): SQL: 1050");
}

static void triggers_under_a_binary_log_are_explained(void **state)
{
	(void)state;
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\n"
	    "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.id = 1; END;");
	test_db_sql("fresh", "SET GLOBAL log_bin_trust_function_creators = 0");
	refused("log_bin_trust_function_creators = 1");
	test_db_sql("fresh", "SET GLOBAL log_bin_trust_function_creators = 1");
	assert_string_equal(migrated(), "core/0001_a.sql ");
}

static void one_migration_at_a_time(void **state)
{
	struct ct_db *other = test_db_open(mem, "fresh", "owner");
	struct ct_error e;
	int status;
	pid_t child;

	(void)state;
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nINSERT INTO a SELECT SLEEP(0.5);");
	child = fork();
	if (child == 0)
		_exit(ct_migrate(owner, sources, 2, NULL, NULL, &e) ? 1 : 0);
	assert_int_equal(ct_migrate(other, sources, 2, NULL, NULL, &e), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM a"), 1);
	test_db_sql("fresh", "DO GET_LOCK('comptoir.fresh', 0)");
	assert_int_equal(ct_migrate(other, sources, 2, NULL, NULL, &e), CT_BUSY);
	test_db_sql("fresh", "DO RELEASE_LOCK('comptoir.fresh')");
	assert_int_equal(ct_migrate(other, sources, 2, NULL, NULL, &e), 0);
}

static void the_collation_is_put_right(void **state)
{
	(void)state;
	test_db_sql("fresh", "ALTER DATABASE CHARACTER SET latin1");
	put("core/0001_a.sql",
	    "CREATE TABLE a (name VARCHAR(20));\nINSERT INTO a VALUES ('Été 🌱')");
	migrated();
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM a WHERE name = 'ete 🌱'"), 1);
}

static void what_is_no_migration_is_refused(void **state)
{
	static const struct { const char *file, *sql, *words; } cases[] = {
		{ "core/1_a.sql", "DO 0", "0001_words.sql" },
		{ "core/0000_a.sql", "DO 0", "0001_words.sql" },
		{ "core/0001.sql", "DO 0", "0001_words.sql" },
		{ "core/0001_a.b.sql", "DO 0", "0001_words.sql" },
		{ "core/0001_a.sql", "SET @x = 1", "stands by itself: SET" },
		{ "core/0001_a.sql", "DO 0;\nCommit;", "stands by itself: Commit" },
		{ "core/0001_a.sql", "DO 'x", "core/0001_a.sql, line 1: a quoted text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put(cases[i].file, cases[i].sql);
		refused(cases[i].words);
		gone(cases[i].file);
		test_db_sql("fresh", "DELETE FROM migration");
	}
	put("core/0001_a.sql", "DO 0");
	put("core/0001_b.sql", "DO 0");
	refused("two files have the number 0001");
}

static void the_state_is_told(void **state)
{
	struct ct_migration *list;
	struct ct_db *reader = test_db_open(mem, "fresh", "user");
	struct ct_error e;
	size_t n;

	(void)state;
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nDO 0;");
	put("keys/0001_k.sql", "CREATE TABLE keys_k (id INTT);");
	assert_int_equal(ct_migrate_status(reader, mem, sources, 2, &list, &n, &e), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].plugin, "core");
	assert_string_equal(list[0].file, "0001_a.sql");
	assert_int_equal(list[0].statements, 2);
	assert_int_equal(list[0].done, 0);
	refused("keys/0001_k.sql, statement 1");
	assert_int_equal(ct_migrate_status(reader, mem, sources, 2, &list, &n, &e), 0);
	assert_int_equal(list[0].done, 2);
	assert_int_equal(list[1].done, 0);
	put("core/0001_a.sql", "CREATE TABLE a (id INT);\nDO 1;");
	assert_int_equal(ct_migrate_status(reader, mem, sources, 2, &list, &n, &e), CT_BROKEN);
	assert_int_equal(ct_migrate(reader, sources, 1, NULL, NULL, &e), CT_BROKEN);
}

/* The real thing: every table of the core, with what each of them promises. */
static void the_core_migrates(void **state)
{
	(void)state;
	test_db_create_core("fresh");
	assert_true(test_db_number("fresh", "SELECT COUNT(*) FROM information_schema.tables"
		" WHERE table_schema = 'fresh'") > 20);
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM information_schema.tables"
		" WHERE table_schema = 'fresh' AND (table_comment = '' OR engine <> 'InnoDB'"
		" OR table_collation <> 'utf8mb4_uca1400_ai_ci')"), 0);
	assert_int_equal(test_db_number("fresh", "SELECT COUNT(*) FROM"
		" information_schema.referential_constraints WHERE constraint_schema = 'fresh'"
		" AND (delete_rule <> 'RESTRICT' OR update_rule <> 'RESTRICT')"), 0);
	assert_int_equal(
		test_db_number("fresh",
			       "SELECT COUNT(*) FROM information_schema.columns"
			       " WHERE table_schema = 'fresh' AND (data_type IN ('timestamp', "
			       "'float', 'double', 'enum')"
			       " OR (column_name = 'id' AND column_type NOT IN ('bigint(20) "
			       "unsigned', 'uuid'))"
			       " OR (column_name LIKE '%%\\_id' AND column_name <> 'txn_id' AND "
			       "column_name <>"
			       "     'request_id' AND column_type <> 'bigint(20) unsigned')"
			       " OR (column_name LIKE '%%\\_utc' AND data_type <> 'datetime')"
			       " OR (column_name LIKE '%%\\_d' AND data_type <> 'date'))"),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files_run_in_order_and_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failing_statement_is_gone_on_from, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_failing_change_of_rows_leaves_none, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_changed_past_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_death_in_between_is_settled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(triggers_under_a_binary_log_are_explained, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(one_migration_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_collation_is_put_right, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_migration_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_state_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_core_migrates, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
