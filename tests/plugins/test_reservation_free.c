/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a room is open and what of it is free. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../plugins/reservation/free.c"

enum { ALL_DAYS = 127, MONDAY = 1, SUNDAY = 64, WORKING_DAYS = 31 };

static struct ct_request *r;

static int set_up(void **state)
{
	(void)state;
	r = talloc_zero(NULL, struct ct_request);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

static struct ct_day day(const char *text)
{
	struct ct_day d;
	struct ct_error e;

	assert_int_equal(ct_day_parse(text, &d, &e), 0);
	return d;
}

static struct ct_local at(const char *text)
{
	struct ct_local t;
	struct ct_error e;

	assert_int_equal(ct_local_parse(text, &t, &e), 0);
	return t;
}

static struct ct_utc utc(const char *text)
{
	struct ct_utc t;
	struct ct_error e;

	assert_int_equal(ct_utc_parse(text, &t, &e), 0);
	return t;
}

/* A room with `units` units in `zone`, its own leaf, open in `openings`. */
static struct room a_room(const char *zone, int64_t units, const struct opening *openings, size_t n)
{
	static const int64_t itself = 7;
	struct room room = { .id = 7,
			     .units = units,
			     .leaves = &itself,
			     .n_leaves = 1,
			     .openings = openings,
			     .n_openings = n };
	struct ct_error e;

	assert_int_equal(ct_zone_get(zone, &room.zone, &e), 0);
	return room;
}

static struct opening hours(int64_t weekdays, int opens, int closes)
{
	return (struct opening){ .from = day("2000-01-01"),
				 .to = CT_NO_DAY,
				 .weekdays = weekdays,
				 .opens = opens,
				 .closes = closes };
}

static struct opening closed(int64_t weekdays, int opens, int closes)
{
	struct opening o = hours(weekdays, opens, closes);

	o.closed = true;
	return o;
}

/* "09:00-12:00 14:00-24:00": the day's hours, as room_open gives them. */
static const char *open_on(const struct room *room, const char *date)
{
	struct span spans[8];
	struct ct_day d = day(date);
	size_t n = room_open(room, d, spans, 8);
	char *text = talloc_strdup(r, ""), buf[2][CT_TIME_TEXT];

	for (size_t i = 0; i < n; i++)
		text = talloc_asprintf_append(
			text, "%s%s-%s", i ? " " : "",
			ct_clock_text(buf[0], (int)(spans[i].start.s - ct_day_local(d).s) / 60),
			ct_clock_text(buf[1], (int)(spans[i].end.s - ct_day_local(d).s) / 60));
	return text;
}

/* "08:00-10:00=1 10:00-12:00=0": the day's stretches with what is free; the end may be another day's. */
static const char *stretches_on(const struct room *room, const char *date)
{
	struct stretch *list;
	size_t n = room_stretches(r, room, day(date), &list);
	char *text = talloc_strdup(r, ""), buf[2][CT_TIME_TEXT];

	for (size_t i = 0; i < n; i++) {
		assert_true((list[i].free == 0) == (list[i].taken != NULL));
		text = talloc_asprintf_append(text, "%s%s-%s=%lld", i ? " " : "",
					      ct_local_text(buf[0], list[i].start) + 11,
					      ct_local_text(buf[1], list[i].end) + 11,
					      (long long)list[i].free);
	}
	return text;
}

static struct busy taken_by(int64_t booking, int64_t leaf, int64_t unit, const char *from,
			    const char *to)
{
	return (struct busy){
		.booking = booking, .leaf = leaf, .unit = unit, .start = utc(from), .end = utc(to)
	};
}

/* ---- hours ---- */

static void test_no_opening_is_closed(void **state)
{
	struct room room = a_room("Europe/Paris", 1, NULL, 0);

	(void)state;
	assert_string_equal(open_on(&room, "2026-11-23"), "");
	assert_false(room_is_open(&room, at("2026-11-23T10:00"), at("2026-11-23T11:00")));
}

static void test_spans_join_and_stay_apart(void **state)
{
	const struct opening list[] = {
		hours(ALL_DAYS, 540, 720),   hours(ALL_DAYS, 720, 780),	 /* touch */
		hours(ALL_DAYS, 840, 1000),  hours(ALL_DAYS, 900, 1080), /* overlap */
		hours(ALL_DAYS, 1081, 1140),				 /* a minute apart */
	};
	struct room room = a_room("Europe/Paris", 1, list, 5);

	(void)state;
	assert_string_equal(open_on(&room, "2026-11-23"), "09:00-13:00 14:00-18:00 18:01-19:00");
}

static void test_closed_takes_away_wherever_it_stands(void **state)
{
	const struct opening list[] = {
		closed(ALL_DAYS, 720, 840),
		hours(ALL_DAYS, 480, 1320),
		closed(SUNDAY, 0, 1440),
	};
	struct room room = a_room("Europe/Paris", 1, list, 3);

	(void)state;
	assert_string_equal(open_on(&room, "2026-11-23"), "08:00-12:00 14:00-22:00");
	assert_string_equal(open_on(&room, "2026-11-22"), "");
	assert_true(room_is_open(&room, at("2026-11-23T08:00"), at("2026-11-23T12:00")));
	assert_true(room_is_open(&room, at("2026-11-23T14:00"), at("2026-11-23T22:00")));
	assert_false(room_is_open(&room, at("2026-11-23T11:00"), at("2026-11-23T12:01")));
	assert_false(room_is_open(&room, at("2026-11-23T11:00"), at("2026-11-23T15:00")));
	assert_false(room_is_open(&room, at("2026-11-23T12:00"), at("2026-11-23T14:00")));
}

static void test_each_weekday_by_its_bit(void **state)
{
	static const char *const week[] = { "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26",
					    "2026-11-27", "2026-11-28", "2026-11-29" };

	(void)state;
	for (int bit = 0; bit < 7; bit++) {
		const struct opening only = hours(1 << bit, 600, 660);
		struct room room = a_room("Europe/Paris", 1, &only, 1);

		for (int i = 0; i < 7; i++)
			assert_string_equal(open_on(&room, week[i]), i == bit ? "10:00-11:00" : "");
	}
}

static void test_validity_includes_both_days(void **state)
{
	struct opening list[] = { hours(ALL_DAYS, 480, 720), hours(ALL_DAYS, 840, 1080) };
	struct room room = a_room("Europe/Paris", 1, list, 2);

	(void)state;
	list[0].from = day("2026-11-02");
	list[0].to = day("2026-11-22");
	list[1].from = day("2026-11-23");
	assert_string_equal(open_on(&room, "2026-11-01"), "");
	assert_string_equal(open_on(&room, "2026-11-02"), "08:00-12:00");
	assert_string_equal(open_on(&room, "2026-11-22"), "08:00-12:00");
	assert_string_equal(open_on(&room, "2026-11-23"), "14:00-18:00");
	assert_string_equal(open_on(&room, "2099-11-23"), "14:00-18:00");
}

static void test_midnights(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 0, 60), hours(ALL_DAYS, 1380, 1440) };
	struct room room = a_room("Europe/Paris", 1, list, 2);

	(void)state;
	assert_string_equal(open_on(&room, "2026-11-23"), "00:00-01:00 23:00-24:00");
	assert_true(room_is_open(&room, at("2026-11-23T23:00"), at("2026-11-24T00:00")));
	assert_true(room_is_open(&room, at("2026-11-23T23:00"), at("2026-11-24T01:00")));
	assert_true(room_is_open(&room, at("2026-11-24T00:00"), at("2026-11-24T01:00")));
	assert_false(room_is_open(&room, at("2026-11-23T22:59"), at("2026-11-24T01:00")));
	assert_false(room_is_open(&room, at("2026-11-23T23:00"), at("2026-11-24T01:01")));
	assert_false(room_is_open(&room, at("2026-11-23T23:00"), at("2026-11-25T00:30")));
}

static void test_always_open_for_days(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 0, 1440) };
	struct room room = a_room("Europe/Paris", 1, list, 1);

	(void)state;
	assert_string_equal(open_on(&room, "2026-11-23"), "00:00-24:00");
	assert_true(room_is_open(&room, at("2026-11-23T09:00"), at("2026-12-23T09:00")));
}

static void test_no_more_spans_than_asked(void **state)
{
	struct opening list[10];
	struct span spans[3];
	struct room room;

	(void)state;
	for (int i = 0; i < 10; i++)
		list[i] = hours(ALL_DAYS, i * 100, i * 100 + 50);
	room = a_room("Europe/Paris", 1, list, 10);
	assert_int_equal(room_open(&room, day("2026-11-23"), spans, 3), 3);
	assert_int_equal(spans[2].end.s - ct_day_local(day("2026-11-23")).s, 250 * 60);
	/* … but a judgement looks at all of them */
	assert_true(room_is_open(&room, at("2026-11-23T15:00"), at("2026-11-23T15:50")));
}

static void test_overnight_between_two_openings(void **state)
{
	const struct opening list[] = { hours(WORKING_DAYS, 480, 1080) };
	struct room room = a_room("Europe/Paris", 1, list, 1);

	(void)state;
	/* Thursday evening to Friday morning */
	assert_false(room_is_open(&room, at("2026-11-26T17:00"), at("2026-11-27T09:00")));
	room.policy.overnight = true;
	assert_true(room_is_open(&room, at("2026-11-26T17:00"), at("2026-11-27T09:00")));
	assert_true(room_is_open(&room, at("2026-11-26T17:00"),
				 at("2026-11-30T09:00"))); /* over the weekend */
	assert_true(room_is_open(&room, at("2026-11-26T09:00"), at("2026-11-27T18:00")));
	assert_true(room_is_open(&room, at("2026-11-26T09:00"), at("2026-11-26T18:00")));
	assert_false(room_is_open(&room, at("2026-11-26T18:00"),
				  at("2026-11-27T09:00"))); /* begins when it closes */
	assert_false(room_is_open(&room, at("2026-11-26T07:00"), at("2026-11-27T09:00")));
	assert_false(room_is_open(&room, at("2026-11-26T17:00"), at("2026-11-27T07:00")));
	assert_false(room_is_open(&room, at("2026-11-26T17:00"), at("2026-11-27T18:30")));
	assert_false(room_is_open(&room, at("2026-11-26T17:00"),
				  at("2026-11-28T09:00"))); /* ends on a Saturday */
	assert_false(room_is_open(&room, at("2026-11-26T17:00"),
				  at("2026-11-26T19:00"))); /* that is no night */
}

static void test_overnight_leaves_the_midday_break_alone(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 480, 1080), closed(ALL_DAYS, 720, 840) };
	struct room room = a_room("Europe/Paris", 1, list, 2);

	(void)state;
	room.policy.overnight = true;
	assert_false(room_is_open(&room, at("2026-11-26T10:00"), at("2026-11-26T16:00")));
	assert_true(room_is_open(&room, at("2026-11-26T10:00"), at("2026-11-27T16:00")));
}

/* ---- what is free ---- */

static void test_stretches_of_an_empty_day(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 480, 720), hours(ALL_DAYS, 840, 1440) };
	struct room room = a_room("Europe/Paris", 3, list, 2);

	(void)state;
	assert_string_equal(stretches_on(&room, "2026-11-23"), "08:00-12:00=3 14:00-00:00=3");
}

static void test_stretches_are_cut_by_what_is_taken(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 480, 1080) };
	struct room room = a_room("Europe/Paris", 1, list, 1);
	struct busy busy[] = {
		taken_by(1, 7, 1, "2026-11-22T20:00:00Z",
			 "2026-11-23T07:30:00Z"), /* from the night before */
		taken_by(2, 7, 1, "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"),
		taken_by(3, 7, 1, "2026-11-23T10:00:00Z",
			 "2026-11-23T11:00:00Z"), /* another, right after */
		taken_by(4, 7, 1, "2026-11-23T16:00:00Z",
			 "2026-11-23T20:00:00Z"), /* beyond closing time */
		taken_by(5, 8, 1, "2026-11-23T12:00:00Z",
			 "2026-11-23T13:00:00Z"), /* another room's */
	};

	(void)state;
	room.busy = busy;
	room.n_busy = 5;
	assert_string_equal(
		stretches_on(&room, "2026-11-23"),
		"08:00-08:30=0 08:30-10:00=1 10:00-11:00=0 11:00-12:00=0 12:00-17:00=1 17:00-18:00=0");
}

static void test_a_long_booking_in_pieces_is_one_stretch(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 480, 1080) };
	struct room room = a_room("Europe/Paris", 1, list, 1);
	struct busy busy[] = {
		taken_by(1, 7, 1, "2026-11-01T09:00:00Z", "2026-11-23T09:00:00Z"),
		taken_by(1, 7, 1, "2026-11-23T09:00:00Z", "2026-12-01T09:00:00Z"),
	};
	struct stretch *s;

	(void)state;
	room.busy = busy;
	room.n_busy = 2;
	assert_string_equal(stretches_on(&room, "2026-11-23"), "08:00-18:00=0");
	assert_int_equal(room_stretches(r, &room, day("2026-11-23"), &s), 1);
	assert_int_equal(s[0].taken->booking, 1);
}

/* For each number of units: k of them taken for an hour each, one more every hour. */
static void test_units_count_down(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 480, 1440) };
	struct busy busy[12];

	(void)state;
	for (int64_t units = 1; units <= 12; units++) {
		struct room room = a_room("Europe/Paris", units, list, 1);
		struct stretch *s;
		size_t n;

		for (int64_t i = 0; i < units; i++) {
			busy[i] = taken_by(i + 1, 7, i + 1, "2026-11-23T08:00:00Z",
					   "2026-11-23T23:00:00Z");
			busy[i].start.s += i * 3600;
		}
		room.busy = busy;
		room.n_busy = (size_t)units;
		n = room_stretches(r, &room, day("2026-11-23"), &s);
		assert_int_equal(n, units + 1);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(s[i].free, units - (int64_t)i);
		for (int64_t want = 1; want <= 13; want++)
			for (int64_t hour = 0; hour < units; hour++) {
				struct ct_local start = ct_local_add(at("2026-11-23T09:00"),
								     hour * 3600);

				assert_int_equal(
					room_fits(&room, start, ct_local_add(start, 3600), want),
					want <= units - hour - 1);
			}
	}
}

/* A unit must be free for the whole time: two half-free units are not one. */
static void test_nobody_changes_desks_at_noon(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 480, 1080) };
	struct room room = a_room("Europe/Paris", 2, list, 1);
	struct busy busy[] = {
		taken_by(1, 7, 1, "2026-11-23T08:00:00Z", "2026-11-23T11:00:00Z"),
		taken_by(2, 7, 2, "2026-11-23T11:00:00Z", "2026-11-23T14:00:00Z"),
	};

	(void)state;
	room.busy = busy;
	room.n_busy = 2;
	assert_string_equal(stretches_on(&room, "2026-11-23"),
			    "08:00-09:00=2 09:00-15:00=1 15:00-18:00=2");
	assert_true(room_fits(&room, at("2026-11-23T09:00"), at("2026-11-23T12:00"), 1));
	assert_true(room_fits(&room, at("2026-11-23T12:00"), at("2026-11-23T15:00"), 1));
	assert_false(room_fits(&room, at("2026-11-23T11:00"), at("2026-11-23T13:00"), 1));
}

static void test_whole_and_halves(void **state)
{
	static const int64_t leaves[] = { 8, 9 };
	const struct opening list[] = { hours(ALL_DAYS, 480, 1080) };
	struct room whole = a_room("Europe/Paris", 1, list, 1), north = whole, south = whole;
	struct busy of_north[] = { taken_by(1, 8, 1, "2026-11-23T08:00:00Z",
						  "2026-11-23T10:00:00Z") };
	struct busy of_both[] = {
		of_north[0], taken_by(2, 8, 1, "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"),
		taken_by(2, 9, 1, "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z")
	};

	(void)state;
	whole.leaves = leaves;
	whole.n_leaves = 2;
	whole.busy = of_both;
	whole.n_busy = 3;
	north.id = 8;
	north.leaves = leaves;
	north.busy = of_both;
	north.n_busy = 2;
	south.id = 9;
	south.leaves = leaves + 1;
	south.busy = of_both + 2;
	south.n_busy = 1;
	assert_string_equal(
		stretches_on(&whole, "2026-11-23"),
		"08:00-09:00=1 09:00-11:00=0 11:00-13:00=1 13:00-14:00=0 14:00-18:00=1");
	assert_string_equal(
		stretches_on(&north, "2026-11-23"),
		"08:00-09:00=1 09:00-11:00=0 11:00-13:00=1 13:00-14:00=0 14:00-18:00=1");
	assert_string_equal(stretches_on(&south, "2026-11-23"),
			    "08:00-13:00=1 13:00-14:00=0 14:00-18:00=1");
	assert_false(room_fits(&whole, at("2026-11-23T09:00"), at("2026-11-23T10:00"), 1));
	assert_true(room_fits(&south, at("2026-11-23T09:00"), at("2026-11-23T10:00"), 1));
	assert_true(room_fits(&whole, at("2026-11-23T11:00"), at("2026-11-23T13:00"), 1));
	assert_false(room_fits(&whole, at("2026-11-23T11:00"), at("2026-11-23T13:00"), 2));
}

/* A leaf that somebody gave units in spite of the form: the whole is free only when all of them are. */
static void test_whole_with_a_leaf_of_several(void **state)
{
	static const int64_t leaves[] = { 8, 9 };
	const struct opening list[] = { hours(ALL_DAYS, 480, 1080) };
	struct room whole = a_room("Europe/Paris", 1, list, 1);
	struct busy second[] = { taken_by(1, 9, 2, "2026-11-23T08:00:00Z",
						"2026-11-23T10:00:00Z") };

	(void)state;
	whole.leaves = leaves;
	whole.n_leaves = 2;
	whole.busy = second;
	whole.n_busy = 1;
	assert_false(room_fits(&whole, at("2026-11-23T09:00"), at("2026-11-23T10:00"), 1));
	assert_string_equal(stretches_on(&whole, "2026-11-23"),
			    "08:00-09:00=1 09:00-11:00=0 11:00-18:00=1");
}

static void test_buffers_are_the_new_booking_s(void **state)
{
	const struct opening list[] = { hours(ALL_DAYS, 480, 1080) };
	struct room room = a_room("Europe/Paris", 1, list, 1);
	struct busy busy[] = { taken_by(1, 7, 1, "2026-11-23T09:00:00Z",
					      "2026-11-23T11:00:00Z") };
	struct ct_utc from, to;

	(void)state;
	room.busy = busy;
	room.n_busy = 1;
	assert_true(room_fits(&room, at("2026-11-23T08:00"), at("2026-11-23T10:00"), 1));
	assert_true(room_fits(&room, at("2026-11-23T12:00"), at("2026-11-23T13:00"), 1));
	room.policy.buffer_before = 15;
	room.policy.buffer_after = 30;
	room_occupied(&room, at("2026-11-23T12:00"), at("2026-11-23T13:00"), &from, &to);
	assert_int_equal(from.s, utc("2026-11-23T10:45:00Z").s);
	assert_int_equal(to.s, utc("2026-11-23T12:30:00Z").s);
	assert_false(room_fits(&room, at("2026-11-23T08:00"), at("2026-11-23T10:00"), 1));
	assert_true(room_fits(&room, at("2026-11-23T08:00"), at("2026-11-23T09:30"), 1));
	assert_false(room_fits(&room, at("2026-11-23T12:00"), at("2026-11-23T13:00"), 1));
	assert_true(room_fits(&room, at("2026-11-23T12:15"), at("2026-11-23T13:00"), 1));
	/* opening hours do not matter to a buffer */
	assert_true(room_fits(&room, at("2026-11-23T17:00"), at("2026-11-23T18:00"), 1));
}

/* ---- the two nights ---- */

static void test_spring_night(void **state)
{
	const struct opening always[] = { hours(ALL_DAYS, 0, 1440) };
	const struct opening late[] = { hours(ALL_DAYS, 120, 180) },
			     half[] = { hours(ALL_DAYS, 150, 180) };
	const struct opening over[] = { hours(ALL_DAYS, 90, 210) };
	struct room room = a_room("Europe/Paris", 1, always, 1),
		    gap = a_room("Europe/Paris", 1, late, 1);
	struct room in_gap = a_room("Europe/Paris", 1, half, 1),
		    around = a_room("Europe/Paris", 1, over, 1);
	struct busy busy[] = { taken_by(1, 7, 1, "2026-03-29T00:30:00Z",
					      "2026-03-29T01:30:00Z") };
	struct stretch *s;

	(void)state;
	/* 01:30 to 03:30 on the wall is one hour */
	room.busy = busy;
	room.n_busy = 1;
	assert_string_equal(stretches_on(&room, "2026-03-29"),
			    "00:00-01:30=1 01:30-03:30=0 03:30-00:00=1");
	assert_false(room_fits(&room, at("2026-03-29T03:00"), at("2026-03-29T03:30"), 1));
	assert_true(room_fits(&room, at("2026-03-29T03:30"), at("2026-03-29T04:00"), 1));
	/* an hour that does not exist takes no time and is nobody's */
	assert_false(room_fits(&room, at("2026-03-29T02:00"), at("2026-03-29T03:00"), 1));
	assert_false(room_fits(&room, at("2026-03-29T02:30"), at("2026-03-29T03:00"), 1));
	/* a place open only in that hour is not open, though its neighbours of that night are */
	assert_int_equal(room_stretches(r, &gap, day("2026-03-29"), &s), 0);
	assert_int_equal(room_stretches(r, &in_gap, day("2026-03-29"), &s), 0);
	assert_string_equal(stretches_on(&in_gap, "2026-03-30"), "02:30-03:00=1");
	assert_string_equal(stretches_on(&around, "2026-03-29"), "01:30-03:30=1");
}

static void test_autumn_night(void **state)
{
	const struct opening always[] = { hours(ALL_DAYS, 0, 1440) };
	struct room room = a_room("Europe/Paris", 1, always, 1);
	struct busy busy[] = { taken_by(1, 7, 1, "2026-10-25T01:00:00Z",
					      "2026-10-25T02:00:00Z") };
	struct stretch *s;
	size_t n;

	(void)state;
	/* the second 02:00 to 03:00 is taken: the first is free and comes before it */
	room.busy = busy;
	room.n_busy = 1;
	n = room_stretches(r, &room, day("2026-10-25"), &s);
	assert_int_equal(n, 3);
	assert_int_equal(s[0].start.s, at("2026-10-25T00:00").s);
	assert_int_equal(s[0].end.s, at("2026-10-25T02:00").s);
	assert_int_equal(s[1].end.s, at("2026-10-25T03:00").s);
	assert_int_equal(s[1].free, 0);
	assert_true(room_fits(&room, at("2026-10-25T02:00"), at("2026-10-25T02:59"), 1));
	assert_false(room_fits(&room, at("2026-10-25T02:00"), at("2026-10-25T03:00"), 1));
	assert_true(room_fits(&room, at("2026-10-25T03:00"), at("2026-10-25T04:00"), 1));
	assert_true(room_is_open(&room, at("2026-10-24T22:00"), at("2026-10-26T02:00")));
}

static void test_a_place_without_clock_change(void **state)
{
	const struct opening always[] = { hours(ALL_DAYS, 0, 1440) };
	struct room room = a_room("Indian/Reunion", 1, always, 1);
	struct busy spring[] = { taken_by(1, 7, 1, "2026-03-28T22:00:00Z",
						"2026-03-28T23:00:00Z") };
	struct busy autumn[] = { taken_by(1, 7, 1, "2026-10-24T22:00:00Z",
						"2026-10-24T23:00:00Z") };

	(void)state;
	room.busy = spring;
	room.n_busy = 1;
	assert_string_equal(stretches_on(&room, "2026-03-29"),
			    "00:00-02:00=1 02:00-03:00=0 03:00-00:00=1");
	assert_false(room_fits(&room, at("2026-03-29T02:30"), at("2026-03-29T03:00"), 1));
	room.busy = autumn;
	assert_string_equal(stretches_on(&room, "2026-10-25"),
			    "00:00-02:00=1 02:00-03:00=0 03:00-00:00=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_opening_is_closed),
		cmocka_unit_test(test_spans_join_and_stay_apart),
		cmocka_unit_test(test_closed_takes_away_wherever_it_stands),
		cmocka_unit_test(test_each_weekday_by_its_bit),
		cmocka_unit_test(test_validity_includes_both_days),
		cmocka_unit_test(test_midnights),
		cmocka_unit_test(test_always_open_for_days),
		cmocka_unit_test(test_no_more_spans_than_asked),
		cmocka_unit_test(test_overnight_between_two_openings),
		cmocka_unit_test(test_overnight_leaves_the_midday_break_alone),
		cmocka_unit_test(test_stretches_of_an_empty_day),
		cmocka_unit_test(test_stretches_are_cut_by_what_is_taken),
		cmocka_unit_test(test_a_long_booking_in_pieces_is_one_stretch),
		cmocka_unit_test(test_units_count_down),
		cmocka_unit_test(test_nobody_changes_desks_at_noon),
		cmocka_unit_test(test_whole_and_halves),
		cmocka_unit_test(test_whole_with_a_leaf_of_several),
		cmocka_unit_test(test_buffers_are_the_new_booking_s),
		cmocka_unit_test(test_spring_night),
		cmocka_unit_test(test_autumn_night),
		cmocka_unit_test(test_a_place_without_clock_change),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
