/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the search box finds here: rooms for everybody, bookings for those who may see them. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "views.h"

enum { DAY = 86400 };

int reservation_find_rooms(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	json_t *group;
	struct ct_result *rows;
	int rc = ct_query(r, "find_rooms", CT_ARGS(CT_STR(s->any), CT_STR(s->prefix), CT_STR(s->any), CT_STR(s->prefix),
		CT_STR(s->words), CT_STR(s->text), CT_STR(s->prefix), CT_NUM(s->limit + 1)), &rows, e);

	if (rc)
		return rc;
	group = ct_search_group(r, N_("Rooms"));
	while (ct_next(rows))
		ct_search_add(s, group, ct_col_text(rows, "name"), ct_col_text(rows, "sub"),
			      ct_url(r, "/resources/%s", ct_col_text(rows, "id")));
	ct_search_more(group, NULL, ct_url(r, "/?q=%s", s->text));
	return 0;
}

static const char *when(struct ct_request *r, const struct ct_result *row)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get(ct_col_text(row, "zone"), &zone, &e))
		abort(); /* it was read when the booking was made */
	return when_text(r, zone, ct_col_local(row, "start_local"), ct_col_local(row, "end_local"));
}

int reservation_find_bookings(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	const struct ct_utc from = { r->now.s - 7 * DAY }, to = { r->now.s + 60 * DAY };
	const char *orgs = ct_orgs_with(r, "booking.see");
	json_t *group;
	struct ct_result *rows;
	int rc;

	if (!r->person)
		return 0;
	rc = ct_query(r, "find_bookings", CT_ARGS(CT_STR(s->all), CT_STR(s->email), CT_STR(s->phone), CT_STR(orgs),
		CT_UTC(from), CT_UTC(to), CT_STR(s->all), CT_STR(s->email), CT_STR(s->phone), CT_STR(s->words),
		CT_STR(s->words), CT_ID(r->person), CT_STR(orgs), CT_UTC(r->now), CT_NUM(s->limit + 1)), &rows, e);
	if (rc)
		return rc;
	group = ct_search_group(r, N_("Bookings"));
	while (ct_next(rows)) {
		const char *title = ct_col_text(rows, "title"), *person = ct_col_text(rows, "person");

		ct_search_add(s, group, title ? title : person ? person : _("Booking"),
			      talloc_asprintf(r, "%s%s%s · %s", when(r, rows), title && person ? " · " : "",
					      title && person ? person : "", ct_col_text(rows, "place_name")),
			      ct_url(r, "/bookings/%s", ct_col_text(rows, "uid")));
	}
	return 0;
}
