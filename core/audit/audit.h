/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of traces: who changed what, before and after. An organisation's are for who may
 * `audit.see` there; the installation's (accounts, organisations: rows of no organisation) for whoever looks
 * after it, who sees none of the others.
 */
#ifndef CORE_AUDIT_AUDIT_H
#define CORE_AUDIT_AUDIT_H

#include <comptoir/plugin.h>

/*
 * A page of traces costs what it shows: it begins behind a key, and a search looks at so many of the newest
 * behind that key; where it has seen them all it says where to go on.
 */
enum { CT_AUDIT_ROWS = 50, CT_AUDIT_MOST = 500, CT_AUDIT_WINDOW = 20000 };

extern const struct ct_query ct_audit_queries[];
extern const struct ct_field ct_audit_fields[];
extern const struct ct_view_field ct_audit_view[];

/* list.c: GET /o/{org}/audit and GET /admin/audit */
ct_handler_f ct_audit_page;

/* words.c: how a trace reads. `action` is ct_audit's word. */
const char *ct_audit_action(const char *action);

/* The kind's label ("Place"), `full` as a kind is named; else its own word. */
const char *ct_audit_kind(struct ct_request *r, const char *full);

/* The page of what was changed, or NULL: a record's page, or the kind's own. */
const char *ct_audit_href(struct ct_request *r, const char *full, int64_t object);

/* What a kind's traces hold, of a record its fields; NULL: nothing is known. *domain_r: of their labels. */
const struct ct_field *ct_audit_traced(struct ct_request *r, const char *full, const char **domain_r);

/* Controls of the search form, with the choices that there are. */
int ct_audit_put_form(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

#endif
