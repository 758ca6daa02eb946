/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the client would rather have (RFC 9110, 12.5). Members that cannot be read are passed
 * over, as if they were not there; an absent or empty header wants anything.
 */
#ifndef CORE_HTTP_ACCEPT_H
#define CORE_HTTP_ACCEPT_H

/*
 * Which of the types in `offered` (ends with NULL, best first: "text/html", "application/json",
 * NULL) the Accept header wants most: its index, or -1 where it refuses all of them.
 *
 * Each type has the weight of the most specific member that matches it (12.5.1). Among equal
 * weights a type that is named beats one that a wildcard lets in, because scripts ask for
 * "application/json" and then for anything; after that the order of `offered` decides. A
 * parameter of a member, other than q and charset, must be in the offered type too.
 */
int ct_accept_choose(const char *header, const char *const *offered);

/*
 * The language of an Accept-Language header: "fr" or "en"; "fr" where it says neither. Regions do
 * not matter (fr-CA is fr); among equal weights the first named wins; `*` stands for what is not
 * named.
 */
const char *ct_accept_language(const char *header);

#endif
