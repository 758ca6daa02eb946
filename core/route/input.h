/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what arrived to typed values: reads the body by its type and within the route's limit, keeps what
 * was typed, parses each declared field and looks references up by their own rule.
 */
#ifndef CORE_ROUTE_INPUT_H
#define CORE_ROUTE_INPUT_H

#include <comptoir/request.h>

/*
 * Reads query and body. CT_BAD for anything malformed, cut short or repeated without being declared so;
 * CT_TOO_LARGE; CT_WRONG_TYPE for a body that is no form and no JSON object.
 */
int ct_input_read(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* The text of a parameter as it arrived, in the body or else in the query; NULL where it did not. */
const char *ct_input_raw(const struct ct_request *r, const char *name);

/*
 * Parses the route's fields into the request's values and looks references up. CT_INVALID where one does
 * not pass, with all the sentences in the state's `errors`.
 */
int ct_input_check(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

#endif
