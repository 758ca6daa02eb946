/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operators of the sample network say on their law pages: invented, like the rest of it. */
#include "law/law.h"
#include "people/demo.h"
#include "route/query.h"
#include "route/state.h"

static const struct {
	const char *org, *director, *legal_form, *registered, *email, *contact;
	int64_t rate;
	const char *gaps;
} saying[] = {
	{ "reseau", "Sophie Marchand", "association loi 1901", NULL, "donnees@comptoir.example", "Sophie Marchand", 81,
	  "Les documents PDF ne sont pas balisés ; la page d’un document dit la même chose." },
	{ "filature", "Paul Castelain", "association loi 1901", NULL, "donnees@filature.example", "Paul Castelain", 78,
	  "Le plan d’accès est une image ; l’itinéraire est aussi décrit en toutes lettres." },
	{ "canal", "Jan Kowalski", "SCIC SA à capital variable", "RCS Lille Métropole", "donnees@canal.example",
	  "Jan Kowalski", 74, "Les photos des machines n’ont pas encore toutes une description." },
};

int ct_law_demo(struct ct_request *r, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(saying) / sizeof(saying[0]) && !rc; i++) {
		int64_t org;

		CT_AS(r, &ct_plugin_people, org = ct_demo_org_id(r, saying[i].org));
		rc = ct_exec(r, "law_demo", CT_ARGS(CT_NUM(org), CT_STR(saying[i].director), CT_STR(saying[i].legal_form),
			CT_STR(saying[i].registered), CT_STR("Hébergeur Exemple SARL"),
			CT_STR("1 rue des Serveurs, 59000 Lille"), CT_STR("+33320000100"), CT_STR(saying[i].contact),
			CT_STR(saying[i].email), CT_STR("Cabinet Exemple, pour la comptabilité."),
			CT_STR(saying[i].email), CT_NUM(saying[i].rate), CT_STR(saying[i].gaps)), e);
		if (!rc)
			rc = ct_audit_made(r, org, "law", org, e);
	}
	return rc;
}
