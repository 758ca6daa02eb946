/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans and their brackets: what is offered, kept by hand. */
#include "memberships.h"

#include <string.h>
#include <talloc.h>

static const struct ct_choice whom[] = {
	{ "person", N_("people") }, { "organisation", N_("organisations") }, { "both", N_("both") }, { 0 }
};

static const struct ct_choice pricings[] = {
	{ "fixed", N_("one price") }, { "bracket", N_("by bracket") }, { "free", N_("free, above a floor") }, { 0 }
};

static const struct ct_choice periods[] = {
	{ "year", N_("a year, the same for everybody") }, { "prorated", N_("such a year, priced by the months left") },
	{ "months", N_("twelve months from the first day") }, { 0 }
};

/* The codes of the network's figures; an organisation may or may not have a kind of people for each. */
static const struct ct_choice audiences[] = {
	{ "member", N_("members") },	   { "association", N_("associations") },
	{ "company", N_("companies") },	   { "public_body", N_("public bodies") },
	{ "student", N_("students") },	   { "solidarity", N_("people of small means") },
	{ "network", N_("places of the network") }, { "partner", N_("partners") },
	{ "other", N_("others") },	   { 0 }
};

static const struct ct_choice vat_codes[] = { CT_VAT_CHOICES };

const struct ct_field plan_fields[] = {
	{ "label", N_("As people read it"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true,
	  .help = N_("“Individual membership”, “Association of the quarter”.") },
	{ "detail", N_("What it gives"), CT_LONG_TEXT, .max = 2000,
	  .help = N_("Shown to whoever thinks of joining.") },
	{ "whom", N_("For"), CT_CHOICE, .required = true, .choices = whom, .list = true, .initial = "person" },
	{ "offered", N_("People may join by it"), CT_BOOL, .initial = "1", .list = true, .filter = true,
	  .help = N_("Take the tick away when it is no longer offered: whoever has it keeps it until its last day.") },
	{ "approval", N_("Who asks waits for our answer"), CT_BOOL,
	  .help = N_("For who asks by the web. Otherwise whoever joins is asked for the dues at once.") },
	{ "pricing", N_("Price"), CT_CHOICE, .required = true, .choices = pricings, .initial = "fixed", .heading = N_("Dues"),
	  .list = true },
	{ "price", N_("How much"), CT_MONEY, .min = 0, .max = 100000000, .list = true,
	  .help = N_("Of a free price: the least that is asked; what comes on top is a gift. By bracket: leave it empty, and add"
		     " the brackets afterwards.") },
	{ "counterpart", N_("It buys something"), CT_BOOL,
	  .help = N_("As a desk or hours that are included. A right to vote, the newsletter or a members’ price are no such"
		     " thing: then the dues are out of the scope of VAT.") },
	{ "vat_code", N_("VAT"), CT_CHOICE, .choices = vat_codes, .help = N_("Only where it buys something; included in the price.") },
	{ "period", N_("It lasts"), CT_CHOICE, .required = true, .choices = periods, .initial = "year", .heading = N_("Period"),
	  .list = true },
	{ "first_month", N_("Its year begins in month"), CT_INT, .required = true, .min = 1, .max = 12, .initial = "1",
	  .help = N_("1: January; 9: September, as a school year.") },
	{ "notice_days", N_("Propose the next one so many days before the end"), CT_INT, .required = true, .min = 0, .max = 180,
	  .initial = "30" },
	{ "grace_days", N_("Days to pay"), CT_INT, .required = true, .min = 1, .max = 365, .initial = "45",
	  .help = N_("Dues that are not paid by then end the membership.") },
	{ "audience", N_("Its members count as"), CT_CHOICE, .choices = audiences, .column = "audience_code",
	  .heading = N_("Prices of rooms"),
	  .help = N_("Their price is the one that your tariffs give to this kind of people, while the dues are paid.") },
	{ "position", N_("Order among the others"), CT_INT, .min = 0, .max = 1000, .initial = "0" },
	{ 0 }
};

const struct ct_field bracket_fields[] = {
	{ "label", N_("For whom"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true,
	  .help = N_("“under 25 years”, “budget below 50 000 €”.") },
	{ "plan", N_("Plan"), CT_REF, .required = true, .ref = "memberships.plan", .list = true, .filter = true, .fixed = true },
	{ "price", N_("How much"), CT_MONEY, .required = true, .min = 0, .max = 100000000, .list = true },
	{ "position", N_("Order among the others"), CT_INT, .min = 0, .max = 1000, .initial = "0" },
	{ 0 }
};

int plan_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool bracket = ct_in_set(r, "pricing") && !strcmp(ct_in_text(r, "pricing"), "bracket");

	(void)id;
	if (bracket && ct_in_set(r, "price"))
		ct_in_error(r, "price", "%s", _("The brackets have the prices: leave this empty."));
	if (!bracket && !ct_in_set(r, "price"))
		ct_in_error(r, "price", "%s", _("Please say how much; 0 where it is free of charge."));
	if (ct_in_int(r, "counterpart") && !ct_in_set(r, "vat_code"))
		ct_in_error(r, "vat_code", "%s", _("Please say which VAT applies to what it buys."));
	if (!ct_in_int(r, "counterpart") && ct_in_set(r, "vat_code"))
		ct_in_error(r, "vat_code", "%s", _("Dues that buy nothing are out of the scope of VAT: leave this empty."));
	return ct_in_fail(r, e);
}

int bracket_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct plan plan;
	int rc = plan_load(r, ct_in_int(r, "plan"), &plan, e);

	(void)id;
	if (!rc && strcmp(plan.pricing, "bracket") != 0)
		ct_in_error(r, "plan", "%s", _("This plan has no brackets: change its price to “by bracket” first."));
	return rc ? rc : ct_in_fail(r, e);
}

struct plan plan_of(const struct ct_request *r, const struct ct_result *row)
{
	return (struct plan){
		.id = ct_col_int(row, "id"), .org = r->org, .label = ct_col_text(row, "label"),
		.whom = ct_col_text(row, "whom"), .pricing = ct_col_text(row, "pricing"),
		.vat_code = ct_col_text(row, "vat_code"), .currency = ct_col_text(row, "currency"),
		.period = period_of(ct_col_text(row, "period")), .first_month = (int)ct_col_int(row, "first_month"),
		.price = ct_col_int(row, "price_cents"), .approval = ct_col_int(row, "approval"),
		.offered = ct_col_int(row, "offered"),
	};
}

int plan_load(struct ct_request *r, int64_t id, struct plan *plan_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "plan", CT_ARGS(CT_NUM(id), CT_NUM(r->org)), &row, e);

	if (!rc)
		*plan_r = plan_of(r, row);
	return rc;
}

const char *plan_price_ui(struct ct_request *r, const char *pricing, int64_t cents, const char *currency)
{
	const char *amount = ct_money_show(r, cents, currency, r->lang);

	if (!strcmp(pricing, "bracket"))
		return talloc_asprintf(r, _("from %s"), amount);
	if (!strcmp(pricing, "free"))
		return cents ? talloc_asprintf(r, _("a price of your choice, from %s"), amount) : _("a price of your choice");
	return cents ? amount : _("free of charge");
}
