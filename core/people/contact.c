/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contacts: the parties that an organisation knows. A party is one row for the whole installation; who may
 * change it, and who only the note about it, is in ADR 0019.
 */
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "people/people.h"
#include "route/state.h"
#include "view/page.h"

static const struct ct_choice kinds[] = {
	{ "person", N_("person") }, { "organisation", N_("organisation") }, { 0 }
};

static const struct ct_choice langs[] = { { "fr", N_("French") }, { "en", N_("English") }, { 0 } };

#define PERSON .only = "person"
#define ORGANISATION .only = "organisation"

const struct ct_field ct_contact_fields[] = {
	{ "name", N_("Name"), CT_TEXT, .read_only = true, .list = true, .search = true },
	{ "sort_name", NULL, CT_TEXT, .read_only = true },
	{ "kind", N_("Kind"), CT_CHOICE, .required = true, .fixed = true, .choices = kinds, .list = true, .filter = true },
	{ "given_name", N_("Given name"), CT_TEXT, .max = 80, .autocomplete = "off", PERSON },
	{ "family_name", N_("Family name"), CT_TEXT, .max = 80, .autocomplete = "off", PERSON },
	{ "legal_name", N_("Legal name"), CT_TEXT, .required = true, .max = 160, ORGANISATION },
	{ "usual_name", N_("Usual name"), CT_TEXT, .max = 160, ORGANISATION,
	  .help = N_("What people call it, where that is another name.") },
	{ "email", N_("E-mail"), CT_EMAIL, .list = true, .search = true, .autocomplete = "off" },
	{ "phone", N_("Telephone"), CT_PHONE, .list = true, .search = true, .autocomplete = "off" },
	{ "lang", N_("Language"), CT_CHOICE, .choices = langs, .initial = "fr", .required = true },
	{ "siren", N_("SIREN"), CT_SIREN, ORGANISATION, .heading = N_("Identity"), .search = true },
	{ "siret", N_("SIRET"), CT_SIRET, ORGANISATION },
	{ "rna", N_("RNA number"), CT_RNA, ORGANISATION },
	{ "vat_no", N_("VAT number"), CT_VAT_NO, ORGANISATION },
	{ "public_buyer", N_("Public body (receives through Chorus Pro)"), CT_BOOL, ORGANISATION },
	{ "recipient", N_("Service or person at this address"), CT_TEXT, .max = 100, .heading = N_("Address") },
	{ "building", N_("Building, floor"), CT_TEXT, .max = 100 },
	{ "street", N_("Street"), CT_TEXT, .max = 100 },
	{ "hamlet", N_("Hamlet or post box"), CT_TEXT, .max = 100 },
	{ "postcode", N_("Postcode"), CT_POSTCODE },
	{ "town", N_("Town"), CT_TEXT, .max = 80, .list = true },
	{ "country", N_("Country (two letters)"), CT_TEXT, .max = 2, .initial = "FR" },
	{ "note", N_("Our note"), CT_LONG_TEXT, .max = 5000, .own = true, .heading = N_("For us alone"),
	  .help = N_("Only your organisation reads it. The person may ask to see it.") },
	{ "anyway", N_("This is somebody else"), CT_BOOL, .question = true },
	{ 0 }
};

const struct ct_view_field ct_contact_view[] = {
	{ "panels", "array", NULL }, { "panels.title", "text", NULL }, { "panels.empty", "text", NULL },
	{ "panels.rows", "array", NULL }, { "panels.more", "object", NULL }, { "merged_into_id", "id", N_("The contact that took over") }, { 0 }
};

const char *ct_contact_shown(struct ct_request *r, const struct ct_field *field, const char *text)
{
	struct ct_value value;
	struct ct_error e;

	if (!text || ct_field_parse(r, field, text, &value, &e) || !value.set)
		return text;
	return ct_field_show(r, field, &value, r->lang);
}

int ct_contact_know(struct ct_request *r, int64_t org, int64_t party, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_people, rc = ct_exec(r, "contact_know", CT_ARGS(CT_NUM(org), CT_NUM(party)), e));
	return rc;
}

static bool has_address(const struct ct_request *r)
{
	static const char *const names[] = { "recipient", "building", "street", "hamlet", "postcode", "town" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ct_in_set(r, names[i]))
			return true;
	return false;
}

void ct_address_check(struct ct_request *r)
{
	const char *country = ct_in_text(r, "country");

	if (has_address(r) && !ct_in_set(r, "town"))
		ct_in_error(r, "town", "%s", _("An address needs a town."));
	if (country && (strlen(country) != 2 || strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
		ct_in_error(r, "country", "%s", _("Please type the two capital letters of the country: FR, BE, DE …"));
}

void ct_identity_check(struct ct_request *r)
{
	const char *siren = ct_in_text(r, "siren"), *siret = ct_in_text(r, "siret");

	if (siren && siret && strncmp(siren, siret, 9))
		ct_in_error(r, "siret", "%s", _("A SIRET begins with the SIREN of its organisation: these two do not fit."));
}

/* Only among those that this organisation knows: it is not told who is known elsewhere. */
static int find_known(struct ct_request *r, struct ct_result **row_r, struct ct_error *e)
{
	return ct_query(r, "contact_like", CT_ARGS(CT_NUM(r->org), CT_STR(ct_in_text(r, "email")), CT_NUM(r->org),
		CT_STR(ct_in_set(r, "siren") ? ct_in_text(r, "siren") : ct_in_text(r, "siret"))), row_r, e);
}

/* Where somebody is known already, the form leads there. */
int ct_contact_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	struct ct_result *row;
	json_t *known;
	int rc;

	(void)controls;
	if (id || !json_object_get(r->s->errors, "anyway"))
		return 0;
	rc = find_known(r, &row, e);
	if (rc || !ct_next(row))
		return rc;
	known = ct_put_object(r->view, "known_ui");
	ct_put_text(known, "name", ct_col_text(row, "name"));
	ct_put_text(known, "href", ct_url(r, "/o/%s/people/%lld", r->s->org_slug, (long long)ct_col_int(row, "id")));
	ct_template(r, "core/contact-form");
	return 0;
}

static int ask_known(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if (ct_in_int(r, "anyway") || (!ct_in_set(r, "email") && !ct_in_set(r, "siren") && !ct_in_set(r, "siret")))
		return 0;
	rc = find_known(r, &row, e);
	if (!rc && ct_next(row))
		ct_in_error(r, "anyway", _("“%s” is among your contacts already, with the same e-mail address or SIREN."
			    " Look there first; if this is somebody else, tick this box."), ct_col_text(row, "name"));
	return rc;
}

int ct_contact_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool person = !strcmp(ct_in_text(r, "kind"), "person");

	if (person && !ct_in_set(r, "given_name") && !ct_in_set(r, "family_name"))
		ct_in_error(r, "family_name", "%s", _("Please type at least one name."));
	ct_address_check(r);
	ct_identity_check(r);
	return id ? 0 : ask_known(r, e);
}

const char *ct_contact_value(const char *const *values, const char *name)
{
	for (size_t i = 0; ct_contact_fields[i].name; i++)
		if (!strcmp(ct_contact_fields[i].name, name))
			return values[i];
	return NULL;
}

/* The columns of party behind `kind`, as the statements have them. */
enum { PARTY_ARGS = 12 };

static void party_args(struct ct_request *r, const char *const *values, struct ct_arg *args)
{
	static const char *const names[PARTY_ARGS - 1] = { "given_name", "family_name", "legal_name", "usual_name",
		"email", "phone", "lang", "siren", "siret", "rna", "vat_no" };
	const char *siret = ct_contact_value(values, "siret"), *buyer = ct_contact_value(values, "public_buyer");

	for (size_t i = 0; i < PARTY_ARGS - 1; i++)
		args[i] = CT_STR(ct_contact_value(values, names[i]));
	if (siret && !ct_contact_value(values, "siren"))	/* a SIRET says the SIREN too */
		args[7] = CT_STR(talloc_strndup(r, siret, 9));
	if (!ct_contact_value(values, "lang"))
		args[6] = CT_STR("fr");
	args[PARTY_ARGS - 1] = CT_NUM(buyer && *buyer == '1');
}

static int write_address(struct ct_request *r, int64_t party, const char *const *values, struct ct_error *e)
{
	static const char *const names[] = { "recipient", "building", "street", "hamlet", "postcode", "town" };
	const char *country = ct_contact_value(values, "country");
	struct ct_arg args[8] = { CT_NUM(party) };

	if (!ct_contact_value(values, "town"))
		return ct_exec(r, "address_drop", CT_ARGS(CT_NUM(party)), e);
	for (size_t i = 0; i < 6; i++)
		args[i + 1] = CT_STR(ct_contact_value(values, names[i]));
	args[7] = CT_STR(country ? country : "FR");
	return ct_exec(r, "address_put", (struct ct_args){ args, 8 }, e);
}

int ct_contact_insert(struct ct_request *r, const char *const *values, int64_t *id_r, struct ct_error *e)
{
	struct ct_arg args[PARTY_ARGS + 1] = { CT_STR(ct_contact_value(values, "kind")) };
	int rc;

	party_args(r, values, args + 1);
	if ((rc = ct_insert(r, "party_add", (struct ct_args){ args, PARTY_ARGS + 1 }, id_r, e)) ||
	    (rc = ct_exec(r, "contact_add", CT_ARGS(CT_NUM(r->org), CT_NUM(*id_r),
						    CT_STR(ct_contact_value(values, "note"))), e)))
		return rc;
	return write_address(r, *id_r, values, e);
}

int ct_contact_update(struct ct_request *r, int64_t id, const char *const *values, struct ct_error *e)
{
	struct ct_arg args[PARTY_ARGS + 1];
	int rc;

	party_args(r, values, args);
	args[PARTY_ARGS] = CT_NUM(id);
	rc = ct_exec(r, "party_change", (struct ct_args){ args, PARTY_ARGS + 1 }, e);
	return rc ? rc : write_address(r, id, values, e);
}

/* What the form holds; boxes as "1" or "0". */
static const char *const *typed_values(struct ct_request *r)
{
	size_t n = 0;
	const char **values;

	while (ct_contact_fields[n].name)
		n++;
	values = talloc_zero_array(r, const char *, n);
	for (size_t i = 0; i < n; i++) {
		const struct ct_field *f = &ct_contact_fields[i];

		if (f->read_only)
			continue;
		values[i] = f->type == CT_BOOL ? (ct_in_int(r, f->name) ? "1" : "0") : ct_in_text(r, f->name);
	}
	return values;
}

int ct_contact_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	struct ct_result *row;
	int64_t count;
	int rc;

	if (!*id)
		return ct_contact_insert(r, typed_values(r), id, e);
	rc = ct_exec_count(r, "contact_change", CT_ARGS(CT_STR(ct_in_text(r, "note")), CT_NUM(r->org), CT_NUM(*id),
							CT_NUM(version)), &count, e);
	if (rc)
		return rc;
	if (!count)
		return ct_lost(e);
	rc = ct_one(r, "contact_locked", CT_ARGS(CT_NUM(r->org), CT_NUM(*id)), &row, e);
	return rc || ct_col_int(row, "locked") ? rc : ct_contact_update(r, *id, typed_values(r), e);
}

int ct_contact_before_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	if (id == r->org)
		return ct_fail(e, CT_CONFLICT, "%s", _("This is your organisation itself."));
	return 0;
}

/* Whom others know stays theirs; whom nobody else knows is archived, with the note. */
int ct_contact_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t count;
	int rc = ct_exec_count(r, "contact_touch", CT_ARGS(CT_NUM(r->org), CT_NUM(id), CT_NUM(version)), &count, e);

	if (rc)
		return rc;
	if (!count)
		return ct_lost(e);
	rc = ct_one(r, "contact_locked", CT_ARGS(CT_NUM(r->org), CT_NUM(id)), &row, e);
	if (rc)
		return rc;
	*archived_r = !ct_col_int(row, "locked");
	if (*archived_r)
		return ct_exec(r, "party_archive", CT_ARGS(CT_UTC(r->now), CT_NUM(id)), e);
	return ct_exec(r, "contact_drop", CT_ARGS(CT_NUM(r->org), CT_NUM(id)), e);
}

/* ------------------------------------------------------------------------ its page ---- */

static int call_panel(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_party_panel_f *)function)(r, arg, e);
}

static int put_roles(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *rows;
	json_t *panel;
	int rc;

	if (!ct_may(r, "roles.see", r->org))
		return 0;
	rc = ct_query(r, "roles_here", CT_ARGS(CT_NUM(id), CT_NUM(r->org)), &rows, e);
	if (rc || !ct_result_rows(rows))
		return rc;
	panel = ct_panel(r, _("What this person may do here"), NULL);
	while (ct_next(rows))
		ct_panel_row(panel, ct_role_label(ct_col_text(rows, "role")), NULL,
			     ct_url(r, "/o/%s/roles/%lld", r->s->org_slug, (long long)ct_col_int(rows, "id")));
	return 0;
}

int ct_contact_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_party_panel subject = { id };
	const char *path = ct_url(r, "/o/%s/people/%lld", r->s->org_slug, (long long)id);
	struct ct_result *row;
	int64_t into;
	int rc = ct_one(r, "contact_more", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	into = ct_col_int(row, "merged_into_id");
	ct_put_id(r->view, "merged_into_id", into);
	ct_put_text(r->view, "merged_ui", into ? ct_url(r, "/o/%s/people/%lld", r->s->org_slug, (long long)into) : NULL);
	ct_put_array(r->view, "panels");
	ct_put_null(r->view, "client_ui");
	ct_put_text(r->view, "merge_ui", !into && ct_may(r, "people.edit", r->org) && id != r->org
		    ? talloc_asprintf(r, "%s/merge", path) : NULL);
	ct_template(r, "core/contact");
	if (!strcmp(ct_col_text(row, "kind"), "person"))
		rc = put_roles(r, id, e);
	else if (!into)
		rc = ct_client_panel(r, id, e);
	return rc ? rc : ct_raise(r, "party.panel", call_panel, &subject, e);
}

int ct_party_postcodes(struct ct_request *r, const char *ids, json_t **codes_r, struct ct_error *e)
{
	struct ct_result *row;
	json_t *codes;
	int rc;

	CT_AS(r, &ct_plugin_people, rc = ct_one(r, "postcodes", CT_ARGS(CT_STR(ids)), &row, e));
	if (rc)
		return rc;
	codes = ct_col_null(row, "codes") ? NULL : json_loads(ct_col_text(row, "codes"), 0, NULL);
	*codes_r = ct_own_json(r, codes ? codes : json_object());
	return 0;
}

int ct_party_address(struct ct_request *r, int64_t party, struct ct_address *address_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	*address_r = (struct ct_address){ NULL };
	CT_AS(r, &ct_plugin_people, rc = ct_query(r, "address_written", CT_ARGS(CT_NUM(party)), &row, e));
	if (rc || !ct_next(row))
		return rc;
	*address_r = (struct ct_address){
		.recipient = ct_col_text(row, "recipient"), .building = ct_col_text(row, "building"),
		.street = ct_col_text(row, "street"), .hamlet = ct_col_text(row, "hamlet"),
		.postcode = ct_col_text(row, "postcode"), .town = ct_col_text(row, "town"),
		.country = ct_col_text(row, "country"),
	};
	return 0;
}

int ct_party_addresses(struct ct_request *r, const char *ids, json_t **addresses_r, struct ct_error *e)
{
	struct ct_result *row;
	json_t *found;
	int rc;

	CT_AS(r, &ct_plugin_people, rc = ct_one(r, "addresses_written", CT_ARGS(CT_STR(ids)), &row, e));
	if (rc)
		return rc;
	found = ct_col_null(row, "addresses") ? NULL : json_loads(ct_col_text(row, "addresses"), 0, NULL);
	*addresses_r = ct_own_json(r, found ? found : json_object());
	return 0;
}

static const char *part_of(const json_t *address, const char *key)
{
	return json_string_value(json_object_get(address, key));
}

struct ct_address ct_address_of(const json_t *addresses, int64_t party)
{
	char key[24];
	const json_t *a;

	snprintf(key, sizeof(key), "%lld", (long long)party);
	a = json_object_get(addresses, key);
	return (struct ct_address){
		.recipient = part_of(a, "recipient"), .building = part_of(a, "building"), .street = part_of(a, "street"),
		.hamlet = part_of(a, "hamlet"), .postcode = part_of(a, "postcode"), .town = part_of(a, "town"),
		.country = part_of(a, "country"),
	};
}
