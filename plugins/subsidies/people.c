/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes on the pages of others, and what happens to the people and organisations that agreements name. */
#include <talloc.h>

#include "subsidies.h"

enum { SOON_DAYS = 60 };

/* ---- boxes ---- */

/* What is to be known of an agreement that is watched, in the order in which it matters. */
static const char *watched_text(struct ct_request *r, const struct ct_result *row)
{
	char day[CT_TIME_UI];
	long long late = ct_col_int(row, "late");
	const char *left = ct_money_show(r, ct_col_int(row, "left_cents"), ct_col_text(row, "currency"), r->lang);

	if (late)
		return talloc_asprintf(r, ngettext_("%lld instalment is late", "%lld instalments are late", late), late);
	if (ct_col_int(row, "used_up"))
		return talloc_asprintf(r, _("nearly used up: %s left"), left);
	return talloc_asprintf(r, _("ends on %s, with %s left"), ct_day_ui(day, ct_col_day(row, "to_d"), r->lang), left);
}

int subsidies_dashboard(struct ct_request *r, struct ct_error *e)
{
	struct ct_day today = subsidies_today(r);
	struct ct_result *row;
	json_t *box;
	int rc;

	if (!ct_may(r, MAY_SEE, r->org))
		return 0;
	rc = ct_query(r, "watched", CT_ARGS(CT_DAY(ct_day_add(today, SOON_DAYS)), CT_DAY(today), CT_NUM(r->org), CT_DAY(today),
					    CT_DAY(today)), &row, e);
	if (rc || !ct_result_rows(row))
		return rc;
	box = ct_panel(r, _("Subsidies to look after"), NULL);
	while (ct_next(row))
		ct_panel_row(box, ct_col_text(row, "title"), watched_text(r, row), subsidies_link(r, ct_col_int(row, "id")));
	ct_panel_more(box, _("All agreements"), ct_url(r, "/o/%lld/agreements", (long long)r->org));
	return 0;
}

static void put_funded(struct ct_request *r, json_t *box, struct ct_result *row)
{
	char day[CT_TIME_UI];

	while (ct_next(row)) {
		const char *currency = ct_col_text(row, "currency");

		ct_panel_row(box, ct_col_text(row, "title"),
			     talloc_asprintf(r, _("funds this: %s of %s used, until %s"),
					     ct_money_show(r, ct_col_int(row, "used_cents"), currency, r->lang),
					     ct_money_show(r, ct_col_int(row, "amount_cents"), currency, r->lang),
					     ct_day_ui(day, ct_col_day(row, "to_d"), r->lang)),
			     subsidies_link(r, ct_col_int(row, "id")));
	}
}

static void put_helped(struct ct_request *r, json_t *box, struct ct_result *row)
{
	while (ct_next(row)) {
		long long uses = ct_col_int(row, "uses");
		const char *sum = ct_money_show(r, ct_col_int(row, "share_cents"), ct_col_text(row, "currency"), r->lang);

		ct_panel_row(box, ct_col_text(row, "title"),
			     talloc_asprintf(r, ngettext_("helped %lld time: %s", "helped %lld times: %s", uses), uses, sum),
			     subsidies_link(r, ct_col_int(row, "id")));
	}
}

int subsidies_party_panel(struct ct_request *r, const struct ct_party_panel *subject, struct ct_error *e)
{
	struct ct_result *funded, *helped;
	json_t *box;
	int rc;

	if (!ct_may(r, MAY_SEE, r->org))
		return 0;
	if ((rc = ct_query(r, "funded", CT_ARGS(CT_NUM(r->org), CT_NUM(subject->party)), &funded, e)) ||
	    (rc = ct_query(r, "helped", CT_ARGS(CT_NUM(subject->party), CT_NUM(r->org)), &helped, e)))
		return rc;
	if (!ct_result_rows(funded) && !ct_result_rows(helped))
		return 0;
	box = ct_panel(r, _("Subsidies"), NULL);
	put_funded(r, box, funded);
	put_helped(r, box, helped);
	return 0;
}

/* ---- people ---- */

int subsidies_party_merged(struct ct_request *r, const struct ct_party_merge *m, struct ct_error *e)
{
	static const char *const moves[] = { "merge_funders", "merge_payers", "merge_eligible" };
	int rc = 0;

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]) && !rc; i++)
		rc = ct_exec(r, moves[i], CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e);
	return rc ? rc : ct_exec(r, "eligible_leave", CT_ARGS(CT_NUM(m->from)), e);
}

static int export_rows(struct ct_request *r, const char *query, int64_t party, json_t *list, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, CT_ARGS(CT_NUM(party)), &row, e);

	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	return rc;
}

int subsidies_party_exported(struct ct_request *r, const struct ct_party_export *x, struct ct_error *e)
{
	json_t *o = ct_put_object(x->data, "subsidies");
	int rc;

	if ((rc = export_rows(r, "export_uses", x->party, ct_put_array(o, "paid_for_you"), e)) ||
	    (rc = export_rows(r, "export_eligible", x->party, ct_put_array(o, "for_you"), e)))
		return rc;
	return export_rows(r, "export_funded", x->party, ct_put_array(o, "paid_by_you"), e);
}

/* Who pays for others by an agreement settles that first. */
int subsidies_party_due(struct ct_request *r, const struct ct_party_due *x, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "due", CT_ARGS(CT_NUM(x->party), CT_DAY(subsidies_today(r))), &row, e);

	while (!rc && ct_next(row)) {
		json_t *item = ct_add_object(x->due);

		ct_put_text(item, "text", talloc_asprintf(r, _("%s counts on what you promised by “%s”. Please settle it with them."),
							  ct_col_text(row, "organisation"), ct_col_text(row, "title")));
		ct_put_null(item, "href");
	}
	return rc;
}

/* What was taken stays, as the figures of the agreement; it names the party only, who has no name any more. */
int subsidies_party_forgotten(struct ct_request *r, const struct ct_party_forget *x, struct ct_error *e)
{
	struct ct_result *row;
	const char *ids;
	int rc = ct_query(r, "due", CT_ARGS(CT_NUM(x->party), CT_DAY(subsidies_today(r))), &row, e);

	if (rc)
		return rc;
	if (ct_next(row))
		return ct_fail(e, CT_CONFLICT, "%s", _("An agreement counts on what was promised."));
	if ((rc = ct_one(r, "forget_eligible", CT_ARGS(CT_NUM(x->party)), &row, e)))
		return rc;
	ids = ct_col_text(row, "ids");
	rc = ids ? ct_audit_forget(r, "eligible", ids, e) : 0;
	return rc ? rc : ct_exec(r, "eligible_leave", CT_ARGS(CT_NUM(x->party)), e);
}

int subsidies_party_seen(struct ct_request *r, const struct ct_party_seen *x, struct ct_error *e)
{
	struct ct_result *row;
	struct ct_utc last;
	int rc = ct_one(r, "seen", CT_ARGS(CT_NUM(x->party), CT_NUM(x->party)), &row, e);

	if (rc)
		return rc;
	last = ct_col_utc(row, "last_utc");
	if (ct_utc_set(last) && (!ct_utc_set(*x->last) || last.s > x->last->s))
		*x->last = last;
	return 0;
}
