/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of people. */
#include "people/people.h"

static const struct ct_permission permissions[] = {
	{ "people.see", N_("See people and their roles"), CT_ROLE_MANAGER },
	{ "people.edit", N_("Change people and their roles"), CT_ROLE_ADMIN },
	{ "place.see", N_("See the places"), CT_ROLE_ANYONE },
	{ "place.edit", N_("Change the places"), CT_ROLE_ADMIN },
	{ "org.work", N_("Work for the organisation"), CT_ROLE_MEMBER },
	{ 0 }
};

static const struct ct_kind kinds[] = {
	{ "organisation", N_("Organisation"), "organisation_find", "organisation_find_text",
	  "organisation_labels", .url = "/o/{id}" },
	{ "party", N_("Person or organisation"), "party_find", "party_find_text", "party_labels", "people.see" },
	{ 0 }
};

static const struct ct_choice place_states[] = {
	{ "project", N_("planned") }, { "open", N_("open") }, { "closed", N_("closed") }, { 0 }
};

static const struct ct_field place_fields[] = {
	{ "name", N_("Name"), CT_TEXT, .required = true, .max = 120, .list = true, .search = true },
	{ "slug", N_("Address on this site"), CT_SLUG, .required = true, .max = 60,
	  .help = N_("Small letters, digits and hyphens: “la-fabrique”.") },
	{ "state", N_("State"), CT_CHOICE, .required = true, .choices = place_states, .initial = "open", .list = true },
	{ "photo", N_("Photo"), CT_FILE, .accept = CT_PICTURE, .readers = CT_PUBLIC, .column = "photo_file_id",
	  .help = N_("Shown to everybody, on the place’s page and in lists of places.") },
	{ "summary", N_("In one sentence"), CT_TEXT, .max = 300 },
	{ "description", N_("Description"), CT_LONG_TEXT, .max = 5000 },
	{ "street", N_("Street"), CT_TEXT, .max = 100, .autocomplete = "street-address" },
	{ "postcode", N_("Postcode"), CT_POSTCODE, .list = true, .autocomplete = "postal-code" },
	{ "town", N_("Town"), CT_TEXT, .max = 80, .list = true, .search = true, .autocomplete = "address-level2" },
	{ "zone", N_("Time zone"), CT_TEXT, .required = true, .max = 40, .initial = "Europe/Paris" },
	{ "phone", N_("Telephone"), CT_PHONE, .autocomplete = "tel" },
	{ "email", N_("E-mail"), CT_EMAIL, .autocomplete = "email" },
	{ "access_note", N_("How to get there and in"), CT_LONG_TEXT, .max = 3000 },
	{ 0 }
};

/* A zone that the converter cannot read would make every hour of the place wrong. */
static int check_zone(struct ct_request *r, int64_t id, struct ct_error *e)
{
	const struct ct_zone *zone;

	(void)id;
	if (ct_zone_get(ct_in_text(r, "zone"), &zone, e))
		return ct_fail_field(e, "zone", _("There is no such time zone. In mainland France: Europe/Paris."));
	return 0;
}

static const struct ct_record records[] = {
	{ "place", N_("Places"), place_fields, "place.see", "place.edit", .path = "places", .one = N_("Place"),
	  .order = "name", .url = "/places/{slug}", .before_store = check_zone,
	  .empty = N_("A place is where people come: it has an address and opening hours.") },
	{ 0 }
};

static const struct ct_route routes[] = {
	{ "GET", "/o/{org}", CT_ORG, "org.work", "core/org", ct_org_page,
	  .title = N_("Overview") },
	{ 0 }
};

static const struct ct_menu menu[] = {
	{ N_("Places"), "/o/{org}/places", "place.edit", 80, N_("Settings") },
	{ 0 }
};

CT_PLUGIN(people) = {
	CT_HEAD("people"), .title = N_("People and places"), .permissions = permissions, .kinds = kinds,
	.queries = ct_people_queries, .records = records, .routes = routes, .menu = menu,
};
