/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plugin that takes half of whatever is charged, for test_charges.py: as a buyer, or of a booking whose order
 * number begins with "subsidy" as a subsidy. Of one whose order number is "gone" it took half when it was
 * asked, and nothing in earnest.
 */
#include <string.h>

#include <comptoir/billing.h>

static const struct ct_query queries[] = {
	{ "buyer", .sql = "SELECT p.id, p.name FROM organisation o JOIN party p ON p.id = o.id WHERE o.slug = 'lys-lez'" }, { 0 }
};

static bool begins(const struct ct_charges *set, const char *with)
{
	return set->order_ref && !strncmp(set->order_ref, with, strlen(with));
}

static int take(struct ct_request *r, struct ct_share_ask *ask, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if (!ask->client || !ask->gross || begins(ask->set, "gone"))
		return 0;
	rc = ct_one(r, "buyer", CT_NO_ARGS, &row, e);
	if (!rc)
		ct_share_add(r, ask, (struct ct_share){ .kind = "half.agreement", .id = 1, .party = ct_col_int(row, "id"),
							.by = ct_col_text(row, "name"), .gross = ask->gross / 2,
							.settles = begins(ask->set, "subsidy") ? CT_SHARE_STATEMENT : CT_SHARE_INVOICE });
	return rc;
}

static const struct ct_hook hooks[] = { CT_ON_CHARGE_SHARED(take), { 0 } };

CT_PLUGIN(half) = { CT_HEAD("half"), .title = "Half", .queries = queries, .hooks = hooks };
