/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has booked what in the sample network, drawn from a fixed seed. All names are invented. */
#include "demo.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/billing.h>
#include <comptoir/demo.h>

#include "store.h"

enum { DAYS_BEFORE = 14, DAYS_AFTER = 28, PARTS = 3, SOONEST_REQUEST = 4 };
/* See book_past: days, per cent, people. */
enum { BILLED_BEFORE = 122, BILLED_SHARE = 6, CLIENTS_OF_IT = 5, REGULARS = 7 };
enum { MOST_ROOMS = 96, MOST_ORGS = 32, MOST_BUSY = 200, MOST_STAYS = 1000 };

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

struct hours {
	int from, to;
};

/* What people choose, by use and part of the day, in half-hours from midnight; { 0, 0 } is none. */
static const struct hours habits[][PARTS][4] = {
	[USE_MEETING] = {
		{ { 18, 22 }, { 18, 26 }, { 20, 24 }, { 19, 25 } },
		{ { 28, 36 }, { 28, 32 }, { 29, 35 }, { 27, 30 } },
		{ { 36, 40 }, { 37, 42 }, { 38, 44 }, { 36, 38 } },
	},
	[USE_HALL] = {
		{ { 18, 26 }, { 19, 25 }, { 18, 34 }, { 20, 25 } },
		{ { 28, 36 }, { 28, 35 }, { 29, 36 }, { 30, 36 } },
		{ { 38, 44 }, { 38, 43 }, { 39, 44 }, { 38, 44 } },
	},
	[USE_DESK] = {
		{ { 18, 26 }, { 18, 36 }, { 18, 26 }, { 17, 25 } },
		{ { 28, 36 }, { 28, 36 }, { 27, 34 }, { 28, 34 } },
		{ { 0, 0 } },
	},
	[USE_WORKSHOP] = {
		{ { 18, 26 }, { 19, 25 }, { 20, 24 }, { 18, 24 } },
		{ { 28, 36 }, { 28, 34 }, { 30, 36 }, { 28, 32 } },
		{ { 36, 42 }, { 37, 43 }, { 36, 40 }, { 38, 44 } },
	},
	[USE_MACHINE] = {
		{ { 20, 24 }, { 22, 25 }, { 20, 22 }, { 20, 25 } },
		{ { 28, 32 }, { 27, 31 }, { 28, 30 }, { 29, 34 } },
		{ { 34, 36 }, { 33, 37 }, { 34, 37 }, { 32, 36 } },
	},
	[USE_LOAN] = {
		{ { 18, 36 }, { 18, 26 }, { 20, 24 }, { 18, 36 } },
		{ { 28, 36 }, { 28, 32 }, { 28, 34 }, { 27, 35 } },
		{ { 0, 0 } },
	},
};

struct what {
	const char *title, *purpose;
};

static const struct what whats[][6] = {
	[USE_MEETING] = { { "Conseil d’administration", "meeting" },
			  { "Réunion d’équipe", "meeting" },
			  { "Entretiens d’embauche", "meeting" },
			  { "Permanence juridique", "service" },
			  { "Cours de français", "training" },
			  { "Comité de quartier", "meeting" } },
	[USE_HALL] = { { "Assemblée générale", "meeting" },
		       { "Formation premiers secours", "training" },
		       { "Répétition de la chorale", "workshop" },
		       { "Projection-débat", "event" },
		       { "Bourse aux jouets", "event" },
		       { "Séminaire d’équipe", "training" } },
	[USE_DESK] = { { NULL, "work" },
		       { NULL, "work" },
		       { "Télétravail", "work" },
		       { NULL, "work" },
		       { "Rédaction du mémoire", "work" },
		       { NULL, "work" } },
	[USE_WORKSHOP] = { { "Atelier collectif", "workshop" },
			   { "Atelier réparation", "workshop" },
			   { "Chantier participatif", "workshop" },
			   { "Initiation", "training" },
			   { "Atelier parents-enfants", "workshop" },
			   { "Préparation du marché", "event" } },
	[USE_MACHINE] = { { "Maquette", "workshop" },
			  { "Signalétique du festival", "workshop" },
			  { "Prototype", "work" },
			  { "Boîtes et coffrets", "workshop" },
			  { NULL, "work" },
			  { "Initiation découpe", "training" } },
	[USE_LOAN] = { { "Marché du samedi", "event" },
		       { NULL, "work" },
		       { "Livraison de paniers", "work" },
		       { "Ciné-club", "event" },
		       { "Déménagement", "work" },
		       { "Tournée des composteurs", "service" } },
};

/* Who comes besides the clients that an organisation has: the demo's people by e-mail, guests by name. */
static const struct {
	const char *org, *email, *name, *phone, *pays;
} people[] = {
	{ "filature", "membre@demo.example", NULL, NULL, NULL },
	{ "filature", "contact@lys-lez.example", NULL, NULL, "lys-lez" },
	{ "filature", "ouvreuse@demo.example", NULL, NULL, NULL },
	{ "filature", NULL, "Croix-Blanche de Lille", "+33320000201", NULL },
	{ "filature", NULL, "Yasmina Ferhat", "+33600000202", NULL },
	{ "filature", NULL, "Compagnie du Passage", "+33600000203", NULL },
	{ "filature", "membre@canal.example", NULL, NULL, NULL },
	{ "canal", "membre@canal.example", NULL, NULL, NULL },
	{ "canal", "membre@demo.example", NULL, NULL, NULL },
	{ "canal", NULL, "Atelier Brindille", "+33600000204", NULL },
	{ "canal", NULL, "Théo Lambert", "+33600000205", NULL },
	{ "canal", "contact@lys-lez.example", NULL, NULL, "lys-lez" },
	{ "reseau", "coordination@reseau.example", NULL, NULL, NULL },
	{ "reseau", NULL, "Association Ti Kaz", "+262692000206", NULL },
	{ "reseau", NULL, "Mickaël Hoarau", "+262692000207", NULL },
};

struct person {
	int64_t party, payer;
	const char *name, *phone;
};

/* Who comes to the places of an organisation, and who books there for others. */
struct crowd {
	int64_t org, manager;
	struct person *person;
	size_t n, regular;		/* regular: the first of those who come month by month */
};
struct purpose {
	int64_t id, org;
	const char *code;
};

struct drawing {
	struct ct_request *r;
	uint64_t state;		       /* of the generator */
	struct rooms rooms;	       /* with the openings of all these days */
	struct busy *busy[MOST_ROOMS]; /* of each on a day, as it grows */
	struct crowd crowd[MOST_ORGS];
	size_t n_crowds;
	struct purpose *purpose;
	size_t n_purposes;
	struct stay {
		int64_t party;
		struct ct_local start, end;
	} *stay;	       /* on a day */
	size_t n_stays;
	bool past;		       /* of what is billed by now, see book_past */
};

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016 */
static size_t draw(struct drawing *d, size_t below)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return (size_t)((d->state * 2685821657736338717u >> 33) % below);
}

static bool chance(struct drawing *d, int percent)
{
	return (int)draw(d, 100) < percent;
}

static int key_of(struct ct_request *r, const char *query, const char *text, int64_t *id_r,
		  struct ct_error *e)
{
	struct ct_result *row;
	int rc = text ? ct_one(r, query, CT_ARGS(CT_STR(text)), &row, e) : 0;

	if (!rc && text)
		*id_r = ct_col_int(row, "id");
	return rc;
}

static int add_person(struct ct_request *r, struct crowd *c, size_t i, struct ct_error *e)
{
	struct person *p = &c->person[c->n++];
	int rc = key_of(r, "demo_person", people[i].email, &p->party, e);

	p->name = people[i].name;
	p->phone = people[i].phone;
	p->payer = p->party;
	return rc ? rc : key_of(r, "demo_client", people[i].pays, &p->payer, e);
}

static int add_crowd(struct drawing *d, int64_t org, struct ct_error *e)
{
	struct crowd *c = &d->crowd[d->n_crowds++];
	const int64_t *clients;
	size_t n;
	int rc = ct_demo_clients(d->r, org, &c->manager, &clients, &n, e);

	if (rc)
		return rc;
	c->org = org;
	c->person = talloc_zero_array(d->r, struct person, n + COUNT(people));
	c->regular = n > CLIENTS_OF_IT ? n - CLIENTS_OF_IT : 0;
	for (size_t i = 0; i < n; i++)
		c->person[c->n++] = (struct person){ .party = clients[i], .payer = clients[i] };
	for (size_t i = 0; i < COUNT(people) && !rc; i++) {
		int64_t of = 0;

		rc = key_of(d->r, "demo_client", people[i].org, &of, e);
		if (!rc && of == org)
			rc = add_person(d->r, c, i, e);
	}
	return rc;
}

static const struct crowd *crowd_of(const struct drawing *d, int64_t org)
{
	for (size_t i = 0; i < d->n_crowds; i++)
		if (d->crowd[i].org == org)
			return &d->crowd[i];
	return NULL;
}

static int find_purposes(struct drawing *d, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(d->r, "demo_purposes", CT_NO_ARGS, &row, e);

	if (rc)
		return rc;
	d->purpose = talloc_array(d->r, struct purpose, ct_result_rows(row) + 1);
	while (ct_next(row))
		d->purpose[d->n_purposes++] = (struct purpose){ ct_col_int(row, "id"),
								ct_col_int(row, "org_id"),
								ct_col_text(row, "code") };
	return 0;
}

static int64_t purpose_id(const struct drawing *d, int64_t org, const char *code)
{
	for (size_t i = 0; i < d->n_purposes; i++)
		if (d->purpose[i].org == org && !strcmp(d->purpose[i].code, code))
			return d->purpose[i].id;
	return 0;
}

/* Guests may come in numbers; somebody with an account is in one place at a time. */
static bool is_elsewhere(const struct drawing *d, int64_t party, const struct wish *w)
{
	for (size_t i = 0; party && i < d->n_stays; i++)
		if (d->stay[i].party == party && d->stay[i].start.s < w->end.s &&
		    d->stay[i].end.s > w->start.s)
			return true;
	return false;
}

/* Somebody who is not elsewhere, as long as there is one to be found soon. */
static const struct person *draw_person(struct drawing *d, const struct crowd *c, const struct wish *w)
{
	size_t first = d->past ? c->regular : 0, n = d->past && c->n - first > REGULARS ? REGULARS : c->n - first;
	const struct person *p = &c->person[first + draw(d, n)];

	for (size_t tries = 0; is_elsewhere(d, p->party, w) && tries < 3 * n; tries++)
		p = &c->person[first + draw(d, n)];
	if (d->n_stays < MOST_STAYS)
		d->stay[d->n_stays++] = (struct stay){ p->party, w->start, w->end };
	return p;
}

static void take_unit(struct drawing *d, int64_t leaf, int64_t unit, struct ct_utc from,
		      struct ct_utc to)
{
	for (size_t i = 0; i < d->rooms.n; i++) {
		struct room *room = &d->rooms.room[i];

		for (size_t k = 0; k < room->n_leaves; k++)
			if (room->leaves[k] == leaf && room->n_busy < MOST_BUSY)
				d->busy[i][room->n_busy++] = (struct busy){
					.leaf = leaf, .unit = unit, .start = from, .end = to
				};
	}
}

static bool is_taken(const struct room *room, int64_t leaf, int64_t unit, struct ct_utc from,
		     struct ct_utc to)
{
	for (size_t i = 0; i < room->n_busy; i++)
		if (room->busy[i].leaf == leaf && room->busy[i].unit == unit &&
		    room->busy[i].start.s < to.s && room->busy[i].end.s > from.s)
			return true;
	return false;
}

/* The same units as the write protocol chooses, so that what does not fit need not be tried. */
static void take(struct drawing *d, const struct room *room, const struct wish *w)
{
	struct ct_utc from, to;

	room_occupied(room, w->start, w->end, &from, &to);
	for (size_t i = 0; i < room->n_leaves; i++) {
		int64_t left = w->items[0].quantity;

		for (int64_t unit = 1; unit <= room->units && left; unit++)
			if (!is_taken(room, room->leaves[i], unit, from, to)) {
				take_unit(d, room->leaves[i], unit, from, to);
				left--;
			}
	}
}

static void draw_people(struct drawing *d, const struct demo_room *demo, struct wish *w)
{
	const struct crowd *crowd = crowd_of(d, demo->org);
	const struct person *p = draw_person(d, crowd, w);
	const struct what *what = &whats[demo->use][draw(d, COUNT(whats[0]))];

	w->person = p->party;
	w->payer = p->payer;
	w->name = p->name;
	w->phone = p->phone;
	w->source = !p->party || chance(d, 25) ? chance(d, 60) ? "phone" : "counter" : "web";
	w->booked_by = strcmp(w->source, "web") ? crowd->manager : p->party;
	w->title = what->title;
	w->purpose = purpose_id(d, demo->org, what->purpose);
	w->note = chance(d, 12) ? "Nous arrivons un quart d’heure avant pour installer." : NULL;
	w->attendance = demo->capacity ? 1 + (int64_t)draw(d, (size_t)demo->capacity) : 0;
}

/* What is over was attended, by about as many as were said; of one in ten nobody wrote it down. */
static int attend(struct drawing *d, const struct room *room, const struct wish *w, int64_t id, struct ct_error *e)
{
	struct ct_utc start = ct_zone_utc(room->zone, w->start);
	int64_t came = w->attendance + id % 3 - 1;

	if (ct_zone_utc(room->zone, w->end).s > d->r->now.s || id % 10 == 0)
		return 0;
	return ct_exec(d->r, "booking_attended",
		       CT_ARGS(CT_STR("confirmed"), CT_UTC(start),
			       w->attendance ? CT_NUM(came > 0 ? came : 1) : CT_NULL, CT_NUM(id)), e);
}

static int book(struct drawing *d, const struct demo_room *demo, const struct room *room,
		struct wish *w, bool ahead, struct ct_error *e)
{
	struct stored stored;
	int rc;

	draw_people(d, demo, w);
	w->uid = ct_new_uid(d->r);
	w->amount_set = demo->free_price;
	w->amount_cents = demo->free_price ? 500 + (int64_t)draw(d, 4) * 500 : 0;
	w->expected_cents = -1;
	d->r->org = demo->org;
	rc = booking_store(d->r, w, &stored, e);
	if (!rc && !ahead)
		rc = attend(d, room, w, stored.id, e);
	if (rc || !ahead || !chance(d, 6))
		take(d, room, w);
	else
		rc = booking_cancel(d->r, stored.id, e);
	d->r->org = 0;
	return rc;
}

static int draw_booking(struct drawing *d, const struct demo_room *demo, const struct room *room,
			int days, size_t part, struct ct_error *e)
{
	const struct hours *hours = &habits[demo->use][part][draw(d, COUNT(habits[0][0]))];
	struct ct_day day = ct_day_add(ct_zone_day(room->zone, d->r->now), days);
	int64_t units = demo->units > 2 ? 1 + (int64_t)draw(d, 3) / 2 : 1;
	const struct wish_item item = { demo->id, units };
	struct wish w = { .items = &item,
			  .n_items = 1,
			  .start = ct_day_at(day, hours->from * 30),
			  .end = ct_day_at(day, hours->to * 30),
			  .manager = true };

	if (hours->to == hours->from || !room_is_open(room, w.start, w.end) ||
	    !room_fits(room, w.start, w.end, units))
		return 0;
	if (room->policy.approval == APPROVAL_ALWAYS && days >= SOONEST_REQUEST)
		w.manager = chance(d, 50);
	return book(d, demo, room, &w, days > 0, e);
}

/* Per cent of a good week's bookings: people book for next week, not for next month. */
static int share(int days)
{
	return days <= 7 ? 75 : days <= 14 ? 55 : days <= 21 ? 40 : 30;
}

static int draw_day(struct drawing *d, const struct demo_room *demo, const struct room *room,
		    int days, struct ct_error *e)
{
	int tries = demo->units > 2 ? demo->units / 3 : 1, rc = 0;

	for (size_t part = 0; part < PARTS; part++)
		for (int i = 0; i < tries && !rc; i++)
			if (chance(d, demo->busy * (d->past ? BILLED_SHARE : share(days)) / 100))
				rc = draw_booking(d, demo, room, days, part, e);
	return rc;
}

/* Nobody books over midnight here, so what was taken the day before is in nobody's way. */
static void begin_day(struct drawing *d)
{
	d->n_stays = 0;
	for (size_t i = 0; i < d->rooms.n; i++)
		d->rooms.room[i].n_busy = 0;
}

static bool bills(struct ct_request *r)
{
	return ct_service(r, "billing", 1);
}

static int load_rooms(struct drawing *d, const struct demo_room *demo, size_t n, struct ct_error *e)
{
	struct ct_day today = { (int32_t)(d->r->now.s / 86400) };
	int64_t ids[MOST_ROOMS];
	int rc;

	for (size_t i = 0; i < n; i++)
		ids[i] = demo[i].id;
	if ((rc = rooms_by_ids(d->r, ids, n, &d->rooms, e)) ||
	    (rc = openings_load(d->r, &d->rooms, ct_day_add(today, -(bills(d->r) ? BILLED_BEFORE : 0)
							     - DAYS_BEFORE * ct_demo_scale() - 1),
				ct_day_add(today, DAYS_AFTER + 2), e)))
		return rc;
	for (size_t i = 0; i < d->rooms.n; i++) {
		d->busy[i] = talloc_array(d->r, struct busy, MOST_BUSY);
		d->rooms.room[i].busy = d->busy[i];
	}
	return 0;
}

/*
 * Where somebody bills, a few clients of some organisations came month by month before that, too, so that there is
 * something to look at. Drawn apart from the rest, which is the same with and without.
 */
static int book_past(struct drawing *d, const struct demo_room *demo, size_t n, struct ct_error *e)
{
	static const char *const slugs[] = { "filature", "canal", "rives", "hangar" };
	int64_t orgs[COUNT(slugs)];
	int rc = 0;

	for (size_t k = 0; k < COUNT(slugs) && !rc; k++)
		rc = key_of(d->r, "demo_client", slugs[k], &orgs[k], e);
	d->state = 20260901;
	d->past = true;
	for (int days = -BILLED_BEFORE; days < -DAYS_BEFORE * ct_demo_scale() && !rc; days++) {
		begin_day(d);
		for (size_t i = 0; i < n && !rc; i++)
			for (size_t k = 0; k < COUNT(slugs) && !rc; k++)
				if (orgs[k] == demo[i].org)
					rc = draw_day(d, &demo[i], &d->rooms.room[i], days, e);
	}
	return rc;
}

/* The rooms were stored in this order, so their keys have it too. */
int demo_bookings(struct ct_request *r, const struct demo_room *demo, size_t n, struct ct_error *e)
{
	struct drawing d = { .r = r, .state = 20261126, .stay = talloc_array(r, struct stay, MOST_STAYS) };
	int rc = load_rooms(&d, demo, n, e);

	for (size_t i = 0; i < n && !rc; i++)
		if (!crowd_of(&d, demo[i].org))
			rc = add_crowd(&d, demo[i].org, e);
	if (!rc)
		rc = find_purposes(&d, e);
	for (int days = -DAYS_BEFORE * ct_demo_scale(); days <= DAYS_AFTER && !rc; days++) {
		begin_day(&d);
		for (size_t i = 0; i < n && !rc; i++)
			rc = draw_day(&d, &demo[i], &d.rooms.room[i], days, e);
	}
	return rc || !bills(r) ? rc : book_past(&d, demo, n, e);
}
