/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail of the outbox on its way to the transport: who writes, its text, its HTML.
 *
 * A plugin writes one template, NAME.txt.mustache. What comes out is the text part; the HTML part is made
 * of the same text (ct_mail_blocks) by core/mail: paragraphs, links, and a button for each link that
 * stands on a line of its own. Where PLUGIN/NAME.html exists, it is used instead; it usually fills the
 * block "main" of core/mail. Both see the mail's view and, beside it:
 *
 *	mail { lang, subject, blocks[], style_html, sender { name, address, phone_ui }, site { name, url }, why }
 *
 * Who writes: From has the name of the place, else of the organisation, else of the network, with the
 * installation's address ([site] email), because only that one may be sent by its mail server; Reply-To is
 * the place's own address, else the organisation's.
 */
#ifndef CORE_JOB_MAIL_H
#define CORE_JOB_MAIL_H

#include <comptoir/request.h>

struct ct_settings;

/* A finished mail. */
struct ct_envelope {
	const char *uid;		/* of the outbox row */
	const char *from, *to;		/* of the envelope (RFC 5321) */
	const char *source;
	size_t len;
};

/*
 * `uid` becomes the Message-ID, the same at each try, so that a repetition is recognised; `template` is
 * PLUGIN/NAME.txt; `payload` is what ct_mail wrote. All is on r. CT_INVALID where there is no such address,
 * CT_BROKEN where a template fails. Leaves r->lang as it was.
 */
int ct_mail_make(struct ct_request *r, const char *uid, const char *template, json_t *payload,
		 struct ct_envelope *letter_r, struct ct_error *e) CT_MUST_USE;

/*
 * The text as blocks { has_lines, lines[] { spans[] { text, href or null }, more }, button { href, label }
 * or null }. The line above a link of its own that ends with ":" is what its button says. A new reference;
 * `mem` for what lies between.
 */
json_t *ct_mail_blocks(void *mem, const char *text);

/* The From address: [site] email, else "comptoir" at the host of [site] url. On `mem`. */
const char *ct_mail_from(void *mem, const struct ct_settings *);

/* The host of an address "https://host:port/path", on `mem`. */
char *ct_mail_host(void *mem, const char *url);

/*
 * What an error says, without telling who: each word with an "@" keeps only what follows it
 * ("<…@exemple.fr>"). On `mem`; NULL stays NULL.
 */
const char *ct_mail_masked(void *mem, const char *text);

#endif
