/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What funders ask for: the bookings of a period with what they were for, for whom, how many came, and what they were
 * worth. As figures by purpose on a page, and one by one as a CSV that names nobody.
 */
#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>
#include <comptoir/terms.h>

#define MAY_REPORT "booking.report"

enum { ROWS = 500, WIDEST_ZONE = 14 * 3600, LEAST_GROUP = 5 };

const struct ct_field reservation_report_fields[] = {
	{ "from", N_("First day"), CT_DATE },
	{ "to", N_("Last day"), CT_DATE },
	{ 0 }
};

const struct ct_view_field reservation_report_view[] = {
	{ "from_d", "date", "" }, { "to_d", "date", "the last day" }, { "purposes", "array", "figures by purpose" },
	{ "purposes.purpose", "text", "null: none was given" },
	{ "purposes.masked", "boolean", "of fewer than five people in a month, for who reads by a grant: then the figures are null" },
	{ "purposes.bookings", "integer", "" },
	{ "purposes.minutes", "integer", "" }, { "purposes.said", "integer", "people, as said beforehand" },
	{ "purposes.came", "integer", "people who came, as far as anybody said" },
	{ "purposes.list", "money", "what it was worth" }, { "purposes.total", "money", "what was to be paid" },
	{ "others", "array", "organisations that let this one see their figures" }, { "others.slug", "text", "" },
	{ "others.name", "text", "" }, { 0 }
};

/*
 * Figures are read in the house, and where another organisation let one's own see them (org_grant): with `figures`
 * sums of whole months; a group that has fewer than five people in any of them is masked, so that no difference
 * of two periods tells its figures; with `bookings` as in the house.
 */
static int may_see(struct ct_request *r, bool *masked_r, struct ct_error *e)
{
	*masked_r = false;
	if (ct_may(r, MAY_REPORT, r->org) || ct_granted_caller(r, r->org, "bookings", MAY_REPORT))
		return 0;
	*masked_r = true;
	return ct_granted_caller(r, r->org, "figures", MAY_REPORT) ? 0 : ct_must(r, MAY_REPORT, e);
}

/* By default this month. */
struct period { struct ct_day from, to; };

static struct period read_period(struct ct_request *r, bool months)
{
	const struct ct_zone *zone;
	struct ct_error e;
	struct period p = { ct_in_day(r, "from"), ct_in_day(r, "to") };
	struct ct_day month;

	if (ct_zone_get("Europe/Paris", &zone, &e))
		abort();
	month = ct_day_month(ct_zone_day(zone, r->now));
	if (!ct_day_set(p.from))
		p.from = ct_day_set(p.to) ? ct_day_month(p.to) : month;
	if (!ct_day_set(p.to))
		p.to = ct_day_add(ct_day_add_months(ct_day_month(p.from), 1), -1);
	if (months) {
		p.from = ct_day_month(p.from);
		p.to = ct_day_add(ct_day_add_months(ct_day_month(p.to), 1), -1);
	}
	return p;
}

static int check(const struct period *p, struct ct_error *e)
{
	return p->to.n < p->from.n ? ct_fail_field(e, "to", _("The last day comes before the first one.")) : 0;
}

/* The days are those on the place's wall; the index is in UTC, so it looks half a day further on both sides. */
static struct ct_args period_args(struct ct_request *r, const struct period *p)
{
	struct ct_local first = ct_day_local(p->from), last = ct_day_local(ct_day_add(p->to, 1));
	struct ct_arg *arg = talloc_zero_array(r, struct ct_arg, 5);

	arg[0] = CT_NUM(r->org);
	arg[1] = CT_UTC(((struct ct_utc){ first.s - WIDEST_ZONE }));
	arg[2] = CT_UTC(((struct ct_utc){ last.s + WIDEST_ZONE }));
	arg[3] = CT_LOCAL(first);
	arg[4] = CT_LOCAL(last);
	return (struct ct_args){ arg, 5 };
}

static const char *hours_of(struct ct_request *r, int64_t minutes)
{
	return talloc_asprintf(r, "%lld,%02lld", (long long)minutes / 60, (long long)(minutes % 60) * 100 / 60);
}

static void put_group(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	ct_put_int(o, "bookings", ct_col_int(row, "bookings"));
	ct_put_int(o, "minutes", ct_col_int(row, "minutes"));
	ct_put_text(o, "hours_ui", hours_of(r, ct_col_int(row, "minutes")));
	ct_put_int(o, "said", ct_col_int(row, "said"));
	ct_put_int(o, "came", ct_col_int(row, "came"));
	ct_put_money(o, "list", ct_col_int(row, "worth_cents"), ct_col_text(row, "currency"), r->lang);
	ct_put_money(o, "total", ct_col_int(row, "paid_cents"), ct_col_text(row, "currency"), r->lang);
}

static void mask_group(json_t *o)
{
	static const char *const figures[] = { "bookings", "minutes", "hours_ui", "said", "came", "list", "list_ui", "total",
					       "total_ui" };

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		ct_put_null(o, figures[i]);
}

static int put_groups(struct ct_request *r, const struct period *p, bool masked, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "purposes");
	struct ct_result *row;
	int rc = ct_query(r, "report_purposes", period_args(r, p), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);
		bool hidden = masked && ct_col_int(row, "bookers") < LEAST_GROUP;

		ct_put_text(o, "purpose", ct_col_text(row, "purpose"));
		ct_put_bool(o, "masked", hidden);
		if (hidden)
			mask_group(o);
		else
			put_group(r, o, row);
	}
	ct_put_bool(r->view, "any_ui", json_array_size(list) > 0);
	return rc;
}

static void put_month(struct ct_request *r, const char *key, const char *base, struct ct_day month)
{
	struct ct_civil civil = ct_day_civil(month);
	json_t *o = ct_put_object(r->view, key);
	char from[CT_TIME_TEXT];

	ct_put_text(o, "link", talloc_asprintf(r, "%s?from=%s", base, ct_day_text(from, month)));
	ct_put_text(o, "label", talloc_asprintf(r, "%s %d", ct_month_ui(civil.month, r->lang), civil.year));
}

/* From the figures of the house to those that others share with it; those of another say whose they are. */
static int put_others(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "others"), *one;
	bool ours = ct_may(r, MAY_REPORT, r->org);
	struct ct_result *row;
	size_t i;
	int rc = ours ? ct_granting(r, r->org, "figures,bookings", list, e) : ct_one(r, "party_kind", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (rc)
		return rc;
	ct_put_text(r->view, "of_ui", ours ? NULL : ct_col_text(row, "name"));
	json_array_foreach(list, i, one)
		ct_put_text(one, "link_ui", ct_url(r, "/o/%s/report", json_string_value(json_object_get(one, "slug"))));
	ct_put_bool(r->view, "has_others_ui", json_array_size(list) > 0);
	return 0;
}

int reservation_report(struct ct_request *r, struct ct_error *e)
{
	const char *base = ct_url(r, "/o/%s/report", ct_path(r, "org"));
	char from[CT_TIME_TEXT], to[CT_TIME_TEXT];
	struct period p;
	bool masked;
	int rc = may_see(r, &masked, e);

	if (rc)
		return rc;
	p = read_period(r, masked);
	if ((rc = check(&p, e)) || (rc = put_groups(r, &p, masked, e)) || (rc = put_others(r, e)))
		return rc;
	ct_put_day(r->view, "from", p.from, r->lang);
	ct_put_day(r->view, "to", p.to, r->lang);
	ct_put_text(r->view, "action_ui", base);
	put_month(r, "prev_ui", base, ct_day_add_months(ct_day_month(p.from), -1));
	put_month(r, "next_ui", base, ct_day_add_months(ct_day_month(p.to), 1));
	ct_put_bool(r->view, "masked_ui", masked);
	ct_put_text(r->view, "csv_link_ui",
		    masked ? NULL
			   : talloc_asprintf(r, "%s/bookings.csv?from=%s&to=%s", base, ct_day_text(from, p.from),
					     ct_day_text(to, p.to)));
	return 0;
}

/* ---- one by one ---- */

static void put_number(json_t *o, const char *key, const struct ct_result *row, const char *column)
{
	if (ct_col_null(row, column))
		ct_put_null(o, key);
	else
		ct_put_int(o, key, ct_col_int(row, column));
}

static const char *basis_word(const struct price *p)
{
	if (!p->known)
		return "on_quotation";
	return !strcmp(p->amounts, "include_vat") ? "incl_vat" : !strcmp(p->amounts, "exclude_vat") ? "excl_vat" : "no_vat";
}

/* As they were agreed, in which basis that was, and what can be added up over all bookings. `row` NULL: the names. */
static void put_amounts(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	struct price price = row ? price_of_row(r, row) : (struct price){ .amounts = "no_vat", .currency = "EUR" };
	struct price_sums paid = price_sums(&price), list = price_list_sums(r, &price);
	bool net = !strcmp(price.amounts, "exclude_vat");
	const struct { const char *name; int64_t cents; } sums[] = {
		{ "list_price_excl_vat", list.net }, { "list_price_incl_vat", list.gross },
		{ "price_excl_vat", paid.net }, { "price_incl_vat", paid.gross },
	};

	ct_put_money(o, "list_price", net ? list.net : list.gross, price.currency, r->lang);
	ct_put_money(o, "price", price.total_cents, price.currency, r->lang);
	ct_put_text(o, "basis", basis_word(&price));
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		ct_put_money(o, sums[i].name, sums[i].cents, price.currency, r->lang);
	ct_put_text(o, "currency", price.currency);
	talloc_free(price.lines); /* there may be very many rows */
}

/* The columns, in their order. `row` NULL: their names alone. */
static json_t *make_row(struct ct_request *r, const struct ct_result *row, const json_t *postcodes)
{
	json_t *o = json_object();
	char start[CT_TIME_TEXT], end[CT_TIME_TEXT];
	const char *payer;

	ct_put_text(o, "from", row ? ct_local_sql(start, ct_col_local(row, "start_local")) : "");
	ct_put_text(o, "to", row ? ct_local_sql(end, ct_col_local(row, "end_local")) : "");
	ct_put_text(o, "hours", row ? hours_of(r, ct_col_int(row, "minutes")) : "");
	ct_put_text(o, "place", row ? ct_col_text(row, "place_name") : "");
	ct_put_text(o, "rooms", row ? ct_col_text(row, "rooms") : "");
	ct_put_text(o, "state", row ? ct_col_text(row, "status") : "");
	ct_put_text(o, "purpose_code", row ? ct_col_text(row, "purpose_code") : "");
	ct_put_text(o, "purpose", row ? ct_col_text(row, "purpose") : "");
	ct_put_text(o, "audience", row ? ct_col_text(row, "audience") : "");
	if (row) {
		put_number(o, "people_said", row, "attendance");
		put_number(o, "people_came", row, "attendance_actual");
		payer = talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "payer"));
		ct_put_text(o, "postcode", json_string_value(json_object_get(postcodes, payer)));
	} else {
		ct_put_null(o, "people_said");
		ct_put_null(o, "people_came");
		ct_put_null(o, "postcode");
	}
	put_amounts(r, o, row);
	return o;
}

static struct ct_args page_args(struct ct_request *r, const struct period *p, struct cursor at)
{
	struct ct_arg *arg = talloc_zero_array(r, struct ct_arg, 9);
	struct ct_args head = period_args(r, p);

	for (size_t i = 0; i < head.n; i++)
		arg[i] = head.arg[i];
	arg[5] = CT_UTC(at.start);
	arg[6] = CT_UTC(at.start);
	arg[7] = CT_NUM(at.id);
	arg[8] = CT_NUM(ROWS);
	return (struct ct_args){ arg, 9 };
}

/* A page of rows: three queries, however long the whole is. */
static int write_page(struct ct_request *r, const struct period *p, struct ct_csv *csv, struct cursor *at, size_t *n_r,
		      struct ct_error *e)
{
	struct ct_result *row, *who;
	json_t *postcodes;
	int rc;

	if ((rc = ct_one(r, "report_payers", page_args(r, p, *at), &who, e)) ||
	    (rc = ct_party_postcodes(r, ct_col_null(who, "ids") ? "[]" : ct_col_text(who, "ids"), &postcodes, e)) ||
	    (rc = ct_query(r, "report_rows", page_args(r, p, *at), &row, e)))
		return rc;
	*n_r = ct_result_rows(row);
	while (ct_next(row)) {
		json_t *o = make_row(r, row, postcodes);

		ct_csv_row(csv, o);
		json_decref(o);
		*at = (struct cursor){ ct_col_utc(row, "start_utc"), ct_col_int(row, "id") };
	}
	ct_result_free(row);
	ct_result_free(who);
	return 0;
}

int reservation_report_csv(struct ct_request *r, struct ct_error *e)
{
	const struct period p = read_period(r, false);
	json_t *like = make_row(r, NULL, NULL);
	struct ct_csv *csv = ct_csv_begin(r, like);
	struct cursor at = cursor_first;
	char name[64], from[CT_TIME_TEXT], to[CT_TIME_TEXT];
	size_t n = ROWS;
	bool masked;
	int rc = may_see(r, &masked, e);

	if (!rc && masked)
		rc = ct_must(r, MAY_REPORT, e);
	rc = rc ? rc : check(&p, e);
	json_decref(like);
	while (!rc && n == ROWS)
		rc = write_page(r, &p, csv, &at, &n, e);
	snprintf(name, sizeof(name), "bookings-%s-%s", ct_day_text(from, p.from), ct_day_text(to, p.to));
	return rc ? rc : ct_csv_end(r, csv, name, e);
}
