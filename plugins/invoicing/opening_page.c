/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was carried over from other books, as a list and as CSV; the form that imports it; and taking one back. */
#include "opening.h"

#include <stdlib.h>
#include <talloc.h>

#include <comptoir/csv.h>

#include "payments.h"

enum { ROWS = 50, PAGE = 500 };

const struct ct_field openings_fields[] = {
	{ "after", N_("Rows after this cursor"), CT_INT, .min = 1, .max = INT64_MAX },
	{ 0 }
};

const struct ct_field opening_fields[] = {
	{ "day", N_("Balance at the end of"), CT_DATE, .required = true, .help = N_("The last day in the other books.") },
	{ "origin", N_("According to"), CT_TEXT, .required = true, .max = 120, .help = N_("Which books: “Paheko, compte 411”. It is printed on each.") },
	{ "file", N_("CSV file"), CT_FILE, .accept = CT_CSV, .max = 4 << 20, .passing = true,
	  .help = N_("Its first line names the columns.") },
	{ "text", N_("Or paste the cells here"), CT_LONG_TEXT, .max = 60000, .help = N_("With the line that names the columns.") },
	{ 0 }
};

const struct ct_view_field openings_view[] = {
	{ "openings", "array", "newest first" }, OPENING_ROW("openings."), { "openings.client", "id", NULL },
	{ "openings.payer", "text", NULL }, { "openings.number", "text", "of its document; null: a credit" },
	{ "openings.document", "id", "of a debt, or null" }, { "openings.payment", "id", "of a credit, or null" },
	{ "openings.amount", "money", "above 0: the client owed it; below: it was to her credit" },
	{ "openings.left", "money", "of it, to be paid or to be used" }, { "openings.due_d", "date", NULL },
	{ "openings.state", "text", "open, partly, settled, or taken_back" },
	{ "sums", "array", "of what was not taken back, by currency" }, { "sums.owed", "money", NULL }, { "sums.credit", "money", NULL },
	{ "opening", "object", "that was to be taken back, or null" }, OPENING_ROW("opening."),
	{ "uid", "text", "of a spreadsheet that was kept just now: see its page" },
	{ "next", "id", "cursor of the next page, or null" }, { 0 }
};

static const char *here(struct ct_request *r, const char *word)
{
	return talloc_asprintf(r, "%s%s", ct_url(r, "/o/%s/opening-balances", ct_path(r, "org")), word);
}

/* ---- a row ---- */

enum state { OPEN, PARTLY, SETTLED, BACK };

static enum state state_of(const struct ct_result *row)
{
	int64_t left = ct_col_int(row, "left_cents"), whole = llabs(ct_col_int(row, "amount_cents"));

	return !ct_col_null(row, "back_utc") ? BACK : left == whole ? OPEN : left ? PARTLY : SETTLED;
}

static const char *state_word(enum state state, bool debt)
{
	static const char *const words[][2] = {
		[OPEN] = { N_("Credit"), N_("To be paid") }, [PARTLY] = { N_("Partly used"), N_("Partly paid") },
		[SETTLED] = { N_("Used"), N_("Paid") }, [BACK] = { N_("Taken back"), N_("Taken back") },
	};

	return _(words[state][debt]);
}

static void put_row(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	static const char *const codes[] = { [OPEN] = "open", [PARTLY] = "partly", [SETTLED] = "settled", [BACK] = "taken_back" };
	int64_t document = ct_col_int(row, "document_id"), payment = ct_col_int(row, "payment_id");
	const char *currency = ct_col_text(row, "currency"), *org = ct_path(r, "org");
	enum state state = state_of(row);

	opening_row_put(r, o, row);
	ct_put_id(o, "client", ct_col_int(row, "owner_id"));
	ct_put_text(o, "payer", ct_col_text(row, "payer"));
	ct_put_text(o, "number", ct_col_text(row, "number"));
	ct_put_id(o, "document", document);
	ct_put_id(o, "payment", payment);
	ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), currency, r->lang);
	ct_put_money(o, "left", state != BACK ? ct_col_int(row, "left_cents") : 0, currency, r->lang);
	ct_put_day(o, "due", ct_col_day(row, "due_d"), r->lang);
	ct_put_text(o, "state", codes[state]);
	ct_put_text(o, "state_ui", state_word(state, document));
	ct_put_text(o, "name_ui", document ? ct_col_text(row, "number") : _("Credit"));
	ct_put_text(o, "href_ui", document ? ct_url(r, "/o/%s/invoices/%lld", org, (long long)document)
		    : ct_url(r, "/o/%s/payments/%lld", org, (long long)payment));
	ct_put_text(o, "account_ui", ct_url(r, "/o/%s/balances/%lld", org, (long long)ct_col_int(row, "owner_id")));
}

/* ---- the list ---- */

/* *next_r: where the next page begins, or 0. */
static int put_rows(struct ct_request *r, int64_t after, size_t rows, int64_t *next_r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "openings");
	struct ct_result *row;
	int64_t last = 0;
	int rc = ct_query(r, "openings", CT_ARGS(CT_NUM(r->org), CT_NUM(after), CT_NUM(rows + 1)), &row, e);

	*next_r = 0;
	while (!rc && ct_next(row)) {
		if (json_array_size(list) == rows) {
			*next_r = last;
			break;
		}
		put_row(r, ct_add_object(list), row);
		last = ct_col_int(row, "id");
	}
	return rc;
}

static int put_sums(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "sums");
	struct ct_result *row;
	int rc = ct_query(r, "opening_sums", CT_ARGS(CT_NUM(r->org)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_money(o, "owed", ct_col_int(row, "owed_cents"), ct_col_text(row, "currency"), r->lang);
		ct_put_money(o, "credit", ct_col_int(row, "credit_cents"), ct_col_text(row, "currency"), r->lang);
	}
	return rc;
}

static void put_form(struct ct_request *r, bool open)
{
	json_t *form = ct_put_object(r->view, "form_ui");

	ct_put_text(form, "action", here(r, ""));
	ct_put_bool(form, "multipart", true);
	ct_put_bool(form, "open", open || !json_array_size(json_object_get(r->view, "openings")));
	ct_put_controls(r, form, "fields", opening_fields, NULL);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("See what would happen"));
	ct_put_null(form, "cancel_href");
	ct_put_text(form, "note", _("Nothing is stored before you have seen it, and no mail leaves. Import only people who know that you keep their data."));
}

static int put_page(struct ct_request *r, int64_t after, bool open, struct ct_error *e)
{
	int64_t next;
	int rc;

	if ((rc = put_rows(r, after, ROWS, &next, e)) || (rc = put_sums(r, e)))
		return rc;
	put_form(r, open);
	ct_put_bool(r->view, "any_ui", json_array_size(json_object_get(r->view, "openings")) > 0);
	ct_put_id(r->view, "next", next);
	ct_put_text(r->view, "next_ui", next ? talloc_asprintf(r, "%s?after=%lld", here(r, ""), (long long)next) : NULL);
	ct_put_text(r->view, "csv_ui", here(r, ".csv"));
	return 0;
}

int openings_page(struct ct_request *r, struct ct_error *e)
{
	int rc = opening_put(r, NULL, 0, false, e);

	return rc ? rc : put_page(r, ct_in_set(r, "after") ? ct_in_int(r, "after") : INT64_MAX, false, e);
}

/* What came cannot be read: it stands there still. */
int opening_form(struct ct_request *r, struct ct_error *e)
{
	int rc = opening_put(r, NULL, 0, false, e);

	return rc ? rc : put_page(r, INT64_MAX, true, e);
}

int opening_back_form(struct ct_request *r, struct ct_error *e)
{
	int rc = opening_put(r, "opening_one", r->subject, true, e);

	return rc ? rc : put_page(r, INT64_MAX, false, e);
}

int openings_csv(struct ct_request *r, struct ct_error *e)
{
	int64_t after = ct_in_set(r, "after") ? ct_in_int(r, "after") : INT64_MAX;
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	json_t *row;
	size_t i;
	int rc;

	do {
		if ((rc = put_rows(r, after, PAGE, &after, e)))
			return rc;
		json_array_foreach(json_object_get(r->view, "openings"), i, row)
			ct_csv_row(csv, row);
	} while (after);
	return ct_csv_end(r, csv, "reports-a-nouveau", e);
}

/* ---- kept ---- */

int opening_post(struct ct_request *r, struct ct_error *e)
{
	struct opening_list list;
	const char *uid;
	int rc;

	if (ct_in_day(r, "day").n > today_of(r).n)
		return ct_fail_field(e, "day", "%s", _("This day is still to come."));
	if ((rc = opening_keep(r, ct_in_day(r, "day"), ct_in_text(r, "origin"), &uid, e)) || (rc = opening_load(r, uid, &list, e)))
		return rc;
	ct_put_text(r->view, "uid", uid);
	ct_redirect(r, 201, here(r, talloc_asprintf(r, "/import/%s", uid)));
	return 0;
}

/* ---- taken back ---- */

static int take_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return opening_take_back(r, r->subject, ct_in_text(r, "reason"), e);
}

int opening_back_post(struct ct_request *r, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, take_back, NULL, e)))
		return rc;
	ct_notice(r, "%s", _("It is taken back: nothing of it is owed any more."));
	ct_redirect(r, 200, here(r, ""));
	return 0;
}
