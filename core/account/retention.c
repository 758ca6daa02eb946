/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job account.forget: once a day it looks at the people whose turn it is. party.forget_check_utc says when
 * that is: a person's first day here, then at the latest every 30 days, so that a changed [privacy] months is
 * soon followed. Each person is a transaction of her own that begins by moving this date: a job that is
 * stopped goes on where it was, and of two that run at once one does it.
 */
#include <talloc.h>
#include <time.h>

#include <comptoir/people.h>

#include "account/account.h"
#include "account/forget.h"
#include "account/letter.h"
#include "base/log.h"
#include "route/state.h"

enum {
	A_DAY = 86400,
	NOTICE_DAYS = 30,
	LOOK_DAYS = 30,
	BATCH = 100,
	RUN_SECONDS = 300,
	LINK_DAYS = 30
};

struct person {
	int64_t id;
	struct ct_utc check; /* as it was found */
	struct ct_utc last, due, warned;
	const struct ct_result *row;
};

static struct ct_utc days_on(struct ct_utc from, int64_t days)
{
	return (struct ct_utc){ from.s + days * A_DAY };
}

static struct ct_utc later(struct ct_utc a, struct ct_utc b)
{
	return a.s > b.s ? a : b;
}

static int call_seen(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_party_seen_f *)function)(r, arg, e);
}

/* The last act that anybody knows of, and when the months after it are over. */
static int read_person(struct ct_request *r, struct person *p, struct ct_error *e)
{
	struct ct_party_seen seen = { p->id, &p->last, NULL };
	struct ct_utc known;
	struct ct_result *row;
	struct ct_day day;
	int rc;

	p->last = CT_NO_UTC;
	if ((rc = ct_one(r, "last_act", CT_ARGS(CT_NUM(p->id)), &row, e)))
		return rc;
	seen.addresses = ct_col_text(row, "addresses");
	if ((rc = ct_raise(r, "party.seen", call_seen, &seen, e)))
		return rc;
	known = ct_col_utc(row, "last_utc");
	p->last = ct_utc_set(p->last) ? later(p->last, known) : known;
	p->warned = ct_col_utc(row, "forget_warned_utc");
	p->row = row;
	day.n = (int32_t)(p->last.s / A_DAY) + 1;
	day = ct_day_add_months(day, (int)ct_setting_int(r, "privacy.months"));
	p->due.s = (int64_t)day.n * A_DAY;
	return 0;
}

static int look_again(struct ct_request *r, const struct person *p, struct ct_utc when,
		      struct ct_error *e)
{
	struct ct_utc soon = days_on(r->now, LOOK_DAYS);

	return ct_exec(r, "forget_look_again",
		       CT_ARGS(CT_UTC(when.s < soon.s ? when : soon), CT_NUM(p->id)), e);
}

static int warn(struct ct_request *r, const struct person *p, struct ct_utc when,
		struct ct_error *e)
{
	const char *login = ct_col_text(p->row, "login"), *before;
	char date[CT_TIME_UI];
	struct ct_letter l = { .party = p->id,
			       .name = ct_col_text(p->row, "name"),
			       .lang = ct_col_text(p->row, "lang") };
	int rc = ct_exec(r, "forget_warned", CT_ARGS(CT_UTC(r->now), CT_NUM(p->id)), e);

	if (rc)
		return rc;
	l.to = login ? login : ct_col_text(p->row, "email");
	before = ct_speak(r, l.lang);
	ct_day_ui_long(date, (struct ct_day){ (int32_t)(when.s / A_DAY) }, CT_NO_DAY, r->lang);
	l.subject = _("We are about to delete your details");
	l.sentence = talloc_asprintf(
		r,
		_("You have not been here for a long time. On %s we delete your name, your address and how to reach you."),
		date);
	l.link = ct_url_absolute(r, login ? "/login" : "/");
	l.next =
		login ? _("If you want to keep your account, sign in at this address before that day. Else you need not do anything.")
		      : _("You need not do anything. Whoever comes back is welcome, and begins anew.");
	rc = ct_letter_send(r, &l, e);
	ct_speak(r, before);
	return rc;
}

/* Takes her turn, and does what is due today: nothing, the mail before, or the end. */
static int consider(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct person *p = arg;
	struct ct_utc first, end;
	bool has_mail, warned;
	int64_t count;
	int rc = ct_exec_count(
		r, "forget_turn",
		CT_ARGS(CT_UTC(days_on(r->now, LOOK_DAYS)), CT_NUM(p->id), CT_UTC(p->check)),
		&count, e);

	if (rc || !count || (rc = read_person(r, p, e)))
		return rc;
	first = days_on(p->due, -NOTICE_DAYS);
	if (ct_col_int(p->row, "kept") || r->now.s < first.s)
		return look_again(
			r, p, ct_col_int(p->row, "kept") ? days_on(r->now, LOOK_DAYS) : first, e);
	has_mail = ct_col_text(p->row, "login") || ct_col_text(p->row, "email");
	warned = ct_utc_set(p->warned) && p->warned.s >= p->last.s;
	end = has_mail ? later(p->due, days_on(warned ? p->warned : r->now, NOTICE_DAYS)) : p->due;
	if (has_mail && !warned && (rc = warn(r, p, end, e)))
		return rc;
	return r->now.s < end.s ? look_again(r, p, end, e) : ct_forget(r, p->id, e);
}

/* Refused by a hook, or broken: another day, so that nobody holds up the others. */
static int put_off(struct ct_request *r, void *arg, struct ct_error *e)
{
	return look_again(r, arg, days_on(r->now, LOOK_DAYS), e);
}

static int consider_one(struct ct_request *job, struct person *p, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(job, job->s->core, &ct_plugin_account);
	struct ct_error why;
	int rc = ct_transaction(r, consider, p, &why);

	if (rc && ct_status(rc) != 503) {
		ct_log(rc == CT_BROKEN ? CT_LOG_ERROR : CT_LOG_INFO, "forget", "put_off", why.text,
		       NULL);
		rc = ct_transaction(r, put_off, p, &why);
	}
	if (rc)
		*e = why;
	talloc_free(r);
	return rc;
}

static int purge_links(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_exec(r, "links_purge", CT_ARGS(CT_UTC(days_on(r->now, -LINK_DAYS))), e);
}

int ct_forget_job(struct ct_request *r, struct ct_error *e)
{
	int64_t stop = time(NULL) + RUN_SECONDS;
	struct ct_result *list;
	size_t found = BATCH;
	int rc = ct_transaction(r, purge_links, NULL, e);

	if (ct_setting_int(r, "privacy.months") < 1)
		return rc;
	while (!rc && found == BATCH && time(NULL) < stop) {
		rc = ct_query(r, "forget_due", CT_ARGS(CT_UTC(r->now), CT_NUM(BATCH)), &list, e);
		if (rc)
			return rc;
		found = ct_result_rows(list);
		while (!rc && ct_next(list)) {
			struct person p = { .id = ct_col_int(list, "id"),
					    .check = ct_col_utc(list, "forget_check_utc") };

			rc = consider_one(r, &p, e);
		}
		ct_result_free(list);
	}
	return rc;
}
