/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calendars to subscribe to: of a room, of a place, and each person's own. A feed is a header, the texts
 * that event.c stored, and a footer. Whether a client's copy is still good costs one query.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "calendar.h"
#include "event.h"
#include "reservation.h"

enum { BEFORE_DAYS = 30, AFTER_DAYS = 400, LEFT_DAYS = 14, FEED_BYTES = 32 << 20, MOST_ZONES = 16, PAGE_ROWS = 500 };

struct feed {
	const char *name, *path, *query;
	int64_t id;
	const struct ct_zone *zone;	/* its days are counted in; UTC for a person's */
	bool full, own;			/* own: a person's, who goes to several zones */
	struct ct_utc now;
};

/* The events, and the zones that they are in: a calendar says each zone before its first event. */
struct events {
	struct ct_buf *text;
	const struct ct_zone *zones[MOST_ZONES];
	size_t n_zones;
};

static void head(struct ct_request *r, struct ct_buf *out, const struct feed *feed)
{
	event_begin(out);
	ct_ics_line_text(out, "NAME", feed->name);
	ct_ics_line_text(out, "X-WR-CALNAME", feed->name);
	if (!feed->own)
		ct_ics_line(out, "X-WR-TIMEZONE", ct_zone_name(feed->zone));
	ct_ics_line(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
	ct_ics_line(out, "X-PUBLISHED-TTL", "PT1H");
	ct_ics_line(out, "COLOR", "teal");
	ct_ics_line(out, "SOURCE;VALUE=URI", ct_url_absolute(r, feed->path));
}

static int note_zone(struct events *events, const char *name, struct ct_error *e)
{
	const struct ct_zone *zone;
	int rc = ct_zone_get(name, &zone, e);

	for (size_t i = 0; i < events->n_zones && !rc; i++)
		if (!strcmp(ct_zone_name(events->zones[i]), name))
			return 0;
	if (!rc && events->n_zones == MOST_ZONES)
		return ct_fail(e, CT_TOO_LARGE, _("This calendar is too long to be sent."));
	if (!rc)
		events->zones[events->n_zones++] = zone;
	return rc;
}

static int ask_page(struct ct_request *r, const struct feed *feed, int64_t after, struct ct_result **row_r,
		    struct ct_error *e)
{
	struct ct_day today = ct_zone_day(feed->zone, feed->now);
	struct ct_utc from = ct_zone_utc(feed->zone, ct_day_local(ct_day_add(today, -BEFORE_DAYS)));
	struct ct_utc to = ct_zone_utc(feed->zone, ct_day_local(ct_day_add(today, AFTER_DAYS)));
	struct ct_utc left = ct_zone_utc(feed->zone, ct_day_local(ct_day_add(today, -LEFT_DAYS)));

	if (feed->own)
		return ct_query(r, feed->query,
				CT_ARGS(CT_NUM(feed->id), CT_UTC(from), CT_UTC(to), CT_NUM(after), CT_UTC(left)),
				row_r, e);
	return ct_query(r, feed->query,
			CT_ARGS(CT_NUM(feed->full), CT_NUM(feed->id), CT_UTC(from), CT_UTC(to), CT_NUM(after)),
			row_r, e);
}

/* Keyset pages, so that a feed of any length costs the server little at a time. */
static int read_events(struct ct_request *r, const struct feed *feed, struct events *events, struct ct_error *e)
{
	int64_t after = 0;
	size_t rows;

	do {
		struct ct_result *row;
		int rc = ask_page(r, feed, after, &row, e);

		if (rc)
			return rc;
		rows = ct_result_rows(row);
		while (!rc && ct_next(row)) {
			rc = note_zone(events, ct_col_text(row, "zone"), e);
			ct_buf_text(events->text, ct_col_text(row, "event"));
			after = ct_col_int(row, "id");
		}
		ct_result_free(row);
		if (rc)
			return rc;
	} while (rows == PAGE_ROWS);
	return 0;
}

static int write_out(struct ct_request *r, const struct feed *feed, const struct events *events, struct ct_error *e)
{
	struct ct_buf *out = ct_buf_new(r, FEED_BYTES);

	head(r, out, feed);
	for (size_t i = 0; i < events->n_zones; i++) {
		int rc = ct_ics_zone(out, events->zones[i], e);

		if (rc)
			return rc;
	}
	ct_buf_add(out, ct_buf_data(events->text), ct_buf_len(events->text));
	ct_ics_line(out, "END", "VCALENDAR");
	if (ct_buf_full(out) || ct_buf_full(events->text))
		return ct_fail(e, CT_TOO_LARGE, _("This calendar is too long to be sent."));
	ct_body(r, "text/calendar; charset=utf-8", ct_buf_data(out), ct_buf_len(out));
	return 0;
}

static int answer(struct ct_request *r, const struct feed *feed, const char *tag, struct ct_utc changed,
		  struct ct_error *e)
{
	struct events events = { 0 };
	int rc = 0;

	ct_header(r, "Cache-Control", "%s", "private, max-age=900");
	if (ct_unchanged(r, tag, changed))
		return 0;
	events.text = ct_buf_new(r, FEED_BYTES);
	if (!feed->own)
		rc = note_zone(&events, ct_zone_name(feed->zone), e);
	if (rc || (rc = read_events(r, feed, &events, e)))
		return rc;
	return write_out(r, feed, &events, e);
}

/* Nothing of the second that still runs: what changes later in it would have the same stamp (RFC 9110, 8.8.2.1). */
static struct ct_utc last_change(const struct ct_request *r, const struct ct_result *row, struct ct_utc midnight)
{
	struct ct_utc synced = ct_col_utc(row, "synced_utc");

	if (ct_col_null(row, "synced_utc") || synced.s < midnight.s)
		synced = midnight;
	return synced.s < r->now.s ? synced : CT_NO_UTC;
}

/*
 * The validator: what the feed is made from. The local date is in it because the window moves with it, the
 * rights because strangers and managers get different texts, the language because of none.
 */
static int serve(struct ct_request *r, const struct ct_result *row, struct feed *feed, int64_t rooms,
		 struct ct_error *e)
{
	struct ct_day today = ct_zone_day(feed->zone, r->now);
	char text[CT_TIME_TEXT];
	const char *tag = talloc_asprintf(r, "%s %lld %d %lld %lld %s %s %s %s", feed->query, (long long)feed->id,
					  feed->full, (long long)ct_col_int(row, "version"), (long long)rooms,
					  feed->name, ct_day_text(text, today), ct_zone_name(feed->zone),
					  ct_url_absolute(r, feed->path));

	feed->now = r->now;
	return answer(r, feed, tag, last_change(r, row, ct_zone_utc(feed->zone, ct_day_local(today))), e);
}

static int serve_rooms(struct ct_request *r, const struct ct_result *row, const char *query, struct ct_error *e)
{
	struct feed feed = { .query = query, .id = ct_col_int(row, "id"), .name = ct_col_text(row, "name"),
			     .path = ct_col_text(row, "path"), .full = ct_may(r, "booking.see", ct_col_int(row, "org_id")) };
	int rc = ct_zone_get(ct_col_text(row, "zone"), &feed.zone, e);

	return rc ? rc : serve(r, row, &feed, ct_col_int(row, "rooms"), e);
}

/* Found here and not as the route's subject: an unchanged calendar, asked for again and again, costs one query. */
static int find_stamp(struct ct_request *r, const char *by_key, const char *by_text, const char *name,
		      struct ct_result **row_r, struct ct_error *e)
{
	size_t digits = strspn(name, "0123456789");

	if (digits && digits < 19 && !name[digits])
		return ct_one(r, by_key, CT_ARGS(CT_NUM(strtoll(name, NULL, 10))), row_r, e);
	return ct_one(r, by_text, CT_ARGS(CT_STR(name)), row_r, e);
}

int reservation_resource_feed(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = find_stamp(r, "resource_stamp", "resource_stamp_uid", ct_path(r, "id"), &row, e);

	return rc ? rc : serve_rooms(r, row, "resource_events", e);
}

int reservation_place_feed(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = find_stamp(r, "place_stamp", "place_stamp_slug", ct_path(r, "slug"), &row, e);

	return rc ? rc : serve_rooms(r, row, "place_events", e);
}

/* Whoever has the address is the person: calendar programs cannot sign in. It is named in her language. */
int reservation_person_feed(struct ct_request *r, struct ct_error *e)
{
	struct feed feed = { .query = "person_events", .own = true, .full = true };
	struct ct_result *row;
	const char *before;
	int rc = calendar_find(r, ct_path(r, "secret"), &row, e);

	if (rc || (rc = ct_zone_get("UTC", &feed.zone, e)))
		return rc;
	feed.id = ct_col_int(row, "id");
	feed.path = ct_url(r, "/calendars/people/%s.ics", ct_path(r, "secret"));
	before = ct_speak(r, ct_col_text(row, "lang"));
	feed.name = talloc_asprintf(r, "%s – %s", _("My bookings"), ct_setting_text(r, "site.name"));
	ct_speak(r, before);
	return serve(r, row, &feed, 0, e);
}

/* One booking as a file, for the button "add to my calendar"; also ended ones, so that a subscription to it says so. */
int booking_feed(struct ct_request *r, struct ct_error *e)
{
	struct feed feed = { .name = _("Booking"), .path = ct_url(r, "/bookings/%s", ct_path(r, "uid")) };
	struct events events = { .text = ct_buf_new(r, FEED_BYTES) };
	struct ct_result *row;
	int rc;

	if ((rc = ct_one(r, "one_event", CT_ARGS(CT_NUM(r->subject)), &row, e)) ||
	    (rc = ct_zone_get(ct_col_text(row, "zone"), &feed.zone, e)) ||
	    (rc = note_zone(&events, ct_col_text(row, "zone"), e)))
		return rc;
	ct_buf_text(events.text, ct_col_text(row, "event"));
	ct_header(r, "Content-Disposition", "attachment; filename=\"%s.ics\"", ct_path(r, "uid"));
	return write_out(r, &feed, &events, e);
}
