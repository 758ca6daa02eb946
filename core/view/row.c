/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/row.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <comptoir/request.h>
#include "db/result.h"

struct row {
	json_t *object;
	const struct ct_result *result;
	const struct ct_zone *zone;
	const char *currency, *lang;
};

/* A column's name without its suffix; names are short, ct_db_check sees to their letters. */
struct base { char text[72]; };

typedef void put_f(const struct row *row, const char *column, struct base base);

static bool begins_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len > n && strcmp(s + len - n, end) == 0;
}

static struct base without(const char *column, const char *suffix)
{
	struct base base;
	size_t len = strlen(column) - strlen(suffix);

	assert(len < sizeof(base.text));
	memcpy(base.text, column, len);
	base.text[len] = '\0';
	return base;
}

static struct base with_ui(const char *name)
{
	struct base base;
	int n = snprintf(base.text, sizeof(base.text), "%s_ui", name);

	assert(n > 0 && (size_t)n < sizeof(base.text));
	return base;
}

static void put_null_with_ui(const struct row *row, const char *key, struct base base)
{
	ct_put_null(row->object, key);
	ct_put_null(row->object, with_ui(base.text).text);
}

static void put_money(const struct row *row, const char *column, struct base base)
{
	if (ct_col_null(row->result, column))
		put_null_with_ui(row, base.text, base);
	else
		ct_put_money(row->object, base.text, ct_col_int(row->result, column), row->currency,
			     row->lang);
}

static void put_rate(const struct row *row, const char *column, struct base base)
{
	if (ct_col_null(row->result, column))
		put_null_with_ui(row, column, base);
	else
		ct_put_rate(row->object, base.text, ct_col_int(row->result, column), row->lang);
}

static void put_day(const struct row *row, const char *column, struct base base)
{
	ct_put_day(row->object, base.text, ct_col_day(row->result, column), row->lang);
}

static void put_local(const struct row *row, const char *column, struct base base)
{
	struct ct_local local = ct_col_local(row->result, column);

	ct_put_time(row->object, base.text, local, row->zone, row->lang);
}

static void put_instant(const struct row *row, const char *column, struct base base)
{
	struct ct_utc utc = ct_col_utc(row->result, column);

	ct_put_instant(row->object, base.text, utc, row->zone, row->lang);
}

#define NUMBER (1u << CT_CELL_NULL | 1u << CT_CELL_INT | 1u << CT_CELL_TEXT)
#define MOMENT (1u << CT_CELL_NULL | 1u << CT_CELL_TIME | 1u << CT_CELL_TEXT)
#define DAY (1u << CT_CELL_NULL | 1u << CT_CELL_DAY | 1u << CT_CELL_TEXT)

/*
 * By the suffix of the name, where the kind suits it: an expression may be a text to the server
 * and a number or a time to us. `keep`: the key is the whole name.
 */
static const struct rule { const char *suffix; bool keep; unsigned kinds; put_f *put; } rules[] = {
	{ "_cents", false, NUMBER, put_money }, { "_bp", false, NUMBER, put_rate },
	{ "_d", false, DAY, put_day }, { "_local", false, MOMENT, put_local },
	{ "_utc", false, MOMENT, put_instant },
	{ "_at", true, 1u << CT_CELL_NULL | 1u << CT_CELL_TIME, put_instant },
};

static bool put_by_suffix(const struct row *row, const struct ct_column *column)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];

		if (!(rule->kinds & 1u << column->kind) || !ends_with(column->name, rule->suffix))
			continue;
		rule->put(row, column->name, without(column->name, rule->keep ? "" : rule->suffix));
		return true;
	}
	return false;
}

static void put_int(const struct row *row, const char *column, int64_t i)
{
	if (strcmp(column, "id") == 0 || ends_with(column, "_id"))
		ct_put_id(row->object, column, i);
	else if (begins_with(column, "is_") || begins_with(column, "has_") ||
		 begins_with(column, "can_"))
		ct_put_bool(row->object, column, i);
	else
		ct_put_int(row->object, column, i);
}

static void put_clock(const struct row *row, const char *column, const struct ct_cell *cell)
{
	char text[CT_TIME_TEXT], ui[CT_TIME_UI];
	int minutes = (int)cell->i;

	ct_put_text(row->object, column, cell->null ? NULL : ct_clock_text(text, minutes));
	ct_put_text(row->object, with_ui(column).text,
		    cell->null ? NULL : ct_clock_ui(ui, minutes, row->lang));
}

static void put_plain_day(const struct row *row, const char *column)
{
	char text[CT_TIME_TEXT], ui[CT_TIME_UI];
	struct ct_day day = ct_col_day(row->result, column);
	bool set = ct_day_set(day);

	ct_put_text(row->object, column, set ? ct_day_text(text, day) : NULL);
	ct_put_text(row->object, with_ui(column).text,
		    set ? ct_day_ui(ui, day, row->lang) : NULL);
}

static void put_by_kind(const struct row *row, const struct ct_column *column,
			const struct ct_cell *cell)
{
	switch (column->kind) {
	case CT_CELL_BYTES:
		return;
	case CT_CELL_CLOCK:
		put_clock(row, column->name, cell);
		return;
	case CT_CELL_DAY:
		put_plain_day(row, column->name);
		return;
	case CT_CELL_TIME:
		put_instant(row, column->name, without(column->name, ""));
		return;
	case CT_CELL_INT:
		if (cell->null)
			ct_put_null(row->object, column->name);
		else
			put_int(row, column->name, cell->i);
		return;
	case CT_CELL_TEXT:
	case CT_CELL_NULL:
		ct_put_text(row->object, column->name, cell->null ? NULL : cell->p);
		return;
	}
	abort();
}

static const char *own_text(const struct ct_result *result, const char *column)
{
	return ct_has_col(result, column) ? ct_col_text(result, column) : NULL;
}

static const struct ct_zone *zone_of(const char *name)
{
	const struct ct_zone *zone = NULL;
	struct ct_error e;

	if (name && ct_zone_get(name, &zone, &e) == 0)
		return zone;
	if (ct_zone_get(CT_DEFAULT_ZONE, &zone, &e) != 0)
		abort();
	return zone;
}

void ct_row_put(json_t *object, const struct ct_result *result, const char *lang)
{
	const char *currency = own_text(result, "currency");
	const struct row row = {
		.object = object, .result = result, .lang = lang,
		.zone = zone_of(own_text(result, "zone")),
		.currency = currency ? currency : CT_DEFAULT_CURRENCY,
	};

	for (size_t i = 0; i < ct_result_columns(result); i++) {
		const struct ct_column *column = ct_result_column(result, i);

		assert(!ends_with(column->name, "_ui") && !ends_with(column->name, "_html") &&
		       strcmp(column->name, "page") != 0);
		if (!put_by_suffix(&row, column))
			put_by_kind(&row, column, ct_result_cell(result, i));
	}
}

json_t *ct_row_json(struct ct_request *r, const struct ct_result *result)
{
	json_t *object = json_object();

	if (!object)
		abort();
	ct_row_put(object, result, r->lang);
	return object;
}
