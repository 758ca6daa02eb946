/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of the sample network: places have plans of their own sort, and clients belong by them, in all states. */
#include "memberships.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/demo.h>

enum { A_YEAR = 366, UNPAID = 7 };	/* days; of ten, the one who has not paid */

struct demo_plan {
	const char *org, *label, *detail, *whom, *pricing, *period, *audience;
	int price;			/* euros; the floor of a free price */
	bool approval;
};

static const struct demo_plan plans[] = {
	{ "filature", "Adhésion individuelle", "Le droit de vote à l’assemblée générale, la lettre d’information et le tarif des membres.",
	  "person", "fixed", "year", "member", 15, false },
	{ "filature", "Adhésion de soutien", "Pour qui peut et veut donner davantage : ce qui dépasse 15 € est un don.",
	  "person", "free", "year", NULL, 15, false },
	{ "filature", "Adhésion associative", "Pour les associations du quartier ; le conseil répond à chaque demande.",
	  "organisation", "fixed", "year", "association", 40, true },
	{ "canal", "Sociétariat", "L’accès aux ateliers après une formation aux machines.", "both", "fixed", "months", "member", 30, false },
	{ "bobine", "Adhésion à prix libre", "L’emprunt d’objets toute l’année. Donnez ce qui vous semble juste.",
	  "person", "free", "months", "member", 5, false },
	{ "jardin", "Adhésion au Grand Jardin", "Une parcelle partagée et les outils de la cabane.", "person", "fixed", "prorated",
	  "member", 24, false },
	{ "reseau", "Ami·e du réseau", "La lettre du réseau et l’invitation à sa rencontre d’automne.", "person", "free", "year", NULL, 10,
	  false },
};

static int add_plan(struct ct_request *r, const struct demo_plan *p, size_t position, int64_t *id_r, struct ct_error *e)
{
	int rc = ct_insert(r, "demo_plan",
			   CT_ARGS(CT_NUM(r->org), CT_STR(p->label), CT_STR(p->detail), CT_STR(p->whom),
				   CT_STR(p->pricing), CT_NUM(p->price * 100), CT_STR(p->period), CT_STR(p->audience),
				   CT_NUM(p->approval), CT_NUM(position)), id_r, e);

	return rc ? rc : ct_audit(r, "plan", *id_r, "create", NULL, json_pack("{s:s}", "label", p->label), e);
}

/*
 * Of ten, seven are members now (one of them was one before, too), one has not paid, one was a member last year only,
 * and one asks nothing.
 */
static int add_member(struct ct_request *r, const struct plan *plan, int64_t party, size_t i, int back,
		      struct ct_error *e)
{
	static const char *const how[] = { "transfer", "cheque", NULL, "card" };
	struct ct_day day = { (int32_t)(r->now.s / 86400) - (int)(i * 13 % 150) - back };
	struct joining j = { .plan = plan, .party = party, .span = span_at(plan->period, plan->first_month, day),
			     .paid = i % 10 != UNPAID || back, .has_dues = !strcmp(plan->pricing, "free"),
			     .dues = plan->price + (int64_t)(i * 7 % 5) * 500, .paid_day = day,
			     .means = how[i % 4], .source = "import" };
	int64_t id;
	int rc = membership_make(r, &j, &id, e);

	return rc ? rc : ct_audit(r, "membership", id, "create", NULL, json_pack("{s:s}", "plan", plan->label), e);
}

static int add_members(struct ct_request *r, int64_t plan_id, struct ct_error *e)
{
	const int64_t *clients;
	int64_t manager;
	struct plan plan;
	size_t n;
	int rc = plan_load(r, plan_id, &plan, e);

	if (rc || !strcmp(plan.whom, "organisation") || (rc = ct_demo_clients(r, r->org, &manager, &clients, &n, e)))
		return rc;
	for (size_t i = 0; i < n && !rc; i++) {
		if (i % 10 == 9)
			continue;
		if (i % 10 == 8 || i % 10 == 0)
			rc = add_member(r, &plan, clients[i], i, A_YEAR, e);
		if (!rc && i % 10 != 8)
			rc = add_member(r, &plan, clients[i], i, 0, e);
	}
	return rc;
}

/* The member whom visitors of the demonstration are: active in the first of these, dues awaited in the other. */
static int add_visitor(struct ct_request *r, const struct demo_plan *p, int64_t plan_id, struct ct_error *e)
{
	bool active = !strcmp(p->org, "filature"), asked = !strcmp(p->org, "bobine");
	struct ct_result *row;
	struct plan plan;
	int rc;

	if ((!active && !asked) || !strcmp(p->whom, "organisation"))
		return 0;
	if ((rc = plan_load(r, plan_id, &plan, e)) || (rc = ct_one(r, "demo_visitor", CT_NO_ARGS, &row, e)))
		return rc;
	return add_member(r, &plan, ct_col_int(row, "id"), !active ? UNPAID : !strcmp(p->pricing, "free"), 0, e);
}

int members_demo(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t plan;
	int rc = 0;

	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]) && !rc; i++) {
		if ((rc = ct_one(r, "demo_org", CT_ARGS(CT_STR(plans[i].org)), &row, e)))
			break;
		r->org = ct_col_int(row, "id");
		rc = add_plan(r, &plans[i], i, &plan, e);
		if (!rc)
			rc = add_members(r, plan, e);
		if (!rc)
			rc = add_visitor(r, &plans[i], plan, e);
		r->org = 0;
	}
	return rc;
}
