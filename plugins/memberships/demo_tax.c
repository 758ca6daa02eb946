/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tax receipts of the sample network: one place gives them, some donors have theirs, others no address yet. */
#include <string.h>
#include <talloc.h>

#include <comptoir/demo.h>

#include "tax.h"

enum { GIVEN = 6, UNADDRESSED = 2, WAITING = 3 };

static const struct { const char *street, *postcode, *town; } homes[] = {
	{ "8 rue des Arts", "59100", "Roubaix" }, { "14 rue du Moulin", "59000", "Lille" }, { "3 place de la République", "59200", "Tourcoing" },
	{ "27 avenue des Tilleuls", "59170", "Croix" }, { "5 rue de l’Abbé-Lemire", "59110", "La Madeleine" },
};

static int switch_on(struct ct_request *r, int64_t manager, struct ct_error *e)
{
	int rc;

	if ((rc = ct_exec(r, "demo_identity", CT_ARGS(CT_STR("W595000402"), CT_NUM(r->org)), e)) ||
	    (rc = ct_exec(r, "demo_seat", CT_ARGS(CT_NUM(r->org), CT_STR("12 rue du Faubourg"), CT_STR("59000"), CT_STR("Lille")), e)) ||
	    (rc = ct_exec(r, "demo_switch", CT_ARGS(CT_NUM(r->org), CT_UTC(r->now), CT_NUM(manager),
			CT_STR("Faire vivre un lieu ouvert à toutes et tous : ateliers, entraide, éducation populaire et culture dans le quartier."),
			CT_STR("Inès Delattre"), CT_STR("trésorière")), e)))
		return rc;
	return ct_audit(r, "eligibility", r->org, "change", NULL, json_pack("{s:b}", "eligible", 1), e);
}

static int give(struct ct_request *r, struct ct_result *gifts, struct ct_error *e)
{
	json_t *means = json_object();
	char *keys = talloc_strdup(r, "[");
	size_t n = 0;
	int rc = 0;

	ct_own(r, means, (void (*)(void *))json_decref);
	for (size_t i = 0; !rc && ct_next(gifts) && i < GIVEN + UNADDRESSED + WAITING; i++) {
		const char *key = talloc_asprintf(r, "%lld", (long long)ct_col_int(gifts, "id"));
		size_t home = i % (sizeof(homes) / sizeof(homes[0]));

		if (i % 5 == 4)
			continue; /* no address */
		rc = ct_exec(r, "demo_seat", CT_ARGS(CT_NUM(ct_col_int(gifts, "party_id")), CT_STR(homes[home].street),
						     CT_STR(homes[home].postcode), CT_STR(homes[home].town)), e);
		if (n >= GIVEN)
			continue;
		ct_put_text(means, key, i % 3 ? "transfer" : "cheque");
		keys = talloc_asprintf_append(keys, "%s%s", n++ ? "," : "", key);
	}
	if (rc || !n)
		return rc;
	return tax_give(r, &(struct giving){ .keys = talloc_asprintf_append(keys, "]"), .n = n, .means = means }, e);
}

int tax_demo(struct ct_request *r, struct ct_error *e)
{
	const int64_t *clients;
	struct ct_result *row;
	int64_t manager;
	size_t n;
	int rc = ct_one(r, "demo_org", CT_ARGS(CT_STR("filature")), &row, e);

	if (rc)
		return rc;
	r->org = ct_col_int(row, "id");
	if (!(rc = ct_demo_clients(r, r->org, &manager, &clients, &n, e)) && !(rc = switch_on(r, manager, e)) &&
	    !(rc = ct_query(r, "demo_gifts", CT_ARGS(CT_NUM(r->org)), &row, e)))
		rc = give(r, row, e);
	r->org = 0;
	return rc;
}
