/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person says of herself: names, how to reach her, her language. */
#include "account/account.h"
#include "route/notice.h"
#include "route/state.h"

static const struct ct_choice languages[] = { { "fr", "Français" }, { "en", "English" }, { 0 } };

const struct ct_field ct_profile_fields[] = {
	{ "given_name", N_("First name"), CT_TEXT, .max = 80, .autocomplete = "given-name" },
	{ "family_name", N_("Last name"), CT_TEXT, .required = true, .max = 80,
	  .autocomplete = "family-name" },
	{ "email", N_("E-mail for what concerns you here"), CT_EMAIL, .autocomplete = "email",
	  .help = N_("You may sign in with another one.") },
	{ "phone", N_("Telephone"), CT_PHONE, .autocomplete = "tel" },
	{ "building", N_("Building, floor"), CT_TEXT, .max = 100, .autocomplete = "address-line2" },
	{ "street", N_("Street"), CT_TEXT, .max = 100, .autocomplete = "address-line1" },
	{ "postcode", N_("Postcode"), CT_POSTCODE, .autocomplete = "postal-code" },
	{ "town", N_("Town"), CT_TEXT, .max = 80, .autocomplete = "address-level2" },
	{ "lang", N_("Language"), CT_CHOICE, .required = true, .choices = languages },
	{ 0 }
};

static const char *const of_party[] = {
	"given_name", "family_name", "email", "phone", "lang", NULL
};
static const char *const of_address[] = { "building", "street", "postcode", "town", NULL };

static void read_columns(json_t *into, const struct ct_result *row, const char *const *names)
{
	for (; *names; names++)
		ct_put_text(into, *names, ct_col_text(row, *names));
}

/* As it is stored, by field; what is not there is null. */
static int read_profile(struct ct_request *r, json_t **stored_r, struct ct_error *e)
{
	struct ct_result *me, *address;
	json_t *stored;
	int rc;

	if ((rc = ct_me_row(r, &me, e)) ||
	    (rc = ct_query(r, "my_address", CT_ARGS(CT_NUM(r->person)), &address, e)))
		return rc;
	stored = ct_own_json(r, json_object());
	read_columns(stored, me, of_party);
	if (ct_next(address))
		read_columns(stored, address, of_address);
	*stored_r = stored;
	return 0;
}

int ct_profile_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_me_form form = {
		.action = "/me/profile",
		.submit = _("Save my profile"),
		.fields = ct_profile_fields,
		.note = _(
			"So that the places that you deal with can reach you, and for your papers. Nobody else sees it."),
	};
	int rc = read_profile(r, &form.current, e);

	if (!rc)
		ct_me_put_form(r, &form);
	return rc;
}

static int store_address(struct ct_request *r, struct ct_error *e)
{
	if (!ct_in_set(r, "town"))
		return ct_exec(r, "address_drop", CT_ARGS(CT_NUM(r->person)), e);
	return ct_exec(r, "address_set",
		       CT_ARGS(CT_NUM(r->person), CT_STR(ct_in_text(r, "building")),
			       CT_STR(ct_in_text(r, "street")), CT_STR(ct_in_text(r, "postcode")),
			       CT_STR(ct_in_text(r, "town"))),
		       e);
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	json_t *before, *after;
	int rc;

	(void)arg;
	if ((rc = read_profile(r, &before, e)) ||
	    (rc = ct_exec(r, "profile_change",
			  CT_ARGS(CT_STR(ct_in_text(r, "given_name")),
				  CT_STR(ct_in_text(r, "family_name")),
				  CT_STR(ct_in_text(r, "email")), CT_STR(ct_in_text(r, "phone")),
				  CT_STR(ct_in_text(r, "lang")), CT_NUM(r->person)),
			  e)) ||
	    (rc = store_address(r, e)) || (rc = read_profile(r, &after, e)))
		return rc;
	CT_AS(r, &ct_plugin_people,
	      rc = ct_audit(r, "party", r->person, "change", json_incref(before),
			    json_incref(after), e));
	return rc;
}

int ct_profile_post(struct ct_request *r, struct ct_error *e)
{
	bool address = ct_in_set(r, "street") || ct_in_set(r, "postcode") ||
		       ct_in_set(r, "building");
	int rc = ct_me_by_hand(r, e);

	if (rc)
		return rc;
	if (address && !ct_in_set(r, "town"))
		return ct_fail_field(e, "town", "%s", _("An address needs its town."));
	if ((rc = ct_transaction(r, store, NULL, e)))
		return rc;
	/* what was chosen for this browser only gives way */
	ct_request_cookie(r, "lang", "", 0);
	ct_language(ct_in_text(r, "lang"));
	ct_notice(r, "%s", _("Your profile is saved."));
	ct_redirect(r, 200, "/me");
	return 0;
}
