/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a view to bytes: HTML by a template with the frame around it (`page`), JSON without `page` and
 * `_ui`, CSV of a list, and errors as a page or as problem+json (RFC 9457).
 */
#ifndef CORE_VIEW_PAGE_H
#define CORE_VIEW_PAGE_H

#include <comptoir/request.h>

/* Makes r's answer from its view in the format that the client asked for. */
int ct_page_render(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* Makes r's answer from a refusal; never fails: without a template it falls back to plain text. */
void ct_page_error(struct ct_request *r, const struct ct_error *why);

/*
 * Puts `page` (languages, navigation, caller, CSRF token …; the keys are listed at the top of
 * core/templates/layout.mustache) and `form` into the view.
 */
void ct_page_frame(struct ct_request *r);

/* Puts the headers that every answer carries: CSP, nosniff, referrer policy, caching, the session's cookie. */
void ct_page_headers(struct ct_request *r);

/* The view's copy without `page` and without any member ending in `_ui`: what JSON clients get. New reference. */
json_t *ct_page_public(json_t *view);

/* A role's name for a person ("manager"), in the language of the request. */
const char *ct_role_label(const char *role);

/*
 * Adds the menu that the caller may use to `list`: an organisation's, or with 0 and NULL the top bar's. Entries are
 * { label, href, current, group and heading (or null) }.
 */
void ct_page_menu(struct ct_request *r, json_t *list, int64_t org, const char *slug);

#endif
