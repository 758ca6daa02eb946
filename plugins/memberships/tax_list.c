/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET /o/{org}/tax-receipts: of a year, who may get one, ticked to give them; those that were given, found by number
 * or name; what the yearly declaration asks for. As CSV all of them.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>
#include <comptoir/text.h>

#include "tax.h"

enum { ROWS = 50, PAGE = 500 };

const struct ct_field tax_fields[] = {
	{ "year", N_("Year of the payments"), CT_INT, .min = 2000, .max = 2199 },
	{ "q", N_("Number or name"), CT_TEXT, .max = 80 },
	{ "after", N_("Rows after this cursor"), CT_INT, .min = 1, .max = INT64_MAX },
	{ "membership", N_("Payments"), CT_INT, .many = true, .min = 1, .max = INT64_MAX },
	{ "means", N_("Means of payment"), CT_TEXT, .many = true, .max = 40, .help = N_("“12 cheque”: the key of a payment and how it was made, where that is not known.") },
	{ 0 }
};

const struct ct_view_field tax_list_view[] = {
	{ "eligible", "boolean", "receipts are given here" }, { "year", "integer", "in which was paid" },
	{ "gifts", "array", "payments without a receipt, the oldest first; last those that lack something" }, { "gifts.membership", "id", NULL }, { "gifts.name", "text", NULL },
	{ "gifts.plan", "text", NULL }, { "gifts.paid_d", "date", NULL }, { "gifts.means", "text", "null: not known" },
	{ "gifts.amount", "money", NULL }, { "gifts.lacks", "text", "name or address, where one of them keeps it; or null" },
	{ "receipts", "array", "given ones, newest first" }, { "receipts.id", "id", NULL }, { "receipts.number", "text", NULL },
	{ "receipts.given_d", "date", NULL }, { "receipts.paid_d", "date", NULL }, { "receipts.donor", "text", NULL },
	{ "receipts.means", "text", NULL }, { "receipts.amount", "money", NULL }, { "receipts.void", "boolean", NULL },
	{ "receipts.void_reason", "text", "or null" }, { "receipts.stray", "boolean", "its payment was taken back, or is not the same any more" },
	{ "strays", "array", "those that are to be voided, of any year" }, { "strays.id", "id", NULL }, { "strays.number", "text", NULL },
	{ "count", "integer", "of the year, without void ones" }, { "sum", "money", "of these; null: none" },
	{ "given", "integer", "how many were made just now" }, { "next", "id", "cursor of the next page, or null" }, { 0 }
};

const char *tax_link(struct ct_request *r, const char *org, int64_t id, const char *word)
{
	return talloc_asprintf(r, "%s%s", ct_url(r, "/o/%s/tax-receipts/%lld", org, (long long)id), word ? word : "");
}

struct look { int year; const char *q, *like; int64_t after; size_t rows; };

/* Until April people still ask for the receipts of the year before. */
static int year_of(struct ct_request *r)
{
	struct ct_civil today = ct_day_civil(tax_today(r));

	return ct_in_set(r, "year") ? (int)ct_in_int(r, "year") : today.month < 4 ? today.year - 1 : today.year;
}

static struct look read_look(struct ct_request *r)
{
	struct look k = { .year = year_of(r), .q = ct_in_text(r, "q"), .after = INT64_MAX, .rows = ROWS };

	k.like = ct_like_pattern(r, k.q ? k.q : "", k.q ? strlen(k.q) : 0, true);
	if (ct_in_set(r, "after"))
		k.after = ct_in_int(r, "after");
	return k;
}

/* ---- what was given ---- */

static void put_receipt(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	bool gone = !ct_col_null(row, "void_utc");

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "number", ct_col_text(row, "number"));
	ct_put_day(o, "given", ct_col_day(row, "given_d"), r->lang);
	ct_put_day(o, "paid", ct_col_day(row, "paid_d"), r->lang);
	ct_put_text(o, "donor", ct_col_text(row, "donor"));
	ct_put_text(o, "means", ct_col_text(row, "means"));
	ct_put_text(o, "means_ui", means_label(ct_col_text(row, "means")));
	ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), ct_col_text(row, "currency"), r->lang);
	ct_put_bool(o, "void", gone);
	ct_put_text(o, "void_reason", ct_col_text(row, "void_reason"));
	ct_put_bool(o, "stray", ct_col_int(row, "stray"));
	ct_put_text(o, "href_ui", tax_link(r, ct_path(r, "org"), ct_col_int(row, "id"), NULL));
	ct_put_text(o, "pdf_ui", tax_link(r, ct_path(r, "org"), ct_col_int(row, "id"), ".pdf"));
}

static int put_receipts(struct ct_request *r, const struct look *k, int64_t *next_r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "receipts");
	struct ct_result *row;
	int64_t last = 0;
	int rc = ct_query(r, "tax_receipts", CT_ARGS(CT_NUM(r->org), CT_NUM(k->year), CT_NUM(k->after), CT_STR(k->q), CT_STR(k->like),
						     CT_STR(k->like), CT_NUM(k->rows + 1)), &row, e);

	*next_r = 0;
	while (!rc && ct_next(row)) {
		if (json_array_size(list) == k->rows) {
			*next_r = last;
			break;
		}
		put_receipt(r, ct_add_object(list), row);
		last = ct_col_int(row, "id");
	}
	return rc;
}

static int put_strays(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "strays");
	struct ct_result *row;
	int rc = ct_query(r, "tax_strays", CT_ARGS(CT_NUM(r->org)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_id(o, "id", ct_col_int(row, "id"));
		ct_put_text(o, "number", ct_col_text(row, "number"));
		ct_put_text(o, "href_ui", tax_link(r, ct_path(r, "org"), ct_col_int(row, "id"), NULL));
	}
	ct_put_bool(r->view, "any_strays_ui", json_array_size(list) > 0);
	return rc;
}

static int put_sum(struct ct_request *r, const struct look *k, struct ct_error *e)
{
	struct ct_result *row;
	long long n;
	int rc = ct_one(r, "tax_sum", CT_ARGS(CT_NUM(r->org), CT_NUM(k->year)), &row, e);

	if (rc)
		return rc;
	n = ct_col_int(row, "n");
	ct_put_int(r->view, "count", n);
	if (n) {
		ct_put_money(r->view, "sum", ct_col_int(row, "sum_cents"), ct_col_text(row, "currency"), r->lang);
	} else {
		ct_put_null(r->view, "sum");
		ct_put_null(r->view, "sum_ui");
	}
	ct_put_text(r->view, "count_ui", talloc_asprintf(r, ngettext_("%lld receipt", "%lld receipts", n), n));
	return 0;
}

/* ---- who may get one ---- */

/* Typed as "12 cheque": by key what was chosen; wrong ones are left out, and then the means lacks. */
static json_t *typed_means(struct ct_request *r)
{
	const struct ct_value *v = ct_in(r, "means");
	json_t *o = json_object();

	ct_own(r, o, (void (*)(void *))json_decref);
	for (size_t i = 0; i < v->many; i++) {
		char *key = talloc_strdup(r, v->each[i].text), *word = strchr(key, ' ');

		if (!word)
			continue;
		*word++ = '\0';
		for (const struct ct_choice *c = paid_means; c->value; c++)
			if (!strcmp(c->value, word))
				ct_put_text(o, key, word);
	}
	return o;
}

/* Each once, as members of an object; how many in *n_r, as a JSON array in *keys_r. */
static json_t *typed_keys(struct ct_request *r, const char **keys_r, size_t *n_r)
{
	const struct ct_value *v = ct_in(r, "membership");
	json_t *members = json_object();
	char *keys = talloc_strdup(r, "[");

	ct_own(r, members, (void (*)(void *))json_decref);
	for (size_t i = 0; i < v->many; i++) {
		const char *key = talloc_asprintf(r, "%lld", (long long)v->each[i].i);

		if (!json_object_get(members, key))
			keys = talloc_asprintf_append(keys, "%s%s", json_object_size(members) ? "," : "", key);
		ct_put_bool(members, key, true);
	}
	*keys_r = talloc_asprintf_append(keys, "]");
	*n_r = json_object_size(members);
	return members;
}

/* What was ticked and chosen, where a form came back; NULL: it is new, and all that can be is ticked. */
struct typed { const json_t *keys, *means; };

static void put_means(struct ct_request *r, json_t *o, const char *key, const json_t *means)
{
	const char *chosen = means ? json_string_value(json_object_get(means, key)) : NULL;
	json_t *list = ct_put_array(o, "choices_ui");

	for (const struct ct_choice *c = paid_means; c->value; c++) {
		json_t *each = ct_add_object(list);

		ct_put_text(each, "value", talloc_asprintf(r, "%s %s", key, c->value));
		ct_put_text(each, "label", _(c->label));
		ct_put_bool(each, "selected", chosen && !strcmp(chosen, c->value));
	}
}

static void put_gift(struct ct_request *r, json_t *o, const struct ct_result *row, const json_t *addresses,
		     const struct typed *t)
{
	struct gift g = gift_of(row, addresses);
	const char *lack = gift_lack(&g), *key = talloc_asprintf(r, "%lld", (long long)g.membership);

	ct_put_id(o, "membership", g.membership);
	ct_put_text(o, "name", ct_col_text(row, "name"));
	ct_put_text(o, "plan", ct_col_text(row, "plan"));
	ct_put_day(o, "paid", g.paid, r->lang);
	ct_put_text(o, "means", g.means);
	ct_put_text(o, "means_ui", means_label(g.means));
	ct_put_money(o, "amount", g.cents, g.currency, r->lang);
	ct_put_text(o, "lacks", lack);
	ct_put_text(o, "lacks_ui", !lack ? NULL : strcmp(lack, "name") ? _("address missing") : _("name incomplete"));
	ct_put_bool(o, "chosen_ui", !lack && (!t->keys || json_object_get(t->keys, key)));
	ct_put_text(o, "person_ui", ct_url(r, "/o/%s/people/%lld", ct_path(r, "org"), (long long)g.party));
	ct_put_bool(o, "asks_ui", !lack && !g.means);
	put_means(r, o, key, t->means);
}

static int put_gifts(struct ct_request *r, const struct look *k, const struct typed *t, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "gifts"), *addresses;
	struct ct_args args = CT_ARGS(CT_NUM(r->org), CT_DAY(ct_day_make(k->year, 1, 1)),
				      CT_DAY(ct_day_make(k->year, 12, 31)));
	struct ct_result *row, *again;
	bool ready = false, lack = false;
	int rc = ct_query(r, "gifts", args, &row, e);

	if (rc || (rc = gifts_addresses(r, row, &addresses, e)) || (rc = ct_query(r, "gifts", args, &again, e)))
		return rc;
	while (ct_next(again) && json_array_size(list) < TAX_AT_ONCE) {
		json_t *o = ct_add_object(list);

		put_gift(r, o, again, addresses, t);
		ready = ready || json_is_null(json_object_get(o, "lacks"));
		lack = lack || !json_is_null(json_object_get(o, "lacks"));
	}
	ct_put_bool(r->view, "more_ui", ct_result_rows(again) > TAX_AT_ONCE);
	ct_put_bool(r->view, "any_gifts_ui", json_array_size(list) > 0);
	ct_put_bool(r->view, "any_lack_ui", lack);
	ct_put_bool(r->view, "ready_ui", ready);
	return 0;
}

/* ---- the page ---- */

static const char *with(struct ct_request *r, const struct look *k, const char *page)
{
	return talloc_asprintf(r, "%s?year=%d%s%s", ct_url(r, "/o/%s/%s", ct_path(r, "org"), page), k->year, k->q ? "&q=" : "",
			       k->q ? ct_url(r, "%s", k->q) : "");
}

static void put_year(struct ct_request *r, json_t *list, int year, const struct look *k)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "label", talloc_asprintf(r, "%d", year));
	ct_put_bool(o, "current", year == k->year);
	ct_put_text(o, "href", talloc_asprintf(r, "%s?year=%d", ct_url(r, "/o/%s/tax-receipts", ct_path(r, "org")), year));
}

/* This year, the one before, and those that have receipts. */
static int put_years(struct ct_request *r, const struct look *k, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "years_ui");
	int today = ct_day_civil(tax_today(r)).year;
	struct ct_result *row;
	int rc = ct_query(r, "tax_years", CT_ARGS(CT_NUM(r->org), CT_NUM(today - 1)), &row, e);

	put_year(r, list, today, k);
	put_year(r, list, today - 1, k);
	while (!rc && ct_next(row))
		put_year(r, list, (int)ct_col_int(row, "year"), k);
	return rc;
}

static int put_page(struct ct_request *r, const struct look *k, const struct typed *t, struct ct_error *e)
{
	struct eligibility on;
	int64_t next;
	json_t *o;
	int rc;

	if ((rc = eligibility_load(r, r->org, &on, e)) || (rc = put_gifts(r, k, t, e)) ||
	    (rc = put_receipts(r, k, &next, e)) || (rc = put_strays(r, e)) || (rc = put_sum(r, k, e)) ||
	    (rc = put_years(r, k, e)))
		return rc;
	ct_put_bool(r->view, "eligible", on.on);
	ct_put_int(r->view, "year", k->year);
	ct_put_text(r->view, "lack_ui", on.on ? eligibility_lack(&on) : NULL);
	ct_put_text(r->view, "org_ui", ct_url(r, "/o/%s/settings", ct_path(r, "org")));
	ct_put_text(r->view, "settings_ui", ct_url(r, "/o/%s/tax-receipts/settings", ct_path(r, "org")));
	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/tax-receipts", ct_path(r, "org")));
	ct_put_text(r->view, "year_ui", talloc_asprintf(r, "%d", k->year));
	o = ct_put_object(r->view, "search_ui");
	ct_put_text(o, "value", k->q ? k->q : "");
	ct_put_bool(r->view, "any_ui", json_array_size(json_object_get(r->view, "receipts")) > 0);
	ct_put_bool(r->view, "searched_ui", k->q);
	ct_put_bool(r->view, "offers_ui", on.on && !eligibility_lack(&on));
	ct_put_id(r->view, "next", next);
	ct_put_text(r->view, "next_ui", next ? talloc_asprintf(r, "%s&after=%lld", with(r, k, "tax-receipts"), (long long)next) : NULL);
	ct_put_text(r->view, "csv_ui", with(r, k, "tax-receipts.csv"));
	return 0;
}

/* Of a form that came back ticked is what was. */
int tax_list(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	const char *keys;
	size_t n;
	struct typed t = { typed_keys(r, &keys, &n), typed_means(r) };

	if (!n && !ct_in_typed(r, "csrf"))
		t.keys = NULL;
	return put_page(r, &k, &t, e);
}

int tax_list_csv(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	json_t *row;
	size_t i;
	int rc;

	k.rows = PAGE;
	do {
		if ((rc = put_receipts(r, &k, &k.after, e)))
			return rc;
		json_array_foreach(json_object_get(r->view, "receipts"), i, row)
			ct_csv_row(csv, row);
	} while (k.after);
	return ct_csv_end(r, csv, talloc_asprintf(r, "recus-fiscaux-%d", k.year), e);
}

static int give(struct ct_request *r, void *arg, struct ct_error *e)
{
	return tax_give(r, arg, e);
}

int tax_post(struct ct_request *r, struct ct_error *e)
{
	struct giving w = { .means = typed_means(r) };
	struct look k = read_look(r);
	struct typed t = { 0 };
	long long n;
	int rc;

	typed_keys(r, &w.keys, &w.n);
	if (w.n > TAX_AT_ONCE)
		return ct_fail_field(e, "membership", _("At most %d at a time, please."), TAX_AT_ONCE);
	if ((rc = ct_transaction(r, give, &w, e)))
		return rc;
	n = (long long)w.n;
	if ((rc = put_page(r, &k, &t, e)))
		return rc;
	ct_put_int(r->view, "given", n);
	ct_notice(r, ngettext_("%lld tax receipt is given: print it, sign it, and send it.", "%lld tax receipts are given: print them, sign them, and send them.", n), n);
	ct_redirect(r, 201, with(r, &k, "tax-receipts"));
	return 0;
}
