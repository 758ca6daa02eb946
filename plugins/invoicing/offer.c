/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue of an issuer: what lines of quotes and invoices are written from. A record; what quotes have used is
 * archived.
 */
#include <string.h>

#include "documents.h"
#include "line.h"
#include "quote.h"

static const struct ct_choice units[] = {
	{ "C62", N_("piece") }, { "HUR", N_("hour") }, { "DAY", N_("day") }, { 0 }
};

static const struct ct_choice bases[] = { { "include_vat", N_("VAT included") }, { "exclude_vat", N_("without VAT") }, { 0 } };

static const struct ct_choice codes[] = { CT_VAT_CHOICES };

const struct ct_field offer_fields[] = {
	{ "label", N_("As it stands on the quote"), CT_TEXT, .required = true, .max = 160, .list = true, .search = true,
	  .help = N_("“Facilitated half-day”, “Printing of a poster”.") },
	{ "unit", N_("Unit"), CT_CHOICE, .required = true, .choices = units, .initial = "C62", .list = true },
	{ "price", N_("Price of one"), CT_MONEY, .required = true, .min = 0, .max = 100000000, .list = true },
	{ "amounts", N_("This price is"), CT_CHOICE, .required = true, .choices = bases, .initial = "include_vat", .list = true },
	{ "vat_code", N_("VAT"), CT_CHOICE, .required = true, .choices = codes, .list = true, .filter = true },
	{ 0 }
};

/* What is typed of a line. */
#define WRITTEN \
	{ "offer", N_("From the catalogue"), CT_REF, .ref = "invoicing.offer", .help = N_("Or write the line below.") }, \
	{ "quantity", N_("Quantity"), CT_QUANTITY, .required = true, .min = 1, .max = 1000000000, .initial = "1" }, \
	{ "label", N_("Designation"), CT_TEXT, .max = 160, .help = N_("Empty: as in the catalogue; so are price and VAT.") }, \
	{ "price", N_("Price of one"), CT_MONEY, .min = 0, .max = 100000000 }, \
	{ "unit", N_("Unit"), CT_CHOICE, .choices = units }, \
	{ "amounts", N_("This price is"), CT_CHOICE, .choices = bases }, \
	{ "vat_code", N_("VAT"), CT_CHOICE, .choices = codes }

const struct ct_field quote_line_fields[] = { WRITTEN, { 0 } };

const struct ct_field line_fields[] = {
	WRITTEN,
	{ "service_from", N_("First day of the service"), CT_DATE, .help = N_("Empty: the day of issue.") },
	{ "service_to", N_("Last day of the service"), CT_DATE },
	{ 0 }
};

static void narrow(json_t *control, const char *regime)
{
	json_t *options = json_object_get(control, "options");

	for (size_t i = json_array_size(options); i-- > 0;) {
		const json_t *o = json_array_get(options, i);
		const char *code = json_string_value(json_object_get(o, "value"));

		if (*code && !json_is_true(json_object_get(o, "selected")) && !rules_allow(regime, code))
			json_array_remove(options, i);
	}
}

void vat_choices(json_t *controls, const struct issuer *i)
{
	json_t *control;
	size_t k;

	json_array_foreach(controls, k, control)
		if (i->regime && !strcmp(json_string_value(json_object_get(control, "name")), "vat_code"))
			narrow(control, i->regime);
}

int offer_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	struct issuer i;
	int rc = issuer_load(r, r->org, today_of(r), &i, e);

	(void)id;
	if (!rc)
		vat_choices(controls, &i);
	return rc;
}

/* A code that the VAT regime does not allow is said here, and not when a quote is to leave. */
int offer_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct issuer i;
	int rc = issuer_load(r, r->org, today_of(r), &i, e);

	(void)id;
	if (rc)
		return rc;
	if (i.regime && ct_in_set(r, "vat_code") && !rules_allow(i.regime, ct_in_text(r, "vat_code")))
		return ct_fail_field(e, "vat_code", "%s", _("Your VAT regime does not allow this."));
	return 0;
}
