/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an offer is made of, as it is stored. */
#include <string.h>
#include <talloc.h>

#include "rates.h"

static struct adjust adjust_of(const struct ct_result *row)
{
	return (struct adjust){
		.id = ct_col_int(row, "id"),
		.org = ct_col_int(row, "org_id"),
		.place = ct_col_int(row, "place_id"),
		.kind = ct_col_int(row, "kind_id"),
		.resource = ct_col_int(row, "resource_id"),
		.audience = ct_col_int(row, "audience_id"),
		.label = ct_col_text(row, "label"),
		.is_share = !ct_col_null(row, "discount_bp"),
		.bp = ct_col_int(row, "discount_bp"),
		.cents = ct_col_int(row, "amount_cents"),
		.before = ct_col_null(row, "before_min") ? -1 : (int)ct_col_int(row, "before_min"),
		.after = ct_col_null(row, "after_min") ? -1 : (int)ct_col_int(row, "after_min"),
		.reason = ct_col_int(row, "reason_id"),
		.reason_label = ct_col_text(row, "reason_label"),
		.vat_code = ct_col_text(row, "vat_code"),
	};
}

static struct extra extra_of(const struct ct_result *row)
{
	return (struct extra){
		.id = ct_col_int(row, "id"),
		.org = ct_col_int(row, "org_id"),
		.place = ct_col_int(row, "place_id"),
		.kind = ct_col_int(row, "kind_id"),
		.resource = ct_col_int(row, "resource_id"),
		.label = ct_col_text(row, "label"),
		.unit = ct_col_text(row, "unit"),
		.cents = ct_col_int(row, "price_cents"),
		.vat_code = ct_col_text(row, "vat_code"),
		.max = ct_col_int(row, "max"),
		.notice = ct_col_int(row, "notice"),
	};
}

static const char *ids_of(struct ct_request *r, const struct rooms *rooms)
{
	int64_t *keys = talloc_array(r, int64_t, rooms->n + 1);

	for (size_t i = 0; i < rooms->n; i++)
		keys[i] = rooms->room[i].id;
	return json_ids(r, keys, rooms->n);
}

int adjusts_load(struct ct_request *r, const struct rooms *rooms, struct ct_day day, struct rates *o,
		 struct ct_error *e)
{
	struct ct_result *row;
	struct adjust *list;
	int rc = ct_query(r, "adjusts", CT_ARGS(CT_STR(ids_of(r, rooms)), CT_DAY(day), CT_DAY(day)), &row, e);

	if (rc)
		return rc;
	o->adjusts = list = talloc_array(r, struct adjust, ct_result_rows(row) + 1);
	while (ct_next(row))
		list[o->n_adjusts++] = adjust_of(row);
	return 0;
}

static int load_extras(struct ct_request *r, const struct rooms *rooms, struct rates *o, struct ct_error *e)
{
	struct ct_result *row;
	struct extra *list;
	int rc = ct_query(r, "extras", CT_ARGS(CT_STR(ids_of(r, rooms))), &row, e);

	if (rc)
		return rc;
	o->extras = list = talloc_array(r, struct extra, ct_result_rows(row) + 1);
	while (ct_next(row))
		list[o->n_extras++] = extra_of(row);
	return 0;
}

/* Whoever pays for somebody else may be an organisation; who pays for herself is a person. */
static int load_payer(struct ct_request *r, int64_t person, int64_t payer, struct rates *o,
		      struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if (!payer || payer == person)
		return 0;
	rc = ct_query(r, "payer_kind", CT_ARGS(CT_NUM(payer)), &row, e);
	if (!rc && ct_next(row))
		o->for_body = !strcmp(ct_col_text(row, "kind"), "organisation");
	return rc;
}

int rates_load(struct ct_request *r, const struct rooms *rooms, struct ct_day day, int64_t person,
	       int64_t payer, bool named, struct rates *rates_r, struct ct_error *e)
{
	struct rates o = { .for_body = named };
	int rc;

	if ((rc = tariffs_load(r, rooms, day, &o.tariffs, e)) ||
	    (rc = adjusts_load(r, rooms, day, &o, e)) || (rc = load_extras(r, rooms, &o, e)) ||
	    (rc = audiences_load(r, person, payer, day, &o.standing, e)) ||
	    (rc = load_payer(r, person, payer, &o, e)))
		return rc;
	*rates_r = o;
	return 0;
}
