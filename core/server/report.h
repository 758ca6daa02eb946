/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log and the errors of the processes that have no library but libc: the same lines as
 * base/log.h writes, without talloc. For administrators, so in English.
 */
#ifndef CORE_SERVER_REPORT_H
#define CORE_SERVER_REPORT_H

#include <comptoir/error.h>
#include "base/log.h"

/*
 * As ct_log: alternately keys and values, both const char *, ending with NULL; a NULL value is
 * left out. One write(2), at most 1 KiB.
 */
void ct_report(enum ct_log_level level, const char *event, ...) __attribute__((sentinel));

/* A number for ct_report, in a buffer that the next eight calls leave alone. */
const char *ct_report_num(long long n);

/* Fills *e with CT_BROKEN and the text, cut at its size, and returns CT_BROKEN. */
int ct_server_fail(struct ct_error *e, const char *format, ...) CT_PRINTF(2, 3);

#endif
