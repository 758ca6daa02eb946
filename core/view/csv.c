/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/csv.h"

#include <stdint.h>
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

struct ct_csv { struct ct_buf *out; json_t *columns; };

/* While it grows there are two of it; both have to fit below [server] request_mebibytes with what else is there. */
enum { BOM = 3, MOST_BYTES = 24 << 20 };

/* A value as text; NULL for what has none (null, objects). On `mem`. */
static const char *text_of(void *mem, const json_t *value)
{
	int64_t cents;

	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		return talloc_asprintf(mem, "%lld", (long long)json_integer_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "1" : "0";
	if (!is_money(value))
		return NULL;
	cents = json_integer_value(json_object_get(value, "cents"));
	return talloc_asprintf(mem, "%s%lld,%02lld", cents < 0 ? "-" : "",
			       (long long)(llabs(cents) / 100), (long long)(llabs(cents) % 100));
}

/* Texts go through the verb that quotes them and disarms formulas; a number is one. */
static void cell(struct ct_buf *out, const json_t *value)
{
	char *text = talloc_strdup(out, "");
	json_t *each;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, each) {
			const char *one = text_of(text, each);

			if (one)
				text = talloc_asprintf_append(text, "%s%s", *text ? " " : "", one);
		}
		ct_csv_cell(out, text);
	} else if (json_is_string(value)) {
		ct_csv_cell(out, json_string_value(value));
	} else if (text_of(text, value)) {
		ct_buf_text(out, text_of(text, value));
	}
	talloc_free(text);
}

static bool is_ui(const char *key)
{
	size_t len = strlen(key);

	return len > 3 && !strcmp(key + len - 3, "_ui");
}

static bool is_column(const json_t *value)
{
	if (json_is_array(value))
		return !json_is_object(json_array_get(value, 0)) && !json_is_array(json_array_get(value, 0));
	return !json_is_object(value) || is_money(value);
}

static void choose_columns(struct ct_csv *csv, json_t *row)
{
	const char *key;
	json_t *value;

	csv->columns = json_object();
	json_object_foreach(row, key, value)
		if (!is_ui(key) && is_column(value))
			json_object_set_new(csv->columns, key, json_true());
	json_object_foreach(csv->columns, key, value) {
		ct_buf_text(csv->out, ct_buf_len(csv->out) > BOM ? ";" : "");
		ct_csv_cell(csv->out, key);
	}
	ct_buf_text(csv->out, "\r\n");
}

static int drop_columns(struct ct_csv *csv)
{
	json_decref(csv->columns);
	return 0;
}

struct ct_csv *ct_csv_begin(struct ct_request *r, json_t *like)
{
	struct ct_csv *csv = talloc_zero(r, struct ct_csv);

	csv->out = ct_buf_new(csv, MOST_BYTES);
	ct_buf_text(csv->out, "\xEF\xBB\xBF");
	talloc_set_destructor(csv, drop_columns);
	if (like)
		choose_columns(csv, like);
	return csv;
}

void ct_csv_row(struct ct_csv *csv, json_t *row)
{
	const char *key;
	json_t *value;
	bool first = true;

	if (!csv->columns)
		choose_columns(csv, row);
	json_object_foreach(csv->columns, key, value) {
		ct_buf_text(csv->out, first ? "" : ";");
		cell(csv->out, json_object_get(row, key));
		first = false;
	}
	ct_buf_text(csv->out, "\r\n");
}

int ct_csv_end(struct ct_request *r, struct ct_csv *csv, const char *name, struct ct_error *e)
{
	if (ct_buf_full(csv->out))
		return ct_fail(e, CT_TOO_LARGE, _("This list is too long for one file. Please narrow it down first."));
	ct_header(r, "Content-Disposition", "attachment; filename=\"%s.csv\"", name);
	ct_body(r, "text/csv; charset=utf-8", ct_buf_data(csv->out), ct_buf_len(csv->out));
	return 0;
}

static json_t *find_list(json_t *view)
{
	const char *key;
	json_t *value;

	json_object_foreach(view, key, value)
		if (json_is_array(value) && (!json_array_size(value) || json_is_object(json_array_get(value, 0))))
			return value;
	return NULL;
}

int ct_csv_render(struct ct_request *r, struct ct_error *e)
{
	json_t *list = find_list(ct_own_json(r, ct_page_public(r->view))), *row;
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	size_t i;

	if (!list)
		return ct_fail(e, CT_MISSING, _("This page has no list to export."));
	json_array_foreach(list, i, row)
		ct_csv_row(csv, row);
	return ct_csv_end(r, csv, "comptoir", e);
}
