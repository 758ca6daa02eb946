/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job of memberships: the next period is proposed before the end, unpaid dues are reminded of, and what is not
 * paid by its grace day ends. Each of it once, whatever runs twice: the row is locked and asked again, and a renewal
 * names what it goes on from, which only one may.
 */
#include "memberships.h"

#include <string.h>
#include <talloc.h>

enum { PAGE_ROWS = 200, REMINDERS = 2 };

static struct ct_day today_of(const struct ct_request *r)
{
	return (struct ct_day){ (int32_t)(r->now.s / 86400) };
}

struct due { int64_t id, step; };

typedef int due_f(struct ct_request *r, const struct due *, struct ct_error *e);

struct doing { due_f *act; struct due due; };

static int body(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct doing *d = arg;

	return d->act(r, &d->due, e);
}

/*
 * All that `query` finds, page by page behind the last key. What cannot be done must not keep the others; what is
 * refused (a bracket that is gone, a contact that is archived) is nothing that the job could mend.
 */
static int each(struct ct_request *r, const char *query, int64_t step, due_f *act, struct ct_error *e)
{
	struct doing d = { .act = act, .due.step = step };
	struct ct_day today = today_of(r);
	size_t found = PAGE_ROWS;
	int rc = 0, done, failed = 0;

	while (!rc && found == PAGE_ROWS) {
		struct ct_result *row;

		rc = ct_query(r, query, CT_ARGS(CT_DAY(today), CT_DAY(today), CT_NUM(step), CT_NUM(d.due.id)), &row, e);
		found = rc ? 0 : ct_result_rows(row);
		while (!rc && ct_next(row)) {
			struct ct_error why;

			d.due.id = ct_col_int(row, "id");
			r->org = ct_col_int(row, "org_id");
			done = ct_transaction(r, body, &d, &why);
			if (done && done != CT_INVALID && done != CT_MISSING && !failed)
				failed = ct_fail(e, why.rc, "%s", why.text);
		}
		r->org = 0;
	}
	return rc ? rc : failed;
}

/* ---- the next period ---- */

/* At the price of today; who gave more than the floor is asked for the same again. */
static int propose(struct ct_request *r, const struct due *due, struct ct_error *e)
{
	struct joining j = { .renewed = due->id, .source = "renewal" };
	struct ct_result *row;
	struct plan plan;
	int64_t id;
	int rc = ct_exec(r, "touch", CT_ARGS(CT_NUM(due->id)), e);

	if (rc || (rc = ct_query(r, "renewable", CT_ARGS(CT_DAY(today_of(r)), CT_NUM(due->id)), &row, e)) || !ct_next(row) ||
	    (rc = plan_load(r, ct_col_int(row, "plan_id"), &plan, e)))
		return rc;
	j.plan = &plan;
	j.party = ct_col_int(row, "party_id");
	j.bracket = strcmp(plan.pricing, "bracket") ? 0 : ct_col_int(row, "bracket_id");
	j.asked_by = ct_col_int(row, "asked_by_id");
	j.span = span_after(plan.period, plan.first_month, ct_col_day(row, "to_d"));
	j.has_dues = !strcmp(plan.pricing, "free") && ct_col_int(row, "dues_cents") > plan.price;
	j.dues = ct_col_int(row, "dues_cents");
	rc = membership_make(r, &j, &id, e);
	return rc ? rc : ct_audit(r, "membership", id, "create", NULL, json_pack("{s:s}", "plan", plan.label), e);
}

/* ---- dues that do not come ---- */

static int remind(struct ct_request *r, const struct due *due, struct ct_error *e)
{
	int64_t taken;
	int rc = ct_exec_count(r, "remind", CT_ARGS(CT_DAY(today_of(r)), CT_NUM(due->step), CT_NUM(due->id), CT_DAY(today_of(r)),
						    CT_NUM(due->step)), &taken, e);

	return rc || !taken ? rc : letter_send(r, due->id, LETTER_REMINDER, e);
}

static int lapse(struct ct_request *r, const struct due *due, struct ct_error *e)
{
	struct membership m;
	struct ct_result *row;
	bool asked;
	int rc = membership_lock(r, due->id, &m, e);

	if (rc || (rc = ct_query(r, "lapsed", CT_ARGS(CT_DAY(today_of(r)), CT_DAY(today_of(r)), CT_NUM(due->id)), &row, e)) ||
	    !ct_next(row))
		return rc;
	asked = !strcmp(m.state, "asked");
	rc = membership_end(r, &m, asked ? "unanswered" : "unpaid", e);
	return rc || asked ? rc : letter_send(r, m.id, LETTER_ENDED, e);
}

int memberships_renew(struct ct_request *r, struct ct_error *e)
{
	int64_t step = ct_setting_int(r, "memberships.reminder_days");
	int rc = each(r, "renewals_due", REMINDERS, propose, e);

	if (!rc)
		rc = each(r, "lapses_due", REMINDERS, lapse, e);
	return rc || step <= 0 ? rc : each(r, "reminders_due", step, remind, e);
}
