/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What managers keep by hand beside tariffs: kinds of people, what is taken off a price or put on it, extras,
 * what cancelling costs, and why something is given for less.
 */
#include "records.h"

#define SCOPE_HELP N_("At most one of the three; none: everything of the organisation.")
#define MINUTES_YEAR 527040

static const struct ct_choice network_codes[] = {
	{ "member", N_("members") },	   { "association", N_("associations") },
	{ "company", N_("companies") },	   { "public_body", N_("public bodies") },
	{ "student", N_("students") },	   { "solidarity", N_("people of small means") },
	{ "network", N_("places of the network") }, { "partner", N_("partners") },
	{ "other", N_("others") },	   { 0 }
};

const struct ct_field reservation_audience_fields[] = {
	{ "label", N_("As your visitors read it"), CT_TEXT, .required = true, .max = 60, .list = true,
	  .search = true, .help = N_("“members”, “associations of the quarter”.") },
	{ "code", N_("Counted as"), CT_CHOICE, .required = true, .choices = network_codes, .list = true,
	  .help = N_("The same in the whole network, for its figures.") },
	{ "priority", N_("Rank"), CT_INT, .min = 0, .max = 1000, .initial = "0",
	  .help = N_("Who belongs to several gets the cheapest price; at equal prices the higher rank"
		     " counts.") },
	{ 0 }
};

const struct ct_field reservation_audience_party_fields[] = {
	{ "party", N_("Person or organisation"), CT_REF, .required = true, .ref = "party", .list = true },
	{ "audience", N_("Belongs to"), CT_REF, .required = true, .ref = "reservation.audience",
	  .list = true, .filter = true },
	{ "from", N_("First day"), CT_DATE, .list = true,
	  .help = N_("Empty: for as long as anybody remembers.") },
	{ "to", N_("Last day"), CT_DATE, .list = true, .help = N_("Empty: until further notice.") },
	{ "proof", N_("Proof"), CT_FILE, .accept = CT_PDF | CT_PICTURE, .column = "proof_file_id",
	  .see = "resource.edit", .help = N_("Such as a student card; read by your managers only.") },
	{ 0 }
};

const struct ct_field reservation_adjust_fields[] = {
	{ "label", N_("As your visitors read it"), CT_TEXT, .required = true, .max = 80, .list = true,
	  .search = true, .help = N_("“members’ price”, “opening at 8:30”.") },
	{ "discount", N_("Share taken off"), CT_RATE, .min = 0, .max = 10000, .list = true,
	  .help = N_("30: thirty per cent less. Give a share or an amount.") },
	{ "amount", N_("Or amount put on"), CT_MONEY, .min = -100000000, .max = 100000000, .list = true,
	  .help = N_("Once for a booking, in the basis of the tariff (with or without VAT); −10 takes"
		     " ten off.") },
	{ "audience", N_("Only for"), CT_REF, .ref = "reservation.audience", .list = true,
	  .help = N_("By who pays. Empty: for everybody.") },
	{ "resource", N_("For this alone"), CT_REF, .ref = "reservation.resource", .help = SCOPE_HELP,
	  .heading = N_("Where and when") },
	{ "kind", N_("Or for all of a kind"), CT_REF, .ref = "reservation.kind" },
	{ "place", N_("Or for all of a place"), CT_REF, .ref = "place" },
	{ "before", N_("Only if it begins before"), CT_TIME, .column = "before_min" },
	{ "after", N_("Only if it ends after"), CT_TIME, .column = "after_min" },
	{ "from", N_("First day"), CT_DATE, .help = N_("Empty: for as long as anybody remembers.") },
	{ "to", N_("Last day"), CT_DATE, .list = true,
	  .help = N_("The last day that it holds; empty: until further notice.") },
	{ "reason", N_("Reason"), CT_REF, .ref = "reservation.reason", .heading = N_("For your figures"),
	  .help = N_("Under which reason reports count what you gave.") },
	{ "vat_code", N_("Another VAT"), CT_CHOICE, .choices = reservation_vat_codes,
	  .help = N_("Empty: as the tariff says.") },
	{ "position", N_("Order among the others"), CT_INT, .min = 0, .max = 10000, .initial = "0",
	  .help = N_("Each one is reckoned on what those before it left.") },
	{ 0 }
};

static const struct ct_choice extra_units[] = { { "booking", N_("each") },
						{ "person", N_("for each person") },
						{ "hour", N_("for each hour begun") },
						{ "day", N_("for each day") },
						{ 0 } };

const struct ct_field reservation_extra_fields[] = {
	{ "label", N_("What"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true,
	  .help = N_("“welcome coffee”, “cleaning”.") },
	{ "price", N_("Price"), CT_MONEY, .required = true, .min = 0, .list = true,
	  .help = N_("In the basis of the tariff that it comes with: with VAT where that is with VAT.") },
	{ "unit", N_("Counted"), CT_CHOICE, .required = true, .choices = extra_units, .list = true },
	{ "max", N_("How many at most"), CT_INT, .min = 1, .max = 5000,
	  .help = N_("1: yes or no. Of what is counted by people, for how many at most.") },
	{ "notice", N_("Notice"), CT_DURATION, .max = MINUTES_YEAR, .list = true,
	  .help = N_("How long before the start it has to be asked for.") },
	{ "resource", N_("For this alone"), CT_REF, .ref = "reservation.resource", .help = SCOPE_HELP },
	{ "kind", N_("Or for all of a kind"), CT_REF, .ref = "reservation.kind" },
	{ "place", N_("Or for all of a place"), CT_REF, .ref = "place", .list = true },
	{ "vat_code", N_("Another VAT"), CT_CHOICE, .choices = reservation_vat_codes,
	  .help = N_("Empty: as the tariff says.") },
	{ "position", N_("Order among the others"), CT_INT, .min = 0, .max = 10000, .initial = "0" },
	{ 0 }
};

const struct ct_field reservation_cancel_step_fields[] = {
	{ "policy", N_("Rules"), CT_REF, .required = true, .ref = "reservation.policy", .list = true },
	{ "before", N_("Before the start"), CT_DURATION, .required = true, .min = 0,
	  .max = MINUTES_YEAR, .column = "before_minutes", .list = true,
	  .help = N_("From so long before the start on. Earlier, the step before it counts, or cancelling is free.") },
	{ "share", N_("Share of the price"), CT_RATE, .min = 0, .max = 10000, .list = true,
	  .help = N_("50: half of it. Give a share or an amount.") },
	{ "fee", N_("Or an amount"), CT_MONEY, .min = 0, .list = true },
	{ "audience", N_("Only for"), CT_REF, .ref = "reservation.audience",
	  .help = N_("Who has steps of their own has only those. Empty: for everybody else.") },
	{ 0 }
};

const struct ct_field reservation_reason_fields[] = {
	{ "label", N_("As your visitors read it"), CT_TEXT, .required = true, .max = 80, .list = true,
	  .search = true, .help = N_("“paid for by the town”, “open meeting”.") },
	{ "code", N_("Counted as"), CT_CHOICE, .required = true, .choices = (const struct ct_choice[]){
		  { "open", N_("open to everybody") }, { "town", N_("for the town") },
		  { "partner", N_("for a partner") }, { "gesture", N_("a gesture") },
		  { "inside", N_("the house itself") }, { 0 } },
	  .list = true, .help = N_("The same in the whole network, for its figures.") },
	{ 0 }
};

static int one_of(struct ct_request *r, const char *a, const char *b, const char *sentence)
{
	if (ct_in_set(r, a) == ct_in_set(r, b))
		ct_in_error(r, a, "%s", sentence);
	return 0;
}

static void at_most_one_scope(struct ct_request *r)
{
	if ((ct_in_int(r, "resource") != 0) + (ct_in_int(r, "kind") != 0) + (ct_in_int(r, "place") != 0) > 1)
		ct_in_error(r, "resource", "%s",
			    _("Choose at most one of the three: one thing, all of a kind, or all of a place."));
}

static void days_in_order(struct ct_request *r)
{
	struct ct_day from = ct_in_day(r, "from"), to = ct_in_day(r, "to");

	if (ct_day_set(to) && ct_day_set(from) && to.n < from.n)
		ct_in_error(r, "to", "%s", _("The last day comes before the first."));
}

int reservation_check_belonging(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	days_in_order(r);
	return ct_in_fail(r, e);
}

int reservation_check_adjust(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	one_of(r, "discount", "amount", _("Give a share or an amount, one of the two."));
	at_most_one_scope(r);
	days_in_order(r);
	return ct_in_fail(r, e);
}

int reservation_check_extra(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	at_most_one_scope(r);
	return ct_in_fail(r, e);
}

int reservation_check_cancel_step(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	one_of(r, "share", "fee", _("Give a share or an amount, one of the two."));
	return ct_in_fail(r, e);
}
