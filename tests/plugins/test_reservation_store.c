/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The write protocol against a real MariaDB: what is stored, and what is refused. */
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

#include "../../plugins/reservation/store.c"

#define DAY "2026-11-26T"

static int64_t held(int64_t id)
{
	return NUMBER(
		"SELECT COUNT(*) FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id"
		" WHERE i.booking_id = %lld",
		(long long)id);
}

/* ---- what is stored ---- */

static void test_stored(void **state)
{
	struct ct_request *r = test_rooms_request(ANNE);
	const struct wish_item item = { ROOM_A, 1 };
	struct wish w = test_wish(r, &item, DAY "09:00", DAY "14:00");
	int64_t version = NUMBER("SELECT sync_version FROM reservation_resource WHERE id = 901");
	struct stored s = { 0 };

	(void)state;
	w.attendance = 5;
	w.note = "Une nappe, s’il vous plaît";
	assert_int_equal(test_book(r, &w, &s, NULL), 0);
	assert_string_equal(s.status, "confirmed");
	assert_int_equal(s.rooms.n, 1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_booking WHERE id = %lld AND org_id = 800 AND place_id = 900"
		       " AND person_id = 801 AND booked_by = 801 AND title = 'Réunion' AND start_local = '2026-11-26 09:00'"
		       " AND end_utc = '2026-11-26 13:00' AND zone = 'Europe/Paris' AND status = 'confirmed' AND attendance = 5"
		       " AND total_cents = 10400 AND hold_until_utc IS NULL AND changed_utc = '2026-11-23 08:00'",
		       (long long)s.id),
		1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id"
		       " WHERE i.booking_id = %lld AND o.resource_id = 901 AND unit_no = 1 AND cause = 'booking'"
		       " AND start_utc = '2026-11-26 08:00' AND end_utc = '2026-11-26 13:00'",
		       (long long)s.id),
		1);
	/* the morning at 80 €, and an hour at 24 € */
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_price_line WHERE booking_id = %lld",
		       (long long)s.id),
		2);
	assert_int_equal(
		NUMBER("SELECT amount_cents FROM reservation_price_line WHERE booking_id = %lld AND position = 1"
		       " AND unit_amount = 800000 AND quantity = 10000 AND tariff_id = 901",
		       (long long)s.id),
		8000);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM audit WHERE kind = 'booking' AND object_id = %lld AND action = 'create'"
		       " AND person_id = 801 AND JSON_VALUE(after_json, '$.status') = 'confirmed'",
		       (long long)s.id),
		1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE booking_id = %lld AND full LIKE '%%nappe%%'"
		       " AND busy NOT LIKE '%%nappe%%' AND busy NOT LIKE '%%union%%'",
		       (long long)s.id),
		1);
	assert_int_equal(NUMBER("SELECT sync_version FROM reservation_resource WHERE id = 901"),
			 version + 1);
	talloc_free(r);
}

static void test_nights_of_clock_change(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(test_take(ANNE, STUDIO, 1, "2027-03-28T01:00", "2027-03-28T04:00", &id),
			 0);
	assert_int_equal(
		NUMBER("SELECT TIMESTAMPDIFF(MINUTE, start_utc, end_utc) FROM reservation_booking WHERE id = %lld",
		       (long long)id),
		120);
	assert_int_equal(test_take(ANNE, STUDIO, 1, "2027-10-31T01:00", "2027-10-31T04:00", &id),
			 0);
	assert_int_equal(
		NUMBER("SELECT TIMESTAMPDIFF(MINUTE, start_utc, end_utc) FROM reservation_booking WHERE id = %lld",
		       (long long)id),
		240);
	/* what the clocks skip cannot be had; what they double is taken both times */
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2027-03-28T02:00", "2027-03-28T03:00", NULL),
			 CT_INVALID);
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2027-10-31T02:00", "2027-10-31T03:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2027-10-31T04:00", "2027-10-31T05:00", NULL),
			 0);
}

/* ---- conflicts ---- */

static const json_t *first(const struct ct_request *r, const char *list)
{
	return json_array_get(json_object_get(r->view, list), 0);
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* Anne wants what Bruno has: she is told when, but not what; then each alternative can be had as it stands. */
static void test_conflict_says_when_and_what_else(void **state)
{
	struct ct_request *r = test_rooms_request(ANNE);
	const struct wish_item item = { ROOM_A, 1 };
	struct wish w = test_wish(r, &item, DAY "10:00", DAY "12:00");
	struct ct_error e = { 0 };
	json_t *other;
	size_t i;

	(void)state;
	assert_int_equal(test_take(BRUNO, ROOM_A, 1, DAY "11:00", DAY "13:00", NULL), 0);
	assert_int_equal(test_book(r, &w, NULL, &e), CT_CONFLICT);
	assert_string_equal(e.text, "Essai A is taken at that time.");
	assert_int_equal(json_array_size(json_object_get(r->view, "conflicts")), 1);
	assert_string_equal(text_of(first(r, "conflicts"), "resource"), "901");
	assert_string_equal(text_of(first(r, "conflicts"), "name"), "Essai A");
	assert_string_equal(text_of(first(r, "conflicts"), "start_local"), "2026-11-26T11:00");
	assert_string_equal(text_of(first(r, "conflicts"), "end_local"), "2026-11-26T13:00");
	assert_true(json_is_null(json_object_get(first(r, "conflicts"), "title")));
	assert_int_equal(json_array_size(json_object_get(r->view, "alternatives")), 3);
	json_array_foreach(json_object_get(r->view, "alternatives"), i, other)
		assert_int_equal(test_take(ANNE, strtoll(text_of(other, "resource"), NULL, 10), 1,
					   text_of(other, "start_local"),
					   text_of(other, "end_local"), NULL),
				 0);
	/* same hour in another room of the kind, the one of nearest capacity first; then the same room later */
	assert_string_equal(text_of(first(r, "alternatives"), "resource"), "903");
	assert_string_equal(
		text_of(json_array_get(json_object_get(r->view, "alternatives"), 2), "start_local"),
		DAY "09:00");
	talloc_free(r);
}

static void test_titles_for_those_who_may(void **state)
{
	static const struct {
		int64_t person;
		bool sees;
	} callers[] = {
		{ BRUNO, true },
		{ MANAGER, true },
		{ ANNE, false },
		{ 0, false },
	};

	(void)state;
	assert_int_equal(test_take(BRUNO, ROOM_A, 1, DAY "11:00", DAY "13:00", NULL), 0);
	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
		struct ct_request *r = test_rooms_request(callers[i].person);
		const struct wish_item item = { ROOM_A, 1 };
		struct wish w = test_wish(r, &item, DAY "11:30", DAY "12:00");

		assert_int_equal(test_book(r, &w, NULL, NULL), CT_CONFLICT);
		assert_int_equal(json_is_string(json_object_get(first(r, "conflicts"), "title")),
				 callers[i].sees);
		talloc_free(r);
	}
}

static void test_twelve_desks(void **state)
{
	struct ct_request *r = test_rooms_request(ANNE);
	const struct wish_item item = { DESKS, 1 };
	struct wish w = test_wish(r, &item, DAY "09:00", DAY "18:00");

	(void)state;
	for (int i = 0; i < 12; i++)
		assert_int_equal(test_take(BRUNO, DESKS, 1, DAY "09:00", DAY "18:00", NULL), 0);
	assert_int_equal(test_book(r, &w, NULL, NULL), CT_CONFLICT);
	assert_int_equal(NUMBER("SELECT COUNT(DISTINCT unit_no) FROM reservation_occupancy"), 12);
	assert_int_equal(test_take(ANNE, DESKS, 1, DAY "12:00", DAY "13:00", NULL), CT_CONFLICT);
	assert_int_equal(test_take(ANNE, DESKS, 12, DAY "18:00", DAY "19:00", NULL), 0);
	talloc_free(r);
}

static void test_several_units_at_once(void **state)
{
	struct ct_request *r = test_rooms_request(ANNE);
	const struct wish_item item = { DESKS, 4 };
	struct wish w = test_wish(r, &item, DAY "09:00", DAY "12:00");

	(void)state;
	assert_int_equal(test_take(BRUNO, DESKS, 5, DAY "09:00", DAY "12:00", NULL), 0);
	assert_int_equal(test_take(BRUNO, DESKS, 4, DAY "10:00", DAY "11:00", NULL), 0);
	assert_int_equal(test_book(r, &w, NULL, NULL), CT_CONFLICT);
	/* each booking once, however many desks it has */
	assert_int_equal(json_array_size(json_object_get(r->view, "conflicts")), 2);
	assert_int_equal(test_take(ANNE, DESKS, 3, DAY "09:00", DAY "12:00", NULL), 0);
	assert_int_equal(test_take(ANNE, DESKS, 13, DAY "14:00", DAY "15:00", NULL), CT_INVALID);
	talloc_free(r);
}

/* A desk is one for the whole time; whoever is refused though every hour has one is told the truth. */
static void test_no_unit_for_the_whole_time(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		assert_int_equal(test_take(BRUNO, DESKS, 1, DAY "09:00", DAY "12:00", NULL), 0);
		assert_int_equal(test_take(BRUNO, DESKS, 1, DAY "11:00", DAY "14:00", NULL), 0);
	}
	assert_int_equal(test_take(ANNE, DESKS, 1, DAY "10:00", DAY "12:00", NULL), CT_CONFLICT);
	assert_int_equal(test_take(ANNE, DESKS, 6, DAY "09:00", DAY "11:00", NULL), 0);
	assert_int_equal(test_take(ANNE, DESKS, 6, DAY "12:00", DAY "14:00", NULL), 0);
}

static void test_whole_against_parts(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(test_take(ANNE, NORTH, 1, DAY "09:00", DAY "12:00", NULL), 0);
	assert_int_equal(test_take(BRUNO, HALL, 1, DAY "11:00", DAY "13:00", NULL), CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, SOUTH, 1, DAY "11:00", DAY "13:00", NULL), 0);
	assert_int_equal(test_take(BRUNO, HALL, 1, DAY "12:00", DAY "13:00", NULL), CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, HALL, 1, DAY "13:00", DAY "15:00", &id), 0);
	assert_int_equal(held(id), 2);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_occupancy WHERE resource_id = %d", HALL),
		0);
	assert_int_equal(test_take(ANNE, NORTH, 1, DAY "14:00", DAY "16:00", NULL), CT_CONFLICT);
	assert_int_equal(test_take(ANNE, SOUTH, 1, DAY "14:00", DAY "16:00", NULL), CT_CONFLICT);
	assert_int_equal(test_take(ANNE, HALL, 1, DAY "14:00", DAY "16:00", NULL), CT_CONFLICT);
	assert_int_equal(test_take(ANNE, HALL, 2, DAY "17:00", DAY "18:00", NULL), CT_INVALID);
}

/* Which part is in the way is what a person has to know. */
static void test_conflict_of_a_part_is_named(void **state)
{
	struct ct_request *r = test_rooms_request(BRUNO);
	const struct wish_item item = { HALL, 1 };
	struct wish w = test_wish(r, &item, DAY "11:00", DAY "13:00");

	(void)state;
	assert_int_equal(test_take(ANNE, NORTH, 1, DAY "09:00", DAY "12:00", NULL), 0);
	assert_int_equal(test_book(r, &w, NULL, NULL), CT_CONFLICT);
	assert_int_equal(json_array_size(json_object_get(r->view, "conflicts")), 1);
	assert_string_equal(text_of(first(r, "conflicts"), "name"), "Moitié nord");
	assert_string_equal(text_of(first(r, "conflicts"), "resource"), "906");
	talloc_free(r);
}

static void test_buffers(void **state)
{
	(void)state;
	assert_int_equal(test_take(ANNE, BUFFERED, 1, DAY "10:00", DAY "12:00", NULL), 0);
	assert_int_equal(test_take(BRUNO, BUFFERED, 1, DAY "12:00", DAY "13:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(test_take(MANAGER, BUFFERED, 1, DAY "12:00", DAY "13:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, BUFFERED, 1, DAY "09:00", DAY "10:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, BUFFERED, 1, DAY "12:30", DAY "13:00", NULL), 0);
	assert_int_equal(test_take(BRUNO, BUFFERED, 1, DAY "09:00", DAY "09:30", NULL), 0);
}

/* Two rooms at once: only what is in the way is a conflict, and what is offered is free in both. */
static void test_several_rooms_at_once(void **state)
{
	struct ct_request *r = test_rooms_request(ANNE);
	const struct wish_item items[] = { { ROOM_B, 1 }, { ROOM_A, 1 } };
	struct wish w = test_wish(r, items, DAY "10:00", DAY "12:00");
	struct stored s = { 0 };
	json_t *other;
	size_t i;

	(void)state;
	w.n_items = 2;
	assert_int_equal(test_take(BRUNO, ROOM_A, 1, DAY "11:00", DAY "13:00", NULL), 0);
	assert_int_equal(test_book(r, &w, NULL, NULL), CT_CONFLICT);
	assert_int_equal(json_array_size(json_object_get(r->view, "conflicts")), 1);
	assert_string_equal(text_of(first(r, "conflicts"), "name"), "Essai A");
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_booking"), 1);
	assert_int_equal(json_array_size(json_object_get(r->view, "alternatives")), 3);
	json_array_foreach(json_object_get(r->view, "alternatives"), i, other) {
		w.start = test_local(text_of(other, "start_local"));
		w.end = test_local(text_of(other, "end_local"));
		w.expected_cents = json_integer_value(
			json_object_get(json_object_get(other, "total"), "cents"));
		assert_string_equal(text_of(other, "resource"), "902");
		assert_int_equal(test_book(r, &w, &s, NULL), 0);
		assert_int_equal(held(s.id), 2);
		assert_int_equal(s.price.total_cents, 9600);
	}
	talloc_free(r);
}

/* ---- refusals ---- */

static void refused(struct wish w, struct ct_request *r, const char *field)
{
	struct ct_error e = { 0 };
	int rc = test_book(r, &w, NULL, &e);

	if (rc != CT_INVALID || strcmp(e.field, field) != 0)
		fail_msg("%d at %s: %s", rc, e.field, e.text);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_booking"), 0);
	talloc_free(r);
}

static void test_refusals(void **state)
{
	static const struct wish_item room = { ROOM_A, 1 }, none = { 999, 1 },
				      members = { MEMBERS, 1 };
	static const struct wish_item parts[] = { { HALL, 1 }, { NORTH, 1 } },
				      twice[] = { { ROOM_A, 1 }, { ROOM_A, 1 } };
	struct ct_request *r = test_rooms_request(ANNE);
	struct wish w = test_wish(r, &none, DAY "10:00", DAY "12:00");

	(void)state;
	refused(w, r, "resource");
	r = test_rooms_request(ANNE);
	w.items = &members;
	refused(w, r, "resource");
	r = test_rooms_request(ANNE);
	w.items = &room;
	w.attendance = 13;
	refused(w, r, "attendance");
	w.attendance = 0;
	r = test_rooms_request(ANNE);
	w.items = parts;
	w.n_items = 2;
	refused(w, r, "items");
	r = test_rooms_request(ANNE);
	w.items = twice;
	refused(w, r, "resource");
	r = test_rooms_request(ANNE);
	refused(test_wish(r, &room, DAY "07:00", DAY "09:00"), r, "start");
	r = test_rooms_request(ANNE);
	refused(test_wish(r, &room, "2026-11-23T08:00", "2026-11-23T09:00"), r, "start");
	assert_int_equal(test_take(MANAGER, MEMBERS, 1, DAY "10:00", DAY "12:00", NULL), 0);
	assert_int_equal(
		test_take(MANAGER, ROOM_A, 1, "2026-11-23T08:00", "2026-11-23T09:00", NULL), 0);
}

static const char *refusing;

static int refuse_at(const char *stage, const struct ct_booking *b, struct ct_error *e)
{
	assert_int_equal(b->resource, ROOM_A);
	assert_int_equal(b->start.s, test_local(DAY "10:00").s);
	return strcmp(stage, refusing) ? 0 : ct_fail(e, CT_DENIED, "not by this plugin");
}

static void test_a_hook_refuses_all_of_it(void **state)
{
	static const char *const stages[] = { "check", "stored", "confirmed" };
	static const char *const tables[] = { "reservation_booking",
					      "reservation_item",
					      "reservation_occupancy",
					      "reservation_price_line",
					      "reservation_ics",
					      "audit",
					      "txn_done" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		refusing = stages[i];
		test_hook = refuse_at;
		assert_int_equal(test_take(ANNE, ROOM_A, 1, DAY "10:00", DAY "12:00", NULL),
				 CT_DENIED);
		for (size_t k = 0; k < sizeof(tables) / sizeof(tables[0]); k++)
			assert_int_equal(NUMBER("SELECT COUNT(*) FROM %s", tables[k]), 0);
	}
	test_hook = NULL;
	assert_int_equal(test_take(ANNE, ROOM_A, 1, DAY "10:00", DAY "12:00", NULL), 0);
}

/* ---- prices ---- */

static void test_price_is_frozen(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(test_take(ANNE, ROOM_A, 1, DAY "15:00", DAY "17:00", &id), 0);
	test_db_sql(
		ROOMS_DB,
		"UPDATE reservation_step SET amount_cents = 9900 WHERE tariff_id = 901 AND unit = 'hour_begun'");
	assert_int_equal(NUMBER("SELECT total_cents FROM reservation_booking WHERE id = %lld",
				(long long)id),
			 4800);
	assert_int_equal(
		NUMBER("SELECT SUM(amount_cents) FROM reservation_price_line WHERE booking_id = %lld",
		       (long long)id),
		4800);
	assert_int_equal(test_take(ANNE, ROOM_A, 1, DAY "17:00", DAY "18:00", &id), 0);
	assert_int_equal(NUMBER("SELECT total_cents FROM reservation_booking WHERE id = %lld",
				(long long)id),
			 9900);
	test_db_sql(
		ROOMS_DB,
		"UPDATE reservation_step SET amount_cents = 2400 WHERE tariff_id = 901 AND unit = 'hour_begun'");
}

static void test_price_that_moved(void **state)
{
	struct ct_request *r = test_rooms_request(ANNE);
	const struct wish_item item = { ROOM_A, 1 };
	struct wish w = test_wish(r, &item, DAY "15:00", DAY "17:00");
	struct ct_error e = { 0 };

	(void)state;
	w.expected_cents = 4700;
	assert_int_equal(test_book(r, &w, NULL, &e), CT_CONFLICT);
	assert_non_null(strstr(e.text, "48"));
	assert_int_equal(
		json_integer_value(json_object_get(
			json_object_get(json_object_get(r->view, "price"), "total"), "cents")),
		4800);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_booking"), 0);
	w.expected_cents = 4800;
	assert_int_equal(test_book(r, &w, NULL, NULL), 0);
	talloc_free(r);
}

static void test_long_bookings_are_cut(void **state)
{
	int64_t id;

	(void)state;
	assert_int_equal(test_take(ANNE, STUDIO, 1, "2026-12-01T12:00", "2027-03-15T09:00", &id),
			 0);
	assert_int_equal(held(id), 4);
	assert_int_equal(
		NUMBER("SELECT SUM(TIMESTAMPDIFF(MINUTE, start_utc, end_utc)) FROM reservation_occupancy"),
		NUMBER("SELECT TIMESTAMPDIFF(MINUTE, start_utc, end_utc) FROM reservation_booking"));
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2027-02-14T12:00", "2027-02-14T13:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2027-03-15T08:00", "2027-03-16T09:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2026-11-25T08:00", "2027-10-15T09:00", NULL),
			 CT_CONFLICT);
	assert_int_equal(test_take(BRUNO, STUDIO, 1, "2027-03-15T09:00", "2027-03-16T09:00", NULL),
			 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, test_rooms_begin, test_rooms_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_stored),
		CASE(test_nights_of_clock_change),
		CASE(test_conflict_says_when_and_what_else),
		CASE(test_titles_for_those_who_may),
		CASE(test_twelve_desks),
		CASE(test_several_units_at_once),
		CASE(test_no_unit_for_the_whole_time),
		CASE(test_whole_against_parts),
		CASE(test_conflict_of_a_part_is_named),
		CASE(test_buffers),
		CASE(test_several_rooms_at_once),
		CASE(test_refusals),
		CASE(test_a_hook_refuses_all_of_it),
		CASE(test_price_is_frozen),
		CASE(test_price_that_moved),
		CASE(test_long_bookings_are_cut),
	};

	return cmocka_run_group_tests(tests, test_rooms_open, test_rooms_close);
}
