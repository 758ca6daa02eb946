/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of people: parties, organisations, places, roles, terms, works and grants. Its queries
 * also tell each request the organisation of its subject, which is why it is the first module.
 *
 * Most of it is records; their tables are in people.c, what is particular to each in the file of its name.
 */
#ifndef CORE_PEOPLE_PEOPLE_H
#define CORE_PEOPLE_PEOPLE_H

#include <comptoir/people.h>
#include <comptoir/plugin.h>

extern const struct ct_query ct_people_queries[];

/*
 * Of a party p that the organisation c.org_id knows: 2 nothing of it may be changed there, 1 its own note only,
 * 0 all. Operators count as others, clients do not: an operator made them (ADR 0019).
 */
#define CT_KNOWN_ELSEWHERE "EXISTS (SELECT 1 FROM org_contact oc JOIN organisation oo ON oo.id = oc.org_id" \
	" WHERE oc.party_id = p.id AND oc.org_id <> c.org_id AND oo.operates = 1)"
#define CT_HAS_ACCOUNT "EXISTS (SELECT 1 FROM account ac WHERE ac.person_id = p.id AND ac.archived_at IS NULL)"
#define CT_SPEAKS_FOR_ITSELF "EXISTS (SELECT 1 FROM role sr JOIN account sa ON sa.person_id = sr.person_id" \
	" WHERE sr.org_id = p.id AND sr.role IN ('contact', 'admin') AND sr.from_d <= UTC_DATE()" \
	" AND (sr.to_d IS NULL OR sr.to_d >= UTC_DATE()) AND sa.active = 1 AND sa.archived_at IS NULL)"
#define CT_CONTACT_LOCKED "IF(p.archived_at IS NOT NULL, 2, " CT_KNOWN_ELSEWHERE " OR " CT_HAS_ACCOUNT " OR " \
	CT_SPEAKS_FOR_ITSELF ")"

/* Of terms t: what is in force, was, or was accepted stays as it is. */
#define CT_TERMS_LOCKED "IF(t.from_d <= UTC_DATE() OR EXISTS (SELECT 1 FROM terms_acceptance ta" \
	" WHERE ta.terms_id = t.id), 2, 0)"

/* What records do around a row (comptoir/plugin.h, struct ct_record). */
typedef int ct_row_f(struct ct_request *r, int64_t id, struct ct_error *e);
typedef int ct_row_form_f(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e);
typedef int ct_row_write_f(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e);
typedef int ct_row_remove_f(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e);

ct_handler_f ct_org_page;

/* contact.c: whom an organisation knows. */
extern const struct ct_field ct_contact_fields[];
extern const struct ct_view_field ct_contact_view[];
ct_row_f ct_contact_check, ct_contact_show, ct_contact_before_delete;
ct_row_form_f ct_contact_form;
ct_row_write_f ct_contact_write;
ct_row_remove_f ct_contact_remove;

/*
 * A contact as texts parallel to ct_contact_fields, as they are stored; boxes "1" or "0", NULL for none. All
 * inside a transaction, where the caller leaves the trace; the update also writes the main address, which
 * needs a town.
 */
const char *ct_contact_value(const char *const *values, const char *name);

/* Such a text as a person reads it ("03 20 00 02 01"), on r; NULL for NULL. */
const char *ct_contact_shown(struct ct_request *r, const struct ct_field *field, const char *text);
int ct_contact_insert(struct ct_request *r, const char *const *values, int64_t *id_r, struct ct_error *e) CT_MUST_USE;
int ct_contact_update(struct ct_request *r, int64_t id, const char *const *values, struct ct_error *e) CT_MUST_USE;

/* Puts an error at the fields of an address or of identifiers that do not fit together. */
void ct_address_check(struct ct_request *r);
void ct_identity_check(struct ct_request *r);

/* settings.c: an organisation about itself. */
extern const struct ct_field ct_org_settings_fields[];
ct_row_f ct_org_settings_check;
ct_row_write_f ct_org_settings_write;

/* role.c: who may do what. */
extern const struct ct_field ct_role_fields[];
ct_row_f ct_role_check, ct_role_before_delete;
ct_row_form_f ct_role_form;
ct_row_write_f ct_role_write;
ct_row_remove_f ct_role_remove;

extern const struct ct_choice ct_roles[];

/* invitation.c */
extern const struct ct_field ct_invite_fields[];
extern const struct ct_view_field ct_invite_view[];
ct_handler_f ct_invite_page, ct_invite_post, ct_invite_revoke;

/* Is the role one of an operator (admin …), or one of a client (contact, may_book, accounts)? */
bool ct_role_of_operator(const char *role);

/* client.c: who acts for a client, from the operator's page of it. */
extern const struct ct_field ct_client_role_fields[];
ct_handler_f ct_client_role_post, ct_client_form;
int ct_client_panel(struct ct_request *r, int64_t client, struct ct_error *e) CT_MUST_USE;

/* grant.c; the label says in the reader's language what a scope ("figures") lets see */
const char *ct_grant_scope_label(const char *scope);
extern const struct ct_field ct_grant_fields[];
ct_row_f ct_grant_check;
ct_row_form_f ct_grant_form;
ct_row_write_f ct_grant_write;
ct_row_remove_f ct_grant_remove;

/* terms.c */
extern const struct ct_field ct_terms_fields[];
extern const struct ct_view_field ct_terms_view[];
ct_row_f ct_terms_check, ct_terms_show;
ct_row_form_f ct_terms_form;
ct_row_write_f ct_terms_write;
ct_row_remove_f ct_terms_remove;

/* work.c: places and projects. */
extern const struct ct_field ct_place_fields[], ct_project_fields[];
ct_row_f ct_place_check, ct_place_before_delete, ct_project_check;

/* merge.c */
extern const struct ct_field ct_merge_fields[], ct_merge_post_fields[];
extern const struct ct_view_field ct_merge_view[];
ct_handler_f ct_merge_page, ct_merge_post;

/* import.c */
extern const struct ct_view_field ct_import_view[];
ct_handler_f ct_import_page, ct_import_post, ct_import_preview, ct_import_apply, ct_import_purge;

/* admin.c: the installation's administrator makes organisations and sees nothing of what is inside. */
extern const struct ct_field ct_new_org_fields[];
extern const struct ct_view_field ct_orgs_view[];
ct_handler_f ct_orgs_page, ct_orgs_new, ct_orgs_post, ct_orgs_panel;

#endif
