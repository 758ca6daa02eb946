/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /bookings with preview, of a program: what the booking would be. */
#include <talloc.h>

#include "bill.h"
#include "demand.h"
#include "store.h"
#include "views.h"

/* Taken time is an answer here: then what it would cost is computed by itself. */
static int judge(struct ct_request *r, const struct wish *w, struct rooms *rooms, struct price *price, bool *free_r,
		 struct ct_error *e)
{
	int rc = booking_judge(r, w, rooms, price, e);
	bool taken = rc == CT_CONFLICT && json_object_get(r->view, "alternatives");

	*free_r = !taken;
	if (taken && !(rc = booking_people_fit(r, w, rooms, e)))
		rc = price_items(r, w, rooms, price, e);
	return rc ? rc : quota_check(r, w, rooms, 0, e);
}

static void put_items(struct ct_request *r, const struct wish *w, const struct rooms *rooms)
{
	json_t *list = ct_put_array(r->view, "items");

	for (size_t i = 0; i < w->n_items; i++)
		for (size_t k = 0; k < rooms->n; k++)
			if (rooms->room[k].id == w->items[i].room) {
				json_t *o = ct_add_object(list);

				ct_put_id(o, "resource", rooms->room[k].id);
				ct_put_text(o, "name", rooms->room[k].name);
				ct_put_int(o, "quantity", w->items[i].quantity);
			}
}

static void put_outcome(struct ct_request *r, const struct wish *w, const struct rooms *rooms, const char *status)
{
	json_t *o = ct_put_object(r->view, "preview"), *terms;

	ct_put_bool(o, "free", status != NULL);
	ct_put_text(o, "status", status);
	terms = ct_put_array(o, "terms");
	for (size_t i = 0; i < rooms->demands->n_terms && !w->manager; i++) {
		json_t *one = ct_add_object(terms);

		ct_put_id(one, "id", rooms->demands->terms[i].id);
		ct_put_text(one, "title", rooms->demands->terms[i].title);
	}
	if (!status)
		return;
	ct_put_array(r->view, "conflicts");
	ct_put_array(r->view, "alternatives");
}

int wish_preview(struct ct_request *r, const struct wish *w, struct ct_error *e)
{
	struct wish asked = *w;
	const struct room *room;
	struct rooms rooms;
	struct price price;
	bool free;
	int rc;

	asked.hold = false; /* nothing is held, so what else her address holds does not count */
	if (w->hold)
		asked.email = NULL; /* nobody has proved that it is hers: what was booked by it is not told */
	if ((rc = judge(r, &asked, &rooms, &price, &free, e)) ||
	    (rc = bill_quote(r, &(struct bill_ask){ 0, &rooms, w->start, w->end, w->payer ? w->payer : w->person },
			     &price, e)))
		return rc;
	room = &rooms.room[0];
	put_place_of(r, ct_put_object(r->view, "place"), room);
	ct_put_time(r->view, "start", w->start, room->zone, r->lang);
	ct_put_time(r->view, "end", w->end, room->zone, r->lang);
	ct_put_text(r->view, "zone", room->zone_name);
	put_items(r, w, &rooms);
	price_put(r, ct_put_object(r->view, "price"), &price, true);
	put_outcome(r, w, &rooms, free ? booking_first_status(w, &rooms, &price) : NULL);
	return 0;
}
