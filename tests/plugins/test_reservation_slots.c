/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A day as slots: what may be booked as a whole, what the form offers of it, and the map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <comptoir/plugin.h>

/* Who may do what is the test's business here, not that of a whole request. */
static const char *granted = "";
static bool may(struct ct_request *r, const char *permission, int64_t org);
#define ct_may may

#include "../../plugins/reservation/choice.c"
#define by_start by_start_of_busy
#define label	 label_of_slot
#include "../../plugins/reservation/free.c"
#include "../../plugins/reservation/map.c"
#include "../../plugins/reservation/rules.c"
#include "../../plugins/reservation/slots.c"
#define add_part add_part_of_address
#include "../../plugins/reservation/views.c"

enum { EVERY_DAY = 127, ME = 5, SOMEBODY = 6 };

static struct ct_request *r;
static struct room room;
static struct busy busy[16];
static struct opening opening[2];

static bool may(struct ct_request *request, const char *permission, int64_t org)
{
	(void)request;
	(void)org;
	return strstr(granted, permission) != NULL;
}

static struct ct_local at(const char *clock)
{
	struct ct_local t;
	struct ct_error e;
	char text[32];

	snprintf(text, sizeof(text), "2026-11-26T%s", clock);
	assert_int_equal(ct_local_parse(text, &t, &e), 0);
	return t;
}

static struct ct_day thursday(void)
{
	return ct_day_make(2026, 11, 26);
}

/* A room open from 8 h to 20 h, a week before that Thursday. */
static int set_up(void **state)
{
	static const int64_t itself = 7;
	struct ct_error e;

	(void)state;
	r = talloc_zero(NULL, struct ct_request);
	r->lang = "en";
	r->person = ME;
	opening[0] = (struct opening){ .from = ct_day_make(2000, 1, 1),
				       .to = CT_NO_DAY,
				       .weekdays = EVERY_DAY,
				       .opens = 480,
				       .closes = 1200 };
	room = (struct room){ .id = 7,
			      .name = "Lys",
			      .units = 1,
			      .leaves = &itself,
			      .n_leaves = 1,
			      .openings = opening,
			      .n_openings = 1,
			      .busy = busy,
			      .policy = { .step = 30, .min_duration = 30, .min_notice = 120 } };
	assert_int_equal(ct_zone_get("Europe/Paris", &room.zone, &e), 0);
	r->now = ct_zone_utc(room.zone, ct_day_at(ct_day_make(2026, 11, 19), 600));
	granted = "";
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

static struct busy *taken_by(int64_t person, const char *status, const char *start, const char *end)
{
	struct busy *b = &busy[room.n_busy++];

	*b = (struct busy){ .leaf = 7,
			    .unit = 1,
			    .booking = (int64_t)room.n_busy,
			    .booking_uid = "u",
			    .title = "Chorale",
			    .status = status,
			    .cause = "booking",
			    .person = person };
	b->start_local = at(start);
	b->end_local = at(end);
	room_occupied(&room, b->start_local, b->end_local, &b->start, &b->end);
	return b;
}

static char *hour(struct ct_local t, char buf[8])
{
	struct ct_civil c = ct_local_civil(t);

	snprintf(buf, 8, "%02d:%02d", c.hour % 24, c.minute % 60);
	return buf;
}

/* "08:00-14:00 free, 14:00-16:00 busy …"; a free one that cannot be booked is "left". */
static const char *drawn(const struct slots *slots)
{
	static const char *const names[] = { "free", "busy", "mine", "pending", "closed" };
	char *text = talloc_strdup(r, ""), a[8], b[8];

	for (size_t i = 0; i < slots->n; i++) {
		const struct slot *s = &slots->slot[i];

		text = talloc_asprintf_append(
			text, "%s%s-%s %s", i ? ", " : "", hour(s->start, a), hour(s->end, b),
			s->state == SLOT_FREE && !s->bookable ? "left" : names[s->state]);
	}
	return text;
}

static const char *day_drawn(void)
{
	struct slots slots = room_slots(r, &room, thursday());

	return drawn(&slots);
}

static void test_states(void **state)
{
	(void)state;
	assert_string_equal(day_drawn(), "08:00-20:00 free");
	taken_by(SOMEBODY, "confirmed", "09:00", "10:00");
	taken_by(ME, "confirmed", "10:00", "11:00");
	taken_by(SOMEBODY, "pending", "11:00", "12:00");
	taken_by(0, "hold", "12:00", "13:00");
	*taken_by(0, NULL, "14:00",
		  "15:00") = (struct busy){ .leaf = 7,
					    .unit = 1,
					    .cause = "closure",
					    .start = ct_zone_utc(room.zone, at("14:00")),
					    .end = ct_zone_utc(room.zone, at("15:00")) };
	taken_by(0, "confirmed", "15:00", "17:00")->booked_by = ME;
	taken_by(SOMEBODY, "confirmed", "17:00", "20:00")->booked_by = ME;
	assert_string_equal(
		day_drawn(),
		"08:00-09:00 free, 09:00-10:00 busy, 10:00-11:00 mine, 11:00-12:00 pending, "
		"12:00-13:00 pending, 13:00-14:00 free, 14:00-15:00 closed, 15:00-17:00 mine, 17:00-20:00 busy");
	r->person = 0;
	assert_non_null(strstr(day_drawn(), "10:00-11:00 busy"));
}

static void test_hours_between_openings_are_closed(void **state)
{
	(void)state;
	opening[1] = opening[0];
	opening[1].closed = true;
	opening[1].opens = 720;
	opening[1].closes = 840;
	room.n_openings = 2;
	assert_string_equal(day_drawn(), "08:00-12:00 free, 12:00-14:00 closed, 14:00-20:00 free");
	opening[1].opens = 480;
	opening[1].closes = 1200;
	assert_string_equal(day_drawn(), "");
}

/* With a quarter before and half an hour after, nobody can begin right behind somebody. */
static void test_buffers_narrow_what_is_free(void **state)
{
	(void)state;
	room.policy.buffer_before = 15;
	room.policy.buffer_after = 30;
	taken_by(SOMEBODY, "confirmed", "10:00", "12:00");
	taken_by(SOMEBODY, "confirmed", "13:00", "14:00");
	assert_string_equal(
		day_drawn(),
		"08:00-09:00 free, 09:00-12:45 busy, 12:45-15:00 busy, 15:00-20:00 free");
	for (size_t i = 0; i < room_slots(r, &room, thursday()).n; i++) {
		struct slot s = room_slots(r, &room, thursday()).slot[i];

		assert_true(!s.bookable || room_fits(&room, s.from, s.to, 1));
	}
}

static void test_too_short_to_be_booked(void **state)
{
	(void)state;
	room.policy.min_duration = 120;
	taken_by(SOMEBODY, "confirmed", "09:00", "12:00");
	assert_string_equal(day_drawn(), "08:00-09:00 left, 09:00-12:00 busy, 12:00-20:00 free");
}

static void test_notice_and_horizon(void **state)
{
	(void)state;
	r->now = ct_zone_utc(room.zone, at("10:10"));
	assert_string_equal(day_drawn(), "08:00-12:30 left, 12:30-20:00 free");
	granted = MAY_MANAGE;
	assert_string_equal(day_drawn(), "08:00-10:00 left, 10:00-20:00 free");
	granted = "";
	r->now = ct_zone_utc(room.zone, at("19:00"));
	assert_string_equal(day_drawn(), "08:00-20:00 left");
	r->now = ct_zone_utc(room.zone, ct_day_at(ct_day_make(2026, 11, 19), 600));
	room.policy.max_notice = 3 * 1440;
	assert_string_equal(day_drawn(), "08:00-20:00 left");
	granted = MAY_MANAGE;
	assert_string_equal(day_drawn(), "08:00-20:00 free");
}

/* Of three desks one is enough; but hours that no single desk is free for are not one slot. */
static void test_units(void **state)
{
	struct slots slots;

	(void)state;
	room.units = 3;
	taken_by(SOMEBODY, "confirmed", "09:00", "12:00");
	slots = room_slots(r, &room, thursday());
	assert_string_equal(drawn(&slots), "08:00-20:00 free");
	assert_int_equal(slots.slot[0].units, 2);
	taken_by(SOMEBODY, "confirmed", "09:00", "12:00")->unit = 2;
	taken_by(SOMEBODY, "confirmed", "11:00", "14:00")->unit = 3;
	assert_string_equal(day_drawn(), "08:00-11:00 free, 11:00-12:00 busy, 12:00-20:00 free");
	busy[2].end = busy[1].start;
	busy[2].start = ct_zone_utc(room.zone, at("08:00"));
	assert_string_equal(day_drawn(), "08:00-09:00 free, 09:00-20:00 free");
}

static void test_texts(void **state)
{
	struct slots slots;

	(void)state;
	taken_by(SOMEBODY, "confirmed", "09:00", "12:30");
	slots = room_slots(r, &room, thursday());
	assert_string_equal(slots_text(r, &room, thursday(), &slots), "free 8\xC2\xA0h\xC2\xA0"
								      "30\xC2\xA0min");
	r->now = ct_zone_utc(room.zone, at("19:10"));
	slots = room_slots(r, &room, thursday());
	assert_string_equal(slots_text(r, &room, thursday(), &slots), "too late");
	r->now = ct_zone_utc(room.zone, at("20:00"));
	assert_string_equal(slots_text(r, &room, thursday(), &slots), "past");
	slots.n = 0;
	assert_string_equal(slots_text(r, &room, thursday(), &slots), "closed");
}

static json_t *slot_json(size_t i)
{
	struct slots slots = room_slots(r, &room, thursday());
	json_t *o = ct_own(r, json_object(), (void (*)(void *))json_decref);

	put_slot(r, o, &room, room.name, &slots.slot[i]);
	return o;
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void test_a_slot_says_only_what_the_reader_may_know(void **state)
{
	(void)state;
	taken_by(SOMEBODY, "confirmed", "09:00", "10:00");
	assert_null(text_of(slot_json(1), "title"));
	assert_null(text_of(slot_json(1), "link_ui"));
	granted = MAY_SEE;
	assert_string_equal(text_of(slot_json(1), "title"), "Chorale");
	assert_string_equal(text_of(slot_json(1), "link_ui"), "/bookings/u");
	granted = "";
	busy[0].person = ME;
	assert_string_equal(text_of(slot_json(1), "title"), "Chorale");
	assert_string_equal(text_of(slot_json(1), "state"), "mine");
	assert_string_equal(text_of(slot_json(0), "link_ui"),
			    "/resources/7/book?start=2026-11-26T08%3A00&end=2026-11-26T09%3A00");
	room.members_only = true;
	assert_null(text_of(slot_json(0), "link_ui"));
	granted = MAY_MEMBER;
	assert_non_null(text_of(slot_json(0), "link_ui"));
}

static void test_a_link_is_no_longer_than_allowed(void **state)
{
	(void)state;
	room.policy.max_duration = 240;
	assert_string_equal(text_of(slot_json(0), "link_ui"),
			    "/resources/7/book?start=2026-11-26T08%3A00&end=2026-11-26T12%3A00");
}

static struct choice choose_for(struct ct_local start, struct ct_local end)
{
	return choice_make(r, &room, thursday(), start, end);
}

static void assert_chosen(struct choice c, const char *start, const char *end)
{
	assert_int_equal(c.start.s, at(start).s);
	assert_int_equal(c.end.s, at(end).s);
}

static void test_choice(void **state)
{
	struct choice c;

	(void)state;
	taken_by(SOMEBODY, "confirmed", "10:00", "14:00");
	c = choose_for(CT_NO_LOCAL, CT_NO_LOCAL);
	assert_int_equal(c.n_offers, 4 + 12);
	assert_chosen(c, "08:00", "09:00");
	assert_int_equal(c.offers[3].until.s, at("10:00").s);
	assert_int_equal(c.offers[4].start.s, at("14:00").s);
	assert_chosen(choose_for(at("15:00"), at("17:00")), "15:00", "17:00");
	assert_chosen(choose_for(at("15:00"), CT_NO_LOCAL), "15:00", "16:00");
	assert_chosen(choose_for(at("09:30"), at("11:00")), "09:30", "10:00");
	assert_chosen(choose_for(at("11:00"), at("16:00")), "14:00", "16:00");
	assert_chosen(choose_for(at("19:45"), at("21:00")), "19:30", "20:00");
	room.policy.max_duration = 60;
	assert_int_equal(choose_for(CT_NO_LOCAL, CT_NO_LOCAL).offers[4].until.s, at("15:00").s);
	assert_chosen(choose_for(at("15:00"), at("17:00")), "15:00", "16:00");
	room.members_only = true;
	assert_int_equal(choose_for(CT_NO_LOCAL, CT_NO_LOCAL).n_offers, 0);
}

static void test_choice_over_midnight(void **state)
{
	struct ct_local end = ct_day_at(ct_day_add(thursday(), 1), 9 * 60);
	struct choice c;

	(void)state;
	assert_int_equal(choose_for(at("19:00"), end).end.s, at("20:00").s);
	room.policy.overnight = true;
	c = choose_for(at("19:00"), end);
	assert_int_equal(c.start.s, at("19:00").s);
	assert_int_equal(c.end.s, end.s);
}

static void test_half_days(void **state)
{
	struct ct_local from, to;
	struct choice c;

	(void)state;
	taken_by(SOMEBODY, "confirmed", "08:00", "09:30");
	taken_by(SOMEBODY, "confirmed", "15:00", "17:00");
	c = choose_for(CT_NO_LOCAL, CT_NO_LOCAL);
	assert_true(choice_within(&c, at("09:00"), at("13:00"), &from, &to));
	assert_int_equal(from.s, at("09:30").s);
	assert_int_equal(to.s, at("13:00").s);
	assert_false(choice_within(&c, at("14:00"), at("18:00"), &from, &to));
	room.policy.max_duration = 60;
	assert_false(choice_within(&c, at("09:00"), at("13:00"), &from, &to));
}

static void test_options(void **state)
{
	struct choice c;
	json_t *view = ct_own(r, json_object(), (void (*)(void *))json_decref), *last;

	(void)state;
	opening[0].closes = 1440;
	c = choose_for(at("22:00"), CT_NO_LOCAL);
	put_choice(r, view, &c);
	last = json_object_get(view, "ends_ui");
	last = json_array_get(last, json_array_size(last) - 1);
	assert_string_equal(text_of(last, "value"), "2026-11-27T00:00");
	assert_string_equal(text_of(last, "label"), "24:00");
	assert_int_equal(json_array_size(json_object_get(view, "starts_ui")), 32);
	assert_int_equal(json_array_size(json_object_get(view, "ends_ui")), 32);
}

static json_t *map_of(const struct place *places, size_t n)
{
	r->view = ct_own(r, json_object(), (void (*)(void *))json_decref);
	put_map(r, places, n);
	return json_object_get(r->view, "map_ui");
}

static int64_t of_point(json_t *map, size_t i, const char *key)
{
	return json_integer_value(
		json_object_get(json_array_get(json_object_get(map, "points"), i), key));
}

static void test_map(void **state)
{
	struct place places[] = {
		{ .slug = "a", .name = "A", .located = true, .lat = 50624000, .lon = 3068000 },
		{ .slug = "b", .name = "B", .located = true, .lat = 50692000, .lon = 3181000 },
		{ .slug = "c", .name = "C", .located = true, .lat = 50624100, .lon = 3068100 },
		{ .slug = "d", .name = "D" },
		{ .slug = "e", .name = "E", .located = true, .lat = -20880000, .lon = 55450000 },
	};
	json_t *map = map_of(places, 5);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(map, "points")), 3);
	assert_true(of_point(map, 0, "x") < of_point(map, 1, "x"));
	assert_true(of_point(map, 0, "y") > of_point(map, 1, "y"));
	assert_true(llabs(of_point(map, 0, "x") - of_point(map, 2, "x")) >= APART);
	for (size_t i = 0; i < 3; i++) {
		assert_in_range(of_point(map, i, "x"), MARGIN / 2, WIDTH - MARGIN / 2);
		assert_in_range(of_point(map, i, "y"), MARGIN / 2, HEIGHT - MARGIN / 2);
	}
	assert_true(json_is_null(map_of(places + 3, 2)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_states, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hours_between_openings_are_closed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_buffers_narrow_what_is_free, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_too_short_to_be_booked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notice_and_horizon, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_units, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_slot_says_only_what_the_reader_may_know,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_link_is_no_longer_than_allowed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_choice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_choice_over_midnight, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_half_days, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_options, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_map, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
