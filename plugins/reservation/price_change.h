/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of a price when its booking changes. The lines that were accepted stay; lines for the difference
 * are added, one for each extra, each gift and each VAT, so that the sum of each stays true: of what an extra
 * costs, of what a place gave, of the list price and of the VAT.
 */
#ifndef RESERVATION_PRICE_CHANGE_H
#define RESERVATION_PRICE_CHANGE_H

#include "store.h"

/*
 * Puts the extras and the chosen price of a booking's lines into a wish that asks for it again. An extra for
 * each of those who come has no number, so that it follows theirs; w->attendance is that of the lines.
 */
void wish_again(struct ct_request *r, const struct price *was, struct wish *w);

/*
 * Gives of the new price the share that was given of the old one. `manager` decides, and may so give more than
 * it was; else it is at most what was ever given, so that nobody makes a gift larger by staying longer.
 */
void price_give_again(struct ct_request *r, const struct price *was, struct price *now, bool manager);

/*
 * Makes a computed price one that nobody has agreed to: none yet, with its extras at 0, so that who names it still
 * reads how many there are.
 */
void price_open(struct price *price);

/*
 * Has a manager named it, and nothing changed it since? Such a price is one line of the hire without a tariff behind
 * it, the last one, over lines that amount to nothing: there was no price before (quotation.h).
 */
bool price_is_named(const struct price *price);

/*
 * The lines, under `label`, that make `was` amount to `now`; on r. Their total may be negative. Where `was` is no price
 * yet, the lines of `now` themselves: there is nothing that they differ from.
 */
struct price price_difference(struct ct_request *r, const struct price *was, const struct price *now,
			      const char *label);

#endif
