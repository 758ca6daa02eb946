/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores what can be booked in the sample network (demo_tables.c), then has it booked. */
#include "demo.h"

#include <string.h>

#include "demo_tables.h"
#include "reservation.h"

/* Keys of what was stored, parallel to the tables. */
struct loading {
	struct ct_request *r;
	int64_t place[DEMO_MOST], org[DEMO_MOST];
	int64_t policy[DEMO_MOST], kind[DEMO_MOST], window[DEMO_MOST][DEMO_WINDOWS];
	struct demo_room room[DEMO_MOST];
	size_t n_rooms;
};

static size_t place_no(const char *slug)
{
	size_t i = 0;

	while (strcmp(demo_places[i], slug) != 0)
		i++;
	return i;
}

static struct ct_arg or_null(int number)
{
	return number < 0 ? CT_NULL : CT_NUM(number);
}

/* Stores a row and leaves its trace in its organisation, which is the first value of every row. */
static int add(struct loading *l, const char *query, struct ct_args args, const char *kind,
	       int64_t *id_r, struct ct_error *e)
{
	int64_t id;
	int rc = ct_insert(l->r, query, args, &id, e);

	l->r->org = args.arg[0].i;
	if (!rc)
		rc = ct_audit(l->r, kind, id, "create", NULL, NULL, e);
	l->r->org = 0;
	if (!rc && id_r)
		*id_r = id;
	return rc;
}

static int find_places(struct loading *l, struct ct_error *e)
{
	struct ct_result *row;
	int rc = 0;

	for (size_t i = 0; demo_places[i] && !rc; i++) {
		if ((rc = ct_one(l->r, "demo_place", CT_ARGS(CT_STR(demo_places[i])), &row, e)))
			break;
		l->place[i] = ct_col_int(row, "id");
		l->org[i] = ct_col_int(row, "org_id");
	}
	return rc;
}

/* Key of the rules with this label, of the ones stored so far. */
static int64_t policy_id(const struct loading *l, const char *label)
{
	for (size_t i = 0; label && demo_policies[i].label; i++)
		if (!strcmp(demo_policies[i].label, label))
			return l->policy[i];
	return 0;
}

static int add_policies(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; demo_policies[i].label && !rc; i++) {
		size_t p = place_no(demo_policies[i].place);

		rc = add(l, "demo_policy",
			 CT_ARGS(CT_NUM(l->org[p]), CT_ID(policy_id(l, demo_policies[i].parent)),
				 CT_STR(demo_policies[i].label), or_null(demo_policies[i].min_notice),
				 or_null(demo_policies[i].min_duration),
				 or_null(demo_policies[i].max_duration), or_null(demo_policies[i].step),
				 or_null(demo_policies[i].before), or_null(demo_policies[i].after),
				 or_null(demo_policies[i].overnight), CT_STR(demo_policies[i].approval)),
			 "policy", &l->policy[i], e);
		if (!rc && demo_policies[i].of_place)
			rc = ct_exec(l->r, "demo_place_policy",
				     CT_ARGS(CT_NUM(l->place[p]), CT_NUM(l->policy[i])), e);
	}
	return rc;
}

static int add_kinds(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; demo_kinds[i].place && !rc; i++)
		rc = add(l, "demo_kind",
			 CT_ARGS(CT_NUM(l->org[place_no(demo_kinds[i].place)]), CT_STR(demo_kinds[i].one),
				 CT_STR(demo_kinds[i].many), CT_STR(demo_kinds[i].verb),
				 CT_STR(demo_kinds[i].unit)),
			 "kind", &l->kind[i], e);
	return rc;
}

/* By organisation: the two places of one share its kinds. */
static int64_t kind_id(const struct loading *l, const char *place, const char *one)
{
	int64_t org = l->org[place_no(place)];

	for (size_t i = 0; one && demo_kinds[i].place; i++)
		if (l->org[place_no(demo_kinds[i].place)] == org && !strcmp(demo_kinds[i].one, one))
			return l->kind[i];
	return 0;
}

static int64_t room_id(const struct loading *l, const char *name)
{
	for (size_t i = 0; name && demo_rooms[i].name; i++)
		if (!strcmp(demo_rooms[i].name, name))
			return l->room[i].id;
	return 0;
}

static bool has_free_price(const struct demo_thing *thing)
{
	for (const struct demo_tariff *t = demo_tariffs; t->label; t++)
		if (!strcmp(t->place, thing->place) && !strcmp(t->mode, "free_price") &&
		    !strcmp(t->room ? t->room : t->kind, t->room ? thing->name : thing->kind))
			return true;
	return false;
}

static int add_room(struct loading *l, size_t i, struct ct_error *e)
{
	struct demo_room *room = &l->room[i];
	size_t p = place_no(demo_rooms[i].place);
	int rc;

	*room = (struct demo_room){
		.org = l->org[p],
		.use = demo_rooms[i].use,
		.busy = demo_rooms[i].busy,
		.units = demo_rooms[i].units,
		.capacity = demo_rooms[i].capacity,
		.free_price = has_free_price(&demo_rooms[i]),
	};
	rc = add(l, "demo_resource",
		 CT_ARGS(CT_NUM(l->org[p]), CT_NUM(l->place[p]),
			 CT_NUM(kind_id(l, demo_rooms[i].place, demo_rooms[i].kind)), CT_STR(demo_rooms[i].name),
			 CT_STR(demo_rooms[i].summary), CT_NUM(demo_rooms[i].units), CT_ID(demo_rooms[i].capacity),
			 CT_ID(demo_rooms[i].area), CT_NUM(demo_rooms[i].step_free), CT_NUM(demo_rooms[i].members),
			 CT_ID(policy_id(l, demo_rooms[i].policy)), CT_NUM(i + 1),
			 CT_STR(demo_rooms[i].access), CT_STR(demo_rooms[i].code)),
		 "resource", &room->id, e);
	if (!rc && demo_rooms[i].whole)
		rc = ct_exec(l->r, "demo_part",
			     CT_ARGS(CT_NUM(room_id(l, demo_rooms[i].whole)), CT_NUM(room->id),
				     CT_NUM(l->org[p])), e);
	return rc;
}

static int add_openings(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; demo_openings[i].place && !rc; i++) {
		size_t p = place_no(demo_openings[i].place);

		rc = add(l, "demo_opening",
			 CT_ARGS(CT_NUM(l->org[p]), CT_NUM(l->place[p]),
				 CT_ID(room_id(l, demo_openings[i].room)), CT_NUM(demo_openings[i].days),
				 CT_NUM(demo_openings[i].opens), CT_NUM(demo_openings[i].closes),
				 CT_NUM(demo_openings[i].closed)),
			 "opening", NULL, e);
	}
	return rc;
}

static int add_windows(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t p = 0; demo_places[p]; p++)
		for (size_t i = 0; demo_windows[i].label && !rc; i++)
			rc = add(l, "demo_window",
				 CT_ARGS(CT_NUM(l->org[p]), CT_NUM(l->place[p]),
					 CT_STR(demo_windows[i].label), CT_NUM(demo_windows[i].from),
					 CT_NUM(demo_windows[i].to)),
				 "window", &l->window[p][i], e);
	return rc;
}

/* Once for each organisation, whatever the number of its places. */
static int add_purposes(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t p = 0; demo_places[p]; p++)
		for (size_t i = 0; demo_purposes[i].code && !rc && (!p || l->org[p] != l->org[p - 1]);
		     i++)
			rc = add(l, "demo_purpose",
				 CT_ARGS(CT_NUM(l->org[p]), CT_STR(demo_purposes[i].code),
					 CT_STR(demo_purposes[i].label), CT_NUM(i)),
				 "purpose", NULL, e);
	return rc;
}

static int add_step(struct loading *l, size_t p, int64_t tariff, const char *unit, int64_t window,
		    int euros, struct ct_error *e)
{
	if (!euros)
		return 0;
	return add(l, "demo_step",
		   CT_ARGS(CT_NUM(l->org[p]), CT_NUM(tariff), CT_ID(window), CT_STR(unit),
			   CT_NUM(euros * 100)),
		   "step", NULL, e);
}

static int add_tariff(struct loading *l, size_t i, struct ct_error *e)
{
	const struct demo_tariff *t = &demo_tariffs[i];
	size_t p = place_no(t->place);
	bool is_free = !strcmp(t->mode, "free_price");
	bool of_place = !t->kind && !t->room;
	int64_t id;
	int rc = add(l, "demo_tariff",
		     CT_ARGS(CT_NUM(l->org[p]), of_place ? CT_NUM(l->place[p]) : CT_NULL,
			     CT_ID(kind_id(l, t->place, t->kind)), CT_ID(room_id(l, t->room)), CT_STR(t->label),
			     CT_STR(t->mode), CT_STR(t->amounts), CT_STR(t->vat), is_free ? CT_NUM(500) : CT_NULL,
			     is_free ? CT_NUM(2000) : CT_NULL),
		     "tariff", &id, e);

	for (size_t w = 0; w < DEMO_WINDOWS && !rc; w++)
		rc = add_step(l, p, id, "window", l->window[p][w], t->half, e);
	if (rc || (rc = add_step(l, p, id, "day", 0, t->day, e)) ||
	    (rc = add_step(l, p, id, "hour_begun", 0, t->hour, e)))
		return rc;
	return add_step(l, p, id, "use", 0, t->use, e);
}

int reservation_demo(struct ct_request *r, struct ct_error *e)
{
	struct loading l = { .r = r };
	int rc;

	if ((rc = find_places(&l, e)) || (rc = add_policies(&l, e)) || (rc = add_kinds(&l, e)))
		return rc;
	for (size_t i = 0; demo_rooms[i].name && !rc; i++, l.n_rooms++)
		rc = add_room(&l, i, e);
	if (rc || (rc = add_openings(&l, e)) || (rc = add_windows(&l, e)) ||
	    (rc = add_purposes(&l, e)))
		return rc;
	for (size_t i = 0; demo_tariffs[i].label && !rc; i++)
		rc = add_tariff(&l, i, e);
	if (rc || (rc = demo_prices(r, e)) || (rc = demo_bookings(r, l.room, l.n_rooms, e)))
		return rc;
	return demo_hours(r, e);
}
