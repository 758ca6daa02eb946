/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What managers keep by hand about hours and rules beside the openings: days, closures, what is required, parts. */
#include "records_hours.h"

#include <string.h>
#include <talloc.h>

#include "closure.h"
#include "reservation.h"

static const struct ct_choice computed[] = {
	{ "fr", N_("public holidays of France") }, { "fr_alsace", N_("public holidays of Alsace and Moselle") },
	{ "fr_reunion", N_("public holidays of La Réunion") }, { 0 }
};

const struct ct_field reservation_calendar_fields[] = {
	{ "label", N_("Name"), CT_TEXT, .required = true, .max = 60, .list = true, .search = true,
	  .help = N_("“school holidays, zone B”, “summer at the house”.") },
	{ "computed", N_("Its days are"), CT_CHOICE, .choices = computed, .list = true,
	  .help = N_("Empty: the days that you add or import.") },
	{ 0 }
};

const struct ct_record_link reservation_calendar_links[] = {
	{ N_("Import school holidays"), "import", "resource.edit" }, { 0 }
};

const struct ct_field reservation_range_fields[] = {
	{ "calendar", N_("Calendar"), CT_REF, .required = true, .ref = "reservation.day_calendar", .list = true, .filter = true },
	{ "from", N_("First day"), CT_DATE, .required = true, .list = true },
	{ "to", N_("Last day"), CT_DATE, .required = true, .list = true },
	{ "label", N_("Name"), CT_TEXT, .max = 80, .list = true, .search = true },
	{ 0 }
};

const struct ct_field reservation_closure_fields[] = {
	{ "reason", N_("Reason"), CT_TEXT, .required = true, .max = 120, .list = true, .search = true,
	  .help = N_("Everybody reads it: “Closed at Christmas”, “Works in the hall”.") },
	{ "place", N_("Place"), CT_REF, .required = true, .ref = "place", .list = true },
	{ "resource", N_("Only this"), CT_REF, .ref = "reservation.resource", .list = true,
	  .help = N_("Empty: all that can be booked in the place.") },
	{ "start", N_("From"), CT_DATETIME, .required = true, .list = true },
	{ "end", N_("To"), CT_DATETIME, .required = true, .list = true },
	{ 0 }
};

static const struct ct_choice requirement_kinds[] = {
	{ "terms", N_("conditions to accept") }, { "membership", N_("a membership") }, { "badge", N_("a badge or a training") },
	{ "insurance", N_("an insurance") }, { "guarantee", N_("a deposit") }, { 0 }
};

static const struct ct_choice terms_kinds[] = {
	{ "sale", N_("conditions of sale") }, { "rules", N_("house rules") }, { "privacy", N_("privacy") },
	{ "charter", N_("charter") }, { "sharing", N_("sharing conditions") }, { 0 }
};

const struct ct_field reservation_requirement_fields[] = {
	{ "kind", N_("What is required"), CT_CHOICE, .required = true, .choices = requirement_kinds, .list = true },
	{ "policy", N_("By these rules"), CT_REF, .required = true, .ref = "reservation.policy", .list = true, .filter = true },
	{ "code", N_("Which conditions"), CT_CHOICE, .choices = terms_kinds, .list = true,
	  .help = N_("Those in force on the day of booking; for conditions to accept only.") },
	{ "audience", N_("Who has it"), CT_REF, .ref = "reservation.audience", .list = true,
	  .help = N_("Whoever belongs to these people on the day that is booked. Note there who has the badge, the insurance"
		     " or the deposit, until when, and the proof.") },
	{ "label", N_("In words"), CT_TEXT, .max = 160,
	  .help = N_("As whoever lacks it reads it: “the laser cutter training”. Empty: the name of the people.") },
	{ 0 }
};

static const struct ct_choice quota_units[] = {
	{ "count", N_("bookings") }, { "minute", N_("minutes") }, { 0 }
};

static const struct ct_choice quota_periods[] = {
	{ "day", N_("a day") }, { "week", N_("a week") }, { "month", N_("a month") }, { "year", N_("a year") },
	{ "open", N_("to come, all together") }, { 0 }
};

const struct ct_field reservation_quota_fields[] = {
	{ "limit_value", N_("At most"), CT_INT, .required = true, .min = 1, .max = 10000000, .list = true,
	  .help = N_("A number of bookings, or minutes: 240 is four hours.") },
	{ "unit", N_("Counted in"), CT_CHOICE, .required = true, .choices = quota_units, .list = true },
	{ "period", N_("For"), CT_CHOICE, .required = true, .choices = quota_periods, .list = true,
	  .help = N_("Each person by herself, over all that these rules are about.") },
	{ "policy", N_("By these rules"), CT_REF, .required = true, .ref = "reservation.policy", .list = true, .filter = true },
	{ "audience", N_("Only for"), CT_REF, .ref = "reservation.audience", .list = true, .help = N_("Empty: for everybody.") },
	{ 0 }
};

const struct ct_field reservation_part_fields[] = {
	{ "whole", N_("The whole"), CT_REF, .required = true, .ref = "reservation.resource", .list = true, .fixed = true,
	  .help = N_("The hall that divides.") },
	{ "leaf", N_("Its part"), CT_REF, .required = true, .ref = "reservation.resource", .list = true, .fixed = true,
	  .help = N_("One of its halves. The hall is free when all its parts are.") },
	{ "position", N_("Order among the others"), CT_INT, .min = 0, .max = 10000, .initial = "0" },
	{ 0 }
};

static int finds(struct ct_request *r, const char *query, struct ct_args args, bool *found_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, args, &row, e);

	if (!rc)
		*found_r = ct_next(row);
	return rc;
}

int reservation_check_range(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool is_computed = false;
	int rc = finds(r, "calendar_computed", CT_ARGS(CT_NUM(ct_in_int(r, "calendar"))), &is_computed, e);

	(void)id;
	if (rc)
		return rc;
	if (is_computed)
		ct_in_error(r, "calendar", "%s", _("The days of this calendar are computed: nothing has to be added."));
	if (ct_in_day(r, "to").n < ct_in_day(r, "from").n)
		ct_in_error(r, "to", "%s", _("The last day comes before the first."));
	return ct_in_fail(r, e);
}

int reservation_check_requirement(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool terms = !strcmp(ct_in_text(r, "kind"), "terms");

	(void)id;
	if (terms && !ct_in_set(r, "code"))
		ct_in_error(r, "code", "%s", _("Which conditions are to be accepted?"));
	if (!terms && !ct_in_set(r, "audience"))
		ct_in_error(r, "audience", "%s", _("Say which people have it: whoever belongs to them may book."));
	if (terms && ct_in_set(r, "audience"))
		ct_in_error(r, "audience", "%s", _("Conditions are accepted by everybody who books: leave this empty."));
	if (!terms && ct_in_set(r, "code"))
		ct_in_error(r, "code", "%s", _("Leave this empty: it is for conditions to accept."));
	return ct_in_fail(r, e);
}

/* ---- a hall that divides ---- */

/* Both and all that they stand for, in the one order of locks. */
static int lock_both(struct ct_request *r, int64_t whole, int64_t leaf, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "part_locks", CT_ARGS(CT_NUM(whole), CT_NUM(leaf), CT_NUM(whole)), &row, e);

	while (!rc && ct_next(row))
		rc = ct_exec(r, "lock_leaf", CT_ARGS(CT_NUM(ct_col_int(row, "leaf_id"))), e);
	return rc;
}

static int booked(struct ct_request *r, int64_t whole, long long *n_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "room_still_booked", CT_ARGS(CT_NUM(whole), CT_UTC(r->now)), &row, e);

	if (!rc)
		*n_r = ct_col_int(row, "n");
	return rc;
}

static const char *booked_text(struct ct_request *r, long long n)
{
	return talloc_asprintf(r, ngettext_("%lld booking of the whole is still to come: move or cancel it first.",
					    "%lld bookings of the whole are still to come: move or cancel them first.", n), n);
}

int reservation_check_part(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t whole = ct_in_int(r, "whole"), leaf = ct_in_int(r, "leaf");
	struct ct_result *row;
	long long n = 0;
	int rc = id ? 0 : lock_both(r, whole, leaf, e);

	if (rc || id)
		return rc;	/* nothing of it can be changed */
	if (whole == leaf)
		return ct_fail_field(e, "leaf", "%s", _("Nothing is a part of itself."));
	if ((rc = ct_one(r, "part_check", CT_ARGS(CT_NUM(whole), CT_NUM(leaf)), &row, e)) || (rc = booked(r, whole, &n, e)))
		return rc;
	if (!ct_col_int(row, "same_place"))
		ct_in_error(r, "leaf", "%s", _("Both have to be in the same place."));
	else if (ct_col_int(row, "there"))
		ct_in_error(r, "leaf", "%s", _("This is one of its parts already."));
	else if (ct_col_int(row, "leaf_divides"))
		ct_in_error(r, "leaf", "%s", _("This divides itself: add its parts one by one instead."));
	else if (ct_col_int(row, "units") > 1)
		ct_in_error(r, "leaf", "%s", _("A room that is divided, or a part of one, is there once."));
	if (ct_col_int(row, "whole_is_part"))
		ct_in_error(r, "whole", "%s", _("This is itself a part of something: add the part there too."));
	if (n)
		ct_in_error(r, "whole", "%s", booked_text(r, n));
	return ct_in_fail(r, e);
}

int reservation_part_stored(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t whole = ct_in_int(r, "whole");
	int rc = ct_exec(r, "part_free_whole", CT_ARGS(CT_NUM(whole)), e);

	(void)id;
	return rc ? rc : closures_fill_room(r, whole, e);
}

int reservation_part_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *row;
	int64_t whole, leaf;
	long long n = 0;
	int rc = ct_one(r, "part_row", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	whole = ct_col_int(row, "whole_id");
	leaf = ct_col_int(row, "leaf_id");
	if ((ct_in_transaction(r) && (rc = lock_both(r, whole, leaf, e))) || (rc = booked(r, whole, &n, e)))
		return rc;
	if (n)
		return ct_fail(e, CT_CONFLICT, "%s", booked_text(r, n));
	return 0;
}

/*
 * What closes the whole closes the part no longer, but what else closes the part does; without any part the whole is
 * closed itself again. Under the locks of reservation_part_delete.
 */
int reservation_part_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t whole, leaf, count = 0;
	int rc = ct_one(r, "part_row", CT_ARGS(CT_NUM(id)), &row, e);

	*archived_r = false;
	if (rc || (rc = ct_exec_count(r, "part_remove", CT_ARGS(CT_NUM(id), CT_NUM(version)), &count, e)))
		return rc;
	if (!count)
		return ct_lost(e);
	whole = ct_col_int(row, "whole_id");
	leaf = ct_col_int(row, "leaf_id");
	if ((rc = ct_exec(r, "part_free_leaf", CT_ARGS(CT_NUM(leaf), CT_NUM(whole)), e)) ||
	    (rc = closures_fill_room(r, leaf, e)))
		return rc;
	return closures_fill_room(r, whole, e);
}

/* ---- the page of a calendar ---- */

enum { SHOWN_DAYS = 400 };

static void put_range(struct ct_request *r, json_t *list, struct ct_day from, struct ct_day to, const char *label)
{
	json_t *o = ct_add_object(list);
	char buf[CT_TIME_UI];

	ct_put_day(o, "from", from, r->lang);
	ct_put_day(o, "to", to, r->lang);
	ct_put_text(o, "label", label);
	ct_put_text(o, "when_ui", from.n == to.n ? ct_day_ui_long(buf, from, CT_NO_DAY, r->lang)
						 : ct_days_ui(buf, from, to, CT_NO_DAY, r->lang));
}

int reservation_calendar_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_day today = ct_local_day((struct ct_local){ r->now.s }), last = ct_day_add(today, SHOWN_DAYS);
	json_t *list = ct_put_array(r->view, "days");
	struct day_sets sets;
	const struct days *days;
	int rc = days_load(r, json_ids(r, &id, 1), today, last, &sets, e);

	if (rc)
		return rc;
	ct_template(r, "reservation/days");
	days = days_find(&sets, id);
	for (struct ct_day day = today; days && day.n <= last.n; day = ct_day_add(day, 1))
		if (ct_holiday_name(days->computed, day))
			put_range(r, list, day, day, _(ct_holiday_name(days->computed, day)));
	for (size_t i = 0; days && i < days->n; i++)
		put_range(r, list, days->ranges[i].from, days->ranges[i].to, days->ranges[i].label);
	ct_put_bool(r->view, "has_days_ui", json_array_size(list) > 0);
	return 0;
}
