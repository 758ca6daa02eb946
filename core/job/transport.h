/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How letters leave the machine: [mail] transport.
 *
 *	file:FOLDER			a file UID.eml each, for demonstrations and tests; a repetition replaces it
 *	smtp://HOST[:PORT]		SMTP by libcurl, with STARTTLS; off the loopback not without it
 *	smtps://HOST[:PORT]		SMTP within TLS from the first byte (RFC 8314)
 *
 * One connection serves a batch: it opens with the first letter and closes with the transport. A letter is
 * given up by the receiving server (5xx, RFC 5321, 4.2.1) or postponed (4xx), and the two are told apart
 * by what was being said: only an answer about the recipient, the message or its size is final. A 5xx to the
 * greeting, the sign-in or the sender is a fault of the configuration, which somebody mends; the letters
 * wait for it.
 *
 * A process that dies between "250 accepted" and the mark in the outbox sends the letter again, with the
 * same Message-ID. There is no way to have neither loss nor repetition; losing would be worse.
 */
#ifndef CORE_JOB_TRANSPORT_H
#define CORE_JOB_TRANSPORT_H

#include <comptoir/error.h>

struct ct_core;
struct ct_envelope;
struct ct_settings;
struct ct_transport;

enum ct_sent {
	CT_SENT,
	CT_SENT_LATER,		/* not this one, not now */
	CT_SENT_NEVER,		/* the receiving server gave a final answer */
	CT_SENT_NOT_NOW,	/* no letter at all leaves at the moment: the server is dead or refuses us */
};

/* Judges [mail], and that [site] email is there where it is needed. CT_BROKEN names the setting. */
int ct_transport_check(const struct ct_settings *, struct ct_error *e) CT_MUST_USE;

/*
 * For one batch, on `mem`; talloc_free closes the connection. Nothing is connected yet. When `wake_fd` becomes
 * readable, or SIGTERM is pending, the server is to stop: a letter that was not handed over is then left for
 * later. -1: none.
 */
struct ct_transport *ct_transport_open(void *mem, struct ct_core *, int wake_fd);

/*
 * Sends one letter, for at most [mail] timeout seconds. On anything but CT_SENT *e holds the reason in plain
 * words (of the language that is set), with the server's own; e->rc is CT_INVALID or CT_BUSY.
 */
enum ct_sent ct_transport_send(struct ct_transport *, const struct ct_envelope *, struct ct_error *e);

/* Where the last letter went and what was answered ("written to …", "250 2.0.0 Ok: queued as 4F"), on the transport. */
const char *ct_transport_said(const struct ct_transport *);

/* What an answer of the mail server means; `code` 0: none came. For tests; see above. */
enum ct_sent ct_smtp_judge(const char *command, int code);

#endif
