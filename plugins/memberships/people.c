/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What memberships say where the core and other plugins ask about a party. */
#include "memberships.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/pages.h>

static struct ct_day today_of(const struct ct_request *r)
{
	return (struct ct_day){ (int32_t)(r->now.s / 86400) };
}

/* Her own only: what an organisation pays gives its people nothing, unless it pays for the booking. */
int members_audience(struct ct_request *r, const struct ct_audience_ask *ask, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "audiences", CT_ARGS(CT_NUM(ask->party), CT_DAY(ask->day), CT_DAY(ask->day)), &row, e);

	while (!rc && ct_next(row))
		ct_audience_add(ask, ct_col_int(row, "org_id"), ct_col_text(row, "audience_code"));
	return rc;
}

/* Where both have one of the same plan and days, that of who stays stays; the other ends, and its dues are off. */
static int end_doubles(struct ct_request *r, const struct ct_party_merge *merge, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "merge_doubles", CT_ARGS(CT_NUM(merge->from), CT_NUM(merge->into)), &row, e);

	while (!rc && ct_next(row)) {
		struct membership m;

		rc = membership_lock(r, ct_col_int(row, "id"), &m, e);
		if (!rc)
			rc = membership_end(r, &m, "left", e);
	}
	return rc;
}

int members_merged(struct ct_request *r, const struct ct_party_merge *m, struct ct_error *e)
{
	static const char *const moves[] = { "merge_moves", "merge_receipts", "merge_askers", "merge_guards", "merge_switchers" };
	int rc = end_doubles(r, m, e);

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]) && !rc; i++)
		rc = ct_exec(r, moves[i], CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e);
	return rc ? rc : ct_exec(r, "merge_guards_left", CT_ARGS(CT_NUM(m->from)), e);
}

static int export_rows(struct ct_request *r, const struct ct_party_export *x, const char *query, const char *key,
		       struct ct_error *e)
{
	json_t *list = ct_put_array(x->data, key);
	struct ct_result *row;
	int rc = ct_query(r, query, CT_ARGS(CT_NUM(x->party)), &row, e);

	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	return rc;
}

int members_exported(struct ct_request *r, const struct ct_party_export *x, struct ct_error *e)
{
	int rc = export_rows(r, x, "exported", "memberships", e);

	return rc ? rc : export_rows(r, x, "tax_exported", "tax_receipts", e);
}

/* What is asked or owed and can be given up; what is active ends with her. */
int members_due(struct ct_request *r, const struct ct_party_due *x, struct ct_error *e)
{
	struct ct_result *row;
	json_t *item;
	int n, rc = ct_one(r, "open", CT_ARGS(CT_NUM(x->party)), &row, e);

	if (rc || !(n = (int)ct_col_int(row, "n")))
		return rc;
	item = ct_add_object(x->due);
	ct_put_text(item, "text", talloc_asprintf(r, ngettext_("The dues of %d membership are not paid. Pay them, or give it up.",
		"The dues of %d memberships are not paid. Pay them, or give them up.", n), n));
	ct_put_text(item, "href", "/memberships");
	return 0;
}

/* Periods, plans and dues stay: they are figures and accounts. Tax receipts stay for six years (LPF L102 E). */
int members_forgotten(struct ct_request *r, const struct ct_party_forget *x, struct ct_error *e)
{
	struct ct_result *row;
	const char *ids;
	int rc = ct_one(r, "open", CT_ARGS(CT_NUM(x->party)), &row, e);

	if (rc)
		return rc;
	if (ct_col_int(row, "n"))	/* also asked here, for a job asks nobody */
		return ct_fail(e, CT_CONFLICT, "%s", _("There are dues to pay."));
	rc = ct_one(r, "of_party", CT_ARGS(CT_NUM(x->party)), &row, e);
	if (rc || !(ids = ct_col_text(row, "ids")))
		return rc;
	rc = ct_exec(r, "forget", CT_ARGS(CT_DAY(today_of(r)), CT_NUM(x->party)), e);
	return rc ? rc : ct_audit_forget(r, "membership", ids, e);
}

/* A member is here until her last day. */
int members_seen(struct ct_request *r, const struct ct_party_seen *x, struct ct_error *e)
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

/* ---- boxes ---- */

static const char *org_url(struct ct_request *r, const char *tail)
{
	return talloc_asprintf(r, "%s%s", ct_url(r, "/o/%s/members", ct_path(r, "org")), tail);
}

int members_panel(struct ct_request *r, const struct ct_party_panel *subject, struct ct_error *e)
{
	struct ct_result *row;
	json_t *panel;
	int rc;

	if (!ct_may(r, MAY_SEE, r->org))
		return 0;
	rc = ct_query(r, "panel", CT_ARGS(CT_NUM(subject->party), CT_NUM(r->org)), &row, e);
	if (rc)
		return rc;
	panel = ct_panel(r, _("Memberships"), _("No member, so far."));
	while (ct_next(row)) {
		char days[CT_TIME_UI];
		const char *sub = ct_days_ui(days, ct_col_day(row, "from_d"), ct_col_day(row, "to_d"), CT_NO_DAY, r->lang);

		ct_panel_row(panel, talloc_asprintf(r, "%s – %s", ct_col_text(row, "plan"), state_label(ct_col_text(row, "state"))), sub,
			     org_url(r, talloc_asprintf(r, "/%lld", (long long)ct_col_int(row, "id"))));
	}
	if (ct_result_rows(row))
		ct_put_null(panel, "empty");
	if (ct_may(r, MAY_EDIT, r->org))
		ct_panel_more(panel, _("Add a membership"), org_url(r, talloc_asprintf(r, "/new?party=%lld", (long long)subject->party)));
	return 0;
}

static void count_row(struct ct_request *r, json_t *panel, const char *text, const char *sub, const char *state)
{
	ct_panel_row(panel, text, sub, org_url(r, state));
}

int members_dashboard(struct ct_request *r, struct ct_error *e)
{
	struct ct_day today = today_of(r), soon = ct_day_add(today, 30);
	struct ct_result *row;
	json_t *panel;
	long long n;
	int rc;

	if (!ct_may(r, MAY_SEE, r->org))
		return 0;
	rc = ct_one(r, "figures", CT_ARGS(CT_DAY(today), CT_DAY(today), CT_DAY(today), CT_DAY(soon), CT_NUM(r->org)), &row, e);
	if (rc || !ct_col_int(row, "n_all"))
		return rc;
	panel = ct_panel(r, _("Members"), NULL);
	ct_panel_more(panel, _("The page to join by"), ct_url(r, "/o/%s/join", ct_path(r, "org")));
	n = ct_col_int(row, "n_active");
	count_row(r, panel, talloc_asprintf(r, ngettext_("%lld member", "%lld members", n), n), _("whose dues are paid, today"), "?state=active");
	if ((n = ct_col_int(row, "n_asked")))
		count_row(r, panel, talloc_asprintf(r, ngettext_("%lld request to answer", "%lld requests to answer", n), n), NULL, "?state=asked");
	if ((n = ct_col_int(row, "n_due")))
		count_row(r, panel, talloc_asprintf(r, ngettext_("Dues awaited from %lld", "Dues awaited from %lld", n), n),
			  ct_money_show(r, ct_col_int(row, "due_cents"), ct_col_text(row, "currency"), r->lang), "?state=due");
	if ((n = ct_col_int(row, "n_ending")))
		count_row(r, panel, talloc_asprintf(r, ngettext_("%lld membership ends within 30 days", "%lld memberships end within 30 days", n), n),
			  NULL, "?state=active&sort=to");
	return 0;
}

/* ---- what is said of it ---- */

static int refuse_found(struct ct_request *r, const char *query, const char *what, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, CT_NO_ARGS, &row, e);

	if (!rc && ct_next(row))
		return ct_fail(e, CT_BROKEN, "%s: %lld", what, (long long)ct_col_int(row, "id"));
	return rc;
}

int members_verify(struct ct_request *r, struct ct_error *e)
{
	int rc = refuse_found(r, "verify_overlap", "two memberships of one party and plan overlap", e);

	return rc ? rc : refuse_found(r, "verify_paid", "a membership is active and not paid, or paid and not active", e);
}

int members_help(struct ct_request *r, struct ct_error *e)
{
	json_t *part = ct_part(r, "membership", _("How do I become a member?"));

	(void)e;
	ct_part_text(part, _("Open “My memberships”, choose a place, then a membership. It counts as soon as the dues are paid; until then you owe nothing that you cannot give up on the same page."));
	ct_part_text(part, _("Before its last day a mail proposes the next one. Nothing is taken from you: whoever does not pay is no longer a member, and owes nothing."));
	ct_part_link(part, _("My memberships"), "/memberships");
	return 0;
}

int members_privacy(struct ct_request *r, struct ct_error *e)
{
	(void)e;
	ct_purpose(r, _("To keep the list of members"),
		   _("Name, e-mail address, by which plan and from when to when you belong, your dues and whether they are paid. Ground: the contract of membership (article 6.1.b). Read by those who look after the members."));
	ct_purpose(r, _("To give tax receipts for gifts"),
		   _("Where a place gives them: your name, your address, the amount, day and means of your gift, on a receipt that is kept for six years. Ground: a legal obligation (article 6.1.c; LPF L102 E). Read by its treasurer."));
	return 0;
}
