/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log: one line an event on standard error, key=value, which the service manager stores. Only
 * request and start-up code logs. No personal data and no secrets: keys, routes, figures.
 */
#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

#include <comptoir/error.h>

enum ct_log_level { CT_LOG_ERROR, CT_LOG_WARNING, CT_LOG_INFO };

/*
 * Writes "time=… level=… event=EVENT key=value …\n" in one write(2), so that lines of several processes
 * do not mix. `pairs` are alternately keys and values, both const char *, ending with NULL; a NULL value
 * is left out.
 */
void ct_log(enum ct_log_level level, const char *event, ...) __attribute__((sentinel));

#endif
