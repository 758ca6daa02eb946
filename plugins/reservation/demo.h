/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plugin's part of the sample network (people/demo.h in the core), in two steps: what can be
 * booked, from tables in demo.c, and who has booked it, drawn from a fixed seed in
 * demo_bookings.c. The same day gives the same network, so that tests and pictures of it can be
 * compared.
 *
 * Everything goes through the same functions as a person's booking (store.h), so the sample obeys
 * the rules that it shows: an overlap, a closed hour or a wrong number fails the whole load.
 */
#ifndef RESERVATION_DEMO_H
#define RESERVATION_DEMO_H

#include <comptoir/plugin.h>

/* What it is like to book it: which hours people choose, and what they say that it is for. */
enum demo_use { USE_MEETING, USE_HALL, USE_DESK, USE_WORKSHOP, USE_MACHINE, USE_LOAN };

struct demo_room {
	int64_t id, org;
	enum demo_use use;
	int busy; /* per cent of the half-days that are taken in a good week */
	int units, capacity;
	bool free_price; /* who books says what it is worth to them */
};

/* demo_prices.c: kinds of people, adjustments, extras, reasons, steps of cancelling. Once rules are there. */
int demo_prices(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/*
 * Books `rooms`, at most 96 in ascending order of their keys, from two weeks ago to four weeks
 * ahead, inside the caller's transaction. Some of what is to come is cancelled; where a manager has
 * to approve, some of it waits.
 */
int demo_bookings(struct ct_request *r, const struct demo_room *rooms, size_t n,
		  struct ct_error *e) CT_MUST_USE;

/* Days, closures and rules of some places, inside the same transaction and after the bookings. */
int demo_hours(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

#endif
