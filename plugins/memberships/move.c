/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a membership: every change of a state, each under the lock of its row. */
#include <string.h>

#include "tax.h"

int membership_lock(struct ct_request *r, int64_t id, struct membership *m_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_exec(r, "touch", CT_ARGS(CT_NUM(id)), e);

	if (rc || (rc = ct_one(r, "membership", CT_ARGS(CT_NUM(id)), &row, e)))
		return rc;
	*m_r = (struct membership){
		.id = id, .org = ct_col_int(row, "org_id"), .party = ct_col_int(row, "party_id"),
		.plan = ct_col_int(row, "plan_id"), .version = ct_col_int(row, "row_version"),
		.dues = ct_col_int(row, "dues_cents"), .uid = ct_col_text(row, "uid"), .state = ct_col_text(row, "state"),
		.reason = ct_col_text(row, "reason"), .org_slug = ct_col_text(row, "slug"), .from = ct_col_day(row, "from_d"),
		.to = ct_col_day(row, "to_d"), .due = ct_col_day(row, "due_d"), .hand = ct_col_utc(row, "hand_utc"),
		.settled = ct_col_utc(row, "settled_utc"), .hand_means = ct_col_text(row, "hand_means"),
		.settled_means = ct_col_text(row, "settled_means"), .hand_day = ct_col_day(row, "hand_d"),
		.settled_day = ct_col_day(row, "settled_d"), .settled_cents = ct_col_int(row, "settled_cents"),
	};
	return 0;
}

static bool is(const struct membership *m, const char *state)
{
	return !strcmp(m->state, state);
}

static struct ct_day today_of(const struct ct_request *r)
{
	return (struct ct_day){ (int32_t)(r->now.s / 86400) };
}

/* Active exactly while it is paid; whoever has to pay from now on was not asked before. */
static void weigh(const struct ct_request *r, struct membership *m)
{
	bool paid = !m->dues || ct_utc_set(m->hand) || ct_utc_set(m->settled);

	m->state = paid ? "active" : "due";
	m->reason = NULL;
	if (!paid && !ct_day_set(m->due))
		m->due = today_of(r).n > m->from.n ? today_of(r) : m->from;
}

static json_t *traced(const struct membership *m)
{
	return json_pack("{s:s, s:b, s:s?}", "state", m->state, "paid", ct_utc_set(m->hand) || ct_utc_set(m->settled), "means",
			 ct_utc_set(m->settled) ? m->settled_means : m->hand_means);
}

static int store(struct ct_request *r, const struct membership *was, const struct membership *m, struct ct_error *e)
{
	int rc = ct_exec(r, "move", CT_ARGS(CT_STR(m->state), CT_STR(m->reason), CT_DAY(m->due), CT_UTC(m->hand),
					    CT_STR(m->hand_means), CT_DAY(m->hand_day), CT_UTC(m->settled),
					    CT_STR(m->settled_means), CT_DAY(m->settled_day), CT_ID(m->settled_cents),
					    CT_NUM(m->id)), e);

	if (rc)
		return rc;
	return ct_audit(r, "membership", m->id, "change", traced(was), traced(m), e);
}

int membership_end(struct ct_request *r, const struct membership *was, const char *reason, struct ct_error *e)
{
	struct membership m = *was;
	int rc;

	m.state = "ended";
	m.reason = reason;
	rc = store(r, was, &m, e);
	return rc ? rc : dues_post(r, m.id, e);
}

/*
 * In the transaction of whoever takes payments. What has ended stays ended, but keeps whether it is paid, for what was
 * given with it; what waits for an answer waits.
 */
int membership_settled(struct ct_request *r, const struct ct_settled *said, struct ct_error *e)
{
	struct membership was, m;
	int rc;

	if (strcmp(said->source, MEMBERSHIP) != 0)
		return 0;
	rc = membership_lock(r, said->source_id, &was, e);
	if (rc || (!is(&was, "due") && !is(&was, "active") && !is(&was, "ended")) ||
	    (said->paid == ct_utc_set(was.settled) && (!said->paid || said->cents == was.settled_cents)))
		return rc;
	m = was;
	m.settled = !said->paid ? CT_NO_UTC : ct_utc_set(was.settled) ? was.settled : r->now;
	m.settled_cents = said->paid ? said->cents : 0;
	m.settled_means = said->paid ? said->means : NULL;
	m.settled_day = m.settled_means ? said->day : CT_NO_DAY;
	if (!is(&was, "ended"))
		weigh(r, &m);
	rc = store(r, &was, &m, e);
	return rc || !is(&m, "active") || is(&was, "active") ? rc : letter_send(r, m.id, LETTER_ACTIVE, e);
}

/* ---- by hand ---- */

/* By which means and on which day, as far as that was said. */
struct how { const char *means; struct ct_day day; };

enum act { ACCEPT, REFUSE, PAID, UNPAID, REOPEN };

struct doing { enum act act; struct membership m; struct how how; };

static int answer(struct ct_request *r, const struct membership *was, bool accept, struct ct_error *e)
{
	struct membership m = *was;
	int rc;

	if (!is(was, "asked"))
		return ct_fail(e, CT_CONFLICT, "%s", _("This request has been answered already."));
	if (accept)
		weigh(r, &m);
	else
		m.state = "refused";
	if ((rc = store(r, was, &m, e)) || (rc = dues_post(r, m.id, e)))
		return rc;
	return letter_send(r, m.id, !accept ? LETTER_REFUSED : is(&m, "due") ? LETTER_DUE : LETTER_ACTIVE, e);
}

/* How it was paid, said afterwards: what stands on a receipt stays. */
static int correct(struct ct_request *r, const struct membership *was, const struct how *how, struct ct_error *e)
{
	struct membership m = *was;
	struct ct_result *row;
	int rc = ct_query(r, "tax_of", CT_ARGS(CT_NUM(m.id)), &row, e);

	if (how->means)
		m.hand_means = how->means;
	if (ct_day_set(how->day))
		m.hand_day = how->day;
	if (rc)
		return rc;
	if (ct_next(row))
		return ct_fail(e, CT_CONFLICT, _("The tax receipt %s says how it was paid: void it first."), ct_col_text(row, "number"));
	return store(r, was, &m, e);
}

/* What has ended stays ended; but a cheque may bounce afterwards. */
static int unmark_ended(struct ct_request *r, const struct membership *was, struct ct_error *e)
{
	struct membership m = *was;

	m.hand = CT_NO_UTC;
	m.hand_means = NULL;
	m.hand_day = CT_NO_DAY;
	return store(r, was, &m, e);
}

/* `how`: NULL where nobody was asked. */
static int mark(struct ct_request *r, const struct membership *was, bool paid, const struct how *how, bool mails,
		struct ct_error *e)
{
	struct membership m = *was;
	int rc;

	if (is(was, "ended") && !paid && ct_utc_set(was->hand))
		return unmark_ended(r, was, e);
	if (!is(was, "due") && !is(was, "active"))
		return ct_fail(e, CT_CONFLICT, "%s", _("No dues are owed for this membership."));
	if (paid == ct_utc_set(was->hand))
		return paid && how && (how->means || ct_day_set(how->day)) ? correct(r, was, how, e) : 0;
	m.hand = paid ? r->now : CT_NO_UTC;
	m.hand_means = paid && how ? how->means : NULL;
	m.hand_day = !paid || !how ? CT_NO_DAY : ct_day_set(how->day) ? how->day : tax_today(r);
	weigh(r, &m);
	rc = store(r, was, &m, e);
	if (!rc && !paid)
		rc = dues_post(r, m.id, e); /* where it was paid from the start, nothing was posted yet */
	return rc || !mails || !is(&m, "active") || is(was, "active") ? rc : letter_send(r, m.id, LETTER_ACTIVE, e);
}

int membership_mark(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct membership m;
	int rc = membership_lock(r, id, &m, e);

	return rc ? rc : mark(r, &m, true, NULL, false, e);
}

/* Ended by mistake, or unpaid and now wanted after all; in the time between another one may have begun. */
static int reopen(struct ct_request *r, const struct membership *was, struct ct_error *e)
{
	struct membership m = *was;
	struct ct_result *row;
	int rc;

	if (!is(was, "ended") || was->to.n < today_of(r).n)
		return ct_fail(e, CT_CONFLICT, "%s", _("This membership cannot be taken up again."));
	if ((rc = ct_exec(r, "guard", CT_ARGS(CT_NUM(m.org), CT_NUM(m.party)), e)) ||
	    (rc = ct_query(r, "overlap", CT_ARGS(CT_NUM(m.party), CT_NUM(m.plan), CT_DAY(m.to), CT_DAY(m.from)), &row, e)))
		return rc;
	if (ct_next(row))
		return ct_fail(e, CT_CONFLICT, "%s", _("There is another membership by this plan in these days."));
	m.due = CT_NO_DAY;
	weigh(r, &m);
	if ((rc = store(r, was, &m, e)) || (rc = dues_post(r, m.id, e)))
		return rc;
	return letter_send(r, m.id, is(&m, "due") ? LETTER_DUE : LETTER_ACTIVE, e);
}

static int act_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct doing *d = arg;
	int rc = membership_lock(r, r->subject, &d->m, e);

	if (rc)
		return rc;
	switch (d->act) {
	case ACCEPT:
	case REFUSE:
		return answer(r, &d->m, d->act == ACCEPT, e);
	case PAID:
	case UNPAID:
		return mark(r, &d->m, d->act == PAID, &d->how, true, e);
	case REOPEN:
	default:
		return reopen(r, &d->m, e);
	}
}

static int done(struct ct_request *r, struct doing *d, const char *notice, struct ct_error *e)
{
	int rc = ct_transaction(r, act_body, d, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", notice);
	ct_put_id(r->view, "id", d->m.id);
	ct_redirect(r, 200, ct_url(r, "/o/%s/members/%lld", d->m.org_slug, (long long)d->m.id));
	return 0;
}

static int act(struct ct_request *r, enum act what, const char *notice, struct ct_error *e)
{
	return done(r, &(struct doing){ .act = what }, notice, e);
}

int membership_accept(struct ct_request *r, struct ct_error *e)
{
	return act(r, ACCEPT, _("Accepted. A mail says so."), e);
}

int membership_refuse(struct ct_request *r, struct ct_error *e)
{
	return act(r, REFUSE, _("Refused. A mail says so."), e);
}

int membership_paid(struct ct_request *r, struct ct_error *e)
{
	struct doing d = { .act = PAID, .how = { ct_in_text(r, "means"), ct_in_day(r, "day") } };

	if (d.how.day.n > tax_today(r).n)
		return ct_fail_field(e, "day", "%s", _("This day is still to come."));
	return done(r, &d, _("The dues are marked as paid: the membership is active."), e);
}

int membership_unpaid(struct ct_request *r, struct ct_error *e)
{
	return act(r, UNPAID, _("The mark is taken back."), e);
}

int membership_reopen(struct ct_request *r, struct ct_error *e)
{
	return act(r, REOPEN, _("The membership goes on."), e);
}
