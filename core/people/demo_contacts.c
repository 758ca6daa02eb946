/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts, projects, terms and a grant of the sample network; two of the contacts are one person. */
#include <talloc.h>

#include "people/demo.h"
#include "people/people.h"
#include "route/query.h"
#include "route/state.h"

static const struct {
	const char *org, *kind, *given, *family, *legal, *email, *phone, *siren, *siret, *street, *postcode, *town;
	const char *note;
	bool public_buyer;
} contacts[] = {
	{ "filature", "person", "Jeanne", "Morel", NULL, "jeanne.morel@courriel.example", "+33612000201", NULL, NULL,
	  "5 allée des Tisserands", "59000", "Lille", "Atelier d’écriture, un jeudi sur deux.", false },
	{ "filature", "person", "Jeanne", "Morel", NULL, NULL, "+33612000201", NULL, NULL, NULL, NULL, NULL,
	  "A réservé par téléphone.", false },
	{ "filature", "person", "Omar", "Sadaoui", NULL, "omar.sadaoui@courriel.example", NULL, NULL, NULL, NULL, NULL,
	  NULL, NULL, false },
	{ "filature", "person", NULL, "Wattel", NULL, NULL, "+33320000202", NULL, NULL, NULL, NULL, NULL,
	  "Téléphone seulement, de préférence le matin.", false },
	{ "filature", "organisation", NULL, NULL, "Commune de Valbrune", "accueil@valbrune.example", "+33320000203",
	  "111222337", "11122233700011", "1 place de la République", "59999", "Valbrune",
	  "Le bon de commande doit être sur chaque facture.", true },
	{ "filature", "organisation", NULL, NULL, "Chorale des Quatre-Vents", "chorale@quatre-vents.example", NULL, NULL,
	  NULL, "3 rue du Moulin", "59000", "Lille", NULL, false },
	{ "canal", "person", "Élise", "Carpentier", NULL, "elise.carpentier@courriel.example", NULL, NULL, NULL, NULL, NULL,
	  NULL, NULL, false },
};

static int add_contact(struct ct_request *r, size_t i, struct ct_error *e)
{
	int64_t id, org = ct_demo_org_id(r, contacts[i].org);
	const char *town = contacts[i].town;
	int rc = ct_insert(r, "party_add", CT_ARGS(CT_STR(contacts[i].kind), CT_STR(contacts[i].given),
		CT_STR(contacts[i].family), CT_STR(contacts[i].legal), CT_NULL, CT_STR(contacts[i].email),
		CT_STR(contacts[i].phone), CT_STR("fr"), CT_STR(contacts[i].siren), CT_STR(contacts[i].siret), CT_NULL,
		CT_NULL, CT_NUM(contacts[i].public_buyer)), &id, e);

	if (rc || (rc = ct_exec(r, "contact_add", CT_ARGS(CT_NUM(org), CT_NUM(id), CT_STR(contacts[i].note)), e)))
		return rc;
	if (town && (rc = ct_exec(r, "address_put", CT_ARGS(CT_NUM(id), CT_NULL, CT_NULL, CT_STR(contacts[i].street),
		CT_NULL, CT_STR(contacts[i].postcode), CT_STR(town), CT_STR("FR")), e)))
		return rc;
	return ct_audit_made(r, org, "contact", id, e);
}

static const struct { const char *org, *code, *label, *lead; } projects[] = {
	{ "filature", "ATELIERS", "Ateliers du jeudi", "gestion@demo.example" },
	{ "reseau", "FORMATION", "Former les nouveaux lieux", "coordination@reseau.example" },
};

static const struct { const char *org, *kind, *title, *text; } terms[] = {
	{ "filature", "rules", "Règlement de la maison",
	  "Chacun·e laisse la salle comme elle ou il l’a trouvée : lumières éteintes, fenêtres fermées, tables rangées.\n\n"
	  "Les repas se prennent dans la cuisine. La dernière personne qui part ferme la porte de la cour." },
	{ "filature", "sale", "Conditions de location",
	  "La salle est louée pour la durée indiquée. Une annulation est gratuite jusqu’à sept jours avant la date ;"
	  " ensuite, la moitié du prix reste due." },
};

static int add_works(struct ct_request *r, struct ct_error *e)
{
	int64_t id, lead;
	int rc = 0;

	for (size_t i = 0; i < sizeof(projects) / sizeof(projects[0]) && !rc; i++) {
		int64_t org = ct_demo_org_id(r, projects[i].org);

		lead = ct_demo_person_id(r, projects[i].lead);
		rc = ct_insert(r, "project_add", CT_ARGS(CT_NUM(org), CT_STR(projects[i].code),
			CT_STR(projects[i].label), CT_NUM(lead)), &id, e);
		if (!rc)
			rc = ct_audit_made(r, org, "project", id, e);
	}
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]) && !rc; i++) {
		struct ct_day today = { (int32_t)(r->now.s / 86400) };
		int64_t org = ct_demo_org_id(r, terms[i].org);

		rc = ct_insert(r, "terms_add", CT_ARGS(CT_NUM(org), CT_STR(terms[i].kind), CT_STR(terms[i].title),
			CT_STR(terms[i].text), CT_NULL, CT_DAY(today), CT_NUM(org), CT_STR(terms[i].kind)), &id, e);
		if (!rc)
			rc = ct_audit_made(r, org, "terms", id, e);
	}
	return rc;
}

/* The place lets the network see its figures, and knows the association that books for its members. */
static int add_ties(struct ct_request *r, struct ct_error *e)
{
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	static const char *const operators[] = { "filature", "canal" };
	int64_t id;
	int rc = ct_insert(r, "grant_give", CT_ARGS(CT_NUM(ct_demo_org_id(r, "filature")), CT_NUM(ct_demo_org_id(r, "reseau")),
		CT_STR("figures"), CT_DAY(today), CT_NULL, CT_NUM(ct_demo_person_id(r, "admin@demo.example"))), &id, e);

	if (!rc)
		rc = ct_audit_made(r, ct_demo_org_id(r, "filature"), "grant", id, e);
	for (size_t i = 0; i < 2 && !rc; i++) {
		rc = ct_contact_know(r, ct_demo_org_id(r, operators[i]), ct_demo_org_id(r, "lys-lez"), e);
		if (!rc)
			rc = ct_contact_know(r, ct_demo_org_id(r, operators[i]), ct_demo_person_id(r, "contact@lys-lez.example"), e);
	}
	return rc;
}

int ct_demo_contacts(struct ct_request *r, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(contacts) / sizeof(contacts[0]) && !rc; i++)
		rc = add_contact(r, i, e);
	if (!rc && !(rc = ct_exec(r, "demo_reach", CT_NO_ARGS, e)))
		rc = ct_exec(r, "demo_seats", CT_NO_ARGS, e);
	if (!rc)
		rc = add_works(r, e);
	return rc ? rc : add_ties(r, e);
}
