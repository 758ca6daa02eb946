/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two funders of the sample network: a town that buys half for associations, and a foundation that helps members. */
#include "subsidies.h"

#include <comptoir/demo.h>

enum { BEFORE = 150, AFTER = 215, HELPED = 6, EUROS = 100 };	/* days of an agreement before and after today */

static const struct {
	const char *title, *funder, *reference, *order_ref, *settles;
	int64_t amount;			/* euros */
	int share;			/* basis points */
} agreements[] = {
	{ "Associations de Valbrune", "Commune de Valbrune", "DEL-2026-41", "EJ-2026-0412", "invoice", 2500, 5000 },
	{ "Coup de pouce aux adhérents", "Fondation du Faubourg", "FF-118", NULL, "statement", 4000, 3000 },
};

static int funder(struct ct_request *r, const char *name, int64_t *id_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "demo_party", CT_ARGS(CT_STR(name)), &row, e);

	if (rc)
		return rc;
	if (ct_next(row)) {
		*id_r = ct_col_int(row, "id");
		return 0;
	}
	rc = ct_insert(r, "demo_funder", CT_ARGS(CT_STR(name)), id_r, e);
	if (rc || (rc = ct_exec(r, "demo_funder_address", CT_ARGS(CT_NUM(*id_r)), e)))
		return rc;
	return ct_contact_know(r, r->org, *id_r, e);
}

static int help(struct ct_request *r, int64_t agreement, int64_t party, struct ct_error *e)
{
	return ct_exec(r, "demo_eligible", CT_ARGS(CT_NUM(agreement), CT_NUM(party)), e);
}

/* A clients' organisation for the one that buys; people and the member for the other one. */
static int choose(struct ct_request *r, size_t i, int64_t agreement, struct ct_error *e)
{
	const char *names[] = { "Association Lys-Lez", "Chorale des Quatre-Vents", NULL };
	const int64_t *clients;
	int64_t manager;
	struct ct_result *row;
	size_t n;
	int rc = 0;

	for (const char **name = names; *name && i == 0 && !rc; name++) {
		rc = ct_one(r, "demo_party", CT_ARGS(CT_STR(*name)), &row, e);
		if (!rc)
			rc = help(r, agreement, ct_col_int(row, "id"), e);
	}
	if (i == 0 || (rc = ct_one(r, "demo_member", CT_NO_ARGS, &row, e)) ||
	    (rc = help(r, agreement, ct_col_int(row, "id"), e)) || (rc = ct_demo_clients(r, r->org, &manager, &clients, &n, e)))
		return rc;
	for (size_t k = n > HELPED ? n - HELPED : 0; k < n && !rc; k++)
		rc = help(r, agreement, clients[k], e);
	return rc;
}

/* Half is there, half is to come: of the first a week ago, which nobody has seen arrive. */
static int add_instalments(struct ct_request *r, size_t i, int64_t agreement, struct ct_day today,
			   struct ct_error *e)
{
	struct ct_day paid = ct_day_add(today, -100), due = ct_day_add(today, i ? 60 : -7);
	int64_t half = agreements[i].amount * EUROS / 2;
	int64_t id;
	int rc = ct_insert(r, "demo_instalment", CT_ARGS(CT_NUM(r->org), CT_NUM(agreement), CT_STR("Première moitié"), CT_DAY(paid),
							 CT_NUM(half), CT_DAY(paid), CT_NUM(half)), &id, e);

	if (!rc)
		rc = ct_insert(r, "demo_instalment", CT_ARGS(CT_NUM(r->org), CT_NUM(agreement), CT_STR("Solde"), CT_DAY(due),
							     CT_NUM(half), CT_NULL, CT_NULL), &id, e);
	return rc ? rc : ct_audit(r, "instalment", id, "create", NULL, NULL, e);
}

static int add_agreement(struct ct_request *r, size_t i, struct ct_error *e)
{
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	int64_t id, by;
	int rc = funder(r, agreements[i].funder, &by, e);

	if (rc || (rc = ct_insert(r, "demo_agreement",
				  CT_ARGS(CT_NUM(r->org), CT_STR(agreements[i].title), CT_NUM(by),
					  CT_STR(agreements[i].reference),
					  CT_DAY(ct_day_add(today, -BEFORE)), CT_DAY(ct_day_add(today, AFTER)),
					  CT_NUM(agreements[i].amount * EUROS), CT_NUM(agreements[i].share),
					  CT_STR(agreements[i].settles), CT_STR(agreements[i].order_ref)), &id, e)) ||
	    (rc = ct_audit(r, "agreement", id, "create", NULL, NULL, e)) || (rc = choose(r, i, id, e)))
		return rc;
	return add_instalments(r, i, id, today, e);
}

int subsidies_demo(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "demo_org", CT_NO_ARGS, &row, e);

	if (rc)
		return rc;
	r->org = ct_col_int(row, "id");
	for (size_t i = 0; i < sizeof(agreements) / sizeof(agreements[0]) && !rc; i++)
		rc = add_agreement(r, i, e);
	r->org = 0;
	return rc;
}
