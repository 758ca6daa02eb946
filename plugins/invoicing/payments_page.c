/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /o/{org}/payments: all that was paid, newest first, found by words, amount, days and means. As CSV all of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>
#include <comptoir/text.h>

#include "payments.h"

enum { ROWS = 50, PAGE = 500 };

const struct ct_field payments_fields[] = {
	{ "q", N_("Client, reference or amount"), CT_TEXT, .max = 80 },
	{ "from", N_("First day"), CT_DATE },
	{ "to", N_("Last day"), CT_DATE },
	{ "means", N_("Means of payment"), CT_CHOICE, .choices = payment_means_listed },
	{ "after", N_("Rows after this cursor"), CT_TEXT, .max = 40 },
	{ "limit", N_("Rows at once"), CT_INT, .min = 1, .max = PAGE },
	{ 0 }
};

const struct ct_view_field payments_view[] = {
	{ "payments", "array", "newest first" }, PAYMENT_ROW("payments."),
	{ "sums", "array", "of all that was found, by currency" }, { "sums.sum", "money", "that came, less what went back" },
	{ "sums.carried", "money", "credits carried over: no money that came" },
	{ "next", "text", "cursor of the next page, or null" }, { 0 }
};

struct look {
	const char *q, *like, *means;
	struct ct_day from, to, after;
	int64_t amount, after_id;	/* amount 0: what is looked for is none */
	size_t rows;
};

static int64_t amount_of(struct ct_request *r, const char *q)
{
	static const struct ct_field money = { "q", NULL, CT_MONEY, .min = 0, .max = INT64_MAX };
	struct ct_value value;
	struct ct_error e;

	return q && !ct_field_parse(r, &money, q, &value, &e) ? value.i : 0;
}

/* Where a page ended: "2026-11-27.42". */
static void read_cursor(struct look *k, const char *text)
{
	struct ct_day at;
	char day[11] = "";
	long long id;
	struct ct_error e;

	if (!text || sscanf(text, "%10[0-9-].%lld", day, &id) != 2 || ct_day_parse(day, &at, &e))
		return;
	k->after = at;
	k->after_id = id;
}

static struct look read_look(struct ct_request *r)
{
	struct look k = { .q = ct_in_text(r, "q"), .means = ct_in_text(r, "means"), .from = ct_in_day(r, "from"),
			  .to = ct_in_day(r, "to"), .after = ct_day_make(2199, 12, 31), .after_id = INT64_MAX,
			  .rows = ct_in_set(r, "limit") ? (size_t)ct_in_int(r, "limit") : ROWS };

	k.amount = amount_of(r, k.q);
	k.like = ct_like_pattern(r, k.q ? k.q : "", k.q ? strlen(k.q) : 0, true);
	read_cursor(&k, ct_in_text(r, "after"));
	return k;
}

#define FOUND(k) CT_STR((k)->q), CT_STR((k)->like), CT_STR((k)->like), CT_STR((k)->like), CT_NUM((k)->amount), \
	CT_DAY((k)->from), CT_DAY((k)->from), CT_DAY((k)->to), CT_DAY((k)->to), CT_STR((k)->means), CT_STR((k)->means)

static int put_rows(struct ct_request *r, const struct look *k, const char **next_r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "payments");
	struct ct_result *row;
	const char *last = NULL;
	char day[CT_TIME_TEXT];
	int rc = ct_query(r, "payments", CT_ARGS(CT_NUM(r->org), CT_DAY(k->after), CT_DAY(k->after), CT_NUM(k->after_id), FOUND(k),
						 CT_NUM(k->rows + 1)), &row, e);

	*next_r = NULL;
	while (!rc && ct_next(row)) {
		if (json_array_size(list) == k->rows) {
			*next_r = last;
			break;
		}
		payment_put(r, ct_add_object(list), row, ct_path(r, "org"));
		last = talloc_asprintf(r, "%s.%lld", ct_day_text(day, ct_col_day(row, "received_d")), (long long)ct_col_int(row, "id"));
	}
	return rc;
}

static int put_sums(struct ct_request *r, const struct look *k, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "sums");
	struct ct_result *row;
	int rc = ct_query(r, "payment_sums", CT_ARGS(CT_NUM(r->org), FOUND(k)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_money(o, "sum", ct_col_int(row, "sum_cents"), ct_col_text(row, "currency"), r->lang);
		ct_put_money(o, "carried", ct_col_int(row, "carried_cents"), ct_col_text(row, "currency"), r->lang);
		ct_put_bool(o, "is_carried_ui", ct_col_int(row, "carried_cents") != 0);
	}
	return rc;
}

static const char *with(struct ct_request *r, const struct look *k, const char *base, const char *means,
			const char *after)
{
	char day[CT_TIME_TEXT];
	char *url = talloc_asprintf(r, "%s?q=%s", base, k->q ? ct_url(r, "%s", k->q) : "");

	if (ct_day_set(k->from))
		url = talloc_asprintf_append(url, "&from=%s", ct_day_text(day, k->from));
	if (ct_day_set(k->to))
		url = talloc_asprintf_append(url, "&to=%s", ct_day_text(day, k->to));
	if (means)
		url = talloc_asprintf_append(url, "&means=%s", means);
	return after ? talloc_asprintf_append(url, "&after=%s", after) : url;
}

static void put_filters(struct ct_request *r, const struct look *k, const char *base)
{
	json_t *list = ct_put_array(r->view, "filters_ui"), *all = ct_add_object(list), *search;
	char day[CT_TIME_TEXT];

	ct_put_text(all, "label", _("All"));
	ct_put_text(all, "href", with(r, k, base, NULL, NULL));
	ct_put_bool(all, "current", !k->means);
	for (const struct ct_choice *c = payment_means_listed; c->value; c++) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label", _(c->label));
		ct_put_text(o, "href", with(r, k, base, c->value, NULL));
		ct_put_bool(o, "current", k->means && !strcmp(k->means, c->value));
	}
	search = ct_put_object(r->view, "search_ui");
	ct_put_text(search, "action", base);
	ct_put_text(search, "value", k->q ? k->q : "");
	ct_put_text(search, "means", k->means);
	ct_put_text(search, "from_d", ct_day_set(k->from) ? ct_day_text(day, k->from) : NULL);
	ct_put_text(search, "to_d", ct_day_set(k->to) ? ct_day_text(day, k->to) : NULL);
}

int payments_page(struct ct_request *r, struct ct_error *e)
{
	const char *base = ct_url(r, "/o/%s/payments", ct_path(r, "org")), *next;
	struct look k = read_look(r);
	int rc = put_rows(r, &k, &next, e);

	if (rc || (rc = put_sums(r, &k, e)))
		return rc;
	put_filters(r, &k, base);
	ct_put_bool(r->view, "any_ui", json_array_size(json_object_get(r->view, "payments")) > 0);
	ct_put_bool(r->view, "searched_ui", k.q || k.means || ct_day_set(k.from) || ct_day_set(k.to));
	ct_put_text(r->view, "next", next);
	ct_put_text(r->view, "next_ui", next ? with(r, &k, base, k.means, next) : NULL);
	ct_put_text(r->view, "csv_ui", with(r, &k, talloc_asprintf(r, "%s.csv", base), k.means, NULL));
	ct_put_text(r->view, "slips_ui", ct_url(r, "/o/%s/slips", ct_path(r, "org")));
	ct_put_text(r->view, "record_ui", ct_may(r, MAY_ISSUE, r->org) ? ct_url(r, "/o/%s/balances", ct_path(r, "org")) : NULL);
	return 0;
}

/* All that the search finds, page by page. */
int payments_csv(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	const char *next;
	json_t *row;
	size_t i;
	int rc;

	k.rows = PAGE;
	do {
		if ((rc = put_rows(r, &k, &next, e)))
			return rc;
		json_array_foreach(json_object_get(r->view, "payments"), i, row)
			ct_csv_row(csv, row);
		read_cursor(&k, next);
	} while (next);
	return ct_csv_end(r, csv, "encaissements", e);
}

/* ---- on GET /invoices ---- */

int payments_mine_put(struct ct_request *r, const char *parties, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "payments");
	struct ct_result *row;
	int rc = ct_query(r, "payments_mine", CT_ARGS(CT_STR(parties), CT_STR(parties)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		payment_put(r, o, row, NULL);
		ct_put_text(o, "issuer", ct_col_text(row, "issuer"));
	}
	ct_put_bool(r->view, "any_payments_ui", json_array_size(list) > 0);
	return rc;
}
