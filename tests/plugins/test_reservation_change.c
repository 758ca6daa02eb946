/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of bookings: cancelled, answered, confirmed by a guest or run out; and what calendars see of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "plugins/reservation_fixture.h"

#include "../../plugins/reservation/change.c"

#define DAY "2026-11-26T"

struct change {
	int64_t id;
	bool accept;
	int (*call)(struct ct_request *, const struct change *, struct ct_error *);
};

static int do_cancel(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	return booking_cancel(r, c->id, e);
}

static int do_decide(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	return booking_decide(r, c->id, c->accept, e);
}

static int do_verify(struct ct_request *r, const struct change *c, struct ct_error *e)
{
	return booking_verify(r, c->id, e);
}

static int change(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct change *c = arg;

	return c->call(r, c, e);
}

/* At `now`, or at nine. */
static int changed(struct change c, const char *now)
{
	struct ct_request *r = test_rooms_request(MANAGER);
	struct ct_error e;
	int rc;

	if (now)
		r->now = test_utc(now);
	rc = ct_transaction(r, change, &c, &e);
	talloc_free(r);
	return rc;
}

static int cancelled(int64_t id)
{
	return changed((struct change){ .id = id, .call = do_cancel }, NULL);
}

static int decided(int64_t id, bool accept)
{
	return changed((struct change){ .id = id, .accept = accept, .call = do_decide }, NULL);
}

static int verified(int64_t id, const char *now)
{
	return changed((struct change){ .id = id, .call = do_verify }, now);
}

static bool has_status(int64_t id, const char *status)
{
	return NUMBER("SELECT COUNT(*) FROM reservation_booking WHERE id = %lld AND status = '%s'",
		      (long long)id, status);
}

static int64_t held(int64_t id)
{
	return NUMBER(
		"SELECT COUNT(*) FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id"
		" WHERE i.booking_id = %lld",
		(long long)id);
}

/* ---- what comes after ---- */

static void test_cancelling_frees(void **state)
{
	int64_t id, other;

	(void)state;
	assert_int_equal(test_take(ANNE, HALL, 1, DAY "10:00", DAY "12:00", &id), 0);
	assert_int_equal(cancelled(id), 0);
	assert_true(has_status(id, "cancelled"));
	assert_int_equal(held(id), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE left_utc IS NULL"), 0);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_price_line WHERE booking_id = %lld",
		       (long long)id),
		1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit WHERE action = 'cancel' AND object_id = %lld"
		       " AND JSON_VALUE(before_json, '$.status') = 'confirmed'",
		       (long long)id),
		1);
	assert_int_equal(cancelled(id), CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, NORTH, 1, DAY "10:00", DAY "12:00", &other), 0);
	assert_int_equal(
		changed((struct change){ .id = other, .call = do_cancel }, DAY "11:00:00Z"),
		CT_CONFLICT);
	assert_int_equal(
		changed((struct change){ .id = other, .call = do_cancel }, DAY "10:59:59Z"), 0);
	assert_int_equal(cancelled(123456), CT_MISSING);
}

static void test_request_is_accepted_or_not(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(test_take(ANNE, ON_REQUEST, 1, DAY "10:00", DAY "12:00", &id), 0);
	assert_true(has_status(id, "pending"));
	assert_int_equal(test_take(BRUNO, ON_REQUEST, 1, DAY "11:00", DAY "13:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(decided(id, true), 0);
	assert_true(has_status(id, "confirmed"));
	assert_int_equal(held(id), 1);
	assert_int_equal(decided(id, false), CT_CONFLICT);
	assert_int_equal(test_take(ANNE, ON_REQUEST, 1, DAY "14:00", DAY "15:00", &id), 0);
	assert_int_equal(decided(id, false), 0);
	assert_true(has_status(id, "rejected"));
	assert_int_equal(decided(id, true), CT_CONFLICT);
	assert_int_equal(test_take(MANAGER, ON_REQUEST, 1, DAY "14:00", DAY "15:00", &id), 0);
	assert_true(has_status(id, "confirmed"));
}

/* A visitor's hold of twenty minutes. */
static int hold(int64_t room, const char *start, const char *end, const char *now, int64_t *id_r)
{
	struct ct_request *r = test_rooms_request(0);
	const struct wish_item item = { room, 1 };
	struct wish w = test_wish(r, &item, start, end);
	struct stored s = { 0 };
	int rc;

	r->now = test_utc(now);
	w.name = "Guest";
	w.email = "guest@example.org";
	w.token_hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	w.hold = true;
	rc = test_book(r, &w, &s, NULL);
	if (!rc) {
		*id_r = s.id;
		assert_string_equal(s.status, "hold");
		assert_int_equal(s.hold_until.s, r->now.s + 1200);
	}
	talloc_free(r);
	return rc;
}

static int take_at(const char *now, int64_t room, const char *start, const char *end)
{
	struct ct_request *r = test_rooms_request(BRUNO);
	const struct wish_item item = { room, 1 };
	struct wish w = test_wish(r, &item, start, end);
	int rc;

	r->now = test_utc(now);
	rc = test_book(r, &w, NULL, NULL);
	talloc_free(r);
	return rc;
}

static void expire_holds(const char *now)
{
	struct ct_request *r = test_rooms_request(0);
	struct ct_error e;

	r->now = test_utc(now);
	assert_int_equal(booking_expire_holds(r, &e), 0);
	talloc_free(r);
}

static void test_guest_confirms(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(hold(HALL, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &id), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_occupancy WHERE cause = 'hold'"),
			 2);
	assert_int_equal(take_at("2026-11-23T08:19:59Z", NORTH, DAY "11:00", DAY "12:00"),
			 CT_CONFLICT);
	assert_int_equal(verified(id, "2026-11-23T08:19:59Z"), 0);
	assert_true(has_status(id, "confirmed"));
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_occupancy WHERE cause = 'booking'"), 2);
	assert_int_equal(verified(id, "2026-11-23T08:19:59Z"), CT_CONFLICT);
	expire_holds("2026-11-24T08:00:00Z");
	assert_true(has_status(id, "confirmed"));
	assert_int_equal(hold(ON_REQUEST, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &id),
			 0);
	assert_int_equal(verified(id, "2026-11-23T08:10:00Z"), 0);
	assert_true(has_status(id, "pending"));
}

static void test_an_address_holds_two_at_most(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(hold(ROOM_A, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &id), 0);
	assert_int_equal(hold(ROOM_B, DAY "10:00", DAY "12:00", "2026-11-23T08:01:00Z", &id), 0);
	assert_int_equal(hold(ROOM_C, DAY "10:00", DAY "12:00", "2026-11-23T08:19:59Z", &id),
			 CT_INVALID);
	assert_int_equal(hold(ROOM_C, DAY "10:00", DAY "12:00", "2026-11-23T08:20:00Z", &id), 0);
	assert_int_equal(verified(id, "2026-11-23T08:20:30Z"), 0);
	assert_int_equal(hold(ROOM_A, DAY "10:00", DAY "12:00", "2026-11-23T08:20:59Z", &id), 0);
}

static void test_hold_runs_out(void **state)
{
	int64_t id, next;

	(void)state;
	assert_int_equal(hold(ROOM_A, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &id), 0);
	expire_holds("2026-11-23T08:19:59Z");
	assert_int_equal(held(id), 1);
	expire_holds("2026-11-23T08:20:00Z");
	assert_true(has_status(id, "expired"));
	assert_int_equal(held(id), 0);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit WHERE action = 'expire' AND object_id = %lld",
		       (long long)id),
		1);
	/* nobody has to clean up before another one gets it */
	assert_int_equal(hold(ROOM_B, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &next), 0);
	assert_int_equal(take_at("2026-11-23T08:19:59Z", ROOM_B, DAY "11:00", DAY "12:00"),
			 CT_CONFLICT);
	assert_int_equal(take_at("2026-11-23T08:20:00Z", ROOM_B, DAY "11:00", DAY "12:00"), 0);
	assert_int_equal(verified(next, "2026-11-23T08:25:00Z"), CT_CONFLICT);
	expire_holds("2026-11-23T08:30:00Z");
	assert_true(has_status(next, "expired"));
}

/* Whoever clicks late still gets it while it is free. */
static void test_late_click(void **state)
{
	int64_t id, other;

	(void)state;
	assert_int_equal(hold(HALL, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &id), 0);
	assert_int_equal(verified(id, "2026-11-23T08:40:00Z"), 0);
	assert_true(has_status(id, "confirmed"));
	assert_int_equal(held(id), 2);
	assert_int_equal(hold(ROOM_A, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &other), 0);
	expire_holds("2026-11-23T08:30:00Z");
	assert_int_equal(verified(other, "2026-11-26T08:59:00Z"), 0);
	assert_true(has_status(other, "confirmed"));
	assert_int_equal(held(other), 1);
	assert_int_equal(hold(ROOM_B, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &other), 0);
	assert_int_equal(verified(other, DAY "09:30:00Z"), CT_INVALID); /* it has begun */
}

/* A click that waited for the lock while its hold ran out and went to somebody else: its clock is too slow. */
static void test_click_that_came_second(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(hold(ROOM_A, DAY "10:00", DAY "12:00", "2026-11-23T08:00:00Z", &id), 0);
	assert_int_equal(take_at("2026-11-23T08:20:00Z", ROOM_A, DAY "10:00", DAY "12:00"), 0);
	assert_int_equal(verified(id, "2026-11-23T08:19:59Z"), CT_CONFLICT);
	assert_false(has_status(id, "confirmed"));
}

/* Pieces of a month each, all of them freed. */
static void test_cancelling_frees_all_of_a_long_one(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(test_take(ANNE, STUDIO, 1, "2026-12-01T12:00", "2027-03-15T09:00", &id),
			 0);
	assert_int_equal(held(id), 4);
	assert_int_equal(cancelled(id), 0);
	assert_int_equal(held(id), 0);
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2027-02-14T12:00", "2027-02-14T13:00", NULL),
			 0);
}

/* ---- calendars ---- */

static int64_t events(int64_t room)
{
	struct ct_request *r = test_rooms_request(0);
	struct ct_result *row;
	struct ct_error e;
	size_t n;

	assert_int_equal(ct_query(r, "resource_events",
				  CT_ARGS(CT_NUM(0), CT_NUM(room), CT_UTC(r->now),
					  CT_UTC(test_utc("2027-11-23T08:00:00Z")), CT_NUM(0)),
				  &row, &e),
			 0);
	n = ct_result_rows(row);
	talloc_free(r);
	return (int64_t)n;
}

static int64_t stamp(int64_t room)
{
	struct ct_request *r = test_rooms_request(0);
	struct ct_result *row;
	struct ct_error e;
	int64_t version;

	assert_int_equal(ct_one(r, "resource_stamp", CT_ARGS(CT_NUM(room)), &row, &e), 0);
	version = ct_col_int(row, "version");
	talloc_free(r);
	return version;
}

/* A hall's calendar has what takes any part of it, a part's what takes it; each change moves both stamps. */
static void test_calendar_of_a_divisible_hall(void **state)
{
	int64_t hall = stamp(HALL), north = stamp(NORTH), south = stamp(SOUTH);

	(void)state;
	assert_int_equal(test_take(ANNE, NORTH, 1, DAY "10:00", DAY "12:00", NULL), 0);
	assert_int_equal(events(HALL), 1);
	assert_int_equal(events(NORTH), 1);
	assert_int_equal(events(SOUTH), 0);
	assert_true(stamp(HALL) > hall && stamp(NORTH) > north && stamp(SOUTH) == south);
	hall = stamp(HALL);
	assert_int_equal(test_take(ANNE, HALL, 1, DAY "14:00", DAY "16:00", NULL), 0);
	assert_int_equal(events(HALL), 2);
	assert_int_equal(events(NORTH), 2);
	assert_int_equal(events(SOUTH), 1);
	assert_true(stamp(HALL) > hall && stamp(SOUTH) > south);
	assert_int_equal(test_take(ANNE, ROOM_A, 1, DAY "14:00", DAY "16:00", NULL), 0);
	assert_int_equal(events(HALL), 2);
	assert_int_equal(events(ROOM_A), 1);
	/* another whole that shares a part */
	test_db_sql(ROOMS_DB,
		    "INSERT INTO reservation_resource (id, org_id, place_id, kind_id, name)"
		    " VALUES (912, 800, 900, 903, 'Aile sud')");
	test_db_sql(ROOMS_DB, "INSERT INTO reservation_part (whole_id, leaf_id) VALUES (912, 907), (912, 903)");
	hall = stamp(HALL);
	assert_int_equal(test_take(ANNE, 912, 1, DAY "18:00", DAY "19:00", NULL), 0);
	assert_int_equal(events(HALL), 3);
	assert_int_equal(events(SOUTH), 2);
	assert_int_equal(events(NORTH), 2);
	assert_true(stamp(HALL) > hall);
	assert_int_equal(test_take(BRUNO, HALL, 1, DAY "18:00", DAY "19:00", NULL), CT_CONFLICT);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, test_rooms_begin, test_rooms_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_cancelling_frees),
		CASE(test_cancelling_frees_all_of_a_long_one),
		CASE(test_request_is_accepted_or_not),
		CASE(test_guest_confirms),
		CASE(test_an_address_holds_two_at_most),
		CASE(test_hold_runs_out),
		CASE(test_late_click),
		CASE(test_click_that_came_second),
		CASE(test_calendar_of_a_divisible_hall),
	};

	return cmocka_run_group_tests(tests, test_rooms_open, test_rooms_close);
}
