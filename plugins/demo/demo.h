/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plugin demo, from inside: the mailbox (mailbox.c over message.c) and the people whom a visitor may be
 * (person.c).
 */
#ifndef PLUGINS_DEMO_H
#define PLUGINS_DEMO_H

#include <comptoir/plugin.h>

enum { DEMO_LIST = 100 };		/* mails on the page, the newest first */

extern const struct ct_field demo_sign_in_fields[];
ct_handler_f demo_mails, demo_mail, demo_part, demo_offer, demo_sign_in;

/* One mail of the file transport. */
struct demo_mail {
	const char *uid;		/* its file's name without .eml */
	struct ct_utc at;		/* when the file was written */
};

/*
 * The newest `max` mails in the folder of [mail] transport, on r; none where there is no such folder yet.
 * CT_MISSING where mails leave by another transport.
 */
int demo_folder(struct ct_request *r, size_t max, struct demo_mail **list_r, size_t *n_r,
		struct ct_error *e) CT_MUST_USE;

/* Puts uid, subject, from, to, sent and its neighbours into `o`; CT_MISSING where there is no such mail. */
int demo_put_head(struct ct_request *r, json_t *o, const char *uid, struct ct_error *e) CT_MUST_USE;

/* Adds text, pieces_ui and attachments[]. */
int demo_put_body(struct ct_request *r, json_t *o, const char *uid, struct ct_error *e) CT_MUST_USE;

/* Answers with the n-th part of the mail, as a download. */
int demo_send_part(struct ct_request *r, const char *uid, const char *n, struct ct_error *e) CT_MUST_USE;

#endif
