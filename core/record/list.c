/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of a record. A page is found by a cursor, the key and the sorted value of a row beside it:
 * "12.La Filature", or "12" where there is no value. So no page costs more than the first.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

#include "field/form.h"
#include "record/internal.h"
#include "view/csv.h"

struct page {
	const struct ct_record_info *info;
	const struct ct_record_column *by;
	bool down;			/* the order that the reader asked for */
	bool archived, back;		/* back: the page before a row */
	const char *q, *pattern;
	const char *cursor;		/* NULL: from the start */
	size_t limit;
	struct ct_result *result;	/* owns the rows */
	struct ct_record_row **rows;
	size_t n;
	bool more;			/* rows beyond these, in the direction of reading */
};

/* A pattern that finds the words as they were typed, % and _ included. */
const char *ct_record_pattern(struct ct_request *r, const char *q)
{
	return ct_like_pattern(r, q, q ? strlen(q) : 0, true);
}

static const char *cursor_of(struct ct_request *r, const struct page *p, const struct ct_record_row *row)
{
	const struct ct_value *v = &row->values[p->by - p->info->sql->columns];
	char text[CT_TIME_TEXT];

	if (!v->set)
		return talloc_asprintf(r, "%lld", (long long)row->id);
	switch (p->by->storage) {
	case CT_STORED_INT:
		return talloc_asprintf(r, "%lld.%lld", (long long)row->id, (long long)v->i);
	case CT_STORED_DAY:
		return talloc_asprintf(r, "%lld.%s", (long long)row->id, ct_day_text(text, v->day));
	case CT_STORED_LOCAL:
		return talloc_asprintf(r, "%lld.%s", (long long)row->id, ct_local_text(text, v->local));
	case CT_STORED_TEXT:
	default:
		return talloc_asprintf(r, "%lld.%s", (long long)row->id, v->text);
	}
}

static int read_cursor(const struct page *p, int64_t *id_r, struct ct_arg *value_r, struct ct_error *e)
{
	char *end;
	int64_t id = strtoll(p->cursor, &end, 10);
	struct ct_local local = CT_NO_LOCAL;
	struct ct_day day = CT_NO_DAY;
	bool good = id > 0 && (*end == '.' || !*end);

	*value_r = CT_NULL;
	if (good && *end == '.') {
		const char *text = end + 1;

		if (p->by->storage == CT_STORED_INT) {
			*value_r = CT_NUM(strtoll(text, &end, 10));
			good = end != text && !*end;
		} else if (p->by->storage == CT_STORED_DAY) {
			good = !ct_day_parse(text, &day, e);
			*value_r = CT_DAY(day);
		} else if (p->by->storage == CT_STORED_LOCAL) {
			good = !ct_local_parse(text, &local, e);
			*value_r = CT_LOCAL(local);
		} else {
			*value_r = CT_STR(text);
		}
	}
	*id_r = id;
	return good ? 0 : ct_fail(e, CT_BAD, _("This page of the list cannot be found again. Please start from its beginning."));
}

static void turn_round(struct page *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct ct_record_row *row = p->rows[i];

		p->rows[i] = p->rows[p->n - 1 - i];
		p->rows[p->n - 1 - i] = row;
	}
}

/* The arguments of the list's statements as far as they narrow it; room for `more`. */
static struct ct_arg *narrowing(struct ct_request *r, const struct page *p, size_t more, size_t *n_r)
{
	const struct ct_record_sql *sql = p->info->sql;
	struct ct_arg *args = talloc_array(r, struct ct_arg, 2 * sql->n + 3 + more);
	size_t n = 0;

	args[n++] = CT_NUM(r->org);
	args[n++] = CT_NUM(p->archived);
	args[n++] = CT_STR(p->pattern);
	for (size_t i = 0; i < sql->n; i++) {
		struct ct_arg arg;

		if (!sql->columns[i].field->filter)
			continue;
		arg = ct_in_set(r, sql->columns[i].field->name)
			? ct_record_arg(&sql->columns[i], ct_in(r, sql->columns[i].field->name)) : CT_NULL;
		args[n++] = arg;
		args[n++] = arg;
	}
	*n_r = n;
	return args;
}

static int fetch(struct ct_request *r, struct page *p, struct ct_error *e)
{
	const struct ct_query *q = p->down != p->back ? &p->by->down : &p->by->up;
	struct ct_arg value = CT_NULL;
	struct ct_result *result;
	int64_t id = 0;
	size_t n;
	struct ct_arg *args = narrowing(r, p, 6, &n);
	int rc = p->cursor ? read_cursor(p, &id, &value, e) : 0;

	if (rc)
		return rc;
	args[n++] = CT_NUM(!p->cursor);
	args[n++] = value;
	args[n++] = value;
	args[n++] = CT_NUM(id);
	args[n++] = value;
	args[n++] = CT_NUM(p->limit + 1);
	rc = ct_query_run(r, q, (struct ct_args){ args, n }, &result, e);
	if (rc)
		return rc;
	p->result = result;
	p->rows = talloc_array(result, struct ct_record_row *, ct_result_rows(result) + 1);
	p->n = 0;
	p->more = false;
	while (ct_next(result)) {
		if (p->n < p->limit)
			p->rows[p->n++] = ct_record_read(p->info, result);
		else
			p->more = true;
	}
	if (p->back)
		turn_round(p);
	return ct_record_label(r, p->info, p->rows, p->n, e);
}

static int read_order(struct ct_request *r, struct page *p, struct ct_error *e)
{
	const struct ct_record_sql *sql = p->info->sql;
	const char *sort = ct_in_text(r, "sort");

	p->by = sql->order;
	p->down = sql->order_down;
	if (!sort)
		return 0;
	p->down = *sort == '-';
	for (size_t i = 0; i < sql->n; i++) {
		p->by = &sql->columns[i];
		if (p->by->up.sql && !strcmp(p->by->field->name, sort + p->down) && ct_record_sees(r, p->by))
			return 0;
	}
	return ct_fail(e, CT_BAD, _("This list cannot be sorted by “%s”."), sort);
}

/* A whole telephone number is looked for as it is stored, however it was typed. */
static const char *as_stored(struct ct_request *r, const struct ct_record_info *info, const char *q)
{
	struct ct_value value;
	struct ct_error e;

	for (size_t i = 0; q && i < info->sql->n; i++) {
		const struct ct_field *f = info->sql->columns[i].field;

		if (f->search && f->type == CT_PHONE && strspn(q, "+0123456789 .-") == strlen(q) &&
		    !ct_field_parse(r, f, q, &value, &e) && value.set)
			return value.text;
	}
	return q;
}

static int read_page(struct ct_request *r, struct page *p, struct ct_error *e)
{
	int64_t limit = ct_in_set(r, "limit") ? ct_in_int(r, "limit") : CT_LIST_ROWS;

	p->info = ct_record_of(r);
	p->limit = limit > CT_LIST_MOST ? CT_LIST_MOST : (size_t)limit;
	p->archived = ct_in_int(r, "archived");
	p->q = p->info->sql->searches ? ct_in_text(r, "q") : NULL;
	p->pattern = ct_record_pattern(r, as_stored(r, p->info, p->q));
	p->back = !ct_in_set(r, "after") && ct_in_set(r, "before");
	p->cursor = ct_in_text(r, p->back ? "before" : "after");
	return read_order(r, p, e);
}

/* Says what stands before the next part. */
static const char *add_part(struct ct_buf *b, const char *mark, const char *name, const char *value)
{
	if (!value)
		return mark;
	ct_buf_printf(b, "%s%s=", mark, name);
	ct_url_arg(b, value);
	return "&";
}

/* The list's address with its search, filters and order; `sort` NULL: the one that there is. */
static const char *here(struct ct_request *r, const struct page *p, const char *sort, const char *to,
			const char *cursor)
{
	struct ct_buf *b = ct_buf_new(r, 8192);
	const char *mark = "?", *limit = ct_in_set(r, "limit") ? talloc_asprintf(r, "%zu", p->limit) : NULL;
	const struct { const char *name, *value; } parts[] = {
		{ "q", p->q }, { "sort", sort ? sort : ct_in_text(r, "sort") },
		{ "archived", p->archived ? "1" : NULL }, { "limit", limit }, { to, cursor },
	};

	ct_buf_text(b, ct_record_url(r, p->info, 0, NULL));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		mark = add_part(b, mark, parts[i].name, parts[i].value);
	for (size_t i = 0; i < p->info->sql->n; i++) {
		const struct ct_field *f = p->info->sql->columns[i].field;

		mark = add_part(b, mark, f->name, f->filter && ct_in_set(r, f->name) ? ct_in_typed(r, f->name) : NULL);
	}
	return ct_buf_data(b);
}

static bool is_numeric(const struct ct_field *f)
{
	return f->type == CT_INT || f->type == CT_MONEY || f->type == CT_RATE || f->type == CT_QUANTITY ||
	       f->type == CT_DURATION;
}

static bool is_listed(struct ct_request *r, const struct ct_record_info *info, const struct ct_record_column *c)
{
	return c->stored && (c->field->list || c == info->sql->title) && ct_record_sees(r, c);
}

static void put_columns(struct ct_request *r, const struct page *p, json_t *table)
{
	json_t *columns = ct_put_array(table, "columns");

	for (size_t i = 0; i < p->info->sql->n; i++) {
		const struct ct_record_column *c = &p->info->sql->columns[i];
		bool sorted = c == p->by;
		json_t *column;

		if (!is_listed(r, p->info, c))
			continue;
		column = ct_add_object(columns);
		ct_put_text(column, "label", ct_record_text(p->info, c->field->label));
		ct_put_text(column, "sort_href", !c->up.sql ? NULL : here(r, p, talloc_asprintf(r, "%s%s",
			sorted && !p->down ? "-" : "", c->field->name), NULL, NULL));
		ct_put_bool(column, "sorted_asc", sorted && !p->down);
		ct_put_bool(column, "sorted_desc", sorted && p->down);
		ct_put_bool(column, "numeric", is_numeric(c->field));
	}
}

static void put_cells(struct ct_request *r, const struct page *p, const struct ct_record_row *row, json_t *line)
{
	json_t *cells = ct_put_array(line, "cells");
	const char *href = ct_record_url(r, p->info, row->id, NULL);
	bool first = true;

	ct_put_text(line, "href", href);
	for (size_t i = 0; i < p->info->sql->n; i++) {
		const struct ct_record_column *c = &p->info->sql->columns[i];
		const char *text;
		json_t *cell;

		if (!is_listed(r, p->info, c))
			continue;
		text = ct_record_show_at(r, p->info, row, i);
		cell = ct_add_object(cells);
		ct_put_text(cell, "label", ct_record_text(p->info, c->field->label));
		ct_put_text(cell, "text", text ? text : first ? ct_record_title(r, p->info, row) : "");
		ct_put_text(cell, "href", first ? href : row->files[i] ? row->files[i]->href : NULL);
		ct_put_bool(cell, "numeric", is_numeric(c->field));
		ct_put_bool(cell, "first", first);
		first = false;
	}
}

static bool is_narrowed(const struct ct_request *r, const struct page *p)
{
	for (size_t i = 0; i < p->info->sql->n; i++)
		if (p->info->sql->columns[i].field->filter && ct_in_set(r, p->info->sql->columns[i].field->name))
			return true;
	return p->q != NULL;
}

/* A select for each filter, whose first option is everything; for a number, a box. */
static int put_filters(struct ct_request *r, const struct page *p, json_t *search, struct ct_error *e)
{
	json_t *filters = ct_put_array(search, "filters");
	int rc = 0;

	for (size_t i = 0; i < p->info->sql->n && !rc; i++) {
		struct ct_field field = *p->info->sql->columns[i].field;
		json_t *control;

		if (!field.filter)
			continue;
		field.required = false;
		field.help = NULL;
		control = ct_form_control(r, &field, ct_in_typed(r, field.name), NULL, r->lang);
		if (json_is_true(json_object_get(control, "is_select")))
			ct_put_text(json_array_get(json_object_get(control, "options"), 0), "label", _("All"));
		ct_add_json(filters, control);
		if (field.type == CT_REF)
			rc = ct_record_choices(r, &field, control, e);
	}
	return rc;
}

static int put_search(struct ct_request *r, const struct page *p, json_t *table, struct ct_error *e)
{
	json_t *search, *hidden, *pair;
	bool filters = false;

	for (size_t i = 0; i < p->info->sql->n; i++)
		filters |= p->info->sql->columns[i].field->filter;
	if ((!p->info->sql->searches && !filters) || (!p->n && !is_narrowed(r, p))) {
		ct_put_null(table, "search");
		return 0;
	}
	search = ct_put_object(table, "search");
	ct_put_bool(search, "words", p->info->sql->searches);
	ct_put_text(search, "action", ct_record_url(r, p->info, 0, NULL));
	ct_put_text(search, "value", p->q);
	hidden = ct_put_array(search, "hidden");
	if (ct_in_set(r, "sort")) {
		pair = ct_add_object(hidden);
		ct_put_text(pair, "name", "sort");
		ct_put_text(pair, "value", ct_in_text(r, "sort"));
	}
	return put_filters(r, p, search, e);
}

static void put_empty(struct ct_request *r, const struct page *p, json_t *table, bool may_add)
{
	json_t *empty = ct_put_object(table, "empty");
	const char *text = ct_record_text(p->info, p->info->record->empty);

	if (p->q)
		text = talloc_asprintf(r, _("Nothing in this list matches “%s”."), p->q);
	else if (is_narrowed(r, p))
		text = _("Nothing in this list matches.");
	else if (!text || p->archived)
		text = _("There is nothing here yet.");
	may_add = may_add && !is_narrowed(r, p) && !p->archived;
	ct_put_text(empty, "text", text);
	ct_put_text(empty, "label", may_add ? _("Add") : NULL);
	ct_put_text(empty, "href", may_add ? ct_record_url(r, p->info, 0, "new") : NULL);
}

static void put_links(struct ct_request *r, const struct page *p, json_t *table)
{
	bool before = p->back ? p->more : p->cursor != NULL, after = p->back || p->more;
	const char *csv = talloc_asprintf(r, "%s.csv", ct_record_url(r, p->info, 0, NULL));
	const char *query = strchr(here(r, p, NULL, NULL, NULL), '?');

	ct_put_text(table, "csv_href", p->n ? talloc_asprintf(r, "%s%s", csv, query ? query : "") : NULL);
	ct_put_text(table, "prev_href", before && p->n
		? here(r, p, NULL, "before", cursor_of(r, p, p->rows[0])) : NULL);
	ct_put_text(table, "next_href", after && p->n
		? here(r, p, NULL, "after", cursor_of(r, p, p->rows[p->n - 1])) : NULL);
	ct_put_text(table, "more_ui", NULL);
}

/* What can be added: an entry, or one of each sort. */
static void put_new(struct ct_request *r, const struct page *p, bool may_add)
{
	const struct ct_record_column *variant = p->info->sql->variant;
	const char *url = ct_record_url(r, p->info, 0, "new");
	json_t *list = ct_put_array(r->view, "new_ui"), *link;

	if (may_add && !variant) {
		link = ct_add_object(list);
		ct_put_text(link, "label", _("Add"));
		ct_put_text(link, "href", url);
		ct_put_bool(link, "usual", true);
	}
	for (const struct ct_choice *c = may_add && variant ? variant->field->choices : NULL; c && c->value; c++) {
		link = ct_add_object(list);
		ct_put_text(link, "label", talloc_asprintf(r, _("Add: %s"), ct_record_text(p->info, c->label)));
		ct_put_text(link, "href", talloc_asprintf(r, "%s?%s=%s", url, variant->field->name, c->value));
		ct_put_bool(link, "usual", c == variant->field->choices);
	}
}

static void put_ways(struct ct_request *r, const struct page *p, json_t *table)
{
	json_t *ways = ct_put_array(table, "ways"), *way;

	for (const struct ct_record_link *l = p->info->record->links; l && l->label; l++) {
		if (!ct_may(r, l->permission, r->org))
			continue;
		way = ct_add_object(ways);
		ct_put_text(way, "label", ct_record_text(p->info, l->label));
		ct_put_text(way, "href", ct_record_url(r, p->info, 0, l->path));
	}
}

static int put_table(struct ct_request *r, const struct page *p, int64_t total, struct ct_error *e)
{
	json_t *table = ct_put_object(r->view, "table_ui"), *lines;
	bool may_add = ct_may(r, p->info->record->edit, r->org), whole = !p->cursor && !p->more;
	long long count = (long long)(total >= 0 ? total : (int64_t)p->n);
	int rc = put_search(r, p, table, e);

	ct_put_text(table, "caption", ct_record_text(p->info, p->info->record->label));
	ct_put_text(table, "count_ui", (whole && p->n) || total >= 0
		? talloc_asprintf(r, ngettext_("%lld entry", "%lld entries", count), count) : NULL);
	put_columns(r, p, table);
	lines = ct_put_array(table, "rows");
	for (size_t i = 0; i < p->n; i++)
		put_cells(r, p, p->rows[i], ct_add_object(lines));
	ct_put_bool(table, "has_rows", p->n > 0);
	put_empty(r, p, table, may_add);
	put_links(r, p, table);
	put_ways(r, p, table);
	put_new(r, p, may_add);
	ct_put_text(r->view, "heading_ui", ct_record_text(p->info, p->info->record->label));
	return rc;
}

static int count_all(struct ct_request *r, const struct page *p, int64_t *total_r, struct ct_error *e)
{
	struct ct_result *result;
	size_t n;
	struct ct_arg *args = narrowing(r, p, 0, &n);
	int rc;

	if (!ct_in_int(r, "total"))
		return 0;
	rc = ct_query_run(r, &p->info->sql->count, (struct ct_args){ args, n }, &result, e);
	if (rc || !ct_next(result))
		return rc;
	*total_r = ct_col_int(result, "n");
	return 0;
}

/* A row without values has all the columns that the caller may see. */
static struct ct_csv *begin_csv(struct ct_request *r, const struct ct_record_info *info)
{
	struct ct_record_row *none = talloc_zero(r, struct ct_record_row);
	json_t *like = json_object();
	struct ct_csv *csv;

	none->archived = CT_NO_UTC;
	none->values = talloc_zero_array(none, struct ct_value, info->sql->n);
	none->labels = talloc_zero_array(none, const char *, info->sql->n);
	none->files = talloc_zero_array(none, const struct ct_file *, info->sql->n);
	for (size_t i = 0; i < info->sql->n; i++) {
		none->values[i].local = CT_NO_LOCAL;
		none->values[i].day = CT_NO_DAY;
	}
	ct_record_put(r, info, none, like);
	csv = ct_csv_begin(r, like);
	json_decref(like);
	return csv;
}

/* All of it, whatever `limit` says, page after page, so that memory holds one of them at a time. */
static int send_csv(struct ct_request *r, struct page *p, struct ct_error *e)
{
	struct ct_csv *csv = begin_csv(r, p->info);
	const char *name;
	int rc;

	p->limit = CT_LIST_MOST;
	p->cursor = NULL;
	p->back = false;
	do {
		rc = fetch(r, p, e);
		for (size_t i = 0; i < p->n && !rc; i++) {
			json_t *row = json_object();

			ct_record_put(r, p->info, p->rows[i], row);
			ct_csv_row(csv, row);
			json_decref(row);
		}
		if (!rc && p->more)
			p->cursor = cursor_of(r, p, p->rows[p->n - 1]);
		if (!rc)
			ct_result_free(p->result);
	} while (!rc && p->more);
	name = strrchr(p->info->path, '/');
	return rc ? rc : ct_csv_end(r, csv, name ? name + 1 : p->info->path, e);
}

int ct_record_list(struct ct_request *r, struct ct_error *e)
{
	struct page p = { 0 };
	int64_t total = -1;
	json_t *rows;
	int rc = read_page(r, &p, e);

	if (!rc && r->s->format == CT_FORMAT_CSV)
		return send_csv(r, &p, e);
	if (rc || (rc = fetch(r, &p, e)) || (rc = count_all(r, &p, &total, e)))
		return rc;
	rows = ct_put_array(r->view, "rows");
	for (size_t i = 0; i < p.n; i++)
		ct_record_put(r, p.info, p.rows[i], ct_add_object(rows));
	ct_put_text(r->view, "next", p.more && !p.back ? cursor_of(r, &p, p.rows[p.n - 1]) : NULL);
	if (total >= 0)
		ct_put_int(r->view, "total", total);
	return ct_wants_html(r) ? put_table(r, &p, total, e) : 0;
}
