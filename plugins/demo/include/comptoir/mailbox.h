/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the mails can be read, for pages that say "we have written to you": the service "mailbox", which the
 * plugin demo offers. Elsewhere mails are in people's own mailboxes, and ct_service gives NULL.
 */
#ifndef COMPTOIR_MAILBOX_H
#define COMPTOIR_MAILBOX_H

#include <comptoir/request.h>

struct ct_mailbox {
	/* A sentence ("In the demonstration, the e-mail is here:") and the words of the link behind it. */
	const char *(*sentence)(struct ct_request *r);
	const char *(*label)(struct ct_request *r);
	const char *href;
};

/* The table, or NULL where mails leave for real. */
#define CT_MAILBOX(r) ((const struct ct_mailbox *)ct_service((r), "mailbox", 1))

#endif
