/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many at once, each a process of its own, and processes that die in the middle: nothing twice, nothing half. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>
#include <talloc.h>
#include <unistd.h>

#include "plugins/reservation_fixture.h"

enum { CHILDREN = 8, EACH = 40 };

/* The process ends with the step of that number; 0: never. */
static int deadly_step, steps;

static int step(int rc)
{
	if (++steps == deadly_step)
		raise(SIGKILL);
	return rc;
}

#define ct_exec(...)   step(ct_exec(__VA_ARGS__))
#define ct_exec_count(...) step(ct_exec_count(__VA_ARGS__))
#define ct_insert(...) step(ct_insert(__VA_ARGS__))
#define ct_audit(...)  step(ct_audit(__VA_ARGS__))
#include "../../plugins/reservation/store.c"
#include "../../plugins/reservation/change.c"
#include "../../plugins/reservation/price_store.c"
#undef ct_exec
#undef ct_exec_count
#undef ct_insert
#undef ct_audit

#define DAY "2026-11-26T"

static int clear(void **state)
{
	(void)state;
	test_rooms_clear();
	deadly_step = 0;
	return 0;
}

/* ---- children ---- */

/* What one of them did, sent through a pipe. */
struct deeds {
	int stored, refused, other;
};

static struct deeds go;

static void count(int rc)
{
	go.stored += !rc;
	go.refused += rc == CT_CONFLICT;
	go.other += rc && rc != CT_CONFLICT;
}

/* Runs `work` in CHILDREN processes that start together, and adds up what they did. */
static struct deeds together(void (*work)(int number))
{
	struct deeds sum = { 0 }, one;
	int start[2], done[2], status;
	pid_t pids[CHILDREN];
	char any;

	assert_int_equal(pipe(start), 0);
	assert_int_equal(pipe(done), 0);
	for (int i = 0; i < CHILDREN; i++) {
		struct ct_error e;

		pids[i] = fork();
		if (pids[i])
			continue;
		close(start[1]);
		go = (struct deeds){ 0 };
		if (ct_core_worker(test_rooms_core(), NULL, &e) || read(start[0], &any, 1) != 0)
			_exit(1);
		work(i);
		_exit(write(done[1], &go, sizeof(go)) != sizeof(go));
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
		assert_int_equal(read(done[0], &one, sizeof(one)), sizeof(one));
		sum.stored += one.stored;
		sum.refused += one.refused;
		sum.other += one.other;
	}
	close(done[0]);
	close(done[1]);
	return sum;
}

static const char *clock_of(int quarter)
{
	static char text[2][32];
	static int turn;

	turn = !turn;
	snprintf(text[turn], sizeof(text[turn]), DAY "%02d:%02d", 8 + quarter / 4,
		 quarter % 4 * 15);
	return text[turn];
}

/* ---- creations ---- */

static void want_the_same(int number)
{
	for (int i = 0; i < 20; i++)
		count(test_take(number % 2 ? ANNE : BRUNO, ROOM_A, 1, clock_of(i * 2),
				clock_of(i * 2 + 2), NULL));
}

static void test_one_winner_of_each(void **state)
{
	struct deeds sum = together(want_the_same);

	(void)state;
	assert_int_equal(sum.stored, 20);
	assert_int_equal(sum.refused, 20 * (CHILDREN - 1));
	assert_int_equal(sum.other, 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_booking"), 20);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM audit"), 20);
}

/* Nobody is refused a desk while there is one left: two who choose at once choose differently. */
static void want_desks(int number)
{
	(void)number;
	for (int i = 0; i < 10; i++)
		for (int again = 0; again < 2; again++)
			count(test_take(ANNE, DESKS, 1, clock_of(i * 4), clock_of(i * 4 + 4),
					NULL));
}

static void test_every_desk_is_given(void **state)
{
	struct deeds sum = together(want_desks);

	(void)state;
	assert_int_equal(sum.stored, 10 * 12);
	assert_int_equal(sum.refused, 10 * (2 * CHILDREN - 12));
	assert_int_equal(sum.other, 0);
}

/* Unequal, overlapping, the whole against its parts, and desks by the handful. */
static void want_anything(int number)
{
	static const int64_t rooms[] = {
		ROOM_A, ROOM_B, HALL, NORTH, SOUTH, DESKS, DESKS, BUFFERED
	};
	unsigned chance = (unsigned)number * 7919 + 1;

	for (int i = 0; i < EACH; i++) {
		int64_t room = rooms[rand_r(&chance) % 8];
		int from = rand_r(&chance) % 52, to = from + 1 + rand_r(&chance) % 4;

		count(test_take(ANNE, room, room == DESKS ? 1 + rand_r(&chance) % 5 : 1,
				clock_of(from), clock_of(to), NULL));
	}
}

static void test_crowd(void **state)
{
	struct deeds sum = together(want_anything);

	(void)state;
	assert_int_equal(sum.other, 0);
	assert_int_equal(sum.stored, NUMBER("SELECT COUNT(*) FROM reservation_booking"));
	assert_true(sum.stored > 50 && sum.refused > 50);
}

/* Two rooms in either order: the locks have one order, so nobody waits for whoever waits for him. */
static void want_two(int number)
{
	for (int i = 0; i < 25; i++) {
		struct ct_request *r = test_rooms_request(ANNE);
		const struct wish_item items[] = {
			{ number % 2 ? ROOM_A : SOUTH, 1 },
			{ number % 2 ? SOUTH : ROOM_A, 1 },
		};
		struct wish w = test_wish(r, items, clock_of(i * 2), clock_of(i * 2 + 2));

		w.n_items = 2;
		count(test_book(r, &w, NULL, NULL));
		go.other += (int)r->s->tries;
		talloc_free(r);
	}
}

static void test_no_deadlock(void **state)
{
	struct deeds sum = together(want_two);

	(void)state;
	assert_int_equal(sum.stored, 25);
	assert_int_equal(sum.refused, 25 * (CHILDREN - 1));
	assert_int_equal(sum.other, 0);
}

/* ---- changes against creations ---- */

static int64_t bookings[40];

static int decide(struct ct_request *r, void *arg, struct ct_error *e)
{
	const int64_t *id = arg;

	return booking_decide(r, *id, *id % 2, e);
}

static int cancel(struct ct_request *r, void *arg, struct ct_error *e)
{
	return booking_cancel(r, *(const int64_t *)arg, e);
}

/* Half of them answer requests or cancel, and the others want what that frees. */
static void answer_or_want(int number)
{
	for (int i = 0; i < 40; i++) {
		struct ct_request *r = test_rooms_request(MANAGER);
		struct ct_error e;

		if (number % 4 < 2)
			count(ct_transaction(r, number % 4 ? cancel : decide, &bookings[i], &e));
		else
			count(test_take(BRUNO, ON_REQUEST, 1, clock_of(i), clock_of(i + 1), NULL));
		talloc_free(r);
	}
}

static void test_answers_against_creations(void **state)
{
	struct deeds sum;

	(void)state;
	for (int i = 0; i < 40; i++)
		assert_int_equal(
			test_take(ANNE, ON_REQUEST, 1, clock_of(i), clock_of(i + 1), &bookings[i]),
			0);
	sum = together(answer_or_want);
	assert_int_equal(sum.other, 0);
	/* each was answered or cancelled once at least: rejected, cancelled, or confirmed and then cancelled */
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_booking WHERE id <= %lld AND status IN"
		       " ('cancelled', 'rejected')",
		       (long long)bookings[39]),
		40);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM audit"),
			 NUMBER("SELECT COUNT(*) FROM reservation_booking") + sum.stored -
				 NUMBER("SELECT COUNT(*) FROM reservation_booking WHERE id > %lld",
					(long long)bookings[39]));
}

/* A guest's click against somebody who comes when the hold is just over: one of them has it. */
static int64_t holds[16];

static int verify(struct ct_request *r, void *arg, struct ct_error *e)
{
	return booking_verify(r, *(const int64_t *)arg, e);
}

static void click_or_want(int number)
{
	for (int i = 0; i < 16; i++) {
		struct ct_request *r = test_rooms_request(number % 2 ? 0 : BRUNO);
		const struct wish_item item = { ROOM_B, 1 };
		struct wish w = test_wish(r, &item, clock_of(i * 2), clock_of(i * 2 + 2));
		struct ct_error e;

		r->now.s += 1200 - number % 2;
		count(number % 2 ? ct_transaction(r, verify, &holds[i], &e)
				 : test_book(r, &w, NULL, NULL));
		talloc_free(r);
	}
}

static void test_click_against_the_next(void **state)
{
	struct deeds sum;

	(void)state;
	for (int i = 0; i < 16; i++) {
		struct ct_request *r = test_rooms_request(0);
		const struct wish_item item = { ROOM_B, 1 };
		struct wish w = test_wish(r, &item, clock_of(i * 2), clock_of(i * 2 + 2));
		struct stored s = { 0 };

		w.email = talloc_asprintf(r, "guest%d@example.org", i);
		w.token_hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
		w.hold = true;
		assert_int_equal(test_book(r, &w, &s, NULL), 0);
		holds[i] = s.id;
		talloc_free(r);
	}
	sum = together(click_or_want);
	assert_int_equal(sum.other, 0);
	assert_int_equal(sum.stored, 16);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_booking WHERE status = 'confirmed'"), 16);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_occupancy"), 16);
}

/* ---- death between two steps ---- */

/* All that a booking could leave or take away, and the counters that move along with it, each in digits of its own. */
static int64_t all_rows(void)
{
	static const char *const counts[] = {
		"COUNT(*) FROM reservation_booking",
		"COUNT(*) FROM reservation_item",
		"COUNT(*) FROM reservation_occupancy",
		"COUNT(*) FROM reservation_price_line",
		"COUNT(*) FROM reservation_ics",
		"COUNT(*) FROM audit",
		"COUNT(*) FROM txn_done",
		"COUNT(*) FROM reservation_booking WHERE status = 'confirmed'",
		"SUM(sync_version) FROM reservation_resource",
	};
	int64_t sum = 0;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		sum = sum * 20 + NUMBER("SELECT %s", counts[i]);
	return sum;
}

static bool died_at(int number, void (*work)(int), int argument)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct ct_error e;

		if (ct_core_worker(test_rooms_core(), NULL, &e))
			_exit(2);
		deadly_step = number;
		steps = 0;
		go = (struct deeds){ 0 };
		work(argument);
		_exit(go.stored != 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return true;
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

/* Kills at the first step, then at the second …, until it gets through. Gives how many deaths that took. */
static int deaths_of(void (*work)(int), int argument)
{
	int64_t before = all_rows();
	int n = 1;

	for (; died_at(n, work, argument); n++) {
		/* the server notices that its client is gone, and undoes; until then the room is locked */
		for (int waited = 0;
		     waited < 200 && NUMBER("SELECT COUNT(*) FROM information_schema.innodb_trx");
		     waited++)
			usleep(10000);
		assert_int_equal(all_rows(), before);
	}
	assert_true(all_rows() != before);
	return n - 1;
}

static void book_hall(int quarter)
{
	count(test_take(ANNE, HALL, 1, clock_of(quarter), clock_of(quarter + 8), NULL));
}

static void cancel_it(int unused)
{
	struct ct_request *r = test_rooms_request(MANAGER);
	struct ct_error e;

	(void)unused;
	count(ct_transaction(r, cancel, &bookings[0], &e));
	talloc_free(r);
}

static void confirm_it(int unused)
{
	struct ct_request *r = test_rooms_request(0);
	struct ct_error e;

	(void)unused;
	count(ct_transaction(r, verify, &bookings[0], &e));
	talloc_free(r);
}

static void test_death_while_booking(void **state)
{
	(void)state;
	/* two locks, two clean-ups, booking, item, two parts, a line, the trace */
	assert_int_equal(deaths_of(book_hall, 4), 10);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_booking"), 1);
}

static void test_death_while_cancelling(void **state)
{
	(void)state;
	assert_int_equal(test_take(ANNE, HALL, 1, clock_of(0), clock_of(4), &bookings[0]), 0);
	test_rooms_sound();
	/* two locks, the status, what it held, the trace */
	assert_int_equal(deaths_of(cancel_it, 0), 5);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_occupancy"), 0);
}

static void test_death_while_confirming(void **state)
{
	struct ct_request *r = test_rooms_request(0);
	const struct wish_item item = { HALL, 1 };
	struct wish w = test_wish(r, &item, clock_of(0), clock_of(4));
	struct stored s = { 0 };

	(void)state;
	w.email = "guest@example.org";
	w.token_hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	w.hold = true;
	assert_int_equal(test_book(r, &w, &s, NULL), 0);
	bookings[0] = s.id;
	talloc_free(r);
	/* two locks, the hold, two clean-ups, two parts, the status, the trace */
	assert_int_equal(deaths_of(confirm_it, 0), 9);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_occupancy WHERE cause = 'booking'"), 2);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, clear, test_rooms_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_one_winner_of_each),
		CASE(test_every_desk_is_given),
		CASE(test_crowd),
		CASE(test_no_deadlock),
		CASE(test_answers_against_creations),
		CASE(test_click_against_the_next),
		CASE(test_death_while_booking),
		CASE(test_death_while_cancelling),
		CASE(test_death_while_confirming),
	};

	return cmocka_run_group_tests(tests, test_rooms_open, test_rooms_close);
}
