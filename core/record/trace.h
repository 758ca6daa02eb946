/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trace (audit) in words: what a field held before and after, with the label and in the form that the field
 * gives it. In a trace a text is what would be typed, a number the stored form (cents, minutes), true a
 * secret that was set. References are named in one query a kind, for as many traces as a page has.
 */
#ifndef CORE_RECORD_TRACE_H
#define CORE_RECORD_TRACE_H

#include <comptoir/plugin.h>

struct ct_change { json_t *before, *after; };	/* objects by field name; NULL: nothing */

/* Adds the keys that the change holds of references in `fields` to `wanted`: {"place": ["3"]}. */
void ct_trace_keys(const struct ct_field *fields, const struct ct_change *, json_t *wanted);

/* The names of all that is wanted: {"place": {"3": "La Filature"}}, owned by the request. */
int ct_trace_names(struct ct_request *r, json_t *wanted, json_t **names_r, struct ct_error *e) CT_MUST_USE;

/*
 * Adds { label, before or null, after or null } to `list` for each field that the change holds and that the
 * caller may see in r->org. `domain` is the gettext domain of the labels. Says how many it left out: what the
 * caller may not see, and what no field declares.
 */
size_t ct_trace_put(struct ct_request *r, const struct ct_field *fields, const char *domain,
		    const struct ct_change *, const json_t *names, json_t *list);

#endif
