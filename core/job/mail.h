/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail of the outbox on its way: rendered from its template and handed to the transport. Today's only
 * transport writes each message as a file ([mail] transport = file:FOLDER).
 */
#ifndef CORE_JOB_MAIL_H
#define CORE_JOB_MAIL_H

#include <comptoir/request.h>

/*
 * `uid` becomes the Message-ID; `template` is PLUGIN/NAME of a text template in NAME.txt.mustache;
 * `payload` is what ct_mail wrote. The file is UID.eml: a repetition replaces it.
 */
int ct_mail_send(struct ct_request *r, const char *uid, const char *template, const json_t *payload,
		 struct ct_error *e) CT_MUST_USE;

#endif
