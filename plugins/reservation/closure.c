/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closure.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { PIECE = 31 * 86400, LONG_AGO = 400 * 86400 };

struct taken { struct ct_utc start, end; };

/* What a unit of a leaf has in a span, by start. */
struct unit {
	int64_t leaf, unit;
	struct taken *taken;
	size_t n;
};

struct units { struct unit *unit; size_t n; };

static struct unit *unit_of(const struct units *units, int64_t leaf, int64_t unit)
{
	for (size_t i = 0; i < units->n; i++)
		if (units->unit[i].leaf == leaf && units->unit[i].unit == unit)
			return &units->unit[i];
	return NULL;
}

static int load_units(struct ct_request *r, const char *leaves, struct units *units, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "closure_leaves", CT_ARGS(CT_STR(leaves)), &row, e);

	while (!rc && ct_next(row))
		for (int64_t unit = 1; unit <= ct_col_int(row, "units"); unit++) {
			units->unit = talloc_realloc(r, units->unit, struct unit, units->n + 1);
			units->unit[units->n++] = (struct unit){ .leaf = ct_col_int(row, "id"), .unit = unit };
		}
	return rc;
}

static int load_taken(struct ct_request *r, const char *leaves, struct ct_utc from, struct ct_utc to,
		      const struct units *units, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "closure_taken", CT_ARGS(CT_STR(leaves), CT_UTC(from), CT_UTC(to), CT_UTC(from)), &row, e);

	while (!rc && ct_next(row)) {
		struct unit *u = unit_of(units, ct_col_int(row, "resource_id"), ct_col_int(row, "unit_no"));

		if (!u)
			continue;	/* there were more of them once */
		u->taken = talloc_realloc(r, u->taken, struct taken, u->n + 1);
		u->taken[u->n++] = (struct taken){ ct_col_utc(row, "start_utc"), ct_col_utc(row, "end_utc") };
	}
	return rc;
}

static void add_piece(json_t *rows, const struct unit *u, int64_t closure, struct ct_utc from, struct ct_utc to)
{
	for (struct ct_utc at = from; at.s < to.s; at.s += PIECE) {
		struct ct_utc end = { at.s + PIECE < to.s ? at.s + PIECE : to.s };
		char start_text[CT_TIME_TEXT], end_text[CT_TIME_TEXT];

		json_array_append_new(rows, json_pack("{s:I,s:I,s:s,s:s,s:I}", "leaf", (json_int_t)u->leaf,
			"unit", (json_int_t)u->unit, "from", ct_utc_sql(start_text, at), "to", ct_utc_sql(end_text, end),
			"closure", (json_int_t)closure));
	}
}

static int by_start(const void *a, const void *b)
{
	int64_t x = ((const struct taken *)a)->start.s, y = ((const struct taken *)b)->start.s;

	return (x > y) - (x < y);
}

/* Takes what is free of [from, to), which then is no longer. */
static void take_free(struct ct_request *r, json_t *rows, struct unit *u, int64_t closure, struct ct_utc from,
		      struct ct_utc to)
{
	struct ct_utc at = from;

	for (size_t i = 0; i < u->n && at.s < to.s; i++) {
		if (u->taken[i].end.s <= at.s)
			continue;
		if (u->taken[i].start.s > at.s)
			add_piece(rows, u, closure, at, u->taken[i].start.s < to.s ? u->taken[i].start : to);
		at = u->taken[i].end;
	}
	if (at.s < to.s)
		add_piece(rows, u, closure, at, to);
	u->taken = talloc_realloc(r, u->taken, struct taken, u->n + 1);
	u->taken[u->n++] = (struct taken){ from, to };
	qsort(u->taken, u->n, sizeof(*u->taken), by_start);
}

static struct ct_utc later(struct ct_utc a, struct ct_utc b)
{
	return a.s > b.s ? a : b;
}

static struct ct_utc earlier(struct ct_utc a, struct ct_utc b)
{
	return a.s < b.s ? a : b;
}

/* A row of "closures_over" is a closure and a leaf that it closes. */
static int plan(struct ct_request *r, struct ct_result *row, const struct units *units, struct ct_utc from,
		struct ct_utc to, json_t *rows, struct ct_error *e)
{
	while (ct_next(row)) {
		const struct ct_zone *zone;
		struct ct_utc start, end;
		int rc = ct_zone_get(ct_col_text(row, "zone"), &zone, e);

		if (rc)
			return rc;
		start = later(from, ct_zone_utc(zone, ct_col_local(row, "start_local")));
		end = earlier(to, ct_zone_utc(zone, ct_col_local(row, "end_local")));
		for (size_t i = 0; i < units->n && start.s < end.s; i++)
			if (units->unit[i].leaf == ct_col_int(row, "leaf_id"))
				take_free(r, rows, &units->unit[i], ct_col_int(row, "id"), start, end);
	}
	return 0;
}

/* A day to each side covers every zone: local hours are compared with instants here. */
int closures_fill(struct ct_request *r, const char *leaves, struct ct_utc from, struct ct_utc to, int64_t except,
		  struct ct_error *e)
{
	struct ct_utc first = { from.s - 86400 }, last = { to.s + 86400 };
	struct units units = { 0 };
	struct ct_result *row;
	json_t *rows;
	char *text;
	int rc = ct_query(r, "closures_over", CT_ARGS(CT_STR(leaves), CT_NUM(except), CT_UTC(first), CT_UTC(last)),
			  &row, e);

	if (rc || !ct_result_rows(row))
		return rc;
	if ((rc = load_units(r, leaves, &units, e)) || (rc = load_taken(r, leaves, from, to, &units, e)))
		return rc;
	rows = json_array();
	rc = plan(r, row, &units, from, to, rows, e);
	if (!rc && json_array_size(rows)) {
		text = json_dumps(rows, JSON_COMPACT);
		rc = ct_exec(r, "closure_occupy", CT_ARGS(CT_STR(text)), e);
		free(text);
	}
	json_decref(rows);
	return rc;
}

const char *closure_leaves(struct ct_request *r, struct ct_result *row)
{
	int64_t *ids = talloc_array(r, int64_t, ct_result_rows(row) + 1);
	size_t n = 0;

	while (ct_next(row))
		ids[n++] = ct_col_int(row, "leaf_id");
	return json_ids(r, ids, n);
}

int closures_follow(struct ct_request *r, const int64_t *rooms, size_t n, struct ct_utc from, struct ct_utc to,
		    struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "leaves_of_rooms", CT_ARGS(CT_STR(json_ids(r, rooms, n))), &row, e);

	return rc ? rc : closures_fill(r, closure_leaves(r, row), (struct ct_utc){ from.s - 86400 },
				       (struct ct_utc){ to.s + 86400 }, 0, e);
}

int closures_fill_room(struct ct_request *r, int64_t room, struct ct_error *e)
{
	struct ct_result *row;
	int rc = lock_room(r, room, e);

	if (rc || (rc = ct_query(r, "leaves_of_rooms", CT_ARGS(CT_STR(json_ids(r, &room, 1))), &row, e)))
		return rc;
	return closures_fill(r, closure_leaves(r, row), (struct ct_utc){ r->now.s - LONG_AGO },
			     (struct ct_utc){ r->now.s + CLOSURE_DAYS * 86400LL }, 0, e);
}
