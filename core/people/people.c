/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of people. */
#include "people/people.h"

#include <comptoir/import.h>

static const struct ct_permission permissions[] = {
	/* whoever plans and whoever bills */
	{ "people.see", N_("See the contacts"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER) },
	{ "people.edit", N_("Change the contacts"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER) },
	{ "roles.see", N_("See who may do what"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_CONTACT) },
	{ "roles.edit", N_("Give and end roles"), (enum ct_role)(CT_ROLE_ADMIN | CT_ROLE_CONTACT) },
	{ "place.see", N_("See the places"), CT_ROLE_ANYONE },
	{ "place.edit", N_("Change the places"), CT_ROLE_ADMIN },
	{ "org.work", N_("Work for the organisation"), (enum ct_role)(CT_ROLE_MEMBER | CT_ROLE_CONTACT) },
	{ "org.settings", N_("Change what the organisation says about itself"), (enum ct_role)(CT_ROLE_ADMIN | CT_ROLE_CONTACT) },
	{ "project.see", N_("See the projects"), CT_ROLE_MEMBER },
	{ "project.edit", N_("Change the projects"), CT_ROLE_ADMIN },
	{ "terms.see", N_("See all versions of the terms"), CT_ROLE_MEMBER },
	{ "terms.edit", N_("Change the terms"), CT_ROLE_ADMIN },
	{ "grant.edit", N_("Let other organisations see rows"), CT_ROLE_ADMIN },
	{ 0 }
};

static const struct ct_kind kinds[] = {
	{ "organisation", N_("Organisation"), "organisation_find", "organisation_find_text",
	  "organisation_labels", .url = "/o/{id}" },
	{ "party", N_("Person or organisation"), "party_find", "party_find_text", "party_labels", "people.see" },
	{ 0 }
};

/* Whoever others know, or who has an account, is not this organisation's alone to change (ADR 0019). */
#define CONTACT_ROWS "SELECT p.id, p.uid, c.org_id, p.row_version + c.row_version AS row_version, p.archived_at," \
	" p.name, p.sort_name, p.kind, p.given_name, p.family_name, p.legal_name, p.usual_name, p.email, p.phone, p.lang," \
	" p.siren, p.siret, p.rna, p.vat_no, p.public_buyer, a.recipient, a.building, a.street, a.hamlet, a.postcode," \
	" a.town, a.country, c.note, " CT_CONTACT_LOCKED " AS locked" \
	" FROM org_contact c JOIN party p ON p.id = c.party_id LEFT JOIN address a ON a.party_id = p.id AND a.kind = 'main'"

#define SETTINGS_ROWS "SELECT o.id, p.uid, o.id AS org_id, o.row_version + p.row_version AS row_version, o.archived_at," \
	" p.legal_name, p.usual_name, p.email, p.phone, p.siren, p.siret, p.rna, p.vat_no, o.currency, a.recipient," \
	" a.building, a.street, a.hamlet, a.postcode, a.town, COALESCE(a.country, 'FR') AS country, o.accent," \
	" o.accent_dark, o.logo_file_id FROM organisation o JOIN party p ON p.id = o.id" \
	" LEFT JOIN address a ON a.party_id = o.id AND a.kind = 'main'"

/* What has ended is only read. */
#define ENDED(t) "CAST(IF(" t ".to_d < UTC_DATE(), " t ".to_d, NULL) AS DATETIME) AS archived_at," \
	" IF(" t ".to_d < UTC_DATE(), 2, 0) AS locked"

#define ROLE_ROWS "SELECT r.id, r.uid, r.org_id, r.row_version, " ENDED("r") ", p.name, r.person_id, r.role, r.from_d," \
	" r.to_d, r.given_by_id FROM role r JOIN party p ON p.id = r.person_id"

#define GRANT_ROWS "SELECT g.id, g.uid, g.org_id, g.row_version, " ENDED("g") ", p.name, g.to_org_id, g.scope, g.from_d," \
	" g.to_d, g.signed_by_id FROM org_grant g JOIN party p ON p.id = g.to_org_id"

#define TERMS_ROWS "SELECT t.id, t.uid, t.org_id, t.row_version, t.archived_at, t.title, t.kind, t.version, t.from_d," \
	" t.text, t.file_id, " CT_TERMS_LOCKED " AS locked FROM terms t"

static const struct ct_record_link contact_links[] = {
	{ N_("Import a spreadsheet"), "import", "people.edit" }, { 0 }
};

static const struct ct_record_link role_links[] = {
	{ N_("Invite by e-mail"), "invite", "roles.edit" }, { 0 }
};

static const struct ct_record records[] = {
	{ "place", N_("Places"), ct_place_fields, "place.see", "place.edit", .path = "places", .one = N_("Place"),
	  .fresh = N_("New place"), .order = "name", .url = "/places/{slug}", .before_store = ct_place_check,
	  .before_delete = ct_place_before_delete,
	  .empty = N_("A place is where people come: it has an address and opening hours.") },
	{ "contact", N_("Contacts"), ct_contact_fields, "people.see", "people.edit", .path = "people",
	  .one = N_("Contact"), .fresh = N_("New contact"), .order = "sort_name", .title = "name", .rows = CONTACT_ROWS,
	  .variant = "kind", .links = contact_links, .before_store = ct_contact_check, .form = ct_contact_form, .write = ct_contact_write,
	  .show = ct_contact_show, .show_view = ct_contact_view, .remove = ct_contact_remove,
	  .before_delete = ct_contact_before_delete, .remove_label = N_("Remove from the contacts"),
	  .remove_text = N_("Your note goes with it. Whoever else knows this contact keeps it, and what was done stays readable."),
	  .empty = N_("Everybody you work with, write to or send bills to: people, associations, town halls, companies.") },
	{ "settings", N_("Our organisation"), ct_org_settings_fields, "org.settings", "org.settings", .single = true,
	  .table = "organisation",
	  .rows = SETTINGS_ROWS, .before_store = ct_org_settings_check, .write = ct_org_settings_write },
	{ "role", N_("Roles"), ct_role_fields, "roles.see", "roles.edit", .path = "roles", .one = N_("Role"),
	  .fresh = N_("New role"), .order = "name", .rows = ROLE_ROWS, .before_store = ct_role_check, .write = ct_role_write,
	  .links = role_links, .form = ct_role_form, .remove = ct_role_remove, .before_delete = ct_role_before_delete,
	  .remove_label = N_("End the role"), .remove_text = N_("It counts no more from now on. That it was held stays readable."),
	  .empty = N_("Who may do what here, since when, and who decided it.") },
	{ "project", N_("Projects"), ct_project_fields, "project.see", "project.edit", .path = "projects",
	  .one = N_("Project"), .fresh = N_("New project"), .order = "label", .before_store = ct_project_check,
	  .empty = N_("Works that somebody leads, with a budget of their own.") },
	{ "grant", N_("What others may see"), ct_grant_fields, "grant.edit", "grant.edit", .path = "grants",
	  .one = N_("Permission"), .fresh = N_("New permission"), .order = "name", .table = "org_grant",
	  .rows = GRANT_ROWS,
	  .before_store = ct_grant_check, .form = ct_grant_form, .write = ct_grant_write, .remove = ct_grant_remove,
	  .remove_label = N_("Withdraw the permission"),
	  .remove_text = N_("From now on it sees nothing more of it. That it could stays readable."),
	  .empty = N_("Nobody but you sees your rows. Here you may let the network or another place see some, and withdraw it.") },
	{ "terms", N_("Terms"), ct_terms_fields, "terms.see", "terms.edit", .one = N_("Terms"),
	  .fresh = N_("New version of terms"), .order = "-from", .rows = TERMS_ROWS, .before_store = ct_terms_check, .form = ct_terms_form, .write = ct_terms_write,
	  .remove = ct_terms_remove, .show = ct_terms_show, .show_view = ct_terms_view,
	  .empty = N_("Conditions of sale, house rules, privacy: what people agree to, with every version of it.") },
	{ 0 }
};

static const struct ct_field draft_fields[] = { { 0 } };

#define MERGE "/o/{org}/people/{id}/merge"
#define INVITE "/o/{org}/roles/invite"
#define DRAFT "/o/{org}/people/import/{uid}"

static const struct ct_route routes[] = {
	{ "GET", "/o/{org}", CT_ORG, "org.work", "core/org", ct_org_page,
	  .title = N_("Overview") },
	{ "GET", MERGE, CT_ORG, "people.edit", "core/merge", ct_merge_page, ct_merge_fields, ct_merge_view,
	  N_("Merge two contacts") },
	{ "POST", MERGE, CT_ORG, "people.edit", "core/merge", ct_merge_post, ct_merge_post_fields, ct_merge_view,
	  N_("Merge two contacts") },
	{ "POST", "/o/{org}/people/{id}/roles", CT_ORG, "people.edit", "core/contact", ct_client_role_post,
	  ct_client_role_fields, .form = ct_client_form, .title = N_("Who acts for a client") },
	{ "GET", "/o/{org}/people/import", CT_ORG, "people.edit", "core/record-form", ct_import_page,
	  .title = N_("Import contacts") },
	{ "POST", "/o/{org}/people/import", CT_ORG, "people.edit", "core/record-form", ct_import_post, ct_import_fields,
	  ct_import_view, N_("Import contacts"), .form = ct_import_page },
	{ "GET", DRAFT, CT_ORG, "people.edit", "core/import", ct_import_preview, .view = ct_import_view,
	  .title = N_("Import contacts") },
	{ "POST", DRAFT, CT_ORG, "people.edit", "core/import", ct_import_apply, draft_fields, ct_import_view,
	  N_("Import contacts") },
	{ "GET", INVITE, CT_ORG, "roles.edit", "core/invite", ct_invite_page, .view = ct_invite_view,
	  .title = N_("Invite somebody") },
	{ "POST", INVITE, CT_ORG, "roles.edit", "core/invite", ct_invite_post, ct_invite_fields, ct_invite_view,
	  N_("Invite somebody"), .form = ct_invite_page },
	{ "POST", INVITE "/{uid}/revoke", CT_ORG, "roles.edit", NULL, ct_invite_revoke },
	{ "GET", "/admin/organisations", CT_ANY, "installation.admin", "core/organisations", ct_orgs_page,
	  .view = ct_orgs_view, .title = N_("Organisations") },
	{ "GET", "/admin/organisations/new", CT_ANY, "installation.admin", "core/record-form", ct_orgs_new },
	{ "POST", "/admin/organisations", CT_ANY, "installation.admin", "core/record-form", ct_orgs_post,
	  ct_new_org_fields, .form = ct_orgs_new, .title = N_("New organisation") },
	{ 0 }
};

static const struct ct_hook hooks[] = { CT_HOOK("admin.panel", ct_handler_f, ct_orgs_panel), { 0 } };

static const struct ct_job jobs[] = { { "drafts", 3600, ct_import_purge, N_("Clear away imports that were not finished") }, { 0 } };

static const struct ct_menu menu[] = {
	{ N_("Contacts"), "/o/{org}/people", "people.see", 40 },
	{ N_("Projects"), "/o/{org}/projects", "project.edit", 84, N_("Settings"), N_("Organisation") },
	{ N_("Our organisation"), "/o/{org}/settings", "org.settings", 80, N_("Settings"), N_("Organisation") },
	{ N_("Places"), "/o/{org}/places", "place.edit", 81, N_("Settings"), N_("Organisation") },
	{ N_("Roles"), "/o/{org}/roles", "roles.edit", 82, N_("Settings"), N_("People") },
	{ N_("Terms"), "/o/{org}/terms", "terms.edit", 83, N_("Settings"), N_("Legal texts") },
	{ N_("What others may see"), "/o/{org}/grants", "grant.edit", 85, N_("Settings"), N_("Organisation") },
	{ 0 }
};

CT_PLUGIN(people) = {
	CT_HEAD("people"), .title = N_("People and places"), .permissions = permissions, .kinds = kinds,
	.queries = ct_people_queries, .records = records, .routes = routes, .hooks = hooks, .jobs = jobs, .menu = menu,
};
