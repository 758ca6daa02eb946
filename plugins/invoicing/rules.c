/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules.h"

#include <string.h>
#include <talloc.h>

static int load_vat(struct ct_request *r, struct rules *rules, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "vat_codes", CT_NO_ARGS, &row, e);

	if (rc)
		return rc;
	rules->vat = talloc_array(r, struct vat, ct_result_rows(row) + 1);
	while (ct_next(row))
		rules->vat[rules->n_vat++] = (struct vat){
			.code = ct_col_text(row, "code"), .category = ct_col_text(row, "category"),
			.rate_bp = ct_col_int(row, "rate_bp"), .vatex = ct_col_text(row, "vatex"),
			.label = ct_col_text(row, "label"), .from = ct_col_day(row, "from_d"), .to = ct_col_day(row, "to_d"),
		};
	return 0;
}

/* "10", "8": points; "40,00 €": an amount. */
static const char *rate_text(struct ct_request *r, const struct ct_result *rate)
{
	long long bp = ct_col_int(rate, "bp");

	if (!ct_col_null(rate, "cents"))
		return ct_money_show(r, ct_col_int(rate, "cents"), "EUR", "fr");
	return bp % 100 ? talloc_asprintf(r, "%lld,%02lld", bp / 100, bp % 100) : talloc_asprintf(r, "%lld", bp / 100);
}

static const char *replaced(struct ct_request *r, const char *text, const char *name, const char *with)
{
	const char *mark = talloc_asprintf(r, "{%s}", name), *at = strstr(text, mark);

	if (!at)
		return text;
	return talloc_asprintf(r, "%.*s%s%s", (int)(at - text), text, with, at + strlen(mark));
}

static int load_mentions(struct ct_request *r, struct ct_day day, struct rules *rules, struct ct_error *e)
{
	struct ct_result *row, *rate;
	int rc;

	if ((rc = ct_query(r, "mentions", CT_ARGS(CT_DAY(day), CT_DAY(day)), &row, e)) ||
	    (rc = ct_query(r, "rates", CT_ARGS(CT_DAY(day)), &rate, e)))
		return rc;
	rules->mentions = talloc_array(r, struct mention, ct_result_rows(row) + 1);
	while (ct_next(row))
		rules->mentions[rules->n_mentions++] =
			(struct mention){ ct_col_text(row, "code"), ct_col_text(row, "applies"), ct_col_text(row, "text") };
	while (ct_next(rate))
		for (size_t i = 0; i < rules->n_mentions; i++)
			rules->mentions[i].text = replaced(r, rules->mentions[i].text, ct_col_text(rate, "kind"),
							   rate_text(r, rate));
	return 0;
}

int rules_load(struct ct_request *r, struct ct_day day, struct rules *rules, struct ct_error *e)
{
	int rc;

	*rules = (struct rules){ NULL };
	rc = load_vat(r, rules, e);
	return rc ? rc : load_mentions(r, day, rules, e);
}

const struct vat *rules_vat(const struct rules *rules, const char *code, struct ct_day day)
{
	for (size_t i = 0; i < rules->n_vat; i++) {
		const struct vat *v = &rules->vat[i];

		if (!strcmp(v->code, code) && v->from.n <= day.n && (!ct_day_set(v->to) || day.n <= v->to.n))
			return v;
	}
	return NULL;
}

bool rules_allow(const char *regime, const char *code)
{
	if (!strcmp(code, "O") || !strcmp(code, "E261"))
		return true;
	if (!strcmp(code, "E293B"))
		return !strcmp(regime, "franchise");
	return !strcmp(regime, "normal");
}
