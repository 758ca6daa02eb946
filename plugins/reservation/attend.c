/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who came, with how many, and who did not: said around a booking's time, and taken back as easily. */
#include "desk.h"

#include <string.h>
#include <talloc.h>

enum {
	EARLY = 2 * 3600,	/* so long before it begins somebody may be there already */
	AFTERWARDS = 3 * 86400,	/* so long after it the house still says who came: Monday for Friday evening */
	LATE = 15 * 60,
};

const struct ct_field reservation_arrived_fields[] = {
	{ "row_version", N_("Version"), CT_INT },
	{ "people", N_("Number of people who came"), CT_INT, .min = 0, .max = 5000 },
	{ "undo", N_("Take it back"), CT_BOOL },
	{ "back", N_("Page to return to"), CT_TEXT, .max = 200 },
	{ 0 }
};

bool attend_is_time(const struct ct_request *r, struct ct_utc start, struct ct_utc end)
{
	return r->now.s >= start.s - EARLY && r->now.s <= end.s + AFTERWARDS;
}

static const char *came_text(struct ct_request *r, const struct ct_result *row, const struct ct_zone *zone)
{
	char at[CT_TIME_UI];
	const char *people = people_text(r, ct_col_int(row, "attendance_actual"));

	ct_time_ui(at, ct_zone_local(zone, ct_col_utc(row, "arrived_utc")), r->lang);
	return people ? talloc_asprintf(r, _("there since %s, %s"), at, people)
		      : talloc_asprintf(r, _("there since %s"), at);
}

void put_attendance(struct ct_request *r, json_t *o, const struct ct_result *row, const struct ct_zone *zone)
{
	struct ct_utc start = ct_col_utc(row, "start_utc"), end = ct_col_utc(row, "end_utc");
	const char *status = ct_col_text(row, "status");
	bool firm = !strcmp(status, "confirmed") || !strcmp(status, "done");
	bool missed = !strcmp(status, "no_show"), came = !ct_col_null(row, "arrived_utc") && !missed;
	int64_t said = ct_col_int(row, "attendance");

	ct_put_instant(o, "arrived", came ? ct_col_utc(row, "arrived_utc") : CT_NO_UTC, zone, r->lang);
	if (came && !ct_col_null(row, "attendance_actual"))
		ct_put_int(o, "attendance_actual", ct_col_int(row, "attendance_actual"));
	else
		ct_put_null(o, "attendance_actual");
	ct_put_text(o, "came_ui", came ? came_text(r, row, zone) : NULL);
	ct_put_bool(o, "is_late_ui", firm && !came && r->now.s > start.s + LATE && r->now.s < end.s);
	ct_put_bool(o, "is_missed_ui", missed);
	ct_put_bool(o, "can_arrive_ui",
		    firm && !came && attend_is_time(r, start, end) && ct_may(r, MAY_ATTEND, r->org));
	ct_put_bool(o, "can_miss_ui",
		    firm && !came && attend_is_time(r, start, end) && r->now.s >= start.s &&
			    ct_may(r, MAY_ATTEND, r->org));
	ct_put_bool(o, "can_undo_ui",
		    (came || missed) && attend_is_time(r, start, end) && ct_may(r, MAY_ATTEND, r->org));
	ct_put_text(o, "people_typed_ui", said ? talloc_asprintf(r, "%lld", (long long)said) : "1");
}

struct attending { bool came; };

static int refuse_time(struct ct_request *r, const struct ct_booking *b, bool came, struct ct_error *e)
{
	bool early = came ? r->now.s < b->start_utc.s - EARLY : r->now.s < b->start_utc.s;

	if (early)
		return ct_fail(e, CT_CONFLICT,
			       came ? _("It is too early to say that somebody came.")
				    : _("It has not begun yet: somebody may still come."));
	if (!attend_is_time(r, b->start_utc, b->end_utc))
		return ct_fail(e, CT_CONFLICT, _("This was too long ago to be said now."));
	return 0;
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct attending *a = arg;
	bool undo = ct_in_int(r, "undo");
	const char *status = !undo && !a->came ? "no_show" : "confirmed";
	json_t *before = NULL, *after;
	struct ct_booking b;
	int rc = booking_lock(r, r->subject, &b, e);

	if (rc)
		return rc;
	if (strcmp(b.status, "confirmed") && strcmp(b.status, "done") && strcmp(b.status, "no_show"))
		return ct_fail(e, CT_CONFLICT, _("Only for a confirmed booking can be said who came."));
	if ((rc = refuse_time(r, &b, a->came, e)) ||
	    (rc = ct_exec(r, "booking_attended",
			  CT_ARGS(CT_STR(status), CT_UTC(a->came && !undo ? r->now : CT_NO_UTC),
				  a->came && !undo && ct_in_set(r, "people") ? CT_NUM(ct_in_int(r, "people"))
									      : CT_NULL,
				  CT_NUM(b.id)),
			  e)))
		return rc;
	before = json_object();
	after = json_object();
	ct_put_text(before, "status", b.status);
	ct_put_text(after, "status", status);
	if (a->came && !undo && ct_in_set(r, "people"))
		ct_put_int(after, "attendance_actual", ct_in_int(r, "people"));
	return ct_audit(r, "booking", b.id, undo ? "unsay" : a->came ? "arrived" : "no_show", before, after, e);
}

static int say(struct ct_request *r, bool came, struct ct_error *e)
{
	struct attending a = { came };
	int rc;

	if ((rc = ct_transaction(r, store, &a, e)) || (rc = booking_put(r, r->subject, true, e)))
		return rc;
	ct_notice(r, "%s",
		  ct_in_int(r, "undo") ? _("That is taken back.")
		  : came	       ? _("Noted: somebody is there.")
				       : _("Noted: nobody came."));
	ct_redirect(r, 200, back_to(r, ct_url(r, "/bookings/%s", ct_path(r, "uid"))));
	return 0;
}

int reservation_arrived(struct ct_request *r, struct ct_error *e)
{
	return say(r, true, e);
}

int reservation_no_show(struct ct_request *r, struct ct_error *e)
{
	return say(r, false, e);
}
