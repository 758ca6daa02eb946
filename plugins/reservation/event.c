/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing down what calendars are told of a booking, whenever it changes. */
#include "event.h"

#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "store.h"

enum { EVENT_BYTES = 65536, RENAMED_DAYS = 30, NAMING_ROWS = 100 };

const char *event_status(const char *status)
{
	static const char *const statuses[][2] = {
		{ "confirmed", "CONFIRMED" }, { "done", "CONFIRMED" }, { "no_show", "CONFIRMED" },
		{ "pending", "TENTATIVE" },   { "hold", "TENTATIVE" }, { "option", "TENTATIVE" },
	};

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (!strcmp(statuses[i][0], status))
			return statuses[i][1];
	return "CANCELLED";
}

void event_begin(struct ct_buf *out)
{
	ct_ics_line(out, "BEGIN", "VCALENDAR");
	ct_ics_line(out, "VERSION", "2.0");
	ct_ics_line(out, "PRODID", "-//Comptoir//Comptoir//FR");
	ct_ics_line(out, "CALSCALE", "GREGORIAN");
}

void event_times(struct ct_buf *out, const struct ct_result *b, const struct ct_zone *zone, int64_t sequence)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)sequence);
	ct_ics_line_utc(out, "DTSTAMP", ct_col_utc(b, "changed_utc"));
	ct_ics_line_utc(out, "LAST-MODIFIED", ct_col_utc(b, "changed_utc"));
	ct_ics_line_local(out, "DTSTART", zone, ct_col_local(b, "start_local"));
	ct_ics_line_local(out, "DTEND", zone, ct_col_local(b, "end_local"));
	ct_ics_line(out, "SEQUENCE", number);
}

/* What changes with this booking: how it stands now, and what was told of it last. */
struct telling {
	const struct ct_result *b;
	const struct ct_zone *zone;
	const char *status, *placed;
	int64_t sequence;
	bool ended, moved;
	struct ct_utc left, firm, remind;
};

static const char *title_of(const struct ct_result *b)
{
	const char *title = ct_col_text(b, "title");

	return title && *title ? title : NULL;
}

/* The event of those who may see it: `summary` where it has no title, `where` after the room. */
static const char *open_event(struct ct_request *r, const struct telling *t, const char *summary, const char *where)
{
	struct ct_buf *out = ct_buf_new(r, EVENT_BYTES);
	const char *uid = ct_col_text(t->b, "uid"), *title = title_of(t->b);

	ct_ics_line(out, "BEGIN", "VEVENT");
	ct_ics_line(out, "UID", uid);
	event_times(out, t->b, t->zone, t->sequence);
	ct_ics_line_text(out, "SUMMARY", title ? title : summary);
	ct_ics_line_text(out, "LOCATION", talloc_asprintf(r, "%s, %s", ct_col_text(t->b, "rooms"), where));
	if (ct_col_text(t->b, "note"))
		ct_ics_line_text(out, "DESCRIPTION", ct_col_text(t->b, "note"));
	ct_ics_line(out, "STATUS", t->status);
	ct_ics_line(out, "URL", ct_url_absolute(r, ct_url(r, "/bookings/%s", uid)));
	ct_ics_line(out, "END", "VEVENT");
	return ct_buf_data(out);
}

static const char *full_event(struct ct_request *r, const struct telling *t)
{
	const char *person = ct_col_text(t->b, "person_name");

	return open_event(r, t, person ? person : ct_col_text(t->b, "rooms"), ct_col_text(t->b, "place_name"));
}

/* Its person knows who she is, and has to find the way. */
static const char *own_event(struct ct_request *r, const struct telling *t)
{
	const char *place = ct_col_text(t->b, "place_name"), *address = ct_col_text(t->b, "address");

	return open_event(r, t, ct_col_text(t->b, "rooms"),
			  address ? talloc_asprintf(r, "%s, %s", place, address) : place);
}

static const char *busy_event(struct ct_request *r, const struct telling *t)
{
	struct ct_buf *out = ct_buf_new(r, EVENT_BYTES);

	ct_ics_line(out, "BEGIN", "VEVENT");
	ct_ics_line(out, "UID", ct_secret_hash(r, "busy", ct_col_text(t->b, "uid")));
	event_times(out, t->b, t->zone, t->sequence);
	ct_ics_line_text(out, "SUMMARY", "Occupé");
	ct_ics_line(out, "STATUS", t->status);
	ct_ics_line(out, "CLASS", "PRIVATE");
	ct_ics_line(out, "END", "VEVENT");
	return ct_buf_data(out);
}

/* Hours and rooms, and whether it takes place at all: what makes a calendar ask its owner again (RFC 5546, 2.1.4). */
static const char *place_and_time(struct ct_request *r, const struct ct_result *b, bool ended)
{
	char start[CT_TIME_TEXT], end[CT_TIME_TEXT];

	return ct_hash_secret(r, talloc_asprintf(r, "%s %s %s %s %d", ct_local_text(start, ct_col_local(b, "start_local")),
						 ct_local_text(end, ct_col_local(b, "end_local")),
						 ct_col_text(b, "zone"), ct_col_text(b, "room_keys"), ended));
}

static struct telling compare(struct ct_request *r, const struct ct_result *b, const struct ct_zone *zone)
{
	struct telling t = { .b = b, .zone = zone, .status = event_status(ct_col_text(b, "status")) };
	const char *was = ct_col_text(b, "placed");

	t.ended = !strcmp(t.status, "CANCELLED");
	t.placed = place_and_time(r, b, t.ended);
	t.moved = was && strcmp(was, t.placed) != 0;
	t.sequence = ct_col_int(b, "sequence") + t.moved;
	t.left = !t.ended ? CT_NO_UTC : ct_col_null(b, "left_utc") ? r->now : ct_col_utc(b, "left_utc");
	if (strcmp(t.status, "CONFIRMED") != 0)
		t.firm = t.remind = CT_NO_UTC;
	else if (t.moved || ct_col_null(b, "firm_utc"))
		t.firm = r->now, t.remind = ct_col_utc(b, "start_utc");
	else
		t.firm = ct_col_utc(b, "firm_utc"), t.remind = ct_col_utc(b, "remind_utc");
	return t;
}

/* Of who has it in her calendar, and of who had. */
static int raise_feeds(struct ct_request *r, const struct ct_result *b, struct ct_error *e)
{
	int64_t now = ct_col_int(b, "person_id"), was = ct_col_int(b, "was_person_id");
	int rc = now ? ct_exec(r, "feed_raise", CT_ARGS(CT_NUM(now)), e) : 0;

	return rc || !was || was == now ? rc : ct_exec(r, "feed_raise", CT_ARGS(CT_NUM(was)), e);
}

int feed_serialise(struct ct_request *r, int64_t booking, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_result *b;
	struct telling t;
	int rc;

	if ((rc = ct_one(r, "booking_for_feed", CT_ARGS(CT_NUM(booking)), &b, e)) ||
	    (rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e)))
		return rc;
	t = compare(r, b, zone);
	if (t.moved && (rc = ct_exec(r, "booking_sequence", CT_ARGS(CT_NUM(t.sequence), CT_NUM(booking)), e)))
		return rc;
	rc = ct_exec(r, "ics_store",
		     CT_ARGS(CT_NUM(booking), CT_STR(full_event(r, &t)), CT_STR(busy_event(r, &t)),
			     CT_STR(own_event(r, &t)), CT_ID(ct_col_int(b, "person_id")), CT_STR(t.placed),
			     CT_UTC(t.firm), CT_UTC(t.left), CT_UTC(t.remind)),
		     e);
	return rc ? rc : raise_feeds(r, b, e);
}

/* A page of the bookings that a thing, or a whole place, is named in, from `after` on. */
struct renamed {
	int64_t resource, place, after, last;
	size_t rows;
};

static int serialise_page(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct renamed *renamed = arg;
	struct ct_utc since = { r->now.s - RENAMED_DAYS * 86400 };
	struct ct_result *row;
	int64_t place = renamed->place;
	int rc = place ? ct_exec(r, "lock_place", CT_ARGS(CT_NUM(place)), e) : lock_room(r, renamed->resource, e);

	if (!rc)
		rc = ct_query(r, place ? "bookings_in_place" : "bookings_naming",
			      CT_ARGS(CT_NUM(place ? place : renamed->resource), CT_UTC(since), CT_NUM(renamed->after)),
			      &row, e);
	renamed->rows = rc ? 0 : ct_result_rows(row);
	while (!rc && ct_next(row)) {
		renamed->last = ct_col_int(row, "id");
		if (!(rc = ct_exec(r, "booking_touch", CT_ARGS(CT_UTC(r->now), CT_NUM(renamed->last)), e)))
			rc = feed_serialise(r, renamed->last, e);
	}
	return rc;
}

int feed_renamed(struct ct_request *r, const json_t *payload, struct ct_error *e)
{
	struct renamed renamed = { .resource = json_integer_value(json_object_get(payload, "resource")),
				   .place = json_integer_value(json_object_get(payload, "place")) };
	int rc;

	do {
		renamed.after = renamed.last;
		rc = ct_transaction(r, serialise_page, &renamed, e);
	} while (!rc && renamed.rows == NAMING_ROWS);
	return rc;
}
