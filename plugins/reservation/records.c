/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What managers keep by hand: what can be booked, its kinds and rules, when it is open and what it
 * costs. The core makes lists and forms of these tables; only what one field alone cannot know is
 * checked here.
 */
#include <string.h>

#include "closure.h"
#include "policy.h"
#include "records.h"
#include "records_hours.h"
#include "reservation.h"

#define FROM_HELP    N_("Empty: for as long as anybody remembers.")
#define TO_HELP	     N_("The last day that it holds; empty: until further notice.")
#define INHERIT_HELP N_("Empty: as the wider rules say (of the kind, then of the place).")
#define MINUTES_YEAR 527040 /* a leap year's minutes */

static const struct ct_field resource_fields[] = {
	{ "name", N_("Name"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true },
	{ "place", N_("Place"), CT_REF, .required = true, .ref = "place", .list = true },
	{ "kind", N_("Kind"), CT_REF, .required = true, .ref = "reservation.kind", .list = true },
	{ "photo", N_("Photo"), CT_FILE, .accept = CT_PICTURE, .readers = CT_PUBLIC, .column = "photo_file_id",
	  .help = N_("Shown to everybody, on the page of the room.") },
	{ "summary", N_("In one sentence"), CT_TEXT, .max = 300, .search = true },
	{ "capacity", N_("People at most"), CT_INT, .min = 1, .max = 100000, .list = true,
	  .help = N_("The legal number, with whoever works there.") },
	{ "capacity_theatre", N_("People in rows"), CT_INT, .min = 1, .max = 100000 },
	{ "capacity_class", N_("People at tables in rows"), CT_INT, .min = 1, .max = 100000 },
	{ "capacity_meeting", N_("People around a table"), CT_INT, .min = 1, .max = 100000 },
	{ "area_m2", N_("Area in m²"), CT_INT, .min = 1, .max = 100000 },
	{ "units", N_("How many alike"), CT_INT, .min = 1, .max = 500, .initial = "1",
	  .help = N_("Twelve desks of which each is as good as the other: 12. A room: 1.") },
	{ "step_free", N_("Step-free access"), CT_BOOL, .list = true },
	{ "door_width", N_("Narrowest door in cm"), CT_INT, .min = 30, .max = 1000 },
	{ "hearing_loop", N_("Hearing loop"), CT_BOOL },
	{ "members_only", N_("For members only"), CT_BOOL },
	{ "policy", N_("Rules"), CT_REF, .ref = "reservation.policy", .see = "resource.edit",
	  .help = INHERIT_HELP },
	{ "access_text", N_("How to get in"), CT_LONG_TEXT, .max = 3000, .see = "resource.edit",
	  .help = N_("For whoever has booked; shown on the page of the booking.") },
	{ "access_code", N_("Access code"), CT_TEXT, .max = 40, .see = "resource.edit",
	  .help = N_("Shown on the page of the booking from the evening before, and nowhere"
		     " else.") },
	{ "on_site_contact", N_("Whom to call on site"), CT_TEXT, .max = 120,
	  .see = "resource.edit" },
	{ "position", N_("Order among the others"), CT_INT, .min = 0, .max = 10000, .initial = "0",
	  .help = N_("Smaller numbers come first on the day page.") },
	{ "active", N_("Can be booked"), CT_BOOL, .initial = "1", .list = true },
	{ 0 }
};

static const struct ct_field kind_fields[] = {
	{ "label_one", N_("One of them"), CT_TEXT, .required = true, .max = 60, .list = true,
	  .search = true,
	  .help = N_("In small letters, as in a sentence: “room”, “desk”, “laser cutter”.") },
	{ "label_many", N_("Several of them"), CT_TEXT, .required = true, .max = 60, .list = true,
	  .help = N_("“rooms”, “desks”, “laser cutters”.") },
	{ "verb_label", N_("On the button"), CT_TEXT, .max = 80, .help = N_("“Book the room”.") },
	{ "unit_word", N_("What is counted"), CT_TEXT, .max = 40,
	  .help = N_("Where several are booked at once: “desks”, as in “3 desks free”.") },
	{ "policy", N_("Rules"), CT_REF, .ref = "reservation.policy", .see = "resource.edit" },
	{ 0 }
};

static const struct ct_choice approvals[] = {
	{ "none", N_("booked at once") },
	{ "always", N_("a manager confirms") },
	{ "rule", N_("a manager confirms for whoever does not meet what is required") },
	{ 0 }
};

static const struct ct_field policy_fields[] = {
	{ "label", N_("Name"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true },
	{ "parent", N_("Goes on from"), CT_REF, .ref = "reservation.policy",
	  .help = N_("What is left empty here is as those rules say.") },
	{ "audience", N_("Only for"), CT_REF, .ref = "reservation.audience", .list = true,
	  .help = N_("For everybody else, the rules that these go on from count.") },
	{ "approval", N_("Requests"), CT_CHOICE, .choices = approvals, .list = true },
	{ "min_notice", N_("Notice"), CT_DURATION, .max = MINUTES_YEAR, .list = true,
	  .help = N_("How long before the start a booking is still taken.") },
	{ "max_notice", N_("How far ahead"), CT_DURATION, .max = 3 * MINUTES_YEAR,
	  .help = N_("“6 months” are taken as 180 days.") },
	{ "min_duration", N_("Shortest booking"), CT_DURATION, .min = 1, .max = MINUTES_YEAR },
	{ "max_duration", N_("Longest booking"), CT_DURATION, .min = 1, .max = MINUTES_YEAR, .list = true },
	{ "step", N_("In steps of"), CT_DURATION, .min = 5, .max = 1440,
	  .help = N_("30 min: from the hour to the half-hour.") },
	{ "buffer_before", N_("Kept free before"), CT_DURATION, .max = 1440,
	  .help = N_("For setting up, airing or cleaning; also beyond opening hours.") },
	{ "buffer_after", N_("Kept free after"), CT_DURATION, .max = 1440 },
	{ "overnight", N_("May stay over night"), CT_BOOL,
	  .help = N_("An exhibition, a borrowed bike: only the first and the last hour need be"
		     " open.") },
	{ 0 }
};

static const struct ct_field opening_fields[] = {
	{ "place", N_("Place"), CT_REF, .required = true, .ref = "place", .list = true },
	{ "resource", N_("Only for"), CT_REF, .ref = "reservation.resource", .list = true,
	  .help = N_("What has hours of its own has only those. Empty: for everything else"
		     " here.") },
	{ "weekdays", N_("On these days"), CT_WEEKDAYS, .required = true, .column = "weekday_mask",
	  .list = true },
	{ "opens", N_("From"), CT_TIME, .required = true, .list = true },
	{ "closes", N_("To"), CT_TIME, .required = true, .list = true },
	{ "closed", N_("Closed in these hours"), CT_BOOL, .list = true,
	  .help = N_("Takes these hours away from the others, such as the midday break.") },
	{ "valid_from", N_("First day"), CT_DATE, .column = "valid_from", .help = FROM_HELP },
	{ "valid_to", N_("Last day"), CT_DATE, .column = "valid_to", .list = true,
	  .help = TO_HELP },
	{ "audience", N_("Only for"), CT_REF, .ref = "reservation.audience", .list = true,
	  .heading = N_("For whom and when"), .help = N_("“members”, for an evening of theirs. Empty: for everybody.") },
	{ "only_in", N_("Only on these days"), CT_REF, .ref = "reservation.day_calendar", .column = "only_in",
	  .help = N_("“school holidays”: on other days these hours are not there.") },
	{ "not_in", N_("Not on these days"), CT_REF, .ref = "reservation.day_calendar", .column = "not_in",
	  .help = N_("“public holidays”: on those days these hours are not there.") },
	{ "priority", N_("Priority"), CT_INT, .min = 0, .max = 100, .initial = "0",
	  .help = N_("Hours with a higher number have the last word over those below.") },
	{ 0 }
};

static const struct ct_field window_fields[] = {
	{ "label", N_("Name"), CT_TEXT, .required = true, .max = 40, .list = true,
	  .help = N_("“morning”, “afternoon”, “evening”.") },
	{ "place", N_("Place"), CT_REF, .required = true, .ref = "place", .list = true },
	{ "weekdays", N_("On these days"), CT_WEEKDAYS, .required = true, .column = "weekday_mask",
	  .list = true, .initial = "1,2,3,4,5,6,7" },
	{ "from", N_("From"), CT_TIME, .required = true, .column = "from_min", .list = true },
	{ "to", N_("To"), CT_TIME, .required = true, .column = "to_min", .list = true },
	{ "only_in", N_("Only on these days"), CT_REF, .ref = "reservation.day_calendar", .column = "only_in" },
	{ "not_in", N_("Not on these days"), CT_REF, .ref = "reservation.day_calendar", .column = "not_in" },
	{ 0 }
};

static const struct ct_choice purpose_codes[] = {
	{ "meeting", N_("meeting") },	  { "training", N_("training") },
	{ "event", N_("public event") },  { "service", N_("social service hours") },
	{ "residency", N_("residency") }, { "work", N_("working on one's own") },
	{ "workshop", N_("workshop") },	  { 0 }
};

static const struct ct_field purpose_fields[] = {
	{ "label", N_("As your visitors read it"), CT_TEXT, .required = true, .max = 60,
	  .list = true },
	{ "code", N_("Counted as"), CT_CHOICE, .required = true, .choices = purpose_codes,
	  .list = true, .help = N_("The same in the whole network, for its figures.") },
	{ "position", N_("Order among the others"), CT_INT, .min = 0, .max = 10000, .initial = "0",
	  .list = true },
	{ 0 }
};

static const struct ct_choice modes[] = { { "fixed", N_("by its prices") },
					  { "gratis", N_("free of charge") },
					  { "on_quote", N_("on quotation") },
					  { "free_price", N_("who pays chooses") },
					  { 0 } };

static const struct ct_choice bases[] = { { "include_vat", N_("incl. VAT") },
					  { "exclude_vat", N_("excl. VAT") },
					  { "no_vat", N_("VAT not applicable") },
					  { 0 } };

static const struct ct_field tariff_fields[] = {
	{ "label", N_("Name"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true },
	{ "resource", N_("For this alone"), CT_REF, .ref = "reservation.resource", .list = true,
	  .help = N_("Choose one of the three. The narrowest that fits counts.") },
	{ "kind", N_("Or for all of a kind"), CT_REF, .ref = "reservation.kind", .list = true },
	{ "place", N_("Or for all of a place"), CT_REF, .ref = "place", .list = true },
	{ "mode", N_("What it costs"), CT_CHOICE, .required = true, .choices = modes,
	  .initial = "fixed", .list = true },
	{ "amounts", N_("The amounts are"), CT_CHOICE, .required = true, .choices = bases,
	  .initial = "include_vat" },
	{ "vat_code", N_("VAT"), CT_CHOICE, .choices = reservation_vat_codes,
	  .help = N_("Empty: 20 %.") },
	{ "floor", N_("At least"), CT_MONEY, .min = 0, .help = N_("Where who pays chooses.") },
	{ "suggested", N_("Suggested"), CT_MONEY, .min = 0,
	  .help = N_("What stands in the box where who pays chooses.") },
	{ "reason", N_("Why it is free of charge"), CT_REF, .ref = "reservation.reason",
	  .help = N_("Give it prices all the same: your figures then count what was given.") },
	{ "valid_from", N_("First day"), CT_DATE, .column = "valid_from", .help = FROM_HELP },
	{ "valid_to", N_("Last day"), CT_DATE, .column = "valid_to", .list = true,
	  .help = TO_HELP },
	{ 0 }
};

static const struct ct_choice step_units[] = { { "hour_begun", N_("for each hour begun") },
					  { "window", N_("for a part of the day") },
					  { "day", N_("for a day") },
					  { "week", N_("for a week") },
					  { "month", N_("for a month") },
					  { "minute", N_("for each minute") },
					  { "use", N_("for each time") },
					  { 0 } };

static const struct ct_field step_fields[] = {
	{ "tariff", N_("Tariff"), CT_REF, .required = true, .ref = "reservation.tariff",
	  .list = true },
	{ "unit", N_("What is paid"), CT_CHOICE, .required = true, .choices = step_units,
	  .list = true },
	{ "window", N_("Part of the day"), CT_REF, .ref = "reservation.window", .list = true,
	  .help = N_("Only with “for a part of the day”.") },
	{ "amount", N_("Amount"), CT_MONEY, .required = true, .list = true },
	{ "up_to", N_("For at most"), CT_DURATION, .min = 1, .max = MINUTES_YEAR, .list = true,
	  .help = N_("2 h: this price is for at most two hours. Empty: however long.") },
	{ "minimum", N_("At least"), CT_MONEY, .min = 0,
	  .help = N_("What it costs at least, however short: of a day, for hours and minutes.") },
	{ "cap", N_("At most"), CT_MONEY, .min = 1,
	  .help = N_("What it costs at most, however long: of a day, for hours and minutes.") },
	{ 0 }
};

/* Is there a row where `query` asks for one with a key? The query's parameters are `args`. */
static int finds(struct ct_request *r, const char *query, struct ct_args args, bool *found_r,
		 struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, args, &row, e);

	if (!rc)
		*found_r = ct_next(row);
	return rc;
}

static int check_units(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t units = ct_in_set(r, "units") ? ct_in_int(r, "units") : 1;
	bool promised, divided = false;
	int rc = finds(r, "units_promised", CT_ARGS(CT_NUM(id), CT_NUM(units), CT_UTC(r->now)),
		       &promised, e);

	if (!rc && units > 1)
		rc = finds(r, "resource_divided", CT_ARGS(CT_NUM(id), CT_NUM(id)), &divided, e);
	if (rc)
		return rc;
	if (promised)
		ct_in_error(r, "units", "%s",
			    _("More than that are booked already for the time to come."));
	if (divided)
		ct_in_error(r, "units", "%s",
			    _("A room that is divided, or a part of one, is there once."));
	return 0;
}

/* Its name stands in the calendars of its bookings, which may be many: they follow soon. */
static int follow_name(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool same;
	json_t *payload;
	int rc = finds(r, "resource_named", CT_ARGS(CT_NUM(id), CT_STR(ct_in_text(r, "name"))), &same, e);

	if (rc || same)
		return rc;
	payload = json_object();
	ct_put_int(payload, "resource", id);
	return ct_later(r, "resource.renamed", payload, e);
}

/* Bookings stay where they were made, and nobody loses a unit that was promised. */
static int check_resource(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool moved;
	int rc;

	if (!id)
		return 0;
	if ((rc = check_units(r, id, e)) ||
	    (rc = finds(r, "resource_moved", CT_ARGS(CT_NUM(id), CT_NUM(ct_in_int(r, "place"))),
			&moved, e)))
		return rc;
	if (moved)
		ct_in_error(r, "place", "%s",
			    _("This has bookings, or belongs to a room that is divided, and stays"
			      " in its place. Make a new one in the other place, and end this"
			      " one."));
	rc = ct_in_fail(r, e);
	return rc ? rc : follow_name(r, id, e);
}

/* Rules that go on from themselves would have no end. */
static int check_policy(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t step = ct_in_int(r, "step"), most = ct_in_int(r, "max_duration");
	bool circular = false;
	int rc = 0;

	if (step && 1440 % step)
		ct_in_error(r, "step", "%s",
			    _("A day has to be made of whole steps: 15, 30, 60 …"));
	if (most && most < ct_in_int(r, "min_duration"))
		ct_in_error(r, "max_duration", "%s", _("The most has to be at least the least."));
	if (id && ct_in_int(r, "parent"))
		rc = finds(r, "policy_above", CT_ARGS(CT_NUM(ct_in_int(r, "parent")), CT_NUM(id)),
			   &circular, e);
	if (circular)
		ct_in_error(r, "parent", "%s",
			    _("These rules go on from those that you are changing."));
	return rc ? rc : ct_in_fail(r, e);
}

static void check_days(struct ct_request *r)
{
	struct ct_day from = ct_in_day(r, "valid_from"), to = ct_in_day(r, "valid_to");

	if (ct_day_set(from) && ct_day_set(to) && to.n < from.n)
		ct_in_error(r, "valid_to", "%s", _("The last day comes before the first."));
}

static int in_place(struct ct_request *r, const char *query, int64_t id, const char *field,
		    struct ct_error *e)
{
	bool found = true;
	int rc = id ? finds(r, query, CT_ARGS(CT_NUM(id), CT_NUM(ct_in_int(r, "place"))), &found, e)
		    : 0;

	if (!rc && !found)
		ct_in_error(r, field, "%s", _("This is not in that place."));
	return rc;
}

/*
 * Hours that were in force are what occupancy figures are computed from, so they are ended, not
 * changed; for a day a slip of the pen may still be mended.
 */
static int check_opening(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool rewritten = false;
	int rc = in_place(r, "resource_in_place", ct_in_int(r, "resource"), "resource", e);

	if (rc)
		return rc;
	if (ct_in_int(r, "closes") <= ct_in_int(r, "opens"))
		ct_in_error(r, "closes", "%s", _("The end has to come after the start."));
	check_days(r);
	if (id)
		rc = finds(r, "opening_rewritten",
			   CT_ARGS(CT_NUM(id), CT_UTC(r->now), CT_UTC(r->now),
				   CT_NUM(ct_in_int(r, "place")), CT_NUM(ct_in_int(r, "resource")),
				   CT_NUM(ct_in_int(r, "weekdays")), CT_NUM(ct_in_int(r, "opens")),
				   CT_NUM(ct_in_int(r, "closes")), CT_NUM(ct_in_int(r, "closed")),
				   CT_NUM(ct_in_int(r, "audience")), CT_NUM(ct_in_int(r, "only_in")),
				   CT_NUM(ct_in_int(r, "not_in")), CT_NUM(ct_in_int(r, "priority")),
				   CT_DAY(ct_in_day(r, "valid_from"))),
			   &rewritten, e);
	if (rewritten)
		ct_in_error(r, "valid_to", "%s",
			    _("These hours have been in force, and figures are computed from them."
			      " Give them a last day here, and add the new hours from the day"
			      " after."));
	return rc ? rc : ct_in_fail(r, e);
}

static int check_window(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	if (ct_in_int(r, "to") <= ct_in_int(r, "from"))
		return ct_fail_field(e, "to", _("The end has to come after the start."));
	return 0;
}

static int check_tariff(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int n = (ct_in_int(r, "resource") != 0) + (ct_in_int(r, "kind") != 0) +
		(ct_in_int(r, "place") != 0);

	(void)id;
	if (n != 1)
		ct_in_error(r, "resource", "%s",
			    _("Choose one of the three: one thing, all of a kind, or all of a"
			      " place."));
	check_days(r);
	return ct_in_fail(r, e);
}

static int check_price(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool windowed = !strcmp(ct_in_text(r, "unit"), "window");

	(void)id;
	if (windowed == (ct_in_int(r, "window") != 0))
		return 0;
	if (windowed)
		return ct_fail_field(e, "window", _("Which part of the day?"));
	return ct_fail_field(e, "window",
			     _("Leave this empty: the price is not for a part of the day."));
}

static const struct ct_view_field policy_view[] = {
	{ "effective", "array", "what holds in the end" }, { "effective.name", "text", "" },
	{ "effective.value", "integer", "minutes, 0 or 1; of approval 0 none, 1 always, 2 rule" },
	{ "effective.policy", "id", "the rules that say so; null: the default" },
	{ "used_by", "array", "places, kinds, rooms and rules" }, { "used_by.label", "text", "" }, { 0 }
};

static const struct ct_view_field calendar_view[] = {
	{ "days", "array", "of the next 400 days" }, { "days.from_d", "date", "" }, { "days.to_d", "date", "" },
	{ "days.label", "text", "" }, { 0 }
};

static const struct ct_view_field closure_view[] = {
	{ "clashes", "array", "bookings in it, which it leaves as they are" }, { "clashes.uid", "text", "" },
	{ "clashes.room", "text", "" }, { "clashes.title", "text", "" }, { "clashes.person", "text", "" }, { 0 }
};

const struct ct_record reservation_records[] = {
	{ "resource", N_("Rooms and equipment"), resource_fields, "resource.see", "resource.edit",
	  .path = "resources", .one = N_("Room or equipment"), .fresh = N_("New room or equipment"), .order = "name",
	  .url = "/resources/{id}", .before_store = check_resource,
	  .after_store = closures_fill_room, .before_delete = reservation_room_delete,
	  .empty = N_("What can be booked: rooms, desks, workshops, machines, a bike. Each has a"
		      " place and a kind.") },
	{ "kind", N_("Kinds of rooms"), kind_fields, "resource.see", "resource.edit",
	  .path = "kinds", .one = N_("Kind"), .fresh = N_("New kind"), .order = "label_one",
	  .empty = N_("The kinds of what can be booked, with the words that people use: room,"
		      " desk, workshop.") },
	{ "policy", N_("Booking rules"), policy_fields, "resource.edit", "resource.edit",
	  .path = "policies", .one = N_("Rules"), .fresh = N_("New booking rules"), .order = "label",
	  .before_store = check_policy, .show = policy_show, .show_view = policy_view,
	  .empty = N_("How early, how late, how long and in which steps bookings are taken."
		      " Without any: two hours before, six months ahead, by the half-hour.") },
	{ "opening", N_("Opening hours"), opening_fields, "resource.see", "resource.edit",
	  .path = "openings", .one = N_("Hours"), .fresh = N_("New opening hours"), .title = "weekdays", .order = "opens",
	  .before_store = check_opening,
	  .empty = N_("When a place is open, by weekday. Without any, nothing can be booked.") },
	{ "window", N_("Parts of the day"), window_fields, "resource.see", "resource.edit",
	  .path = "windows", .one = N_("Part of the day"), .fresh = N_("New part of the day"), .order = "from",
	  .before_store = check_window,
	  .empty = N_("Named parts of the day that can be booked and priced as a whole: morning,"
		      " afternoon, evening.") },
	{ "purpose", N_("Purposes"), purpose_fields, "resource.see", "resource.edit",
	  .path = "purposes", .one = N_("Purpose"), .fresh = N_("New purpose"), .order = "position",
	  .empty = N_("What bookings are for: a short list, asked once a booking, for your"
		      " figures.") },
	{ "tariff", N_("Tariffs"), tariff_fields, "resource.see", "resource.edit",
	  .path = "tariffs", .one = N_("Tariff"), .fresh = N_("New tariff"), .order = "label", .before_store = check_tariff,
	  .empty = N_("What things cost. A tariff is for one thing, for all of a kind, or for a"
		      " whole place.") },
	{ "step", N_("Prices"), step_fields, "resource.see", "resource.edit", .path = "prices",
	  .one = N_("Price"), .fresh = N_("New price"), .title = "unit", .order = "amount", .before_store = check_price,
	  .empty = N_("The prices of your tariffs: for an hour, for a part of the day, for a"
		      " day.") },
	{ "audience", N_("Kinds of people"), reservation_audience_fields, "resource.see", "resource.edit",
	  .path = "audiences", .one = N_("Kind of people"), .order = "label",
	  .empty = N_("Who has prices or rules of their own: members, associations, students …") },
	{ "audience_party", N_("Who belongs to what"), reservation_audience_party_fields, "resource.edit",
	  "resource.edit", .path = "audience-members", .one = N_("Belonging"), .title = "party",
	  .order = "from", .before_store = reservation_check_belonging,
	  .empty = N_("Which people and organisations are members, students … and until when.") },
	{ "adjust", N_("Price adjustments"), reservation_adjust_fields, "resource.see", "resource.edit",
	  .path = "adjustments", .one = N_("Adjustment"), .order = "position",
	  .before_store = reservation_check_adjust,
	  .empty = N_("What is taken off the price or put on it: members pay less, opening early costs"
		      " 40 €.") },
	{ "extra", N_("Extras"), reservation_extra_fields, "resource.see", "resource.edit",
	  .path = "extras", .one = N_("Extra"), .order = "position",
	  .before_store = reservation_check_extra,
	  .empty = N_("What can be asked for with a room: coffee, cleaning, a welcome.") },
	{ "cancel_step", N_("What cancelling costs"), reservation_cancel_step_fields, "resource.see",
	  "resource.edit", .path = "cancel-steps", .one = N_("Step"), .title = "before",
	  .order = "before", .before_store = reservation_check_cancel_step,
	  .empty = N_("The later, the more: half of it from two days before, all of it on the day."
		      " Without any, cancelling is free.") },
	{ "reason", N_("Reasons for a lower price"), reservation_reason_fields, "resource.see",
	  "resource.edit", .path = "reasons", .one = N_("Reason"), .order = "label",
	  .empty = N_("Why something is given for less or for nothing; reports count what it was"
		      " worth.") },
	{ "day_calendar", N_("Calendars of days"), reservation_calendar_fields, "resource.see", "resource.edit",
	  .path = "day-calendars", .one = N_("Calendar of days"), .order = "label",
	  .show = reservation_calendar_show, .show_view = calendar_view, .links = reservation_calendar_links,
	  .empty = N_("Public holidays, school holidays, a season of the house: hours can be limited to"
		      " them, or leave them out.") },
	{ "day_range", N_("Days"), reservation_range_fields, "resource.see", "resource.edit", .path = "days",
	  .one = N_("Days"), .title = "label", .order = "from", .before_store = reservation_check_range,
	  .empty = N_("The days of your calendars, from the first to the last.") },
	{ "closure", N_("Closures"), reservation_closure_fields, "resource.see", "resource.edit",
	  .path = "closures", .one = N_("Closure"), .order = "start", .before_store = closure_before,
	  .after_store = closure_after, .before_delete = closure_delete, .show = closure_show,
	  .show_view = closure_view,
	  .empty = N_("When a place or a room is closed beside its usual hours, and why.") },
	{ "requirement", N_("What is required"), reservation_requirement_fields, "resource.see", "resource.edit",
	  .path = "requirements", .one = N_("Requirement"), .order = "kind",
	  .before_store = reservation_check_requirement,
	  .empty = N_("What has to be accepted or held before something is booked: house rules, a"
		      " training, an insurance.") },
	{ "quota", N_("Limits for each person"), reservation_quota_fields, "resource.see", "resource.edit",
	  .path = "quotas", .one = N_("Limit"), .title = "limit_value", .order = "limit_value",
	  .empty = N_("How much one person may book: four hours a day, three bookings to come.") },
	{ "part", N_("Parts of a hall"), reservation_part_fields, "resource.see", "resource.edit",
	  .path = "parts", .one = N_("Part of a hall"), .title = "leaf", .order = "position",
	  .before_store = reservation_check_part, .after_store = reservation_part_stored,
	  .before_delete = reservation_part_delete, .remove = reservation_part_remove,
	  .empty = N_("A hall that divides in two: make the hall and its halves as rooms, then say here"
		      " which are its parts.") },
	{ 0 }
};
