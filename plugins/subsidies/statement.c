/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "statement.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>

enum { PAGE = 500, MOST_LINES = 20000 };

const struct ct_field subsidies_statement_fields[] = {
	{ "from", N_("First day"), CT_DATE },
	{ "to", N_("Last day"), CT_DATE },
	{ 0 }
};

/* People are named only where the agreement says so (ADR 0039). */
static const char *whom(struct ct_request *r, const struct ct_result *row, bool names)
{
	const char *kind = ct_col_text(row, "payer_kind");

	if (kind && (names || !strcmp(kind, "organisation")))
		return talloc_strdup(r, ct_col_text(row, "payer"));
	return _("a person");
}

static struct ct_day first_of(const struct statement *s)
{
	return ct_day_set(s->from) ? s->from : ct_day_make(CT_YEAR_MIN, 1, 1);
}

static struct ct_day last_of(const struct statement *s)
{
	return ct_day_set(s->to) ? s->to : ct_day_make(CT_YEAR_MAX, 12, 31);
}

static int load_page(struct ct_request *r, struct statement *s, bool *more_r, struct ct_error *e)
{
	bool names = ct_col_int(s->agreement, "names");
	struct statement_line *last = s->n ? &s->lines[s->n - 1] : NULL;
	struct ct_day after = last ? last->day : ct_day_make(CT_YEAR_MIN, 1, 1);
	struct ct_result *row;
	int rc = ct_query(r, "statement_rows",
			  CT_ARGS(CT_NUM(r->subject), CT_DAY(first_of(s)), CT_DAY(last_of(s)), CT_DAY(after),
				  CT_NUM(last ? last->id : 0)), &row, e);

	if (rc)
		return rc;
	*more_r = ct_result_rows(row) == PAGE;
	s->lines = talloc_realloc(r, s->lines, struct statement_line, s->n + ct_result_rows(row) + 1);
	while (ct_next(row)) {
		int64_t share = ct_col_int(row, "share_cents"), before = s->n ? s->lines[s->n - 1].running : 0;

		s->lines[s->n++] = (struct statement_line){
			.id = ct_col_int(row, "id"), .day = ct_col_day(row, "service_d"),
			.what = talloc_strdup(r, ct_col_text(row, "title")), .whom = whom(r, row, names),
			.gross = ct_col_int(row, "gross_cents"), .share = share, .running = before + share,
		};
	}
	ct_result_free(row);
	return 0;
}

int statement_load(struct ct_request *r, struct statement *s, struct ct_error *e)
{
	struct ct_result *sums;
	bool more = true;
	int rc;

	*s = (struct statement){ .from = ct_in_day(r, "from"), .to = ct_in_day(r, "to") };
	if (ct_day_set(s->from) && ct_day_set(s->to) && s->to.n < s->from.n)
		return ct_fail_field(e, "to", "%s", _("The last day comes before the first."));
	if ((rc = ct_one(r, "agreement", CT_ARGS(CT_NUM(r->subject)), &s->agreement, e)) ||
	    (rc = ct_one(r, "statement_before", CT_ARGS(CT_NUM(r->subject), CT_DAY(first_of(s))), &sums, e)))
		return rc;
	s->currency = ct_col_text(s->agreement, "currency");
	s->before = ct_col_int(sums, "before_cents");
	while (!rc && more && s->n < MOST_LINES)
		rc = load_page(r, s, &more, e);
	if (!rc && more)
		return ct_fail_field(e, "to", "%s", _("These are too many lines for one statement: choose a shorter period."));
	s->share = s->n ? s->lines[s->n - 1].running : 0;
	return rc;
}

/* The columns, in their order. `line` NULL: their names alone. */
static json_t *make_row(struct ct_request *r, const struct statement *s, const struct statement_line *line)
{
	json_t *o = json_object();
	char day[CT_TIME_TEXT];

	ct_put_text(o, "day", line ? ct_day_text(day, line->day) : "");
	ct_put_text(o, "what", line ? line->what : "");
	ct_put_text(o, "for_whom", line ? line->whom : "");
	ct_put_money(o, "price", line ? line->gross : 0, s->currency, r->lang);
	ct_put_money(o, "share", line ? line->share : 0, s->currency, r->lang);
	ct_put_text(o, "currency", s->currency);
	return o;
}

int subsidies_statement_csv(struct ct_request *r, struct ct_error *e)
{
	struct statement s;
	struct ct_csv *csv;
	json_t *row;
	int rc = statement_load(r, &s, e);

	if (rc)
		return rc;
	row = make_row(r, &s, NULL);
	csv = ct_csv_begin(r, row);
	json_decref(row);
	for (size_t i = 0; i < s.n; i++) {
		row = make_row(r, &s, &s.lines[i]);
		ct_csv_row(csv, row);
		json_decref(row);
	}
	return ct_csv_end(r, csv, talloc_asprintf(r, "agreement-%lld", (long long)r->subject), e);
}
