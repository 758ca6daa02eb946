/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /bookings: my own, what is to come and what was; not what I booked for others. */
#include <talloc.h>

#include "calendar.h"
#include "reservation.h"

enum { UPCOMING_ROWS = 100, PAST_ROWS = 20 };

const struct ct_field reservation_mine_fields[] = {
	{ "before", N_("Rows before this cursor"), CT_TEXT, .max = 60 }, { 0 }
};

static json_t *add_row(struct ct_request *r, json_t *list, const struct ct_result *row)
{
	json_t *o = ct_add_object(list);

	booking_put_row(r, o, row);
	ct_put_null(o, "person_ui");
	ct_put_null(o, "attendance_ui");
	return o;
}

static int put_upcoming(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "upcoming");
	struct ct_utc longest = { r->now.s - (int64_t)366 * 86400 };
	struct ct_result *row;
	int rc = ct_query(r, "my_upcoming",
			  CT_ARGS(CT_NUM(r->person), CT_UTC(longest), CT_UTC(r->now),
				  CT_UTC(r->now), CT_NUM(UPCOMING_ROWS)),
			  &row, e);

	while (!rc && ct_next(row))
		add_row(r, list, row);
	return rc;
}

/* Newest first; *more_r is the cursor of what is older still. */
static int put_past(struct ct_request *r, const char **more_r, struct ct_error *e)
{
	struct cursor at = booking_cursor(ct_in_text(r, "before"), cursor_last);
	json_t *list = ct_put_array(r->view, "past");
	const char *last = NULL;
	struct ct_result *row;
	int rc = ct_query(r, "my_past",
			  CT_ARGS(CT_NUM(r->person), CT_UTC(at.start), CT_UTC(r->now),
				  CT_UTC(at.start), CT_NUM(at.id), CT_NUM(PAST_ROWS + 1)),
			  &row, e);

	while (!rc && ct_next(row)) {
		if (json_array_size(list) == PAST_ROWS) {
			*more_r = last;
			break;
		}
		add_row(r, list, row);
		last = booking_cursor_text(r, row);
	}
	return rc;
}

static int put_feed(struct ct_request *r, struct ct_error *e)
{
	const char *path;
	json_t *feed;
	int rc = calendar_path(r, &path, e);

	if (rc)
		return rc;
	feed = ct_put_object(r->view, "feed_ui");
	ct_put_text(feed, "webcal_link", calendar_webcal(r, path));
	ct_put_text(feed, "page_link", "/calendars");
	return 0;
}

int reservation_mine(struct ct_request *r, struct ct_error *e)
{
	const char *more = NULL;
	int rc;

	if ((rc = put_upcoming(r, e)) || (rc = put_past(r, &more, e)))
		return rc;
	ct_put_text(r->view, "more", more);
	ct_put_text(r->view, "more_link_ui", more ? ct_url(r, "/bookings?before=%s", more) : NULL);
	ct_put_bool(r->view, "has_any_ui",
		    json_array_size(json_object_get(r->view, "upcoming")) ||
			    json_array_size(json_object_get(r->view, "past")) ||
			    ct_in_set(r, "before"));
	ct_put_text(r->view, "find_link_ui", "/");
	return put_feed(r, e);
}
