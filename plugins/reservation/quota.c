/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much one booker may have: counted under a row of her own, so that two requests see each other. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "audience.h"
#include "demand.h"
#include "reservation.h"

enum { MAX_PERIODS = 370, YEAR = 367 * 86400 };

enum period { PER_DAY, PER_WEEK, PER_MONTH, PER_YEAR, PER_OPEN };

static const char *const periods[] = {
	[PER_DAY] = "day", [PER_WEEK] = "week", [PER_MONTH] = "month", [PER_YEAR] = "year", [PER_OPEN] = "open"
};

struct quota {
	int64_t policy, limit;
	enum period period;
	bool minutes;
};

static enum period period_of(const char *code)
{
	size_t i = 0;

	while (strcmp(periods[i], code) != 0)
		i++;
	return (enum period)i;
}

/* The period that holds `day`, up to the day after it. */
static void bounds(const struct ct_request *r, const struct room *room, enum period period, struct ct_day day,
		   struct ct_local *since_r, struct ct_local *till_r)
{
	struct ct_civil c = ct_day_civil(day);
	struct ct_day first = day, next = ct_day_add(day, 1);

	if (period == PER_WEEK) {
		first = ct_day_week(day);
		next = ct_day_add(first, 7);
	} else if (period == PER_MONTH) {
		first = ct_day_month(day);
		next = ct_day_add_months(first, 1);
	} else if (period == PER_YEAR) {
		first = ct_day_make(c.year, 1, 1);
		next = ct_day_make(c.year + 1, 1, 1);
	}
	*since_r = period == PER_OPEN ? ct_zone_local(room->zone, r->now) : ct_day_local(first);
	*till_r = period == PER_OPEN ? ct_local_make(CT_YEAR_MAX, 1, 1, 0, 0, 0) : ct_day_local(next);
}

/* "on Sunday 29 November": when, as a part of a sentence. */
static const char *named(struct ct_request *r, enum period period, struct ct_local since)
{
	struct ct_day first = ct_local_day(since), today = ct_local_day((struct ct_local){ r->now.s });
	struct ct_civil c = ct_local_civil(since);
	char buf[CT_TIME_UI];

	switch (period) {
	case PER_DAY:
		return talloc_asprintf(r, _("on %s"), ct_day_ui_long(buf, first, today, r->lang));
	case PER_WEEK:
		return talloc_asprintf(r, _("in the week %s"), ct_days_ui(buf, first, ct_day_add(first, 6), today, r->lang));
	case PER_MONTH:
		return talloc_asprintf(r, _("in %s %d"), ct_month_ui(c.month, r->lang), c.year);
	case PER_YEAR:
		return talloc_asprintf(r, _("in the year %d"), c.year);
	case PER_OPEN:
	default:
		return _("for the time to come");
	}
}

static const char *amount(struct ct_request *r, const struct quota *q, int64_t n)
{
	char buf[CT_TIME_UI];

	if (q->minutes)
		return talloc_strdup(r, ct_minutes_ui(buf, n, r->lang));
	return talloc_asprintf(r, ngettext_("%lld booking", "%lld bookings", (long long)n), (long long)n);
}

static int refuse(struct ct_request *r, const struct quota *q, struct ct_local since, int64_t used, int64_t asked,
		  struct ct_error *e)
{
	const char *most = amount(r, q, q->limit), *when = named(r, q->period, since), *ask = amount(r, q, asked);

	if (!used)
		return ct_fail_field(e, "start", _("At most %s %s; you ask for %s."), most, when, ask);
	return ct_fail_field(e, "start", _("At most %s %s; you have %s already and ask for %s."), most, when,
			     amount(r, q, used), ask);
}

/* How many of the wish's units the quota is about. */
static int64_t units_of(const struct wish *w, const struct rooms *rooms, int64_t policy)
{
	int64_t units = 0;

	for (size_t i = 0; i < w->n_items; i++)
		for (size_t k = 0; k < rooms->n; k++)
			if (rooms->room[k].id == w->items[i].room && rules_concern(&rooms->room[k], policy))
				units += w->items[i].quantity;
	return units;
}

/* What the wish itself takes of a period. A booking counts where it begins. */
static int64_t asked_in(const struct wish *w, const struct quota *q, int64_t units, struct ct_local since,
			struct ct_local till)
{
	int64_t from = w->start.s > since.s ? w->start.s : since.s, to = w->end.s < till.s ? w->end.s : till.s;

	if (q->minutes)
		return to > from ? units * (to - from) / 60 : 0;
	return w->start.s >= since.s && w->start.s < till.s;
}

struct window { struct ct_local since, till; int64_t used; };

static int load_used(struct ct_request *r, const struct wish *w, const struct rooms *rooms, const struct quota *q,
		     int64_t except, struct window *windows, size_t n, struct ct_error *e)
{
	json_t *list = json_array();
	struct ct_utc back = { ct_zone_utc(rooms->room[0].zone, windows[0].since).s - YEAR };
	struct ct_result *row;
	char *text;
	int rc;

	for (size_t i = 0; i < n; i++) {
		char since[CT_TIME_TEXT], till[CT_TIME_TEXT];

		json_array_append_new(list, json_pack("{s:i,s:s,s:s}", "n", (int)i, "since",
			ct_local_sql(since, windows[i].since), "till", ct_local_sql(till, windows[i].till)));
	}
	text = json_dumps(list, JSON_COMPACT);
	rc = ct_query(r, w->person ? "quota_used" : "quota_used_guest",
		      CT_ARGS(CT_NUM(q->policy), CT_STR(text), w->person ? CT_NUM(w->person) : CT_STR(w->email),
			      CT_NUM(rooms->room[0].org), CT_UTC(back), CT_NUM(except), CT_UTC(r->now)), &row, e);
	free(text);
	json_decref(list);
	while (!rc && ct_next(row))
		windows[ct_col_int(row, "n")].used = ct_col_int(row, q->minutes ? "minutes"
			: q->period == PER_OPEN ? "touched" : "begun");
	return rc;
}

static int check_one(struct ct_request *r, const struct wish *w, const struct rooms *rooms, const struct quota *q,
		     int64_t except, struct ct_error *e)
{
	struct window *windows = talloc_zero_array(r, struct window, MAX_PERIODS);
	int64_t units = units_of(w, rooms, q->policy);
	struct ct_day day = ct_local_day(w->start);
	size_t n = 0;
	int rc;

	do {
		bounds(r, &rooms->room[0], q->period, day, &windows[n].since, &windows[n].till);
		day = ct_local_day(windows[n].till);
	} while (windows[n++].till.s < w->end.s && n < MAX_PERIODS);
	rc = load_used(r, w, rooms, q, except, windows, n, e);
	for (size_t i = 0; i < n && !rc; i++) {
		int64_t asked = asked_in(w, q, units, windows[i].since, windows[i].till);

		if (asked && windows[i].used + asked > q->limit)
			rc = refuse(r, q, windows[i].since, windows[i].used, asked, e);
	}
	talloc_free(windows);
	return rc;
}

/* The row that every booking of this person here raises before it counts. A guest's was raised with her hold. */
static int guard(struct ct_request *r, const struct wish *w, int64_t org, struct ct_error *e)
{
#ifdef CT_TEST_NO_GUARD /* tests/http/test_concurrency.py must see the difference */
	return 0;
#endif
	if (!ct_in_transaction(r) || (!w->person && w->hold))
		return 0;
	if (!w->person)
		return booking_guard_guest(r, w->email, e);
	return ct_exec(r, "booker_guard", CT_ARGS(CT_NUM(org), CT_NUM(w->person)), e);
}

/* Those for everybody, and those for an audience that the booker belongs to. */
static int load_quotas(struct ct_request *r, const struct wish *w, const struct rooms *rooms, struct quota **list_r,
		       size_t *n_r, struct ct_error *e)
{
	struct standing standing = { 0 };
	struct ct_result *row;
	bool asked = false;
	int rc = ct_query(r, "quotas", CT_ARGS(CT_STR(rules_of(r, rooms))), &row, e);

	*n_r = 0;
	*list_r = rc ? NULL : talloc_array(r, struct quota, ct_result_rows(row) + 1);
	while (!rc && ct_next(row)) {
		int64_t audience = ct_col_int(row, "audience_id");

		if (audience && w->person && !asked)
			rc = audiences_load(r, w->person, 0, ct_local_day(w->start), &standing, e);
		asked |= audience != 0;
		if (!rc && audience_among(&standing.person, audience))
			(*list_r)[(*n_r)++] = (struct quota){ ct_col_int(row, "policy_id"), ct_col_int(row, "limit_value"),
				period_of(ct_col_text(row, "period")), !strcmp(ct_col_text(row, "unit"), "minute") };
	}
	return rc;
}

int quota_check(struct ct_request *r, const struct wish *w, const struct rooms *rooms, int64_t except,
		struct ct_error *e)
{
	struct quota *list;
	size_t n;
	int rc;

	if (w->manager || (!w->person && !w->email))
		return 0;
	if ((rc = load_quotas(r, w, rooms, &list, &n, e)) || !n || (rc = guard(r, w, rooms->room[0].org, e)))
		return rc;
	for (size_t i = 0; i < n && !rc; i++)
		rc = check_one(r, w, rooms, &list[i], except, e);
	return rc;
}
