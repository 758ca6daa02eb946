/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of law pages: legal notice, privacy, conditions and accessibility of each operator, and
 * help. An operator's are below /legal/{org}/, the network's at /legal/… and /help; each page's footer links
 * to those of the organisation that the page is about. They are made from what the operator filled in at
 * /o/{org}/law, from its contact data and from its terms. What was not filled in is said to be missing,
 * never left blank or made up; whoever may fill it in sees a list.
 *
 * What a page has to say is from loi 2004-575 (LCEN), article 1-1; regulation 2016/679 (GDPR), article 13;
 * code de la consommation, L612-1 and R616-1; loi 2005-102, article 47, with RGAA 4.1.
 */
#ifndef CORE_LAW_LAW_H
#define CORE_LAW_LAW_H

#include <comptoir/pages.h>

/* Who a page is about. Without an organisation (a new installation) only `name` is there: that of the site. */
struct ct_law {
	int64_t org;
	const char *slug;		/* NULL on the network's pages */
	const char *name;
	bool network;
	struct ct_result *row;		/* of query "law"; NULL */
	bool edits;			/* the caller may fill in what is missing */
};

/* Finds it: of the path's organisation, else the network. CT_MISSING where it runs no places. Sets up parts. */
int ct_law_find(struct ct_request *r, struct ct_law *law_r, struct ct_error *e) CT_MUST_USE;

/* What was filled in, NULL where nothing was. Of a number: 0. */
const char *ct_law_text(const struct ct_law *law, const char *column);
int64_t ct_law_int(const struct ct_law *law, const char *column);

/* As a person reads it. */
const char *ct_law_phone(struct ct_request *r, const struct ct_law *law, const char *column);
const char *ct_law_seat(struct ct_request *r, const struct ct_law *law);	/* the address in one line */

/* The e-mail that the operator answers at for `column`, else its general one, or NULL. */
const char *ct_law_email(const struct ct_law *law, const char *column);
void ct_law_mail_fact(struct ct_request *r, json_t *part, const char *label, const char *email);

/* Notes for whoever may fill it in that something the law asks for is not there. */
void ct_law_missing(struct ct_request *r, const struct ct_law *law, const char *what);

/* The free text that an operator adds at the end of a page; nothing where there is none. */
void ct_law_more(struct ct_request *r, const struct ct_law *law, const char *column);

/* The address of a page ("privacy") of the same organisation. */
const char *ct_law_href(struct ct_request *r, const struct ct_law *law, const char *page);

/* Links between the pages, title and breadcrumbs: the last thing that a page does. `page`: "privacy". */
int ct_law_done(struct ct_request *r, const struct ct_law *law, const char *page, const char *title,
		struct ct_error *e) CT_MUST_USE;

/* The pages themselves: notice.c, privacy.c, terms.c, help.c, and the form: settings.c */
ct_handler_f ct_notice_page, ct_privacy_page, ct_terms_page, ct_terms_version_page, ct_access_page, ct_help_page;
ct_handler_f ct_law_form, ct_law_store, ct_law_demo;
extern const struct ct_field ct_law_fields[];

/* All columns of law_settings that a form holds, in the order of ct_law_fields. */
#define CT_LAW_COLUMNS "director, legal_form, capital_cents, registered, notice_phone, notice_email," \
	" host_name, host_address, host_phone, notice_text, privacy_contact, privacy_email, dpo, recipients," \
	" outside_eu, keep_contacts, keep_documents, keep_traces, keep_logs, privacy_text, sells, mediator," \
	" mediator_address, mediator_url, terms_text, access_state, access_rate, access_audit_d, access_auditor," \
	" access_gaps, access_email, access_phone, access_text, help_text"

#endif
