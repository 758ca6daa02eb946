/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/scoreboard.h"

static struct ct_board *board;
static int board_fd = -1;

static int make(void **state)
{
	struct ct_error e;

	(void)state;
	return ct_board_create(&board, &board_fd, &e);
}

static int unmake(void **state)
{
	(void)state;
	ct_board_detach(board);
	close(board_fd);
	return 0;
}

static void test_attach_shares(void **state)
{
	struct ct_board *other;
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_board_attach(board_fd, &other, &e), 0);
	ct_board_add(other, CT_VALUE_REPEATS, 3);
	ct_board_add(board, CT_VALUE_REPEATS, 1);
	assert_int_equal(ct_board_get(board, CT_VALUE_REPEATS), 4);
	ct_board_set(other, CT_VALUE_OUTBOX_WAITING, 7);
	assert_int_equal(ct_board_get(board, CT_VALUE_OUTBOX_WAITING), 7);
	ct_board_detach(other);
}

static void test_attach_refuses_other_layouts(void **state)
{
	struct ct_board *other;
	struct ct_error e;
	FILE *f = tmpfile();

	(void)state;
	board->magic++;
	assert_int_equal(ct_board_attach(board_fd, &other, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "restart"));
	assert_int_equal(ftruncate(fileno(f), 4096), 0);
	assert_int_equal(ct_board_attach(fileno(f), &other, &e), CT_BROKEN);
	fclose(f);
	assert_int_equal(ftruncate(board_fd, 4096), -1);	/* sealed */
}

static void test_slots(void **state)
{
	struct ct_slot *first = ct_slot_claim(board, 1), *second = ct_slot_claim(board, 2);
	char route[CT_BOARD_LABEL];

	(void)state;
	assert_non_null(first);
	assert_ptr_not_equal(first, second);
	assert_int_equal(first->state, CT_SLOT_START);
	ct_slot_enter(first, 1111);
	ct_slot_set(first, CT_SLOT_READ);
	assert_true(first->since > 0);
	ct_slot_route(first, "GET /places/{slug}");
	ct_slot_sql(first, 42);
	ct_slot_route_text(first, route);
	assert_string_equal(route, "GET /places/{slug}");
	ct_slot_set(first, CT_SLOT_IDLE);
	assert_int_equal(first->since, 0);
	assert_int_equal(first->sql, 0);
	ct_board_reap(board, 1111);
	assert_int_equal(first->pid, 0);
	assert_int_equal(second->pid, getpid());
	assert_ptr_equal(ct_slot_claim(board, 3), first);
	ct_slot_route_text(first, route);
	assert_string_equal(route, "");
}

static void test_slots_run_out(void **state)
{
	(void)state;
	for (int i = 0; i < CT_BOARD_SLOTS; i++)
		ct_slot_enter(ct_slot_claim(board, 1), 1000 + i);
	assert_null(ct_slot_claim(board, 1));
	ct_board_reap(board, 1100);
	assert_ptr_equal(ct_slot_claim(board, 1), &board->slot[100]);
}

static void test_label_is_cut(void **state)
{
	char long_route[200], route[CT_BOARD_LABEL];
	struct ct_slot *slot = ct_slot_claim(board, 1);

	(void)state;
	memset(long_route, 'a', sizeof(long_route) - 1);
	long_route[sizeof(long_route) - 1] = '\0';
	ct_slot_route(slot, long_route);
	ct_slot_route_text(slot, route);
	assert_int_equal(strlen(route), CT_BOARD_LABEL - 1);
}

static void test_without_board(void **state)
{
	struct ct_metric_row row;
	char route[CT_BOARD_LABEL];

	(void)state;
	assert_null(ct_slot_claim(NULL, 1));
	ct_slot_set(NULL, CT_SLOT_RUN);
	ct_slot_route(NULL, "x");
	ct_slot_route_text(NULL, route);
	assert_string_equal(route, "");
	ct_slot_sql(NULL, 1);
	ct_metric_add(NULL, "x", 200, 1);
	assert_false(ct_metric_read(NULL, 0, &row));
	ct_board_add(NULL, CT_VALUE_JOBS, 1);
	assert_int_equal(ct_board_get(NULL, CT_VALUE_JOBS), 0);
	assert_true(ct_board_hash_enter(NULL, NULL));
	ct_board_hash_leave(NULL, NULL);
}

/* The one row of a pair; fails where there are two. */
static bool find(const char *route, unsigned status, struct ct_metric_row *row_r)
{
	struct ct_metric_row row;
	int found = 0;

	for (size_t i = 0; i < CT_BOARD_METRICS; i++) {
		if (!ct_metric_read(board, i, &row) || row.status != status ||
		    strcmp(row.route, route) != 0)
			continue;
		found++;
		*row_r = row;
	}
	assert_in_range(found, 0, 1);
	return found == 1;
}

static void test_metrics(void **state)
{
	struct ct_metric_row row;
	uint64_t counts[CT_LATENCY_BUCKETS], sum;

	(void)state;
	ct_metric_add(board, "GET /", 200, 5);
	ct_metric_add(board, "GET /", 200, 6);
	ct_metric_add(board, "GET /", 404, 20000);
	assert_true(find("GET /", 200, &row));
	assert_int_equal(row.count, 2);
	assert_int_equal(row.milliseconds, 11);
	assert_true(find("GET /", 404, &row));
	assert_int_equal(row.count, 1);
	assert_false(find("GET /x", 200, &row));
	ct_latency_read(board, counts, &sum);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 2);
	assert_int_equal(counts[CT_LATENCY_BUCKETS - 2], 2);
	assert_int_equal(counts[CT_LATENCY_BUCKETS - 1], 3);
	assert_int_equal(sum, 20011);
	assert_int_equal(ct_board_get(board, CT_VALUE_REQUESTS), 3);
}

static void test_metrics_table_full(void **state)
{
	struct ct_metric_row row;
	char route[32];

	(void)state;
	for (int i = 0; i < CT_BOARD_METRICS + 10; i++) {
		snprintf(route, sizeof(route), "GET /%d", i);
		ct_metric_add(board, route, 200, 1);
	}
	assert_int_equal(ct_board_get(board, CT_VALUE_METRICS_LOST), 10);
	assert_true(find("GET /0", 200, &row));
	ct_metric_add(board, "GET /0", 200, 1);
	assert_true(find("GET /0", 200, &row));
	assert_int_equal(row.count, 2);
}

/* A worker killed after it claimed a row and before it labelled it. */
static void test_metrics_half_written(void **state)
{
	struct ct_metric_row row;

	(void)state;
	ct_metric_add(board, "GET /a", 200, 1);
	for (size_t i = 0; i < CT_BOARD_METRICS; i++) {
		board->metric[i].labelled = 0;
		memset(board->metric[i].route, 0, sizeof(board->metric[i].route));
	}
	assert_false(find("GET /a", 200, &row));
	ct_metric_add(board, "GET /a", 200, 1);
	assert_true(find("GET /a", 200, &row));
	assert_int_equal(row.count, 2);
}

enum { PROCESSES = 4, ROUNDS = 5000, ROUTES = 40 };

static _Noreturn void count_much(void)
{
	char route[32];

	for (int i = 0; i < ROUNDS; i++) {
		snprintf(route, sizeof(route), "GET /route/%d", i % ROUTES);
		ct_metric_add(board, route, 200, 1);
	}
	_exit(0);
}

static void test_metrics_parallel(void **state)
{
	struct ct_metric_row row;
	uint64_t total = 0;
	char route[32];

	(void)state;
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			count_much();
	for (int i = 0; i < PROCESSES; i++)
		assert_true(wait(NULL) > 0);
	for (int i = 0; i < ROUTES; i++) {
		snprintf(route, sizeof(route), "GET /route/%d", i);
		assert_true(find(route, 200, &row));
		total += row.count;
	}
	assert_int_equal(total, PROCESSES * ROUNDS);
	assert_int_equal(ct_board_get(board, CT_VALUE_REQUESTS), PROCESSES * ROUNDS);
}

static void test_hash_places(void **state)
{
	struct ct_slot *a = ct_slot_claim(board, 1), *b = ct_slot_claim(board, 1),
		       *c = ct_slot_claim(board, 1);

	(void)state;
	ct_slot_enter(a, 1001);
	ct_slot_enter(b, 1002);
	ct_slot_enter(c, 1003);
	assert_true(ct_board_hash_enter(board, a));
	assert_true(ct_board_hash_enter(board, b));
	assert_false(ct_board_hash_enter(board, c));
	assert_int_equal(ct_board_get(board, CT_VALUE_HASH_BUSY), 1);
	ct_board_hash_leave(board, c);			/* holds none: nobody loses his */
	assert_false(ct_board_hash_enter(board, c));
	ct_board_hash_leave(board, b);
	assert_true(ct_board_hash_enter(board, c));
	assert_false(ct_board_hash_enter(board, b));
	ct_board_reap(board, 1001);			/* died while it hashed */
	assert_true(ct_board_hash_enter(board, b));
}

/* Killed at any moment, a process leaves nothing that another would wait for. */
static void test_killed_anywhere(void **state)
{
	struct ct_slot *mine = ct_slot_claim(board, 1);

	(void)state;
	ct_slot_enter(mine, getpid());
	for (int round = 0; round < 100; round++) {
		struct ct_slot *slot = ct_slot_claim(board, 1);
		pid_t pid = fork();

		if (pid == 0) {
			for (int i = 0;; i++) {
				if (!ct_board_hash_enter(board, slot))
					_exit(1);
				ct_metric_add(board, i % 2 ? "GET /odd" : "GET /even", 200, 1);
				ct_board_hash_leave(board, slot);
			}
		}
		ct_slot_enter(slot, pid);
		usleep((useconds_t)(round * 13 % 700));
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		ct_board_reap(board, pid);
	}
	for (int i = 0; i < CT_BOARD_HASHES; i++)
		assert_true(ct_board_hash_enter(board, mine));
	ct_metric_add(board, "GET /odd", 200, 1);
}

#define WITH_BOARD(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BOARD(test_attach_shares),
		WITH_BOARD(test_attach_refuses_other_layouts),
		WITH_BOARD(test_slots),
		WITH_BOARD(test_slots_run_out),
		WITH_BOARD(test_label_is_cut),
		WITH_BOARD(test_without_board),
		WITH_BOARD(test_metrics),
		WITH_BOARD(test_metrics_table_full),
		WITH_BOARD(test_metrics_half_written),
		WITH_BOARD(test_metrics_parallel),
		WITH_BOARD(test_hash_places),
		WITH_BOARD(test_killed_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
