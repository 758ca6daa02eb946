/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places, and the works (projects) of an organisation. */
#include <string.h>

#include "people/people.h"

static const struct ct_choice place_states[] = {
	{ "project", N_("planned") }, { "open", N_("open") }, { "closed", N_("closed") }, { 0 }
};

const struct ct_field ct_place_fields[] = {
	{ "name", N_("Name"), CT_TEXT, .required = true, .max = 120, .list = true, .search = true },
	{ "slug", N_("Address on this site"), CT_SLUG, .required = true, .max = 60,
	  .help = N_("Small letters, digits and hyphens: “la-fabrique”.") },
	{ "state", N_("State"), CT_CHOICE, .required = true, .choices = place_states, .initial = "open", .list = true },
	{ "photo", N_("Photo"), CT_FILE, .accept = CT_PICTURE, .readers = CT_PUBLIC, .column = "photo_file_id",
	  .help = N_("Shown to everybody, on the place’s page and in lists of places.") },
	{ "summary", N_("In one sentence"), CT_TEXT, .max = 300 },
	{ "description", N_("Description"), CT_LONG_TEXT, .max = 5000 },
	{ "building", N_("Building, floor"), CT_TEXT, .max = 100, .heading = N_("Where it is") },
	{ "street", N_("Street"), CT_TEXT, .max = 100, .autocomplete = "street-address" },
	{ "hamlet", N_("Hamlet or post box"), CT_TEXT, .max = 100 },
	{ "postcode", N_("Postcode"), CT_POSTCODE, .list = true, .autocomplete = "postal-code" },
	{ "town", N_("Town"), CT_TEXT, .max = 80, .list = true, .search = true, .autocomplete = "address-level2" },
	{ "lat", N_("Latitude"), CT_DEGREES, .min = -90000000, .max = 90000000,
	  .help = N_("In degrees, north of the equator: 50,624. Puts the place on the map.") },
	{ "lon", N_("Longitude"), CT_DEGREES, .min = -180000000, .max = 180000000,
	  .help = N_("In degrees, east of Greenwich: 3,068.") },
	{ "zone", N_("Time zone"), CT_TEXT, .required = true, .max = 40, .initial = "Europe/Paris" },
	{ "phone", N_("Telephone"), CT_PHONE, .heading = N_("Coming and calling"), .autocomplete = "tel" },
	{ "email", N_("E-mail"), CT_EMAIL, .autocomplete = "email" },
	{ "website", N_("Website"), CT_URL, .max = 300 },
	{ "access_note", N_("How to get there and in"), CT_LONG_TEXT, .max = 3000 },
	{ 0 }
};

static int call_place(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_place_change_f *)function)(r, arg, e);
}

/* A zone that the converter cannot read would make every hour of the place wrong. */
int ct_place_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_place_change change = { id };
	const struct ct_zone *zone;

	if (ct_zone_get(ct_in_text(r, "zone"), &zone, e))
		return ct_fail_field(e, "zone", _("There is no such time zone. In mainland France: Europe/Paris."));
	if (ct_in_set(r, "lat") != ct_in_set(r, "lon"))
		ct_in_error(r, ct_in_set(r, "lat") ? "lon" : "lat", "%s", _("Latitude and longitude belong together."));
	return ct_raise(r, "place.check", call_place, &change, e);
}

int ct_place_before_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_place_change change = { id };

	return ct_raise(r, "place.delete", call_place, &change, e);
}

const struct ct_field ct_project_fields[] = {
	{ "label", N_("Name"), CT_TEXT, .required = true, .max = 120, .list = true, .search = true },
	{ "code", N_("Code"), CT_TEXT, .required = true, .max = 20, .list = true, .search = true,
	  .help = N_("Short, as it stands in tables and accounts: FEDER24.") },
	{ "parent", N_("Part of"), CT_REF, .ref = "project", .list = true },
	{ "lead", N_("Led by"), CT_REF, .ref = "contact", .list = true,
	  .help = N_("Who follows its budget: one of your contacts.") },
	{ "from", N_("From"), CT_DATE, .list = true },
	{ "to", N_("Last day"), CT_DATE, .list = true },
	{ 0 }
};

/* A work is not part of itself, nor of one of its own parts. */
int ct_project_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_day from = ct_in_day(r, "from"), to = ct_in_day(r, "to");
	struct ct_result *row;
	int rc;

	if (ct_day_set(from) && ct_day_set(to) && to.n < from.n)
		ct_in_error(r, "to", "%s", _("The last day is before the first."));
	if (!id || !ct_in_set(r, "parent"))
		return 0;
	rc = ct_query(r, "project_within", CT_ARGS(CT_NUM(ct_in_int(r, "parent")), CT_NUM(id)), &row, e);
	if (!rc && ct_next(row))
		ct_in_error(r, "parent", "%s", _("A project cannot be part of itself."));
	return rc;
}
