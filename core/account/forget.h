/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making a person anonymous: when she deletes her account, or [privacy] months after her last act.
 *
 * What goes: names, e-mail, telephone, addresses, identifiers, what organisations noted about her, mails to
 * her, sessions, tokens, links, her account, what the audit trail says her rows held, and what plugins clear
 * in "party.forgotten". What stays: the row itself under a name that is everybody's, so that figures and
 * documents still count, the roles that it had, and who did what when, by its key.
 */
#ifndef CORE_ACCOUNT_FORGET_H
#define CORE_ACCOUNT_FORGET_H

#include <comptoir/request.h>

/*
 * Inside a transaction: makes the person anonymous, with all that were merged into her. Somebody who is so
 * already stays as she is. A hook's refusal is passed on.
 */
int ct_forget(struct ct_request *r, int64_t party, struct ct_error *e) CT_MUST_USE;

/* Puts what keeps her from leaving as the array `key` of `object`: {text, href} each ("party.due"). */
int ct_forget_due(struct ct_request *r, int64_t party, json_t *object, const char *key,
		  struct ct_error *e) CT_MUST_USE;

#endif
