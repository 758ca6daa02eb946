/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a room's policy, each refusal with the figures that it goes by. */
#include "model.h"

static const char *span_text(char buf[CT_TIME_UI], int64_t minutes, const char *lang)
{
	return ct_minutes_ui(buf, minutes, lang);
}

static int check_notice(const struct ct_request *r, const struct room *room, struct ct_utc start,
			bool manager, struct ct_error *e)
{
	const struct policy *p = &room->policy;
	int64_t minutes = (start.s - r->now.s) / 60;
	char buf[CT_TIME_UI];

	if (!manager && start.s < r->now.s)
		return ct_fail_field(e, "start",
				     _("This time has already begun. Choose a later one."));
	if (!manager && minutes < p->min_notice)
		return ct_fail_field(
			e, "start",
			_("This has to be booked at least %s ahead. Choose a later time, or call the place."),
			span_text(buf, p->min_notice, r->lang));
	if (p->max_notice && minutes > p->max_notice && !manager)
		return ct_fail_field(e, "start", _("This can be booked at most %s ahead."),
				     span_text(buf, p->max_notice, r->lang));
	return 0;
}

static int check_length(const struct ct_request *r, const struct room *room, int64_t minutes,
			bool manager, struct ct_error *e)
{
	const struct policy *p = &room->policy;
	char least[CT_TIME_UI], asked[CT_TIME_UI];

	if (minutes < p->min_duration && !manager)
		return ct_fail_field(e, "end", _("At least %s; you ask for %s."),
				     span_text(least, p->min_duration, r->lang),
				     span_text(asked, minutes, r->lang));
	if (p->max_duration && minutes > p->max_duration && !manager)
		return ct_fail_field(e, "end", _("At most %s; you ask for %s."),
				     span_text(least, p->max_duration, r->lang),
				     span_text(asked, minutes, r->lang));
	if (minutes > 366 * 1440)
		return ct_fail_field(e, "end", _("At most one year at a time."));
	return 0;
}

static int check_step(const struct ct_request *r, const struct room *room, struct ct_local start,
		      struct ct_local end, struct ct_error *e)
{
	int64_t step = room->policy.step * 60;
	char buf[CT_TIME_UI];

	if (start.s % step == 0 && end.s % step == 0)
		return 0;
	return ct_fail_field(e, start.s % step ? "start" : "end",
			     _("Times go in steps of %s here."),
			     span_text(buf, room->policy.step, r->lang));
}

int room_allows(const struct ct_request *r, const struct room *room, struct ct_local start,
		struct ct_local end, bool manager, struct ct_error *e)
{
	struct ct_utc from = ct_zone_utc(room->zone, start), to = ct_zone_utc(room->zone, end);
	int rc;

	if (end.s <= start.s || to.s <= from.s)
		return ct_fail_field(e, "end", _("The end has to come after the start."));
	if ((rc = check_notice(r, room, from, manager, e)) ||
	    (rc = check_length(r, room, (end.s - start.s) / 60, manager, e)) ||
	    (rc = check_step(r, room, start, end, e)))
		return rc;
	if (!room_is_open(room, start, end))
		return ct_fail_field(e, "start",
				     _("%s is closed at that time. Choose hours when it is open."),
				     room->name);
	return 0;
}
