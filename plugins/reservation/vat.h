/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VAT by code, as far as a price needs it: the rates of mainland France (CGI 278 to 281 nonies) and of
 * Guadeloupe, Martinique and La Réunion (CGI 296), and the two grounds of having none: the franchise
 * (CGI 293 B) and the exemption of what non-profit bodies and trainers do (CGI 261, 4 and 7).
 *
 * An amount is exact in its basis, with VAT or without. The other side is computed per code over the sum of
 * the lines that have it, never line by line, and rounded to the nearest cent, halves away from zero.
 */
#ifndef RESERVATION_VAT_H
#define RESERVATION_VAT_H

#include <stdint.h>

/* The rate in basis points; `code` NULL or unknown: the standard one, 2000. */
int64_t vat_rate_bp(const char *code);

/* `a` × `b` ÷ `by` (> 0) to the nearest integer, halves away from zero. The product must fit. */
int64_t vat_share(int64_t a, int64_t b, int64_t by);

/* VAT on `cents` without it, and the VAT that is in `cents` with it. */
int64_t vat_on(int64_t cents, const char *code);
int64_t vat_in(int64_t cents, const char *code);

#endif
