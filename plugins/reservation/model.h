/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the pages and the write protocol both need to know of resources: who they are, their rules, when
 * they are open and when they are taken. Loaded for a set of resources at once, in a fixed number of
 * queries however many there are: rooms_load, then openings_load and busy_load for the days in question.
 *
 * All of it is allocated on the request.
 */
#ifndef RESERVATION_MODEL_H
#define RESERVATION_MODEL_H

#include <comptoir/plugin.h>

#include "days.h"

enum approval { APPROVAL_NONE, APPROVAL_ALWAYS, APPROVAL_RULE };

/* Rules after inheritance (resource > kind > place, each with its parents). Minutes. */
struct policy {
	int64_t min_notice, max_notice;
	int64_t min_duration, max_duration;	/* max 0: none */
	int64_t step;
	int64_t buffer_before, buffer_after;
	int64_t hold_minutes;
	bool overnight;
	enum approval approval;
};

/* Hours of a resource's own, or of its place where it has none. */
struct opening {
	struct ct_day from, to;		/* validity; `to` may be CT_NO_DAY */
	int64_t weekdays;		/* Monday is bit 0 */
	bool others;			/* for an audience that is not among those asked for: in force on no day */
	int opens, closes;		/* minutes of the day */
	bool closed;
	int64_t priority;		/* the higher has the last word; of equals the closed ones */
	const struct days *only_in, *not_in;	/* NULL: on any day */
	bool own;			/* of the resource `of`, not of the place `of` */
	int64_t of;
};

/* A unit of a leaf that is taken; its buffers are in it. */
struct busy {
	int64_t leaf, unit;
	struct ct_utc start, end;
	int64_t booking, closure;	/* 0: none */
	const char *booking_uid, *title, *status, *cause;
	const char *reason;		/* of a closure, for everybody; else NULL */
	int64_t person, booked_by;
	struct ct_local start_local, end_local;	/* of the booking, without buffers */
};

struct room {
	int64_t id, org, place, kind;
	int64_t issuer;			/* organisation: who charges for it */
	const char *uid, *name, *summary;
	const char *kind_one, *kind_many, *verb, *unit_word, *icon;
	const char *place_slug, *place_name, *zone_name, *place_phone;
	const struct ct_zone *zone;
	int64_t units, capacity, sync_version, area_m2;
	bool step_free, members_only;
	int64_t policy_of[3];		/* keys: its own, its kind's, its place's; 0: none */
	struct policy policy;
	const int64_t *chain;		/* keys of the rules that made it, the narrowest first */
	size_t n_chain;
	const int64_t *leaves;		/* itself, where it is no divisible one */
	size_t n_leaves;
	const struct opening *openings;
	size_t n_openings;
	struct busy *busy;		/* of its leaves, by start */
	size_t n_busy;
};

struct demands;

struct rooms {
	struct room *room;
	size_t n;
	struct demands *demands;	/* demand.h; NULL until they are loaded */
	int64_t person;			/* whose rules and hours they have: rooms_for; 0: the reader's */
};

/* "[1,2]", on r: a set of keys as one parameter of a query. */
/* Locks the leaves that a room is made of, in their one order. Inside of a transaction. */
int lock_room(struct ct_request *r, int64_t room, struct ct_error *e) CT_MUST_USE;

const char *json_ids(struct ct_request *r, const int64_t *ids, size_t n);

/* The active resources of a place, in the order of its columns. */
int rooms_of_place(struct ct_request *r, int64_t place, struct rooms *rooms_r, struct ct_error *e) CT_MUST_USE;

/* Those of an organisation, place by place; `place` 0: of all its places. */
int rooms_of_org(struct ct_request *r, int64_t org, int64_t place, struct rooms *rooms_r,
		 struct ct_error *e) CT_MUST_USE;

/* Those with these keys, by key; an archived or inactive one is left out. */
int rooms_by_ids(struct ct_request *r, const int64_t *ids, size_t n, struct rooms *rooms_r,
		 struct ct_error *e) CT_MUST_USE;

/*
 * Those of all open places that hold `people` (0: any number) and in whose names, kinds, places and
 * towns each of the words `like[0..2]` occurs (patterns of LIKE; "%" is any), place by place.
 */
int rooms_search(struct ct_request *r, int64_t people, const char *const like[3], struct rooms *rooms_r,
		 struct ct_error *e) CT_MUST_USE;

/* The same for one: CT_MISSING where there is none. */
int room_get(struct ct_request *r, int64_t id, struct rooms *rooms_r, struct ct_error *e) CT_MUST_USE;

/*
 * From here on they have the rules of `person` rather than the reader's, and openings_load gives them her hours: for
 * who books for somebody. Nothing where that is 0. One query, and one where rules are for an audience.
 */
int rooms_for(struct ct_request *r, struct rooms *, int64_t person, struct ct_error *e) CT_MUST_USE;

/*
 * The openings of a query's rows, from the one that `row` stands on; those for an audience are on no
 * day where `person` does not belong to it; where that is 0, the reader, who also may manage bookings. A query for
 * the audiences where there is such a row.
 */
int openings_take(struct ct_request *r, struct ct_result *row, struct ct_day from, int64_t person,
		  struct opening **list_r, size_t *n_r, struct ct_error *e) CT_MUST_USE;

/* Openings valid on any day from `from` to `to`. */
int openings_load(struct ct_request *r, struct rooms *, struct ct_day from, struct ct_day to,
		  struct ct_error *e) CT_MUST_USE;

/*
 * What is taken between two instants. Holds that have run out are left out: they no longer hold, whether
 * or not anybody has cleaned them up.
 */
int busy_load(struct ct_request *r, struct rooms *, struct ct_utc from, struct ct_utc to,
	      struct ct_error *e) CT_MUST_USE;

/* Leaves out what booking `id` takes itself; 0: nothing. */
void busy_without(struct rooms *, int64_t id);

/* ---- hours and free time ---- */

struct span { struct ct_local start, end; };

/*
 * When `room` is open on `day`, joined and by start; at most `max` spans (24 are enough for any day).
 * An opening marked closed takes its hours away.
 */
size_t room_open(const struct room *, struct ct_day day, struct span *spans_r, size_t max);

/* The holiday, or other set of days, that closes `room` on `day`, by name; NULL: open, or closed for another reason. */
const char *room_holiday(const struct room *, struct ct_day day);

/* A run of time in which the same number of units is free. */
struct stretch {
	struct ct_local start, end;
	int64_t free;			/* units; of a divisible one 0 or 1 */
	const struct busy *taken;	/* what takes it where free is 0, the first of several; else NULL */
};

/*
 * `room`'s open hours of `day` cut into stretches, by start. busy_load must cover the day. On `r`.
 * Where a booking's own buffers matter, that is room_fits' business.
 */
size_t room_stretches(struct ct_request *r, const struct room *, struct ct_day day, struct stretch **stretches_r);

/* Can `quantity` units be had from `start` to `end` with the room's buffers, as far as busy_load knows? */
bool room_fits(const struct room *, struct ct_local start, struct ct_local end, int64_t quantity);

/* Is [start, end) within opening hours, over midnight too where one opening meets the next or overnight is allowed? */
bool room_is_open(const struct room *, struct ct_local start, struct ct_local end);

/*
 * Does the room's policy allow it at `now`? CT_INVALID with the field and a sentence that says which rule,
 * with its figures; what only a manager may pass over is passed over with `manager`.
 */
int room_allows(const struct ct_request *r, const struct room *, struct ct_local start, struct ct_local end,
		bool manager, struct ct_error *e) CT_MUST_USE;

/* The span with the buffers, in UTC: what a booking occupies. */
void room_occupied(const struct room *, struct ct_local start, struct ct_local end, struct ct_utc *from_r,
		   struct ct_utc *to_r);

/* The one with that key; NULL: it is not among them. */
struct room *rooms_find(const struct rooms *, int64_t id);

#endif
