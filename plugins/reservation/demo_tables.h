/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sample network as tables, each ended by a row of zeroes; demo.c stores them. Rows name each other by place
 * (its slug in the core's sample network), label or name, which are therefore unique here.
 */
#ifndef RESERVATION_DEMO_TABLES_H
#define RESERVATION_DEMO_TABLES_H

#include "demo.h"

extern const char *const demo_places[];

/* Minutes; -1: inherits. */
struct demo_policy {
	const char *place, *label, *parent;
	int min_notice, min_duration, max_duration, step, before, after, overnight;
	const char *approval;
	bool of_place;
};

/* Two places of one organisation share its kinds. */
struct demo_kind {
	const char *place, *one, *many, *verb, *unit;
};

/* `whole`: the room that it is a part of. `busy`: as in demo.h. */
struct demo_thing {
	const char *place, *kind, *name, *summary;
	int units, capacity, area;
	bool step_free, members;
	const char *policy, *whole, *access, *code;
	enum demo_use use;
	int busy;
};

/* Minutes of the day; without a room, the place's own hours. */
struct demo_opening {
	const char *place, *room;
	int days, opens, closes;
	bool closed;
};

struct demo_window {
	const char *label;
	int from, to;
};

struct demo_purpose {
	const char *code, *label;
};

/* Euros, 0: no such price. Exactly one of kind and room; without both, the whole place. */
struct demo_tariff {
	const char *place, *kind, *room, *label, *mode, *amounts;
	int half, day, hour, use;
	const char *vat;
};

enum { DEMO_MOST = 96, DEMO_WINDOWS = 3 };	/* rows of a table, at most; rows of demo_windows */

extern const struct demo_policy demo_policies[];
extern const struct demo_kind demo_kinds[];
extern const struct demo_thing demo_rooms[];
extern const struct demo_opening demo_openings[];
extern const struct demo_window demo_windows[];
extern const struct demo_purpose demo_purposes[];
extern const struct demo_tariff demo_tariffs[];

#endif
