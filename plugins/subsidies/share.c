/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stage charge.shared: agreements take their shares of what somebody owes.
 *
 * What is stored is made equal to what is taken now. First the row of the agreement gets back what the same source
 * used of it, which is also the lock behind which the rest is read; then it gives what is taken now, or refuses. So two
 * that charge at once come one after the other, and none is given what the other has.
 */
#include <string.h>
#include <talloc.h>

#include "subsidies.h"

enum { WHOLE_BP = 10000 };

/* One that may take a share, or took one before. Texts live as long as the query's result. */
struct taker {
	int64_t id, funder, share_bp;
	int64_t left, had;		/* cents, what it had of this source given back */
	bool fits, archived;
	const char *name, *order_ref;
	enum ct_share_settles settles;
};

/* The day that says in which agreement's period it lies: the first of the service. */
static struct ct_day first_day(const struct ct_charges *set)
{
	struct ct_day first = CT_NO_DAY;

	for (size_t i = 0; i < set->n_lines; i++) {
		struct ct_day day = ct_day_set(set->lines[i].from) ? set->lines[i].from : set->lines[i].to;

		if (ct_day_set(day) && (!ct_day_set(first) || day.n < first.n))
			first = day;
	}
	return first;
}

/* What agreements call a kind of source; others are part of "all" only. */
static const char *source_word(const char *kind)
{
	if (!strcmp(kind, "reservation.booking"))
		return "booking";
	return !strcmp(kind, "memberships.membership") ? "membership" : "all";
}

static int find(struct ct_request *r, const struct ct_share_ask *ask, struct ct_day day, struct ct_result **row_r,
		struct ct_error *e)
{
	const struct ct_charges *s = ask->set;

	return ct_query(r, "share_agreements",
			CT_ARGS(CT_NUM(s->issuer), CT_DAY(day), CT_STR(s->currency), CT_STR(source_word(s->source)),
				CT_ID(ask->client), CT_ID(ask->client), CT_ID(s->place), CT_NUM(s->issuer), CT_DAY(day),
				CT_STR(s->source), CT_NUM(s->source_id), CT_STR(s->source), CT_NUM(s->source_id)),
			row_r, e);
}

/* Dues without counterpart and gifts: nobody buys a share of what buys nothing, though a grant may pay one. */
static bool is_given(const struct ct_charges *s)
{
	for (size_t i = 0; i < s->n_lines; i++)
		if (!strcmp(s->lines[i].vat_code, "O"))
			return true;
	return false;
}

static struct taker read_taker(const struct ct_result *row)
{
	return (struct taker){
		.id = ct_col_int(row, "id"), .funder = ct_col_int(row, "funder_id"), .share_bp = ct_col_int(row, "share_bp"),
		.left = ct_col_int(row, "left_cents"), .had = ct_col_int(row, "had_cents"),
		.fits = ct_col_int(row, "fits"), .archived = !ct_col_null(row, "archived_at"),
		.name = ct_col_text(row, "funder"), .order_ref = ct_col_text(row, "order_ref"),
		.settles = strcmp(ct_col_text(row, "settles"), "invoice") ? CT_SHARE_STATEMENT : CT_SHARE_INVOICE,
	};
}

/* To the nearest cent, halves up; never more than is left of the set, of the agreement, or of what was archived. */
static int64_t wanted(const struct ct_share_ask *ask, const struct taker *t)
{
	int64_t cents = ask->gross > 0 && t->fits ? (ask->gross * t->share_bp + WHOLE_BP / 2) / WHOLE_BP : 0;

	if (cents > ask->left)
		cents = ask->left;
	if (cents > t->left)
		cents = t->left;
	if (t->archived && cents > t->had)
		cents = t->had;
	return cents > 0 ? cents : 0;
}

/* Gives back what the source had of the agreement, and locks it: what is read of it from here on holds. */
static int give_back(struct ct_request *r, const struct ct_charges *s, struct taker *t, struct ct_error *e)
{
	const struct ct_args args = CT_ARGS(CT_STR(s->source), CT_NUM(s->source_id), CT_NUM(t->id));
	struct ct_result *row;
	int rc = ct_exec(r, "share_give_back", args, e);

	if (rc || (rc = ct_one(r, "share_left", args, &row, e)))
		return rc;
	t->left = ct_col_int(row, "left_cents");
	t->had = ct_col_int(row, "had_cents");
	return 0;
}

static int take(struct ct_request *r, const struct ct_share_ask *ask, const struct taker *t, struct ct_day day,
		int64_t cents, struct ct_error *e)
{
	const struct ct_charges *s = ask->set;
	int64_t changed;
	int rc = ct_exec_count(r, "share_take", CT_ARGS(CT_NUM(cents), CT_NUM(t->id), CT_NUM(cents)), &changed, e);

	if (rc)
		return rc;
	if (!changed)
		return ct_fail(e, CT_CONFLICT, _("What %s pays of it has just been used up. Please try again."), t->name);
	return ct_exec(r, "share_use",
		       CT_ARGS(CT_NUM(t->id), CT_STR(s->source), CT_NUM(s->source_id), CT_STR(s->title), CT_DAY(day),
			       CT_ID(ask->client), CT_NUM(ask->gross), CT_NUM(cents)), e);
}

/* Makes the books of one agreement equal to what it takes now, which is *cents_r. */
static int store(struct ct_request *r, const struct ct_share_ask *ask, struct taker *t, struct ct_day day,
		 int64_t *cents_r, struct ct_error *e)
{
	const struct ct_charges *s = ask->set;
	int rc = give_back(r, s, t, e);

	if (rc)
		return rc;
	*cents_r = wanted(ask, t);
	if (*cents_r)
		return take(r, ask, t, day, *cents_r, e);
	return t->had ? ct_exec(r, "share_drop", CT_ARGS(CT_NUM(t->id), CT_STR(s->source), CT_NUM(s->source_id)), e) : 0;
}

int subsidies_share(struct ct_request *r, struct ct_share_ask *ask, struct ct_error *e)
{
	struct ct_day day = first_day(ask->set);
	struct ct_result *row;
	int rc = find(r, ask, day, &row, e);

	while (!rc && ct_next(row)) {
		struct taker t = read_taker(row);
		int64_t cents = 0;

		t.fits = t.fits && (t.settles != CT_SHARE_INVOICE || !is_given(ask->set));
		if (ask->only_asks)
			cents = wanted(ask, &t);
		else
			rc = store(r, ask, &t, day, &cents, e);
		if (!rc)
			ct_share_add(r, ask, (struct ct_share){ .kind = "subsidies.agreement", .id = t.id, .party = t.funder,
					.by = t.name, .settles = t.settles, .order_ref = t.order_ref, .gross = cents });
	}
	return rc;
}
