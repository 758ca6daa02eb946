/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of slots as tracks (a list each: phones, the list view) and as tables. */
#include <string.h>
#include <talloc.h>

#include "views.h"

enum { ROW_SECONDS = 1800, ROW_PARTS = 6 };

static void put_neighbour(struct ct_request *r, json_t *o, const char *key, const struct column *c)
{
	json_t *to;

	if (!c) {
		ct_put_null(o, key);
		return;
	}
	to = ct_put_object(o, key);
	ct_put_text(to, "jump", talloc_asprintf(r, "#%s", c->anchor));
	ct_put_text(to, "label", c->name);
}

static void put_track(struct ct_request *r, json_t *o, const struct column *c, size_t i, size_t n)
{
	json_t *stretches;

	ct_put_text(o, "id", c->id);
	ct_put_text(o, "name", c->name);
	ct_put_text(o, "link_ui", c->link);
	ct_put_text(o, "anchor_ui", c->anchor);
	ct_put_text(o, "jump_ui", talloc_asprintf(r, "#%s", c->anchor));
	ct_put_text(o, "sub_ui", c->track_sub);
	ct_put_text(o, "free_ui", c->free);
	if (c->track_short)
		ct_put_text(o, "short_ui", c->track_short);
	ct_put_text(o, "position_ui", talloc_asprintf(r, _("%zu of %zu"), i + 1, n));
	put_neighbour(r, o, "prev_ui", i ? c - 1 : NULL);
	put_neighbour(r, o, "next_ui", i + 1 < n ? c + 1 : NULL);
	stretches = ct_put_array(o, "stretches");
	for (size_t k = 0; k < c->slots.n; k++)
		put_slot(r, ct_add_object(stretches), c->room, c->spoken, &c->slots.slot[k]);
}

void put_tracks(struct ct_request *r, json_t *view, const char *key, struct column *columns,
		size_t n)
{
	json_t *list = ct_put_array(view, key);

	for (size_t i = 0; i < n; i++) {
		columns[i].track = ct_add_object(list);
		put_track(r, columns[i].track, &columns[i], i, n);
	}
}

/* Rows are half-hours, from the first opening of any column to the last closing. */
struct rows {
	int64_t first, last;
	json_t *list;
}; /* seconds of the day */

static int64_t of_day(const struct column *c, struct ct_local at)
{
	return at.s - ct_day_local(c->day).s;
}

static struct rows bounds(const struct column *columns, size_t n)
{
	struct rows rows = { INT64_MAX, INT64_MIN, NULL };

	for (size_t i = 0; i < n; i++) {
		const struct slots *slots = &columns[i].slots;
		int64_t first, last;

		if (!slots->n)
			continue;
		first = of_day(&columns[i], slots->slot[0].start) / ROW_SECONDS * ROW_SECONDS;
		last = (of_day(&columns[i], slots->slot[slots->n - 1].end) + ROW_SECONDS - 1) /
		       ROW_SECONDS * ROW_SECONDS;
		rows.first = first < rows.first ? first : rows.first;
		rows.last = last > rows.last ? last : rows.last;
	}
	return rows;
}

static void put_rows(struct ct_request *r, struct rows *rows, struct ct_day day,
		     struct ct_local now)
{
	int64_t at_now = ct_local_set(now) ? now.s - ct_day_local(day).s : -1;
	char buf[CT_TIME_UI];

	for (int64_t at = rows->first; at < rows->last; at += ROW_SECONDS) {
		bool is_now = at <= at_now && at_now < at + ROW_SECONDS;
		json_t *row = ct_add_object(rows->list);

		ct_put_text(row, "label", ct_clock_ui(buf, (int)(at / 60), r->lang));
		ct_put_bool(row, "is_hour", at % 3600 == 0);
		ct_put_bool(row, "is_now", is_now);
		if (is_now)
			ct_put_int(row, "now", (at_now - at) * ROW_PARTS / ROW_SECONDS);
		else
			ct_put_null(row, "now");
		ct_put_array(row, "cells");
	}
}

/* Each slot's first row, at[n] behind the last; every slot gets a row as long as there are enough. */
static void place_slots(const struct column *c, const struct rows *rows, const struct slots *slots,
			int64_t *at)
{
	int64_t last = (rows->last - rows->first) / ROW_SECONDS;

	for (size_t i = 0; i < slots->n; i++) {
		at[i] = (of_day(c, slots->slot[i].start) - rows->first + ROW_SECONDS / 2) /
			ROW_SECONDS;
		if (i && at[i] <= at[i - 1])
			at[i] = at[i - 1] + 1;
	}
	at[0] = 0;
	at[slots->n] = last;
	for (size_t i = slots->n; i-- > 1;)
		if (at[i] >= at[i + 1])
			at[i] = at[i + 1] > 0 ? at[i + 1] - 1 : 0;
}

/* With closed hours at both ends, so that each column of the table is full. */
static struct slots padded(struct ct_request *r, const struct column *c, const struct rows *rows,
			   size_t *first_r)
{
	struct ct_local open = { ct_day_local(c->day).s + rows->first };
	struct ct_local close = { ct_day_local(c->day).s + rows->last };
	struct slots out = { talloc_array(r, struct slot, c->slots.n + 2), 0 };
	const struct slots *in = &c->slots;
	const char *holiday;

	if (!in->n || in->slot[0].start.s > open.s)
		out.slot[out.n++] = (struct slot){
			.state = SLOT_CLOSED,
			.start = open,
			.end = in->n ? in->slot[0].start : close,
		};
	*first_r = out.n;
	if (in->n)
		memcpy(out.slot + out.n, in->slot, in->n * sizeof(*in->slot));
	out.n += in->n;
	if (!in->n && (holiday = room_holiday(c->room, c->day)))
		out.slot[0].why = talloc_asprintf(r, _("Closed: %s"), holiday);
	if (in->n && in->slot[in->n - 1].end.s < close.s)
		out.slot[out.n++] = (struct slot){
			.state = SLOT_CLOSED,
			.start = in->slot[in->n - 1].end,
			.end = close,
		};
	return out;
}

static void put_cells(struct ct_request *r, const struct rows *rows, const struct column *c)
{
	json_t *stretches = json_object_get(c->track, "stretches");
	size_t first;
	struct slots slots = padded(r, c, rows, &first);
	int64_t *at = talloc_array(r, int64_t, slots.n + 1);

	place_slots(c, rows, &slots, at);
	for (size_t i = 0; i < slots.n; i++) {
		json_t *cell, *known = i >= first ? json_array_get(stretches, i - first) : NULL;

		if (at[i + 1] <= at[i])
			continue;
		cell = known ? json_copy(known) : json_object();
		if (!known)
			put_slot(r, cell, c->room, c->spoken, &slots.slot[i]);
		ct_put_int(cell, "span_ui", at[i + 1] - at[i]);
		ct_put_text(cell, "column", c->id);
		ct_add_json(json_object_get(json_array_get(rows->list, (size_t)at[i]), "cells"),
			    cell);
	}
}

void put_grid(struct ct_request *r, json_t *grids, const char *caption,
	      const struct column *columns, size_t n, struct ct_local now)
{
	struct rows rows = bounds(columns, n);
	json_t *grid, *list;

	if (rows.last <= rows.first)
		return;
	grid = ct_add_object(grids);
	ct_put_text(grid, "caption", caption);
	list = ct_put_array(grid, "columns");
	for (size_t i = 0; i < n; i++) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "id", columns[i].id);
		ct_put_text(o, "label", columns[i].label);
		ct_put_text(o, "sub", columns[i].sub);
		ct_put_text(o, "link", columns[i].link);
		ct_put_bool(o, "current", columns[i].current);
	}
	rows.list = ct_put_array(grid, "rows");
	put_rows(r, &rows, columns[0].day, now);
	for (size_t i = 0; i < n; i++)
		put_cells(r, &rows, &columns[i]);
}
