/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

static const char *const level_names[] = { "error", "warning", "info" };

void ct_log(enum ct_log_level level, const char *event, ...)
{
	struct ct_buf *line = ct_buf_new(NULL, 16384);
	struct timespec now;
	struct tm tm;
	char stamp[32];
	va_list ap;
	const char *key;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	ct_buf_printf(line, "time=%s.%03ldZ level=%s event=%s pid=%d", stamp, now.tv_nsec / 1000000,
		      level_names[level], event, (int)getpid());
	va_start(ap, event);
	while ((key = va_arg(ap, const char *))) {
		const char *value = va_arg(ap, const char *);

		if (!value)
			continue;
		ct_buf_printf(line, " %s=", key);
		ct_log_value(line, value);
	}
	va_end(ap);
	ct_buf_text(line, "\n");
	if (write(STDERR_FILENO, ct_buf_data(line), ct_buf_len(line)) < 0)
		(void)0; /* nowhere left to say it */
	talloc_free(line);
}
