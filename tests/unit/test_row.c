/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>
#include <comptoir/request.h>

#include "db/result.h"
#include "view/row.h"

#define NARROW "\xE2\x80\xAF"
#define EURO "\xE2\x82\xAC"

struct given { const char *name; enum ct_cell_kind kind; bool null; int64_t i; const char *text; };

/* A result of one row that stands on it. */
static struct ct_result *result_of(void *mem, const struct given *given, size_t n)
{
	struct ct_column columns[32];
	struct ct_result *result;
	struct ct_cell *cells;

	for (size_t i = 0; i < n; i++)
		columns[i] = (struct ct_column){ given[i].name, given[i].kind };
	result = ct_result_new(mem, columns, n);
	cells = ct_result_add(result);
	for (size_t i = 0; i < n; i++)
		cells[i] = (struct ct_cell){
			.null = given[i].null, .i = given[i].i, .p = given[i].text,
			.len = given[i].text ? strlen(given[i].text) : 0,
		};
	assert_true(ct_next(result));
	return result;
}

static void same(const struct given *given, size_t n, const char *lang, const char *expected)
{
	void *mem = talloc_new(NULL);
	struct ct_request r = { .lang = lang };
	json_t *made = ct_row_json(&r, result_of(mem, given, n));
	json_t *wanted = json_loads(expected, 0, NULL);
	char *text = json_dumps(made, JSON_COMPACT);

	assert_non_null(wanted);
	if (!json_equal(made, wanted))
		fail_msg("got %s", text);
	free(text);
	json_decref(wanted);
	json_decref(made);
	talloc_free(mem);
}

#define SAME(given, lang, expected) same(given, sizeof(given) / sizeof((given)[0]), lang, expected)

static void plain_columns(void **state)
{
	static const struct given given[] = {
		{ "id", CT_CELL_INT, false, 42, NULL }, { "place_id", CT_CELL_INT, false, 7, NULL },
		{ "uid", CT_CELL_TEXT, false, 0, "0198a7c4-8f4e-7cc2-b4c8-3b5d2e9f1a60" },
		{ "copies", CT_CELL_INT, false, 3, NULL },
		{ "is_open", CT_CELL_INT, false, 1, NULL },
		{ "has_key", CT_CELL_INT, false, 0, NULL },
		{ "island", CT_CELL_INT, false, 1, NULL },
		{ "label", CT_CELL_TEXT, false, 0, "<Zo\xC3\xA9>" },
		{ "note", CT_CELL_TEXT, true, 0, NULL },
		{ "token", CT_CELL_BYTES, false, 0, "secret" },
		{ "lead_id", CT_CELL_INT, true, 0, NULL },
		{ "nothing", CT_CELL_NULL, true, 0, NULL },
		{ "ext_id", CT_CELL_TEXT, false, 0, "A-1" },
	};

	(void)state;
	SAME(given, "fr", "{\"id\": \"42\", \"place_id\": \"7\","
	     "\"uid\": \"0198a7c4-8f4e-7cc2-b4c8-3b5d2e9f1a60\", \"copies\": 3, \"is_open\": true,"
	     "\"has_key\": false, \"island\": 1, \"label\": \"<Zo\xC3\xA9>\", \"note\": null,"
	     "\"lead_id\": null, \"nothing\": null, \"ext_id\": \"A-1\"}");
}

static void money_and_rates(void **state)
{
	static const struct given given[] = {
		{ "total_cents", CT_CELL_INT, false, 123450, NULL },
		{ "sum_cents", CT_CELL_TEXT, false, 0, "-500" },
		{ "due_cents", CT_CELL_INT, true, 0, NULL },
		{ "discount_bp", CT_CELL_INT, false, 550, NULL },
		{ "vat_bp", CT_CELL_INT, true, 0, NULL },
	};
	static const struct given swiss[] = {
		{ "total_cents", CT_CELL_INT, false, 100, NULL },
		{ "currency", CT_CELL_TEXT, false, 0, "CHF" },
	};

	(void)state;
	SAME(given, "fr", "{\"total\": {\"cents\": 123450, \"currency\": \"EUR\"},"
	     "\"total_ui\": \"1" NARROW "234,50" NARROW EURO "\","
	     "\"sum\": {\"cents\": -500, \"currency\": \"EUR\"},"
	     "\"sum_ui\": \"\xE2\x88\x92" "5,00" NARROW EURO "\", \"due\": null, \"due_ui\": null,"
	     "\"discount_bp\": 550, \"discount_ui\": \"5,5" NARROW "%\", \"vat_bp\": null,"
	     "\"vat_ui\": null}");
	SAME(swiss, "en",
	     "{\"total\": {\"cents\": 100, \"currency\": \"CHF\"}, \"currency\": \"CHF\","
	     "\"total_ui\": \"CHF\xC2\xA0" "1.00\"}");
}

static int64_t local(int year, int month, int day, int hour)
{
	return ct_local_make(year, month, day, hour, 0, 0).s;
}

static void days_and_hours(void **state)
{
	const struct given given[] = {
		{ "due_d", CT_CELL_DAY, false, ct_day_make(2026, 11, 26).n, NULL },
		{ "paid_d", CT_CELL_DAY, true, 0, NULL },
		{ "computed_d", CT_CELL_TEXT, false, 0, "2026-11-27" },
		{ "day", CT_CELL_DAY, false, ct_day_make(2026, 11, 28).n, NULL },
		{ "opens", CT_CELL_CLOCK, false, 540, NULL },
		{ "closes", CT_CELL_CLOCK, false, 1440, NULL },
		{ "pauses", CT_CELL_CLOCK, true, 0, NULL },
		{ "minutes_d", CT_CELL_INT, false, 5, NULL },
	};

	(void)state;
	SAME(given, "fr",
	     "{\"due_d\": \"2026-11-26\", \"due_ui\": \"26/11/2026\", \"paid_d\": null,"
	     "\"paid_ui\": null, \"computed_d\": \"2026-11-27\", \"computed_ui\": \"27/11/2026\","
	     "\"day\": \"2026-11-28\", \"day_ui\": \"28/11/2026\", \"opens\": \"09:00\","
	     "\"opens_ui\": \"9\xC2\xA0h\", \"closes\": \"24:00\", \"closes_ui\": \"24\xC2\xA0h\","
	     "\"pauses\": null, \"pauses_ui\": null, \"minutes_d\": 5}");
}

static void moments(void **state)
{
	const struct given winter[] = {
		{ "start_local", CT_CELL_TIME, false, local(2026, 11, 26, 14), NULL },
		{ "created_utc", CT_CELL_TIME, false, local(2026, 7, 1, 12), NULL },
		{ "archived_at", CT_CELL_TIME, true, 0, NULL },
		{ "end_local", CT_CELL_TEXT, false, 0, "2026-11-26 18:00:00" },
		{ "looked_at", CT_CELL_TEXT, false, 0, "a house" },
	};
	const struct given island[] = {
		{ "start_local", CT_CELL_TIME, false, local(2026, 7, 1, 9), NULL },
		{ "zone", CT_CELL_TEXT, false, 0, "Indian/Reunion" },
	};
	const struct given nowhere[] = {
		{ "start_local", CT_CELL_TIME, false, local(2026, 7, 1, 9), NULL },
		{ "zone", CT_CELL_TEXT, false, 0, "Nowhere/Land" },
	};

	(void)state;
	SAME(winter, "en",
	     "{\"start\": \"2026-11-26T14:00:00+01:00\", \"start_local\": \"2026-11-26T14:00\","
	     "\"start_ui\": \"Thursday 26 November 2026, 14:00\","
	     "\"created\": \"2026-07-01T14:00:00+02:00\", \"created_local\": \"2026-07-01T14:00\","
	     "\"created_ui\": \"Wednesday 1 July 2026, 14:00\", \"archived_at\": null,"
	     "\"archived_at_local\": null, \"archived_at_ui\": null,"
	     "\"end\": \"2026-11-26T18:00:00+01:00\", \"end_local\": \"2026-11-26T18:00\","
	     "\"end_ui\": \"Thursday 26 November 2026, 18:00\", \"looked_at\": \"a house\"}");
	SAME(island, "en",
	     "{\"start\": \"2026-07-01T09:00:00+04:00\", \"start_local\": \"2026-07-01T09:00\","
	     "\"start_ui\": \"Wednesday 1 July 2026, 09:00\", \"zone\": \"Indian/Reunion\"}");
	SAME(nowhere, "en",
	     "{\"start\": \"2026-07-01T09:00:00+02:00\", \"start_local\": \"2026-07-01T09:00\","
	     "\"start_ui\": \"Wednesday 1 July 2026, 09:00\", \"zone\": \"Nowhere/Land\"}");
}

static void verbs(void **state)
{
	json_t *view = json_object(), *list, *inner, *wanted;
	char *text;

	(void)state;
	ct_put_text(view, "title", NULL);
	ct_put_text(view, "title", "Lys");
	ct_put_text(view, "broken", "a\xFF" "b\xC3");
	ct_put_int(view, "n", INT64_MIN);
	ct_put_bool(view, "free", true);
	ct_put_id(view, "id", INT64_MAX);
	ct_put_id(view, "none", 0);
	ct_put_day(view, "due", CT_NO_DAY, "fr");
	ct_put_time(view, "start", CT_NO_LOCAL, NULL, "fr");
	ct_put_instant(view, "sent", CT_NO_UTC, NULL, "fr");
	list = ct_put_array(view, "list");
	ct_add_text(list, "x");
	ct_add_int(list, 1);
	ct_add_id(list, 2);
	ct_add_array(list);
	inner = ct_add_object(list);
	ct_put_null(inner, "k");
	ct_add_json(list, json_true());
	ct_put_json(ct_put_object(view, "in"), "j", json_false());
	wanted = json_loads("{\"title\": \"Lys\", \"broken\": \"a\xEF\xBF\xBD" "b\xEF\xBF\xBD\","
		"\"n\": -9223372036854775808, \"free\": true, \"id\": \"9223372036854775807\","
		"\"none\": null,"
		"\"due_d\": null, \"due_ui\": null, \"start\": null, \"start_local\": null,"
		"\"start_ui\": null, \"sent\": null, \"sent_local\": null, \"sent_ui\": null,"
		"\"list\": [\"x\", 1, \"2\", [], {\"k\": null}, true], \"in\": {\"j\": false}}", 0,
		NULL);
	text = json_dumps(view, JSON_COMPACT);
	if (!json_equal(view, wanted))
		fail_msg("got %s", text);
	free(text);
	json_decref(wanted);
	json_decref(view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_columns), cmocka_unit_test(money_and_rates),
		cmocka_unit_test(days_and_hours), cmocka_unit_test(moments),
		cmocka_unit_test(verbs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
