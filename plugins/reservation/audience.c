/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audience.h"

#include <stdlib.h>
#include <talloc.h>

#include <comptoir/booking.h>

static int ask(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_audience_f *)function)(r, arg, e);
}

/* What other plugins know of a party, as [{"party", "org", "code"}]. */
static int ask_others(struct ct_request *r, json_t *found, int64_t party, struct ct_day day,
		      struct ct_error *e)
{
	struct ct_audience_ask what = { .party = party, .day = day, .found = found };

	return party ? ct_raise(r, "price.audience", ask, &what, e) : 0;
}

static const struct audience *copy(struct audience *list, struct audiences *to, struct audience one)
{
	list[to->n++] = one;
	return list;
}

int audiences_load(struct ct_request *r, int64_t person, int64_t payer, struct ct_day day,
		   struct standing *standing_r, struct ct_error *e)
{
	struct standing standing = { 0 };
	struct audience *of_person, *of_payer;
	json_t *found = json_array();
	struct ct_result *row;
	char *others;
	int rc;

	if ((rc = ask_others(r, found, person, day, e)) ||
	    (payer != person && (rc = ask_others(r, found, payer, day, e)))) {
		json_decref(found);
		return rc;
	}
	others = json_dumps(found, JSON_COMPACT);
	rc = ct_query(r, "audiences_of",
		      CT_ARGS(CT_NUM(person), CT_NUM(payer), CT_DAY(day), CT_DAY(day), CT_STR(others)),
		      &row, e);
	free(others);
	json_decref(found);
	if (rc)
		return rc;
	of_person = talloc_array(r, struct audience, ct_result_rows(row) + 1);
	of_payer = talloc_array(r, struct audience, ct_result_rows(row) + 1);
	while (ct_next(row)) {
		struct audience one = { .id = ct_col_int(row, "id"), .org = ct_col_int(row, "org_id"),
					.code = ct_col_text(row, "code"),
					.label = ct_col_text(row, "label") };

		if (ct_col_int(row, "party_id") == person)
			standing.person.list = copy(of_person, &standing.person, one);
		if (ct_col_int(row, "party_id") == payer)
			standing.payer.list = copy(of_payer, &standing.payer, one);
	}
	*standing_r = standing;
	return 0;
}

bool audience_among(const struct audiences *all, int64_t audience)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].id == audience)
			return true;
	return !audience;
}
