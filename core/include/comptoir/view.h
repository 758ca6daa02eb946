/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Filling the view: the JSON object that a handler leaves and that the core renders as HTML,
 * sends as JSON (less every key that ends in `_ui`, and less `page`) or prints as CSV.
 *
 * Each verb puts one thing under a key, by the same rule as ct_rows, so that an object made by
 * hand and a row of a query look alike to a template:
 *
 *   verb                        keys that it sets, all of them always, null where there is none
 *   ct_put_text  (o, "title")   title: text
 *   ct_put_int   (o, "copies")  copies: number
 *   ct_put_bool  (o, "free")    free: true | false
 *   ct_put_id    (o, "id")      id: text ("42"; keys are texts in JSON, 0 is null)
 *   ct_put_money (o, "total")   total: {cents, currency}, total_ui: "1 234,50 €"
 *   ct_put_rate  (o, "part")    part_bp: number, part_ui: "5,5 %"
 *   ct_put_day   (o, "due")     due_d: "2026-11-26", due_ui: "26/11/2026"
 *   ct_put_time  (o, "start")   start: "2026-11-26T14:00:00+01:00",
 *                               start_local: "2026-11-26T14:00",
 *                               start_ui: "jeudi 26 novembre 2026, 14 h"
 *   ct_put_instant (o, "sent")  sent, sent_local and sent_ui likewise, from an instant in UTC
 *
 * A key that is there already is replaced. Ownership: objects and arrays belong to the view,
 * which the request drops once at its end; what these functions return is borrowed and is never
 * released by the caller. Only ct_put_json and ct_add_json take something over: they steal the
 * reference. Texts are copied; a text from outside that is not valid UTF-8 gets U+FFFD for each
 * byte that does not fit, because a view must always be printable.
 *
 * They return nothing because nothing can be done: without memory the worker aborts and is
 * replaced, and a container of the wrong kind or NULL is a programming error, asserted in
 * production too.
 */
#ifndef COMPTOIR_VIEW_H
#define COMPTOIR_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <comptoir/time.h>

void ct_put_text(json_t *object, const char *key, const char *text);	/* NULL: null */
void ct_put_int(json_t *object, const char *key, int64_t number);
void ct_put_bool(json_t *object, const char *key, bool yes);
void ct_put_null(json_t *object, const char *key);
void ct_put_id(json_t *object, const char *key, int64_t id);		/* 0: null */

/* `currency` is an ISO 4217 code ("EUR"); `lang` is the reader's language ("fr", "en"). */
void ct_put_money(json_t *object, const char *key, int64_t cents, const char *currency,
		  const char *lang);
void ct_put_rate(json_t *object, const char *key, int64_t bp, const char *lang);

/* CT_NO_DAY: nulls. */
void ct_put_day(json_t *object, const char *key, struct ct_day day, const char *lang);

/*
 * `local` is wall time in `zone`, the zone of the place that it belongs to. CT_NO_LOCAL: nulls.
 * An hour that a clock change skips or repeats gets the offset that ct_zone gives it by default.
 */
void ct_put_time(json_t *object, const char *key, struct ct_local local, const struct ct_zone *zone,
		 const char *lang);
void ct_put_instant(json_t *object, const char *key, struct ct_utc utc, const struct ct_zone *zone,
		    const char *lang);

/* Steals `value`; NULL is a programming error. */
void ct_put_json(json_t *object, const char *key, json_t *value);

/* A new empty array or object under `key`, borrowed. */
json_t *ct_put_array(json_t *object, const char *key);
json_t *ct_put_object(json_t *object, const char *key);

/* The same at the end of an array. */
json_t *ct_add_object(json_t *array);
json_t *ct_add_array(json_t *array);
void ct_add_text(json_t *array, const char *text);
void ct_add_int(json_t *array, int64_t number);
void ct_add_id(json_t *array, int64_t id);
void ct_add_json(json_t *array, json_t *value);				/* steals `value` */

/*
 * A QR code of `text` (ISO/IEC 18004, correction level M) as key: { size, box, path } for the template
 * core/qr, which draws it: `{{#KEY}}{{>core/qr}}{{/KEY}}`. Null where text is NULL, or too long for one (2 300 bytes).
 */
void ct_put_qr(json_t *object, const char *key, const char *text);

#endif
