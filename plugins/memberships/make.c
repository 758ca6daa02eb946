/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A membership begins: by the web, at the desk, from a spreadsheet, or because the one before it ends. */
#include "memberships.h"

#include <string.h>
#include <talloc.h>

struct price { int64_t dues, gift; };

static struct ct_day today_of(const struct ct_request *r)
{
	return (struct ct_day){ (int32_t)(r->now.s / 86400) };
}

/* Whoever came by the web pays what the plan asks; the desk may ask for less. */
static int free_price(const struct joining *j, int64_t floor, struct ct_request *r, struct price *p, struct ct_error *e)
{
	p->dues = j->has_dues ? j->dues : floor;
	p->gift = p->dues > floor ? p->dues - floor : 0;
	if (p->dues < floor && !strcmp(j->source, "web"))
		return ct_fail_field(e, "dues", _("At least %s, please."), ct_money_show(r, floor, j->plan->currency, r->lang));
	return 0;
}

static int bracket_price(struct ct_request *r, const struct joining *j, int64_t *cents_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "bracket", CT_ARGS(CT_NUM(j->bracket), CT_NUM(j->plan->id)), &row, e);

	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_fail_field(e, "bracket", "%s", _("Please choose which price applies."));
	*cents_r = ct_col_int(row, "price_cents");
	return 0;
}

static int price_of(struct ct_request *r, const struct joining *j, struct price *p, struct ct_error *e)
{
	bool brackets = !strcmp(j->plan->pricing, "bracket");
	int64_t cents = j->plan->price;
	bool said = brackets && !j->bracket && j->has_dues && strcmp(j->source, "web") != 0;
	int rc = brackets && !said ? bracket_price(r, j, &cents, e) : 0;

	if (rc)
		return rc;
	if (!brackets && j->bracket)
		return ct_fail_field(e, "bracket", "%s", _("This plan has no brackets."));
	cents = span_price(j->plan->period, &j->span, cents);
	if (!strcmp(j->plan->pricing, "free"))
		return free_price(j, cents, r, p, e);
	*p = (struct price){ j->has_dues ? j->dues : cents, 0 };
	return 0;
}

static int check_party(struct ct_request *r, const struct joining *j, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "party", CT_ARGS(CT_NUM(j->party)), &row, e);

	if (rc || !strcmp(j->plan->whom, "both") || !strcmp(j->plan->whom, ct_col_text(row, "kind")))
		return rc;
	return ct_fail_field(e, "plan", "%s", !strcmp(j->plan->whom, "person") ? _("This plan is for people.")
									    : _("This plan is for organisations."));
}

/* The guard first: of two who join at once, the second one sees the first. */
static int check_free(struct ct_request *r, const struct joining *j, struct ct_error *e)
{
	struct ct_result *row;
	char until[CT_TIME_UI];
	int rc = ct_exec(r, "guard", CT_ARGS(CT_NUM(j->plan->org), CT_NUM(j->party)), e);

	if (rc || (rc = ct_query(r, "overlap", CT_ARGS(CT_NUM(j->party), CT_NUM(j->plan->id), CT_DAY(j->span.to),
						      CT_DAY(j->span.from)), &row, e)) || !ct_next(row))
		return rc;
	return ct_fail_field(e, "plan", _("There is a membership by this plan already, until %s."),
			     ct_day_ui(until, ct_col_day(row, "to_d"), r->lang));
}

static int write_letter(struct ct_request *r, const struct joining *j, const char *state, int64_t id,
			struct ct_error *e)
{
	enum letter letter = !strcmp(state, "asked") ? LETTER_ASKED : !strcmp(state, "due") ? LETTER_DUE : LETTER_ACTIVE;

	if (!strcmp(j->source, "import"))
		return 0;
	return letter_send(r, id, letter == LETTER_DUE && !strcmp(j->source, "renewal") ? LETTER_RENEWAL : letter, e);
}

static int insert(struct ct_request *r, const struct joining *j, const struct price *p, const char *state,
		  int64_t *id_r, struct ct_error *e)
{
	struct ct_day today = today_of(r), due = today.n > j->span.from.n ? today : j->span.from;
	bool paid = j->paid && p->dues;
	struct ct_utc hand = paid ? r->now : CT_NO_UTC;

	if (strcmp(state, "due") != 0)
		due = CT_NO_DAY;
	return ct_insert(r, "membership_add",
			 CT_ARGS(CT_NUM(j->plan->org), CT_NUM(j->party), CT_NUM(j->plan->id), CT_ID(j->bracket),
				 CT_DAY(j->span.key), CT_DAY(j->span.from), CT_DAY(j->span.to), CT_STR(state),
				 CT_NUM(p->dues), CT_NUM(p->gift), CT_DAY(due), CT_UTC(hand),
				 CT_STR(paid ? j->means : NULL), CT_DAY(paid ? j->paid_day : CT_NO_DAY),
				 CT_ID(j->renewed), CT_STR(j->source), CT_ID(j->asked_by), CT_STR(j->note)),
			 id_r, e);
}

int membership_make(struct ct_request *r, const struct joining *j, int64_t *id_r, struct ct_error *e)
{
	const char *state;
	struct price p;
	int rc;

	if ((rc = check_party(r, j, e)) || (rc = price_of(r, j, &p, e)) || (rc = check_free(r, j, e)))
		return rc;
	state = j->asks ? "asked" : j->paid || !p.dues ? "active" : "due";
	if ((rc = insert(r, j, &p, state, id_r, e)) || (rc = ct_contact_know(r, j->plan->org, j->party, e)) ||
	    (rc = dues_post(r, *id_r, e)))
		return rc;
	return write_letter(r, j, state, *id_r, e);
}
