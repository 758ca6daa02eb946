/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the sample till. r->org is the issuer; r->now is set to when things happened, and back by who calls. */
#ifndef INVOICING_DEMO_H
#define INVOICING_DEMO_H

#include "invoicing.h"

/* The id that a query of the sample network ("demo_org", "demo_contact" …) has for a name. CT_MISSING: none. */
int demo_key(struct ct_request *r, const char *query, const char *name, int64_t *id_r, struct ct_error *e) CT_MUST_USE;

/* Sets the request's clock to eight in the morning of a day, or to `now` where that is to come. */
void demo_clock(struct ct_request *r, struct ct_day day, struct ct_utc now);

/* Issues a draft; where something is missing for that, it stays one. */
int demo_issue(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* demo_opening.c: balances that are carried over at the beginning of a month. */
int demo_openings(struct ct_request *r, struct ct_day month, struct ct_utc now, struct ct_error *e) CT_MUST_USE;

/* demo_quotes.c: a catalogue, and a quote in each state; and what the lead of a project has prepared. */
ct_handler_f demo_quotes, demo_works;

#endif
