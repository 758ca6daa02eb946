/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET /o/{org}/join: what there is to join by, for everybody; with ?plan= the form of one plan, for who is signed
 * in. She joins for herself, or for an organisation whose money she may commit.
 */
#include "memberships.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/limit.h>

enum { A_DAY = 86400, MOST_A_DAY = 10, SOON_OVER = 92 };

const struct ct_field join_fields[] = {
	{ "plan", N_("Plan"), CT_REF, .ref = "memberships.plan" },
	{ "party", N_("For whom"), CT_REF, .ref = "party", .ref_org = CT_REF_ENGAGED },
	{ "bracket", N_("Which price applies"), CT_REF, .ref = "memberships.bracket" },
	{ "dues", N_("What you give"), CT_MONEY, .min = 0, .max = 10000000 },
	{ "next", N_("Only from the next period on"), CT_BOOL },
	{ 0 }
};

const struct ct_view_field join_view[] = {
	{ "organisation", "object", NULL }, { "organisation.name", "text", NULL }, { "organisation.slug", "text", NULL },
	{ "plans", "array", NULL }, { "plans.id", "id", NULL }, { "plans.label", "text", NULL }, { "plans.detail", "text", NULL },
	{ "plans.whom", "text", "person, organisation or both" }, { "plans.pricing", "text", "fixed, bracket or free" },
	{ "plans.price", "money", "The price, the least of a free one, or the lowest bracket" },
	{ "plans.approval", "boolean", "Who asks waits for an answer" }, { "plans.from_d", "date", "Of who joins today" },
	{ "plans.to_d", "date", NULL }, { "plans.next_d", "date", "Where this period is soon over: the first day of the next" },
	{ "plans.brackets", "array", NULL }, { "plans.brackets.id", "id", NULL },
	{ "plans.brackets.label", "text", NULL }, { "plans.brackets.price", "money", NULL },
	{ "id", "id", "What was made" }, { "state", "text", "asked, due or active" }, { 0 }
};

static struct ct_day today_of(const struct ct_request *r)
{
	return (struct ct_day){ (int32_t)(r->now.s / A_DAY) };
}

/* Of a year that is soon over, the next one may be chosen instead; else "no value". */
static struct ct_day next_of(enum period period, const struct span *span)
{
	return period == PERIOD_MONTHS || span->to.n - span->from.n > SOON_OVER ? CT_NO_DAY : ct_day_add(span->to, 1);
}

/* ---- what there is ---- */

static void put_brackets(struct ct_request *r, json_t *o, const struct ct_result *row, const struct span *span)
{
	json_t *list = ct_put_array(o, "brackets"), *each;
	json_t *found = ct_col_null(row, "brackets") ? NULL : json_loads(ct_col_text(row, "brackets"), 0, NULL);
	size_t i;

	json_array_foreach(found, i, each) {
		json_t *b = ct_add_object(list);
		int64_t cents = span_price(period_of(ct_col_text(row, "period")), span,
					   json_integer_value(json_object_get(each, "cents")));

		ct_put_id(b, "id", json_integer_value(json_object_get(each, "id")));
		ct_put_text(b, "label", json_string_value(json_object_get(each, "label")));
		ct_put_money(b, "price", cents, ct_col_text(row, "currency"), r->lang);
	}
	json_decref(found);
}

static void put_plan(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *pricing = ct_col_text(row, "pricing"), *currency = ct_col_text(row, "currency");
	enum period period = period_of(ct_col_text(row, "period"));
	struct span span = span_at(period, (int)ct_col_int(row, "first_month"), today_of(r));
	int64_t cents = span_price(period, &span, ct_col_int(row, "lowest"));
	char days[CT_TIME_UI];

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "label", ct_col_text(row, "label"));
	ct_put_text(o, "detail", ct_col_text(row, "detail"));
	ct_put_text(o, "whom", ct_col_text(row, "whom"));
	ct_put_text(o, "pricing", pricing);
	ct_put_money(o, "price", cents, currency, r->lang);
	ct_put_text(o, "price_ui", plan_price_ui(r, pricing, cents, currency));
	ct_put_bool(o, "approval", ct_col_int(row, "approval"));
	ct_put_day(o, "from", span.from, r->lang);
	ct_put_day(o, "to", span.to, r->lang);
	ct_put_day(o, "next", next_of(period, &span), r->lang);
	ct_put_bool(o, "whole_ui", period != PERIOD_PRORATED || !ct_day_set(next_of(period, &span)));
	ct_put_text(o, "days_ui", ct_days_ui(days, span.from, span.to, CT_NO_DAY, r->lang));
	ct_put_text(o, "href_ui", talloc_asprintf(r, "%s?plan=%lld", ct_url(r, "/o/%s/join", ct_path(r, "org")),
						  (long long)ct_col_int(row, "id")));
	put_brackets(r, o, row, &span);
}

/* The plan that was chosen, or the only one; NULL: still to be chosen. */
static json_t *put_plans(struct ct_request *r, struct ct_result *row)
{
	json_t *list = ct_put_array(r->view, "plans"), *chosen = NULL;
	bool only = ct_result_rows(row) == 1;

	while (ct_next(row)) {
		json_t *o = ct_add_object(list);

		put_plan(r, o, row);
		if (only || ct_in_int(r, "plan") == ct_col_int(row, "id"))
			chosen = o;
	}
	return chosen;
}

/* ---- the form of one ---- */

static void add_option(struct ct_request *r, json_t *control, const char *value, const char *label)
{
	json_t *options = json_object_get(control, "options"), *o = ct_add_object(options);
	const char *typed = json_string_value(json_object_get(control, "value"));

	ct_put_text(o, "value", value);
	ct_put_text(o, "label", label);
	ct_put_text(o, "id", talloc_asprintf(r, "%s-%zu", json_string_value(json_object_get(control, "id")), json_array_size(options)));
	ct_put_bool(o, "selected", typed && !strcmp(typed, value));
}

static bool for_kind(const json_t *plan, const json_t *party)
{
	const char *whom = json_string_value(json_object_get(plan, "whom"));

	return !strcmp(whom, "both") || !strcmp(whom, json_string_value(json_object_get(party, "kind")));
}

/* For whom she may join by it; nobody: the page says why. */
static size_t put_whom(struct ct_request *r, const json_t *plan, const json_t *parties, json_t *control)
{
	const json_t *party;
	size_t i, n = 0;

	json_array_foreach(parties, i, party) {
		if (!for_kind(plan, party))
			continue;
		add_option(r, control, json_string_value(json_object_get(party, "id")), json_string_value(json_object_get(party, "name")));
		n++;
	}
	return n;
}

static void put_prices(struct ct_request *r, const json_t *plan, json_t *control)
{
	const json_t *bracket;
	size_t i;

	json_array_foreach(json_object_get(plan, "brackets"), i, bracket)
		add_option(r, control, json_string_value(json_object_get(bracket, "id")),
			   talloc_asprintf(r, "%s – %s", json_string_value(json_object_get(bracket, "label")),
					   json_string_value(json_object_get(bracket, "price_ui"))));
}

/* The button says what it does in law (C. conso L221-14): joining owes the dues. */
static const char *button(struct ct_request *r, const json_t *plan)
{
	int64_t cents = json_integer_value(json_object_get(json_object_get(plan, "price"), "cents"));
	const char *price = json_string_value(json_object_get(plan, "price_ui"));

	if (json_is_true(json_object_get(plan, "approval")))
		return _("Ask to join");
	if (strcmp(json_string_value(json_object_get(plan, "pricing")), "fixed") || !json_is_true(json_object_get(plan, "whole_ui")))
		return _("Join, with an obligation to pay");
	return cents ? talloc_asprintf(r, _("Join, with an obligation to pay – %s"), price) : _("Join");
}

/* Whom it is for is asked where there are several; who stands alone is sent along. */
static void put_hidden(json_t *form, const json_t *plan, const json_t *whom, size_t n)
{
	json_t *hidden = ct_put_array(form, "hidden"), *pair = ct_add_object(hidden);

	ct_put_text(pair, "name", "plan");
	ct_put_text(pair, "value", json_string_value(json_object_get(plan, "id")));
	if (n != 1)
		return;
	pair = ct_add_object(hidden);
	ct_put_text(pair, "name", "party");
	ct_put_text(pair, "value", json_string_value(json_object_get(json_array_get(json_object_get(whom, "options"), 1), "value")));
	json_array_remove(json_object_get(form, "fields"), 0);
}

/* The fields that this plan asks for: for whom, at what price, from when. */
static void choose_fields(const json_t *plan, struct ct_field fields[4])
{
	const char *pricing = json_string_value(json_object_get(plan, "pricing"));
	size_t n = 1;

	fields[0] = join_fields[1];
	if (!strcmp(pricing, "bracket"))
		fields[n++] = join_fields[2];
	else if (!strcmp(pricing, "free"))
		fields[n++] = join_fields[3];
	for (size_t i = 0; i < n; i++)
		fields[i].required = true;
	if (!json_is_null(json_object_get(plan, "next_d")))
		fields[n] = join_fields[4];
}

static int put_form(struct ct_request *r, const json_t *plan, struct ct_error *e)
{
	struct ct_field fields[4] = { { 0 } };
	json_t *parties, *form, *controls, *whom;
	size_t n;
	int rc = mine_parties(r, &parties, e);

	if (rc)
		return rc;
	choose_fields(plan, fields);
	form = ct_put_object(r->view, "form_ui");
	controls = ct_put_controls(r, form, "fields", fields, NULL);
	whom = json_array_get(controls, 0);
	n = put_whom(r, plan, parties, whom);
	if (!strcmp(json_string_value(json_object_get(plan, "pricing")), "bracket"))
		put_prices(r, plan, json_array_get(controls, 1));
	if (!json_is_null(json_object_get(plan, "next_d")))
		ct_put_text(json_array_get(controls, json_array_size(controls) - 1), "label",
			    talloc_asprintf(r, _("Only from %s on, for the whole period"), json_string_value(json_object_get(plan, "next_ui"))));
	put_hidden(form, plan, whom, n);
	ct_put_text(form, "action", ct_url(r, "/o/%s/join", ct_path(r, "org")));
	ct_put_bool(form, "multipart", false);
	ct_put_text(form, "submit", button(r, plan));
	ct_put_text(form, "cancel_href", ct_url(r, "/o/%s/join", ct_path(r, "org")));
	ct_put_text(form, "note", _("Your name and e-mail address become known to it, so that it can keep its list of members."));
	if (!n)
		ct_put_null(r->view, "form_ui");
	return 0;
}

static int find_org(struct ct_request *r, struct ct_result **row_r, struct ct_error *e)
{
	return ct_one(r, "operator", CT_ARGS(CT_NUM(r->org)), row_r, e);
}

int join_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *org, *rows;
	json_t *o, *chosen;
	int rc = find_org(r, &org, e);

	if (rc || (rc = ct_query(r, "offered", CT_ARGS(CT_NUM(r->org)), &rows, e)))
		return rc;
	o = ct_put_object(r->view, "organisation");
	ct_put_text(o, "name", ct_col_text(org, "name"));
	ct_put_text(o, "slug", ct_col_text(org, "slug"));
	chosen = put_plans(r, rows);
	ct_put_bool(r->view, "is_empty_ui", !ct_result_rows(rows));
	ct_put_bool(r->view, "is_choice_ui", !chosen && ct_result_rows(rows));
	ct_put_null(r->view, "form_ui");
	ct_put_json(r->view, "chosen_ui", chosen ? json_deep_copy(chosen) : json_null());
	ct_put_text(r->view, "login_ui", r->person || !chosen ? NULL
		    : ct_url(r, "/login?next=%s", json_string_value(json_object_get(chosen, "href_ui"))));
	ct_put_bool(r->view, "nobody_ui", false);
	if (!chosen || !r->person)
		return 0;
	rc = put_form(r, chosen, e);
	ct_put_bool(r->view, "nobody_ui", json_is_null(json_object_get(r->view, "form_ui")));
	return rc;
}

/* ---- done ---- */

struct request { struct joining joining; int64_t id; };

static int join_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct request *q = arg;
	struct ct_limit limit = { "join", talloc_asprintf(r, "%lld", (long long)r->person), MOST_A_DAY, A_DAY };
	int rc = ct_limit_take(r, &limit, e);

	if (rc || (rc = membership_make(r, &q->joining, &q->id, e)))
		return rc;
	return ct_audit(r, "membership", q->id, "create", NULL, json_pack("{s:s}", "state", q->joining.asks ? "asked" : "due"), e);
}

/* What was chosen, checked against what is offered. */
static int read_request(struct ct_request *r, struct plan *plan, struct joining *j, struct ct_error *e)
{
	struct ct_day next;
	int rc;

	if (!ct_in_set(r, "plan"))
		return ct_fail_field(e, "plan", "%s", _("Please choose a plan."));
	rc = plan_load(r, ct_in_int(r, "plan"), plan, e);
	if (rc)
		return rc;
	if (!plan->offered)
		return ct_fail_field(e, "plan", "%s", _("This plan is no longer offered."));
	*j = (struct joining){ .plan = plan, .party = ct_in_set(r, "party") ? ct_in_int(r, "party") : r->person,
			       .bracket = ct_in_int(r, "bracket"), .span = span_at(plan->period, plan->first_month, today_of(r)),
			       .has_dues = !strcmp(plan->pricing, "free") && ct_in_set(r, "dues"), .dues = ct_in_int(r, "dues"),
			       .asks = plan->approval, .source = "web", .asked_by = r->person };
	next = next_of(plan->period, &j->span);
	if (!ct_in_int(r, "next"))
		return 0;
	if (!ct_day_set(next))
		return ct_fail_field(e, "next", "%s", _("The next period cannot be chosen yet."));
	j->span = span_after(plan->period, plan->first_month, j->span.to);
	return 0;
}

int join_post(struct ct_request *r, struct ct_error *e)
{
	struct request q = { 0 };
	struct ct_result *org;
	struct plan plan;
	int rc = find_org(r, &org, e);

	if (rc || (rc = read_request(r, &plan, &q.joining, e)) || (rc = ct_transaction(r, join_body, &q, e)))
		return rc;
	ct_notice(r, "%s", plan.approval ? _("Your request was sent. You get an answer by e-mail.")
					 : _("Welcome! A mail says how it goes on."));
	ct_put_id(r->view, "id", q.id);
	ct_redirect(r, 201, "/memberships");
	return 0;
}
