/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What bookings have to say when contacts are merged or looked at, and when places or rooms go or move. */
#include "model.h"
#include "reservation.h"

/* Bookings follow the person; what guards how much a booker may have at once stays one row an organisation. */
int reservation_party_merged(struct ct_request *r, const struct ct_party_merge *m, struct ct_error *e)
{
	static const char *const moves[] = { "merge_calendars", "merge_persons", "merge_payers", "merge_bookers",
					     "merge_audiences", "merge_group_contacts", "merge_group_payers", "merge_guards" };
	int rc = 0;

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]) && !rc; i++)
		rc = ct_exec(r, moves[i], CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e);
	if (!rc)
		rc = ct_exec(r, "feed_raise", CT_ARGS(CT_NUM(m->into)), e);
	return rc ? rc : ct_exec(r, "merge_guards_left", CT_ARGS(CT_NUM(m->from)), e);
}

static int put_bookings(struct ct_request *r, json_t *panel, const char *query, int64_t party, struct ct_error *e)
{
	struct ct_result *rows;
	int rc = ct_query(r, query, CT_ARGS(CT_NUM(r->org), CT_UTC(r->now), CT_NUM(party), CT_NUM(party)), &rows, e);

	while (!rc && ct_next(rows)) {
		char when[CT_TIME_UI];

		ct_panel_row(panel, ct_local_ui(when, ct_col_local(rows, "start_local"), CT_NO_DAY, r->lang),
			     ct_col_text(rows, "what"), ct_url(r, "/bookings/%s", ct_col_text(rows, "uid")));
	}
	return rc;
}

/* On the page of a contact: what comes next, and what was last. */
int reservation_party_panel(struct ct_request *r, const struct ct_party_panel *subject, struct ct_error *e)
{
	json_t *panel;
	int rc;

	if (!ct_may(r, "booking.see", r->org))
		return 0;
	panel = ct_panel(r, _("Bookings"), NULL);
	rc = put_bookings(r, panel, "party_next", subject->party, e);
	if (!rc)
		rc = put_bookings(r, panel, "party_last", subject->party, e);
	if (!rc && !json_array_size(json_object_get(panel, "rows")))
		ct_put_text(panel, "empty", _("This contact has not booked anything here."));
	return rc;
}

/* From here on nobody books in the place. Outside of a transaction, where a page only asks, nothing is to be kept. */
static int lock_place(struct ct_request *r, int64_t place, struct ct_error *e)
{
	return ct_in_transaction(r) ? ct_exec(r, "lock_place", CT_ARGS(CT_NUM(place)), e) : 0;
}

/* Its name and address stand in the calendars of its bookings, which may be many: they follow soon. */
static int tell_calendars(struct ct_request *r, int64_t place, struct ct_error *e)
{
	struct ct_result *row;
	json_t *payload;
	int rc = ct_query(r, "place_as_told",
			  CT_ARGS(CT_NUM(place), CT_STR(ct_in_text(r, "name")), CT_STR(ct_in_text(r, "building")),
				  CT_STR(ct_in_text(r, "street")), CT_STR(ct_in_text(r, "hamlet")),
				  CT_STR(ct_in_text(r, "postcode")), CT_STR(ct_in_text(r, "town"))),
			  &row, e);

	if (rc || ct_next(row))
		return rc;
	payload = json_object();
	ct_put_int(payload, "place", place);
	return ct_later(r, "place.renamed", payload, e);
}

/* Wall time with the zone of the place is what was promised: another zone would move every booking. */
int reservation_place_check(struct ct_request *r, const struct ct_place_change *change, struct ct_error *e)
{
	struct ct_args zone = CT_ARGS(CT_NUM(change->place), CT_STR(ct_in_text(r, "zone")));
	struct ct_result *row;
	int rc = change->place ? tell_calendars(r, change->place, e) : 0;

	if (rc || (rc = ct_query(r, "place_zone_other", zone, &row, e)) || !ct_next(row) || (rc = lock_place(r, change->place, e)))
		return rc;
	rc = ct_query(r, "place_zone_booked", zone, &row, e);
	if (!rc && ct_next(row))
		return ct_fail_field(e, "zone", "%s",
				     _("There are bookings in this place, and their hours are hours of its time zone:"
				       " it cannot change any more."));
	return rc;
}

static int refuse_booked(struct ct_request *r, const char *query, int64_t id, struct ct_error *e)
{
	struct ct_result *row;
	long long n;
	int rc = ct_one(r, query, CT_ARGS(CT_NUM(id), CT_UTC(r->now)), &row, e);

	if (rc || !(n = ct_col_int(row, "n")))
		return rc;
	return ct_fail(e, CT_CONFLICT, ngettext_("%lld booking is still to come: move or cancel it first.",
						 "%lld bookings are still to come: move or cancel them first.", n), n);
}

int reservation_place_delete(struct ct_request *r, const struct ct_place_change *change, struct ct_error *e)
{
	int rc = lock_place(r, change->place, e);

	return rc ? rc : refuse_booked(r, "place_still_booked", change->place, e);
}

int reservation_room_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int rc = ct_in_transaction(r) ? lock_room(r, id, e) : 0;

	return rc ? rc : refuse_booked(r, "room_still_booked", id, e);
}
