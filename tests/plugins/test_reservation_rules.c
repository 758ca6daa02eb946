/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each rule of a policy: at its border, past it with the figures that it goes by, and who may pass over it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "../../plugins/reservation/rules.c"

static struct ct_request *r;
static struct room room;
static struct opening hours;

static struct ct_local at(const char *text)
{
	struct ct_local t;
	struct ct_error e;

	assert_int_equal(ct_local_parse(text, &t, &e), 0);
	return t;
}

/* Monday 23 November 2026, 9 o'clock in Paris; open from 8 to 20, quarters of an hour. */
static int set_up(void **state)
{
	struct ct_error e;

	(void)state;
	r = talloc_zero(NULL, struct ct_request);
	r->lang = "en";
	hours = (struct opening){
		.from = { 0 }, .to = CT_NO_DAY, .weekdays = 127, .opens = 480, .closes = 1200
	};
	room = (struct room){ .id = 1, .name = "Atelier", .openings = &hours, .n_openings = 1 };
	room.policy = (struct policy){ .min_notice = 120,
				       .max_notice = 30 * 1440,
				       .min_duration = 30,
				       .max_duration = 240,
				       .step = 15 };
	if (ct_zone_get("Europe/Paris", &room.zone, &e))
		return -1;
	r->now = ct_zone_utc(room.zone, at("2026-11-23T09:00"));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(r);
	return 0;
}

static void allows(const char *start, const char *end, bool manager)
{
	struct ct_error e;

	if (room_allows(r, &room, at(start), at(end), manager, &e))
		fail_msg("%s to %s%s: %s", start, end, manager ? " by a manager" : "", e.text);
}

/* A figure and its unit are kept on one line. */
static void with_plain_spaces(char *text)
{
	for (char *gap; (gap = strstr(text, "\xC2\xA0"));) {
		*gap = ' ';
		memmove(gap + 1, gap + 2, strlen(gap + 2) + 1);
	}
}

/* Refused at `field` with a sentence that holds each of the texts. */
static void refuses(const char *start, const char *end, bool manager, const char *field,
		    const char *says, const char *and)
{
	struct ct_error e = { 0 };
	int rc = room_allows(r, &room, at(start), at(end), manager, &e);

	with_plain_spaces(e.text);
	if (rc != CT_INVALID || strcmp(e.field, field) != 0 || !strstr(e.text, says) ||
	    (and&&!strstr(e.text, and)))
		fail_msg("%s to %s: %d at %s: %s", start, end, rc, e.field, e.text);
}

static void test_allowed(void **state)
{
	(void)state;
	allows("2026-11-23T14:00", "2026-11-23T18:00", false);
	allows("2026-11-24T08:00", "2026-11-24T08:30", false);
	allows("2026-11-24T19:30", "2026-11-24T20:00", false);
}

static void test_end_after_start(void **state)
{
	(void)state;
	refuses("2026-11-24T10:00", "2026-11-24T10:00", false, "end", "after the start", NULL);
	refuses("2026-11-24T10:00", "2026-11-24T09:00", true, "end", "after the start", NULL);
}

/* 02:00 to 03:00 does not exist that night, and 02:30 comes after 03:00. */
static void test_no_time_in_spring_night(void **state)
{
	(void)state;
	hours.opens = 0;
	room.policy.max_notice = 0;
	refuses("2027-03-28T02:00", "2027-03-28T03:00", false, "end", "after the start", NULL);
	refuses("2027-03-28T02:30", "2027-03-28T03:00", true, "end", "after the start", NULL);
	allows("2027-03-28T01:00", "2027-03-28T04:00", false);
	allows("2027-10-31T02:00", "2027-10-31T03:00", false);
}

static void test_past(void **state)
{
	(void)state;
	room.policy.min_notice = 0;
	allows("2026-11-23T09:00", "2026-11-23T10:00", false);
	refuses("2026-11-23T08:45", "2026-11-23T10:00", false, "start", "already begun", NULL);
	allows("2026-11-23T08:45", "2026-11-23T10:00",
	       true); /* who fills in yesterday's register */
}

static void test_notice(void **state)
{
	(void)state;
	allows("2026-11-23T11:00", "2026-11-23T12:00", false);
	refuses("2026-11-23T10:45", "2026-11-23T12:00", false, "start", "at least 2 h ahead", NULL);
	allows("2026-11-23T10:45", "2026-11-23T12:00", true);
	allows("2026-12-23T09:00", "2026-12-23T10:00", false);
	refuses("2026-12-23T09:15", "2026-12-23T10:15", false, "start", "at most 30 days ahead",
		NULL);
	allows("2026-12-23T09:15", "2026-12-23T10:15", true);
	room.policy.max_notice = 0;
	allows("2030-12-23T09:15", "2030-12-23T10:15", false);
	r->lang = "fr";
	refuses("2026-11-23T10:45", "2026-11-23T12:00", false, "start", "2 h", NULL);
}

/* Notice is time that passes: over the autumn night there is an hour more of it. */
static void test_notice_over_a_clock_change(void **state)
{
	(void)state;
	hours.opens = 0;
	r->now = ct_zone_utc(room.zone, at("2026-10-25T01:00"));
	allows("2026-10-25T03:00", "2026-10-25T04:00", false);
	room.policy.min_notice = 180;
	allows("2026-10-25T03:00", "2026-10-25T04:00", false);
	room.policy.min_notice = 181;
	refuses("2026-10-25T03:00", "2026-10-25T04:00", false, "start", "3 h", "ahead");
}

static void test_length(void **state)
{
	(void)state;
	allows("2026-11-24T10:00", "2026-11-24T10:30", false);
	refuses("2026-11-24T10:00", "2026-11-24T10:15", false, "end", "At least 30", "ask for 15");
	allows("2026-11-24T10:00", "2026-11-24T10:15", true);
	refuses("2026-11-24T10:00", "2026-11-24T15:00", false, "end", "At most 4 h", "ask for 5 h");
	allows("2026-11-24T10:00", "2026-11-24T15:00", true);
	room.policy.max_duration = 0;
	allows("2026-11-24T08:00", "2026-11-24T20:00", false);
}

static void test_a_year_gapmost(void **state)
{
	(void)state;
	room.policy.max_duration = room.policy.max_notice = 0;
	hours.opens = 0;
	hours.closes = 1440;
	allows("2026-11-24T00:00", "2027-11-25T00:00", false);
	refuses("2026-11-24T00:00", "2027-11-25T00:15", true, "end", "one year", NULL);
}

static void test_step(void **state)
{
	(void)state;
	refuses("2026-11-24T10:05", "2026-11-24T11:00", false, "start", "steps of 15", NULL);
	refuses("2026-11-24T10:00", "2026-11-24T11:05", false, "end", "steps of 15", NULL);
	refuses("2026-11-24T10:00", "2026-11-24T11:05", true, "end", "steps of 15", NULL);
	refuses("2026-11-24T10:00:30", "2026-11-24T11:00", true, "start", "steps of 15", NULL);
	room.policy.step = 1;
	allows("2026-11-24T10:05", "2026-11-24T11:01", false);
	refuses("2026-11-24T10:05", "2026-11-24T11:01:01", false, "end", "steps of 1", NULL);
	room.policy.step = 60;
	refuses("2026-11-24T10:30", "2026-11-24T11:30", false, "start", "steps of 1 h", NULL);
	room.policy.step = 1440;
	room.policy.max_duration = 0;
	hours.opens = 0;
	hours.closes = 1440;
	allows("2026-11-24T00:00", "2026-11-26T00:00", false);
	refuses("2026-11-24T12:00", "2026-11-26T12:00", true, "start", "steps of 24 h", NULL);
}

static void test_opening_hours_bind_everybody(void **state)
{
	(void)state;
	refuses("2026-11-24T07:45", "2026-11-24T09:00", false, "start", "Atelier is closed", NULL);
	refuses("2026-11-24T19:00", "2026-11-24T20:15", false, "start", "Atelier is closed", NULL);
	refuses("2026-11-24T19:00", "2026-11-24T20:15", true, "start", "Atelier is closed", NULL);
	refuses("2026-11-24T18:00", "2026-11-25T10:00", true, "start", "Atelier is closed", NULL);
	room.policy.overnight = true;
	allows("2026-11-24T18:00", "2026-11-25T10:00", true);
	refuses("2026-11-24T18:00", "2026-11-25T10:00", false, "end", "At most 4 h",
		"ask for 16 h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_allowed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_end_after_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_time_in_spring_night, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_past, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notice_over_a_clock_change, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_length, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_year_gapmost, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_step, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_opening_hours_bind_everybody, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
