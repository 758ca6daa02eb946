/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the pages of the plugin share: a place with its hours, a room's day cut into slots, and the
 * verbs that put them into a view as the templates read them (each template says which keys).
 *
 * A slot is what a person sees as one cell: free hours that one booking may take as a whole, or
 * hours that are not free, with the reason that this reader may know. Slots differ from the
 * stretches of model.h in three ways. Free ones begin and end where a booking of this room may,
 * its own buffers and its step included; what that leaves over belongs to its neighbour.
 * Free hours that are over, or too close by the room's notice, are slots of their own, without a
 * link. And the hours between two openings are slots too, closed ones, so that a day has no gaps.
 *
 * Everything is allocated on the request. Texts are in the language of the request.
 */
#ifndef RESERVATION_VIEWS_H
#define RESERVATION_VIEWS_H

#include "model.h"
#include "price.h"

/* Permissions that pages ask for, in the room's organisation. */
#define MAY_SEE    "booking.see"	/* titles and pages of bookings of others */
#define MAY_MANAGE "booking.manage"	/* books without notice, also for others */
#define MAY_MEMBER "booking.member"	/* books what is for members only */
#define MAY_EDIT   "resource.edit"	/* adds rooms */

/* How far ahead pages look for the next opening. */
enum { LOOK_AHEAD_DAYS = 14 };

/* ---- places.c ---- */

/* A stored picture; uid NULL: none. Pixels. */
struct photo {
	const char *uid;
	int64_t width, height;
};

struct place {
	int64_t id, org, rooms;			/* rooms: how many; only of places_load */
	const char *slug, *name, *state, *summary, *about, *town, *address, *phone, *email, *access;
	const char *zone_name;
	const struct ct_zone *zone;
	bool located;				/* lat and lon are known, in 1/1 000 000 degree */
	int64_t lat, lon;
	struct photo photo;
	struct room hours;			/* its openings, as those of a room; no room otherwise */
};

/* The place with this key, its openings from `from` to `to` with it. One query; CT_MISSING. */
int place_get(struct ct_request *r, int64_t id, struct ct_day from, struct ct_day to,
	      struct place *place_r, struct ct_error *e) CT_MUST_USE;

/* All open places by name, with `rooms` but without openings. One query. */
int places_load(struct ct_request *r, struct place **places_r, size_t *n_r,
		struct ct_error *e) CT_MUST_USE;

/*
 * When the place is open on `day`: its own hours, or where it has none what its rooms have
 * together. Joined, by start, at most `max`.
 */
size_t place_open(const struct place *, const struct rooms *, struct ct_day day,
		  struct span *spans_r, size_t max);

/* What closes the place on `day`, or else one of its rooms, as room_holiday; NULL: nothing of that sort. */
const char *place_holiday(const struct place *, const struct rooms *, struct ct_day day);

/* slug, name, town, address, link_ui … into `object`: the part that every page shows. */
void put_place(struct ct_request *r, json_t *object, const struct place *);

/* photo { uid, href, small, width, height, alt_ui } or null, for pages that show it. */
void put_photo(struct ct_request *r, json_t *object, const struct photo *, const char *of);

/* From the columns photo_uid, photo_width, photo_height of a row. */
struct photo photo_of(const struct ct_result *row);

/* The same of the place of a room, as far as the room knows it: slug, name, link_ui. */
void put_place_of(struct ct_request *r, json_t *object, const struct room *);

/* A link to the way there, on a map of others; NULL where nobody knows where it is. */
const char *place_way(struct ct_request *r, const struct place *);

/* "12 rue du Faubourg, 59000 Lille" of the columns building to country of a row, or NULL. */
const char *address_text(struct ct_request *r, const struct ct_result *row);

/* ---- slots.c ---- */

enum slot_state { SLOT_FREE, SLOT_BUSY, SLOT_MINE, SLOT_PENDING, SLOT_CLOSED };

struct slot {
	enum slot_state state;
	struct ct_local start, end;	/* as shown: no gaps between slots */
	bool bookable;			/* free, and by time and rules it may be booked from now on */
	struct ct_local from, to;	/* what a booking may take of it; only where bookable */
	int64_t units;			/* how many units are free all the time */
	const struct busy *taken;	/* what takes it: the reader's own booking before others */
	const char *why;		/* what closes it where nothing takes it: a holiday; may be NULL */
};

struct slots { struct slot *slot; size_t n; };

/* The slots of `room` on `day`, from its first opening to its last closing; none on a closed day. */
struct slots room_slots(struct ct_request *r, const struct room *, struct ct_day day);

/* May the reader book this room at all (it may be for members)? */
bool room_for_me(struct ct_request *r, const struct room *);

/* The shortest booking, in seconds; and the step, in seconds, before or after an hour. */
int64_t room_least(const struct room *);
int64_t step_down(const struct room *, int64_t at);
int64_t step_up(const struct room *, int64_t at);

/* Minutes that can still be booked. */
int64_t slots_free_minutes(const struct slots *);

/* The free slot at this moment, or NULL. */
const struct slot *slots_at(const struct slots *, struct ct_local now);

/*
 * How a day stands for somebody who wants to book: closed, bookable, over, full, free but further
 * ahead than the room's rules allow, or free but too close.
 */
enum day_state { DAY_CLOSED, DAY_BOOKABLE, DAY_PAST, DAY_FULL, DAY_EARLY, DAY_LATE };
enum day_state slots_state(const struct ct_request *r, const struct room *, struct ct_day day,
			   const struct slots *);

/* "free 8 h 30", "full", "closed", "past", "too late", "not yet": what a column says under its name. */
const char *slots_text(struct ct_request *r, const struct room *, struct ct_day day,
		       const struct slots *);

/* As reservation/slot reads it. `name` is what the link's whole text begins with. */
void put_slot(struct ct_request *r, json_t *object, const struct room *, const char *name,
	      const struct slot *);

/* The booking form with the hours of a bookable slot. */
const char *slot_link(struct ct_request *r, const struct room *, const struct slot *);

/* ---- grid.c: the same slots as tracks (one list a column) and as tables ---- */

struct column {
	const struct room *room;
	struct ct_day day;
	const char *id, *name, *link;	/* name: long, of the track; link: of both heads */
	const char *label, *sub;	/* head of the table's column */
	const char *spoken;		/* what a slot's link text begins with */
	const char *anchor;
	const char *track_sub, *track_short;	/* sub_ui; short_ui where it is not NULL */
	bool current;
	struct slots slots;
	const char *free;
	json_t *track;			/* set by put_tracks, borrowed from the view */
};

/* The array `key` of tracks, one a column. */
void put_tracks(struct ct_request *r, json_t *view, const char *key, struct column *, size_t n);

/*
 * Adds one table of these columns (at most eight, all with a track) to `grids`. `now` is the wall
 * time to mark, or CT_NO_LOCAL.
 */
void put_grid(struct ct_request *r, json_t *grids, const char *caption, const struct column *,
	      size_t n, struct ct_local now);

/* Puts date_d, prev_ui, next_ui, today_link_ui, is_list_ui … as reservation/day-nav reads them. */
struct day_nav {
	const char *path;		/* "/places/lys/day" */
	struct ct_day date, today;
	int step;			/* days: 1, or 7 */
	bool list;			/* the list view; keeps it in the links */
	bool only_ahead;		/* no way to days before today */
};
void put_day_nav(struct ct_request *r, json_t *view, const struct day_nav *);

/* ---- day.c ---- */

/*
 * All of reservation/day for rooms that are loaded with the openings and the busy times of `day`:
 * also a part of the page of a place.
 */
void put_day(struct ct_request *r, const struct place *, const struct rooms *, struct ct_day day,
	     bool list);

/* ---- card.c ---- */

/* What reservation/room-card reads, from slots of `day`. `place` may be NULL: on its own page. */
void put_card(struct ct_request *r, json_t *object, const struct room *, const struct tariff *,
	      const struct place *, struct ct_day day, const struct slots *);

/* now_ui and free_now: "free now", "free at 16 h", "full today", "closed: Christmas Day" … */
void put_now(struct ct_request *r, json_t *object, const struct room *, struct ct_day day,
	     const struct slots *);

/* ---- views.c: what together_put put into the view ---- */

/* What is appended to a link to keep it: "&with=…&t=…", or "" where with_ui is null or not there. */
const char *together_tail(const struct ct_request *r);

/* An address of this site that keeps it, and the other rooms of several_put. */
const char *together_url(struct ct_request *r, const char *url);

/* The same as a list of { name, value }, for a form that is sent by GET; a reference of the caller's. */
json_t *together_kept(const struct ct_request *r);

/* ---- views.c: texts ---- */

/* id, name, link_ui of a room, capacity_ui and the like are the page's own. */
void put_room(struct ct_request *r, json_t *object, const struct room *);

/* "12 people", or NULL where the number is not known. */
const char *people_text(struct ct_request *r, int64_t people);

/* The hour of a wall time on `day`: the midnight at its end is 24 h. */
const char *hour_text(struct ct_request *r, struct ct_day day, struct ct_local at);

/* "14 h – 18 h" */
const char *hours_text(struct ct_request *r, struct ct_local start, struct ct_local end);

/* "Open from 8 h to 22 h", "Open 9 h – 12 h, 14 h – 18 h", "Closed", "Closed: Christmas Day"; `holiday` may be NULL */
const char *open_text(struct ct_request *r, const struct span *, size_t n, const char *holiday);

/* "jeudi 26 novembre 2026, 14 h – 18 h" */
const char *when_text(struct ct_request *r, const struct ct_zone *, struct ct_local start,
		      struct ct_local end);

/* "ven. 27" and "vendredi 27 novembre 2026" (the year where it is not `today`'s) */
const char *day_short(struct ct_request *r, struct ct_day day);
const char *day_long(struct ct_request *r, struct ct_day day, struct ct_day today);

/* "+33612345678" as it is read, and as a link; NULL of NULL */
const char *phone_text(struct ct_request *r, const char *phone);
const char *phone_link(struct ct_request *r, const char *phone);

/* "from" and "to" in UTC of whole days in a zone. */
struct ct_utc day_begin(const struct ct_zone *, struct ct_day day);

/* ---- asks.c: what the booking form asks beside the time ---- */

/*
 * Puts fields_ui: how many, how many people, title, purpose and note, as the room needs them, from
 * the fields of POST /bookings, so that the control and the check are of one mind.
 */
int put_what(struct ct_request *r, const struct room *, struct ct_error *e) CT_MUST_USE;

/*
 * Puts the controls of the fields of `table` with these names (ends with NULL) as `key`; `required` names those that
 * this form needs, `help` says more at "attendance", `current` is what stands in them (ct_put_controls).
 */
json_t *put_fields_of(struct ct_request *r, const char *key, const struct ct_field *table, const char *const *names,
		      const char *const *required, const char *help, json_t *current);

/* The control of that name, or NULL. */
json_t *control_named(json_t *controls, const char *name);

/* Fills the choices of the control "purpose", or takes it away where the organisation has none. */
int put_purposes(struct ct_request *r, json_t *controls, int64_t org, struct ct_error *e) CT_MUST_USE;

/* behalf.c: fills the choices of the control "project" of `table`, or takes it away where there is nothing to choose. */
int put_project(struct ct_request *r, json_t *controls, const struct ct_field *table, struct ct_error *e) CT_MUST_USE;

/*
 * behalf.c: "I book for": payers_ui[] { value, label, selected } oneself and whoever one may commit, has_payers_ui
 * (there is somebody beside oneself), behalf_fields_ui[] the controls of another organisation and its order number,
 * can_behalf_ui. Managers name who pays on their own page.
 */
int put_behalf(struct ct_request *r, const struct room *, struct ct_error *e) CT_MUST_USE;

/* Puts person_fields_ui and what goes with it: for visitors, and for who books for others. */
void put_who(struct ct_request *r, const struct room *);

/* ---- map.c ---- */

/* map_ui: the located places as numbered points, by their order here; null for fewer than two. */
void put_map(struct ct_request *r, const struct place *places, size_t n);

/* ---- choice.c: what the booking form offers ---- */

/* A time at which a booking may begin, and the latest end from there. */
struct offer {
	struct ct_local start, until;
	bool exact;			/* only just so: asked for as a whole, such as over midnight */
};

struct wish_item;			/* rates.h */

struct choice {
	const struct room *room;
	struct ct_day day;
	struct slots slots;		/* of the day */
	struct offer *offers;		/* by start */
	size_t n_offers;
	struct ct_local start, end;	/* chosen; none where nothing is offered */
	bool narrowed;			/* by other rooms: then only the offers count, not the slots */
};

/*
 * What can be booked of `room` on `day`, and of it what comes closest to `start` and `end` as they
 * were asked for (each may be none). The openings and the busy times of all those days are loaded.
 */
struct choice choice_make(struct ct_request *r, const struct room *, struct ct_day day,
			  struct ct_local start, struct ct_local end);

/* Leaves what all of `rooms` have free, of which the first is the choice's own, for `items`; start and end as above. */
void choice_narrow(struct ct_request *r, struct choice *, const struct rooms *, const struct wish_item *items,
		   struct ct_local start, struct ct_local end);

/* Is a booking from `start` to `end` among the offers? */
bool choice_offers(const struct choice *, struct ct_local start, struct ct_local end);

/* Puts starts_ui and ends_ui. */
void put_choice(struct ct_request *r, json_t *view, const struct choice *);

/*
 * The longest part of [from, to) that can be booked as a whole, no less than half of it. False where
 * there is none.
 */
bool choice_within(const struct choice *, struct ct_local from, struct ct_local to,
		   struct ct_local *from_r, struct ct_local *to_r);

/* ---- halfday.c: named parts of the day of a choice ---- */

struct halfday {
	const char *label;		/* "matin" */
	struct ct_local start, end;	/* what of it can be booked; all of it where nothing can */
	bool free, current;		/* current: just what the choice chose */
};

/*
 * `row` stands on the first of "book_page"; where there are several by day, the whole day is the last one. One query
 * where some are limited to sets of days (holidays).
 */
int halfdays_of(struct ct_request *r, const struct choice *, struct ct_result *row, struct halfday **list_r,
		size_t *n_r, struct ct_error *e) CT_MUST_USE;

/* { label, hours, link (may be NULL: taken), current } */
void put_halfday(struct ct_request *r, json_t *list, const struct halfday *, const char *link);

/* book.c: why nothing is offered on the day of a choice. */
const char *none_text(struct ct_request *r, const struct choice *);

#endif
