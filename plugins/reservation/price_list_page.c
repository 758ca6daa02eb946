/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a price list: type, tab, save once. */
#include <string.h>
#include <talloc.h>

#include "price_list.h"
#include "reservation.h"
#include "store.h"
#include "views.h"

enum { MOST_CENTS = 100000000 };

const struct ct_field reservation_price_list_fields[] = {
	{ "place", N_("Place"), CT_REF, .ref = "place" },
	{ "from", N_("From"), CT_DATE },
	{ "stamp", N_("Version"), CT_TEXT, .max = 64 },
	{ "rooms", N_("Rooms only"), CT_BOOL },
	{ 0 }
};

const struct ct_view_field reservation_price_list_view[] = {
	{ "place", "object", "whose prices" }, { "place.id", "id", "" }, { "place.name", "text", "" },
	{ "from_d", "date", "as of this day" }, { "stamp", "text", "to be sent back" },
	{ "columns", "array", "" }, { "columns.key", "text", "" }, { "columns.label", "text", "" },
	{ "rows", "array", "kinds, each with its rooms" }, { "rows.key", "text", "" }, { "rows.name", "text", "" },
	{ "rows.cells", "array", "" }, { "rows.cells.name", "text", "the field that holds it" },
	{ "rows.cells.price", "money", "of its own" }, { "changed", "integer", "rows that were changed" }, { 0 }
};

static const struct ct_field price = { "price", N_("Price"), CT_MONEY, .min = 0, .max = MOST_CENTS };

static const char *typed_money(struct ct_request *r, int64_t cents)
{
	struct ct_value value = { .set = cents >= 0, .i = cents };

	return cents < 0 ? NULL : ct_field_typed(r, &price, &value);
}

/* The place that was asked for, or the organisation's first. */
static int choose_place(struct ct_request *r, int64_t *place_r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "places_ui");
	struct ct_result *row;
	int rc = ct_query(r, "list_places", CT_ARGS(CT_NUM(r->org)), &row, e);

	*place_r = ct_in_int(r, "place");
	while (!rc && ct_next(row)) {
		int64_t id = ct_col_int(row, "id");
		json_t *o = ct_add_object(list);

		*place_r = *place_r ? *place_r : id;
		ct_put_text(o, "name", ct_col_text(row, "name"));
		ct_put_text(o, "link",
			    talloc_asprintf(r, "/o/%s/price-list?place=%lld", ct_path(r, "org"), (long long)id));
		ct_put_bool(o, "current", id == *place_r);
	}
	ct_put_bool(r->view, "has_places_ui", !rc && ct_result_rows(row) > 1);
	return rc;
}

static void put_columns(struct ct_request *r, const struct price_list *l)
{
	json_t *list = ct_put_array(r->view, "columns");

	for (size_t c = 0; c < l->n_columns; c++) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "key", l->column[c].key);
		ct_put_text(o, "label", l->column[c].label);
		ct_put_text(o, "hours_ui", l->column[c].hours);
	}
}

static const char *note_of(const struct list_row *row)
{
	if (!row->tariff)
		return NULL;
	if (!strcmp(row->mode, "gratis"))
		return _("free of charge");
	if (!strcmp(row->mode, "on_quote"))
		return _("on quotation");
	if (!strcmp(row->mode, "free_price"))
		return _("who pays chooses");
	if (row->others)
		return _("with other prices beside these");
	return NULL;
}

static void put_cell(struct ct_request *r, json_t *cells, const struct price_list *l, size_t i, size_t c)
{
	const struct list_cell *cell = &l->row[i].cell[c];
	const char *name = list_cell_name(r, l, i, c), *typed = ct_in_typed(r, name);
	const char *error = json_string_value(json_object_get(json_object_get(r->view, "cell_errors_ui"), name));
	json_t *o = ct_add_object(cells);

	ct_put_text(o, "name", name);
	if (cell->cents >= 0)
		ct_put_money(o, "price", cell->cents, "EUR", r->lang);
	else
		ct_put_null(o, "price");
	ct_put_text(o, "value_ui", typed ? typed : typed_money(r, cell->cents));
	ct_put_text(o, "hint_ui", l->row[i].tariff ? NULL : typed_money(r, cell->inherited));
	ct_put_text(o, "label_ui", l->column[c].label);
	ct_put_text(o, "row_ui", l->row[i].name);
	ct_put_text(o, "error_ui", error);
}

static void put_rows(struct ct_request *r, const struct price_list *l)
{
	json_t *list = ct_put_array(r->view, "rows");

	for (size_t i = 0; i < l->n_rows; i++) {
		json_t *o, *cells;

		if (l->row[i].is_kind && ct_in_int(r, "rooms"))
			continue;	/* the third screen of setting up: what is not sent stays as it is */
		o = ct_add_object(list);
		ct_put_text(o, "key", l->row[i].key);
		ct_put_text(o, "name", l->row[i].name);
		ct_put_bool(o, "is_kind_ui", l->row[i].is_kind);
		ct_put_text(o, "note_ui", note_of(&l->row[i]));
		cells = ct_put_array(o, "cells");
		for (size_t c = 0; c < l->n_columns; c++)
			put_cell(r, cells, l, i, c);
	}
	ct_put_bool(r->view, "has_rows_ui", l->n_rows > 0);
}

static const char *basis(const struct price_list *l)
{
	if (!l->amounts || !strcmp(l->amounts, "include_vat"))
		return _("Amounts with VAT; another basis stands in the tariff.");
	return strcmp(l->amounts, "exclude_vat") ? _("Amounts without VAT: it does not apply.")
						 : _("Amounts excluding VAT.");
}

static void put_list(struct ct_request *r, const struct price_list *l)
{
	json_t *place = ct_put_object(r->view, "place");
	const char *typed = ct_in_typed(r, "from");
	char text[CT_TIME_TEXT];

	ct_put_id(place, "id", l->place);
	ct_put_text(place, "name", l->place_name);
	ct_put_text(r->view, "from_d", typed ? typed : ct_day_text(text, l->from));
	ct_put_text(r->view, "from_min_ui", ct_day_text(text, l->today));
	ct_put_text(r->view, "stamp", l->stamp);
	ct_put_text(r->view, "basis_ui", basis(l));
	ct_put_text(r->view, "action_ui", talloc_asprintf(r, "/o/%s/price-list", ct_path(r, "org")));
	ct_put_text(r->view, "tariffs_link_ui", talloc_asprintf(r, "/o/%s/tariffs", ct_path(r, "org")));
	ct_put_bool(r->view, "rooms_only_ui", ct_in_int(r, "rooms") != 0);
	put_columns(r, l);
	put_rows(r, l);
}

int reservation_price_list(struct ct_request *r, struct ct_error *e)
{
	struct price_list list;
	int64_t place;
	int rc = choose_place(r, &place, e);

	if (rc)
		return rc;
	if (!place) {
		ct_put_text(ct_put_object(r->view, "place"), "name", NULL);
		ct_put_array(r->view, "columns");
		ct_put_array(r->view, "rows");
		ct_put_bool(r->view, "has_rows_ui", false);
		return 0;
	}
	if ((rc = list_load(r, r->org, place, ct_in_day(r, "from"), &list, e)))
		return rc;
	put_list(r, &list);
	return 0;
}

/* What stands in each cell, where the form has it; false and an error at each that is no amount. */
static bool read_cells(struct ct_request *r, struct price_list *l)
{
	json_t *errors = ct_put_object(r->view, "cell_errors_ui");
	struct ct_value value;
	struct ct_error e;

	for (size_t i = 0; i < l->n_rows; i++)
		for (size_t c = 0; c < l->n_columns; c++) {
			const char *name = list_cell_name(r, l, i, c), *typed = ct_in_typed(r, name);

			if (!typed)
				continue;
			l->row[i].cell[c].wanted = -1;
			if (!*typed)
				continue;
			if (ct_field_parse(r, &price, typed, &value, &e)) {
				ct_put_text(errors, name, e.text);
				ct_in_error(r, name, "%s, %s : %s", l->row[i].name, l->column[c].label, e.text);
			} else if (value.set) {
				l->row[i].cell[c].wanted = value.i;
			}
		}
	return !json_object_size(errors);
}

struct saving { int64_t place, changed; };

/* The rooms' locks first: whoever books has them too, and is priced before or after. */
static int save(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct saving *s = arg;
	struct price_list list;
	bool whole;
	int rc;

	if ((rc = ct_exec(r, "lock_place", CT_ARGS(CT_NUM(s->place)), e)) ||
	    (rc = list_load(r, r->org, s->place, ct_in_day(r, "from"), &list, e)))
		return rc;
	if (ct_day_set(ct_in_day(r, "from")) && list.from.n < list.today.n)
		ct_in_error(r, "from", "%s", _("Prices of days that are over stay as they were."));
	whole = read_cells(r, &list);
	rc = ct_in_fail(r, e);
	if (rc || !whole)
		return rc;
	if (ct_in_text(r, "stamp") && strcmp(ct_in_text(r, "stamp"), list.stamp) != 0)
		return ct_fail(e, CT_CONFLICT, "%s",
			       _("Somebody has changed prices since you opened this page. What you typed is kept: compare, and save again."));
	return list_store(r, &list, &s->changed, e);
}

int reservation_price_list_save(struct ct_request *r, struct ct_error *e)
{
	struct saving s = { 0 };
	int rc;

	if ((rc = choose_place(r, &s.place, e)))
		return rc;
	if (!s.place)
		return ct_fail_field(e, "place", "%s", _("There is no such choice."));
	if ((rc = ct_transaction(r, save, &s, e)))
		return rc;
	if ((rc = reservation_price_list(r, e)))
		return rc;
	ct_put_int(r->view, "changed", s.changed);
	if (s.changed)
		ct_notice(r, ngettext_("The prices of %lld row are saved.", "The prices of %lld rows are saved.", s.changed),
			  (long long)s.changed);
	else
		ct_notice(r, "%s", _("Nothing was changed."));
	ct_redirect(r, 200, talloc_asprintf(r, "/o/%s/price-list?place=%lld", ct_path(r, "org"), (long long)s.place));
	return 0;
}
