/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people type: agreements, for whom and where they are, and what their funders pay when. */
#include <string.h>
#include <talloc.h>

#include "subsidies.h"

#define MOST 100000000000	/* cents: a thousand million */

static const struct ct_choice settlings[] = {
	{ "statement", N_("a subsidy: taken off the client’s price, asked back by a statement") },
	{ "invoice", N_("the funder buys: its share is billed to it") },
	{ 0 }
};

static const struct ct_choice sources[] = {
	{ "booking", N_("bookings") }, { "membership", N_("memberships") }, { "all", N_("all that is charged") }, { 0 }
};

static const struct ct_choice whos[] = {
	{ "chosen", N_("only who is named on its page") }, { "all", N_("all clients") }, { 0 }
};

static const struct ct_field agreement_fields[] = {
	{ "title", N_("Agreement"), CT_TEXT, .required = true, .max = 120, .list = true, .search = true,
	  .help = N_("As you call it: “Young associations 2027”.") },
	{ "funder", N_("Funder"), CT_REF, .required = true, .ref = "contact", .list = true, .filter = true,
	  .help = N_("One of your contacts. Clients read its name on their price: “paid by …”.") },
	{ "reference", N_("Reference of the funder"), CT_TEXT, .max = 60, .search = true },
	{ "project", N_("Project"), CT_REF, .ref = "project" },
	{ "from", N_("First day"), CT_DATE, .required = true, .heading = N_("How much, and when") },
	{ "to", N_("Last day"), CT_DATE, .required = true, .list = true,
	  .help = N_("What takes place on these days counts, whenever it was booked or billed.") },
	{ "amount", N_("Amount"), CT_MONEY, .required = true, .min = 1, .max = MOST, .list = true,
	  .help = N_("When it is used up, clients pay the full price again.") },
	{ "used", N_("Used"), CT_MONEY, .read_only = true, .list = true },
	{ "share", N_("Share of the price"), CT_RATE, .required = true, .min = 1, .max = 10000, .list = true,
	  .help = N_("50: half of what is to be paid, VAT included.") },
	{ "source", N_("Of what"), CT_CHOICE, .required = true, .choices = sources, .initial = "booking",
	  .heading = N_("Of what, and for whom") },
	{ "who", N_("For whom"), CT_CHOICE, .required = true, .choices = whos, .initial = "chosen",
	  .help = N_("People, organisations and places are added on the page of the agreement. It goes by who pays.") },
	{ "settles", N_("Settled as"), CT_CHOICE, .required = true, .choices = settlings, .heading = N_("For the accounts"),
	  .help = N_("A town hall that buys gets an invoice of its own. A subsidy is taken off what the client owes, and you ask for it by the statement.") },
	{ "order_ref", N_("Engagement number"), CT_TEXT, .max = 60,
	  .help = N_("Of a public buyer, where it demands one on its invoices.") },
	{ "completes_price", N_("It completes the price and bears VAT"), CT_BOOL,
	  .help = N_("For your accountant to say. It is kept and printed on statements; no amount changes by it.") },
	{ "names", N_("Statements name people"), CT_BOOL,
	  .help = N_("Organisations are always named. People only where the agreement demands it and they were told.") },
	{ 0 }
};

static const struct ct_field instalment_fields[] = {
	{ "agreement", N_("Agreement"), CT_REF, .required = true, .ref = "subsidies.agreement", .list = true, .filter = true,
	  .fixed = true },
	{ "label", N_("Instalment"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true,
	  .help = N_("“First half”, “balance on receipt of the statement”.") },
	{ "due", N_("Due"), CT_DATE, .required = true, .list = true },
	{ "amount", N_("Amount"), CT_MONEY, .required = true, .min = 1, .max = MOST, .list = true },
	{ "paid", N_("Paid on"), CT_DATE, .list = true, .heading = N_("Once it is there") },
	{ "paid_amount", N_("Amount paid"), CT_MONEY, .min = 1, .max = MOST, .list = true },
	{ 0 }
};

static const char *money(struct ct_request *r, const struct ct_result *row, const char *column)
{
	return ct_money_show(r, ct_col_int(row, column), ct_col_text(row, "currency"), r->lang);
}

/* Behind the guard row of the agreement: what its uses and its instalments other than `but` come to. */
static int promised(struct ct_request *r, int64_t agreement, int64_t but, struct ct_result **row_r, struct ct_error *e)
{
	int rc = ct_exec(r, "guard", CT_ARGS(CT_NUM(agreement)), e);

	return rc ? rc : ct_one(r, "promised", CT_ARGS(CT_NUM(but), CT_NUM(agreement)), row_r, e);
}

static int check_agreement(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t amount = ct_in_int(r, "amount");
	struct ct_result *row;
	int rc;

	if (ct_in_day(r, "to").n < ct_in_day(r, "from").n)
		ct_in_error(r, "to", "%s", _("The last day comes before the first."));
	if (!id)
		return ct_in_fail(r, e);
	if ((rc = promised(r, id, 0, &row, e)))
		return rc;
	if (amount < ct_col_int(row, "used_cents"))
		ct_in_error(r, "amount", _("%s of it is used already."), money(r, row, "used_cents"));
	else if (amount < ct_col_int(row, "instalments_cents"))
		ct_in_error(r, "amount", _("Its instalments come to %s already."), money(r, row, "instalments_cents"));
	return ct_in_fail(r, e);
}

static int agreement_of(struct ct_request *r, int64_t instalment, int64_t *agreement_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if (!instalment) {
		*agreement_r = ct_in_int(r, "agreement");
		return 0;
	}
	rc = ct_one(r, "instalment_of", CT_ARGS(CT_NUM(instalment)), &row, e);
	if (!rc)
		*agreement_r = ct_col_int(row, "agreement_id");
	return rc;
}

static int check_instalment(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int64_t agreement, left;
	struct ct_result *row;
	int rc = agreement_of(r, id, &agreement, e);

	if (rc || (rc = promised(r, agreement, id, &row, e)))
		return rc;
	left = ct_col_int(row, "amount_cents") - ct_col_int(row, "instalments_cents");
	if (ct_in_int(r, "amount") > left)
		ct_in_error(r, "amount", _("The agreement is about %s, of which %s has no instalment yet."),
			    money(r, row, "amount_cents"), ct_money_show(r, left, ct_col_text(row, "currency"), r->lang));
	if (ct_in_set(r, "paid") != ct_in_set(r, "paid_amount"))
		ct_in_error(r, ct_in_set(r, "paid") ? "paid_amount" : "paid", "%s", _("Say both: the day, and the amount."));
	else if (ct_in_int(r, "paid_amount") > ct_col_int(row, "amount_cents") - ct_col_int(row, "paid_cents"))
		ct_in_error(r, "paid_amount", "%s", _("More would be paid than the agreement is about."));
	if (ct_in_set(r, "paid") && ct_in_day(r, "paid").n > subsidies_today(r).n)
		ct_in_error(r, "paid", "%s", _("This day has not come yet."));
	return ct_in_fail(r, e);
}

/* The page of an agreement leads to its new instalments: the form begins with it. */
static int choose_agreement(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	const char *wanted = ct_in_typed(r, "agreement");
	json_t *control, *option;
	size_t i, j;

	(void)e;
	if (id || !wanted)
		return 0;
	json_array_foreach(controls, i, control) {
		if (strcmp(json_string_value(json_object_get(control, "name")), "agreement") != 0)
			continue;
		json_array_foreach(json_object_get(control, "options"), j, option)
			ct_put_bool(option, "selected", !strcmp(json_string_value(json_object_get(option, "value")), wanted));
	}
	return 0;
}

const struct ct_record subsidies_records[] = {
	{ "agreement", N_("Subsidies"), agreement_fields, MAY_SEE, MAY_EDIT, .path = "agreements", .one = N_("Agreement"),
	  .fresh = N_("New agreement"), .order = "-to", .before_store = check_agreement, .show = subsidies_agreement_show,
	  .show_view = subsidies_agreement_view,
	  .empty = N_("Who pays a share of your clients’ prices: a town, a foundation, the region. Each agreement says how"
		      " much, until when and for whom; the share is taken by itself, until it is used up.") },
	{ "instalment", N_("Instalments"), instalment_fields, MAY_SEE, MAY_EDIT, .path = "instalments",
	  .one = N_("Instalment"), .fresh = N_("New instalment"), .title = "label", .order = "due",
	  .before_store = check_instalment, .form = choose_agreement,
	  .empty = N_("What your funders pay, and when: you see here what is late.") },
	{ 0 }
};
