/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/demo.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/demo.h>

#include "account/password.h"
#include "account/users.h"
#include "route/query.h"
#include "route/state.h"

#define PASSWORD "demonstration"

static const struct ct_new_org orgs[] = {
	{ "reseau", "Fédération des lieux du Comptoir", "Le Comptoir des lieux", "#0e5a4f", NULL, true, true },
	{ "filature", "Association La Filature", "La Filature", "#8a3b12", NULL, true, false },
	{ "canal", "SCIC Le Grand Canal", "Le Grand Canal", "#1d4f8c", NULL, true, false },
	{ "lys-lez", "Association Lys-Lez", NULL, NULL, NULL, false, false },
	{ "bobine", "Association La Bobine", "La Bobine", "#7a2e5d", NULL, true, false },
	{ "marelle", "SCOP La Marelle", "La Marelle", "#5d4a12", NULL, true, false },
	{ "verriere", "Coopérative La Verrière", "La Verrière", "#205a6e", NULL, true, false },
	{ "jardin", "Association Le Grand Jardin", "Le Grand Jardin", "#2f5d1e", NULL, true, false },
	{ "presses", "Collectif Les Presses", "Les Presses", "#3a3a3a", NULL, true, false },
	{ "hangar", "Association Le Hangar", "Le Hangar", "#1f4fa3", NULL, true, false },
	{ "echo", "SARL Studio Écho", "Studio Écho", "#6b2f8a", NULL, true, false },
	{ "rives", "Association Maison des rives", "Maison des rives", "#8c1d2f", NULL, true, false },
};

static const struct { const char *org, *slug, *name, *summary, *street, *postcode, *town, *zone; int64_t lat, lon;
		      const char *phone, *email, *access; } places[] = {
	{ "filature", "la-filature", "La Filature", "170 m² pour travailler, se réunir et apprendre, dans une ancienne filature.",
	  "12 rue du Faubourg", "59000", "Lille", "Europe/Paris", 50624000, 3068000, "+33320000112",
	  "accueil@filature.example", "Métro Porte des Postes à cinq minutes. Entrée de plain-pied par la cour." },
	{ "canal", "atelier-du-canal", "L’Atelier du canal", "1 500 m² d’ateliers partagés : bois, métal, couture, découpe laser.",
	  "3 quai du Halage", "59100", "Roubaix", "Europe/Paris", 50692000, 3181000, "+33320000113",
	  "atelier@canal.example", "Arrêt Eurotéléport. Chaussures fermées obligatoires dans les ateliers." },
	{ "canal", "la-peniche", "La Péniche", "Une salle sur l’eau, un pont pour les beaux jours.",
	  "Quai du Wault", "59800", "Lille", "Europe/Paris", 50637000, 3052000, "+33320000114",
	  "peniche@canal.example", "Passerelle étroite : prévenez-nous si vous venez en fauteuil, nous installons la rampe." },
	{ "reseau", "case-reunion", "La Case partagée", "Le lieu ami du réseau à Saint-Denis de La Réunion.",
	  "8 rue de Paris", "97400", "Saint-Denis", "Indian/Reunion", -20880000, 55450000, "+262262000115",
	  "case@comptoir.example", "À deux pas du Barachois." },
	{ "bobine", "la-bobine", "La Bobine", "Une bibliothèque d’objets : on emprunte au lieu d’acheter.",
	  "27 rue du Tilleul", "59200", "Tourcoing", "Europe/Paris", 50722000, 3160000, "+33353010121",
	  "pret@bobine.example", "Métro Colbert. La vitrine jaune ; une marche, rampe sur demande." },
	{ "marelle", "la-marelle", "La Marelle", "Un café, une médiathèque, et de la place pour vos soirées.",
	  "4 place de la Victoire", "59280", "Armentières", "Europe/Paris", 50688000, 2881000, "+33353010122",
	  "bonjour@marelle.example", "À dix minutes de la gare, à pied. Entrée de plain-pied." },
	{ "verriere", "la-verriere", "La Verrière", "Vingt-quatre bureaux sous une verrière, et quatre salles.",
	  "19 avenue du Progrès", "59650", "Villeneuve-d’Ascq", "Europe/Paris", 50623000, 3144000, "+33353010123",
	  "accueil@verriere.example", "Métro Pont-de-Bois. Ascenseur jusqu’au troisième étage." },
	{ "jardin", "le-grand-jardin", "Le Grand Jardin", "Une serre, un verger et une cuisine d’été, en ville.",
	  "50 rue du Marais", "59120", "Loos", "Europe/Paris", 50611000, 3014000, "+33353010124",
	  "jardin@grand-jardin.example", "Chemin stabilisé jusqu’à la serre ; le verger est en herbe." },
	{ "presses", "les-presses", "Les Presses", "Imprimer, relier, sérigraphier : un atelier du papier.",
	  "8 impasse du Plomb", "59000", "Lille", "Europe/Paris", 50640000, 3076000, "+33353010125",
	  "atelier@presses.example", "Sonnez côté cour. La presse typographique est en bas de deux marches." },
	{ "hangar", "le-hangar", "Le Hangar", "On y répare, on y monte, on y répète ; apportez ce qui est cassé.",
	  "112 rue de la Paix", "59150", "Wattrelos", "Europe/Paris", 50702000, 3215000, "+33353010126",
	  "bonjour@hangar.example", "Parking à vélos dans la halle. Sol plat." },
	{ "echo", "studio-echo", "Studio Écho", "Studios de voix, de musique et de montage.",
	  "33 allée des Peupliers", "59700", "Marcq-en-Barœul", "Europe/Paris", 50667000, 3095000, "+33353010127",
	  "studio@echo.example", "Le grand studio est au sous-sol, sans ascenseur." },
	{ "rives", "maison-des-rives", "Maison des rives", "Une maison de quartier : six espaces, de la salle des fêtes à la cuisine.",
	  "1 place du Marché", "59130", "Lambersart", "Europe/Paris", 50651000, 3024000, "+33353010128",
	  "accueil@rives.example", "Entrée de plain-pied par la place. Boucle magnétique dans la salle des fêtes." },
};

static const struct ct_demo_person people[] = {
	{ "membre@demo.example", "Camille", "Lefebvre", "member", "filature" },
	{ "ouvreuse@demo.example", "Nadia", "Benali", "opener", "filature" },
	{ "gestion@demo.example", "Hugo", "Vandamme", "manager", "filature" },
	{ "tresor@demo.example", "Inès", "Duquesne", "treasurer", "filature" },
	{ "admin@demo.example", "Paul", "Castelain", "admin", "filature" },
	{ "gestion@canal.example", "Aïcha", "Diallo", "manager", "canal" },
	{ "admin@canal.example", "Jan", "Kowalski", "admin", "canal" },
	{ "membre@canal.example", "Louise", "Hennion", "member", "canal" },
	{ "coordination@reseau.example", "Sophie", "Marchand", "admin", "reseau" },
	{ "contact@lys-lez.example", "Bruno", "Delattre", "contact", "lys-lez" },
	{ "installation@demo.example", "Marie", "Truffaut", NULL, "" },
};

/* Who looks after the other places: they sign in like all, but are no button on the page to sign in. */
static const struct ct_demo_person keepers[] = {
	{ "admin@bobine.example", "Margot", "Wibaut", "admin", "bobine" },
	{ "admin@marelle.example", "Thomas", "Caron", "admin", "marelle" },
	{ "admin@verriere.example", "Leïla", "Bensaïd", "admin", "verriere" },
	{ "admin@jardin.example", "Gilles", "Deswarte", "admin", "jardin" },
	{ "admin@presses.example", "Irène", "Lagache", "admin", "presses" },
	{ "admin@hangar.example", "Moussa", "Keïta", "admin", "hangar" },
	{ "admin@echo.example", "Claire", "Vasseur", "admin", "echo" },
	{ "admin@rives.example", "Stanislas", "Piotrowski", "admin", "rives" },
};

/* How many times the sample is the size that people look at; for the process, which loads one. */
static int scale = 1;

struct loading { FILE *accounts; int64_t org[sizeof(orgs) / sizeof(orgs[0])]; char hash[CT_PASSWORD_HASH]; };

int ct_demo_scale(void)
{
	return scale;
}

const struct ct_demo_person *ct_demo_people(size_t *n_r)
{
	*n_r = sizeof(people) / sizeof(people[0]);
	return people;
}

const char *ct_demo_org_name(const char *slug)
{
	for (size_t i = 0; i < sizeof(orgs) / sizeof(orgs[0]); i++)
		if (!strcmp(orgs[i].slug, slug))
			return orgs[i].usual_name ? orgs[i].usual_name : orgs[i].legal_name;
	return NULL;
}

static int64_t org_named(const struct loading *l, const char *slug)
{
	for (size_t i = 0; i < sizeof(orgs) / sizeof(orgs[0]); i++)
		if (!strcmp(orgs[i].slug, slug))
			return l->org[i];
	return 0;
}

static int add_places(struct ct_request *r, const struct loading *l, struct ct_error *e)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int64_t id;
		int64_t org = org_named(l, places[i].org);
		int rc = ct_insert(r, "place_add", CT_ARGS(CT_NUM(org), CT_STR(places[i].slug),
			CT_STR(places[i].name), CT_STR(places[i].summary), CT_STR(places[i].street),
			CT_STR(places[i].postcode), CT_STR(places[i].town), CT_STR(places[i].zone),
			CT_NUM(places[i].lat), CT_NUM(places[i].lon), CT_STR(places[i].phone),
			CT_STR(places[i].email), CT_STR(places[i].access)), &id, e);

		if (rc || (rc = ct_audit_made(r, org, "place", id, e)))
			return rc;
	}
	return 0;
}

static int add_person(struct ct_request *r, struct loading *l, const struct ct_demo_person *p, struct ct_error *e)
{
	const struct ct_new_person new = {
		.email = p->email, .given_name = p->given_name,
		.family_name = p->family_name, .password_hash = l->hash,
		.installation_admin = !p->role,
	};
	const char *token, *role = p->role ? p->role : "installation";
	int64_t person, account;
	int rc = ct_user_add(r, &new, &person, &account, e);

	if (!rc && p->role)
		rc = ct_user_role(r, person, org_named(l, p->org), p->role, e);
	if (!rc)
		rc = ct_user_token(r, account, "démonstration", &token, e);
	if (!rc)
		fprintf(l->accounts, "%s\t%s\t%s\t%s\t%s\n", p->email, PASSWORD, role, p->org, token);
	return rc;
}

static int64_t key_of(struct ct_request *r, const char *query, const char *name)
{
	struct ct_result *row;
	struct ct_error e;

	return !ct_query(r, query, CT_ARGS(CT_STR(name)), &row, &e) && ct_next(row) ? ct_col_int(row, "id") : 0;
}

int64_t ct_demo_org_id(struct ct_request *r, const char *slug)
{
	return key_of(r, "organisation_find_text", slug);
}

int64_t ct_demo_person_id(struct ct_request *r, const char *email)
{
	return key_of(r, "demo_person", email);
}

static int load(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct loading *l = arg;
	int rc = 0;

	rewind(l->accounts);
	for (size_t i = 0; i < sizeof(orgs) / sizeof(orgs[0]) && !rc; i++)
		rc = ct_org_add(r, &orgs[i], &l->org[i], e);
	if (!rc)
		rc = add_places(r, l, e);
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]) && !rc; i++)
		rc = add_person(r, l, &people[i], e);
	for (size_t i = 0; i < sizeof(keepers) / sizeof(keepers[0]) && !rc; i++)
		rc = add_person(r, l, &keepers[i], e);
	if (!rc)
		rc = ct_demo_contacts(r, e);
	if (!rc)
		rc = ct_demo_crowd(r, scale, e);
	if (rc || (rc = ct_raise_handlers(r, "demo.before", e)) || (rc = ct_raise_handlers(r, "demo.data", e)))
		return rc;
	return ct_raise_handlers(r, "demo.after", e);
}

int ct_demo_load(struct ct_core *core, FILE *accounts, int times, struct ct_error *e)
{
	struct loading l = { .accounts = accounts };
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_people);
	struct ct_result *row;
	int rc = ct_query(r, "demo_loaded", CT_NO_ARGS, &row, e);

	scale = times;
	if (!rc && ct_next(row))
		rc = ct_fail(e, CT_CONFLICT, "there is an organisation already: the sample network is for empty installations");
	if (!rc && !(rc = ct_password_hash(core, PASSWORD, l.hash, e)))
		rc = ct_transaction(r, load, &l, e);
	talloc_free(r);
	return rc;
}
