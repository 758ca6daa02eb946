/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SMTP by libcurl, behind core/job/transport.h, which says what is final and what is not. */
#ifndef CORE_JOB_SMTP_H
#define CORE_JOB_SMTP_H

#include "job/transport.h"

struct ct_smtp;

/*
 * [mail] transport must be smtp://HOST[:PORT] or smtps://…; [site] email must be there; a password is
 * never sent in clear text beyond the loopback.
 */
int ct_smtp_check(const struct ct_settings *, struct ct_error *e) CT_MUST_USE;

/* Nothing is connected before the first letter; talloc_free closes the connection. wake_fd: transport.h. */
struct ct_smtp *ct_smtp_open(void *mem, const struct ct_settings *, int wake_fd);

enum ct_sent ct_smtp_send(struct ct_smtp *, const struct ct_envelope *, struct ct_error *e);

/* The server's last answer, "250 2.0.0 Ok"; "" where none came. */
const char *ct_smtp_said(const struct ct_smtp *);

#endif
