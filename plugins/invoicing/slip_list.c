/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET /o/{org}/slips: newest first, found by number; and what still waits for one. As CSV all of them; and the search
 * box.
 */
#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>
#include <comptoir/text.h>

#include "slip.h"

enum { ROWS = 50, PAGE = 500 };

const struct ct_field slips_fields[] = {
	{ "q", N_("Number of the slip"), CT_TEXT, .max = 40 },
	{ "after", N_("Rows after this cursor"), CT_INT, .min = 1, .max = INT64_MAX },
	{ 0 }
};

const struct ct_view_field slips_view[] = {
	{ "slips", "array", "newest first" }, { "slips.id", "id", NULL }, { "slips.number", "text", NULL },
	{ "slips.made_d", "date", NULL }, { "slips.cheques", "integer", NULL }, { "slips.total", "money", NULL },
	{ "slips.deposited_d", "date", "or null: not yet" }, { "slips.undone", "boolean", NULL },
	{ "waiting", "object", "cheques on no slip" }, { "waiting.cheques", "integer", NULL },
	{ "waiting.sum", "money", "null: none" },
	{ "next", "id", "cursor of the next page, or null" }, { 0 }
};

struct look { const char *q, *like; int64_t after; size_t rows; };

static struct look read_look(struct ct_request *r)
{
	struct look k = { .q = ct_in_text(r, "q"), .after = INT64_MAX, .rows = ROWS };

	if (ct_in_set(r, "after"))
		k.after = ct_in_int(r, "after");
	k.like = ct_like_pattern(r, k.q ? k.q : "", k.q ? strlen(k.q) : 0, true);
	return k;
}

static void put_row(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "number", ct_col_text(row, "number"));
	ct_put_day(o, "made", ct_col_day(row, "made_d"), r->lang);
	ct_put_int(o, "cheques", ct_col_int(row, "cheques"));
	ct_put_money(o, "total", ct_col_int(row, "total_cents"), ct_col_text(row, "currency"), r->lang);
	ct_put_day(o, "deposited", ct_col_day(row, "deposited_d"), r->lang);
	ct_put_bool(o, "undone", !ct_col_null(row, "undone_utc"));
	ct_put_bool(o, "open_ui", ct_col_null(row, "undone_utc") && ct_col_null(row, "deposited_d"));
	ct_put_text(o, "state_ui", slip_state_word(r, row));
	ct_put_text(o, "href_ui", slip_link(r, ct_col_int(row, "id"), NULL));
}

/* *next_r: where the next page begins, or 0. */
static int put_rows(struct ct_request *r, const struct look *k, int64_t *next_r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "slips");
	struct ct_result *row;
	int64_t last = 0;
	int rc = ct_query(r, "slips", CT_ARGS(CT_NUM(r->org), CT_NUM(k->after), CT_STR(k->q), CT_STR(k->like),
					      CT_NUM(k->rows + 1)), &row, e);

	*next_r = 0;
	while (!rc && ct_next(row)) {
		if (json_array_size(list) == k->rows) {
			*next_r = last;
			break;
		}
		put_row(r, ct_add_object(list), row);
		last = ct_col_int(row, "id");
	}
	return rc;
}

static const char *waiting_text(struct ct_request *r, const char *sum, int64_t n)
{
	return talloc_asprintf(r, ngettext_("%lld cheque waits to be taken to the bank: %s",
					    "%lld cheques wait to be taken to the bank: %s", n), (long long)n, sum);
}

static int put_waiting(struct ct_request *r, struct ct_error *e)
{
	json_t *o = ct_put_object(r->view, "waiting");
	struct ct_result *row;
	int64_t n;
	int rc = ct_one(r, "cheques_waiting_sum", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (rc)
		return rc;
	n = ct_col_int(row, "n");
	ct_put_int(o, "cheques", n);
	if (n)
		ct_put_money(o, "sum", ct_col_int(row, "sum_cents"), ct_col_text(row, "currency"), r->lang);
	else
		ct_put_null(o, "sum");
	ct_put_bool(o, "any_ui", n);
	ct_put_text(o, "text_ui", n ? waiting_text(r, sheet_text(o, "sum_ui"), n) : NULL);
	return 0;
}

static const char *with(struct ct_request *r, const struct look *k, const char *page)
{
	return talloc_asprintf(r, "%s?q=%s", ct_url(r, "/o/%s/%s", ct_path(r, "org"), page), k->q ? ct_url(r, "%s", k->q) : "");
}

int slips_page(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	json_t *o;
	int64_t next;
	int rc;

	if ((rc = put_rows(r, &k, &next, e)) || (rc = put_waiting(r, e)))
		return rc;
	o = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(o, "label", _("Payments"));
	ct_put_text(o, "href", ct_url(r, "/o/%s/payments", ct_path(r, "org")));
	o = ct_put_object(r->view, "search_ui");
	ct_put_text(o, "action", ct_url(r, "/o/%s/slips", ct_path(r, "org")));
	ct_put_text(o, "value", k.q ? k.q : "");
	ct_put_bool(r->view, "any_ui", json_array_size(json_object_get(r->view, "slips")) > 0);
	ct_put_bool(r->view, "searched_ui", k.q);
	ct_put_id(r->view, "next", next);
	ct_put_text(r->view, "next_ui", next ? talloc_asprintf(r, "%s&after=%lld", with(r, &k, "slips"), (long long)next)
		    : NULL);
	ct_put_text(r->view, "csv_ui", with(r, &k, "slips.csv"));
	ct_put_text(r->view, "new_ui", ct_may(r, MAY_ISSUE, r->org) ? ct_url(r, "/o/%s/slips/new", ct_path(r, "org"))
		    : NULL);
	return 0;
}

/* All that the search finds, page by page. */
int slips_csv(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	json_t *row;
	size_t i;
	int rc;

	k.rows = PAGE;
	do {
		if ((rc = put_rows(r, &k, &k.after, e)))
			return rc;
		json_array_foreach(json_object_get(r->view, "slips"), i, row)
			ct_csv_row(csv, row);
	} while (k.after);
	return ct_csv_end(r, csv, "remises-de-cheques", e);
}

/* ---- the search box ---- */

int slip_search(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	const char *orgs = ct_orgs_with(r, MAY_SEE);
	struct ct_result *row;
	char day[CT_TIME_UI];
	json_t *group;
	int rc;

	if (!strcmp(orgs, "[]"))
		return 0;
	rc = ct_query(r, "find_slips", CT_ARGS(CT_STR(orgs), CT_STR(s->prefix), CT_NUM(s->limit + 1)), &row, e);
	if (rc)
		return rc;
	group = ct_search_group(r, N_("Cheque slips"));
	while (ct_next(row))
		ct_search_add(s, group, ct_col_text(row, "number"),
			      talloc_asprintf(r, "%s · %s",
				ct_money_show(r, ct_col_int(row, "total_cents"), ct_col_text(row, "currency"), r->lang),
				ct_day_ui(day, ct_col_day(row, "made_d"), r->lang)),
			      ct_url(r, "/o/%s/slips/%lld", ct_col_text(row, "slug"), (long long)ct_col_int(row, "id")));
	return 0;
}
