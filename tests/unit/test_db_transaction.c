/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A transaction is stored once or not at all, whatever happens on the way. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define LOSING_PROXY_LIBRARY
#include "support/losing_proxy.c"

#include "base/random.h"
#include "db/internal.h"
#include "db/transaction.h"
#include "support/db.h"

static void *mem;
static struct ct_db *db;

static const struct ct_query count_up = {
	"count_up", .audits = "-", .sql = "UPDATE counter SET n = n + 1 WHERE id = ?",
};
static const struct ct_query add_line = {
	"add_line", .audits = "-", .sql = "INSERT INTO line (n) VALUES (?)",
};
static const struct ct_query add_code = {
	"add_code", .audits = "-", .sql = "INSERT INTO code (code) VALUES (?)",
};
static const struct ct_query pause_here = { "pause", .sql = "SELECT SLEEP(0.3) AS s" };
static const struct ct_query total = { "total", .sql = "SELECT SUM(n) AS n FROM counter" };

static int set_up(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	test_db_create_core("txn");
	test_db_sql("txn", "CREATE TABLE counter (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)");
	test_db_sql("txn", "CREATE TABLE line (id BIGINT AUTO_INCREMENT PRIMARY KEY, n BIGINT)");
	test_db_sql("txn", "CREATE TABLE code (code VARCHAR(20) NOT NULL, UNIQUE one_code (code))");
	db = test_db_open(mem, "txn", "user");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(mem);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	test_db_sql("txn", "DELETE FROM line");
	test_db_sql("txn", "DELETE FROM code");
	test_db_sql("txn", "DELETE FROM txn_done");
	test_db_sql("txn", "REPLACE INTO counter VALUES (1, 0), (2, 0), (3, 0)");
	return 0;
}

/* What a body of these tests is given. */
struct job {
	struct ct_db *db;
	int64_t first, second, n, id;
	int runs, resets, returns;
	bool swallow, pause;
	void (*before_last)(struct job *);
};

static void reset(void *ctx)
{
	struct job *j = ctx;

	j->resets++;
	j->id = 0;
}

static int put(struct ct_db *to, const struct ct_query *q, int64_t value, struct ct_error *e)
{
	return ct_db_run(to, mem, q, CT_ARGS(CT_NUM(value)), NULL, NULL, NULL, e);
}

static int count_twice(void *ctx, struct ct_error *e)
{
	struct job *j = ctx;
	struct ct_result *rows;
	int rc = put(j->db, &count_up, j->first, e);

	if (!rc && j->pause && j->runs == 0)
		rc = ct_db_run(j->db, mem, &pause_here, CT_NO_ARGS, &rows, NULL, NULL, e);
	j->runs++;
	if (j->before_last)
		j->before_last(j);
	if (!rc)
		rc = put(j->db, &count_up, j->second, e);
	return j->swallow ? 0 : rc ? rc : j->returns;
}

static int add_a_line(void *ctx, struct ct_error *e)
{
	struct job *j = ctx;
	int rc;

	j->runs++;
	rc = ct_db_run(j->db, mem, &add_line, CT_ARGS(CT_NUM(j->n)), NULL, NULL, &j->id, e);
	return rc ? rc : j->returns;
}

static int transact(struct job *j, int (*body)(void *, struct ct_error *), struct ct_tries *stats,
		    struct ct_error *e)
{
	char id[CT_UUID_SIZE];

	ct_uuid(id);
	return ct_db_transaction(j->db, id, body, reset, j, stats, e);
}

static void stores_what_the_body_did(void **state)
{
	struct job j = { .db = db, .first = 1, .second = 2 };
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	assert_int_equal(transact(&j, count_twice, &stats, &e), 0);
	assert_int_equal(stats.repeats + stats.unanswered + stats.already + stats.stale, 0);
	assert_int_equal(j.runs, 1);
	assert_int_equal(j.resets, 1);
	assert_int_equal(test_db_number("txn", "SELECT SUM(n) FROM counter"), 2);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM txn_done"), 1);
	assert_false(db->in_transaction);
}

static void a_refusal_stores_nothing(void **state)
{
	struct job j = { .db = db, .first = 1, .second = 2, .returns = CT_CONFLICT };
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	assert_int_equal(transact(&j, count_twice, &stats, &e), CT_CONFLICT);
	assert_int_equal(j.runs, 1);
	assert_int_equal(test_db_number("txn", "SELECT SUM(n) FROM counter"), 0);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM txn_done"), 0);
	j.returns = 0;
	assert_int_equal(transact(&j, count_twice, &stats, &e), 0);
	assert_int_equal(test_db_number("txn", "SELECT SUM(n) FROM counter"), 2);
}

static int try_a_code(void *ctx, struct ct_error *e)
{
	struct job *j = ctx;
	int rc = ct_db_run(j->db, mem, &add_code, CT_ARGS(CT_STR("taken")), NULL, NULL, NULL, e);

	if (rc == CT_CONFLICT && !strcmp(e->field, "one_code"))
		rc = ct_db_run(j->db, mem, &add_code, CT_ARGS(CT_STR("other")), NULL, NULL, NULL,
			       e);
	return rc;
}

static void a_body_may_answer_a_conflict(void **state)
{
	struct job j = { .db = db };
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	test_db_sql("txn", "INSERT INTO code VALUES ('taken')");
	assert_int_equal(transact(&j, try_a_code, &stats, &e), 0);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM code"), 2);
}

/* Two that take the same two rows in opposite order: one loses, and both are stored. */
static void a_deadlock_is_repeated(void **state)
{
	struct job j = { .db = db, .first = 1, .second = 2, .pause = true };
	struct ct_tries stats;
	struct ct_error e;
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		struct job other = { .first = 2, .second = 1, .pause = true };

		other.db = test_db_open(mem, "txn", "user");
		_exit(transact(&other, count_twice, &stats, &e) ? 99 : (int)stats.repeats);
	}
	assert_int_equal(transact(&j, count_twice, &stats, &e), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 99);
	assert_int_equal(stats.repeats + (unsigned)WEXITSTATUS(status), 1);
	assert_int_equal(j.resets, j.runs);
	assert_int_equal(test_db_number("txn", "SELECT MIN(n) FROM counter WHERE id < 3"), 2);
	assert_int_equal(test_db_number("txn", "SELECT MAX(n) FROM counter"), 2);
}

static struct ct_db *impatient(void)
{
	struct ct_db_options o = test_db_options("txn", "user");
	struct ct_error e;
	struct ct_db *made;

	o.lock_seconds = 1;
	assert_int_equal(ct_db_open(mem, &o, &made, &e), 0);
	return made;
}

static void let_go_at_the_second(struct job *j)
{
	if (j->runs == 2)
		test_db_sql("txn", "ROLLBACK");
}

/* 1205 undoes its own statement only: the first one's work must not be stored, nor stored twice. */
static void a_lock_wait_leaves_nothing_half(void **state)
{
	struct job j = { .first = 1, .second = 2, .before_last = let_go_at_the_second };
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	j.db = impatient();
	test_db_sql("txn", "BEGIN");
	test_db_sql("txn", "UPDATE counter SET n = n WHERE id = 2");
	assert_int_equal(transact(&j, count_twice, &stats, &e), 0);
	assert_int_equal(stats.repeats, 1);
	assert_int_equal(test_db_number("txn", "SELECT n FROM counter WHERE id = 1"), 1);
	assert_int_equal(test_db_number("txn", "SELECT n FROM counter WHERE id = 2"), 1);
}

/* The body says that all is well, and the lock never comes: nothing, not half of it. */
static void a_swallowed_error_is_not_committed(void **state)
{
	struct job j = { .first = 1, .second = 2, .swallow = true };
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	j.db = impatient();
	test_db_sql("txn", "BEGIN");
	test_db_sql("txn", "UPDATE counter SET n = n WHERE id = 2");
	assert_int_equal(transact(&j, count_twice, &stats, &e), CT_BUSY);
	test_db_sql("txn", "ROLLBACK");
	assert_int_equal(stats.repeats, CT_TRIES - 1);
	assert_int_equal(j.runs, CT_TRIES);
	assert_int_equal(test_db_number("txn", "SELECT SUM(n) FROM counter"), 0);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM txn_done"), 0);
	j.swallow = false;
	assert_int_equal(transact(&j, count_twice, &stats, &e), 0);
}

static void kill_at_the_first(struct job *j)
{
	if (j->runs == 1)
		test_db_sql("txn", "KILL CONNECTION %lu", ct_db_thread_id(j->db));
}

static void a_loss_before_commit_is_repeated(void **state)
{
	static struct ct_query fresh = { "fresh", .audits = "-" };
	struct job j = { .db = db, .first = 1, .second = 2, .before_last = kill_at_the_first };
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	assert_int_equal(transact(&j, count_twice, &stats, &e), 0);
	assert_int_equal(stats.repeats, 1);
	assert_int_equal(stats.unanswered, 0);
	assert_int_equal(test_db_number("txn", "SELECT SUM(n) FROM counter"), 2);
	/* and where the next statement is not even prepared yet */
	fresh.sql = "UPDATE counter SET n = n + 1 WHERE id = ?";
	db->in_transaction = true;
	test_db_sql("txn", "KILL CONNECTION %lu", ct_db_thread_id(db));
	assert_int_equal(put(db, &fresh, 1, &e), CT_LOST);
	assert_int_equal(put(db, &count_up, 1, &e), CT_LOST);
	db->in_transaction = false;
	db->given_up = 0;
	assert_int_equal(test_db_number("txn", "SELECT SUM(n) FROM counter"), 2);
}

static void swallow_a_loss(struct job *j)
{
	struct ct_result *rows;
	struct ct_error e;

	if (j->runs > 1)
		return;
	test_db_sql("txn", "KILL CONNECTION %lu", ct_db_thread_id(j->db));
	for (int i = 0; i < 3; i++)
		assert_int_equal(ct_db_run(j->db, mem, &total, CT_NO_ARGS, &rows, NULL, NULL, &e),
				 CT_LOST);
}

/* After a loss nothing of the same try may run by itself on a new connection. */
static void nothing_runs_outside_of_its_transaction(void **state)
{
	struct job j = {
		.db = db, .first = 1, .second = 2, .before_last = swallow_a_loss, .swallow = true,
	};
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	assert_int_equal(transact(&j, count_twice, &stats, &e), 0);
	assert_int_equal(j.runs, 2);
	assert_int_equal(stats.unanswered, 0);
	assert_int_equal(test_db_number("txn", "SELECT n FROM counter WHERE id = 1"), 1);
	assert_int_equal(test_db_number("txn", "SELECT n FROM counter WHERE id = 2"), 1);
}

static void an_id_is_stored_once(void **state)
{
	struct job j = { .db = db, .n = 7 };
	struct ct_tries stats;
	char id[CT_UUID_SIZE];
	struct ct_error e;

	(void)state;
	ct_uuid(id);
	assert_int_equal(ct_db_transaction(db, id, add_a_line, reset, &j, &stats, &e), 0);
	assert_false(stats.already);
	assert_int_equal(ct_db_transaction(db, id, add_a_line, NULL, &j, &stats, &e), 0);
	assert_true(stats.already && stats.stale);
	assert_int_equal(j.runs, 1);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM line"), 1);
}

/* Holds `id` in an open transaction, and ends that after a while. Returns when it holds. */
static pid_t hold_id(const char *id, const char *end)
{
	int held[2];
	char c, sql[100];
	pid_t child;

	assert_int_equal(pipe(held), 0);
	child = fork();
	if (child == 0) {
		struct ct_db *other = test_db_open(mem, "txn", "user");
		struct ct_error e;

		snprintf(sql, sizeof(sql), "INSERT INTO txn_done (id) VALUES ('%s')", id);
		if (ct_db_sql(other, "BEGIN", &e) || ct_db_sql(other, sql, &e) ||
		    write(held[1], "h", 1) != 1)
			_exit(1);
		usleep(400000);
		_exit(ct_db_sql(other, end, &e) ? 1 : 0);
	}
	close(held[1]);
	assert_int_equal(read(held[0], &c, 1), 1);
	close(held[0]);
	return child;
}

/* The old transaction may still be on its way when it is asked for: then its end is the answer. */
static void an_id_in_flight_is_waited_for(void **state)
{
	static const char *const ends[] = { "ROLLBACK", "COMMIT" };

	(void)state;
	for (int committed = 0; committed < 2; committed++) {
		struct job j = { .db = db, .n = 1 };
		struct ct_tries stats;
		char id[CT_UUID_SIZE];
		struct ct_error e;
		int status;
		pid_t child;

		ct_uuid(id);
		child = hold_id(id, ends[committed]);
		assert_int_equal(ct_db_transaction(db, id, add_a_line, reset, &j, &stats, &e), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		assert_int_equal(stats.already, committed);
		assert_int_equal(j.runs, !committed);
	}
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM line"), 1);
}

static pid_t start_proxy(char *path, size_t size, unsigned lose, enum losing_how how)
{
	static unsigned n;
	int ready[2];
	char c;
	pid_t child;

	snprintf(path, size, "/tmp/comptoir-proxy.%d.%u", (int)getpid(), n++);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0)
		_exit(losing_proxy(path, test_db_server(NULL), lose, how, ready[1]));
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return child;
}

static void stop_proxy(pid_t child, const char *path)
{
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	unlink(path);
}

/* Sums of what 200 transactions met. */
struct met { unsigned unanswered, already, stale, repeats; int runs; };

static struct met two_hundred(enum losing_how how)
{
	struct ct_db_options o = test_db_options("txn", "user");
	struct met met = { 0 };
	struct job j = { 0 };
	char path[64];
	pid_t proxy = start_proxy(path, sizeof(path), 3, how);
	struct ct_error e;

	o.socket = path;
	assert_int_equal(ct_db_open(mem, &o, &j.db, &e), 0);
	for (j.n = 1; j.n <= 200; j.n++) {
		struct ct_tries stats;

		if (transact(&j, add_a_line, &stats, &e))
			fail_msg("%d %s", e.rc, e.text);
		assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM line WHERE n = %lld"
			" AND id = %lld", (long long)j.n, (long long)j.id), 1);
		met.unanswered += stats.unanswered;
		met.already += stats.already;
		met.stale += stats.stale;
		met.repeats += stats.repeats;
	}
	met.runs = j.runs;
	talloc_free(j.db);
	stop_proxy(proxy, path);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM line"), 200);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(DISTINCT n) FROM line"), 200);
	return met;
}

static void a_commit_whose_answer_is_lost_counts_once(void **state)
{
	struct met met = two_hundred(LOSE_ANSWERED);

	(void)state;
	assert_int_equal(met.unanswered, 66);
	assert_int_equal(met.already, 66);
	assert_int_equal(met.stale, 0);
	assert_int_equal(met.runs, 200);
}

static void a_commit_that_was_lost_itself_is_repeated(void **state)
{
	struct met met = two_hundred(LOSE_DROPPED);

	(void)state;
	assert_int_equal(met.unanswered, 99);		/* every third of 299 */
	assert_int_equal(met.already, 0);
	assert_int_equal(met.runs, 299);
}

static void a_commit_in_flight_counts_once(void **state)
{
	struct met met = two_hundred(LOSE_RACING);

	(void)state;
	assert_true(met.unanswered >= 66);
	assert_int_equal(met.stale, 0);
	assert_int_equal(met.runs, 200 + (int)(met.unanswered - met.already));
}

static void nobody_left_to_ask_is_said_so(void **state)
{
	struct ct_db_options o = test_db_options("txn", "user");
	struct job j = { .n = 1 };
	struct timespec from, to;
	struct ct_tries stats;
	struct ct_error e;
	char path[64];
	pid_t proxy = start_proxy(path, sizeof(path), 1, LOSE_LEAVING);

	(void)state;
	o.socket = path;
	assert_int_equal(ct_db_open(mem, &o, &j.db, &e), 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(transact(&j, add_a_line, &stats, &e), CT_UNSURE);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_int_equal(ct_status(e.rc), 503);
	assert_int_equal(stats.unanswered, 1);
	assert_true(to.tv_sec - from.tv_sec >= 2 && to.tv_sec - from.tv_sec <= 6);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM line"), 1);
	stop_proxy(proxy, path);
}

static void a_server_that_restarts_is_waited_for(void **state)
{
	struct job j = { .db = db, .n = 1 };
	struct ct_tries stats;
	struct ct_error e;

	(void)state;
	assert_int_equal(transact(&j, add_a_line, &stats, &e), 0);
	test_db_stop(false);
	assert_int_equal(transact(&j, add_a_line, &stats, &e), CT_BUSY);
	assert_int_equal(stats.repeats, CT_TRIES - 1);
	assert_int_equal(j.runs, 1);
	test_db_start();
	j.n = 2;
	assert_int_equal(transact(&j, add_a_line, &stats, &e), 0);
	assert_int_equal(stats.repeats, 0);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM line"), 2);
}

enum { WRITERS = 6, EACH = 40 };

static int writer(unsigned seed)
{
	struct job j = { .db = test_db_open(mem, "txn", "user") };
	unsigned repeats = 0;

	for (int i = 0; i < EACH; i++) {
		struct ct_tries stats;
		struct ct_error e;

		j.first = 1 + rand_r(&seed) % 3;
		j.second = 1 + rand_r(&seed) % 3;
		if (transact(&j, count_twice, &stats, &e))
			return 200;
		repeats += stats.repeats;
	}
	return repeats > 100 ? 100 : (int)repeats;
}

static void many_writers_lose_nothing(void **state)
{
	pid_t children[WRITERS];
	int repeats = 0;

	(void)state;
	for (unsigned i = 0; i < WRITERS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(writer(i));
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 100);
		repeats += WEXITSTATUS(status);
	}
	assert_true(repeats > 0);
	assert_int_equal(test_db_number("txn", "SELECT SUM(n) FROM counter"), 2 * WRITERS * EACH);
	assert_int_equal(test_db_number("txn", "SELECT COUNT(*) FROM txn_done"), WRITERS * EACH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(stores_what_the_body_did, clear),
		cmocka_unit_test_setup(a_refusal_stores_nothing, clear),
		cmocka_unit_test_setup(a_body_may_answer_a_conflict, clear),
		cmocka_unit_test_setup(a_deadlock_is_repeated, clear),
		cmocka_unit_test_setup(a_lock_wait_leaves_nothing_half, clear),
		cmocka_unit_test_setup(a_swallowed_error_is_not_committed, clear),
		cmocka_unit_test_setup(a_loss_before_commit_is_repeated, clear),
		cmocka_unit_test_setup(nothing_runs_outside_of_its_transaction, clear),
		cmocka_unit_test_setup(an_id_is_stored_once, clear),
		cmocka_unit_test_setup(an_id_in_flight_is_waited_for, clear),
		cmocka_unit_test_setup(a_commit_whose_answer_is_lost_counts_once, clear),
		cmocka_unit_test_setup(a_commit_that_was_lost_itself_is_repeated, clear),
		cmocka_unit_test_setup(a_commit_in_flight_counts_once, clear),
		cmocka_unit_test_setup(nobody_left_to_ask_is_said_so, clear),
		cmocka_unit_test_setup(a_server_that_restarts_is_waited_for, clear),
		cmocka_unit_test_setup(many_writers_lose_nothing, clear),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
