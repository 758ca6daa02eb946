/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places as the pages need them: where they are and when they are open. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "views.h"

enum { MAX_SPANS = 64 };

static int take_place(struct ct_request *r, const struct ct_result *row, struct place *p,
		      struct ct_error *e)
{
	*p = (struct place){
		.id = ct_col_int(row, "id"),
		.org = ct_col_int(row, "org_id"),
		.slug = ct_col_text(row, "slug"),
		.name = ct_col_text(row, "name"),
		.state = ct_col_text(row, "state"),
		.summary = ct_col_text(row, "summary"),
		.about = ct_col_text(row, "description"),
		.town = ct_col_text(row, "town"),
		.phone = ct_col_text(row, "phone"),
		.email = ct_col_text(row, "email"),
		.access = ct_col_text(row, "access_note"),
		.zone_name = ct_col_text(row, "zone"),
		.located = !ct_col_null(row, "lat_e6") && !ct_col_null(row, "lon_e6"),
		.lat = ct_col_int(row, "lat_e6"),
		.lon = ct_col_int(row, "lon_e6"),
		.photo = photo_of(row),
		.address = address_text(r, row),
	};
	if (!p->about)
		p->about = p->summary;
	return ct_zone_get(p->zone_name, &p->zone, e);
}

/* A row an opening; a place without any is one row with nulls. */
int place_get(struct ct_request *r, int64_t id, struct ct_day from, struct ct_day to,
	      struct place *place_r, struct ct_error *e)
{
	struct ct_result *row;
	struct opening *list = NULL;
	int rc = ct_query(r, "place_page", CT_ARGS(CT_DAY(to), CT_DAY(from), CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	rc = take_place(r, row, place_r, e);
	if (!rc && !ct_col_null(row, "opens"))
		rc = openings_take(r, row, from, 0, &list, &place_r->hours.n_openings, e);
	place_r->hours.openings = list;
	place_r->hours.zone = place_r->zone;
	return rc;
}

int places_load(struct ct_request *r, struct place **places_r, size_t *n_r, struct ct_error *e)
{
	struct ct_result *row;
	struct place *list;
	size_t n = 0;
	int rc = ct_query(r, "places_open", CT_NO_ARGS, &row, e);

	if (rc)
		return rc;
	list = talloc_zero_array(r, struct place, ct_result_rows(row) + 1);
	while (!rc && ct_next(row)) {
		rc = take_place(r, row, &list[n], e);
		list[n++].rooms = ct_col_int(row, "rooms");
	}
	*places_r = list;
	*n_r = n;
	return rc;
}

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->start.s > y->start.s) - (x->start.s < y->start.s);
}

size_t place_open(const struct place *place, const struct rooms *rooms, struct ct_day day,
		  struct span *spans_r, size_t max)
{
	struct span all[MAX_SPANS];
	size_t n = 0, kept = 0;

	if (place->hours.n_openings)
		return room_open(&place->hours, day, spans_r, max);
	for (size_t i = 0; i < rooms->n && n < MAX_SPANS; i++)
		n += room_open(&rooms->room[i], day, all + n, MAX_SPANS - n);
	qsort(all, n, sizeof(*all), by_start);
	for (size_t i = 0; i < n; i++) {
		if (kept && all[i].start.s <= spans_r[kept - 1].end.s) {
			if (all[i].end.s > spans_r[kept - 1].end.s)
				spans_r[kept - 1].end = all[i].end;
		} else if (kept < max) {
			spans_r[kept++] = all[i];
		}
	}
	return kept;
}

const char *place_holiday(const struct place *place, const struct rooms *rooms, struct ct_day day)
{
	const char *name = NULL;
	struct span any;

	if (place->hours.n_openings && !room_open(&place->hours, day, &any, 1))
		return room_holiday(&place->hours, day);
	for (size_t i = 0; i < rooms->n && !name; i++)
		name = room_holiday(&rooms->room[i], day);
	return name;
}

static const char *degrees(struct ct_request *r, int64_t e6)
{
	long long most = llabs((long long)e6);

	return talloc_asprintf(r, "%s%lld.%06lld", e6 < 0 ? "-" : "", most / 1000000,
			       most % 1000000);
}

const char *place_way(struct ct_request *r, const struct place *place)
{
	if (!place->located)
		return NULL;
	return talloc_asprintf(r, "https://www.openstreetmap.org/directions?to=%s%%2C%s",
			       degrees(r, place->lat), degrees(r, place->lon));
}
