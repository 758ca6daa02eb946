/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail as the bytes that travel (RFC 5322 and MIME), made by GMime.
 *
 *	multipart/mixed				only where something is attached
 *	    multipart/alternative
 *		text/plain
 *		text/html
 *		text/calendar; method=…		of an attached invitation
 *	    the attachments
 *
 * An attachment whose type is text/calendar with a method (RFC 5546, 6047) stands among the alternatives
 * too: Gmail and Outlook show the buttons to accept only there. The attached copy is then of the type
 * application/ics, so that a program that reads both does not enter the event twice.
 *
 * Whatever comes from people (names, subject, names of files) loses its control characters first, line
 * ends above all: no header can be forged.
 */
#ifndef CORE_JOB_MESSAGE_H
#define CORE_JOB_MESSAGE_H

#include <stddef.h>
#include <jansson.h>
#include <comptoir/time.h>

struct ct_message {
	const char *from, *from_name;
	const char *reply_to, *reply_to_name;	/* reply_to NULL: none */
	const char *to, *to_name;		/* to_name may be NULL */
	const char *subject;
	const char *id;				/* Message-ID without its brackets */
	struct ct_utc date;
	const char *text, *html;		/* UTF-8 */
	const json_t *attachments;		/* [{name, type, base64}], or NULL */
};

/* The addresses must be addresses. The result is a talloc text on `mem`, its lines end with CRLF. */
char *ct_message_source(void *mem, const struct ct_message *m, size_t *len_r);

/* `text` on `mem` with a space for each control character; NULL stays NULL. */
const char *ct_message_clean(void *mem, const char *text);

#endif
