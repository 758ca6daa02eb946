/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mails of this module: all of them are a greeting, a sentence, perhaps a link, and what to do next. */
#ifndef CORE_ACCOUNT_LETTER_H
#define CORE_ACCOUNT_LETTER_H

#include <comptoir/request.h>

struct ct_letter {
	int64_t org, party;
	const char *to, *name, *lang;
	const char *subject, *sentence;
	const char *link, *until;	/* absolute address, or NULL; how long it holds, or NULL */
	const char *next;
};

/* Inside a transaction: writes the mail into the outbox. Its texts are in the reader's language already. */
int ct_letter_send(struct ct_request *r, const struct ct_letter *, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: tells an account of a change of its own security; `sentence` and `subject` are N_("…"). */
int ct_letter_notice(struct ct_request *r, int64_t account, const char *subject, const char *sentence,
		     struct ct_error *e) CT_MUST_USE;

#endif
