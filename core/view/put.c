/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/view.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/field.h>
#include "field/type.h"
#include "field/utf8.h"

/* Of a key with a suffix: "start" and "_local". Keys are names in the source, so they are short. */
struct key { char text[96]; };

static struct key suffixed(const char *key, const char *suffix)
{
	struct key k;
	int n = snprintf(k.text, sizeof(k.text), "%s%s", key, suffix);

	assert(n > 0 && (size_t)n < sizeof(k.text));
	return k;
}

static json_t *text_value(const char *text)
{
	json_t *value;
	char *repaired;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	repaired = ct_utf8_repair(NULL, text);
	value = json_string(repaired);
	talloc_free(repaired);
	return value;
}

static json_t *id_value(int64_t id)
{
	char buf[24];

	if (id == 0)
		return json_null();
	snprintf(buf, sizeof(buf), "%lld", (long long)id);
	return json_string(buf);
}

void ct_put_json(json_t *object, const char *key, json_t *value)
{
	assert(json_is_object(object) && key && *key);
	if (json_object_set_new(object, key, ct_field_sure(value)) != 0)
		abort();
}

void ct_add_json(json_t *array, json_t *value)
{
	assert(json_is_array(array));
	if (json_array_append_new(array, ct_field_sure(value)) != 0)
		abort();
}

void ct_put_text(json_t *object, const char *key, const char *text)
{
	ct_put_json(object, key, text_value(text));
}

void ct_put_int(json_t *object, const char *key, int64_t number)
{
	ct_put_json(object, key, json_integer(number));
}

void ct_put_bool(json_t *object, const char *key, bool yes)
{
	ct_put_json(object, key, json_boolean(yes));
}

void ct_put_null(json_t *object, const char *key)
{
	ct_put_json(object, key, json_null());
}

void ct_put_id(json_t *object, const char *key, int64_t id)
{
	ct_put_json(object, key, id_value(id));
}

void ct_put_money(json_t *object, const char *key, int64_t cents, const char *currency,
		  const char *lang)
{
	json_t *money = ct_put_object(object, key);
	void *mem = talloc_new(NULL);

	assert(currency);
	ct_put_int(money, "cents", cents);
	ct_put_text(money, "currency", currency);
	ct_put_text(object, suffixed(key, "_ui").text, ct_money_show(mem, cents, currency, lang));
	talloc_free(mem);
}

void ct_put_rate(json_t *object, const char *key, int64_t bp, const char *lang)
{
	void *mem = talloc_new(NULL);

	ct_put_int(object, suffixed(key, "_bp").text, bp);
	ct_put_text(object, suffixed(key, "_ui").text, ct_rate_show(mem, bp, lang));
	talloc_free(mem);
}

void ct_put_day(json_t *object, const char *key, struct ct_day day, const char *lang)
{
	char text[CT_TIME_TEXT], ui[CT_TIME_UI];
	bool set = ct_day_set(day);

	ct_put_text(object, suffixed(key, "_d").text, set ? ct_day_text(text, day) : NULL);
	ct_put_text(object, suffixed(key, "_ui").text, set ? ct_day_ui(ui, day, lang) : NULL);
}

static void put_moment(json_t *object, const char *key, struct ct_utc utc, struct ct_local local,
		       const struct ct_zone *zone, const char *lang)
{
	char offset[CT_TIME_TEXT], text[CT_TIME_TEXT], ui[CT_TIME_UI];

	ct_put_text(object, key, ct_utc_text_offset(offset, zone, utc));
	ct_put_text(object, suffixed(key, "_local").text, ct_local_text(text, local));
	ct_put_text(object, suffixed(key, "_ui").text, ct_local_ui(ui, local, CT_NO_DAY, lang));
}

static void put_no_moment(json_t *object, const char *key)
{
	ct_put_null(object, key);
	ct_put_null(object, suffixed(key, "_local").text);
	ct_put_null(object, suffixed(key, "_ui").text);
}

void ct_put_time(json_t *object, const char *key, struct ct_local local,
		 const struct ct_zone *zone, const char *lang)
{
	if (!ct_local_set(local))
		put_no_moment(object, key);
	else
		put_moment(object, key, ct_zone_utc(zone, local), local, zone, lang);
}

void ct_put_instant(json_t *object, const char *key, struct ct_utc utc, const struct ct_zone *zone,
		    const char *lang)
{
	if (!ct_utc_set(utc))
		put_no_moment(object, key);
	else
		put_moment(object, key, utc, ct_zone_local(zone, utc), zone, lang);
}

json_t *ct_put_array(json_t *object, const char *key)
{
	json_t *array = json_array();

	ct_put_json(object, key, array);
	return array;
}

json_t *ct_put_object(json_t *object, const char *key)
{
	json_t *inner = json_object();

	ct_put_json(object, key, inner);
	return inner;
}

json_t *ct_add_object(json_t *array)
{
	json_t *object = json_object();

	ct_add_json(array, object);
	return object;
}

json_t *ct_add_array(json_t *array)
{
	json_t *inner = json_array();

	ct_add_json(array, inner);
	return inner;
}

void ct_add_text(json_t *array, const char *text)
{
	ct_add_json(array, text_value(text));
}

void ct_add_int(json_t *array, int64_t number)
{
	ct_add_json(array, json_integer(number));
}

void ct_add_id(json_t *array, int64_t id)
{
	ct_add_json(array, id_value(id));
}
