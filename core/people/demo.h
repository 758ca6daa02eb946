/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sample network: invented organisations, places and people, and what each plugin adds to them in
 * three stages (ct_handler_f, inside the same transaction): "demo.before" what was agreed (plans, agreements), "demo.data"
 * what there is and who books it, "demo.after" what is made of that (invoices).
 */
#ifndef CORE_PEOPLE_DEMO_H
#define CORE_PEOPLE_DEMO_H

#include <stdio.h>
#include <comptoir/request.h>

struct ct_core;

/*
 * Loads it into an empty installation and prints the accounts: e-mail, password, role, organisation slug
 * and API token, one a line, with tabs between. `scale`: so many times the people and the time that lies behind, for
 * tests of load; else 1. CT_CONFLICT where there is an organisation already.
 */
int ct_demo_load(struct ct_core *, FILE *accounts, int scale, struct ct_error *e) CT_MUST_USE;

/* demo_contacts.c: contacts, projects, terms and a grant; inside the transaction that loads the rest. */
int ct_demo_contacts(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* demo_clients.c: `scale` times 138 people who have no account, each a contact of an organisation; some of two. */
int ct_demo_crowd(struct ct_request *r, int scale, struct ct_error *e) CT_MUST_USE;

/* The key of a sample organisation or person that was loaded already; 0 where there is none. */
int64_t ct_demo_org_id(struct ct_request *r, const char *slug);
int64_t ct_demo_person_id(struct ct_request *r, const char *email);

#endif
