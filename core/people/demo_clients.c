/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clients of the sample network: names drawn in a fixed order. */
#include <string.h>
#include <talloc.h>

#include <comptoir/demo.h>

#include "people/demo.h"
#include "people/people.h"
#include "route/query.h"
#include "route/state.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* How it is written, and how in an address. 37 and 31 are prime to each other: a pair comes back after 1 147. */
static const char *const given[37][2] = {
	{ "Adèle", "adele" }, { "Amadou", "amadou" }, { "Anaïs", "anais" }, { "Baptiste", "baptiste" }, { "Célia", "celia" },
	{ "Clément", "clement" }, { "Dalila", "dalila" }, { "Damien", "damien" }, { "Elsa", "elsa" }, { "Farid", "farid" },
	{ "Fanny", "fanny" }, { "Gaëlle", "gaelle" }, { "Grégory", "gregory" }, { "Héloïse", "heloise" }, { "Ibrahim", "ibrahim" },
	{ "Ilona", "ilona" }, { "Jules", "jules" }, { "Justine", "justine" }, { "Karim", "karim" }, { "Khadija", "khadija" },
	{ "Léo", "leo" }, { "Lucie", "lucie" }, { "Maëlle", "maelle" }, { "Marius", "marius" }, { "Mathilde", "mathilde" },
	{ "Mehdi", "mehdi" }, { "Naïma", "naima" }, { "Noé", "noe" }, { "Ophélie", "ophelie" }, { "Pierre-Yves", "pierre-yves" },
	{ "Rachid", "rachid" }, { "Romane", "romane" }, { "Samira", "samira" }, { "Sébastien", "sebastien" }, { "Tiphaine", "tiphaine" },
	{ "Victor", "victor" }, { "Zélie", "zelie" },
};

static const char *const family[31][2] = {
	{ "Amrani", "amrani" }, { "Bailleul", "bailleul" }, { "Bonte", "bonte" }, { "Cordonnier", "cordonnier" },
	{ "D’Hondt", "dhondt" }, { "Debruyne", "debruyne" }, { "Delannoy", "delannoy" }, { "Desmet", "desmet" },
	{ "Diop", "diop" }, { "Fontaine", "fontaine" }, { "Goethals", "goethals" }, { "Haddad", "haddad" },
	{ "Joly", "joly" }, { "Kaczmarek", "kaczmarek" }, { "Lecœur", "lecoeur" }, { "Leclercq", "leclercq" },
	{ "Lemaître", "lemaitre" }, { "Mansouri", "mansouri" }, { "Nguyen", "nguyen" }, { "Nowak", "nowak" },
	{ "Ouali", "ouali" }, { "Pruvost", "pruvost" }, { "Queva", "queva" }, { "Roussel", "roussel" },
	{ "Sénéchal", "senechal" }, { "Szymański", "szymanski" }, { "Tison", "tison" }, { "Traoré", "traore" },
	{ "Vandenberghe", "vandenberghe" }, { "Verhaeghe", "verhaeghe" }, { "Wauquier", "wauquier" },
};

static const struct { const char *street, *postcode, *town; } homes[] = {
	{ "rue des Fileurs", "59000", "Lille" }, { "rue de l’Abattoir", "59100", "Roubaix" },
	{ "rue du Tilleul", "59200", "Tourcoing" }, { "avenue du Progrès", "59650", "Villeneuve-d’Ascq" },
	{ "rue du Marais", "59120", "Loos" }, { "rue des Brasseurs", "59280", "Armentières" },
	{ "rue de la Paix", "59150", "Wattrelos" }, { "allée des Peupliers", "59700", "Marcq-en-Barœul" },
	{ "rue Neuve", "59130", "Lambersart" },
};

/* Where the i-th is a client; those of La Filature twice as many. */
static const char *const orgs[] = {
	"filature", "canal", "bobine", "marelle", "verriere", "filature", "jardin", "presses", "hangar", "echo", "rives", "reseau",
};

enum { CLIENTS = 138, KNOWN_TWICE = 12 };

static int add_client(struct ct_request *r, size_t i, struct ct_error *e)
{
	const char *const *first = given[i % COUNT(given)], *const *last = family[i % COUNT(family)];
	size_t round = i / (COUNT(given) * COUNT(family)), home = i * 5 % COUNT(homes);
	const char *email = talloc_asprintf(r, round ? "%s.%s%zu@courriel.example" : "%s.%s@courriel.example", first[1],
					    last[1], round);
	int64_t id, org = ct_demo_org_id(r, orgs[i % COUNT(orgs)]);
	int rc = ct_insert(r, "party_add", CT_ARGS(CT_STR("person"), CT_STR(first[0]), CT_STR(last[0]), CT_NULL, CT_NULL,
		CT_STR(email), CT_STR(talloc_asprintf(r, "+3360000%04zu", 1000 + i % 9000)), CT_STR("fr"), CT_NULL, CT_NULL,
		CT_NULL, CT_NULL, CT_NUM(0)), &id, e);

	if (rc || (rc = ct_exec(r, "contact_add", CT_ARGS(CT_NUM(org), CT_NUM(id), CT_NULL), e)) ||
	    (rc = ct_exec(r, "address_put", CT_ARGS(CT_NUM(id), CT_NULL, CT_NULL,
		CT_STR(talloc_asprintf(r, "%zu %s", 1 + i * 7 % 140, homes[home].street)), CT_NULL,
		CT_STR(homes[home].postcode), CT_STR(homes[home].town), CT_STR("FR")), e)))
		return rc;
	if (i % KNOWN_TWICE == 5)
		rc = ct_contact_know(r, ct_demo_org_id(r, "canal"), id, e);
	return rc ? rc : ct_audit_made(r, org, "contact", id, e);
}

int ct_demo_crowd(struct ct_request *r, int scale, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < (size_t)scale * CLIENTS && !rc; i++)
		rc = add_client(r, i, e);
	return rc;
}

static int find(struct ct_request *r, int64_t org, int64_t *manager_r, struct ct_result **clients_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "demo_manager", CT_ARGS(CT_NUM(org)), &row, e);

	if (rc)
		return rc;
	*manager_r = ct_col_int(row, "person_id");
	return ct_query(r, "demo_clients", CT_ARGS(CT_NUM(org)), clients_r, e);
}

int ct_demo_clients(struct ct_request *r, int64_t org, int64_t *manager_r, const int64_t **clients_r, size_t *n_r,
		    struct ct_error *e)
{
	struct ct_result *row;
	int64_t *list;
	int rc;

	CT_AS(r, &ct_plugin_people, rc = find(r, org, manager_r, &row, e));
	if (rc)
		return rc;
	list = talloc_array(r, int64_t, ct_result_rows(row) + 1);
	for (*n_r = 0; ct_next(row); ++*n_r)
		list[*n_r] = ct_col_int(row, "id");
	*clients_r = list;
	return 0;
}
