/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /o/{org}/quotes: newest first, found by number, client and words, and by state; and the search box. */
#include <string.h>
#include <talloc.h>

#include <comptoir/search.h>
#include <comptoir/text.h>

#include "quote.h"

enum { ROWS = 50 };

static const struct ct_choice states[] = {
	{ "draft", N_("Drafts") }, { "sent", N_("Waiting for an answer") }, { "accepted", N_("Accepted quotes") }, { "refused", N_("Refused quotes") },
	{ "lapsed", N_("Lapsed quotes") }, { 0 }
};

const struct ct_field quote_list_fields[] = {
	{ "q", N_("Number, client or subject"), CT_TEXT, .max = 80 },
	{ "state", N_("State"), CT_CHOICE, .choices = states },
	{ "after", N_("Rows after this cursor"), CT_INT, .min = 1, .max = INT64_MAX },
	{ 0 }
};

const struct ct_view_field quote_list_view[] = {
	{ "quotes", "array", NULL }, { "quotes.id", "id", NULL }, { "quotes.uid", "text", NULL }, { "quotes.number", "text", "null: a draft" },
	{ "quotes.title", "text", NULL }, { "quotes.payer", "text", NULL },
	{ "quotes.state", "text", "draft, sent, lapsed, accepted, or refused" }, { "quotes.billed", "boolean", NULL }, { "quotes.late", "boolean", "lapsed" },
	{ "quotes.sent_d", "date", NULL }, { "quotes.valid_d", "date", NULL }, { "quotes.total", "money", "null: a draft, see its page" },
	{ "next", "text", "cursor of the next page, or null" }, { 0 }
};

static void put_row(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *number = ct_col_text(row, "number"), *state = ct_col_text(row, "state");
	bool billed = !ct_col_null(row, "billed_utc");

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "uid", ct_col_text(row, "uid"));
	ct_put_text(o, "number", number);
	ct_put_text(o, "title", ct_col_text(row, "title"));
	ct_put_text(o, "payer", ct_col_text(row, "payer"));
	ct_put_text(o, "state", state);
	ct_put_text(o, "state_ui", quote_state_word(state, billed));
	ct_put_bool(o, "late", !strcmp(state, "lapsed"));
	ct_put_bool(o, "billed", billed);
	ct_put_day(o, "sent", ct_col_day(row, "sent_d"), r->lang);
	ct_put_day(o, "valid", ct_col_day(row, "valid_d"), r->lang);
	if (number) {
		ct_put_money(o, "total", ct_col_int(row, "gross_cents"), ct_col_text(row, "currency"), r->lang);
	} else {
		ct_put_null(o, "total");
		ct_put_text(o, "total_ui", "–");
	}
	ct_put_text(o, "name_ui", number ? number : _("Draft"));
	ct_put_text(o, "href_ui", quote_link(r, ct_col_int(row, "id"), NULL));
}

static const char *with(struct ct_request *r, const char *state, const char *after)
{
	const char *q = ct_in_text(r, "q");
	char *url = talloc_asprintf(r, "%s?q=%s", ct_url(r, "/o/%s/quotes", ct_path(r, "org")), q ? ct_url(r, "%s", q) : "");

	if (state)
		url = talloc_asprintf_append(url, "&state=%s", state);
	return after ? talloc_asprintf_append(url, "&after=%s", after) : url;
}

static void put_filters(struct ct_request *r)
{
	const char *state = ct_in_text(r, "state"), *q = ct_in_text(r, "q");
	json_t *list = ct_put_array(r->view, "filters_ui"), *o = ct_add_object(list);

	ct_put_text(o, "label", _("All"));
	ct_put_text(o, "href", with(r, NULL, NULL));
	ct_put_bool(o, "current", !state);
	for (const struct ct_choice *c = states; c->value; c++) {
		o = ct_add_object(list);
		ct_put_text(o, "label", _(c->label));
		ct_put_text(o, "href", with(r, c->value, NULL));
		ct_put_bool(o, "current", state && !strcmp(state, c->value));
	}
	o = ct_put_object(r->view, "search_ui");
	ct_put_text(o, "action", ct_url(r, "/o/%s/quotes", ct_path(r, "org")));
	ct_put_text(o, "value", q ? q : "");
	ct_put_text(o, "state", state);
}

int quote_list(struct ct_request *r, struct ct_error *e)
{
	const char *q = ct_in_text(r, "q"), *state = ct_in_text(r, "state"), *next = NULL, *last = NULL;
	const char *like = ct_like_pattern(r, q ? q : "", q ? strlen(q) : 0, true);
	json_t *list = ct_put_array(r->view, "quotes");
	struct ct_day today = today_of(r);
	struct ct_result *row;
	int rc = ct_query(r, "quotes", CT_ARGS(CT_DAY(today), CT_NUM(r->org), CT_NUM(ct_in_set(r, "after") ? ct_in_int(r, "after") : INT64_MAX),
		CT_STR(q), CT_STR(like), CT_STR(like), CT_STR(like), CT_STR(state), CT_DAY(today), CT_DAY(today),
		CT_STR(state), CT_NUM(ROWS + 1)), &row, e);

	while (!rc && ct_next(row)) {
		if (json_array_size(list) == ROWS) {
			next = last;
			break;
		}
		put_row(r, ct_add_object(list), row);
		last = talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "id"));
	}
	if (rc)
		return rc;
	put_filters(r);
	ct_put_bool(r->view, "has_rows_ui", json_array_size(list) > 0);
	ct_put_bool(r->view, "searched_ui", q || state);
	ct_put_text(r->view, "next", next);
	ct_put_text(r->view, "next_ui", next ? with(r, state, next) : NULL);
	ct_put_text(r->view, "new_ui", ct_may(r, MAY_PREPARE, r->org) ? ct_url(r, "/o/%s/quotes/new", ct_path(r, "org")) : NULL);
	return 0;
}

/* ---- the search box ---- */

int quote_search(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
{
	const char *orgs = ct_orgs_with(r, MAY_SEE);
	struct ct_result *row;
	json_t *group;
	int rc;

	if (!strcmp(orgs, "[]"))
		return 0;
	rc = ct_query(r, "find_quotes", CT_ARGS(CT_STR(orgs), CT_STR(s->prefix), CT_NUM(s->limit + 1)), &row, e);
	if (rc)
		return rc;
	group = ct_search_group(r, N_("Quotes"));
	while (ct_next(row))
		ct_search_add(s, group, ct_col_text(row, "number"),
			      talloc_asprintf(r, "%s · %s", ct_col_text(row, "payer_name"), ct_col_text(row, "title")),
			      ct_url(r, "/o/%s/quotes/%lld", ct_col_text(row, "slug"), (long long)ct_col_int(row, "id")));
	return 0;
}
