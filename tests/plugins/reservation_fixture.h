/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An installation for tests of the write protocol: a real MariaDB with the place of support/rooms.sql, a core
 * opened over it, and of the plugin its queries and permissions only, so that a test can look inside.
 *
 * It is Monday 23 November 2026, 9 o'clock in Paris. Nothing has happened yet after `test_rooms_clear`.
 */
#ifndef TESTS_PLUGINS_RESERVATION_FIXTURE_H
#define TESTS_PLUGINS_RESERVATION_FIXTURE_H

#include "core.h"
#include "route/state.h"
#include "support/db.h"

#include "../../plugins/reservation/store.h"

#define ROOMS_DB "rooms"

/* Keys of support/rooms.sql, and of a room more: open day and night, for as long as anybody likes, on quotation. */
enum { ROOM_A = 901, ROOM_B, ROOM_C, DESKS, HALL, NORTH, SOUTH, ON_REQUEST, BUFFERED, MEMBERS, STUDIO };

/* People: two who have no role, and a manager of the organisation. */
enum { ANNE = 801, BRUNO, MANAGER };

/* Opens it all at the first call. */
struct ct_core *test_rooms_core(void);

/* Removes all bookings. */
void test_rooms_clear(void);

/* For cmocka: before and after a group; before and after each of its tests, which has to leave all sound. */
int test_rooms_open(void **state);
int test_rooms_close(void **state);
int test_rooms_begin(void **state);
int test_rooms_end(void **state);

/* A new request of `person` (0: a visitor) at nine o'clock, in English. */
struct ct_request *test_rooms_request(int64_t person);

/* A wish of `person` for one room. On no context: its texts are static. */
struct wish test_wish(const struct ct_request *r, const struct wish_item *item, const char *start, const char *end);

/* Books in a transaction. *why_r, where it is asked for, is the refusal. */
int test_book(struct ct_request *r, const struct wish *, struct stored *stored_r, struct ct_error *why_r);

/* The same in one line: the room's key, its quantity, the hours; gives what booking_store returned. */
int test_take(int64_t person, int64_t room, int64_t quantity, const char *start, const char *end, int64_t *id_r);

/* A wall time, an instant. */
struct ct_local test_local(const char *text);
struct ct_utc test_utc(const char *text);

/* One number of one row, from the administrator's connection. */
#define NUMBER(...) test_db_number(ROOMS_DB, __VA_ARGS__)

/* Overlaps and other broken promises, by comparing every row with every other. 0, or the test fails. */
void test_rooms_sound(void);

/* Where not NULL, called for the stages of a booking; what it returns counts. */
extern int (*test_hook)(const char *stage, const struct ct_booking *b, struct ct_error *e);

#endif
