/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "audience.h"
#include "policy.h"

const char *json_ids(struct ct_request *r, const int64_t *ids, size_t n)
{
	char *text = talloc_strdup(r, "[");

	for (size_t i = 0; i < n; i++)
		text = talloc_asprintf_append_buffer(text, "%s%lld", i ? "," : "",
						     (long long)ids[i]);
	return talloc_strdup_append_buffer(text, "]");
}

int lock_room(struct ct_request *r, int64_t room, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "leaves_of_rooms", CT_ARGS(CT_STR(json_ids(r, &room, 1))), &row, e);

	while (!rc && ct_next(row))
		rc = ct_exec(r, "lock_leaf", CT_ARGS(CT_NUM(ct_col_int(row, "leaf_id"))), e);
	return rc;
}

static const char *room_ids(struct ct_request *r, const struct rooms *rooms)
{
	int64_t *ids = talloc_array(r, int64_t, rooms->n);

	for (size_t i = 0; i < rooms->n; i++)
		ids[i] = rooms->room[i].id;
	return json_ids(r, ids, rooms->n);
}

static const char *leaf_ids(struct ct_request *r, const struct rooms *rooms)
{
	int64_t *ids = talloc_array(r, int64_t, 0);
	size_t n = 0;

	for (size_t i = 0; i < rooms->n; i++)
		for (size_t k = 0; k < rooms->room[i].n_leaves; k++) {
			ids = talloc_realloc(r, ids, int64_t, n + 1);
			ids[n++] = rooms->room[i].leaves[k];
		}
	return json_ids(r, ids, n);
}

static int take_room(const struct ct_result *row, struct room *room, struct ct_error *e)
{
	*room = (struct room){
		.id = ct_col_int(row, "id"),
		.org = ct_col_int(row, "org_id"),
		.issuer = ct_col_int(row, "issuer_id"),
		.place = ct_col_int(row, "place_id"),
		.kind = ct_col_int(row, "kind_id"),
		.uid = ct_col_text(row, "uid"),
		.name = ct_col_text(row, "name"),
		.summary = ct_col_text(row, "summary"),
		.kind_one = ct_col_text(row, "label_one"),
		.kind_many = ct_col_text(row, "label_many"),
		.verb = ct_col_text(row, "verb_label"),
		.unit_word = ct_col_text(row, "unit_word"),
		.icon = ct_col_text(row, "icon"),
		.place_slug = ct_col_text(row, "place_slug"),
		.place_name = ct_col_text(row, "place_name"),
		.place_phone = ct_col_text(row, "place_phone"),
		.zone_name = ct_col_text(row, "zone"),
		.units = ct_col_int(row, "units"),
		.capacity = ct_col_int(row, "capacity"),
		.area_m2 = ct_col_int(row, "area_m2"),
		.sync_version = ct_col_int(row, "sync_version"),
		.step_free = ct_col_int(row, "step_free") != 0,
		.members_only = ct_col_int(row, "members_only") != 0,
		.policy_of = { ct_col_int(row, "policy_id"), ct_col_int(row, "kind_policy_id"),
			       ct_col_int(row, "place_policy_id") },
	};
	return ct_zone_get(room->zone_name, &room->zone, e);
}

static struct room *find(const struct rooms *rooms, int64_t id)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->room[i].id == id)
			return &rooms->room[i];
	return NULL;
}

/* Every room is its own leaf until a row says that it is divided. */
static int load_leaves(struct ct_request *r, struct rooms *rooms, const char *ids,
		       struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "parts", CT_ARGS(CT_STR(ids)), &row, e);

	for (size_t i = 0; i < rooms->n; i++)
		rooms->room[i].leaves = talloc_memdup(r, &rooms->room[i].id, sizeof(int64_t));
	while (!rc && ct_next(row)) {
		struct room *room = find(rooms, ct_col_int(row, "whole_id"));
		int64_t *leaves = talloc_array(r, int64_t, room->n_leaves + 1);

		memcpy(leaves, room->leaves, room->n_leaves * sizeof(int64_t));
		leaves[room->n_leaves++] = ct_col_int(row, "leaf_id");
		room->leaves = leaves;
	}
	for (size_t i = 0; i < rooms->n; i++)
		if (!rooms->room[i].n_leaves)
			rooms->room[i].n_leaves = 1;
	return rc;
}

static int load(struct ct_request *r, const char *query, struct ct_args args, struct rooms *rooms_r,
		struct ct_error *e)
{
	struct rooms rooms = { 0 };
	struct ct_result *row;
	const char *ids;
	int rc = ct_query(r, query, args, &row, e);

	if (rc)
		return rc;
	rooms.room = talloc_zero_array(r, struct room, ct_result_rows(row) + 1);
	while (!rc && ct_next(row))
		rc = take_room(row, &rooms.room[rooms.n++], e);
	if (rc)
		return rc;
	ids = room_ids(r, &rooms);
	if ((rc = policies_apply(r, ids, &rooms, e)) || (rc = load_leaves(r, &rooms, ids, e)))
		return rc;
	*rooms_r = rooms;
	return 0;
}

int rooms_of_place(struct ct_request *r, int64_t place, struct rooms *rooms_r, struct ct_error *e)
{
	return load(r, "rooms_of_place", CT_ARGS(CT_NUM(place)), rooms_r, e);
}

int rooms_of_org(struct ct_request *r, int64_t org, int64_t place, struct rooms *rooms_r, struct ct_error *e)
{
	return load(r, "rooms_of_org", CT_ARGS(CT_NUM(org), CT_NUM(place), CT_NUM(place)), rooms_r, e);
}

int rooms_by_ids(struct ct_request *r, const int64_t *ids, size_t n, struct rooms *rooms_r,
		 struct ct_error *e)
{
	return load(r, "rooms_by_ids", CT_ARGS(CT_STR(json_ids(r, ids, n))), rooms_r, e);
}

int rooms_search(struct ct_request *r, int64_t people, const char *const like[3],
		 struct rooms *rooms_r, struct ct_error *e)
{
	return load(r, "rooms_search",
		    CT_ARGS(CT_NUM(people), CT_NUM(people), CT_STR(like[0]), CT_STR(like[1]),
			    CT_STR(like[2])),
		    rooms_r, e);
}

int room_get(struct ct_request *r, int64_t id, struct rooms *rooms_r, struct ct_error *e)
{
	int rc = rooms_by_ids(r, &id, 1, rooms_r, e);

	if (!rc && !rooms_r->n)
		return ct_fail(e, CT_MISSING,
			       _("There is no such room, or it can no longer be booked."));
	return rc;
}

/* The set of days in the columns `column`, COLUMN_computed, COLUMN_days and COLUMN_label, or NULL. */
static const struct days *days_in(struct ct_request *r, const struct ct_result *row, const char *column)
{
	if (ct_col_null(row, column))
		return NULL;
	return days_from_columns(r, ct_col_int(row, column), ct_col_text(row, talloc_asprintf(r, "%s_computed", column)),
		       ct_col_text(row, talloc_asprintf(r, "%s_days", column)),
		       ct_col_text(row, talloc_asprintf(r, "%s_label", column)));
}

static struct opening opening_of(const struct ct_result *row)
{
	return (struct opening){
		.from = ct_col_day(row, "valid_from_d"),
		.to = ct_col_day(row, "valid_to_d"),
		.weekdays = ct_col_int(row, "weekday_mask"),
		.opens = (int)ct_col_int(row, "opens"),
		.closes = (int)ct_col_int(row, "closes"),
		.closed = ct_col_int(row, "closed") != 0,
		.priority = ct_col_int(row, "priority"),
		.own = !strcmp(ct_col_text(row, "scope"), "resource"),
		.of = ct_col_int(row, "scope_id"),
	};
}

int rooms_for(struct ct_request *r, struct rooms *rooms, int64_t person, struct ct_error *e)
{
	rooms->person = person;
	return person ? policies_apply(r, room_ids(r, rooms), rooms, e) : 0;
}

/* Whose audiences were asked for, once. */
struct reader {
	int64_t person;			/* 0: who reads this */
	bool known;
	struct standing standing;
};

static int belongs(struct ct_request *r, struct reader *reader, const struct ct_result *row,
		   struct ct_day day, bool *belongs_r, struct ct_error *e)
{
	int64_t audience = ct_col_int(row, "audience_id"), person = reader->person ? reader->person : r->person;
	int rc = 0;

	*belongs_r = !audience || (!reader->person && ct_may(r, "booking.manage", ct_col_int(row, "org_id")));
	if (*belongs_r || !person)
		return 0;
	if (!reader->known)
		rc = audiences_load(r, person, 0, day, &reader->standing, e);
	reader->known = true;
	*belongs_r = !rc && audience_among(&reader->standing.person, audience);
	return rc;
}

int openings_take(struct ct_request *r, struct ct_result *row, struct ct_day from, int64_t person,
		  struct opening **list_r, size_t *n_r, struct ct_error *e)
{
	size_t rows = ct_result_rows(row), n = 0;
	struct opening *list = talloc_array(r, struct opening, rows + 1);
	struct reader reader = { .person = person };
	bool more = true, mine;
	int rc = 0;

	for (; more && !rc; more = ct_next(row)) {
		rc = belongs(r, &reader, row, from, &mine, e);
		list[n] = opening_of(row);
		list[n].only_in = days_in(r, row, "only_in");
		list[n].not_in = days_in(r, row, "not_in");
		list[n].others = !mine;
		n++;
	}
	if (rc)
		return rc;
	*list_r = list;
	*n_r = n;
	return 0;
}

/* A room with openings of its own has only those; the others have their place's. */
int openings_load(struct ct_request *r, struct rooms *rooms, struct ct_day from, struct ct_day to,
		  struct ct_error *e)
{
	struct opening *all = NULL;
	struct ct_result *row;
	size_t n = 0;
	int rc = ct_query(r, "openings", CT_ARGS(CT_STR(room_ids(r, rooms)), CT_DAY(to), CT_DAY(from)), &row, e);

	if (!rc && ct_next(row))
		rc = openings_take(r, row, from, rooms->person, &all, &n, e);
	for (size_t i = 0; i < rooms->n && !rc; i++) {
		struct room *room = &rooms->room[i];
		struct opening *list = talloc_array(r, struct opening, n + 1);
		bool own = false;

		room->n_openings = 0;
		for (size_t k = 0; k < n; k++)
			own |= all[k].own && all[k].of == room->id;
		for (size_t k = 0; k < n; k++)
			if (all[k].own == own && all[k].of == (own ? room->id : room->place))
				list[room->n_openings++] = all[k];
		room->openings = list;
	}
	return rc;
}

static struct busy take_busy(const struct ct_result *row)
{
	return (struct busy){
		.leaf = ct_col_int(row, "resource_id"),
		.unit = ct_col_int(row, "unit_no"),
		.start = ct_col_utc(row, "start_utc"),
		.end = ct_col_utc(row, "end_utc"),
		.booking = ct_col_int(row, "booking_id"),
		.closure = ct_col_int(row, "closure_id"),
		.reason = ct_col_text(row, "reason"),
		.booking_uid = ct_col_text(row, "booking_uid"),
		.title = ct_col_text(row, "title"),
		.status = ct_col_text(row, "status"),
		.cause = ct_col_text(row, "cause"),
		.person = ct_col_int(row, "person_id"),
		.booked_by = ct_col_int(row, "booked_by"),
		.start_local = ct_col_local(row, "start_local"),
		.end_local = ct_col_local(row, "end_local"),
	};
}

static bool has_leaf(const struct room *room, int64_t leaf)
{
	for (size_t i = 0; i < room->n_leaves; i++)
		if (room->leaves[i] == leaf)
			return true;
	return false;
}

int busy_load(struct ct_request *r, struct rooms *rooms, struct ct_utc from, struct ct_utc to,
	      struct ct_error *e)
{
	struct ct_result *row;
	struct busy *all;
	size_t n = 0;
	int rc = ct_query(r, "busy",
			  CT_ARGS(CT_STR(leaf_ids(r, rooms)), CT_UTC(from), CT_UTC(to),
				  CT_UTC(from), CT_UTC(r->now)),
			  &row, e);

	if (rc)
		return rc;
	all = talloc_array(r, struct busy, ct_result_rows(row) + 1);
	while (ct_next(row))
		all[n++] = take_busy(row);
	for (size_t i = 0; i < rooms->n; i++) {
		struct room *room = &rooms->room[i];
		struct busy *list = talloc_array(r, struct busy, n + 1);

		room->n_busy = 0;
		for (size_t k = 0; k < n; k++)
			if (has_leaf(room, all[k].leaf))
				list[room->n_busy++] = all[k];
		room->busy = list;
	}
	return 0;
}

void busy_without(struct rooms *rooms, int64_t id)
{
	for (size_t i = 0; id && i < rooms->n; i++) {
		struct room *room = &rooms->room[i];
		size_t kept = 0;

		for (size_t k = 0; k < room->n_busy; k++)
			if (room->busy[k].booking != id)
				room->busy[kept++] = room->busy[k];
		room->n_busy = kept;
	}
}

struct room *rooms_find(const struct rooms *rooms, int64_t id)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->room[i].id == id)
			return &rooms->room[i];
	return NULL;
}
