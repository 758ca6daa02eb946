/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/csv.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

#include "route/state.h"
#include "view/page.h"

static bool is_money(const json_t *value)
{
	return json_is_integer(json_object_get(value, "cents"));
}

static void cell(struct ct_buf *out, const json_t *value)
{
	int64_t cents;
	char number[32];

	if (json_is_string(value)) {
		ct_csv_cell(out, json_string_value(value));
	} else if (json_is_integer(value)) {
		ct_buf_printf(out, "%lld", (long long)json_integer_value(value));
	} else if (json_is_boolean(value)) {
		ct_buf_text(out, json_is_true(value) ? "1" : "0");
	} else if (is_money(value)) {
		cents = json_integer_value(json_object_get(value, "cents"));
		snprintf(number, sizeof(number), "%s%lld,%02lld", cents < 0 ? "-" : "",
			 (long long)(llabs(cents) / 100), (long long)(llabs(cents) % 100));
		ct_buf_text(out, number);
	}
}

static bool is_column(const json_t *value)
{
	return !json_is_array(value) && (!json_is_object(value) || is_money(value));
}

static void row_out(struct ct_buf *out, json_t *row, json_t *columns)
{
	const char *key;
	json_t *value;
	bool first = true;

	json_object_foreach(columns, key, value) {
		ct_buf_text(out, first ? "" : ";");
		cell(out, json_object_get(row, key));
		first = false;
	}
	ct_buf_text(out, "\r\n");
}

static void head_out(struct ct_buf *out, json_t *columns)
{
	const char *key;
	json_t *value;
	bool first = true;

	ct_buf_text(out, "\xEF\xBB\xBF");
	json_object_foreach(columns, key, value) {
		ct_buf_text(out, first ? "" : ";");
		ct_csv_cell(out, key);
		first = false;
	}
	ct_buf_text(out, "\r\n");
}

static json_t *find_list(json_t *view)
{
	const char *key;
	json_t *value;

	json_object_foreach(view, key, value)
		if (json_is_array(value) && strcmp(key, "page") != 0)
			return value;
	return NULL;
}

int ct_csv_render(struct ct_request *r, struct ct_error *e)
{
	json_t *view = ct_own_json(r, ct_page_public(r->view));
	json_t *list = find_list(view), *row, *columns, *value;
	struct ct_buf *out = ct_buf_new(r, 64 << 20);
	const char *key;
	size_t i;

	if (!list)
		return ct_fail(e, CT_MISSING, _("This page has no list to export."));
	columns = ct_own_json(r, json_object());
	json_object_foreach(json_array_get(list, 0), key, value)
		if (is_column(value))
			json_object_set_new(columns, key, json_true());
	head_out(out, columns);
	json_array_foreach(list, i, row)
		row_out(out, row, columns);
	ct_header(r, "Content-Disposition", "attachment; filename=\"comptoir.csv\"");
	ct_body(r, "text/csv; charset=utf-8", ct_buf_data(out), ct_buf_len(out));
	return 0;
}
