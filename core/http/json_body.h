/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON bodies. A form and a JSON body with the same names mean the same, so the members of the
 * object are also available as parameters; the object itself stays for fields that are objects or
 * arrays.
 */
#ifndef CORE_HTTP_JSON_BODY_H
#define CORE_HTTP_JSON_BODY_H

#include <stddef.h>
#include <jansson.h>
#include <comptoir/error.h>
#include "http/params.h"

/* How deep arrays and objects may stand in one another, and how many values a body may hold. */
enum { CT_JSON_DEPTH = 16, CT_JSON_VALUES = 20000 };

/*
 * Parses a whole body into a new object whose one reference is the caller's (ct_own it). CT_BAD
 * for what is not JSON in UTF-8 (RFC 8259), for a member that stands twice, for \u0000 in a
 * string, for a number outside 64 bits, and for anything but an object at the top; the sentence
 * says line and column. CT_TOO_LARGE past limits->max_total_bytes, the depth or the number of
 * values: both are counted before the parser, which recurses, sees the text.
 */
int ct_json_parse(const char *text, size_t len, const struct ct_limits *, json_t **object_r,
		  struct ct_error *e) CT_MUST_USE;

/*
 * The members of `object` as parameters in a new list on `mem`: a string as it is, a number in
 * decimal digits as short as they can be, true and false as "true" and "false", null as "" (a
 * field that is cleared), an array of these as one parameter for each. Members that are objects,
 * or arrays with an array or object in them, are left out: whoever declares them reads the
 * object. Fails as ct_params_add does, and with CT_TOO_LARGE past max_fields and max_field_bytes.
 */
int ct_json_params(void *mem, json_t *object, const struct ct_limits *, struct ct_params **params_r,
		   struct ct_error *e) CT_MUST_USE;

#endif
