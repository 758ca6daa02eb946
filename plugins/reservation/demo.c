/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be booked in the sample network: rooms, rules, hours, prices; all of it invented. */
#include "demo.h"

#include <string.h>

#include "reservation.h"

enum { MONDAY = 1, TUESDAY = 2, WEDNESDAY = 4, THURSDAY = 8, FRIDAY = 16, SATURDAY = 32 };

#define WEEK		(MONDAY | TUESDAY | WEDNESDAY | THURSDAY | FRIDAY)
#define H(hour, minute) ((hour)*60 + (minute))
#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

static const char *const places[] = { "la-filature", "atelier-du-canal", "la-peniche",
				      "case-reunion" };

/* -1: inherits */
static const struct {
	const char *place, *label, *parent;
	int min_notice, min_duration, max_duration, step, before, after, overnight;
	const char *approval;
	bool of_place;
} policies[] = {
	{ "la-filature", "Règles de la maison", NULL, 120, 30, -1, 30, -1, -1, -1, "none", true },
	{ "la-filature", "Grande salle : installation et ménage", "Règles de la maison", -1, 120,
	  -1, -1, 30, 30, -1, NULL, false },
	{ "la-filature", "Prêt de matériel", "Règles de la maison", -1, -1, 3 * 1440, -1, -1, -1, 1,
	  NULL, false },
	{ "atelier-du-canal", "Règles des ateliers", NULL, 120, 60, -1, 30, -1, -1, -1, "none",
	  true },
	{ "atelier-du-canal", "Machines : quatre heures au plus", "Règles des ateliers", -1, -1,
	  240, -1, -1, -1, -1, NULL, false },
	{ "la-peniche", "Péniche : sur demande", NULL, 2880, 120, -1, 30, -1, 60, -1, "always",
	  true },
	{ "la-peniche", "Cabine : sans attendre", NULL, 120, 30, -1, 30, -1, 0, -1, "none", false },
	{ "case-reunion", "Règles de la Case", NULL, 60, 30, -1, 30, -1, -1, -1, "none", true },
};

static const struct {
	const char *place, *one, *many, *verb, *unit;
} kinds[] = {
	{ "la-filature", "salle", "salles", "Réserver la salle", NULL },
	{ "la-filature", "bureau", "bureaux", "Réserver un bureau", "bureaux" },
	{ "la-filature", "cuisine", "cuisines", "Réserver la cuisine", NULL },
	{ "la-filature", "matériel", "matériels", "Emprunter", "exemplaires" },
	{ "atelier-du-canal", "salle", "salles", "Réserver la salle", NULL },
	{ "atelier-du-canal", "atelier", "ateliers", "Réserver l’atelier", NULL },
	{ "atelier-du-canal", "machine", "machines", "Réserver la machine", NULL },
	{ "case-reunion", "salle", "salles", "Réserver la salle", NULL },
	{ "case-reunion", "bureau", "bureaux", "Réserver un bureau", "bureaux" },
};

static const struct {
	const char *place, *kind, *name, *summary;
	int units, capacity, area;
	bool step_free, members;
	const char *policy, *whole, *access, *code;
	enum demo_use use;
	int busy;
} rooms[] = {
	{ "la-filature", "salle", "Grande salle",
	  "Parquet, sono et rideaux : assemblées, spectacles, formations. "
	  "Elle se divise en deux.",
	  1, 70, 95, true, false, "Grande salle : installation et ménage", NULL,
	  "Par la cour, double porte. La sono est dans l’armoire grise.", "2604#", USE_HALL, 18 },
	{ "la-filature", "salle", "Grande salle, côté cour", "La moitié qui donne sur la cour.", 1,
	  30, 42, true, false, "Grande salle : installation et ménage", "Grande salle",
	  "Par la cour, double porte.", "2604#", USE_HALL, 22 },
	{ "la-filature", "salle", "Grande salle, côté rue",
	  "La moitié qui donne sur la rue, avec la scène.", 1, 40, 53, true, false,
	  "Grande salle : installation et ménage", "Grande salle", "Par la cour, double porte.",
	  "2604#", USE_HALL, 18 },
	{ "la-filature", "salle", "Salle Lys", "Une table pour douze, un écran, du silence.", 1, 12,
	  24, true, false, NULL, NULL, "Rez-de-chaussée, première porte à gauche.", "1978#",
	  USE_MEETING, 60 },
	{ "la-filature", "salle", "Salle Iris", "Pour six : entretiens et petites réunions.", 1, 6,
	  12, true, false, NULL, NULL, "Premier étage, au fond du couloir. Ascenseur.", "1978#",
	  USE_MEETING, 45 },
	{ "la-filature", "bureau", "Bureaux partagés", "Douze bureaux au calme, écran et casier.",
	  12, 0, 60, true, false, NULL, NULL, "Premier étage, à droite.", "1978#", USE_DESK, 24 },
	{ "la-filature", "cuisine", "Cuisine", "Cuisine équipée, quatre feux, grande table.", 1, 14,
	  26, true, false, NULL, NULL, "Rez-de-chaussée, derrière le bar.", NULL, USE_WORKSHOP,
	  20 },
	{ "la-filature", "matériel", "Vélo cargo", "Caisse de 80 kg, antivol et casque.", 1, 0, 0,
	  false, true, "Prêt de matériel", NULL, "La clé est à l’accueil.", NULL, USE_LOAN, 25 },
	{ "la-filature", "matériel", "Vidéoprojecteur", "Deux appareils, avec câble HDMI.", 2, 0, 0,
	  false, false, "Prêt de matériel", NULL, "À l’accueil.", NULL, USE_LOAN, 12 },
	{ "la-filature", "salle", "Coin café", "Deux canapés, du café : pour se voir sans façon.",
	  1, 6, 10, true, false, NULL, NULL, NULL, NULL, USE_MEETING, 25 },
	{ "atelier-du-canal", "atelier", "Atelier bois", "Établis, scie à format, dégauchisseuse.",
	  1, 8, 120, true, true, NULL, NULL, "Par le quai, porte B. Chaussures fermées.", "7731#",
	  USE_WORKSHOP, 45 },
	{ "atelier-du-canal", "atelier", "Atelier métal",
	  "Postes à souder, tour et perceuse à colonne.", 1, 6, 80, true, true, NULL, NULL,
	  "Par le quai, porte B.", "7731#", USE_WORKSHOP, 25 },
	{ "atelier-du-canal", "atelier", "Atelier couture",
	  "Huit machines, une surjeteuse, une table de coupe.", 1, 10, 45, true, false, NULL, NULL,
	  "Premier étage.", NULL, USE_WORKSHOP, 35 },
	{ "atelier-du-canal", "machine", "Découpeuse laser",
	  "Bois, carton et plexiglas jusqu’à 8 mm, 60 × 40 cm.", 1, 2, 0, true, false,
	  "Machines : quatre heures au plus", NULL, "Au fond de l’atelier numérique.", NULL,
	  USE_MACHINE, 55 },
	{ "atelier-du-canal", "salle", "Salle de formation",
	  "Vingt places en classe, tableau et écran.", 1, 20, 40, true, false, NULL, NULL,
	  "Premier étage, ascenseur.", "7731#", USE_MEETING, 40 },
	{ "la-peniche", "salle", "Salle du pont",
	  "Sur l’eau, lumineuse ; le pont est à vous dès qu’il fait beau.", 1, 40, 65, false, false,
	  NULL, NULL, "La passerelle est ouverte dix minutes avant l’heure.", NULL, USE_HALL, 40 },
	{ "la-peniche", "salle", "Cabine", "Une table ronde pour huit, à la proue.", 1, 8, 14,
	  false, false, "Cabine : sans attendre", NULL, NULL, NULL, USE_MEETING, 30 },
	{ "case-reunion", "salle", "Salle Bardzour",
	  "Ventilée, sous le toit de tôle : réunions et formations.", 1, 25, 45, true, false, NULL,
	  NULL, "La clé est chez la voisine, au 10.", NULL, USE_MEETING, 35 },
	{ "case-reunion", "bureau", "Bureaux de la Case", "Six bureaux, fibre et café de pays.", 6,
	  0, 35, true, false, NULL, NULL, NULL, NULL, USE_DESK, 30 },
	{ "case-reunion", "salle", "Varangue", "À l’ombre, pour quinze : ateliers et rencontres.",
	  1, 15, 30, true, false, NULL, NULL, NULL, NULL, USE_WORKSHOP, 25 },
};

/* `room` NULL: the place's own hours */
static const struct {
	const char *place, *room;
	int days, opens, closes;
	bool closed;
} openings[] = {
	{ "la-filature", NULL, MONDAY | WEDNESDAY | FRIDAY, H(8, 0), H(19, 0), false },
	{ "la-filature", NULL, TUESDAY | THURSDAY, H(8, 0), H(22, 0), false },
	{ "la-filature", NULL, SATURDAY, H(9, 0), H(18, 0), false },
	{ "la-filature", "Coin café", WEEK, H(9, 0), H(18, 0), false },
	{ "atelier-du-canal", NULL, TUESDAY | WEDNESDAY | FRIDAY, H(9, 0), H(19, 0), false },
	{ "atelier-du-canal", NULL, THURSDAY, H(9, 0), H(22, 0), false },
	{ "atelier-du-canal", NULL, SATURDAY, H(9, 0), H(18, 0), false },
	{ "atelier-du-canal", "Découpeuse laser", WEEK & ~MONDAY, H(10, 0), H(18, 30), false },
	{ "atelier-du-canal", "Découpeuse laser", WEEK & ~MONDAY, H(12, 30), H(13, 30), true },
	{ "la-peniche", NULL, WEEK & ~FRIDAY, H(9, 0), H(22, 0), false },
	{ "la-peniche", NULL, FRIDAY | SATURDAY, H(9, 0), H(24, 0), false },
	{ "case-reunion", NULL, WEEK, H(8, 0), H(18, 0), false },
	{ "case-reunion", NULL, FRIDAY, H(18, 0), H(21, 0), false },
	{ "case-reunion", NULL, SATURDAY, H(8, 0), H(13, 0), false },
};

static const struct {
	const char *label;
	int from, to;
} windows[] = {
	{ "matin", H(9, 0), H(13, 0) },
	{ "après-midi", H(14, 0), H(18, 0) },
	{ "soirée", H(18, 0), H(22, 0) },
};

static const struct {
	const char *code, *label;
} purposes[] = {
	{ "meeting", "Réunion" },    { "training", "Formation" }, { "event", "Événement public" },
	{ "service", "Permanence" }, { "workshop", "Atelier" },	  { "work", "Travail individuel" },
};

/* Euros, 0: no such price. Exactly one of kind and room; both NULL: the whole place. */
static const struct {
	const char *place, *kind, *room, *label, *mode, *amounts;
	int half, day, hour, use;
	const char *vat;
} tariffs[] = {
	{ "la-filature", NULL, "Grande salle", "Grande salle", "fixed", "include_vat", 360, 600,
	  110, 0 },
	{ "la-filature", NULL, "Grande salle, côté cour", "Demi-grande salle", "fixed",
	  "include_vat", 160, 300, 50, 0 },
	{ "la-filature", NULL, "Grande salle, côté rue", "Demi-grande salle avec scène", "fixed",
	  "include_vat", 200, 360, 60, 0 },
	{ "la-filature", "salle", NULL, "Salles de réunion", "fixed", "include_vat", 80, 150, 24,
	  0 },
	{ "la-filature", NULL, "Coin café", "Coin café", "gratis", "include_vat", 0, 0, 0, 0 },
	{ "la-filature", "bureau", NULL, "Bureaux", "fixed", "include_vat", 12, 20, 4, 0 },
	{ "la-filature", "cuisine", NULL, "Cuisine", "fixed", "include_vat", 60, 100, 18, 0 },
	{ "la-filature", NULL, "Vélo cargo", "Vélo cargo", "fixed", "include_vat", 8, 15, 3, 0 },
	{ "la-filature", NULL, "Vidéoprojecteur", "Vidéoprojecteur", "fixed", "include_vat", 0, 0,
	  0, 10 },
	{ "atelier-du-canal", "atelier", NULL, "Ateliers", "fixed", "exclude_vat", 40, 70, 12, 0 },
	{ "atelier-du-canal", "machine", NULL, "Machines", "fixed", "exclude_vat", 0, 0, 15, 0 },
	{ "atelier-du-canal", NULL, "Salle de formation", "Salle de formation", "fixed",
	  "exclude_vat", 160, 300, 50, 0 },
	{ "la-peniche", NULL, "Salle du pont", "Salle du pont", "fixed", "no_vat", 360, 600, 110, 0,
	  "E261" },
	{ "la-peniche", NULL, "Cabine", "Cabine", "fixed", "no_vat", 80, 150, 24, 0, "E261" },
	{ "case-reunion", NULL, NULL, "La Case", "fixed", "no_vat", 60, 110, 18, 0, "E293B" },
	{ "case-reunion", NULL, "Varangue", "Varangue", "free_price", "no_vat", 0, 0, 0, 0, "E293B" },
	{ "case-reunion", "bureau", NULL, "Bureaux de la Case", "fixed", "no_vat", 10, 16, 3, 0,
	  "E293B" },
};

/* Keys of what was stored, parallel to the tables. */
struct loading {
	struct ct_request *r;
	int64_t place[COUNT(places)], org[COUNT(places)];
	int64_t policy[COUNT(policies)], kind[COUNT(kinds)], window[COUNT(places)][COUNT(windows)];
	struct demo_room room[COUNT(rooms)];
};

static size_t place_no(const char *slug)
{
	size_t i = 0;

	while (strcmp(places[i], slug) != 0)
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

	for (size_t i = 0; i < COUNT(places) && !rc; i++) {
		if ((rc = ct_one(l->r, "demo_place", CT_ARGS(CT_STR(places[i])), &row, e)))
			break;
		l->place[i] = ct_col_int(row, "id");
		l->org[i] = ct_col_int(row, "org_id");
	}
	return rc;
}

/* Key of the rules with this label, of the ones stored so far. */
static int64_t policy_id(const struct loading *l, const char *label)
{
	for (size_t i = 0; label && i < COUNT(policies); i++)
		if (!strcmp(policies[i].label, label))
			return l->policy[i];
	return 0;
}

static int add_policies(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT(policies) && !rc; i++) {
		size_t p = place_no(policies[i].place);

		rc = add(l, "demo_policy",
			 CT_ARGS(CT_NUM(l->org[p]), CT_ID(policy_id(l, policies[i].parent)),
				 CT_STR(policies[i].label), or_null(policies[i].min_notice),
				 or_null(policies[i].min_duration),
				 or_null(policies[i].max_duration), or_null(policies[i].step),
				 or_null(policies[i].before), or_null(policies[i].after),
				 or_null(policies[i].overnight), CT_STR(policies[i].approval)),
			 "policy", &l->policy[i], e);
		if (!rc && policies[i].of_place)
			rc = ct_exec(l->r, "demo_place_policy",
				     CT_ARGS(CT_NUM(l->place[p]), CT_NUM(l->policy[i])), e);
	}
	return rc;
}

static int add_kinds(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT(kinds) && !rc; i++)
		rc = add(l, "demo_kind",
			 CT_ARGS(CT_NUM(l->org[place_no(kinds[i].place)]), CT_STR(kinds[i].one),
				 CT_STR(kinds[i].many), CT_STR(kinds[i].verb),
				 CT_STR(kinds[i].unit)),
			 "kind", &l->kind[i], e);
	return rc;
}

/* By organisation: the two places of one share its kinds. */
static int64_t kind_id(const struct loading *l, const char *place, const char *one)
{
	int64_t org = l->org[place_no(place)];

	for (size_t i = 0; one && i < COUNT(kinds); i++)
		if (l->org[place_no(kinds[i].place)] == org && !strcmp(kinds[i].one, one))
			return l->kind[i];
	return 0;
}

static int64_t room_id(const struct loading *l, const char *name)
{
	for (size_t i = 0; name && i < COUNT(rooms); i++)
		if (!strcmp(rooms[i].name, name))
			return l->room[i].id;
	return 0;
}

static int add_room(struct loading *l, size_t i, struct ct_error *e)
{
	struct demo_room *room = &l->room[i];
	size_t p = place_no(rooms[i].place);
	int rc;

	*room = (struct demo_room){
		.org = l->org[p],
		.use = rooms[i].use,
		.busy = rooms[i].busy,
		.units = rooms[i].units,
		.capacity = rooms[i].capacity,
	};
	rc = add(l, "demo_resource",
		 CT_ARGS(CT_NUM(l->org[p]), CT_NUM(l->place[p]),
			 CT_NUM(kind_id(l, rooms[i].place, rooms[i].kind)), CT_STR(rooms[i].name),
			 CT_STR(rooms[i].summary), CT_NUM(rooms[i].units), CT_ID(rooms[i].capacity),
			 CT_ID(rooms[i].area), CT_NUM(rooms[i].step_free), CT_NUM(rooms[i].members),
			 CT_ID(policy_id(l, rooms[i].policy)), CT_NUM(i + 1),
			 CT_STR(rooms[i].access), CT_STR(rooms[i].code)),
		 "resource", &room->id, e);
	if (!rc && rooms[i].whole)
		rc = ct_exec(l->r, "demo_part",
			     CT_ARGS(CT_NUM(room_id(l, rooms[i].whole)), CT_NUM(room->id)), e);
	return rc;
}

static int add_openings(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT(openings) && !rc; i++) {
		size_t p = place_no(openings[i].place);

		rc = add(l, "demo_opening",
			 CT_ARGS(CT_NUM(l->org[p]), CT_NUM(l->place[p]),
				 CT_ID(room_id(l, openings[i].room)), CT_NUM(openings[i].days),
				 CT_NUM(openings[i].opens), CT_NUM(openings[i].closes),
				 CT_NUM(openings[i].closed)),
			 "opening", NULL, e);
	}
	return rc;
}

static int add_windows(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t p = 0; p < COUNT(places); p++)
		for (size_t i = 0; i < COUNT(windows) && !rc; i++)
			rc = add(l, "demo_window",
				 CT_ARGS(CT_NUM(l->org[p]), CT_NUM(l->place[p]),
					 CT_STR(windows[i].label), CT_NUM(windows[i].from),
					 CT_NUM(windows[i].to)),
				 "window", &l->window[p][i], e);
	return rc;
}

/* Once for each organisation, whatever the number of its places. */
static int add_purposes(struct loading *l, struct ct_error *e)
{
	int rc = 0;

	for (size_t p = 0; p < COUNT(places); p++)
		for (size_t i = 0; i < COUNT(purposes) && !rc && (!p || l->org[p] != l->org[p - 1]);
		     i++)
			rc = add(l, "demo_purpose",
				 CT_ARGS(CT_NUM(l->org[p]), CT_STR(purposes[i].code),
					 CT_STR(purposes[i].label), CT_NUM(i)),
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
	size_t p = place_no(tariffs[i].place);
	bool of_place = !tariffs[i].kind && !tariffs[i].room;
	int64_t id;
	int rc = add(l, "demo_tariff",
		     CT_ARGS(CT_NUM(l->org[p]), of_place ? CT_NUM(l->place[p]) : CT_NULL,
			     CT_ID(kind_id(l, tariffs[i].place, tariffs[i].kind)),
			     CT_ID(room_id(l, tariffs[i].room)), CT_STR(tariffs[i].label),
			     CT_STR(tariffs[i].mode), CT_STR(tariffs[i].amounts), CT_STR(tariffs[i].vat),
			     strcmp(tariffs[i].mode, "free_price") ? CT_NULL : CT_NUM(500),
			     strcmp(tariffs[i].mode, "free_price") ? CT_NULL : CT_NUM(2000)),
		     "tariff", &id, e);

	for (size_t w = 0; w < COUNT(windows) && !rc; w++)
		rc = add_step(l, p, id, "window", l->window[p][w], tariffs[i].half, e);
	if (rc || (rc = add_step(l, p, id, "day", 0, tariffs[i].day, e)) ||
	    (rc = add_step(l, p, id, "hour_begun", 0, tariffs[i].hour, e)))
		return rc;
	return add_step(l, p, id, "use", 0, tariffs[i].use, e);
}

int reservation_demo(struct ct_request *r, struct ct_error *e)
{
	struct loading l = { .r = r };
	int rc;

	if ((rc = find_places(&l, e)) || (rc = add_policies(&l, e)) || (rc = add_kinds(&l, e)))
		return rc;
	for (size_t i = 0; i < COUNT(rooms) && !rc; i++)
		rc = add_room(&l, i, e);
	if (rc || (rc = add_openings(&l, e)) || (rc = add_windows(&l, e)) ||
	    (rc = add_purposes(&l, e)))
		return rc;
	for (size_t i = 0; i < COUNT(tariffs) && !rc; i++)
		rc = add_tariff(&l, i, e);
	if (!rc)
		rc = demo_prices(r, e);
	return rc ? rc : demo_bookings(r, l.room, COUNT(rooms), e);
}
