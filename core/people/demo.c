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

struct loading { FILE *accounts; int64_t org[sizeof(orgs) / sizeof(orgs[0])]; char hash[CT_PASSWORD_HASH]; };

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

static int add_person(struct ct_request *r, struct loading *l, size_t i, struct ct_error *e)
{
	const struct ct_new_person new = {
		.email = people[i].email, .given_name = people[i].given_name,
		.family_name = people[i].family_name, .password_hash = l->hash,
		.installation_admin = !people[i].role,
	};
	const char *token, *role = people[i].role ? people[i].role : "installation";
	int64_t person, account;
	int rc = ct_user_add(r, &new, &person, &account, e);

	if (!rc && people[i].role)
		rc = ct_user_role(r, person, org_named(l, people[i].org), people[i].role, e);
	if (!rc)
		rc = ct_user_token(r, account, "démonstration", &token, e);
	if (!rc)
		fprintf(l->accounts, "%s\t%s\t%s\t%s\t%s\n", people[i].email, PASSWORD, role, people[i].org, token);
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
		rc = add_person(r, l, i, e);
	if (!rc)
		rc = ct_demo_contacts(r, e);
	return rc ? rc : ct_raise_handlers(r, "demo.data", e);
}

int ct_demo_load(struct ct_core *core, FILE *accounts, struct ct_error *e)
{
	struct loading l = { .accounts = accounts };
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_people);
	struct ct_result *row;
	int rc = ct_query(r, "demo_loaded", CT_NO_ARGS, &row, e);

	if (!rc && ct_next(row))
		rc = ct_fail(e, CT_CONFLICT, "there is an organisation already: the sample network is for empty installations");
	if (!rc && !(rc = ct_password_hash(core, PASSWORD, l.hash, e)))
		rc = ct_transaction(r, load, &l, e);
	talloc_free(r);
	return rc;
}
