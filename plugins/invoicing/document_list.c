/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of an issuer, newest first: found by number, payer, amount, period and state. As CSV all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>
#include <comptoir/text.h>

#include "documents.h"
#include "hand.h"
#include "pages.h"
#include "project.h"

enum { ROWS = 50, MOST_ROWS = 500 };

static const struct ct_choice states[] = {
	{ "draft", N_("Drafts") }, { "handed", N_("Handed over") }, { "open", N_("To be paid") }, { "late", N_("Overdue") }, { "settled", N_("Paid or credited") },
	{ "credit", N_("Credit notes") }, { "opening", N_("Balances carried over") }, { 0 }
};

const struct ct_field document_list_fields[] = {
	{ "q", N_("Number, name or amount"), CT_TEXT, .max = 80 },
	{ "from", N_("First day"), CT_DATE },
	{ "to", N_("Last day"), CT_DATE },
	{ "state", N_("State"), CT_CHOICE, .choices = states },
	PROJECT_FIELD,
	{ "after", N_("Rows after this cursor"), CT_TEXT, .max = 40 },
	{ "limit", N_("Rows at once"), CT_INT, .min = 1, .max = MOST_ROWS },
	{ 0 }
};

const struct ct_view_field document_list_view[] = {
	{ "invoices", "array", NULL }, { "invoices.id", "id", NULL }, { "invoices.uid", "text", NULL },
	{ "invoices.number", "text", "null: a draft" }, { "invoices.type", "text", "invoice, credit, receipt (of dues), advance, or opening (a balance carried over: no invoice)" },
	{ "invoices.payer", "text", NULL }, { "invoices.project", "text", "null: none" },
	{ "invoices.issued_d", "date", NULL }, { "invoices.due_d", "date", NULL },
	{ "invoices.total", "money", "of a credit note below 0; null: a draft, see its page" },
	{ "invoices.left", "money", "to be paid; null: nothing is due by it" },
	{ "invoices.state", "text", "draft, issued, partly_paid, paid, or credited" },
	{ "invoices.handed", "boolean", "a draft that waits for who issues" },
	{ "invoices.to_deposit", "boolean", "for a public buyer, and not deposited yet" },
	{ "invoices.deposited_d", "date", "when it was deposited on Chorus Pro, or null" }, { "invoices.late", "boolean", "due before today, and not paid" },
	{ "next", "text", "cursor of the next page, or null" },
	{ 0 }
};

struct look {
	const char *q, *like, *state;
	struct ct_day from, to, today;
	struct document_cursor after;
	int64_t project;		/* 0: whatever it is */
	int64_t amount;			/* -1: what is looked for is none */
	size_t rows;
};

/* What reads as an amount finds it, too. */
static int64_t amount_of(struct ct_request *r, const char *q)
{
	static const struct ct_field money = { "q", NULL, CT_MONEY, .min = 0, .max = INT64_MAX };
	struct ct_value value;
	struct ct_error e;

	return q && !ct_field_parse(r, &money, q, &value, &e) ? value.i : -1;
}

struct document_cursor document_cursor(const char *text)
{
	struct document_cursor c = { ct_day_make(2199, 12, 31), INT64_MAX };
	struct ct_day at;
	char day[11] = "";
	long long id;
	struct ct_error e;

	if (text && sscanf(text, "%10[0-9-].%lld", day, &id) == 2 && !ct_day_parse(day, &at, &e))
		c = (struct document_cursor){ at, id };
	return c;
}

static struct look read_look(struct ct_request *r)
{
	struct look k = { .q = ct_in_text(r, "q"), .state = ct_in_text(r, "state"), .from = ct_in_day(r, "from"),
			  .to = ct_in_day(r, "to"), .project = ct_in_int(r, "project"), .today = today_of(r), .after = document_cursor(ct_in_text(r, "after")),
			  .rows = ct_in_set(r, "limit") ? (size_t)ct_in_int(r, "limit") : ROWS };

	k.amount = amount_of(r, k.q);
	k.like = ct_like_pattern(r, k.q ? k.q : "", k.q ? strlen(k.q) : 0, true);
	return k;
}

/* Who does not see all of them sees those that she began, and those of the projects that she leads. */
static int fetch(struct ct_request *r, const struct look *k, struct ct_result **row_r, struct ct_error *e)
{
#define PAGE CT_DAY(k->after.day), CT_DAY(k->after.day), CT_NUM(k->after.id), CT_STR(k->q), CT_STR(k->like), \
	CT_STR(k->like), CT_NUM(k->amount), CT_DAY(k->from), CT_DAY(k->from), CT_DAY(k->to), CT_DAY(k->to), \
	CT_STR(k->state), CT_DAY(k->today), CT_NUM(k->rows + 1)
	if (!ct_may(r, MAY_SEE, r->org))
		return ct_query(r, "documents_hers", CT_ARGS(CT_NUM(r->person), CT_NUM(r->org), CT_NUM(r->person), CT_NUM(r->org),
			CT_ID(k->project), CT_ID(k->project), PAGE), row_r, e);
	if (k->project)
		return ct_query(r, "documents_of", CT_ARGS(CT_NUM(r->org), CT_NUM(k->project), PAGE), row_r, e);
	return ct_query(r, "documents", CT_ARGS(CT_NUM(r->org), PAGE), row_r, e);
#undef PAGE
}

const char *document_cursor_text(struct ct_request *r, const struct ct_result *row)
{
	char day[CT_TIME_TEXT];

	return talloc_asprintf(r, "%s.%lld", ct_day_text(day, ct_col_day(row, "listed_d")), (long long)ct_col_int(row, "id"));
}

static void put_deposit(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	bool done = !ct_col_null(row, "deposited_utc");

	ct_put_bool(o, "to_deposit", ct_col_int(row, "deposits") && !done);
	ct_put_day(o, "deposited", done ? day_of(ct_col_utc(row, "deposited_utc")) : CT_NO_DAY, r->lang);
}

void document_row_put(struct ct_request *r, json_t *o, const struct ct_result *row, struct ct_day today)
{
	int64_t gross = ct_col_int(row, "gross_cents"), credited = ct_col_int(row, "credited_cents");
	int64_t paid = ct_col_int(row, "paid_cents"), left = gross - credited - paid;
	const char *type = ct_col_text(row, "type"), *currency = ct_col_text(row, "currency");
	const char *state = document_state(ct_col_text(row, "state"), ct_col_null(row, "credited_cents") ? 0 : gross, credited, paid);
	bool credit = !strcmp(type, "credit"), draft = !strcmp(state, "draft"), handed = draft && ct_col_int(row, "handed"), open = document_is_open(state, type);
	const char *late = open ? document_late(r, ct_col_day(row, "due_d"), today) : NULL;

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "uid", ct_col_text(row, "uid"));
	ct_put_text(o, "number", ct_col_text(row, "number"));
	ct_put_text(o, "type", type);
	ct_put_text(o, "payer", ct_col_text(row, "payer"));
	ct_put_text(o, "project", ct_col_text(row, "project"));
	ct_put_day(o, "issued", ct_col_day(row, "issued_d"), r->lang);
	ct_put_day(o, "due", ct_col_day(row, "due_d"), r->lang);
	if (draft) {
		ct_put_null(o, "total");
		ct_put_text(o, "total_ui", "–");
	} else {
		ct_put_money(o, "total", credit ? -gross : gross, currency, r->lang);
	}
	if (open) {
		ct_put_money(o, "left", left, currency, r->lang);
	} else {
		ct_put_null(o, "left");
		ct_put_null(o, "left_ui");
	}
	ct_put_text(o, "state", state);
	put_deposit(r, o, row);
	ct_put_bool(o, "late", late);
	ct_put_text(o, "name_ui", draft ? talloc_asprintf(r, _("%s (draft)"), document_word(type)) : ct_col_text(row, "number"));
	ct_put_bool(o, "handed", handed);
	ct_put_text(o, "state_ui", handed ? _("With the treasurer") : draft && !ct_col_null(row, "handed_note") ? _("To be taken up again")
		    : late ? late : document_state_word(state, type));
	ct_put_bool(o, "addressless_ui", ct_col_int(row, "addressless"));
	ct_put_text(o, "href_ui", ct_url(r, "/o/%s/invoices/%lld", ct_col_text(row, "slug"), (long long)ct_col_int(row, "id")));
}

static int put_rows(struct ct_request *r, const struct look *k, const char **next_r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "invoices");
	struct ct_result *row;
	const char *last = NULL;
	int rc = fetch(r, k, &row, e);

	*next_r = NULL;
	while (!rc && ct_next(row)) {
		if (json_array_size(list) == k->rows) {
			*next_r = last;
			break;
		}
		document_row_put(r, ct_add_object(list), row, k->today);
		last = document_cursor_text(r, row);
	}
	return rc;
}

static const char *with(struct ct_request *r, const struct look *k, const char *base, const char *state,
			const char *after)
{
	char day[CT_TIME_TEXT];
	char *url = talloc_asprintf(r, "%s?q=", base);

	if (k->q)
		url = talloc_asprintf_append(url, "%s", ct_url(r, "%s", k->q));
	if (ct_day_set(k->from))
		url = talloc_asprintf_append(url, "&from=%s", ct_day_text(day, k->from));
	if (ct_day_set(k->to))
		url = talloc_asprintf_append(url, "&to=%s", ct_day_text(day, k->to));
	if (state)
		url = talloc_asprintf_append(url, "&state=%s", state);
	if (k->project)
		url = talloc_asprintf_append(url, "&project=%lld", (long long)k->project);
	return after ? talloc_asprintf_append(url, "&after=%s", after) : url;
}

/* Of the house; or of one project, for its lead too. */
static int load_sums(struct ct_request *r, const struct look *k, struct ct_result **row_r, struct ct_error *e)
{
	bool house = ct_may(r, MAY_SEE, r->org);

	if (k->project)
		return ct_query(r, "project_sums", CT_ARGS(CT_DAY(k->today), CT_NUM(r->org), CT_NUM(k->project), CT_NUM(house),
							  CT_NUM(r->person)), row_r, e);
	*row_r = NULL;
	return house ? ct_query(r, "document_sums", CT_ARGS(CT_DAY(k->today), CT_NUM(r->org)), row_r, e) : 0;
}

static int put_sums(struct ct_request *r, const struct look *k, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "sums_ui");
	struct ct_result *row;
	int rc = load_sums(r, k, &row, e);

	while (!rc && row && ct_next(row)) {
		json_t *o = ct_add_object(list);
		const char *currency = ct_col_text(row, "currency");

		ct_put_text(o, "issued", k->project ? ct_money_show(r, ct_col_int(row, "issued_sum"), currency, r->lang) : NULL);
		ct_put_text(o, "open", ct_money_show(r, ct_col_int(row, "open_sum"), currency, r->lang));
		ct_put_text(o, "late", ct_col_int(row, "late_sum") ? ct_money_show(r, ct_col_int(row, "late_sum"), currency, r->lang) : NULL);
	}
	return rc;
}

/* What waits for who issues: said before anything else. */
static int put_handed(struct ct_request *r, const char *base, struct ct_error *e)
{
	struct ct_result *row;
	json_t *o;
	int n, rc;

	ct_put_null(r->view, "waiting_ui");
	if (!ct_may(r, MAY_ISSUE, r->org))
		return 0;
	if ((rc = ct_one(r, "handed_n", CT_ARGS(CT_NUM(r->org)), &row, e)))
		return rc;
	n = (int)ct_col_int(row, "n");
	if (!n)
		return 0;
	o = ct_put_object(r->view, "waiting_ui");
	ct_put_text(o, "text", talloc_asprintf(r, ngettext_("%d draft was handed to you.", "%d drafts were handed to you.", n), n));
	ct_put_text(o, "href", talloc_asprintf(r, "%s?state=handed", base));
	return 0;
}

static void put_filters(struct ct_request *r, const struct look *k, const char *base)
{
	json_t *list = ct_put_array(r->view, "filters_ui"), *all = ct_add_object(list), *search;
	char day[CT_TIME_TEXT];

	ct_put_text(all, "label", _("All"));
	ct_put_text(all, "href", with(r, k, base, NULL, NULL));
	ct_put_bool(all, "current", !k->state);
	for (const struct ct_choice *c = states; c->value; c++) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label", _(c->label));
		ct_put_text(o, "href", with(r, k, base, c->value, NULL));
		ct_put_bool(o, "current", k->state && !strcmp(k->state, c->value));
	}
	search = ct_put_object(r->view, "search_ui");
	ct_put_text(search, "action", base);
	ct_put_text(search, "value", k->q ? k->q : "");
	ct_put_text(search, "state", k->state);
	ct_put_text(search, "from_d", ct_day_set(k->from) ? ct_day_text(day, k->from) : NULL);
	ct_put_text(search, "to_d", ct_day_set(k->to) ? ct_day_text(day, k->to) : NULL);
}

/* All that the search finds, page by page. */
static int as_csv(struct ct_request *r, struct look *k, struct ct_error *e)
{
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	const char *next;
	json_t *row;
	size_t i;
	int rc;

	k->rows = MOST_ROWS;
	do {
		if ((rc = put_rows(r, k, &next, e)))
			return rc;
		json_array_foreach(json_object_get(r->view, "invoices"), i, row)
			ct_csv_row(csv, row);
		k->after = document_cursor(next);
	} while (next);
	return ct_csv_end(r, csv, "factures", e);
}

int document_list_csv(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);

	return as_csv(r, &k, e);
}

int document_list(struct ct_request *r, struct ct_error *e)
{
	const char *base = ct_url(r, "/o/%s/invoices", ct_path(r, "org")), *next;
	struct look k = read_look(r);
	int rc = put_rows(r, &k, &next, e);

	if (rc || (rc = put_sums(r, &k, e)) || (rc = put_handed(r, base, e)) ||
	    (rc = projects_put(r, k.project, e)))
		return rc;
	put_filters(r, &k, base);
	ct_put_bool(r->view, "has_rows_ui", json_array_size(json_object_get(r->view, "invoices")) > 0);
	ct_put_bool(r->view, "searched_ui", k.q || k.state || k.project || ct_day_set(k.from) || ct_day_set(k.to));
	ct_put_text(r->view, "next", next);
	ct_put_text(r->view, "next_ui", next ? with(r, &k, base, k.state, next) : NULL);
	ct_put_text(r->view, "new_ui", talloc_asprintf(r, "%s/new", base));
	ct_put_text(r->view, "month_ui", ct_may(r, MAY_SEE, r->org) ? talloc_asprintf(r, "%s/month", base) : NULL);
	ct_put_text(r->view, "csv_ui", with(r, &k, talloc_asprintf(r, "%s.csv", base), k.state, NULL));
	return 0;
}
