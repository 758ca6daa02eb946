/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an organisation says about itself: names, numbers, address, colours. */
#include "people/colour.h"
#include "people/people.h"

/* Of the style sheet (core/static/comptoir.css): what an accent is drawn on. */
#define PAPER "#fbfaf7"
#define DARK_RAISED "#211f1c"

enum { READABLE = 450 };

static const struct ct_choice currencies[] = {
	{ "EUR", N_("euro") }, { "XPF", N_("Pacific franc") }, { "CHF", N_("Swiss franc") }, { 0 }
};

const struct ct_field ct_org_settings_fields[] = {
	{ "legal_name", N_("Legal name"), CT_TEXT, .required = true, .max = 160, .autocomplete = "organization" },
	{ "usual_name", N_("Usual name"), CT_TEXT, .max = 160,
	  .help = N_("What people call it, where that is another name.") },
	{ "email", N_("E-mail"), CT_EMAIL, .autocomplete = "email",
	  .help = N_("Answers to your mails go there.") },
	{ "phone", N_("Telephone"), CT_PHONE, .autocomplete = "tel" },
	{ "siren", N_("SIREN"), CT_SIREN, .heading = N_("Identity") },
	{ "siret", N_("SIRET"), CT_SIRET },
	{ "rna", N_("RNA number"), CT_RNA },
	{ "vat_no", N_("VAT number"), CT_VAT_NO },
	{ "currency", N_("Currency"), CT_CHOICE, .required = true, .choices = currencies, .initial = "EUR" },
	{ "recipient", N_("Service or person at this address"), CT_TEXT, .max = 100, .heading = N_("Address") },
	{ "building", N_("Building, floor"), CT_TEXT, .max = 100 },
	{ "street", N_("Street"), CT_TEXT, .max = 100, .autocomplete = "street-address" },
	{ "hamlet", N_("Hamlet or post box"), CT_TEXT, .max = 100 },
	{ "postcode", N_("Postcode"), CT_POSTCODE, .autocomplete = "postal-code" },
	{ "town", N_("Town"), CT_TEXT, .max = 80, .autocomplete = "address-level2" },
	{ "country", N_("Country (two letters)"), CT_TEXT, .max = 2, .initial = "FR", .autocomplete = "country" },
	{ "logo", N_("Logo"), CT_FILE, .accept = CT_PICTURE, .readers = CT_PUBLIC, .column = "logo_file_id",
	  .heading = N_("Look"), .help = N_("Shown at the top of your pages and on what you send.") },
	{ "accent", N_("Colour"), CT_COLOUR,
	  .help = N_("Of buttons and links, dark enough for white paper: for example #0e5a4f.") },
	{ "accent_dark", N_("Colour on dark screens"), CT_COLOUR,
	  .help = N_("Light enough for black paper; empty: made from the first.") },
	{ 0 }
};

static void check_colour(struct ct_request *r, const char *field, const char *on, const char *advice)
{
	const char *colour = ct_in_text(r, field);
	int contrast = colour ? ct_colour_contrast(colour, on) : READABLE;

	if (contrast < READABLE)
		ct_in_error(r, field, _("Text in this colour could not be read by everyone: its contrast is %d.%02d,"
			    " and 4.5 is needed. %s"), contrast / 100, contrast % 100, advice);
}

int ct_org_settings_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	(void)e;
	ct_address_check(r);
	ct_identity_check(r);
	check_colour(r, "accent", PAPER, _("Please choose a darker one."));
	check_colour(r, "accent_dark", DARK_RAISED, _("Please choose a lighter one."));
	return 0;
}

static int write_address(struct ct_request *r, int64_t party, struct ct_error *e)
{
	const char *country = ct_in_text(r, "country");

	if (!ct_in_set(r, "town"))
		return ct_exec(r, "address_drop", CT_ARGS(CT_NUM(party)), e);
	return ct_exec(r, "address_put", CT_ARGS(CT_NUM(party), CT_STR(ct_in_text(r, "recipient")),
		CT_STR(ct_in_text(r, "building")), CT_STR(ct_in_text(r, "street")), CT_STR(ct_in_text(r, "hamlet")),
		CT_STR(ct_in_text(r, "postcode")), CT_STR(ct_in_text(r, "town")), CT_STR(country ? country : "FR")), e);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): this is what ct_record.write looks like */
int ct_org_settings_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "settings_change", CT_ARGS(CT_ID(ct_in_int(r, "logo")), CT_STR(ct_in_text(r, "accent")),
		CT_STR(ct_in_text(r, "accent_dark")), CT_STR(ct_in_text(r, "currency")),
		CT_STR(ct_in_text(r, "legal_name")), CT_STR(ct_in_text(r, "usual_name")), CT_STR(ct_in_text(r, "email")),
		CT_STR(ct_in_text(r, "phone")), CT_STR(ct_in_text(r, "siren")), CT_STR(ct_in_text(r, "siret")),
		CT_STR(ct_in_text(r, "siret")),
		CT_STR(ct_in_text(r, "rna")), CT_STR(ct_in_text(r, "vat_no")), CT_NUM(*id), CT_NUM(version)), &count, e);

	if (rc)
		return rc;
	return count ? write_address(r, *id, e) : ct_lost(e);
}
