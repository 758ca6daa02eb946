/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The price list of a place as one table: a row for each kind and each room, a column for the hour, each part of
 * the day, and the day. It shows and changes plain prices; what a tariff has beside them (minutes, weeks, tiers,
 * minimum and cap) stays as it is.
 *
 * A room without prices of its own has its kind's, else its place's. The narrowest tariff counts as a whole, so a
 * room that gets one price of its own gets copies of what it had inherited in the other columns.
 *
 * Prices change from a day on. A tariff that bookings were priced with, or that was in force before that day, is
 * ended the day before and gets a successor; only one that nobody has used is changed in its place.
 */
#ifndef RESERVATION_PRICE_LIST_H
#define RESERVATION_PRICE_LIST_H

#include "price.h"

enum { LIST_COLUMNS = 14 };

struct list_column {
	const char *key;		/* "hour", "w12", "day": the second part of a cell's name */
	const char *label, *hours;	/* hours: of a part of the day, else NULL */
	enum price_unit unit;
	int64_t window;
};

struct list_cell {
	int64_t step;			/* 0: no price of its own */
	int64_t cents, inherited;	/* -1: none */
	int64_t wanted;			/* as typed; -1: none */
};

struct list_row {
	const char *key;		/* "k3", "r12": the first part of a cell's name */
	const char *name;
	bool is_kind;
	int64_t id, kind;
	int64_t tariff;			/* of its own on the day; 0: none */
	const char *mode, *amounts;
	struct ct_day valid_from;
	int64_t version;
	bool others;			/* it has prices that the list does not show */
	bool used;			/* bookings were priced with it */
	struct list_cell cell[LIST_COLUMNS];
};

struct price_list {
	int64_t org, place;
	const char *place_name, *place_slug;
	struct ct_day from, today;	/* today there; `from` CT_NO_DAY asks for it */
	const char *amounts, *vat_code;	/* of a new tariff */
	struct list_column column[LIST_COLUMNS];
	size_t n_columns;
	struct list_row *row;
	size_t n_rows;
	const char *stamp;		/* changes with every tariff of it */
};

/* The list of a place of `org` as it is on `from`. Three queries, however many rooms. CT_MISSING: no such place. */
int list_load(struct ct_request *r, int64_t org, int64_t place, struct ct_day from, struct price_list *list_r,
	      struct ct_error *e) CT_MUST_USE;

/* "r12-hour": the name of a cell's input. On r. */
const char *list_cell_name(struct ct_request *r, const struct price_list *, size_t row, size_t column);

/*
 * Stores what is wanted in each cell, inside a transaction; `list` was loaded in it. *changed_r: how many rows.
 */
int list_store(struct ct_request *r, const struct price_list *list, int64_t *changed_r, struct ct_error *e) CT_MUST_USE;

#endif
