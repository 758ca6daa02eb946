/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prices that explain themselves: from a tariff and hours to lines. Deterministic: the time is split by
 * local day; of each day the cheapest allowed combination of the place's windows, hours begun and the
 * day's price is taken; equal prices prefer fewer lines. What no window covers of a day is added up before
 * its hours are rounded up, and is the time that passes: in the night of clock change, from one to four on
 * the wall is two hours or four. Amounts are integers throughout.
 */
#ifndef RESERVATION_PRICE_H
#define RESERVATION_PRICE_H

#include "model.h"

enum price_unit { UNIT_MINUTE, UNIT_HOUR, UNIT_WINDOW, UNIT_DAY, UNIT_USE };

struct step {
	int64_t id;
	enum price_unit unit;
	int64_t cents;
	const char *window;		/* UNIT_WINDOW: its label, weekdays and minutes of the day */
	int64_t weekdays;
	int from, to;
};

struct tariff {
	int64_t id;
	const char *label, *mode, *amounts, *currency, *vat_code;
	const struct ct_zone *zone;	/* of the place */
	struct step *steps;
	size_t n_steps;
};

struct price_line {
	int64_t tariff, step;
	const char *label;
	const char *reason;		/* NULL: none */
	int64_t quantity;		/* in 1/10 000 */
	int64_t unit_cents, amount_cents;
	const char *vat_code;
};

struct price {
	bool known;			/* false: on quotation, or nothing says what it costs; then without lines */
	struct price_line *lines;
	size_t n_lines;
	int64_t total_cents;
	const char *currency;
	const char *amounts;		/* "include_vat", "exclude_vat", "no_vat" */
};

/*
 * The tariff of each room on `day`: its own, else its kind's, else its place's; NULL where nothing says
 * what it costs. `tariffs_r` is parallel to rooms->room. One query.
 */
int tariffs_load(struct ct_request *r, const struct rooms *, struct ct_day day, struct tariff ***tariffs_r,
		 struct ct_error *e) CT_MUST_USE;

/* The price of `quantity` units from `start` to `end`; `tariff` may be NULL. On r, labels in r's language. */
struct price price_of(struct ct_request *r, const struct tariff *tariff, struct ct_local start,
		      struct ct_local end, int64_t quantity);

/* "à partir de 15,00 € l'heure", "gratuit", "sur devis", or NULL: what a card says of a tariff. */
const char *price_from(struct ct_request *r, const struct tariff *tariff);

/* Puts what reservation/price-box reads into `object`. `asked`: a form will send the total back. */
void price_put(struct ct_request *r, json_t *object, const struct price *price, bool asked);

/* What the button says, in law (C. conso L221-14): by price and whether it has to be approved. */
const char *price_button(struct ct_request *r, const struct price *price, const struct room *room);

#endif
