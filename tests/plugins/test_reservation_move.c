/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What other plugins hear of a booking that is changed, and of a refusal that is taken back; what they may forbid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "plugins/reservation_fixture.h"

#include "../../plugins/reservation/move.h"

#define DAY "2026-11-26T"

static char heard[120];
static bool forbid;

static int hear(const char *stage, const struct ct_booking *b, struct ct_error *e)
{
	size_t at = strlen(heard);

	snprintf(heard + at, sizeof(heard) - at, "%s%s:%s", at ? " " : "", stage, b->id ? b->status : "new");
	return forbid && !strcmp(stage, "check") ? ct_fail(e, CT_INVALID, "not here") : 0;
}

static int clear(void **state)
{
	(void)state;
	test_rooms_clear();
	test_hook = hear;
	heard[0] = '\0';
	forbid = false;
	return 0;
}

struct move { int64_t id; const char *start, *end, *title; };

static int move(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct move *m = arg;
	struct change c;
	int rc;

	if ((rc = booking_lock_leaves(r, m->id, "[]", e)) || (rc = change_load(r, m->id, &c, e)))
		return rc;
	if (m->start) {
		c.wish.start = test_local(m->start);
		c.wish.end = test_local(m->end);
	}
	if (m->title)
		c.wish.title = m->title;
	return (rc = change_judge(r, &c, e)) ? rc : change_store(r, &c, e);
}

static int reject(struct ct_request *r, void *arg, struct ct_error *e)
{
	const int64_t *id = arg;
	int rc = booking_decide(r, *id, false, e);

	return rc ? rc
		  : ct_exec(r, "refusal_insert",
			    CT_ARGS(CT_NUM(*id), CT_STR(NULL), CT_STR(NULL), CT_NUM(MANAGER), CT_UTC(r->now),
				    CT_UTC(r->now)),
			    e);
}

static int take_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	return booking_reopen(r, *(const int64_t *)arg, e);
}

static int act(int64_t person, ct_body_f *what, void *arg)
{
	struct ct_request *r = test_rooms_request(person);
	struct ct_error e;
	int rc = ct_transaction(r, what, arg, &e);

	talloc_free(r);
	return rc;
}

static void test_a_change_is_checked(void **state)
{
	struct move m = { .start = DAY "14:00", .end = DAY "16:00" };

	(void)state;
	assert_int_equal(test_take(ANNE, ROOM_A, 1, DAY "10:00", DAY "12:00", &m.id), 0);
	heard[0] = '\0';
	forbid = true;
	assert_int_equal(act(ANNE, move, &m), CT_INVALID);
	assert_string_equal(heard, "check:confirmed");
	assert_int_equal(NUMBER("SELECT HOUR(start_local) FROM reservation_booking WHERE id = %lld", (long long)m.id), 10);
	forbid = false;
	assert_int_equal(act(ANNE, move, &m), 0);
	assert_int_equal(NUMBER("SELECT HOUR(start_local) FROM reservation_booking WHERE id = %lld", (long long)m.id), 14);
}

static void test_words_are_nobodys_business(void **state)
{
	struct move m = { .title = "Autre titre" };

	(void)state;
	assert_int_equal(test_take(ANNE, ROOM_A, 1, DAY "10:00", DAY "12:00", &m.id), 0);
	heard[0] = '\0';
	forbid = true;
	assert_int_equal(act(ANNE, move, &m), 0);
	assert_string_equal(heard, "");
}

static void test_a_refusal_taken_back_is_heard(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(test_take(ANNE, ON_REQUEST, 1, DAY "10:00", DAY "12:00", &id), 0);
	heard[0] = '\0';
	assert_int_equal(act(MANAGER, reject, &id), 0);
	assert_int_equal(act(MANAGER, take_back, &id), 0);
	assert_string_equal(heard, "cancelled:rejected reopened:pending");
	assert_int_equal(act(MANAGER, take_back, &id), CT_CONFLICT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_change_is_checked, clear, test_rooms_end),
		cmocka_unit_test_setup_teardown(test_words_are_nobodys_business, clear, test_rooms_end),
		cmocka_unit_test_setup_teardown(test_a_refusal_taken_back_is_heard, clear, test_rooms_end),
	};

	return cmocka_run_group_tests(tests, test_rooms_open, test_rooms_close);
}
