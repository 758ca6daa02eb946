/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of an agreement: what is used and left, by month and one by one, what its funder paid, for whom it is. */
#include <string.h>
#include <talloc.h>

#include "subsidies.h"

enum { METER = 1000, SHOWN_USES = 20, SHOWN_ELIGIBLE = 500 };

const struct ct_view_field subsidies_agreement_view[] = {
	{ "left", "money", "of the amount" },
	{ "state", "text", "coming, running, used_up or over" },
	{ "months", "array", "what was taken, by month of the service" }, { "months.month_d", "date", "its first day" },
	{ "months.uses", "integer", "" }, { "months.gross", "money", "of the prices, VAT included" },
	{ "months.share", "money", "" },
	{ "uses", "array", "the last twenty" }, { "uses.service_d", "date", "" }, { "uses.title", "text", "" },
	{ "uses.payer", "text", "null: a guest, or not for the reader to know" }, { "uses.gross", "money", "" },
	{ "uses.share", "money", "" },
	{ "instalments", "array", "" }, { "instalments.id", "id", "" }, { "instalments.label", "text", "" },
	{ "instalments.due_d", "date", "" }, { "instalments.amount", "money", "" }, { "instalments.paid_d", "date", "" },
	{ "instalments.paid_amount", "money", "null: not paid yet" }, { "instalments.state", "text", "paid, late or due" },
	{ "eligible", "array", "for whom it is, and where; null: not for the reader to know" },
	{ "eligible.id", "id", "" }, { "eligible.name", "text", "" }, { "eligible.is_place", "boolean", "" },
	{ "eligible_more", "boolean", "there are more of them than the first 500" },
	{ 0 }
};

struct ct_day subsidies_today(const struct ct_request *r)
{
	const struct ct_zone *zone;
	struct ct_error e;

	return ct_zone_get("Europe/Paris", &zone, &e) ? ct_local_day((struct ct_local){ r->now.s }) : ct_zone_day(zone, r->now);
}

const char *subsidies_link(struct ct_request *r, int64_t agreement)
{
	return ct_url(r, "/o/%lld/agreements/%lld", (long long)r->org, (long long)agreement);
}

/* ---- used and left ---- */

static void put_state(struct ct_request *r, const struct ct_result *a)
{
	int32_t today = subsidies_today(r).n;
	bool used_up = ct_col_int(a, "used_cents") >= ct_col_int(a, "amount_cents");
	const char *state = "running", *word = _("running");

	if (ct_col_day(a, "to_d").n < today) {
		state = "over";
		word = _("over");
	} else if (used_up) {
		state = "used_up";
		word = _("used up");
	} else if (ct_col_day(a, "from_d").n > today) {
		state = "coming";
		word = _("to come");
	}
	ct_put_text(r->view, "state", state);
	ct_put_text(r->view, "state_ui", word);
}

static void put_left(struct ct_request *r, const struct ct_result *a)
{
	int64_t amount = ct_col_int(a, "amount_cents"), used = ct_col_int(a, "used_cents");
	const char *currency = ct_col_text(a, "currency");

	ct_put_money(r->view, "left", amount - used, currency, r->lang);
	ct_put_int(r->view, "meter_ui", used * METER / amount);
	ct_put_text(r->view, "meter_text_ui",
		    talloc_asprintf(r, _("%s of %s used (%s)"), ct_money_show(r, used, currency, r->lang),
				    ct_money_show(r, amount, currency, r->lang),
				    ct_rate_show(r, used * 100 / amount * 100, r->lang)));
}

/* ---- what was taken ---- */

static void put_month(struct ct_request *r, json_t *list, const struct ct_result *row, const char *currency)
{
	struct ct_day month;
	struct ct_civil civil;
	struct ct_error e;
	json_t *o = ct_add_object(list);

	if (ct_day_parse(ct_col_text(row, "month_d"), &month, &e))
		month = CT_NO_DAY;
	civil = ct_day_civil(month);
	ct_put_text(o, "month_d", ct_col_text(row, "month_d"));
	ct_put_text(o, "month_ui", talloc_asprintf(r, "%s %d", ct_month_ui(civil.month, r->lang), civil.year));
	ct_put_int(o, "uses", ct_col_int(row, "uses"));
	ct_put_money(o, "gross", ct_col_int(row, "gross_cents"), currency, r->lang);
	ct_put_money(o, "share", ct_col_int(row, "share_cents"), currency, r->lang);
}

static int put_months(struct ct_request *r, int64_t id, const char *currency, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "months");
	struct ct_result *row;
	int rc = ct_query(r, "months", CT_ARGS(CT_NUM(id)), &row, e);

	while (!rc && ct_next(row))
		put_month(r, list, row, currency);
	ct_put_bool(r->view, "is_used_ui", json_array_size(list) > 0);
	return rc;
}

static int put_uses(struct ct_request *r, int64_t id, bool named, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "uses");
	struct ct_result *row;
	int rc = ct_query(r, "last_uses", CT_ARGS(CT_NUM(id)), &row, e);

	while (!rc && ct_next(row)) {
		const char *payer = named ? ct_col_text(row, "payer") : NULL, *currency = ct_col_text(row, "currency");
		json_t *o = ct_add_object(list);

		ct_put_day(o, "service", ct_col_day(row, "service_d"), r->lang);
		ct_put_text(o, "title", ct_col_text(row, "title"));
		ct_put_text(o, "payer", payer);
		ct_put_text(o, "payer_ui", payer || !named ? payer : _("a guest"));
		ct_put_money(o, "gross", ct_col_int(row, "gross_cents"), currency, r->lang);
		ct_put_money(o, "share", ct_col_int(row, "share_cents"), currency, r->lang);
	}
	ct_put_bool(r->view, "named_ui", named);
	ct_put_bool(r->view, "is_long_ui", json_array_size(list) == SHOWN_USES);
	return rc;
}

/* ---- what the funder has paid ---- */

static void put_instalment(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	struct ct_day due = ct_col_day(row, "due_d"), paid = ct_col_day(row, "paid_d");
	const char *currency = ct_col_text(row, "currency");
	bool late = !ct_day_set(paid) && due.n < subsidies_today(r).n;

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "label", ct_col_text(row, "label"));
	ct_put_day(o, "due", due, r->lang);
	ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), currency, r->lang);
	ct_put_day(o, "paid", paid, r->lang);
	ct_put_null(o, "paid_amount");
	ct_put_null(o, "paid_amount_ui");
	if (ct_day_set(paid))
		ct_put_money(o, "paid_amount", ct_col_int(row, "paid_amount_cents"), currency, r->lang);
	ct_put_text(o, "state", ct_day_set(paid) ? "paid" : late ? "late" : "due");
	ct_put_bool(o, "is_late_ui", late);
	ct_put_text(o, "link_ui", ct_url(r, "/o/%lld/instalments/%lld", (long long)r->org, (long long)ct_col_int(row, "id")));
}

static int put_instalments(struct ct_request *r, int64_t id, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "instalments");
	struct ct_result *row;
	int rc = ct_query(r, "instalments", CT_ARGS(CT_NUM(id)), &row, e);

	while (!rc && ct_next(row))
		put_instalment(r, ct_add_object(list), row);
	ct_put_bool(r->view, "has_instalments_ui", json_array_size(list) > 0);
	ct_put_text(r->view, "instalment_new_ui",
		    ct_may(r, MAY_EDIT, r->org) ? talloc_asprintf(r, "%s?agreement=%lld",
								  ct_url(r, "/o/%lld/instalments/new", (long long)r->org),
								  (long long)id)
						: NULL);
	return rc;
}

/* ---- for whom, and where ---- */

static const char *eligible_text(const struct ct_result *a, bool places)
{
	if (!strcmp(ct_col_text(a, "who"), "all"))
		return places ? _("All clients, in these places:") : _("All clients, everywhere.");
	return places ? _("Those who are named here, in these places:") : _("Those who are named here, everywhere:");
}

static int put_eligible(struct ct_request *r, const struct ct_result *a, bool named, struct ct_error *e)
{
	json_t *list = named ? ct_put_array(r->view, "eligible") : NULL;
	bool places = false, parties = false, all = !strcmp(ct_col_text(a, "who"), "all");
	struct ct_result *row;
	size_t n = 0;
	int rc = ct_query(r, "eligible", CT_ARGS(CT_NUM(ct_col_int(a, "id"))), &row, e);

	if (!named)
		ct_put_null(r->view, "eligible");
	while (!rc && ct_next(row)) {
		json_t *o = named && n++ < SHOWN_ELIGIBLE ? ct_add_object(list) : NULL;

		places |= !ct_col_null(row, "place_id");
		parties |= !ct_col_null(row, "party_id");
		if (!o)
			continue;
		ct_put_id(o, "id", ct_col_int(row, "id"));
		ct_put_text(o, "name", ct_col_text(row, "name"));
		ct_put_bool(o, "is_place", !ct_col_null(row, "place_id"));
		ct_put_text(o, "remove_ui", ct_url(r, "/agreements/eligible/%lld/remove", (long long)ct_col_int(row, "id")));
	}
	ct_put_bool(r->view, "eligible_more", named && n > SHOWN_ELIGIBLE);
	ct_put_text(r->view, "eligible_text_ui", eligible_text(a, places));
	ct_put_bool(r->view, "for_nobody_ui", !all && !parties);
	ct_put_bool(r->view, "may_edit_ui", ct_may(r, MAY_EDIT, r->org));
	return rc;
}

static void put_statement_links(struct ct_request *r, int64_t id)
{
	bool may = ct_may(r, MAY_REPORT, r->org);

	ct_put_text(r->view, "pdf_link_ui", may ? ct_url(r, "/agreements/%lld/statement.pdf", (long long)id) : NULL);
	ct_put_text(r->view, "csv_link_ui", may ? ct_url(r, "/agreements/%lld/statement.csv", (long long)id) : NULL);
}

int subsidies_agreement_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool named = ct_may(r, MAY_NAME, r->org);
	struct ct_result *a;
	int rc = ct_one(r, "agreement", CT_ARGS(CT_NUM(id)), &a, e);

	if (rc)
		return rc;
	ct_template(r, "subsidies/agreement");
	put_state(r, a);
	put_left(r, a);
	put_statement_links(r, id);
	if ((rc = put_months(r, id, ct_col_text(a, "currency"), e)) || (rc = put_uses(r, id, named, e)) ||
	    (rc = put_instalments(r, id, e)) || (rc = put_eligible(r, a, named, e)))
		return rc;
	return subsidies_put_add_forms(r, id, e);
}
