/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bookings of rooms and whatever else is used by the hour: the tables of the plugin. */
#include "reservation.h"

#include <comptoir/booking.h>
#include <comptoir/pages.h>

#include "setup.h"
#include "group.h"
#include "quotation.h"
#include "store.h"

static const struct ct_setting settings[] = {
	{ "guest_bookings", CT_INT, "10",
	  N_("Bookings that one network address may ask for in a day without an account"), true, NULL },
	{ "reminder_hours", CT_INT, "24",
	  N_("Hours before a booking at which its reminder is mailed; 0: none is"), true, NULL },
	{ 0 }
};

static const struct ct_permission permissions[] = {
	{ "resource.see", N_("See rooms and what is free"), CT_ROLE_ANYONE },
	{ "resource.edit", N_("Change rooms, hours and prices"), CT_ROLE_MANAGER },
	{ "booking.make", N_("Book"), CT_ROLE_ANYONE },
	{ "booking.member", N_("Book what is for members"), CT_ROLE_MEMBER },
	{ "booking.see", N_("See everybody's bookings"), CT_ROLE_OPENER },
	{ "booking.attend", N_("Say who came"), CT_ROLE_OPENER },
	{ "booking.report", N_("See the figures of bookings"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER) },
	{ "booking.manage", N_("Book for others, answer and cancel"), CT_ROLE_MANAGER },
	{ 0 }
};

/* Who may see a booking is asked by its pages: an owner, a right, or the token of a guest's mail. */
static const struct ct_kind kinds[] = {
	{ "booking", N_("Booking"), "booking_find", "booking_find_text", "booking_labels", .url = "/bookings/{uid}",
	  .traces = reservation_traces },
	{ "group", N_("Bookings made together"), "group_find", "group_find_text", .url = "/groups/{uid}" },
	{ 0 }
};

static const struct ct_choice views[] = { { "grid", N_("Grid") }, { "list", N_("List") }, { 0 } };

#define TOKEN { "t", N_("Token of the link"), CT_TEXT, .max = 64 }
#define WITH { "with", N_("Together with this booking"), CT_REF, .ref = "reservation.booking" }, TOKEN

static const struct ct_field home_fields[] = {
	{ "q", N_("A room, a place…"), CT_TEXT, .max = 80 },
	{ "date", N_("Day"), CT_DATE },
	{ "from", N_("From"), CT_TIME },
	{ "people", N_("Number of people"), CT_INT, .min = 1, .max = 5000 },
	{ "with", N_("Together with this booking"), CT_REF, .ref = "reservation.booking", .ref_org = CT_REF_PUBLIC }, TOKEN,
	{ 0 }
};

static const struct ct_field way_fields[] = { WITH, { 0 } };


static const struct ct_field day_fields[] = {
	{ "date", N_("Day"), CT_DATE },
	{ "view", N_("View"), CT_CHOICE, .choices = views },
	WITH,
	{ 0 }
};

/* What a price is asked with: as reservation_book_fields. */
static const struct ct_field price_fields[] = {
	{ "start", N_("From"), CT_DATETIME },
	{ "end", N_("To"), CT_DATETIME },
	{ "date", N_("Day"), CT_DATE },
	{ "units", N_("How many"), CT_INT, .min = 1, .max = 500 },
	{ "also", N_("Other rooms with it"), CT_TEXT, .many = true, .max = 40 },
	{ "attendance", N_("Number of people"), CT_INT, .min = 1, .max = 5000 },
	{ "extras", N_("Extras"), CT_TEXT, .many = true, .max = 40 },
	{ "amount", N_("Amount to pay"), CT_MONEY, .min = 0, .max = 100000000 },
	{ "reason", N_("Reason for less"), CT_REF, .ref = "reservation.reason" },
	{ "person", N_("For whom"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer", N_("Who pays"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC },
	{ "payer_text", N_("Organisation that pays"), CT_TEXT, .max = 160 },
	{ "terms", N_("Conditions"), CT_INT, .many = true, .min = 1, .max = INT64_MAX },
	{ "preview", N_("Only show the price"), CT_BOOL },
	{ "guest", N_("For somebody without account"), CT_BOOL },
	WITH,
	{ 0 }
};

static const struct ct_field cancel_fields[] = {
	TOKEN,
	{ "row_version", N_("Version"), CT_INT },
	{ "expected_fee", N_("What it costs, as shown"), CT_MONEY, .min = 0 },
	{ "with_fee", N_("The fee is due"), CT_BOOL },
	{ 0 }
};

static const struct ct_field guest_fields[] = {
	TOKEN,
	{ "row_version", N_("Version"), CT_INT },
	{ 0 }
};

static const struct ct_field ics_fields[] = {
	TOKEN,
	{ "k", N_("Secret of the calendar"), CT_TEXT, .max = 64 },
	{ 0 }
};

static const struct ct_view_field calendars_view[] = {
	{ "address", "text", "Address of my own calendar: whoever has it reads it" }, { 0 }
};

static const struct ct_view_field find_view[] = {
	{ "email", "text", "Where the links go, if there is anything; the same whether there is or not" }, { 0 }
};

#define ROOM    CT_PATH("id", "reservation.resource")
#define PLACE   CT_PATH("slug", "place")
#define BOOKING CT_PATH("uid", "reservation.booking")

static const struct ct_route routes[] = {
	{ "GET", "/", CT_NETWORK, CT_PUBLIC, "reservation/home", reservation_landing, home_fields,
	  .view = reservation_home_view, .title = N_("Home") },
	{ "GET", "/places", CT_NETWORK, CT_PUBLIC, "reservation/home", reservation_home, home_fields,
	  .view = reservation_home_view, .title = N_("Rooms and places") },
	{ "GET", "/places/{slug}", PLACE, CT_PUBLIC, "reservation/place", reservation_place, way_fields,
	  .view = reservation_place_view, .title = N_("Place") },
	{ "GET", "/places/{slug}/day", PLACE, CT_PUBLIC, "reservation/day", reservation_day, day_fields,
	  .view = reservation_day_view, .title = N_("Day"), .embed = true },
	{ "GET", "/resources/{id}", ROOM, "resource.see", "reservation/resource", reservation_resource, way_fields,
	  .view = reservation_room_view, .title = N_("Room") },
	{ "GET", "/resources/{id}/week", ROOM, "resource.see", "reservation/week", reservation_week, day_fields,
	  .view = reservation_week_view, .title = N_("Week"), .embed = true },
	{ "GET", "/resources/{id}/book", ROOM, "booking.make", "reservation/book", reservation_book, price_fields,
	  .view = reservation_form_view, .title = N_("Book") },
	{ "GET", "/resources/{id}/price", ROOM, "resource.see", "reservation/price", reservation_price, price_fields,
	  reservation_price_view, N_("Price") },
	{ "POST", "/bookings", CT_FIELD("resource", "reservation.resource"), "booking.make", "reservation/book",
	  reservation_create, reservation_book_fields, reservation_made_view, N_("Book"), .form = reservation_refused },
	{ "GET", "/bookings", CT_ANY, CT_SIGNED_IN, "reservation/mine", reservation_mine, reservation_mine_fields,
	  .view = reservation_mine_view, .title = N_("My bookings") },
	{ "GET", "/bookings/{uid}", BOOKING, CT_PUBLIC, "reservation/booking", reservation_show, guest_fields,
	  reservation_booking_view, N_("Booking") },
	{ "GET", "/bookings/{uid}.ics", BOOKING, CT_PUBLIC, NULL, reservation_ics, ics_fields, .title = N_("Booking") },
	{ "GET", "/bookings/{uid}/cancel", BOOKING, CT_PUBLIC, "reservation/cancel", reservation_cancel_page, guest_fields,
	  .view = reservation_booking_view, .title = N_("Cancel a booking") },
	{ "POST", "/bookings/{uid}/cancel", BOOKING, CT_PUBLIC, "reservation/cancel", reservation_cancel, cancel_fields,
	  reservation_booking_view, N_("Cancel a booking"), .form = reservation_cancel_page },
	{ "GET", "/bookings/{uid}/edit", BOOKING, CT_PUBLIC, "reservation/edit", reservation_edit, reservation_edit_fields,
	  reservation_booking_view, N_("Change a booking") },
	{ "POST", "/bookings/{uid}", BOOKING, CT_PUBLIC, "reservation/edit", reservation_change, reservation_change_fields,
	  reservation_change_view, N_("Change a booking"), .form = reservation_change_refused },
	{ "POST", "/groups", CT_FIELD("place", "place"), CT_SIGNED_IN, "reservation/group", reservation_group_create,
	  reservation_group_fields, reservation_group_view, N_("Book several together") },
	{ "GET", "/groups/{uid}", CT_PATH("uid", "reservation.group"), CT_PUBLIC, "reservation/group", reservation_group,
	  reservation_group_see_fields, .view = reservation_group_view, .title = N_("Bookings made together") },
	{ "POST", "/groups/{uid}/cancel", CT_PATH("uid", "reservation.group"), CT_PUBLIC, "reservation/group",
	  reservation_group_cancel, reservation_group_cancel_fields, reservation_group_view, N_("Cancel all of it"),
	  .form = reservation_group },
	{ "GET", "/bookings/{uid}/answer", BOOKING, "booking.manage", "reservation/answer", reservation_answer_page,
	  reservation_answer_fields, reservation_booking_view, N_("Answer a request") },
	{ "POST", "/bookings/{uid}/confirm", BOOKING, "booking.manage", "reservation/answer", reservation_confirm,
	  reservation_accept_fields, reservation_booking_view, N_("Accept a request"), .form = reservation_answer_page },
	{ "POST", "/bookings/{uid}/accept", BOOKING, CT_PUBLIC, "reservation/booking", reservation_offer_accept,
	  reservation_offer_fields, reservation_booking_view, N_("Accept an offer"), .form = reservation_show },
	{ "POST", "/bookings/{uid}/decline", BOOKING, CT_PUBLIC, "reservation/booking", reservation_offer_decline,
	  reservation_decline_fields, reservation_booking_view, N_("Decline an offer"), .form = reservation_show },
	{ "POST", "/bookings/{uid}/reject", BOOKING, "booking.manage", "reservation/answer", reservation_reject,
	  reservation_reject_fields, reservation_booking_view, N_("Refuse a request"), .form = reservation_answer_page },
	{ "POST", "/bookings/{uid}/unreject", BOOKING, "booking.manage", "reservation/booking", reservation_unreject,
	  reservation_answer_fields, reservation_booking_view, N_("Take a refusal back") },
	{ "POST", "/bookings/{uid}/arrived", BOOKING, "booking.attend", "reservation/booking", reservation_arrived,
	  reservation_arrived_fields, reservation_booking_view, N_("Somebody came") },
	{ "POST", "/bookings/{uid}/no-show", BOOKING, "booking.attend", "reservation/booking", reservation_no_show,
	  reservation_arrived_fields, reservation_booking_view, N_("Nobody came") },
	{ "GET", "/bookings/{uid}/verify", BOOKING, CT_PUBLIC, "reservation/verify", reservation_verify_page, guest_fields,
	  .title = N_("Confirm your booking") },
	{ "POST", "/bookings/{uid}/verify", BOOKING, CT_PUBLIC, "reservation/verify", reservation_verify, guest_fields,
	  reservation_booking_view, N_("Confirm your booking"), .form = reservation_verify_page },
	{ "GET", "/o/{org}/price-list", CT_ORG, "resource.edit", "reservation/price-list", reservation_price_list,
	  reservation_price_list_fields, reservation_price_list_view, N_("Price list") },
	{ "POST", "/o/{org}/price-list", CT_ORG, "resource.edit", "reservation/price-list", reservation_price_list_save,
	  reservation_price_list_fields, reservation_price_list_view, N_("Price list"), .form = reservation_price_list },
	{ "GET", "/o/{org}/bookings", CT_ORG, "booking.see", "reservation/list", reservation_list,
	  reservation_list_fields, reservation_list_view, N_("Bookings") },
	{ "GET", "/o/{org}/bookings/new", CT_ORG, "booking.manage", "reservation/phone", reservation_phone_page,
	  reservation_phone_fields, reservation_phone_view, N_("Book for somebody"), .form = reservation_phone_page },
	{ "POST", "/o/{org}/bookings/new", CT_ORG, "booking.manage", "reservation/phone", reservation_phone,
	  reservation_phone_fields, reservation_phone_made_view, N_("Book for somebody"), .form = reservation_phone_page },
	/* also for who reads by a grant, so the handlers ask for booking.report */
	{ "GET", "/o/{org}/report", CT_ORG, CT_SIGNED_IN, "reservation/report", reservation_report,
	  reservation_report_fields, reservation_report_view, N_("Figures") },
	{ "GET", "/o/{org}/report/bookings", CT_ORG, CT_SIGNED_IN, NULL, reservation_report_csv,
	  reservation_report_fields, .title = N_("Bookings of a period (CSV)") },
	{ "GET", "/o/{org}/today", CT_ORG, "booking.see", "reservation/today", reservation_today,
	  reservation_today_fields, reservation_today_view, N_("Today") },
	{ "GET", "/o/{org}/today/door", CT_ORG, "booking.see", "reservation/door", reservation_door,
	  reservation_today_fields, reservation_door_view, N_("For the door") },
	{ "GET", "/o/{org}/requests", CT_ORG, "booking.manage", "reservation/requests", reservation_requests,
	  reservation_requests_fields, reservation_requests_view, N_("Requests") },
	{ "GET", "/places/{slug}/setup", PLACE, "resource.edit", "reservation/setup", setup_hours_page,
	  .view = setup_view, .title = N_("Set up a place") },
	{ "POST", "/places/{slug}/setup", PLACE, "resource.edit", "reservation/setup", setup_hours, setup_hours_fields, setup_view,
	  N_("Set up a place"), .form = setup_hours_page },
	{ "GET", "/places/{slug}/setup/rooms", PLACE, "resource.edit", "reservation/setup-rooms", setup_rooms_page,
	  .view = setup_rooms_view, .title = N_("Set up a place") },
	{ "POST", "/places/{slug}/setup/rooms", PLACE, "resource.edit", "reservation/setup-rooms", setup_rooms, setup_rooms_fields,
	  setup_rooms_view, N_("Set up a place"), .form = setup_rooms_page },
	{ "GET", "/places/{slug}/rules", PLACE, "resource.edit", "core/record-form", setup_rules_page,
	  .view = setup_rules_view, .title = N_("Rules of a place") },
	{ "POST", "/places/{slug}/rules", PLACE, "resource.edit", "core/record-form", setup_rules, setup_rules_fields,
	  setup_rules_view, N_("Rules of a place"), .form = setup_rules_page },
	{ "GET", "/o/{org}/day-calendars/import", CT_ORG, "resource.edit", "core/record-form", reservation_import_page,
	  .title = N_("Import school holidays") },
	{ "POST", "/o/{org}/day-calendars/import", CT_ORG, "resource.edit", "reservation/import-days", reservation_import,
	  reservation_import_fields, reservation_import_view, N_("Import school holidays"), .form = reservation_import_page,
	  .max_body = 2 << 20 },
	{ "POST", "/o/{org}/day-calendars/import/days", CT_ORG, "resource.edit", "core/record-form", reservation_import_days,
	  reservation_import_days_fields, reservation_import_view, N_("Import school holidays"),
	  .form = reservation_import_page },
	{ "GET", "/calendars/resources/{id}.ics", CT_ANY, CT_PUBLIC, NULL, reservation_resource_feed,
	  .title = N_("Calendar of a room") },
	{ "GET", "/calendars/places/{slug}.ics", CT_ANY, CT_PUBLIC, NULL, reservation_place_feed,
	  .title = N_("Calendar of a place") },
	{ "GET", "/calendars/people/{secret}.ics", CT_ANY, CT_PUBLIC, NULL, reservation_person_feed,
	  .title = N_("Calendar of a person") },
	{ "GET", "/calendars", CT_ANY, CT_SIGNED_IN, "reservation/calendars", reservation_calendars,
	  .view = calendars_view, .title = N_("My calendars") },
	{ "POST", "/calendars/renew", CT_ANY, CT_SIGNED_IN, "reservation/calendars", reservation_calendars_renew,
	  .view = calendars_view, .title = N_("A new address for my calendar") },
	{ "GET", "/bookings/find", CT_ANY, CT_PUBLIC, "reservation/find", reservation_find_page,
	  .view = find_view, .title = N_("Find my booking again") },
	{ "POST", "/bookings/find", CT_ANY, CT_PUBLIC, "reservation/find", reservation_find, reservation_find_fields,
	  find_view, N_("Find my booking again"), .form = reservation_find_page },
	{ 0 }
};

/* The day's work, then what is set up once: rooms, hours, rules, prices, people. The core's own follow from 80. */
static const struct ct_menu menu[] = {
	{ N_("Rooms and places"), "/places", CT_PUBLIC, 10 },
	{ N_("My bookings"), "/bookings", CT_SIGNED_IN, 20 },
	{ N_("Today"), "/o/{org}/today", "booking.see", 5 },
	{ N_("Requests"), "/o/{org}/requests", "booking.manage", 15 },
	{ N_("Bookings"), "/o/{org}/bookings", "booking.see", 20 },
	{ N_("Figures"), "/o/{org}/report", "booking.report", 45 },
	{ N_("Rooms"), "/o/{org}/resources", "resource.edit", 50, N_("Settings"), N_("Rooms and equipment") },
	{ N_("Kinds of rooms"), "/o/{org}/kinds", "resource.edit", 51, N_("Settings"), N_("Rooms and equipment") },
	{ N_("Parts of a hall"), "/o/{org}/parts", "resource.edit", 52, N_("Settings"), N_("Rooms and equipment") },
	{ N_("Purposes"), "/o/{org}/purposes", "resource.edit", 53, N_("Settings"), N_("Rooms and equipment") },
	{ N_("Opening hours"), "/o/{org}/openings", "resource.edit", 54, N_("Settings"), N_("Timetable") },
	{ N_("Closures"), "/o/{org}/closures", "resource.edit", 55, N_("Settings"), N_("Timetable") },
	{ N_("Calendars of days"), "/o/{org}/day-calendars", "resource.edit", 56, N_("Settings"), N_("Timetable") },
	{ N_("Parts of the day"), "/o/{org}/windows", "resource.edit", 57, N_("Settings"), N_("Timetable") },
	{ N_("Rules"), "/o/{org}/policies", "resource.edit", 59, N_("Settings"), N_("Rules of booking") },
	{ N_("What is required"), "/o/{org}/requirements", "resource.edit", 60, N_("Settings"), N_("Rules of booking") },
	{ N_("Limits for each person"), "/o/{org}/quotas", "resource.edit", 61, N_("Settings"), N_("Rules of booking") },
	{ N_("Price list"), "/o/{org}/price-list", "resource.edit", 63, N_("Settings"), N_("Prices and extras") },
	{ N_("Tariffs"), "/o/{org}/tariffs", "resource.edit", 64, N_("Settings"), N_("Prices and extras") },
	{ N_("Prices"), "/o/{org}/prices", "resource.edit", 65, N_("Settings"), N_("Prices and extras") },
	{ N_("Price adjustments"), "/o/{org}/adjustments", "resource.edit", 66, N_("Settings"), N_("Prices and extras") },
	{ N_("Extras"), "/o/{org}/extras", "resource.edit", 67, N_("Settings"), N_("Prices and extras") },
	{ N_("Reasons for a lower price"), "/o/{org}/reasons", "resource.edit", 68, N_("Settings"), N_("Prices and extras") },
	{ N_("What cancelling costs"), "/o/{org}/cancel-steps", "resource.edit", 69, N_("Settings"), N_("Prices and extras") },
	{ N_("Kinds of people"), "/o/{org}/audiences", "resource.edit", 71, N_("Settings"), N_("People") },
	{ N_("Who belongs to what"), "/o/{org}/audience-members", "resource.edit", 72, N_("Settings"), N_("People") },
	{ 0 }
};

static const struct ct_job jobs[] = {
	{ "holds", 60, booking_expire_holds, N_("Free what nobody confirmed in time") },
	{ "offers", 60, quotation_lapse, N_("End offers that nobody accepted in time") },
	{ "refusals", 30, booking_mail_refusals, N_("Tell who asked that the place refused") },
	{ "reminders", 600, reservation_remind, N_("Remind people of what they booked") },
	{ "forget", 86400, reservation_forget_guests, N_("Make guests anonymous who have not come for long") },
	{ 0 }
};

static int refuse_found(struct ct_request *r, const char *query, const char *what, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, query, CT_NO_ARGS, &row, e);

	if (!rc && ct_next(row))
		return ct_fail(e, CT_BROKEN, "%s", what);
	return rc;
}

/* comptoirctl verify: by brute force, whatever the constraints say. */
static int verify_rows(struct ct_request *r, struct ct_error *e)
{
	int rc;

	if ((rc = refuse_found(r, "verify_overlaps", "two bookings overlap", e)) ||
	    (rc = refuse_found(r, "verify_unheld", "a booking that counts holds nothing", e)))
		return rc;
	if ((rc = refuse_found(r, "verify_untold", "a booking is not what calendars were told of it", e)))
		return rc;
	return refuse_found(r, "verify_left", "a booking that has ended still holds something", e);
}

static const struct ct_hook hooks[] = {
	CT_HOOK("demo.data", ct_handler_f, reservation_demo),
	CT_HOOK("dashboard.panel", ct_handler_f, setup_panel),
	CT_HOOK("after.resource.renamed", ct_after_f, feed_renamed),
	CT_HOOK("after.place.renamed", ct_after_f, feed_renamed),
	CT_HOOK("after.booking.find", ct_after_f, reservation_find_later),
	CT_HOOK("verify", ct_handler_f, verify_rows),
	CT_ON_PARTY_EXPORTED(privacy_exported),
	CT_ON_PARTY_DUE(privacy_due),
	CT_ON_PARTY_SEEN(privacy_seen),
	CT_ON_PARTY_FORGOTTEN(privacy_forgotten),
	CT_ON_HELP(reservation_help),
	CT_ON_PRIVACY(reservation_privacy),
	CT_ON_SEARCH(reservation_find_rooms),
	CT_ON_SEARCH(reservation_find_bookings),
	CT_ON_PARTY_MERGED(reservation_party_merged),
	CT_ON_PARTY_PANEL(reservation_party_panel),
	CT_ON_PLACE_CHECK(reservation_place_check),
	CT_ON_PLACE_DELETE(reservation_place_delete),
	{ 0 }
};

CT_PLUGIN(reservation) = {
	CT_HEAD("reservation"), .title = N_("Bookings"), .settings = settings, .permissions = permissions, .kinds = kinds,
	.queries = reservation_queries, .records = reservation_records, .routes = routes, .hooks = hooks,
	.jobs = jobs, .menu = menu,
};
