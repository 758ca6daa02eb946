/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages answer to programs, member by member: the API's description is made from here. */
#include "reservation.h"

#define TIMES                                                                                      \
	{ "start", "time", "with the place's offset" },                                            \
	{ "start_local", "text", "the same on the wall" }, { "end", "time", "" },                  \
	{ "end_local", "text", "" }
#define PLACE                                                                                      \
	{ "place", "object", "where" }, { "place.id", "id", "" }, { "place.slug", "text", "" },    \
	{ "place.name", "text", "" }, { "place.town", "text", "" }, { "place.address", "text", "" }
#define ROOM                                                                                       \
	{ "resource", "object", "what" }, { "resource.id", "id", "" },                             \
	{ "resource.name", "text", "" }
#define CARD(list)                                                                                 \
	{ list, "array", "" }, { list ".id", "id", "" }, { list ".name", "text", "" },             \
	{ list ".kind", "text", "" }, { list ".capacity", "integer", "people" },                   \
	{ list ".place", "object", "" }, { list ".step_free", "boolean", "" },                     \
	{ list ".free_now", "boolean", "" }
#define ENTRY(list)                                                                                \
	{ list, "array", "" }, { list ".uid", "text", "names the booking" },                       \
	{ list ".title", "text", "" }, { list ".status", "text", "" },                             \
	{ list ".start", "time", "" }, { list ".start_local", "text", "" },                        \
	{ list ".end", "time", "" }, { list ".end_local", "text", "" },                            \
	{ list ".rooms", "text", "" }, { list ".place", "object", "" },                            \
	{ list ".place_name", "text", "" }, { list ".person", "text", "" },                        \
	{ list ".attendance", "integer", "" }, { list ".total", "money", "" }
/* A price, whose members begin with `at`. */
#define PRICE(at)                                                                                  \
	{ at "lines", "array", "what makes up the price" },                                        \
	{ at "lines.label", "text", "what for" },                                                  \
	{ at "lines.reason", "text", "why, where it is not the list price" },                      \
	{ at "lines.amount", "money", "in the basis of the price" },                               \
	{ at "total", "money", "in its basis; null: on quotation" },                               \
	{ at "amounts", "text", "the basis: include_vat, exclude_vat, no_vat" },                   \
	{ at "net", "money", "without VAT" }, { at "vat", "money", "" },                           \
	{ at "gross", "money", "what is to be paid" },                                             \
	{ at "shares", "array", "what others take of it" }, { at "shares.by", "text", "" },        \
	{ at "shares.label", "text", "how it is said" },                                           \
	{ at "shares.amount", "money", "with VAT" },                                               \
	{ at "left", "money", "and what is left to pay, with VAT; null: nobody takes a share" }
#define STRETCHES                                                                                  \
	{ "stretches", "array", "the day without gaps" },                                          \
	{ "stretches.state", "text", "free, busy, mine, pending, closed" },                        \
	{ "stretches.start", "time", "" }, { "stretches.start_local", "text", "" },                \
	{ "stretches.end", "time", "" }, { "stretches.end_local", "text", "" },                    \
	{ "stretches.title", "text", "where the reader may know it" },                             \
	{ "stretches.units", "integer", "how many are free" }

const struct ct_view_field reservation_home_view[] = {
	{ "search", "object", "as asked for" }, { "search.q", "text", "" },
	{ "search.date_d", "date", "" }, { "search.from", "text", "" },
	{ "search.people", "text", "" }, CARD("results"), CARD("free_today"),
	{ "places", "array", "" }, { "places.id", "id", "" }, { "places.slug", "text", "" },
	{ "places.name", "text", "" }, { "places.town", "text", "" },
	{ "places.address", "text", "" }, { "places.photo", "file", "public" },
	{ "places.number", "integer", "on the map" }, { 0 }
};

const struct ct_view_field reservation_place_view[] = {
	PLACE, { "place.photo", "file", "public" }, { "place.state", "text", "project, open, closed" }, { "place.about", "text", "" },
	{ "place.access", "text", "how to come and to get in" }, { "place.email", "text", "" },
	{ "place.phone", "text", "E.164" }, { "opening", "array", "this week" },
	{ "opening.day", "text", "" }, { "opening.hours", "text", "" },
	{ "opening.today", "boolean", "" }, { "opening.note", "text", "" },
	{ "is_open", "boolean", "now" }, { "resources", "array", "with their day" },
	{ "resources.id", "id", "" }, { "resources.name", "text", "" },
	{ "resources.stretches", "array", "" }, { "date_d", "date", "" }, { 0 }
};

const struct ct_view_field reservation_day_view[] = {
	PLACE, { "resources", "array", "with their day" }, { "resources.id", "id", "" },
	{ "resources.name", "text", "" }, { "resources.stretches", "array", "the day without gaps" },
	{ "date_d", "date", "" }, { 0 }
};

const struct ct_view_field reservation_room_view[] = {
	PLACE, { "id", "id", "" }, { "uid", "text", "" }, { "name", "text", "" },
	{ "kind", "text", "" }, { "units", "integer", "interchangeable ones" },
	{ "capacity", "integer", "people" }, { "step_free", "boolean", "" },
	{ "about", "text", "" }, { "photo", "file", "public" }, { "features", "array", "" }, { "features.text", "text", "" },
	{ "prices", "array", "" }, STRETCHES, { "date_d", "date", "" },
	{ "free_now", "boolean", "" }, { 0 }
};

const struct ct_view_field reservation_week_view[] = {
	ROOM, PLACE, { "from_d", "date", "Monday" }, { "to_d", "date", "Sunday" },
	{ "days", "array", "" }, { "days.id", "date", "" }, { "days.name", "text", "" },
	{ "days.stretches", "array", "" }, { "date_d", "date", "" }, { 0 }
};

const struct ct_view_field reservation_form_view[] = {
	ROOM, PLACE, { "date_d", "date", "" }, TIMES, { "price", "object", "of what is chosen" },
	PRICE("price."), { 0 }
};

const struct ct_view_field reservation_price_view[] = {
	ROOM, PLACE, TIMES, PRICE(""), { 0 }
};

#define BOOKING \
	{ "uid", "text", "names the booking" }, \
	{ "row_version", "integer", "to be sent back with a change" }, \
	{ "status", "text", "hold, pending, confirmed, cancelled, rejected, expired, no_show, done" }, \
	{ "title", "text", "" }, { "note", "text", "" }, TIMES, { "zone", "text", "IANA" }, PLACE, \
	{ "items", "array", "" }, { "items.resource", "id", "" }, { "items.name", "text", "" }, \
	{ "items.quantity", "integer", "" }, { "attendance", "integer", "people" }, \
	{ "attendance_actual", "integer", "who came; null: nobody has said" }, { "arrived", "time", "null: not yet" }, \
	{ "arrived_local", "text", "" }, \
	{ "person", "object", "who it is for" }, { "person.name", "text", "" }, \
	{ "group", "text", "names the bookings made together with it; null: there are none" }, \
	{ "price", "object", "as accepted" }, PRICE("price."), { "fee", "money", "of cancelling now" }

const struct ct_view_field reservation_booking_view[] = { BOOKING, { 0 } };

const struct ct_view_field reservation_change_view[] = {
	BOOKING, { "change", "object", "what becomes of it, also where it was only asked for" },
	{ "change.start_local", "text", "" }, { "change.end_local", "text", "" },
	{ "change.status", "text", "pending: the change has to be accepted" },
	{ "change.total", "money", "" }, { "change.difference", "money", "more or less than before" }, { 0 }
};

const struct ct_view_field reservation_phone_made_view[] = {
	BOOKING, { "conflicts", "array", "where it was only asked: what is in the way" },
	{ "alternatives", "array", "what is free instead" }, { 0 }
};

const struct ct_view_field reservation_phone_view[] = {
	{ "price", "object", "null: no time is chosen, or it is taken" }, PRICE("price."),
	{ "conflicts", "array", "what is in the way" },
	{ "alternatives", "array", "what is free instead" }, { 0 }
};

const struct ct_view_field reservation_mine_view[] = {
	ENTRY("upcoming"), ENTRY("past"), { "more", "text", "cursor of older ones" }, { 0 }
};
