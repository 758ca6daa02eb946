/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calendars: each booking is serialised once, when it changes, in full and as "busy"; a feed is a header,
 * the stored texts and a footer. Whether a client's copy is still good costs one query.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/ics.h>

#include "reservation.h"
#include "store.h"

enum { BEFORE_DAYS = 30, AFTER_DAYS = 400, FEED_BYTES = 32 << 20, NAMING_ROWS = 100 };

static const char *const statuses[][2] = {
	{ "confirmed", "CONFIRMED" }, { "done", "CONFIRMED" }, { "no_show", "CONFIRMED" },
	{ "pending", "TENTATIVE" },   { "hold", "TENTATIVE" }, { "option", "TENTATIVE" },
};

/* NULL: it is in no feed any more. */
static const char *ics_status(const char *status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (!strcmp(statuses[i][0], status))
			return statuses[i][1];
	return NULL;
}

static void event_times(struct ct_buf *out, const struct ct_result *b, const struct ct_zone *zone)
{
	ct_ics_line_utc(out, "DTSTAMP", ct_col_utc(b, "changed_utc"));
	ct_ics_line_utc(out, "LAST-MODIFIED", ct_col_utc(b, "changed_utc"));
	ct_ics_line_local(out, "DTSTART", zone, ct_col_local(b, "start_local"));
	ct_ics_line_local(out, "DTEND", zone, ct_col_local(b, "end_local"));
	ct_ics_line(out, "SEQUENCE", ct_col_text(b, "sequence_text"));
}

static const char *full_event(struct ct_request *r, const struct ct_result *b,
			      const struct ct_zone *zone, const char *status)
{
	struct ct_buf *out = ct_buf_new(r, 65536);
	const char *title = ct_col_text(b, "title"), *person = ct_col_text(b, "person_name");

	ct_ics_line(out, "BEGIN", "VEVENT");
	ct_ics_line(out, "UID", ct_col_text(b, "uid"));
	event_times(out, b, zone);
	ct_ics_line_text(out, "SUMMARY",
			 title && *title ? title
			 : person	 ? person
					 : ct_col_text(b, "rooms"));
	ct_ics_line_text(out, "LOCATION",
			 talloc_asprintf(r, "%s, %s", ct_col_text(b, "rooms"),
					 ct_col_text(b, "place_name")));
	if (ct_col_text(b, "note"))
		ct_ics_line_text(out, "DESCRIPTION", ct_col_text(b, "note"));
	ct_ics_line(out, "STATUS", status);
	ct_ics_line(out, "URL",
		    ct_url_absolute(r, ct_url(r, "/bookings/%s", ct_col_text(b, "uid"))));
	ct_ics_line(out, "END", "VEVENT");
	return ct_buf_data(out);
}

static const char *busy_event(struct ct_request *r, const struct ct_result *b,
			      const struct ct_zone *zone, const char *status)
{
	struct ct_buf *out = ct_buf_new(r, 65536);

	ct_ics_line(out, "BEGIN", "VEVENT");
	ct_ics_line(out, "UID", ct_secret_hash(r, "busy", ct_col_text(b, "uid")));
	event_times(out, b, zone);
	ct_ics_line_text(out, "SUMMARY", "Occupé");
	ct_ics_line(out, "STATUS", status);
	ct_ics_line(out, "CLASS", "PRIVATE");
	ct_ics_line(out, "END", "VEVENT");
	return ct_buf_data(out);
}

int feed_serialise(struct ct_request *r, int64_t booking, struct ct_error *e)
{
	struct ct_result *b;
	const struct ct_zone *zone;
	const char *status;
	int rc;

	if ((rc = ct_one(r, "booking_for_feed", CT_ARGS(CT_NUM(booking)), &b, e)) ||
	    (rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e)))
		return rc;
	status = ics_status(ct_col_text(b, "status"));
	if (!status)
		return ct_exec(r, "ics_drop", CT_ARGS(CT_NUM(booking)), e);
	return ct_exec(r, "ics_store",
		       CT_ARGS(CT_NUM(booking), CT_STR(full_event(r, b, zone, status)),
			       CT_STR(busy_event(r, b, zone, status))),
		       e);
}

/* A page of the bookings that a thing is named in, from `after` on. */
struct renamed {
	int64_t resource, after, last;
	size_t rows;
};

static int serialise_page(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct renamed *renamed = arg;
	struct ct_utc since = { r->now.s - BEFORE_DAYS * 86400 };
	struct ct_result *row;
	int rc = lock_room(r, renamed->resource, e);

	if (!rc)
		rc = ct_query(r, "bookings_naming", CT_ARGS(CT_NUM(renamed->resource), CT_UTC(since),
				CT_NUM(renamed->after)), &row, e);
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
	struct renamed renamed = { .resource = json_integer_value(json_object_get(payload, "resource")) };
	int rc;

	do {
		renamed.after = renamed.last;
		rc = ct_transaction(r, serialise_page, &renamed, e);
	} while (!rc && renamed.rows == NAMING_ROWS);
	return rc;
}

struct feed {
	const char *name, *path, *query;
	int64_t id;
	const struct ct_zone *zone;
	bool full;
};

static void head(struct ct_request *r, struct ct_buf *out, const struct feed *feed)
{
	ct_ics_line(out, "BEGIN", "VCALENDAR");
	ct_ics_line(out, "VERSION", "2.0");
	ct_ics_line(out, "PRODID", "-//Comptoir//Comptoir//FR");
	ct_ics_line(out, "CALSCALE", "GREGORIAN");
	ct_ics_line_text(out, "NAME", feed->name);
	ct_ics_line_text(out, "X-WR-CALNAME", feed->name);
	ct_ics_line(out, "X-WR-TIMEZONE", ct_zone_name(feed->zone));
	ct_ics_line(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
	ct_ics_line(out, "X-PUBLISHED-TTL", "PT1H");
	ct_ics_line(out, "COLOR", "teal");
	ct_ics_line(out, "SOURCE;VALUE=URI", ct_url_absolute(r, feed->path));
}

/* Keyset pages of 500, so that a feed of any length costs the server little at a time. */
static int events(struct ct_request *r, struct ct_buf *out, const struct feed *feed,
		  struct ct_error *e)
{
	struct ct_day today = ct_zone_day(feed->zone, r->now);
	struct ct_utc from = ct_zone_utc(feed->zone, ct_day_local(ct_day_add(today, -BEFORE_DAYS)));
	struct ct_utc to = ct_zone_utc(feed->zone, ct_day_local(ct_day_add(today, AFTER_DAYS)));
	int64_t after = 0;
	size_t rows;

	do {
		struct ct_result *row;
		int rc = ct_query(r, feed->query,
				  CT_ARGS(CT_NUM(feed->full), CT_NUM(feed->id), CT_UTC(from),
					  CT_UTC(to), CT_NUM(after)),
				  &row, e);

		if (rc)
			return rc;
		rows = ct_result_rows(row);
		while (ct_next(row)) {
			ct_buf_text(out, ct_col_text(row, "event"));
			after = ct_col_int(row, "id");
		}
		ct_result_free(row);
	} while (rows == 500);
	return 0;
}

static int answer(struct ct_request *r, const struct feed *feed, const char *tag,
		  struct ct_utc changed, struct ct_error *e)
{
	struct ct_buf *out;
	int rc;

	ct_header(r, "Cache-Control", "%s", "private, max-age=900");
	if (ct_unchanged(r, tag, changed))
		return 0;
	out = ct_buf_new(r, FEED_BYTES);
	head(r, out, feed);
	if ((rc = ct_ics_zone(out, feed->zone, e)) || (rc = events(r, out, feed, e)))
		return rc;
	ct_ics_line(out, "END", "VCALENDAR");
	if (ct_buf_full(out))
		return ct_fail(e, CT_TOO_LARGE, _("This calendar is too long to be sent."));
	ct_body(r, "text/calendar; charset=utf-8", ct_buf_data(out), ct_buf_len(out));
	return 0;
}

/* Nothing of the second that still runs: what changes later in it would have the same stamp (RFC 9110, 8.8.2.1). */
static struct ct_utc last_change(const struct ct_request *r, const struct ct_result *row, struct ct_utc midnight)
{
	struct ct_utc synced = ct_col_utc(row, "synced_utc");

	if (ct_col_null(row, "synced_utc") || synced.s < midnight.s)
		synced = midnight;
	return synced.s < r->now.s ? synced : CT_NO_UTC;
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

/*
 * The validator: what the feed is made from. The local date is in it because the window moves with it, the
 * rights because strangers and managers get different texts, the language because of none.
 */
static int feed(struct ct_request *r, const struct ct_result *row, const char *event_query, struct ct_error *e)
{
	struct feed feed = { .query = event_query, .id = ct_col_int(row, "id"), .name = ct_col_text(row, "name"),
			     .path = ct_col_text(row, "path"), .full = ct_may(r, "booking.see", ct_col_int(row, "org_id")) };
	int rc = ct_zone_get(ct_col_text(row, "zone"), &feed.zone, e);
	struct ct_day today;
	char text[CT_TIME_TEXT];
	const char *tag;

	if (rc)
		return rc;
	today = ct_zone_day(feed.zone, r->now);
	tag = talloc_asprintf(r, "%s %lld %d %lld %lld %s %s %s %s", event_query, (long long)feed.id, feed.full,
			      (long long)ct_col_int(row, "version"), (long long)ct_col_int(row, "rooms"),
			      feed.name, ct_day_text(text, today), ct_zone_name(feed.zone),
			      ct_url_absolute(r, ""));
	return answer(r, &feed, tag, last_change(r, row, ct_zone_utc(feed.zone, ct_day_local(today))), e);
}

int reservation_resource_feed(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = find_stamp(r, "resource_stamp", "resource_stamp_uid", ct_path(r, "id"), &row, e);

	return rc ? rc : feed(r, row, "resource_events", e);
}

int reservation_place_feed(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = find_stamp(r, "place_stamp", "place_stamp_slug", ct_path(r, "slug"), &row, e);

	return rc ? rc : feed(r, row, "place_events", e);
}

/* One booking as a file, for the button "add to my calendar". */
int booking_feed(struct ct_request *r, struct ct_error *e)
{
	struct feed feed = { .name = _("Booking"),
			     .path = ct_url(r, "/bookings/%s", ct_path(r, "uid")),
			     .full = true };
	struct ct_buf *out = ct_buf_new(r, FEED_BYTES);
	struct ct_result *row;
	int rc;

	if ((rc = ct_one(r, "one_event", CT_ARGS(CT_NUM(r->subject)), &row, e)) ||
	    (rc = ct_zone_get(ct_col_text(row, "zone"), &feed.zone, e)))
		return rc;
	head(r, out, &feed);
	if ((rc = ct_ics_zone(out, feed.zone, e)))
		return rc;
	ct_buf_text(out, ct_col_text(row, "event"));
	ct_ics_line(out, "END", "VCALENDAR");
	ct_header(r, "Content-Disposition", "attachment; filename=\"%s.ics\"", ct_path(r, "uid"));
	ct_body(r, "text/calendar; charset=utf-8", ct_buf_data(out), ct_buf_len(out));
	return 0;
}
