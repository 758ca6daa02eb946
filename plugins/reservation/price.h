/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prices that explain themselves: from a tariff and hours to lines. Deterministic: the time is split by
 * local day; of each day the cheapest allowed combination of the place's windows, hours begun or minutes,
 * and the day's price is taken; several days together may be a week or a month; equal prices prefer fewer
 * lines. What no window covers of a day is added up before its hours are rounded up, and is the time that
 * passes: in the night of clock change, from one to four on the wall is two hours or four.
 *
 * A step may be bounded: `up_to` minutes that one line of it pays for, a minimum and a cap of a line. A price
 * "each time" goes before all others where it is allowed.
 *
 * Amounts are integers throughout, in the basis of the tariff (with VAT, without, or none). What is done to
 * this list price (adjustments, extras, gifts) is in rates.h.
 */
#ifndef RESERVATION_PRICE_H
#define RESERVATION_PRICE_H

#include "days.h"
#include "model.h"

enum price_unit { UNIT_MINUTE, UNIT_HOUR, UNIT_WINDOW, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_USE };

struct step {
	int64_t id;
	enum price_unit unit;
	int64_t cents;
	int64_t up_to;			/* minutes that a line of it pays for at most; 0: any number */
	int64_t minimum, cap;		/* cents of a line for one unit of the room, at least and at most; 0: none */
	const char *window;		/* UNIT_WINDOW: its label, weekdays and minutes of the day */
	int64_t weekdays;
	int from, to;
	const struct days *only_in, *not_in;	/* UNIT_WINDOW: sets of days; NULL: none */
};

struct tariff {
	int64_t id;
	const char *label, *mode, *amounts, *currency, *vat_code;
	int64_t floor, suggested;	/* of a free price; 0: none */
	const char *why;		/* why the reader pays these amounts (rates_tariff); NULL: they are as stored */
	int64_t reason;			/* why it is free of charge; 0: not said */
	const char *reason_label;
	const struct ct_zone *zone;	/* of the place */
	struct step *steps;
	size_t n_steps;
};

struct price_line {
	int64_t tariff, step, adjust, extra;	/* what made it; 0: not that */
	const char *label;
	const char *reason;		/* NULL: none */
	int64_t reason_id;		/* one of the organisation's reasons; 0: none */
	int64_t quantity;		/* in 1/10 000 */
	int64_t unit_cents;
	int64_t list_cents, amount_cents;	/* what it is worth; what is to be paid */
	const char *vat_code;
	const char *extra_label;	/* of an extra, without how many of it; NULL: none */
	size_t item;			/* of which item it is, counted from 0; extras: of none */
	bool per_person;		/* an extra for each of those who come; of stored lines only */
};

struct price {
	bool known;			/* false: on quotation, or no tariff; its lines are extras at 0 then */
	bool mixed;			/* items with different bases, which cannot be added up */
	bool for_body;			/* who pays reads amounts without VAT: a professional, a public body */
	struct price_line *lines;
	size_t n_lines;
	int64_t total_cents;		/* in its basis */
	int64_t audience;		/* as which the payer pays; 0: as the public */
	const char *currency;
	const char *amounts;		/* "include_vat", "exclude_vat", "no_vat" */
	json_t *shares;			/* what others take of it, { by, label, gross } each; NULL: unknown (bill.h) */
	int64_t left_cents;		/* and what is left to the payer, VAT included */
};

/*
 * The tariff of each room on `day`: its own, else its kind's, else its place's; NULL where nothing says
 * what it costs. `tariffs_r` is parallel to rooms->room. One query, and one where parts of the day are limited to
 * sets of days, which are then known from a week before `day` to a year and a week after it.
 */
int tariffs_load(struct ct_request *r, const struct rooms *, struct ct_day day, struct tariff ***tariffs_r,
		 struct ct_error *e) CT_MUST_USE;

/* The name of a unit in the database, and back; false for a name that is none. */
const char *unit_name(enum price_unit unit);
bool unit_named(const char *name, enum price_unit *unit_r);

/*
 * The list price of `quantity` units from `start` to `end`; `tariff` may be NULL. What is free of charge has
 * its lines at list price and one that takes them off. On r, labels in r's language.
 */
struct price price_of(struct ct_request *r, const struct tariff *tariff, struct ct_local start,
		      struct ct_local end, int64_t quantity);

/* Adds a line and its amount to the total. */
struct price_line *price_add(struct ct_request *r, struct price *price, struct price_line line);

/* The text without what is past its first `most` characters; and a price line's label, as long as its column takes. */
const char *text_fitting(struct ct_request *r, const char *text, size_t most);
enum { LINE_LABEL = 160 };

/* Minutes that pass between two wall times of `zone`. */
int64_t minutes_between(const struct ct_zone *zone, struct ct_local start, struct ct_local end);

/* "à partir de 15,00 € l'heure", "gratuit", "sur devis", or NULL: what a card says of a tariff, VAT included. */
const char *price_from(struct ct_request *r, const struct tariff *tariff);

/* One amount of a tariff as everybody reads it: with VAT. */
int64_t tariff_gross(const struct tariff *tariff, int64_t cents);

/* ---- as it is shown and owed: price_view.c ---- */

struct price_sums { int64_t net, vat, gross; };

/* VAT by code over the sums of its lines (vat.h); of a price without VAT net and gross are the same. */
struct price_sums price_sums(const struct price *price);

/* The same of what it is worth, before what was taken off: of the list prices of its lines. */
struct price_sums price_list_sums(struct ct_request *r, const struct price *price);

/* `cents`, a part of the price in its basis, as the payer reads it: with VAT, to a body without. */
int64_t price_shown(const struct price *price, int64_t cents);

/* "TTC", "HT" where a body reads it, "TVA non applicable": what total_ui of price_put is. */
const char *price_basis(const struct price *price);

/* "96,00 €": what is to be paid in the end; price_said has its basis behind it, "96,00 € TTC", where there is VAT. */
const char *price_text(struct ct_request *r, const struct price *price);
const char *price_said(struct ct_request *r, const struct price *price);

/* What who pays is left with: all of it, less the shares that others take. */
int64_t price_left(const struct price *price);

/* "96,00 € TTC", or where others take shares "96,00 € TTC, dont il vous reste 48,00 € à payer". */
const char *price_left_said(struct ct_request *r, const struct price *price);

/* "96,00": an amount as a form sends it back. */
const char *cents_typed(struct ct_request *r, int64_t cents);

/* Puts what reservation/price-box reads into `object`. `asked`: a form will send the total back. */
void price_put(struct ct_request *r, json_t *object, const struct price *price, bool asked);

/* "café × 20, tableau": the extras that are asked for, changes added up; NULL: none. On r. */
const char *price_extras(struct ct_request *r, const struct price *price);

/* What the button says, in law (C. conso L221-14): by price and whether it has to be approved. */
const char *price_button(struct ct_request *r, const struct price *price, const struct room *room);

#endif
