/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The project that a document is part of, and who leads it. ADR 0051.
 *
 * Whoever leads a project of the issuer today has "invoicing.draft" by that (CT_ROLE_LEAD), and reaches the documents of
 * the projects that she leads, beside those that she began. Who has it by that alone writes for her own projects only,
 * and for clients whom she knows by them, or names exactly.
 */
#ifndef INVOICING_PROJECT_H
#define INVOICING_PROJECT_H

#include "documents.h"

/* By a role, and not by leading a project: any contact, any project, or none. */
#define MAY_CHOOSE "invoicing.choose"

/* Which project it is, optional; a form has it where there is one to choose. */
#define PROJECT_FIELD { "project", N_("Project"), CT_REF, .ref = "project" }

/*
 * Fills the choices of the control "project": the projects in force that the reader may write for, and `stored`, which
 * stays one. Takes the control away where there is none.
 */
int project_choices(struct ct_request *r, json_t *controls, int64_t stored, struct ct_error *e) CT_MUST_USE;

/* May what the reader writes be part of the project that was typed? `stored` may stay. CT_INVALID at the field. */
int project_check(struct ct_request *r, int64_t stored, struct ct_error *e) CT_MUST_USE;

/* The clients that who only leads may choose, into the control "party": those of her projects. */
int project_clients(struct ct_request *r, json_t *control, struct ct_error *e) CT_MUST_USE;

/*
 * Of a new invoice: the party in the field "party", or the one that is named exactly in "known". For who only leads, one
 * of those clients. CT_INVALID at the field.
 */
int project_party(struct ct_request *r, int64_t *party_r, struct ct_error *e) CT_MUST_USE;

/*
 * In a transaction of its own, before project_party: who only leads names so many clients a day, then CT_TOO_MANY. She
 * would learn whom the organisation knows otherwise, name and address.
 */
int project_ask(struct ct_request *r, void *none, struct ct_error *e) CT_MUST_USE;

/* An option of a control that is a select. */
void option_add(struct ct_request *r, json_t *control, const char *value, const char *label);

/* Puts projects_ui of a list: what to filter it by, with "" for all; null where the organisation has no project to show. */
int projects_put(struct ct_request *r, int64_t chosen, struct ct_error *e) CT_MUST_USE;

#endif
