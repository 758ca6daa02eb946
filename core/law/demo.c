/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operators of the sample network say on their law pages: invented, like the rest of it. */
#include "law/law.h"
#include "route/state.h"

#define GAPS "Les documents PDF ne sont pas balisés ; la page d’un document dit la même chose."

int ct_law_demo(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *org;
	int rc = ct_query(r, "law_demo_orgs", CT_NO_ARGS, &org, e);

	while (!rc && ct_next(org)) {
		int64_t id = ct_col_int(org, "id");
		const char *admin = ct_col_text(org, "admin"), *email = ct_col_text(org, "email");

		rc = ct_exec(r, "law_demo", CT_ARGS(CT_NUM(id), CT_STR(admin), CT_STR(ct_col_text(org, "legal_form")),
			CT_STR("Hébergeur Exemple SARL"), CT_STR("1 rue des Serveurs, 59000 Lille"), CT_STR("+33320000100"),
			CT_STR(admin), CT_STR(email), CT_STR("Cabinet Exemple, pour la comptabilité."), CT_STR(email),
			CT_NUM(72 + id % 20), CT_STR(GAPS)), e);
		if (!rc)
			rc = ct_audit(r, "law", id, "create", NULL, NULL, e);
	}
	return rc;
}
