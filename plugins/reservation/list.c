/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /o/{org}/bookings: what a manager looks through, by day; and a row of any such list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "several.h"
#include "store.h"
#include "views.h"

enum { ROWS = 50, MOST_ROWS = 500, WIDEST_ZONE = 14 * 3600, SEARCH_DAYS = 366 };

static const struct ct_choice states[] = { { "pending", N_("Awaiting an answer") },
					   { "confirmed", N_("Confirmed") },
					   { "hold", N_("To be confirmed") },
					   { "option", N_("Option") },
					   { "cancelled", N_("Cancelled") },
					   { "rejected", N_("Refused") },
					   { "expired", N_("Expired") },
					   { "no_show", N_("Nobody came") },
					   { "done", N_("Over") },
					   { 0 } };

const struct ct_field reservation_list_fields[] = {
	{ "q", N_("Name, title, room"), CT_TEXT, .max = 80 },
	{ "from", N_("First day"), CT_DATE },
	{ "to", N_("Last day"), CT_DATE },
	{ "status", N_("State"), CT_CHOICE, .choices = states },
	{ "after", N_("Rows after this cursor"), CT_TEXT, .max = 60 },
	{ "before", N_("Rows before this cursor"), CT_TEXT, .max = 60 },
	{ "limit", N_("Rows at once"), CT_INT, .min = 1, .max = MOST_ROWS },
	{ 0 }
};

const struct ct_field reservation_traces[] = {
	{ "status", N_("State"), CT_CHOICE, .choices = states },
	{ "start_local", N_("From"), CT_DATETIME },
	{ "end_local", N_("To"), CT_DATETIME },
	{ "total_cents", N_("Price"), CT_MONEY },
	{ 0 }
};

const struct ct_view_field reservation_list_view[] = {
	{ "bookings", "array", NULL },
	{ "bookings.uid", "text", NULL },
	{ "bookings.title", "text", NULL },
	{ "bookings.status", "text", NULL },
	{ "bookings.start", "time", NULL },
	{ "bookings.start_local", "text", NULL },
	{ "bookings.end", "time", NULL },
	{ "bookings.end_local", "text", NULL },
	{ "bookings.rooms", "text", NULL },
	{ "bookings.place", "object", NULL },
	{ "bookings.place_name", "text", NULL },
	{ "bookings.person", "text", N_("Who it is for") },
	{ "bookings.attendance", "integer", NULL },
	{ "bookings.total", "money", NULL },
	{ "bookings.group", "text", N_("Names the bookings made together with it, or null") },
	{ "next", "text", N_("Cursor of the next page, or null") },
	{ 0 }
};

/* ---- a row ---- */

static void put_times(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	struct ct_local start = ct_col_local(row, "start_local"),
			end = ct_col_local(row, "end_local");
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get(ct_col_text(row, "zone"), &zone, &e))
		abort(); /* it was read when the booking was made */
	ct_put_time(o, "start", start, zone, r->lang);
	ct_put_time(o, "end", end, zone, r->lang);
	ct_put_text(o, "when_ui", when_text(r, zone, start, end));
	ct_put_text(o, "hours_ui",
		    ct_local_day(start).n == ct_local_day(end).n ? hours_text(r, start, end)
								 : when_text(r, zone, start, end));
}

/* The same a week later, or as many weeks as it takes to be ahead. */
static const char *again_link(struct ct_request *r, const struct ct_result *row)
{
	int64_t length = ct_col_local(row, "end_local").s - ct_col_local(row, "start_local").s;
	int64_t ago = r->now.s - ct_col_utc(row, "start_utc").s, week = 7 * 86400;
	struct ct_local start = ct_local_add(ct_col_local(row, "start_local"),
					     week * (ago < 0 ? 1 : ago / week + 1));

	return several_url(r, ct_col_text(row, "again"), start, ct_local_add(start, length));
}

/* A confirmed one that has been is over, to whoever reads; its status stays what it is. */
static void put_status(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *status = ct_col_text(row, "status");
	bool over = ct_col_utc(row, "end_utc").s <= r->now.s && !strcmp(status, "confirmed");

	booking_put_state(o, over ? "done" : status);
	ct_put_text(o, "status", status);
}

/* What it was made together with: how many they are, and that one button cancels all of it while it is to come. */
static void put_group(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *uid = ct_col_text(row, "group_uid"), *title = ct_col_text(row, "group_title"), *count;
	const char *status = ct_col_text(row, "status");
	long long n = ct_col_int(row, "together");
	json_t *group;

	ct_put_text(o, "group", uid);
	if (!uid) {
		ct_put_null(o, "group_ui");
		return;
	}
	count = talloc_asprintf(r, ngettext_("%lld booking made together", "%lld bookings made together", n), n);
	group = ct_put_object(o, "group_ui");
	ct_put_text(group, "label", title ? talloc_asprintf(r, _("%s: %s"), count, title) : count);
	ct_put_text(group, "link", ct_url(r, "/groups/%s", uid));
	ct_put_bool(group, "alive", ct_col_utc(row, "end_utc").s > r->now.s && strcmp(status, "cancelled") != 0 &&
					    strcmp(status, "rejected") != 0 && strcmp(status, "expired") != 0);
}

void booking_put_row(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	int64_t attendance = ct_col_int(row, "attendance");
	struct price price = price_of_row(r, row);
	json_t *place;

	ct_put_text(o, "uid", ct_col_text(row, "uid"));
	ct_put_text(o, "title", ct_col_text(row, "title"));
	put_status(r, o, row);
	put_times(r, o, row);
	ct_put_text(o, "rooms", ct_col_text(row, "rooms"));
	ct_put_text(o, "rooms_ui", ct_col_text(row, "rooms"));
	place = ct_put_object(o, "place");
	ct_put_text(place, "slug", ct_col_text(row, "slug"));
	ct_put_text(place, "name", ct_col_text(row, "place_name"));
	ct_put_text(place, "link_ui", ct_url(r, "/places/%s", ct_col_text(row, "slug")));
	ct_put_text(o, "place_name", ct_col_text(row, "place_name"));
	ct_put_text(o, "person", ct_col_text(row, "person_name"));
	ct_put_text(o, "person_ui", ct_col_text(row, "person_name"));
	if (attendance)
		ct_put_int(o, "attendance", attendance);
	else
		ct_put_null(o, "attendance");
	ct_put_text(o, "attendance_ui", people_text(r, attendance));
	ct_put_money(o, "total", price.total_cents, price.currency, r->lang);
	ct_put_text(o, "total_ui", price.total_cents ? price_said(r, &price) : NULL);
	ct_put_text(o, "link_ui", ct_url(r, "/bookings/%s", ct_col_text(row, "uid")));
	ct_put_text(o, "again_link_ui", again_link(r, row));
	put_group(r, o, row);
}

/* ---- where a page ends: the start and the key of its last row ---- */

const struct cursor cursor_first = { { 0 }, 0 };	 /* 1970 */
const struct cursor cursor_last = { { 7258118400 }, 0 }; /* 2200 */

struct cursor booking_cursor(const char *text, struct cursor none)
{
	long long s, id;
	int end = 0;

	if (!text || sscanf(text, "%lld.%lld%n", &s, &id, &end) != 2 || text[end] || id < 0 ||
	    s < cursor_first.start.s || s > cursor_last.start.s)
		return none;
	return (struct cursor){ { s }, id };
}

const char *booking_cursor_text(struct ct_request *r, const struct ct_result *row)
{
	return talloc_asprintf(r, "%lld.%lld", (long long)ct_col_utc(row, "start_utc").s,
			       (long long)ct_col_int(row, "id"));
}

/* ---- the list ---- */

struct look {
	struct ct_day from, to, today;
	const char *q, *status, *base;
	struct cursor at;
	bool back; /* towards earlier ones */
	size_t rows;
	const char *first, *last; /* cursors of the page */
	bool more;		  /* beyond it, in the direction of looking */
};

/*
 * The days of a list are those of its place; this one decides only what "today" is by default. A
 * search looks a year back, not through all of history, unless it is asked to.
 */
static struct look read_look(struct ct_request *r)
{
	struct look k = { .from = ct_in_day(r, "from"),
			  .to = ct_in_day(r, "to"),
			  .q = ct_in_text(r, "q"),
			  .status = ct_in_text(r, "status"),
			  .back = ct_in_set(r, "before"),
			  .rows = ct_in_set(r, "limit") ? (size_t)ct_in_int(r, "limit") : ROWS };
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get("Europe/Paris", &zone, &e))
		abort();
	k.today = ct_zone_day(zone, r->now);
	if (!ct_in_typed(r, "from"))
		k.from = k.q ? ct_day_add(k.today, -SEARCH_DAYS) : k.today;
	k.at = k.back ? booking_cursor(ct_in_text(r, "before"), cursor_last)
		      : booking_cursor(ct_in_text(r, "after"), cursor_first);
	k.base = ct_url(r, "/o/%s/bookings", ct_path(r, "org"));
	return k;
}

/* The text as a LIKE pattern: what stands for anything in SQL stands for itself. */
static const char *pattern(struct ct_request *r, const char *q)
{
	char *out = talloc_strdup(r, "%");

	for (const char *c = q ? q : ""; *c; c++)
		out = talloc_asprintf_append_buffer(out, "%s%c", strchr("%_\\", *c) ? "\\" : "",
						    *c);
	return talloc_strdup_append_buffer(out, "%");
}

/*
 * `from` and `to` are days on the place's wall; the index is in UTC, so it looks half a day further
 * on both sides and the wall time decides.
 */
static int fetch(struct ct_request *r, const struct look *k, struct ct_result **rows_r,
		 struct ct_error *e)
{
	struct ct_day from = ct_day_set(k->from) ? k->from : ct_day_make(1970, 1, 1);
	struct ct_day to = ct_day_set(k->to) ? ct_day_add(k->to, 1)
					     : ct_day_make(CT_YEAR_MAX - 1, 1, 1);
	struct ct_local first = ct_day_local(from), last = ct_day_local(to);
	struct ct_utc low = { first.s - WIDEST_ZONE }, high = { last.s + WIDEST_ZONE };
	const char *like = pattern(r, k->q);

	if (k->back && k->at.start.s < high.s)
		high = k->at.start;
	if (!k->back && k->at.start.s > low.s)
		low = k->at.start;
	return ct_query(r, k->back ? "bookings_before" : "bookings_after",
			CT_ARGS(CT_NUM(r->org), CT_UTC(low), CT_UTC(high), CT_LOCAL(first),
				CT_LOCAL(last), CT_STR(k->status), CT_STR(k->status), CT_STR(k->q),
				CT_STR(like), CT_STR(like), CT_UTC(k->at.start), CT_NUM(k->at.id),
				CT_NUM(k->rows + 1)),
			rows_r, e);
}

static int put_bookings(struct ct_request *r, struct look *k, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "bookings"), *o;
	struct ct_result *row;
	size_t n = 0;
	int rc = fetch(r, k, &row, e);

	while (!rc && ct_next(row)) {
		if (n++ == k->rows) {
			k->more = true;
			break;
		}
		o = json_object();
		booking_put_row(r, o, row);
		if (k->back)
			json_array_insert_new(list, 0, o);
		else
			ct_add_json(list, o);
		if (!k->first || k->back)
			k->first = booking_cursor_text(r, row);
		if (!k->last || !k->back)
			k->last = booking_cursor_text(r, row);
	}
	return rc;
}

static void end_day(struct ct_request *r, json_t *day)
{
	size_t n = json_array_size(json_object_get(day, "bookings"));

	ct_put_text(day, "count_ui",
		    talloc_asprintf(r, ngettext_("%zu booking", "%zu bookings", n), n));
}

/* The flat list again, by day; there the hours are enough. */
static void put_days(struct ct_request *r, const struct look *k)
{
	json_t *days = ct_put_array(r->view, "days_ui"), *day = NULL, *booking;
	char current[11] = "";
	size_t i;

	json_array_foreach(json_object_get(r->view, "bookings"), i, booking) {
		const char *start = json_string_value(json_object_get(booking, "start_local"));
		struct ct_local at = CT_NO_LOCAL;
		json_t *o = json_copy(booking);
		struct ct_error e;

		if (ct_local_parse(start, &at, &e))
			abort();
		if (strncmp(current, start, 10) != 0) {
			if (day)
				end_day(r, day);
			snprintf(current, sizeof(current), "%s", start);
			day = ct_add_object(days);
			ct_put_text(day, "label", day_long(r, ct_local_day(at), k->today));
			ct_put_bool(day, "today", ct_local_day(at).n == k->today.n);
			ct_put_array(day, "bookings");
		}
		json_object_set(o, "when_ui", json_object_get(o, "hours_ui"));
		ct_put_null(o, "again_link_ui");
		ct_add_json(json_object_get(day, "bookings"), o);
	}
	if (day)
		end_day(r, day);
}

/* The address of this list with another cursor, as a table, or with other rows. */
static const char *link_to(struct ct_request *r, const struct look *k, const char *suffix,
			   const char *name, const char *value)
{
	char from[CT_TIME_TEXT], to[CT_TIME_TEXT];
	char *url = talloc_asprintf(r, "%s%s%s", k->base, suffix,
				    ct_url(r, "?from=%s", ct_day_text(from, k->from)));

	if (ct_day_set(k->to))
		url = talloc_asprintf_append(url, "&to=%s", ct_day_text(to, k->to));
	if (k->q)
		url = talloc_asprintf_append(url, "%s", ct_url(r, "&q=%s", k->q));
	if (k->status)
		url = talloc_asprintf_append(url, "&status=%s", k->status);
	if (k->rows != ROWS && strcmp(name, "limit") != 0)
		url = talloc_asprintf_append(url, "&limit=%zu", k->rows);
	return talloc_asprintf_append(url, "&%s=%s", name, value);
}

static int put_filters(struct ct_request *r, const struct look *k, struct ct_error *e)
{
	static const struct {
		const char *status, *label;
	} filters[] = {
		{ NULL, N_("All") },
		{ "pending", N_("To answer") },
		{ "confirmed", N_("Confirmed ones") },
		{ "cancelled", N_("Cancelled ones") },
	};
	json_t *list = ct_put_array(r->view, "filters_ui");
	struct ct_result *row;
	int rc = ct_one(r, "bookings_waiting", CT_ARGS(CT_NUM(r->org), CT_UTC(r->now)), &row, e);

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]) && !rc; i++) {
		const char *status = filters[i].status, *label = _(filters[i].label);
		int64_t waiting = status && !strcmp(status, "pending") ? ct_col_int(row, "n") : 0;
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label",
			    waiting ? talloc_asprintf(r, "%s (%lld)", label, (long long)waiting)
				    : label);
		ct_put_text(o, "href",
			    status ? talloc_asprintf(r, "%s?status=%s", k->base, status) : k->base);
		ct_put_bool(o, "current",
			    status ? k->status && !strcmp(k->status, status) : !k->status);
	}
	return rc;
}

static void put_search(struct ct_request *r, const struct look *k)
{
	json_t *search = ct_put_object(r->view, "search_ui");
	char day[CT_TIME_TEXT];

	ct_put_text(search, "action", k->base);
	ct_put_text(search, "value", k->q ? k->q : "");
	ct_put_text(search, "from_d", ct_day_set(k->from) ? ct_day_text(day, k->from) : NULL);
	ct_put_text(search, "to_d", ct_day_set(k->to) ? ct_day_text(day, k->to) : NULL);
}

static void put_paging(struct ct_request *r, const struct look *k)
{
	bool earlier = k->back ? k->more : ct_in_set(r, "after"), later = k->back || k->more;

	ct_put_text(r->view, "next", later ? k->last : NULL);
	ct_put_text(r->view, "csv_link_ui", link_to(r, k, ".csv", "limit", "500"));
	ct_put_text(r->view, "prev_link_ui",
		    earlier && k->first ? link_to(r, k, "", "before", k->first) : NULL);
	ct_put_text(r->view, "next_link_ui",
		    later && k->last ? link_to(r, k, "", "after", k->last) : NULL);
}

int reservation_list(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	int rc = put_bookings(r, &k, e);

	if (rc || (rc = put_filters(r, &k, e)))
		return rc;
	put_days(r, &k);
	put_search(r, &k);
	put_paging(r, &k);
	ct_put_text(r->view, "new_link_ui", ct_may(r, MAY_MANAGE, r->org) ? talloc_asprintf(r, "%s/new", k.base) : NULL);
	ct_put_bool(r->view, "has_bookings_ui", k.first != NULL);
	return 0;
}
