/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of a query as a JSON object: the rule of comptoir/query.h, column by column.
 *
 *   column             keys                                   value
 *   total_cents        total, total_ui                        {cents, currency}; text
 *   discount_bp        discount_bp, discount_ui               number; text
 *   due_d              due_d, due_ui                          "2026-11-26"; text
 *   start_local        start, start_local, start_ui           RFC 3339 with offset; wall time; text
 *   created_utc        created, created_local, created_ui     the same, from an instant
 *   archived_at        archived_at, archived_at_local, …_ui   the same: an instant too
 *   id, place_id       id, place_id                           text
 *   is_open, has_key   is_open, has_key                       boolean (also can_…)
 *   a TIME             opens, opens_ui                        "14:00"; text
 *   a DATE without _d  day, day_ui                            "2026-11-26"; text
 *   all others         the column's name                      number or text
 *   a BINARY or BLOB   none: bytes are for handlers, and mostly secrets
 *
 * NULL gives the same keys, each null. The zone of `_local` and the currency of `_cents` are
 * those of the row's own columns `zone` and `currency` where it has them (they are put as texts
 * too), else Europe/Paris and EUR, as in the columns' defaults of the tables.
 *
 * A column called `page`, or one that ends in `_ui` or `_html`, would get past the template's
 * escaping or hide what the core puts there: it is a programming error, asserted.
 */
#ifndef VIEW_ROW_H
#define VIEW_ROW_H

#include <comptoir/query.h>
#include <comptoir/view.h>

#define CT_DEFAULT_ZONE "Europe/Paris"
#define CT_DEFAULT_CURRENCY "EUR"

/*
 * Puts the current row's columns into `object`, in the language `lang`. ct_row_json
 * (comptoir/query.h) makes a new object of them in the request's language.
 */
void ct_row_put(json_t *object, const struct ct_result *row, const char *lang);

#endif
