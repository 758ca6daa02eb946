/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a price list, and writing what has changed in it. */
#include "price_list.h"

#include <string.h>
#include <talloc.h>

enum { MOST_WINDOWS = LIST_COLUMNS - 2 };

static void add_column(struct price_list *l, struct list_column column)
{
	l->column[l->n_columns++] = column;
}

static void add_window(struct ct_request *r, struct price_list *l, const struct ct_result *row)
{
	char from[CT_TIME_UI], to[CT_TIME_UI];

	add_column(l, (struct list_column){
			      .key = talloc_asprintf(r, "w%lld", (long long)ct_col_int(row, "window_id")),
			      .label = ct_col_text(row, "label"),
			      .hours = talloc_asprintf(
				      r, "%s – %s",
				      ct_clock_ui(from, (int)ct_col_int(row, "from_min"), r->lang),
				      ct_clock_ui(to, (int)ct_col_int(row, "to_min"), r->lang)),
			      .unit = UNIT_WINDOW,
			      .window = ct_col_int(row, "window_id"),
		      });
}

static int load_columns(struct ct_request *r, struct price_list *l, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_result *row;
	int rc = ct_one(r, "list_place", CT_ARGS(CT_NUM(l->place), CT_NUM(l->org)), &row, e);

	if (rc || (rc = ct_zone_get(ct_col_text(row, "zone"), &zone, e)))
		return rc;
	l->today = ct_zone_day(zone, r->now);
	l->from = ct_day_set(l->from) ? l->from : l->today;
	l->place_name = ct_col_text(row, "name");
	l->place_slug = ct_col_text(row, "slug");
	add_column(l, (struct list_column){ .key = "hour", .label = _("hour begun"), .unit = UNIT_HOUR });
	for (bool more = true; more && !ct_col_null(row, "window_id"); more = ct_next(row))
		if (l->n_columns <= MOST_WINDOWS)
			add_window(r, l, row);
	add_column(l, (struct list_column){ .key = "day", .label = _("whole day"), .unit = UNIT_DAY });
	return 0;
}

static void add_row(struct ct_request *r, struct price_list *l, const struct ct_result *row, bool is_kind)
{
	struct list_row *to = &l->row[l->n_rows++];

	*to = (struct list_row){ .is_kind = is_kind,
				 .id = ct_col_int(row, is_kind ? "kind_id" : "id"),
				 .kind = ct_col_int(row, "kind_id"),
				 .name = ct_col_text(row, is_kind ? "label_many" : "name") };
	to->key = talloc_asprintf(r, "%c%lld", is_kind ? 'k' : 'r', (long long)to->id);
	for (size_t c = 0; c < LIST_COLUMNS; c++)
		to->cell[c] = (struct list_cell){ 0, -1, -1, -1 };
}

/* Each kind before its rooms. */
static int load_rows(struct ct_request *r, struct price_list *l, struct ct_error *e)
{
	struct ct_result *row;
	int64_t kind = 0;
	int rc = ct_query(r, "list_rooms", CT_ARGS(CT_NUM(l->place)), &row, e);

	if (rc)
		return rc;
	l->row = talloc_array(r, struct list_row, 2 * ct_result_rows(row) + 1);
	while (ct_next(row)) {
		if (ct_col_int(row, "kind_id") != kind)
			add_row(r, l, row, true);
		kind = ct_col_int(row, "kind_id");
		add_row(r, l, row, false);
	}
	return 0;
}

static size_t column_of(const struct price_list *l, const struct ct_result *row)
{
	enum price_unit unit;

	for (size_t c = 0; c < l->n_columns; c++)
		if (!ct_col_null(row, "step_id") && unit_named(ct_col_text(row, "unit"), &unit) &&
		    unit == l->column[c].unit && ct_col_int(row, "window_id") == l->column[c].window &&
		    ct_col_null(row, "up_to"))
			return c;
	return LIST_COLUMNS;
}

static void take_tariff(struct list_row *to, const struct ct_result *row)
{
	to->tariff = ct_col_int(row, "tariff_id");
	to->mode = ct_col_text(row, "mode");
	to->amounts = ct_col_text(row, "amounts");
	to->valid_from = ct_col_day(row, "valid_from_d");
	to->version = ct_col_int(row, "row_version");
	to->used = ct_col_int(row, "used") != 0;
}

static void take_cell(struct price_list *l, struct list_row *to, const struct ct_result *row)
{
	size_t c = column_of(l, row);

	to->others |= c == LIST_COLUMNS && !ct_col_null(row, "step_id");
	if (c == LIST_COLUMNS)
		return;
	to->cell[c].step = ct_col_int(row, "step_id");
	to->cell[c].cents = ct_col_int(row, "amount_cents");
}

static void take_place_price(struct price_list *l, const struct ct_result *row, int64_t *inherited)
{
	size_t c = column_of(l, row);

	l->amounts = ct_col_text(row, "amounts");
	l->vat_code = ct_col_text(row, "vat_code");
	if (c < LIST_COLUMNS)
		inherited[c] = ct_col_int(row, "amount_cents");
}

/* What a row has where it has no tariff of its own: its kind's, else the place's. */
static void inherit(struct price_list *l, const int64_t *place)
{
	const struct list_row *kind = NULL;

	for (size_t i = 0; i < l->n_rows; i++) {
		struct list_row *row = &l->row[i];

		kind = row->is_kind ? row : kind;
		for (size_t c = 0; c < l->n_columns; c++)
			row->cell[c].inherited = !row->is_kind && kind && kind->tariff ? kind->cell[c].cents
										       : place[c];
	}
}

static int load_prices(struct ct_request *r, struct price_list *l, struct ct_error *e)
{
	int64_t place[LIST_COLUMNS], of_place = 0;
	struct ct_result *row;
	char *stamp = talloc_strdup(r, "");
	int rc = ct_query(r, "list_prices", CT_ARGS(CT_NUM(l->org), CT_DAY(l->from), CT_DAY(l->from)), &row, e);

	if (rc)
		return rc;
	for (size_t c = 0; c < LIST_COLUMNS; c++)
		place[c] = -1;
	while (ct_next(row)) {
		const char *scope = ct_col_text(row, "scope");
		int64_t id = ct_col_int(row, "scope_id"), tariff = ct_col_int(row, "tariff_id");

		stamp = talloc_asprintf_append(stamp, "%lld.%lld.%lld.%lld ", (long long)tariff,
					       (long long)ct_col_int(row, "row_version"),
					       (long long)ct_col_int(row, "step_id"),
					       (long long)ct_col_int(row, "amount_cents"));
		if (!strcmp(scope, "place") && id == l->place && (!of_place || of_place == tariff)) {
			of_place = tariff;
			take_place_price(l, row, place);
		}
		for (size_t i = 0; i < l->n_rows; i++) {
			struct list_row *to = &l->row[i];

			if (id != to->id || strcmp(scope, to->is_kind ? "kind" : "resource") != 0)
				continue;
			if (!to->tariff)
				take_tariff(to, row);
			if (to->tariff == tariff)
				take_cell(l, to, row);
		}
		if (!l->amounts) {
			l->amounts = ct_col_text(row, "amounts");
			l->vat_code = ct_col_text(row, "vat_code");
		}
	}
	inherit(l, place);
	l->stamp = ct_hash_secret(r, stamp);
	return 0;
}

int list_load(struct ct_request *r, int64_t org, int64_t place, struct ct_day from, struct price_list *list_r,
	      struct ct_error *e)
{
	struct price_list l = { .org = org, .place = place, .from = from };
	int rc;

	if ((rc = load_columns(r, &l, e)) || (rc = load_rows(r, &l, e)) || (rc = load_prices(r, &l, e)))
		return rc;
	for (size_t i = 0; i < l.n_rows; i++)
		for (size_t c = 0; c < l.n_columns; c++)
			l.row[i].cell[c].wanted = l.row[i].cell[c].cents;
	*list_r = l;
	return 0;
}

const char *list_cell_name(struct ct_request *r, const struct price_list *l, size_t row, size_t column)
{
	return talloc_asprintf(r, "%s-%s", l->row[row].key, l->column[column].key);
}

/* ---- what has changed ---- */

static bool has_changed(const struct price_list *l, const struct list_row *row)
{
	for (size_t c = 0; c < l->n_columns; c++)
		if (row->cell[c].wanted != row->cell[c].cents)
			return true;
	return false;
}

static bool is_empty(const struct price_list *l, const struct list_row *row)
{
	for (size_t c = 0; c < l->n_columns; c++)
		if (row->cell[c].wanted >= 0)
			return false;
	return true;
}

static int put_price(struct ct_request *r, const struct price_list *l, int64_t tariff, size_t c, int64_t cents,
		     struct ct_error *e)
{
	int64_t step;
	int rc = ct_insert(r, "list_step_insert",
			   CT_ARGS(CT_NUM(l->org), CT_NUM(tariff), CT_ID(l->column[c].window),
				   CT_STR(unit_name(l->column[c].unit)), CT_NUM(cents)),
			   &step, e);

	return rc ? rc : ct_audit(r, "step", step, "create", NULL, json_pack("{s:I}", "amount", (json_int_t)cents), e);
}

/* The cell of a tariff that may be changed; `was` -1: it has no such price. */
static int change_price(struct ct_request *r, const struct price_list *l, int64_t tariff, size_t c,
			const struct list_cell *cell, struct ct_error *e)
{
	const struct list_column *column = &l->column[c];
	json_t *before = json_pack("{s:I}", "amount", (json_int_t)cell->cents);
	int rc;

	if (cell->cents < 0) {
		json_decref(before);
		return put_price(r, l, tariff, c, cell->wanted, e);
	}
	if (cell->wanted >= 0)
		rc = ct_exec(r, "list_step_change",
			     CT_ARGS(CT_NUM(cell->wanted), CT_NUM(tariff), CT_STR(unit_name(column->unit)),
				     CT_ID(column->window)), e);
	else
		rc = ct_exec(r, "list_step_end",
			     CT_ARGS(CT_UTC(r->now), CT_NUM(tariff), CT_STR(unit_name(column->unit)),
				     CT_ID(column->window)), e);
	if (rc) {
		json_decref(before);
		return rc;
	}
	return ct_audit(r, "step", cell->step, cell->wanted >= 0 ? "change" : "archive", before,
			cell->wanted >= 0 ? json_pack("{s:I}", "amount", (json_int_t)cell->wanted) : NULL, e);
}

static int change_prices(struct ct_request *r, const struct price_list *l, const struct list_row *row,
			 int64_t tariff, struct ct_error *e)
{
	int rc = 0;

	for (size_t c = 0; c < l->n_columns && !rc; c++)
		if (row->cell[c].wanted != row->cell[c].cents)
			rc = change_price(r, l, tariff, c, &row->cell[c], e);
	return rc ? rc : ct_exec(r, "list_tariff_touch", CT_ARGS(CT_NUM(tariff)), e);
}

/* Its first tariff: what was typed, and what it had inherited in the other columns. */
static int first_tariff(struct ct_request *r, const struct price_list *l, const struct list_row *row,
			struct ct_error *e)
{
	int64_t tariff;
	int rc = ct_insert(r, "list_tariff_insert",
			   CT_ARGS(CT_NUM(l->org), row->is_kind ? CT_NUM(row->id) : CT_NULL,
				   row->is_kind ? CT_NULL : CT_NUM(row->id), CT_STR(row->name),
				   CT_STR(l->amounts ? l->amounts : "include_vat"), CT_STR(l->vat_code),
				   CT_DAY(l->from)),
			   &tariff, e);

	if (!rc)
		rc = ct_audit(r, "tariff", tariff, "create", NULL, json_pack("{s:s}", "label", row->name), e);
	for (size_t c = 0; c < l->n_columns && !rc; c++) {
		int64_t cents = row->cell[c].wanted >= 0 ? row->cell[c].wanted : row->cell[c].inherited;

		if (cents >= 0)
			rc = put_price(r, l, tariff, c, cents, e);
	}
	return rc;
}

/* Ends on the day before; what began only then is put away. */
static int end_tariff(struct ct_request *r, const struct price_list *l, const struct list_row *row,
		      struct ct_error *e)
{
	struct ct_day last = ct_day_add(l->from, -1);
	char text[CT_TIME_TEXT];
	bool unborn = row->valid_from.n >= l->from.n;
	int rc;

	if (unborn)
		rc = ct_exec(r, "list_tariff_archive", CT_ARGS(CT_UTC(r->now), CT_NUM(row->tariff)), e);
	else
		rc = ct_exec(r, "list_tariff_end", CT_ARGS(CT_DAY(last), CT_NUM(row->tariff)), e);
	return rc ? rc : ct_audit(r, "tariff", row->tariff, unborn ? "archive" : "change", NULL,
				  unborn ? NULL : json_pack("{s:s}", "valid_to", ct_day_text(text, last)), e);
}

static int succeed(struct ct_request *r, const struct price_list *l, const struct list_row *row,
		   struct ct_error *e)
{
	int64_t next;
	int rc;

	if ((rc = ct_insert(r, "list_tariff_succeed", CT_ARGS(CT_DAY(l->from), CT_NUM(row->tariff)), &next, e)) ||
	    (rc = ct_exec(r, "list_steps_succeed", CT_ARGS(CT_NUM(next), CT_NUM(row->tariff)), e)) ||
	    (rc = end_tariff(r, l, row, e)) ||
	    (rc = ct_audit(r, "tariff", next, "create", NULL, json_pack("{s:s}", "label", row->name), e)))
		return rc;
	return change_prices(r, l, row, next, e);
}

static int store_row(struct ct_request *r, const struct price_list *l, const struct list_row *row,
		     struct ct_error *e)
{
	if (!row->tariff)
		return first_tariff(r, l, row, e);
	if (is_empty(l, row) && !row->others)
		return end_tariff(r, l, row, e);
	if (row->used || l->from.n > l->today.n)
		return succeed(r, l, row, e);
	return change_prices(r, l, row, row->tariff, e);
}

int list_store(struct ct_request *r, const struct price_list *l, int64_t *changed_r, struct ct_error *e)
{
	int rc = 0;

	*changed_r = 0;
	for (size_t i = 0; i < l->n_rows && !rc; i++)
		if (has_changed(l, &l->row[i])) {
			rc = store_row(r, l, &l->row[i], e);
			++*changed_r;
		}
	return rc;
}
