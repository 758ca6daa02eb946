/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A day's work: answering requests, seeing who comes, booking for who calls. What those files offer each other. */
#ifndef RESERVATION_DESK_H
#define RESERVATION_DESK_H

#include "reservation.h"
#include "store.h"
#include "views.h"

#define MAY_ATTEND "booking.attend"	/* says who came */

/* How long a refusal can be taken back before its mail is written. */
enum { REFUSAL_SECONDS = 120 };

/* decide.c: the four reasons, as choices for a template: reasons_ui[] { value, label }. */
void put_reasons(json_t *object);

/* attend.c: can somebody say now that it began, or that nobody came? Minutes count from its start. */
bool attend_is_time(const struct ct_request *r, struct ct_utc start, struct ct_utc end);

/* Puts who came, who is late and what can be said of a row with status, its instants and its numbers of people. */
void put_attendance(struct ct_request *r, json_t *object, const struct ct_result *row, const struct ct_zone *zone);

/*
 * today.c: a row of "bookings_of_day", "requests" and the like as reservation/desk-row reads it; hours alone where
 * all of it is on `day`.
 */
int desk_put(struct ct_request *r, json_t *object, const struct ct_result *row, struct ct_day day,
	     struct ct_error *e) CT_MUST_USE;

/* What a manager has to say before a request of "requests" can be accepted, as a button says it; NULL: nothing. */
const char *ask_first(const struct ct_result *row);

/* The day that a page is about, with the rooms of the organisation (or of one place) and what takes them. */
struct today {
	struct rooms rooms;
	const struct ct_zone *zone;	/* the first room's: decides what day it is */
	struct ct_day day, now_day;
	int64_t place;			/* 0: all */
	size_t late;
};
int today_load(struct ct_request *r, struct today *, struct ct_error *e) CT_MUST_USE;

/* The bookings that take something on the day, as a JSON array of keys; holds are none. */
const char *today_bookings(struct ct_request *r, const struct today *);

/* Day, places, and the ways from here: what the page of the day and the paper for the door begin with. */
void today_put_head(struct ct_request *r, const struct today *);

/* Where a button of a list leads back to: the route's field `back` where that is a local path, else `otherwise`. */
const char *back_to(struct ct_request *r, const char *otherwise);

#endif
